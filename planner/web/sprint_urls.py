"""The addresses of sprints."""

from django.urls import URLPattern, URLResolver, path

from planner.web.views.sprint_life import (
    sprint_complete,
    sprint_delete,
    sprint_edit,
    sprint_reopen,
    sprint_start,
    sprints_add,
)
from planner.web.views.sprints import sprint, sprint_evidence, sprint_export, sprints

SPRINTS = "w/<str:workspace>/sprints/"
SPRINT = f"{SPRINTS}<int:sprint>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(SPRINTS, sprints, name="sprints"),
    path(f"{SPRINTS}add/", sprints_add, name="sprints-add"),
    path(SPRINT, sprint, name="sprint"),
    path(f"{SPRINT}evidence/", sprint_evidence, name="sprint-evidence"),
    path(f"{SPRINT}edit/", sprint_edit, name="sprint-edit"),
    path(f"{SPRINT}start/", sprint_start, name="sprint-start"),
    path(f"{SPRINT}reopen/", sprint_reopen, name="sprint-reopen"),
    path(f"{SPRINT}complete/", sprint_complete, name="sprint-complete"),
    path(f"{SPRINT}delete/", sprint_delete, name="sprint-delete"),
    path(f"{SPRINT}report.<str:kind>", sprint_export, name="sprint-export"),
]
