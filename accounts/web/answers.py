"""Where a page goes after a change, with or without htmx."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def go(request: HttpRequest, url: str, *, saying: str = "") -> HttpResponse:
    """Send the reader on and say what was done."""
    if saying:
        messages.success(request, saying)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
