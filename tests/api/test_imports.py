"""Imports over HTTP: 202 with a job, every refused upload names its field, and who may do what."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import Workspace
from accounts.policies import Role
from common.jobs.testing import run_queued_jobs
from integrations.models import ImportRefusal, ImportRun
from tests.factories import make_member, make_workspace, owner_of
from tests.integrations.imports import do_import
from tests.integrations.jira_files import typical_issues, write_json

pytestmark = pytest.mark.django_db
URL = "/api/v1/imports/"


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


@pytest.fixture
def client(workspace: Workspace) -> APIClient:
    return signed_in(owner_of(workspace))


def signed_in(user: Any) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def a_file(content: bytes | None = None, name: str = "issues.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, json.dumps(typical_issues(2)).encode() if content is None else content)


def send(client: APIClient, **fields: Any) -> Any:
    return client.post(URL, fields, format="multipart")


@pytest.mark.parametrize(("sent", "kept"), [({}, "stories"), ({"subtasks": "tasks"}, "tasks")])
def test_what_subtasks_become_is_asked_for(client: APIClient, sent: dict[str, str], kept: str) -> None:
    assert send(client, file=a_file(), format="jira", **sent).status_code == 202
    assert client.get(f"{URL}{ImportRun.objects.get().pk}/").json()["subtasks"] == kept


def test_an_unknown_choice_for_subtasks_is_named(client: APIClient) -> None:
    answer = send(client, file=a_file(), format="jira", subtasks="epics")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["subtasks"])


def test_an_upload_answers_at_once_with_its_job(client: APIClient) -> None:
    answer = send(client, file=a_file(), format="jira")
    assert answer.status_code == 202
    job = answer.json()
    assert answer["Location"] == job["url"]
    assert (job["state"], job["result"]) == ("QUEUED", None)
    assert job["url"].endswith(f"/api/v1/jobs/{job['id']}/")


def test_the_job_ends_with_counts(client: APIClient) -> None:
    send(client, file=a_file(), format="jira")
    ended = next(job for job in run_queued_jobs() if job.kind == "integrations.import")
    assert ended.result is not None
    assert (ended.state, ended.result["created"], ended.result["refused"]) == ("DONE", 2, 0)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"file": a_file}, "format"),
        ({"file": a_file, "format": "xml"}, "format"),
        ({"format": "jira"}, "file"),
        ({"file": lambda: a_file(b""), "format": "jira"}, "file"),
        ({"file": lambda: a_file(b"PK\x03\x04zip"), "format": "jira"}, "file"),
        ({"file": lambda: a_file(b"\x1f\x8bgzip"), "format": "events-csv"}, "file"),
        ({"file": "only text", "format": "jira"}, "file"),
    ],
)
def test_a_refused_upload_names_its_field(
    client: APIClient, fields: dict[str, str | Callable[[], Any]], named: str
) -> None:
    answer = send(client, **{name: value() if callable(value) else value for name, value in fields.items()})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == [named]
    assert ImportRun.objects.count() == 0


def test_a_file_over_the_limit_is_413(client: APIClient, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 100
    answer = send(client, file=a_file(b"x" * 200_000), format="jira")
    assert answer.status_code == 413
    assert list(answer.json()["errors"]) == ["file"]
    assert ImportRun.objects.count() == 0


def test_a_length_over_the_limit_is_413_before_anything_is_read(client: APIClient) -> None:
    answer = client.post(URL, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(2 * 1024**3))
    assert answer.status_code == 413


def test_a_body_that_is_no_form_is_refused(client: APIClient) -> None:
    assert client.post(URL, {"format": "jira"}, format="json").status_code == 415


def test_a_path_in_the_file_name_goes_nowhere(client: APIClient) -> None:
    send(client, file=a_file(name="../../etc/passwd"), format="jira")
    run = ImportRun.objects.get()
    assert run.file_name == "passwd"
    assert "etc" not in run.file.name


def test_imports_are_listed_newest_first(client: APIClient) -> None:
    for _ in range(3):
        send(client, file=a_file(), format="jira")
    first = client.get(URL, {"limit": 2}).json()
    assert len(first["results"]) == 2
    then = client.get(first["next"]).json()
    ids = [run["id"] for run in first["results"] + then["results"]]
    assert ids == sorted(ids, reverse=True)
    assert then["next"] is None


def test_an_import_shows_its_counts_and_refusals(client: APIClient, workspace: Workspace, tmp_path: Path) -> None:
    run = do_import(workspace, write_json(tmp_path / "a.json", [*typical_issues(1), {"no": "issue"}]))
    shown = client.get(f"{URL}{run.pk}/").json()
    assert (shown["counts"]["created"], shown["counts"]["refused"], shown["job"]["state"]) == (1, 1, "DONE")
    page = client.get(f"{URL}{run.pk}/refusals/").json()
    assert [(row["place"], row["field"]) for row in page["results"]] == [("issue 2", "fields")]


class TestPermission:
    def test_an_outsider_learns_nothing(self, workspace: Workspace, tmp_path: Path) -> None:
        run = do_import(workspace, write_json(tmp_path / "a.json", typical_issues(1)))
        outsider = signed_in(owner_of(make_workspace()))
        for path in (f"{URL}{run.pk}/", f"{URL}{run.pk}/refusals/", f"{URL}?workspace={workspace.key}"):
            assert outsider.get(path).status_code == 404
        assert send(outsider, file=a_file(), format="jira", workspace=workspace.key).status_code == 404

    @pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
    def test_who_may_not_import_may_watch(self, workspace: Workspace, role: Role) -> None:
        client = signed_in(make_member(workspace, role))
        assert send(client, file=a_file(), format="jira").status_code == 403
        assert client.get(URL).status_code == 200

    def test_nobody_comes_in_unsigned(self) -> None:
        assert APIClient().get(URL).status_code == 401

    def test_of_several_workspaces_one_is_named(self, workspace: Workspace, client: APIClient) -> None:
        make_workspace(owner=owner_of(workspace))
        assert send(client, file=a_file(), format="jira").status_code == 400
        assert send(client, file=a_file(), format="jira", workspace=workspace.key).status_code == 202

    def test_an_unknown_import_is_404(self, client: APIClient) -> None:
        assert client.get(f"{URL}{10**15}/").status_code == 404


def test_refusals_are_paged(client: APIClient, workspace: Workspace, tmp_path: Path) -> None:
    run = do_import(workspace, write_json(tmp_path / "a.json", [{"no": index} for index in range(5)]))
    assert ImportRefusal.objects.filter(run=run).count() == 5
    first = client.get(f"{URL}{run.pk}/refusals/", {"limit": 3}).json()
    assert len(client.get(first["next"]).json()["results"]) == 2
