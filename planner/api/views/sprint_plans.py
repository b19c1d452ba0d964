"""Sprint plans over HTTP: ask for one, read it, price and make changes in it, take it over, take that back."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, check_body
from common.api.describing import WORKSPACE, describe, id_filter
from common.clock import utc_now
from common.errors import InvalidInput
from planner.api import plan_examples as examples
from planner.api.actors import actor_of
from planner.api.serializers.sprint_plans import (
    ChoicePriceSerializer,
    NewSprintPlan,
    PlanChoice,
    PlanPriceSerializer,
    PlanPricesSerializer,
    PricedStory,
    SprintPlanDetailSerializer,
    SprintPlanSerializer,
    StoryInPlan,
)
from planner.api.views.listing import WorkspaceList
from planner.domain.sprints.pricing import MovePrice
from planner.domain.vocabulary import PlanState
from planner.models import SprintPlan
from planner.selectors.plan_answers import answer_of
from planner.selectors.plan_asking import USUAL_SPRINTS
from planner.selectors.plan_choices import check_choice, price_choice
from planner.selectors.plan_page import page_of
from planner.selectors.plan_questions import NOWHERE
from planner.selectors.plan_words import load_names, say_violations
from planner.selectors.plans import as_money, check_computed, get_plan_for, list_plans, question_of
from planner.services.plan_changes import apply_plan, move_in_plan, price_story, undo_plan
from planner.services.plans import discard_plan, request_improvement, request_plan

LONGEST_ID = 19


def _told(plan: SprintPlan) -> Any:
    return SprintPlanDetailSerializer(answer_of(plan)).data


def _started(request: Request, started: SprintPlan) -> Response:
    plan = get_plan_for(user=user_of(request), plan_id=started.pk, action=Action.VIEW)
    headers = {"Location": request.build_absolute_uri(f"/api/v1/plans/{plan.pk}/")}
    is_waiting = plan.state == PlanState.COMPUTING.value
    return Response(_told(plan), status=202 if is_waiting else 201, headers=headers)


class SprintPlanList(WorkspaceList[SprintPlan]):
    """The sprint plans of a workspace."""

    serializer_class = SprintPlanSerializer
    newest_first = True

    @describe("plans_list", "List sprint plans", parameters=[WORKSPACE], example=examples.SPRINT_PLAN)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return sprint plans in short, the newest first."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[SprintPlan]:
        """Return the plans."""
        return list_plans(workspace=workspace)

    @describe(
        "plans_create",
        "Plan the next sprints",
        body=NewSprintPlan,
        answer=SprintPlanDetailSerializer,
        status=201,
        body_example={"workspace": "ACME", "teams": [1], "sprints": 4, "level": "p50"},
        example=examples.SPRINT_PLAN_DETAIL,
    )
    def post(self, request: Request) -> Response:
        """Ask which story to take in which sprint. No sprint changes until the plan is applied.

        Up to 400 open stories the answer is complete (201). Above, it is COMPUTING (202): poll its `job`, then read
        it again. One that can't be computed is FAILED: `problem` says why and what to do.
        """
        body = body_of(request)
        workspace = take_workspace(request, body, Action.EDIT_SPRINT)
        asked = _asked(check_body(body=body, shape=NewSprintPlan))
        plan = request_plan(workspace=workspace, actor=actor_of(request), now=utc_now(), can_wait=True, **asked)
        return _started(request, plan)


def _asked(fields: dict[str, Any]) -> dict[str, Any]:
    """The question in the words of the service."""
    if "sprints" in fields and "horizon" in fields:
        raise InvalidInput("Send sprints or horizon: they say the same.", field="horizon")
    return {
        "sprints": fields.get("sprints", fields.get("horizon", USUAL_SPRINTS)),
        "team_ids": fields.get("teams"),
        "level": fields.get("level", "p50"),
        "is_kept": fields.get("keep", False),
    }


class SprintPlanDetail(APIView):
    """One sprint plan."""

    @describe(
        "plans_retrieve",
        "Read a sprint plan",
        answer=SprintPlanDetailSerializer,
        example=examples.SPRINT_PLAN_DETAIL,
    )
    def get(self, request: Request, plan_id: int) -> Response:
        """Return where each story is placed, what each sprint earns, the bound, and what doesn't fit and why."""
        return Response(_told(get_plan_for(user=user_of(request), plan_id=plan_id, action=Action.VIEW)))


