"""What the stories of a list wait for, and what waits for them, as the backlog's rows tell it."""

from collections.abc import Collection
from dataclasses import dataclass, field

from planner.models import Dependency
from planner.models.choices import OPEN_CATEGORIES


@dataclass(frozen=True)
class OpenLinks:
    """Keys of the unfinished stories that a story needs, and of those that it opens the way for."""

    needs: list[str] = field(default_factory=list)
    opens: list[str] = field(default_factory=list)


def open_links(*, story_ids: Collection[int]) -> dict[int, OpenLinks]:
    """The open dependencies of stories, by story; those without any are left out. Two queries, one by each index."""
    found: dict[int, OpenLinks] = {}
    needs = Dependency.objects.filter(successor__in=story_ids, predecessor__category__in=OPEN_CATEGORIES)
    for story_id, key in needs.order_by("predecessor__rank").values_list("successor_id", "predecessor__key"):
        found.setdefault(story_id, OpenLinks()).needs.append(key)
    opens = Dependency.objects.filter(predecessor__in=story_ids, successor__category__in=OPEN_CATEGORIES)
    for story_id, key in opens.order_by("successor__rank").values_list("predecessor_id", "successor__key"):
        found.setdefault(story_id, OpenLinks()).opens.append(key)
    return found
