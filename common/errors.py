"""Anticipated errors. Each says what to do and is mapped once to a page and once to problem+json.

Services raise subclasses defined beside the function that raises them; views never catch them.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class DomainError(Exception):
    """An error a person can act on.

    `message` is a sentence for that person; `code` is a stable word for programs; `field` names
    the input at fault, if one is.
    """

    status: ClassVar[int] = 400
    default_code: ClassVar[str] = "invalid"

    def __init__(self, message: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.field = field

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Pairs of (field, message), for templates: a field may well be called "items"."""
        return [(field, text) for field, texts in self.errors.items() for text in texts]

    @property
    def errors(self) -> dict[str, list[str]]:
        """Messages by field; empty when no field is at fault."""
        return {self.field: [self.message]} if self.field else {}


class InvalidInput(DomainError):
    """One or more inputs are refused. `field_errors` holds every message by field (or row path)."""

    def __init__(
        self,
        message: str = "Some values can't be used; nothing was saved.",
        *,
        code: str | None = None,
        field: str | None = None,
        field_errors: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message, code=code, field=field)
        self._field_errors = {name: list(texts) for name, texts in (field_errors or {}).items()}

    @property
    def errors(self) -> dict[str, list[str]]:
        """Messages by field, every refused field at once."""
        return self._field_errors or super().errors


class NotAuthorised(DomainError):
    """The member's role does not allow this action."""

    status = 403
    default_code = "forbidden"


class NotFound(DomainError):
    """There is no such thing, or none this person may know of."""

    status = 404
    default_code = "not_found"


class Conflict(DomainError):
    """The request is right but the present state contradicts it (stale version, cycle, duplicate)."""

    status = 409
    default_code = "conflict"


class TooLarge(DomainError):
    """The input exceeds a limit, which the message names."""

    status = 413
    default_code = "too_large"
