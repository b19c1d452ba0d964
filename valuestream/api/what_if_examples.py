"""Examples of what-if."""

from typing import Any

WHAT_IF_ASKED: dict[str, Any] = {"people": {"4": 2}, "weeks": 13}
WHAT_IF: dict[str, Any] = {
    "as_of": "2026-03-31T17:00:00Z",
    "window_days": 90,
    "weeks": 13,
    "runs": 200,
    "changed": True,
    "verdict": "worth it",
    "because": "",
    "pays_share": 1.0,
    "cost": "17342",
    "cost_per_person_week": "1334",
    "payback_weeks": 4,
    "delivered_value": {
        "as_is": {"low": "2248489", "middle": "2804934", "high": "3631819"},
        "what_if": {"low": "3044864", "middle": "4161042", "high": "5182754"},
        "difference": {"low": "286571", "middle": "1322858", "high": "2165745"},
    },
    "throughput_per_week": {
        "as_is": {"low": 3.538, "middle": 4.308, "high": 5.773},
        "what_if": {"low": 5.231, "middle": 6.769, "high": 8.385},
        "difference": {"low": 0.692, "middle": 2.385, "high": 3.462},
    },
    "lead_time_p50": {
        "as_is": {"low": 5314572.0, "middle": 5956015.0, "high": 6518834.0},
        "what_if": {"low": 4261003.0, "middle": 5137092.0, "high": 6090578.0},
        "difference": {"low": -1513119.0, "middle": -822049.0, "high": -151207.0},
    },
    "lead_time_p85": {
        "as_is": {"low": 6492274.0, "middle": 7388205.0, "high": 7995202.0},
        "what_if": {"low": 5701334.0, "middle": 6361928.0, "high": 7326471.0},
        "difference": {"low": -1610759.0, "middle": -938502.0, "high": 13111.0},
    },
    "value_held": {
        "as_is": {"low": "3214724", "middle": "4707662", "high": "6751194"},
        "what_if": {"low": "1811773", "middle": "3467844", "high": "5815907"},
        "difference": {"low": "-2204682", "middle": "-1345349", "high": "-316459"},
    },
    "idle_cost": {
        "as_is": {"low": "386989", "middle": "515793", "high": "679714"},
        "what_if": {"low": "297126", "middle": "446173", "high": "614621"},
        "difference": {"low": "-132349", "middle": "-87519", "high": "-28727"},
    },
    "bottleneck": {"stage_id": 4, "stage": "Review"},
    "next_bottleneck": {"stage_id": 4, "stage": "Review"},
    "stages": [
        {
            "id": 4,
            "name": "Review",
            "people": 1,
            "people_after": 2,
            "people_assumed": False,
            "wip_limit": None,
            "departures": 71,
            "items_at_once": 1.77,
            "back_share": 0.0845,
            "utilisation": 1.0,
            "utilisation_after": 0.884,
            "idle_cost": "496326",
            "idle_cost_after": "366017",
            "holds": [],
        }
    ],
    "further": [
        {
            "stage_id": 4,
            "stage": "Review",
            "people": 2,
            "gain": {"low": "286571", "middle": "1322858", "high": "2165745"},
            "verdict": "worth it",
        },
        {
            "stage_id": 4,
            "stage": "Review",
            "people": 3,
            "gain": {"low": "-178294", "middle": "194413", "high": "1225835"},
            "verdict": "can't tell",
        },
    ],
}
