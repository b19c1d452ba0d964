"""The errors of every endpoint in the OpenAPI document: one schema, problem+json."""

from typing import Any

METHODS = ("get", "post", "patch", "put", "delete")
REASONS = {
    400: "A value can't be used; `errors` names every refused field, nothing was saved.",
    401: "No token or session, or one that is not valid.",
    403: "Your role in this workspace does not allow it; `detail` says whom to ask.",
    404: "There is no such thing, or none you may know of.",
    409: "The present state contradicts the request: stale `version`, duplicate, cycle.",
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "description": "A stable name of the kind of problem."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and what to do, in a sentence."},
        "code": {"type": "string", "description": "A stable word for programs."},
        "errors": {
            "type": "object",
            "description": "Messages by field or row path, such as `stories[3].points`.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "request_id": {"type": "string", "description": "Under this id the log has the request."},
    },
}


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Give every operation its error answers (a post-processing hook of drf-spectacular)."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for path in result["paths"].values():
        for method in METHODS:
            if method in path:
                _add(path[method], writes=method != "get")
    return result


def _add(operation: dict[str, Any], *, writes: bool) -> None:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, reason in REASONS.items():
        if writes or status not in (403, 409):
            operation["responses"].setdefault(str(status), {"description": reason, "content": content})
