"""What the API answers about custom fields, for the reference."""

CUSTOM_FIELD = {
    "id": 4,
    "workspace": 1,
    "item": "STORY",
    "key": "risk",
    "name": "Risk",
    "kind": "CHOICE",
    "unit": "",
    "formula": "",
    "result_kind": "",
    "options": [
        {"id": 11, "label": "High", "tone": "red", "position": 1, "is_archived": False},
        {"id": 12, "label": "Low", "tone": "", "position": 2, "is_archived": False},
    ],
    "position": 1,
    "is_archived": False,
    "version": 1,
    "created_at": "2026-03-03T08:30:00Z",
}
SHOWN_FIELD = {"key": "risk", "name": "Risk", "kind": "CHOICE", "value": 11, "text": "High", "reason": ""}
