"""Answering large questions about maps together: stories fall into parts, workers measure them, one adds them up.

One job holds the study. It splits the stories, calls helpers, measures parts like them, and concludes when none is
left; so a single worker is enough, and any number more are quicker. A part is claimed by one conditional update. What
a dead worker had claimed is claimed again; what is measured stays, however often the job itself is begun anew.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import sleep
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from common.errors import Conflict
from common.jobs.models import JobState
from common.jobs.services import enqueue
from common.live.services import record_change
from valuestream.domain.part_packing import pack_part
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map, Study, StudyPart
from valuestream.selectors.asking import Question
from valuestream.selectors.loading import StoryRange
from valuestream.selectors.measuring import Measuring
from valuestream.selectors.studies import (
    Studied,
    conclude_study,
    definition_of,
    find_studies,
    open_study,
    read_answer,
)
from valuestream.selectors.work_items import newest_event_id

STUDY_JOB = "valuestream.study"
HELP_JOB = "valuestream.study_help"
MOST_HELPERS = 7
FRESH_SECONDS = 60
"""An answer so old is still given, but asked for anew when the log has gone on."""
RETRY_SECONDS = 10
KEPT_DAYS = 1
_POLL_SECONDS = 0.5


class StudyWork(Protocol):
    """What a worker does for a study: answer it (`run_study`) or help with it (`help_study`)."""

    def __call__(self, *, study: Study, job_id: int, report: "Report", tell_time: "TellTime") -> int:
        """Return how many parts the study has."""


Report = Callable[[int, int, str], None]
"""Tells how many parts of how many are measured, and what is going on."""
TellTime = Callable[[], datetime]
"""Tells the present instant: a study takes longer than one."""


def ask_study(*, map: Map, asked: Question, user_id: int | None, now: datetime) -> Studied:  # noqa: A002 - the product's word
    """Return how far a large question is, and have it answered when nobody asked it yet, or its answer is old.

    An old answer is told until there is a newer one. A study that failed is told so, and tried anew when asked again.
    """
    answered, pending = find_studies(map=map, asked=asked, user_id=user_id)
    if answered is None:
        return _go_on(pending, now) if pending else Studied(_begin(map, asked, user_id, now), None)
    studied = read_answer(study=answered)
    is_old = now - answered.created_at > timedelta(seconds=FRESH_SECONDS)
    if is_old and studied.answer and studied.answer["stale"] and pending is None:
        _begin(map, asked, user_id, now)
    return studied


def _go_on(study: Study, now: datetime) -> Studied:
    """A study on its way; one that failed a while ago is tried anew, and keeps what is measured."""
    studied = Studied(study, None)
    ended_at = study.job.finished_at if study.job else study.created_at
    if (studied.has_failed or study.job is None) and ended_at and now - ended_at > timedelta(seconds=RETRY_SECONDS):
        _enqueue(study, now)
    return studied


@transaction.atomic
def _begin(map_: Map, asked: Question, user_id: int | None, now: datetime) -> Study:
    study = Study.objects.create(
        map=map_,
        as_of=asked.as_of or now,
        is_past=asked.as_of is not None,
        window_days=asked.window_days,
        clock=asked.clock.value,
        filter_text=asked.filter_text,
        asked_by_id=user_id if asked.filter_text else None,
        definition=definition_of(map=map_),
        log_position=newest_event_id(workspace_id=map_.workspace_id),
        created_at=now,
    )
    return _enqueue(study, now)


def _enqueue(study: Study, now: datetime) -> Study:
    workspace_id, key = study.map.workspace_id, f"{STUDY_JOB}:{study.pk}"
    study.job = enqueue(kind=STUDY_JOB, args={"study": study.pk}, workspace_id=workspace_id, dedupe_key=key, now=now)
    study.save(update_fields=["job"])
    return study


def run_study(*, study: Study, job_id: int, report: Report, tell_time: TellTime) -> int:
    """Answer a study with whoever helps; return how many parts it had.

    `report` may raise to stop, as a job that was cancelled does. Raises Conflict when the map was drawn anew meanwhile.
    """
    if study.definition != definition_of(map=study.map):
        raise Conflict("The map was changed meanwhile. Ask again to have the new one measured.")
    study.parts.filter(content=None, claimed_by=job_id).update(claimed_by=None)  # an earlier try of this job died
    measuring = open_study(study=study, now=tell_time())
    total = _split(study, measuring, tell_time())
    report(_done(study), total, "Measuring")
    while not measure_parts(study=study, measuring=measuring, job_id=job_id, report=report, tell_time=tell_time):
        report(_done(study), total, "Waiting for the other workers")
        sleep(_POLL_SECONDS)
    _conclude(study, measuring, tell_time())
    return total


def help_study(*, study: Study, job_id: int, report: Report, tell_time: TellTime) -> int:
    """Measure parts of a study until none is left to claim; return how many parts it has."""
    if study.answer is None and study.definition == definition_of(map=study.map):
        measure_parts(
            study=study,
            measuring=open_study(study=study, now=tell_time()),
            job_id=job_id,
            report=report,
            tell_time=tell_time,
        )
    return study.parts.count()


def _split(study: Study, measuring: Measuring, now: datetime) -> int:
    """Write the study's parts, unless an earlier try did, and call for help."""
    if not study.parts.exists():
        StudyPart.objects.bulk_create(
            StudyPart(study=study, first_story_id=stories.first, last_story_id=stories.last)
            for stories in measuring.source.ranges(settings.STUDY_PART_STORIES)
        )
    left = study.parts.filter(content=None).count()
    for number in range(min(left - 1, MOST_HELPERS)):
        key = f"{HELP_JOB}:{study.pk}:{number}"
        enqueue(kind=HELP_JOB, args={"study": study.pk}, workspace_id=study.map.workspace_id, dedupe_key=key, now=now)
    return study.parts.count()


