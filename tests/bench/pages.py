"""The pages of a sponsor: the lenses, applications, a capability."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from common.clock import utc_now
from common.live.services import record_change
from planner.models import Application, Capability
from tests.bench.api import Api
from tests.bench.data import Bench


def _lens_page(bench: Bench, api: Api) -> Callable[[int], Any]:
    return lambda _: api.get(f"/w/{bench.workspace.key}/lenses/")


def _lens_page_changed(bench: Bench, api: Api) -> Callable[[int], Any]:
    def change_and_look(number: int) -> Any:
        record_change(
            workspace_id=bench.workspace.pk, topic="story", object_id=1, actor_id=None, verb="updated", now=utc_now()
        )
        return api.get(f"/w/{bench.workspace.key}/lenses/")

    return change_and_look


def _applications_page(bench: Bench, api: Api) -> Callable[[int], Any]:
    return lambda _: api.get(f"/w/{bench.workspace.key}/applications/")


def _application_page(bench: Bench, api: Api) -> Callable[[int], Any]:
    key = Application.objects.get(workspace=bench.workspace).key
    return lambda _: api.get(f"/w/{bench.workspace.key}/applications/{key}/")


def _capability_page(bench: Bench, api: Api) -> Callable[[int], Any]:
    keys = _valued_keys(bench)
    return lambda number: api.get(f"/w/{bench.workspace.key}/capabilities/{keys[number]}/")


def _sensitivity(bench: Bench, api: Api) -> Callable[[int], Any]:
    keys = _valued_keys(bench)
    return lambda number: api.get(f"/w/{bench.workspace.key}/capabilities/{keys[number]}/parts/sensitivity/")


def _valued_keys(bench: Bench) -> list[str]:
    valued = Capability.objects.filter(workspace=bench.workspace, estimates__isnull=False)
    return list(valued.order_by("pk").values_list("key", flat=True)[:100])


PAGE_OPERATIONS: dict[str, Callable[[Bench, Api], Callable[[int], Any]]] = {
    "lens_page": _lens_page,
    "lens_page_changed": _lens_page_changed,
    "sensitivity": _sensitivity,
    "application_page": _application_page,
    "applications_page": _applications_page,
    "capability_page": _capability_page,
}
