"""Request middleware: an id on every request, and anticipated errors as pages."""

import re
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from common.errors import DomainError
from common.web.errors import error_response, reference_gone

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_SAFE_ID = re.compile(r"[A-Za-z0-9-]{8,64}\Z")


class RequestIdMiddleware:
    """Give each request an id (the proxy's, when it sent one), in the log and in the answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the id in `X-Request-ID`."""
        sent = request.headers.get("X-Request-ID", "")
        request_id = sent if _SAFE_ID.match(sent) else uuid.uuid4().hex
        request.META["millrace.request_id"] = request_id
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response


class DomainErrorMiddleware:
    """Turn an anticipated error a page view let through into the page (or fragment) that explains it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer anticipated errors; leave the others to Django's log and error page."""
        error = exception if isinstance(exception, DomainError) else reference_gone(exception)
        return error_response(request, error) if error is not None else None
