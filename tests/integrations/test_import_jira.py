"""Jira issues into a workspace: what comes in, once, whatever happens on the way."""

import json
from pathlib import Path
from typing import Any

import pytest

from common.errors import InvalidInput
from common.jobs.models import Job, JobState
from common.jobs.runner import JobLost, run
from common.jobs.services import cancel_job
from integrations.models import ImportPending, ImportRun
from integrations.services import importing, pending
from integrations.services.histories import to_history
from planner.models import Application, Capability, Dependency, Person, Sprint, State, Story, StoryEvent, Task
from planner.services.ingest import ingest_histories
from planner.services.stories import delete_story
from tests.factories import NOW, actor_of, make_story, make_workspace, owner_of, state_named
from tests.integrations.imports import content_of, counts, do_import, refusals, upload
from tests.integrations.jira_files import (
    change,
    history,
    issue,
    move,
    status,
    typical_issues,
    write_json,
    write_lines,
)
from valuestream.models import Stage

pytestmark = pytest.mark.django_db

EPIC = {"name": "Epic", "subtask": False, "hierarchyLevel": 1}
SUBTASK = {"name": "Sub-task", "subtask": True, "hierarchyLevel": -1}
BLOCKS = {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}


def blocks(number: int) -> dict[str, Any]:
    return {"type": BLOCKS, "outwardIssue": {"id": str(10_000 + number), "key": f"SHOP-{number}"}}


def rich_issues() -> list[dict[str, Any]]:
    """Issues with an epic, links, sub-tasks, sprint, points and people; references before what they name."""
    sprint = {"id": 4, "name": "Sprint 4", "state": "closed", "startDate": "2026-01-05T09:00:00.000Z"}
    parent = {"id": "10009", "key": "SHOP-9", "fields": {"summary": "Pay", "issuetype": EPIC}}
    assigned = change("assignee", (None, None), ("ada", "Ada Byron"))
    return [
        issue(8, issuetype=SUBTASK, parent={"id": "10001", "key": "SHOP-1"}, summary="Test it", now_in="6"),
        issue(
            1,
            history(10, "2026-02-02T10:00:00.000+0000", move("1", "3"), assigned),
            history(11, "2026-02-03T10:00:00.000+0000", move("3", "6")),
            now_in="6",
            parent=parent,
            assignee={"accountId": "ada", "displayName": "Ada Byron"},
            customfield_10016=5,
            customfield_10020=[sprint],
            issuelinks=[blocks(2)],
        ),
        issue(2, history(20, "2026-02-02T10:00:00.000+0000", move("1", "5")), now_in="5", issuelinks=[blocks(3)]),
        issue(3, issuelinks=[blocks(1)]),
        issue(9, issuetype=EPIC, summary="Pay by invoice"),
    ]


def test_issues_come_in_with_their_history(tmp_path: Path) -> None:
    workspace = make_workspace()
    imported = do_import(workspace, write_json(tmp_path / "a.json", {"issues": typical_issues(3)}))
    assert imported.job is not None
    assert imported.job.state == JobState.DONE
    assert imported.job.result is not None
    assert counts(imported)["created"] == 3
    story = Story.objects.get(key="SHOP-1")
    assert (story.state.name, story.category, str(story.state_entered_at)) == (
        "Closed",
        "DONE",
        "2026-02-03 10:00:00+00:00",
    )
    log = StoryEvent.objects.filter(story=story, field="state").values_list("from_value", "to_value", "source_ref")
    assert list(log) == [("Open", "In Progress", "10:0"), ("In Progress", "Closed", "11:0")]


