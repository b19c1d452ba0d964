"""When the kept results of formulas are worked out again: a job, soon after what they go by has changed."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Workspace
from common.jobs.services import enqueue
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.models import CustomField
from planner.services.announcing import announce_by_machine
from planner.services.field_formulas import refresh_formulas

FORMULAS = "planner.formulas"
SOON_SECONDS = 1.0


def request_formulas(*, workspace_id: int, now: datetime) -> None:
    """Ask once for fresh results, shortly after the last of several changes; nothing where there is no formula."""
    if CustomField.objects.filter(workspace=workspace_id, kind=FieldKind.FORMULA.value, archived_at=None).exists():
        enqueue(
            kind=FORMULAS,
            args={},
            workspace_id=workspace_id,
            dedupe_key=f"{FORMULAS}:{workspace_id}",
            delay_seconds=SOON_SECONDS,
            now=now,
        )


def request_stale_formulas(*, now: datetime) -> int:
    """Ask for fresh results in every workspace that has formulas: days pass. Returns for how many."""
    with_formulas = CustomField.objects.filter(kind=FieldKind.FORMULA.value, archived_at=None)
    workspaces: Sequence[int] = list(with_formulas.values_list("workspace", flat=True).distinct())
    for workspace_id in workspaces:
        request_formulas(workspace_id=workspace_id, now=now)
    return len(workspaces)


def run_formulas(*, workspace_id: int, now: datetime) -> int:
    """Work every formula of a workspace out; returns the results that changed, and tells browsers if any did."""
    workspace = Workspace.objects.get(pk=workspace_id)
    written = sum(
        refresh_formulas(workspace=workspace, item=item, ids=None, now=now)
        for item in (ItemKind.STORY, ItemKind.CAPABILITY)
    )
    if written:
        announce_by_machine(workspace_id=workspace_id, topic="field", verb="bulk", now=now)
    return written
