"""The backlog page: every lens shows every open story once, in its order, whatever the page's size."""

import base64
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.domain.lenses import LISTING_LENSES
from planner.domain.vocabulary import Lens
from planner.models import Capability, Story
from planner.selectors import unit_pages
from planner.selectors.backlog import BacklogRow, list_backlog
from planner.services.lens_orders import refresh_lenses
from planner.services.ranking import move_story
from planner.services.scores import rescore_workspace
from planner.services.stories import transition_story
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_capability,
    make_stories,
    make_story,
    make_workspace,
    state_named,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("BLG")


def all_rows(workspace: Workspace, lens: Lens, *, limit: int = 100, include_done: bool = False) -> list[BacklogRow]:
    rows: list[BacklogRow] = []
    cursor = None
    while True:
        page = list_backlog(
            workspace=workspace, lens=lens, cursor=cursor, limit=limit, now=NOW, include_done=include_done
        )
        rows += page.rows
        cursor = page.next_cursor
        if cursor is None:
            return rows


def titles(rows: list[BacklogRow]) -> list[str]:
    return [row.story.title for row in rows]


def valued_capability(workspace: Workspace, weekly: int, *stories: str, points: int = 1) -> Capability:
    capability = make_capability(workspace, title=f"Worth {weekly}")
    for title in stories:
        make_story(workspace, title, capability=capability, points=Decimal(points))
    give_value(capability, weekly)
    return capability


def make_mixed_backlog(workspace: Workspace) -> None:
    """Two valued capabilities, a valued loose story between them, an unvalued capability, a loose story."""
    make_story(workspace, "loose unvalued")
    valued_capability(workspace, 100, "small 1", "small 2")
    unvalued = make_capability(workspace, title="Unvalued")
    make_story(workspace, "of unvalued", capability=unvalued, points=Decimal(1))
    valued_capability(workspace, 900, "big 1", "big 2", "big 3")
    loose = make_story(workspace, "loose valued", points=Decimal(1))
    give_value(loose, 200)
    rescore_workspace(workspace_id=workspace.pk, now=NOW)


BY_CD3 = ["big 1", "big 2", "big 3", "loose valued", "small 1", "small 2", "loose unvalued", "of unvalued"]


def test_the_manual_lens_follows_people(workspace: Workspace) -> None:
    stories = make_stories(workspace, 4)
    move_story(story=stories[3], to="top", actor=actor_of(workspace), now=NOW)
    assert titles(all_rows(workspace, Lens.MANUAL)) == ["Story 4", "Story 1", "Story 2", "Story 3"]


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_pages_of_any_size_give_the_same_manual_order(workspace: Workspace, limit: int) -> None:
    make_stories(workspace, 7)
    rows = all_rows(workspace, Lens.MANUAL, limit=limit)
    assert titles(rows) == [f"Story {number}" for number in range(1, 8)]
    assert [row.position for row in rows] == list(range(1, 8))


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 100])
def test_pages_of_any_size_give_the_same_order_by_cd3(workspace: Workspace, limit: int) -> None:
    make_mixed_backlog(workspace)
    assert titles(all_rows(workspace, Lens.CD3, limit=limit)) == BY_CD3


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 100])
def test_equal_figures_keep_the_order_people_made(workspace: Workspace, limit: int) -> None:
    for number in range(3):
        valued_capability(workspace, 100, f"{number}a", f"{number}b")
        give_value(make_story(workspace, f"loose {number}", points=Decimal(2)), 100)
    rescore_workspace(workspace_id=workspace.pk, now=NOW)
    expected = ["0a", "0b", "loose 0", "1a", "1b", "loose 1", "2a", "2b", "loose 2"]
    assert titles(all_rows(workspace, Lens.CD3, limit=limit)) == expected


def test_plain_value_ignores_how_long_it_takes(workspace: Workspace) -> None:
    valued_capability(workspace, 1000, "dear and long", points=100)
    valued_capability(workspace, 500, "cheap and short", points=1)
    rescore_workspace(workspace_id=workspace.pk, now=NOW)
    assert titles(all_rows(workspace, Lens.CD3)) == ["cheap and short", "dear and long"]
    assert titles(all_rows(workspace, Lens.VALUE)) == ["dear and long", "cheap and short"]


@pytest.mark.parametrize("lens", LISTING_LENSES)
def test_finished_stories_are_left_out(workspace: Workspace, lens: Lens) -> None:
    make_mixed_backlog(workspace)
    done = Story.objects.get(title="big 2")
    transition_story(story=done, state=state_named(workspace, "Done"), actor=actor_of(workspace), now=NOW)
    shown = titles(all_rows(workspace, lens, limit=3))
    assert sorted(shown) == sorted(set(BY_CD3) - {"big 2"})