def test_everything_an_issue_refers_to_comes_with_it(tmp_path: Path) -> None:
    workspace = make_workspace()
    imported = do_import(workspace, write_json(tmp_path / "a.json", rich_issues()))
    story = Story.objects.get(key="SHOP-1")
    assert story.capability is not None
    assert (story.capability.key, story.capability.title) == ("SHOP-9", "Pay by invoice")
    assert story.points == 5
    assert story.sprint is not None
    assert (story.sprint.name, story.sprint.state) == ("Sprint 4", "COMPLETED")
    assert str(story.assignee) == "Ada Byron"
    part = Story.objects.get(key="SHOP-8")
    assert (part.title, part.kind, part.capability, part.application) == (
        "Test it",
        "STORY",
        story.capability,
        story.application,
    )
    assert list(Application.objects.values_list("key", "name")) == [("SHOP", "Web shop")]
    assert {(link.predecessor.key, link.successor.key) for link in Dependency.objects.all()} == {
        ("SHOP-1", "SHOP-2"),
        ("SHOP-2", "SHOP-3"),
    }
    assert refusals(imported) == [("issue 4, SHOP-3", "issuelinks")]
    assert "SHOP-1" in imported.refusals.get().reason
    assert ImportPending.objects.count() == 0


class TestSubtasks:
    def issues(self, *, first: str = "parent") -> list[dict[str, Any]]:
        epic = {"id": "10009", "key": "SHOP-9", "fields": {"summary": "Pay", "issuetype": EPIC}}
        moved = history(80, "2026-02-02T10:00:00Z", move("1", "3")), history(81, "2026-02-03T10:00:00Z", move("3", "6"))
        part = issue(
            8, *moved, now_in="6", issuetype=SUBTASK, parent={"id": "10001", "key": "SHOP-1"}, timeoriginalestimate=7200
        )
        whole = issue(1, parent=epic)
        return [whole, part] if first == "parent" else [part, whole]

    @pytest.mark.parametrize("first", ["parent", "part"])
    @pytest.mark.parametrize("batch", [1, 100])
    def test_a_subtask_is_a_story_of_its_parents_capability_with_its_history(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str, batch: int
    ) -> None:
        monkeypatch.setattr(importing, "BATCH_ITEMS", batch)
        workspace = make_workspace()
        path = write_json(tmp_path / "a.json", self.issues(first=first))
        imported = do_import(workspace, path)
        part, whole = Story.objects.get(key="SHOP-8"), Story.objects.get(key="SHOP-1")
        assert (part.capability, part.application) == (whole.capability, whole.application)
        assert part.capability is not None
        assert StoryEvent.objects.filter(story=part, field="state").count() == 2
        assert counts(imported)["created"] == 2
        before = content_of(workspace)
        assert counts(do_import(workspace, path)) == {"unchanged": 2}
        assert content_of(workspace) == before

    def test_as_tasks_they_keep_hours_and_no_history(self, tmp_path: Path) -> None:
        path = write_json(tmp_path / "a.json", self.issues(first="part"))
        imported = do_import(make_workspace(), path, subtasks="tasks")
        task = Task.objects.get(story__key="SHOP-1")
        assert (task.title, task.state, str(task.hours_estimated)) == ("Issue 8", "DONE", "2.00")
        assert imported.counts["left_out_fields"] == {"changelog of sub-tasks": 2}
        assert not Story.objects.filter(key="SHOP-8").exists()

    @pytest.mark.parametrize(("before", "after"), [("stories", "tasks"), ("tasks", "stories")])
    def test_an_issue_stays_what_it_first_became(self, tmp_path: Path, before: str, after: str) -> None:
        workspace = make_workspace()
        path = write_json(tmp_path / "a.json", self.issues())
        do_import(workspace, path, subtasks=before)
        content = content_of(workspace)
        again = do_import(workspace, path, subtasks=after)
        assert content_of(workspace) == content
        assert (counts(again)["kept_subtasks"], "created" in counts(again), "tasks" in counts(again)) == (
            1,
            False,
            False,
        )

    def test_one_without_its_parent_is_in_on_its_own_and_told(self, tmp_path: Path) -> None:
        imported = do_import(make_workspace(), write_json(tmp_path / "a.json", self.issues()[1:]))
        assert Story.objects.get().capability is None
        assert [(refusal.field, refusal.item) for refusal in imported.refusals.all()] == [("parent", "SHOP-8")]
        assert "SHOP-1" in imported.refusals.get().reason

    def test_another_choice_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput) as refused:
            do_import(make_workspace(), write_json(tmp_path / "a.json", self.issues()), subtasks="epics")
        assert list(refused.value.errors) == ["subtasks"]


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    workspace = make_workspace()
    path = write_json(tmp_path / "a.json", rich_issues())
    do_import(workspace, path)
    before = content_of(workspace)
    again = do_import(workspace, path)
    assert content_of(workspace) == before
    assert counts(again) == {"unchanged": 4, "refused": 1}
    assert (Person.objects.filter(name="Ada Byron").count(), Sprint.objects.count()) == (1, 1)


