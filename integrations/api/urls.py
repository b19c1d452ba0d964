"""The addresses of imports in the REST API."""

from django.urls import path

from integrations.api.views import ImportDetailView, ImportListView, ImportRefusalListView

urlpatterns = [
    path("imports/", ImportListView.as_view(), name="api-imports"),
    path("imports/<int:run_id>/", ImportDetailView.as_view(), name="api-import"),
    path("imports/<int:run_id>/refusals/", ImportRefusalListView.as_view(), name="api-import-refusals"),
]
