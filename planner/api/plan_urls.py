"""The addresses of sprint plans, in the REST API."""

from django.urls import URLPattern, URLResolver, path

from planner.api.views.sprint_plans import (
    SprintPlanApply,
    SprintPlanChoice,
    SprintPlanDetail,
    SprintPlanDiscard,
    SprintPlanImprove,
    SprintPlanList,
    SprintPlanMove,
    SprintPlanPrice,
    SprintPlanPrices,
    SprintPlanUndo,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("plans/", SprintPlanList.as_view(), name="api-plans"),
    path("plans/price/", SprintPlanPrice.as_view(), name="api-plans-price"),
    path("plans/<int:plan_id>/", SprintPlanDetail.as_view(), name="api-plan"),
    path("plans/<int:plan_id>/price/", SprintPlanChoice.as_view(), name="api-plan-price"),
    path("plans/<int:plan_id>/prices/", SprintPlanPrices.as_view(), name="api-plan-prices"),
    path("plans/<int:plan_id>/move/", SprintPlanMove.as_view(), name="api-plan-move"),
    path("plans/<int:plan_id>/apply/", SprintPlanApply.as_view(), name="api-plan-apply"),
    path("plans/<int:plan_id>/undo/", SprintPlanUndo.as_view(), name="api-plan-undo"),
    path("plans/<int:plan_id>/improve/", SprintPlanImprove.as_view(), name="api-plan-improve"),
    path("plans/<int:plan_id>/discard/", SprintPlanDiscard.as_view(), name="api-plan-discard"),
]
