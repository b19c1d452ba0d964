"""The home page of a workspace, and its jobs."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Workspace
from accounts.policies import Role
from common.jobs.models import Job, JobState
from common.jobs.services import enqueue
from planner.services.scores import rescore_workspace
from planner.services.tasks import create_task
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_application,
    make_capability,
    make_member,
    make_story,
    make_user,
    make_workspace,
    owner_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("SHOP")


def home(workspace: Workspace) -> str:
    return reverse("workspace-home", args=[workspace.key])


def make_job(workspace: Workspace, **fields: object) -> Job:
    job = enqueue(kind="demo", args={}, workspace_id=workspace.pk, requested_by_id=owner_of(workspace).pk, now=NOW)
    Job.objects.filter(pk=job.pk).update(**fields)
    return job


def test_an_empty_workspace_teaches_how_to_begin(reader: Client, workspace: Workspace) -> None:
    content = reader.get(home(workspace)).content
    assert b"Add the first story" in content
    assert b"What would earn most now" not in content


def test_what_earns_most_for_the_work_left_stands_first(reader: Client, workspace: Workspace) -> None:
    for points, weekly, title in ((10, 1000, "Slow"), (1, 500, "Quick")):
        capability = make_capability(workspace, title=title)
        make_story(workspace, capability=capability, points=Decimal(points))
        give_value(capability, weekly)
    rescore_workspace(workspace_id=workspace.pk, now=NOW)
    opportunities = reader.get(home(workspace)).context["opportunities"]
    assert [(one.capability.title, one.to_go) for one in opportunities] == [("Quick", 1), ("Slow", 1)]


def test_sums_by_application_leave_out_and_count_the_unvalued(reader: Client, workspace: Workspace) -> None:
    freight = make_application(workspace, "FRT")
    for weekly in (300, None):
        capability = make_capability(workspace, freight)
        make_story(workspace, capability=capability, points=Decimal(3))
        if weekly:
            give_value(capability, weekly)
    make_application(workspace, "BLN")
    values = {value.application.key: value for value in reader.get(home(workspace)).context["applications"]}
    assert (values["FRT"].cost_of_delay, values["FRT"].unvalued, values["FRT"].open_points) == (Decimal(300), 1, 6)
    assert values["BLN"].cost_of_delay is None


def test_recent_changes_name_their_story(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace, "Write the invoice")
    assert story.key.encode() in reader.get(home(workspace)).content
    assert b"Write the invoice" in reader.get(reverse("home-events", args=[workspace.key])).content


def test_a_running_job_asks_again_and_a_finished_one_does_not(reader: Client, workspace: Workspace) -> None:
    job = make_job(workspace, state=JobState.RUNNING, progress_done=30, progress_total=120)
    url = reverse("job", args=[workspace.key, job.pk])
    running = reader.get(url).content
    assert b"30 of 120" in running
    assert b"every 2s" in running
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE)
    assert b"every 2s" not in reader.get(url).content


def test_a_waiting_job_is_cancelled_at_once(reader: Client, workspace: Workspace) -> None:
    job = make_job(workspace)
    reader.post(reverse("job-cancel", args=[workspace.key, job.pk]))
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_outsiders_find_nothing_and_viewers_cancel_nothing(client: Client, workspace: Workspace) -> None:
    job = make_job(workspace)
    client.force_login(make_user())
    assert client.get(home(workspace)).status_code == 404
    assert client.get(reverse("job", args=[workspace.key, job.pk])).status_code == 404
    client.force_login(make_member(workspace, Role.VIEWER))
    assert client.get(home(workspace)).status_code == 200
    assert client.post(reverse("job-cancel", args=[workspace.key, job.pk])).status_code == 403


def test_what_one_person_did_in_a_row_counts_once(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    for number in range(4):
        create_task(story=story, title=f"Task {number}", actor=actor_of(workspace), now=NOW)
    newest = reader.get(home(workspace)).context["changes"][0]
    assert (newest.event.to_value, newest.more) == ("Task 3", 3)
