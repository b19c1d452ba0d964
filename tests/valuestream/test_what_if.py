"""A map's own past as queues, and what it says of more people."""

from datetime import datetime
from decimal import Decimal

import pytest

from accounts.models import Workspace
from common.clock import utc_now
from common.errors import InvalidInput, NotFound
from planner.domain.vocabulary import StateCategory
from planner.models import State
from tests.factories import make_story, make_workspace
from tests.valuestream.what_if_stream import DAY, go, make_stream, staff, work_stage
from valuestream.domain.what_if.stream import DELIVERED
from valuestream.models import Block, Map
from valuestream.selectors import measuring
from valuestream.selectors.maps import get_default_map
from valuestream.selectors.what_if import FittedMap, answer_what_if, fit_map
from valuestream.selectors.what_if_answer import what_if_answer
from valuestream.selectors.what_if_levers import LeverReader, Levers

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return utc_now()


@pytest.fixture
def workspace(now: datetime) -> Workspace:
    workspace = make_workspace(now=now - 120 * DAY)
    workspace.cost_per_point = Decimal(100)
    workspace.save()
    return workspace


def fitted_of(map_: Map, now: datetime) -> FittedMap:
    return fit_map(map=map_, now=now, window_days=90)


def test_a_stage_of_work_is_a_station_and_those_that_wait_are_its_line(workspace: Workspace, now: datetime) -> None:
    fitted = fitted_of(staff(make_stream(workspace, now), 1), now)

    (station,) = fitted.fit.stations
    assert [stage.name for stage in fitted.stages] == ["In progress"]
    assert fitted.waiting == (("Idea", "Ready"),)
    assert (station.people, station.is_assumed, station.departures) == (1, False, 12)
    assert station.touch_weeks == pytest.approx(5 / 7)
    assert fitted.fit.stream.stations[0].goes_to.tolist() == [DELIVERED] * 12


def test_it_starts_from_what_is_in_the_stream_oldest_first(workspace: Workspace, now: datetime) -> None:
    work = fitted_of(staff(make_stream(workspace, now), 1), now).fit.stream.open_work

    assert work.station.tolist() == [0] * 8
    assert work.age_weeks * 7 == pytest.approx([20, 21, 22, 23, 24, 25, 26, 27])
    assert work.value.tolist() == [work.value[0]] * 8


def test_work_under_way_knows_how_much_of_it_is_done(workspace: Workspace, now: datetime) -> None:
    map_ = staff(make_stream(workspace, now, waiting=1), 1)
    go(make_story(workspace, now=now - 9 * DAY), "In progress", now - 2 * DAY)

    work = fitted_of(map_, now).fit.stream.open_work

    assert (work.touched_weeks * 7).tolist() == pytest.approx([2.0 / (29 / 28), 0.0], rel=1e-3)


def test_people_are_counted_where_nobody_typed_them(workspace: Workspace, now: datetime) -> None:
    (station,) = fitted_of(make_stream(workspace, now), now).fit.stations

    assert (station.people, station.is_assumed) == (1, True)


def test_more_in_work_than_people_is_shared_time(workspace: Workspace, now: datetime) -> None:
    map_ = staff(make_stream(workspace, now), 1)
    for _ in range(2):
        go(make_story(workspace, now=now - 40 * DAY), "In progress", now - 28 * DAY)

    (station,) = fitted_of(map_, now).fit.stations

    assert station.items_at_once == pytest.approx(2 + 27 / 28, abs=0.01)
    assert station.touch_weeks == pytest.approx(5 / 7 / station.items_at_once)


def test_what_people_did_beside_a_line_that_never_ended_is_what_they_can(workspace: Workspace, now: datetime) -> None:
    map_ = staff(make_stream(workspace, now, done=3, waiting=0), 1)
    go(make_story(workspace, now=now - 60 * DAY), "Ready", now - 50 * DAY)

    (station,) = fitted_of(map_, now).fit.stations

    assert station.items_at_once == pytest.approx(15 / 28, abs=0.01)
    assert station.touch_weeks == pytest.approx(5 / 7 / station.items_at_once)


def test_a_persons_week_costs_what_the_delivered_points_cost(workspace: Workspace, now: datetime) -> None:
    fitted = fitted_of(staff(make_stream(workspace, now), 1), now)

    assert fitted.cost_per_week == (Decimal(12 * 3 * 100 * 7) / 90).quantize(Decimal(1))


def test_one_more_builder_brings_more_and_earlier(workspace: Workspace, now: datetime) -> None:
    fitted = fitted_of(staff(make_stream(workspace, now), 1), now)
    stage = fitted.stages[0]

    answer = what_if_answer(answer_what_if(fitted=fitted, levers=Levers(people={stage.pk: 2}, learning_weeks=0)))

    assert answer["verdict"] == "worth it"
    assert float(answer["throughput_per_week"]["difference"]["low"]) > 0
    assert answer["lead_time_p50"]["difference"]["middle"] < 0
    assert (answer["bottleneck"]["stage"], answer["stages"][0]["people_after"]) == ("In progress", 2)
    assert [one["people"] for one in answer["further"]] == [2, 3, 4]


def test_people_that_cost_too_much_are_not_worth_it(workspace: Workspace, now: datetime) -> None:
    fitted = fitted_of(staff(make_stream(workspace, now), 1), now)
    levers = Levers(people={fitted.stages[0].pk: 2}, cost_per_person_week=Decimal(900_000))

    assert what_if_answer(answer_what_if(fitted=fitted, levers=levers))["verdict"] == "not worth it"


