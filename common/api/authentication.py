"""Who calls the API: a token in `Authorization: Token ...` (or a session, settings.REST_FRAMEWORK)."""

from typing import Any

from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class ApiTokenAuthentication(TokenAuthentication):  # type: ignore[misc]
    """Knox's tokens; what can't be one is refused before anything is looked up."""

    def authenticate_credentials(self, token: bytes) -> Any:
        """Return the user and the token's row."""
        if not token.isalnum():
            raise AuthenticationFailed("This token is not valid: make a new one.")
        return super().authenticate_credentials(token)
