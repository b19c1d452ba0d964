"""The editor of maps on its page: make, draw, go back, delete; and what the map's page says of drawings."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Workspace
from accounts.policies import Role
from common.clock import utc_now
from planner.models import CustomField
from planner.services.custom_fields import create_field
from planner.services.field_options import OptionDraft
from planner.services.field_values import set_story_fields_of_own
from tests.factories import actor_of, make_member, make_stories, make_workspace, owner_of
from valuestream.domain.drawing import to_json
from valuestream.models import Map, MapVersion
from valuestream.selectors.drawings import drawing_of
from valuestream.selectors.maps import get_default_map

pytestmark = pytest.mark.django_db
LIST = "/w/FLOW/maps/"
DAY = timedelta(days=1)


@pytest.fixture
def workspace() -> Workspace:
    made = make_workspace("FLOW", now=utc_now() - 30 * DAY)
    make_stories(made, 2, now=utc_now() - 10 * DAY)
    return made


@pytest.fixture
def browser(client: Client, workspace: Workspace) -> Client:
    client.force_login(owner_of(workspace))
    return client


@pytest.fixture
def the_map(workspace: Workspace) -> Map:
    return get_default_map(workspace=workspace)


def editor(map_: Map) -> str:
    return f"{LIST}{map_.pk}/edit/"


def save(browser: Client, map_: Map, sent: dict[str, Any], **more: Any) -> Any:
    values = {"name": map_.name, "version": map_.version, "drawing": json.dumps(sent), **more}
    return browser.post(editor(map_), values, headers={"Accept": "application/json"})


def sent_of(map_: Map) -> dict[str, Any]:
    return to_json(drawing_of(map=map_))


def test_the_editor_shows_stages_values_and_how_many_stories_are_there(browser: Client, the_map: Map) -> None:
    page = browser.get(editor(the_map)).content.decode()
    assert page.count('<li class="card editor-stage"') == len(the_map.stages.all()) + 1, "and the one to be cloned"
    assert "2 stories there now" in page
    assert "Nobody has changed it" in page
    assert page.count("<h1") == 1


def test_a_saved_drawing_leads_to_the_map(browser: Client, the_map: Map) -> None:
    sent = sent_of(the_map)
    sent["stages"][1]["target_days"] = 0.5
    response = save(browser, the_map, sent, name="Flow", reason="Half a day is enough")
    assert response.content.decode() == f"{LIST}{the_map.pk}/"
    after = get_default_map(workspace=the_map.workspace)
    assert (after.name, after.version) == ("Flow", the_map.version + 1)
    page = browser.get(editor(after)).content.decode()
    assert "Half a day is enough" in page
    assert f"{after.stages.all()[1].name}: target no to 0.5 days" in page


def test_what_is_refused_is_named_and_nothing_is_saved(browser: Client, the_map: Map) -> None:
    sent = sent_of(the_map)
    sent["stages"][0]["name"] = ""
    response = save(browser, the_map, sent, name="Other")
    assert response.status_code == 400
    assert response.json()["errors"] == {"stages[0].name": ["Use a name of 1 to 80 characters."]}
    assert save(browser, the_map, {}).status_code == 400
    assert browser.post(editor(the_map), {"version": 1, "drawing": "no"}).status_code == 400
    assert browser.post(editor(the_map), {"drawing": "{}"}).status_code == 400
    assert get_default_map(workspace=the_map.workspace).name == the_map.name


def test_a_taken_name_saves_no_drawing(browser: Client, the_map: Map) -> None:
    browser.post(f"{LIST}new/", {"name": "Taken", "after": "scrum"})
    sent = sent_of(the_map)
    sent["stages"][0]["name"] = "First"
    assert save(browser, the_map, sent, name="taken").status_code == 409
    assert get_default_map(workspace=the_map.workspace).version == the_map.version


def test_the_second_of_two_editors_is_told(browser: Client, the_map: Map) -> None:
    sent = sent_of(the_map)
    sent["stages"][0]["name"] = "First"
    assert save(browser, the_map, sent).status_code == 200
    late = save(browser, the_map, sent_of(the_map))
    assert late.status_code == 409
    assert "Somebody drew this map meanwhile" in late.json()["detail"]


def test_a_map_is_made_from_a_template_or_a_copy_and_deleted(browser: Client, the_map: Map) -> None:
    made = browser.post(f"{LIST}new/", {"name": "Train", "after": "salesforce"})
    train = Map.objects.get(name="Train")
    assert made.headers["Location"] == editor(train)
    browser.post(f"{LIST}new/", {"name": "Again", "after": f"copy:{train.pk}"})
    page = browser.get(f"{LIST}?all=1").content.decode()
    assert all(name in page for name in ("Train", "Again", the_map.name))
    browser.post(f"{LIST}{train.pk}/delete/")
    assert not Map.objects.filter(name="Train").exists()
    assert browser.post(f"{LIST}{the_map.pk}/delete/").status_code == 409
    assert browser.post(f"{LIST}new/", {"name": "X", "after": "copy:999"}).status_code == 404
    assert browser.post(f"{LIST}new/", {"name": "X", "after": "water"}).status_code == 400


def test_only_those_who_may_edit_maps_see_the_way_there(client: Client, workspace: Workspace, the_map: Map) -> None:
    client.force_login(make_member(workspace, Role.VIEWER))
    assert client.get(editor(the_map)).status_code == 403
    assert b"Edit the map" not in client.get(f"{LIST}{the_map.pk}/").content
    assert b"Add a map" not in client.get(f"{LIST}?all=1").content


def test_the_page_says_that_the_past_was_drawn_otherwise(browser: Client, the_map: Map) -> None:
    sent = sent_of(the_map)
    sent["stages"][0]["name"] = "First thoughts"
    save(browser, the_map, sent)
    day = (utc_now() - 3 * DAY).date().isoformat()
    page = browser.get(f"{LIST}{the_map.pk}/?as_of={day}").content.decode()
    assert "Drawn as it was then, in version 1; now it is version 2." in page
    assert "First thoughts" not in page
    now = browser.get(f"{LIST}{the_map.pk}/?as_of={day}&drawn=now").content.decode()
    assert "Show it as it was drawn then" in now
    assert "First thoughts" in now
    assert "Drawn as it" not in browser.get(f"{LIST}{the_map.pk}/").content.decode()


def test_an_earlier_version_comes_back(browser: Client, the_map: Map) -> None:
    sent = sent_of(the_map)
    sent["stages"][0]["name"] = "First thoughts"
    save(browser, the_map, sent)
    restore = f"{LIST}{the_map.pk}/versions/1/restore/"
    assert browser.post(restore, {"version": 1}).status_code == 409
    assert browser.post(restore).status_code == 400
    assert browser.post(restore, {"version": 2}).status_code == 204
    assert get_default_map(workspace=the_map.workspace).stages.all()[0].name == the_map.stages.all()[0].name
    assert MapVersion.objects.filter(map=the_map).count() == 3
    assert browser.post(f"{LIST}{the_map.pk}/versions/9/restore/", {"version": 3}).status_code == 404


def test_a_late_stage_is_marked(browser: Client, the_map: Map) -> None:
    sent = sent_of(the_map)
    for stage in sent["stages"]:
        stage["target_days"] = "0.01"
    save(browser, the_map, sent)
    assert "target 0.01 d" not in browser.get(f"{LIST}{the_map.pk}/").content.decode(), "nothing left a stage yet"


def test_a_map_over_a_choice_field_is_made_shown_and_drawn(browser: Client, workspace: Workspace) -> None:
    options = [OptionDraft(label) for label in ("Dev", "UAT")]
    actor = actor_of(workspace)
    field = create_field(
        workspace=workspace,
        item="STORY",
        name="Org",
        kind="CHOICE",
        actor=actor,
        now=utc_now() - 9 * DAY,
        options=options,
    )
    story = workspace.stories.order_by("pk").first()
    assert story is not None
    set_story_fields_of_own(
        workspace=workspace, story_ids=[story.pk], values={"org": "UAT"}, actor=actor, now=utc_now() - DAY
    )
    assert "A stage for each choice of the field" in browser.get(f"{LIST}new/").content.decode()
    browser.post(f"{LIST}new/", {"name": "Orgs", "after": "field:org"})
    made = Map.objects.get(name="Orgs")
    assert made.field == field
    page = browser.get(editor(made)).content.decode()
    assert "Maps the choices of Org" in page
    assert page.count("1 story there now") == 1
    assert "unmapped value (Nothing chosen)" in browser.get(f"{LIST}{made.pk}/").content.decode()
    assert "1 open story has no Org" in page
    assert "Follows the field Org." in browser.get(f"{LIST}?all=1").content.decode()
    for page_name in ("charts", "what-if"):
        assert browser.get(f"{LIST}{made.pk}/{page_name}/").status_code == 200


def test_a_removed_field_is_said_and_its_map_still_opens(browser: Client, workspace: Workspace) -> None:
    field = create_field(
        workspace=workspace,
        item="STORY",
        name="Org",
        kind="CHOICE",
        actor=actor_of(workspace),
        now=utc_now() - 9 * DAY,
        options=[OptionDraft("Dev")],
    )
    browser.post(f"{LIST}new/", {"name": "Orgs", "after": "field:org"})
    CustomField.objects.filter(pk=field.pk).update(archived_at=utc_now())
    made = Map.objects.get(name="Orgs")
    assert "The field Org was removed" in browser.get(editor(made)).content.decode()
    assert browser.get(f"{LIST}{made.pk}/").status_code == 200
    assert "field:org" not in browser.get(f"{LIST}new/").content.decode()
