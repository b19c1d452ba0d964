"""The values that a field of the filter takes, as far as they can be listed."""

from collections.abc import Mapping

from django.db import models
from django.db.models import Q

from accounts.models import Workspace
from planner.domain.vocabulary import Labelled
from planner.models import Application, Capability, Person, Sprint, State, Story, Team

MOST_VALUES = 12
FLAGS = {"estimated", "required", "blocked", "valued", "pinned", "dependencies"}
# field -> (model, what is written in the filter, what stands beside it)
_THINGS: Mapping[str, tuple[type[models.Model], str, str]] = {
    "state": (State, "name", ""),
    "team": (Team, "name", ""),
    "sprint": (Sprint, "name", ""),
    "assignee": (Person, "name", ""),
    "application": (Application, "key", "name"),
    "capability": (Capability, "key", "title"),
    "waits_for": (Story, "key", "title"),
    "key": (Story, "key", "title"),
}


def list_values(
    *, workspace: Workspace, field: str, vocabulary: type[Labelled] | None, text: str
) -> list[tuple[str, str]]:
    """(value, label) of what has the text, at most MOST_VALUES; none for numbers, days and free text."""
    if vocabulary is not None:
        return [(member.label, member.label) for member in vocabulary if text.casefold() in member.label.casefold()]
    if field in FLAGS:
        return [(word, word) for word in ("yes", "no") if word.startswith(text.casefold())]
    if field not in _THINGS:
        return []
    model, name, beside = _THINGS[field]
    matches = Q(**{f"{name}__icontains": text}) | (Q(**{f"{beside}__icontains": text}) if beside else Q())
    things = model._default_manager.filter(matches, workspace_id=workspace.pk).order_by("-pk" if beside else name)
    found = things.values_list(name, beside or name)[: MOST_VALUES * 2]
    values = {value: f"{value} {told}" if beside else value for value, told in found}
    offered = [("me", "me")] if field == "assignee" and "me".startswith(text.casefold()) else []
    return [*offered, *list(values.items())[:MOST_VALUES]]
