"""Keys: FRT-41 is the 41st thing numbered in its workspace, and belongs to the application FRT.

One counter a workspace. It stays at or above the number of every key that begins like one of ours, so that a
number once reserved is free under every prefix.
"""

import re
from collections.abc import Iterable

from accounts.models import Workspace
from planner.models import Application, Backlog, Capability, Story

_KEY = re.compile(r"([A-Z][A-Z0-9_]*)-([1-9][0-9]{0,14})", re.ASCII)


def reserve_numbers(*, backlog: Backlog, count: int) -> range:
    """Take the next `count` numbers; the backlog must be locked."""
    first = backlog.last_number + 1
    backlog.last_number += count
    Backlog.objects.filter(pk=backlog.pk).update(last_number=backlog.last_number)
    return range(first, first + count)


def key_for(*, workspace: Workspace, application: Application | None, number: int) -> str:
    """The key of the thing with this number."""
    return f"{application.key if application else workspace.key}-{number}"


def skip_numbers(*, backlog: Backlog, prefixes: Iterable[str], keys: Iterable[str]) -> None:
    """Move the counter past the numbers of keys that begin with one of `prefixes`; the backlog must be locked."""
    ours = set(prefixes)
    matches = filter(None, map(_KEY.fullmatch, keys))
    highest = max((int(match[2]) for match in matches if match[1] in ours), default=0)
    if highest > backlog.last_number:
        backlog.last_number = highest
        Backlog.objects.filter(pk=backlog.pk).update(last_number=highest)


def own_prefixes(*, workspace: Workspace) -> set[str]:
    """What keys made here begin with."""
    return {workspace.key, *Application.objects.filter(workspace=workspace).values_list("key", flat=True)}


def adopt_prefix(*, backlog: Backlog, prefix: str) -> None:
    """Before keys begin with `prefix`: move the counter past those that already do."""
    everything = {"workspace_id": backlog.workspace_id, "key__startswith": f"{prefix}-"}
    for things in (Story.objects.filter(**everything), Capability.objects.filter(**everything)):
        skip_numbers(backlog=backlog, prefixes=[prefix], keys=things.values_list("key", flat=True).iterator())
