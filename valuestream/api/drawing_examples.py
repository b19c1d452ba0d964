"""Examples of drawings for the reference of the API."""

from typing import Any

DRAWING: dict[str, Any] = {
    "version": 3,
    "wait_rule": "UNTIL_ASSIGNED",
    "filter": "",
    "stages": [
        {
            "id": 4,
            "name": "Review",
            "staffed": 2,
            "target_days": "1.50",
            "blocks": [
                {"id": 8, "name": "Awaiting review", "kind": "WAIT", "values": [5]},
                {"id": 9, "name": "In review", "kind": "WORK", "values": [6]},
            ],
        }
    ],
}
VERSION: dict[str, Any] = {
    "number": 3,
    "made_at": "2026-11-02T08:15:00Z",
    "made_by": "Ada Moreau",
    "reason": "Review is one team's work now",
    "drawing": {name: DRAWING[name] for name in ("wait_rule", "filter", "stages")},
}
