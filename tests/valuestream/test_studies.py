"""Studies: large questions, measured in parts by whichever workers there are."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Workspace
from common.clock import utc_now
from common.errors import Conflict
from common.jobs.models import Job, JobState
from common.jobs.runner import JobCancelled
from common.jobs.testing import run_queued_jobs
from planner.services.stories import transition_story
from tests.factories import NOW, actor_of, give_value, make_capability, make_story, make_workspace, state_named
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map, Stage, Study, StudyPart
from valuestream.selectors import studies as reading
from valuestream.selectors.asking import Question
from valuestream.selectors.maps import get_default_map
from valuestream.selectors.metrics import map_metrics
from valuestream.services import studies
from valuestream.services.studies import STUDY_JOB, ask_study, help_study, run_study

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ALL = Question(window_days=365)
VOLATILE = ("computed_at", "log_position", "stale", "as_of")


def quiet(done: int, total: int, message: str) -> None:
    """Report to nobody."""


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Workspace:
    """Seven stories on their way, measured in parts of two; anything is too large to wait for."""
    settings.STUDY_PART_STORIES = 2
    monkeypatch.setattr(reading, "STUDIED_VISITS", 0)
    made = make_workspace()
    capability = make_capability(made)
    for number in range(7):
        story = make_story(made, capability=capability)
        for day, name in enumerate(["Ready", "In progress", "Review"][: number % 4], 1):
            at = NOW + day * DAY
            transition_story(story=story, state=state_named(made, name), actor=actor_of(made), now=at)
    give_value(capability, 7_000)
    return made


def the_map(workspace: Workspace) -> Map:
    return get_default_map(workspace=workspace)


def now_at(days: int) -> Any:
    return NOW + days * DAY


def figures(answer: dict[str, Any] | None) -> dict[str, Any]:
    assert answer is not None
    return {name: figure for name, figure in answer.items() if name not in VOLATILE}


def studied(workspace: Workspace, question: Question = ALL, days: int = 9) -> dict[str, Any]:
    """Ask, let a worker run, ask again."""
    ask_study(map=the_map(workspace), asked=question, user_id=None, now=now_at(days))
    run_queued_jobs()
    answer = ask_study(map=the_map(workspace), asked=question, user_id=None, now=now_at(days)).answer
    assert answer is not None
    return answer


@pytest.mark.parametrize("clock", list(Clock))
def test_a_study_answers_as_one_worker_would_at_once(workspace: Workspace, clock: Clock) -> None:
    question = Question(window_days=365, clock=clock)
    at_once = map_metrics(map=the_map(workspace), now=now_at(9), window_days=365, clock=clock)
    assert figures(studied(workspace, question)) == figures(at_once)


def test_a_past_day_is_studied_as_it_was(workspace: Workspace) -> None:
    question = Question(as_of=now_at(2), window_days=365)
    at_once = map_metrics(map=the_map(workspace), now=now_at(9), as_of=now_at(2), window_days=365)
    assert figures(studied(workspace, question)) == figures(at_once)


def test_nobody_waits_for_what_is_not_known_yet(workspace: Workspace) -> None:
    first = ask_study(map=the_map(workspace), asked=ALL, user_id=None, now=now_at(9))
    again = ask_study(map=the_map(workspace), asked=ALL, user_id=None, now=now_at(9))
    assert (first.answer, again.study) == (None, first.study)
    assert Job.objects.filter(kind=STUDY_JOB, state=JobState.QUEUED).count() == 1


def test_another_question_is_another_study(workspace: Workspace) -> None:
    one = ask_study(map=the_map(workspace), asked=ALL, user_id=None, now=now_at(9))
    other = ask_study(map=the_map(workspace), asked=Question(window_days=100), user_id=None, now=now_at(9))
    assert one.study != other.study


def test_an_old_answer_is_told_while_a_new_one_is_made(workspace: Workspace) -> None:
    first = studied(workspace)
    make_story(workspace, now=now_at(9))
    later = ask_study(map=the_map(workspace), asked=ALL, user_id=None, now=now_at(10))
    assert later.answer == first | {"stale": True}
    run_queued_jobs()
    newest = ask_study(map=the_map(workspace), asked=ALL, user_id=None, now=now_at(10)).answer
    assert newest is not None
    assert newest["total"]["wip"] == first["total"]["wip"] + 1
    assert newest["stale"] is False


def test_parts_are_dropped_once_they_are_added_up(workspace: Workspace) -> None:
    studied(workspace)
    assert not StudyPart.objects.exists()


def begun(workspace: Workspace) -> tuple[Study, Job, Job]:
    """A study with its job and a helper's, none of which a worker has begun."""
    study = ask_study(map=the_map(workspace), asked=ALL, user_id=None, now=now_at(9)).study
    helper = Job.objects.create(kind="test", created_at=utc_now(), queued_at=utc_now(), not_before=utc_now())
    assert study.job is not None
    Job.objects.filter(pk__in=[study.job.pk, helper.pk]).update(state=JobState.RUNNING, heartbeat_at=utc_now())
    return study, study.job, helper


