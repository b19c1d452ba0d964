"""The page of custom fields, and fields in their place on the pages of a story and a capability."""

import json

import pytest
from django.test import Client

from accounts.models import Workspace
from accounts.policies import Role
from planner.models import CustomField, FieldValue
from tests.factories import make_capability, make_member, make_story, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("FLD")


def add(reader: Client, **given: object) -> CustomField:
    answer = reader.post("/w/FLD/fields/", {"item": "story", "name": "Risk", "kind": "TEXT", **given})
    assert answer.status_code == 204, answer.content
    return CustomField.objects.latest("pk")


def test_an_empty_page_says_what_a_field_is(reader: Client) -> None:
    page = reader.get("/w/FLD/fields/").content.decode()
    assert "None yet. A field is text, a number" in page
    assert page.count("<h1") == 1


def test_a_choice_is_added_with_its_options_and_edited_by_id(reader: Client) -> None:
    field = add(
        reader,
        kind="CHOICE",
        option_id=["", "", ""],
        option_label=["High", "", "Low"],
        option_tone=["red", "", ""],
    )
    assert [(option.label, option.tone) for option in field.options.all()] == [("High", "red"), ("Low", "")]
    high, low = field.options.all()
    answer = reader.post(
        f"/w/FLD/fields/{field.pk}/",
        {
            "version": field.version,
            "name": "Danger",
            "option_id": [low.pk, high.pk],
            "option_label": ["Low", "Very high"],
            "option_tone": ["", "red"],
        },
    )
    assert answer.status_code == 204
    assert [option.label for option in CustomField.objects.get(pk=field.pk).options.all()] == ["Low", "Very high"]
    assert "Danger" in reader.get("/w/FLD/fields/?part=lists").content.decode()


def test_what_is_wrong_is_said_at_its_field(reader: Client) -> None:
    answer = reader.post(
        "/w/FLD/fields/",
        {"item": "story", "name": "F", "kind": "FORMULA", "formula": "points +"},
        HTTP_HX_REQUEST="true",
    )
    assert answer.status_code == 400
    assert 'data-for="formula"' in answer.content.decode() or "formula" in answer.content.decode()


def test_a_formula_is_tried_while_it_is_written(reader: Client, workspace: Workspace) -> None:
    make_story(workspace, points="4")
    shown = reader.get("/w/FLD/fields/try/", {"item": "story", "formula": "points * 2"}).content.decode()
    assert "Yields a number" in shown
    assert ">8<" in shown
    wrong = reader.get("/w/FLD/fields/try/", {"item": "story", "formula": "nonsense + 1"}).content.decode()
    assert "nonsense" in wrong


def test_a_field_is_taken_away_with_undo_and_brought_back(reader: Client) -> None:
    field = add(reader)
    answer = reader.post(f"/w/FLD/fields/{field.pk}/archive/")
    undo = json.loads(answer["HX-Trigger"])["toast"]["undo"]
    assert "Taken away" in reader.get("/w/FLD/fields/").content.decode()
    assert reader.post(undo["url"], undo["values"]).status_code == 204
    assert "Taken away" not in reader.get("/w/FLD/fields/").content.decode()


def test_fields_move_up_and_down(reader: Client) -> None:
    first, second = add(reader, name="One"), add(reader, name="Two")
    reader.post(f"/w/FLD/fields/{second.pk}/move/", {"to": "up"})
    assert list(CustomField.objects.values_list("name", flat=True)) == ["Two", "One"]
    reader.post(f"/w/FLD/fields/{first.pk}/move/", {"to": "down"})
    assert list(CustomField.objects.values_list("name", flat=True)) == ["Two", "One"]


def test_a_story_shows_its_fields_and_takes_a_value_in_its_place(reader: Client, workspace: Workspace) -> None:
    add(reader, name="Users", kind="NUMBER", unit="users")
    add(reader, name="Share", kind="FORMULA", formula="users / points")
    story = make_story(workspace, points="4")
    path = f"/w/FLD/stories/{story.key}/fields/"
    assert "Users: nothing yet. Edit" in reader.get(path).content.decode()
    assert 'name="users"' in reader.get(path, {"edit": "users"}).content.decode()
    saved = reader.post(path, {"users": "10"})
    assert "10 users" in saved.content.decode()
    assert "2.5" in saved.content.decode()
    assert json.loads(saved["HX-Trigger"]) == {"part-changed": {"part": "fields"}}
    assert reader.post(path, {"users": "many"}).status_code == 400
    assert FieldValue.objects.filter(field__key="users").count() == 1


def test_several_choices_are_cleared_by_choosing_none(reader: Client, workspace: Workspace) -> None:
    field = add(reader, name="Regions", kind="MULTI_CHOICE", option_label=["EU", "US"], option_id=["", ""])
    story = make_story(workspace)
    path = f"/w/FLD/stories/{story.key}/fields/"
    ids = [str(option.pk) for option in field.options.all()]
    assert "EU, US" in reader.post(path, {"regions": ["", *ids]}).content.decode()
    assert "EU" not in reader.post(path, {"regions": [""]}).content.decode()


def test_a_capability_has_its_fields_on_its_page(reader: Client, workspace: Workspace) -> None:
    add(reader, item="capability", name="Tier", kind="NUMBER")
    capability = make_capability(workspace)
    page = reader.get(f"/w/FLD/capabilities/{capability.key}/").content.decode()
    path = f"/w/FLD/capabilities/{capability.key}/fields/"
    assert path in page
    assert ">2<" in reader.post(path, {"tier": "2"}).content.decode()


def test_who_only_looks_changes_nothing(client: Client, reader: Client, workspace: Workspace) -> None:
    field = add(reader)
    story = make_story(workspace)
    client.force_login(make_member(workspace, Role.VIEWER))
    assert "Add a field" not in client.get("/w/FLD/fields/").content.decode()
    assert client.post(f"/w/FLD/fields/{field.pk}/archive/").status_code == 403
    shown = client.get(f"/w/FLD/stories/{story.key}/fields/").content.decode()
    assert "editable" not in shown


def test_the_history_names_the_field(reader: Client, workspace: Workspace) -> None:
    add(reader, name="Harbour master")
    story = make_story(workspace)
    reader.post(f"/w/FLD/stories/{story.key}/fields/", {"harbour_master": "Agrees"})
    shown = reader.get(f"/w/FLD/stories/{story.key}/history/").content.decode()
    assert "set Harbour master" in shown
    assert "set Harbour master" in reader.get("/w/FLD/events/").content.decode()


def test_the_filter_box_offers_the_field_and_its_values(reader: Client, workspace: Workspace) -> None:
    add(reader, kind="CHOICE", option_label=["High", "Low"], option_id=["", ""])
    offered = reader.get("/w/FLD/backlog/filters/").json()["fields"]
    assert offered[-1]["name"] == "risk"
    values = reader.get("/w/FLD/backlog/filters/", {"field": "risk", "q": "lo"}).json()["values"]
    assert values == [{"value": "Low", "label": "Low"}]
    assert reader.get("/w/FLD/backlog/filters/", {"field": "colour"}).status_code == 400
    make_story(workspace)
    assert reader.get("/w/FLD/backlog/", {"f": "risk:is:High"}).status_code == 200
