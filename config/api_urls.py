"""Every address of the REST API, version 1: each app brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("common.api.urls")),
    path("", include("accounts.api.urls")),
    path("", include("planner.api.urls")),
    path("", include("valuestream.api.urls")),
    path("", include("integrations.api.urls")),
]
