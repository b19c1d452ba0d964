"""The pages of accounts: they work, refuse the wrong method, hide from outsiders, and say no to readers."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from accounts.models import Invitation, Membership, User, Workspace
from accounts.policies import Role
from accounts.services.invitations import invite_person, revoke_invitation
from accounts.services.signing_in import ATTEMPTS
from common.clock import utc_now
from tests.factories import make_member, make_user, make_workspace, owner_of

pytestmark = pytest.mark.django_db
PASSWORD = "long enough"
NEW_PASSWORD = "ferries leave at dawn"
SETTINGS = {
    "name": "Fjord",
    "time_zone": "Europe/Oslo",
    "currency": "nok",
    "discount_percent": "7.5",
    "horizon_weeks": "52",
    "cost_per_point": "1200",
    "work_weekdays": ["0", "1", "2", "3"],
    "work_starts": "08:00",
    "work_ends": "16:00",
    "holiday_country": "no",
}


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("FJORD")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def owner(workspace: Workspace) -> Client:
    return signed_in(owner_of(workspace))


def invite(workspace: Workspace, email: str = "dana@example.com") -> tuple[Invitation, str]:
    return invite_person(workspace=workspace, email=email, role="MEMBER", invited_by=owner_of(workspace), now=utc_now())


def text_of(response: Any) -> str:
    return str(response.content.decode())


# Every page: works, wrong method, outsider, reader

READABLE = ["people", "settings"]
POSTED = ["person-invite", "member-role", "member-remove", "invitation-revoke"]


def address(name: str, workspace: Workspace) -> str:
    arguments: list[Any] = [workspace.key]
    if name.startswith("member"):
        arguments.append(Membership.objects.filter(workspace=workspace).latest("pk").pk)
    if name == "invitation-revoke":
        arguments.append(invite(workspace)[0].pk)
    return reverse(name, args=arguments)


@pytest.mark.parametrize("name", READABLE)
def test_members_read_the_pages(workspace: Workspace, owner: Client, name: str) -> None:
    viewer = signed_in(make_member(workspace, Role.VIEWER))
    assert owner.get(address(name, workspace)).status_code == 200
    assert viewer.get(address(name, workspace)).status_code == 200


@pytest.mark.parametrize("name", [*READABLE, *POSTED])
def test_outsiders_find_nothing(workspace: Workspace, name: str) -> None:
    client, url = signed_in(make_user()), address(name, workspace)
    response = client.get(url) if name in READABLE else client.post(url)
    assert response.status_code == 404


@pytest.mark.parametrize("name", ["settings", *POSTED])
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
def test_who_is_no_owner_may_not_change(workspace: Workspace, name: str, role: Role) -> None:
    client = signed_in(make_member(workspace, role))
    assert client.post(address(name, workspace), SETTINGS | {"role": "OWNER"}).status_code == 403


@pytest.mark.parametrize("name", POSTED)
def test_changes_are_posted(workspace: Workspace, owner: Client, name: str) -> None:
    assert owner.get(address(name, workspace)).status_code == 405


def test_people_is_read_only_where_it_must_be(workspace: Workspace) -> None:
    invite(workspace)
    page = text_of(signed_in(make_member(workspace, Role.PRODUCT_OWNER)).get(address("people", workspace)))
    assert "<select" not in page
    assert "dana@example.com" not in page


@pytest.mark.parametrize("name", ["account", "password-change", "workspace-new", "home"])
def test_strangers_are_sent_to_sign_in(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response.headers["Location"] == f"/sign-in/?next={reverse(name)}"


@pytest.mark.parametrize("name", ["sign-out", "token-create"])
def test_what_changes_something_takes_a_post(owner: Client, name: str) -> None:
    assert owner.get(reverse(name)).status_code == 405


# Signing in and out


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(reverse("sign-in"), {"username": username, "password": password, **more})


def test_signing_in_renews_the_session_and_goes_on(client: Client) -> None:
    make_user("dana")
    client.session.save()
    before = client.session.session_key
    response = sign_in(client, "dana", next="/account/")
    assert (response.status_code, response.headers["Location"]) == (302, "/account/")
    assert client.session.session_key != before


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"])
def test_next_leads_only_to_our_own_pages(client: Client, target: str) -> None:
    make_user("dana")
    assert sign_in(client, "dana", next=target).headers["Location"] == "/"


def test_a_wrong_password_keeps_the_name_and_says_no_more(client: Client) -> None:
    make_user("dana")
    known, unknown = sign_in(client, "dana", "wrong"), sign_in(client, "nobody", "wrong")
    assert known.status_code == unknown.status_code == 400
    assert 'value="dana"' in text_of(known)
    assert "wrong" not in text_of(known)
    sentence = "This name and this password don&#x27;t belong together."
    assert sentence in text_of(known)
    assert sentence in text_of(unknown)


@pytest.mark.parametrize("username", ["dana", "nobody"])
def test_guessing_is_stopped_with_a_time_to_come_back(client: Client, username: str) -> None:
    make_user("dana")
    for _ in range(ATTEMPTS):
        sign_in(client, username, "wrong")
    response = sign_in(client, username)
    assert response.status_code == 429
    assert "Try again in 15 minutes." in text_of(response)


def test_signing_out_ends_the_session(owner: Client) -> None:
    assert owner.post(reverse("sign-out")).status_code == 302
    assert owner.get(reverse("account")).status_code == 302


@pytest.mark.parametrize(
    ("is_embedded", "machine", "is_shown"),
    [(True, "127.0.0.1", True), (True, "::1", True), (True, "10.0.0.9", False), (False, "127.0.0.1", False)],
)
def test_the_demo_account_is_told_and_open_on_this_machine_only(
    client: Client, settings: Any, is_embedded: bool, machine: str, is_shown: bool
) -> None:
    settings.DEMO_ACCOUNT = is_embedded
    User.objects.create_user("demo", password=settings.DEMO_PASSWORD)
    page = client.get(reverse("sign-in"), REMOTE_ADDR=machine)
    assert (settings.DEMO_PASSWORD in text_of(page)) is is_shown
    form = {"username": "demo", "password": settings.DEMO_PASSWORD}
    response = client.post(reverse("sign-in"), form, REMOTE_ADDR=machine)
    assert response.status_code == (302 if is_shown else 400)


# Home and a new workspace


def test_home_leads_to_the_first_workspace_or_tells_how_to_get_one(workspace: Workspace, owner: Client) -> None:
    assert owner.get("/").headers["Location"] == reverse("workspace-home", args=["FJORD"])
    page = text_of(signed_in(make_user()).get("/"))
    assert reverse("workspace-new") in page


def test_whoever_creates_a_workspace_owns_it() -> None:
    user = make_user()
    form = {"name": "Ferries", "key": "ferry", "time_zone": "Europe/Oslo", "currency": "nok"}
    response = signed_in(user).post(reverse("workspace-new"), form)
    assert response.headers["Location"] == reverse("workspace-home", args=["FERRY"])
    assert Membership.objects.get(user=user).role == Role.OWNER


def test_a_workspace_that_cannot_be_made_keeps_what_was_typed(workspace: Workspace, owner: Client) -> None:
    form = {"name": "Second", "key": "FJORD", "time_zone": "UTC", "currency": "USD"}
    response = owner.post(reverse("workspace-new"), form)
    assert response.status_code == 400
    assert 'value="Second"' in text_of(response)
    assert "already exists" in text_of(response)


# People


def test_the_link_of_an_invitation_is_shown_once(workspace: Workspace, owner: Client) -> None:
    form = {"email": "dana@example.com", "role": "MEMBER"}
    page = text_of(owner.post(address("person-invite", workspace), form))
    found = re.search(r'value="http://testserver(/invitations/[^"]+/)"', page)
    assert found
    assert Client().get(found[1]).status_code == 200
    assert "/invitations/" not in text_of(owner.get(address("people", workspace))).replace("people/invitations", "")


def test_a_refused_invitation_keeps_what_was_typed(workspace: Workspace, owner: Client) -> None:
    response = owner.post(address("person-invite", workspace), {"email": "nonsense", "role": "VIEWER"})
    assert response.status_code == 400
    assert 'value="nonsense"' in text_of(response)
    assert "Type an e-mail address" in text_of(response)


def test_an_owner_changes_a_role_and_removes_a_member(workspace: Workspace, owner: Client) -> None:
    user = make_member(workspace)
    owner.post(address("member-role", workspace), {"role": "SCRUM_MASTER"})
    assert Membership.objects.get(user=user).role == Role.SCRUM_MASTER
    owner.post(address("member-remove", workspace))
    assert not Membership.objects.filter(user=user).exists()


@pytest.mark.parametrize("name", ["member-role", "member-remove"])
def test_the_last_owner_is_kept(workspace: Workspace, owner: Client, name: str) -> None:
    response = owner.post(address(name, workspace), {"role": "VIEWER"}, headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert 'data-field="role"' in text_of(response)
    assert "the only owner" in text_of(response)


def test_a_member_is_not_reached_through_another_workspace(workspace: Workspace) -> None:
    second = make_workspace("OTHER", owner=owner_of(workspace))
    membership = Membership.objects.get(workspace=second)
    url = reverse("member-role", args=[workspace.key, membership.pk])
    assert signed_in(owner_of(workspace)).post(url, {"role": "VIEWER"}).status_code == 404


def test_revoking_ends_the_link(workspace: Workspace, owner: Client) -> None:
    invitation, token = invite(workspace)
    owner.post(reverse("invitation-revoke", args=[workspace.key, invitation.pk]))
    assert Client().get(reverse("invitation", args=[token])).status_code == 404


# The page behind the link


def test_a_stranger_signs_up_and_is_in(workspace: Workspace, client: Client) -> None:
    _, token = invite(workspace)
    form = {"username": "dana", "display_name": "Dana", "password": NEW_PASSWORD}
    response = client.post(reverse("invitation", args=[token]), form)
    assert response.headers["Location"] == reverse("workspace-home", args=["FJORD"])
    assert client.get(address("people", workspace)).status_code == 200


def test_a_refused_sign_up_keeps_what_was_typed(workspace: Workspace, client: Client) -> None:
    _, token = invite(workspace)
    form = {"username": "dana", "display_name": "Dana", "password": "short"}
    response = client.post(reverse("invitation", args=[token]), form)
    assert response.status_code == 400
    assert 'value="Dana"' in text_of(response)
    assert "short</" not in text_of(response)
    assert "at least 10 characters" in text_of(response)


def test_a_signed_in_person_joins_with_one_button(workspace: Workspace) -> None:
    _, token = invite(workspace)
    user = make_user()
    client = signed_in(user)
    assert "Join" in text_of(client.get(reverse("invitation", args=[token])))
    assert client.post(reverse("invitation", args=[token])).status_code == 302
    assert Membership.objects.get(user=user).role == Role.MEMBER
    assert signed_in(make_user()).post(reverse("invitation", args=[token])).status_code == 404


def test_a_link_that_is_over_says_whom_to_ask(workspace: Workspace, client: Client) -> None:
    invitation, token = invite(workspace)
    revoke_invitation(invitation=invitation, now=utc_now())
    for over in (token, "never-was-one"):
        response = client.get(reverse("invitation", args=[over]))
        assert response.status_code == 404
        assert "ask whoever sent it for a new link" in text_of(response)


# One's own account


def test_an_account_is_changed(workspace: Workspace, owner: Client) -> None:
    response = owner.post(reverse("account"), {"display_name": "Olga", "email": "olga@example.com"})
    assert response.status_code == 302
    assert str(owner_of(workspace)) == "Olga"


def test_a_taken_address_is_told_at_the_field(owner: Client) -> None:
    make_user("dana")
    response = owner.post(reverse("account"), {"display_name": "Olga", "email": "dana@example.com"})
    assert response.status_code == 400
    assert "Someone already uses this e-mail address." in text_of(response)
    assert 'value="Olga"' in text_of(response)


def test_a_token_is_shown_once_and_can_be_revoked(workspace: Workspace, owner: Client) -> None:
    page = text_of(owner.post(reverse("token-create")))
    kept = AuthToken.objects.get(user=owner_of(workspace))
    found = re.search(r'id="secret" value="(\w+)"', page)
    assert found
    assert found[1].startswith(kept.token_key)
    assert found[1] not in text_of(owner.get(reverse("account")))
    assert signed_in(make_user()).post(reverse("token-revoke", args=[kept.token_key])).status_code == 404
    assert owner.post(reverse("token-revoke", args=[kept.token_key])).status_code == 302
    assert not AuthToken.objects.exists()


def test_a_new_password_keeps_this_session_and_ends_the_others(workspace: Workspace, owner: Client) -> None:
    elsewhere = signed_in(owner_of(workspace))
    form = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert owner.post(reverse("password-change"), form).status_code == 302
    assert owner.get(reverse("account")).status_code == 200
    assert elsewhere.get(reverse("account")).status_code == 302


def test_a_refused_password_names_both_fields(owner: Client) -> None:
    page = text_of(owner.post(reverse("password-change"), {"current_password": "x", "new_password": "12345"}))
    assert "This is not your present password." in page
    assert "too short" in page


def test_a_forgotten_password_is_set_anew_by_mail(client: Client) -> None:
    user = make_user("dana")
    client.post(reverse("password-reset"), {"email": "DANA@example.com"})
    found = re.search(r"http://testserver(/password-reset/\S+)", str(mail.outbox[0].body))
    assert found
    form_url = client.get(found[1]).headers["Location"]
    form = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert client.post(form_url, form).headers["Location"] == reverse("sign-in")
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert "This link is over" in text_of(Client().get(found[1]))


def test_asking_for_a_password_does_not_tell_who_exists(client: Client) -> None:
    make_user("dana")
    known = client.post(reverse("password-reset"), {"email": "dana@example.com"}, follow=True)
    unknown = client.post(reverse("password-reset"), {"email": "nobody@example.com"}, follow=True)
    tokens = re.compile(r'(name="csrf\S+" (content|value)="\w+")|[0-9a-f]{32}')
    assert tokens.sub("", text_of(known)) == tokens.sub("", text_of(unknown))
    assert len(mail.outbox) == 1


def test_without_a_mail_server_the_page_says_where_the_mail_is(client: Client, settings: Any) -> None:
    settings.EMAIL_FILE_PATH = "/home/of/millrace/mail"
    assert "/home/of/millrace/mail" in text_of(client.get(reverse("password-reset-sent")))


# Settings


def test_settings_are_saved_as_typed(workspace: Workspace, owner: Client) -> None:
    assert owner.post(address("settings", workspace), SETTINGS).status_code == 302
    workspace.refresh_from_db()
    assert (str(workspace.discount_rate), workspace.currency, workspace.holiday_country) == ("0.0750", "NOK", "NO")
    assert workspace.work_weekdays == [0, 1, 2, 3]
    assert 'value="7.5"' in text_of(owner.get(address("settings", workspace)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("name", "a\x00b"),
        ("time_zone", "Mars"),
        ("currency", "12"),
        ("discount_percent", "NaN"),
        ("discount_percent", "101"),
        ("horizon_weeks", "1e3"),
        ("horizon_weeks", "99999999999"),
        ("cost_per_point", "-1"),
        ("cost_per_point", "Infinity"),
        ("work_weekdays", []),
        ("work_weekdays", ["9"]),
        ("work_starts", "25:00"),
        ("work_ends", "07:00"),
        ("holiday_country", "XX"),
    ],
)
def test_bad_settings_are_told_at_their_field(workspace: Workspace, owner: Client, name: str, value: Any) -> None:
    response = owner.post(address("settings", workspace), SETTINGS | {name: value})
    assert response.status_code == 400
    assert re.search(rf'data-error-for="{name}">[^<]+</p>', text_of(response))
    assert Workspace.objects.get(pk=workspace.pk).name != "Fjord"


# The shell


def test_the_account_page_stays_in_the_workspace_one_came_from(workspace: Workspace, owner: Client) -> None:
    make_workspace("AAA", owner=owner_of(workspace))
    assert 'data-workspace="FJORD"' in text_of(owner.get(reverse("account"), {"workspace": "FJORD"}))
    stranger = make_workspace("ZZZ")
    assert stranger.name not in text_of(owner.get(reverse("account"), {"workspace": "ZZZ"}))
