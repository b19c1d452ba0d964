"""What a sprint can release: the dollars of each capability open when its last required story is done, not before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from planner.domain.vocabulary import StateCategory
from planner.models import Capability, Sprint, Story

DONE, CANCELLED = StateCategory.DONE.value, StateCategory.CANCELLED.value


@dataclass(frozen=True)
class Slot:
    """A required story of a capability: its number, and whether it is done, here, or in which sprint it is."""

    story_id: int
    key: str
    is_done: bool
    is_here: bool
    sprint: str = ""

    @property
    def number(self) -> str:
        """The key without its prefix."""
        return self.key.rpartition("-")[2]

    @property
    def place(self) -> str:
        """Where it stands, in a word: done, here, its sprint, or not planned."""
        if self.is_done:
            return "done"
        return "here" if self.is_here else self.sprint or "open"


@dataclass(frozen=True)
class Reach:
    """How far a capability, or a story of its own value, is from its dollars, seen from one sprint.

    Money in the workspace's currency, None unvalued; `released_at`: when its last required story was done.
    `opens_in`: the latest sprint its open stories are planned for, where all of them are planned.
    """

    capability: Capability | None
    title: str
    business_value: Decimal | None
    cost_of_delay: Decimal | None
    slots: Sequence[Slot] = ()
    opens_in: str = ""
    released_at: datetime | None = None
    is_released_here: bool = False
    shares: dict[int, Decimal] | None = None

    @property
    def total(self) -> int:
        """Required stories."""
        return len(self.slots)

    @property
    def done(self) -> int:
        """Required stories that are done."""
        return sum(slot.is_done for slot in self.slots)

    @property
    def to_go(self) -> int:
        """Required stories still to be done."""
        return self.total - self.done

    @property
    def here(self) -> int:
        """Those of them that are in this sprint."""
        return sum(slot.is_here and not slot.is_done for slot in self.slots)

    @property
    def elsewhere(self) -> int:
        """Those of them that are not."""
        return self.to_go - self.here

    @property
    def unplanned(self) -> int:
        """Those of them that are in no sprint."""
        return sum(not slot.is_done and not slot.is_here and not slot.sprint for slot in self.slots)

    @property
    def opens_here(self) -> bool:
        """Whether this sprint can open its dollars."""
        return self.to_go > 0 and self.elsewhere == 0

    @property
    def is_open(self) -> bool:
        """Whether its dollars flow already."""
        return self.total > 0 and self.to_go == 0


def list_reaches(*, sprint: Sprint, stories: Iterable[Story]) -> dict[int, Reach]:
    """The reach of every capability with a story among these, by its id; two queries."""
    capabilities = {story.capability_id: story.capability for story in stories if story.capability}
    if not capabilities:
        return {}
    rows: dict[int, list[dict[str, Any]]] = {pk: [] for pk in capabilities if pk}
    required = Story.objects.filter(capability__in=list(rows), required=True).exclude(category=CANCELLED)
    columns = ("capability_id", "pk", "key", "category", "points", "state_entered_at")
    for row in required.order_by("rank").values(*columns, "sprint_id", "sprint__name", "sprint__start_date"):
        rows[row["capability_id"]].append(row)
    return {pk: _reach(sprint, capabilities[pk], found) for pk, found in rows.items()}


def _reach(sprint: Sprint, capability: Capability | None, rows: Sequence[dict[str, Any]]) -> Reach:
    if capability is None:
        raise TypeError("a reach of rows is one of a capability")
    slots = [_slot(row, sprint) for row in rows]
    last = max((row for row in rows if row["category"] == DONE), key=lambda row: row["state_entered_at"], default=None)
    is_over = bool(rows) and all(slot.is_done for slot in slots)
    return Reach(
        capability=capability,
        title=capability.title,
        business_value=capability.business_value,
        cost_of_delay=capability.cost_of_delay,
        slots=slots,
        opens_in=_opens_in(rows),
        released_at=last["state_entered_at"] if is_over and last else None,
        is_released_here=bool(is_over and last and last["sprint_id"] == sprint.pk),
    )


def _slot(row: dict[str, Any], sprint: Sprint) -> Slot:
    is_done = row["category"] == DONE
    return Slot(row["pk"], row["key"], is_done, row["sprint_id"] == sprint.pk, row["sprint__name"] or "")


def _opens_in(rows: Iterable[dict[str, Any]]) -> str:
    """The name of the last sprint that its open stories are planned for; empty where one is not planned."""
    ahead = [row for row in rows if row["category"] != DONE]
    if not ahead or any(row["sprint_id"] is None or row["sprint__start_date"] is None for row in ahead):
        return ""
    return str(max(ahead, key=lambda row: row["sprint__start_date"])["sprint__name"])


def reach_of_story(story: Story) -> Reach:
    """The reach of a story in no capability: it is its own."""
    is_done = story.category == DONE
    return Reach(
        capability=None,
        title=story.title,
        business_value=story.business_value,
        cost_of_delay=story.cost_of_delay,
        slots=[Slot(story.pk, story.key, is_done, is_here=True)],
        released_at=story.state_entered_at if is_done else None,
        is_released_here=is_done,
    )


@dataclass(frozen=True)
class Release:
    """Dollars a sprint has released, and those it still can; what opens later, or is unvalued, is in neither."""

    released: Decimal
    still: Decimal
    lanes: Sequence[Reach]

    @property
    def committed(self) -> Decimal:
        """Both together."""
        return self.released + self.still


def sum_release(reaches: Iterable[Reach]) -> Release:
    """Add up what the sprint releases: capabilities and stories of their own value that open in it."""
    valued = [reach for reach in reaches if reach.business_value is not None]
    released = [reach for reach in valued if reach.is_released_here]
    still = [reach for reach in valued if reach.opens_here]
    still.sort(key=lambda reach: -(reach.business_value or Decimal(0)))
    return Release(_add(released), _add(still), [*released, *still])


def _add(reaches: Iterable[Reach]) -> Decimal:
    return sum((reach.business_value for reach in reaches if reach.business_value is not None), Decimal(0))
