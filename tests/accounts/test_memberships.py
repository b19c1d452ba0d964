"""Roles and leaving: a workspace always keeps an owner."""

import pytest

from accounts.models import Membership, User, Workspace
from accounts.policies import Role
from accounts.services.memberships import LastOwner, change_role, remove_member
from common.errors import InvalidInput, NotFound
from planner.models import Person
from tests.factories import NOW, make_member, make_workspace, owner_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


def membership_of(workspace: Workspace, user: User) -> Membership:
    return Membership.objects.get(workspace=workspace, user=user)


def test_the_last_owner_stays_owner(workspace: Workspace) -> None:
    owner = owner_of(workspace)
    with pytest.raises(LastOwner):
        change_role(membership=membership_of(workspace, owner), role="MEMBER", actor_id=owner.pk, now=NOW)
    with pytest.raises(LastOwner):
        remove_member(membership=membership_of(workspace, owner), actor_id=owner.pk, now=NOW)
    assert membership_of(workspace, owner).role == Role.OWNER


def test_with_two_owners_one_may_go(workspace: Workspace) -> None:
    owner = owner_of(workspace)
    second = make_member(workspace, Role.OWNER)
    change_role(membership=membership_of(workspace, owner), role="VIEWER", actor_id=second.pk, now=NOW)
    assert membership_of(workspace, owner).role == Role.VIEWER


def test_a_stale_reading_does_not_lose_the_last_owner(workspace: Workspace) -> None:
    first = membership_of(workspace, owner_of(workspace))
    second = membership_of(workspace, make_member(workspace, Role.OWNER))
    remove_member(membership=first, actor_id=second.user_id, now=NOW)
    with pytest.raises(LastOwner):
        change_role(membership=second, role="MEMBER", actor_id=second.user_id, now=NOW)


def test_who_is_removed_stays_a_person_of_the_past(workspace: Workspace) -> None:
    user = make_member(workspace)
    Person.objects.get_or_create(workspace=workspace, user=user, defaults={"name": str(user)})
    remove_member(membership=membership_of(workspace, user), actor_id=owner_of(workspace).pk, now=NOW)
    assert not Membership.objects.filter(user=user).exists()
    assert Person.objects.filter(workspace=workspace, user=user).exists()


def test_who_has_left_meanwhile_is_not_given_a_role(workspace: Workspace) -> None:
    member = membership_of(workspace, make_member(workspace))
    Membership.objects.filter(pk=member.pk).delete()
    with pytest.raises(NotFound, match="no longer a member"):
        change_role(membership=member, role="VIEWER", actor_id=1, now=NOW)


def test_an_unknown_role_is_refused(workspace: Workspace) -> None:
    member = membership_of(workspace, make_member(workspace))
    with pytest.raises(InvalidInput, match="OWNER"):
        change_role(membership=member, role="KING", actor_id=1, now=NOW)
