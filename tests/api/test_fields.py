"""Custom fields over HTTP: defined, changed, taken away and back; values of stories and capabilities."""

from __future__ import annotations

from typing import Any

from accounts.models import Workspace
from tests.api.conftest import Caller
from tests.factories import make_capability, make_story

RISK = {
    "item": "STORY",
    "name": "Risk",
    "kind": "CHOICE",
    "options": [{"label": "High", "tone": "red"}, {"label": "Low"}],
}


def add(owner: Caller, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = owner.post("/fields/", {"item": "STORY", **given})
    return answer


def test_a_field_is_added_listed_changed_and_read(owner: Caller, workspace: Workspace) -> None:
    field = owner.post("/fields/", RISK)
    assert (field["key"], [option["label"] for option in field["options"]]) == ("risk", ["High", "Low"])
    high = field["options"][0]["id"]
    changed = owner.patch(
        f"/fields/{field['id']}/",
        {"name": "Danger", "options": [{"id": high, "label": "Very high"}, {"label": "None"}], "version": 1},
    )
    assert (changed["name"], changed["version"]) == ("Danger", 2)
    assert [option["label"] for option in changed["options"]] == ["Very high", "None"]
    assert [each["name"] for each in owner.get("/fields/?item=STORY")["results"]] == ["Danger"]
    assert owner.get("/fields/?item=CAPABILITY")["results"] == []


def test_what_is_wrong_is_named(owner: Caller, workspace: Workspace) -> None:
    for body, field in (
        ({**RISK, "kind": "COLOUR"}, "kind"),
        ({**RISK, "options": [{"label": "High"}, {"label": "high"}]}, "options[1].label"),
        ({"item": "STORY", "name": "F", "kind": "FORMULA", "formula": "points +"}, "formula"),
        ({"item": "TASK", "name": "F", "kind": "TEXT"}, "item"),
        ({"item": "STORY", "kind": "TEXT"}, "name"),
    ):
        assert field in owner.post("/fields/", body, status=400)["errors"], body


def test_values_are_set_read_and_cleared(owner: Caller, workspace: Workspace) -> None:
    owner.post("/fields/", RISK)
    add(owner, name="Users", kind="NUMBER", unit="users")
    add(owner, name="Share", kind="FORMULA", formula="users / points")
    story = make_story(workspace, points="4")
    path = f"/stories/{story.pk}/fields/"
    shown = {each["key"]: each for each in owner.patch(path, {"values": {"risk": "high", "users": 10}})}
    assert (shown["risk"]["text"], shown["users"]["text"], shown["share"]["value"]) == ("High", "10 users", "2.5")
    shown = {each["key"]: each for each in owner.patch(path, {"values": {"users": None}})}
    assert (shown["users"]["value"], shown["share"]["value"]) == (None, None)
    assert shown["share"]["reason"]
    refused = owner.patch(path, {"values": {"risk": "medium", "colour": 1}}, status=400)
    assert set(refused["errors"]) == {"risk", "colour"}


def test_a_capability_has_fields_too(owner: Caller, workspace: Workspace) -> None:
    owner.post("/fields/", {"item": "CAPABILITY", "name": "Tier", "kind": "NUMBER"})
    capability = make_capability(workspace)
    path = f"/capabilities/{capability.pk}/fields/"
    assert owner.patch(path, {"values": {"tier": "2"}})[0]["value"] == "2"
    assert owner.get(path)[0]["text"] == "2"


def test_a_field_is_taken_away_and_brought_back_with_its_values(owner: Caller, workspace: Workspace) -> None:
    field = add(owner, name="Users", kind="NUMBER")
    story = make_story(workspace)
    owner.patch(f"/stories/{story.pk}/fields/", {"values": {"users": 10}})
    owner.delete(f"/fields/{field['id']}/")
    assert owner.get("/fields/")["results"] == []
    assert [each["is_archived"] for each in owner.get("/fields/?archived=true")["results"]] == [True]
    owner.post(f"/fields/{field['id']}/restore/", status=200)
    assert owner.get(f"/stories/{story.pk}/fields/")[0]["value"] == "10"


def test_fields_are_reordered(owner: Caller, workspace: Workspace) -> None:
    for name in ("One", "Two"):
        add(owner, name=name, kind="TEXT")
    told = owner.post("/fields/reorder/", {"item": "STORY", "keys": ["two", "one"]}, status=200)
    assert [each["key"] for each in told] == ["two", "one"]
    assert "keys" in owner.post("/fields/reorder/", {"item": "STORY", "keys": ["two"]}, status=400)["errors"]
