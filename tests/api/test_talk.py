"""Comments, files, followers and the inbox over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Workspace
from accounts.policies import Role
from planner.models import Notice
from planner.services.stories import update_story
from tests.api.conftest import API, Caller
from tests.factories import NOW, actor_of, make_member, make_story, make_workspace

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def member(workspace: Workspace) -> Caller:
    return Caller(make_member(workspace))


def send(caller: Caller, story_id: int, content: bytes = PNG, name: str = "form.png") -> Any:
    file = SimpleUploadedFile(name, content, content_type="text/html")
    return caller.client.post(f"{API}/attachments/", {"story": story_id, "file": file}, format="multipart")


def test_a_comment_is_written_listed_edited_and_deleted(owner: Caller, workspace: Workspace) -> None:
    story = make_story(workspace)
    comment = owner.post("/comments/", {"story": story.pk, "text": "One"})
    assert comment["story"]["key"] == story.key
    edited = owner.patch(f"/comments/{comment['id']}/", {"text": "Two", "version": 1})
    assert (edited["text"], edited["version"]) == ("Two", 2)
    assert (
        owner.patch(f"/comments/{comment['id']}/", {"text": "Three", "version": 1}, status=409)["code"]
        == "stale_version"
    )
    assert [each["text"] for each in owner.get(f"/comments/?story={story.pk}")["results"]] == ["Two"]
    owner.delete(f"/comments/{comment['id']}/")
    owner.get(f"/comments/{comment['id']}/", status=404)
    assert owner.get("/comments/")["results"] == []


def test_only_the_author_edits_and_only_an_owner_deletes_others(
    owner: Caller, member: Caller, workspace: Workspace
) -> None:
    story = make_story(workspace)
    mine = owner.post("/comments/", {"story": story.pk, "text": "Mine"})
    member.patch(f"/comments/{mine['id']}/", {"text": "Hers"}, status=403)
    member.delete(f"/comments/{mine['id']}/", status=403)
    hers = member.post("/comments/", {"story": story.pk, "text": "Hers"})
    owner.patch(f"/comments/{hers['id']}/", {"text": "Mine"}, status=403)
    owner.delete(f"/comments/{hers['id']}/")


@pytest.mark.parametrize("body", [{"text": "x"}, {"story": 10**9, "text": "x"}, {"story": "x", "text": "x"}])
def test_a_comment_on_no_story_is_refused(owner: Caller, workspace: Workspace, body: dict[str, Any]) -> None:
    assert owner("post", "/comments/", body)["status"] in {400, 404}


@pytest.mark.parametrize("text", ["", 5, None, "x" * 10_001])
def test_a_comment_that_is_no_text_is_refused(owner: Caller, workspace: Workspace, text: object) -> None:
    problem = owner.post("/comments/", {"story": make_story(workspace).pk, "text": text}, status=400)
    assert list(problem["errors"]) == ["text"]


def test_a_viewer_follows_but_does_not_write(workspace: Workspace) -> None:
    viewer, story = Caller(make_member(workspace, Role.VIEWER)), make_story(workspace)
    viewer.post("/comments/", {"story": story.pk, "text": "x"}, status=403)
    assert send(viewer, story.pk).status_code == 403
    assert viewer("put", f"/stories/{story.pk}/watch/", {}, status=200)["watching"] is True
    update_story(story=story, changes={"title": "New"}, actor=actor_of(workspace), now=NOW)
    [notice] = viewer.get("/notices/?unread=true")["results"]
    assert (notice["kind"], notice["text"]) == ("CHANGE", "Title: A story → New")
    viewer.delete(f"/stories/{story.pk}/watch/")
    assert viewer.get(f"/stories/{story.pk}/watch/")["watching"] is False


def test_notices_are_marked_as_read_by_id_or_all(owner: Caller, member: Caller, workspace: Workspace) -> None:
    story = make_story(workspace)
    for text in ("One", "Two", "Three"):
        member.post("/comments/", {"story": story.pk, "text": text})
    newest, *_ = owner.get("/notices/")["results"]
    assert newest["text"] == "Three"
    assert owner.post("/notices/read/", {"notices": [newest["id"]]}, status=200) == {"marked": 1, "unread": 2}
    assert member.post("/notices/read/", {"notices": [newest["id"]]}, status=200)["marked"] == 0
    assert owner.post("/notices/read/", {}, status=200) == {"marked": 2, "unread": 0}
    assert not Notice.objects.filter(read_at=None).exists()


@pytest.mark.parametrize("notices", ["all", [0], [-1], ["x"], [10**30]])
def test_what_are_no_ids_of_notices_is_refused(owner: Caller, workspace: Workspace, notices: object) -> None:
    answer = owner("post", "/notices/read/", {"notices": notices})
    assert answer.get("marked") == 0 or answer["status"] == 400


def test_a_file_is_attached_handed_out_deleted_and_brought_back(owner: Caller, workspace: Workspace) -> None:
    story = make_story(workspace)
    kept = send(owner, story.pk).json()
    assert (kept["name"], kept["content_type"], kept["size"]) == ("form.png", "image/png", len(PNG))
    content: Any = owner.client.get(kept["url"])
    assert b"".join(content.streaming_content) == PNG
    token = owner.delete(f"/attachments/{kept['id']}/", status=200)["token"]
    assert owner.get(f"/attachments/?story={story.pk}")["results"] == []
    back = owner.post("/attachments/restore/", {"story": story.pk, "token": token})
    assert back["sha256"] == kept["sha256"]
    owner.post("/attachments/restore/", {"story": story.pk, "token": 5}, status=400)


def test_a_drawing_with_a_script_in_it_is_only_ever_a_download(owner: Caller, workspace: Workspace) -> None:
    kept = send(owner, make_story(workspace).pk, SVG, "picture.png").json()
    assert kept["content_type"] == "image/svg+xml"
    answer = owner.client.get(kept["url"])
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "application/octet-stream")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_file_over_the_limit_is_413_and_names_it(
    owner: Caller, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ATTACHMENT_MAX_BYTES", 1024 * 1024)
    answer = send(owner, make_story(workspace).pk, b"x" * (2 * 1024 * 1024))
    assert answer.status_code == 413
    assert "the limit is 1 MB" in answer.json()["detail"]


def test_a_form_without_a_file_or_a_story_is_refused(owner: Caller, workspace: Workspace) -> None:
    story = make_story(workspace)
    for values, field in (({"story": story.pk}, "file"), ({"story": "x"}, "story"), ({}, "story")):
        answer = owner.client.post(f"{API}/attachments/", values, format="multipart")
        assert list(answer.json()["errors"]) == [field]


def test_others_know_nothing_of_it(owner: Caller, workspace: Workspace) -> None:
    outsider = Caller(make_member(make_workspace("OTHER")))
    story = make_story(workspace)
    comment, kept = owner.post("/comments/", {"story": story.pk, "text": "x"}), send(owner, story.pk).json()
    for path in (f"/comments/{comment['id']}/", f"/attachments/{kept['id']}/content/", f"/stories/{story.pk}/watch/"):
        outsider.get(path, status=404)
    assert send(outsider, story.pk).status_code == 404
