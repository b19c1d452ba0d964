"""Reading JSON bodies by the shape a serializer declares.

A shape says which fields a body may have, which it must have, which are ids of other objects and
which are days. Everything else about a value is checked by the service that takes it, once, in the
same words for pages and API. Many rows cost one query for each kind of object they refer to.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import models
from rest_framework import serializers
from rest_framework.request import Request

from common.errors import InvalidInput

LARGEST_ID = 2**63 - 1
Shape = type[serializers.Serializer[Any]]
Errors = dict[str, list[str]]


class Reference(serializers.IntegerField):
    """The id of an object of the same workspace; the reader replaces it by the object."""

    def __init__(self, model: type[models.Model], *, related: Sequence[str] = (), **options: Any) -> None:
        super().__init__(min_value=1, **options)
        self.model = model
        self.related = related


class References(serializers.ListField):
    """Ids of objects of the same workspace; the reader replaces them by the objects."""

    def __init__(self, model: type[models.Model], **options: Any) -> None:
        super().__init__(child=serializers.IntegerField(min_value=1), **options)
        self.model = model
        self.related: Sequence[str] = ()


def body_of(request: Request) -> dict[str, Any]:
    """Return the body, a JSON object, as a dict of the caller's own."""
    if not isinstance(request.data, Mapping):
        raise InvalidInput("Send a JSON object.", field="body")
    return dict(request.data)


def read_body(*, body: Mapping[str, Any], shape: Shape, workspace_id: int) -> dict[str, Any]:
    """Return the fields of a body; raises InvalidInput that names every field it refuses."""
    [row] = read_rows(rows=[body], shape=shape, workspace_id=workspace_id, name_row=lambda index: "")
    return row


def check_body(*, body: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """Return the fields as the serializer itself reads them: for services that take typed values only."""
    errors = _check_names(body, shape().fields, "")
    if errors:
        raise InvalidInput(field_errors=errors)
    serializer = shape(data=body)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def read_rows(
    *, rows: Sequence[Any], shape: Shape, workspace_id: int, name_row: Callable[[int], str]
) -> list[dict[str, Any]]:
    """Return the fields of many bodies; `name_row` begins the path of a row's errors ("stories[3].")."""
    fields = shape().fields
    errors: Errors = {}
    for index, row in enumerate(rows):
        errors |= _check_names(row, fields, name_row(index))
    if errors:
        raise InvalidInput(field_errors=errors)
    read = [dict(row) for row in rows]
    for name, field in fields.items():
        if isinstance(field, Reference | References):
            errors |= _resolve(read, name, field, workspace_id=workspace_id, name_row=name_row)
        elif isinstance(field, serializers.DateField):
            errors |= _read_days(read, name, name_row=name_row)
    if errors:
        raise InvalidInput(field_errors=errors)
    return read


def take_version(fields: dict[str, Any]) -> int | None:
    """Take `version`, the one the caller read, out of the fields."""
    version: object = fields.pop("version", None)
    if isinstance(version, bool) or not isinstance(version, int | None):
        raise InvalidInput("Send the version you read, a whole number.", field="version")
    return version


def _check_names(row: Any, fields: Mapping[str, Any], prefix: str) -> Errors:
    if not isinstance(row, Mapping):
        return {prefix.rstrip(".") or "body": ["Send a JSON object."]}
    unknown = [name for name in row if name not in fields]
    errors = {f"{prefix}{name}"[:200]: [f"Remove this field; known are: {', '.join(fields)}."] for name in unknown}
    for name, field in fields.items():
        if field.required and name not in row:
            errors[f"{prefix}{name}"] = ["Send this field: it is required."]
    return errors


def _resolve(
    rows: Sequence[dict[str, Any]],
    name: str,
    field: Reference | References,
    *,
    workspace_id: int,
    name_row: Callable[[int], str],
) -> Errors:
    """Replace ids by objects of the workspace, with one query for all rows."""
    given = {index: row[name] for index, row in enumerate(rows) if name in row}
    told = {
        index: _ids_of(value, field)
        for index, value in given.items()
        if value is not None or field.required or isinstance(field, References)
    }
    wanted = {pk for ids in told.values() if ids is not None for pk in ids}
    found = _find(field, wanted, workspace_id=workspace_id) if wanted else {}
    errors: Errors = {}
    what = field.model._meta.verbose_name
    for index, ids in told.items():
        missing = [pk for pk in ids or () if pk not in found]
        if ids is None:
            kind = "a list of ids" if isinstance(field, References) else f"the id of a {what}"
            errors[f"{name_row(index)}{name}"] = [f"Send {kind}, whole numbers."]
        elif missing:
            errors[f"{name_row(index)}{name}"] = [f"There is no {what} {missing[0]} in this workspace."]
        else:
            objects = [found[pk] for pk in ids]
            rows[index][name] = objects if isinstance(field, References) else objects[0]
    return errors


def _find(field: Reference | References, ids: Iterable[int], *, workspace_id: int) -> dict[int, models.Model]:
    kept = [pk for pk in ids if 0 < pk <= LARGEST_ID]
    objects = field.model._default_manager.filter(workspace_id=workspace_id, pk__in=kept)
    if field.related:
        objects = objects.select_related(*field.related)
    return {thing.pk: thing for thing in objects}


def _ids_of(value: Any, field: Reference | References) -> list[int] | None:
    """Return the ids told by one value; None when it is no id."""
    ids = value if isinstance(field, References) else [value]
    if not isinstance(ids, list) or any(isinstance(pk, bool) or not isinstance(pk, int) for pk in ids):
        return None
    return ids


def _read_days(rows: Sequence[dict[str, Any]], name: str, *, name_row: Callable[[int], str]) -> Errors:
    errors: Errors = {}
    for index, row in enumerate(rows):
        value = row.get(name)
        if value is None:
            continue
        try:
            row[name] = date.fromisoformat(value)
        except (TypeError, ValueError):
            errors[f"{name_row(index)}{name}"] = ["Send a day, such as 2026-03-31."]
    return errors
