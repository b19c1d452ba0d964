"""Changing a password, and setting a new one by e-mail."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView, PasswordResetDoneView, PasswordResetView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.services.accounts import change_password
from accounts.web.answers import go
from accounts.web.refusals import as_typed
from accounts.web.shell import reader_of, surroundings
from common.errors import DomainError

# Django's form views take PUT, and the page of a link that is over takes anything.
only_forms = method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")


@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """Change the password; this session goes on, the others end."""
    if request.method != "POST":
        return render(request, "accounts/password_change.html", surroundings(request))
    user = reader_of(request)
    try:
        change_password(
            user=user,
            current_password=request.POST.get("current_password", ""),
            new_password=request.POST.get("new_password", ""),
        )
    except DomainError as error:
        context = surroundings(request) | as_typed(request, error)
        return render(request, "accounts/password_change.html", context, status=error.status)
    update_session_auth_hash(request, user)
    return go(request, reverse("account"), saying="Your password is changed; every other session has ended.")


@only_forms
class Reset(PasswordResetView):
    """Ask for a link by e-mail; the answer is the same whether or not the address is known."""

    template_name = "accounts/password_reset.html"
    email_template_name = "accounts/password_reset_email.txt"
    subject_template_name = "accounts/password_reset_subject.txt"
    success_url = reverse_lazy("password-reset-sent")


class ResetSent(PasswordResetDoneView):
    """Say where to look for the link."""

    template_name = "accounts/password_reset_sent.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the folder that stands in for a mailbox where no mail server is set up."""
        return super().get_context_data(**kwargs) | {"mail_folder": getattr(settings, "EMAIL_FILE_PATH", None)}


@only_forms
class ResetConfirm(PasswordResetConfirmView):
    """Set a new password with the link of the e-mail, once."""

    template_name = "accounts/password_reset_confirm.html"
    success_url = reverse_lazy("sign-in")

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        """Save it and say so."""
        response = super().form_valid(form)
        messages.success(self.request, "Your new password is set. Sign in with it.")
        return response