class SprintPlanPrice(APIView):
    """The price of a change in a plan."""

    @describe(
        "plans_price",
        "Price a change in a sprint plan",
        body=PricedStory,
        answer=PlanPriceSerializer,
        body_example={"plan": 12, "story": 41, "sprint": 1},
        example=examples.PLAN_PRICE,
    )
    def post(self, request: Request) -> Response:
        """Say what holding one story in another sprint would earn or cost, and which rules it would break.

        Nothing is changed. `sprint` is a place in the plan's `sprints`; null: out of all of them.
        """
        body = body_of(request)
        if "workspace" in body or "workspace" in request.query_params:
            take_workspace(request, body, Action.VIEW)
        asked = check_body(body=body, shape=PricedStory)
        plan = get_plan_for(user=user_of(request), plan_id=asked["plan"], action=Action.VIEW)
        price = price_story(plan=plan, story_id=asked["story"], column=_column(asked))
        return Response(PlanPriceSerializer(_priced(plan, price)).data)


def _column(asked: dict[str, Any]) -> int:
    return NOWHERE if asked["sprint"] is None else int(asked["sprint"])


def _priced(plan: SprintPlan, price: MovePrice) -> dict[str, Any]:
    question = question_of(plan)
    broken = price.new_violations
    return {
        "value_before": as_money(price.before.value),
        "value_after": as_money(price.after.value),
        "difference": as_money(price.difference),
        "violations": say_violations(broken, load_names(question)) if broken else [],
        "changes": [
            {
                "unit": question.units[change.capability],
                "before": change.before if change.before >= 0 else None,
                "after": change.after if change.after >= 0 else None,
            }
            for change in price.changes
        ],
    }


class SprintPlanPrices(APIView):
    """The prices of all places of one story."""

    @describe(
        "plans_prices",
        "Price every place of a story in a sprint plan",
        answer=PlanPricesSerializer,
        parameters=[id_filter("story", "story")],
        example=examples.PLAN_PRICES,
    )
    def get(self, request: Request, plan_id: int) -> Response:
        """Say what each sprint of the plan, and none (null), would earn or cost `story`; refused ones say why."""
        plan = get_plan_for(user=user_of(request), plan_id=plan_id, action=Action.VIEW)
        check_computed(plan)
        named = request.query_params.get("story", "")
        story = int(named) if named.isdecimal() and len(named) < LONGEST_ID else 0
        columns = (NOWHERE, *range(len(question_of(plan).columns)))
        return Response(PlanPricesSerializer({"prices": [_tried(plan, story, column) for column in columns]}).data)


def _tried(plan: SprintPlan, story: int, column: int) -> dict[str, Any]:
    place = column if column > NOWHERE else None
    try:
        price = price_story(plan=plan, story_id=story, column=column)
    except InvalidInput as refused:
        if "story" in refused.errors:
            raise
        return {"sprint": place, "difference": None, "violations": [refused.message], "is_refused": True}
    priced = _priced(plan, price)
    return {**priced, "sprint": place, "is_refused": False}


class SprintPlanChoice(APIView):
    """The price of some of a plan's moves."""

    @describe(
        "plans_price_choice",
        "Price a choice among a sprint plan's moves",
        body=PlanChoice,
        answer=ChoicePriceSerializer,
        body_example={"stories": [41]},
        example=examples.CHOICE_PRICE,
    )
    def post(self, request: Request, plan_id: int) -> Response:
        """Say what applying these stories' moves, or all of them, would earn against what is planned now.

        Nothing is changed. An empty list prices what is planned now; a story that the plan doesn't move is refused.
        """
        plan = get_plan_for(user=user_of(request), plan_id=plan_id, action=Action.VIEW)
        check_computed(plan)
        asked, page = check_body(body=body_of(request), shape=PlanChoice), page_of(plan)
        stories = asked.get("stories", [move.story_id for move in page.moves])
        check_choice(page, stories)
        return Response(ChoicePriceSerializer(price_choice(page, stories)).data)


