"""One workspace with one object of every kind, and somebody in every relation to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from knox.settings import CONSTANTS

from accounts.models import Membership, User, Workspace
from accounts.policies import Role
from accounts.services.invitations import invite_person
from accounts.services.tokens import create_api_token
from common.clock import utc_now
from common.jobs.models import Job
from common.jobs.services import enqueue
from integrations.models import ImportRun
from planner.domain.vocabulary import PinKind
from planner.models import Capability, Comment, Dependency, Panel, Pin, Sprint, State, Story, Task, Team
from planner.selectors.boards import BoardDraft
from planner.selectors.panels import PanelDraft
from planner.services.attachments import add_attachment
from planner.services.boards import create_board
from planner.services.custom_fields import create_field
from planner.services.dependencies import add_dependency
from planner.services.feedback import hand_in_feedback
from planner.services.leaves import add_leave
from planner.services.members import add_member
from planner.services.panels import create_layout
from planner.services.plans import request_plan
from planner.services.proposals import start_proposal
from planner.services.saved_views import save_view
from planner.services.sprints import create_sprint
from planner.services.tasks import create_task
from planner.services.teams import create_team
from planner.services.workspaces import find_or_create_person
from tests.factories import (
    NOW,
    actor_of,
    make_application,
    make_capability,
    make_member,
    make_story,
    make_user,
    make_workspace,
    owner_of,
    state_named,
)
from valuestream.models import Alert, CustomMetric, Map
from valuestream.selectors.forecast_asking import ForecastQuestion
from valuestream.services.alerts import create_alert
from valuestream.services.custom_metrics import create_custom_metric
from valuestream.services.forecasts import keep_forecast
from valuestream.services.requests import request_check

ANONYMOUS, OUTSIDER = "anonymous", "outsider"


@dataclass(frozen=True)
class World:
    """The workspace, the callers by what they are, and the arguments of addresses by name."""

    workspace: Workspace
    callers: dict[str, User | None]
    arguments: dict[str, Any]
    keys: dict[str, str]
    token_keys: dict[str, str]
    comment_ids: dict[str, int]

    def arguments_of(self, name: str, parameters: frozenset[str], caller: str) -> dict[str, Any]:
        """The arguments of the address with this name; `key` means a story's or a capability's."""
        known = self.arguments | {
            "key": self.keys["capability" if name.startswith("capability") else "story"],
            "token_key": self.token_keys[caller],
        }
        own_comment = self.comment_ids[caller]
        known |= {"comment": own_comment, "comment_id": own_comment}
        return {parameter: known[parameter] for parameter in parameters}


def make_world() -> World:
    """Build the world anew, in the test's transaction."""
    workspace = make_workspace("ACME")
    callers: dict[str, User | None] = {role.value: make_member(workspace, role) for role in list(Role)[1:]}
    callers |= {Role.OWNER.value: owner_of(workspace), OUTSIDER: owner_of(make_workspace("OTHER")), ANONYMOUS: None}
    capability = make_capability(workspace, make_application(workspace))
    story, other = make_story(workspace), make_story(workspace, capability=capability)
    invitation, token = invite_person(
        workspace=workspace,
        email="lee@example.com",
        role=Role.MEMBER.value,
        invited_by=owner_of(workspace),
        now=utc_now(),
    )
    return World(
        workspace=workspace,
        callers=callers,
        arguments={
            "workspace": workspace.key,
            "application_id": capability.application_id,
            "application": capability.application.key,
            "invitation_id": invitation.pk,
            "token": token,
            "uidb64": "MQ",
            "document": "reference/glossary",
            "image": "architecture.svg",
            "part": "head",
            "story": other.key,
            **_members_and_jobs(workspace),
            **_plan(workspace, story=story, other=other, capability=capability),
            **_proposed(workspace, capability=capability),
            **_talk(story),
            "forecast_id": keep_forecast(workspace=workspace, question=ForecastQuestion(), now=utc_now()).pk,
        },
        keys={"story": story.key, "capability": capability.key},
        token_keys={name: _token_key(user) for name, user in callers.items()},
        comment_ids={name: _comment_id(story, user) for name, user in callers.items()},
    )


def _comment_id(story: Story, user: User | None) -> int:
    """A comment of the caller's own: others may not edit it."""
    return Comment.objects.create(story=story, author=user, author_name="A", text="T", created_at=NOW).pk


def _talk(story: Story) -> dict[str, int]:
    file = ContentFile(b"%PDF-1.7", name="a.pdf")
    kept = add_attachment(story=story, file=file, name="a.pdf", actor=actor_of(story.workspace), now=NOW)
    return {"attachment": kept.pk, "attachment_id": kept.pk}


def _token_key(user: User | None) -> str:
    """The beginning of a token of the caller's own."""
    return create_api_token(user=user)[: CONSTANTS.TOKEN_KEY_LENGTH] if user else "0" * 15


