"""People and roles of a workspace: everyone reads, owners change."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Invitation, Membership, Workspace
from accounts.models.workspace import ROLES
from accounts.policies import Action, Role
from accounts.selectors import get_workspace_for
from accounts.selectors.people import get_invitation_for, get_membership_for, list_members, list_open_invitations
from accounts.services.invitations import invite_person, revoke_invitation
from accounts.services.memberships import change_role, remove_member
from accounts.web.answers import go
from accounts.web.refusals import as_typed
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import DomainError, NotFound


@login_required
@require_safe
def people(request: HttpRequest, workspace: str) -> HttpResponse:
    """The members and, for owners, the open invitations."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.VIEW)
    return _page(request, place)


@login_required
@never_cache
@require_POST
def person_invite(request: HttpRequest, workspace: str) -> HttpResponse:
    """Make an invitation and show its link, this once."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.MANAGE_PEOPLE)
    email, role = request.POST.get("email", ""), request.POST.get("role", "")
    try:
        invitation, token = invite_person(workspace=place, email=email, role=role, invited_by=reader, now=utc_now())
    except DomainError as error:
        return _page(request, place, status=error.status, **as_typed(request, error))
    link = request.build_absolute_uri(reverse("invitation", args=[token]))
    return _page(request, place, made=invitation, link=link)


@login_required
@require_POST
def member_role(request: HttpRequest, workspace: str, membership_id: int) -> HttpResponse:
    """Give a member another role."""
    membership = _member(request, workspace, membership_id)
    role = request.POST.get("role", "")
    membership = change_role(membership=membership, role=role, actor_id=reader_of(request).pk, now=utc_now())
    said = f"{membership.user} is now {Role(membership.role).label.lower()}."
    return go(request, reverse("people", args=[membership.workspace.key]), saying=said)


@login_required
@require_POST
def member_remove(request: HttpRequest, workspace: str, membership_id: int) -> HttpResponse:
    """Take a member out of the workspace."""
    membership = _member(request, workspace, membership_id)
    person, place, reader = membership.user, membership.workspace, reader_of(request)
    remove_member(membership=membership, actor_id=reader.pk, now=utc_now())
    url = reverse("home") if person == reader else reverse("people", args=[place.key])
    return go(request, url, saying=f"{person} is no longer a member of {place}.")


@login_required
@require_POST
def invitation_revoke(request: HttpRequest, workspace: str, invitation_id: int) -> HttpResponse:
    """Make an invitation's link useless."""
    reader = reader_of(request)
    invitation = get_invitation_for(user=reader, invitation_id=invitation_id, action=Action.MANAGE_PEOPLE)
    _require_here(invitation, workspace, "invitation")
    revoke_invitation(invitation=invitation, now=utc_now())
    url = reverse("people", args=[invitation.workspace.key])
    return go(request, url, saying=f"The invitation of {invitation.email} is revoked.")


def _member(request: HttpRequest, workspace: str, membership_id: int) -> Membership:
    reader = reader_of(request)
    membership = get_membership_for(user=reader, membership_id=membership_id, action=Action.MANAGE_PEOPLE)
    _require_here(membership, workspace, "member")
    return membership


def _require_here(thing: Membership | Invitation, workspace: str, what: str) -> None:
    """An address names the workspace too: one that names another leads nowhere."""
    if thing.workspace.key != workspace.upper():
        raise NotFound(f"There is no such {what}.")


def _page(request: HttpRequest, place: Workspace, *, status: int = 200, **more: Any) -> HttpResponse:
    reader = reader_of(request)
    context = shell_context(user=reader, workspace=place)
    manages = context["can"][Action.MANAGE_PEOPLE.value]
    context |= {
        "members": list_members(workspace=place),
        "invitations": list_open_invitations(workspace=place, now=utc_now()) if manages else [],
        "roles": ROLES,
        **more,
    }
    return render(request, "accounts/people.html", context, status=status)
