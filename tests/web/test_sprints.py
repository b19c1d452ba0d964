"""The pages of sprints and teams: what they show, and what is asked before a sprint starts and ends."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Workspace
from accounts.policies import Role
from common.clock import utc_now
from common.formats import format_points
from planner.models import Leave, Sprint, SprintEntry, Story, Team, TeamMember
from planner.services.members import add_member
from planner.services.sprints import complete_sprint, create_sprint, start_sprint
from planner.services.stories import delete_story, update_story
from planner.services.teams import create_team
from planner.services.workspaces import find_or_create_person
from tests.factories import actor_of, give_value, make_capability, make_member, make_story, make_workspace, state_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("SHOP", now=utc_now() - timedelta(days=30))


@pytest.fixture
def page(workspace: Workspace) -> Client:
    client = Client()
    client.force_login(make_member(workspace, Role.SCRUM_MASTER))
    return client


@pytest.fixture
def viewer(workspace: Workspace) -> Client:
    client = Client()
    client.force_login(make_member(workspace, Role.VIEWER))
    return client


def lay_sprint(workspace: Workspace, name: str = "Sprint 1", *, weeks: int = 0, **fields: Any) -> Sprint:
    start = utc_now().date() - timedelta(days=3) + timedelta(weeks=2 * weeks)
    return create_sprint(
        workspace=workspace,
        name=name,
        start_date=start,
        end_date=start + timedelta(days=11),
        actor=actor_of(workspace),
        now=utc_now() - timedelta(days=5),
        **fields,
    )


def put(workspace: Workspace, title: str, sprint: Sprint, points: int | None = 3, **fields: Any) -> Story:
    return make_story(workspace, title, sprint=sprint, points=points, now=utc_now() - timedelta(days=4), **fields)


def begin(sprint: Sprint) -> Sprint:
    return start_sprint(sprint=sprint, actor=actor_of(sprint.workspace), now=utc_now() - timedelta(days=3))


def finish(story: Story) -> None:
    done = {"state": state_named(story.workspace, "Done")}
    update_story(story=story, changes=done, actor=actor_of(story.workspace), now=utc_now() - timedelta(days=1))


def url(name: str, workspace: Workspace, *args: Any) -> str:
    return reverse(name, args=[workspace.key, *args])


def errors_of(response: Any) -> dict[str, list[str]]:
    told: dict[str, list[str]] = json.loads(response.content)["errors"]
    return told


def test_an_empty_workspace_is_offered_the_next_sprints(page: Client, workspace: Workspace) -> None:
    html = page.get(url("sprints", workspace)).content.decode()
    assert "No sprint yet" in html
    assert url("sprints-add", workspace) in html


def test_a_viewer_reads_without_buttons(viewer: Client, workspace: Workspace) -> None:
    sprint = begin(lay_sprint(workspace))
    for address in (url("sprints", workspace), url("sprint", workspace, sprint.pk)):
        html = viewer.get(address).content.decode()
        assert "sprint-complete" not in html
        assert url("sprint-complete", workspace, sprint.pk) not in html
        assert "Sprint 1" in html


def test_three_sprints_are_added_at_once(page: Client, workspace: Workspace) -> None:
    lay_sprint(workspace, "Sprint 4")
    asked = page.get(url("sprints-add", workspace)).content.decode()
    assert all(f"Sprint {number}" in asked for number in (5, 6, 7))
    answer = page.post(url("sprints-add", workspace), {"count": "3", "team": ""})
    assert answer.status_code == 204
    names = Sprint.objects.filter(workspace=workspace).order_by("start_date").values_list("name", "state")
    assert list(names) == [("Sprint 4", "DRAFT"), *((f"Sprint {number}", "PLANNED") for number in (5, 6, 7))]


def test_a_draft_that_has_only_an_end_shows_it(page: Client, workspace: Workspace) -> None:
    create_sprint(workspace=workspace, actor=actor_of(workspace), name="Late", end_date=date(2027, 1, 1), now=utc_now())
    shown = page.get(reverse("sprints", args=[workspace.key])).content.decode()
    assert "until 1 Jan 2027" in shown
    assert "no days yet" not in shown


@pytest.mark.parametrize("count", ["0", "99", "many", ""])
def test_a_count_that_cannot_be_is_refused(page: Client, workspace: Workspace, count: str) -> None:
    response = page.post(url("sprints-add", workspace), {"count": count}, headers={"Accept": "application/json"})
    assert (response.status_code, list(errors_of(response))) == (400, ["count"])


def test_an_edit_of_an_old_copy_is_refused(page: Client, workspace: Workspace) -> None:
    sprint = lay_sprint(workspace)
    address = url("sprint-edit", workspace, sprint.pk)
    assert page.post(address, {"goal": "Pay", "version": "1"}).status_code == 204
    response = page.post(address, {"goal": "Ship", "version": "1"}, headers={"Accept": "application/json"})
    assert response.status_code == 409
    sprint.refresh_from_db()
    assert sprint.goal == "Pay"


def test_overlapping_days_are_refused_naming_both(page: Client, workspace: Workspace) -> None:
    first = lay_sprint(workspace, "One")
    second = lay_sprint(workspace, "Two", weeks=1)
    wanted = {"start_date": str(first.end_date), "end_date": str(second.end_date), "version": "1"}
    response = page.post(url("sprint-edit", workspace, second.pk), wanted, headers={"Accept": "application/json"})
    [message] = errors_of(response)["start_date"]
    assert "One" in message
    assert "Two" in message


def test_the_start_tells_what_is_committed(page: Client, workspace: Workspace) -> None:
    sprint = lay_sprint(workspace)
    put(workspace, "A", sprint)
    put(workspace, "B", sprint, None)
    asked = page.get(url("sprint-start", workspace, sprint.pk)).content.decode()
    assert "2, 1 without points" in asked
    answer = page.post(url("sprint-start", workspace, sprint.pk), {"version": "1"})
    told = json.loads(answer.headers["HX-Trigger"])
    assert told["toast"]["undo"]["url"] == url("sprint-reopen", workspace, sprint.pk)
    assert page.post(told["toast"]["undo"]["url"]).status_code == 204
    sprint.refresh_from_db()
    assert (sprint.state, SprintEntry.objects.count()) == ("PLANNED", 0)


def test_a_running_sprint_shows_where_it_stands(page: Client, workspace: Workspace) -> None:
    sprint = lay_sprint(workspace, goal="Pay by invoice")
    capability = make_capability(workspace)
    story = put(workspace, "A", sprint, 5, capability=capability)
    put(workspace, "B", sprint, 3)
    give_value(capability, 1000)
    begin(sprint)
    finish(story)
    html = page.get(url("sprint", workspace, sprint.pk)).content.decode()
    assert "Pay by invoice" in html
    assert "5 of 8 points done" in html
    for unit in ("hours", "dollars"):
        for way in ("up", "down"):
            assert page.get(f"{url('sprint', workspace, sprint.pk)}?unit={unit}&way={way}").status_code == 200


def test_the_page_and_the_api_tell_the_same_figures(page: Client, workspace: Workspace) -> None:
    sprint = lay_sprint(workspace)
    story = put(workspace, "A", sprint, 5)
    put(workspace, "B", sprint)
    begin(sprint)
    finish(story)
    html = page.get(url("sprint", workspace, sprint.pk)).content.decode()
    rows = re.findall(
        r"<tr>(<th scope=\"row\">.*?)</tr>", html.partition("Same as a table")[2].partition("</table>")[0]
    )
    drawn = [re.findall(r"<td class=\"num\">(.*?)</td>", row) for row in rows]
    days = page.get(reverse("api-sprint-burn-down", args=[sprint.pk])).json()["days"]
    told = [[day[part] for part in ("ideal", "scope", "done", "remaining")] for day in days]
    assert drawn == [["–" if part is None else format_points(Decimal(part["points"])) for part in row] for row in told]
    report = page.get(reverse("api-sprint-report", args=[sprint.pk])).json()
    assert (
        f"{format_points(Decimal(report['actual_points']))} of {format_points(Decimal(report['planned_points']))}"
        in html
    )
    assert (report["actual_points"], told[3][2]["points"]) == ("5.00", "5.00")


def test_each_unfinished_story_is_asked_about(page: Client, workspace: Workspace) -> None:
    sprint, target = lay_sprint(workspace), lay_sprint(workspace, "Sprint 2", weeks=1)
    done, carried, returned = (put(workspace, title, sprint) for title in ("Done", "Carried", "Returned"))
    begin(sprint)
    finish(done)
    address = url("sprint-complete", workspace, sprint.pk)
    asked = page.get(address).content.decode()
    assert f"story-{carried.pk}" in asked
    assert f"story-{done.pk}" not in asked
    nowhere = page.post(address, {}, headers={"Accept": "application/json"})
    assert list(errors_of(nowhere)) == ["move_open_to"]
    answer = page.post(address, {"move_open_to": str(target.pk), f"story-{returned.pk}": "backlog", "version": "2"})
    assert answer.status_code == 204
    outcomes = dict(SprintEntry.objects.filter(sprint=sprint).values_list("title", "outcome"))
    assert outcomes == {"Done": "DONE", "Carried": "CARRIED", "Returned": "RETURNED"}
    report = page.get(url("sprint", workspace, sprint.pk)).content.decode()
    assert "Carried over" in report
    assert target.name in report


def test_a_sprint_that_was_completed_meanwhile_takes_nothing(page: Client, workspace: Workspace) -> None:
    sprint, target = lay_sprint(workspace), lay_sprint(workspace, "Sprint 2", weeks=1)
    story = put(workspace, "Carried", sprint)
    begin(sprint)
    values = {"move_open_to": "backlog", f"story-{story.pk}": "999999"}
    response = page.post(url("sprint-complete", workspace, sprint.pk), values, headers={"Accept": "application/json"})
    assert list(errors_of(response)) == [f"story-{story.pk}"]
    sprint.refresh_from_db()
    assert (sprint.state, target.state) == ("IN_PROGRESS", "DRAFT")


def test_a_report_survives_the_deletion_of_its_stories(page: Client, workspace: Workspace) -> None:
    sprint = lay_sprint(workspace)
    story = put(workspace, "Short-lived", sprint, 5)
    begin(sprint)
    finish(story)
    complete_sprint(sprint=sprint, actor=actor_of(workspace), now=utc_now())
    delete_story(story=story, actor=actor_of(workspace), now=utc_now())
    html = page.get(url("sprint", workspace, sprint.pk)).content.decode()
    assert "Short-lived" in html
    assert "5 of 5" in html


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_report_is_a_file(viewer: Client, workspace: Workspace, kind: str) -> None:
    sprint = lay_sprint(workspace)
    put(workspace, "=SUM(A1)", sprint)
    begin(sprint)
    response = viewer.get(url("sprint-export", workspace, sprint.pk, kind))
    body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert len(body) > 100
    if kind == "csv":
        assert "'=SUM(A1)" in body.decode("utf-8-sig")
    assert viewer.get(url("sprint-export", workspace, sprint.pk, "pdf")).status_code == 404


def test_the_list_costs_the_same_with_many_sprints(
    page: Client, workspace: Workspace, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        sprint = lay_sprint(workspace, f"S{number}", weeks=number - 6)
        put(workspace, f"Story {number}", sprint)
        begin(sprint)
        complete_sprint(sprint=sprint, actor=actor_of(workspace), now=utc_now())
    with django_assert_max_num_queries(50):
        assert page.get(url("sprints", workspace)).status_code == 200


def team_of(workspace: Workspace, *names: str) -> Team:
    team = create_team(workspace=workspace, name="Blue", actor=actor_of(workspace), now=utc_now())
    for name in names:
        person = find_or_create_person(workspace=workspace, name=name)
        add_member(team=team, person=person, actor=actor_of(workspace), now=utc_now())
    return team


def test_a_new_team_says_what_is_missing(page: Client, workspace: Workspace) -> None:
    html = page.get(url("team", workspace, team_of(workspace).pk)).content.decode()
    assert "Nobody is in this team yet" in html
    assert "No sprint is ahead" in html
    assert "names no country" in html


def test_members_are_added_by_name_and_changed_in_place(page: Client, workspace: Workspace) -> None:
    team = team_of(workspace)
    page.post(url("team-member-add", workspace, team.pk), {"name": "Dana Ruiz", "allocation_percent": "80"})
    member = TeamMember.objects.get(team=team)
    address = url("team-member", workspace, team.pk, member.pk)
    html = page.post(address, {"hours_per_day": "6", "allocation_percent": "50", "holiday_country": "no"})
    assert "Dana Ruiz" in html.content.decode()
    member.refresh_from_db()
    assert (member.hours_per_day, member.allocation) == (Decimal(6), Decimal("0.50"))
    assert member.person.holiday_country == "NO"
    for field, text in (("allocation_percent", "150"), ("hours_per_day", "x"), ("holiday_country", "ZZ")):
        response = page.post(address, {field: text}, headers={"Accept": "application/json"})
        assert (response.status_code, list(errors_of(response))) == (400, [field])
    assert page.post(address, {"step": "remove"}).status_code == 200
    assert not TeamMember.objects.exists()


def test_skills_are_added_and_removed(page: Client, workspace: Workspace) -> None:
    team = team_of(workspace, "Dana")
    member = TeamMember.objects.get(team=team)
    address = url("team-skill", workspace, team.pk, member.pk)
    for skill in ("payments", " Payments ", "frontend"):
        page.post(address, {"skill": skill})
    member.person.refresh_from_db()
    assert member.person.skills == ["frontend", "payments"]
    page.post(address, {"skill": "payments", "step": "remove"})
    member.person.refresh_from_db()
    assert member.person.skills == ["frontend"]


def test_leave_is_clipped_to_the_sprint_and_says_so(page: Client, workspace: Workspace) -> None:
    team = team_of(workspace, "Dana")
    sprint = lay_sprint(workspace, team=team)
    person = TeamMember.objects.get(team=team).person
    values = {
        "person": str(person.pk),
        "start_date": str(sprint.start_date),
        "end_date": str((sprint.end_date or utc_now().date()) + timedelta(days=60)),
        "share": "0.5",
    }
    html = page.post(url("team-leave-add", workspace, team.pk), values).content.decode()
    assert "only the part inside it" in html
    assert "half days" in html
    leave = Leave.objects.get()
    address = url("team-leave", workspace, team.pk, leave.pk)
    backwards = page.post(
        address,
        {**values, "end_date": str(leave.start_date - timedelta(days=1))},
        headers={"Accept": "application/json"},
    )
    assert list(errors_of(backwards)) == ["end_date"]
    assert page.post(address, {"step": "delete"}).status_code == 200
    assert not Leave.objects.exists()


def test_the_formula_of_a_capacity_is_filled_in(viewer: Client, workspace: Workspace) -> None:
    team = team_of(workspace, "Dana")
    sprint = lay_sprint(workspace, team=team)
    html = viewer.get(f"{url('team-evidence', workspace, team.pk)}?sprint={sprint.pk}").content.decode()
    assert "Dana" in html
    assert "80 %" in html
    assert viewer.get(f"{url('team-evidence', workspace, team.pk)}?sprint=999999").status_code == 404


@pytest.mark.parametrize(
    ("of", "words"), [("points", "Committed when it started"), ("capacity", "Dana"), ("money", "")]
)
def test_a_figure_of_a_sprint_opens_its_evidence(viewer: Client, workspace: Workspace, of: str, words: str) -> None:
    team = team_of(workspace, "Dana")
    sprint = lay_sprint(workspace, team=team)
    put(workspace, "A", sprint)
    begin(sprint)
    html = viewer.get(f"{url('sprint-evidence', workspace, sprint.pk)}?of={of}").content.decode()
    assert (words if words != "Dana" else "Blue") in html
    assert viewer.get(f"{url('sprint-evidence', workspace, sprint.pk)}?of=luck").status_code == 404
