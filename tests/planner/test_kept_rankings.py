"""Pages of one process share a loaded ranking until something changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Workspace
from common.live.models import Change
from common.live.services import record_change
from planner.selectors import kept_rankings
from planner.selectors.kept_rankings import keep_ranking
from tests.factories import NOW, make_story, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty shelf of this test's own."""
    monkeypatch.setattr(settings, "RANKINGS_KEPT", 2)
    monkeypatch.setattr(kept_rankings, "_KEPT", type(kept_rankings._KEPT)())


@pytest.fixture
def workspace() -> Workspace:
    workspace = make_workspace()
    make_story(workspace)
    return workspace


def tell(workspace: Workspace, topic: str) -> None:
    record_change(workspace_id=workspace.pk, topic=topic, object_id=1, actor_id=None, verb="updated", now=NOW)


def test_nothing_is_loaded_again_where_nothing_has_changed(
    workspace: Workspace, django_assert_num_queries: Any
) -> None:
    first = keep_ranking(workspace=workspace, now=NOW)
    with django_assert_num_queries(1):
        assert keep_ranking(workspace=workspace, now=NOW) is first


@pytest.mark.parametrize("topic", ["story", "capability", "team", "ranking", "dependency", "sprint", "workspace"])
def test_a_change_of_what_is_ranked_loads_it_again(workspace: Workspace, topic: str) -> None:
    first = keep_ranking(workspace=workspace, now=NOW)
    tell(workspace, topic)
    assert keep_ranking(workspace=workspace, now=NOW) is not first


@pytest.mark.parametrize("topic", kept_rankings.WITHOUT_EFFECT)
def test_a_change_of_something_else_does_not(workspace: Workspace, topic: str) -> None:
    first = keep_ranking(workspace=workspace, now=NOW)
    tell(workspace, topic)
    assert keep_ranking(workspace=workspace, now=NOW) is first


def test_a_story_added_by_people_is_in_the_next_ranking(workspace: Workspace) -> None:
    before = len(keep_ranking(workspace=workspace, now=NOW).ranking.story_ids)
    make_story(workspace)
    assert len(keep_ranking(workspace=workspace, now=NOW).ranking.story_ids) == before + 1


def test_a_change_that_commits_after_a_younger_one_is_not_missed(workspace: Workspace) -> None:
    tell(workspace, "story")
    newest = Change.objects.latest("pk")
    Change.objects.filter(pk=newest.pk).update(id=newest.pk + 2)
    first = keep_ranking(workspace=workspace, now=NOW)
    late = Change(pk=newest.pk + 1, workspace_id=workspace.pk, topic="story", object_id=1, verb="updated", at=NOW)
    late.save(force_insert=True)
    assert keep_ranking(workspace=workspace, now=NOW) is not first


def test_another_day_loads_it_again(workspace: Workspace) -> None:
    first = keep_ranking(workspace=workspace, now=NOW)
    assert keep_ranking(workspace=workspace, now=NOW + timedelta(days=1)) is not first


def test_workspaces_are_kept_apart_and_the_longest_unused_is_given_up(workspace: Workspace) -> None:
    first = keep_ranking(workspace=workspace, now=NOW)
    others = [make_workspace(), make_workspace()]
    kept = [keep_ranking(workspace=other, now=NOW) for other in others]
    assert [keep_ranking(workspace=other, now=NOW) for other in others] == kept
    assert keep_ranking(workspace=workspace, now=NOW) is not first


def test_what_is_worked_out_once_is_worked_out_once(workspace: Workspace) -> None:
    kept = keep_ranking(workspace=workspace, now=NOW)
    assert kept.once("one", lambda: 1) == 1
    assert kept.once("one", lambda: 2) == 1


def test_nothing_is_kept_where_none_shall_be(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "RANKINGS_KEPT", 0)
    assert keep_ranking(workspace=workspace, now=NOW) is not keep_ranking(workspace=workspace, now=NOW)


def test_answers_asked_for_longest_ago_are_given_up(workspace: Workspace) -> None:
    kept = keep_ranking(workspace=workspace, now=NOW)
    for number in range(kept_rankings.MOST_MADE):
        kept.once(number, lambda: "first")
    kept.once(0, lambda: "second")
    kept.once("one more", lambda: "first")
    assert kept.once(0, lambda: "second") == "first"
    assert kept.once(1, lambda: "second") == "second"
