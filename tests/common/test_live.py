"""The change feed: what a browser hears, and what it doesn't."""

import asyncio
import json
from datetime import timedelta
from typing import Any, cast

import pytest
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from accounts.models import Membership, User, Workspace
from common.clock import utc_now
from common.live import services
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
                await asyncio.to_thread(record, workspace, 3)
            heard += [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
            if len(heard) == 2:
                break
        return heard

    heard = asyncio.run(asyncio.wait_for(hear(), timeout=20))

    assert [message["object"] for message in heard] == [2, 3]
