"""Event logs into a workspace."""

from decimal import Decimal
from pathlib import Path

import pytest

from accounts.models import Workspace
from common.jobs.models import JobState
from integrations.services import importing
from planner.domain.vocabulary import ItemKind
from planner.models import State, Story, StoryEvent
from planner.selectors.item_values import shown_values
from planner.services.custom_fields import create_field
from planner.services.field_options import OptionDraft
from tests.factories import NOW, actor_of, make_workspace
from tests.integrations.imports import content_of, counts, do_import, refusals

pytestmark = pytest.mark.django_db

LOG = """item,occurred_at,to_state,from_state,title,points,value,actor
A,2026-01-05T09:00:00Z,Queue,,First,3,1000,ann
B,2026-01-05T09:30:00Z,Queue,,=1+1,,,bob
A,2026-01-06T09:00:00Z,Doing,,,,,ann
A,2026-01-06T10:00:00Z,Doing,,,,,ann
B,2026-01-07T09:00:00Z,Doing,,,,,bob
A,2026-01-08T09:00:00Z,Done,,,5,,ann
B,never,Done,,,,,bob
"""


def write(tmp_path: Path, text: str = LOG) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(text)
    return path


def test_a_log_becomes_stories_with_history(tmp_path: Path) -> None:
    workspace = make_workspace()
    imported = do_import(workspace, write(tmp_path), "events-csv")
    first, second = Story.objects.order_by("rank")
    assert (first.title, first.points, first.state.name, first.cost_of_delay) == (
        "First",
        Decimal(5),
        "Done",
        Decimal(1000),
    )
    assert (second.title, second.state.name) == ("=1+1", "Doing")
    assert refusals(imported) == [("line 8", "occurred_at")]
    log = StoryEvent.objects.filter(story=first, field="state").values_list("to_value", flat=True)
    assert list(log) == ["Queue", "Doing", "Doing", "Done"]


def test_unknown_states_are_made_in_order_and_known_ones_used(tmp_path: Path) -> None:
    workspace = make_workspace()
    do_import(workspace, write(tmp_path), "events-csv")
    names = list(State.objects.filter(workspace=workspace).values_list("name", flat=True))
    assert names == ["Idea", "Ready", "Queue", "In progress", "Review", "Doing", "Done", "Cancelled"]
    assert names.count("Done") == 1


def test_the_same_log_twice_changes_nothing(tmp_path: Path) -> None:
    workspace = make_workspace()
    do_import(workspace, write(tmp_path), "events-csv")
    before = content_of(workspace)
    assert counts(do_import(workspace, write(tmp_path), "events-csv")) == {"unchanged": 2, "refused": 1}
    assert content_of(workspace) == before


def test_a_longer_log_adds_only_what_is_new(tmp_path: Path) -> None:
    workspace = make_workspace()
    do_import(workspace, write(tmp_path), "events-csv")
    again = do_import(workspace, write(tmp_path, LOG + "B,2026-01-09T09:00:00Z,Done,,,,,\n"), "events-csv")
    assert counts(again) == {"updated": 1, "unchanged": 1, "events": 1, "refused": 1}


def test_rows_in_another_order_give_the_same_stories(tmp_path: Path) -> None:
    one, other = make_workspace(), make_workspace()
    do_import(one, write(tmp_path), "events-csv")
    header, *rows = LOG.splitlines()
    do_import(other, write(tmp_path, "\n".join([header, *reversed(rows)]) + "\n"), "events-csv")
    assert sorted(row[1:] for row in content_of(one)["events"]) == sorted(
        row[1:] for row in content_of(other)["events"]
    )


def test_a_table_of_something_else_fails_with_the_columns_it_lacks(tmp_path: Path) -> None:
    imported = do_import(make_workspace(), write(tmp_path, "Name;Age\nAda;36\n"), "events-csv")
    assert imported.job is not None
    assert imported.job.state == JobState.FAILED
    assert "occurred_at" in imported.job.error


def test_progress_is_of_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH_ITEMS", 1)
    imported = do_import(make_workspace(), write(tmp_path), "events-csv")
    assert imported.job is not None
    assert imported.job.progress_done == imported.job.progress_total == 2 * imported.size_bytes


@pytest.mark.recorded
def test_tables_of_other_tools_end_in_a_sentence(recordings: Path) -> None:
    workspace = make_workspace()
    for path in sorted((recordings / "csv-imports").glob("*.csv")):
        for format_name in ("events-csv", "jira"):
            imported = do_import(workspace, path, format_name)
            assert imported.job is not None
            assert imported.job.state == JobState.FAILED
            assert "Unexpected" not in imported.job.error


OWN = """item,occurred_at,to_state,Risk,cost centre,users,shelf
A,2026-01-05T09:00:00Z,Queue,High,,12,left
B,2026-01-05T09:30:00Z,Queue,Huge,,40,
A,2026-01-06T09:00:00Z,Doing,Low,North,,
C,2026-01-07T09:00:00Z,Doing,Low,North,12,
"""


def make_fields(workspace: Workspace) -> None:
    actor = actor_of(workspace)
    options = [OptionDraft("High"), OptionDraft("Low")]
    create_field(workspace=workspace, item="STORY", name="Risk", kind="CHOICE", options=options, actor=actor, now=NOW)
    create_field(workspace=workspace, item="STORY", name="Cost centre", kind="TEXT", actor=actor, now=NOW)
    create_field(workspace=workspace, item="STORY", name="People", key="users", kind="NUMBER", actor=actor, now=NOW)


def own_values(workspace: Workspace) -> dict[str, dict[str, str]]:
    rows = list(Story.objects.filter(workspace=workspace))
    shown = shown_values(workspace=workspace, item=ItemKind.STORY, rows=rows, now=NOW)
    keys = ("risk", "cost_centre", "users")
    return {row.title: {key: shown[row.pk][key].text for key in keys if shown[row.pk][key].text} for row in rows}


def test_other_columns_set_fields_of_ones_own_by_key_or_name(tmp_path: Path) -> None:
    workspace = make_workspace()
    make_fields(workspace)
    imported = do_import(workspace, write(tmp_path, OWN), "events-csv")
    assert own_values(workspace) == {
        "A": {"risk": "Low", "cost_centre": "North", "users": "12"},
        "B": {"users": "40"},
        "C": {"risk": "Low", "cost_centre": "North", "users": "12"},
    }
    assert refusals(imported) == [("line 3", "risk")], "the choice that isn't one, and only that"
    assert imported.counts["left_out_fields"] == {"shelf": 1}
    assert StoryEvent.objects.filter(field__startswith="cf:").count() == 7


def test_own_fields_twice_change_nothing_and_what_is_not_told_stays(tmp_path: Path) -> None:
    workspace = make_workspace()
    make_fields(workspace)
    do_import(workspace, write(tmp_path, OWN), "events-csv")
    before, events = own_values(workspace), StoryEvent.objects.count()
    do_import(workspace, write(tmp_path, OWN), "events-csv")
    do_import(
        workspace, write(tmp_path, "item,occurred_at,to_state,Risk\nA,2026-01-09T09:00:00Z,Done,\n"), "events-csv"
    )
    assert own_values(workspace) == before
    assert StoryEvent.objects.count() == events + 1