def test_another_wrapping_of_the_same_issues_changes_nothing(tmp_path: Path) -> None:
    workspace = make_workspace()
    do_import(workspace, write_json(tmp_path / "a.json", {"issues": typical_issues(4)}))
    again = do_import(workspace, write_lines(tmp_path / "b.jsonl", typical_issues(4)))
    assert counts(again) == {"unchanged": 4}


def test_news_are_added_to_what_is_here(tmp_path: Path) -> None:
    workspace = make_workspace()
    first = history(10, "2026-02-02T10:00:00Z", move("1", "3"))
    do_import(workspace, write_json(tmp_path / "a.json", [issue(1, first, now_in="3")]))
    then = history(11, "2026-02-03T10:00:00Z", move("3", "6"))
    again = do_import(workspace, write_json(tmp_path / "b.json", [issue(1, first, then, now_in="6", summary="New")]))
    story = Story.objects.get(key="SHOP-1")
    assert counts(again) == {"updated": 1, "events": counts(again)["events"], "states": 1}
    assert (story.title, story.state.name) == ("New", "Closed")


def test_the_log_does_not_depend_on_the_order_of_the_file(tmp_path: Path) -> None:
    one, other = make_workspace(), make_workspace()
    issues = typical_issues(6)
    do_import(one, write_json(tmp_path / "a.json", issues))
    do_import(other, write_json(tmp_path / "b.json", issues[::-1]))
    assert sorted(content_of(one)["events"]) == sorted(content_of(other)["events"])


def test_a_renamed_status_stays_the_same_state(tmp_path: Path) -> None:
    workspace = make_workspace()
    do_import(workspace, write_json(tmp_path / "a.json", [issue(1, now_in="3")]))
    renamed = issue(2, now_in="3") | {}
    renamed["fields"]["status"] = status("3", "In Arbeit")
    do_import(workspace, write_json(tmp_path / "b.json", [renamed]))
    assert {story.state.name for story in Story.objects.all()} == {"In progress"}


def test_two_statuses_of_one_name_are_two_states(tmp_path: Path) -> None:
    workspace = make_workspace()
    twin = issue(2)
    twin["fields"]["status"] = status("1") | {"id": "10500"}
    do_import(workspace, write_json(tmp_path / "a.json", [issue(1), twin]))
    assert {story.state.name for story in Story.objects.all()} == {"Open", "Open (10500)"}


def test_a_guessed_category_is_corrected_by_the_issue_that_tells_it(tmp_path: Path) -> None:
    workspace = make_workspace()
    odd = change("status", ("8", "Parked"), ("1", "Open"))
    do_import(workspace, write_json(tmp_path / "a.json", [issue(1, history(10, "2026-02-02T10:00:00Z", odd))]))
    assert state_named(workspace, "Parked").category == "IN_PROGRESS"
    parked = issue(2)
    parked["fields"]["status"] = {"id": "8", "name": "Parked", "statusCategory": {"id": 2}}
    do_import(workspace, write_json(tmp_path / "b.json", [parked]))
    assert state_named(workspace, "Parked").category == "TODO"


