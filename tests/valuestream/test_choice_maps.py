"""Maps over a choice field: visits come from the field's own history, and finished stories leave."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Workspace
from common.errors import InvalidInput
from common.jobs.models import Job
from planner.models import CustomField, FieldOption, FieldValue, Story
from planner.services.custom_fields import create_field
from planner.services.field_options import OptionDraft
from planner.services.field_values import set_story_fields_of_own
from planner.services.stories import transition_story, update_story
from tests.factories import NOW, actor_of, give_value, make_story, make_workspace, state_named
from valuestream.domain.drawing import to_json
from valuestream.models import Map
from valuestream.selectors.asking import Question
from valuestream.selectors.charts.cumulative import cumulative_flow_of
from valuestream.selectors.charts.loading import load_chart_flow
from valuestream.selectors.charts.weekly import departures_of
from valuestream.selectors.drawings import drawing_of, map_as_of
from valuestream.selectors.evidence import Counting, Place, Weight, visits_counted
from valuestream.selectors.flow import waits_by_cost
from valuestream.selectors.maps import get_default_map
from valuestream.selectors.metrics import map_metrics
from valuestream.selectors.what_if import fit_map
from valuestream.services.drawings import draw_map, restore_version
from valuestream.services.map_making import create_map

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


@pytest.fixture
def org(workspace: Workspace) -> CustomField:
    drafts = [OptionDraft(label=label) for label in ("Dev", "UAT", "Staging")]
    return create_field(
        workspace=workspace,
        item="STORY",
        name="Org",
        kind="CHOICE",
        actor=actor_of(workspace),
        now=NOW - 30 * DAY,
        options=drafts,
    )


@pytest.fixture
def train(workspace: Workspace, org: CustomField) -> Map:
    """Dev and UAT are mapped, Staging is not."""
    born = NOW - 30 * DAY
    made = create_map(workspace=workspace, name="Release train", field_key="org", actor_id=None, now=born)
    sent = sent_of(made)
    sent["stages"] = sent["stages"][:2]
    sent["stages"][1]["blocks"][0]["kind"] = "WAIT"
    return draw_map(map=made, sent=sent, version=made.version, actor_id=None, now=born)


def sent_of(found: Map) -> dict[str, Any]:
    return to_json(drawing_of(map=found))


def put(story: Story, label: str, day: float) -> None:
    set_story_fields_of_own(
        workspace=story.workspace,
        story_ids=[story.pk],
        values={"org": label},
        actor=actor_of(story.workspace),
        now=NOW + day * DAY,
    )


def go(story: Story, name: str, day: float) -> None:
    story.refresh_from_db()
    state = state_named(story.workspace, name)
    transition_story(story=story, state=state, actor=actor_of(story.workspace), now=NOW + day * DAY)


def stages(found: Map, *, day: float, as_of: float | None = None) -> dict[str, Any]:
    answer = map_metrics(map=found, now=NOW + day * DAY, as_of=None if as_of is None else NOW + as_of * DAY)
    unmapped = {one["state"]: one for one in answer["unmapped"]}
    return {stage["name"]: stage["metrics"] for stage in answer["stages"]} | {"unmapped": unmapped}


def test_visits_follow_the_field_and_not_the_workflow(workspace: Workspace, train: Map) -> None:
    story = make_story(workspace)
    put(story, "Dev", 1)
    go(story, "Review", 2)
    put(story, "UAT", 4)
    found = stages(train, day=6)
    assert (found["Dev"]["arrivals"], found["Dev"]["departures"], found["Dev"]["wip"]) == (1, 1, 0)
    assert found["Dev"]["lead_time"]["mean"] == pytest.approx(3 * 86_400)
    assert (found["UAT"]["wip"], found["UAT"]["queue_length"]) == (1, 1)


def test_a_choice_that_no_block_maps_is_listed_and_so_is_none_at_all(workspace: Workspace, train: Map) -> None:
    put(make_story(workspace), "Staging", 1)
    make_story(workspace)
    found = stages(train, day=3)
    assert {name: one["wip"] for name, one in found["unmapped"].items()} == {"Staging": 1, "Nothing chosen": 1}
    assert found["Dev"]["wip"] == found["UAT"]["wip"] == 0


def test_a_finished_story_leaves_and_a_reopened_one_comes_back(workspace: Workspace, train: Map) -> None:
    story = make_story(workspace)
    put(story, "UAT", 1)
    go(story, "Done", 3)
    found = stages(train, day=5)
    assert (found["UAT"]["wip"], found["UAT"]["departures"]) == (0, 1)
    go(story, "Review", 6)
    assert stages(train, day=7)["UAT"]["wip"] == 1
    assert stages(train, day=7)["UAT"]["percent_complete_accurate"] == 0.0


def test_the_past_is_told_as_it_was(workspace: Workspace, train: Map) -> None:
    story = make_story(workspace)
    put(story, "Dev", 1)
    put(story, "UAT", 4)
    go(story, "Done", 6)
    for day, (dev, uat) in {0.5: (0, 0), 2: (1, 0), 5: (0, 1), 7: (0, 0)}.items():
        found = stages(train, day=9, as_of=day)
        assert (found["Dev"]["wip"], found["UAT"]["wip"]) == (dev, uat)


def test_ranges_of_stories_add_up_to_the_whole(
    workspace: Workspace, train: Map, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(1, 8):
        story = make_story(workspace)
        put(story, "Dev", day)
        put(story, "UAT" if day % 2 else "Staging", day + 1)
    whole = map_metrics(map=train, now=NOW + 9 * DAY, as_of=NOW + 9 * DAY)
    monkeypatch.setattr("valuestream.selectors.measuring.AT_ONCE", 3)
    monkeypatch.setattr("valuestream.selectors.measuring.RANGE", 2)
    assert map_metrics(map=train, now=NOW + 9 * DAY, as_of=NOW + 9 * DAY) == whole


def test_a_choice_taken_away_keeps_what_happened_in_it(workspace: Workspace, org: CustomField, train: Map) -> None:
    put(make_story(workspace), "UAT", 1)
    FieldOption.objects.filter(field=org, label="UAT").update(archived_at=NOW + 2 * DAY)
    assert stages(train, day=3)["UAT"]["wip"] == 1


def test_a_field_without_history_counts_from_the_storys_birth(
    workspace: Workspace, org: CustomField, train: Map
) -> None:
    story = make_story(workspace)
    FieldValue.objects.create(story=story, field=org, option=FieldOption.objects.get(field=org, label="Dev"))
    assert stages(train, day=2)["Dev"]["wip_age"]["max"] == pytest.approx(2 * 86_400)


def test_every_number_opens_the_items_it_counts(workspace: Workspace, train: Map) -> None:
    story = make_story(workspace)
    give_value(story, weekly=100)
    put(story, "UAT", 1)
    counted = visits_counted(
        map=train,
        now=NOW + 3 * DAY,
        asked=Question(),
        place=Place(stage_id=train.stages.all()[1].pk),
        counting=Counting.OPEN,
        weight=Weight.VALUE,
    )
    assert [row.story.pk for row in counted.rows] == [story.pk]


def test_a_change_of_the_field_asks_for_fresh_figures(
    workspace: Workspace, train: Map, django_capture_on_commit_callbacks: Any
) -> None:
    story = make_story(workspace)
    Job.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        put(story, "UAT", 1)
    assert Job.objects.filter(kind="valuestream.snapshot", args={"map": train.pk}).exists()


def test_charts_and_the_what_if_answer_for_such_a_map(workspace: Workspace, train: Map) -> None:
    for day in range(1, 6):
        story = make_story(workspace)
        put(story, "Dev", day)
        put(story, "UAT", day + 1)
        go(story, "Done", day + 3)
    chart = load_chart_flow(map=train, now=NOW + 30 * DAY, asked=Question())
    assert len(departures_of(chart).story) == 5
    cells = cumulative_flow_of(chart)
    assert cells.items.max() > 0
    assert waits_by_cost(map=train, now=NOW + 3.5 * DAY).waiting == 2
    fitted = fit_map(map=train, now=NOW + 30 * DAY, as_of=None, window_days=90, where=None)
    assert fitted is not None


def test_a_map_begins_with_a_stage_for_each_choice(workspace: Workspace, org: CustomField) -> None:
    made = create_map(workspace=workspace, name="Train", field_key="org", actor_id=None, now=NOW)
    assert [stage["name"] for stage in sent_of(made)["stages"]] == ["Dev", "UAT", "Staging"]
    assert made.field == org


def test_a_template_takes_the_choices_whose_names_fit(workspace: Workspace, org: CustomField) -> None:
    made = create_map(
        workspace=workspace, name="Train", field_key="org", template_key="salesforce", actor_id=None, now=NOW
    )
    assert len(drawing_of(map=made).values) >= 2


def test_a_copy_maps_the_same_field(workspace: Workspace, train: Map) -> None:
    made = create_map(workspace=workspace, name="Copy", like=train, actor_id=None, now=NOW)
    assert made.field == train.field
    assert drawing_of(map=made).values == drawing_of(map=train).values


@pytest.mark.parametrize("kind", ["TEXT", "MULTI_CHOICE"])
def test_only_a_field_of_one_choice_can_be_mapped(workspace: Workspace, org: CustomField, kind: str) -> None:
    options = [OptionDraft(label="A")] if kind == "MULTI_CHOICE" else []
    create_field(
        workspace=workspace, item="STORY", name="Other", kind=kind, actor=actor_of(workspace), now=NOW, options=options
    )
    with pytest.raises(InvalidInput) as refused:
        create_map(workspace=workspace, name="Train", field_key="other", actor_id=None, now=NOW)
    assert f"Known are: {org.key}." in str(refused.value.errors)


def test_a_state_can_not_be_mapped_on_a_map_over_a_field(train: Map) -> None:
    sent = sent_of(train)
    sent["stages"][0]["blocks"][0]["values"] = [10**9]
    with pytest.raises(InvalidInput) as refused:
        draw_map(map=train, sent=sent, version=train.version, actor_id=None, now=NOW)
    assert "no value 1000000000" in str(refused.value.errors)


def test_the_past_is_told_by_the_drawing_of_then(workspace: Workspace, train: Map) -> None:
    put(make_story(workspace), "UAT", 1)
    sent = sent_of(train)
    sent["stages"][0]["blocks"][0]["values"] += sent["stages"][1]["blocks"][0].pop("values")
    redrawn = draw_map(map=train, sent=sent, version=train.version, actor_id=None, now=NOW + 5 * DAY)
    assert stages(redrawn, day=6)["Dev"]["wip"] == 1
    then = map_as_of(map=redrawn, as_of=NOW + 3 * DAY)
    assert stages(then, day=6, as_of=3)["UAT"]["wip"] == 1
    back = restore_version(map=redrawn, number=2, version=redrawn.version, actor_id=None, now=NOW + 7 * DAY)
    assert stages(back, day=8)["UAT"]["wip"] == 1


def test_the_map_that_follows_the_workflow_knows_nothing_of_the_field(workspace: Workspace, train: Map) -> None:
    put(make_story(workspace), "UAT", 1)
    assert train.field is not None
    found = stages(get_default_map(workspace=workspace), day=2)
    assert (found["Idea"]["wip"], found["unmapped"]) == (1, {})


def test_a_title_asks_for_fresh_figures_only_where_a_filter_may_ask_of_it(
    workspace: Workspace, train: Map, django_capture_on_commit_callbacks: Any
) -> None:
    story = make_story(workspace)
    for filter_text, asked in (("", False), ("title contains port", True)):
        Map.objects.filter(pk=train.pk).update(filter_text=filter_text)
        Job.objects.all().delete()
        story.refresh_from_db()
        with django_capture_on_commit_callbacks(execute=True):
            update_story(
                story=story,
                changes={"title": f"A port{filter_text}"},
                version=None,
                actor=actor_of(workspace),
                now=NOW + DAY,
            )
        assert Job.objects.filter(kind="valuestream.snapshot").exists() is asked