def test_a_stage_too_few_stories_left_leaves_it_open(workspace: Workspace, now: datetime) -> None:
    fitted = fitted_of(staff(make_stream(workspace, now, done=3), 1), now)

    answer = what_if_answer(answer_what_if(fitted=fitted, levers=Levers(people={fitted.stages[0].pk: 2})))

    assert answer["verdict"] == "can't tell"
    assert answer["because"].startswith("Only 3 stories left In progress in 90 days")


def test_nothing_changed_is_told_as_such(workspace: Workspace, now: datetime) -> None:
    fitted = fitted_of(staff(make_stream(workspace, now), 1), now)

    answer = what_if_answer(answer_what_if(fitted=fitted, levers=Levers()))

    assert (answer["changed"], answer["verdict"]) == (False, "can't tell")
    assert answer["delivered_value"]["difference"] == {"low": "0", "middle": "0", "high": "0"}


def test_a_cost_that_is_not_known_leaves_it_open(workspace: Workspace, now: datetime) -> None:
    workspace.cost_per_point = Decimal(0)
    workspace.save()
    fitted = fitted_of(staff(make_stream(workspace, now), 1), now)

    answer = what_if_answer(answer_what_if(fitted=fitted, levers=Levers(people={fitted.stages[0].pk: 2})))

    assert (fitted.cost_per_week, answer["cost"], answer["verdict"]) == (None, None, "can't tell")
    assert answer["because"].startswith("What a person costs is not known")


def test_a_batch_is_on_both_sides_where_people_are_compared(workspace: Workspace, now: datetime) -> None:
    fitted = fitted_of(staff(make_stream(workspace, now), 1), now)
    people = {fitted.stages[0].pk: 2}

    alone = answer_what_if(fitted=fitted, levers=Levers(batch=20)).judged.value_held
    both = answer_what_if(fitted=fitted, levers=Levers(batch=20, people=people)).judged.value_held

    assert alone.as_is is not None and both.as_is is not None and alone.what_if is not None  # noqa: PT018
    assert alone.what_if.middle > alone.as_is.middle
    assert both.as_is.middle == pytest.approx(alone.what_if.middle)


def test_the_same_question_has_the_same_answer(workspace: Workspace, now: datetime) -> None:
    map_ = staff(make_stream(workspace, now), 1)
    levers = Levers(people={work_stage(map_).pk: 3}, batch=4)

    first, second = (what_if_answer(answer_what_if(fitted=fitted_of(map_, now), levers=levers)) for _ in range(2))

    assert first == second


def test_a_log_read_in_parts_says_the_same(
    workspace: Workspace, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    map_ = staff(make_stream(workspace, now), 1)
    whole = fit_map(map=map_, now=now, as_of=now, window_days=90)
    monkeypatch.setattr(measuring, "AT_ONCE", 3)
    monkeypatch.setattr(measuring, "RANGE", 4)

    parts = fit_map(map=map_, now=now, as_of=now, window_days=90)

    assert parts.fit.stations == whole.fit.stations
    assert (parts.fit.arrivals, parts.fit.delivered) == (whole.fit.arrivals, whole.fit.delivered)


def test_a_fitted_map_is_kept_until_the_log_goes_on(workspace: Workspace, now: datetime) -> None:
    map_ = staff(make_stream(workspace, now), 1)
    before = fitted_of(map_, now)

    make_story(workspace, now=now - DAY)

    assert fitted_of(map_, now).fit.open_stories == before.fit.open_stories + 1


def test_given_up_stories_are_not_delivered(workspace: Workspace, now: datetime) -> None:
    map_ = staff(make_stream(workspace, now), 1)
    go(make_story(workspace, now=now - 9 * DAY), "Cancelled", now - 2 * DAY)

    fitted = fitted_of(map_, now)

    assert State.objects.get(workspace=workspace, name="Cancelled").category == StateCategory.CANCELLED.value
    assert fitted.fit.delivered == 12


def test_a_map_of_nothing_but_waiting_says_what_to_do(workspace: Workspace, now: datetime) -> None:
    make_stream(workspace, now, done=1, waiting=0)
    Block.objects.update(kind="WAIT")

    with pytest.raises(NotFound, match="change a block's kind"):
        fitted_of(get_default_map(workspace=workspace), now)


def test_every_lever_that_cannot_be_used_is_named() -> None:
    reader = LeverReader(frozenset({4}))
    given = {
        "people": {"4": "many", "9": 1},
        "wip_limits": [1],
        "batch": -1,
        "cost_per_person_week": "dear",
        "weeks": 99,
    }

    with pytest.raises(InvalidInput) as refused:
        reader.read(given)

    assert set(refused.value.errors) == {
        "people.4", "people.9", "wip_limits", "batch", "cost_per_person_week", "weeks",
    }  # fmt: skip


def test_levers_are_read_as_numbers_and_text() -> None:
    given = {"people": {4: 2}, "wip_limits": {"4": "6"}, "batch": "", "weeks": "26", "cost_per_person_week": "1,500"}

    levers = LeverReader(frozenset({4})).read(given)

    assert levers == Levers({4: 2}, {4: 6}, 0, 26, 3, Decimal(1500))
