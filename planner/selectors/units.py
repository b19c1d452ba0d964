"""Units of the backlog by their signed ids, with what a line about one shows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from planner.models import Capability, Story

MOST_IDS = 900
"""So many ids every database takes in one query."""


@dataclass(frozen=True)
class UnitLine:
    """A unit as a line names it. `application_key` is empty for a loose story of no application."""

    unit_id: int
    key: str
    title: str
    application_key: str

    @property
    def is_capability(self) -> bool:
        """Whether it is a capability; else a story in none."""
        return self.unit_id > 0


GONE = "(deleted)"


def unit_lines(unit_ids: Iterable[int]) -> dict[int, UnitLine]:
    """The lines of these units; a unit that was deleted since is named so."""
    wanted = set(unit_ids)
    lines = {unit_id: UnitLine(unit_id, GONE, "Deleted since", "") for unit_id in wanted}
    for chunk in _in_chunks([unit_id for unit_id in wanted if unit_id > 0]):
        capabilities = Capability.objects.filter(pk__in=chunk)
        for pk, key, title, application in capabilities.values_list("pk", "key", "title", "application__key"):
            lines[pk] = UnitLine(pk, key, title, application)
    for chunk in _in_chunks([-unit_id for unit_id in wanted if unit_id < 0]):
        stories = Story.objects.filter(pk__in=chunk)
        for pk, key, title, application in stories.values_list("pk", "key", "title", "application__key"):
            lines[-pk] = UnitLine(-pk, key, title, application or "")
    return lines


def _in_chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), MOST_IDS):
        yield ids[start : start + MOST_IDS]
