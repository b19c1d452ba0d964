"""Examples of Kanban boards, their cards and moves in the API's reference."""

COLUMN = {
    "value": "4",
    "label": "Doing",
    "also": ["5"],
    "wip_limit": 3,
    "wip_rule": "REASON",
    "is_hidden": False,
}
BOARD = {
    "id": 2,
    "workspace": 1,
    "name": "Flow of stories",
    "item": "STORY",
    "column_field": "state",
    "lane_field": "assignee",
    "filter_text": "category is not Cancelled",
    "card_fields": ["points", "cost_of_delay"],
    "colour_field": "team",
    "lane_limits": {"7": 2},
    "lane_rule": "WARN",
    "columns": [COLUMN],
    "is_shared": True,
    "owner": 3,
    "owner_name": "Dana Ruiz",
    "version": 3,
    "created_at": "2026-03-02T09:00:00Z",
}
BOARD_DETAIL = {
    **BOARD,
    "problem": "",
    "counts": [
        {
            "value": "4",
            "label": "Doing",
            "number": 4,
            "points": "13.00",
            "cost_of_delay": "22800.00",
            "wip_limit": 3,
            "over": 1,
        }
    ],
    "lanes": [{"value": "7", "label": "Dana Ruiz", "number": 3, "in_progress": 2, "wip_limit": 2}],
    "off_board": [{"number": 180, "reason": "Done is hidden"}],
}
BOARD_CARD = {
    "id": 41,
    "key": "FRT-41",
    "title": "Show free places while on the phone",
    "column": "4",
    "lane": "7",
    "version": 6,
    "values": {"points": "5", "cost_of_delay": "4,200"},
}
NEW_BOARD = {
    "name": "Flow of stories",
    "item": "STORY",
    "column_field": "state",
    "columns": [COLUMN],
    "card_fields": ["points"],
}
MOVE = {"id": 41, "column": "4", "was_column": "3", "before": 57, "reason": "The ferry is down"}
MOVED = {
    "id": 41,
    "name": "FRT-41",
    "column": "4",
    "lane": "7",
    "changed": True,
    "warnings": ["Doing would have 4 stories, its limit is 3."],
    "undo_token": "1733-1735-1f0c5a7e9b3d2846~",
}
UNDO = {"undo_token": "1733-1735-1f0c5a7e9b3d2846~"}
UNDONE = {"changed": True}
