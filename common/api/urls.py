"""The addresses of the API's own description."""

from django.urls import URLPattern, URLResolver, path

from common.api.reference import reference
from common.api.schema import SchemaView

urlpatterns: list[URLPattern | URLResolver] = [
    path("", reference, name="api-root"),
    path("docs/", reference, name="api-docs"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
]
