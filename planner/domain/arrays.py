"""Names for the array types that the kernels take and return, and sums by label."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def sum_by(labels: IntArray, weights: FloatArray | BoolArray, count: int) -> FloatArray:
    """The sum of the weights of each label from 0 to ``count - 1``."""
    return np.bincount(labels, weights=weights, minlength=count).astype(np.float64, copy=False)
