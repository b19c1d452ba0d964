"""Keyset paging for lists: by id, no OFFSET, no COUNT."""

import base64
import binascii
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from common.errors import InvalidInput


class KeysetPagination(BasePagination):
    """Pages of rows in the order of ids. `?cursor=` goes on after a row, `?limit=` sets the page's size.

    A view whose newest row comes first sets `newest_first = True`.
    """

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any]:
        """Return one page and remember whether there is another."""
        self.request = request
        limit = read_limit(request)
        newest_first = getattr(view, "newest_first", False)
        cursor = request.query_params.get("cursor")
        if cursor:
            last_id = decode_cursor(cursor)
            queryset = queryset.filter(pk__lt=last_id) if newest_first else queryset.filter(pk__gt=last_id)
        rows = list(queryset.order_by("-pk" if newest_first else "pk")[: limit + 1])
        self.next_cursor = encode_cursor(rows[limit - 1].pk) if len(rows) > limit else None
        return rows[:limit]

    def get_paginated_response(self, data: Any) -> Response:
        """Wrap a page: where the next one is (or null), and the rows."""
        return Response({"next": next_url(self.request, self.next_cursor), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the wrapping for OpenAPI."""
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "The next page, or null.",
                    "example": "https://millrace.example.com/api/v1/stories/?cursor=aWQ6NDE=",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the parameters for OpenAPI."""
        return [
            {"name": "cursor", "in": "query", "schema": {"type": "string"}, "description": "From `next`."},
            {"name": "limit", "in": "query", "schema": {"type": "integer"}, "description": "Rows a page."},
        ]


def read_limit(request: Request) -> int:
    """Return `?limit=`, 1 to PAGE_SIZE_LIMIT."""
    text = request.query_params.get("limit", "")
    if not text:
        return int(settings.PAGE_SIZE)
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not 0 < int(text) <= settings.PAGE_SIZE_LIMIT:
        raise InvalidInput(f"Use a whole number from 1 to {settings.PAGE_SIZE_LIMIT}.", field="limit")
    return int(text)


def next_url(request: Request, cursor: str | None) -> str | None:
    """Return the address of the page after `cursor`."""
    if cursor is None:
        return None
    return str(replace_query_param(request.build_absolute_uri(), "cursor", cursor))


def encode_cursor(last_id: int) -> str:
    """Return an opaque cursor that goes on after this row."""
    return base64.urlsafe_b64encode(f"id:{last_id}".encode()).decode()


def decode_cursor(cursor: str) -> int:
    """Return the id a cursor goes on after."""
    try:
        kind, _, text = base64.urlsafe_b64decode(cursor.encode()).decode().partition(":")
        if kind == "id" and -(2**63) <= int(text) < 2**63:
            return int(text)
    except (binascii.Error, UnicodeError, ValueError):
        pass
    raise InvalidInput("This cursor is broken: begin again without one.", field="cursor")
