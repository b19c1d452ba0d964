"""What an issue says of fields that are the workspace's own: Jira's shapes as the text a person would write."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from integrations.formats.reading import clean_text
from integrations.formats.values import parse_instant
from integrations.jira.adf import plain_text
from integrations.jira.fields import FieldNames

VALUE_LIMIT_CHARS = 2_000
_NAMES = ("value", "displayName", "name", "key")


def own_values(
    fields: Mapping[str, Any], *, names: FieldNames, own_names: frozenset[str], used: set[str]
) -> dict[str, str]:
    """Return values by what the file calls the field, of those called like one in `own_names` (casefolded).

    An empty value is told as "": it was cleared there. The ids of what is taken are put into `used`.
    """
    told: dict[str, str] = {}
    for field, value in fields.items():
        label = names.label(field).casefold()
        name = label if label in own_names else field.casefold()
        if name in own_names and field not in used and (text := value_text(value)) is not None:
            told[name] = text
            used.add(field)
    return told


def value_text(value: Any) -> str | None:
    """Return a value as text; None for a shape that nobody would write into a field.

    Options, versions, people and groups go by their name, a cascading choice as "parent - child", several of them
    with commas between, a document as plain text, an instant as its day where it was.
    """
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and isfinite(value):
        return str(int(value)) if value == int(value) else str(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        parts = [value_text(each) for each in value]
        return None if None in parts else ", ".join(part for part in parts if part)
    return _object_text(value) if isinstance(value, dict) else None


def _text(value: str) -> str:
    is_instant = value[10:11] == "T" and parse_instant(value) is not None
    return value[:10] if is_instant else clean_text(value, VALUE_LIMIT_CHARS).strip()


def _object_text(value: Mapping[str, Any]) -> str | None:
    if value.get("type") == "doc":
        return plain_text(value)[:VALUE_LIMIT_CHARS]
    name = next((value[key] for key in _NAMES if isinstance(value.get(key), str) and value[key]), None)
    if name is None:
        return None
    child = value.get("child")
    inner = value_text(child) if isinstance(child, dict) else ""
    return f"{clean_text(name, 200)} - {inner}" if inner else clean_text(name, 200)
