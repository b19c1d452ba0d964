"""Sprints as Jira writes them: objects, and the strings of old Greenhopper."""

import re
from typing import Any

from integrations.formats.items import SprintRef
from integrations.formats.reading import clean_text
from integrations.formats.values import parse_day

_OLD_FIELD = re.compile(r"(id|name|state|goal|startDate|endDate|completeDate)=(.*?)(?=,[a-zA-Z]+=|\]$)")


def present_sprint(values: list[Any]) -> SprintRef | None:
    """Return the sprint an issue is in, or was in last: the active one, else the newest by start."""
    found = [ref for value in values for ref in _sprints(value)]
    if not found:
        return None
    rank = {"active": 2, "future": 1}
    return max(found, key=lambda ref: (rank.get(ref.state, 0), str(ref.start_date or ""), ref.external_id.zfill(20)))


def _sprints(value: Any) -> list[SprintRef]:
    entries = value if isinstance(value, list) else [value]
    return [ref for entry in entries[:200] if (ref := read_sprint(entry)) is not None]


def read_sprint(entry: Any) -> SprintRef | None:
    """Return a sprint from its object or its old string; None for anything else."""
    if isinstance(entry, str):
        entry = dict(_OLD_FIELD.findall(entry[:2000])) if "[" in entry and "id=" in entry else None
    if not isinstance(entry, dict):
        return None
    number = str(entry.get("id", ""))
    name = clean_text(entry.get("name"), 120)
    if not (number.isascii() and number.isdigit() and len(number) < 20 and name):
        return None
    start, end = parse_day(entry.get("startDate")), parse_day(entry.get("endDate"))
    if start and end and end < start:
        start = end = None
    return SprintRef(
        external_id=number,
        name=name,
        state=str(entry.get("state", "")).lower()[:10],
        goal=clean_text(entry.get("goal"), 500),
        start_date=start,
        end_date=end,
    )
