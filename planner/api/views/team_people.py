"""A team's members, the leave of people, and what is known of a person, over HTTP."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, read_body
from common.api.describing import WORKSPACE, describe, id_filter
from common.api.queries import read_ids
from common.clock import utc_now
from common.errors import NotFound
from planner.api import examples, team_examples
from planner.api.actors import actor_of
from planner.api.serializers.plan import PersonSerializer
from planner.api.serializers.teams import (
    LeaveChange,
    LeaveSerializer,
    NewLeave,
    NewMember,
    PersonChange,
    TeamMemberChange,
    TeamMemberSerializer,
)
from planner.api.views.listing import WorkspaceList
from planner.models import Leave, TeamMember
from planner.selectors.fetch import get_leave_for, get_member_for, get_person_for, get_team_for
from planner.services.leaves import add_leave, delete_leave, update_leave
from planner.services.members import add_member, remove_member, update_member
from planner.services.people import update_person


class MemberList(APIView):
    """Who is in a team."""

    @describe(
        "teams_members_list",
        "List a team's members",
        answer=TeamMemberSerializer(many=True),
        example=team_examples.MEMBER,
    )
    def get(self, request: Request, team_id: int) -> Response:
        """Return the members with their hours and allocation, by name."""
        team = get_team_for(user=user_of(request), team_id=team_id, action=Action.VIEW)
        members = TeamMember.objects.filter(team=team).select_related("person").order_by("person__name", "pk")
        return Response(TeamMemberSerializer(members, many=True).data)

    @describe(
        "teams_members_create",
        "Put somebody into a team",
        body=NewMember,
        answer=TeamMemberSerializer,
        status=201,
        body_example={"person": 5, "hours_per_day": "7.5", "allocation": "0.8"},
        example=team_examples.MEMBER,
    )
    def post(self, request: Request, team_id: int) -> Response:
        """Add a person of the workspace; without hours the workspace's day counts, without an allocation the whole."""
        team = get_team_for(user=user_of(request), team_id=team_id, action=Action.EDIT_PLAN)
        fields = read_body(body=body_of(request), shape=NewMember, workspace_id=team.workspace_id)
        member = add_member(team=team, actor=actor_of(request), now=utc_now(), **fields)
        return Response(TeamMemberSerializer(member).data, status=201)


class MemberDetail(APIView):
    """One member of a team."""

    @describe(
        "teams_members_partial_update",
        "Change a member's hours or allocation",
        body=TeamMemberChange,
        answer=TeamMemberSerializer,
        body_example={"allocation": "0.5"},
        example=team_examples.MEMBER,
    )
    def patch(self, request: Request, team_id: int, member_id: int) -> Response:
        """Change what is named."""
        member = _member(request, team_id, member_id)
        fields = read_body(body=body_of(request), shape=TeamMemberChange, workspace_id=member.team.workspace_id)
        member = update_member(member=member, changes=fields, actor=actor_of(request), now=utc_now())
        return Response(TeamMemberSerializer(member).data)

    @describe("teams_members_destroy", "Take somebody out of a team", status=204)
    def delete(self, request: Request, team_id: int, member_id: int) -> Response:
        """Take a person out of the team; their stories and tasks stay theirs."""
        member = _member(request, team_id, member_id)
        remove_member(member=member, actor=actor_of(request), now=utc_now())
        return Response(status=204)


def _member(request: Request, team_id: int, member_id: int) -> TeamMember:
    member = get_member_for(user=user_of(request), member_id=member_id, action=Action.EDIT_PLAN)
    if member.team_id != team_id:
        raise NotFound("There is no such member in this team.")
    return member


class LeaveList(WorkspaceList[Leave]):
    """Leave of a workspace's people."""

    serializer_class = LeaveSerializer

    @describe(
        "leaves_list", "List leave", parameters=[WORKSPACE, id_filter("person", "person")], example=team_examples.LEAVE
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the leave of everybody, or of one person."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Leave]:
        """Return the leave that passes the filter."""
        leaves = Leave.objects.filter(person__workspace=workspace).select_related("person")
        return leaves.filter(**read_ids(self.request, ["person"]))

    @describe(
        "leaves_create",
        "Add leave",
        body=NewLeave,
        answer=LeaveSerializer,
        status=201,
        body_example={"person": 5, "start_date": "2026-03-09", "end_date": "2026-03-11", "share": "0.5"},
        example=team_examples.LEAVE,
    )
    def post(self, request: Request) -> Response:
        """Add days away; capacities count them from then on."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.EDIT_PLAN)
        fields = read_body(body=body, shape=NewLeave, workspace_id=workspace.pk)
        leave = add_leave(actor=actor_of(request), now=utc_now(), **fields)
        return Response(LeaveSerializer(leave).data, status=201)


class LeaveDetail(APIView):
    """One leave."""

    @describe("leaves_retrieve", "Read a leave", answer=LeaveSerializer, example=team_examples.LEAVE)
    def get(self, request: Request, leave_id: int) -> Response:
        """Return a leave."""
        leave = get_leave_for(user=user_of(request), leave_id=leave_id, action=Action.VIEW)
        return Response(LeaveSerializer(leave).data)

    @describe(
        "leaves_partial_update",
        "Change a leave",
        body=LeaveChange,
        answer=LeaveSerializer,
        body_example={"end_date": "2026-03-12"},
        example=team_examples.LEAVE,
    )
    def patch(self, request: Request, leave_id: int) -> Response:
        """Change what is named."""
        leave = get_leave_for(user=user_of(request), leave_id=leave_id, action=Action.EDIT_PLAN)
        fields = read_body(body=body_of(request), shape=LeaveChange, workspace_id=leave.person.workspace_id)
        leave = update_leave(leave=leave, changes=fields, actor=actor_of(request), now=utc_now())
        return Response(LeaveSerializer(leave).data)

    @describe("leaves_destroy", "Delete a leave", status=204)
    def delete(self, request: Request, leave_id: int) -> Response:
        """Delete a leave: its days count as worked again."""
        leave = get_leave_for(user=user_of(request), leave_id=leave_id, action=Action.EDIT_PLAN)
        delete_leave(leave=leave, actor=actor_of(request), now=utc_now())
        return Response(status=204)


class PersonDetail(APIView):
    """One person."""

    @describe("people_retrieve", "Read a person", answer=PersonSerializer, example=examples.PERSON)
    def get(self, request: Request, person_id: int) -> Response:
        """Return a person with their skills."""
        person = get_person_for(user=user_of(request), person_id=person_id, action=Action.VIEW)
        return Response(PersonSerializer(person).data)

    @describe(
        "people_partial_update",
        "Change a person's skills or holidays",
        body=PersonChange,
        answer=PersonSerializer,
        body_example={"skills": ["frontend", "payments"], "holiday_country": "NO"},
        example=examples.PERSON,
    )
    def patch(self, request: Request, person_id: int) -> Response:
        """Change what is named; `skills` replaces the whole list."""
        person = get_person_for(user=user_of(request), person_id=person_id, action=Action.EDIT_PLAN)
        fields = read_body(body=body_of(request), shape=PersonChange, workspace_id=person.workspace_id)
        person = update_person(person=person, changes=fields, actor=actor_of(request), now=utc_now())
        return Response(PersonSerializer(person).data)
