"""What workers compute and store."""

from datetime import date, datetime, timedelta

import pytest
from django.test import TestCase

from accounts.models import Workspace
from common.jobs.models import Job
from common.jobs.testing import run_queued_jobs
from common.live.models import Change
from planner.models import Story
from planner.services.ingest import HistoryEntry, StoryHistory, ingest_histories
from planner.services.stories import transition_story, update_story
from tests.factories import NOW, actor_of, give_value, make_story, make_workspace, state_named
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map, Snapshot
from valuestream.selectors.maps import get_default_map
from valuestream.selectors.metrics import map_metrics
from valuestream.services.requests import DAILY_JOB, SNAPSHOT_JOB
from valuestream.services.snapshots import missing_days, plan_daily, refresh_live, request_forgotten, store_daily
from valuestream.tasks import plan_daily_snapshots

DAY = timedelta(days=1)


def default_map(workspace: Workspace) -> Map:
    return get_default_map(workspace=workspace)


class TestSnapshotJobs(TestCase):
    """Changes wake a worker, once."""

    def setUp(self) -> None:
        with self.captureOnCommitCallbacks(execute=True):
            self.workspace = make_workspace()
            self.story = make_story(self.workspace)
        run_queued_jobs()

    def queued(self) -> int:
        return Job.objects.filter(kind=SNAPSHOT_JOB, state="QUEUED").count()

    def test_a_burst_of_changes_makes_one_job(self) -> None:
        with self.captureOnCommitCallbacks(execute=True):
            for name in ("Ready", "In progress", "Review"):
                state = state_named(self.workspace, name)
                transition_story(story=self.story, state=state, actor=actor_of(self.workspace), now=NOW + DAY)
            give_value(self.story, 100)
        assert self.queued() == 1

    def test_a_change_of_title_makes_none(self) -> None:
        with self.captureOnCommitCallbacks(execute=True):
            update_story(story=self.story, changes={"title": "New"}, actor=actor_of(self.workspace), now=NOW + DAY)
        assert self.queued() == 0

    def test_the_job_stores_a_live_snapshot_a_clock_and_tells_browsers(self) -> None:
        stored = Snapshot.objects.filter(map__workspace=self.workspace, kind=Snapshot.LIVE)
        assert sorted(stored.values_list("clock", flat=True)) == ["24x7", "working"]
        assert Change.objects.filter(workspace_id=self.workspace.pk, topic="map", verb="computed").exists()

    def test_a_map_deleted_meanwhile_ends_the_job_quietly(self) -> None:
        with self.captureOnCommitCallbacks(execute=True):
            make_story(self.workspace)
        Map.objects.filter(workspace=self.workspace).delete()
        assert {job.state for job in run_queued_jobs()} == {"DONE"}


@pytest.fixture
def workspace() -> Workspace:
    workspace = make_workspace()
    make_story(workspace)
    return workspace


@pytest.mark.django_db
def test_a_small_map_answers_from_the_log_of_this_moment(workspace: Workspace) -> None:
    refresh_live(map=default_map(workspace), now=NOW + DAY)
    make_story(workspace, now=NOW + DAY)
    answer = map_metrics(map=default_map(workspace), now=NOW + 2 * DAY)
    assert (answer["total"]["wip"], answer["stale"]) == (2, False)


@pytest.mark.django_db
def test_a_large_map_answers_from_its_snapshot_and_says_when_the_log_went_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("valuestream.selectors.metrics.INLINE_VISITS", 0)
    refresh_live(map=default_map(workspace), now=NOW + DAY)
    fresh = map_metrics(map=default_map(workspace), now=NOW + 2 * DAY)
    make_story(workspace, now=NOW + DAY)
    stale = map_metrics(map=default_map(workspace), now=NOW + 2 * DAY)
    assert [(one["total"]["wip"], one["stale"]) for one in (fresh, stale)] == [(1, False), (1, True)]


@pytest.mark.django_db
def test_an_answer_to_an_older_log_does_not_replace_a_newer_one(workspace: Workspace) -> None:
    refresh_live(map=default_map(workspace), now=NOW + DAY)
    Snapshot.objects.update(log_position=10**9)
    refresh_live(map=default_map(workspace), now=NOW + 2 * DAY)
    assert set(Snapshot.objects.values_list("log_position", flat=True)) == {10**9}


