"""Sprint plans that were computed: which there are, where each story is in one, and what taking it over changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import require
from common.errors import Conflict, NotFound
from planner.domain.sprints.pricing import PlacementPrice, price_placement
from planner.domain.vocabulary import PlanState
from planner.models import SprintPlan, Story
from planner.selectors.plan_questions import NOWHERE, PlanQuestion

COMPUTED = (PlanState.READY.value, PlanState.APPLIED.value, PlanState.UNDONE.value)


@dataclass(frozen=True)
class PlanMove:
    """A story that a plan puts elsewhere than people have it. Columns, -1 for none; sprints by id."""

    story: int
    story_id: int
    was: int
    to: int
    was_sprint: int | None
    to_sprint: int | None


def list_plans(*, workspace: Workspace) -> QuerySet[SprintPlan]:
    """The workspace's plans without their questions, the newest first."""
    return SprintPlan.objects.filter(workspace=workspace).defer("question", "answer", "applied").order_by("-id")


def newest_plan(*, workspace: Workspace) -> SprintPlan | None:
    """The plan that the page shows first: the newest that was not discarded."""
    shown = SprintPlan.objects.filter(workspace=workspace).exclude(state=PlanState.DISCARDED.value)
    return shown.select_related("workspace").order_by("-id").first()


def get_plan_for(
    *, user: User, action: Action, plan_id: int | None = None, workspace: Workspace | None = None, number: int = 0
) -> SprintPlan:
    """The plan with this id, or with this number in a workspace."""
    plans = SprintPlan.objects.select_related("workspace")
    if plan_id is not None:
        plan = plans.filter(pk=plan_id).first() if 0 < plan_id < 2**63 else None
    else:
        plan = plans.filter(workspace=workspace, number=number).first() if 0 < number < 2**31 else None
    if plan is None:
        raise NotFound("There is no such plan.")
    require(user=user, workspace_id=plan.workspace_id, action=action, what="plan")
    return plan


def question_of(plan: SprintPlan) -> PlanQuestion:
    """What the plan was asked."""
    return PlanQuestion.load({key: value for key, value in plan.question.items() if key != "job"})


def placement_of(plan: SprintPlan, question: PlanQuestion) -> list[int]:
    """The column of each story, -1 for none, with what people changed since it was computed."""
    placement = list(plan.answer["placement"])
    for story_id, column in plan.answer.get("edits", {}).items():
        placement[question.place_of[int(story_id)]] = column
    return placement


def taken_placement(plan: SprintPlan, question: PlanQuestion) -> list[int]:
    """What was planned when the plan was computed, with the moves of it that people took over."""
    placement, taken = list(question.was), set(plan.applied.get("ids", ()))
    for move in moves_of(question, placement_of(plan, question)):
        if move.story_id in taken:
            placement[move.story] = move.to
    return placement


def price_of(question: PlanQuestion, placement: Sequence[int]) -> PlacementPrice:
    """What a placement earns, and what it breaks."""
    return price_placement(question.instance, placement)


def moves_of(question: PlanQuestion, placement: Sequence[int]) -> list[PlanMove]:
    """What the plan changes: stories into another sprint, and out of those it has no room for."""
    moves = []
    for story, (was, to) in enumerate(zip(question.was, placement, strict=True)):
        is_held = was != NOWHERE and was < question.frozen
        to_sprint = question.sprint_id(story, to)
        if was == to or is_held or (to != NOWHERE and to_sprint is None):
            continue
        moves.append(PlanMove(story, question.ids[story], was, to, question.was_sprint[story], to_sprint))
    return moves


def stale_moves(plan: SprintPlan, moves: Sequence[PlanMove]) -> dict[int, str]:
    """Stories of these moves that somebody changed since the plan was computed, by id, with what happened."""
    found = _as_they_are(plan.workspace_id, [move.story_id for move in moves])
    stale: dict[int, str] = {}
    for move in moves:
        now = found.get(move.story_id)
        if now is None:
            stale[move.story_id] = "was deleted"
        elif now["category"] not in ("TODO", "IN_PROGRESS"):
            stale[move.story_id] = "is finished"
        elif now["sprint_id"] not in (move.was_sprint, move.to_sprint):
            stale[move.story_id] = "is in another sprint by now"
    return stale


def _as_they_are(workspace_id: int, story_ids: Sequence[int]) -> Mapping[int, dict[str, Any]]:
    rows: dict[int, dict[str, Any]] = {}
    for start in range(0, len(story_ids), 900):
        stories = Story.objects.filter(workspace=workspace_id, pk__in=story_ids[start : start + 900])
        rows |= {row["pk"]: dict(row) for row in stories.values("pk", "sprint_id", "category")}
    return rows


def check_computed(plan: SprintPlan) -> None:
    """Refuse to ask a plan that has no answer. Raises Conflict."""
    if plan.state not in COMPUTED:
        words = {
            PlanState.COMPUTING.value: "This plan is still being computed: wait for it.",
            PlanState.FAILED.value: "This plan could not be computed: plan again.",
        }
        raise Conflict(words.get(plan.state, "This plan was discarded: plan again."), code="not_ready")


def as_money(value: float) -> Decimal:
    """Money of a kernel in cents."""
    return Decimal(repr(round(value, 2))).quantize(Decimal("0.01"))
