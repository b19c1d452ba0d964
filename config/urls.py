"""Every address of the application."""

from django.urls import include, path

from accounts.web.live import live, poll
from common.web.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("live/", live, name="live"),
    path("live/poll/", poll, name="live-poll"),
    path("api/v1/", include("config.api_urls")),
    path("", include("accounts.web.urls")),
    path("", include("planner.web.urls")),
    path("", include("valuestream.web.urls")),
    path("", include("integrations.web.urls")),
]

handler400 = "common.web.errors.bad_request"
handler404 = "common.web.errors.not_found"
handler500 = "common.web.errors.server_error"
