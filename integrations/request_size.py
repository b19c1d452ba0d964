"""Uploads over the limit."""

from typing import Any

from django.conf import settings

from common.errors import InvalidInput
from integrations.services.uploads import too_large

_FORM_BYTES = 1024 * 1024


def refuse_oversize(request: Any) -> None:
    """Refuse an upload over the limit: by its announced length before it is read, else where it was cut."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise InvalidInput("The header Content-Length is not a number.") from None
    if announced > settings.IMPORT_MAX_BYTES + _FORM_BYTES or request.META.get("millrace.upload_too_large"):
        raise too_large()
