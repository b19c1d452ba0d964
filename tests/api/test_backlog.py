"""The ranked backlog and the event log over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Workspace
from planner.services.scores import rescore_workspace
from tests.api.conftest import Caller
from tests.factories import NOW, give_value, make_capability, make_stories, make_story, state_named


def keys(page: dict[str, Any]) -> list[str]:
    return [row["title"] for row in page["results"]]


def test_the_manual_lens_is_the_order_people_made(owner: Caller, workspace: Workspace) -> None:
    first, second, third = make_stories(workspace, 3)
    owner.post(f"/stories/{third.pk}/move/", {"to": "top"}, status=200)
    page = owner.get("/backlog/")
    assert [(row["id"], row["position"]) for row in page["results"]] == [(third.pk, 1), (first.pk, 2), (second.pk, 3)]
    assert page["next"] is None


def test_a_row_tells_what_its_place_rests_on(owner: Caller, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    make_story(workspace, "A", capability=capability, points=1)
    make_story(workspace, "B", capability=capability, points=3)
    give_value(capability, 1000)
    rescore_workspace(workspace_id=workspace.pk, now=NOW)
    capability.refresh_from_db()
    row = owner.get("/backlog/?lens=cd3")["results"][1]
    idea = state_named(workspace, "Idea")
    assert row["state"] == {"id": idea.pk, "name": "Idea", "category": "TODO"}
    assert row["capability"] == {"id": capability.pk, "key": capability.key, "title": capability.title}
    assert (row["points"], row["cost_of_delay"], row["cd3"]) == ("3.00", "1000.00", "250.0000")
    assert float(row["attributed_value"]) == pytest.approx(float(row["business_value"]) * 0.75, abs=0.01)
    assert row["unvalued"] is False
    assert row["position"] is None


def test_unvalued_is_not_zero(owner: Caller, workspace: Workspace) -> None:
    make_story(workspace)
    [row] = owner.get("/backlog/")["results"]
    figures = {name: row[name] for name in ("cost_of_delay", "cd3", "business_value", "attributed_value", "points")}
    assert figures == dict.fromkeys(figures)
    assert row["unvalued"] is True


@pytest.mark.parametrize("lens", ["manual", "cd3", "value"])
def test_pages_follow_each_other_without_gap_or_repeat(owner: Caller, workspace: Workspace, lens: str) -> None:
    for number in range(3):
        capability = make_capability(workspace, title=f"Capability {number}")
        make_stories(workspace, 3, capability=capability, points=2)
        if number:
            give_value(capability, 100 * number)
    make_stories(workspace, 2)
    whole = [row["id"] for row in owner.get(f"/backlog/?lens={lens}")["results"]]
    url, paged = f"/backlog/?lens={lens}&limit=2", []
    while url:
        page = owner.get(url)
        paged += [row["id"] for row in page["results"]]
        url = page["next"]
    assert paged == whole
    assert len(set(whole)) == 11


def test_finished_stories_are_left_out_unless_asked_for(owner: Caller, workspace: Workspace) -> None:
    make_story(workspace, "Open")
    make_story(workspace, "Finished", state=state_named(workspace, "Done"))
    assert keys(owner.get("/backlog/")) == ["Open"]
    assert keys(owner.get("/backlog/?include_done=true")) == ["Open", "Finished"]


@pytest.mark.parametrize(
    ("query", "field"),
    [("lens=dollars", "lens"), ("cursor=x", "cursor"), ("limit=-1", "limit"), ("include_done=1", "include_done")],
)
def test_a_bad_question_names_its_parameter(owner: Caller, query: str, field: str) -> None:
    assert list(owner.get(f"/backlog/?{query}", status=400)["errors"]) == [field]


def test_a_cursor_of_another_lens_is_refused(owner: Caller, workspace: Workspace) -> None:
    make_stories(workspace, 3)
    url = owner.get("/backlog/?limit=1")["next"]
    assert list(owner.get(url + "&lens=cd3", status=400)["errors"]) == ["cursor"]


def test_the_log_is_newest_first_and_filtered(owner: Caller, workspace: Workspace) -> None:
    first, second = make_stories(workspace, 2)
    owner.patch(f"/stories/{first.pk}/", {"points": 5})
    owner.post(f"/stories/{first.pk}/transition/", {"state": state_named(workspace, "Ready").pk}, status=200)
    everything = owner.get("/events/")["results"]
    assert [row["field"] for row in everything] == ["state", "points", "created", "created"]
    assert everything[0]["story"] == {"id": first.pk, "key": first.key, "title": first.title}
    assert (everything[0]["from_value"], everything[0]["to_value"]) == ("Idea", "Ready")
    assert len(owner.get(f"/events/?story={second.pk}")["results"]) == 1
    assert len(owner.get(f"/events/?story={first.pk}&field=state")["results"]) == 1
    page = owner.get("/events/?limit=3")
    assert [row["id"] for row in page["results"] + owner.get(page["next"])["results"]] == [
        row["id"] for row in everything
    ]


def test_the_log_cannot_be_written(owner: Caller) -> None:
    owner.post("/events/", {}, status=405)
