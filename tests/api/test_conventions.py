"""What holds for every endpoint: authentication, errors, methods, media types, the document and the reference."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from rest_framework.test import APIClient

from accounts.models import Workspace
from tests.api.conftest import API, Caller
from tests.factories import give_value, make_capability, make_story

FIXED_PATHS = (
    "workspaces",
    "applications",
    "capabilities",
    "stories",
    "tasks",
    "sprints",
    "teams",
    "dependencies",
    "states",
    "maps",
    "jobs",
    "imports",
    "events",
)
LISTS = [f"/{name}/" for name in (*FIXED_PATHS, "backlog", "people", "members", "invitations")]


def is_problem(response: Any, status: int) -> bool:
    body = response.json()
    return bool(
        response.status_code == status == body["status"]
        and response["Content-Type"] == "application/problem+json"
        and {"type", "title", "detail", "code"} <= body.keys()
    )


@pytest.mark.parametrize("path", LISTS)
def test_every_list_has_one_shape(owner: Caller, path: str) -> None:
    page = owner.get(path)
    assert set(page) == {"next", "results"}


@pytest.mark.parametrize("path", LISTS)
def test_every_list_wants_to_know_who_asks(anonymous: Caller, path: str) -> None:
    response = anonymous.client.get(f"{API}{path}")
    assert is_problem(response, 401)
    assert response["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("header", ["Token wrong", "Token ", "Token a b", "Bearer x", "Token \xff"])
def test_a_wrong_token_is_refused(workspace: Workspace, header: str) -> None:
    assert is_problem(APIClient().get(f"{API}/stories/", HTTP_AUTHORIZATION=header), 401)


def test_a_session_does_as_well_and_its_writes_need_a_csrf_token(owner: Caller) -> None:
    assert owner.user is not None
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(owner.user)
    assert client.get(f"{API}/stories/").status_code == 200
    assert is_problem(client.post(f"{API}/stories/", {"title": "A"}, format="json"), 403)


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/stories/abc/", "/stories/-1/", f"/stories/{'9' * 30}/", "/stories/x/move/"]
)
def test_an_address_that_leads_nowhere_is_a_problem(owner: Caller, path: str) -> None:
    assert is_problem(owner.client.get(f"{API}{path}"), 404)


def test_an_address_outside_the_api_that_leads_nowhere_is_a_page(client: Client, db: None) -> None:
    response = client.get("/nowhere/")
    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize(("method", "path"), [("put", "/stories/"), ("delete", "/stories/"), ("get", "/stories/bulk/")])
def test_a_wrong_method_is_a_problem_that_names_the_right_ones(owner: Caller, method: str, path: str) -> None:
    response = getattr(owner.client, method)(f"{API}{path}")
    assert is_problem(response, 405)
    assert response["Allow"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_body_that_is_not_json_is_refused(owner: Caller, kind: str) -> None:
    assert is_problem(owner.client.post(f"{API}/stories/", b"title=A", content_type=kind), 415)


def test_an_answer_nobody_can_give_is_refused(owner: Caller) -> None:
    assert is_problem(owner.client.get(f"{API}/stories/", HTTP_ACCEPT="image/png"), 406)


def test_problems_carry_the_request_id(owner: Caller) -> None:
    response = owner.client.get(f"{API}/stories/99/", HTTP_X_REQUEST_ID="trace-12345678")
    assert response.json()["request_id"] == response["X-Request-ID"] == "trace-12345678"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    response = Client().get(f"{API}/schema/")
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(response.content)
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_the_document_is_openapi_3_1_and_has_the_fixed_paths(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert {f"{API}/{name}/" for name in FIXED_PATHS} <= document["paths"].keys()


def test_the_document_is_json_by_default_and_yaml_on_request(client: Client) -> None:
    assert client.get(f"{API}/schema/")["Content-Type"].startswith("application/json")
    assert client.get(f"{API}/schema/", HTTP_ACCEPT="*/*")["Content-Type"].startswith("application/json")
    assert "yaml" in client.get(f"{API}/schema/?format=yaml")["Content-Type"]


def test_every_endpoint_is_described_with_an_example_and_its_errors(document: dict[str, Any]) -> None:
    ours = [(name, operation) for name, operation in operations(document) if "/schema/" not in name]
    undescribed = [name for name, operation in ours if not operation.get("description") or not operation.get("summary")]
    assert undescribed == []
    assert [name for name, operation in ours if not {"400", "401", "404"} <= operation["responses"].keys()] == []
    exempt = ("reorder",)
    without = [
        name
        for name, operation in ours
        if not name.startswith("delete")
        and not any(part in name for part in exempt)
        and not any(is_shown(answer["content"]) for answer in good(operation))
    ]
    assert without == []


def is_shown(content: dict[str, Any]) -> bool:
    """Whether an answer has an example; a file, which is no JSON, needs none."""
    return "application/json" not in content or "examples" in content["application/json"]


def good(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [answer for status, answer in operation["responses"].items() if status < "300" and "content" in answer]


def test_answers_and_examples_are_as_the_document_says(
    document: dict[str, Any], owner: Caller, workspace: Workspace
) -> None:
    capability = make_capability(workspace)
    give_value(capability, 1000)
    story = make_story(workspace, capability=capability, points=3)
    for path in (f"/stories/{story.pk}/", f"/capabilities/{capability.pk}/", "/backlog/", "/events/", "/workspaces/"):
        schema = answer_schema(document, path.replace(str(story.pk), "{story_id}") if "stories" in path else path)
        told = owner.get(path)
        validate(document, schema, told)


def answer_schema(document: dict[str, Any], path: str) -> dict[str, Any]:
    template = f"{API}{path}"
    if "capabilities" in path:
        template = f"{API}/capabilities/{{capability_id}}/"
    content: dict[str, Any] = document["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]
    schema: dict[str, Any] = content["schema"]
    return schema


def validate(document: dict[str, Any], schema: dict[str, Any], told: Any) -> None:
    Draft202012Validator({"components": document["components"], **schema}).validate(told)


def test_every_example_of_an_answer_fits_its_schema(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for answer in good(operation):
            content = answer["content"].get("application/json", {})
            for example in content.get("examples", {}).values():
                validate(document, content["schema"], example["value"])
                assert name


def test_the_reference_shows_every_endpoint(client: Client, document: dict[str, Any]) -> None:
    for path in ("/", "/docs/"):
        response = client.get(f"{API}{path}")
        page = response.content.decode()
        assert response.status_code == 200
        missing = [name for name, operation in operations(document) if f'id="{operation["operationId"]}"' not in page]
        assert missing == []
        assert "<script>" not in page
        assert page.count("<h1") == 1
