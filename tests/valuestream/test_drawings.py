"""Redrawing maps: parts keep their ids, each drawing is a version, and the past is told as it was drawn then."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from planner.models import State
from planner.services.stories import update_story
from tests.factories import NOW, actor_of, give_value, make_stories, make_workspace, owner_of, state_named
from valuestream.domain.drawing import changes_between, from_json, to_json
from valuestream.domain.map_templates import TEMPLATES, draw_template
from valuestream.models import Map, MapVersion, Snapshot, ValueMapping
from valuestream.selectors.asking import Question
from valuestream.selectors.drawings import drawing_of, list_versions, map_as_of, map_asked
from valuestream.selectors.maps import get_default_map, get_map
from valuestream.selectors.metrics import map_metrics
from valuestream.services.drawings import draw_map, restore_version
from valuestream.services.map_making import create_map, delete_map, rename_map
from valuestream.services.maps import add_states, update_map
from valuestream.services.snapshots import store_daily

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = NOW + 10 * DAY


@pytest.fixture
def workspace() -> Workspace:
    made = make_workspace(now=NOW - 30 * DAY)
    first, second = make_stories(made, 2, now=NOW - 20 * DAY)
    give_value(first, 700, now=NOW - 19 * DAY)
    for story, name in ((first, "Review"), (second, "In progress")):
        update_story(story=story, changes={"state": state_named(made, name)}, actor=actor_of(made), now=NOW - 15 * DAY)
    return made


def the_map(workspace: Workspace) -> Map:
    return get_default_map(workspace=workspace)


def sent_of(map_: Map) -> dict[str, Any]:
    return to_json(drawing_of(map=map_))


def draw(map_: Map, sent: dict[str, Any], **more: Any) -> Map:
    return draw_map(map=map_, sent=sent, **{"version": map_.version, "actor_id": None, "now": NOW, **more})


def merged(map_: Map) -> dict[str, Any]:
    """In progress and Review made one stage, "Build", with two blocks."""
    sent = sent_of(map_)
    stages = {stage["name"]: stage for stage in sent["stages"]}
    stages["In progress"] |= {
        "name": "Build",
        "target_days": "2.5",
        "blocks": [*stages["In progress"]["blocks"], *stages["Review"]["blocks"]],
    }
    return {**sent, "stages": [stage for stage in sent["stages"] if stage["name"] != "Review"]}


def test_stages_and_blocks_keep_their_ids_when_they_are_drawn_elsewhere(workspace: Workspace) -> None:
    before = the_map(workspace)
    build = before.stages.get(name="In progress")
    review = before.stages.get(name="Review").blocks.get()
    after = draw(before, merged(before), reason="One team does both")
    stage = after.stages.get(name="Build")
    assert stage.pk == build.pk
    assert [block.pk for block in stage.blocks.all()] == [build.blocks.first().pk, review.pk]  # type: ignore[union-attr]
    assert stage.target_days == Decimal("2.5")
    assert [one.name for one in after.stages.all()] == ["Idea", "Ready", "Build", "Done", "Cancelled"]
    assert ValueMapping.objects.filter(map=after).count() == State.objects.filter(workspace=workspace).count()


def test_each_drawing_is_a_version_with_who_and_why(workspace: Workspace) -> None:
    owner = owner_of(workspace)
    after = draw(the_map(workspace), merged(the_map(workspace)), reason="One team does both", actor_id=owner.pk)
    first, second = list_versions(map=after).order_by("number")
    assert (first.number, first.made_at) == (1, after.created_at)
    assert (second.number, second.made_by, second.reason) == (2, owner, "One team does both")
    said = changes_between(from_json(first.drawing), from_json(second.drawing))
    assert said == [
        "Review removed",
        "In progress called Build",
        "Build: target no to 2.5 days",
    ]


def test_a_drawing_that_changes_nothing_makes_no_version(workspace: Workspace) -> None:
    before = the_map(workspace)
    assert draw(before, sent_of(before)).version == before.version
    assert not MapVersion.objects.exists()


def test_the_past_is_told_as_it_was_drawn_then_unless_asked_otherwise(workspace: Workspace) -> None:
    before = the_map(workspace)
    yesterday = map_metrics(map=before, now=NOW, as_of=NOW - DAY)
    after = draw(before, merged(before))
    then = map_as_of(map=after, as_of=NOW - DAY)
    told = map_metrics(map=then, now=LATER, as_of=NOW - DAY)
    assert [stage["name"] for stage in told["stages"]] == [stage["name"] for stage in yesterday["stages"]]
    assert [stage["metrics"] for stage in told["stages"]] == [stage["metrics"] for stage in yesterday["stages"]]
    redrawn = map_asked(map=after, asked=Question(as_of=NOW - DAY, as_drawn_now=True))
    names = [stage["name"] for stage in map_metrics(map=redrawn, now=LATER, as_of=NOW - DAY)["stages"]]
    assert "Build" in names


def test_a_map_as_it_was_then_is_not_taken_for_the_present_one(workspace: Workspace) -> None:
    stage = the_map(workspace).stages.all()[1]
    changes = {"stages": [{"id": stage.pk, "name": "Groomed"}]}
    after = update_map(map=the_map(workspace), changes=changes, actor_id=None, now=NOW)
    then = map_as_of(map=after, as_of=NOW - DAY)
    assert then.stages.all()[1].name == "Ready"
    assert map_as_of(map=then, as_of=LATER).stages.all()[1].name == "Groomed"


def test_a_stored_day_answers_only_by_the_drawing_it_was_stored_with(workspace: Workspace) -> None:
    before = the_map(workspace)
    day = (NOW - 2 * DAY).date()
    (stored, *_) = store_daily(map=before, date=day, now=NOW)
    Snapshot.objects.filter(pk=stored.pk).update(metrics={**stored.metrics, "marked": True})
    after = draw(before, merged(before))
    then = map_metrics(map=map_as_of(map=after, as_of=stored.as_of), now=LATER, as_of=stored.as_of)
    assert then["marked"]
    redrawn = map_metrics(map=after, now=LATER, as_of=stored.as_of)
    assert "marked" not in redrawn
    assert "Build" in [stage["name"] for stage in redrawn["stages"]]


def test_a_day_stored_late_is_drawn_as_it_was_then(workspace: Workspace) -> None:
    after = draw(the_map(workspace), merged(the_map(workspace)))
    (stored, *_) = store_daily(map=after, date=(NOW - 2 * DAY).date(), now=LATER)
    assert "Review" in [stage["name"] for stage in stored.metrics["stages"]]


def test_an_earlier_version_is_restored_with_what_still_exists(workspace: Workspace) -> None:
    after = draw(the_map(workspace), merged(the_map(workspace)))
    state_named(workspace, "Idea").delete()
    after = get_map(map_id=after.pk) or after
    build = after.stages.get(name="Build").pk
    back = restore_version(map=after, number=1, version=after.version, actor_id=None, now=LATER)
    names = [stage.name for stage in back.stages.all()]
    assert names == ["Idea", "Ready", "In progress", "Review", "Done", "Cancelled"]
    assert back.stages.get(name="In progress").pk == build
    assert not back.stages.get(name="Idea").blocks.get().mappings.exists()
    assert [one.reason for one in list_versions(map=back)][:1] == ["Back to version 1"]


def test_a_map_drawn_by_somebody_else_meanwhile_is_not_overwritten(workspace: Workspace) -> None:
    seen = the_map(workspace)
    draw(seen, merged(seen))
    with pytest.raises(Conflict, match="It is at version 2; yours was made from 1"):
        draw(seen, sent_of(seen), version=1)


def test_a_state_that_came_meanwhile_is_not_lost_either(workspace: Workspace) -> None:
    seen = the_map(workspace)
    state = State.objects.create(workspace=workspace, name="UAT", category="IN_PROGRESS", position=99)
    add_states(workspace_id=workspace.pk, state_ids=[state.pk], now=NOW)
    with pytest.raises(Conflict, match="Somebody drew this map meanwhile"):
        draw(seen, merged(seen))


def test_a_change_over_http_is_a_version_too(workspace: Workspace) -> None:
    map_ = the_map(workspace)
    stage = map_.stages.all()[1]
    changed = update_map(map=map_, changes={"stages": [{"id": stage.pk, "staffed": 3}]}, actor_id=None, now=NOW)
    assert changed.version == 2
    assert map_as_of(map=changed, as_of=NOW - DAY).stages.all()[1].staffed is None


@pytest.mark.parametrize(
    ("spoil", "field", "says"),
    [
        (lambda sent: sent.update(stages=[]), "stages", "at least one stage"),
        (lambda sent: sent["stages"][0].update(blocks=[]), "stages[0].blocks", "at least one block"),
        (lambda sent: sent["stages"][0].update(name=" "), "stages[0].name", "1 to 80 characters"),
        (lambda sent: sent["stages"][1].update(name="IDEA"), "stages[1].name", "another stage's"),
        (lambda sent: sent["stages"][0].update(staffed=-1), "stages[0].staffed", "0 to 10,000"),
        (lambda sent: sent["stages"][0].update(target_days="-2"), "stages[0].target_days", "above 0"),
        (lambda sent: sent["stages"][0].update(target_days="Infinity"), "stages[0].target_days", "above 0"),
        (lambda sent: sent["stages"][0].update(target_days=0), "stages[0].target_days", "above 0"),
        (lambda sent: sent["stages"][0].update(id=0), "stages[0].id", "no such part"),
        (lambda sent: sent["stages"][0]["blocks"][0].update(kind="REST"), "stages[0].blocks[0].kind", "WAIT or WORK"),
        (lambda sent: sent["stages"][0]["blocks"][0].update(values=[0]), "stages[0].blocks[0].values", "no value 0"),
        (
            lambda sent: sent["stages"][0]["blocks"][0].update(values=sent["stages"][1]["blocks"][0]["values"]),
            "stages",
            "is mapped twice",
        ),
        (lambda sent: sent["stages"].append(dict(sent["stages"][0])), "stages[6].id", "stands there twice"),
        (lambda sent: sent.update(stages=sent["stages"] * 5), "stages", "up to 24 stages; this has 30"),
        (lambda sent: sent.update(wait_rule="SOMETIMES"), "wait_rule", "NONE"),
        (lambda sent: sent.update(filter="nonsense is 3"), "filter", "nonsense"),
        (lambda sent: sent.update(filter=3), "filter", "at most 2,000"),
    ],
)
def test_what_can_t_be_drawn_is_refused_at_its_place(workspace: Workspace, spoil: Any, field: str, says: str) -> None:
    map_ = the_map(workspace)
    sent = sent_of(map_)
    spoil(sent)
    with pytest.raises(InvalidInput) as refused:
        draw(map_, sent)
    assert says in " ".join(refused.value.errors[field])
    assert sent_of(the_map(workspace)) == sent_of(map_)
    assert the_map(workspace).version == map_.version


def test_a_map_of_some_stories_counts_only_those(workspace: Workspace) -> None:
    map_ = the_map(workspace)
    everything = map_metrics(map=map_, now=NOW)["total"]["wip"]
    only = draw(map_, {**sent_of(map_), "filter": "state is Review"})
    assert (everything, map_metrics(map=only, now=NOW)["total"]["wip"]) == (2, 1)


def test_a_map_whose_filter_can_t_be_used_any_more_says_so(workspace: Workspace) -> None:
    map_ = the_map(workspace)
    Map.objects.filter(pk=map_.pk).update(filter_text="gone is 3")
    with pytest.raises(InvalidInput, match="The filter of Idea to live can't be used"):
        map_metrics(map=the_map(workspace), now=NOW)


@pytest.mark.parametrize("made_of", TEMPLATES, ids=lambda one: one.key)
def test_a_template_places_every_state_of_the_workflow(workspace: Workspace, made_of: Any) -> None:
    made = create_map(workspace=workspace, name=made_of.name, template_key=made_of.key, actor_id=None, now=NOW)
    assert [stage.name for stage in made.stages.all()] == [name for name, _ in made_of.stages]
    mapped = ValueMapping.objects.filter(map=made).values_list("state__name", flat=True)
    assert sorted(mapped) == sorted(State.objects.filter(workspace=workspace).values_list("name", flat=True))
    assert map_metrics(map=made, now=NOW)["total"]["wip"] == 2


def test_a_template_goes_by_the_longest_word() -> None:
    states = [(1, "Ready for test", "IN_PROGRESS"), (2, "Ready", "TODO"), (3, "Hatching", "IN_PROGRESS")]
    drawing = draw_template(TEMPLATES[0], states)
    places = {value: block.name for block in drawing.blocks for value in block.values}
    assert places == {1: "Ready for test", 2: "Ready", 3: "Development"}


def test_a_copy_has_parts_of_its_own(workspace: Workspace) -> None:
    map_ = the_map(workspace)
    copied = create_map(workspace=workspace, name="Copy", like=map_, actor_id=None, now=NOW)
    assert [stage.name for stage in copied.stages.all()] == [stage.name for stage in map_.stages.all()]
    assert not {stage.pk for stage in copied.stages.all()} & {stage.pk for stage in map_.stages.all()}
    assert not copied.follows_workflow


def test_names_are_taken_once(workspace: Workspace) -> None:
    with pytest.raises(Conflict, match="Idea to LIVE exists already"):
        create_map(workspace=workspace, name="Idea to LIVE", template_key="scrum", actor_id=None, now=NOW)
    other = create_map(workspace=workspace, name="Other", template_key="scrum", actor_id=None, now=NOW)
    with pytest.raises(Conflict, match="exists already"):
        rename_map(map=other, name="idea to live", actor_id=None, now=NOW)
    assert rename_map(map=other, name="OTHER", actor_id=None, now=NOW).name == "OTHER"
    with pytest.raises(InvalidInput):
        create_map(workspace=workspace, name="New", template_key="waterfall", actor_id=None, now=NOW)


def test_the_map_of_the_workflow_stays(workspace: Workspace) -> None:
    with pytest.raises(Conflict, match="can't be deleted"):
        delete_map(map=the_map(workspace), actor_id=None, now=NOW)
    other = create_map(workspace=workspace, name="Other", template_key="kanban", actor_id=None, now=NOW)
    delete_map(map=other, actor_id=None, now=NOW)
    assert Map.objects.filter(workspace=workspace).count() == 1
