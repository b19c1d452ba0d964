"""The addresses of sprint plans."""

from django.urls import URLPattern, URLResolver, path

from planner.web.views.planning import (
    plan,
    plan_apply,
    plan_choice,
    plan_discard,
    plan_improve,
    plan_move,
    plan_prices,
    plan_reset,
    plan_undo,
    planning,
)

PLANNING = "w/<str:workspace>/planning/"
PLAN = f"{PLANNING}<int:plan>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(PLANNING, planning, name="planning"),
    path(PLAN, plan, name="plan"),
    path(f"{PLAN}prices/", plan_prices, name="plan-prices"),
    path(f"{PLAN}move/", plan_move, name="plan-move"),
    path(f"{PLAN}reset/", plan_reset, name="plan-reset"),
    path(f"{PLAN}improve/", plan_improve, name="plan-improve"),
    path(f"{PLAN}apply/", plan_apply, name="plan-apply"),
    path(f"{PLAN}choice/", plan_choice, name="plan-choice"),
    path(f"{PLAN}undo/", plan_undo, name="plan-undo"),
    path(f"{PLAN}discard/", plan_discard, name="plan-discard"),
]
