"""The wall: what it shows, how cards are changed on it, and what two people changing the same are told."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Workspace
from accounts.policies import Role
from common.clock import utc_now
from common.errors import InvalidInput
from planner.models import Person, Sprint, Story, Task
from planner.selectors.burndown import burndown_of
from planner.selectors.wall_money import list_reaches, sum_release
from planner.services.sprints import create_sprint, start_sprint
from planner.services.stories import delete_story, transition_story, update_story
from planner.services.tasks import create_task, update_task
from planner.services.teams import create_team
from planner.web.wall_typing import read_typed
from tests.factories import (
    actor_of,
    give_value,
    make_capability,
    make_member,
    make_stories,
    make_story,
    make_workspace,
    state_named,
)

pytestmark = pytest.mark.django_db
LARGEST_PAGE = 300_000


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("SHOP")


@pytest.fixture
def sprint(workspace: Workspace) -> Sprint:
    today = utc_now().date()
    sprint = create_sprint(
        workspace=workspace,
        name="Sprint 1",
        goal="Pay by invoice",
        start_date=today - timedelta(days=3),
        end_date=today + timedelta(days=10),
        actor=actor_of(workspace),
        now=utc_now(),
    )
    return start_sprint(sprint=sprint, actor=actor_of(workspace), now=utc_now())


def add(story: Story, title: str, **fields: Any) -> Task:
    return create_task(story=story, title=title, actor=actor_of(story.workspace), now=utc_now(), **fields)


def person(workspace: Workspace, name: str) -> Person:
    return Person.objects.create(workspace=workspace, name=name)


def wall(client: Client, workspace: Workspace, **values: str | int) -> Any:
    return client.get(reverse("wall", args=[workspace.key]), values)


def post(client: Client, name: str, workspace: Workspace, *arguments: object, **values: object) -> Any:
    return client.post(
        reverse(name, args=[workspace.key, *arguments]), values, headers={"Accept": "application/json, text/html"}
    )


def undo_of(answer: Any) -> dict[str, str]:
    return dict(json.loads(answer["HX-Trigger"])["toast"]["undo"]["values"])


def test_without_a_sprint_the_wall_says_how_to_get_one(reader: Client, workspace: Workspace) -> None:
    assert b"No sprint yet" in wall(reader, workspace).content


def test_a_sprint_without_stories_says_where_they_come_from(
    reader: Client, workspace: Workspace, sprint: Sprint
) -> None:
    assert b"No story in Sprint 1 yet" in wall(reader, workspace).content


def test_the_running_sprint_is_shown_before_a_planned_one(reader: Client, workspace: Workspace, sprint: Sprint) -> None:
    create_sprint(workspace=workspace, name="Early", start_date=None, actor=actor_of(workspace), now=utc_now())
    assert wall(reader, workspace).context["sprint"] == sprint


def test_a_sprint_that_is_gone_is_said(reader: Client, workspace: Workspace, sprint: Sprint) -> None:
    answer = wall(reader, workspace, sprint=sprint.pk + 100)
    assert answer.status_code == 404
    assert b"was deleted" in answer.content


@pytest.mark.parametrize(
    "question",
    [{}, {"view": "stories"}, {"view": "stories", "lanes": "person"}, {"view": "stories", "lanes": "none"}],
)
def test_every_view_shows_every_story(
    reader: Client, workspace: Workspace, sprint: Sprint, question: dict[str, str]
) -> None:
    capability = make_capability(workspace)
    make_story(workspace, "Write the invoice", sprint=sprint, capability=capability)
    make_story(workspace, "Loose end", sprint=sprint)
    make_story(workspace, "Not here")
    content = wall(reader, workspace, **question).content
    assert b"Write the invoice" in content
    assert b"Loose end" in content
    assert b"Not here" not in content


def test_an_address_that_makes_no_sense_still_shows_the_wall(
    reader: Client, workspace: Workspace, sprint: Sprint
) -> None:
    story = make_story(workspace, sprint=sprint)
    answer = wall(reader, workspace, view="pie", lanes="moon", person="x", capability="NO-1", team="z", sprint="y")
    assert answer.status_code == 200
    assert story.title.encode() in answer.content


def test_filters_leave_out_what_does_not_pass_and_say_so(reader: Client, workspace: Workspace, sprint: Sprint) -> None:
    dana = person(workspace, "Dana Ruiz")
    hers, other = make_stories(workspace, 2, sprint=sprint)
    add(hers, "Write the mail", assignee=dana)
    add(other, "Call the bank")
    for question in ({"person": dana.pk}, {"q": "WRITE THE"}):
        answer = wall(reader, workspace, **question)
        assert [group.lanes[0].story for group in answer.context["groups"]] == [hers], question
        assert b"1 story left out" in answer.content
    assert b"Nothing on the wall passes" in wall(reader, workspace, blocked="1").content


# Money


def test_dollars_open_only_with_the_last_required_story(workspace: Workspace, sprint: Sprint) -> None:
    capability = make_capability(workspace)
    first, second = make_stories(workspace, 2, capability=capability, sprint=sprint, points=Decimal(3))
    give_value(capability, 1000)

    def reach() -> Any:
        stories = list(Story.objects.filter(sprint=sprint).select_related("capability"))
        return list_reaches(sprint=sprint, stories=stories)[capability.pk]

    assert (reach().to_go, reach().here, reach().opens_here) == (2, 2, True)
    done = state_named(workspace, "Done")
    transition_story(story=first, state=done, actor=actor_of(workspace), now=utc_now())
    assert (reach().to_go, sum_release([reach()]).released) == (1, Decimal(0))
    update_story(story=second, changes={"sprint": None}, actor=actor_of(workspace), now=utc_now())
    assert (reach().elsewhere, reach().unplanned, reach().opens_here) == (1, 1, False)
    assert sum_release([reach()]).still == 0, "half-done releases nothing"
    update_story(story=second, changes={"sprint": sprint, "state": done}, actor=actor_of(workspace), now=utc_now())
    capability.refresh_from_db()
    assert reach().is_released_here
    assert sum_release([reach()]).released == capability.business_value


# Cards


def test_a_move_answers_with_what_undo_posts(reader: Client, workspace: Workspace, sprint: Sprint) -> None:
    task = add(make_story(workspace, sprint=sprint), "Write the mail", hours_estimated=Decimal(4))
    answer = post(reader, "wall-task", workspace, task.pk, state="DONE", version=1, was_state="TODO")
    assert answer.json() == {"version": 2}
    task.refresh_from_db()
    assert (task.state, task.hours_left) == ("DONE", Decimal(0))

    post(reader, "wall-task", workspace, task.pk, **undo_of(answer))

    task.refresh_from_db()
    assert (task.state, task.hours_left) == ("TODO", Decimal(4))


def test_two_people_change_different_fields_and_both_hold(reader: Client, workspace: Workspace, sprint: Sprint) -> None:
    task = add(make_story(workspace, sprint=sprint), "Write the mail", hours_estimated=Decimal(4))
    update_task(task=task, changes={"hours_left": Decimal(1)}, actor=actor_of(workspace), now=utc_now())
    answer = post(reader, "wall-task", workspace, task.pk, state="IN_PROGRESS", version=1, was_state="TODO")
    assert answer.status_code == 200
    task.refresh_from_db()
    assert (task.state, task.hours_left) == ("IN_PROGRESS", Decimal(1))


def test_the_same_field_changed_by_two_is_refused_and_explained(
    reader: Client, workspace: Workspace, sprint: Sprint
) -> None:
    task = add(make_story(workspace, sprint=sprint), "Write the mail")
    update_task(task=task, changes={"state": "DONE"}, actor=actor_of(workspace), now=utc_now())

    answer = post(reader, "wall-task", workspace, task.pk, state="IN_PROGRESS", version=1, was_state="TODO")

    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")
    told = reader.get(reverse("wall-task-since", args=[workspace.key, task.pk])).content.decode()
    assert "was faster" in told
    assert "Write the mail (done" in told


def test_a_deleted_card_is_said_and_nothing_lost(reader: Client, workspace: Workspace, sprint: Sprint) -> None:
    task = add(make_story(workspace, sprint=sprint), "Write the mail", hours_estimated=Decimal(3))
    answer = post(reader, "wall-task-delete", workspace, task.pk)
    assert post(reader, "wall-task", workspace, task.pk, state="DONE").status_code == 404
    post(reader, "wall-task-add", workspace, **undo_of(answer))
    assert Task.objects.get().hours_left == 3


def test_cards_keep_the_place_they_were_dropped_on(reader: Client, workspace: Workspace, sprint: Sprint) -> None:
    story = make_story(workspace, sprint=sprint)
    one, two, three = (add(story, title) for title in ("One", "Two", "Three"))

    def order() -> list[str]:
        return list(story.tasks.order_by("position").values_list("title", flat=True))

    post(reader, "wall-task", workspace, three.pk, before=one.pk)
    assert order() == ["Three", "One", "Two"]
    post(reader, "wall-task", workspace, three.pk, after=two.pk, state="DONE")
    assert order() == ["One", "Two", "Three"]
    post(reader, "wall-task", workspace, one.pk, after=three.pk + 99)
    assert order() == ["One", "Two", "Three"], "a neighbour that is gone leaves the place as it was"
    assert sorted(story.tasks.values_list("position", flat=True)) == [1, 2, 3]


def test_a_blocked_task_says_why_until_it_is_done(reader: Client, workspace: Workspace, sprint: Sprint) -> None:
    task = add(make_story(workspace, sprint=sprint), "Sign the papers")
    post(reader, "wall-task-block", workspace, task.pk, blocked="1", reason="No test key")
    assert b"No test key" in wall(reader, workspace).content
    post(reader, "wall-task", workspace, task.pk, state="DONE")
    task.refresh_from_db()
    assert (task.blocked, task.blocked_reason, task.blocked_at) == (False, "", None)


def test_a_story_moves_unless_somebody_moved_it_before(reader: Client, workspace: Workspace, sprint: Sprint) -> None:
    story = make_story(workspace, sprint=sprint)
    idea, ready, review = (state_named(workspace, name) for name in ("Idea", "Ready", "Review"))
    update_story(story=story, changes={"points": Decimal(3)}, actor=actor_of(workspace), now=utc_now())
    assert post(reader, "wall-story", workspace, story.pk, state=ready.pk, was_state=idea.pk).status_code == 200
    answer = post(reader, "wall-story", workspace, story.pk, state=review.pk, was_state=idea.pk)
    assert answer.status_code == 409
    assert "it is in Ready" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("text", "title", "hours", "who"),
    [
        ("Write the mail 4h @dana", "Write the mail", Decimal(4), "Dana Ruiz"),
        ("@DanaRuiz 1,5 h call", "call", Decimal("1.5"), "Dana Ruiz"),
        ("Rename 3 hotels", "Rename 3 hotels", None, None),
        ("Mail dana@example.com", "Mail dana@example.com", None, None),
        ("Fix 24h clock 2 hours", "Fix clock 2 hours", Decimal(24), None),
    ],
)
def test_a_typed_line_is_a_title_hours_and_a_person(
    workspace: Workspace, text: str, title: str, hours: Decimal | None, who: str | None
) -> None:
    people = [person(workspace, name) for name in ("Dana Ruiz", "Dagmar Voss")]
    typed = read_typed(text, people)
    assert (typed.title, typed.hours, typed.person.name if typed.person else None) == (title, hours, who)


@pytest.mark.parametrize(("text", "says"), [("Call @da", "Dana Ruiz, Dagmar Voss"), ("Call @zoe", "Nobody here")])
def test_a_name_nobody_or_several_have_is_said(workspace: Workspace, text: str, says: str) -> None:
    people = [person(workspace, name) for name in ("Dana Ruiz", "Dagmar Voss")]
    with pytest.raises(InvalidInput) as refused:
        read_typed(text, people)
    assert says in refused.value.message


# People


def test_who_has_too_much_is_said(reader: Client, workspace: Workspace, sprint: Sprint) -> None:
    dana, lee = person(workspace, "Dana Ruiz"), person(workspace, "Lee Ono")
    team = create_team(
        workspace=workspace, name="Quayside", people=[dana, lee], actor=actor_of(workspace), now=utc_now()
    )
    story = make_story(workspace, sprint=sprint, team=team)
    add(story, "Too much", hours_estimated=Decimal(500), assignee=dana)
    add(story, "Nobody's", hours_estimated=Decimal(5))
    answer = wall(reader, workspace)
    crew = answer.context["crew"]
    assert crew.people[0].person == dana
    assert crew.over[0].over == Decimal(500) - crew.over[0].capacity
    assert crew.unassigned == 5
    assert b"Dana Ruiz hands on" in answer.content


def test_a_viewer_can_change_nothing(client: Client, workspace: Workspace, sprint: Sprint) -> None:
    task = add(make_story(workspace, sprint=sprint), "Write the mail")
    client.force_login(make_member(workspace, Role.VIEWER))
    content = wall(client, workspace).content
    assert b"Write the mail" in content
    assert b"data-can-edit" not in content
    assert b"data-card-menu" not in content
    assert b"data-add-task" not in content
    assert post(client, "wall-task", workspace, task.pk, state="DONE").status_code == 403


# Fresh parts, and how much work they are


def test_fresh_parts_are_the_lanes_of_what_changed(reader: Client, workspace: Workspace, sprint: Sprint) -> None:
    changed, other = make_stories(workspace, 2, sprint=sprint)
    task = add(changed, "Write the mail")
    url = reverse("wall-fresh", args=[workspace.key])
    part = reader.get(url, {"tasks": task.pk}).content.decode()
    assert f'id="lane-{changed.pk}"' in part
    assert f'id="lane-{other.pk}"' not in part
    delete_story(story=changed, actor=actor_of(workspace), now=utc_now())
    part = reader.get(url, {"tasks": task.pk, "stories": changed.pk}).content.decode()
    assert f'data-order="{other.pk}"' in part


def test_a_wall_takes_as_many_statements_for_one_story_as_for_many(
    reader: Client, workspace: Workspace, sprint: Sprint, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for story in make_stories(workspace, 30, sprint=sprint, capability=make_capability(workspace)):
        for number in range(4):
            add(story, f"Task {number}")
    with django_assert_max_num_queries(36):
        wall(reader, workspace)  # reads the days of the burn-down that are over, once
    for question in ({}, {"view": "stories"}):
        with django_assert_max_num_queries(22):
            assert len(wall(reader, workspace, **question).content) < LARGEST_PAGE


def test_the_small_burn_down_is_the_one_of_the_sprints_page(reader: Client, workspace: Workspace) -> None:
    begun = utc_now() - timedelta(days=3)
    sprint = create_sprint(
        workspace=workspace,
        name="Sprint 1",
        start_date=begun.date(),
        end_date=begun.date() + timedelta(days=11),
        actor=actor_of(workspace),
        now=begun,
    )
    finished = make_story(workspace, sprint=sprint, points=5, now=begun)
    going_on = make_story(workspace, sprint=sprint, points=3, now=begun)
    tasks = [add(going_on, f"Task {hours}", hours_estimated=Decimal(hours)) for hours in (2, 4)]
    sprint = start_sprint(sprint=sprint, actor=actor_of(workspace), now=begun)
    update_task(task=tasks[0], changes={"state": "DONE"}, actor=actor_of(workspace), now=utc_now())
    done = state_named(workspace, "Done")
    transition_story(story=finished, state=done, actor=actor_of(workspace), now=utc_now())
    figures = reader.get(reverse("wall", args=[workspace.key])).context["figures"]
    burndown = burndown_of(sprint=sprint, now=utc_now())
    assert burndown is not None
    [left] = [day.remaining for day in burndown.burn.days if day.day == utc_now().date()]
    assert left is not None
    assert (figures.points_left, figures.hours_left) == (left.points, left.hours)
    assert (left.points, left.hours) == (Decimal(3), Decimal(4))
    assert figures.points_spark.end_y == pytest.approx(46 - 40 * 3 / 8, abs=0.1)
    assert figures.hours_spark is not None


def test_a_move_takes_few_statements(
    reader: Client, workspace: Workspace, sprint: Sprint, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    task = add(make_story(workspace, sprint=sprint), "Write the mail")
    with django_assert_max_num_queries(22):
        post(reader, "wall-task", workspace, task.pk, state="DONE", version=1, was_state="TODO")


def test_a_long_wall_is_bounded_and_goes_on(reader: Client, workspace: Workspace, sprint: Sprint) -> None:
    stories = make_stories(workspace, 200, sprint=sprint)
    Task.objects.bulk_create(
        Task(story=story, title=f"Task {number} of it", position=number, created_at=utc_now())
        for story in stories
        for number in range(1, 11)
    )
    first = wall(reader, workspace).content
    assert len(first) < LARGEST_PAGE
    assert b'data-more-lanes="50"' in first
    more = reader.get(reverse("wall-fresh", args=[workspace.key]), {"after": 50}).content
    assert more.count(b'class="lane') == 50
    assert len(wall(reader, workspace, view="stories").content) < LARGEST_PAGE
