"""One reader of the change feed per process, any number of listening browsers.

Ids are given out before their transaction commits, so a lower id may become visible after a
higher one. The reader therefore remembers the ids it has skipped and asks for them again until
they have been missing for `SETTLE`: then their transaction was rolled back.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Literal, ParamSpec, TypeVar

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from common.clock import utc_now
from common.live.models import Change
from common.live.selectors import list_changes, list_new_changes, list_newest_ids

log = structlog.get_logger(__name__)

SETTLE = timedelta(seconds=10)
MOST_SKIPPED = 500
"""Ids a reader looks for again; a longer gap is one in the sequence, not transactions at work."""

BATCH = 2000
QUEUE_LIMIT = 1000

P = ParamSpec("P")
R = TypeVar("R")
Message = dict[str, Any]
Reload = Literal["reload"]


def as_message(change: Change) -> Message:
    """Return a change as browsers get it."""
    return {
        "id": change.pk,
        "topic": change.topic,
        "object": change.object_id,
        "verb": change.verb,
        "actor": change.actor_id,
    }


class Feed:
    """Reads the table while anyone listens and hands each change to its workspace's listeners."""

    def __init__(self) -> None:
        self._listeners: dict[int, set[asyncio.Queue[Message | Reload]]] = defaultdict(set)
        self._newest_id = 0
        self._skipped: dict[int, datetime] = {}
        self._reader: asyncio.Task[None] | None = None
        self._is_reading = asyncio.Event()

    @asynccontextmanager
    async def listen(self, workspace_id: int) -> AsyncIterator[asyncio.Queue[Message | Reload]]:
        """Yield a queue of the workspace's changes from now on; "reload" stands for more than it holds."""
        queue: asyncio.Queue[Message | Reload] = asyncio.Queue(maxsize=QUEUE_LIMIT)
        self._listeners[workspace_id].add(queue)
        # No await between the question and the answer: of two first listeners one starts the reader.
        if self._reader is None or self._reader.done():
            self._is_reading = asyncio.Event()
            self._reader = asyncio.get_running_loop().create_task(self._read())
        try:
            await self._is_reading.wait()
            yield queue
        finally:
            self._listeners[workspace_id].discard(queue)
            if not self._listeners[workspace_id]:
                del self._listeners[workspace_id]

    async def _read(self) -> None:
        while self._listeners or await self._still_wanted():
            try:
                if not self._is_reading.is_set():
                    self._start_after(await _newest_ids(limit=MOST_SKIPPED), utc_now())
                    self._is_reading.set()
                for change in await _new_changes(
                    after_id=self._newest_id, skipped_ids=list(self._skipped), limit=BATCH
                ):
                    self._pass_on(change, utc_now())
                self._give_up_skipped(utc_now())
            except Exception:
                log.exception("live.read_failed")
            await asyncio.sleep(settings.LIVE_POLL_SECONDS)

    async def _still_wanted(self) -> bool:
        await asyncio.sleep(settings.LIVE_POLL_SECONDS)
        return bool(self._listeners)

    def _start_after(self, recent_ids: list[int], now: datetime) -> None:
        """Begin behind what is there; ids missing among the newest may belong to transactions at work."""
        self._newest_id = max(recent_ids, default=0)
        present = set(recent_ids)
        lowest = max(self._newest_id - MOST_SKIPPED, 0)
        self._skipped = {pk: now for pk in range(lowest + 1, self._newest_id) if pk not in present}

    def _pass_on(self, change: Change, now: datetime) -> None:
        self._skipped.pop(change.pk, None)
        if change.pk > self._newest_id:
            first = max(self._newest_id + 1, change.pk - MOST_SKIPPED)
            self._skipped |= dict.fromkeys(range(first, change.pk), now)
            self._newest_id = change.pk
        for queue in self._listeners.get(change.workspace_id, ()):
            _put(queue, as_message(change))

    def _give_up_skipped(self, now: datetime) -> None:
        self._skipped = {pk: since for pk, since in self._skipped.items() if since > now - SETTLE}


def _put(queue: asyncio.Queue[Message | Reload], message: Message) -> None:
    """Add to a listener's queue; one that is full is emptied, and its browser told to begin anew."""
    if not queue.full():
        queue.put_nowait(message)
        return
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait("reload")


def off_loop(function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Make a reading function awaitable: in a thread that keeps its connection no longer than a request would."""

    @wraps(function)
    def read(*args: P.args, **kwargs: P.kwargs) -> R:
        close_old_connections()
        try:
            return function(*args, **kwargs)
        finally:
            close_old_connections()

    return sync_to_async(read, thread_sensitive=False)


_newest_ids = off_loop(list_newest_ids)
_new_changes = off_loop(list_new_changes)
missed_changes = off_loop(list_changes)


async def newest_id() -> int:
    """Return the id of the newest change; 0 before the first."""
    return max(await _newest_ids(limit=1), default=0)


feed = Feed()
