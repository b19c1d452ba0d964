"""The metrics of a map against figures worked out by hand, and the present against its own replay."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from planner.models import Story
from planner.services.ingest import StoryHistory, ingest_histories
from planner.services.stories import set_blocked, transition_story, update_story
from planner.services.tasks import create_task, update_task
from planner.services.workspaces import find_or_create_person
from tests.factories import NOW, actor_of, give_value, make_capability, make_story, make_workspace, state_named
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map, Stage, ValueMapping
from valuestream.selectors import measuring
from valuestream.selectors.maps import get_default_map
from valuestream.selectors.metrics import map_metrics

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DAY_SECONDS = 86_400.0


def go(story: Story, name: str, at: datetime) -> None:
    transition_story(story=story, state=state_named(story.workspace, name), actor=actor_of(story.workspace), now=at)


def ask(workspace: Workspace, now: datetime, **question: Any) -> dict[str, Any]:
    return map_metrics(map=get_default_map(workspace=workspace), now=now, **question)


def blocks(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["name"]: block["metrics"] for stage in answer["stages"] for block in stage["blocks"]}


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


def test_every_state_has_a_block_in_the_order_of_the_workflow(workspace: Workspace) -> None:
    answer = ask(workspace, NOW)
    kinds = {block["name"]: block["kind"] for stage in answer["stages"] for block in stage["blocks"]}
    assert list(kinds) == ["Idea", "Ready", "In progress", "Review", "Done", "Cancelled"]
    assert [stage["finished"] for stage in answer["stages"]] == [False] * 4 + [True] * 2


def test_a_block_nobody_left_has_no_times_and_no_efficiency(workspace: Workspace) -> None:
    metrics = blocks(ask(workspace, NOW))["Idea"]
    assert metrics["lead_time"] == {"n": 0, "mean": None, "p50": None, "p85": None}
    assert metrics["flow_efficiency"] is None
    assert metrics["average_value"] is None
    assert metrics["value_held"] == "0.00"


def test_times_and_money_of_a_wait(workspace: Workspace) -> None:
    story = make_story(workspace)
    give_value(story, 700)
    go(story, "In progress", NOW + 3 * DAY)
    metrics = blocks(ask(workspace, NOW + 10 * DAY))
    assert metrics["Idea"]["lead_time"] == {"n": 1, **dict.fromkeys(("mean", "p50", "p85"), 3 * DAY_SECONDS)}
    assert metrics["Idea"]["process_time"]["mean"] == 0
    assert metrics["Idea"]["idle_cost"] == "300.00"
    assert metrics["In progress"]["wip"] == 1
    assert metrics["In progress"]["queue_length"] == 0
    assert metrics["In progress"]["delay_cost_rate"] == "700.00"
    assert metrics["In progress"]["wip_age"]["max"] == 7 * DAY_SECONDS
    assert metrics["In progress"]["largest_holder"]["story_id"] == story.pk


def test_time_flagged_blocked_is_waiting(workspace: Workspace) -> None:
    story = make_story(workspace, state=state_named(workspace, "In progress"))
    set_blocked(story=story, blocked=True, actor=actor_of(workspace), now=NOW + DAY)
    assert blocks(ask(workspace, NOW + 2 * DAY))["In progress"]["queue_length"] == 1
    set_blocked(story=story, blocked=False, actor=actor_of(workspace), now=NOW + 2 * DAY)
    go(story, "Done", NOW + 4 * DAY)
    metrics = blocks(ask(workspace, NOW + 5 * DAY))["In progress"]
    assert metrics["waiting_time"]["mean"] == DAY_SECONDS
    assert metrics["flow_efficiency"] == 0.75


def test_value_is_shared_out_by_points_and_held_where_stories_are(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    stories = [make_story(workspace, capability=capability, points=Decimal(points)) for points in (1, 3)]
    give_value(capability, 1000)
    capability.refresh_from_db()
    go(stories[1], "In progress", NOW + DAY)
    answer = ask(workspace, NOW + 2 * DAY)
    held = [Decimal(blocks(answer)[name]["value_held"]) for name in ("Idea", "In progress")]
    assert sum(held) == capability.business_value
    assert blocks(answer)["In progress"]["delay_cost_rate"] == "750.00"
    assert Decimal(answer["total"]["value_held"]) == capability.business_value


def test_unvalued_stories_are_counted_as_such(workspace: Workspace) -> None:
    make_story(workspace)
    metrics = blocks(ask(workspace, NOW + DAY))["Idea"]
    assert (metrics["unvalued"], metrics["value_held"]) == (1, "0.00")


def test_finished_stories_are_in_their_block_but_have_left_the_stream(workspace: Workspace) -> None:
    story = make_story(workspace)
    give_value(story, 500)
    go(story, "In progress", NOW + DAY)
    go(story, "Done", NOW + 3 * DAY)
    answer = ask(workspace, NOW + 9 * DAY)
    done = blocks(answer)["Done"]
    assert (done["wip"], done["queue_length"], done["idle_cost"]) == (1, 0, "0.00")
    assert (answer["total"]["wip"], answer["total"]["value_held"]) == (0, "0.00")
    assert answer["total"]["lead_time"]["mean"] == 3 * DAY_SECONDS
    assert answer["total"]["departures"] == 1


def test_a_story_reopened_is_in_the_stream_twice_and_its_time_done_is_not(workspace: Workspace) -> None:
    story = make_story(workspace, state=state_named(workspace, "In progress"))
    for name, days in (("Done", 1), ("In progress", 5), ("Done", 7)):
        go(story, name, NOW + days * DAY)
    total = ask(workspace, NOW + 9 * DAY)["total"]
    assert (total["arrivals"], total["departures"], total["wip"]) == (2, 2, 0)
    assert total["lead_time"]["mean"] == 1.5 * DAY_SECONDS


def test_a_reopened_story_is_rework(workspace: Workspace) -> None:
    story = make_story(workspace, state=state_named(workspace, "Review"))
    go(story, "In progress", NOW + DAY)
    go(story, "Review", NOW + 2 * DAY)
    answer = ask(workspace, NOW + 3 * DAY)
    (moves,) = answer["rework"]
    assert (moves["from"], moves["to"], moves["n"], moves["seconds"]) == ("Review", "In progress", 1, DAY_SECONDS)
    assert blocks(answer)["Review"]["percent_complete_accurate"] == 0


def test_the_bottleneck_is_where_waiting_cost_most(workspace: Workspace) -> None:
    story = make_story(workspace)
    give_value(story, 700)
    go(story, "Review", NOW + DAY)
    found = ask(workspace, NOW + 10 * DAY)["bottleneck"]
    assert (found["stage"], found["idle_cost"], found["share"]) == ("Review", "900.00", 0.9)


def test_people_are_those_assigned_then(workspace: Workspace) -> None:
    people = [find_or_create_person(workspace=workspace, name=name) for name in ("Ann", "Bo")]
    stories = [make_story(workspace, assignee=person) for person in people]
    update_story(story=stories[0], changes={"assignee": people[1]}, actor=actor_of(workspace), now=NOW + 2 * DAY)
    assert blocks(ask(workspace, NOW + 3 * DAY))["Idea"]["resources"] == 1
    assert blocks(ask(workspace, NOW + 3 * DAY, as_of=NOW + DAY))["Idea"]["resources"] == 2


def test_the_working_clock_counts_working_hours(workspace: Workspace) -> None:
    """NOW is a Monday, 9:00 UTC, when the working day begins."""
    story = make_story(workspace)
    go(story, "Ready", NOW + 7 * DAY)
    metrics = blocks(ask(workspace, NOW + 8 * DAY, clock=Clock.WORKING))["Idea"]
    assert metrics["lead_time"]["mean"] == 5 * 8 * 3600


def test_a_figure_that_came_with_an_imported_story_counts_from_its_birth(workspace: Workspace) -> None:
    idea = state_named(workspace, "Idea")
    history = StoryHistory(external_id="1", title="Old", state_id=idea.pk, created_at=NOW - 9 * DAY, value=Decimal(700))
    ingest_histories(workspace=workspace, histories=[history], actor=actor_of(workspace), now=NOW)
    then = blocks(ask(workspace, NOW, as_of=NOW - 2 * DAY))["Idea"]
    assert (then["wip"], then["delay_cost_rate"], then["idle_cost"]) == (1, "700.00", "700.00")


@pytest.mark.parametrize(("rule", "days"), [("NONE", 0), ("UNTIL_ASSIGNED", 1), ("UNTIL_FIRST_TASK", 2)])
def test_the_rule_of_the_map_says_when_work_began(workspace: Workspace, rule: str, days: int) -> None:
    actor = actor_of(workspace)
    story = make_story(workspace, state=state_named(workspace, "In progress"))
    task = create_task(story=story, title="Write it", actor=actor, now=NOW)
    ann = find_or_create_person(workspace=workspace, name="Ann")
    update_story(story=story, changes={"assignee": ann}, actor=actor, now=NOW + DAY)
    update_task(task=task, changes={"state": "IN_PROGRESS"}, actor=actor, now=NOW + 2 * DAY)
    go(story, "Done", NOW + 4 * DAY)
    Map.objects.filter(workspace=workspace).update(wait_rule=rule)
    metrics = blocks(ask(workspace, NOW + 5 * DAY))["In progress"]
    assert metrics["waiting_time"]["mean"] == days * DAY_SECONDS
    assert metrics["process_time"]["mean"] == (4 - days) * DAY_SECONDS


def test_a_state_mapped_nowhere_is_listed(workspace: Workspace) -> None:
    make_story(workspace)
    ValueMapping.objects.filter(map__workspace=workspace, state__name="Idea").delete()
    (unmapped,) = ask(workspace, NOW + DAY)["unmapped"]
    assert (unmapped["state"], unmapped["wip"], unmapped["seconds"]) == ("Idea", 1, DAY_SECONDS)


def test_states_of_one_block_make_one_visit_that_began_before_the_window(workspace: Workspace) -> None:
    """The first state was left long before the window, and still is part of the visit."""
    mapped = ValueMapping.objects.get(map__workspace=workspace, state__name="Idea")
    ValueMapping.objects.filter(map__workspace=workspace, state__name="Ready").update(block=mapped.block)
    story = make_story(workspace)
    go(story, "Ready", NOW + DAY)
    go(story, "In progress", NOW + 100 * DAY)
    answer = ask(workspace, NOW + 101 * DAY, window_days=10)
    assert blocks(answer)["Idea"]["lead_time"]["mean"] == 100 * DAY_SECONDS
    assert blocks(answer)["Idea"]["arrivals"] == 0


def test_utilisation_needs_the_number_of_people(workspace: Workspace) -> None:
    story = make_story(workspace, state=state_named(workspace, "In progress"))
    go(story, "Done", NOW + DAY)
    Stage.objects.filter(map__workspace=workspace, name="In progress").update(staffed=2)
    stage = next(stage for stage in ask(workspace, NOW + DAY, window_days=10)["stages"] if stage["staffed"])
    assert stage["metrics"]["utilisation"] == pytest.approx(1 / 20)
    assert stage["metrics"]["staffed"] == 2


def life(workspace: Workspace) -> Iterator[datetime]:
    """A busy week, day by day, with changes that an answer about the past must not know of."""
    actor = actor_of(workspace)
    capability = make_capability(workspace)
    stories = [make_story(workspace, capability=capability, points=Decimal(points)) for points in (1, 2, 5)]
    loose = make_story(workspace)
    give_value(capability, 1000)
    yield NOW + DAY
    go(stories[0], "In progress", NOW + DAY + timedelta(hours=1))
    give_value(loose, 300, now=NOW + DAY + timedelta(hours=2))
    yield NOW + 2 * DAY
    update_story(story=stories[1], changes={"points": Decimal(8)}, actor=actor, now=NOW + 2 * DAY + timedelta(hours=1))
    set_blocked(story=stories[0], blocked=True, actor=actor, now=NOW + 2 * DAY + timedelta(hours=2))
    yield NOW + 3 * DAY
    update_story(story=stories[2], changes={"required": False}, actor=actor, now=NOW + 3 * DAY + timedelta(hours=1))
    update_story(story=stories[1], changes={"points": None}, actor=actor, now=NOW + 3 * DAY + timedelta(hours=2))
    make_story(workspace, now=NOW + 3 * DAY + timedelta(hours=3))
    yield NOW + 4 * DAY
    update_story(story=loose, changes={"capability": capability}, actor=actor, now=NOW + 4 * DAY + timedelta(hours=1))
    give_value(capability, 4000, now=NOW + 4 * DAY + timedelta(hours=2))
    yield NOW + 5 * DAY
    update_story(story=loose, changes={"capability": None}, actor=actor, now=NOW + 5 * DAY + timedelta(hours=1))
    go(stories[0], "Done", NOW + 5 * DAY + timedelta(hours=2))
    yield NOW + 6 * DAY
    go(stories[0], "Review", NOW + 6 * DAY + timedelta(hours=2))
    yield NOW + 7 * DAY


VOLATILE = ("computed_at", "log_position")


def test_a_replay_of_any_day_answers_as_the_day_itself_did(workspace: Workspace) -> None:
    then = {day: {clock: ask(workspace, day, clock=clock) for clock in Clock} for day in life(workspace)}
    for day, answers in then.items():
        for clock, live in answers.items():
            replayed = ask(workspace, NOW + 30 * DAY, as_of=day, clock=clock)
            for answer in (live, replayed):
                for name in VOLATILE:
                    answer.pop(name, None)
            assert replayed == live


def test_as_of_before_everything_is_an_empty_map(workspace: Workspace) -> None:
    make_story(workspace)
    answer = ask(workspace, NOW + DAY, as_of=NOW - DAY)
    assert answer["total"]["wip"] == 0
    assert answer["total"]["arrivals"] == 0


def test_a_map_without_stages_answers(workspace: Workspace) -> None:
    make_story(workspace)
    empty = Map.objects.create(workspace=workspace, name="Empty", created_at=NOW)
    answer = map_metrics(map=empty, now=NOW + DAY)
    assert answer["stages"] == []
    assert [one["state"] for one in answer["unmapped"]] == ["Idea"]


@pytest.mark.parametrize("rule", ["NONE", "UNTIL_ASSIGNED", "UNTIL_FIRST_TASK"])
def test_ranges_of_stories_add_up_to_the_answer_at_once(
    workspace: Workspace, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Map.objects.filter(workspace=workspace).update(wait_rule=rule)
    days = list(life(workspace))
    questions: list[dict[str, Any]] = [{}, {"as_of": days[3]}, {"window_days": 3}, {"clock": Clock.WORKING}]
    at_once = [ask(workspace, days[-1], **question) for question in questions]
    monkeypatch.setattr(measuring, "AT_ONCE", 2)
    monkeypatch.setattr(measuring, "RANGE", 2)
    assert [ask(workspace, days[-1], **question) for question in questions] == at_once