def measure_parts(*, study: Study, measuring: Measuring, job_id: int, report: Report, tell_time: TellTime) -> bool:
    """Claim and measure parts until none can be claimed; return whether all parts of the study are measured."""
    total = study.parts.count()
    while (part := _claim(study, job_id, tell_time())) is not None:
        content = _measure(part, measuring, Clock(study.clock))
        StudyPart.objects.filter(pk=part.pk).update(content=content)
        report(_done(study), total, "Measuring")
    return _done(study) == total


def _claim(study: Study, job_id: int, now: datetime) -> StudyPart | None:
    """A part that nobody living is at; None when there is none."""
    for part in study.parts.filter(content=None).filter(_unclaimed(now)).order_by("first_story_id"):
        as_seen = StudyPart.objects.filter(pk=part.pk, content=None, claimed_by=part.claimed_by_id)
        if as_seen.update(claimed_by_id=job_id):
            return part
    return None


def _unclaimed(now: datetime) -> Q:
    """Claimed by no job, or by one that ended or has no heartbeat any more."""
    stale = now - timedelta(seconds=settings.JOB_STALE_SECONDS)
    return Q(claimed_by=None) | ~Q(claimed_by__state=JobState.RUNNING) | Q(claimed_by__heartbeat_at__lt=stale)


def _measure(part: StudyPart, measuring: Measuring, clock: Clock) -> bytes:
    stories = StoryRange(part.first_story_id, part.last_story_id)
    return pack_part(measuring.measure(stories, [clock])[clock])


def _done(study: Study) -> int:
    return study.parts.exclude(content=None).count()


def _conclude(study: Study, measuring: Measuring, now: datetime) -> None:
    """Store the answer, drop the parts and what is older, and tell browsers."""
    study.answer = conclude_study(study=study, measuring=measuring, now=now)
    study.finished_at = now
    map_ = study.map
    with transaction.atomic():
        study.save(update_fields=["answer", "finished_at"])
        StudyPart.objects.filter(study=study).delete()
        older = Study.objects.filter(map=map_, created_at__lt=now - timedelta(days=KEPT_DAYS))
        older.exclude(pk=study.pk).delete()
        record_change(
            workspace_id=map_.workspace_id, topic="map", object_id=map_.pk, actor_id=None, verb="computed", now=now
        )
