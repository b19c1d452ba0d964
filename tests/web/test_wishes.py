"""Votes, relative scores and the feedback inbox on pages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Workspace
from accounts.policies import Role
from planner.models import Feedback, RelativeScores, Vote
from planner.services.feedback import hand_in_feedback
from tests.factories import NOW, actor_of, make_capability, make_member, make_story, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


def say(workspace: Workspace, text: str) -> Feedback:
    return hand_in_feedback(workspace=workspace, values={"text": text}, actor=actor_of(workspace), now=NOW)


def test_a_vote_is_shown_and_taken_back(reader: Client, workspace: Workspace) -> None:
    url = f"/w/{workspace.key}/capabilities/{make_capability(workspace).key}/wishes/"
    voted = reader.post(url, {"kind": "SPONSOR", "weight": "4"}).content.decode()
    assert 'value="0" aria-pressed="true"' in voted
    reader.post(url, {"kind": "SPONSOR", "weight": "0"})
    assert not Vote.objects.exists()


def test_a_vote_that_is_no_number_is_refused(reader: Client, workspace: Workspace) -> None:
    url = f"/w/{workspace.key}/capabilities/{make_capability(workspace).key}/wishes/"
    assert reader.post(url, {"kind": "SPONSOR", "weight": "lots"}).status_code == 400


def test_scores_left_empty_are_unknown(reader: Client, workspace: Workspace) -> None:
    url = f"/w/{workspace.key}/stories/{make_story(workspace).key}/scores/"
    sent = {"user_value": "8", "time_criticality": "3", "risk_reduction": "2", "job_size": "", "reach": ""}
    assert reader.post(url, sent).status_code == 204
    scores = RelativeScores.objects.get()
    assert (scores.user_value, scores.job_size) == (Decimal(8), None)
    assert "8" in reader.get(url).content.decode()


def test_the_inbox_teaches_while_it_is_empty(reader: Client, workspace: Workspace) -> None:
    assert "Hand in the first" in reader.get(f"/w/{workspace.key}/feedback/").content.decode()


def test_linked_feedback_leaves_the_inbox_and_counts(reader: Client, workspace: Workspace) -> None:
    capability, said = make_capability(workspace), say(workspace, "Quotes take a day")
    url = f"/w/{workspace.key}/feedback/{said.pk}/vet/"
    answer = reader.post(url, {"do": "link", "capability": f"{capability.key} {capability.title}", "version": "1"})
    assert "reopen" in answer.headers["HX-Trigger"]
    assert "Quotes take a day" not in reader.get(f"/w/{workspace.key}/feedback/").content.decode()
    assert "Quotes take a day" in reader.get(f"/w/{workspace.key}/feedback/?state=LINKED").content.decode()
    wishes = reader.get(f"/w/{workspace.key}/capabilities/{capability.key}/wishes/").content.decode()
    assert "Quotes take a day" in wishes


def test_what_can_not_be_vetted_says_why(reader: Client, workspace: Workspace) -> None:
    url = f"/w/{workspace.key}/feedback/{say(workspace, 'Slow').pk}/vet/"
    refused = [{"do": "link"}, {"do": "link", "capability": "FRT-99"}, {"do": "dismiss"}, {"do": "shout"}, {}]
    assert [reader.post(url, sent).status_code for sent in refused] == [400] * len(refused)
    assert Feedback.objects.get().state == "WAITING"


def test_feedback_handed_in_waits_for_a_planner(client: Client, workspace: Workspace) -> None:
    client.force_login(make_member(workspace, Role.VIEWER))
    url = f"/w/{workspace.key}/feedback/"
    assert client.post(url, {"text": "Faster please", "customer": "Nordlake", "weight": ""}).status_code == 204
    page = client.get(url).content.decode()
    assert "Faster please" in page
    assert "vet/" not in page


def test_a_long_inbox_is_paged_by_keyset(reader: Client, workspace: Workspace) -> None:
    for number in range(51):
        say(workspace, f"Said {number:02}")
    page = reader.get(f"/w/{workspace.key}/feedback/").content.decode()
    assert "Said 01" in page
    assert "Said 00" not in page
    first = Feedback.objects.order_by("id")[1]
    more = reader.get(f"/w/{workspace.key}/feedback/?state=WAITING&before={first.pk}").content.decode()
    assert "Said 00" in more
    assert "<h1" not in more
