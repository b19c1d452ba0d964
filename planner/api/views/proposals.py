"""Proposed orders over HTTP: ask for one, read it, accept all or some of it, take it back, put it aside."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, check_body, read_body
from common.api.describing import WORKSPACE, describe
from common.clock import utc_now
from common.errors import InvalidInput
from planner.api import examples
from planner.api.actors import actor_of
from planner.api.serializers.proposals import (
    NewProposal,
    ProposalChoice,
    ProposalDetailSerializer,
    ProposalSerializer,
)
from planner.api.views.listing import WorkspaceList
from planner.domain.vocabulary import ProposalState
from planner.models import RankProposal
from planner.selectors.fetch import get_proposal_for
from planner.selectors.pins import today_of
from planner.selectors.proposals import list_proposals, proposal_page
from planner.services.applying import accept_proposal
from planner.services.deciding import discard_proposal
from planner.services.proposals import propose_order
from planner.services.undoing import undo_proposal


def _told(proposal: RankProposal) -> Any:
    today = today_of(workspace=proposal.workspace, now=utc_now())
    return ProposalDetailSerializer(proposal_page(proposal=proposal, today=today)).data


class ProposalList(WorkspaceList[RankProposal]):
    """The proposals of a workspace."""

    serializer_class = ProposalSerializer
    newest_first = True

    @describe("proposals_list", "List proposed orders", parameters=[WORKSPACE], example=examples.PROPOSAL)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return proposals in short, the newest first."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[RankProposal]:
        """Return the proposals."""
        return list_proposals(workspace_id=workspace.pk)

    @describe(
        "proposals_create",
        "Propose an order",
        body=NewProposal,
        answer=ProposalDetailSerializer,
        status=201,
        body_example={"workspace": "ACME"},
        example=examples.PROPOSAL_DETAIL,
    )
    def post(self, request: Request) -> Response:
        """Ask for the order that earns most. Nothing moves until it is accepted.

        Up to 2,000 open stories the answer is complete (201). Above, it is COMPUTING (202): poll its `job`, then
        read it again. One that can't be computed is FAILED: `error` says why and what to do, then ask again.
        """
        body = body_of(request)
        workspace = take_workspace(request, body, Action.RANK)
        read_body(body=body, shape=NewProposal, workspace_id=workspace.pk)
        proposal = propose_order(workspace=workspace, actor=actor_of(request), now=utc_now())
        is_done = proposal.state != ProposalState.COMPUTING.value
        headers = {"Location": request.build_absolute_uri(f"/api/v1/proposals/{proposal.pk}/")}
        return Response(_told(proposal), status=201 if is_done else 202, headers=headers)


class ProposalDetail(APIView):
    """One proposal."""

    @describe(
        "proposals_retrieve",
        "Read a proposed order",
        answer=ProposalDetailSerializer,
        example=examples.PROPOSAL_DETAIL,
    )
    def get(self, request: Request, proposal_id: int) -> Response:
        """Return a proposed order with moves, reasons, savings, bound, and what is too close to call."""
        return Response(_told(get_proposal_for(user=user_of(request), proposal_id=proposal_id, action=Action.VIEW)))


class ProposalAccept(APIView):
    """Accepting a proposal."""

    @describe(
        "proposals_accept",
        "Accept a proposed order",
        body=ProposalChoice,
        answer=ProposalDetailSerializer,
        body_example={"units": [7, -41]},
        example=examples.PROPOSAL_DETAIL,
    )
    def post(self, request: Request, proposal_id: int) -> Response:
        """Move these units as proposed, or all. What others moved meanwhile stays.

        409 names what contradicts a chosen move (its unit is finished, worth something else, pinned); then nothing
        is moved at all.
        """
        proposal = get_proposal_for(user=user_of(request), proposal_id=proposal_id, action=Action.RANK)
        units = check_body(body=body_of(request), shape=ProposalChoice).get("units")
        accepted = accept_proposal(proposal=proposal, unit_ids=units, actor=actor_of(request), now=utc_now())
        return Response(_told(accepted))


class ProposalUndo(APIView):
    """Taking an accepted proposal back."""

    @describe(
        "proposals_undo",
        "Take an accepted order back",
        answer=ProposalDetailSerializer,
        example=examples.PROPOSAL_DETAIL,
    )
    def post(self, request: Request, proposal_id: int) -> Response:
        """Put every story back where it stood. 409 names the story that somebody moved again since."""
        proposal = _fetched_without_body(request, proposal_id)
        return Response(_told(undo_proposal(proposal=proposal, actor=actor_of(request), now=utc_now())))


class ProposalDiscard(APIView):
    """Putting a proposal aside."""

    @describe(
        "proposals_discard",
        "Discard a proposed order",
        answer=ProposalDetailSerializer,
        example=examples.PROPOSAL_DETAIL,
    )
    def post(self, request: Request, proposal_id: int) -> Response:
        """Put a proposal aside; the backlog stays as it is."""
        proposal = _fetched_without_body(request, proposal_id)
        return Response(_told(discard_proposal(proposal=proposal, actor=actor_of(request), now=utc_now())))


def _fetched_without_body(request: Request, proposal_id: int) -> RankProposal:
    proposal = get_proposal_for(user=user_of(request), proposal_id=proposal_id, action=Action.RANK)
    if body_of(request):
        raise InvalidInput("Send no fields: this call takes none.", field="body")
    return proposal
