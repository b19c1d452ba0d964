"""One's own account, API tokens, and the command that prints one."""

import io
import subprocess
import sys
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from knox.models import AuthToken

from accounts.services.accounts import change_password, update_profile
from accounts.services.tokens import create_api_token, revoke_api_token
from common.errors import InvalidInput, NotFound
from tests.conftest import ROOT
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_a_new_password_needs_the_present_one_and_the_validators() -> None:
    user = make_user()
    with pytest.raises(InvalidInput) as refused:
        change_password(user=user, current_password="wrong", new_password="12345")
    assert set(refused.value.errors) == {"current_password", "new_password"}
    change_password(user=user, current_password="long enough", new_password="ferries leave at dawn")
    user.refresh_from_db()
    assert user.check_password("ferries leave at dawn")


def test_an_address_belongs_to_one_account() -> None:
    make_user("dana")
    with pytest.raises(InvalidInput) as refused:
        update_profile(user=make_user(), display_name="X", email="DANA@example.com")
    assert set(refused.value.errors) == {"email"}


def test_an_address_may_be_left_out_by_many() -> None:
    update_profile(user=make_user(), display_name="A", email="")
    assert update_profile(user=make_user(), display_name=" B ", email="").display_name == "B"


def test_tokens_are_their_owners() -> None:
    user = make_user()
    token = create_api_token(user=user)
    with pytest.raises(NotFound):
        revoke_api_token(user=make_user(), token_key=token[:15])
    revoke_api_token(user=user, token_key=AuthToken.objects.get(user=user).token_key)
    assert not AuthToken.objects.exists()


def test_create_token_prints_a_token_that_the_api_takes(client: Any) -> None:
    make_user("dana")
    out = io.StringIO()
    call_command("create_token", user="dana", stdout=out)
    token = out.getvalue().strip()
    assert out.getvalue() == f"{token}\n"
    assert client.get("/api/v1/jobs/?workspace=NONE", headers={"Authorization": f"Token {token}"}).status_code == 404
    assert client.get("/api/v1/jobs/?workspace=NONE").status_code == 401


def test_create_token_for_nobody_says_so() -> None:
    with pytest.raises(CommandError, match="There is no user 'nobody'"):
        call_command("create_token", user="nobody")


def test_the_command_writes_nothing_but_the_token_to_standard_output(tmp_path: Any) -> None:
    """As a shell sees it: TOKEN=$(manage.py create_token --user NAME) must not catch log lines."""
    environment = {"MILLRACE_HOME": str(tmp_path), "PATH": "", "DJANGO_SETTINGS_MODULE": "config.settings"}
    migrate = [sys.executable, "manage.py", "migrate", "-v", "0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=120)
    make = "import django; django.setup(); from accounts.models import User; User.objects.create_user('dana')"
    subprocess.run([sys.executable, "-c", make], cwd=ROOT, env=environment, check=True, timeout=60)
    command = [sys.executable, "manage.py", "create_token", "--user"]
    options: Any = {"cwd": ROOT, "env": environment, "capture_output": True, "text": True, "timeout": 60}
    made = subprocess.run([*command, "dana"], check=True, **options)
    assert made.stdout.count("\n") == 1
    assert made.stdout.strip().isalnum()
    refused = subprocess.run([*command, "lee"], check=False, **options)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "There is no user 'lee'" in refused.stderr
