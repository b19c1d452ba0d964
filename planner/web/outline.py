"""The backlog as lines to draw: a capability's line whenever the capability changes, and a line a story.

Any window of the list can be drawn by itself: what a capability's line says does not depend on what is loaded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from planner.models import Capability, Story
from planner.selectors.backlog import BacklogRow
from planner.selectors.outline import CapabilityState
from planner.selectors.sprint_lines import SprintLine

LineKind = Literal["capability", "again", "story", "heading", "sprint"]


@dataclass(frozen=True)
class Mark:
    """Whether a story begins its unit (a capability, or itself), and the place of that unit where it is told."""

    is_first: bool
    place: int | None


@dataclass(frozen=True)
class Line:
    """One line of the outline. "again": a capability met before, interrupted by other work. `at`: see BacklogWindow."""

    kind: LineKind
    row: BacklogRow | None = None
    capability: Capability | None = None
    state: CapabilityState | None = None
    place: int | None = None
    at: int | None = None
    sprint: SprintLine | None = None


def build_lines(
    *,
    rows: Sequence[BacklogRow],
    ats: Sequence[int],
    marks: Sequence[Mark],
    states: Mapping[int, CapabilityState],
    follows: int | None,
    has_sections: bool,
) -> list[Line]:
    """Return the lines of a window. `follows`: the capability whose line stands above it already.

    `has_sections`: unvalued work stands apart.
    """
    lines: list[Line] = []
    is_unvalued = False
    for row, at, mark in zip(rows, ats, marks, strict=True):
        if has_sections and row.unvalued and not is_unvalued:
            lines.append(Line("heading"))
            is_unvalued = True
        capability = row.story.capability
        place = None if is_unvalued else mark.place
        if capability is not None and capability.pk != follows:
            state = states.get(capability.pk, CapabilityState())
            kind: LineKind = "capability" if mark.is_first else "again"
            lines.append(Line(kind, capability=capability, state=state, place=place if mark.is_first else None))
        follows = row.story.capability_id
        lines.append(Line("story", row=row, at=at, place=place if capability is None else None))
    return lines


def marks_in_people_order(
    *, rows: Sequence[BacklogRow], states: Mapping[int, CapabilityState], above: int
) -> list[Mark]:
    """Number the units where they begin; `above` of them began above the window."""
    marks: list[Mark] = []
    for row in rows:
        is_first = _begins(row.story, states)
        above += is_first
        marks.append(Mark(is_first, above if is_first else None))
    return marks


def marks_in_lens(
    *, rows: Sequence[BacklogRow], ats: Sequence[int], states: Mapping[int, CapabilityState]
) -> list[Mark]:
    """In a stored order each unit stands at a place of its own."""
    return [Mark(_begins(row.story, states), at) for row, at in zip(rows, ats, strict=True)]


def marks_without_places(rows: Sequence[BacklogRow]) -> list[Mark]:
    """Under a filter no place can be told: what is left out has places too."""
    seen: set[int | None] = {None}
    marks = []
    for row in rows:
        marks.append(Mark(row.story.capability_id not in seen, None))
        seen.add(row.story.capability_id)
    return marks


def _begins(story: Story, states: Mapping[int, CapabilityState]) -> bool:
    state = states.get(story.capability_id or 0)
    return state is None or state.first_rank == story.rank


def flat_lines(*, rows: Sequence[BacklogRow], ats: Sequence[int], has_places: bool) -> list[Line]:
    """Stories one below the other, without their capabilities; every open one is a place."""
    return [
        Line("story", row=row, at=at, place=at if has_places and row.story.is_open else None)
        for row, at in zip(rows, ats, strict=True)
    ]


def with_sprints(lines: Sequence[Line], sprints: Sequence[SprintLine]) -> list[Line]:
    """The lines with the end of each sprint above the story that it ends at, and above that one's capability."""
    ends = {sprint.above_id: sprint for sprint in sprints}
    drawn: list[Line] = []
    for line in lines:
        sprint = ends.get(line.row.story.pk) if line.row is not None else None
        if sprint is not None:
            at = len(drawn) - 1 if drawn and drawn[-1].kind == "capability" else len(drawn)
            drawn.insert(at, Line("sprint", sprint=sprint))
        drawn.append(line)
    return drawn
