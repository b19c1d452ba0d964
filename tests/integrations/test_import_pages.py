"""The pages of imports."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Workspace
from accounts.policies import Role
from common.jobs.models import Job, JobState
from common.web.spreadsheets import harmless
from integrations.models import ImportRefusal, ImportRun
from tests.factories import make_member, make_workspace, owner_of
from tests.integrations.imports import do_import, upload
from tests.integrations.jira_files import typical_issues, write_json

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("SHOP")


@pytest.fixture
def browser(client: Client, workspace: Workspace) -> Client:
    client.force_login(owner_of(workspace))
    return client


@pytest.fixture
def run(workspace: Workspace, tmp_path: Path) -> ImportRun:
    return do_import(workspace, write_json(tmp_path / "a.json", [*typical_issues(1), {"no": "issue"}]))


def test_an_empty_list_teaches_and_offers_the_form(browser: Client) -> None:
    page = browser.get("/w/SHOP/imports/").content.decode()
    assert "Nothing was imported yet" in page
    assert 'type="file"' in page
    assert "hx-trigger" not in page


def test_an_upload_leads_to_its_page(browser: Client) -> None:
    answer = browser.post("/w/SHOP/imports/", {"format": "jira", "file": SimpleUploadedFile("a.json", b"[]")})
    assert answer.headers["Location"] == f"/w/SHOP/imports/{ImportRun.objects.get().pk}/"


def test_an_upload_by_htmx_is_sent_there_too(browser: Client) -> None:
    file = SimpleUploadedFile("a.json", b"[]")
    answer = browser.post("/w/SHOP/imports/", {"format": "jira", "file": file}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (
        204,
        f"/w/SHOP/imports/{ImportRun.objects.get().pk}/",
    )


def test_a_refused_upload_is_told_at_its_field(browser: Client) -> None:
    answer = browser.post("/w/SHOP/imports/", {"format": "jira"}, headers={"Accept": "application/json"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])


def test_a_running_import_is_polled_and_can_be_cancelled(browser: Client, workspace: Workspace, tmp_path: Path) -> None:
    run, job = upload(workspace, write_json(tmp_path / "a.json", typical_issues(1)))
    for path in (f"/w/SHOP/imports/{run.pk}/", f"/w/SHOP/imports/{run.pk}/status/", "/w/SHOP/imports/rows/"):
        page = browser.get(path).content.decode()
        assert 'hx-trigger="every 1s"' in page
        assert "<progress" in page
    browser.post(f"/w/SHOP/imports/{run.pk}/cancel/")
    assert Job.objects.get(pk=job.pk).state == JobState.CANCELLED


def test_a_finished_import_shows_what_was_refused_and_is_left_alone(browser: Client, run: ImportRun) -> None:
    page = browser.get(f"/w/SHOP/imports/{run.pk}/").content.decode()
    assert "issue 2" in page
    assert "hx-trigger" not in page
    assert browser.post(f"/w/SHOP/imports/{run.pk}/cancel/").status_code == 409


def test_refusals_as_a_table_hold_no_formula(browser: Client, run: ImportRun) -> None:
    ImportRefusal.objects.create(run=run, place="line 9", item="=cmd|' /C calc'!A0", reason="No.")
    answer = browser.get(f"/w/SHOP/imports/{run.pk}/refusals.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=cmd" in text
    assert text.startswith("place,item,field,reason\r\n")


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1"])
def test_cells_that_would_be_formulas_are_quoted(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


PATHS = ["", "status/", "refusals.csv"]


@pytest.mark.parametrize("path", PATHS)
def test_an_outsider_finds_nothing(client: Client, run: ImportRun, path: str) -> None:
    client.force_login(owner_of(make_workspace("ELSE")))
    assert client.get(f"/w/SHOP/imports/{run.pk}/{path}").status_code == 404
    assert client.get(f"/w/ELSE/imports/{run.pk}/{path}").status_code == 404


def test_a_viewer_watches_but_can_not_send(client: Client, workspace: Workspace, run: ImportRun) -> None:
    client.force_login(make_member(workspace, Role.VIEWER))
    page = client.get("/w/SHOP/imports/").content.decode()
    assert 'type="file"' not in page
    assert client.get(f"/w/SHOP/imports/{run.pk}/").status_code == 200
    file = SimpleUploadedFile("a.json", b"[]")
    assert client.post("/w/SHOP/imports/", {"format": "jira", "file": file}).status_code == 403


def test_the_wrong_method_is_refused(browser: Client, run: ImportRun) -> None:
    assert browser.get(f"/w/SHOP/imports/{run.pk}/cancel/").status_code == 405
    assert browser.post(f"/w/SHOP/imports/{run.pk}/").status_code == 405