def test_new_states_stand_where_their_category_belongs_and_so_do_their_stages(tmp_path: Path) -> None:
    workspace = make_workspace()
    names = {"a": ("Triage", 2), "b": ("Build", 4), "c": ("Test", 4), "d": ("Shipped", 3), "e": ("Won't do", 3)}
    issues = []
    for number, (key, (name, category)) in enumerate(reversed(names.items()), 1):
        one = issue(number)
        one["fields"]["status"] = {"id": key, "name": name, "statusCategory": {"id": category}}
        issues.append(one)
    do_import(workspace, write_json(tmp_path / "a.json", issues))
    order = ["Idea", "Ready", "Triage", "In progress", "Review", "Test", "Build", "Done", "Shipped", "Cancelled"]
    assert list(State.objects.filter(workspace=workspace).values_list("name", flat=True)) == [*order, "Won't do"]
    stages = Stage.objects.filter(map__workspace=workspace).order_by("position")
    assert list(stages.values_list("name", flat=True)) == [*order, "Won't do"]


def test_a_corrected_guess_moves_the_state_to_its_place(tmp_path: Path) -> None:
    workspace = make_workspace()
    odd = change("status", ("8", "Parked"), ("1", "Open"))
    do_import(workspace, write_json(tmp_path / "a.json", [issue(1, history(10, "2026-02-02T10:00:00Z", odd))]))
    parked = issue(2)
    parked["fields"]["status"] = {"id": "8", "name": "Parked", "statusCategory": {"id": 2}}
    do_import(workspace, write_json(tmp_path / "b.json", [parked]))
    states = State.objects.filter(workspace=workspace).values_list("name", flat=True)
    assert list(states)[:5] == ["Idea", "Ready", "Open", "Parked", "In progress"]


def test_a_key_that_is_taken_here_gets_another_one(tmp_path: Path) -> None:
    workspace = make_workspace()
    taken = make_story(workspace, "Mine")
    Story.objects.filter(pk=taken.pk).update(key="SHOP-1")
    do_import(workspace, write_json(tmp_path / "a.json", typical_issues(1)))
    theirs = Story.objects.exclude(pk=taken.pk).get()
    assert theirs.key != "SHOP-1"
    assert theirs.title == "Issue 1"


def test_a_story_deleted_here_comes_back_with_the_next_import(tmp_path: Path) -> None:
    workspace = make_workspace()
    path = write_json(tmp_path / "a.json", typical_issues(2))
    do_import(workspace, path)
    delete_story(story=Story.objects.get(key="SHOP-1"), actor=actor_of(workspace), now=NOW)
    assert counts(do_import(workspace, path))["created"] == 1


def test_what_can_not_be_joined_is_refused(tmp_path: Path) -> None:
    workspace = make_workspace()
    lone = issue(8, issuetype=SUBTASK, parent={"id": "999", "key": "ELSE-1"})
    linked = issue(1, issuelinks=[blocks(77)])
    imported = do_import(workspace, write_json(tmp_path / "a.json", [lone, linked]))
    assert refusals(imported) == [("issue 1, SHOP-8", "parent"), ("issue 2, SHOP-1", "issuelinks")]


def test_an_issue_the_database_refuses_leaves_the_others_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = make_workspace()

    def picky(*, histories: Any, **given: Any) -> Any:
        from django.db import DataError

        if any(found.title == "Issue 2" for found in histories):
            raise DataError
        return ingest_histories(histories=histories, **given)

    monkeypatch.setattr(importing, "ingest_histories", picky)
    imported = do_import(workspace, write_json(tmp_path / "a.json", typical_issues(3)))
    assert sorted(Story.objects.values_list("title", flat=True)) == ["Issue 1", "Issue 3"]
    assert refusals(imported) == [("issue 2, SHOP-2", "")]
    assert counts(imported)["created"] == 2


