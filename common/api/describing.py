"""Describing endpoints for OpenAPI in one line each; the words come from the handler's docstring."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.fields import empty

OK = 200
Handler = TypeVar("Handler", bound=Callable[..., Any])

WORKSPACE = OpenApiParameter(
    "workspace", OpenApiTypes.STR, description="Id or key of the workspace; not needed by a user who has one."
)


def id_filter(name: str, what: str) -> OpenApiParameter:
    """Describe a query parameter that takes an id."""
    return OpenApiParameter(name, OpenApiTypes.INT, description=f"Only those of this {what} (its id).")


def describe(
    operation: str,
    summary: str,
    *,
    answer: Any = None,
    body: Any = None,
    status: int = 200,
    example: Any = None,
    body_example: Any = None,
    parameters: Sequence[OpenApiParameter] = (),
    also: Mapping[int, Any] | None = None,
) -> Callable[[Handler], Handler]:
    """Describe a handler: `operation` is "resource_verb", and the resource groups the reference.

    A list's answer is what its `serializer_class` tells. `example` is one answer (one row of a list),
    `body_example` one request; `also` tells answers of other statuses.
    """
    examples = []
    if body_example is not None:
        examples.append(OpenApiExample("Request", value=body_example, request_only=True))
    if example is not None:
        examples.append(OpenApiExample("Answer", value=example, response_only=True, status_codes=[str(status)]))
    decorate: Callable[[Handler], Handler] = extend_schema(
        operation_id=operation,
        summary=summary,
        tags=[operation.partition("_")[0]],
        parameters=list(parameters),
        request=body,
        responses=empty if answer is None and status == OK else {status: answer, **(also or {})},
        examples=examples,
    )
    return decorate
