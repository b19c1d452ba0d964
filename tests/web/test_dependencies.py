"""The page of dependencies: the graph, what holds up most, adding by keys, and the way out of a circle."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from accounts.models import Workspace
from planner.models import Dependency, Story
from planner.selectors.dependency_graph import critical_enablers, dependency_graph
from planner.services.dependencies import add_dependency
from tests.factories import NOW, actor_of, give_value, make_capability, make_stories, make_story, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


def need(successor: Story, predecessor: Story) -> None:
    actor = actor_of(successor.workspace)
    add_dependency(predecessor=predecessor, successor=successor, actor=actor, now=NOW)


def valued(workspace: Workspace, weekly: int) -> Story:
    """The one story of a new capability that earns so much a week."""
    capability = make_capability(workspace)
    give_value(capability, weekly)
    return make_story(workspace, capability=capability, points=Decimal(2))


def test_stories_are_joined_into_the_units_they_belong_to(workspace: Workspace) -> None:
    enabler, one, other = make_story(workspace, kind="ENABLER"), valued(workspace, 100), valued(workspace, 30)
    need(one, enabler)
    need(other, one)
    graph = dependency_graph(workspace=workspace)
    assert [(arc.needed, arc.needing) for arc in graph.arcs] == [
        (-enabler.pk, one.capability_id),
        (one.capability_id, other.capability_id),
    ]
    waiting = {unit.unit_id: unit.waiting for unit in graph.units}
    assert waiting == {-enabler.pk: 130, one.capability_id: 30, other.capability_id: 0}


def test_finished_work_holds_up_nothing(workspace: Workspace) -> None:
    enabler, one = make_story(workspace), valued(workspace, 100)
    need(one, enabler)
    Story.objects.filter(pk=enabler.pk).update(category="DONE")
    assert dependency_graph(workspace=workspace).units == []


def test_around_a_unit_only_what_is_near_is_drawn(workspace: Workspace) -> None:
    chain = make_stories(workspace, 5)
    for before, after in pairwise(chain):
        need(after, before)
    graph = dependency_graph(workspace=workspace, around=-chain[1].pk, reach=1)
    assert {unit.unit_id for unit in graph.units} == {-story.pk for story in chain[:3]}


def test_of_many_those_are_drawn_that_hold_up_most(workspace: Workspace) -> None:
    for weekly in (1, 50, 2):
        need(valued(workspace, weekly), make_story(workspace))
    graph = dependency_graph(workspace=workspace, most=2)
    assert (len(graph.units), graph.left_out) == (2, 4)
    assert graph.units[0].waiting == 50


def test_an_enabler_is_worth_what_waits_for_it(workspace: Workspace) -> None:
    enabler, one = make_story(workspace, points=Decimal(4)), valued(workspace, 100)
    need(one, enabler)
    [critical] = critical_enablers(workspace=workspace, now=NOW)
    assert (critical.story, critical.waiting, critical.points) == (enabler, Decimal(100), 4.0)
    assert critical.worth == Decimal(100 * 4) / 20, "twenty points a week while nothing was ever finished"


def test_the_graph_costs_the_same_whatever_its_size(workspace: Workspace, django_assert_max_num_queries: Any) -> None:
    chain = make_stories(workspace, 30)
    for before, after in pairwise(chain):
        need(after, before)
    with django_assert_max_num_queries(5):
        dependency_graph(workspace=workspace)


def test_the_page_draws_the_graph_and_its_table(reader: Client, workspace: Workspace) -> None:
    enabler, one = make_story(workspace, "Gate events"), valued(workspace, 100)
    need(one, enabler)
    page = reader.get(f"/w/{workspace.key}/dependencies/").content.decode()
    assert "<svg" in page
    assert "Gate events" in page
    assert f"{one.key} needs {enabler.key}" in page
    around = reader.get(f"/w/{workspace.key}/dependencies/?around={enabler.key}&reach=1").content.decode()
    assert f"What surrounds {enabler.key}" in around
    assert "Nothing here has the key" in reader.get(f"/w/{workspace.key}/dependencies/?around=XYZ").content.decode()
    assert "Gate events" in reader.get(f"/w/{workspace.key}/dependencies/enablers/").content.decode()


def test_an_empty_graph_teaches(reader: Client, workspace: Workspace) -> None:
    assert "Nothing waits for anything" in reader.get(f"/w/{workspace.key}/dependencies/").content.decode()


def test_a_dependency_is_added_by_keys(reader: Client, workspace: Workspace) -> None:
    one, other = make_stories(workspace, 2)
    url = f"/w/{workspace.key}/dependencies/"
    assert reader.post(url, {"successor": one.key, "predecessor": other.key}).status_code == 204
    assert Dependency.objects.get().predecessor == other
    assert reader.post(url, {"successor": one.key}).status_code == 400


def test_a_circle_is_refused_with_the_way_out(reader: Client, workspace: Workspace) -> None:
    a, b, c = make_stories(workspace, 3)
    need(b, a)
    need(c, b)
    refused = reader.post(f"/w/{workspace.key}/dependencies/", {"successor": a.key, "predecessor": c.key})
    assert refused.status_code == 409
    told = refused.content.decode()
    assert f"{a.key} needs {c.key} needs {b.key} needs {a.key}" in told
    assert f"Take one of these away first: {c.key} needs {b.key}, {b.key} needs {a.key}; or split a story" in told


def test_what_holds_up_most_is_told_over_http(reader: Client, workspace: Workspace) -> None:
    enabler, one = make_story(workspace, points=Decimal(4)), valued(workspace, 100)
    need(one, enabler)
    [told] = reader.get("/api/v1/dependencies/enablers/").json()
    assert (told["story"]["key"], told["waiting"], told["worth"]) == (enabler.key, "100.00", "20.00")
