"""People and teams over HTTP."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, read_body
from common.api.describing import WORKSPACE, describe
from common.clock import utc_now
from planner.api import examples
from planner.api.actors import actor_of
from planner.api.serializers.plan import NewPerson, NewTeam, PersonSerializer, TeamChange, TeamSerializer
from planner.api.views.listing import WorkspaceList
from planner.models import Person, Team
from planner.selectors.fetch import get_team_for
from planner.selectors.listing import list_people, list_teams
from planner.services.teams import create_team, delete_team, update_team
from planner.services.workspaces import find_or_create_person


class PersonList(WorkspaceList[Person]):
    """Whom work can be assigned to."""

    serializer_class = PersonSerializer

    @describe("people_list", "List people", parameters=[WORKSPACE], example=examples.PERSON)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return members and the names that imports brought; stories and tasks are assigned to them."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Person]:
        """Return the workspace's people."""
        return list_people(workspace=workspace)

    @describe(
        "people_create",
        "Find or add a person",
        body=NewPerson,
        answer=PersonSerializer,
        status=201,
        body_example={"name": "Dana Ruiz", "email": "dana@example.com"},
        example=examples.PERSON,
    )
    def post(self, request: Request) -> Response:
        """Return the person with this e-mail address, else with this name; add one when there is none."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.EDIT_PLAN)
        fields = read_body(body=body, shape=NewPerson, workspace_id=workspace.pk)
        return Response(PersonSerializer(find_or_create_person(workspace=workspace, **fields)).data, status=201)


class TeamList(WorkspaceList[Team]):
    """The teams of a workspace."""

    serializer_class = TeamSerializer

    @describe("teams_list", "List teams", parameters=[WORKSPACE], example=examples.TEAM)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return teams with their people."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Team]:
        """Return the workspace's teams."""
        return list_teams(workspace=workspace)

    @describe(
        "teams_create",
        "Create a team",
        body=NewTeam,
        answer=TeamSerializer,
        status=201,
        body_example={"name": "Quayside", "people": [5]},
        example=examples.TEAM,
    )
    def post(self, request: Request) -> Response:
        """Create a team; without a cost per point of its own the workspace's counts."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.EDIT_PLAN)
        fields = read_body(body=body, shape=NewTeam, workspace_id=workspace.pk)
        team = create_team(workspace=workspace, actor=actor_of(request), now=utc_now(), **fields)
        return Response(TeamSerializer(team).data, status=201)


class TeamDetail(APIView):
    """One team."""

    @describe("teams_retrieve", "Read a team", answer=TeamSerializer, example=examples.TEAM)
    def get(self, request: Request, team_id: int) -> Response:
        """Return a team with its people."""
        return Response(TeamSerializer(get_team_for(user=user_of(request), team_id=team_id, action=Action.VIEW)).data)

    @describe(
        "teams_partial_update",
        "Change a team",
        body=TeamChange,
        answer=TeamSerializer,
        body_example={"people": [5, 6]},
        example=examples.TEAM,
    )
    def patch(self, request: Request, team_id: int) -> Response:
        """Change what is named; `people` replaces the whole list."""
        team = get_team_for(user=user_of(request), team_id=team_id, action=Action.EDIT_PLAN)
        fields = read_body(body=body_of(request), shape=TeamChange, workspace_id=team.workspace_id)
        team = update_team(team=team, changes=fields, actor=actor_of(request), now=utc_now())
        return Response(TeamSerializer(team).data)

    @describe("teams_destroy", "Delete a team", status=204)
    def delete(self, request: Request, team_id: int) -> Response:
        """Delete a team with its sprints; its stories stay, without a team."""
        team = get_team_for(user=user_of(request), team_id=team_id, action=Action.EDIT_PLAN)
        delete_team(team=team, actor=actor_of(request), now=utc_now())
        return Response(status=204)
