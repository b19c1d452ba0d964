"""A generated Jira export in the shape of a search response: issues with their changelog, newest first."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

STATUSES = [("1", "To Do", "new"), ("2", "In Progress", "indeterminate"), ("3", "In Review", "indeterminate")]
STATUSES += [("4", "Testing", "indeterminate"), ("5", "Done", "done")]
START = datetime(2024, 1, 1, 8, tzinfo=UTC)


def write_jira_export(path: Path, *, issues: int, seed: int = 7) -> int:
    """Write an export of so many issues; return the number of status transitions in it."""
    random = Random(seed)
    transitions = 0
    with path.open("w") as file:
        file.write('{"issues": [')
        for number in range(1, issues + 1):
            issue = _issue(number, random)
            transitions += len(issue["changelog"]["histories"])
            file.write(("," if number > 1 else "") + json.dumps(issue))
        file.write("]}")
    return transitions


def _issue(number: int, random: Random) -> dict[str, Any]:
    created = START + timedelta(minutes=7 * number)
    path = _path(random)
    moments = [created]
    for _ in path[1:]:
        moments.append(moments[-1] + timedelta(hours=random.lognormvariate(2.2, 1.2)))
    histories = [
        _history(number * 100 + step, moments[step], path[step - 1], path[step]) for step in range(1, len(path))
    ]
    return {
        "id": str(10_000 + number),
        "key": f"GEN-{number}",
        "fields": {
            "summary": f"Generated issue {number}",
            "description": "Written by the benchmark.",
            "issuetype": {"id": "10001", "name": "Story", "subtask": False, "hierarchyLevel": 0},
            "project": {"id": "1", "key": "GEN", "name": "Generated"},
            "status": _status(path[-1]),
            "created": _stamp(created),
            "updated": _stamp(moments[-1]),
            "customfield_10016": random.choice([1, 2, 3, 5, 8]),
            "assignee": {"accountId": f"u{number % 40}", "displayName": f"Person {number % 40}"},
        },
        "changelog": {"startAt": 0, "maxResults": 100, "total": len(histories), "histories": histories[::-1]},
    }


def _path(random: Random) -> list[int]:
    """Return the statuses an issue went through, some of it twice."""
    path = [0, 1, 2, 3, 4]
    for _ in range(random.choice([0, 1, 2, 3])):
        path[-1:-1] = [1, 2, 3]
    return path


def _history(identity: int, at: datetime, before: int, after: int) -> dict[str, Any]:
    item = {
        "field": "status",
        "fieldtype": "jira",
        "fieldId": "status",
        "from": STATUSES[before][0],
        "fromString": STATUSES[before][1],
        "to": STATUSES[after][0],
        "toString": STATUSES[after][1],
    }
    return {"id": str(identity), "author": {"displayName": "Person 1"}, "created": _stamp(at), "items": [item]}


def _status(index: int) -> dict[str, Any]:
    identity, name, category = STATUSES[index]
    return {"id": identity, "name": name, "statusCategory": {"key": category}}


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000"
