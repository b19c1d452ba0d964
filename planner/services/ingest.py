"""Writing whole histories: imports, the demo, later sync. The hot path: tens of thousands of events a call.

A history is one story with its log as a tracker tells it. New stories get their log in one go; for stories that
are here already only entries whose `source_ref` is new are added, so that the same file twice changes nothing.
What a file does not tell (None or an empty text) stays as it is here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Workspace
from common.events import publish
from planner.events import HistoriesIngested, ValueChanged
from planner.services.actor import Actor
from planner.services.announcing import announce_many
from planner.services.ingest_additions import add_to_stories
from planner.services.ingest_checks import check_histories, history_errors
from planner.services.ingest_creation import create_from_histories
from planner.services.ingest_types import HistoryEntry, IngestContext, StoryHistory, load_context
from planner.services.ingest_values import value_loose_stories

__all__ = ["HistoryEntry", "IngestResult", "StoryHistory", "history_errors", "ingest_histories"]


@dataclass(frozen=True)
class IngestResult:
    """What a call wrote. `story_ids` are in the order of the histories."""

    created: int
    updated: int
    unchanged: int
    events_added: int
    story_ids: list[int]


def ingest_histories(
    *, workspace: Workspace, histories: Sequence[StoryHistory], actor: Actor, now: datetime
) -> IngestResult:
    """Write the histories in one transaction (the caller's, if there is one); new stories go to the bottom.

    The log wins: state, blocked flag and their instants are those at the end of the history. Raises
    InvalidInput naming `histories[3].title` when one can't be stored; `history_errors` tells beforehand.
    """
    with transaction.atomic():
        context = load_context(workspace=workspace, actor=actor, now=now)
        check_histories(histories=histories, context=context)
        result, new, changed = _write(histories=histories, context=context)
        if new or changed:
            publish(HistoriesIngested(workspace_id=workspace.pk, story_ids=[*new, *changed], now=now, new_ids=new))
            publish(ValueChanged(workspace_id=workspace.pk, now=now))
            announce_many(workspace_id=workspace.pk, topic="story", actor=actor, now=now)
    return result


def _write(*, histories: Sequence[StoryHistory], context: IngestContext) -> tuple[IngestResult, list[int], list[int]]:
    """Write new and known stories; also returns the ids of those that are new and of those that changed."""
    new = [history for history in histories if history.story_id is None]
    known = [history for history in histories if history.story_id is not None]
    created_ids, events = create_from_histories(histories=new, context=context)
    updated_ids, added = add_to_stories(histories=known, context=context)
    ids_of_new = iter(created_ids)
    story_ids = [next(ids_of_new) if history.story_id is None else history.story_id for history in histories]
    valued_ids = value_loose_stories(histories=histories, story_ids=story_ids, context=context)
    touched = {*updated_ids, *valued_ids}.difference(created_ids)
    result = IngestResult(
        created=len(new),
        updated=len(touched),
        unchanged=len(known) - len(touched),
        events_added=events + added,
        story_ids=story_ids,
    )
    return result, created_ids, sorted(touched)
