"""Stored orders of units as bytes: little-endian 64-bit integers, small enough to read with every page."""

import numpy as np

from planner.domain.arrays import IntArray

_STORED = np.dtype("<i8")


def write_unit_ids(unit_ids: IntArray) -> bytes:
    """The signed unit ids as they are stored."""
    return unit_ids.astype(_STORED).tobytes()


def read_unit_ids(stored: bytes | memoryview) -> IntArray:
    """The signed unit ids of a stored order, from the top down."""
    return np.frombuffer(stored, dtype=_STORED).astype(np.int64)
