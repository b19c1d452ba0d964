"""Custom fields: added, changed, taken away and back; their values set, told in the log, worked out and taken back."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from common.jobs.models import Job
from planner.domain.vocabulary import ItemKind
from planner.models import CustomField, FieldOption, FieldValue, Story
from planner.selectors.field_contents import contents_of
from planner.selectors.item_fields import rows_of
from planner.selectors.item_values import shown_values
from planner.services.custom_fields import archive_field, create_field, reorder_fields, restore_field, update_field
from planner.services.field_options import OptionDraft
from planner.services.field_values import set_capability_fields, set_story_fields_of_own, undo_field_values
from planner.services.formula_runs import run_formulas
from planner.services.ranking import move_story
from planner.services.stories import update_story
from planner.services.workspaces import find_or_create_person
from tests.factories import NOW, actor_of, make_capability, make_stories, make_story, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("CFD")


def add(workspace: Workspace, name: str, kind: str, **given: object) -> CustomField:
    options = [OptionDraft(label) for label in given.pop("options", ())]  # type: ignore[attr-defined]
    item = str(given.pop("item", ItemKind.STORY.value))
    told = {key: str(value) for key, value in given.items()}
    return create_field(
        workspace=workspace,
        item=item,
        name=name,
        kind=kind,
        options=options,
        actor=actor_of(workspace),
        now=NOW,
        **told,
    )


def put(workspace: Workspace, stories: Sequence[Story], **values: object) -> str:
    ids = [story.pk for story in stories]
    result = set_story_fields_of_own(
        workspace=workspace, story_ids=ids, values=values, actor=actor_of(workspace), now=NOW
    )
    return result.undo_token


def text_of(workspace: Workspace, story: Story, key: str) -> str:
    row = rows_of(workspace=workspace, item=ItemKind.STORY).get(pk=story.pk)
    return shown_values(workspace=workspace, item=ItemKind.STORY, rows=[row], now=NOW)[story.pk][key].text


# Fields


def test_a_field_gets_a_key_of_its_name_that_is_free(workspace: Workspace) -> None:
    keys = [add(workspace, name, "TEXT").key for name in ("Risk level", "Risk-level", "2nd look", "Points")]
    assert keys == ["risk_level", "risk_level_2", "f_2nd_look", "points_2"]


def test_a_key_of_a_built_in_field_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(workspace, "Size", "NUMBER", key="points")
    assert refused.value.errors == {"key": ["points is a built-in field: choose another key."]}


def test_two_fields_of_one_name_are_refused(workspace: Workspace) -> None:
    add(workspace, "Risk", "TEXT")
    with pytest.raises(InvalidInput) as refused:
        add(workspace, "risk", "NUMBER")
    assert refused.value.errors == {"name": ["A field of this name exists already."]}


def test_a_choice_needs_options_and_nothing_else_has_any(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput, match="at least one option"):
        add(workspace, "Risk", "CHOICE")
    with pytest.raises(InvalidInput, match="Only a choice has options"):
        add(workspace, "Risk", "NUMBER", options=["High"])


def test_renaming_an_option_keeps_what_has_it_and_dropping_one_in_use_archives_it(workspace: Workspace) -> None:
    field = add(workspace, "Risk", "CHOICE", options=["High", "Low", "Unused"])
    story = make_story(workspace)
    put(workspace, [story], risk="High")
    high = FieldOption.objects.get(label="High")
    drafts = [OptionDraft("Very high", id=high.pk)]
    update_field(field=field, changes={"options": drafts}, actor=actor_of(workspace), now=NOW)
    assert text_of(workspace, story, "risk") == "Very high"
    update_field(field=field, changes={"options": [OptionDraft("None")]}, actor=actor_of(workspace), now=NOW)
    assert text_of(workspace, story, "risk") == "Very high"
    labels = FieldOption.objects.filter(field=field).values_list("label", "archived_at")
    assert dict(labels) == {"Very high": NOW, "None": None}


def test_a_field_taken_away_comes_back_with_its_values(workspace: Workspace) -> None:
    field = add(workspace, "Customer", "TEXT")
    story = make_story(workspace)
    put(workspace, [story], customer="Acme")
    field = archive_field(field=field, actor=actor_of(workspace), now=NOW)
    with pytest.raises(InvalidInput) as refused:
        put(workspace, [story], customer="Other")
    assert "may have been taken away" in refused.value.errors["customer"][0]
    restore_field(field=field, actor=actor_of(workspace), now=NOW)
    assert text_of(workspace, story, "customer") == "Acme"


def test_a_stale_version_is_refused(workspace: Workspace) -> None:
    field = add(workspace, "Customer", "TEXT")
    update_field(field=field, changes={"name": "Client"}, actor=actor_of(workspace), now=NOW, version=1)
    with pytest.raises(Conflict):
        update_field(field=field, changes={"name": "Buyer"}, actor=actor_of(workspace), now=NOW, version=1)


def test_fields_are_reordered_each_once(workspace: Workspace) -> None:
    for name in ("One", "Two", "Three"):
        add(workspace, name, "TEXT")
    actor = actor_of(workspace)
    reorder_fields(workspace=workspace, item="STORY", keys=["three", "one", "two"], actor=actor, now=NOW)
    assert list(CustomField.objects.values_list("key", flat=True)) == ["three", "one", "two"]
    with pytest.raises(InvalidInput, match="each once"):
        reorder_fields(workspace=workspace, item="STORY", keys=["one", "one", "two"], actor=actor, now=NOW)


# Values


def test_each_kind_is_set_shown_and_told_in_the_log(workspace: Workspace) -> None:
    find_or_create_person(workspace=workspace, name="Dana")
    add(workspace, "Note", "TEXT")
    add(workspace, "Users", "NUMBER", unit="users")
    add(workspace, "Budget", "MONEY")
    add(workspace, "Promised", "DATE")
    add(workspace, "Risk", "CHOICE", options=["High", "Low"])
    add(workspace, "Regions", "MULTI_CHOICE", options=["EU", "US", "APAC"])
    add(workspace, "Sponsor", "PERSON")
    story = make_story(workspace)
    given = {"note": "x", "users": "1200", "budget": "12k", "promised": "2026-03-31", "risk": "low"}
    put(workspace, [story], **given, regions=["US", "EU"], sponsor="dana")
    shown = {key: text_of(workspace, story, key) for key in (*given, "regions", "sponsor")}
    assert shown == {
        "note": "x",
        "users": "1,200 users",
        "budget": "12,000.00 USD",
        "promised": "2026-03-31",
        "risk": "Low",
        "regions": "EU, US",
        "sponsor": "Dana",
    }
    told = story.events.filter(field__startswith="cf:").values_list("to_value", flat=True)
    assert sorted(told) == sorted(["x", "1200", "12000", "2026-03-31", "Low", "EU, US", "Dana"])
    story.refresh_from_db()
    assert story.version == 2


def test_nothing_is_written_when_one_value_is_refused(workspace: Workspace) -> None:
    add(workspace, "Users", "NUMBER")
    add(workspace, "Promised", "DATE")
    story = make_story(workspace)
    with pytest.raises(InvalidInput) as refused:
        put(workspace, [story], users="many", promised="2026-03-31", colour="red")
    assert set(refused.value.errors) == {"users", "colour"}
    assert not FieldValue.objects.exists()


def test_a_call_on_many_stories_is_taken_back_but_not_over_what_others_changed_since(workspace: Workspace) -> None:
    add(workspace, "Users", "NUMBER")
    one, two, three = make_stories(workspace, 3)
    put(workspace, [one], users=5)
    token = put(workspace, [one, two, three], users=7)
    put(workspace, [three], users=9)
    undo_field_values(workspace=workspace, token=token, actor=actor_of(workspace), now=NOW)
    assert [text_of(workspace, story, "users") for story in (one, two, three)] == ["5", "", "9"]


def test_options_are_added_to_those_there_already(workspace: Workspace) -> None:
    field = add(workspace, "Regions", "MULTI_CHOICE", options=["EU", "US"])
    story = make_story(workspace)
    put(workspace, [story], regions=["EU"])
    set_story_fields_of_own(
        workspace=workspace,
        story_ids=[story.pk],
        values={"regions": ["US"]},
        adding=frozenset({"regions"}),
        actor=actor_of(workspace),
        now=NOW,
    )
    contents = contents_of(item=ItemKind.STORY, ids=[story.pk], fields=[field])
    assert len(contents[story.pk][field.pk]) == 2  # type: ignore[arg-type]  # ids of both options


def test_a_capability_has_fields_of_its_own(workspace: Workspace) -> None:
    add(workspace, "Tier", "NUMBER", item="CAPABILITY")
    capability = make_capability(workspace)
    set_capability_fields(capability=capability, values={"tier": 2}, actor=actor_of(workspace), now=NOW)
    row = rows_of(workspace=workspace, item=ItemKind.CAPABILITY).get(pk=capability.pk)
    shown = shown_values(workspace=workspace, item=ItemKind.CAPABILITY, rows=[row], now=NOW)
    assert shown[capability.pk]["tier"].text == "2"
    assert row.version == 2


def test_the_queries_of_showing_do_not_grow_with_the_rows(
    workspace: Workspace, django_assert_num_queries: object
) -> None:
    add(workspace, "Users", "NUMBER")
    stories = make_stories(workspace, 12)
    put(workspace, stories, users=3)
    rows = list(rows_of(workspace=workspace, item=ItemKind.STORY))
    with django_assert_num_queries(3):  # type: ignore[operator]
        shown = shown_values(workspace=workspace, item=ItemKind.STORY, rows=rows, now=NOW)
    assert {each["users"].text for each in shown.values()} == {"3"}


# Formulas


def test_a_formula_is_worked_out_and_says_why_it_is_unknown(workspace: Workspace) -> None:
    add(workspace, "Users", "NUMBER")
    add(workspace, "Users per point", "FORMULA", formula="users / points", key="per_point")
    story = make_story(workspace, points=Decimal(4))
    put(workspace, [story], users=10)
    assert text_of(workspace, story, "per_point") == "2.5"
    update_story(story=story, changes={"points": Decimal(0)}, actor=actor_of(workspace), now=NOW)
    row = rows_of(workspace=workspace, item=ItemKind.STORY).get(pk=story.pk)
    shown = shown_values(workspace=workspace, item=ItemKind.STORY, rows=[row], now=NOW)[story.pk]["per_point"]
    assert (shown.text, "zero" in shown.reason) == ("", True)


@pytest.mark.parametrize(("formula", "told"), [("points +", "line 1"), ("nonsense * 2", "nonsense"), ("1 + title", "")])
def test_a_formula_that_cannot_be_is_refused_at_its_field(workspace: Workspace, formula: str, told: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(workspace, "Odd", "FORMULA", formula=formula)
    assert told in refused.value.errors["formula"][0]


def test_a_formula_that_refers_to_itself_is_refused_and_named(workspace: Workspace) -> None:
    first = add(workspace, "First", "FORMULA", formula="points + 1")
    add(workspace, "Second", "FORMULA", formula="first * 2")
    with pytest.raises(InvalidInput) as refused:
        update_field(field=first, changes={"formula": "second + 1"}, actor=actor_of(workspace), now=NOW)
    assert "First" in refused.value.errors["formula"][0]
    assert "Second" in refused.value.errors["formula"][0]


def test_a_field_that_a_formula_goes_by_is_not_taken_away(workspace: Workspace) -> None:
    field = add(workspace, "Users", "NUMBER")
    add(workspace, "Double", "FORMULA", formula="users * 2")
    with pytest.raises(Conflict, match="Double"):
        archive_field(field=field, actor=actor_of(workspace), now=NOW)


def test_results_are_kept_for_filters_and_written_only_where_they_changed(workspace: Workspace) -> None:
    field = add(workspace, "Double", "FORMULA", formula="points * 2")
    stories = make_stories(workspace, 3)
    for story in stories:
        update_story(story=story, changes={"points": Decimal(2)}, actor=actor_of(workspace), now=NOW)
    assert run_formulas(workspace_id=workspace.pk, now=NOW) == 3
    assert set(FieldValue.objects.filter(field=field).values_list("number", flat=True)) == {Decimal(4)}
    update_story(story=stories[0], changes={"points": Decimal(5)}, actor=actor_of(workspace), now=NOW)
    assert run_formulas(workspace_id=workspace.pk, now=NOW + timedelta(hours=1)) == 1


def test_a_change_of_points_asks_for_the_results_and_a_move_does_not(
    workspace: Workspace, django_capture_on_commit_callbacks: Any
) -> None:
    add(workspace, "Double", "FORMULA", formula="points * 2")
    one, two = make_stories(workspace, 2)
    Job.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        move_story(story=two, to="top", actor=actor_of(workspace), now=NOW)
    assert not Job.objects.filter(kind="planner.formulas").exists()
    with django_capture_on_commit_callbacks(execute=True):
        update_story(story=one, changes={"points": Decimal(3)}, actor=actor_of(workspace), now=NOW)
    assert Job.objects.filter(kind="planner.formulas").exists()
