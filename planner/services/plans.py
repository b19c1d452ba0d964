"""Sprint plans: asked for by people, computed and improved by a job, each with its whole question and certificate."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Max

from accounts.models import Workspace
from common.errors import Conflict
from common.jobs.models import Job, JobState
from common.jobs.services import enqueue
from planner.domain.dependencies import DependencyCycleError
from planner.domain.sprints.planning import (
    SEED,
    InvalidSprintInstance,
    Progress,
    fill_time,
    improve_plan,
    plan_sprints,
    price_placement,
    resume_plan,
    why_unplaced,
)
from planner.domain.sprints.planning import SprintPlan as Found
from planner.domain.sprints.reasons import NoTeam, PrerequisiteOut, StoryTooBig
from planner.domain.vocabulary import PlanState
from planner.models import SprintPlan
from planner.selectors.plan_asking import USUAL_SPRINTS, ask_plan
from planner.selectors.plan_questions import PlanQuestion
from planner.selectors.plan_words import PlanNames, load_names, say_reason
from planner.selectors.plans import as_money, check_computed, question_of
from planner.services.actor import Actor
from planner.services.announcing import announce_by_machine
from planner.services.failing import FORGOTTEN_AFTER

log = structlog.get_logger(__name__)

PLAN = "planner.plan_sprints"
"""The kind of the job that calls `compute_plan`."""
COMPUTED_AT_ONCE = 400
"""Open stories up to which a script waits for its answer instead of a job: a second or so."""
IMPROVING_STEPS = 60_000
"""Steps of "improve further": some four times what a plan takes at first, more for small ones."""
LONGEST_PROBLEM = 500
STOPPED = "Computing it stopped unexpectedly: plan again. If it stops again, tell whoever runs Millrace."
Watch = Callable[[Progress], bool | None]


def request_plan(
    *,
    workspace: Workspace,
    actor: Actor,
    now: datetime,
    sprints: int = USUAL_SPRINTS,
    team_ids: Sequence[int] | None = None,
    level: str = "p50",
    is_kept: bool = False,
    can_wait: bool = False,
) -> SprintPlan:
    """Ask for the plan that earns most in the next sprints; the answer comes from a job.

    `can_wait`: a small question is answered at once. Raises NothingToPlan (planner.selectors.plan_asking).
    """
    question = ask_plan(workspace=workspace, now=now, sprints=sprints, team_ids=team_ids, level=level, is_kept=is_kept)
    plan = _start(workspace, question, actor=actor, now=now, is_queued=not _is_small(question, can_wait))
    return _compute_at_once(plan, now=now) if _is_small(question, can_wait) else plan


def _compute_at_once(plan: SprintPlan, *, now: datetime) -> SprintPlan:
    """Without a job to end it, a plan whose computing stops would wait for ever."""
    try:
        return compute_plan(plan_id=plan.pk, now=now)
    except Exception:
        log.exception("plan.failed", plan_id=plan.pk)
        return fail_plan(plan=plan, problem=STOPPED, now=now)


def _is_small(question: PlanQuestion, can_wait: bool) -> bool:
    return can_wait and len(question.ids) <= COMPUTED_AT_ONCE


def request_improvement(*, plan: SprintPlan, actor: Actor, now: datetime) -> SprintPlan:
    """Go on searching from a plan; what is found is a plan of its own, never worse."""
    check_computed(plan)
    question = replace(question_of(plan), iterations=IMPROVING_STEPS, parent=plan.pk)
    return _start(plan.workspace, question, actor=actor, now=now, is_queued=True)


def _start(workspace: Workspace, question: PlanQuestion, *, actor: Actor, now: datetime, is_queued: bool) -> SprintPlan:
    with transaction.atomic():
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)  # numbers come one by one
        last = SprintPlan.objects.filter(workspace=workspace).aggregate(last=Max("number"))["last"] or 0
        plan = SprintPlan.objects.create(
            workspace=workspace,
            number=last + 1,
            question=question.dump(),
            asked_by=actor.user,
            asked_by_name=actor.name,
            created_at=now,
        )
        if is_queued:
            job = enqueue(
                kind=PLAN,
                args={"plan_id": plan.pk},
                workspace_id=workspace.pk,
                requested_by_id=actor.user_id,
                now=now,
            )
            SprintPlan.objects.filter(pk=plan.pk).update(question={**plan.question, "job": job.pk})
    return plan


def compute_plan(*, plan_id: int, now: datetime, watch: Watch | None = None) -> SprintPlan:
    """Answer a plan's question. Idempotent: one that has its answer keeps it. A cycle or bad input makes it FAILED."""
    plan = SprintPlan.objects.select_related("workspace").get(pk=plan_id)
    if plan.state != PlanState.COMPUTING.value:
        return plan
    question = question_of(plan)
    try:
        found = _search(question, watch)
    except InvalidSprintInstance as refused:
        return fail_plan(plan=plan, problem=str(refused), now=now)
    except DependencyCycleError as refused:
        names = load_names(question)
        keys = " needs ".join(names.story(story) for story in refused.cycle)
        return fail_plan(plan=plan, problem=f"{keys}: take one of these dependencies away, then plan again.", now=now)
    return _finish(plan, question, found, now=now)