@pytest.mark.parametrize("lens", LISTING_LENSES)
def test_finished_stories_can_be_asked_for(workspace: Workspace, lens: Lens) -> None:
    make_mixed_backlog(workspace)
    for story in Story.objects.filter(title__startswith="big"):
        transition_story(story=story, state=state_named(workspace, "Done"), actor=actor_of(workspace), now=NOW)
    rescore_workspace(workspace_id=workspace.pk, now=NOW)
    shown = titles(all_rows(workspace, lens, limit=3, include_done=True))
    assert sorted(shown) == sorted(BY_CD3)


def test_finished_stories_have_no_position(workspace: Workspace) -> None:
    stories = make_stories(workspace, 3)
    transition_story(story=stories[1], state=state_named(workspace, "Done"), actor=actor_of(workspace), now=NOW)
    rows = all_rows(workspace, Lens.MANUAL, limit=2, include_done=True)
    assert [row.position for row in rows] == [1, None, 2]


def test_another_workspace_is_not_shown(workspace: Workspace) -> None:
    other = make_workspace("OTH")
    make_mixed_backlog(other)
    make_story(workspace, "ours")
    assert all(titles(all_rows(workspace, lens)) == ["ours"] for lens in LISTING_LENSES)


def test_unvalued_is_said_and_not_zero(workspace: Workspace) -> None:
    make_mixed_backlog(workspace)
    rows = {row.story.title: row for row in all_rows(workspace, Lens.CD3)}
    assert (rows["of unvalued"].unvalued, rows["of unvalued"].business_value, rows["of unvalued"].cd3) == (
        True,
        None,
        None,
    )
    assert rows["loose valued"].unvalued is False


def test_figures_are_the_capabilitys(workspace: Workspace) -> None:
    make_mixed_backlog(workspace)
    row = next(row for row in all_rows(workspace, Lens.CD3) if row.story.title == "big 1")
    assert (row.cost_of_delay, row.cd3) == (Decimal(900), Decimal(300))


def test_attributed_values_add_up_to_the_cent(workspace: Workspace) -> None:
    capability = valued_capability(workspace, 100, "a", "b", "c")
    make_story(workspace, "optional", capability=capability, required=False, points=Decimal(1))
    rows = {row.story.title: row for row in all_rows(workspace, Lens.MANUAL)}
    shares = [rows[title].attributed_value or Decimal(0) for title in "abc"]
    assert sum(shares) == capability.business_value
    assert max(shares) - min(shares) <= Decimal("0.01")
    assert rows["optional"].attributed_value == Decimal(0)


def test_a_story_of_its_own_keeps_its_whole_value(workspace: Workspace) -> None:
    story = make_story(workspace)
    give_value(story, 50)
    [row] = all_rows(workspace, Lens.VALUE)
    assert row.attributed_value == story.business_value