class SprintPlanMove(APIView):
    """Changing a plan."""

    @describe(
        "plans_move",
        "Move a story in a sprint plan",
        body=StoryInPlan,
        answer=SprintPlanDetailSerializer,
        body_example={"story": 41, "sprint": 1},
        example=examples.SPRINT_PLAN_DETAIL,
    )
    def post(self, request: Request, plan_id: int) -> Response:
        """Hold one story in another sprint of the plan. Broken rules are told in `violations`, not refused."""
        plan = get_plan_for(user=user_of(request), plan_id=plan_id, action=Action.EDIT_SPRINT)
        asked = check_body(body=body_of(request), shape=StoryInPlan)
        moved = move_in_plan(
            plan=plan, story_id=asked["story"], column=_column(asked), actor=actor_of(request), now=utc_now()
        )
        return Response(_told(moved))


class SprintPlanApply(APIView):
    """Taking a plan over."""

    @describe(
        "plans_apply",
        "Apply a sprint plan",
        body=PlanChoice,
        answer=SprintPlanDetailSerializer,
        body_example={"stories": [41]},
        example=examples.SPRINT_PLAN_DETAIL,
    )
    def post(self, request: Request, plan_id: int) -> Response:
        """Put these stories, or all that the plan moves, into their sprints: all of them or none.

        409 (stale_plan) names the stories that somebody changed since it was computed.
        """
        plan = get_plan_for(user=user_of(request), plan_id=plan_id, action=Action.EDIT_SPRINT)
        chosen = check_body(body=body_of(request), shape=PlanChoice).get("stories")
        return Response(_told(apply_plan(plan=plan, story_ids=chosen, actor=actor_of(request), now=utc_now()).plan))


class SprintPlanUndo(APIView):
    """Taking an applied plan back."""

    @describe(
        "plans_undo",
        "Take an applied sprint plan back",
        answer=SprintPlanDetailSerializer,
        example=examples.SPRINT_PLAN_DETAIL,
    )
    def post(self, request: Request, plan_id: int) -> Response:
        """Give the stories the sprints back that they had. What somebody moved since stays where it is."""
        plan = _fetched_without_body(request, plan_id)
        return Response(_told(undo_plan(plan=plan, actor=actor_of(request), now=utc_now()).plan))


class SprintPlanImprove(APIView):
    """Searching further."""

    @describe(
        "plans_improve",
        "Improve a sprint plan further",
        answer=SprintPlanDetailSerializer,
        status=202,
        example=examples.SPRINT_PLAN_DETAIL,
    )
    def post(self, request: Request, plan_id: int) -> Response:
        """Go on searching from the plan in the background. What is found is a plan of its own, never worse."""
        plan = _fetched_without_body(request, plan_id)
        return _started(request, request_improvement(plan=plan, actor=actor_of(request), now=utc_now()))


class SprintPlanDiscard(APIView):
    """Putting a plan away."""

    @describe(
        "plans_discard",
        "Discard a sprint plan",
        answer=SprintPlanDetailSerializer,
        example=examples.SPRINT_PLAN_DETAIL,
    )
    def post(self, request: Request, plan_id: int) -> Response:
        """Put a plan away; no sprint changes. One that was applied must be taken back first."""
        return Response(_told(discard_plan(plan=_fetched_without_body(request, plan_id), now=utc_now())))


def _fetched_without_body(request: Request, plan_id: int) -> SprintPlan:
    plan = get_plan_for(user=user_of(request), plan_id=plan_id, action=Action.EDIT_SPRINT)
    if body_of(request):
        raise InvalidInput("Send no fields: this call takes none.", field="body")
    return plan
