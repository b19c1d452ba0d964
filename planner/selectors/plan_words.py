"""What a sprint plan says: why something is not in it, and which rules a placement breaks, in sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from common.formats import format_points
from planner.domain.sprints.pricing import CapacityExceeded, Violation
from planner.domain.sprints.reasons import (
    ChainTooLong,
    NoSprintHasRoom,
    NoTeam,
    NothingRequired,
    PrerequisiteOut,
    Reason,
    Simple,
    Skipped,
    StoryTooBig,
    TeamFull,
)
from planner.models import Story
from planner.selectors.plan_questions import PlanQuestion
from planner.selectors.units import unit_lines

MOST_NAMED = 4


@dataclass(frozen=True)
class PlanNames:
    """What stories and units of a question are called; ids of what was deleted since are told as such."""

    question: PlanQuestion
    keys: Mapping[int, str]
    titles: Mapping[int, str]
    unit_keys: Mapping[int, str]
    unit_titles: Mapping[int, str]

    def story(self, place: int) -> str:
        """The key of a story by its place in the question."""
        return self.keys.get(self.question.ids[place], "(deleted)")

    def unit(self, place: int) -> str:
        """The title of a unit by its place in the question."""
        return self.unit_titles[self.question.units[place]]

    def team(self, place: int) -> str:
        """The name of a team by its place in the question."""
        return str(self.question.teams[place]["name"])

    def column(self, place: int) -> str:
        """The name of a sprint by its column."""
        return self.question.columns[place].name


def load_names(question: PlanQuestion) -> PlanNames:
    """Keys and titles of everything in a question; one query for each 900 of them."""
    rows = [
        row
        for start in range(0, len(question.ids), 900)
        for row in Story.objects.filter(pk__in=question.ids[start : start + 900]).values_list("pk", "key", "title")
    ]
    units = unit_lines(question.units)
    return PlanNames(
        question,
        {pk: key for pk, key, _ in rows},
        {pk: title for pk, _, title in rows},
        {unit_id: line.key for unit_id, line in units.items()},
        {unit_id: line.title for unit_id, line in units.items()},
    )


def say_reason(reason: Reason, names: PlanNames) -> str:
    """Why a unit doesn't finish, in one sentence."""
    if isinstance(reason, PrerequisiteOut):
        needed = names.story(reason.prerequisite)
        return f"Waits for {needed}, which is not in the plan. {_simple(reason.because, names)}"
    return _simple(reason, names)


def _simple(reason: Simple, names: PlanNames) -> str:
    if isinstance(reason, NothingRequired):
        return "No open story of it is required, so nothing finishes it."
    if isinstance(reason, StoryTooBig):
        most, team = _points(reason.largest_sprint_points), names.team(names.question.team[reason.story])
        told = f"{names.story(reason.story)} is {_points(reason.points)} points"
        return f"{told}. {team} never has more than {most} in a sprint: split it."
    if isinstance(reason, NoTeam):
        return f"{names.story(reason.story)} has no team among those planned: give it one."
    if isinstance(reason, Skipped):
        return f"{names.story(reason.story)} was left out on purpose."
    if isinstance(reason, ChainTooLong):
        chain = _list([names.story(story) for story in reason.stories])
        return f"{chain} wait for each other: they need {reason.sprints_needed} sprints, there are {reason.sprints}."
    if isinstance(reason, TeamFull):
        lacking = _points(reason.lacking_points)
        return f"{names.team(reason.team)} lacks {lacking} points by the end of {names.column(reason.sprint)}."
    if isinstance(reason, NoSprintHasRoom):
        lacking, after = _points(reason.lacking_points), names.column(reason.from_sprint)
        team = names.team(reason.team)
        return f"No sprint from {after} on has room for {names.story(reason.story)}: {team} lacks {lacking} points."
    return f"It would fit: it could finish in {names.column(reason.sprint)}."


def say_violations(violations: Iterable[Violation], names: PlanNames) -> list[str]:
    """Each broken rule in a sentence."""
    return [_violation(violation, names) for violation in violations]


def _violation(violation: Violation, names: PlanNames) -> str:
    if isinstance(violation, CapacityExceeded):
        over = _points(violation.by_points)
        return f"{names.team(violation.team)} is {over} points over in {names.column(violation.sprint)}."
    before, after = names.story(violation.prerequisite), names.story(violation.dependent)
    where = names.column(violation.dependent_sprint)
    if violation.prerequisite_sprint < 0:
        return f"{after} needs {before}, which is in no sprint."
    question = names.question
    if question.team[violation.prerequisite] == question.team[violation.dependent]:
        return f"{after} in {where} needs {before} first, which is in {names.column(violation.prerequisite_sprint)}."
    return f"{after} in {where} needs {before} of another team a sprint before."


def _points(value: float) -> str:
    return format_points(Decimal(repr(round(value, 1))))


def _list(words: list[str]) -> str:
    shown = words[:MOST_NAMED]
    rest = len(words) - len(shown)
    return f"{', '.join(shown)}{f' and {rest} more' if rest else ''}"
