"""Custom metrics: what may be defined, and what their figures are, today and on past days."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from planner.models import CustomField, Story
from planner.services.applications import create_application
from planner.services.custom_fields import create_field
from planner.services.field_options import OptionDraft
from planner.services.field_values import set_story_fields_of_own
from planner.services.stories import transition_story, update_story
from planner.services.teams import create_team
from tests.factories import NOW, actor_of, give_value, make_story, make_workspace, state_named
from valuestream.models import CustomMetric, Map
from valuestream.selectors.asking import Question
from valuestream.selectors.custom_metrics import PlaceFigure, counted_items, custom_figures
from valuestream.selectors.evidence import Place
from valuestream.selectors.field_values import split_labels
from valuestream.selectors.maps import get_default_map
from valuestream.services.custom_metrics import MOST_METRICS, create_custom_metric, update_custom_metric

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


@pytest.fixture
def the_map(workspace: Workspace) -> Map:
    return get_default_map(workspace=workspace)


def define(found: Map, **values: Any) -> CustomMetric:
    return create_custom_metric(map=found, values=values, actor_id=None, now=NOW)


def figures(found: Map, metric: CustomMetric, *, days: int = 9, as_of: int | None = None) -> dict[str, PlaceFigure]:
    asked = Question(as_of=None if as_of is None else NOW + as_of * DAY)
    answer = custom_figures(map=found, metrics=[metric], asked=asked, now=NOW + days * DAY)
    [row] = answer.rows
    by_stage = {stage.name: figure for stage, figure in zip(answer.layout.stages, row.stages, strict=True)}
    return {**by_stage, "all": row.total}


def go(story: Story, name: str, day: int) -> None:
    state = state_named(story.workspace, name)
    transition_story(story=story, state=state, actor=actor_of(story.workspace), now=NOW + day * DAY)
    story.refresh_from_db()


def change(story: Story, day: int, **values: Any) -> None:
    update_story(story=story, changes=values, version=None, actor=actor_of(story.workspace), now=NOW + day * DAY)
    story.refresh_from_db()


def own_field(workspace: Workspace, kind: str, **fields: Any) -> CustomField:
    return create_field(
        workspace=workspace, item="STORY", name="Risk", kind=kind, actor=actor_of(workspace), now=NOW, **fields
    )


def fill(story: Story, value: Any, day: int) -> None:
    set_story_fields_of_own(
        workspace=story.workspace,
        story_ids=[story.pk],
        values={"risk": value},
        actor=actor_of(story.workspace),
        now=NOW + day * DAY,
    )


def test_points_are_summed_where_the_items_are(workspace: Workspace, the_map: Map) -> None:
    for points in (3, 5, None):
        go(make_story(workspace, points=points), "Review", 1)
    found = figures(the_map, define(the_map, aggregate="SUM", field="points"))
    assert found["Review"] == PlaceFigure(8.0, 3, 2)
    assert found["all"] == PlaceFigure(8.0, 3, 2)
    assert found["Idea"] == PlaceFigure(None, 0, 0)


def test_a_past_day_has_the_points_of_that_day(workspace: Workspace, the_map: Map) -> None:
    story = make_story(workspace, points=3)
    change(story, 4, points=8)
    change(story, 6, points=None)
    metric = define(the_map, aggregate="SUM", field="points")
    told = [figures(the_map, metric, as_of=day)["Idea"].value for day in (1, 3, 5, 7)]
    assert told == [3.0, 3.0, 8.0, None]


def test_what_left_counts_where_it_left(workspace: Workspace, the_map: Map) -> None:
    story = make_story(workspace, points=5)
    go(story, "Review", 2)
    found = figures(the_map, define(the_map, aggregate="AVG", field="points", items="LEFT"))
    assert found["Idea"].value == 5.0
    assert found["Review"].items == 0


def test_the_value_of_items_is_the_attributed_one(workspace: Workspace, the_map: Map) -> None:
    story = make_story(workspace)
    give_value(story, 700)
    make_story(workspace)
    found = figures(the_map, define(the_map, aggregate="MAX", field="cost_of_delay"))
    assert found["Idea"] == PlaceFigure(700.0, 2, 1)


def test_age_counts_days_and_the_median_is_between(workspace: Workspace, the_map: Map) -> None:
    make_story(workspace)
    make_story(workspace, now=NOW + 4 * DAY)
    metric = define(the_map, aggregate="MEDIAN", field="age")
    assert figures(the_map, metric, days=10)["Idea"].value == 8.0
    assert figures(the_map, metric, days=10, as_of=6)["Idea"].value == 4.0


def test_different_teams_are_counted_on_any_day(workspace: Workspace, the_map: Map) -> None:
    teams = [create_team(workspace=workspace, name=name, actor=actor_of(workspace), now=NOW) for name in ("A", "B")]
    stories = [make_story(workspace, team=teams[0]), make_story(workspace, team=teams[1]), make_story(workspace)]
    change(stories[1], 3, team=teams[0])
    metric = define(the_map, aggregate="COUNT_DISTINCT", field="team")
    assert figures(the_map, metric)["Idea"] == PlaceFigure(1.0, 3, 2)
    assert figures(the_map, metric, as_of=2)["Idea"] == PlaceFigure(2.0, 3, 2)


@pytest.mark.parametrize(
    ("kind", "aggregate", "first", "then", "expected"),
    [
        ("NUMBER", "SUM", "2.5", "40", (2.5, 40.0)),
        ("MONEY", "MAX", "100", "90.25", (100.0, 90.25)),
        ("DATE", "MIN", "2026-05-01", "2026-04-01", (date(2026, 5, 1).toordinal(), date(2026, 4, 1).toordinal())),
        ("TEXT", "COUNT", "high", "", (1.0, 0.0)),
    ],
)
def test_a_field_of_ones_own_is_replayed(
    workspace: Workspace, the_map: Map, kind: str, aggregate: str, first: str, then: str, expected: tuple[float, float]
) -> None:
    own_field(workspace, kind)
    story = make_story(workspace)
    fill(story, first, 1)
    fill(story, then, 5)
    metric = define(the_map, aggregate=aggregate, field="risk")
    assert (figures(the_map, metric, as_of=3)["Idea"].value, figures(the_map, metric)["Idea"].value) == expected
    assert figures(the_map, metric, as_of=0)["Idea"].known == 0


def test_several_choices_are_replayed_one_by_one(workspace: Workspace, the_map: Map) -> None:
    own_field(workspace, "MULTI_CHOICE", options=[OptionDraft("Safe, sound"), OptionDraft("Safe"), OptionDraft("Late")])
    story = make_story(workspace)
    fill(story, ["Safe, sound", "Late"], 1)
    fill(story, ["Late"], 5)
    metric = define(the_map, aggregate="COUNT_DISTINCT", field="risk")
    assert figures(the_map, metric, as_of=3)["Idea"].value == 2.0
    assert figures(the_map, metric)["Idea"].value == 1.0


def test_labels_with_commas_are_told_apart() -> None:
    assert split_labels("Safe, sound, Late", ["Safe", "Safe, sound", "Late"]) == ["Safe, sound", "Late"]


def test_a_field_taken_away_and_a_formula_in_the_past_say_why_there_is_no_figure(
    workspace: Workspace, the_map: Map
) -> None:
    own_field(workspace, "FORMULA", formula="points * 2")
    make_story(workspace, points=4)
    metric = define(the_map, aggregate="SUM", field="risk")
    asked = Question(as_of=NOW + DAY)
    [row] = custom_figures(map=the_map, metrics=[metric], asked=asked, now=NOW + 2 * DAY).rows
    assert row.problem == "What Risk was on past days is not kept."
    CustomField.objects.update(archived_at=NOW)
    [row] = custom_figures(map=the_map, metrics=[metric], asked=Question(), now=NOW + 2 * DAY).rows
    assert row.problem == "The field risk was taken away."


def test_a_figure_names_its_items_the_largest_first(workspace: Workspace, the_map: Map) -> None:
    stories = [make_story(workspace, points=points) for points in (3, 8, None)]
    metric = define(the_map, aggregate="SUM", field="points")
    stage = the_map.stages.all()[0]
    found = counted_items(map=the_map, metric=metric, place=Place(stage_id=stage.pk), asked=Question(), now=NOW + DAY)
    assert [(one.story.pk, one.values) for one in found] == [
        (stories[1].pk, (8.0,)),
        (stories[0].pk, (3.0,)),
        (stories[2].pk, ()),
    ]


def test_items_of_words_name_them(workspace: Workspace, the_map: Map) -> None:
    application = create_application(workspace=workspace, name="Freight", key="FRT", actor=actor_of(workspace), now=NOW)
    make_story(workspace, application=application)
    metric = define(the_map, aggregate="COUNT", field="application")
    [item] = counted_items(map=the_map, metric=metric, place=Place(), asked=Question(), now=NOW + DAY)
    assert "FRT" in item.words[0] or "Freight" in item.words[0]


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"aggregate": "SUM", "field": "pionts"}, "field", "Did you mean points"),
        ({"aggregate": "SUM"}, "field", "Choose a field"),
        ({"aggregate": "SUM", "field": "title"}, "aggregate", "which can only be counted"),
        ({"aggregate": "SUM", "field": "created"}, "aggregate", "have no sum"),
        ({"aggregate": "TOTAL", "field": "points"}, "aggregate", "Use one of: SUM"),
        ({"aggregate": "PERCENTILE", "field": "points"}, "percentile", "from 0 to 100"),
        ({"aggregate": "PERCENTILE", "percentile": 100.5, "field": "points"}, "percentile", "from 0 to 100"),
        ({"aggregate": "PERCENTILE", "percentile": "NaN", "field": "points"}, "percentile", "from 0 to 100"),
        ({"aggregate": "PERCENTILE", "percentile": "half", "field": "points"}, "percentile", "from 0 to 100"),
        ({"aggregate": "SUM", "percentile": 5, "field": "points"}, "percentile", "only PERCENTILE"),
        ({"aggregate": "SUM", "field": "points", "items": "OUT"}, "items", "Use one of: IN, LEFT"),
        ({"aggregate": "SUM", "field": "points", "name": "x" * 81}, "name", "1 to 80"),
        ({"aggregate": "SUM", "field": "points", "colour": 1}, "colour", "Remove this field"),
    ],
)
def test_what_can_not_be_is_refused_and_named(the_map: Map, values: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        define(the_map, **values)
    assert words in refused.value.errors[field][0]
    assert not CustomMetric.objects.exists()


def test_a_metric_without_a_name_is_called_what_it_is(the_map: Map) -> None:
    assert define(the_map, aggregate="SUM", field="points").name == "Sum of Points"
    named = define(the_map, aggregate="PERCENTILE", percentile="85", field="age", items="LEFT")
    assert named.name == "Percentile 85 of Age in days, items that left"
    assert named.percentile == Decimal(85)


def test_a_name_is_there_once_and_a_map_has_a_limit(the_map: Map) -> None:
    define(the_map, aggregate="SUM", field="points", name="Load")
    with pytest.raises(InvalidInput) as refused:
        define(the_map, aggregate="AVG", field="points", name="load")
    assert "already" in refused.value.errors["name"][0]
    for number in range(MOST_METRICS - 1):
        define(the_map, aggregate="SUM", field="points", name=f"Load {number}")
    with pytest.raises(Conflict, match="at most 20"):
        define(the_map, aggregate="SUM", field="points", name="One more")


def test_another_aggregate_drops_the_percentile_and_an_old_version_is_refused(the_map: Map) -> None:
    metric = define(the_map, aggregate="PERCENTILE", percentile=85, field="points")
    changed = update_custom_metric(metric=metric, values={"aggregate": "MAX"}, actor_id=None, now=NOW, version=1)
    assert (changed.aggregate, changed.percentile, changed.version) == ("MAX", None, 2)
    with pytest.raises(Conflict):
        update_custom_metric(metric=changed, values={"name": "New"}, actor_id=None, now=NOW, version=1)
