"""Files at stories: what is let in, under which name and type, and what becomes of those that nobody has."""

import hashlib
import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django import Settings

from accounts.models import Workspace
from common.clock import utc_now
from common.errors import Conflict, InvalidInput, NotFound, TooLarge
from planner.domain.file_types import clean_name, sniff_type
from planner.models import Attachment, Story, StoryEvent
from planner.services.attachments import add_attachment, delete_attachment, restore_attachment, sweep_files
from planner.services.stories import delete_story
from tests.factories import NOW, actor_of, make_story, make_workspace

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


def attach(story: Story, content: bytes = PNG, name: str = "form.png") -> Attachment:
    return add_attachment(
        story=story, file=ContentFile(content, name=name), name=name, actor=actor_of(story.workspace), now=NOW
    )


def age(attachment: Attachment, days: float) -> None:
    then = utc_now().timestamp() - days * 86400
    os.utime(attachment.file.path, (then, then))


def test_a_file_is_kept_with_its_type_and_digest(workspace: Workspace) -> None:
    story = make_story(workspace)
    kept = attach(story, name="../../etc/form.html")
    assert (kept.name, kept.content_type, kept.size) == ("form.html", "image/png", len(PNG))
    assert kept.sha256 == hashlib.sha256(PNG).hexdigest()
    assert default_storage.open(kept.file.name).read() == PNG
    assert "form" not in kept.file.name
    event = StoryEvent.objects.get(story=story, field="attachment")
    assert (event.to_value, event.to_id) == ("form.html", kept.pk)


def test_a_file_over_the_limit_is_refused_with_the_limit(workspace: Workspace, settings: Settings) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1024 * 1024
    with pytest.raises(TooLarge, match=r"has 1\.5 MB; the limit is 1 MB"):
        attach(make_story(workspace), b"x" * (1536 * 1024))
    assert not Attachment.objects.exists()


def test_an_empty_file_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput, match="empty"):
        attach(make_story(workspace), b"")


def test_a_story_takes_a_limited_number_of_files(workspace: Workspace, settings: Settings) -> None:
    settings.ATTACHMENTS_PER_STORY = 1
    story = make_story(workspace)
    attach(story)
    with pytest.raises(Conflict, match="1 files, the most"):
        attach(story)


def test_a_workspace_takes_a_limited_total_and_others_files_dont_count(
    workspace: Workspace, settings: Settings
) -> None:
    settings.ATTACHMENTS_WORKSPACE_BYTES = 100
    attach(make_story(make_workspace()), b"x" * 90)
    attach(make_story(workspace), b"x" * 90)
    with pytest.raises(Conflict, match="does not fit"):
        attach(make_story(workspace), b"x" * 11)


def test_a_deletion_is_taken_back_whole(workspace: Workspace) -> None:
    story = make_story(workspace)
    kept = attach(story)
    age(kept, days=30)
    token = delete_attachment(attachment=kept, actor=actor_of(workspace), now=NOW)
    assert sweep_files(now=utc_now()) == 0
    back = restore_attachment(story=story, token=token, actor=actor_of(workspace), now=NOW)
    assert (back.name, back.sha256, back.created_at) == (kept.name, kept.sha256, kept.created_at)
    with pytest.raises(Conflict):
        restore_attachment(story=story, token=token, actor=actor_of(workspace), now=NOW)


def test_a_token_that_was_changed_or_of_another_story_brings_nothing_back(workspace: Workspace) -> None:
    story, other = make_story(workspace), make_story(workspace)
    token = delete_attachment(attachment=attach(story), actor=actor_of(workspace), now=NOW)
    for bad in (token[:-2] + "xx", "", "a:b:c"):
        with pytest.raises(InvalidInput):
            restore_attachment(story=story, token=bad, actor=actor_of(workspace), now=NOW)
    with pytest.raises(InvalidInput):
        restore_attachment(story=other, token=token, actor=actor_of(workspace), now=NOW)


def test_files_of_nobody_are_swept_after_a_day_and_others_stay(workspace: Workspace) -> None:
    story = make_story(workspace)
    gone, kept = attach(story), attach(make_story(workspace))
    for attachment in (gone, kept):
        age(attachment, days=2)
    delete_story(story=story, actor=actor_of(workspace), now=NOW)
    assert sweep_files(now=utc_now()) == 1
    assert default_storage.exists(kept.file.name)
    assert not default_storage.exists(gone.file.name)


def test_a_young_file_of_nobody_stays(workspace: Workspace) -> None:
    gone = attach(make_story(workspace))
    Attachment.objects.all().delete()
    assert sweep_files(now=utc_now()) == 0
    assert sweep_files(now=utc_now() + timedelta(days=2)) == 1
    assert not default_storage.exists(gone.file.name)


def test_a_file_that_somebody_else_deleted_is_not_there(workspace: Workspace) -> None:
    kept = attach(make_story(workspace))
    delete_attachment(attachment=kept, actor=actor_of(workspace), now=NOW)
    with pytest.raises(NotFound):
        delete_attachment(attachment=kept, actor=actor_of(workspace), now=NOW)


def _docx() -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return written.getvalue()


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x20ftypavif", "image/avif"),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4"),
        (b'\xef\xbb\xbf  <?xml version="1.0"?><svg onload="x()">', "image/svg+xml"),
        (b"<!DOCTYPE HTML><script>", "text/html"),
        (b"plain words", "text/plain"),
        ("Grüße".encode() * 900, "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"\xfe\xfe\xfe" * 9, "application/octet-stream"),
        (_docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_the_type_is_what_the_bytes_say(head: bytes, expected: str) -> None:
    assert sniff_type(head[:4096]) == expected


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("..", "file"),
        ("a\x00\r\nb.png", "ab.png"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("x" * 300 + ".png", "x" * 146 + ".png"),
    ],
)
def test_names_are_made_harmless(name: str, kept: str) -> None:
    assert clean_name(name) == kept
