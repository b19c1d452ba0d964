"""The backlog as lines to draw: a capability's line whenever the capability changes, and a line a story.

Pages of one list join: what the next page has to know of this one (`Joint`) travels in its address.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from planner.models import Capability
from planner.selectors.backlog import BacklogRow
from planner.selectors.outline import CapabilityState
from planner.selectors.sprint_lines import SprintLine

LineKind = Literal["capability", "again", "story", "heading", "sprint"]


@dataclass(frozen=True)
class Joint:
    """Where the page before ended: its last capability, how many places it had numbered, in which section."""

    capability_id: int | None = None
    places: int = 0
    is_unvalued: bool = False


@dataclass(frozen=True)
class Line:
    """One line of the outline. "again": a capability met before, interrupted by other work."""

    kind: LineKind
    row: BacklogRow | None = None
    capability: Capability | None = None
    state: CapabilityState | None = None
    place: int | None = None
    sprint: SprintLine | None = None


def build_lines(
    *, rows: Sequence[BacklogRow], states: Mapping[int, CapabilityState], joint: Joint, has_sections: bool
) -> tuple[list[Line], Joint]:
    """Return the lines of a page and its joint to the next. `has_sections`: unvalued work stands apart."""
    lines: list[Line] = []
    seen = {joint.capability_id} - {None}
    for row in rows:
        lines.extend(_lines_before(row, states=states, joint=joint, seen=seen, has_sections=has_sections))
        joint = _after(row, joint=joint, seen=seen, has_sections=has_sections)
        lines.append(Line("story", row=row, place=_place_of_loose(row, joint=joint, has_sections=has_sections)))
    return lines, joint


def _lines_before(
    row: BacklogRow, *, states: Mapping[int, CapabilityState], joint: Joint, seen: set[int | None], has_sections: bool
) -> Iterable[Line]:
    if has_sections and row.unvalued and not joint.is_unvalued:
        yield Line("heading")
    capability = row.story.capability
    if capability is None or capability.pk == joint.capability_id:
        return
    is_first = capability.pk not in seen
    yield Line(
        "capability" if is_first else "again",
        capability=capability,
        state=states.get(capability.pk, CapabilityState()),
        place=joint.places + 1 if is_first and not (has_sections and row.unvalued) else None,
    )


def _after(row: BacklogRow, *, joint: Joint, seen: set[int | None], has_sections: bool) -> Joint:
    """Return the joint once this row is drawn; every capability met first and every loose story is a place."""
    capability_id = row.story.capability_id
    is_new = capability_id is None or (capability_id != joint.capability_id and capability_id not in seen)
    seen.add(capability_id)
    return Joint(capability_id=capability_id, places=joint.places + is_new, is_unvalued=has_sections and row.unvalued)


def flat_lines(*, rows: Sequence[BacklogRow], joint: Joint) -> tuple[list[Line], Joint]:
    """Stories one below the other, without their capabilities; every open one is a place."""
    lines: list[Line] = []
    places = joint.places
    for row in rows:
        places += row.story.is_open
        lines.append(Line("story", row=row, place=places if row.story.is_open else None))
    return lines, replace(joint, places=places)


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


def without_places(lines: Sequence[Line]) -> list[Line]:
    """The lines of a filtered list: what is left out has places too, so none can be told."""
    return [replace(line, place=None) for line in lines]


def _place_of_loose(row: BacklogRow, *, joint: Joint, has_sections: bool) -> int | None:
    is_ranked = not (has_sections and row.unvalued)
    return joint.places if row.story.capability_id is None and is_ranked else None
