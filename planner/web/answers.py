"""Answers to small changes: what the page should do is said in the HX-Trigger header."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse


def say(response: HttpResponse, **events: Any) -> HttpResponse:
    """Add browser events to an answer: `toast={...}`, `close_dialog=True`, `backlog_changed={...}`."""
    response.headers["HX-Trigger"] = json.dumps({name.replace("_", "-"): detail for name, detail in events.items()})
    return response


def toast(message: str, *, undo_url: str = "", undo: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a toast that offers to take the change back by posting `undo` to `undo_url`."""
    if undo is None:
        return {"message": message}
    return {"message": message, "undo": {"url": undo_url, "values": dict(undo)}}
