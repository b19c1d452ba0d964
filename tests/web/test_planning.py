"""The page of a sprint plan: what it shows, what a drop does, taking it over and back."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Workspace
from accounts.policies import Role
from common.clock import utc_now
from planner.models import SprintPlan, Story, Team
from planner.services.dependencies import add_dependency
from planner.services.plans import compute_plan, fail_plan, request_plan
from planner.services.sprints import create_sprint
from planner.services.teams import create_team
from tests.factories import actor_of, give_value, make_capability, make_member, make_story, make_workspace, owner_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("PLAN")


@pytest.fixture
def reader(client: Client, workspace: Workspace) -> Client:
    client.force_login(owner_of(workspace))
    return client


@pytest.fixture
def team(workspace: Workspace) -> Team:
    return create_team(workspace=workspace, name="Quayside", actor=actor_of(workspace), now=utc_now())


@pytest.fixture
def sprints(workspace: Workspace, team: Team) -> None:
    for number in range(3):
        first = date.today() + timedelta(days=7 + 14 * number)  # noqa: DTZ011 - any days ahead do
        create_sprint(
            workspace=workspace,
            name=f"Sprint {number}",
            start_date=first,
            end_date=first + timedelta(days=11),
            actor=actor_of(workspace),
            now=utc_now(),
        )


def story(workspace: Workspace, title: str, points: int, *, weekly: int = 0, **fields: Any) -> Story:
    made = make_story(workspace, title, points=Decimal(points), **fields)
    if weekly:
        give_value(made, weekly)
    return made


def plan_of(workspace: Workspace) -> SprintPlan:
    return request_plan(workspace=workspace, actor=actor_of(workspace), now=utc_now(), can_wait=True)


def url(name: str, plan: SprintPlan) -> str:
    return reverse(name, args=[plan.workspace.key, plan.number])


def body(client: Client, plan: SprintPlan, **query: str) -> str:
    answer = client.get(url("plan", plan), query)
    assert answer.status_code == 200
    return answer.content.decode()


def toast_of(answer: Any) -> str:
    return str(json.loads(answer["HX-Trigger"])["toast"]["message"])


@pytest.mark.parametrize(
    ("made", "said", "button"),
    [((), "A plan needs a team", "Add a team"), (("team",), "No sprint with dates", "Add the next sprints")],
)
def test_an_empty_workspace_learns_what_is_missing(
    reader: Client, workspace: Workspace, request: pytest.FixtureRequest, made: tuple[str], said: str, button: str
) -> None:
    for name in made:
        request.getfixturevalue(name)
    page = reader.get(reverse("planning", args=[workspace.key])).content.decode()
    assert said in page
    assert button in page


def test_asking_leads_to_the_plan_that_is_being_computed(
    reader: Client, workspace: Workspace, team: Team, sprints: None
) -> None:
    story(workspace, "one", 5, weekly=100, team=team)
    answer = reader.post(reverse("planning", args=[workspace.key]), {"sprints": "2", "level": "p15", "keep": "1"})
    plan = SprintPlan.objects.get()
    assert answer["Location"] == url("plan", plan)
    assert (plan.question["level"], plan.question["is_kept"], len(plan.question["columns"])) == ("p15", True, 2)
    assert "You can leave and come back" in body(reader, plan)
    compute_plan(plan_id=plan.pk, now=utc_now())
    assert reader.get(url("plan", plan), {"part": "progress"})["HX-Refresh"] == "true"


def test_the_page_says_what_it_earns_what_opens_and_what_does_not_fit(
    reader: Client, workspace: Workspace, team: Team, sprints: None
) -> None:
    whole = make_capability(workspace, title="Group offers")
    give_value(whole, 1_000)
    story(workspace, "first part", 30, capability=whole, team=team)
    story(workspace, "second part", 30, capability=whole, team=team)
    big = story(workspace, "too big", 90, weekly=800, team=team)
    page = body(reader, plan_of(workspace))
    for words in (
        "At least",
        "of the best possible",
        "Group offers",
        "$4.00k",
        "Nothing finishes here",
        "Review 2 moves",
    ):
        assert words in page
    assert f"{big.key} is 90 points" in page
    assert f"Split {big.key}" in page
    assert "Time available" in page


def test_what_nobody_estimated_or_can_take_is_counted_with_what_it_counts_as(
    reader: Client, workspace: Workspace, team: Team, sprints: None
) -> None:
    story(workspace, "known", 4, weekly=10, team=team)
    make_story(workspace, "unknown", team=team)
    story(workspace, "nobody's", 6)
    page = body(reader, plan_of(workspace))
    assert "1 without points</a> counts as 5 each" in page
    assert "1 without a team</a>" in page


def test_planning_again_asks_for_as_many_sprints_as_before(
    reader: Client, workspace: Workspace, team: Team, sprints: None
) -> None:
    story(workspace, "one", 5, weekly=100, team=team)
    reader.post(reverse("planning", args=[workspace.key]), {"sprints": "2"})
    plan = SprintPlan.objects.get()
    compute_plan(plan_id=plan.pk, now=utc_now())
    assert '<option value="2" selected>' in reader.get(url("plan", plan)).content.decode()


def test_the_plan_of_record_is_beside_it(reader: Client, workspace: Workspace, team: Team, sprints: None) -> None:
    story(workspace, "one", 5, weekly=100, team=team)
    page = body(reader, plan_of(workspace), show="record")
    assert "Planned before" in page
    assert "data-card" not in page, "what people planned is changed elsewhere"


def test_prices_of_all_places_come_at_once(reader: Client, workspace: Workspace, team: Team, sprints: None) -> None:
    dear = story(workspace, "dear", 30, weekly=900, team=team)
    told = reader.get(url("plan-prices", plan_of(workspace)), {"story": dear.pk}).json()["columns"]
    assert set(told) == {"-1", "0", "1", "2"}
    assert told["0"]["money"] == "Changes no dollar"
    assert (told["2"]["money"], told["2"]["tone"]) == ("Costs $3.60k", "cost")
    assert told["2"]["why"] == "dear opens with Sprint 2, not Sprint 0."


def test_a_drop_changes_the_plan_says_its_price_and_can_be_undone(
    reader: Client, workspace: Workspace, team: Team, sprints: None
) -> None:
    dear = story(workspace, "dear", 30, weekly=900, team=team)
    plan = plan_of(workspace)
    answer = reader.post(url("plan-move", plan), {"story": dear.pk, "column": "2", "from": "0"})
    assert toast_of(answer).startswith("Costs $3.60k.")
    assert "Discard 1 change" in answer.content.decode()
    undo = json.loads(answer["HX-Trigger"])["toast"]["undo"]
    reader.post(undo["url"], undo["values"])
    plan.refresh_from_db()
    assert plan.answer["edits"] == {}


def test_a_place_that_can_not_be_is_refused_in_words(
    reader: Client, workspace: Workspace, team: Team, sprints: None
) -> None:
    dear = story(workspace, "dear", 30, weekly=900, team=team)
    plan = plan_of(workspace)
    for column, said in (("9", "no such sprint"), ("x", "Say which sprint"), ("", "Say which sprint")):
        answer = reader.post(
            url("plan-move", plan), {"story": dear.pk, "column": column}, headers={"accept": "application/json"}
        )
        assert answer.status_code == 400
        assert said in answer.content.decode()


def test_a_choice_of_moves_is_priced_before_it_is_made(
    reader: Client, workspace: Workspace, team: Team, sprints: None
) -> None:
    first = story(workspace, "first", 30, weekly=900, team=team)
    second = story(workspace, "second", 30, weekly=100, team=team)
    add_dependency(predecessor=first, successor=second, actor=actor_of(workspace), now=utc_now())
    plan = plan_of(workspace)
    some = reader.post(url("plan-choice", plan), {"stories": [first.pk]}).content.decode()
    assert "<b>1 of 2</b> chosen" in some
    assert "more than what is planned now" in some
    assert "all of them would bring" in some
    broken = reader.post(url("plan-choice", plan), {"stories": [second.pk]}).content.decode()
    assert f"{second.key} needs {first.key}, which is in no sprint." in broken
    none = reader.post(url("plan-choice", plan)).content.decode()
    assert "<b>0 of 2</b> chosen" in none
    assert "as much as what is planned now" in none
    first.refresh_from_db()
    assert first.sprint is None


def test_chosen_moves_are_taken_over_and_back(reader: Client, workspace: Workspace, team: Team, sprints: None) -> None:
    first = story(workspace, "first", 30, weekly=900, team=team)
    story(workspace, "second", 30, weekly=100, team=team)
    plan = plan_of(workspace)
    assert "from no sprint" in reader.get(url("plan-apply", plan)).content.decode()
    answer = reader.post(url("plan-apply", plan), {"stories": [first.pk]})
    assert toast_of(answer).startswith("1 story planned")
    first.refresh_from_db()
    assert first.sprint is not None
    assert "Taken over by" in answer.content.decode()
    assert toast_of(reader.post(url("plan-undo", plan))) == "1 story is where they were."
    first.refresh_from_db()
    assert first.sprint is None


def test_nothing_chosen_is_told_at_its_field(reader: Client, workspace: Workspace, team: Team, sprints: None) -> None:
    story(workspace, "first", 30, weekly=900, team=team)
    answer = reader.post(url("plan-apply", plan_of(workspace)), headers={"hx-request": "true"})
    assert answer.status_code == 400
    assert "Choose at least one move" in answer.content.decode()


def test_a_failed_plan_says_why_and_offers_another(
    reader: Client, workspace: Workspace, team: Team, sprints: None
) -> None:
    story(workspace, "one", 5, weekly=100, team=team)
    plan = request_plan(workspace=workspace, actor=actor_of(workspace), now=utc_now())
    fail_plan(plan=plan, problem="A needs B needs A: take one away.", now=utc_now())
    page = body(reader, plan)
    assert "A needs B needs A" in page
    assert "Plan again" in page


def test_a_viewer_sees_it_and_moves_nothing(client: Client, workspace: Workspace, team: Team, sprints: None) -> None:
    dear = story(workspace, "dear", 30, weekly=900, team=team)
    plan = plan_of(workspace)
    client.force_login(make_member(workspace, Role.VIEWER))
    page = body(client, plan)
    assert "data-can-plan" not in page
    assert "Review" not in page
    assert client.post(url("plan-move", plan), {"story": dear.pk, "column": "2"}).status_code == 403


def test_queries_do_not_grow_with_the_stories(reader: Client, workspace: Workspace, team: Team, sprints: None) -> None:
    def queries() -> int:
        plan = plan_of(workspace)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            body(reader, plan)
        return len(captured)

    story(workspace, "one", 1, weekly=10, team=team)
    few = queries()
    for number in range(25):
        story(workspace, f"story {number}", 2, weekly=10, team=team)
    assert queries() <= few


def test_what_was_taken_over_is_what_the_page_and_the_toast_count(
    reader: Client, workspace: Workspace, team: Team, sprints: None
) -> None:
    first = story(workspace, "first", 30, weekly=900, team=team)
    story(workspace, "second", 30, weekly=100, team=team)
    plan = plan_of(workspace)
    answer = reader.post(url("plan-apply", plan), {"stories": [first.pk]})
    assert toast_of(answer) == "1 story planned: $5.40k, before $0."
    page = answer.content.decode()
    assert "$5.40k" in page
    assert page.count("<em>new</em>") == 1, "the one that was left out is in no sprint"


def test_going_on_says_what_it_brought(reader: Client, workspace: Workspace, team: Team, sprints: None) -> None:
    story(workspace, "first", 30, weekly=900, team=team)
    plan = plan_of(workspace)
    reader.post(url("plan-improve", plan))
    better = compute_plan(plan_id=SprintPlan.objects.latest("pk").pk, now=utc_now())
    page = body(reader, better)
    assert f'href="{url("plan", plan)}"' in page
    assert "nothing better was found" in page
