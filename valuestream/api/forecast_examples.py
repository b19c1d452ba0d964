"""What the API answers about forecasts, for the reference."""

from typing import Any

KEPT: dict[str, Any] = {
    "id": 9,
    "workspace": 1,
    "about": "capability",
    "subject_id": 3,
    "subject": "Show free places",
    "filter": "",
    "order": "backlog",
    "measure": "points",
    "since": None,
    "as_of": "2026-03-02T08:00:00Z",
    "is_past": False,
    "is_weekly": False,
    "created_at": "2026-03-02T08:00:00Z",
    "computed_at": "2026-03-02T08:00:00Z",
    "stories": 6,
    "p15_date": "2026-03-20",
    "p50_date": "2026-03-27",
    "p85_date": "2026-04-09",
    "unknown": "",
}
_DAY = {
    "date": "2026-04-09",
    "done": 0.8512,
    "left": [0, 0, 0],
    "live_per_week": ["9300.00", "9300.00", "9300.00"],
    "earned": ["1860.00", "16740.00", "26040.00"],
}
ANSWER: dict[str, Any] = {
    "about": "capability",
    "subject_id": 3,
    "subject": "Show free places",
    "filter": "",
    "order": "backlog",
    "measure": "points",
    "as_of": "2026-03-02T08:00:00Z",
    "first_day": "2026-03-02",
    "stories": 6,
    "counted": 6,
    "before": 11,
    "amount": 21.0,
    "unknown": "",
    "left_out": [
        {
            "stories": 1,
            "why": "without points: counted as 3.9 each, the mean of what was finished",
            "keys": ["FRT-44"],
        }
    ],
    "earning": {"counted": 1, "per_week": "9300.00", "elsewhere": 0, "unvalued": 0},
    "teams": [
        {
            "team": 1,
            "name": "Quayside",
            "stories": 6,
            "per_week": 13.4,
            "unit": "points",
            "history_days": 79,
            "needed_days": 10,
            "backtest": {"said": [0.5, 0.85], "held": [0.55, 0.825], "tried": 40, "reason": ""},
            "change": None,
        }
    ],
    "runs": 10000,
    "finish": {"p15": "2026-03-20", "p50": "2026-03-27", "p85": "2026-04-09"},
    "looked_until": "2026-05-22",
    "target": {"date": "2026-03-31", "share": 0.61},
    "days": [_DAY],
}
DETAIL = {**KEPT, "job": None, "state": "DONE", "answer": ANSWER}
