"""Signing in and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.services.signing_in import WrongPassword, check_sign_in
from accounts.web.refusals import as_typed
from common.clock import utc_now
from common.errors import DomainError

LOOPBACK = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in form; the session is renewed, and the reader goes on to where they wanted to be."""
    target = safe_target(request)
    if request.user.is_authenticated:
        return redirect(target)
    if request.method != "POST":
        return render(request, "accounts/sign_in.html", _page(request))
    try:
        _sign_in(request)
    except DomainError as error:
        return render(request, "accounts/sign_in.html", _page(request) | as_typed(request, error), status=error.status)
    return redirect(target)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign-in")


def _sign_in(request: HttpRequest) -> None:
    username, password = request.POST.get("username", ""), request.POST.get("password", "")
    if (username, password) == (settings.DEMO_USERNAME, settings.DEMO_PASSWORD) and not offers_demo(request):
        raise WrongPassword("The demo account is open only on the machine that Millrace runs on.", field="password")
    user = check_sign_in(username=username, password=password, address=_address(request), now=utc_now())
    login(request, user)


def safe_target(request: HttpRequest) -> str:
    """Return `next` when it leads to a page of ours, else the home page."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if ours else reverse("home")


def offers_demo(request: HttpRequest) -> bool:
    """Whether the demo account may be used: in the embedded mode, by a browser on this very machine."""
    return bool(settings.DEMO_ACCOUNT) and _address(request) in LOOPBACK


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _page(request: HttpRequest) -> dict[str, Any]:
    return {
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "demo": (settings.DEMO_USERNAME, settings.DEMO_PASSWORD) if offers_demo(request) else None,
    }
