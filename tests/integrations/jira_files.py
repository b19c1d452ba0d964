"""Jira issues written by hand, in the shape Jira sends them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

STATUSES: dict[str, tuple[str, int, str]] = {
    "1": ("Open", 2, "new"),
    "3": ("In Progress", 4, "indeterminate"),
    "5": ("In Review", 4, "indeterminate"),
    "6": ("Closed", 3, "done"),
}


def status(number: str, name: str | None = None) -> dict[str, Any]:
    known, category, key = STATUSES[number]
    return {"id": number, "name": name or known, "statusCategory": {"id": category, "key": key, "name": key}}


def change(field: str, before: tuple[str | None, str | None], after: tuple[str | None, str | None]) -> dict[str, Any]:
    return {
        "field": field,
        "fieldId": field,
        "from": before[0],
        "fromString": before[1],
        "to": after[0],
        "toString": after[1],
    }


def move(before: str, after: str) -> dict[str, Any]:
    return change("status", (before, STATUSES[before][0]), (after, STATUSES[after][0]))


def history(number: int, created: str, *items: dict[str, Any], author: str = "Ada") -> dict[str, Any]:
    person = {"accountId": author, "displayName": author}
    return {"id": str(number), "created": created, "author": person, "items": list(items)}


def issue(number: int, *histories: dict[str, Any], now_in: str = "1", **fields: Any) -> dict[str, Any]:
    """An issue; histories are given oldest first and sent newest first, as Jira does."""
    kind = fields.pop("issuetype", {"name": "Story", "subtask": False, "hierarchyLevel": 0})
    total = fields.pop("total", len(histories))
    return {
        "id": str(10_000 + number),
        "key": f"SHOP-{number}",
        "fields": {
            "summary": f"Issue {number}",
            "created": f"2026-01-{number % 27 + 1:02}T09:00:00.000+0100",
            "status": status(now_in),
            "issuetype": kind,
            "project": {"id": "77", "key": "SHOP", "name": "Web shop"},
            **fields,
        },
        "changelog": {"startAt": 0, "maxResults": 100, "total": total, "histories": list(reversed(histories))},
    }


def typical_issues(number: int = 3) -> list[dict[str, Any]]:
    """Issues that went Open, In Progress, Closed."""
    return [
        issue(
            index,
            history(index * 10, "2026-02-02T10:00:00.000+0000", move("1", "3")),
            history(index * 10 + 1, "2026-02-03T10:00:00.000+0000", move("3", "6")),
            now_in="6",
        )
        for index in range(1, number + 1)
    ]


def write_json(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def write_lines(path: Path, issues: Iterable[Any]) -> Path:
    path.write_text("\n".join(json.dumps(entry) for entry in issues), encoding="utf-8")
    return path
