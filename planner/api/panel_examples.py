"""Examples of layouts, panels and drops in the API's reference."""

PANEL = {
    "id": 5,
    "layout": 2,
    "title": "Next sprint",
    "item": "STORY",
    "filter_text": "sprint is my team's next sprint",
    "sort": "",
    "columns": ["points", "cost_of_delay"],
    "width": 320,
    "position": 3,
}
PANEL_DETAIL = {**PANEL, "totals": {"number": 9, "points": "41.00", "cost_of_delay": "22800.00"}, "problem": ""}
LAYOUT = {
    "id": 2,
    "workspace": 1,
    "name": "Refinement",
    "is_shared": True,
    "owner": 3,
    "owner_name": "Dana Ruiz",
    "version": 3,
    "created_at": "2026-03-02T09:00:00Z",
    "panels": [PANEL],
}
LISTED_ITEM = {
    "id": 41,
    "key": "FRT-41",
    "title": "Show free places while on the phone",
    "values": {"points": "5", "cost_of_delay": "4,200"},
}
PANEL_DROP = {
    "changed": 2,
    "untouched": 0,
    "sets": [{"field": "Sprint", "value": "Sprint 15"}],
    "left": [{"id": 42, "name": "FRT-42", "reason": "points > 3: cannot be set by dropping: it names no single value"}],
    "undo_token": "1733-1735-1f0c5a7e9b3d2846",
}
