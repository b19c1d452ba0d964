"""Examples of what every part of the API tells."""

JOB = {
    "id": 31,
    "url": "https://millrace.example.com/api/v1/jobs/31/",
    "kind": "integrations.import",
    "state": "RUNNING",
    "progress": 0.42,
    "progress_done": 420,
    "progress_total": 1000,
    "message": "420 of 1,000 kB",
    "result": None,
    "error": "",
    "cancel_requested": False,
    "created_at": "2026-03-02T09:00:00Z",
    "started_at": "2026-03-02T09:00:01Z",
    "finished_at": None,
}
