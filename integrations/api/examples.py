"""Examples of what the API tells."""

from common.api.examples import JOB

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
