"""The dollars of a capability shared out to its stories, for flow figures only: nothing earns by halves.

`definitions.md`, "Value": capability value x story points / points of the capability's required
stories; equal shares where none is estimated. So in a capability where some stories are estimated, one
without points, or with 0, has no share. Shares are whole cents and add up exactly: largest remainder
(Hamilton, 1792), ties to the story given first.
"""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from planner.domain.arrays import BoolArray, FloatArray, IntArray

HUNDREDTHS = 100
LARGEST_TOTAL = 3_000_000_000
"""In hundredths of a point; the square of it still fits 64 bits."""


def attributed_values(capability_value: int, points: Sequence[Decimal | float | None]) -> list[int]:
    """Each required story's share, in cents, of one capability's value in cents; None is an unestimated story."""
    known = np.array([np.nan if figure is None else float(figure) for figure in points], dtype=np.float64)
    capability_of_story = np.zeros(len(known), dtype=np.int64)
    shares = attribute_values(np.array([capability_value]), capability_of_story, known)
    return [int(share) for share in shares]


def attribute_values(
    capability_values: IntArray,
    capability_of_story: IntArray,
    points: FloatArray,
    is_required: BoolArray | None = None,
) -> IntArray:
    """Shares in cents, shape (stories,), of values in cents, shape (capabilities,).

    ``capability_of_story``: index, or -1 for none. ``points``: NaN where unestimated, exact to hundredths.
    Stories that are not required, or in no capability, get 0. Raises ValueError for negative values or
    points.
    """
    takes_part = capability_of_story >= 0
    if is_required is not None:
        takes_part = takes_part & is_required
    shares = np.zeros(len(points), dtype=np.int64)
    shares[takes_part] = _share_out(
        np.asarray(capability_values, dtype=np.int64), capability_of_story[takes_part], points[takes_part]
    )
    return shares


def _share_out(values: IntArray, capability: IntArray, points: FloatArray) -> IntArray:
    """Integer arithmetic throughout: value = quotient x total + rest, so no product leaves 64 bits."""
    weight, total = _weights(len(values), capability, points)
    if (values < 0).any() or (weight < 0).any() or (total > LARGEST_TOTAL).any():
        raise ValueError("values and points must be positive, and a capability below 30 million points")
    quotient, rest = np.divmod(values, np.maximum(total, 1))
    product = rest[capability] * weight
    shares = quotient[capability] * weight + product // total[capability]
    remainder = product % total[capability]
    left_over = values - _sum_by(shares, capability, len(values))
    return shares + (_place_by_remainder(capability, remainder) < left_over[capability])


def _weights(count: int, capability: IntArray, points: FloatArray) -> tuple[IntArray, IntArray]:
    """Each story's weight and each capability's total; 1 a story where nothing is estimated."""
    weight = np.rint(np.nan_to_num(points) * HUNDREDTHS).astype(np.int64)
    total = _sum_by(weight, capability, count)
    weight = np.where(total[capability] == 0, 1, weight)
    return weight, _sum_by(weight, capability, count)


def _sum_by(amounts: IntArray, group: IntArray, count: int) -> IntArray:
    """Exact integer sums per group (bincount would go through floats)."""
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, group, amounts)
    return sums


def _place_by_remainder(capability: IntArray, remainder: IntArray) -> IntArray:
    """Place of each story in its capability by falling remainder, from 0; equal ones in the order given."""
    order = np.lexsort((-remainder, capability))
    in_order = capability[order]
    starts = np.searchsorted(in_order, in_order)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) - starts
    return place
