"""What the lenses page says: the claim in one figure and one sentence, the chart, the rows and the findings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from common.formats import format_figure, format_money, format_percent
from planner.domain.vocabulary import Lens
from planner.selectors.comparisons import Comparison, LensCourse
from planner.web.lens_chart import Axis, Chart, Line, draw_chart
from planner.web.lens_question import LensQuestion

QUARTERS = ("25", "50", "75")
BAR_WIDTH = 100
LONG_FIGURE = 6
NO_ROUNDING_ERROR = Decimal("0.01")
NOT_BACKLOGS = frozenset({Lens.STORY_WSJF})
"""Lenses that compare but list nothing."""


@dataclass(frozen=True)
class Claim:
    """The headline. `tone`: "for" the first order, "against" it, or "even".

    `low` and `high` are of the gain as it is said: "less" by 3 to 5 is no negative amount.
    """

    tone: str
    figure: str
    exact: Decimal
    lead: str
    low: Decimal
    high: Decimal

    @property
    def is_long(self) -> bool:
        """Whether the figure needs smaller letters."""
        return len(self.figure) > LONG_FIGURE

    @property
    def is_settled(self) -> bool:
        """Whether the better order is better in the middle 80 % of draws."""
        return self.low >= 0


@dataclass(frozen=True)
class LensRow:
    """A lens in the table. `bar`: left behind, of 100; `is_idle`: nobody has given it anything to go by."""

    course: LensCourse
    role: str
    is_idle: bool
    is_most: bool
    bar: str
    can_list: bool


@dataclass(frozen=True)
class Finding:
    """One reason: a heading and what was counted. `key`: the unit or story it names, with its page's name.

    `explains`: whether it is a reason at all; what was looked for and not found is told as well.
    """

    title: str
    text: str
    key: str = ""
    page: str = ""
    explains: bool = True


@dataclass(frozen=True)
class Twin:
    """The chart's figures as a table: a row for each tenth of the effort, a column for each line."""

    headings: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class LensPage:
    """Everything the page shows of a comparison. `unvalued_shift`: how much longer all takes with what is left out.

    `ahead`: the lens that earns more by this very week than the money-optimal order, which is best in the long run.
    """

    comparison: Comparison
    first: LensCourse
    second: LensCourse
    claim: Claim
    until: date
    chart: Chart
    axis: Axis
    twin: Twin
    half: tuple[str, str]
    rows: list[LensRow]
    findings: list[Finding]
    ahead: LensCourse | None
    end_week: int
    unvalued_shift: float
    points: str
    unvalued_points: str
    pace: str


def build_page(*, comparison: Comparison, question: LensQuestion, currency: str, today: date) -> LensPage:
    """Build the page of a comparison of at least one valued unit."""
    first, second = comparison.course(comparison.first), comparison.course(comparison.second)
    axis = axis_of(comparison, is_time=question.is_time)
    lines = _lines(comparison)
    half = (format_percent(first.shares["50"]), format_percent(second.shares["50"]))
    return LensPage(
        comparison=comparison,
        first=first,
        second=second,
        claim=make_claim(comparison, question=question, currency=currency),
        until=today + timedelta(weeks=comparison.weeks),
        chart=draw_chart(
            lines,
            axis,
            horizon_points=comparison.weeks * comparison.points_per_week,
            frozen_points=comparison.frozen_points,
        ),
        axis=axis,
        twin=make_twin(lines, axis),
        half=half,
        rows=make_rows(comparison),
        findings=find_reasons(comparison, currency=currency) if abs(comparison.gain) >= NO_ROUNDING_ERROR else [],
        ahead=_ahead_of_best(comparison),
        end_week=_week(comparison.total_points / comparison.points_per_week),
        unvalued_shift=comparison.unvalued_points / axis.total,
        points=_figure(comparison.total_points),
        unvalued_points=_figure(comparison.unvalued_points),
        pace=_figure(comparison.points_per_week),
    )


def _figure(number: float) -> str:
    return format_figure(Decimal(number))


def _ahead_of_best(comparison: Comparison) -> LensCourse | None:
    best = max(comparison.courses, key=lambda one: one.earned)
    behind = best.earned - comparison.course(Lens.MONEY).earned
    return best if behind >= NO_ROUNDING_ERROR else None


def axis_of(comparison: Comparison, *, is_time: bool) -> Axis:
    """Effort ends with the work; time ends with the work or with the horizon, whichever is later."""
    total = max(comparison.total_points, 1e-9)
    horizon = comparison.weeks * comparison.points_per_week
    return Axis(max(total, horizon) if is_time else total, total, comparison.points_per_week, is_time)


def _lines(comparison: Comparison) -> list[Line]:
    """The two compared, and of the others those that have something to go by."""
    shown = [one for one in comparison.courses if one.rated or one.lens in (comparison.first, comparison.second)]
    lines = [_line(one, "other") for one in shown if one.lens not in (comparison.first, comparison.second)]
    strong = [_line(comparison.course(comparison.first), "a"), _line(comparison.course(comparison.second), "b")]
    return [*strong, *lines]


def _line(course: LensCourse, role: str) -> Line:
    return Line(course.lens.value, course.label, role, np.array(course.effort), np.array(course.live))


