"""The pages of imports: send a file, watch it come in, see what was refused and why."""

import csv
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import Conflict, NotFound
from common.jobs.services import cancel_job
from common.web.spreadsheets import harmless
from integrations.formats import FORMATS
from integrations.formats.items import Subtasks
from integrations.models import ImportRefusal, ImportRun
from integrations.request_size import refuse_oversize
from integrations.selectors.imports import get_run_for, list_refusals, list_runs
from integrations.services.uploads import start_import

RUNS_SHOWN = 50
REFUSALS_SHOWN = 200


@login_required
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest, workspace: str) -> HttpResponse:
    """The upload form and the workspace's imports; POST takes a file."""
    if request.method == "POST":
        return _upload(request, workspace)
    found = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.VIEW)
    return render(request, "integrations/imports.html", _list_context(request, found) | _form_context())


@login_required
@require_GET
def import_rows(request: HttpRequest, workspace: str) -> HttpResponse:
    """The list of imports, as a fragment that follows their progress."""
    found = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.VIEW)
    return render(request, "integrations/_runs.html", _list_context(request, found))


@login_required
@require_GET
def import_page(request: HttpRequest, workspace: str, run_id: int) -> HttpResponse:
    """One import: progress, counts and refused rows."""
    return render(request, "integrations/import.html", _run_context(request, workspace, run_id))


@login_required
@require_GET
def import_status(request: HttpRequest, workspace: str, run_id: int) -> HttpResponse:
    """One import's progress and counts, as a fragment."""
    return render(request, "integrations/_status.html", _run_context(request, workspace, run_id))


@login_required
@require_POST
def import_cancel(request: HttpRequest, workspace: str, run_id: int) -> HttpResponse:
    """Stop an import at its next batch; what came in stays."""
    run = _get_run(request, workspace, run_id, Action.IMPORT)
    if run.job is None:
        raise Conflict("This import's job is gone; there is nothing to cancel.")
    cancel_job(job=run.job, now=utc_now())
    return _go_to(request, run)


@login_required
@require_GET
def import_refusals(request: HttpRequest, workspace: str, run_id: int) -> StreamingHttpResponse:
    """Everything an import refused, as CSV that no spreadsheet takes for formulas."""
    run = _get_run(request, workspace, run_id, Action.VIEW)
    answer = StreamingHttpResponse(_refusal_lines(run), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="refused-import-{run.pk}.csv"'
    return answer


def _upload(request: HttpRequest, workspace: str) -> HttpResponse:
    refuse_oversize(request)
    found = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.IMPORT)
    file = request.FILES.get("file")
    refuse_oversize(request)
    run, _ = start_import(
        workspace=found,
        file=file,
        format_name=request.POST.get("format", ""),
        subtasks=request.POST.get("subtasks") or Subtasks.STORIES.value,
        user=reader_of(request),
        now=utc_now(),
    )
    return _go_to(request, run)


def _go_to(request: HttpRequest, run: ImportRun) -> HttpResponse:
    address = reverse("import", args=[run.workspace.key, run.pk])
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _get_run(request: HttpRequest, workspace: str, run_id: int, action: Action) -> ImportRun:
    run = get_run_for(user=reader_of(request), run_id=run_id, action=action)
    if run.workspace.key != workspace.upper():
        raise NotFound("There is no such import in this workspace.")
    return run


def _list_context(request: HttpRequest, workspace: Workspace) -> dict[str, Any]:
    runs = list(list_runs(workspace=workspace)[:RUNS_SHOWN])
    return {
        **shell_context(user=reader_of(request), workspace=workspace),
        "runs": runs,
        "running": any(run.job and not run.job.is_finished for run in runs),
    }


def _form_context() -> dict[str, Any]:
    return {"formats": FORMATS.values(), "limit_bytes": settings.IMPORT_MAX_BYTES}


def _run_context(request: HttpRequest, workspace: str, run_id: int) -> dict[str, Any]:
    run = _get_run(request, workspace, run_id, Action.VIEW)
    refusals = list(_after(list_refusals(run=run), request.GET.get("after", ""))[: REFUSALS_SHOWN + 1])
    return {
        **shell_context(user=reader_of(request), workspace=run.workspace),
        "run": run,
        "job": run.job,
        "format": FORMATS.get(run.format),
        "running": run.job is not None and not run.job.is_finished,
        "refusals": refusals[:REFUSALS_SHOWN],
        "next_after": refusals[REFUSALS_SHOWN - 1].pk if len(refusals) > REFUSALS_SHOWN else None,
    }


def _after(refusals: Any, after: str) -> Any:
    return refusals.filter(pk__gt=int(after)) if after.isascii() and after.isdigit() and len(after) < 19 else refusals


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _refusal_lines(run: ImportRun) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(["place", "item", "field", "reason"])
    refusal: ImportRefusal
    for refusal in list_refusals(run=run).iterator(chunk_size=1_000):
        cells = (refusal.place, refusal.item, refusal.field, refusal.reason)
        yield writer.writerow([harmless(cell) for cell in cells])
