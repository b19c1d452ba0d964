"""Checking who signs in, and slowing down whoever guesses passwords."""

from datetime import datetime, timedelta
from math import ceil

from django.contrib.auth import authenticate

from accounts.models import FailedSignIn, User
from common.errors import DomainError, InvalidInput

ATTEMPTS = 10
WINDOW = timedelta(minutes=15)
USERNAME_LENGTH = 150
PASSWORD_LENGTH = 4096
ADDRESS_LENGTH = 64


class WrongPassword(InvalidInput):
    """The name and the password don't belong together; which of them is wrong isn't told."""

    default_code = "wrong_password"


class TooManyAttempts(DomainError):
    """This name was tried too often from this address."""

    status = 429
    default_code = "too_many_attempts"


def check_sign_in(*, username: str, password: str, address: str, now: datetime) -> User:
    """Return the user with this name and password.

    Raises WrongPassword, and TooManyAttempts after ATTEMPTS failures of a name from an address within
    WINDOW, whether or not there is such a user.
    """
    name, place = username.strip()[:USERNAME_LENGTH], address[:ADDRESS_LENGTH]
    _require_few_failures(name=name, address=place, now=now)
    user = _authenticate(name, password)
    if user is None:
        _record_failure(name=name, address=place, now=now)
        raise WrongPassword("This name and this password don't belong together.", field="password")
    FailedSignIn.objects.filter(username=_same(name), address=place).delete()
    return user


def _authenticate(name: str, password: str) -> User | None:
    if not name or "\x00" in name or len(password) > PASSWORD_LENGTH:
        return None
    user = authenticate(username=name, password=password)
    return user if isinstance(user, User) else None


def _require_few_failures(*, name: str, address: str, now: datetime) -> None:
    failures = FailedSignIn.objects.filter(username=_same(name), address=address, failed_at__gt=now - WINDOW)
    times = list(failures.order_by("-failed_at").values_list("failed_at", flat=True)[:ATTEMPTS])
    if len(times) == ATTEMPTS:
        minutes = max(ceil((times[-1] + WINDOW - now).total_seconds() / 60), 1)
        unit = "minute" if minutes == 1 else "minutes"
        raise TooManyAttempts(f"Too many wrong passwords for this name. Try again in {minutes} {unit}.")


def _record_failure(*, name: str, address: str, now: datetime) -> None:
    FailedSignIn.objects.filter(failed_at__lte=now - WINDOW).delete()
    FailedSignIn.objects.create(username=_same(name), address=address, failed_at=now)


def _same(name: str) -> str:
    """Return what counts as the same name."""
    return name.replace("\x00", "").lower()[:USERNAME_LENGTH]
