"""Every error of the API in one shape: problem details (RFC 9457), `application/problem+json`."""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelInvalid
from django.http import Http404
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from common.errors import DomainError, InvalidInput, NotAuthorised, NotFound, TooLarge
from common.web.errors import BODY_TOO_LARGE, problem, reference_gone

# How much of a refused body is still taken in, a piece at a time.
DRAINED_PIECES, PIECE_BYTES = 1024, 64 * 1024


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an anticipated error into problem+json; others go to the log and a plain 500."""
    domain_error = _as_domain_error(error)
    if domain_error is None:
        return None
    set_rollback()
    if isinstance(error, RequestDataTooBig):
        _drain(context["request"])
    body = problem(domain_error)
    request_id = context["request"].META.get("millrace.request_id")
    headers = {}
    if isinstance(error, exceptions.APIException):
        body["status"] = error.status_code
        headers = _headers(error)
    if request_id:
        body["request_id"] = request_id
    return Response(body, status=body["status"], headers=headers, content_type="application/problem+json")


def _drain(request: Request) -> None:
    """Take in what is still being sent: a sender whose connection is cut meanwhile never reads the answer."""
    for _ in range(DRAINED_PIECES):
        if not request.read(PIECE_BYTES):
            return


def _as_domain_error(error: Exception) -> DomainError | None:
    if isinstance(error, DomainError):
        return error
    if isinstance(error, exceptions.ValidationError):
        return InvalidInput(field_errors=flatten(error.detail))
    if isinstance(error, exceptions.APIException):
        return DomainError(str(error.detail), code=str(error.default_code))
    if isinstance(error, ModelInvalid):
        return InvalidInput(field_errors=model_errors(error))
    if isinstance(error, RequestDataTooBig):
        return TooLarge(BODY_TOO_LARGE)
    if isinstance(error, Http404):
        return NotFound("There is nothing at this address.")
    if isinstance(error, PermissionDenied):
        return NotAuthorised("You may not do this.")
    return reference_gone(error)


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(auth_header)
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers


def model_errors(error: ModelInvalid) -> dict[str, list[str]]:
    """Return a model's own complaints by field."""
    if hasattr(error, "error_dict"):
        return {field: list(texts) for field, texts in error.message_dict.items()}
    return {"__all__": list(error.messages)}


def _join(path: str, name: Any) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else str(name)


def flatten(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Return a serializer's nested complaints by path: `stories[3].points`."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            found |= flatten(inner, _join(path, name))
        return found
    if isinstance(detail, list) and any(isinstance(inner, dict) for inner in detail):
        found = {}
        for index, inner in enumerate(detail):
            found |= flatten(inner, f"{path}[{index}]") if inner else {}
        return found
    texts = detail if isinstance(detail, list) else [detail]
    return {path or "body": [str(text) for text in texts]}
