"""How far the workers are with deriving a workspace's figures anew, and what comparing them with the log found."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

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
    if job.kind == CHECK_JOB:
        return _tell_check(job)
    if job.state != JobState.DONE:
        return Derivation(job, 0, None, JobState(job.state), job.error, 0, None, ())
    return _tell_rebuild(job)


def _tell_check(job: Job) -> Derivation:
    result = job.result or {}
    return Derivation(
        job=job,
        done=job.progress_done,
        total=job.progress_total,
        state=JobState(job.state),
        error=job.error,
        stories=result.get("stories", job.progress_done),
        differences=result.get("differences"),
        shown=result.get("shown", ()),
    )


def _tell_rebuild(job: Job) -> Derivation:
    """Ranges are jobs of their own; one that failed makes the whole fail once the others are through."""
    ranges = range_jobs(rebuild=job)
    counted = ranges.aggregate(
        all=Count("pk"),
        done=Count("pk", filter=Q(state=JobState.DONE)),
        over=Count("pk", filter=Q(state__in=(JobState.DONE, JobState.FAILED, JobState.CANCELLED))),
    )
    total = (job.result or {}).get("ranges", counted["all"])
    failed = ranges.filter(state__in=(JobState.FAILED, JobState.CANCELLED)).first()
    state = JobState.RUNNING if counted["over"] < total else JobState(failed.state) if failed else JobState.DONE
    return Derivation(
        job=job,
        done=counted["done"],
        total=total,
        state=state,
        error=failed.error if failed else "",
        stories=sum((one.result or {}).get("stories", 0) for one in ranges.only("result")),
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
