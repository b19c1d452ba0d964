"""What the API answers about sprint plans, for the reference."""

SPRINT_PLAN = {
    "id": 12,
    "workspace": 1,
    "number": 3,
    "state": "READY",
    "problem": "",
    "value": "46000.00",
    "bound": "47500.00",
    "asked_by_name": "Dana Ruiz",
    "created_at": "2026-03-02T08:00:00Z",
    "computed_at": "2026-03-02T08:00:01Z",
    "applied_at": None,
    "applied_by_name": "",
}
_LOAD = {
    "team": 1,
    "name": "Quayside",
    "sprint_id": 10,
    "planned_points": "8.00",
    "capacity_points": "34.00",
    "capacity_points_p15": "27.50",
    "capacity_hours": "260.00",
}
SPRINT_PLAN_DETAIL = {
    **SPRINT_PLAN,
    "job": None,
    "improves": None,
    "level": "p50",
    "keep": False,
    "earns_until": "2026-05-01",
    "at_least": 0.968,
    "sprints": [
        {
            "place": 0,
            "name": "Sprint 10",
            "first_day": "2026-03-09",
            "last_day": "2026-03-20",
            "is_running": False,
            "value": "46000.00",
            "teams": [_LOAD],
        }
    ],
    "placement": [
        {"story": 41, "sprint": 0, "sprint_id": 10, "was": None, "is_edited": False},
        {"story": 42, "sprint": None, "sprint_id": None, "was": None, "is_edited": False},
    ],
    "capabilities": [{"unit": 7, "sprint": 0, "earned": "46000.00"}],
    "not_finished": [
        {
            "unit": -42,
            "cost_of_delay": 900.0,
            "why": "FRT-42 is 55 points. Quayside never has more than 34 in a sprint: split it.",
            "fix": "split",
            "story": 42,
        }
    ],
    "violations": [],
    "moves": 1,
    "planned_now": {"value": "0.00", "finished": 0},
    "time_available": {"value": "40000.00", "finished": 1},
    "stories_left_out": 0,
}
PLAN_PRICE = {
    "value_before": "46000.00",
    "value_after": "42000.00",
    "difference": "-4000.00",
    "violations": ["Quayside is 2 points over in Sprint 11."],
    "changes": [{"unit": 7, "before": 0, "after": 1}],
}
PLAN_PRICES = {
    "prices": [
        {"sprint": None, "difference": "-46000.00", "violations": [], "is_refused": False},
        {"sprint": 0, "difference": None, "violations": ["This sprint runs already."], "is_refused": True},
        {"sprint": 1, "difference": "0.00", "violations": [], "is_refused": False},
    ]
}
CHOICE_PRICE = {
    "chosen": 1,
    "offered": 2,
    "value": "46000.00",
    "difference": "46000.00",
    "whole": "51000.00",
    "violations": [],
    "more_violations": 0,
}
