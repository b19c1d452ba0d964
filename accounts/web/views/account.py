"""One's own account: name, address, API tokens."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.selectors.people import list_tokens
from accounts.services.accounts import update_profile
from accounts.services.tokens import create_api_token, revoke_api_token
from accounts.web.answers import go
from accounts.web.refusals import as_typed
from accounts.web.shell import reader_of, surroundings
from common.errors import DomainError


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """The page; posting changes name and e-mail address."""
    if request.method != "POST":
        return _page(request)
    changed = User.objects.get(pk=reader_of(request).pk)
    try:
        update_profile(
            user=changed,
            display_name=request.POST.get("display_name", ""),
            email=request.POST.get("email", ""),
        )
    except DomainError as error:
        return _page(request, status=error.status, **as_typed(request, error))
    return go(request, _here(request), saying="Your account is changed.")


@login_required
@never_cache
@require_POST
def token_create(request: HttpRequest) -> HttpResponse:
    """Make an API token and show it, this once."""
    return _page(request, token=create_api_token(user=reader_of(request)))


@login_required
@require_POST
def token_revoke(request: HttpRequest, token_key: str) -> HttpResponse:
    """Make an API token useless."""
    revoke_api_token(user=reader_of(request), token_key=token_key)
    return go(request, _here(request), saying=f"The token {token_key}… is revoked.")


def _here(request: HttpRequest) -> str:
    question = request.META.get("QUERY_STRING", "")
    return reverse("account") + (f"?{question}" if question else "")


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    reader = reader_of(request)
    saved = {"display_name": reader.display_name, "email": reader.email}
    context = surroundings(request) | {"tokens": list_tokens(user=reader), "values": saved, **more}
    return render(request, "accounts/account.html", context, status=status)
