"""Settings of a workspace that the flow's figures depend on."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.services.workspaces import update_workspace
from common.jobs.models import Job
from tests.factories import make_story, make_workspace, owner_of
from valuestream.models import DailyFlow
from valuestream.services.rebuild import check_workspace

LATE_IN_THE_EVENING = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_another_time_zone_counts_days_anew() -> None:
    workspace = make_workspace(now=LATE_IN_THE_EVENING)
    make_story(workspace, now=LATE_IN_THE_EVENING)
    assert [flow.date for flow in DailyFlow.objects.filter(workspace=workspace)] == [date(2026, 3, 2)]

    update_workspace(
        workspace=workspace,
        changes={"time_zone": "Europe/Oslo"},
        actor_id=owner_of(workspace).pk,
        now=LATE_IN_THE_EVENING,
    )

    assert [flow.date for flow in DailyFlow.objects.filter(workspace=workspace)] == [date(2026, 3, 3)]
    assert check_workspace(workspace=workspace) == []


@pytest.mark.django_db
def test_another_calendar_asks_for_fresh_figures(django_capture_on_commit_callbacks: Any) -> None:
    workspace = make_workspace()

    with django_capture_on_commit_callbacks(execute=True):
        update_workspace(
            workspace=workspace,
            changes={"work_weekdays": [0, 1, 2]},
            actor_id=owner_of(workspace).pk,
            now=LATE_IN_THE_EVENING,
        )

    assert Job.objects.filter(kind="valuestream.snapshot", workspace_id=workspace.pk).count() == 1
