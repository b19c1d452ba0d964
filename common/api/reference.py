"""The API reference for people: one page made from the OpenAPI document, without scripts or styles of others."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "patch", "put", "delete")
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """A field of a body or an answer, or a parameter."""

    name: str
    kind: str
    description: str
    required: bool


@dataclass(frozen=True)
class Answer:
    """What comes back under one status."""

    status: str
    description: str
    fields: list[Field] = field(default_factory=list)
    example: str = ""


@dataclass(frozen=True)
class Endpoint:
    """One method at one path."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Field]
    body: list[Field]
    body_example: str
    answers: list[Answer]
    refusals: list[Answer]


@dataclass(frozen=True)
class Group:
    """The endpoints of one resource."""

    name: str
    endpoints: list[Endpoint]


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Show every endpoint: parameters, body, answers, examples, errors."""
    return render(request, "api/reference.html", {"groups": reference_groups()})


@lru_cache(maxsize=1)
def reference_groups() -> list[Group]:
    """Return the document's endpoints by resource; made once a process, for the code does not change."""
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    components = document["components"]["schemas"]
    groups: dict[str, list[Endpoint]] = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                operation = operations[method]
                name = operation.get("tags", ["other"])[0]
                groups.setdefault(name, []).append(_endpoint(path, method, operation, components))
    return [Group(name, endpoints) for name, endpoints in sorted(groups.items())]


def _endpoint(path: str, method: str, operation: Schema, components: Schema) -> Endpoint:
    body, body_example = _body(operation.get("requestBody", {}), components)
    answers = [_answer(status, answer, components) for status, answer in operation["responses"].items()]
    return Endpoint(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation.get("summary", operation["operationId"].replace("_", " ")),
        description=_marked(operation.get("description", "")),
        parameters=[_parameter(part, components) for part in operation.get("parameters", [])],
        body=body,
        body_example=body_example,
        answers=[answer for answer in answers if answer.status < "400"],
        refusals=[answer for answer in answers if answer.status >= "400"],
    )


def _parameter(part: Schema, components: Schema) -> Field:
    return Field(
        name=part["name"],
        kind=f"{_kind(part['schema'], components)} in the {part['in']}",
        description=_words(part | part["schema"], components),
        required=part.get("required", False),
    )


def _body(part: Schema, components: Schema) -> tuple[list[Field], str]:
    for content in part.get("content", {}).values():
        return list(_fields(content.get("schema", {}), components)), _example(content)
    return [], ""


def _answer(status: str, part: Schema, components: Schema) -> Answer:
    fields, example = _body(part, components)
    return Answer(status=status, description=part.get("description", ""), fields=fields, example=example)


def _example(content: Schema) -> str:
    for example in content.get("examples", {}).values():
        return json.dumps(example["value"], indent=2)
    return ""


def _fields(schema: Schema, components: Schema) -> Iterator[Field]:
    found = _resolve(schema, components)
    if found.get("type") == "array":
        found = _resolve(found["items"], components)
    required = set(found.get("required", ()))
    for name, part in found.get("properties", {}).items():
        yield Field(name, _kind(part, components), _words(part, components), name in required)
        rows = _resolve(part["items"], components) if "items" in part else {}
        for inner, row in rows.get("properties", {}).items():
            kind = _kind(row, components)
            yield Field(f"{name}[].{inner}", kind, _words(row, components), inner in rows.get("required", ()))


def _resolve(schema: Schema, components: Schema) -> Schema:
    """Return the schema behind a reference."""
    name = _reference(schema)
    return components.get(name, {}) if name else schema


def _reference(schema: Schema) -> str:
    for part in [schema, *schema.get("allOf", []), *schema.get("oneOf", [])]:
        if "$ref" in part:
            return str(part["$ref"].rsplit("/", 1)[1])
    return ""


def _kind(schema: Schema, components: Schema) -> str:
    """A schema's type in a few words; of an object, its fields."""
    if _reference(schema):
        found = _resolve(schema, components)
        fields = ", ".join(found.get("properties", ()))
        return f"object ({fields})" if fields else str(found.get("type", "any"))
    kinds = schema.get("type", "any")
    if kinds == "array" or (isinstance(kinds, list) and "array" in kinds):
        item = schema.get("items", {})
        return "list of objects" if _reference(item) else f"list of {_kind(item, components)}s"
    words = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{words} ({schema['format']})" if "format" in schema else words


def _words(schema: Schema, components: Schema) -> str:
    """Return a field's own description and, for a closed list, its words."""
    choices = schema.get("enum") or _resolve(schema, components).get("enum") or []
    listed = "One of: " + ", ".join(str(choice) for choice in choices if choice) + "." if choices else ""
    own = str(schema.get("description", "")).partition("* `")[0].strip()  # the words of a list come after it
    return _marked(" ".join(filter(None, [own, listed])))


def _marked(text: str) -> str:
    """Escape text; what stands between backticks becomes code."""
    parts = enumerate(text.split("`"))
    return format_html_join("", "{}", ((format_html("<code>{}</code>", part) if n % 2 else part,) for n, part in parts))
