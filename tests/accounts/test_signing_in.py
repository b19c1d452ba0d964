"""Guessing is slowed down, and tells nobody which names exist."""

from datetime import timedelta

import pytest

from accounts.models import FailedSignIn
from accounts.services.signing_in import ATTEMPTS, WINDOW, TooManyAttempts, WrongPassword, check_sign_in
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db
HERE = "10.0.0.1"


def fail(username: str, times: int = ATTEMPTS, address: str = HERE) -> None:
    for second in range(times):
        with pytest.raises(WrongPassword):
            check_sign_in(username=username, password="guess", address=address, now=NOW + timedelta(seconds=second))


def test_the_right_password_gives_the_user() -> None:
    user = make_user("dana")
    assert check_sign_in(username=" dana ", password="long enough", address=HERE, now=NOW) == user


@pytest.mark.parametrize("username", ["dana", "nobody"])
def test_after_ten_failures_even_the_right_password_waits(username: str) -> None:
    make_user("dana")
    fail(username)
    with pytest.raises(TooManyAttempts, match="in 14 minutes"):
        check_sign_in(username=username.upper(), password="long enough", address=HERE, now=NOW + timedelta(minutes=1))


def test_it_opens_again_after_the_window() -> None:
    user = make_user("dana")
    fail("dana")
    assert check_sign_in(username="dana", password="long enough", address=HERE, now=NOW + WINDOW) == user


def test_another_address_is_not_locked_out() -> None:
    user = make_user("dana")
    fail("dana")
    assert check_sign_in(username="dana", password="long enough", address="10.0.0.2", now=NOW) == user


def test_signing_in_clears_the_failures_before() -> None:
    make_user("dana")
    fail("dana", ATTEMPTS - 1)
    check_sign_in(username="dana", password="long enough", address=HERE, now=NOW)
    fail("dana", ATTEMPTS - 1)


def test_a_user_who_left_is_refused_like_a_stranger() -> None:
    make_user("dana", is_active=False)
    with pytest.raises(WrongPassword):
        check_sign_in(username="dana", password="long enough", address=HERE, now=NOW)


@pytest.mark.parametrize("username", ["", "a\x00b", "x" * 500])
def test_names_nobody_can_have_are_wrong_and_no_more(username: str) -> None:
    fail(username, 1)


def test_old_failures_are_forgotten() -> None:
    fail("dana", 3)
    with pytest.raises(WrongPassword):
        check_sign_in(username="lee", password="guess", address=HERE, now=NOW + 2 * WINDOW)
    assert FailedSignIn.objects.count() == 1
