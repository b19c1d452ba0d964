"""Stories that came in before the one they are part of: the capability they were in all along."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from common.events import publish
from planner.events import ValueChanged
from planner.models import Capability, Story
from planner.services.actor import Actor
from planner.services.announcing import announce_many
from planner.services.chunks import in_chunks
from planner.services.column_writes import write_columns
from planner.services.locks import lock_backlog, lock_rows


def adopt_stories(*, workspace_id: int, capability_ids: Mapping[int, int], actor: Actor, now: datetime) -> int:
    """Put stories into the capabilities they belong to, by id; returns how many.

    As at their creation, and so without an event: the file tells no other instant. Stories that are in a capability
    are left alone, and so are those that carry a value of their own.
    """
    with transaction.atomic():
        lock_backlog(workspace_id=workspace_id)
        stories = [story for story in _lock(workspace_id, capability_ids) if story.cost_of_delay is None]
        if not stories:
            return 0
        wanted = [capability_ids[story.pk] for story in stories]
        applications = dict(Capability.objects.filter(pk__in=set(wanted)).values_list("pk", "application_id"))
        columns = {
            "capability": wanted,
            "application": [applications[capability_id] for capability_id in wanted],
            "version": [story.version + 1 for story in stories],
        }
        write_columns(model=Story, ids=[story.pk for story in stories], columns=columns)
        publish(ValueChanged(workspace_id=workspace_id, now=now))
        announce_many(workspace_id=workspace_id, topic="story", actor=actor, now=now)
    return len(stories)


def _lock(workspace_id: int, ids: Mapping[int, int]) -> list[Story]:
    loose = Story.objects.filter(workspace=workspace_id, capability=None)
    return [story for chunk in in_chunks(sorted(ids)) for story in lock_rows(loose.filter(pk__in=chunk))]
