"""Changing a workspace's settings: all that are right, or none."""

from datetime import time
from decimal import Decimal
from typing import Any

import pytest

from accounts.services.workspaces import update_workspace
from common.errors import InvalidInput
from common.live.models import Change
from tests.factories import NOW, make_workspace

pytestmark = pytest.mark.django_db

BAD: list[tuple[dict[str, Any], str]] = [
    ({"name": "  "}, "name"),
    ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ({"currency": "usd"}, "currency"),
    ({"currency": "DOLLARS"}, "currency"),
    ({"discount_rate": Decimal("1.01")}, "discount_rate"),
    ({"horizon_weeks": 0}, "horizon_weeks"),
    ({"horizon_weeks": 5000}, "horizon_weeks"),
    ({"cost_per_point": Decimal("-1")}, "cost_per_point"),
    ({"work_weekdays": []}, "work_weekdays"),
    ({"work_weekdays": [0, 0]}, "work_weekdays"),
    ({"work_weekdays": [7]}, "work_weekdays"),
    ({"work_starts": time(18), "work_ends": time(9)}, "work_ends"),
    ({"holiday_country": "XX"}, "holiday_country"),
    ({"key": "NEW"}, "key"),
]


@pytest.mark.parametrize(("changes", "field"), BAD)
def test_what_cannot_be_used_is_named_and_nothing_is_saved(changes: dict[str, Any], field: str) -> None:
    workspace = make_workspace()
    with pytest.raises(InvalidInput) as refused:
        update_workspace(workspace=workspace, changes={"name": "New", **changes}, actor_id=1, now=NOW)
    assert field in refused.value.errors
    workspace.refresh_from_db()
    assert workspace.name != "New"


def test_settings_change_and_others_hear_of_it() -> None:
    workspace = make_workspace()
    changes = {"time_zone": "Europe/Oslo", "work_weekdays": [0, 1, 2, 3], "holiday_country": "NO"}
    update_workspace(workspace=workspace, changes=changes, actor_id=1, now=NOW)
    workspace.refresh_from_db()
    assert (workspace.time_zone, workspace.work_weekdays, workspace.holiday_country) == tuple(changes.values())
    assert Change.objects.filter(workspace_id=workspace.pk, topic="workspace").exists()
