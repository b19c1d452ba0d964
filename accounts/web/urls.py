"""The addresses of the accounts web."""

from django.urls import URLPattern, URLResolver, path

from accounts.web.views.account import account, token_create, token_revoke
from accounts.web.views.help import help_home, help_image, help_keys, help_page
from accounts.web.views.home import home
from accounts.web.views.invitations import invitation
from accounts.web.views.passwords import Reset, ResetConfirm, ResetSent, password_change
from accounts.web.views.people import invitation_revoke, member_remove, member_role, people, person_invite
from accounts.web.views.settings import workspace_settings
from accounts.web.views.signing_in import sign_in, sign_out

PEOPLE = "w/<str:workspace>/people/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-out/", sign_out, name="sign-out"),
    path("password-reset/", Reset.as_view(), name="password-reset"),
    path("password-reset/sent/", ResetSent.as_view(), name="password-reset-sent"),
    path("password-reset/<str:uidb64>/<str:token>/", ResetConfirm.as_view(), name="password-reset-confirm"),
    path("account/", account, name="account"),
    path("account/password/", password_change, name="password-change"),
    path("account/tokens/", token_create, name="token-create"),
    path("account/tokens/<str:token_key>/revoke/", token_revoke, name="token-revoke"),
    path("invitations/<str:token>/", invitation, name="invitation"),
    path("help/", help_home, name="help"),
    path("help/keys/", help_keys, name="help-keys"),
    path("help/images/<str:image>", help_image, name="help-image"),
    path("help/<path:document>/", help_page, name="help-page"),
    path(PEOPLE, people, name="people"),
    path(f"{PEOPLE}invite/", person_invite, name="person-invite"),
    path(f"{PEOPLE}<int:membership_id>/role/", member_role, name="member-role"),
    path(f"{PEOPLE}<int:membership_id>/remove/", member_remove, name="member-remove"),
    path(f"{PEOPLE}invitations/<int:invitation_id>/revoke/", invitation_revoke, name="invitation-revoke"),
    path("w/<str:workspace>/settings/", workspace_settings, name="settings"),
]
