"""Comparing figures with the log and deriving them anew, on the page and over HTTP."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from accounts.policies import Role
from common.jobs.testing import run_queued_jobs
from tests.api.conftest import Caller
from tests.factories import make_member, make_stories, make_workspace, owner_of
from valuestream.models import Visit

pytestmark = pytest.mark.django_db
PAGE, API = "/w/FLOW/settings/figures/", "/rebuilds/"


@pytest.fixture
def workspace() -> Workspace:
    made = make_workspace("FLOW")
    make_stories(made, 3)
    return made


@pytest.fixture
def browser(client: Client, workspace: Workspace) -> Client:
    client.force_login(owner_of(workspace))
    return client


def test_the_page_compares_and_tells_what_came_of_it(browser: Client) -> None:
    assert b"Nobody has compared" in browser.get(PAGE).content
    begun = browser.post(PAGE, {"what": "check"}).content.decode()
    assert "every 1s" in begun
    run_queued_jobs()
    told = browser.get(f"{PAGE}?part=runs").content.decode()
    assert "every 1s" not in told
    assert "3</span> stories compared: no difference" in told


def test_the_page_names_a_difference_and_a_rebuild_repairs_it(browser: Client, workspace: Workspace) -> None:
    Visit.objects.filter(workspace=workspace).order_by("pk")[:1].get().delete()
    browser.post(PAGE, {"what": "check"})
    run_queued_jobs()
    assert "Rebuild to repair it" in browser.get(PAGE).content.decode()
    browser.post(PAGE, {"what": "rebuild"})
    run_queued_jobs()
    assert "3</span> stories derived anew" in browser.get(PAGE).content.decode()
    assert Visit.objects.filter(workspace=workspace).count() == 3


def test_members_see_it_without_buttons(client: Client, workspace: Workspace) -> None:
    client.force_login(make_member(workspace, Role.MEMBER))
    assert b"Rebuild from the log" not in client.get(PAGE).content
    assert client.post(PAGE, {"what": "rebuild"}).status_code == 403


def test_over_http_a_rebuild_is_begun_and_watched(workspace: Workspace) -> None:
    owner = Caller(owner_of(workspace))
    begun = owner.post(API, {"workspace": "FLOW"}, status=202)
    assert (begun["state"], begun["only_checks"], begun["total"]) == ("QUEUED", False, None)
    run_queued_jobs()
    told = owner.get(f"{API}{begun['id']}/")
    assert (told["state"], told["done"], told["total"], told["stories"]) == ("DONE", 1, 1, 3)
    checked = owner.post(API, {"workspace": "FLOW", "only_checks": True}, status=202)
    run_queued_jobs()
    newest = owner.get(f"{API}?workspace=FLOW")["results"][0]
    assert (newest["id"], newest["differences"], newest["shown"]) == (checked["id"], 0, [])


def test_more_rebuilds_take_no_more_queries(browser: Client, workspace: Workspace) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(f"{PAGE}?part=runs").status_code == 200
        return len(asked)

    numbers = []
    for _ in range(3):
        browser.post(PAGE, {"what": "rebuild"})
        run_queued_jobs()
        numbers.append(queries())
    assert numbers[1:] == numbers[:1] * 2


def test_other_jobs_are_no_rebuilds(workspace: Workspace) -> None:
    owner = Caller(owner_of(workspace))
    begun = owner.post(API, {"workspace": "FLOW"}, status=202)
    jobs = run_queued_jobs()
    others = [job.pk for job in jobs if job.pk != begun["id"]]
    assert owner.get(f"{API}{others[0]}/", status=404)["detail"] == "There is no such rebuild."
