"""What the API answers about a sprint's course, for the reference: burn-down, report, entries."""

_AMOUNTS = {"points": "34.00", "hours": "126.50", "dollars": "310000.00"}
_NO_AMOUNTS = {"points": "0.00", "hours": "0.00", "dollars": "0.00"}
BURN_DOWN = {
    "committed": _AMOUNTS,
    "days": [
        {
            "day": "2026-03-02",
            "is_workday": True,
            "ideal": {"points": "30.60", "hours": "113.85", "dollars": "279000.00"},
            "scope": _AMOUNTS,
            "done": _NO_AMOUNTS,
            "remaining": _AMOUNTS,
        }
    ],
}
SPRINT_REPORT = {
    "committed": {"story_ids": [101, 102], "amounts": _AMOUNTS},
    "added": {"story_ids": [], "amounts": _NO_AMOUNTS},
    "removed": {"story_ids": [], "amounts": _NO_AMOUNTS},
    "re_estimated": _NO_AMOUNTS,
    "done": {"story_ids": [101, 102], "amounts": _AMOUNTS},
    "not_done": {"story_ids": [], "amounts": _NO_AMOUNTS},
    "initial_planned_points": "34.00",
    "planned_points": "34.00",
    "actual_points": "34.00",
    "carry_over_points": "0.00",
    "unestimated_ids": [],
    "capabilities": [
        {"key": "FRT-1", "title": "Rebook a sailing", "cost_of_delay": "9190.00", "business_value": "835000.00"}
    ],
    "value_per_week": "9190.00",
    "business_value": "835000.00",
}
SPRINT_ENTRY = {
    "story": 101,
    "key": "FRT-12",
    "title": "Read the timetable once",
    "is_committed": True,
    "points_at_start": "5.00",
    "hours_at_start": "16.00",
    "value_at_start": "49500.00",
    "outcome": "CARRIED",
    "points_left": "5.00",
    "hours_left": "4.50",
    "moved_to": 10,
}
