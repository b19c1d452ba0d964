"""A background job as a fragment: how far it is, and a way to stop it. It asks again while the job runs."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import NotFound
from common.jobs.models import Job
from common.jobs.selectors import list_jobs
from common.jobs.services import cancel_job


@login_required
@require_GET
def job(request: HttpRequest, workspace: str, job: int) -> HttpResponse:
    """How far a job of the workspace is."""
    return _draw(request, found=_job(request, workspace=workspace, job=job, action=Action.VIEW))


@login_required
@require_POST
def job_cancel(request: HttpRequest, workspace: str, job: int) -> HttpResponse:
    """Stop a job: at once when it waits, at its next batch when it runs."""
    found = _job(request, workspace=workspace, job=job, action=Action.IMPORT)
    return _draw(request, found=cancel_job(job=found, now=utc_now()))


def _job(request: HttpRequest, *, workspace: str, job: int, action: Action) -> Job:
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=action)
    found = list_jobs(workspace_id=place.pk).filter(pk=min(job, 2**63 - 1)).first()
    if found is None:
        raise NotFound("There is no such job.")
    return found


def _draw(request: HttpRequest, *, found: Job) -> HttpResponse:
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=found.workspace_id, action=Action.VIEW)
    return render(request, "planner/job/job.html", {**shell_context(user=reader, workspace=place), "job": found})
