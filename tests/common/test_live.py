"""The change feed: what a browser hears, and what it doesn't."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from accounts.models import Membership, User, Workspace
from common.clock import utc_now
from common.live import feed, services
from common.live.models import Change


def make_member(key: str = "FERRY", name: str = "ada") -> tuple[User, Workspace]:
    user = User.objects.create_user(username=name, password="long enough words")
    workspace = Workspace.objects.create(name=key.title(), key=key, created_at=utc_now())
    Membership.objects.create(user=user, workspace=workspace, role="MEMBER", created_at=utc_now())
    return user, workspace


def record(workspace: Workspace, object_id: int = 7) -> None:
    services.record_change(
        workspace_id=workspace.pk, topic="story", object_id=object_id, actor_id=1, verb="moved", now=utc_now()
    )


@pytest.mark.django_db
def test_polling_answers_what_came_after(client: Client) -> None:
    user, workspace = make_member()
    client.force_login(user)
    start = client.get("/live/poll/", {"workspace": "FERRY"}).json()["last"]
    record(workspace)

    answer = client.get("/live/poll/", {"workspace": "FERRY", "after": start}).json()

    assert [(change["topic"], change["object"], change["verb"]) for change in answer["changes"]] == [
        ("story", 7, "moved")
    ]
    assert client.get("/live/poll/", {"workspace": "FERRY", "after": answer["last"]}).json()["changes"] == []


@pytest.mark.django_db
def test_nobody_hears_of_foreign_workspaces(client: Client) -> None:
    make_member()
    outsider, _ = make_member("OTHER", "eve")
    client.force_login(outsider)

    answer = client.get("/live/poll/", {"workspace": "FERRY"}, headers={"Accept": "application/json"})

    assert answer.status_code == 404


@pytest.mark.django_db
def test_a_stream_needs_someone_signed_in(client: Client) -> None:
    assert client.get("/live/poll/").status_code == 401


@pytest.mark.django_db
def test_old_changes_are_forgotten() -> None:
    _, workspace = make_member()
    record(workspace)
    Change.objects.update(at=utc_now() - timedelta(days=2))
    record(workspace)

    assert services.forget_changes(before=utc_now() - timedelta(days=1)) == 1
    assert Change.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_stream_replays_what_was_missed_and_goes_on_live(async_client: AsyncClient) -> None:
    user, workspace = make_member()
    record(workspace, object_id=1)
    record(workspace, object_id=2)
    first = Change.objects.order_by("pk").values_list("pk", flat=True)[0]
    async_client.force_login(user)

    async def hear() -> list[dict[str, Any]]:
        response = await async_client.get("/live/", {"workspace": "FERRY"}, headers={"Last-Event-ID": str(first)})
        heard: list[dict[str, Any]] = []
        async for piece in cast("StreamingHttpResponse", response):
            text = piece.decode()
            if "event: hello" in text:
                await feed.off_loop(record)(workspace, 3)
            heard += [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
            if len(heard) == 2:
                break
        return heard

    heard = asyncio.run(asyncio.wait_for(hear(), timeout=20))

    assert [message["object"] for message in heard] == [2, 3]


def record_as(workspace: Workspace, pk: int) -> None:
    """Record a change whose id was given out at some time or other."""
    Change.objects.create(pk=pk, workspace_id=workspace.pk, topic="story", object_id=pk, verb="moved", at=utc_now())


async def next_object(queue: asyncio.Queue[Any]) -> Any:
    message = await asyncio.wait_for(queue.get(), timeout=10)
    return message if message == "reload" else message["object"]


@pytest.mark.django_db(transaction=True)
def test_a_change_that_commits_late_is_heard_after_later_ones() -> None:
    """Ids are given out at once: 101 was taken before the reader began, 103 after, and both commit last."""
    _, workspace = make_member()
    for pk in (100, 102):
        record_as(workspace, pk)
    write = feed.off_loop(record_as)

    async def hear() -> list[Any]:
        reader = feed.Feed()
        async with reader.listen(workspace.pk) as queue:
            heard = []
            for pk in (104, 103, 101):
                await write(workspace, pk)
                heard.append(await next_object(queue))
        return heard

    assert asyncio.run(hear()) == [104, 103, 101]


@pytest.mark.django_db(transaction=True)
def test_two_first_listeners_share_a_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    _, workspace = make_member()
    begun: list[int] = []
    start = feed.Feed._start_after

    def count(reader: feed.Feed, recent_ids: list[int], now: datetime) -> None:
        begun.append(1)
        start(reader, recent_ids, now)

    monkeypatch.setattr(feed.Feed, "_start_after", count)

    async def listen_twice() -> None:
        reader = feed.Feed()

        async def listen() -> None:
            async with reader.listen(workspace.pk):
                pass

        await asyncio.gather(listen(), listen())

    asyncio.run(listen_twice())

    assert len(begun) == 1


def test_a_listener_that_falls_behind_is_told_to_begin_anew() -> None:
    queue: asyncio.Queue[Any] = asyncio.Queue(maxsize=2)

    for number in range(3):
        feed._put(queue, {"object": number})

    assert [queue.get_nowait() for _ in range(queue.qsize())] == ["reload"]


@pytest.mark.django_db(transaction=True)
def test_a_stream_ends_for_who_left_however_busy_it_is(async_client: AsyncClient, settings: Any) -> None:
    settings.LIVE_HEARTBEAT_SECONDS = 0.3
    settings.LIVE_POLL_SECONDS = 0.02
    user, workspace = make_member()
    async_client.force_login(user)
    leave = feed.off_loop(Membership.objects.all().delete)
    write = feed.off_loop(record)

    async def hear_to_the_end() -> None:
        response = await async_client.get("/live/", {"workspace": "FERRY"})
        await leave()
        async for _ in cast("StreamingHttpResponse", response):
            await write(workspace)

    asyncio.run(asyncio.wait_for(hear_to_the_end(), timeout=20))
