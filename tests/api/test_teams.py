"""Members, leave, capacity and velocity of teams over HTTP, and what a sprint's life adds to it."""

from typing import Any

import pytest

from accounts.models import Workspace
from planner.models import Sprint, Team
from planner.services.people import MOST_SKILLS
from planner.services.teams import create_team
from planner.services.workspaces import find_or_create_person
from tests.api.conftest import Caller
from tests.factories import NOW, actor_of, make_story, make_workspace, state_named


@pytest.fixture
def team(workspace: Workspace) -> Team:
    return create_team(workspace=workspace, name="Quayside", actor=actor_of(workspace), now=NOW)


def person_named(workspace: Workspace, name: str = "Dana Ruiz") -> int:
    return find_or_create_person(workspace=workspace, name=name).pk


def test_a_member_is_added_changed_and_taken_out(owner: Caller, workspace: Workspace, team: Team) -> None:
    person = person_named(workspace)
    made = owner.post(f"/teams/{team.pk}/members/", {"person": person, "allocation": "0.8"})
    assert (made["person"]["name"], made["hours_per_day"], made["allocation"]) == ("Dana Ruiz", None, "0.80")
    again = owner.post(f"/teams/{team.pk}/members/", {"person": person}, status=409)
    assert again["code"] == "member_known"
    url = f"/teams/{team.pk}/members/{made['id']}/"
    assert owner.patch(url, {"hours_per_day": "6"})["hours_per_day"] == "6.00"
    assert len(owner.get(f"/teams/{team.pk}/members/")) == 1
    owner.delete(url)
    assert owner.get(f"/teams/{team.pk}/members/") == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"allocation": "1.2"}, "allocation"),
        ({"allocation": "0"}, "allocation"),
        ({"allocation": None}, "allocation"),
        ({"hours_per_day": "25"}, "hours_per_day"),
        ({"hours_per_day": "NaN"}, "hours_per_day"),
        ({"person": 999999}, "person"),
    ],
)
def test_a_member_that_cannot_be_is_refused(
    owner: Caller, workspace: Workspace, team: Team, body: Any, field: str
) -> None:
    whole = {"person": person_named(workspace), **body}
    assert list(owner.post(f"/teams/{team.pk}/members/", whole, status=400)["errors"]) == [field]


def test_somebody_of_another_workspace_does_not_join(owner: Caller, team: Team) -> None:
    stranger = person_named(make_workspace("ELSE"))
    owner.post(f"/teams/{team.pk}/members/", {"person": stranger}, status=400)


def test_leave_takes_hours_from_a_capacity(owner: Caller, workspace: Workspace, team: Team) -> None:
    person = person_named(workspace)
    owner.post(f"/teams/{team.pk}/members/", {"person": person, "hours_per_day": "8"})
    days = {"first": "2026-03-02", "last": "2026-03-13"}
    question = f"/teams/{team.pk}/capacity/?first={days['first']}&last={days['last']}"
    [before] = owner.get(question)
    owner.post("/leaves/", {"person": person, "start_date": "2026-03-09", "end_date": "2026-04-30", "share": "0.5"})
    [after] = owner.get(question)
    assert (before["hours"], after["hours"]) == ("64.00", "48.00"), "only the five days inside count, each by half"
    assert (after["points_p50"], "no completed sprint" in after["reason"]) == (None, True)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"end_date": "2026-03-01"}, "end_date"),
        ({"end_date": "2036-03-01"}, "end_date"),
        ({"share": "1.5"}, "share"),
        ({"start_date": None}, "start_date"),
        ({"start_date": "soon"}, "start_date"),
    ],
)
def test_leave_that_cannot_be_is_refused(owner: Caller, workspace: Workspace, body: Any, field: str) -> None:
    whole = {"person": person_named(workspace), "start_date": "2026-03-02", "end_date": "2026-03-03", **body}
    assert list(owner.post("/leaves/", whole, status=400)["errors"]) == [field]


def test_leave_is_not_taken_twice_but_two_halves_are(owner: Caller, workspace: Workspace) -> None:
    half = {
        "person": person_named(workspace),
        "start_date": "2026-03-02",
        "end_date": "2026-03-02",
        "share": "0.5",
    }
    owner.post("/leaves/", half)
    owner.post("/leaves/", half)
    refused = owner.post("/leaves/", half, status=400)
    assert "away already" in refused["errors"]["start_date"][0]


def test_leave_is_changed_and_deleted(owner: Caller, workspace: Workspace) -> None:
    whole = {"person": person_named(workspace), "start_date": "2026-03-02", "end_date": "2026-03-03"}
    url = f"/leaves/{owner.post('/leaves/', whole)['id']}/"
    assert owner.patch(url, {"end_date": "2026-03-06"})["end_date"] == "2026-03-06"
    assert owner.get("/leaves/")["results"][0]["end_date"] == "2026-03-06"
    owner.delete(url)
    owner.get(url, status=404)


