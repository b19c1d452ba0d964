"""What the forms of a team's page send, as the services take it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from common.errors import InvalidInput
from planner.web.forms import read_figure

HUNDRED = Decimal(100)


def read_team(values: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a team that were sent; an empty cost means the workspace's."""
    read: dict[str, Any] = {"name": values["name"]} if "name" in values else {}
    if "cost_per_point" in values:
        read["cost_per_point"] = read_figure(values["cost_per_point"])
    if "focus_percent" in values:
        read["focus_factor"] = read_share(values["focus_percent"], field="focus_percent")
    if "sprint_days" in values:
        read["sprint_days"] = values["sprint_days"].strip()
    return read


def read_member_fields(values: Mapping[str, str]) -> dict[str, Any]:
    """Hours a day (empty: the workspace's) and allocation of a member, as far as they were sent."""
    read: dict[str, Any] = {}
    if "hours_per_day" in values:
        read["hours_per_day"] = read_figure(values["hours_per_day"])
    if "allocation_percent" in values:
        read["allocation"] = read_share(values["allocation_percent"], field="allocation_percent")
    return read


def read_leave(values: Mapping[str, str]) -> dict[str, Any]:
    """A leave; without a last day it is one day long."""
    start = read_date(values.get("start_date", ""), field="start_date")
    end = values.get("end_date", "").strip()
    share = values.get("share", "1")
    return {
        "start_date": start,
        "end_date": read_date(end, field="end_date") if end else start,
        "share": Decimal(share) if share in {"1", "0.5", "0.25", "0.75"} else share,
        "note": values.get("note", ""),
    }


def read_date(text: str, *, field: str) -> date:
    """A day as a date field sends it. Raises InvalidInput that names the field."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput("Choose a day.", field=field) from None


def read_share(text: str, *, field: str) -> Decimal:
    """Per cent as typed, as a share from 0.05 to 1. Raises InvalidInput that names the field."""
    try:
        share = Decimal(text.strip().removesuffix("%").strip()[:20]) / HUNDRED
    except InvalidOperation:
        share = Decimal(0)
    if not share.is_finite() or not Decimal("0.05") <= share <= 1 or share != share.quantize(Decimal("0.01")):
        raise InvalidInput("Enter whole per cent, from 5 to 100.", field=field)
    return share
