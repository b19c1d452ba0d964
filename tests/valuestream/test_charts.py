"""The flow charts of a map, against slow answers to the same questions."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from common.errors import InvalidInput, NotFound
from planner.models import Story
from planner.services.custom_fields import create_field
from planner.services.field_options import OptionDraft
from planner.services.field_values import set_story_fields_of_own
from planner.services.stories import transition_story, update_story
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_application,
    make_capability,
    make_story,
    make_workspace,
    state_named,
)
from valuestream.domain.calendar import to_microseconds
from valuestream.domain.flow_metrics import UNVALUED
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map
from valuestream.selectors.asking import Question
from valuestream.selectors.charts import loading
from valuestream.selectors.charts.cumulative import MOST_DAYS, CumulativeFlow, cumulative_flow_of, told_days
from valuestream.selectors.charts.durations import ageing_of, cycle_times_of
from valuestream.selectors.charts.loading import ChartFlow, load_chart_flow
from valuestream.selectors.charts.series import SeriesQuestion, metric_series, read_days, read_series_metric
from valuestream.selectors.charts.weekly import throughput_of, work_mix_of
from valuestream.selectors.flow import daily_flow
from valuestream.selectors.maps import get_default_map
from valuestream.selectors.work_items import read_worth
from valuestream.services.snapshots import store_daily

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = NOW + 60 * DAY


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


@pytest.fixture
def stream(workspace: Workspace) -> Map:
    return get_default_map(workspace=workspace)


def go(story: Story, name: str, days: float) -> None:
    story.refresh_from_db()
    state = state_named(story.workspace, name)
    transition_story(story=story, state=state, actor=actor_of(story.workspace), now=NOW + days * DAY)


def change(story: Story, days: float, **fields: Any) -> None:
    story.refresh_from_db()
    update_story(story=story, changes=fields, actor=actor_of(story.workspace), now=NOW + days * DAY)


@pytest.fixture
def lived(workspace: Workspace) -> list[Story]:
    """Two months of a small team: estimates, points, capabilities and states all change on the way."""
    capability = make_capability(workspace)
    other = make_capability(workspace, title="Other")
    stories = [make_story(workspace, f"Story {n}", capability=capability, points=Decimal(n + 1)) for n in range(4)]
    loose = make_story(workspace, "Loose", now=NOW + 3 * DAY)
    give_value(loose, 70, now=NOW + 4 * DAY)
    give_value(capability, 1000, now=NOW + 2 * DAY)
    give_value(other, 300, now=NOW + 2 * DAY)
    for number, story in enumerate(stories):
        go(story, "In progress", 5 + number)
        go(story, "Review", 9 + 3 * number)
    change(stories[0], 12, points=Decimal(8))
    give_value(capability, 2000, now=NOW + 20 * DAY)
    change(stories[1], 25, capability=other)
    go(stories[2], "In progress", 26)
    go(stories[0], "Done", 30)
    change(stories[3], 31, required=False)
    change(loose, 33, capability=capability)
    go(stories[1], "Done", 41)
    go(loose, "Cancelled", 44)
    return [*stories, loose]


def charted(stream: Map, as_of: datetime | None = None, **asked: Any) -> ChartFlow:
    return load_chart_flow(map=stream, now=LATER, asked=Question(as_of=as_of, **asked))


def cells_of(flow: CumulativeFlow, stream: Map) -> dict[tuple[date, int], tuple[int, int, int]]:
    blocks = [block.pk for stage in stream.stages.all() for block in stage.blocks.all()]
    return {
        (day, block): (int(flow.entered[row, at]), int(flow.left[row, at]), int(flow.items[row, at]))
        for row, day in enumerate(flow.days)
        for at, block in enumerate(blocks)
    }


def test_items_are_those_that_the_daily_deltas_add_up_to(stream: Map, lived: list[Story]) -> None:
    flow = cumulative_flow_of(charted(stream))
    kept = daily_flow(map=stream, since=flow.days[0], until=flow.days[-1])
    assert {(one.date, one.block_id): (one.arrivals, one.departures, one.items) for one in kept} == cells_of(
        flow, stream
    )


def test_dollars_are_what_was_known_each_day(workspace: Workspace, stream: Map, lived: list[Story]) -> None:
    chart = charted(stream)
    flow = cumulative_flow_of(chart)
    for row, day in enumerate(flow.days):
        instant = chart.end_of(day)
        worth = read_worth(workspace_id=workspace.pk, as_of=instant, is_past=True)
        value = dict(zip(worth.story_ids.tolist(), np.where(worth.is_valued, worth.value, 0).tolist(), strict=True))
        then = charted(stream, as_of=NOW + (day - NOW.date()).days * DAY) if row % 20 == 0 else None
        assert flow.cents[row].sum() == sum(value.values()), day
        if then is not None:
            assert then.last_day == day
    assert flow.cents.max() > 0


def test_a_cell_never_changes_afterwards(workspace: Workspace, stream: Map, lived: list[Story]) -> None:
    day = NOW + 35 * DAY
    asked_then = load_chart_flow(map=stream, now=day + DAY, asked=Question(as_of=day.replace(hour=23, minute=59)))
    before = cumulative_flow_of(asked_then)
    change(lived[0], 50, points=Decimal(1))
    give_value(lived[1].capability, 9, now=NOW + 50 * DAY)  # type: ignore[arg-type]
    go(lived[2], "Done", 55)
    after = cumulative_flow_of(charted(stream))
    row = after.days.index(day.date())
    assert after.items[row].tolist() == before.items[-1].tolist()
    assert after.cents[row].tolist() == before.cents[-1].tolist()


def test_the_sum_of_the_bands_is_what_arrived(stream: Map, lived: list[Story]) -> None:
    flow = cumulative_flow_of(charted(stream))
    arrived = flow.items[0].sum() + np.cumsum(flow.entered - flow.left, axis=0).sum(axis=1) - flow.items[0].sum()
    assert flow.items.sum(axis=1).tolist() == arrived.tolist()


def test_stages_are_the_sums_of_their_blocks(stream: Map, lived: list[Story]) -> None:
    flow = cumulative_flow_of(charted(stream))
    assert flow.by_stage(flow.items, 6).sum() == flow.items.sum()


@pytest.mark.parametrize(
    ("length", "number", "step"), [(0, 1, 1), (90, 91, 1), (366, 367, 1), (367, 184, 2), (3650, 365, 10)]
)
def test_long_windows_tell_every_so_many_days(length: int, number: int, step: int) -> None:
    last = date(2026, 3, 31)
    days, told_step = told_days(last - length * DAY, last)
    assert (len(days) <= MOST_DAYS, days[-1], told_step) == (True, last, step)
    assert abs(len(days) - number) <= 1


def test_ageing_is_measured_against_the_stage_itself(stream: Map, lived: list[Story]) -> None:
    ageing = ageing_of(charted(stream))
    names = [stage.name for stage in stream.stages.all()]
    bands = {names[at]: bands for at, bands in zip(ageing.stages, ageing.bands, strict=True)}
    assert list(bands) == ["Idea", "Ready", "In progress", "Review"]
    assert bands["In progress"].n == 4
    assert bands["In progress"].p50 == pytest.approx(7 * 86_400)
    assert bands["Ready"].p50 is None
    open_items = ageing.open_items
    assert sorted(open_items.story_id.tolist()) == sorted([lived[2].pk, lived[3].pk])
    assert open_items.seconds.max() == pytest.approx((60 - 18) * 86_400)
    assert (open_items.cents != UNVALUED).all()


def test_cycle_times_are_those_of_what_left(stream: Map, lived: list[Story]) -> None:
    times = cycle_times_of(charted(stream))
    assert times.left.story_id.tolist() == [lived[0].pk, lived[1].pk, lived[4].pk]
    assert times.left.seconds.tolist() == pytest.approx([30 * 86_400, 41 * 86_400, 41 * 86_400])
    assert times.bands.n == 3


def test_a_working_clock_counts_working_days(stream: Map, lived: list[Story]) -> None:
    always, working = (cycle_times_of(charted(stream, clock=clock)) for clock in Clock)
    assert (working.left.seconds < always.left.seconds / 2).all()


def test_throughput_is_of_whole_weeks_since_the_stream_began(stream: Map, lived: list[Story]) -> None:
    found = throughput_of(charted(stream))
    assert found.departures.weeks[0] == date(2026, 3, 2)  # NOW's own week
    assert found.departures.weeks[-1] + 6 * DAY < LATER.date()
    assert found.items.sum() == 3
    assert found.items[found.departures.weeks.index(date(2026, 3, 30))] == 1
    assert found.item_limits is not None


def test_the_running_week_counts_once_it_is_over(stream: Map, lived: list[Story]) -> None:
    sunday = to_microseconds(datetime(2026, 4, 12, 23, 59, 59, 999999, tzinfo=NOW.tzinfo))
    over = throughput_of(charted(stream, as_of=datetime.fromtimestamp(sunday / 1e6, tz=NOW.tzinfo)))
    running = throughput_of(charted(stream, as_of=datetime(2026, 4, 12, 23, tzinfo=NOW.tzinfo)))
    assert over.departures.weeks[-1] - running.departures.weeks[-1] == 7 * DAY


def test_work_is_told_apart_by_application_capability_kind_and_choice(
    workspace: Workspace, stream: Map, lived: list[Story]
) -> None:
    actor = actor_of(workspace)
    field = create_field(
        workspace=workspace, item="STORY", name="Risk", kind="CHOICE",
        options=[OptionDraft("High"), OptionDraft("Low")], actor=actor, now=NOW,
    )  # fmt: skip
    set_story_fields_of_own(
        workspace=workspace, story_ids=[lived[0].pk], values={field.key: "High"}, actor=actor, now=NOW
    )

    def told(by: str) -> dict[str, float]:
        mix = work_mix_of(charted(stream), by=by)
        names = [mix.grouping.labels[group] for group in mix.items.groups.tolist()]
        return dict(zip(names, mix.items.amounts.sum(axis=0).tolist(), strict=True))

    assert told("application") == {"Application FRT": 3}
    assert told("capability") == {"Pay by invoice": 2, "Other": 1}
    assert told("value_kind") == {"Direct figure": 3}
    assert told(field.key) == {"No risk": 2, "High": 1}
    with pytest.raises(InvalidInput, match="application, capability, value_kind"):
        told("mood")


def test_groups_of_stories_outside_an_application_are_named_so(workspace: Workspace, stream: Map) -> None:
    make_application(workspace, "ZZ")
    go(make_story(workspace, "Alone"), "Done", 3)
    mix = work_mix_of(charted(stream), by="application")
    assert [mix.grouping.labels[group] for group in mix.items.groups.tolist()] == ["No application"]


CHARTS: list[Callable[[ChartFlow], Any]] = [
    cumulative_flow_of,
    ageing_of,
    cycle_times_of,
    throughput_of,
    lambda chart: work_mix_of(chart, by="capability"),
]


@pytest.mark.parametrize("chart_of", CHARTS)
def test_an_empty_stream_has_charts_too(stream: Map, chart_of: Callable[[ChartFlow], Any]) -> None:
    chart_of(charted(stream))


@pytest.mark.parametrize("chart_of", CHARTS)
def test_one_item_is_enough(workspace: Workspace, stream: Map, chart_of: Callable[[ChartFlow], Any]) -> None:
    go(make_story(workspace), "In progress", 1)
    chart_of(charted(stream))


def test_queries_are_as_many_for_one_story_as_for_forty(workspace: Workspace, stream: Map) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            for chart_of in CHARTS:
                chart_of(charted(stream))
        return len(queries)

    go(make_story(workspace), "In progress", 1)
    few = asked()
    for number in range(40):
        go(make_story(workspace, f"Story {number}"), "Done", 2 + number / 4)
    assert asked() == few
    assert few <= 55  # five loads of eight, and three more a chart at most


def test_a_large_map_reaches_no_further_than_its_window(
    stream: Map, lived: list[Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "CHARTED_VISITS", 11)
    found = throughput_of(charted(stream, window_days=30))
    assert found.departures.weeks[0] >= (LATER - 30 * DAY).date()
    assert throughput_of(charted(stream, window_days=30, where=Q(pk__gt=0))).departures.weeks[0] == date(2026, 3, 2)
    monkeypatch.setattr(loading, "CHARTED_VISITS", 2)
    with pytest.raises(InvalidInput, match="More than 2 visits lie in these 30 days"):
        charted(stream, window_days=30)


# A figure over days


def series(stream: Map, metric: str = "wip", **asked: Any) -> list[Any]:
    plain: dict[str, Any] = {
        "stage_id": None,
        "days": [NOW.date() + number * DAY for number in range(28, 34)],
        "clock": Clock.ALWAYS,
        "window_days": 90,
    }
    question = SeriesQuestion(metric=read_series_metric(metric), **{**plain, **asked})
    return metric_series(map=stream, asked=question, now=LATER)


def test_a_series_replays_days_without_a_snapshot(stream: Map, lived: list[Story]) -> None:
    points = series(stream)
    assert [point.figure for point in points] == [5, 5, 4, 4, 4, 4]
    assert {point.origin for point in points} == {"replay"}


def test_a_series_reads_the_snapshots_there_are(stream: Map, lived: list[Story]) -> None:
    replayed = series(stream, "value_held")
    store_daily(map=stream, date=NOW.date() + 29 * DAY, now=LATER)
    points = series(stream, "value_held")
    assert [point.origin for point in points][:3] == ["replay", "snapshot", "replay"]
    assert [point.figure for point in points] == [point.figure for point in replayed]


def test_a_series_of_a_stage_and_of_a_part_of_a_spread(stream: Map, lived: list[Story]) -> None:
    review = next(stage for stage in stream.stages.all() if stage.name == "Review")
    points = series(stream, "lead_time", stage_id=review.pk)
    assert points[-1].figure == pytest.approx(16 * 86_400)  # 21 days and 11
    with pytest.raises(NotFound):
        series(stream, stage_id=review.pk + 1000)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"step": "hour"}, "step"),
        ({"first": "soon"}, "from"),
        ({"last": "2999-01-01"}, "to"),
        ({"first": "2026-03-03", "last": "2026-03-02"}, "from"),
        ({"first": "2020-01-01", "last": "2026-03-02"}, "from"),
    ],
)
def test_days_that_cant_be_are_refused(words: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_days(**{"first": "", "last": "", "step": "day", **words}, today=date(2026, 4, 1))
    assert list(refused.value.errors) == [field]


def test_only_so_many_days_are_replayed(stream: Map, lived: list[Story]) -> None:
    days = [LATER.date() - number * DAY for number in range(100, 0, -1)]
    with pytest.raises(InvalidInput, match="at most 92 are replayed"):
        series(stream, days=days)


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(InvalidInput):
        read_series_metric("mood")
