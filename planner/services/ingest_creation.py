"""Stories that are new: their rows, their keys, their logs."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from planner.domain.ranks import initial_ranks
from planner.domain.vocabulary import StoryKind
from planner.models import Application, Capability, Story
from planner.services.chunks import in_chunks
from planner.services.ingest_checks import in_order
from planner.services.ingest_types import HistoryEntry, IngestContext, StoryHistory
from planner.services.log_rows import EventRows, LogEnd, end_of_log, first_state_of, storable
from planner.services.numbering import own_prefixes, reserve_numbers, skip_numbers
from planner.services.row_writes import insert_rows, reserve_ids


def create_from_histories(*, histories: Sequence[StoryHistory], context: IngestContext) -> tuple[list[int], int]:
    """Insert new stories at the bottom of the backlog, with their logs; returns their ids and how many events."""
    if not histories:
        return [], 0
    ids = reserve_ids(model=Story, count=len(histories))
    application_ids = applications_of(histories, context=context)
    keys = _take_keys(histories, application_ids, context=context)
    last = Story.objects.filter(backlog=context.backlog).order_by("-rank").values_list("rank", flat=True).first()
    ranks = initial_ranks(len(histories), after=last)
    events = EventRows(context)
    rows = [
        _story_row(*parts, events=events, context=context)
        for parts in zip(histories, ids, keys, ranks, application_ids, strict=True)
    ]
    insert_rows(model=Story, columns=list(rows[0]), rows=(list(row.values()) for row in rows))
    return ids, events.write()


def _story_row(
    history: StoryHistory,
    story_id: int,
    key: str,
    rank: int,
    application_id: int | None,
    *,
    events: EventRows,
    context: IngestContext,
) -> dict[str, Any]:
    """One story's columns; its events are added to `events`."""
    entries = in_order(history.entries)
    created_at = min(history.created_at, entries[0].occurred_at) if entries else history.created_at
    first_state = first_state_of(
        entries=entries, told=history.first_state_id, present=history.state_id, states=context.states
    )
    first_name = context.states[first_state].name
    events.add_created(story_id=story_id, state_id=first_state, state_name=first_name, created_at=created_at)
    end = end_of_log(first_state_id=first_state, created_at=created_at, entries=entries)
    if end.blocked is None and history.blocked:
        entries = in_order([*entries, _unlogged_flag(history, end)])
        end = end_of_log(first_state_id=first_state, created_at=created_at, entries=entries)
    if end.blocked and history.blocked_reason:
        end.blocked_reason = storable(history.blocked_reason, 300)
    events.add_entries(story_id=story_id, first=2, entries=entries)
    return {
        "id": story_id,
        "workspace_id": context.workspace.pk,
        "backlog_id": context.backlog.pk,
        "key": key,
        "rank": rank,
        "title": history.title.strip(),
        "kind": history.kind or StoryKind.STORY.value,
        "description": history.description.strip(),
        "acceptance": history.acceptance.strip(),
        "capability_id": history.capability_id,
        "application_id": application_id,
        "required": history.required is not False,
        "points": Decimal(history.points) if history.points is not None else None,
        "team_id": history.team_id,
        "sprint_id": history.sprint_id,
        "assignee_id": history.assignee_id,
        **end_columns(end, context=context),
        "version": 1,
        "last_sequence": 1 + len(entries),
        "created_at": created_at,
        "updated_at": entries[-1].occurred_at if entries else created_at,
    }


def _unlogged_flag(history: StoryHistory, end: LogEnd) -> HistoryEntry:
    """A tracker may say that a story is blocked without a word in its log: since its present state, then."""
    return HistoryEntry("blocked", "", history.blocked_reason or "blocked", None, None, end.state_entered_at, "")


def end_columns(end: LogEnd, *, context: IngestContext) -> dict[str, Any]:
    """What the end of a log sets on its story."""
    return {
        "state_id": end.state_id,
        "category": context.states[end.state_id].category,
        "state_entered_at": end.state_entered_at,
        "blocked": bool(end.blocked),
        "blocked_reason": end.blocked_reason if end.blocked else "",
        "blocked_at": end.blocked_at,
    }


def applications_of(histories: Sequence[StoryHistory], *, context: IngestContext) -> list[int | None]:
    """Each story's application: its capability's, where it has one."""
    wanted = {history.capability_id for history in histories if history.capability_id is not None}
    capabilities = Capability.objects.filter(workspace=context.workspace)
    application_of: dict[int | None, int] = {}
    for chunk in in_chunks(wanted):
        application_of.update(capabilities.filter(pk__in=chunk).values_list("pk", "application_id"))
    return [application_of.get(history.capability_id, history.application_id) for history in histories]


def _take_keys(
    histories: Sequence[StoryHistory], application_ids: Sequence[int | None], *, context: IngestContext
) -> list[str]:
    """The tracker's keys where they are free, numbers of ours for the rest."""
    kept = _free_keys(histories, context=context)
    prefixes = own_prefixes(workspace=context.workspace)
    skip_numbers(backlog=context.backlog, prefixes=prefixes, keys=filter(None, kept))
    numbers = iter(reserve_numbers(backlog=context.backlog, count=kept.count(None)))
    prefix_of = dict(Application.objects.filter(workspace=context.workspace).values_list("pk", "key"))
    own = context.workspace.key
    return [
        key or f"{prefix_of.get(application_id or 0, own)}-{next(numbers)}"
        for key, application_id in zip(kept, application_ids, strict=True)
    ]


def _free_keys(histories: Sequence[StoryHistory], *, context: IngestContext) -> list[str | None]:
    wanted = {history.key.strip() for history in histories if history.key}
    stories = Story.objects.filter(workspace=context.workspace)
    taken = {key for chunk in in_chunks(wanted) for key in stories.filter(key__in=chunk).values_list("key", flat=True)}
    return list(_each_once((history.key.strip() if history.key else None for history in histories), taken))


def _each_once(keys: Iterator[str | None], taken: set[str]) -> Iterator[str | None]:
    """The keys, with None in place of one that is taken, here or by an earlier one."""
    for key in keys:
        if key is None or key in taken:
            yield None
        else:
            taken.add(key)
            yield key
