"""Writing a few columns of many rows with one statement, whatever each row's values are."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.db.models.fields import Field


def write_columns(*, model: type[models.Model], ids: Sequence[int], columns: Mapping[str, Sequence[Any]]) -> None:
    """Set `columns[name][i]` on the row `ids[i]`; fields are named as on the model.

    Arrays are sent whole to PostgreSQL; on SQLite, where a statement costs no round trip, one runs per row.
    """
    if not ids:
        return
    fields = [_column_field(model, name) for name in columns]
    values = [
        [field.get_db_prep_save(value, connection) for value in given]
        for field, given in zip(fields, columns.values(), strict=True)
    ]
    write = _write_arrays if connection.vendor == "postgresql" else _write_rows
    write(model._meta.db_table, fields, list(ids), values)


def _column_field(model: type[models.Model], name: str) -> "Field[Any, Any]":
    field = model._meta.get_field(name)
    if not isinstance(field, Field):
        raise TypeError(f"{name} is not a column of {model.__name__}")
    return field


def _write_arrays(table: str, fields: "Sequence[Field[Any, Any]]", ids: list[int], values: list[list[Any]]) -> None:
    names = [_quoted(field) for field in fields]
    sets = ", ".join(f"{name} = incoming.{name}" for name in names)
    arrays = ", ".join(f"%s::{_type_of(field)}[]" for field in fields)
    table = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {sets} FROM unnest(%s::bigint[], {arrays}) "  # noqa: S608 - names of our own columns
            f"AS incoming (row_id, {', '.join(names)}) WHERE {table}.id = incoming.row_id",
            [ids, *values],
        )


def _write_rows(table: str, fields: "Sequence[Field[Any, Any]]", ids: list[int], values: list[list[Any]]) -> None:
    sets = ", ".join(f"{_quoted(field)} = %s" for field in fields)
    statement = f"UPDATE {connection.ops.quote_name(table)} SET {sets} WHERE id = %s"  # noqa: S608 - our own columns
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(*row, pk) for *row, pk in zip(*values, ids, strict=True)])


def _quoted(field: "Field[Any, Any]") -> str:
    return connection.ops.quote_name(str(field.column))


def _type_of(field: "Field[Any, Any]") -> str:
    """The column's type without its length, which an array does not need."""
    return (field.db_type(connection) or "").split("(", maxsplit=1)[0]
