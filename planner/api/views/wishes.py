"""Votes, user feedback and relative scores over HTTP."""

from typing import Any

from django.db.models import QuerySet
from django.forms import model_to_dict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of
from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import require
from common.api.bodies import body_of, read_body, take_version
from common.api.describing import WORKSPACE, describe, id_filter
from common.api.queries import read_ids, read_word
from common.clock import utc_now
from common.errors import InvalidInput
from planner.api import examples
from planner.api.actors import actor_of
from planner.api.serializers.wishes import (
    FeedbackChange,
    FeedbackDismissal,
    FeedbackLink,
    FeedbackReopening,
    FeedbackSerializer,
    NewFeedback,
    NewVote,
    ScoresChange,
    ScoresSerializer,
    VoteSerializer,
)
from planner.api.views.listing import WorkspaceList
from planner.domain.vocabulary import FeedbackState, VoteKind
from planner.models import Feedback, Vote
from planner.selectors.fetch import get_capability_for, get_feedback_for, get_story_for
from planner.selectors.wishes import list_feedback, list_votes, rice_of, scores_of, wsjf_of
from planner.services.feedback import (
    delete_feedback,
    dismiss_feedback,
    hand_in_feedback,
    link_feedback,
    reopen_feedback,
    update_feedback,
)
from planner.services.units import Unit
from planner.services.wishes import SCORE_READERS, cast_vote, score_unit

KINDS = [kind.value for kind in VoteKind]
STATES = [state.value for state in FeedbackState]
KIND = OpenApiParameter("kind", OpenApiTypes.STR, enum=KINDS, description="Only votes of this kind.")
STATE = OpenApiParameter("state", OpenApiTypes.STR, enum=STATES, description="Only feedback in this state.")


