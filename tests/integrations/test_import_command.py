"""`manage.py import_issues`."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from planner.models import Story
from tests.factories import make_workspace
from tests.integrations.jira_files import issue, typical_issues, write_json

pytestmark = pytest.mark.django_db


def run_command(*arguments: object) -> str:
    out = StringIO()
    call_command("import_issues", *map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


def test_a_file_comes_in_and_each_refusal_is_printed(tmp_path: Path) -> None:
    make_workspace()
    printed = run_command("--format", "jira", write_json(tmp_path / "a.json", [*typical_issues(2), {"no": 1}]))
    assert Story.objects.count() == 2
    assert "refused: issue 3 [fields]: " in printed
    assert "a.json: done: 2 created" in printed


def test_a_file_that_can_not_be_read_fails_the_command_and_the_others_go_in(tmp_path: Path) -> None:
    make_workspace()
    bad = tmp_path / "bad.json"
    bad.write_text("<xml/>")
    with pytest.raises(CommandError, match="1 of 3"):
        run_command(
            "--format",
            "jira",
            bad,
            write_json(tmp_path / "a.json", typical_issues(1)),
            write_json(tmp_path / "b.json", typical_issues(1)),
        )
    assert Story.objects.count() == 1


def test_without_a_workspace_the_only_one_is_meant(tmp_path: Path) -> None:
    path = write_json(tmp_path / "a.json", typical_issues(1))
    with pytest.raises(CommandError, match="no workspace yet"):
        run_command("--format", "jira", path)
    make_workspace("ONE")
    make_workspace("TWO")
    with pytest.raises(CommandError, match="several workspaces"):
        run_command("--format", "jira", path)
    run_command("--format", "jira", "--workspace", "TWO", path)
    assert Story.objects.get().workspace.key == "TWO"


def test_unknown_people_workspaces_and_files_are_named(tmp_path: Path) -> None:
    make_workspace("ONE")
    path = write_json(tmp_path / "a.json", typical_issues(1))
    with pytest.raises(CommandError, match="no user nobody"):
        run_command("--format", "jira", "--user", "nobody", path)
    with pytest.raises(CommandError, match="no workspace NONE"):
        run_command("--format", "jira", "--workspace", "NONE", path)
    with pytest.raises(CommandError, match="1 of 1"):
        run_command("--format", "jira", tmp_path / "missing.json")


def test_subtasks_become_tasks_when_asked_for(tmp_path: Path) -> None:
    make_workspace()
    kind = {"name": "Sub-task", "subtask": True, "hierarchyLevel": -1}
    part = issue(2, issuetype=kind, parent={"id": "10001", "key": "SHOP-1"})
    path = write_json(tmp_path / "a.json", [*typical_issues(1), part])
    assert "1 created, " in run_command("--format", "jira", "--subtasks", "tasks", path)
    assert "1 sub-tasks stay what an earlier import made of them" in run_command("--format", "jira", path)
    assert Story.objects.count() == 1
