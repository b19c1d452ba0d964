"""Examples of what the flow charts answer."""

from typing import Any

ASKED = {"map": 1, "as_of": "2026-03-31T22:00:00Z", "window_days": 90, "clock": "24x7"}
BANDS = {"n": 31, "p50": 151200.0, "p85": 352800.0, "p95": 604800.0}
STORY: dict[str, Any] = {"story_id": 41, "key": "FRT-41", "title": "Show free places", "value": "252857.14"}
CFD = {
    **ASKED,
    "step_days": 1,
    "days": ["2026-03-30", "2026-03-31"],
    "last_day_is_over": True,
    "stages": [
        {
            "id": 4,
            "name": "Review",
            "blocks": [
                {
                    "id": 4,
                    "name": "Review",
                    "kind": "WAIT",
                    "finished": False,
                    "arrivals": [2, 1],
                    "departures": [0, 1],
                    "items": [9, 9],
                    "value": ["412000.00", "398000.00"],
                }
            ],
        }
    ],
}
AGEING = {
    **ASKED,
    "wip": 9,
    "told": 9,
    "stages": [
        {
            "id": 4,
            "name": "Review",
            "finished_visits": BANDS,
            "wip": 9,
            "older_than_p85": 3,
            "items": [{**STORY, "age": 432000.0, "waiting": True}],
        }
    ],
}
CYCLE_TIMES = {
    **ASKED,
    "cycle_time": BANDS,
    "told": 31,
    "items": [{**STORY, "left_at": "2026-03-30T14:05:00Z", "cycle_time": 3024000.0}],
}
THROUGHPUT = {
    **ASKED,
    "weeks": ["2026-03-16", "2026-03-23"],
    "unvalued": 2,
    "items": {
        "values": [3, 5],
        "limits": {"mean": 4.1, "mean_moving_range": 1.9, "lower": 0.0, "upper": 9.154, "n": 26, "firm": True},
        "signals": [],
    },
    "value": {
        "values": ["41000.00", "52000.00"],
        "limits": {
            "mean": "45000.00",
            "mean_moving_range": "13500.00",
            "lower": "9090.00",
            "upper": "80910.00",
            "n": 26,
            "firm": True,
        },
        "signals": [
            {
                "rule": "eight values in a row on one side of the mean",
                "from": "2026-02-02",
                "to": "2026-03-23",
                "above": False,
            }
        ],
    },
}
WORK_MIX = {
    **ASKED,
    "by": "application",
    "weeks": ["2026-03-16", "2026-03-23"],
    "items": {"groups": [{"name": "Freight", "values": [2, 4]}], "others": [1, 1]},
    "value": {"groups": [{"name": "Freight", "values": ["30000.00", "48000.00"]}], "others": ["11000.00", "4000.00"]},
}
MOVE = {"from": "Review", "from_id": 4, "to": "In progress", "to_id": 3, "n": 5, "seconds": 432000.0, "cost": "6100.00"}
REWORK = {**ASKED, "stale": False, "moves": [MOVE], "total": {"n": 5, "seconds": 432000.0, "cost": "6100.00"}}
SERIES = {
    "map": 1,
    "stage": 4,
    "metric": "value_held",
    "window_days": 90,
    "clock": "24x7",
    "points": [
        {"date": "2026-03-30", "value": "412000.00", "origin": "snapshot"},
        {"date": "2026-03-31", "value": "398000.00", "origin": "replay"},
    ],
}
