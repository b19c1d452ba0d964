"""Invitations by link: made, used once, revoked, expired."""

from datetime import timedelta

import pytest

from accounts.models import Invitation, Membership, User, Workspace
from accounts.policies import Role
from accounts.services.invitations import (
    InvitationIsOver,
    accept_invitation,
    find_invitation,
    invite_person,
    revoke_invitation,
    sign_up_invited,
)
from common.errors import Conflict, InvalidInput
from common.live.models import Change
from planner.models import Person
from tests.factories import NOW, make_user, make_workspace, owner_of

pytestmark = pytest.mark.django_db
GOOD_PASSWORD = "ferries leave at dawn"


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


def invite(workspace: Workspace, email: str = "dana@example.com", role: str = "MEMBER") -> tuple[Invitation, str]:
    return invite_person(workspace=workspace, email=email, role=role, invited_by=owner_of(workspace), now=NOW)


def test_only_the_hash_of_the_token_is_kept(workspace: Workspace) -> None:
    invitation, token = invite(workspace)
    assert len(token) >= 40
    assert token not in str(Invitation.objects.filter(pk=invitation.pk).values())


def test_a_signed_in_user_joins_with_the_role_and_becomes_a_person(workspace: Workspace) -> None:
    user = make_user()
    _, token = invite(workspace, role="SCRUM_MASTER")
    accept_invitation(token=token, user=user, now=NOW)
    assert Membership.objects.get(workspace=workspace, user=user).role == Role.SCRUM_MASTER
    assert Person.objects.filter(workspace=workspace, user=user).count() == 1
    assert Change.objects.filter(workspace_id=workspace.pk, topic="membership", verb="created").exists()


def test_joining_takes_over_the_person_an_import_brought(workspace: Workspace) -> None:
    imported = Person.objects.create(workspace=workspace, name="Dana", email="Dana@example.com")
    _, token = invite(workspace)
    user = sign_up_invited(token=token, username="dana", display_name="Dana D", password=GOOD_PASSWORD, now=NOW)
    imported.refresh_from_db()
    assert imported.user == user


def test_signing_up_makes_an_account_under_the_invited_address(workspace: Workspace) -> None:
    _, token = invite(workspace)
    user = sign_up_invited(token=token, username="dana", display_name=" Dana ", password=GOOD_PASSWORD, now=NOW)
    assert (user.email, str(user), user.check_password(GOOD_PASSWORD)) == ("dana@example.com", "Dana", True)


def test_signing_up_names_every_refused_field_and_keeps_the_invitation(workspace: Workspace) -> None:
    _, token = invite(workspace)
    with pytest.raises(InvalidInput) as refused:
        sign_up_invited(token=token, username="no spaces", display_name="", password="short", now=NOW)
    assert set(refused.value.errors) == {"username", "password"}
    assert find_invitation(token=token, now=NOW).accepted_at is None
    assert not User.objects.filter(username="no spaces").exists()


def test_an_address_with_an_account_is_told_at_the_address(workspace: Workspace) -> None:
    make_user("dana")
    _, token = invite(workspace)
    with pytest.raises(InvalidInput) as refused:
        sign_up_invited(token=token, username="dana2", display_name="", password=GOOD_PASSWORD, now=NOW)
    assert set(refused.value.errors) == {"email"}


def test_a_link_works_once(workspace: Workspace) -> None:
    _, token = invite(workspace)
    accept_invitation(token=token, user=make_user(), now=NOW)
    with pytest.raises(InvitationIsOver):
        accept_invitation(token=token, user=make_user(), now=NOW)


def test_a_link_ends(workspace: Workspace) -> None:
    invitation, token = invite(workspace)
    assert invitation.expires_at == NOW + timedelta(days=14)
    assert find_invitation(token=token, now=invitation.expires_at - timedelta(seconds=1)).accepted_at is None
    with pytest.raises(InvitationIsOver):
        accept_invitation(token=token, user=make_user(), now=invitation.expires_at)


def test_a_revoked_link_is_useless(workspace: Workspace) -> None:
    invitation, token = invite(workspace)
    revoke_invitation(invitation=invitation, now=NOW)
    with pytest.raises(InvitationIsOver):
        accept_invitation(token=token, user=make_user(), now=NOW)


def test_a_new_link_replaces_the_open_one(workspace: Workspace) -> None:
    _, old = invite(workspace)
    _, new = invite(workspace, email=" DANA@example.com ")
    with pytest.raises(InvitationIsOver):
        find_invitation(token=old, now=NOW)
    assert find_invitation(token=new, now=NOW).accepted_at is None


def test_a_member_is_not_invited_again(workspace: Workspace) -> None:
    with pytest.raises(Conflict):
        invite(workspace, email=owner_of(workspace).email.upper())


def test_a_member_does_not_use_up_somebody_elses_link(workspace: Workspace) -> None:
    _, token = invite(workspace)
    with pytest.raises(Conflict):
        accept_invitation(token=token, user=owner_of(workspace), now=NOW)
    assert find_invitation(token=token, now=NOW).accepted_at is None
    assert Membership.objects.get(user=owner_of(workspace)).role == Role.OWNER


@pytest.mark.parametrize(
    ("email", "role", "field"), [("nobody", "MEMBER", "email"), ("", "MEMBER", "email"), ("a@b.no", "KING", "role")]
)
def test_bad_input_names_the_field(workspace: Workspace, email: str, role: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        invite(workspace, email=email, role=role)
    assert set(refused.value.errors) == {field}
