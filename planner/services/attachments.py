"""Files at stories: checked, counted, told in the log; what no story has any more is swept away later."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum

from common.errors import Conflict, InvalidInput, NotFound, TooLarge
from common.events import publish
from planner.domain.file_types import HEAD_BYTES, clean_name, sniff_type
from planner.events import StoryChanged
from planner.models import Attachment, Story
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.locks import lock_story
from planner.services.recording import Change, append_events
from planner.services.stories import next_instant

FOLDER = "attachments"
UNDO_SECONDS = 3600
KEPT_FOR = timedelta(days=1)
"""How long a file stays that no story has: for whoever takes the deletion back, and for uploads under way."""
_SALT = "planner.attachments"
_MEGABYTE = 1024 * 1024


def add_attachment(*, story: Story, file: Any, name: str, actor: Actor, now: datetime) -> Attachment:
    """Attach an uploaded file (an open Django file); its type is what its bytes say.

    Raises TooLarge over ATTACHMENT_MAX_BYTES, Conflict where the story or the workspace has no room left.
    """
    refuse_size(size=file.size)
    attachment = Attachment(name=clean_name(name), size=file.size, created_at=now, **_facts(file))
    attachment.uploaded_by, attachment.uploaded_by_name = actor.user, actor.name
    with transaction.atomic():
        attachment.story = lock_story(story=story)
        _refuse_full(attachment.story, size=file.size)
        attachment.file.save(uuid4().hex, File(file), save=False)
        attachment.save()
        _record(attachment, ("", attachment.name), verb="added", actor=actor, now=now)
    return attachment


def delete_attachment(*, attachment: Attachment, actor: Actor, now: datetime) -> str:
    """Take a file off its story; returns the token that `restore_attachment` takes, for an hour."""
    with transaction.atomic():
        story = lock_story(story=attachment.story)
        fresh = Attachment.objects.filter(pk=attachment.pk).first()
        if fresh is None:
            raise NotFound("This file was deleted.")
        fresh.story = story
        _touch(fresh)
        token = signing.dumps(_as_document(fresh), salt=_SALT, compress=True)
        _record(fresh, (fresh.name, ""), verb="deleted", actor=actor, now=now)
        fresh.delete()
    return token


def restore_attachment(*, story: Story, token: str, actor: Actor, now: datetime) -> Attachment:
    """Give a story back the file that was deleted. Raises NotFound when it is too late for that."""
    try:
        document = signing.loads(token, salt=_SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        raise InvalidInput("This can't be taken back any more: attach the file again.", field="token") from None
    if document["story_id"] != story.pk:
        raise InvalidInput("This file belongs to another story.", field="token")
    with transaction.atomic():
        fresh = lock_story(story=story)
        if Attachment.objects.filter(file=document["file"]).exists():
            raise Conflict("The file is back already.", field="token")
        if not default_storage.exists(document["file"]):
            raise NotFound("The file is gone: attach it again.")
        _refuse_full(fresh, size=document["size"])
        created_at = datetime.fromisoformat(document.pop("created_at"))
        attachment = Attachment.objects.create(**document, created_at=created_at)
        attachment.story = fresh
        _record(attachment, ("", attachment.name), verb="added", actor=actor, now=now)
    return attachment


def sweep_files(*, now: datetime) -> int:
    """Delete files that no story has, once they are a day old; returns how many. A month's folder at a time."""
    swept = 0
    for folder in _folders(FOLDER):
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        known = set(Attachment.objects.filter(file__startswith=f"{folder}/").values_list("file", flat=True))
        for name in names:
            if name not in known and default_storage.get_modified_time(name) < now - KEPT_FOR:
                default_storage.delete(name)
                swept += 1
    return swept


def refuse_size(*, size: int) -> None:
    """Raise TooLarge over the limit, and InvalidInput for an empty file."""
    limit = settings.ATTACHMENT_MAX_BYTES
    if size > limit:
        raise TooLarge(
            f"This file has {size / _MEGABYTE:,.1f} MB; the limit is {limit / _MEGABYTE:,.0f} MB. Make it smaller, "
            "or put it where files are kept and write its link into a comment.",
            field="file",
        )
    if size == 0:
        raise InvalidInput("This file is empty: choose another.", field="file")


def _refuse_full(story: Story, *, size: int) -> None:
    if Attachment.objects.filter(story=story).count() >= settings.ATTACHMENTS_PER_STORY:
        raise Conflict(
            f"{story.key} has {settings.ATTACHMENTS_PER_STORY} files, the most a story may have: delete one first.",
            field="file",
        )
    limit = settings.ATTACHMENTS_WORKSPACE_BYTES
    used = Attachment.objects.filter(story__workspace_id=story.workspace_id).aggregate(used=Sum("size"))["used"] or 0
    if used + size > limit:
        raise Conflict(
            f"The files of this workspace have {used / _MEGABYTE:,.0f} MB of {limit / _MEGABYTE:,.0f} MB, and this one "
            "does not fit: delete some first.",
            field="file",
        )


def _facts(file: Any) -> dict[str, str]:
    """The type and the digest of a file, read in pieces."""
    digest, head = hashlib.sha256(), b""
    for piece in file.chunks():
        digest.update(piece)
        head += piece[: HEAD_BYTES - len(head)]
    file.seek(0)
    return {"content_type": sniff_type(head), "sha256": digest.hexdigest()}


def _as_document(attachment: Attachment) -> dict[str, Any]:
    return {
        "story_id": attachment.story_id,
        "file": attachment.file.name,
        "name": attachment.name,
        "size": attachment.size,
        "content_type": attachment.content_type,
        "sha256": attachment.sha256,
        "uploaded_by_id": attachment.uploaded_by_id,
        "uploaded_by_name": attachment.uploaded_by_name,
        "created_at": attachment.created_at.isoformat(),
    }


def _touch(attachment: Attachment) -> None:
    """Make the file new again, so that the sweep leaves it long enough for taking the deletion back."""
    path = Path(attachment.file.path)
    if path.exists():
        path.touch()


def _folders(root: str) -> Iterator[str]:
    """The folders that hold files: one a month."""
    if not default_storage.exists(root):
        return
    for year in default_storage.listdir(root)[0]:
        for month in default_storage.listdir(f"{root}/{year}")[0]:
            yield str(PurePosixPath(root, year, month))


def _record(attachment: Attachment, words: tuple[str, str], *, verb: str, actor: Actor, now: datetime) -> None:
    story = attachment.story
    change = Change("attachment", from_value=words[0], to_value=words[1], to_id=attachment.pk)
    at = next_instant(story=story, now=now)
    recorded = append_events(story=story, changes=[change], actor=actor, now=at)
    story.updated_at = at
    story.save(update_fields=["last_sequence", "updated_at"])
    publish(StoryChanged(workspace_id=story.workspace_id, story_id=story.pk, changes=recorded, now=at))
    announce(workspace_id=story.workspace_id, topic="attachment", object_id=story.pk, verb=verb, actor=actor, now=now)
