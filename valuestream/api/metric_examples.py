"""Examples of what the API tells of custom metrics."""

CUSTOM_METRIC = {
    "id": 6,
    "map": 1,
    "name": "Points in it",
    "aggregate": "SUM",
    "percentile": None,
    "field": "points",
    "items": "IN",
    "version": 1,
    "created_at": "2026-03-02T09:00:00Z",
}
CUSTOM_METRICS = {
    "as_of": "2026-03-31T22:00:00Z",
    "window_days": 90,
    "results": [
        {
            "metric": CUSTOM_METRIC,
            "stages": [{"value": "34.5", "items": 9, "known": 7, "id": 4, "name": "Review"}],
            "blocks": [{"value": "34.5", "items": 9, "known": 7, "id": 4, "name": "Review"}],
            "total": {"value": "112", "items": 31, "known": 26},
            "problem": "",
        }
    ],
}
