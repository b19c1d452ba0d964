"""A workspace with somebody in every role, and clients that speak JSON over real HTTP shapes."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User, Workspace
from accounts.policies import Role
from accounts.services.tokens import create_api_token
from tests.factories import make_member, make_user, make_workspace, owner_of

API = "/api/v1"


class Caller:
    """Someone with a token. Answers are checked for their media type before they are returned."""

    def __init__(self, user: User | None) -> None:
        self.user = user
        self.client = APIClient()
        if user is not None:
            self.client.credentials(HTTP_AUTHORIZATION=f"Token {create_api_token(user=user)}")

    def __call__(self, method: str, path: str, body: Any = None, *, status: int | None = None) -> Any:
        url = path if path.startswith("http") else f"{API}{path}"
        response = getattr(self.client, method)(url, body, format="json" if body is not None else None)
        if status is not None:
            assert response.status_code == status, response.content
        if response.status_code >= 400:
            assert response["Content-Type"] == "application/problem+json"
            assert response.json()["status"] == response.status_code
        return response.json() if response.content else None

    def get(self, path: str, *, status: int = 200) -> Any:
        return self("get", path, status=status)

    def post(self, path: str, body: Any = None, *, status: int = 201) -> Any:
        return self("post", path, {} if body is None else body, status=status)

    def patch(self, path: str, body: Any, *, status: int = 200) -> Any:
        return self("patch", path, body, status=status)

    def delete(self, path: str, *, status: int = 204) -> Any:
        return self("delete", path, status=status)


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace("ACME")


@pytest.fixture
def owner(workspace: Workspace) -> Caller:
    return Caller(owner_of(workspace))


@pytest.fixture
def member(workspace: Workspace) -> Caller:
    return Caller(make_member(workspace, Role.MEMBER))


@pytest.fixture
def viewer(workspace: Workspace) -> Caller:
    return Caller(make_member(workspace, Role.VIEWER))


@pytest.fixture
def outsider(workspace: Workspace) -> Caller:
    """Somebody with a workspace of their own, and none in this one."""
    return Caller(owner_of(make_workspace("OTHER")))


@pytest.fixture
def nobody(db: None) -> Caller:
    """A user without any workspace."""
    return Caller(make_user())


@pytest.fixture
def anonymous(db: None) -> Caller:
    return Caller(None)
