"""Many stories in one call: all or nothing, errors by row."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from planner.models import Story
from tests.api.conftest import Caller
from tests.factories import make_capability, make_workspace, state_named


def test_a_list_and_an_object_both_do(owner: Caller, workspace: Workspace) -> None:
    rows = [{"title": "A"}, {"title": "B", "points": 3}]
    told = owner.post("/stories/bulk/", rows)["results"]
    told += owner.post("/stories/bulk/", {"stories": rows, "workspace": workspace.pk})["results"]
    assert [row["title"] for row in told] == ["A", "B", "A", "B"]
    assert list(Story.objects.order_by("rank").values_list("pk", flat=True)) == [row["id"] for row in told]


@pytest.mark.parametrize(
    ("bad", "path"),
    [
        ({"title": "A", "points": -1}, "stories[2].points"),
        ({"title": "A", "points": "NaN"}, "stories[2].points"),
        ({"points": 1}, "stories[2].title"),
        ({"title": "A", "state": 999_999}, "stories[2].state"),
        ({"title": "A", "sprint": "x"}, "stories[2].sprint"),
        ({"title": "A", "colour": 1}, "stories[2].colour"),
        ("A", "stories[2]"),
        (None, "stories[2]"),
        ([], "stories[2]"),
    ],
)
def test_one_bad_row_refuses_all_and_is_named(owner: Caller, bad: Any, path: str) -> None:
    problem = owner.post("/stories/bulk/", [{"title": "A"}, {"title": "B"}, bad], status=400)
    assert list(problem["errors"]) == [path]
    assert not Story.objects.exists()


def test_a_single_row_is_named_too(owner: Caller) -> None:
    problem = owner.post("/stories/bulk/", {"stories": [{"title": "A", "points": -1}]}, status=400)
    assert list(problem["errors"]) == ["stories[0].points"]


def test_every_bad_row_is_named(owner: Caller) -> None:
    problem = owner.post("/stories/bulk/", [{"title": ""}, {"title": "B"}, {"title": "C", "points": "x"}], status=400)
    assert set(problem["errors"]) == {"stories[0].title", "stories[2].points"}


@pytest.mark.parametrize("body", [{}, {"stories": {}}, {"stories": "A"}, {"stories": None}])
def test_what_is_no_list_is_refused(owner: Caller, body: Any) -> None:
    assert list(owner.post("/stories/bulk/", body, status=400)["errors"]) == ["stories"]


def test_unknown_fields_beside_the_stories_are_refused(owner: Caller) -> None:
    assert list(owner.post("/stories/bulk/", {"stories": [], "dry": True}, status=400)["errors"]) == ["dry"]


def test_more_than_the_limit_is_refused(owner: Caller) -> None:
    problem = owner.post("/stories/bulk/", [{"title": "A"}] * 1001, status=400)
    assert list(problem["errors"]) == ["stories"]
    assert not Story.objects.exists()


def test_none_at_all_is_fine(owner: Caller) -> None:
    assert owner.post("/stories/bulk/", []) == {"next": None, "results": []}


def test_foreign_references_are_refused_by_row(owner: Caller) -> None:
    state = state_named(make_workspace("OTHER"), "Idea")
    problem = owner.post("/stories/bulk/", [{"title": "A"}, {"title": "B", "state": state.pk}], status=400)
    assert list(problem["errors"]) == ["stories[1].state"]


def test_a_thousand_take_a_constant_number_of_queries(owner: Caller, workspace: Workspace) -> None:
    capabilities = [make_capability(workspace).pk for _ in range(3)]

    def create(number: int) -> int:
        rows = [{"title": f"S{n}", "points": n % 9, "capability": capabilities[n % 3]} for n in range(number)]
        with CaptureQueriesContext(connection) as queries:
            owner.post("/stories/bulk/", rows)
        return sum("SAVEPOINT" not in query["sql"] for query in queries.captured_queries)

    few = create(3)
    # SQLite inserts in batches of 999 variables; PostgreSQL in one statement.
    started = time.process_time()
    many = create(1000)
    print("CPU", time.process_time() - started, few, many)
    assert many <= few + 120
    assert Story.objects.count() == 1003
