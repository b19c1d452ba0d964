"""Jira's custom fields into fields of the workspace's own that are called the same."""

from pathlib import Path
from typing import Any

import pytest

from tests.factories import make_workspace
from tests.integrations.imports import do_import, refusals
from tests.integrations.jira_files import issue, write_json
from tests.integrations.test_import_events import make_fields, own_values

pytestmark = pytest.mark.django_db

NAMES = {"customfield_10101": "Risk", "customfield_10102": "Cost Centre", "customfield_10103": "Shelf"}
SUBTASK = {"name": "Sub-task", "subtask": True, "hierarchyLevel": -1}


def write(folder: Path, issues: list[dict[str, Any]]) -> Path:
    return write_json(folder / "jira.json", {"names": NAMES, "issues": issues})


def test_fields_of_the_same_name_come_along_and_the_rest_is_counted(tmp_path: Path) -> None:
    workspace = make_workspace()
    make_fields(workspace)
    issues = [
        issue(1, customfield_10101={"value": "High"}, customfield_10102="North", customfield_10103="left"),
        issue(2, customfield_10101={"value": "Huge"}, users=40),
        issue(3, issuetype=SUBTASK, parent={"id": "10001"}, customfield_10101={"value": "Low"}),
    ]
    imported = do_import(workspace, write(tmp_path, issues))
    assert own_values(workspace) == {
        "Issue 1": {"risk": "High", "cost_centre": "North"},
        "Issue 2": {"users": "40"},
        "Issue 3": {"risk": "Low"},
    }
    assert refusals(imported) == [("issue 2, SHOP-2", "risk")]
    assert imported.counts["left_out_fields"] == {"Shelf": 1}


def test_what_was_cleared_there_is_cleared_here_and_what_is_not_sent_stays(tmp_path: Path) -> None:
    workspace = make_workspace()
    make_fields(workspace)
    do_import(workspace, write(tmp_path, [issue(1, customfield_10101={"value": "High"}, customfield_10102="North")]))
    do_import(workspace, write(tmp_path, [issue(1, customfield_10101=None)]))
    assert own_values(workspace) == {"Issue 1": {"cost_centre": "North"}}
