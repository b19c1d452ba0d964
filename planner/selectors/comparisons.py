"""What a comparison of two lenses says: its shapes, worked out in `planner.selectors.lenses`."""

from dataclasses import dataclass
from decimal import Decimal

from planner.domain.vocabulary import Lens


@dataclass(frozen=True)
class LensCourse:
    """One lens in a comparison.

    `effort` (points) and `live` (share of all value) are the corners of a staircase, 400 at most. `earned` is the
    money earned by the end of the last week, `left_behind` how much less that is than the best lens earns,
    `earned_by_week` one figure for each whole week from 0. `done` and `half_begun` count units after "25", "50" and
    "75" % of the effort: finished, and begun without earning anything. `rated` units have a figure in this lens.
    """

    lens: Lens
    label: str
    rule: str
    total: Decimal
    shares: dict[str, float]
    effort: list[float]
    live: list[float]
    earned: Decimal
    left_behind: Decimal
    earned_by_week: list[float]
    done: dict[str, int]
    half_begun: dict[str, int]
    rated: int


@dataclass(frozen=True)
class Farthest:
    """The unit that the better order gains most by: what it earns a week, and the week it is live in either order."""

    unit_id: int
    key: str
    title: str
    cost_of_delay: Decimal
    first_week: float
    second_week: float
    gain: Decimal


@dataclass(frozen=True)
class Enabler:
    """A story that other units wait for, and the cost of delay a week of those units."""

    story_id: int
    key: str
    title: str
    unblocks: Decimal


@dataclass(frozen=True)
class Standing:
    """What holds whatever the order. Empty of meaning where `valued_units` is 0.

    `value_per_week`: all value once live. `enabler_count` stories are waited for by other units; `enablers` are the
    first of them by what they unblock. `unvalued_points` would come on top if what nobody valued were done first.
    `pins_left_out` bind the proposed order but none here: they would hold for one order only, and it would look dear.
    `top_capability_id`: the first capability that people put work of into the backlog.
    """

    total_points: float
    points_per_week: float
    is_assumed: bool
    value_per_week: Decimal
    valued_units: int
    unvalued_units: int
    unvalued_points: float
    no_required: int
    frozen_stories: int
    frozen_points: float
    pins_left_out: int
    enabler_count: int
    enablers: list[Enabler]
    top_capability_id: int | None


@dataclass(frozen=True)
class Comparison(Standing):
    """Two lenses side by side, and all others behind them (`courses`, the one that earns most first).

    `gain`: what `first` earns more than `second` by the end of week `weeks`; in 80 % of draws from the ranges people
    gave it lies between `gain_low` and `gain_high`; `farthest` is None where every unit earns the same in both.
    """

    first: Lens
    second: Lens
    weeks: int
    courses: list[LensCourse]
    gain: Decimal
    gain_low: Decimal
    gain_high: Decimal
    farthest: Farthest | None

    def course(self, lens: Lens) -> LensCourse:
        """The course of one lens."""
        return next(course for course in self.courses if course.lens is lens)