class VoteList(WorkspaceList[Vote]):
    """The votes of a workspace."""

    serializer_class = VoteSerializer

    @describe(
        "votes_list",
        "List votes",
        parameters=[WORKSPACE, KIND, id_filter("capability", "capability"), id_filter("story", "story")],
        example=examples.VOTE,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return who wishes for what, and how much."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Vote]:
        """Return the votes that pass the filters."""
        kind = read_word(self.request, "kind", KINDS)
        votes = list_votes(workspace=workspace).filter(**read_ids(self.request, ["capability", "story"]))
        return votes.filter(kind=kind) if kind else votes

    @describe(
        "votes_create",
        "Vote",
        body=NewVote,
        answer=VoteSerializer,
        status=201,
        body_example={"capability": 7, "kind": "SPONSOR", "weight": 4},
        example=examples.VOTE,
    )
    def post(self, request: Request) -> Response:
        """Vote for a capability, or for a story in none; it replaces your vote of that kind.

        A weight of 0 takes your vote back, and the answer is empty (204).
        """
        body = body_of(request)
        workspace = take_workspace(request, body, Action.VOTE)
        fields = read_body(body=body, shape=NewVote, workspace_id=workspace.pk)
        vote = cast_vote(
            unit=_one_unit(fields),
            voter=user_of(request),
            kind=fields["kind"],
            weight=fields["weight"],
            actor=actor_of(request),
            now=utc_now(),
        )
        return Response(VoteSerializer(vote).data, status=201) if vote else Response(status=204)


def _one_unit(fields: dict[str, Any]) -> Unit:
    units: list[Unit] = [fields[name] for name in ("capability", "story") if fields.get(name) is not None]
    if len(units) != 1:
        raise InvalidInput("Name one capability, or one story that is in none.", field="capability")
    return units[0]


class FeedbackList(WorkspaceList[Feedback]):
    """The feedback of a workspace."""

    serializer_class = FeedbackSerializer
    newest_first = True

    @describe(
        "feedback_list",
        "List feedback",
        parameters=[WORKSPACE, STATE, id_filter("capability", "capability")],
        example=examples.FEEDBACK,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return what customers said, the newest first."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Feedback]:
        """Return the feedback that passes the filters."""
        state = read_word(self.request, "state", STATES)
        return list_feedback(workspace=workspace, state=state).filter(**read_ids(self.request, ["capability"]))

    @describe(
        "feedback_create",
        "Hand in feedback",
        body=NewFeedback,
        answer=FeedbackSerializer,
        status=201,
        body_example={"text": "The quote takes a day; I book elsewhere.", "customer": "Nordlake Foods", "weight": "3"},
        example=examples.FEEDBACK,
    )
    def post(self, request: Request) -> Response:
        """Put what a customer said into the inbox, to be vetted."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.VOTE)
        fields = read_body(body=body, shape=NewFeedback, workspace_id=workspace.pk)
        if fields.get("capability") is not None:
            require(user=user_of(request), workspace_id=workspace.pk, action=Action.RANK, what="feedback")
        feedback = hand_in_feedback(workspace=workspace, values=fields, actor=actor_of(request), now=utc_now())
        return Response(FeedbackSerializer(feedback).data, status=201)


def _feedback_for(request: Request, feedback_id: int, action: Action) -> Feedback:
    return get_feedback_for(user=user_of(request), feedback_id=feedback_id, action=action)


class FeedbackDetail(APIView):
    """One piece of feedback."""

    @describe("feedback_retrieve", "Read feedback", answer=FeedbackSerializer, example=examples.FEEDBACK)
    def get(self, request: Request, feedback_id: int) -> Response:
        """Return what a customer said and what became of it."""
        return Response(FeedbackSerializer(_feedback_for(request, feedback_id, Action.VIEW)).data)

    @describe(
        "feedback_partial_update",
        "Correct feedback",
        body=FeedbackChange,
        answer=FeedbackSerializer,
        body_example={"weight": "5", "version": 1},
        example=examples.FEEDBACK,
    )
    def patch(self, request: Request, feedback_id: int) -> Response:
        """Correct its text, customer, weight or day."""
        feedback = _feedback_for(request, feedback_id, Action.RANK)
        fields = read_body(body=body_of(request), shape=FeedbackChange, workspace_id=feedback.workspace_id)
        version = take_version(fields)
        feedback = update_feedback(
            feedback=feedback, changes=fields, version=version, actor=actor_of(request), now=utc_now()
        )
        return Response(FeedbackSerializer(feedback).data)

    @describe("feedback_destroy", "Delete feedback", status=204)
    def delete(self, request: Request, feedback_id: int) -> Response:
        """Delete what never should have come in. Dismissing keeps the record."""
        feedback = _feedback_for(request, feedback_id, Action.RANK)
        delete_feedback(feedback=feedback, actor=actor_of(request), now=utc_now())
        return Response(status=204)


class FeedbackLinking(APIView):
    """Linking feedback."""

    @describe(
        "feedback_link",
        "Link feedback to a capability",
        body=FeedbackLink,
        answer=FeedbackSerializer,
        body_example={"capability": 7, "version": 1},
        example=examples.FEEDBACK,
    )
    def post(self, request: Request, feedback_id: int) -> Response:
        """Say which capability answers it; from then on its weight counts for that one."""
        feedback = _feedback_for(request, feedback_id, Action.RANK)
        fields = read_body(body=body_of(request), shape=FeedbackLink, workspace_id=feedback.workspace_id)
        feedback = link_feedback(feedback=feedback, actor=actor_of(request), now=utc_now(), **fields)
        return Response(FeedbackSerializer(feedback).data)


class FeedbackDismissing(APIView):
    """Dismissing feedback."""

    @describe(
        "feedback_dismiss",
        "Dismiss feedback",
        body=FeedbackDismissal,
        answer=FeedbackSerializer,
        body_example={"reason": "A training matter, answered by phone.", "version": 1},
        example=examples.FEEDBACK,
    )
    def post(self, request: Request, feedback_id: int) -> Response:
        """Set it aside, and say why. It can be reopened."""
        feedback = _feedback_for(request, feedback_id, Action.RANK)
        fields = read_body(body=body_of(request), shape=FeedbackDismissal, workspace_id=feedback.workspace_id)
        feedback = dismiss_feedback(feedback=feedback, actor=actor_of(request), now=utc_now(), **fields)
        return Response(FeedbackSerializer(feedback).data)


class FeedbackReopen(APIView):
    """Reopening feedback."""

    @describe(
        "feedback_reopen",
        "Put feedback back into the inbox",
        body=FeedbackReopening,
        answer=FeedbackSerializer,
        body_example={"version": 2},
        example=examples.FEEDBACK,
    )
    def post(self, request: Request, feedback_id: int) -> Response:
        """What was linked or dismissed waits to be vetted again."""
        feedback = _feedback_for(request, feedback_id, Action.RANK)
        fields = read_body(body=body_of(request), shape=FeedbackReopening, workspace_id=feedback.workspace_id)
        feedback = reopen_feedback(feedback=feedback, actor=actor_of(request), now=utc_now(), **fields)
        return Response(FeedbackSerializer(feedback).data)


class UnitScores(APIView):
    """The relative scores of one unit."""

    def unit_for(self, request: Request, pk: int, action: Action) -> Unit:
        """Return the unit, checked."""
        raise NotImplementedError

    def answer(self, request: Request, pk: int) -> Response:
        """Return the scores; all null while nobody has scored it."""
        return _scores(self.unit_for(request, pk, Action.VIEW))

    def change(self, request: Request, pk: int) -> Response:
        """Set the scores that are named."""
        unit = self.unit_for(request, pk, Action.RANK)
        fields = read_body(body=body_of(request), shape=ScoresChange, workspace_id=unit.workspace_id)
        score_unit(unit=unit, scores=fields, actor=actor_of(request), now=utc_now())
        return _scores(unit)


def _scores(unit: Unit) -> Response:
    scores = scores_of(unit=unit)
    known = model_to_dict(scores, SCORE_READERS) if scores else dict.fromkeys(SCORE_READERS)
    figures = {"wsjf": wsjf_of(scores), "rice": rice_of(scores)}
    author = {"author_name": scores.author_name if scores else "", "updated_at": scores.updated_at if scores else None}
    return Response(ScoresSerializer({**known, **figures, **author}).data)


class CapabilityScores(UnitScores):
    """The relative scores of a capability."""

    def unit_for(self, request: Request, pk: int, action: Action) -> Unit:
        """Return the capability."""
        return get_capability_for(user=user_of(request), capability_id=pk, action=action)

    @describe(
        "capabilities_scores_retrieve",
        "Read a capability's relative scores",
        answer=ScoresSerializer,
        example=examples.SCORES,
    )
    def get(self, request: Request, capability_id: int) -> Response:
        """Return the inputs of WSJF and RICE, and both scores where they are complete."""
        return self.answer(request, capability_id)

    @describe(
        "capabilities_scores_partial_update",
        "Set a capability's relative scores",
        body=ScoresChange,
        answer=ScoresSerializer,
        body_example={"user_value": "13", "time_criticality": "5", "risk_reduction": "3", "job_size": "8"},
        example=examples.SCORES,
    )
    def patch(self, request: Request, capability_id: int) -> Response:
        """Set what is named; null forgets a score. They rank the lenses WSJF and RICE and are never dollars."""
        return self.change(request, capability_id)


class StoryScores(UnitScores):
    """The relative scores of a story in no capability."""

    def unit_for(self, request: Request, pk: int, action: Action) -> Unit:
        """Return the story."""
        return get_story_for(user=user_of(request), story_id=pk, action=action)

    @describe(
        "stories_scores_retrieve", "Read a story's relative scores", answer=ScoresSerializer, example=examples.SCORES
    )
    def get(self, request: Request, story_id: int) -> Response:
        """Return the inputs of WSJF and RICE, and both scores where they are complete."""
        return self.answer(request, story_id)

    @describe(
        "stories_scores_partial_update",
        "Set the relative scores of a story of its own",
        body=ScoresChange,
        answer=ScoresSerializer,
        body_example={"reach": "400", "impact": "2", "confidence": "0.8", "effort": "3"},
        example=examples.SCORES,
    )
    def patch(self, request: Request, story_id: int) -> Response:
        """Set what is named; null forgets a score. A story in a capability is ranked with that: refused."""
        return self.change(request, story_id)