def test_skills_are_a_list_without_twins(owner: Caller, workspace: Workspace) -> None:
    url = f"/people/{person_named(workspace)}/"
    changed = owner.patch(url, {"skills": ["Payments", "frontend", "payments "], "holiday_country": "no"})
    assert (changed["skills"], changed["holiday_country"]) == (["frontend", "payments"], "NO")
    too_many = {"skills": [f"s{number}" for number in range(MOST_SKILLS + 1)]}
    assert list(owner.patch(url, too_many, status=400)["errors"]) == ["skills"]
    assert list(owner.patch(url, {"holiday_country": "ZZ"}, status=400)["errors"]) == ["holiday_country"]


def test_a_teams_focus_and_sprint_length_are_set(owner: Caller, team: Team) -> None:
    changed = owner.patch(f"/teams/{team.pk}/", {"focus_factor": "0.7", "sprint_days": 21})
    assert (changed["focus_factor"], changed["sprint_days"]) == ("0.70", 21)
    assert list(owner.patch(f"/teams/{team.pk}/", {"focus_factor": "0"}, status=400)["errors"]) == ["focus_factor"]
    assert list(owner.patch(f"/teams/{team.pk}/", {"sprint_days": 92}, status=400)["errors"]) == ["sprint_days"]


@pytest.mark.parametrize("question", ["first=2026-03-13&last=2026-03-02", "first=2026-03-02", "first=x&last=y"])
def test_days_that_are_no_span_are_refused(owner: Caller, team: Team, question: str) -> None:
    refused = owner.get(f"/teams/{team.pk}/capacity/?{question}", status=400)
    assert set(refused["errors"]) <= {"first", "last"}


def test_the_next_sprints_follow_in_one_call(owner: Caller, team: Team) -> None:
    owner.post("/sprints/", {"name": "Sprint 7", "team": team.pk, "start_date": "2026-03-02", "end_date": "2026-03-13"})
    made = owner.post("/sprints/next/", {"team": team.pk, "count": 2})
    assert [(sprint["name"], sprint["start_date"], sprint["end_date"], sprint["state"]) for sprint in made] == [
        ("Sprint 8", "2026-03-16", "2026-03-27", "PLANNED"),
        ("Sprint 9", "2026-03-30", "2026-04-10", "PLANNED"),
    ]
    for count in (0, 13, "3", True):
        assert list(owner.post("/sprints/next/", {"count": count}, status=400)["errors"]) == ["count"]


def test_a_start_is_taken_back_until_something_happens(owner: Caller, workspace: Workspace) -> None:
    sprint = owner.post("/sprints/", {"name": "Sprint 1", "start_date": "2026-03-02", "end_date": "2026-03-13"})
    story = make_story(workspace, points=5, sprint=Sprint.objects.get(pk=sprint["id"]))
    url = f"/sprints/{sprint['id']}"
    owner.post(f"{url}/start/", {"version": 99}, status=409)
    owner.post(f"{url}/start/", {"version": sprint["version"]}, status=200)
    assert owner.post(f"{url}/reopen/", status=200)["initial_planned_points"] is None
    assert owner.get(f"{url}/entries/") == []
    owner.post(f"{url}/start/", status=200)
    done = state_named(workspace, "Done")
    owner.post(f"/stories/{story.pk}/transition/", {"state": done.pk}, status=200)
    assert owner.post(f"{url}/reopen/", status=409)["code"] == "sprint_moved_on"
    owner.post(f"{url}/complete/", status=200)
    assert owner.post(f"{url}/reopen/", status=409)["code"] == "sprint_not_running"


def test_velocity_tells_what_was_done(owner: Caller, workspace: Workspace, team: Team) -> None:
    sprint = owner.post(
        "/sprints/", {"name": "Sprint 1", "team": team.pk, "start_date": "2026-03-02", "end_date": "2026-03-13"}
    )
    row = Sprint.objects.get(pk=sprint["id"])
    story = make_story(workspace, points=5, sprint=row, team=team)
    make_story(workspace, points=3, sprint=row, team=team)
    owner.post(f"/sprints/{row.pk}/start/", status=200)
    owner.post(f"/stories/{story.pk}/transition/", {"state": state_named(workspace, "Done").pk}, status=200)
    owner.post(f"/sprints/{row.pk}/complete/", status=200)
    told = owner.get(f"/teams/{team.pk}/velocity/")
    [first] = told["sprints"]
    assert (first["initial_planned"], first["planned"], first["actual"]) == ("8.00", "8.00", "5.00")
    assert (told["p50"], told["p15"]) == ("5.00", "5.00")
