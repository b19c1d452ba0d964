"""Windows of the backlog: from any place on, above and below a story, in every lens and under filters."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Workspace
from common.clock import utc_now
from planner.domain.vocabulary import Lens
from planner.models import Story
from planner.selectors.backlog_window import BacklogWindow, Neighbour, list_window
from planner.services.lens_orders import refresh_lenses
from planner.services.ranking import move_story
from planner.services.stories import delete_story
from tests.factories import actor_of, give_value, make_capability, make_stories, make_story, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("WIN")


def titles(window: BacklogWindow) -> list[str]:
    return [row.story.title for row in window.rows]


def window_of(workspace: Workspace, *, lens: Lens = Lens.MANUAL, limit: int = 3, **where: object) -> BacklogWindow:
    return list_window(workspace=workspace, lens=lens, limit=limit, now=utc_now(), **where)  # type: ignore[arg-type]


def mixed(workspace: Workspace) -> None:
    """Capabilities of one to three stories and loose ones, all with different values, and two without any."""
    for number in range(1, 6):
        capability = make_capability(workspace, title=f"Capability {number}")
        give_value(capability, 100 * number)
        make_stories(workspace, number % 3 + 1, capability=capability, points="3")
        give_value(make_story(workspace, f"Loose {number}", points="2"), 70 * number)
    make_stories(workspace, 2, capability=make_capability(workspace))
    refresh_lenses(workspace_id=workspace.pk, now=utc_now())


@pytest.mark.parametrize("lens", [Lens.MANUAL, Lens.MONEY, Lens.VALUE, Lens.AGE])
@pytest.mark.parametrize("kept", [{}, {"text": "o"}])
def test_every_window_below_or_above_a_story_goes_on_where_it_stands(
    workspace: Workspace, lens: Lens, kept: dict[str, Any]
) -> None:
    mixed(workspace)
    whole = window_of(workspace, lens=lens, limit=500, **kept)
    ids = [row.story.pk for row in whole.rows]
    assert len(ids) == len(set(ids)) > 10
    for index, (story_id, at) in enumerate(zip(ids, whole.ats, strict=True)):
        below = window_of(workspace, lens=lens, beside=Neighbour(story_id, at, is_below=True), **kept)
        above = window_of(workspace, lens=lens, beside=Neighbour(story_id, at, is_below=False), **kept)
        assert [row.story.pk for row in below.rows] == ids[index + 1 : index + 4]
        assert below.ats == whole.ats[index + 1 : index + 4]
        assert below.has_below == (index + 4 < len(ids))
        assert [row.story.pk for row in above.rows] == ids[max(index - 3, 0) : index]
        assert above.ats == whole.ats[max(index - 3, 0) : index]
        assert above.has_above == (index > 3)


@pytest.mark.parametrize("lens", [Lens.MANUAL, Lens.MONEY, Lens.VALUE])
@pytest.mark.parametrize("kept", [{}, {"text": "o"}])
def test_a_window_of_units_holds_so_many_whole_ones(workspace: Workspace, lens: Lens, kept: dict[str, Any]) -> None:
    mixed(workspace)
    whole = window_of(workspace, lens=lens, limit=500, **kept)
    ids = [row.story.pk for row in whole.rows]
    windows = [window_of(workspace, lens=lens, limit=3, by_unit=True, **kept)]
    while windows[-1].has_below:
        beside = Neighbour(windows[-1].rows[-1].story.pk, windows[-1].ats[-1], is_below=True)
        windows.append(window_of(workspace, lens=lens, limit=3, by_unit=True, beside=beside, **kept))
    units = [[row.story.capability_id or -row.story.pk for row in window.rows] for window in windows]
    assert [row.story.pk for window in windows for row in window.rows] == ids
    assert [len(set(unit)) for unit in units[:-1]] == [3] * (len(windows) - 1)
    assert max(map(len, units)) > 3
    last = windows[-1].rows[-1].story.pk
    above = window_of(
        workspace, lens=lens, limit=3, by_unit=True, beside=Neighbour(last, len(ids), is_below=False), **kept
    )
    assert [row.story.pk for row in above.rows] == ids[len(ids) - 1 - len(above.rows) : -1]
    assert len({row.story.capability_id or -row.story.pk for row in above.rows}) == 3


def test_folded_stories_are_sent_without_their_cells(reader: Client, workspace: Workspace) -> None:
    inside = make_story(workspace, "Inside", capability=make_capability(workspace))
    html = reader.get(reverse("backlog", args=[workspace.key]), {"view": "capabilities"}).content.decode()
    assert f'id="story-{inside.pk}" data-stub' in html
    assert "Menu of " + inside.key not in html


@pytest.mark.parametrize("lens", [Lens.MANUAL, Lens.MONEY])
def test_a_window_begins_at_any_place(workspace: Workspace, lens: Lens) -> None:
    mixed(workspace)
    whole = window_of(workspace, lens=lens, limit=500)
    for at in sorted(set(whole.ats)):
        window = window_of(workspace, lens=lens, at=at, limit=2)
        first = whole.ats.index(at)
        assert titles(window) == titles(whole)[first : first + 2]
        assert window.ats[0] == at
        assert window.has_above == (at > 1)


@pytest.mark.parametrize("lens", [Lens.MANUAL, Lens.VALUE])
def test_past_the_end_is_the_end(workspace: Workspace, lens: Lens) -> None:
    mixed(workspace)
    window = window_of(workspace, lens=lens, at=10_000)
    assert window.rows
    assert not window.has_below


def test_beside_a_story_that_is_gone_is_where_it_stood(workspace: Workspace) -> None:
    stories = make_stories(workspace, 5)
    delete_story(story=stories[2], actor=actor_of(workspace), now=utc_now())
    window = window_of(workspace, limit=2, beside=Neighbour(stories[2].pk, 3, is_below=True))
    assert titles(window) == ["Story 4", "Story 5"]


def test_a_story_of_another_workspace_is_no_neighbour(workspace: Workspace) -> None:
    make_stories(workspace, 3)
    other = make_story(make_workspace("OTHER"))
    assert titles(window_of(workspace, beside=Neighbour(other.pk, 2, is_below=True))) == ["Story 2", "Story 3"]


def places(html: str) -> dict[str, str]:
    """The place told beside each title of a unit."""
    rows = re.findall(r'data-title="([^"]+)".*?(?=<div class="row|\Z)', html, re.DOTALL)
    found = {}
    for chunk in re.split(r'(?=<div class="row )', html):
        title = re.search(r'data-title="([^"]+)"', chunk)
        place = re.search(r"data-place>(\d+)<", chunk)
        if title and place:
            found[title[1]] = place[1]
    assert rows
    return found


def test_places_do_not_depend_on_where_the_window_begins(reader: Client, workspace: Workspace) -> None:
    mixed(workspace)
    url = reverse("backlog", args=[workspace.key])
    whole = places(reader.get(url).content.decode())
    assert list(whole.values()) == [str(number) for number in range(1, 12)]
    for at in range(2, Story.objects.count() + 1):
        part = places(reader.get(url, {"part": "lines", "at": str(at), "limit": "4"}).content.decode())
        assert part.items() <= whole.items()


def test_a_capability_begun_above_is_continued_without_a_place(reader: Client, workspace: Workspace) -> None:
    capability = make_capability(workspace, title="Papers")
    make_story(workspace, "One", capability=capability)
    make_story(workspace, "Two")
    make_story(workspace, "Three", capability=capability)
    html = reader.get(reverse("backlog", args=[workspace.key]), {"part": "lines", "at": "3"}).content.decode()
    assert 'class="row cap again' in html
    assert places(html) == {} or "Papers" not in places(html)


def test_lines_above_tell_how_many_units_stand_above_them(reader: Client, workspace: Workspace) -> None:
    stories = make_stories(workspace, 9)
    question: dict[str, str | int] = {"part": "lines", "above": stories[6].pk, "at": 7, "units": 6, "limit": 2}
    html = reader.get(reverse("backlog", args=[workspace.key]), question).content.decode()
    assert places(html) == {"Story 5": "5", "Story 6": "6"}
    assert 'data-units="4"' in html
    assert 'data-first="5"' in html


def test_the_list_says_how_many_and_which_come_first(reader: Client, workspace: Workspace) -> None:
    stories = make_stories(workspace, 4)
    make_story(workspace, "Other")
    url = reverse("backlog", args=[workspace.key])
    assert reader.get(url, {"part": "count"}).json() == {"total": 5}
    chosen = reader.get(url, {"part": "ids", "q": "Story"}).json()
    assert chosen == {"ids": [story.pk for story in stories], "total": 4}


# Why, and at what price


def test_the_reason_of_a_place_is_one_sentence(reader: Client, workspace: Workspace) -> None:
    mixed(workspace)
    story = Story.objects.get(title="Loose 5")
    html = reader.get(reverse("place-why", args=[workspace.key]), {"story": story.pk}).content.decode()
    assert "it earns" in html
    assert "evidence" in html


def test_the_reason_of_an_unvalued_unit_says_so(reader: Client, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    html = reader.get(reverse("place-why", args=[workspace.key]), {"capability": capability.pk}).content.decode()
    assert "Nobody valued it yet" in html


def test_the_price_of_a_drop_is_what_the_move_then_costs(reader: Client, workspace: Workspace) -> None:
    cheap, dear = make_story(workspace, points="5"), make_story(workspace, points="5")
    give_value(cheap, 100)
    give_value(dear, 1100)
    refresh_lenses(workspace_id=workspace.pk, now=utc_now())
    url = reverse("move-price", args=[workspace.key])
    # 5 points of the other first, at the 20 a week assumed: a quarter week of 1,100 saved, of 100 lost
    assert reader.post(url, {"ids": str(dear.pk), "before": cheap.key}).json() == {"words": "saves $250"}
    assert reader.post(url, {"ids": str(dear.pk), "after": cheap.key}).json() == {"words": "changes next to nothing"}
    move_story(story=dear, to="top", actor=actor_of(workspace), now=utc_now() + timedelta(seconds=1))
    assert reader.post(url, {"ids": str(dear.pk), "to": "bottom"}).json() == {"words": "costs $250"}


def test_without_values_there_is_no_price(reader: Client, workspace: Workspace) -> None:
    first, second = make_stories(workspace, 2)
    url = reverse("move-price", args=[workspace.key])
    assert reader.post(url, {"ids": str(first.pk), "after": second.key}).json() == {"words": ""}
