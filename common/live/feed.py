"""One reader of the change feed per process, any number of listening browsers.

Ids are given out before their transaction commits, so a lower id may become visible after a
higher one. The reader therefore looks again at everything younger than `SETTLE`, and remembers
what it has already passed on.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from common.clock import utc_now
from common.live.models import Change

log = structlog.get_logger(__name__)

SETTLE = timedelta(seconds=10)
BATCH = 2000
QUEUE_LIMIT = 1000

Message = dict[str, Any]


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
        self._listeners: dict[int, set[asyncio.Queue[Message]]] = defaultdict(set)
        self._settled_id = 0
        self._passed_on: dict[int, datetime] = {}
        self._reader: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def listen(self, workspace_id: int) -> AsyncIterator[asyncio.Queue[Message]]:
        """Yield a queue of the workspace's changes from now on."""
        queue: asyncio.Queue[Message] = asyncio.Queue(maxsize=QUEUE_LIMIT)
        if self._reader is None or self._reader.done():
            self._settled_id = await newest_id()
            self._passed_on.clear()
            self._reader = asyncio.get_running_loop().create_task(self._read())
        self._listeners[workspace_id].add(queue)
        try:
            yield queue
        finally:
            self._listeners[workspace_id].discard(queue)
            if not self._listeners[workspace_id]:
                del self._listeners[workspace_id]

    async def _read(self) -> None:
        while self._listeners or await self._still_wanted():
            try:
                for change in await _changes_after(self._settled_id):
                    self._pass_on(change)
                self._settle(utc_now())
            except Exception:
                log.exception("live.read_failed")
            await asyncio.sleep(settings.LIVE_POLL_SECONDS)

    async def _still_wanted(self) -> bool:
        await asyncio.sleep(settings.LIVE_POLL_SECONDS)
        return bool(self._listeners)

    def _pass_on(self, change: Change) -> None:
        if change.pk in self._passed_on:
            return
        self._passed_on[change.pk] = change.at
        for queue in self._listeners.get(change.workspace_id, ()):
            if not queue.full():
                queue.put_nowait(as_message(change))

    def _settle(self, now: datetime) -> None:
        for pk in sorted(self._passed_on):
            if self._passed_on[pk] > now - SETTLE:
                break
            self._settled_id = pk
            del self._passed_on[pk]


def _fetch_after(last_id: int) -> list[Change]:
    close_old_connections()
    return list(Change.objects.filter(pk__gt=last_id).order_by("pk")[:BATCH])


def _fetch_missed(workspace_id: int, last_id: int, limit: int) -> list[Change]:
    close_old_connections()
    return list(Change.objects.filter(workspace_id=workspace_id, pk__gt=last_id).order_by("pk")[:limit])


def _fetch_newest_id() -> int:
    close_old_connections()
    return Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


_changes_after = sync_to_async(_fetch_after, thread_sensitive=False)
missed_changes = sync_to_async(_fetch_missed, thread_sensitive=False)
newest_id = sync_to_async(_fetch_newest_id, thread_sensitive=False)

feed = Feed()
