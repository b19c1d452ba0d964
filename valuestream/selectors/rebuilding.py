"""How far the workers are with deriving a workspace's figures anew, and what comparing them with the log found."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from accounts.policies import Action
from accounts.selectors.jobs import get_job_for
from common.errors import NotFound
from common.jobs.models import Job, JobState
from common.jobs.selectors import list_jobs
from valuestream.domain.vocabulary import CHECK_JOB, REBUILD_ALL_JOB, REBUILD_JOB


@dataclass(frozen=True)
class Derivation:
    """A rebuild, or a comparison with the log: `done` of `total` stories' ranges (of a comparison: stories).

    `total` is None until it is shared out. `differences`: how many a comparison found, None before its end and of
    a rebuild; `shown`: the first of them in words. `stories`: how many were derived or compared so far.
    """

    job: Job
    done: int
    total: int | None
    state: JobState
    error: str
    stories: int
    differences: int | None
    shown: Sequence[str]

    @property
    def is_check(self) -> bool:
        """Whether it only compares."""
        return self.job.kind == CHECK_JOB

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


def query_derivations(*, workspace_id: int) -> QuerySet[Job]:
    """The rebuilds and comparisons of a workspace, the newest first, as the jobs that lead them."""
    return list_jobs(workspace_id=workspace_id).filter(kind__in=(REBUILD_ALL_JOB, CHECK_JOB))


def get_derivation_for(*, user: User, job_id: int, action: Action) -> Derivation:
    """Return one of them, if the user may do this in its workspace. Raises NotFound, NotAuthorised."""
    job = get_job_for(user=user, job_id=job_id, action=action)
    if job.kind not in (REBUILD_ALL_JOB, CHECK_JOB):
        raise NotFound("There is no such rebuild.")
    return tell_derivation(job=job)


def tell_derivation(*, job: Job) -> Derivation:
    """How far a rebuild or comparison is, all its ranges together."""
    return tell_derivations(jobs=[job])[0]


def tell_derivations(*, jobs: Sequence[Job]) -> list[Derivation]:
    """The same of several of one workspace: one query, however many there are."""
    shared_out = [job.pk for job in jobs if job.kind == REBUILD_ALL_JOB and job.state == JobState.DONE]
    ranges: dict[int, list[Job]] = {pk: [] for pk in shared_out}
    if shared_out:
        found = Job.objects.filter(kind=REBUILD_JOB, workspace_id=jobs[0].workspace_id, args__rebuild__in=shared_out)
        for one in found.only("args", "state", "result", "error").order_by("pk"):
            ranges[one.args["rebuild"]].append(one)
    return [_tell_rebuild(job, ranges[job.pk]) if job.pk in ranges else _tell_lead(job) for job in jobs]


def _tell_lead(job: Job) -> Derivation:
    """A comparison, or a rebuild that is not shared out yet: its job says it all."""
    is_check, result = job.kind == CHECK_JOB, job.result or {}
    return Derivation(
        job=job,
        done=job.progress_done if is_check else 0,
        total=job.progress_total if is_check else None,
        state=JobState(job.state),
        error=job.error,
        stories=result.get("stories", job.progress_done),
        differences=result.get("differences"),
        shown=result.get("shown", ()),
    )


def _tell_rebuild(job: Job, ranges: Sequence[Job]) -> Derivation:
    """Ranges are jobs of their own; one that failed makes the whole fail once the others are through."""
    done = [one for one in ranges if one.state == JobState.DONE]
    failed = next((one for one in ranges if one.state in (JobState.FAILED, JobState.CANCELLED)), None)
    total = (job.result or {}).get("ranges", len(ranges))
    is_over = sum(one.is_finished for one in ranges) >= total
    return Derivation(
        job=job,
        done=len(done),
        total=total,
        state=JobState.RUNNING if not is_over else JobState(failed.state) if failed else JobState.DONE,
        error=failed.error if failed else "",
        stories=sum((one.result or {}).get("stories", 0) for one in done),
        differences=None,
        shown=(),
    )


def range_jobs(*, rebuild: Job) -> QuerySet[Job]:
    """The jobs that a rebuild was shared out to."""
    return Job.objects.filter(workspace_id=rebuild.workspace_id, kind=REBUILD_JOB, args__rebuild=rebuild.pk)


def is_last_range(*, job_id: int, rebuild_id: int, workspace_id: int) -> bool:
    """Whether no other range of a rebuild is left to do."""
    others = Job.objects.filter(workspace_id=workspace_id, kind=REBUILD_JOB, args__rebuild=rebuild_id)
    unfinished = others.filter(state__in=(JobState.QUEUED, JobState.RUNNING))
    return not unfinished.exclude(pk=job_id).exists()
