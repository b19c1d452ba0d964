"""Taking a file in: check it, store it, and queue the job that reads it."""

from datetime import datetime

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from accounts.models import User, Workspace
from common.errors import InvalidInput, TooLarge
from common.jobs.models import Job
from common.jobs.services import enqueue
from common.live.services import record_change
from integrations.formats import FORMATS
from integrations.formats.items import Subtasks
from integrations.formats.reading import UnreadableFile, clean_text, refuse_archive
from integrations.models import ImportRun

IMPORT_JOB = "integrations.import"


def start_import(
    *,
    workspace: Workspace,
    file: "File[bytes] | None",
    format_name: str,
    user: User | None,
    now: datetime,
    subtasks: str = Subtasks.STORIES.value,
) -> tuple[ImportRun, Job]:
    """Store a file and queue its import.

    Raises InvalidInput naming `file`, `format` or `subtasks`, and TooLarge above IMPORT_MAX_BYTES. What the
    file holds is for the job to judge.
    """
    _check(file=file, format_name=format_name, subtasks=subtasks)
    assert file is not None  # noqa: S101 - for the type checker
    name = clean_text(str(file.name or "").replace("\\", "/").rpartition("/")[2], 255) or "import"
    run = ImportRun(
        workspace=workspace,
        format=format_name,
        subtasks=subtasks,
        file_name=name,
        size_bytes=file.size,
        requested_by=user,
        created_at=now,
    )
    run.file.save("import", file, save=False)
    try:
        with transaction.atomic():
            run.save()
            run.job = enqueue(
                kind=IMPORT_JOB,
                args={"run": run.pk},
                workspace_id=workspace.pk,
                requested_by_id=user.pk if user else None,
                now=now,
            )
            run.save(update_fields=["job"])
            record_change(
                workspace_id=workspace.pk,
                topic="import",
                object_id=run.pk,
                actor_id=user.pk if user else None,
                verb="created",
                now=now,
            )
    except BaseException:
        run.file.delete(save=False)
        raise
    return run, run.job


def _check(*, file: "File[bytes] | None", format_name: str, subtasks: str) -> None:
    errors: dict[str, list[str]] = {}
    if format_name not in FORMATS:
        errors["format"] = [f"Choose one of: {', '.join(FORMATS)}."]
    if subtasks not in set(Subtasks):
        errors["subtasks"] = [f"Choose one of: {', '.join(Subtasks)}."]
    if file is None:
        errors["file"] = ["Choose a file to import."]
    elif not file.size:
        errors["file"] = ["The file is empty."]
    if errors:
        raise InvalidInput(field_errors=errors)
    assert file is not None  # noqa: S101 - for the type checker
    if file.size > settings.IMPORT_MAX_BYTES:
        raise too_large()
    head = file.read(16)
    file.seek(0)
    try:
        refuse_archive(head)
    except UnreadableFile as error:
        raise InvalidInput(error.message, field="file", code=error.code) from None


def too_large() -> TooLarge:
    """Return the error for a file over the limit."""
    limit = settings.IMPORT_MAX_BYTES / 2**20
    return TooLarge(f"The file is larger than {limit:,.0f} MB: split it and import the parts.", field="file")
