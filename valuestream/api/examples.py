"""Examples of what the API tells."""

from typing import Any

MAP = {
    "id": 1,
    "workspace": 1,
    "name": "Idea to live",
    "follows_workflow": True,
    "version": 3,
    "field": None,
    "wait_rule": "NONE",
    "filter": "",
    "stages": [
        {
            "id": 4,
            "name": "Review",
            "staffed": 2,
            "target_days": "1.50",
            "blocks": [{"id": 4, "name": "Review", "kind": "WORK", "states": [4], "choices": [], "finished": False}],
        }
    ],
    "created_at": "2026-03-02T09:00:00Z",
}
DURATION = {"n": 31, "mean": 190800.0, "p50": 151200.0, "p85": 352800.0}
AGE = {"p50": 86400.0, "p85": 259200.0, "max": 604800.0}
FIGURES: dict[str, Any] = {
    "arrivals": 34,
    "departures": 31,
    "throughput": 2.41,
    "wip": 9,
    "queue_length": 4,
    "queue_length_at_start": 1,
    "wip_age": AGE,
    "queue_age": AGE,
    "lead_time": DURATION,
    "waiting_time": DURATION,
    "process_time": DURATION,
    "flow_efficiency": 0.41,
    "percent_complete_accurate": 0.87,
    "resources": 3,
    "staffed": 2,
    "load": 4.5,
    "value_held": "412000.00",
    "value_waiting": "180000.00",
    "value_arrived": "1560000.00",
    "value_departed": "1420000.00",
    "average_value": "45777.78",
    "largest_holder": {"story_id": 41, "key": "FRT-41", "title": "Show free places", "value": "252857.14"},
    "unvalued": 2,
    "delay_cost_rate": "8600.00",
    "idle_cost": "31200.00",
    "unvalued_visits": 5,
    "utilisation": 0.91,
    "littles_law": {"wip": 8.2, "throughput": 2.41, "lead_time": 190800.0, "residual": 0.4, "steady": True},
}
STAGE = {
    "id": 4,
    "name": "Review",
    "finished": False,
    "staffed": 2,
    "metrics": FIGURES,
    "blocks": [
        {"id": 4, "name": "Review", "kind": "WORK", "finished": False, "states": ["Review"], "metrics": FIGURES}
    ],
}
METRICS = {
    "map": 1,
    "as_of": "2026-03-31T22:00:00Z",
    "window_days": 90,
    "clock": "24x7",
    "computed_at": "2026-04-01T06:00:00Z",
    "stale": False,
    "log_position": 1733,
    "stages": [STAGE],
    "total": FIGURES,
    "unmapped": [],
    "bottleneck": {
        "stage_id": 4,
        "stage": "Review",
        "idle_cost": "31200.00",
        "share": 0.62,
        "agrees": True,
        "evidence": [{"sign": "queue growth", "points_at": "Review", "agrees": True}],
    },
    "rework": [
        {
            "from": "Review",
            "from_id": 4,
            "to": "In progress",
            "to_id": 3,
            "n": 5,
            "seconds": 432000.0,
            "cost": "6100.00",
        }
    ],
}
