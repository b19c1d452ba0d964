"""`/live/`: one stream of a workspace's changes to a browser (server-sent events), and its polling twin.

Needs an event loop: the embedded server has one, production runs a small ASGI process for it.
Under WSGI threads ten such clients would block the whole application.
"""

import asyncio
import json
from collections.abc import AsyncIterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from common.errors import DomainError
from common.live.feed import Message, Reload, as_message, feed, missed_changes, newest_id, off_loop
from common.live.selectors import list_changes, list_newest_ids
from common.web.errors import problem

REPLAY_LIMIT = 500
RELOAD = "event: reload\ndata: {}\n\n"


def _workspace_id(user: User, workspace: str | None) -> int:
    return get_workspace_for(user=user, workspace=workspace, action=Action.VIEW).pk


_workspace_id_for = off_loop(_workspace_id)


def _event(message: Message) -> str:
    return f"id: {message['id']}\nevent: change\ndata: {json.dumps(message)}\n\n"


def _last_id(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


@require_GET
async def live(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Stream the workspace's changes; `Last-Event-ID` (or `?after=`) replays what was missed."""
    user = await request.auser()
    if not isinstance(user, User):
        return HttpResponse("Sign in first.", status=401, content_type="text/plain")
    workspace = request.GET.get("workspace")
    try:
        workspace_id = await _workspace_id_for(user, workspace)
    except DomainError as error:
        return JsonResponse(problem(error), status=error.status, content_type="application/problem+json")
    after = _last_id(request.headers.get("Last-Event-ID") or request.GET.get("after"))
    response = StreamingHttpResponse(_stream(user, workspace_id, after), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def _stream(user: User, workspace_id: int, after: int | None) -> AsyncIterator[str]:
    async with feed.listen(workspace_id) as queue:
        newest = await newest_id()
        yield f"retry: 2000\nid: {newest}\nevent: hello\ndata: {newest}\n\n"
        async for text in _replay(workspace_id, after):
            yield text
        async for text in _follow(queue, user, workspace_id):
            yield text


async def _follow(queue: asyncio.Queue[Message | Reload], user: User, workspace_id: int) -> AsyncIterator[str]:
    """Pass changes on until the reader may no longer see them: asked every heartbeat, however busy the feed is."""
    clock = asyncio.get_running_loop().time
    ask_at = clock() + settings.LIVE_HEARTBEAT_SECONDS
    while True:
        try:
            message = await asyncio.wait_for(queue.get(), timeout=max(ask_at - clock(), 0))
            yield RELOAD if message == "reload" else _event(message)
        except TimeoutError:
            yield ": still here\n\n"
        if clock() >= ask_at:
            if not await _may_still_see(user, workspace_id):
                return
            ask_at = clock() + settings.LIVE_HEARTBEAT_SECONDS


async def _replay(workspace_id: int, after: int | None) -> AsyncIterator[str]:
    if after is None:
        return
    missed = await missed_changes(workspace_id=workspace_id, after_id=after, limit=REPLAY_LIMIT + 1)
    if len(missed) > REPLAY_LIMIT:
        yield RELOAD
        return
    for change in missed:
        yield _event(as_message(change))


async def _may_still_see(user: User, workspace_id: int) -> bool:
    try:
        await _workspace_id_for(user, str(workspace_id))
    except DomainError:
        return False
    return True


@require_GET
def poll(request: HttpRequest) -> HttpResponse:
    """Answer the changes after `?after=` at once: the fallback where a stream can't be held."""
    if not isinstance(request.user, User):
        return HttpResponse("Sign in first.", status=401, content_type="text/plain")
    workspace_id = _workspace_id(request.user, request.GET.get("workspace"))
    after = _last_id(request.GET.get("after"))
    if after is None:
        return JsonResponse({"changes": [], "last": max(list_newest_ids(limit=1), default=0)})
    changes = list_changes(workspace_id=workspace_id, after_id=after, limit=REPLAY_LIMIT)
    last = changes[-1].pk if changes else after
    return JsonResponse({"changes": [as_message(change) for change in changes], "last": last})
