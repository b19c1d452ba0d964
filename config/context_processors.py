"""What every page's shell needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the mode, whether the demo account exists, and how this page was asked for."""
    return {"mode": settings.MODE, "demo_account": settings.DEMO_ACCOUNT}
