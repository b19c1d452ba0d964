"""Forecasts: whose pace, what comes first, what is left out and why, what is kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Workspace
from common.clock import utc_now
from common.errors import Conflict, InvalidInput, NotFound
from common.jobs.models import Job
from common.jobs.testing import run_queued_jobs
from planner.models import Story
from planner.services.dependencies import add_dependency
from planner.services.stories import transition_story, update_story
from planner.services.teams import create_team
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_capability,
    make_story,
    make_workspace,
    owner_of,
    state_named,
)
from tests.valuestream.forecast_scene import THREE, Scene, finish_daily, make_scene, working_days_before
from valuestream.domain.forecasting.words import ForecastSource, Measure
from valuestream.models import Forecast
from valuestream.selectors import forecast_answers
from valuestream.selectors.forecast_answers import Answer, prepare_forecast, tell_forecast
from valuestream.selectors.forecast_asking import ForecastQuestion, read_forecast_question
from valuestream.selectors.kept_forecasts import said_before
from valuestream.services import forecasts
from valuestream.services.forecasts import ask_forecast, keep_forecast, keep_weekly, request_weekly

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene(now=NOW)


def tell(workspace: Workspace, now: datetime = NOW, **values: str) -> Answer:
    question = read_forecast_question(workspace=workspace, values=values, now=now, user_id=None)
    return tell_forecast(prepare_forecast(workspace=workspace, question=question, now=now), runs=400)


def of_capability(scene: Scene, **values: str) -> Answer:
    return tell(scene.workspace, scene.now, about=f"capability:{scene.capability.key}", **values)


def test_four_stories_at_one_a_day_take_about_four_working_days(scene: Scene) -> None:
    answer = of_capability(scene)
    assert (answer["stories"], answer["counted"], answer["before"]) == (4, 4, 0)
    assert answer["measure"] == "points"
    assert answer["finish"]["p15"] <= answer["finish"]["p50"] <= answer["finish"]["p85"]
    assert date(2026, 3, 4) <= date.fromisoformat(answer["finish"]["p50"]) <= date(2026, 3, 6)
    assert answer["teams"][0]["per_week"] == 15


def test_the_same_question_gets_the_same_answer(scene: Scene) -> None:
    assert of_capability(scene) == of_capability(scene)


def test_what_stands_above_it_in_the_backlog_comes_first_unless_it_is_asked_as_if_first(scene: Scene) -> None:
    later = make_capability(scene.workspace, title="Later")
    make_story(scene.workspace, now=NOW - timedelta(hours=1), team=scene.team, points=THREE, capability=later)
    about = f"capability:{later.key}"
    in_order, first = tell(scene.workspace, about=about), tell(scene.workspace, about=about, order="first")
    assert (in_order["before"], first["before"]) == (4, 0)
    assert first["finish"]["p85"] < in_order["finish"]["p15"]


def test_what_comes_later_makes_no_difference(scene: Scene) -> None:
    before = of_capability(scene)
    make_story(scene.workspace, now=NOW - timedelta(minutes=1), team=scene.team, points=THREE)
    after = of_capability(scene)
    assert (after["finish"], after["before"]) == (before["finish"], 0)


def test_a_story_waits_for_what_it_needs_of_another_team(scene: Scene) -> None:
    slow = create_team(workspace=scene.workspace, name="Slow", actor=actor_of(scene.workspace), now=NOW)
    days = working_days_before(NOW, 30)
    finish_daily(scene.workspace, slow, days[::6])
    needed = make_story(scene.workspace, now=NOW - timedelta(hours=1), team=slow, points=Decimal(9))
    before = of_capability(scene)
    add_dependency(predecessor=needed, successor=scene.left[0], actor=actor_of(scene.workspace), now=NOW)
    assert of_capability(scene)["finish"]["p15"] > before["finish"]["p85"]


def test_too_little_history_is_not_known_yet_and_says_how_little() -> None:
    scene = make_scene(now=NOW, days=5)
    answer = of_capability(scene)
    assert answer["finish"] is None
    assert answer["days"] == []
    assert answer["unknown"] == ("Not known yet: 4 stories of Quayside, which has 4 of 10 working days of history.")


def test_stories_of_no_team_are_left_out_of_everything_and_named(scene: Scene) -> None:
    other = create_team(workspace=scene.workspace, name="Breakwater", actor=actor_of(scene.workspace), now=NOW)
    finish_daily(scene.workspace, other, working_days_before(NOW, 30))
    teamless = make_story(scene.workspace, now=NOW - timedelta(hours=1), points=THREE)
    answer = tell(scene.workspace)
    assert (answer["stories"], answer["counted"]) == (5, 4)
    [left_out] = answer["left_out"]
    assert left_out["keys"] == [teamless.key]
    assert "of no team" in left_out["why"]
    assert answer["finish"] is not None


def test_a_capability_with_a_part_nobody_has_a_pace_for_has_no_date(scene: Scene) -> None:
    other = create_team(workspace=scene.workspace, name="New", actor=actor_of(scene.workspace), now=NOW)
    make_story(scene.workspace, now=NOW - timedelta(hours=1), team=other, points=THREE, capability=scene.capability)
    answer = of_capability(scene)
    assert answer["finish"] is None
    assert "1 story of New, which has 0 of 10 working days of history" in answer["unknown"]


def test_the_teamless_go_by_the_pace_of_the_only_team_there_is(scene: Scene) -> None:
    make_story(scene.workspace, now=NOW - timedelta(hours=1), points=THREE)
    assert tell(scene.workspace)["counted"] == 5


def test_stories_without_points_count_as_the_mean_and_this_is_said(scene: Scene) -> None:
    make_story(scene.workspace, now=NOW - timedelta(hours=1), team=scene.team, capability=scene.capability)
    answer = of_capability(scene)
    assert answer["amount"] == 15
    assert answer["left_out"][0]["why"] == "without points: counted as 3.0 each, the mean of what was finished"
    assert of_capability(scene, measure="items")["left_out"] == []


def test_a_capability_is_done_without_its_optional_stories(scene: Scene) -> None:
    Story.objects.filter(pk=scene.left[3].pk).update(required=False)
    answer = of_capability(scene)
    assert answer["stories"] == 3
    assert answer["left_out"][0]["why"] == "optional: the capability is done without them"


def test_dollars_come_when_the_last_required_story_is_done(scene: Scene) -> None:
    answer = of_capability(scene)
    assert answer["earning"] == {"counted": 1, "per_week": "700.00", "elsewhere": 0, "unvalued": 0}
    assert answer["days"][0]["live_per_week"] == ["0.00", "0.00", "0.00"]
    assert answer["days"][-1]["live_per_week"][1] == "700.00"
    earned = [float(day["earned"][1]) for day in answer["days"]]
    assert earned == sorted(earned)
    assert earned[-1] > 0


def test_a_capability_that_also_waits_for_others_earns_elsewhere(scene: Scene) -> None:
    Story.objects.filter(pk=scene.left[0].pk).update(title="Odd one")
    answer = tell(scene.workspace, filter='title is "Odd one"')
    assert (answer["about"], answer["stories"]) == ("filter", 1)
    assert answer["earning"]["elsewhere"] == 1


def test_a_finished_subject_says_so(scene: Scene) -> None:
    for story in scene.left:
        transition_story(
            story=story, state=state_named(scene.workspace, "Done"), actor=actor_of(scene.workspace), now=NOW
        )
    answer = of_capability(scene)
    assert (answer["unknown"], answer["finish"]) == ("Nothing of it is open.", None)


def test_an_empty_workspace_has_nothing_to_forecast() -> None:
    answer = tell(make_workspace(now=NOW))
    assert (answer["stories"], answer["unknown"]) == (0, "Nothing of it is open.")


def test_a_past_instant_is_answered_with_what_was_known_then(scene: Scene) -> None:
    then = tell(scene.workspace, now=NOW + timedelta(days=14), about=f"capability:{scene.capability.key}")
    actor, done = actor_of(scene.workspace), state_named(scene.workspace, "Done")
    for story in scene.left:
        transition_story(story=story, state=done, actor=actor, now=NOW + timedelta(days=3))
    later = tell(
        scene.workspace,
        now=NOW + timedelta(days=14),
        about=f"capability:{scene.capability.key}",
        as_of=NOW.isoformat(),
    )
    assert later["finish"] == of_capability_at(scene, NOW)["finish"]
    assert then["stories"] == 4


def of_capability_at(scene: Scene, moment: datetime) -> Answer:
    return tell(
        scene.workspace, NOW + timedelta(days=14), about=f"capability:{scene.capability.key}", as_of=moment.isoformat()
    )


def test_only_what_was_finished_since_a_day_is_drawn_from(scene: Scene) -> None:
    since = working_days_before(NOW, 12)[0].date().isoformat()
    assert of_capability(scene, since=since)["teams"][0]["history_days"] == 12


def test_a_calendar_without_working_days_is_a_conflict_that_says_what_to_do(scene: Scene) -> None:
    Workspace.objects.filter(pk=scene.workspace.pk).update(work_weekdays=[])
    scene.workspace.refresh_from_db()
    with pytest.raises(Conflict, match="choose some in Settings"):
        of_capability(scene)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"order": "random"}, "order"),
        ({"measure": "hours"}, "measure"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2031-01-01"}, "since"),
        ({"about": "capability"}, "about"),
        ({"about": "epic:1"}, "about"),
        ({"about": "filter"}, "filter"),
        ({"filter": "nonsense is 1"}, "filter"),
        ({"as_of": "soon"}, "as_of"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_at_its_field(
    scene: Scene, values: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        tell(scene.workspace, NOW, **values)
    assert set(refused.value.errors) == {field}


def test_what_another_workspace_has_is_not_found(scene: Scene) -> None:
    other = make_scene(now=NOW)
    with pytest.raises(NotFound):
        tell(scene.workspace, about=f"team:{other.team.pk}")


def ask(scene: Scene, **values: str) -> ForecastQuestion:
    return read_forecast_question(
        workspace=scene.workspace, values=values, now=NOW, user_id=owner_of(scene.workspace).pk
    )


def test_what_is_kept_stays_as_it_was_said(scene: Scene) -> None:
    kept = keep_forecast(workspace=scene.workspace, question=ask(scene, about=f"team:{scene.team.pk}"), now=NOW)
    kept.refresh_from_db()
    assert (kept.source, kept.stories, kept.measure) == (ForecastSource.PERSON, 4, Measure.POINTS)
    assert kept.answer is not None
    assert kept.p85_date == date.fromisoformat(kept.answer["finish"]["p85"])
    [said] = said_before(workspace=scene.workspace, subject=ask(scene, about=f"team:{scene.team.pk}").subject)
    assert said == kept


def test_a_long_forecast_is_drawn_by_the_workers_with_the_same_answer(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.now = utc_now()
    question = ask(scene)
    at_once = ask_forecast(workspace=scene.workspace, question=question, now=NOW).answer
    monkeypatch.setattr(forecasts, "STORIES_AT_ONCE", 3)
    asked = ask_forecast(workspace=scene.workspace, question=question, now=NOW)
    assert asked.answer is None
    run_queued_jobs()
    assert ask_forecast(workspace=scene.workspace, question=question, now=NOW).answer == at_once
    assert Forecast.objects.count() == 1
    assert said_before(workspace=scene.workspace, subject=question.subject) == []


def test_a_long_forecast_of_what_was_deleted_meanwhile_fails_with_a_reason(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasts, "STORIES_AT_ONCE", 3)
    keep_forecast(workspace=scene.workspace, question=ask(scene, about=f"team:{scene.team.pk}"), now=NOW)
    Story.objects.filter(team=scene.team).update(team=None)
    scene.team.delete()
    run_queued_jobs()
    job = Job.objects.get(kind=forecasts.FORECAST_JOB)
    assert (job.state, job.error) == ("FAILED", "This workspace has no such team.")


def test_the_weekly_job_keeps_what_is_said_of_everything_once_a_week(scene: Scene) -> None:
    assert keep_weekly(workspace=scene.workspace, now=NOW) == 4
    assert keep_weekly(workspace=scene.workspace, now=NOW + timedelta(days=2)) == 0
    kept = Forecast.objects.get(about="capability", source=ForecastSource.WEEKLY.value)
    assert kept.subject == "Show free places"
    assert kept.p15_date is not None
    assert kept.p85_date is not None
    assert kept.p15_date <= kept.p85_date
    assert {row.about for row in Forecast.objects.all()} == {"all", "application", "team", "capability"}
    assert keep_weekly(workspace=scene.workspace, now=NOW + timedelta(days=7)) == 4


def test_the_clockwork_asks_where_stories_move_and_nothing_was_said_this_week(scene: Scene) -> None:
    make_workspace(now=NOW)
    assert request_weekly(now=NOW) == 1
    keep_weekly(workspace=scene.workspace, now=NOW)
    assert request_weekly(now=NOW) == 0


def test_a_loose_story_earns_by_itself(scene: Scene) -> None:
    loose = make_story(scene.workspace, now=NOW - timedelta(hours=1), team=scene.team, points=THREE)
    give_value(loose, 50, now=NOW - timedelta(minutes=30))
    assert tell(scene.workspace)["earning"]["counted"] == 2


def test_where_very_many_things_earn_fewer_futures_are_drawn(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast_answers, "CELLS_IN_MEMORY", 300)
    monkeypatch.setattr(forecast_answers, "FEWEST_RUNS", 50)
    assert of_capability(scene)["runs"] == 300


def test_what_waits_for_a_story_without_a_pace_has_none_either(scene: Scene) -> None:
    new = create_team(workspace=scene.workspace, name="New", actor=actor_of(scene.workspace), now=NOW)
    needed = make_story(scene.workspace, now=NOW - timedelta(hours=1), team=new, points=THREE)
    add_dependency(predecessor=needed, successor=scene.left[0], actor=actor_of(scene.workspace), now=NOW)
    answer = of_capability(scene)
    assert answer["finish"] is None
    assert answer["unknown"] == (
        "Not known yet: 1 story of Quayside: they wait for stories whose pace is not known yet."
    )
    assert (tell(scene.workspace)["counted"], tell(scene.workspace)["stories"]) == (3, 5)


def test_points_and_capability_of_a_past_instant_are_those_of_then(scene: Scene) -> None:
    other = make_capability(scene.workspace, title="Another")
    actor = actor_of(scene.workspace)
    changed: list[dict[str, object]] = [{"points": Decimal(13)}, {"capability": other}]
    for story, changes in zip(scene.left, changed, strict=False):
        story.refresh_from_db()
        update_story(story=story, changes=changes, actor=actor, now=NOW + timedelta(days=2))
    then = of_capability_at(scene, NOW + timedelta(days=1))
    assert (then["stories"], then["amount"]) == (4, 12)
    now = tell(scene.workspace, NOW + timedelta(days=3), about=f"capability:{scene.capability.key}")
    assert (now["stories"], now["amount"]) == (3, 19)
