"""Saving rows that people typed: the model's own rules become errors that name the field."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from common.errors import Conflict, InvalidInput


def save_clean(thing: models.Model, *, duplicate_field: str = "name") -> None:
    """Validate and save; a broken rule of the whole model is told at `duplicate_field`.

    Foreign keys are not looked up again: services check whose they are before.
    """
    references = {field.name for field in thing._meta.fields if field.is_relation}
    try:
        thing.clean_fields(exclude=references)
        thing.validate_unique()
        thing.validate_constraints()
    except ValidationError as error:
        raise InvalidInput(field_errors=_by_field(error, duplicate_field)) from None
    with refusing_duplicates(duplicate_field):
        thing.save()


def _by_field(error: ValidationError, duplicate_field: str) -> dict[str, list[str]]:
    told: Mapping[str, list[str]] = error.message_dict
    return {duplicate_field if name == NON_FIELD_ERRORS else name: list(texts) for name, texts in told.items()}


@contextmanager
def refusing_duplicates(field: str) -> Iterator[None]:
    """Two people did the same at once and the database refused the second: tell them so."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        message = "Someone just saved something that excludes this: reload, then try again."
        raise Conflict(message, field=field) from None


def set_fields(thing: Any, values: Mapping[str, Any]) -> list[str]:
    """Set what differs; returns the names of the fields that changed."""
    changed = [name for name, value in values.items() if getattr(thing, name) != value]
    for name in changed:
        setattr(thing, name, values[name])
    return changed
