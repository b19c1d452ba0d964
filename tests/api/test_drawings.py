"""Maps drawn over HTTP."""

from typing import Any

import pytest

from accounts.models import Workspace
from planner.services.custom_fields import create_field
from planner.services.field_options import OptionDraft
from tests.api.conftest import Caller
from tests.factories import NOW, actor_of
from valuestream.models import Map

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(workspace: Workspace) -> str:
    return f"/maps/{Map.objects.get(workspace=workspace).pk}/"


def renamed(drawing: dict[str, Any], name: str) -> dict[str, Any]:
    stages = [{**drawing["stages"][0], "name": name}, *drawing["stages"][1:]]
    return {**drawing, "stages": stages}


def put(caller: Caller, path: str, body: Any, *, status: int = 200) -> Any:
    return caller("put", path, body, status=status)


def test_a_drawing_is_read_changed_and_put_back(owner: Caller, address: str) -> None:
    drawing = owner.get(f"{address}drawing/")
    after = put(owner, f"{address}drawing/", {**renamed(drawing, "Thoughts"), "reason": "Clearer"})
    assert (after["version"], after["stages"][0]["name"]) == (drawing["version"] + 1, "Thoughts")
    assert after["stages"][0]["id"] == drawing["stages"][0]["id"]
    newest, first = owner.get(f"{address}versions/")["results"]
    assert (newest["reason"], first["number"]) == ("Clearer", drawing["version"])
    back = owner.post(f"{address}versions/{first['number']}/restore/", {"version": after["version"]}, status=200)
    assert back["stages"] == drawing["stages"]


def test_a_stale_drawing_is_refused(owner: Caller, address: str) -> None:
    drawing = owner.get(f"{address}drawing/")
    put(owner, f"{address}drawing/", renamed(drawing, "Thoughts"))
    told = put(owner, f"{address}drawing/", renamed(drawing, "Notes"), status=409)
    assert "Somebody drew this map meanwhile" in told["detail"]


def test_every_refused_part_is_named(owner: Caller, address: str) -> None:
    drawing = owner.get(f"{address}drawing/")
    bad = renamed(drawing, "")
    bad["stages"][1]["staffed"] = -3
    told = put(owner, f"{address}drawing/", bad, status=400)
    assert sorted(told["errors"]) == ["stages[0].name", "stages[1].staffed"]
    assert "version" in put(owner, f"{address}drawing/", {"stages": []}, status=400)["errors"]
    assert "colour" in put(owner, f"{address}drawing/", {**drawing, "colour": "red"}, status=400)["errors"]
    assert "reason" in put(owner, f"{address}drawing/", {**drawing, "reason": 3}, status=400)["errors"]


def test_maps_are_made_and_deleted(owner: Caller, outsider: Caller, address: str) -> None:
    made = owner.post("/maps/", {"workspace": "ACME", "name": "Train", "template": "salesforce"})
    assert [stage["name"] for stage in made["stages"]][:2] == ["Planning", "Development org"]
    copied = owner.post("/maps/", {"workspace": "ACME", "name": "Copy", "copy_of": made["id"]})
    assert copied["id"] != made["id"]
    assert "template" in owner.post("/maps/", {"workspace": "ACME", "name": "Bare"}, status=400)["errors"]
    outsider.post("/maps/", {"workspace": "OTHER", "name": "Theft", "copy_of": made["id"]}, status=404)
    owner.delete(f"/maps/{made['id']}/")
    owner.get(f"/maps/{made['id']}/", status=404)
    assert "follows the workflow" in owner.delete(address, status=409)["detail"]


def test_metrics_say_which_drawing_they_go_by(owner: Caller, address: str) -> None:
    drawing = owner.get(f"{address}drawing/")
    put(owner, f"{address}drawing/", renamed(drawing, "Thoughts"))
    assert owner.get(f"{address}metrics/")["version"] == drawing["version"] + 1
    then = owner.get(f"{address}metrics/?as_of=2020-01-01")
    assert (then["version"], then["stages"][0]["name"]) == (drawing["version"], drawing["stages"][0]["name"])
    assert owner.get(f"{address}metrics/?as_of=2020-01-01&drawn=now")["stages"][0]["name"] == "Thoughts"
    assert "drawn" in owner.get(f"{address}metrics/?drawn=never", status=400)["errors"]


def test_a_map_follows_a_choice_field(owner: Caller, workspace: Workspace) -> None:
    options = [OptionDraft(label) for label in ("Dev", "UAT")]
    field = create_field(
        workspace=workspace,
        item="STORY",
        name="Org",
        kind="CHOICE",
        actor=actor_of(workspace),
        now=NOW,
        options=options,
    )
    made = owner.post("/maps/", {"workspace": "ACME", "name": "Orgs", "field": field.key})
    assert made["field"] == field.key
    choices = [block["choices"] for stage in made["stages"] for block in stage["blocks"]]
    assert choices == [[option.pk] for option in field.options.all()]
    assert [block["states"] for stage in made["stages"] for block in stage["blocks"]] == [[], []]
    drawing = owner.get(f"/maps/{made['id']}/drawing/")
    drawing["stages"] = drawing["stages"][:1]
    assert put(owner, f"/maps/{made['id']}/drawing/", drawing)["version"] == drawing["version"] + 1
    assert [stage["name"] for stage in owner.get(f"/maps/{made['id']}/metrics/")["stages"]] == ["Dev"]


def test_a_field_that_can_not_be_mapped_is_refused_by_name(owner: Caller) -> None:
    told = owner.post("/maps/", {"workspace": "ACME", "name": "Orgs", "field": "points"}, status=400)
    assert "none yet: add one under Fields" in told["errors"]["field"][0]
