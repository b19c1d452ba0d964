"""The pages of a sponsor ask the database the same number of questions however much there is."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from planner.models import Capability
from planner.services.dependencies import add_dependency
from planner.services.lens_orders import refresh_lenses
from tests.factories import NOW, actor_of, give_value, make_capability, make_story, make_workspace

pytestmark = pytest.mark.django_db

BUDGETS = {
    "lenses/": 36,
    "lenses/?part=body": 36,
    "lenses/evidence/": 36,
    "lenses/table.csv": 34,
    "applications/": 30,
    "applications/FRT/": 34,
    "applications/FRT/evidence/": 34,
    "capabilities/{key}/": 40,
    "capabilities/{key}/parts/sensitivity/": 30,
    "dependencies/": 22,
    "dependencies/enablers/": 30,
    "feedback/": 18,
    "teams/": 16,
}


@pytest.fixture
def workspace() -> Workspace:
    workspace = make_workspace()
    fill(workspace, 3)
    return workspace


def fill(workspace: Workspace, number: int) -> None:
    """Add valued capabilities of two stories, which need the first story there is."""
    actor = actor_of(workspace)
    enabler = make_story(workspace, "Opens the way")
    for place in range(number):
        capability = make_capability(workspace)
        give_value(capability, 1000 * (place + 1))  # the last one first, so that orders differ
        for _ in range(2):
            story = make_story(workspace, capability=capability)
            add_dependency(predecessor=enabler, successor=story, actor=actor, now=NOW)
    refresh_lenses(workspace_id=workspace.pk, now=NOW)


def queries_of(reader: Client, workspace: Workspace, page: str) -> int:
    key = Capability.objects.filter(workspace=workspace).order_by("pk").values_list("key", flat=True)[0]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert reader.get(f"/w/{workspace.key}/{page.format(key=key)}").status_code == 200
    return len(queries)


@pytest.mark.parametrize(("page", "budget"), BUDGETS.items())
def test_a_page_costs_the_same_queries_with_five_times_as_much(
    reader: Client, workspace: Workspace, page: str, budget: int
) -> None:
    before = queries_of(reader, workspace, page)
    fill(workspace, 12)
    assert queries_of(reader, workspace, page) == before
    assert before <= budget
