"""Sprint plans of a real backlog: asked, computed, moved in by people, taken over and taken back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from common.jobs.models import Job
from common.jobs.runner import run
from common.jobs.services import cancel_job
from planner.domain.vocabulary import PlanState
from planner.models import Sprint, SprintPlan, Story, StoryEvent, Team
from planner.selectors.plan_asking import NothingToPlan
from planner.selectors.plans import moves_of, placement_of, question_of
from planner.services.dependencies import add_dependency
from planner.services.plan_changes import apply_plan, discard_edits, move_in_plan, price_story, undo_plan
from planner.services.plans import compute_plan, discard_plan, fail_forgotten_plans, request_improvement, request_plan
from planner.services.sprints import create_sprint, start_sprint
from planner.services.stories import delete_story, transition_story, update_story
from planner.services.teams import create_team
from tests.factories import actor_of, give_value, make_capability, make_story, make_workspace, state_named

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
MONDAY = date(2026, 3, 9)
FORTNIGHT = timedelta(days=14)


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("PLAN", now=NOW - timedelta(days=30))


@pytest.fixture
def team(workspace: Workspace) -> Team:
    return create_team(workspace=workspace, name="Quayside", actor=actor_of(workspace), now=NOW)


def add_sprint(workspace: Workspace, number: int, **fields: object) -> Sprint:
    """A fortnight; nothing was ever finished, so it holds 20 points a week: 34.3 in its twelve days."""
    first = MONDAY + number * FORTNIGHT
    return create_sprint(
        workspace=workspace,
        name=f"Sprint {number}",
        start_date=first,
        end_date=first + timedelta(days=11),
        actor=actor_of(workspace),
        now=NOW,
        **fields,  # type: ignore[arg-type]
    )


@pytest.fixture
def sprints(workspace: Workspace, team: Team) -> list[Sprint]:
    return [add_sprint(workspace, number) for number in range(3)]


def story(workspace: Workspace, title: str, points: int, *, weekly: int = 0, **fields: object) -> Story:
    made = make_story(workspace, title, now=NOW, points=Decimal(points), **fields)
    if weekly:
        give_value(made, weekly, now=NOW)
    return made


def plan_of(workspace: Workspace, **asked: object) -> SprintPlan:
    return request_plan(workspace=workspace, actor=actor_of(workspace), now=NOW, can_wait=True, **asked)  # type: ignore[arg-type]


def columns_of(plan: SprintPlan) -> dict[str, int]:
    question = question_of(plan)
    titles = dict(Story.objects.filter(pk__in=question.ids).values_list("pk", "title"))
    placement = placement_of(plan, question)
    return {titles[pk]: column for pk, column in zip(question.ids, placement, strict=True) if pk in titles}


def test_what_earns_most_comes_first_and_money_is_weeks_times_cost_of_delay(
    workspace: Workspace, team: Team, sprints: list[Sprint]
) -> None:
    story(workspace, "cheap", 30, weekly=100, team=team)
    story(workspace, "dear", 30, weekly=900, team=team)
    plan = plan_of(workspace)
    assert columns_of(plan) == {"dear": 0, "cheap": 1}
    assert question_of(plan).weeks == [6, 4, 2], "until one sprint after the last"
    assert plan.value == Decimal(900 * 6 + 100 * 4)
    assert plan.bound is not None
    assert plan.value <= plan.bound <= Decimal("1.01") * plan.value
    assert plan.answer["time_available"]["value"] == 100 * 6 + 900 * 4, "who fills hours takes what stands first"


def test_a_capability_counts_when_all_of_it_is_in(workspace: Workspace, team: Team, sprints: list[Sprint]) -> None:
    whole = make_capability(workspace, title="Whole")
    give_value(whole, 1_000, now=NOW)
    for number in range(3):
        story(workspace, f"part {number}", 30, capability=whole, team=team)
    plan = plan_of(workspace)
    assert sorted(columns_of(plan).values()) == [0, 1, 2]
    assert plan.value == 1_000 * 2
    assert plan.answer["value_by_sprint"] == [0, 0, 2_000]


def test_other_teams_deliver_a_sprint_before(workspace: Workspace, team: Team, sprints: list[Sprint]) -> None:
    other = create_team(workspace=workspace, name="Signal", actor=actor_of(workspace), now=NOW)
    before = story(workspace, "before", 5, team=other)
    after = story(workspace, "after", 5, weekly=500, team=team)
    add_dependency(predecessor=before, successor=after, actor=actor_of(workspace), now=NOW)
    assert columns_of(plan_of(workspace)) == {"before": 0, "after": 1}


def test_a_running_sprint_is_frozen_and_a_kept_one_stays(
    workspace: Workspace, team: Team, sprints: list[Sprint]
) -> None:
    committed = story(workspace, "committed", 5, weekly=1, team=team, sprint=sprints[0])
    start_sprint(sprint=sprints[0], actor=actor_of(workspace), now=NOW)
    story(workspace, "planned late", 5, weekly=700, team=team, sprint=sprints[2])
    assert columns_of(plan_of(workspace)) == {"committed": 0, "planned late": 1}
    plan = plan_of(workspace, is_kept=True)
    assert columns_of(plan) == {"committed": 0, "planned late": 2}
    with pytest.raises(InvalidInput, match="stays where it is"):
        move_in_plan(plan=plan, story_id=committed.pk, column=1, actor=actor_of(workspace), now=NOW)


def test_what_does_not_fit_says_why_and_what_to_do(workspace: Workspace, team: Team, sprints: list[Sprint]) -> None:
    big = story(workspace, "big", 90, weekly=800, team=team)
    nobody = story(workspace, "nobody's", 3, weekly=500)
    told = {one["unit"]: one for one in plan_of(workspace).answer["unplaced"]}
    assert told[-big.pk]["why"] == f"{big.key} is 90 points. Quayside never has more than 34.3 in a sprint: split it."
    assert (told[-big.pk]["fix"], told[-big.pk]["story"]) == ("split", big.pk)
    assert "has no team" in told[-nobody.pk]["why"]


def test_unvalued_work_is_placed_last_and_adds_nothing(workspace: Workspace, team: Team, sprints: list[Sprint]) -> None:
    story(workspace, "unvalued", 30, team=team)
    story(workspace, "valued", 30, weekly=10, team=team)
    plan = plan_of(workspace)
    assert columns_of(plan) == {"valued": 0, "unvalued": 1}
    assert plan.value == 60


def test_taking_over_moves_stories_once_and_undo_gives_them_back(
    workspace: Workspace, team: Team, sprints: list[Sprint]
) -> None:
    first = story(workspace, "first", 30, weekly=900, team=team, sprint=sprints[1])
    story(workspace, "second", 30, weekly=100, team=team)
    plan = plan_of(workspace)
    taken = apply_plan(plan=plan, actor=actor_of(workspace), now=NOW)
    assert taken.changed == 2
    assert dict(Story.objects.values_list("title", "sprint__name")) == {"first": "Sprint 0", "second": "Sprint 1"}
    assert StoryEvent.objects.filter(story=first, field="sprint").count() == 1
    with pytest.raises(Conflict, match="taken over already"):
        apply_plan(plan=plan, actor=actor_of(workspace), now=NOW)
    assert undo_plan(plan=taken.plan, actor=actor_of(workspace), now=NOW).changed == 2
    assert dict(Story.objects.values_list("title", "sprint__name")) == {"first": "Sprint 1", "second": None}


def test_some_moves_can_be_taken_over(workspace: Workspace, team: Team, sprints: list[Sprint]) -> None:
    first = story(workspace, "first", 30, weekly=900, team=team)
    story(workspace, "second", 30, weekly=100, team=team)
    apply_plan(plan=plan_of(workspace), story_ids=[first.pk], actor=actor_of(workspace), now=NOW)
    assert dict(Story.objects.values_list("title", "sprint__name")) == {"first": "Sprint 0", "second": None}
    with pytest.raises(InvalidInput, match="at least one"):
        apply_plan(plan=plan_of(workspace), story_ids=[], actor=actor_of(workspace), now=NOW)


def test_what_has_no_room_leaves_its_sprint(workspace: Workspace, team: Team, sprints: list[Sprint]) -> None:
    story(workspace, "big", 90, weekly=900, team=team, sprint=sprints[0])
    plan = plan_of(workspace)
    [move] = moves_of(question_of(plan), placement_of(plan, question_of(plan)))
    assert (move.was, move.to, move.to_sprint) == (0, -1, None)


@pytest.mark.parametrize("how", ["moved", "deleted", "finished"])
def test_a_stale_plan_names_what_changed_and_writes_nothing(
    workspace: Workspace, team: Team, sprints: list[Sprint], how: str
) -> None:
    first = story(workspace, "first", 30, weekly=900, team=team)
    second = story(workspace, "second", 30, weekly=100, team=team)
    plan, actor = plan_of(workspace), actor_of(workspace)
    if how == "moved":
        update_story(story=first, changes={"sprint": sprints[2]}, actor=actor, now=NOW)
    elif how == "deleted":
        delete_story(story=first, actor=actor, now=NOW)
    else:
        transition_story(story=first, state=state_named(workspace, "Done"), actor=actor, now=NOW)
    with pytest.raises(Conflict, match="Plan again, or leave them out") as refused:
        apply_plan(plan=plan, actor=actor, now=NOW)
    assert refused.value.code == "stale_plan"
    second.refresh_from_db()
    assert second.sprint is None
    assert apply_plan(plan=plan, story_ids=[second.pk], actor=actor, now=NOW).changed == 1


def test_people_move_in_the_plan_and_see_the_price_first(
    workspace: Workspace, team: Team, sprints: list[Sprint]
) -> None:
    dear = story(workspace, "dear", 30, weekly=900, team=team)
    story(workspace, "cheap", 30, weekly=100, team=team)
    plan, actor = plan_of(workspace), actor_of(workspace)
    price = price_story(plan=plan, story_id=dear.pk, column=2)
    assert price.difference == -900 * 4
    edited = move_in_plan(plan=plan, story_id=dear.pk, column=2, actor=actor, now=NOW)
    assert columns_of(edited) == {"dear": 2, "cheap": 1}
    assert not Story.objects.filter(sprint__isnull=False).exists(), "sprints change when the plan is taken over"
    over = price_story(plan=edited, story_id=dear.pk, column=1)
    assert [type(each).__name__ for each in over.new_violations] == ["CapacityExceeded"]
    assert columns_of(discard_edits(plan=edited, actor=actor, now=NOW)) == {"dear": 0, "cheap": 1}


def test_moving_back_leaves_no_edit(workspace: Workspace, team: Team, sprints: list[Sprint]) -> None:
    dear = story(workspace, "dear", 30, weekly=900, team=team)
    plan, actor = plan_of(workspace), actor_of(workspace)
    for column in (2, 0):
        plan = move_in_plan(plan=plan, story_id=dear.pk, column=column, actor=actor, now=NOW)
    assert plan.answer["edits"] == {}


def test_a_story_that_was_deleted_meanwhile_is_not_planned(
    workspace: Workspace, team: Team, sprints: list[Sprint]
) -> None:
    gone = story(workspace, "Gone", 5, weekly=500, team=team)
    plan = plan_of(workspace)
    pk = gone.pk
    delete_story(story=gone, actor=actor_of(workspace), now=NOW)
    with pytest.raises(Conflict, match="deleted since the plan was computed"):
        move_in_plan(plan=plan, story_id=pk, column=1, actor=actor_of(workspace), now=NOW)
    plan.refresh_from_db()
    assert not plan.answer.get("edits")


def test_the_same_question_has_the_same_answer_and_improving_never_loses(
    workspace: Workspace, team: Team, sprints: list[Sprint]
) -> None:
    for number in range(12):
        story(workspace, f"story {number}", 5 + number % 7, weekly=100 + 37 * number, team=team)
    first, again = plan_of(workspace), plan_of(workspace)
    assert first.answer["placement"] == again.answer["placement"]
    better = request_improvement(plan=first, actor=actor_of(workspace), now=NOW)
    done = compute_plan(plan_id=better.pk, now=NOW)
    assert (done.state, done.number) == (PlanState.READY.value, 3)
    assert done.value is not None
    assert first.value is not None
    assert done.value >= first.value
    assert done.bound is not None
    assert first.bound is not None
    assert done.bound <= first.bound


def test_the_job_answers_and_a_cancelled_one_says_so(workspace: Workspace, team: Team, sprints: list[Sprint]) -> None:
    story(workspace, "one", 5, weekly=10, team=team)
    waiting = request_plan(workspace=workspace, actor=actor_of(workspace), now=NOW)
    assert waiting.state == PlanState.COMPUTING.value
    run(job_id=Job.objects.get(kind="planner.plan_sprints").pk)
    waiting.refresh_from_db()
    assert waiting.state == PlanState.READY.value
    other = request_plan(workspace=workspace, actor=actor_of(workspace), now=NOW)
    cancel_job(job=Job.objects.latest("pk"), now=NOW)
    other.refresh_from_db()
    assert other.state == PlanState.FAILED.value
    assert "plan again" in other.problem


def test_a_plan_whose_job_is_gone_is_not_waited_for(workspace: Workspace, team: Team, sprints: list[Sprint]) -> None:
    story(workspace, "one", 5, weekly=10, team=team)
    waiting = request_plan(workspace=workspace, actor=actor_of(workspace), now=NOW)
    assert fail_forgotten_plans(now=NOW + timedelta(hours=1)) == 0, "its job is queued"
    Job.objects.all().delete()
    assert fail_forgotten_plans(now=NOW) == 1
    waiting.refresh_from_db()
    assert (waiting.state, "plan again" in waiting.problem) == (PlanState.FAILED.value, True)


def test_a_discarded_plan_takes_no_orders(workspace: Workspace, team: Team, sprints: list[Sprint]) -> None:
    story(workspace, "one", 5, weekly=10, team=team)
    plan = discard_plan(plan=plan_of(workspace), now=NOW)
    with pytest.raises(Conflict, match="plan again"):
        apply_plan(plan=plan, actor=actor_of(workspace), now=NOW)


def test_teams_have_their_own_sprints(workspace: Workspace, team: Team) -> None:
    other = create_team(workspace=workspace, name="Signal", actor=actor_of(workspace), now=NOW)
    own, others = add_sprint(workspace, 0, team=team), add_sprint(workspace, 1, team=other)
    story(workspace, "ours", 5, weekly=10, team=team)
    story(workspace, "theirs", 5, weekly=10, team=other)
    question = question_of(plan_of(workspace))
    assert [column.sprints for column in question.columns] == [{str(team.pk): own.pk, str(other.pk): others.pk}]
    assert question.columns[0].name == "Sprint 0 and 1 more"


def test_only_named_teams_are_planned(workspace: Workspace, team: Team, sprints: list[Sprint]) -> None:
    other = create_team(workspace=workspace, name="Signal", actor=actor_of(workspace), now=NOW)
    story(workspace, "ours", 5, weekly=10, team=team)
    story(workspace, "theirs", 5, weekly=10, team=other)
    assert columns_of(plan_of(workspace, team_ids=[team.pk])) == {"ours": 0, "theirs": -1}


def test_what_others_do_in_these_sprints_stays_and_counts(
    workspace: Workspace, team: Team, sprints: list[Sprint]
) -> None:
    other = create_team(workspace=workspace, name="Signal", actor=actor_of(workspace), now=NOW)
    whole = make_capability(workspace, title="Whole")
    give_value(whole, 1_000, now=NOW)
    story(workspace, "ours", 5, capability=whole, team=team)
    story(workspace, "theirs", 500, capability=whole, team=other, sprint=sprints[1])
    story(workspace, "nobody's", 3, capability=whole, sprint=sprints[0])
    plan = plan_of(workspace, team_ids=[team.pk])
    assert columns_of(plan) == {"ours": 0, "theirs": 1, "nobody's": 0}
    assert plan.value == 1_000 * 4, "it finishes with the part of the other team"
    question = question_of(plan)
    assert [move.story_id for move in moves_of(question, placement_of(plan, question))] == [
        Story.objects.get(title="ours").pk
    ]


def test_nothing_to_plan_says_what_is_missing(workspace: Workspace) -> None:
    with pytest.raises(NothingToPlan, match="needs a team"):
        plan_of(workspace)
    team = create_team(workspace=workspace, name="Quayside", actor=actor_of(workspace), now=NOW)
    with pytest.raises(NothingToPlan, match="No sprint with dates"):
        plan_of(workspace)
    add_sprint(workspace, 0, team=team)
    with pytest.raises(NothingToPlan, match="No open story"):
        plan_of(workspace)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"sprints": 0}, "1 to 12"),
        ({"sprints": 13}, "1 to 12"),
        ({"level": "p99"}, "p50"),
        ({"team_ids": [0]}, "team 0"),
    ],
)
def test_a_question_that_can_not_be_asked_is_refused(
    workspace: Workspace, sprints: list[Sprint], asked: dict[str, object], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        plan_of(workspace, **asked)
    assert not SprintPlan.objects.exists()
