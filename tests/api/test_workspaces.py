"""Workspaces, members, invitations and jobs over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Invitation, Membership, Workspace
from accounts.policies import Role
from common.clock import utc_now
from common.jobs.models import Job
from common.jobs.services import enqueue
from planner.models import State
from tests.api.conftest import Caller
from tests.factories import make_member, make_workspace, owner_of
from valuestream.models import Map


def test_a_new_workspace_has_a_workflow_a_map_and_its_owner(nobody: Caller) -> None:
    made = nobody.post("/workspaces/", {"name": "Acme", "key": "ACME"})
    assert (made["key"], made["role"], made["currency"]) == ("ACME", "OWNER", "USD")
    workspace = Workspace.objects.get(pk=made["id"])
    assert owner_of(workspace) == nobody.user
    assert State.objects.filter(workspace=workspace).count() == 6
    assert Map.objects.filter(workspace=workspace).count() == 1
    assert nobody.get("/states/")["results"][0]["name"] == "Idea"
    assert nobody.get("/backlog/")["results"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"key": "ACME"}, "name"),
        ({"name": "Acme"}, "key"),
        ({"name": "", "key": "ACME"}, "name"),
        ({"name": "Acme", "key": "acme"}, "key"),
        ({"name": "Acme", "key": "A"}, "key"),
        ({"name": "Acme", "key": "TOOLONGFORAKEY"}, "key"),
        ({"name": "Acme", "key": 5}, "key"),
        ({"name": "Acme", "key": "ACME", "currency": "dollar"}, "currency"),
        ({"name": "Acme", "key": "ACME", "time_zone": "Mars/Base"}, "time_zone"),
        ({"name": "Acme", "key": "ACME", "time_zone": []}, "time_zone"),
        ({"name": "Acme", "key": "ACME", "plan": "free"}, "plan"),
    ],
)
def test_a_new_workspace_is_checked(nobody: Caller, body: Any, field: str) -> None:
    assert list(nobody.post("/workspaces/", body, status=400)["errors"]) == [field]
    assert not Workspace.objects.exists()


def test_a_key_is_given_out_once(nobody: Caller, workspace: Workspace) -> None:
    problem = nobody.post("/workspaces/", {"name": "Acme", "key": workspace.key}, status=400)
    assert list(problem["errors"]) == ["key"]


def test_a_list_names_its_workspace_only_where_there_are_several(owner: Caller, workspace: Workspace) -> None:
    owner.get("/stories/")
    other = owner.post("/workspaces/", {"name": "Other", "key": "OTHER"})
    assert list(owner.get("/stories/", status=400)["errors"]) == ["workspace"]
    for named in (workspace.key, workspace.pk, workspace.key.lower(), other["id"]):
        owner.get(f"/stories/?workspace={named}")
    assert list(owner.post("/stories/", {"title": "A"}, status=400)["errors"]) == ["workspace"]
    for named in (workspace.key, workspace.pk):
        assert owner.post("/stories/", {"title": "A", "workspace": named})["workspace"] == workspace.pk
    assert owner.post("/stories/?workspace=OTHER", {"title": "A"})["workspace"] == other["id"]


def test_someone_without_a_workspace_is_told_so(nobody: Caller) -> None:
    assert list(nobody.get("/stories/", status=404)["errors"]) == ["workspace"]


def test_only_ones_own_workspaces_are_listed(owner: Caller, workspace: Workspace, viewer: Caller) -> None:
    make_workspace("OTHER")
    assert [(row["key"], row["role"]) for row in owner.get("/workspaces/")["results"]] == [("ACME", "OWNER")]
    assert [(row["key"], row["role"]) for row in viewer.get("/workspaces/")["results"]] == [("ACME", "VIEWER")]


def test_settings_are_read_and_changed_by_id_or_key(owner: Caller, workspace: Workspace) -> None:
    changes = {"name": "New", "cost_per_point": "950.00", "work_weekdays": [0, 1, 2], "work_starts": "08:00:00"}
    told = owner.patch(f"/workspaces/{workspace.pk}/", changes)
    assert {name: told[name] for name in changes} == changes
    assert owner.get(f"/workspaces/{workspace.key}/") == told


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"discount_rate": "NaN"}, "discount_rate"),
        ({"discount_rate": 1.5}, "discount_rate"),
        ({"discount_rate": -0.1}, "discount_rate"),
        ({"horizon_weeks": 0}, "horizon_weeks"),
        ({"cost_per_point": -1}, "cost_per_point"),
        ({"cost_per_point": "Infinity"}, "cost_per_point"),
        ({"work_weekdays": [7]}, "work_weekdays[0]"),
        ({"work_weekdays": []}, "work_weekdays"),
        ({"work_weekdays": [1, 1]}, "work_weekdays"),
        ({"work_starts": "soon"}, "work_starts"),
        ({"work_ends": "08:00"}, "work_ends"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"currency": "dollar"}, "currency"),
        ({"holiday_country": "XX"}, "holiday_country"),
        ({"key": "NEW"}, "key"),
    ],
)
def test_settings_are_checked(owner: Caller, workspace: Workspace, body: Any, field: str) -> None:
    problem = owner.patch(f"/workspaces/{workspace.pk}/", body, status=400)
    assert [name.partition("[")[0] for name in problem["errors"]] == [field.partition("[")[0]]


def test_roles_are_changed_but_an_owner_stays(owner: Caller, workspace: Workspace) -> None:
    user = make_member(workspace)
    mine = Membership.objects.get(workspace=workspace, user=owner.user)
    theirs = Membership.objects.get(workspace=workspace, user=user)
    assert owner.patch(f"/members/{mine.pk}/", {"role": "MEMBER"}, status=409)["code"] == "last_owner"
    owner.delete(f"/members/{mine.pk}/", status=409)
    assert owner.patch(f"/members/{theirs.pk}/", {"role": "OWNER"})["role"] == "OWNER"
    owner.patch(f"/members/{mine.pk}/", {"role": "VIEWER"})
    assert owner.get(f"/members/{mine.pk}/")["role"] == "VIEWER"
    owner.patch(f"/members/{mine.pk}/", {"role": "OWNER"}, status=403)


@pytest.mark.parametrize("role", ["KING", "", None, 5, [], {}])
def test_a_role_is_one_of_five(owner: Caller, workspace: Workspace, role: Any) -> None:
    member = Membership.objects.get(user=make_member(workspace))
    assert list(owner.patch(f"/members/{member.pk}/", {"role": role}, status=400)["errors"]) == ["role"]


def test_a_member_is_removed(owner: Caller, workspace: Workspace) -> None:
    member = Caller(make_member(workspace))
    pk = Membership.objects.get(user=member.user).pk
    owner.delete(f"/members/{pk}/")
    member.get(f"/stories/?workspace={workspace.key}", status=404)


def test_an_invitation_tells_its_link_once(owner: Caller, workspace: Workspace) -> None:
    made = owner.post("/invitations/", {"email": "Lee@Example.com", "role": "MEMBER"})
    assert made["link"].startswith("http://testserver/invitations/")
    [listed] = owner.get("/invitations/")["results"]
    assert listed == {name: value for name, value in made.items() if name != "link"}
    owner.delete(f"/invitations/{made['id']}/")
    assert owner.get("/invitations/")["results"] == []
    assert Invitation.objects.get().revoked_at is not None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"role": "MEMBER"}, "email"),
        ({"email": "lee@example.com"}, "role"),
        ({"email": "lee", "role": "MEMBER"}, "email"),
        ({"email": 5, "role": "MEMBER"}, "email"),
        ({"email": None, "role": "MEMBER"}, "email"),
        ({"email": "lee@example.com", "role": "KING"}, "role"),
    ],
)
def test_an_invitation_is_checked(owner: Caller, body: Any, field: str) -> None:
    assert list(owner.post("/invitations/", body, status=400)["errors"]) == [field]


def make_job(workspace: Workspace | None) -> Job:
    return enqueue(kind="test.nothing", args={}, workspace_id=workspace.pk if workspace else None, now=utc_now())


def test_a_job_is_watched_and_cancelled(owner: Caller, workspace: Workspace) -> None:
    job = make_job(workspace)
    told = owner.get(f"/jobs/{job.pk}/")
    assert told["url"] == f"http://testserver/api/v1/jobs/{job.pk}/"
    assert (told["kind"], told["state"], told["progress"], told["result"]) == ("test.nothing", "QUEUED", None, None)
    assert told.keys() >= {"progress_done", "progress_total", "message", "error", "created_at", "finished_at"}
    assert job.pk in [row["id"] for row in owner.get("/jobs/?state=QUEUED")["results"]]
    assert owner.post(f"/jobs/{job.pk}/cancel/", status=200)["state"] == "CANCELLED"
    owner.post(f"/jobs/{job.pk}/cancel/", status=409)


def test_jobs_of_others_and_of_the_program_are_not_shown(owner: Caller, outsider: Caller, workspace: Workspace) -> None:
    outsider.get(f"/jobs/{make_job(workspace).pk}/", status=404)
    outsider.post(f"/jobs/{make_job(workspace).pk}/cancel/", status=404)
    owner.get(f"/jobs/{make_job(None).pk}/", status=404)
    viewer = Caller(make_member(workspace, Role.VIEWER))
    viewer.post(f"/jobs/{make_job(workspace).pk}/cancel/", status=403)


def test_the_queries_of_lists_do_not_grow_with_their_rows(owner: Caller, workspace: Workspace) -> None:
    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            owner.get(path)
        return len(queries)

    paths = ("/members/", "/jobs/", "/workspaces/", "/invitations/")
    few = [count(path) for path in paths]
    for number in range(5):
        make_member(workspace)
        make_job(workspace)
        owner.post("/invitations/", {"email": f"p{number}@example.com", "role": "MEMBER"})
    assert [count(path) for path in paths] == few
