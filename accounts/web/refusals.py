"""Showing a refused form again: each error at its field, what was typed kept."""

from typing import Any

from django.http import HttpRequest

from common.errors import DomainError


def as_typed(request: HttpRequest, error: DomainError) -> dict[str, Any]:
    """Return the context of a refused form: `values` (typed), `errors` by field, `problem` (of the whole)."""
    return {"values": request.POST, "errors": error.errors, "problem": "" if error.errors else error.message}