def _members_and_jobs(workspace: Workspace) -> dict[str, int]:
    job: Job = enqueue(kind="test.nothing", args={}, workspace_id=workspace.pk, now=utc_now())
    run = ImportRun(
        workspace=workspace, job=job, format="jira", file_name="a.json", size_bytes=2, created_at=NOW, counts={}
    )
    run.file.save("a.json", ContentFile(b"[]"))
    member = Membership.objects.create(workspace=workspace, user=make_user(), role="MEMBER", created_at=NOW)
    rebuild = request_check(workspace_id=workspace.pk, user_id=None, now=utc_now())
    return {"rebuild_id": rebuild.pk, "job_id": job.pk, "job": job.pk, "run_id": run.pk, "membership_id": member.pk}


def _proposed(workspace: Workspace, *, capability: Capability) -> dict[str, int]:
    proposal = start_proposal(workspace=workspace, actor=actor_of(workspace), now=NOW)
    pin = Pin.objects.create(
        workspace=workspace,
        capability=capability,
        kind=PinKind.PLACE.value,
        place=1,
        reason="Promised",
        expires_on=NOW.date(),
        created_at=NOW,
    )
    return {"proposal": proposal.pk, "proposal_id": proposal.pk, "pin": pin.pk, "pin_id": pin.pk}


def _plan(workspace: Workspace, *, story: Story, other: Story, capability: Capability) -> dict[str, int | str]:
    actor = actor_of(workspace)
    task: Task = create_task(story=story, title="T", actor=actor, now=NOW)
    team: Team = create_team(workspace=workspace, name="Quayside", actor=actor, now=NOW)
    person = find_or_create_person(workspace=workspace, name="Amara Osei")
    member = add_member(team=team, person=person, actor=actor, now=NOW)
    leave = add_leave(person=person, start_date=NOW.date(), end_date=NOW.date(), actor=actor, now=NOW)
    today = NOW.date()
    sprint: Sprint = create_sprint(
        workspace=workspace, name="Sprint 1", start_date=today, end_date=today, actor=actor, now=NOW
    )
    plan = request_plan(workspace=workspace, actor=actor, now=NOW)
    dependency: Dependency = add_dependency(predecessor=story, successor=other, actor=actor, now=NOW)
    state: State = state_named(workspace, "Review")
    view = save_view(workspace=workspace, owner=owner_of(workspace), name="Ours", question="", is_shared=True, now=NOW)
    layout = create_layout(
        workspace=workspace,
        owner=owner_of(workspace),
        name="Ours",
        panels=[PanelDraft("All")],
        is_shared=True,
        now=NOW,
    )
    panel: Panel = layout.panels.all()[0]
    draft = BoardDraft("Ours")
    board = create_board(workspace=workspace, owner=owner_of(workspace), draft=draft, is_shared=True, now=NOW)
    field = create_field(workspace=workspace, item="STORY", name="Risk", kind="TEXT", actor=actor, now=NOW)
    feedback = hand_in_feedback(workspace=workspace, values={"text": "Too slow"}, actor=actor, now=NOW)
    return {
        "field_id": field.pk,
        "field": field.pk,
        "feedback_id": feedback.pk,
        "feedback": feedback.pk,
        "story_id": story.pk,
        "capability_id": capability.pk,
        "team": team.pk,
        "task_id": task.pk,
        "task": task.pk,
        "team_id": team.pk,
        "person_id": person.pk,
        "member": member.pk,
        "member_id": member.pk,
        "leave": leave.pk,
        "leave_id": leave.pk,
        "plan": plan.number,
        "plan_id": plan.pk,
        "sprint": sprint.pk,
        "sprint_id": sprint.pk,
        "dependency_id": dependency.pk,
        "dependency": dependency.pk,
        "state_id": state.pk,
        "view": view.pk,
        "view_id": view.pk,
        "layout": layout.pk,
        "layout_id": layout.pk,
        "panel": panel.pk,
        "panel_id": panel.pk,
        "board": board.pk,
        "board_id": board.pk,
        "kind": "csv",
        "number": 0,
        "map_id": Map.objects.get(workspace=workspace).pk,
        "metric_id": _metric(workspace).pk,
        "alert_id": _alert(workspace).pk,
    }


def _metric(workspace: Workspace) -> CustomMetric:
    found = Map.objects.get(workspace=workspace)
    return create_custom_metric(map=found, values={"aggregate": "SUM", "field": "points"}, actor_id=None, now=NOW)


def _alert(workspace: Workspace) -> Alert:
    found = Map.objects.get(workspace=workspace)
    values = {"metric": "wip", "threshold": 5}
    return create_alert(map=found, values=values, actor=owner_of(workspace), now=NOW)
