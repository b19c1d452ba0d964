"""Stories over HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from planner.models import Story, StoryEvent
from tests.api.conftest import Caller
from tests.factories import make_capability, make_stories, make_story, make_workspace, state_named

NUMBERS_REFUSED: list[Any] = [-1, "-0.5", "NaN", "Infinity", "abc", True, [], {}, 10_001, "0.001"]


def order_of(workspace: Workspace) -> list[str]:
    return list(Story.objects.filter(workspace=workspace).order_by("rank").values_list("title", flat=True))


def test_a_story_is_created_at_the_bottom_in_the_first_state(owner: Caller, workspace: Workspace) -> None:
    make_story(workspace, "First")
    capability = make_capability(workspace)
    told = owner.post("/stories/", {"title": "Second", "points": "3", "capability": capability.pk})
    assert told["key"].startswith("FRT-")
    assert (told["points"], told["version"], told["kind"]) == ("3.00", 1, "STORY")
    assert told["state"] == {"id": state_named(workspace, "Idea").pk, "name": "Idea", "category": "TODO"}
    assert told["capability"] == {"id": capability.pk, "key": capability.key, "title": capability.title}
    assert order_of(workspace) == ["First", "Second"]
    assert StoryEvent.objects.get(story=told["id"]).source == "API"


def test_a_created_story_is_read_back_as_it_was_told(owner: Caller) -> None:
    told = owner.post("/stories/", {"title": "A", "kind": "BUG", "acceptance": "[x] It works", "required": False})
    assert owner.get(f"/stories/{told['id']}/") == told


@pytest.mark.parametrize("points", NUMBERS_REFUSED)
def test_points_that_are_no_points_are_refused_by_name(owner: Caller, points: Any) -> None:
    problem = owner.post("/stories/", {"title": "A", "points": points}, status=400)
    assert list(problem["errors"]) == ["points"]
    assert not Story.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": None}, "title"),
        ({"title": 5}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"title": "nul \x00"}, "title"),
        ({"title": "A", "kind": "EPIC"}, "kind"),
        ({"title": "A", "kind": []}, "kind"),
        ({"title": "A", "required": "yes"}, "required"),
        ({"title": "A", "description": 5}, "description"),
        ({"title": "A", "state": 999_999}, "state"),
        ({"title": "A", "state": "Idea"}, "state"),
        ({"title": "A", "state": True}, "state"),
        ({"title": "A", "capability": 10**30}, "capability"),
        ({"title": "A", "capability": -1}, "capability"),
        ({"title": "A", "assignee": {"id": 1}}, "assignee"),
        ({"title": "A", "colour": "red"}, "colour"),
        ({"title": "A", "version": 1}, "version"),
        ({"title": "A", "rank": 1}, "rank"),
        ({"title": "A", "workspace": 999_999}, "workspace"),
        ({"title": "A", "workspace": ["ACME"]}, "workspace"),
    ],
)
def test_bad_input_names_its_field_and_writes_nothing(owner: Caller, body: dict[str, Any], field: str) -> None:
    problem = owner("post", "/stories/", body)
    assert problem["status"] in (400, 404)
    assert list(problem["errors"]) == [field]
    assert not Story.objects.exists()


def test_references_to_other_workspaces_are_unknown(owner: Caller, workspace: Workspace) -> None:
    foreign = make_workspace("OTHER")
    state, capability = state_named(foreign, "Idea"), make_capability(foreign)
    for field, pk in (("state", state.pk), ("capability", capability.pk)):
        problem = owner.post("/stories/", {"title": "A", field: pk}, status=400)
        assert list(problem["errors"]) == [field]


@pytest.mark.parametrize("body", ["[]", '"text"', "5", "null"])
def test_a_body_that_is_no_object_is_refused(owner: Caller, body: str) -> None:
    response = owner.client.post("/api/v1/stories/", body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["errors"].keys() & {"body", "title"}


@pytest.mark.parametrize("body", ["{", '{"title": NaN}', '{"title": Infinity}', "[" * 100_000, b"\xff\xfe{}", b""])
def test_a_body_that_is_not_json_is_refused(owner: Caller, body: Any) -> None:
    response = owner.client.post("/api/v1/stories/", body, content_type="application/json")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ('{"title": "\\ud800"}', "title"),
        ('{"title": "A", "\\uDFFF": 1}', "body"),
        ('{"title": "A", "capability": [{"\\ud83d": 1}]}', "capability[0]"),
        ('"\\ud800"', "body"),
    ],
)
def test_half_of_a_surrogate_pair_is_refused_where_it_stands(owner: Caller, body: str, path: str) -> None:
    response = owner.client.post("/api/v1/stories/", body, content_type="application/json")
    assert (response.status_code, list(response.json()["errors"])) == (400, [path])


def test_an_emoji_may_be_escaped(owner: Caller) -> None:
    response = owner.client.post(
        "/api/v1/stories/", '{"title": "Set sail \\ud83d\\ude00"}', content_type="application/json"
    )
    assert (response.status_code, response.json()["title"]) == (201, "Set sail \U0001f600")


def test_a_body_over_the_limit_is_refused(owner: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA_UPLOAD_MAX_MEMORY_SIZE", 100)
    assert owner.post("/stories/", {"title": "x" * 200}, status=413)["code"] == "too_large"


def test_a_change_with_a_stale_version_is_a_conflict(owner: Caller, workspace: Workspace) -> None:
    story = make_story(workspace)
    owner.patch(f"/stories/{story.pk}/", {"points": 5, "version": 1})
    problem = owner.patch(f"/stories/{story.pk}/", {"points": 8, "version": 1}, status=409)
    assert (problem["code"], list(problem["errors"])) == ("stale_version", ["version", "points"])
    story.refresh_from_db()
    assert story.points == Decimal(5)


def test_a_version_that_is_no_number_is_refused(owner: Caller, workspace: Workspace) -> None:
    story = make_story(workspace)
    problem = owner.patch(f"/stories/{story.pk}/", {"points": 5, "version": "one"}, status=400)
    assert list(problem["errors"]) == ["version"]


def test_a_change_can_clear_a_field(owner: Caller, workspace: Workspace) -> None:
    story = make_story(workspace, points=Decimal(3), capability=make_capability(workspace))
    told = owner.patch(f"/stories/{story.pk}/", {"points": None, "capability": None})
    assert (told["points"], told["capability"]) == (None, None)


def test_a_deleted_story_is_gone(owner: Caller, workspace: Workspace) -> None:
    story = make_story(workspace)
    owner.delete(f"/stories/{story.pk}/")
    owner.get(f"/stories/{story.pk}/", status=404)


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        ({"after": "Story 1"}, ["Story 1", "Story 4", "Story 2", "Story 3"]),
        ({"before": "Story 1"}, ["Story 4", "Story 1", "Story 2", "Story 3"]),
        ({"position": 3}, ["Story 1", "Story 2", "Story 4", "Story 3"]),
        ({"position": 99}, ["Story 1", "Story 2", "Story 3", "Story 4"]),
        ({"to": "top"}, ["Story 4", "Story 1", "Story 2", "Story 3"]),
        ({"to": "bottom"}, ["Story 1", "Story 2", "Story 3", "Story 4"]),
    ],
)
def test_a_story_moves_by_one_anchor(
    owner: Caller, workspace: Workspace, anchor: dict[str, Any], expected: list[str]
) -> None:
    stories = {story.title: story for story in make_stories(workspace, 4)}
    body = {name: stories[value].pk if value in stories else value for name, value in anchor.items()}
    told = owner.post(f"/stories/{stories['Story 4'].pk}/move/", body, status=200)
    assert told["id"] == stories["Story 4"].pk
    assert order_of(workspace) == expected


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"after", "before", "position", "to"}),
        ({"to": "top", "position": 1}, {"position", "to"}),
        ({"position": 0}, {"position"}),
        ({"position": -1}, {"position"}),
        ({"position": "1"}, {"position"}),
        ({"position": 1.5}, {"position"}),
        ({"position": True}, {"position"}),
        ({"to": "middle"}, {"to"}),
        ({"to": 5}, {"to"}),
        ({"after": 999_999}, {"after"}),
        ({"before": "FRT-1"}, {"before"}),
        ({"rank": 5}, {"rank"}),
    ],
)
def test_a_move_without_one_good_anchor_names_the_fields(
    owner: Caller, workspace: Workspace, body: dict[str, Any], fields: set[str]
) -> None:
    stories = make_stories(workspace, 2)
    problem = owner.post(f"/stories/{stories[0].pk}/move/", body, status=400)
    assert set(problem["errors"]) == fields
    assert order_of(workspace) == ["Story 1", "Story 2"]


def test_two_stories_as_anchors_are_one_too_many(owner: Caller, workspace: Workspace) -> None:
    a, b, c = make_stories(workspace, 3)
    problem = owner.post(f"/stories/{a.pk}/move/", {"after": b.pk, "before": c.pk}, status=400)
    assert set(problem["errors"]) == {"after", "before"}


def test_a_story_cannot_move_next_to_itself_or_to_a_foreign_one(owner: Caller, workspace: Workspace) -> None:
    story, foreign = make_story(workspace), make_story(make_workspace("OTHER"))
    for anchor in (story, foreign):
        problem = owner.post(f"/stories/{story.pk}/move/", {"after": anchor.pk}, status=400)
        assert list(problem["errors"]) == ["after"]


def test_a_transition_changes_the_state_and_its_category(owner: Caller, workspace: Workspace) -> None:
    story, done = make_story(workspace), state_named(workspace, "Done")
    told = owner.post(f"/stories/{story.pk}/transition/", {"state": done.pk}, status=200)
    assert told["state"] == {"id": done.pk, "name": "Done", "category": "DONE"}
    assert StoryEvent.objects.filter(story=story, field="state", to_id=done.pk).count() == 1


@pytest.mark.parametrize("body", [{}, {"state": None}, {"state": "Done"}, {"state": 999_999}])
def test_a_transition_needs_a_state_of_the_workspace(owner: Caller, workspace: Workspace, body: Any) -> None:
    problem = owner.post(f"/stories/{make_story(workspace).pk}/transition/", body, status=400)
    assert list(problem["errors"]) == ["state"]


def test_a_story_is_blocked_with_a_reason_and_unblocked(owner: Caller, workspace: Workspace) -> None:
    story = make_story(workspace)
    told = owner.post(f"/stories/{story.pk}/block/", {"blocked": True, "reason": "No access"}, status=200)
    assert (told["blocked"], told["blocked_reason"]) == (True, "No access")
    assert told["blocked_at"] is not None
    told = owner.post(f"/stories/{story.pk}/block/", {"blocked": False}, status=200)
    assert (told["blocked"], told["blocked_reason"], told["blocked_at"]) == (False, "", None)


@pytest.mark.parametrize(
    ("body", "field"), [({}, "blocked"), ({"blocked": "yes"}, "blocked"), ({"blocked": True, "reason": 5}, "reason")]
)
def test_blocking_reads_its_fields(owner: Caller, workspace: Workspace, body: Any, field: str) -> None:
    problem = owner.post(f"/stories/{make_story(workspace).pk}/block/", body, status=400)
    assert list(problem["errors"]) == [field]


def test_the_list_is_paged_by_keyset(owner: Caller, workspace: Workspace) -> None:
    made = [story.pk for story in make_stories(workspace, 5)]
    first = owner.get("/stories/?limit=2")
    second = owner.get(first["next"])
    third = owner.get(second["next"])
    assert [row["id"] for page in (first, second, third) for row in page["results"]] == made
    assert third["next"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=x", "limit"),
        ("cursor=x", "cursor"),
        ("state=x", "state"),
        ("kind=EPIC", "kind"),
        ("blocked=maybe", "blocked"),
        ("workspace=NOPE", "workspace"),
        ("workspace=%00", "workspace"),
        ("key=%00", "key"),
    ],
)
def test_a_bad_query_names_its_parameter(owner: Caller, query: str, field: str) -> None:
    problem = owner("get", f"/stories/?{query}")
    assert problem["status"] in (400, 404)
    assert list(problem["errors"]) == [field]


def test_the_list_filters(owner: Caller, workspace: Workspace) -> None:
    capability, done = make_capability(workspace), state_named(workspace, "Done")
    wanted = make_story(workspace, capability=capability, state=done, kind="BUG")
    make_story(workspace)
    queries = (f"capability={capability.pk}", f"state={done.pk}", "category=DONE", "kind=BUG", f"key={wanted.key}")
    for query in queries:
        assert [row["id"] for row in owner.get(f"/stories/?{query}")["results"]] == [wanted.pk], query


def test_the_queries_of_a_list_do_not_grow_with_its_rows(owner: Caller, workspace: Workspace) -> None:
    capability = make_capability(workspace)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            owner.get("/stories/")
        return len(queries)

    make_stories(workspace, 1, capability=capability)
    few = count()
    make_stories(workspace, 30, capability=capability)
    assert count() == few <= 5