def _search(question: PlanQuestion, watch: Watch | None) -> Found:
    instance = question.instance
    if question.parent is None:
        return plan_sprints(instance)
    answer = SprintPlan.objects.values_list("answer", flat=True).get(pk=question.parent)
    before = resume_plan(instance, answer["placement"], bound=answer["bound"])
    before = replace(before, order=tuple(answer["order"]), modes=tuple(answer["modes"]))
    steps = question.iterations or IMPROVING_STEPS
    return improve_plan(instance, before, iterations=steps, seed=SEED + question.parent, on_progress=watch)


def _finish(plan: SprintPlan, question: PlanQuestion, found: Found, *, now: datetime) -> SprintPlan:
    answer = _answer(question, found, load_names(question))
    with transaction.atomic():
        held = SprintPlan.objects.select_for_update().get(pk=plan.pk)
        if held.state != PlanState.COMPUTING.value:
            return held
        plan.answer, plan.value, plan.bound = answer, as_money(found.value), as_money(found.bound)
        plan.state, plan.computed_at = PlanState.READY.value, now
        plan.save(update_fields=["answer", "value", "bound", "state", "computed_at"])
        _announce(plan, "ready", now=now)
    return plan


def _answer(question: PlanQuestion, found: Found, names: PlanNames) -> dict[str, Any]:
    instance = question.instance
    record = price_placement(instance, question.was)
    naive = price_placement(instance, fill_time(instance))
    return {
        "placement": list(found.placement),
        "finished_in": list(found.finished_in),
        "earned": [round(money, 2) for money in found.earned],
        "value_by_sprint": [round(money, 2) for money in found.value_by_sprint],
        "bound": found.bound,
        "order": list(found.order),
        "modes": list(found.modes),
        "record": _told(record.value, record.finished_in),
        "time_available": _told(naive.value, naive.finished_in),
        "unplaced": _unplaced(question, found, names),
    }


def _told(value: float, finished_in: Sequence[int]) -> dict[str, Any]:
    """What a placement comes to: money, and how many units it finishes."""
    return {"value": round(value, 2), "finished": sum(column >= 0 for column in finished_in)}


def _unplaced(question: PlanQuestion, found: Found, names: PlanNames) -> list[dict[str, Any]]:
    """What doesn't finish and why: the dearest first, unvalued ones last."""
    told = [
        {
            "unit": question.units[one.capability],
            "cost": question.cost[one.capability],
            "why": say_reason(one.reason, names),
            **_fix(question, one.reason),
        }
        for one in why_unplaced(question.instance, found)
    ]
    return sorted(told, key=lambda one: -1.0 if one["cost"] is None else float(one["cost"]), reverse=True)


def _fix(question: PlanQuestion, reason: object) -> Mapping[str, Any]:
    """Which story to open, and what to do with it."""
    simple = reason.because if isinstance(reason, PrerequisiteOut) else reason
    if isinstance(simple, StoryTooBig):
        return {"fix": "split", "story": question.ids[simple.story]}
    if isinstance(simple, NoTeam):
        return {"fix": "team", "story": question.ids[simple.story]}
    if isinstance(reason, PrerequisiteOut):
        return {"fix": "open", "story": question.ids[reason.prerequisite]}
    return {"fix": "", "story": None}


def fail_plan(*, plan: SprintPlan, problem: str, now: datetime) -> SprintPlan:
    """End a plan that has no answer, with a sentence that says what to do."""
    with transaction.atomic():
        computing = SprintPlan.objects.filter(pk=plan.pk, state=PlanState.COMPUTING.value)
        if computing.update(state=PlanState.FAILED.value, problem=problem[:LONGEST_PROBLEM], computed_at=now):
            _announce(plan, "failed", now=now)
    plan.refresh_from_db()
    return plan


def fail_plan_of_job(*, job_id: int, now: datetime) -> None:
    """End the plan whose job ended without an answer."""
    for plan in SprintPlan.objects.filter(state=PlanState.COMPUTING.value, question__job=job_id):
        fail_plan(plan=plan, problem=STOPPED, now=now)


def fail_forgotten_plans(*, now: datetime) -> int:
    """End plans that nothing computes any more: their job is over or gone; returns how many that were."""
    waiting = list(SprintPlan.objects.filter(state=PlanState.COMPUTING.value).select_related("workspace"))
    jobs = [plan.question["job"] for plan in waiting if "job" in plan.question]
    live = Job.objects.filter(pk__in=jobs, state__in=[JobState.QUEUED, JobState.RUNNING])
    alive = set(live.values_list("pk", flat=True))
    forgotten = [plan for plan in waiting if plan.question.get("job") not in alive and _is_old(plan, now)]
    for plan in forgotten:
        fail_plan(plan=plan, problem=STOPPED, now=now)
    return len(forgotten)


def _is_old(plan: SprintPlan, now: datetime) -> bool:
    """One that somebody waits for is computed without a job, never for so long."""
    return "job" in plan.question or plan.created_at < now - FORGOTTEN_AFTER


def discard_plan(*, plan: SprintPlan, now: datetime) -> SprintPlan:
    """Put a plan away, computed or not; no sprint changes. One that was taken over must be undone first."""
    with transaction.atomic():
        held = SprintPlan.objects.select_for_update().select_related(None).get(pk=plan.pk)
        if held.state == PlanState.APPLIED.value:
            raise Conflict("This plan was taken over: undo it first.", code="not_ready")
        held.state = PlanState.DISCARDED.value
        held.save(update_fields=["state"])
        _announce(held, "discarded", now=now)
    held.workspace = plan.workspace
    return held


def _announce(plan: SprintPlan, verb: str, *, now: datetime) -> None:
    announce_by_machine(workspace_id=plan.workspace_id, topic="plan", verb=verb, now=now)
