"""Examples of what the API tells."""

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
IMPORT = {
    "id": 6,
    "workspace": "ACME",
    "format": "jira",
    "subtasks": "stories",
    "file_name": "export.json",
    "size_bytes": 1048576,
    "counts": {"created": 210, "updated": 0, "refused": 2},
    "created_at": "2026-03-02T09:00:00Z",
    "job": JOB,
}
REFUSAL = {"id": 1, "place": "issue 17", "item": "FRT-17", "field": "created", "reason": "This is no instant."}
