"""The log is the whole truth: what is kept step by step equals what a rebuild derives from it."""

from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Workspace
from common.errors import Conflict
from common.jobs.models import JobState
from common.jobs.testing import run_queued_jobs
from planner.models import State, Story
from planner.services.ingest import HistoryEntry, StoryHistory, ingest_histories
from planner.services.states import delete_state
from planner.services.stories import delete_story, set_blocked, update_story
from planner.services.workspaces import find_or_create_person
from tests.factories import NOW, actor_of, make_stories, make_story, make_workspace, state_named
from valuestream.models import DailyFlow, StorySpan, Visit
from valuestream.selectors.rebuilding import range_jobs, tell_derivation
from valuestream.services.rebuild import check_workspace, rebuild_range, rebuild_workspace, share_out_rebuild
from valuestream.services.requests import SNAPSHOT_JOB, request_check, request_rebuild

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["create", "state", "assign", "block", "unblock", "delete", "import"]),
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(0, 40),
    ),
    max_size=25,
)


class Player:
    """Does random things to a workspace through the planner's services."""

    def __init__(self) -> None:
        self.workspace = make_workspace()
        Workspace.objects.filter(pk=self.workspace.pk).update(time_zone="America/New_York")
        self.workspace.refresh_from_db()
        self.states = list(State.objects.filter(workspace=self.workspace))
        self.people = [find_or_create_person(workspace=self.workspace, name=name) for name in ("Ann", "Bo")]
        self.actor = actor_of(self.workspace)
        self.now = NOW
        self.steps = 0

    def play(self, what: str, which: int, choice: int, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.steps += 1
        stories = list(Story.objects.filter(workspace=self.workspace).order_by("pk"))
        if what == "import":
            self._import(choice, hours)
        elif what == "create" or not stories:
            make_story(self.workspace, now=self.now, state=self.states[choice % len(self.states)])
        else:
            self._change(what, stories[which % len(stories)], choice)

    def _change(self, what: str, story: Story, choice: int) -> None:
        if what == "delete":
            delete_story(story=story, actor=self.actor, now=self.now)
        elif what in ("block", "unblock"):
            set_blocked(story=story, blocked=what == "block", actor=self.actor, now=self.now)
        elif what == "assign":
            people = [None, *self.people]
            update_story(story=story, changes={"assignee": people[choice % 3]}, actor=self.actor, now=self.now)
        else:
            state = self.states[choice % len(self.states)]
            update_story(story=story, changes={"state": state}, actor=self.actor, now=self.now)

    def _import(self, choice: int, hours: int) -> None:
        route = [self.states[(choice + step) % len(self.states)] for step in range(choice + 1)]
        entries = [
            HistoryEntry(
                "state",
                before.name,
                after.name,
                before.pk,
                after.pk,
                self.now - timedelta(hours=hours * (choice - place) // 2),
                f"{self.steps}-{place}",
            )
            for place, (before, after) in enumerate(pairwise(route))
        ]
        history = StoryHistory(
            external_id=str(self.steps),
            title="Imported",
            state_id=route[-1].pk,
            created_at=self.now - timedelta(days=choice),
            entries=entries,
            blocked=choice % 2 == 1,
            assignee_id=self.people[choice % 2].pk if choice > 3 else None,
        )
        ingest_histories(workspace=self.workspace, histories=[history], actor=self.actor, now=self.now)


class TestRandomHistories(TestCase):
    """Whatever people and imports do."""

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def test_what_is_kept_equals_what_the_log_says(self, steps: list[tuple[str, int, int, int]]) -> None:
        player = Player()
        for step in steps:
            player.play(*step)
        assert check_workspace(workspace=player.workspace) == []

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def test_a_rebuild_changes_nothing(self, steps: list[tuple[str, int, int, int]]) -> None:
        player = Player()
        for step in steps:
            player.play(*step)
        before = list(
            Visit.objects.order_by("story", "position").values_list("story", "state", "entered_at", "left_at")
        )
        rebuild_workspace(workspace=player.workspace)
        after = list(Visit.objects.order_by("story", "position").values_list("story", "state", "entered_at", "left_at"))
        assert after == before
        assert check_workspace(workspace=player.workspace) == []


@pytest.fixture
def broken() -> Workspace:
    """A workspace whose derived rows someone tampered with."""
    workspace = make_workspace()
    make_stories(workspace, 3)
    Visit.objects.filter(workspace=workspace).order_by("pk")[:1].get().delete()
    DailyFlow.objects.filter(workspace=workspace).update(arrivals=9)
    StorySpan.objects.create(workspace=workspace, story=Story.objects.all()[0], kind=StorySpan.BLOCKED, started_at=NOW)
    return workspace


@pytest.mark.django_db
def test_a_check_names_every_difference(broken: Workspace) -> None:
    found = [str(one) for one in check_workspace(workspace=broken)]
    assert len(found) == 3
    assert any("the log says" in one and "visit" in one for one in found)
    assert any("(3, 0), stored is (9, 0)" in one for one in found)


@pytest.mark.django_db
def test_the_command_repairs_what_its_check_found(broken: Workspace) -> None:
    with pytest.raises(CommandError, match="3 differences"):
        call_command("rebuild", check=True, stdout=StringIO())
    call_command("rebuild", workspace=broken.key, stdout=StringIO())
    said = StringIO()
    call_command("rebuild", check=True, stdout=said)
    assert "none" in said.getvalue()


@pytest.mark.django_db
def test_workers_repair_it_range_by_range(broken: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("valuestream.services.rebuild.RANGE", 2)
    lead = request_rebuild(workspace_id=broken.pk, user_id=None, now=NOW)
    assert tell_derivation(job=lead).total is None
    jobs = run_queued_jobs()
    assert {job.state for job in jobs} == {JobState.DONE}
    lead.refresh_from_db()
    told = tell_derivation(job=lead)
    assert (told.state, told.done, told.total, told.stories) == (JobState.DONE, 2, 2, 3)
    assert check_workspace(workspace=broken) == []
    assert jobs[-1].kind == SNAPSHOT_JOB, "maps are measured anew once the last range is through"


@pytest.mark.django_db
def test_a_range_that_fails_makes_the_rebuild_fail_when_the_others_are_through(
    broken: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("valuestream.services.rebuild.RANGE", 2)
    first = min(Story.objects.values_list("pk", flat=True))

    def refuse_the_first(*, workspace_id: int, story_ids: list[int]) -> tuple[int, int]:
        if first in story_ids:
            raise Conflict("The disk is full.")
        return rebuild_range(workspace_id=workspace_id, story_ids=story_ids)

    monkeypatch.setattr("valuestream.tasks.rebuild_range", refuse_the_first)
    lead = request_rebuild(workspace_id=broken.pk, user_id=None, now=NOW)
    run_queued_jobs()
    lead.refresh_from_db()
    told = tell_derivation(job=lead)
    assert (told.state, told.done, told.total, told.error) == (JobState.FAILED, 1, 2, "The disk is full.")


@pytest.mark.django_db
def test_a_rebuild_shared_out_twice_does_no_range_twice(broken: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("valuestream.services.rebuild.RANGE", 2)
    lead = request_rebuild(workspace_id=broken.pk, user_id=None, now=NOW)
    assert share_out_rebuild(workspace=broken, job_id=lead.pk, now=NOW) == 2
    assert share_out_rebuild(workspace=broken, job_id=lead.pk, now=NOW) == 2
    assert range_jobs(rebuild=lead).count() == 2


@pytest.mark.django_db
def test_a_worker_compares_and_says_what_differs(broken: Workspace) -> None:
    lead = request_check(workspace_id=broken.pk, user_id=None, now=NOW)
    assert request_check(workspace_id=broken.pk, user_id=None, now=NOW).pk == lead.pk
    run_queued_jobs()
    lead.refresh_from_db()
    told = tell_derivation(job=lead)
    assert (told.state, told.stories, told.differences) == (JobState.DONE, 3, 3)
    assert any("the log says" in one for one in told.shown)


@pytest.mark.django_db
def test_a_deleted_state_takes_its_visits_along_and_nothing_else() -> None:
    workspace = make_workspace()
    moved, passed = make_stories(workspace, 2)
    actor = actor_of(workspace)
    update_story(story=moved, changes={"state": state_named(workspace, "Ready")}, actor=actor, now=NOW)
    for name in ("Ready", "Review"):
        update_story(story=passed, changes={"state": state_named(workspace, name)}, actor=actor, now=NOW)
    target = state_named(workspace, "In progress")
    delete_state(state=state_named(workspace, "Ready"), move_to=target, actor=actor, now=NOW + timedelta(days=1))
    assert check_workspace(workspace=workspace) == []
    rebuild_workspace(workspace=workspace)
    assert check_workspace(workspace=workspace) == []


@pytest.mark.django_db
def test_an_unknown_workspace_is_an_error() -> None:
    with pytest.raises(CommandError, match="no workspace 'NOPE'"):
        call_command("rebuild", workspace="NOPE")
