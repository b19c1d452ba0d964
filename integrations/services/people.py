"""People as trackers know them."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email


def usable_email(address: str) -> str:
    """Return an e-mail address that is one; trackers hide and pseudonymise them."""
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address
