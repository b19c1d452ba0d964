"""Votes, user feedback and relative scores over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Workspace
from planner.models import Feedback, Vote
from tests.api.conftest import Caller
from tests.factories import make_capability, make_story, make_workspace


def test_a_second_vote_of_a_kind_replaces_the_first(owner: Caller, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    owner.post("/votes/", {"capability": capability.pk, "kind": "SPONSOR", "weight": 2})
    owner.post("/votes/", {"capability": capability.pk, "kind": "DEVELOPER", "weight": 1})
    told = owner.post("/votes/", {"capability": capability.pk, "kind": "SPONSOR", "weight": 5})
    assert (told["weight"], told["capability"]["key"]) == (5, capability.key)
    votes = owner.get("/votes/?kind=SPONSOR")["results"]
    assert [vote["weight"] for vote in votes] == [5]


def test_a_weight_of_nothing_takes_the_vote_back(viewer: Caller, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    viewer.post("/votes/", {"capability": capability.pk, "kind": "SPONSOR", "weight": 2})
    viewer.post("/votes/", {"capability": capability.pk, "kind": "SPONSOR", "weight": 0}, status=204)
    assert not Vote.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "SPONSOR", "weight": 6}, "weight"),
        ({"kind": "SPONSOR", "weight": -1}, "weight"),
        ({"kind": "SPONSOR", "weight": True}, "weight"),
        ({"kind": "SPONSOR", "weight": "3"}, "weight"),
        ({"kind": "BOSS", "weight": 1}, "kind"),
        ({"kind": "SPONSOR"}, "weight"),
        ({"kind": "SPONSOR", "weight": 1, "stars": 2}, "stars"),
    ],
)
def test_a_vote_is_checked(owner: Caller, workspace: Workspace, body: Any, field: str) -> None:
    capability = make_capability(workspace)
    assert list(owner.post("/votes/", {"capability": capability.pk, **body}, status=400)["errors"]) == [field]


def test_a_story_of_a_capability_is_voted_for_with_it(owner: Caller, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    story = make_story(workspace, capability=capability)
    refused = owner.post("/votes/", {"story": story.pk, "kind": "SPONSOR", "weight": 1}, status=400)
    assert capability.key in refused["errors"]["story"][0]


def test_one_unit_is_voted_for_at_a_time(owner: Caller, workspace: Workspace) -> None:
    capability, story = make_capability(workspace), make_story(workspace)
    both = {"capability": capability.pk, "story": story.pk, "kind": "SPONSOR", "weight": 1}
    assert list(owner.post("/votes/", both, status=400)["errors"]) == ["capability"]
    assert list(owner.post("/votes/", {"kind": "SPONSOR", "weight": 1}, status=400)["errors"]) == ["capability"]


def test_a_capability_of_another_workspace_is_unknown(owner: Caller) -> None:
    elsewhere = make_capability(make_workspace("OTHER"))
    body = {"capability": elsewhere.pk, "kind": "SPONSOR", "weight": 1}
    assert list(owner.post("/votes/", body, status=400)["errors"]) == ["capability"]


def test_feedback_waits_is_linked_dismissed_and_put_back(owner: Caller, viewer: Caller, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    said = viewer.post("/feedback/", {"text": "Too slow", "customer": "Nordlake", "weight": "3"})
    assert (said["state"], said["weight"], said["capability"]) == ("WAITING", "3.00", None)
    linked = owner.post(f"/feedback/{said['id']}/link/", {"capability": capability.pk, "version": 1}, status=200)
    assert (linked["state"], linked["capability"]["key"]) == ("LINKED", capability.key)
    assert owner.get(f"/feedback/?capability={capability.pk}")["results"] == [linked]
    dismissed = owner.post(f"/feedback/{said['id']}/dismiss/", {"reason": "Answered by phone"}, status=200)
    assert (dismissed["state"], dismissed["capability"], dismissed["reason"]) == (
        "DISMISSED",
        None,
        "Answered by phone",
    )
    back = owner.post(f"/feedback/{said['id']}/reopen/", {}, status=200)
    assert (back["state"], back["reason"], back["vetted_by_name"]) == ("WAITING", "", "")
    owner.delete(f"/feedback/{said['id']}/")
    assert not Feedback.objects.exists()


def test_an_old_copy_of_feedback_is_not_vetted(owner: Caller, workspace: Workspace) -> None:
    said = owner.post("/feedback/", {"text": "Too slow"})
    owner.patch(f"/feedback/{said['id']}/", {"customer": "Nordlake", "version": said["version"]})
    body = {"reason": "Old", "version": said["version"]}
    assert owner.post(f"/feedback/{said['id']}/dismiss/", body, status=409)["code"] == "stale_version"


def test_a_viewer_hands_in_feedback_but_does_not_link_it(viewer: Caller, workspace: Workspace) -> None:
    viewer.post("/feedback/", {"text": "Faster", "capability": make_capability(workspace).pk}, status=403)
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "a" * 5001}, "text"),
        ({"weight": "0"}, "weight"),
        ({"weight": "10000.5"}, "weight"),
        ({"weight": "1.234"}, "weight"),
        ({"weight": None}, "weight"),
        ({"received_on": "2999-01-01"}, "received_on"),
        ({"received_on": "yesterday"}, "received_on"),
    ],
)
def test_feedback_is_checked(owner: Caller, workspace: Workspace, change: Any, field: str) -> None:
    assert list(owner.post("/feedback/", {"text": "Fine", **change}, status=400)["errors"]) == [field]


def test_scores_are_set_part_by_part(owner: Caller, workspace: Workspace) -> None:
    path = f"/capabilities/{make_capability(workspace).pk}/scores/"
    assert owner.get(path)["wsjf"] is None
    assert owner.patch(path, {"user_value": 13, "time_criticality": "5"})["wsjf"] is None
    assert owner.patch(path, {"risk_reduction": 3, "job_size": 8})["wsjf"] == "2.6250"
    assert owner.patch(path, {"job_size": None})["wsjf"] is None
    told = owner.patch(path, {"reach": 400, "impact": 2, "confidence": "0.8", "effort": 3})
    assert told["rice"] == "213.3333"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"user_value": 21}, "user_value"),
        ({"job_size": 0}, "job_size"),
        ({"effort": 0}, "effort"),
        ({"confidence": 80}, "confidence"),
        ({"impact": "NaN"}, "impact"),
        ({"reach": -1}, "reach"),
        ({}, "scores"),
        ({"dollars": 5}, "dollars"),
    ],
)
def test_scores_are_checked(owner: Caller, workspace: Workspace, body: Any, field: str) -> None:
    path = f"/stories/{make_story(workspace).pk}/scores/"
    assert list(owner.patch(path, body, status=400)["errors"]) == [field]