@pytest.mark.django_db
def test_a_daily_snapshot_is_the_end_of_the_day_and_never_changes(workspace: Workspace) -> None:
    day = NOW.date()
    (first, _) = store_daily(map=default_map(workspace), date=day, now=NOW + 2 * DAY)
    make_story(workspace, now=NOW + timedelta(hours=1))
    again = store_daily(map=default_map(workspace), date=day, now=NOW + 3 * DAY)
    assert len(again) == len(Clock)
    assert again[0].metrics == first.metrics
    assert first.as_of == datetime.fromisoformat("2026-03-02T23:59:59.999999Z")


@pytest.mark.django_db
def test_the_end_of_a_day_is_told_as_it_was_stored(workspace: Workspace) -> None:
    (stored, _) = store_daily(map=default_map(workspace), date=NOW.date(), now=NOW + 2 * DAY)
    assert map_metrics(map=default_map(workspace), now=NOW + 3 * DAY, as_of=stored.as_of) == stored.metrics
    other = map_metrics(map=default_map(workspace), now=NOW + 3 * DAY, as_of=stored.as_of, window_days=7)
    assert other["window_days"] == 7


def late_move(story: Story, at: datetime, now: datetime) -> None:
    """A move that happened earlier than it was heard of."""
    before, after = (state_named(story.workspace, name) for name in ("Idea", "Ready"))
    entry = HistoryEntry("state", before.name, after.name, before.pk, after.pk, at, f"late:{story.pk}")
    history = StoryHistory(
        external_id=f"late-{story.pk}",
        title=story.title,
        story_id=story.pk,
        state_id=after.pk,
        created_at=story.created_at,
        entries=[entry],
    )
    ingest_histories(workspace=story.workspace, histories=[history], actor=actor_of(story.workspace), now=now)


@pytest.mark.django_db
def test_a_late_event_repairs_the_days_from_its_own_on(workspace: Workspace) -> None:
    story, found = make_story(workspace), default_map(workspace)
    days = [NOW.date() + number * DAY for number in range(3)]
    before = [store_daily(map=found, date=day, now=NOW + 4 * DAY)[0] for day in days]
    late_move(story, at=NOW + DAY + timedelta(hours=2), now=NOW + 5 * DAY)
    assert list(Snapshot.objects.filter(kind=Snapshot.DAILY, clock="24x7")) == before[:1]
    run_queued_jobs()
    after = Snapshot.objects.filter(kind=Snapshot.DAILY, clock="24x7").order_by("date")
    assert [one.date for one in after] == days
    assert [in_ready(one) for one in after] == [0, 1, 1]


def in_ready(snapshot: Snapshot) -> int:
    return int(next(stage["metrics"]["wip"] for stage in snapshot.metrics["stages"] if stage["name"] == "Ready"))


@pytest.mark.django_db
def test_missed_days_are_caught_up_but_not_for_ever(workspace: Workspace) -> None:
    found = default_map(workspace)
    assert missing_days(map=found, now=NOW + 3 * DAY) == [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)]
    store_daily(map=found, date=date(2026, 3, 3), now=NOW + 3 * DAY)
    assert missing_days(map=found, now=NOW + 3 * DAY) == [date(2026, 3, 2), date(2026, 3, 4)]
    assert len(missing_days(map=found, now=NOW + 400 * DAY)) == 31


@pytest.mark.django_db
def test_days_are_planned_once_and_stored_by_a_job(workspace: Workspace) -> None:
    assert plan_daily(maps=[default_map(workspace)], now=NOW + 2 * DAY) == 1
    assert plan_daily(maps=[default_map(workspace)], now=NOW + 2 * DAY) == 1
    assert Job.objects.filter(kind=DAILY_JOB).count() == 1
    run_queued_jobs()
    assert Snapshot.objects.filter(kind=Snapshot.DAILY).count() == 2 * len(Clock)
    assert plan_daily(maps=[default_map(workspace)], now=NOW + 2 * DAY) == 0


@pytest.mark.django_db
def test_the_clockwork_plans_every_workspace(workspace: Workspace) -> None:
    make_workspace()
    assert plan_daily_snapshots() == 2


@pytest.mark.django_db
def test_a_snapshot_whose_job_was_lost_is_asked_for_again(workspace: Workspace) -> None:
    story = make_story(workspace)
    refresh_live(map=default_map(workspace), now=NOW)
    assert request_forgotten(maps=[default_map(workspace)], now=NOW) == 0

    update_story(story=story, changes={"points": 5}, actor=actor_of(workspace), now=NOW + DAY)
    Job.objects.all().delete()

    assert request_forgotten(maps=[default_map(workspace)], now=NOW + DAY) == 1
    assert Job.objects.filter(kind=SNAPSHOT_JOB, state="QUEUED").count() == 1
