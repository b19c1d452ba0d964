"""The page behind an invitation's link: join with the account one has, or make one."""

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import Invitation, User
from accounts.policies import Role
from accounts.services.invitations import accept_invitation, find_invitation, sign_up_invited
from accounts.web.refusals import as_typed
from common.clock import utc_now
from common.errors import DomainError, NotFound

BACKEND = "django.contrib.auth.backends.ModelBackend"


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Say who invites to what; joining takes one button, or one form for who has no account."""
    found = find_invitation(token=token, now=utc_now())
    if request.method != "POST":
        return _page(request, found, token)
    try:
        _join(request, token)
    except NotFound:
        raise
    except DomainError as error:
        return _page(request, found, token, status=error.status, **as_typed(request, error))
    return redirect("workspace-home", found.workspace.key)


def _join(request: HttpRequest, token: str) -> None:
    if isinstance(request.user, User):
        accept_invitation(token=token, user=request.user, now=utc_now())
        return
    typed = {name: request.POST.get(name, "") for name in ("username", "display_name", "password")}
    user = sign_up_invited(token=token, now=utc_now(), **typed)
    login(request, user, backend=BACKEND)


def _page(request: HttpRequest, found: Invitation, token: str, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"invitation": found, "token": token, "role": Role(found.role).label.lower(), **more}
    return render(request, "accounts/invitation.html", context, status=status)
