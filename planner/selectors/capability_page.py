"""What the page of a capability shows: its stories with their shares, and what it needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.models import Capability, Dependency, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.capabilities import list_capability_stories
from planner.selectors.story_page import Share, shares_of

MOST_STORIES = 1_000


@dataclass(frozen=True)
class StoryLine:
    """A story of the capability, its share (None: not required), and the keys of open stories it needs."""

    story: Story
    share: Share | None
    needs: list[str]


@dataclass(frozen=True)
class Neighbour:
    """A story beyond the capability's border that some of ours depend on, or that depends on them."""

    theirs: Story
    ours: list[Story]

    @property
    def is_done(self) -> bool:
        """Whether nobody waits for it any more."""
        return not self.theirs.is_open


def list_story_lines(*, capability: Capability) -> list[StoryLine]:
    """The stories of a capability in backlog order, open ones first, in two queries."""
    found = list(list_capability_stories(capability=capability)[:MOST_STORIES])
    shares = shares_of(capability=capability, stories=found)
    needs = _open_needs(found)
    found.sort(key=lambda story: not story.is_open)
    return [StoryLine(story, shares.get(story.pk), needs.get(story.pk, [])) for story in found]


def _open_needs(stories: Sequence[Story]) -> dict[int, list[str]]:
    wanted = Dependency.objects.filter(
        successor__in=[story.pk for story in stories if story.is_open], predecessor__category__in=OPEN_CATEGORIES
    )
    needs: dict[int, list[str]] = {}
    for successor, key in wanted.order_by("predecessor__rank").values_list("successor_id", "predecessor__key"):
        needs.setdefault(successor, []).append(key)
    return needs


def list_neighbours(*, capability: Capability) -> tuple[list[Neighbour], list[Neighbour]]:
    """Dependencies on other capabilities' stories and on loose ones: what it needs, and what needs it."""
    related = Dependency.objects.select_related(
        "predecessor__capability", "predecessor__state", "successor__capability", "successor__state"
    )
    needs = related.filter(successor__capability=capability).exclude(predecessor__capability=capability)
    needed_by = related.filter(predecessor__capability=capability).exclude(successor__capability=capability)
    return (
        _group((link.predecessor, link.successor) for link in needs.order_by("predecessor__rank", "successor__rank")),
        _group(
            (link.successor, link.predecessor) for link in needed_by.order_by("successor__rank", "predecessor__rank")
        ),
    )


def _group(pairs: Iterable[tuple[Story, Story]]) -> list[Neighbour]:
    """One neighbour for each of their stories, open ones first."""
    neighbours: dict[int, Neighbour] = {}
    for theirs, ours in pairs:
        neighbours.setdefault(theirs.pk, Neighbour(theirs, [])).ours.append(ours)
    return sorted(neighbours.values(), key=lambda neighbour: neighbour.is_done)
