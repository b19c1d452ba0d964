"""What accepting, undoing and discarding a proposal share: holding it, its end, and what accepting wrote."""

import json
import zlib
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from django.db import transaction

from common.errors import Conflict
from common.events import publish
from planner.domain.vocabulary import ProposalState
from planner.events import RankingInputsChanged
from planner.models import RankProposal
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.rank_runs import MovedStory, Written


class NotReady(Conflict):
    """The proposal is not in a state in which this can be done with it."""

    def __init__(self, *, proposal: RankProposal) -> None:
        words = {
            ProposalState.COMPUTING.value: "This order is still being computed: wait for it.",
            ProposalState.FAILED.value: "This order could not be computed: propose again.",
            ProposalState.READY.value: "This proposal was not accepted, so there is nothing to take back.",
        }
        decided = f"This proposal is {proposal.get_state_display().lower()} already: propose an order again."
        super().__init__(words.get(proposal.state, decided), code="not_ready")


@dataclass(frozen=True)
class Applied:
    """What accepting wrote: the stories that moved, and the last of its events."""

    moved: Sequence[MovedStory]
    last_event_id: int

    @classmethod
    def of(cls, written: Written) -> "Applied":
        """From what was just written."""
        return cls(written.moved, written.last_event_id)

    @classmethod
    def unpack(cls, packed: bytes) -> "Applied":
        """As stored with the proposal."""
        document = json.loads(zlib.decompress(packed))
        return cls([MovedStory(*row) for row in document["moved"]], document["last_event_id"])

    def pack(self) -> bytes:
        """As compressed JSON."""
        document = {"moved": [astuple(story) for story in self.moved], "last_event_id": self.last_event_id}
        return zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 6)


def hold_proposal(*, proposal: RankProposal, wanted: Collection[ProposalState]) -> RankProposal:
    """The proposal, held until the end of the transaction; raises NotReady when it is in another state."""
    held = RankProposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    if held.state not in [state.value for state in wanted]:
        raise NotReady(proposal=held)
    held.workspace = proposal.workspace
    return held


def decide(
    *, proposal: RankProposal, state: ProposalState, actor: Actor, now: datetime, fields: Sequence[str] = ()
) -> None:
    """Write the proposal's new state, with these further fields, and tell everyone."""
    proposal.state, proposal.decided_at, proposal.decided_by_name = state.value, now, actor.name
    proposal.save(update_fields=[*fields, "state", "decided_at", "decided_by_name"])
    if state is not ProposalState.DISCARDED:
        publish(RankingInputsChanged(workspace_id=proposal.workspace_id, now=now))
    workspace_id, verb = proposal.workspace_id, state.value.lower()
    announce(workspace_id=workspace_id, topic="proposal", object_id=proposal.pk, verb=verb, actor=actor, now=now)


def discard_proposal(*, proposal: RankProposal, actor: Actor, now: datetime) -> RankProposal:
    """Put a proposal aside; the backlog stays as it is."""
    with transaction.atomic():
        wanted = [ProposalState.READY, ProposalState.COMPUTING, ProposalState.FAILED]
        held = hold_proposal(proposal=proposal, wanted=wanted)
        decide(proposal=held, state=ProposalState.DISCARDED, actor=actor, now=now)
    return held
