"""Help inside the application: pages, search, pictures, and the ways to it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import Workspace
from common.help.documents import list_documents
from tests.factories import make_workspace, owner_of

pytestmark = pytest.mark.django_db
NAMES = [document.name for document in list_documents() if document.name]


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("ACME")


@pytest.mark.parametrize("name", NAMES)
def test_every_document_is_a_page(reader: Client, name: str) -> None:
    answer = reader.get(f"/help/{name}/")
    assert answer.status_code == 200
    assert answer.content.decode().count("<h1") == 1
    assert 'aria-current="page"' in answer.content.decode()


def test_the_contents_lead_to_every_document(reader: Client) -> None:
    links = set(re.findall(r'href="/help/([^"?]+)/\?', reader.get("/help/").content.decode()))
    assert links == {*NAMES, "keys"}


def test_every_link_of_help_answers(reader: Client) -> None:
    links = {
        unescape(link).partition("#")[0]
        for name in NAMES
        for link in re.findall(r'(?:href|src)="(/[^"]+)"', reader.get(f"/help/{name}/").content.decode())
        if "/help/" in link or "/api/" in link
    }
    assert len(links) > len(NAMES)
    assert {link: status for link in links if (status := reader.get(link).status_code) != 200} == {}


def test_a_question_finds_sections_in_all_documents(reader: Client) -> None:
    page = reader.get("/help/?q=left+behind").content.decode()
    assert "/help/reference/glossary/" in page
    assert " places" in page


def test_a_question_without_an_answer_says_what_to_do(reader: Client) -> None:
    page = reader.get("/help/?q=<b>xyzzy").content.decode()
    assert "Nothing in Help holds this word" in page


def test_links_keep_the_workspace(client: Client) -> None:
    first = make_workspace("AAA")
    second = make_workspace("ZZZ", owner=owner_of(first))
    client.force_login(owner_of(first))
    page = client.get(f"/help/how-to/use-the-api/?workspace={second.key}").content.decode()
    links = re.findall(r'href="/help/[^"]*"', page)
    assert links
    assert all("?workspace=ZZZ" in link for link in links)


def test_an_unknown_page_is_not_found(reader: Client) -> None:
    assert reader.get("/help/reference/nothing/").status_code == 404


def test_a_picture_is_served_as_what_it_is(reader: Client) -> None:
    assert reader.get("/help/images/architecture.svg").headers["Content-Type"] == "image/svg+xml"


def test_the_keyboard_map_is_a_page_too(reader: Client) -> None:
    assert "Find a page, a story or a capability" in reader.get("/help/keys/").content.decode()


def test_pages_lead_to_help_from_the_menu_and_the_keyboard_map(reader: Client, workspace: Workspace) -> None:
    page = reader.get(f"/w/{workspace.key}/applications/").content.decode()
    assert page.count(f'href="/help/?workspace={workspace.key}"') == 3  # both menus, and the keyboard map


def test_an_evidence_sheet_leads_to_what_explains_it(reader: Client, workspace: Workspace) -> None:
    sheet = reader.get(f"/w/{workspace.key}/lenses/evidence/").content.decode()
    assert f'href="/help/algorithms/sequencing/?workspace={workspace.key}"' in sheet


def test_help_takes_few_queries(reader: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(10):
        reader.get("/help/reference/glossary/")
