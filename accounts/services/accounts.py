"""People's own accounts: making one, what it says about them, and its password."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from common.errors import Conflict, InvalidInput


def create_account(*, username: str, display_name: str, email: str, password: str) -> User:
    """Create an account. Raises InvalidInput naming every field that Django's validators refuse."""
    user = User(username=username.strip(), display_name=display_name.strip(), email=email.strip().lower())
    errors = _password_errors(user, password)
    user.set_password(password)
    _save(user, errors=errors)
    return user


def update_profile(*, user: User, display_name: str, email: str) -> User:
    """Change the name others see and the address that password resets go to."""
    user.display_name, user.email = display_name.strip(), email.strip().lower()
    _save(user, errors={})
    return user


def change_password(*, user: User, current_password: str, new_password: str) -> None:
    """Change a password. Every other session of the user ends; API tokens stay.

    Raises InvalidInput naming `current_password` or `new_password`.
    """
    errors = _password_errors(user, new_password, field="new_password")
    if not user.check_password(current_password):
        errors["current_password"] = ["This is not your present password."]
    if errors:
        raise InvalidInput(field_errors=errors)
    user.set_password(new_password)
    user.save(update_fields=["password"])


def _password_errors(user: User, password: str, *, field: str = "password") -> dict[str, list[str]]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {field: list(error.messages)}
    return {}


def _save(user: User, *, errors: dict[str, list[str]]) -> None:
    try:
        user.full_clean()
    except ValidationError as error:
        errors = _by_field(error) | errors
    if errors:
        raise InvalidInput(field_errors=errors)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise Conflict("Someone just took this name or this e-mail address.", field="username") from None


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    """Return messages by field; the only rule of the whole row is that an e-mail address is used once."""
    return {"email" if name == NON_FIELD_ERRORS else name: texts for name, texts in error.message_dict.items()}
