"""Examples of what the API tells of alerts."""

ALERT = {
    "id": 3,
    "map": 1,
    "name": "Value stuck in review",
    "metric": "value_waiting",
    "custom_metric": None,
    "stage": 4,
    "comparison": "ABOVE",
    "threshold": "350000.0000",
    "unit": "MONEY",
    "watchers": [5],
    "by_email": True,
    "webhook_url": "https://hooks.example.com/millrace",
    "webhook_secret": "9f2c4d0e6b1a8f7755e3c2b1a0998877665544332211ffeeddccbbaa00112233",
    "is_muted": False,
    "is_over": True,
    "figure": 412000.0,
    "checked_at": "2026-03-31T09:00:00Z",
    "version": 1,
    "created_at": "2026-03-02T09:00:00Z",
}
FIRING = {
    "id": 12,
    "alert": 3,
    "fired_at": "2026-03-31T09:00:00Z",
    "figure": 412000.0,
    "threshold": "350000.0000",
    "comparison": "ABOVE",
    "items": [
        {
            "story_id": 41,
            "key": "FRT-41",
            "title": "Show free places while on the phone",
            "kind": "money",
            "amount": "252857.14",
        }
    ],
    "item_count": 9,
    "is_muted": False,
    "recovered_at": None,
    "deliveries": [
        {
            "id": 20,
            "channel": "WEBHOOK",
            "state": "SENT",
            "attempts": 1,
            "error": "",
            "ended_at": "2026-03-31T09:00:02Z",
        }
    ],
}