class StoppedError(Exception):
    """A worker was killed here."""


def stopping_after(parts: int) -> studies.Report:
    def report(done: int, total: int, message: str) -> None:
        if done >= parts:
            raise StoppedError

    return report


def test_what_is_measured_stays_when_the_job_is_begun_anew(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, job, _ = begun(workspace)
    with pytest.raises(StoppedError):
        run_study(study=study, job_id=job.pk, report=stopping_after(3), tell_time=utc_now)
    measured: list[int] = []
    monkeypatch.setattr(studies, "_measure", measured_by(measured))
    assert run_study(study=study, job_id=job.pk, report=quiet, tell_time=utc_now) == 4
    assert len(measured) == 1


def measured_by(measured: list[int]) -> Any:
    original = studies._measure

    def measure(part: StudyPart, *rest: Any) -> bytes:
        measured.append(part.pk)
        return original(part, *rest)

    return measure


def test_helpers_measure_what_nobody_is_at(workspace: Workspace) -> None:
    study, job, helper = begun(workspace)
    with pytest.raises(StoppedError):
        run_study(study=study, job_id=job.pk, report=stopping_after(0), tell_time=utc_now)
    StudyPart.objects.filter(pk=study.parts.order_by("pk")[0].pk).update(claimed_by=job)
    help_study(study=study, job_id=helper.pk, report=quiet, tell_time=utc_now)
    assert study.parts.filter(content=None).count() == 1
    assert study.parts.filter(claimed_by=helper).count() == 3


def test_what_a_dead_worker_had_claimed_is_claimed_again(workspace: Workspace) -> None:
    study, job, dead = begun(workspace)
    with pytest.raises(StoppedError):
        run_study(study=study, job_id=job.pk, report=stopping_after(0), tell_time=utc_now)
    study.parts.update(claimed_by=dead)
    Job.objects.filter(pk=dead.pk).update(heartbeat_at=utc_now() - timedelta(hours=1))
    run_study(study=study, job_id=job.pk, report=quiet, tell_time=utc_now)
    study.refresh_from_db()
    assert study.answer is not None


def test_a_map_drawn_anew_is_not_answered_for_the_old_one(workspace: Workspace) -> None:
    study, job, _ = begun(workspace)
    Stage.objects.filter(map__workspace=workspace, name="Review").update(staffed=3)
    study.map = the_map(workspace)
    with pytest.raises(Conflict, match="changed meanwhile"):
        run_study(study=study, job_id=job.pk, report=quiet, tell_time=utc_now)
    again = ask_study(map=the_map(workspace), asked=ALL, user_id=None, now=now_at(9))
    assert again.study != study


def test_one_that_failed_says_so_and_is_tried_again(workspace: Workspace) -> None:
    study, job, _ = begun(workspace)
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, error="No room.", finished_at=now_at(9))
    soon = ask_study(map=the_map(workspace), asked=ALL, user_id=None, now=now_at(9))
    assert soon.has_failed
    later = ask_study(map=the_map(workspace), asked=ALL, user_id=None, now=now_at(9) + timedelta(minutes=1))
    assert (later.study, later.has_failed) == (study, False)


def test_a_cancelled_study_stops_and_keeps_nothing_half(workspace: Workspace) -> None:
    study, job, _ = begun(workspace)

    def cancelled(done: int, total: int, message: str) -> None:
        raise JobCancelled

    with pytest.raises(JobCancelled):
        run_study(study=study, job_id=job.pk, report=cancelled, tell_time=utc_now)
    study.refresh_from_db()
    assert study.answer is None
