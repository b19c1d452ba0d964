"""The demo's maps: the stream of the company with a target for its bottleneck, and a map of one application."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User, Workspace
from valuestream.domain.drawing import to_json
from valuestream.models import Map
from valuestream.selectors.drawings import drawing_of
from valuestream.selectors.maps import get_default_map
from valuestream.services.drawings import draw_map
from valuestream.services.map_making import create_map

TARGET_AGE = timedelta(days=21)
REVIEW_TARGET_DAYS = 5


def draw_maps(*, workspace: Workspace, drawn_by: User, now: datetime) -> None:
    """Give reviews a target since three weeks, and Booking a map of its own."""
    whole = get_default_map(workspace=workspace)
    sent = to_json(drawing_of(map=whole))
    for stage in sent["stages"]:
        if stage["name"] == "Review":
            stage["target_days"] = REVIEW_TARGET_DAYS
    _draw(whole, sent, drawn_by, now - TARGET_AGE, "A review should take a working week")
    booking = create_map(
        workspace=workspace, name="Booking", like=get_default_map(workspace=workspace), actor_id=drawn_by.pk, now=now
    )
    sent = {**to_json(drawing_of(map=booking)), "filter": "application is Booking"}
    _draw(booking, sent, drawn_by, now, "One application at a time")


def _draw(map_: Map, sent: dict[str, Any], drawn_by: User, now: datetime, reason: str) -> None:
    draw_map(map=map_, sent=sent, version=map_.version, actor_id=drawn_by.pk, now=now, reason=reason)
