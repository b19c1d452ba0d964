"""Examples of what the API tells of tasks and of a sprint's wall."""

from planner.api.examples import CAPABILITY_SHORT, PERSON_SHORT, SPRINT_SHORT, STORY_SHORT

TASK = {
    "id": 88,
    "story": STORY_SHORT,
    "title": "Cache the free places",
    "state": "IN_PROGRESS",
    "hours_estimated": "6.00",
    "hours_left": "2.50",
    "assignee": PERSON_SHORT,
    "position": 2,
    "blocked": False,
    "blocked_reason": "",
    "blocked_at": None,
    "state_entered_at": "2026-03-04T09:10:00Z",
    "version": 3,
    "created_at": "2026-03-03T08:30:00Z",
}
WALL = {
    "sprint": SPRINT_SHORT,
    "goal": "Rebooking works for one vehicle",
    "working_days": 10,
    "working_days_left": 4,
    "stories": 8,
    "blocked": 1,
    "points_left": "24.00",
    "points_committed": "36.00",
    "hours_left": "109.00",
    "released": "486000.00",
    "still_to_release": "1180000.00",
    "columns": [
        {"state": "TODO", "tasks": 10, "hours_left": "65.00"},
        {"state": "IN_PROGRESS", "tasks": 9, "hours_left": "44.00"},
        {"state": "DONE", "tasks": 5, "hours_left": "0.00"},
    ],
    "people": [{"person": PERSON_SHORT, "hours_left": "31.00", "capacity": "22.00", "over": "9.00"}],
    "lanes": [
        {
            "capability": CAPABILITY_SHORT,
            "business_value": "1180000.00",
            "cost_of_delay": "12400.00",
            "required_stories": 6,
            "done": 4,
            "to_go": 2,
            "here": 2,
            "opens_here": True,
            "released_at": None,
        }
    ],
}
