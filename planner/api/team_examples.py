"""Examples of teams' people, leave, capacity and velocity in the API's description."""

from planner.api.examples import PERSON_SHORT, SPRINT_SHORT, TEAM_SHORT

MEMBER = {"id": 12, "team": 1, "person": PERSON_SHORT, "hours_per_day": "7.50", "allocation": "0.80"}
LEAVE = {
    "id": 31,
    "person": PERSON_SHORT,
    "start_date": "2026-03-09",
    "end_date": "2026-03-11",
    "share": "0.50",
    "note": "Course",
}
CAPACITY = {
    "team": TEAM_SHORT,
    "sprint": SPRINT_SHORT,
    "start_date": "2026-03-02",
    "end_date": "2026-03-13",
    "focus_factor": "0.80",
    "available_hours": "54.00",
    "hours": "43.20",
    "points_p50": "21.0",
    "points_p15": "14.5",
    "sprints": 6,
    "reason": "",
    "members": [
        {
            "person": 5,
            "name": "Dana Ruiz",
            "working_days": 10,
            "leave_days": "1.50",
            "working_hours": "75.00",
            "leave_hours": "9.00",
            "allocated_hours": "51.00",
            "hours": "40.80",
        }
    ],
}
VELOCITY = {
    "team": TEAM_SHORT,
    "p50": "22.0",
    "p15": "15.4",
    "sprints": [
        {
            "sprint": SPRINT_SHORT,
            "initial_planned": "34.00",
            "planned": "36.00",
            "actual": "28.00",
            "hours": "320.00",
        }
    ],
}
