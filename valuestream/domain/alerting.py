"""When an alert fires: once when its figure crosses the threshold, again only after it has recovered.

A figure that is not known changes nothing: an alert neither fires nor recovers by it.
"""

from dataclasses import dataclass

from valuestream.domain.vocabulary import Comparison


@dataclass(frozen=True)
class Verdict:
    """What a look at a figure means: whether it is over the threshold now, and what that changes."""

    is_over: bool
    fires: bool
    recovers: bool


def judge(*, was_over: bool, figure: float | None, threshold: float, comparison: Comparison) -> Verdict:
    """Compare a figure, in the threshold's unit, with the threshold; the threshold itself is on the good side."""
    if figure is None:
        return Verdict(was_over, fires=False, recovers=False)
    is_over = figure > threshold if comparison is Comparison.ABOVE else figure < threshold
    return Verdict(is_over, fires=is_over and not was_over, recovers=was_over and not is_over)
