"""API tokens. A token is shown once; only its digest is kept."""

from knox.models import AuthToken

from accounts.models import User
from common.errors import NotFound


def create_api_token(*, user: User) -> str:
    """Create a token that acts as the user until it is revoked; returns its text, which is kept nowhere."""
    _, token = AuthToken.objects.create(user=user)
    return str(token)


def revoke_api_token(*, user: User, token_key: str) -> None:
    """Make one of the user's tokens useless; `token_key` is the beginning of its text."""
    revoked, _ = AuthToken.objects.filter(user=user, token_key=token_key).delete()
    if not revoked:
        raise NotFound("You have no such token; it may be revoked already.")
