"""Taking an accepted proposal back: every story it moved returns to where it stood, or nothing does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from common.errors import Conflict
from planner.domain.vocabulary import ProposalState
from planner.models import RankProposal, Story, StoryEvent
from planner.services.actor import Actor
from planner.services.deciding import Applied, decide, hold_proposal
from planner.services.locks import lock_backlog
from planner.services.rank_runs import MovedStory, Ranked, write_order


def undo_proposal(*, proposal: RankProposal, actor: Actor, now: datetime) -> RankProposal:
    """Put back what accepting moved: to the old ranks where they fit, else next to the old neighbours.

    Stories deleted since are left out. Raises Conflict naming the story when one was moved again since, or when
    both its old neighbours were.
    """
    with transaction.atomic():
        backlog = lock_backlog(workspace_id=proposal.workspace_id)
        held = hold_proposal(proposal=proposal, wanted=[ProposalState.ACCEPTED])
        applied, ranked = Applied.unpack(bytes(held.applied)), Ranked.of(backlog)
        places = _OldPlaces(applied.moved, ranked, _moved_since(held, applied))
        write_order(
            backlog=backlog,
            ranked=ranked,
            order=places.order(),
            actor=actor,
            now=now,
            give_back={story.story_id: story.old_rank for story in places.back.values()},
        )
        decide(proposal=held, state=ProposalState.UNDONE, actor=actor, now=now)
    return held


def _moved_since(proposal: RankProposal, applied: Applied) -> dict[int, str]:
    """Who moved which story after the proposal was accepted, by story id."""
    later = StoryEvent.objects.filter(workspace_id=proposal.workspace_id, field="rank", pk__gt=applied.last_event_id)
    return dict(later.order_by("pk").values_list("story_id", "actor_name"))


@dataclass
class _OldPlaces:
    """Where the moved stories stood. `touched`: who moved a story since, by its id."""

    moved: Sequence[MovedStory]
    ranked: Ranked
    touched: Mapping[int, str]

    def __post_init__(self) -> None:
        """Refuse a story that was moved again."""
        self._present = set(self.ranked.ids)
        self._all = {story.story_id: story for story in self.moved}
        self.back = {pk: story for pk, story in self._all.items() if pk in self._present}
        again = next((pk for pk in self.back if pk in self.touched), None)
        if again is not None:
            raise Conflict(
                f"{self.touched[again] or 'Someone'} moved {_key(again)} since this order was accepted, so it can't "
                "be taken back as a whole: move what you want back by hand, or propose again."
            )

    def order(self) -> list[int]:
        """All stories with the moved ones back where they stood, from the top down."""
        staying = [pk for pk in self.ranked.ids if pk not in self.back]
        upper = dict(zip(staying, [None, *staying], strict=False))
        followers: dict[int | None, list[int]] = {}
        for story in sorted(self.back.values(), key=lambda story: story.old_rank):
            followers.setdefault(self._anchor(story, upper), []).append(story.story_id)
        order: list[int] = []
        stack: list[int | None] = [*reversed(staying), None]
        while stack:
            pk = stack.pop()
            if pk is not None:
                order.append(pk)
            stack.extend(reversed(followers.get(pk, [])))
        return order

    def _anchor(self, story: MovedStory, upper: Mapping[int, int | None]) -> int | None:
        """The story that this one goes back under; None: the top. Raises Conflict where neither neighbour tells."""
        above, below = story.above_id, story.below_id
        while above is not None and above not in self._present and above in self._all:
            above = self._all[above].above_id
        if above is None or above in self.back or self._stands(above):
            return above
        while below is not None and below in self._all:
            below = self._all[below].below_id
        if below is not None and self._stands(below):
            return upper[below]
        raise Conflict(
            f"What stood around {_key(story.story_id)} was moved or deleted since, so its old place can't be told: "
            "move it by hand, or propose again."
        )

    def _stands(self, story_id: int) -> bool:
        return story_id in self._present and story_id not in self.touched


def _key(story_id: int) -> str:
    return Story.objects.filter(pk=story_id).values_list("key", flat=True).first() or "a story"