def encoded(document: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


@pytest.mark.parametrize("lens", LISTING_LENSES)
@pytest.mark.parametrize(
    "cursor",
    [
        "garbage",
        "%%%",
        "a" * 5000,
        "é",
        encoded(["manual"]),
        encoded(["manual", 1]),
        encoded(["manual", "1", 2]),
        encoded(["manual", 2**70, 2]),
        encoded(["manual", True, 2]),
        encoded(["cd3", -1, 1, 1]),
        encoded(["cd3", "1", 1, 1]),
        encoded(["cd3", 1.5, 1, 1]),
        encoded(["cd3", 1, 1, 2**70]),
        encoded(["value", {}]),
        encoded({"cd3": 1}),
        encoded([]),
        encoded([[]] * 20),
    ],
)
def test_a_broken_cursor_is_refused(workspace: Workspace, lens: Lens, cursor: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        list_backlog(workspace=workspace, lens=lens, cursor=cursor, limit=10, now=NOW)
    assert refused.value.field == "cursor"


def test_a_cursor_of_another_lens_is_refused(workspace: Workspace) -> None:
    make_stories(workspace, 3)
    cursor = list_backlog(workspace=workspace, lens=Lens.MANUAL, cursor=None, limit=1, now=NOW).next_cursor
    with pytest.raises(InvalidInput):
        list_backlog(workspace=workspace, lens=Lens.CD3, cursor=cursor, limit=1, now=NOW)


@pytest.mark.parametrize("lens", LISTING_LENSES)
def test_a_page_takes_at_most_six_queries(workspace: Workspace, lens: Lens, django_assert_max_num_queries: Any) -> None:
    for number in range(1, 12):
        valued_capability(workspace, number * 100, "a", "b", "c")
    make_mixed_backlog(workspace)
    refresh_lenses(workspace_id=workspace.pk, now=NOW)
    for limit in (5, 50):
        with django_assert_max_num_queries(6):
            page = list_backlog(workspace=workspace, lens=lens, cursor=None, limit=limit, now=NOW)
            _ = [(row.story.state.name, row.story.capability and row.story.capability.application) for row in page.rows]


def test_the_lens_by_story_lists_nothing(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput, match="compared with") as refused:
        list_backlog(workspace=workspace, lens=Lens.STORY_WSJF, cursor=None, limit=10, now=NOW)
    assert refused.value.field == "lens"


@pytest.mark.parametrize("limit", [1, 3, 100])
@pytest.mark.parametrize("lens", LISTING_LENSES)
def test_a_stored_order_and_a_computed_one_give_the_same_pages(workspace: Workspace, lens: Lens, limit: int) -> None:
    make_mixed_backlog(workspace)
    computed = titles(all_rows(workspace, lens))
    refresh_lenses(workspace_id=workspace.pk, now=NOW)
    assert titles(all_rows(workspace, lens, limit=limit)) == computed


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_what_was_added_since_comes_last_or_with_its_capability(workspace: Workspace, limit: int) -> None:
    make_mixed_backlog(workspace)
    refresh_lenses(workspace_id=workspace.pk, now=NOW)
    make_story(workspace, "new loose")
    make_story(workspace, "new big", capability=Capability.objects.get(title="Worth 900"))
    new = make_capability(workspace, title="New")
    make_story(workspace, "new of new", capability=new)
    shown = titles(all_rows(workspace, Lens.CD3, limit=limit))
    assert shown == ["big 1", "big 2", "big 3", "new big", *BY_CD3[3:], "new loose", "new of new"]


def test_a_stored_order_forgets_what_is_finished_or_gone(workspace: Workspace) -> None:
    make_mixed_backlog(workspace)
    refresh_lenses(workspace_id=workspace.pk, now=NOW)
    for story in Story.objects.filter(capability__title="Worth 900"):
        transition_story(story=story, state=state_named(workspace, "Done"), actor=actor_of(workspace), now=NOW)
    Story.objects.filter(title="loose valued").delete()
    assert titles(all_rows(workspace, Lens.CD3, limit=1)) == ["small 1", "small 2", "loose unvalued", "of unvalued"]


def test_a_cursor_goes_on_behind_its_unit_when_the_order_changed(workspace: Workspace) -> None:
    make_mixed_backlog(workspace)
    refresh_lenses(workspace_id=workspace.pk, now=NOW)
    page = list_backlog(workspace=workspace, lens=Lens.CD3, cursor=None, limit=4, now=NOW)
    give_value(Capability.objects.get(title="Worth 100"), 9000)
    refresh_lenses(workspace_id=workspace.pk, now=NOW)
    rest = list_backlog(workspace=workspace, lens=Lens.CD3, cursor=page.next_cursor, limit=9, now=NOW)
    assert titles(page.rows) + titles(rest.rows) == [*BY_CD3[:4], *BY_CD3[6:]]


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_a_filter_keeps_the_order_of_the_lens(workspace: Workspace, limit: int) -> None:
    make_mixed_backlog(workspace)
    rows, cursor = [], None
    while True:
        page = list_backlog(
            workspace=workspace,
            lens=Lens.CD3,
            cursor=cursor,
            limit=limit,
            now=NOW,
            text="1",
            where=Q(capability__isnull=False),
        )
        rows += page.rows
        cursor = page.next_cursor
        if cursor is None:
            break
    assert titles(rows) == ["big 1", "small 1", "small 2"]


def test_a_large_backlog_that_no_job_has_ranked_yet_stands_in_peoples_order(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_pages, "COMPUTED_AT_ONCE", 3)
    make_mixed_backlog(workspace)
    page = list_backlog(workspace=workspace, lens=Lens.CD3, cursor=None, limit=3, now=NOW)
    assert (titles(page.rows), page.is_pending) == (["loose unvalued", "small 1", "small 2"], True)
    assert len(all_rows(workspace, Lens.CD3, limit=3)) == len(BY_CD3)
    refresh_lenses(workspace_id=workspace.pk, now=NOW)
    page = list_backlog(workspace=workspace, lens=Lens.CD3, cursor=None, limit=3, now=NOW)
    assert (titles(page.rows), page.is_pending) == (BY_CD3[:3], False)
