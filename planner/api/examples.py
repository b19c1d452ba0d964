"""Examples of what the API tells; the tests hold the real answers to their shapes."""

STATE = {"id": 3, "name": "In progress", "category": "IN_PROGRESS"}
CAPABILITY_SHORT = {"id": 7, "key": "FRT-7", "title": "Rebook by phone in one call"}
APPLICATION_SHORT = {"id": 2, "key": "FRT", "name": "Freight"}
TEAM_SHORT = {"id": 1, "name": "Quayside"}
SPRINT_SHORT = {"id": 9, "name": "Sprint 9", "state": "IN_PROGRESS"}
PERSON_SHORT = {"id": 5, "name": "Dana Ruiz"}
STORY_SHORT = {"id": 41, "key": "FRT-41", "title": "Show free places while on the phone"}

APPLICATION = {
    "id": 2,
    "workspace": 1,
    "key": "FRT",
    "name": "Freight",
    "description": "Booking of lorries and trailers.",
    "parent": None,
}
CAPABILITY = {
    "id": 7,
    "workspace": 1,
    "key": "FRT-7",
    "title": "Rebook by phone in one call",
    "description": "",
    "application": APPLICATION_SHORT,
    "due_date": None,
    "cost_of_delay": "12400.00",
    "cost_of_delay_low": "9100.00",
    "cost_of_delay_high": "16200.00",
    "business_value": "1180000.00",
    "cd3": "885.7143",
    "closure_points": "14.00",
    "version": 1,
    "created_at": "2026-03-02T09:00:00Z",
    "updated_at": "2026-03-02T09:00:00Z",
}
CAPABILITY_DETAIL = {
    **CAPABILITY,
    "investment": "16800.00",
    "npv": "1163200.00",
    "roi": "69.2381",
    "payback_weeks": 2,
}
APPLICATION_VALUE = {
    "application": APPLICATION_SHORT,
    "cost_of_delay": "41200.00",
    "business_value": "3904000.00",
    "investment": "164000.00",
    "npv": "3740000.00",
    "roi": "22.8049",
    "points": "118.00",
    "capabilities": 6,
    "loose_stories": 2,
    "unvalued": 1,
    "unvalued_investment": "9800.00",
}
SENSITIVITY = {
    "place": 9,
    "valued": 37,
    "place_at_low": 14,
    "place_at_high": 6,
    "learning_value": "1840.00",
    "inputs": [
        {
            "source_index": 0,
            "kind": "TIME_SAVINGS",
            "input": "minutes_saved",
            "share_of_spread": 0.4,
            "cost_of_delay_at_low": 8600.0,
            "cost_of_delay_at_high": 18600.0,
            "place_at_low": 15,
            "place_at_high": 4,
        }
    ],
}
VALUE_MODEL = {
    "sources": [
        {
            "kind": "TIME_SAVINGS",
            "inputs": {
                "users": {"low": "60", "likely": "80", "high": "90"},
                "uses_per_week": "25",
                "minutes_saved": {"low": "3", "likely": "6", "high": "8"},
                "hourly_cost": "62.00",
                "adoption": {"low": "0.5", "likely": "0.8", "high": "0.95"},
            },
        }
    ],
    "horizon_weeks": 104,
    "ramp_weeks": 8,
    "discount_rate": "0.10",
    "urgency": "STEADY",
}
NEW_ESTIMATE = {"model": VALUE_MODEL, "reason": "Timed 20 calls in week 9"}
ESTIMATE = {
    "id": 12,
    "capability": 7,
    "story": None,
    "model": VALUE_MODEL,
    "cost_of_delay": "9284.33",
    "cost_of_delay_low": "6800.00",
    "cost_of_delay_high": "11700.00",
    "business_value": "842000.00",
    "reason": "Timed 20 calls in week 9",
    "author_name": "Dana Ruiz",
    "occurred_at": "2026-03-02T09:00:00Z",
    "recorded_at": "2026-03-02T09:00:00Z",
}
NEW_STORY = {"title": "Show free places while on the phone", "points": "3", "capability": 7, "kind": "STORY"}
STORY = {
    "id": 41,
    "workspace": 1,
    "key": "FRT-41",
    "kind": "STORY",
    "title": "Show free places while on the phone",
    "description": "",
    "acceptance": "",
    "required": True,
    "points": "3.00",
    "state": STATE,
    "capability": CAPABILITY_SHORT,
    "application": APPLICATION_SHORT,
    "team": TEAM_SHORT,
    "sprint": SPRINT_SHORT,
    "assignee": PERSON_SHORT,
    "blocked": False,
    "blocked_reason": "",
    "blocked_at": None,
    "cost_of_delay": None,
    "cost_of_delay_low": None,
    "cost_of_delay_high": None,
    "business_value": None,
    "cd3": None,
    "version": 4,
    "created_at": "2026-03-02T09:00:00Z",
    "updated_at": "2026-03-04T14:12:08Z",
    "state_entered_at": "2026-03-04T14:12:08Z",
}
BACKLOG_ROW = {
    "id": 41,
    "key": "FRT-41",
    "title": "Show free places while on the phone",
    "kind": "STORY",
    "points": "3.00",
    "required": True,
    "state": STATE,
    "capability": CAPABILITY_SHORT,
    "assignee": PERSON_SHORT,
    "blocked": False,
    "version": 4,
    "position": 1,
    "cost_of_delay": "12400.00",
    "business_value": "1180000.00",
    "cd3": "885.7143",
    "attributed_value": "252857.14",
    "unvalued": False,
}
EVENT = {
    "id": 1733,
    "story": STORY_SHORT,
    "sequence": 5,
    "field": "state",
    "from_value": "Ready",
    "to_value": "In progress",
    "from_id": 2,
    "to_id": 3,
    "actor_name": "Dana Ruiz",
    "source": "UI",
    "occurred_at": "2026-03-04T14:12:08Z",
    "recorded_at": "2026-03-04T14:12:08Z",
}
PERSON = {
    "id": 5,
    "workspace": 1,
    "name": "Dana Ruiz",
    "email": "dana@example.com",
    "user": 3,
    "skills": ["frontend", "payments"],
    "holiday_country": "",
}
TEAM = {
    "id": 1,
    "workspace": 1,
    "name": "Quayside",
    "cost_per_point": None,
    "focus_factor": "0.80",
    "sprint_days": 14,
    "people": [PERSON_SHORT],
}
SPRINT = {
    "id": 9,
    "workspace": 1,
    "team": TEAM_SHORT,
    "name": "Sprint 9",
    "goal": "Agents rebook without calling back",
    "state": "IN_PROGRESS",
    "start_date": "2026-03-02",
    "end_date": "2026-03-13",
    "initial_planned_points": "34.00",
    "initial_planned_hours": "126.50",
    "started_at": "2026-03-02T08:05:00Z",
    "completed_at": None,
    "version": 3,
    "created_at": "2026-02-23T09:00:00Z",
}
FULL_STATE = {"id": 3, "workspace": 1, "name": "In progress", "category": "IN_PROGRESS", "position": 3}
DEPENDENCY = {
    "id": 17,
    "workspace": 1,
    "predecessor": {"id": 12, "key": "FRT-12", "title": "Read the timetable once"},
    "successor": STORY_SHORT,
    "created_at": "2026-03-02T09:00:00Z",
}
ENABLER = {"story": STORY_SHORT, "points": "8.00", "waiting": "49500.00", "worth": "18200.00"}
VOTE = {
    "id": 3,
    "workspace": 1,
    "capability": CAPABILITY_SHORT,
    "story": None,
    "kind": "SPONSOR",
    "weight": 4,
    "voter": 2,
    "voter_name": "Dana Ruiz",
    "cast_at": "2026-03-02T09:00:00Z",
}
FEEDBACK = {
    "id": 11,
    "workspace": 1,
    "text": "The quote takes a day; I book elsewhere.",
    "customer": "Nordlake Foods",
    "weight": "3.00",
    "state": "LINKED",
    "capability": CAPABILITY_SHORT,
    "reason": "",
    "received_on": "2026-03-02",
    "author_name": "Dana Ruiz",
    "created_at": "2026-03-02T09:00:00Z",
    "vetted_by_name": "Priya Raman",
    "vetted_at": "2026-03-03T09:00:00Z",
    "version": 2,
}
SCORES = {
    "user_value": "13.00",
    "time_criticality": "5.00",
    "risk_reduction": "3.00",
    "job_size": "8.00",
    "wsjf": "2.6250",
    "reach": "400.00",
    "impact": "2.00",
    "confidence": "0.800",
    "effort": "3.00",
    "rice": "213.3333",
    "author_name": "Dana Ruiz",
    "updated_at": "2026-03-02T09:00:00Z",
}
LENS_PRICE = {
    "lens": "money",
    "label": "Money-optimal",
    "rule": "Most dollars soonest, dependencies obeyed",
    "total_delay_cost": "4010800.00",
    "above_bound": "20400.00",
    "gap": 0.0051,
    "shares": {"25": 0.47, "50": 0.77, "75": 0.95},
    "rated": 37,
    "computed_at": "2026-03-04T14:12:09Z",
}
PRICE_LIST = {
    "lower_bound": "3990400.00",
    "frozen_cost": "20400.00",
    "pins_cost": "0.00",
    "points_per_week": "24.5000",
    "is_assumed": False,
    "valued_units": 37,
    "unvalued_units": 5,
    "total_points": "990.00",
    "computed_at": "2026-03-04T14:12:09Z",
    "lenses": [LENS_PRICE],
}
LENS_COURSE = {
    "lens": "money",
    "label": "Money-optimal",
    "rule": "Most dollars soonest, dependencies obeyed",
    "total_delay_cost": "4010800.00",
    "shares": {"25": 0.47, "50": 0.77, "75": 0.95},
    "effort": [0.0, 14.0, 990.0],
    "live": [0.0, 0.06, 1.0],
    "earned": "3950000.00",
    "left_behind": "0.00",
    "earned_by_week": [0.0, 5300.0, 22100.0],
    "done": {"25": 9, "50": 21, "75": 30},
    "half_begun": {"25": 1, "50": 1, "75": 1},
    "rated": 37,
}
LENS_COMPARISON = {
    "first": "money",
    "second": "manual",
    "weeks": 26,
    "gain": "1900000.00",
    "gain_low": "1500000.00",
    "gain_high": "2400000.00",
    "total_points": 990.0,
    "points_per_week": 24.5,
    "is_assumed": False,
    "value_per_week": "211000.00",
    "valued_units": 37,
    "unvalued_units": 5,
    "unvalued_points": 97.0,
    "no_required": 1,
    "frozen_stories": 6,
    "pins_left_out": 2,
    "enabler_count": 4,
    "enablers": [{"story_id": 12, "key": "FRT-12", "title": "Read the timetable once", "unblocks": "49500.00"}],
    "courses": [LENS_COURSE],
}
PROPOSAL = {
    "id": 4,
    "workspace": 1,
    "state": "READY",
    "error": "",
    "job": None,
    "author_name": "Dana Ruiz",
    "created_at": "2026-03-02T09:12:00Z",
    "computed_at": "2026-03-02T09:12:01Z",
    "decided_at": None,
    "decided_by_name": "",
    "points_per_week": "24.5000",
    "lower_bound": "1524000.00",
    "total_delay_cost_now": "1573000.00",
    "total_delay_cost_proposed": "1543900.00",
    "total_delay_cost_accepted": None,
}
_MOVED = {"unit": 7, "key": "FRT-7", "title": "Rebook by phone in one call", "place_from": 21, "place_to": 11}
PROPOSAL_DETAIL = {
    **PROPOSAL,
    "total_delay_cost_chosen": "1546900.00",
    "gap_now": 0.0322,
    "gap": 0.0131,
    "frozen_cost": "12200.00",
    "pins_cost": "5700.00",
    "left_as_is": 0,
    "left_as_is_saving": "0.00",
    "is_assumed_speed": False,
    "order": [_MOVED],
    "moves": [
        {
            **_MOVED,
            "reason": "Earns $333 a week per point, more than each of the ten it passes.",
            "saving": "7800.00",
            "chosen": True,
            "accepted": None,
        }
    ],
    "groups": [
        {
            "units": [{"unit": 7, "key": "FRT-7", "title": "Rebook by phone in one call"}],
            "spread": "151.00",
            "other_wins": 0.44,
        }
    ],
    "pins": [3],
    "left_out": [{"unit": -41, "key": "FRT-41", "title": "Show free places while on the phone", "why": "unvalued"}],
    "unvalued_units": 1,
    "nothing_left_units": 0,
    "frozen_stories": 6,
}
PIN = {
    "id": 3,
    "workspace": 1,
    "capability": CAPABILITY_SHORT,
    "story": None,
    "kind": "PLACE",
    "place": 6,
    "other_capability": None,
    "other_story": None,
    "reason": "Promised to Nordlake Foods for the June visit",
    "expires_on": "2026-07-10",
    "price": "2100.00",
    "author_name": "Dana Ruiz",
    "created_at": "2026-03-02T09:00:00Z",
    "lifted_at": None,
    "lifted_by_name": "",
}
BULK = {"changed": 3, "untouched": 0, "undo_token": "1733-1735-1f0c5a7e9b3d2846"}
BULK_UNDONE = {"changed": 3, "untouched": 0, "undo_token": ""}
VIEW = {
    "id": 4,
    "workspace": 1,
    "name": "Harbour, not estimated",
    "question": "f=team:is:Harbour&f=points:empty",
    "is_shared": True,
    "owner": 3,
    "owner_name": "Dana Ruiz",
    "created_at": "2026-03-02T09:00:00Z",
}
COMMENT = {
    "id": 12,
    "story": STORY_SHORT,
    "author": 3,
    "author_name": "Priya Raman",
    "text": "Split by net weight. @Dana Ruiz, please look.",
    "mentions": [PERSON_SHORT],
    "version": 1,
    "created_at": "2026-03-02T09:00:00Z",
    "edited_at": None,
}
ATTACHMENT = {
    "id": 8,
    "story": STORY_SHORT,
    "name": "packing-list.pdf",
    "size": 48211,
    "content_type": "application/pdf",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "uploaded_by": 3,
    "uploaded_by_name": "Priya Raman",
    "created_at": "2026-03-02T09:00:00Z",
    "url": "/api/v1/attachments/8/content/",
}
WATCH = {"watching": True, "watchers": [{"id": 3, "name": "Priya Raman"}]}
NOTICE = {
    "id": 71,
    "workspace": 1,
    "story": STORY_SHORT,
    "address": "",
    "comment": 12,
    "kind": "MENTION",
    "actor_name": "Priya Raman",
    "text": "Split by net weight. @Dana Ruiz, please look.",
    "created_at": "2026-03-02T09:00:00Z",
    "read_at": None,
}
