"""What a row of the permission matrix is."""

from __future__ import annotations

from typing import NamedTuple

from accounts.policies import Action


class SignedIn:
    """Whoever has an account."""


class Public:
    """Everybody."""


class Row(NamedTuple):
    """One method of one address."""

    name: str
    method: str
    needs: type[SignedIn | Public] | Action


def rows(name: str, **needs: type[SignedIn | Public] | Action) -> list[Row]:
    """The rows of one address: `rows("api-story", get=Action.VIEW, patch=Action.EDIT_STORY)`."""
    return [Row(name, method, need) for method, need in needs.items()]


VIEW = Action.VIEW
