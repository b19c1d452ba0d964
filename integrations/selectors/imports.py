"""Reading imports. Every fetch checks permission."""

from django.db.models import QuerySet

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import require
from common.errors import NotFound
from integrations.models import ImportRefusal, ImportRun


def list_runs(*, workspace: Workspace) -> QuerySet[ImportRun]:
    """Return a workspace's imports with their jobs, newest first."""
    return ImportRun.objects.filter(workspace=workspace).select_related("job", "requested_by").order_by("-id")


def get_run_for(*, user: User, run_id: int, action: Action) -> ImportRun:
    """Return one import. An outsider gets NotFound, a member without the right NotAuthorised."""
    run = ImportRun.objects.select_related("workspace", "job", "requested_by").filter(pk=run_id).first()
    if run is None:
        raise NotFound("There is no such import.")
    require(user=user, workspace_id=run.workspace_id, action=action, what="import")
    return run


def list_refusals(*, run: ImportRun) -> QuerySet[ImportRefusal]:
    """Return what an import refused, in the file's order."""
    return ImportRefusal.objects.filter(run=run).order_by("id")
