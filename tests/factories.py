"""Makers of test data: plain functions, each with a sensible default for everything."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from accounts.models import Membership, User, Workspace
from accounts.policies import Role
from planner.domain.value.model import ThreePoint, ValueModel, ValueSource
from planner.domain.vocabulary import EventSource, Urgency, ValueKind
from planner.models import Application, Capability, State, Story
from planner.services.actor import Actor
from planner.services.applications import create_application
from planner.services.capabilities import create_capability
from planner.services.estimates import estimate_value
from planner.services.stories import StoryDraft, create_stories, create_story
from planner.services.workspaces import create_workspace

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = count(1)


def make_user(username: str | None = None, **fields: Any) -> User:
    name = username or f"user{next(_numbers)}"
    return User.objects.create_user(username=name, email=f"{name}@example.com", password="long enough", **fields)


def make_workspace(key: str | None = None, *, owner: User | None = None, now: datetime = NOW) -> Workspace:
    key = key or f"W{next(_numbers)}"
    return create_workspace(name=f"Workspace {key}", key=key, owner=owner or make_user(), now=now)


def make_member(workspace: Workspace, role: Role = Role.MEMBER, *, user: User | None = None) -> User:
    user = user or make_user()
    Membership.objects.create(workspace=workspace, user=user, role=role.value, created_at=NOW)
    return user


def owner_of(workspace: Workspace) -> User:
    return User.objects.get(memberships__workspace=workspace, memberships__role=Role.OWNER.value)


def actor_of(workspace: Workspace, source: EventSource = EventSource.UI) -> Actor:
    return Actor.of(user=owner_of(workspace), source=source)


def state_named(workspace: Workspace, name: str) -> State:
    return State.objects.get(workspace=workspace, name=name)


def make_application(workspace: Workspace, key: str = "FRT", **fields: Any) -> Application:
    name = fields.pop("name", f"Application {key}")
    return create_application(workspace=workspace, name=name, key=key, actor=actor_of(workspace), now=NOW, **fields)


def make_capability(workspace: Workspace, application: Application | None = None, **fields: Any) -> Capability:
    application = application or Application.objects.filter(workspace=workspace).first() or make_application(workspace)
    title = fields.pop("title", "Pay by invoice")
    return create_capability(
        workspace=workspace, application=application, title=title, actor=actor_of(workspace), now=NOW, **fields
    )


def make_story(workspace: Workspace, title: str = "A story", *, now: datetime = NOW, **fields: Any) -> Story:
    draft = StoryDraft(title=title, **fields)
    return create_story(workspace=workspace, draft=draft, actor=actor_of(workspace), now=now)


def make_stories(workspace: Workspace, number: int, *, now: datetime = NOW, **fields: Any) -> list[Story]:
    """Stories titled "Story 1" and so on, in the order of the backlog."""
    drafts = [StoryDraft(title=f"Story {index}", **fields) for index in range(1, number + 1)]
    return create_stories(workspace=workspace, drafts=drafts, actor=actor_of(workspace), now=now)


def direct_value(weekly: Decimal | int | str) -> ValueModel:
    """A value model of one directly typed figure a week."""
    source = ValueSource(ValueKind.DIRECT, {"value": ThreePoint.exactly(Decimal(weekly))})
    return ValueModel((source,), 104, 0, Decimal("0.10"), Urgency.STEADY, None, None)


def give_value(thing: Capability | Story, weekly: Decimal | int | str, *, now: datetime = NOW) -> None:
    """Estimate a capability's or a loose story's value per week."""
    estimate_value(
        capability=thing if isinstance(thing, Capability) else None,
        story=thing if isinstance(thing, Story) else None,
        model=direct_value(weekly),
        reason="Because",
        actor=actor_of(thing.workspace),
        now=now,
    )
    thing.refresh_from_db()
