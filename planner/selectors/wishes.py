"""Votes, feedback and relative scores, read."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import User, Workspace
from planner.domain.vocabulary import FeedbackState, VoteKind
from planner.models import Capability, Feedback, RelativeScores, Story, Vote

MOST_QUOTES = 5


@dataclass(frozen=True)
class VoteTally:
    """The votes of one kind for one unit. `mine`: the reader's own weight, 0 without one."""

    kind: VoteKind
    total: int
    voters: list[tuple[str, int]]
    mine: int


@dataclass(frozen=True)
class Wishes:
    """All that people wish for one unit."""

    votes: list[VoteTally]
    scores: RelativeScores | None
    wsjf: Decimal | None
    rice: Decimal | None
    feedback: list[Feedback]
    feedback_count: int
    feedback_weight: Decimal


def list_votes(*, workspace: Workspace) -> QuerySet[Vote]:
    """Return a workspace's votes with their voters and units."""
    return Vote.objects.filter(workspace=workspace).select_related("voter", "capability", "story")


def list_feedback(*, workspace: Workspace, state: str | None = None) -> QuerySet[Feedback]:
    """Return a workspace's feedback with what answers it; of one state where that is named."""
    found = Feedback.objects.filter(workspace=workspace).select_related("capability")
    return found.filter(state=state) if state else found


def count_feedback(*, workspace: Workspace) -> dict[str, int]:
    """Count the feedback of each state, zero included."""
    counts = Feedback.objects.filter(workspace=workspace).order_by().values_list("state").annotate(n=Count("id"))
    return {state.value: 0 for state in FeedbackState} | dict(counts)


def wishes_of(*, unit: Capability | Story, reader: User) -> Wishes:
    """Gather what people wish for a unit, in at most five queries."""
    votes = list(Vote.objects.filter(_about(unit)).select_related("voter").order_by("-weight", "id"))
    scores = scores_of(unit=unit)
    said = Feedback.objects.filter(state=FeedbackState.LINKED.value)
    said = said.filter(capability=unit) if isinstance(unit, Capability) else said.none()
    sums = said.aggregate(n=Count("id"), weight=Sum("weight"))
    return Wishes(
        votes=[_tally(kind, votes, reader) for kind in VoteKind],
        scores=scores,
        wsjf=wsjf_of(scores),
        rice=rice_of(scores),
        feedback=list(said.order_by("-weight", "-id")[:MOST_QUOTES]),
        feedback_count=sums.get("n") or 0,
        feedback_weight=sums.get("weight") or Decimal(0),
    )


def scores_of(*, unit: Capability | Story) -> RelativeScores | None:
    """Return the unit's relative scores; None while nobody has scored it."""
    return RelativeScores.objects.filter(_about(unit)).first()


def _about(unit: Capability | Story) -> Q:
    return Q(capability=unit) if isinstance(unit, Capability) else Q(story=unit)


def _tally(kind: VoteKind, votes: list[Vote], reader: User) -> VoteTally:
    cast = [vote for vote in votes if vote.kind == kind.value]
    return VoteTally(
        kind=kind,
        total=sum(vote.weight for vote in cast),
        voters=[(str(vote.voter), vote.weight) for vote in cast],
        mine=next((vote.weight for vote in cast if vote.voter_id == reader.pk), 0),
    )


def wsjf_of(scores: RelativeScores | None) -> Decimal | None:
    """(User value + time criticality + risk reduction) / job size; None where a part is missing."""
    if scores is None or scores.job_size is None:
        return None
    parts = (scores.user_value, scores.time_criticality, scores.risk_reduction)
    known = [part for part in parts if part is not None]
    return sum(known, Decimal(0)) / scores.job_size if len(known) == len(parts) else None


def rice_of(scores: RelativeScores | None) -> Decimal | None:
    """Reach x impact x confidence / effort; None where a part is missing."""
    if scores is None or scores.effort is None:
        return None
    if scores.reach is None or scores.impact is None or scores.confidence is None:
        return None
    return scores.reach * scores.impact * scores.confidence / scores.effort
