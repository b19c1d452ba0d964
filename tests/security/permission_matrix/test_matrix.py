"""Every address, every method, everybody: the answer is the one the policy gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from accounts.policies import POLICY
from tests.conftest import ROOT
from tests.security.permission_matrix.row import Public, Row, SignedIn
from tests.security.permission_matrix.rows import MATRIX, TESTED_ELSEWHERE
from tests.security.permission_matrix.world import ANONYMOUS, OUTSIDER, World, make_world

METHODS = ("get", "post", "put", "patch", "delete")
IN, TO_SIGN_IN = "in", "to the sign-in page"
CHECKED = [row for row in MATRIX if row.name not in TESTED_ELSEWHERE]


def patterns(resolver: URLResolver | None = None, parameters: frozenset[str] = frozenset()) -> Iterator[Any]:
    """Every pattern's name with the parameters of its whole path."""
    for entry in (resolver or get_resolver()).url_patterns:
        names = parameters | entry.pattern.regex.groupindex.keys()
        if isinstance(entry, URLPattern):
            yield entry.name, names
        else:
            yield from patterns(entry, names)


ADDRESSES: dict[str, frozenset[str]] = dict(patterns())


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One world for all questions, which leave nothing behind (`ask`); gone afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def url_of(world: World, name: str, caller: str) -> str:
    path = reverse(name, kwargs=world.arguments_of(name, ADDRESSES[name], caller))
    return f"{path}?workspace={world.workspace.key}"


def ask(world: World, row: Row, caller: str) -> str | int:
    """What the caller meets: let in, sent to the sign-in page, or a status. Nothing of it stays."""
    client = Client(raise_request_exception=False)
    user = world.callers[caller]
    with transaction.atomic():
        if user is not None:
            client.force_login(user)
        response = getattr(client, row.method)(url_of(world, row.name, caller), **_body(row))
        transaction.set_rollback(True)
    if response.status_code == 302 and response["Location"].startswith(reverse("sign-in")) and row.name != "sign-out":
        return TO_SIGN_IN
    refused = response.status_code in (401, 403, 404, 405) or response.status_code >= 500
    return response.status_code if refused else IN


def _body(row: Row) -> dict[str, Any]:
    """An empty body of the kind the address reads: permission comes before what is in it."""
    is_form = row.name in {"api-imports", "api-attachments"}
    is_json = row.name.startswith("api-") and not is_form and row.method != "get"
    return {"data": "{}", "content_type": "application/json"} if is_json else {}


def expected(row: Row, caller: str) -> str | int:
    """What the policy says."""
    if row.needs is Public:
        return IN
    if caller == ANONYMOUS:
        return 401 if row.name.startswith(("api-", "live")) else TO_SIGN_IN
    if row.needs is SignedIn:
        return IN
    if caller == OUTSIDER:
        return 404
    return IN if caller in POLICY[row.needs] else 403  # type: ignore[index]


@pytest.mark.parametrize("row", CHECKED, ids=lambda row: f"{row.method}-{row.name}")
def test_everybody_meets_what_the_policy_says(world: World, row: Row) -> None:
    met = {caller: ask(world, row, caller) for caller in world.callers}
    assert met == {caller: expected(row, caller) for caller in world.callers}


@pytest.mark.parametrize("name", sorted({row.name for row in CHECKED}))
def test_a_method_without_a_row_is_not_allowed(world: World, name: str) -> None:
    known = {row.method for row in MATRIX if row.name == name}
    met = {method: ask(world, Row(name, method, Public), "OWNER") for method in METHODS if method not in known}
    assert met == dict.fromkeys(met, 405)


def test_every_address_has_a_name() -> None:
    assert [parameters for name, parameters in patterns() if not name] == []


def test_every_address_has_a_row() -> None:
    """This fails for a new address: add its row to rows.py or api_rows.py, with the action it needs."""
    assert set(ADDRESSES) - {row.name for row in MATRIX} == set()


def test_every_row_has_an_address() -> None:
    assert {row.name for row in MATRIX} - set(ADDRESSES) == set()


def test_no_row_stands_twice() -> None:
    seen = [(row.name, row.method) for row in MATRIX]
    assert len(seen) == len(set(seen))


def test_what_is_tested_elsewhere_is() -> None:
    for name, file in TESTED_ELSEWHERE.items():
        assert f'"/{name}/' in (ROOT / file).read_text()
