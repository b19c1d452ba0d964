"""The addresses of the pages of imports."""

from django.urls import path

from integrations.web import views

urlpatterns = [
    path("w/<str:workspace>/imports/", views.imports, name="imports"),
    path("w/<str:workspace>/imports/rows/", views.import_rows, name="import-rows"),
    path("w/<str:workspace>/imports/<int:run_id>/", views.import_page, name="import"),
    path("w/<str:workspace>/imports/<int:run_id>/status/", views.import_status, name="import-status"),
    path("w/<str:workspace>/imports/<int:run_id>/cancel/", views.import_cancel, name="import-cancel"),
    path("w/<str:workspace>/imports/<int:run_id>/refusals.csv", views.import_refusals, name="import-refusals"),
]
