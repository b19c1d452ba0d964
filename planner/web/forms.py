"""Reading what a page posts: versions, numbers, and objects of the workspace by id or key."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from accounts.models import User
from common.errors import InvalidInput
from planner.domain.vocabulary import EventSource
from planner.models import Application, Capability, Person, Sprint, State, Story, Team
from planner.services.actor import Actor

M = TypeVar("M", bound=Model)
Reading = Callable[[str, int], Any]


def page_actor(user: User) -> Actor:
    """The signed-in user, acting on a page."""
    return Actor.of(user=user, source=EventSource.UI)


def read_version(values: Mapping[str, str]) -> int | None:
    """The version the page was drawn from; None when it was not sent."""
    return read_id(values.get("version", ""))


def read_id(text: str) -> int | None:
    """A whole number that can be an id; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def read_flag(text: str) -> bool:
    """Whether a checkbox is on."""
    return text.lower() in {"on", "true", "1", "yes"}


def read_figure(text: str) -> Any:
    """A number as typed, for a service to read; None when the field is empty."""
    return text.strip() or None


def read_member(objects: QuerySet[M], text: str, *, field: str) -> M | None:
    """The object with this id; None for an empty choice. Raises InvalidInput for one that is not there."""
    if not text.strip():
        return None
    pk = read_id(text.strip())
    found = objects.filter(pk=pk).first() if pk else None
    if found is None:
        raise InvalidInput("Choose one of this workspace.", field=field)
    return found


def read_keyed(objects: QuerySet[M], text: str, *, field: str, what: str) -> M | None:
    """The object whose key begins the text ("FRT-12 Pay by invoice"); None when it is empty."""
    words = text.split()
    if not words:
        return None
    found = objects.filter(key=words[0].upper()[:40]).first() or objects.filter(key=words[0][:40]).first()
    if found is None:
        raise InvalidInput(f"There is no {what} {words[0][:40]} here. Use a key as the backlog shows it.", field=field)
    return found


def read_story_key(text: str, *, workspace_id: int, field: str = "key") -> Story:
    """The story with this key. Raises InvalidInput naming the field, also when nothing was typed."""
    story = read_keyed(Story.objects.filter(workspace_id=workspace_id), text, field=field, what="story")
    if story is None:
        raise InvalidInput("Type the key of a story, as the backlog shows it.", field=field)
    return story


def _member(model: type[Model], field: str) -> Reading:
    return lambda text, workspace_id: read_member(
        model._default_manager.filter(workspace_id=workspace_id), text, field=field
    )


def read_capability_key(text: str, workspace_id: int) -> Capability | None:
    """The capability with this key; None when nothing was chosen."""
    capabilities = Capability.objects.filter(workspace_id=workspace_id).select_related("application")
    return read_keyed(capabilities, text, field="capability", what="capability")


STORY_FIELDS: Mapping[str, Reading] = {
    "title": lambda text, _: text,
    "kind": lambda text, _: text,
    "description": lambda text, _: text.replace("\r\n", "\n"),
    "acceptance": lambda text, _: text.replace("\r\n", "\n"),
    "points": lambda text, _: read_figure(text),
    "required": lambda text, _: read_flag(text),
    "capability": read_capability_key,
    "state": _member(State, "state"),
    "application": _member(Application, "application"),
    "team": _member(Team, "team"),
    "sprint": _member(Sprint, "sprint"),
    "assignee": _member(Person, "assignee"),
}


def read_story_changes(values: Mapping[str, str], *, workspace_id: int) -> dict[str, Any]:
    """The fields of a story that were sent, read. Raises InvalidInput when none was."""
    sent = {name: read(values[name], workspace_id) for name, read in STORY_FIELDS.items() if name in values}
    if not sent:
        raise InvalidInput(f"Send one of these fields: {', '.join(STORY_FIELDS)}.", field="field")
    return sent
