"""A map as a slide, on any data."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Workspace
from common.clock import utc_now
from planner.services.stories import transition_story
from tests.factories import actor_of, give_value, make_story, make_workspace, owner_of, state_named
from valuestream.domain.drawing import to_json
from valuestream.models import Map
from valuestream.selectors.drawings import drawing_of
from valuestream.selectors.maps import get_default_map
from valuestream.services.drawings import draw_map

pytestmark = pytest.mark.django_db
NOW = utc_now()
DAY = timedelta(days=1)


@pytest.fixture
def workspace() -> Workspace:
    made = make_workspace("FLOW", now=NOW - 60 * DAY)
    story = make_story(made, "A story", now=NOW - 30 * DAY)
    give_value(story, 700, now=NOW - 29 * DAY)
    transition_story(story=story, state=state_named(made, "Review"), actor=actor_of(made), now=NOW - 9 * DAY)
    return made


@pytest.fixture
def the_map(workspace: Workspace) -> Map:
    return get_default_map(workspace=workspace)


def slide(client: Client, map_: Map, query: str = "") -> str:
    client.force_login(owner_of(map_.workspace))
    answer = client.get(f"/w/FLOW/maps/{map_.pk}/slide/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def drawing(page: str) -> str:
    return page.split('<svg id="map-slide"')[1].split("</svg>", maxsplit=1)[0]


def test_the_slide_tells_the_finding_and_every_stage(client: Client, the_map: Map) -> None:
    told = drawing(slide(client, the_map))
    assert "$2.10k was lost to waiting in Idea" in told
    assert all(f">{name}</text>" in told for name in ("Idea", "Ready", "In progress", "Review"))
    assert "Done" not in told


def test_a_past_day_and_items_are_told(client: Client, the_map: Map) -> None:
    day = NOW - 20 * DAY
    told = drawing(slide(client, the_map, f"?as_of={day:%Y-%m-%d}&measure=items"))
    assert f"{day.day} {day:%B %Y}" in told
    assert "stream: items a week" in told


@pytest.mark.parametrize("count", [1, 24])
def test_one_stage_and_as_many_as_a_map_may_have_stay_on_the_page(client: Client, the_map: Map, count: int) -> None:
    sent = to_json(drawing_of(map=the_map))
    extra = {"id": None, "staffed": None, "target_days": None}
    block: dict[str, object] = {"id": None, "name": "Work", "kind": "WORK", "values": []}
    if count == 1:
        sent["stages"] = [stage for stage in sent["stages"] if stage["name"] == "Review"]
    else:
        sent["stages"] += [
            {**extra, "name": f"Very long name of stage {number}", "blocks": [block]}
            for number in range(count - len(sent["stages"]))
        ]
    drawn = draw_map(map=the_map, sent=sent, version=the_map.version, actor_id=None, now=NOW)
    told = drawing(slide(client, drawn))
    xs = [float(x) for x in re.findall(r' x="([\d.]+)"', told)]
    assert max(xs) <= 1600
    assert min(xs) >= 0


def test_before_anything_happened_the_page_says_how_to_begin(client: Client) -> None:
    empty = get_default_map(workspace=make_workspace("FLOW"))
    client.force_login(owner_of(empty.workspace))
    assert client.get(f"/w/FLOW/maps/{empty.pk}/slide/").headers["Location"] == f"/w/FLOW/maps/{empty.pk}/"
