"""Handing out files that people sent: as what their bytes are, never as a page of ours."""

from typing import Any

from django.http import FileResponse

HARMLESS = "application/octet-stream"
POLICY = "default-src 'none'; sandbox"


def file_response(file: Any, *, name: str, content_type: str, is_shown: bool) -> FileResponse:
    """Answer with a stored file. `is_shown`: in the page, for types that hold nothing but pixels; else a download.

    Whatever it is, a browser neither guesses another type nor runs anything in it.
    """
    shown_type = content_type if is_shown else HARMLESS
    response = FileResponse(file, as_attachment=not is_shown, filename=name, content_type=shown_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, max-age=3600, immutable" if is_shown else "private, no-store"
    return response
