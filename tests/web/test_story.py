"""The page of a story: what it shows, and that every edit is one request that draws its part again."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Workspace
from accounts.policies import Role
from planner.domain.criteria import mark_criterion, read_criteria
from planner.models import Dependency, Estimate, Story, Task
from planner.services.dependencies import add_dependency
from planner.services.stories import update_story
from planner.services.tasks import create_task
from planner.web.story_text import read_description
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_capability,
    make_member,
    make_story,
    make_user,
    make_workspace,
    owner_of,
    state_named,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("SHOP")


def address(story: Story, name: str = "story", *more: object) -> str:
    return reverse(name, args=[story.workspace.key, story.key, *more])


def post(client: Client, url: str, **values: object) -> Any:
    return client.post(url, values, headers={"HX-Request": "true"})


def test_the_page_shows_the_share_by_points(reader: Client, workspace: Workspace) -> None:
    capability = make_capability(workspace, title="Pay by invoice")
    story = make_story(workspace, "Write the invoice", capability=capability, points=Decimal(2))
    make_story(workspace, "Send it", capability=capability, points=Decimal(6))
    give_value(capability, 800)
    answer = reader.get(address(story))
    assert answer.context["share"].cost_of_delay == Decimal(200)
    assert b"2 stories to go" in answer.content
    assert b"Pay by invoice" in answer.content


def test_an_unvalued_story_is_not_worth_zero(reader: Client, workspace: Workspace) -> None:
    answer = reader.get(address(make_story(workspace)))
    assert b"not valued" in answer.content
    assert b"$0" not in answer.content
    assert b"Give it a value" in answer.content


def test_the_number_of_queries_does_not_grow_with_tasks_and_events(
    reader: Client, workspace: Workspace, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    story = make_story(workspace)
    for number in range(25):
        create_task(story=story, title=f"Task {number}", actor=actor_of(workspace), now=NOW)
    with django_assert_max_num_queries(45):
        assert reader.get(address(story)).status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [("title", "A better title", "A better title"), ("points", "3.5", Decimal("3.5")), ("kind", "BUG", "BUG")],
)
def test_a_field_is_saved_and_its_part_drawn_again(
    reader: Client, workspace: Workspace, field: str, value: str, expected: object
) -> None:
    story = make_story(workspace)
    answer = post(reader, address(story, "story-update"), version=1, **{field: value})
    story.refresh_from_db()
    assert getattr(story, field) == expected
    assert b'id="thing-version" name="version" value="2"' in answer.content
    assert json.loads(answer.headers["HX-Trigger"])["part-changed"] == {"part": "facts"}


def test_a_change_of_a_field_offers_to_take_it_back(reader: Client, workspace: Workspace) -> None:
    story, capability = make_story(workspace), make_capability(workspace)
    before = story.state
    for field, value in (("state", state_named(workspace, "Review").pk), ("capability", capability.key)):
        answer = post(reader, address(story, "story-update"), **{field: value})
        undo = json.loads(answer.headers["HX-Trigger"])["toast"]["undo"]
        post(reader, undo["url"], **undo["values"])
    story.refresh_from_db()
    assert (story.state, story.capability) == (before, None)


def test_a_change_that_changes_nothing_says_nothing(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    answer = post(reader, address(story, "story-update"), title=story.title)
    assert "toast" not in json.loads(answer.headers["HX-Trigger"])


def test_references_are_chosen_by_id_and_capabilities_by_key(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    capability = make_capability(workspace)
    review = state_named(workspace, "Review")
    post(reader, address(story, "story-update"), capability=capability.key.lower())
    post(reader, address(story, "story-update"), state=review.pk, part="head")
    story.refresh_from_db()
    assert (story.capability, story.state) == (capability, review)


@pytest.mark.parametrize(
    ("field", "value"),
    [("points", "-1"), ("points", "NaN"), ("title", " "), ("state", "999999"), ("capability", "NOPE-1"), ("kind", "X")],
)
def test_a_refused_value_is_told_at_its_field(reader: Client, workspace: Workspace, field: str, value: str) -> None:
    story = make_story(workspace)
    answer = post(reader, address(story, "story-update"), **{field: value})
    assert answer.status_code == 400
    assert f'data-field="{field}"'.encode() in answer.content
    story.refresh_from_db()
    assert story.version == 1


def test_a_stale_version_is_a_conflict_and_writes_nothing(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    update_story(story=story, changes={"title": "Theirs"}, actor=actor_of(workspace), now=NOW)
    answer = post(reader, address(story, "story-update"), title="Mine", version=1)
    assert answer.status_code == 409
    assert b'data-code="stale_version"' in answer.content
    story.refresh_from_db()
    assert story.title == "Theirs"


def test_a_criterion_is_marked_as_met(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace, acceptance="Boxes are filled\n\n[x] Nothing is guessed")
    post(reader, address(story, "story-criterion"), line=0, met="on")
    post(reader, address(story, "story-criterion"), line=2)
    story.refresh_from_db()
    assert story.acceptance == "[x] Boxes are filled\n\nNothing is guessed"
    assert post(reader, address(story, "story-criterion"), line=9).status_code == 400


def test_the_blocked_flag_has_a_reason_and_is_cleared(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    answer = post(reader, address(story, "story-blocked"), blocked="on", reason="The test key")
    assert b"The test key" in answer.content
    post(reader, address(story, "story-blocked"), blocked="")
    story.refresh_from_db()
    assert (story.blocked, story.blocked_reason) == (False, "")


def test_tasks_are_added_changed_and_deleted(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    post(reader, address(story, "task-add"), title="Map the fields", hours_estimated="6")
    task = Task.objects.get()
    update = reverse("task-update", args=[workspace.key, task.pk])
    post(reader, update, hours_left="2.5")
    task.refresh_from_db()
    assert (task.hours_estimated, task.hours_left) == (Decimal(6), Decimal("2.5"))
    post(reader, update, is_done="1", done="on")
    task.refresh_from_db()
    assert (task.state, task.hours_left) == ("DONE", Decimal(0))
    post(reader, reverse("task-delete", args=[workspace.key, task.pk]))
    assert not Task.objects.exists()


def test_wrong_hours_are_told_at_their_field(reader: Client, workspace: Workspace) -> None:
    answer = post(reader, address(make_story(workspace), "task-add"), title="A task", hours_estimated="many")
    assert answer.status_code == 400
    assert b'data-field="hours_estimated"' in answer.content


def test_a_dependency_is_added_by_key_and_removed(reader: Client, workspace: Workspace) -> None:
    story, other = make_story(workspace), make_story(workspace, "The other")
    answer = post(reader, address(story, "dependency-add"), key=other.key.lower(), direction="needs")
    assert other.key.encode() in answer.content
    link = Dependency.objects.get()
    assert (link.predecessor, link.successor) == (other, story)
    post(reader, address(story, "dependency-remove", link.pk))
    assert not Dependency.objects.exists()


def test_a_cycle_is_named(reader: Client, workspace: Workspace) -> None:
    story, other = make_story(workspace), make_story(workspace)
    add_dependency(predecessor=other, successor=story, actor=actor_of(workspace), now=NOW)
    answer = post(reader, address(story, "dependency-add"), key=other.key, direction="needed_by")
    assert answer.status_code == 409
    assert story.key.encode() in answer.content
    assert other.key.encode() in answer.content


def test_history_is_filtered_and_paged_without_loss(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    for number in range(40):
        update_story(story=story, changes={"title": f"Title {number}"}, actor=actor_of(workspace), now=NOW)
    url = address(story, "story-history")
    first = reader.get(url).context["history"]
    second = reader.get(url, {"after": first.next_after}).context["history"]
    sequences = [line.event.sequence for line in [*first.events, *second.events]]
    assert sequences == list(range(41, 0, -1))
    assert second.next_after is None
    assert [line.event.field for line in reader.get(url, {"kind": "state"}).context["history"].events] == ["created"]


def test_a_story_of_its_own_is_given_a_value(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    values = {"sources[0].kind": "DIRECT", "sources[0].inputs.value.likely": "1500", "urgency": "STEADY"}
    answer = post(reader, address(story, "story-estimate"), reason="Asked sales", horizon_weeks=52, **values)
    assert answer.status_code == 200
    assert Estimate.objects.get(story=story).cost_of_delay == Decimal(1500)


def test_deleting_leads_back_to_the_backlog(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    answer = post(reader, address(story, "story-delete"))
    assert answer.headers["HX-Redirect"].endswith("/backlog/")
    assert not Story.objects.exists()


def test_an_outsider_finds_nothing_and_a_viewer_reads_only(client: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    client.force_login(make_user())
    assert client.get(address(story)).status_code == 404
    client.force_login(make_member(workspace, Role.VIEWER))
    read = client.get(address(story))
    assert read.status_code == 200
    assert b"<form" not in read.content.partition(b"<main")[2].partition(b"</main>")[0]
    for name in ("story-update", "story-blocked", "story-delete", "task-add", "dependency-add", "story-estimate"):
        assert client.post(address(story, name), {"title": "Mine"}).status_code == 403


def test_a_task_of_another_workspace_is_not_found(reader: Client, workspace: Workspace) -> None:
    theirs = make_workspace("OTHER", owner=owner_of(workspace))
    task = create_task(story=make_story(theirs), title="Theirs", actor=actor_of(theirs), now=NOW)
    assert post(reader, reverse("task-update", args=[workspace.key, task.pk]), title="Mine").status_code == 404


def test_a_user_story_is_read_line_by_line() -> None:
    text = read_description("As a forwarder, I want the form filled, so that I save time.\n\nSee the notes.")
    assert text.narrative == [("As a", "forwarder"), ("I want", "the form filled"), ("so that", "I save time")]
    assert text.rest == "See the notes."
    assert read_description("Just do it").rest == "Just do it"


def test_criteria_are_lines_and_marks_are_kept() -> None:
    criteria = read_criteria("- [x] One\n\n[ ] Two\n* Three")
    assert [(one.line, one.text, one.is_met) for one in criteria] == [
        (0, "One", True),
        (2, "Two", False),
        (3, "Three", False),
    ]
    assert mark_criterion("One\n\nTwo", line=1, met=True) is None