def make_twin(lines: Sequence[Line], axis: Axis) -> Twin:
    """The share of value live at each tenth of the effort."""
    tenths = np.arange(1, 11) / 10
    shares = [line.share_at(tenths * axis.total).tolist() for line in lines]
    weeks = tenths * axis.total / axis.points_per_week
    rows = [
        [f"{format_percent(tenth)}, week {week:.0f}", *(format_percent(share) for share in row)]
        for tenth, week, *row in zip(tenths.tolist(), weeks.tolist(), *shares, strict=True)
    ]
    return Twin(["Effort spent", *(line.label for line in lines)], rows)


# The claim


def make_claim(comparison: Comparison, *, question: LensQuestion, currency: str) -> Claim:
    """The gain to two digits; against the first order where it earns less."""
    gain, low, high = comparison.gain, comparison.gain_low, comparison.gain_high
    if abs(gain) < NO_ROUNDING_ERROR:
        nothing = format_money(Decimal(0), currency)
        return Claim("even", nothing, gain, f"between them {question.in_weeks}.", low, high)
    figure = short_money(abs(gain), currency)
    if gain > 0:
        return Claim("for", figure, gain, f"more {question.in_weeks}.", low, high)
    return Claim("against", figure, gain, f"less {question.in_weeks}.", -high, -low)


def short_money(amount: Decimal, currency: str) -> str:
    """Money in two digits where that is shorter: $1.92M is "$1.9M", $346k stays; a headline needs no third."""
    text = format_money(amount, currency)
    if "." not in text:
        return text
    rounded = amount.quantize(Decimal(1).scaleb(amount.adjusted() - 1), ROUND_HALF_UP)
    return re.sub(r"(\.\d*?)0+(\D*)$", lambda found: found[1].rstrip(".") + found[2], format_money(rounded, currency))


# The table


def make_rows(comparison: Comparison) -> list[LensRow]:
    """All lenses, the one that earns most first; those with nothing to go by last."""
    most = max((one.left_behind for one in comparison.courses), default=Decimal(0))
    rows = [_row(one, comparison, most) for one in comparison.courses]
    return sorted(rows, key=lambda row: row.is_idle)


def _row(course: LensCourse, comparison: Comparison, most: Decimal) -> LensRow:
    roles = {comparison.second: "second", comparison.first: "first"}
    return LensRow(
        course=course,
        role=roles.get(course.lens, ""),
        is_idle=course.rated == 0,
        is_most=course.left_behind == 0,
        bar=f"{float(course.left_behind / most) * BAR_WIDTH:.1f}" if most else "0.0",
        can_list=course.lens not in NOT_BACKLOGS,
    )


# Why it happens


def find_reasons(comparison: Comparison, *, currency: str) -> list[Finding]:
    """Three findings counted in this very comparison, welcome or not; what explains nothing comes last."""
    found = [_half_done(comparison), _farthest(comparison, currency), _enablers(comparison, currency)]
    return sorted(found, key=lambda finding: not finding.explains)


def _half_done(comparison: Comparison) -> Finding:
    """How much work in progress earns nothing at half time."""
    better, worse = comparison.course(comparison.first), comparison.course(comparison.second)
    if comparison.gain < 0:
        better, worse = worse, better
    counts = (
        f"{worse.label}, half the effort in: {_begun(worse)}, {worse.done['50']} done. "
        f"{better.label}: {_begun(better)}, {better.done['50']} done."
    )
    if worse.half_begun["50"] > better.half_begun["50"]:
        return Finding("Half-done earns nothing.", counts)
    return Finding("Half-done work is not the reason.", counts, explains=False)


def _begun(course: LensCourse) -> str:
    number = course.half_begun["50"]
    return f"{number} begun but not done" if number else "none half-done"


def _farthest(comparison: Comparison, currency: str) -> Finding:
    far = comparison.farthest
    if far is None:
        return Finding(
            "Nothing is live sooner.", "Every capability is finished as soon in either order.", explains=False
        )
    weekly, gain = format_money(far.cost_of_delay, currency), format_money(far.gain, currency)
    soon, late = sorted([_week(far.first_week), _week(far.second_week)])
    part = f"That is {gain} of the difference."
    if far.gain > abs(comparison.gain):
        part = f"That alone is {gain}; what is live later instead takes a part of it back."
    text = f"{far.title}: {weekly} a week, live in week {soon} instead of week {late}. {part}"
    return Finding("Dear things wait.", text, far.key, "capability" if far.unit_id > 0 else "story")


def _week(weeks: float) -> int:
    """The week, counted from 1, in which something happens."""
    return int(np.ceil(max(weeks, 1e-9) - 1e-9))


def _enablers(comparison: Comparison, currency: str) -> Finding:
    if not comparison.enablers:
        text = "No open story is waited for by another capability, so dependencies change nothing here."
        return Finding("No enabler is in the way.", text, explains=False)
    first = comparison.enablers[0]
    others = comparison.enabler_count - 1
    more = f" {others} more {'story is' if others == 1 else 'stories are'} waited for." if others else ""
    amount = format_money(first.unblocks, currency)
    text = f"{first.title}: {amount} a week of other capabilities waits for it, and no value of its own says so.{more}"
    return Finding("Enablers look worthless.", text, first.key, "story")


def choices_of(courses: Sequence[LensCourse]) -> list[tuple[str, str]]:
    """The lenses to choose from, in the vocabulary's order; those with nothing to go by say so."""
    rated = {one.lens: one.rated for one in courses}
    return [(lens.value, lens.label if rated.get(lens, 1) else f"{lens.label} (no input)") for lens in Lens]
