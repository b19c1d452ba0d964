"""Examples of what the API tells."""

USER = {"id": 3, "username": "dana", "name": "Dana Ruiz"}
WORKSPACE = {
    "id": 1,
    "key": "ACME",
    "name": "Acme",
    "role": "OWNER",
    "time_zone": "Europe/Oslo",
    "currency": "USD",
    "discount_rate": "0.1000",
    "horizon_weeks": 104,
    "cost_per_point": "900.00",
    "work_weekdays": [0, 1, 2, 3, 4],
    "work_starts": "09:00:00",
    "work_ends": "17:00:00",
    "holiday_country": "NO",
    "created_at": "2026-03-02T09:00:00Z",
}
MEMBER = {"id": 8, "workspace": 1, "user": USER, "role": "MEMBER", "created_at": "2026-03-02T09:00:00Z"}
INVITATION = {
    "id": 4,
    "workspace": 1,
    "email": "lee@example.com",
    "role": "MEMBER",
    "invited_by": USER,
    "created_at": "2026-03-02T09:00:00Z",
    "expires_at": "2026-03-16T09:00:00Z",
}
INVITATION_MADE = INVITATION | {"link": "https://millrace.example.com/invitations/3kX0.../"}
