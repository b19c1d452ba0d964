"""Anticipated errors as pages: a whole page for a browser, a short fragment for htmx, JSON for our scripts."""

from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from common.errors import Conflict, DomainError, InvalidInput, NotAuthorised, NotFound, TooLarge

log = structlog.get_logger(__name__)

BODY_TOO_LARGE = "This is too much for one request: send it in parts."


class ReferenceGone(Conflict):
    """What is saved refers to something that was deleted since it was fetched."""

    default_code = "reference_gone"

    def __init__(self) -> None:
        super().__init__("Something this refers to was deleted meanwhile. Nothing was saved: reload, then try again.")


def reference_gone(error: Exception) -> ReferenceGone | None:
    """Return the anticipated error behind a foreign key the database refused; None for any other error.

    No service can see it coming: foreign keys are checked at the commit, after the service's last line.
    """
    if not isinstance(error, IntegrityError) or "foreign key" not in str(error).lower():
        return None
    log.warning("error.reference_gone", exc_info=error)
    return ReferenceGone()


def error_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer with the error's status and a sentence that says what to do."""
    if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(problem(error), status=error.status, content_type="application/problem+json")
    template = "errors/fragment.html" if request.headers.get("HX-Request") else "errors/page.html"
    return render(request, template, {"error": error}, status=error.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old."""
    return error_response(
        request, NotAuthorised("This page was open too long or your cookies are off. Reload it and try again.")
    )


def problem(error: DomainError) -> dict[str, Any]:
    """Return the problem details (RFC 9457) of an anticipated error."""
    body: dict[str, Any] = {
        "type": f"urn:millrace:problem:{error.code}",
        "title": error.code.replace("_", " ").capitalize(),
        "status": error.status,
        "detail": error.message,
        "code": error.code,
    }
    if error.errors:
        body["errors"] = error.errors
    return body


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that Django refuses to read: too long, too many fields, a wrong host."""
    if isinstance(exception, RequestDataTooBig):
        return error_response(request, TooLarge(BODY_TOO_LARGE))
    return error_response(request, InvalidInput("This request can't be read: check its address, headers and length."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return error_response(request, NotFound("There is nothing at this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an unanticipated error: fixed words and the id under which the log has it."""
    error = ServerError("Something broke on our side, and it is in the log. Nothing was half-saved; try again.")
    return error_response(request, error)


class ServerError(DomainError):
    """An unanticipated error, as people see it."""

    status = 500
    default_code = "server_error"
