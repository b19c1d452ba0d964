"""Proposals that get no answer: each ends as failed, with a sentence that says what to do."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from common.jobs.models import JobState
from planner.domain.vocabulary import ProposalState
from planner.models import RankProposal
from planner.services.announcing import announce_by_machine

SENTENCE_LENGTH = 500
FORGOTTEN_AFTER = timedelta(minutes=15)
"""Without a job, an answer is computed while somebody waits: never that long."""

CANCELLED = "Its job was cancelled before there was an answer: propose an order again when you want one."
STOPPED = "Computing it stopped unexpectedly: propose an order again. If it stops again, tell whoever runs Millrace"


def fail_proposal(*, proposal: RankProposal, error: str, now: datetime) -> RankProposal:
    """End a proposal that its inputs give no answer to; `error` is told as it is."""
    proposal.state, proposal.error, proposal.computed_at = ProposalState.FAILED.value, error[:SENTENCE_LENGTH], now
    with transaction.atomic():
        proposal.save(update_fields=["state", "error", "computed_at"])
        _announce(proposal, now=now)
    return proposal


def fail_stopped(*, proposal_id: int, now: datetime) -> int:
    """End a proposal whose computing stopped while somebody waited; returns how many that were, 0 or 1."""
    return _stop(_computing().filter(pk=proposal_id), f"{STOPPED}.", now=now)


def fail_with_job(*, job_id: int, state: str, now: datetime) -> int:
    """End the proposal whose job ended without an answer; returns how many that were, 0 or 1."""
    error = CANCELLED if state == JobState.CANCELLED else f"{STOPPED} about job {job_id}."
    return _stop(_computing().filter(job_id=job_id), error, now=now)


def fail_forgotten(*, now: datetime) -> int:
    """End proposals that nothing computes any more: their job is over or gone; returns how many that were."""
    over = Q(job__state__in=[JobState.DONE, JobState.FAILED, JobState.CANCELLED])
    nobody = Q(job=None, created_at__lt=now - FORGOTTEN_AFTER)
    return _stop(_computing().filter(over | nobody), f"{STOPPED}.", now=now)


def _computing() -> QuerySet[RankProposal]:
    return RankProposal.objects.filter(state=ProposalState.COMPUTING.value)


def _stop(proposals: QuerySet[RankProposal], error: str, *, now: datetime) -> int:
    stopped = 0
    for proposal in proposals.only("workspace_id"):
        with transaction.atomic():
            still = _computing().filter(pk=proposal.pk)
            if still.update(state=ProposalState.FAILED.value, error=error):
                _announce(proposal, now=now)
                stopped += 1
    return stopped


def _announce(proposal: RankProposal, *, now: datetime) -> None:
    announce_by_machine(workspace_id=proposal.workspace_id, topic="proposal", verb="failed", now=now)