class TestInterruptions:
    @pytest.fixture(autouse=True)
    def small_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(importing, "BATCH_ITEMS", 2)
        monkeypatch.setattr(pending, "BATCH", 1)

    @pytest.mark.parametrize("lost_at", range(1, 9))
    def test_a_worker_lost_at_any_batch_loses_and_repeats_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost_at: int
    ) -> None:
        issues = [*rich_issues(), {"broken": True}]
        whole = make_workspace()
        do_import(whole, write_json(tmp_path / "a.json", issues))
        torn = make_workspace(owner=owner_of(whole))
        imported, job = upload(torn, write_json(tmp_path / "b.json", issues))
        _lose_worker(monkeypatch, at=lost_at)
        run(job_id=job.pk)
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(state=JobState.QUEUED)
        run(job_id=job.pk)
        job.refresh_from_db()
        imported.refresh_from_db()
        assert job.state == JobState.DONE
        assert content_of(torn) == content_of(whole)
        assert refusals(imported) == refusals(ImportRun.objects.get(workspace=whole))
        assert counts(imported) == counts(ImportRun.objects.get(workspace=whole))

    def test_a_cancelled_import_keeps_whole_batches(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        workspace = make_workspace()
        _, job = upload(workspace, write_json(tmp_path / "a.json", typical_issues(6)))
        _cancel(monkeypatch, job, at=2)
        run(job_id=job.pk)
        job.refresh_from_db()
        assert job.state == JobState.CANCELLED
        assert Story.objects.count() == 2


def _lose_worker(monkeypatch: pytest.MonkeyPatch, *, at: int) -> None:
    _meddle(monkeypatch, at=at, deed=_raise_lost)


def _raise_lost() -> None:
    raise JobLost


def _cancel(monkeypatch: pytest.MonkeyPatch, job: Job, *, at: int) -> None:
    _meddle(monkeypatch, at=at, deed=lambda: cancel_job(job=job, now=NOW))


def _meddle(monkeypatch: pytest.MonkeyPatch, *, at: int, deed: Any) -> None:
    """Do something when progress is saved for the n-th time, inside the batch's transaction."""
    saved = importing._Import._save_progress
    times = iter(range(1, 1_000))

    def meddling(self: Any, *given: Any, **named: Any) -> None:
        if next(times) == at:
            deed()
        saved(self, *given, **named)

    monkeypatch.setattr(importing._Import, "_save_progress", meddling)


class TestBadFiles:
    @pytest.mark.parametrize("content", ["<xml/>", "[", '{"issues": [{"id"', "\x00\x01"])
    def test_a_file_that_is_none_fails_with_a_sentence(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "a.json"
        path.write_text(content)
        imported = do_import(make_workspace(), path)
        assert imported.job is not None
        assert imported.job.state == JobState.FAILED
        assert imported.job.error.endswith(".")
        assert "Unexpected" not in imported.job.error

    def test_a_file_that_ends_early_is_done_with_a_refusal(self, tmp_path: Path) -> None:
        text = json.dumps({"issues": typical_issues(3)})
        path = tmp_path / "a.json"
        path.write_text(text[:-40])
        imported = do_import(make_workspace(), path)
        assert imported.job is not None
        assert imported.job.state == JobState.DONE
        assert refusals(imported) == [("after issue 2", "")]
        assert Story.objects.count() == 2


@pytest.mark.recorded
def test_a_real_project_comes_in_whole_and_once(recordings: Path) -> None:
    workspace = make_workspace()
    path = recordings / "jira-cloud" / "_raw_jira_api_issues.csv"
    imported = do_import(workspace, path)
    assert counts(imported)["created"] == 32
    assert counts(imported)["capabilities"] == 2
    assert "refused" not in counts(imported)
    assert StoryEvent.objects.filter(field="state").count() == 165
    assert Story.objects.filter(category="DONE").count() == 30
    assert State.objects.filter(workspace=workspace, name="已完成", category="DONE").exists()
    before = content_of(workspace)
    assert counts(do_import(workspace, path)) == {"unchanged": 32}
    assert content_of(workspace) == before
    assert Capability.objects.filter(key="K5-4", title="K5 epic").exists()


def test_a_story_the_planner_refuses_is_named_with_its_field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mapped = to_history

    def without_title(story: Any, **given: Any) -> Any:
        history = mapped(story, **given)
        history.title = "" if story.external_id == "10002" else history.title
        return history

    monkeypatch.setattr(importing, "to_history", without_title)
    imported = do_import(make_workspace(), write_json(tmp_path / "a.json", typical_issues(3)))
    assert refusals(imported) == [("issue 2, SHOP-2", "title")]
    assert counts(imported)["created"] == 2
