"""The planner's background jobs, and the clockwork that looks after them."""

from typing import Any

from celery import shared_task

from common.clock import utc_now
from common.jobs.runner import JobContext, job_handler
from planner.domain.sprints.planning import Progress
from planner.domain.vocabulary import Lens
from planner.services.attachments import sweep_files
from planner.services.failing import fail_forgotten
from planner.services.formula_runs import FORMULAS, request_stale_formulas, run_formulas
from planner.services.lens_orders import MANUAL_COST, refresh_lenses, request_forgotten, request_rescore_later
from planner.services.pin_prices import price_live_pins
from planner.services.plans import PLAN, compute_plan, fail_forgotten_plans
from planner.services.proposals import PROPOSE, compute_proposal
from planner.services.scores import RESCORE, rescore_workspace


@job_handler(RESCORE)
def rescore(context: JobContext) -> dict[str, Any]:
    """Compute the workspace's scores anew, then the order and the price of every lens."""
    workspace_id = _workspace_of(context)
    written = rescore_workspace(workspace_id=workspace_id, now=utc_now())
    lenses = refresh_lenses(workspace_id=workspace_id, now=utc_now())
    pins = price_live_pins(workspace_id=workspace_id, now=utc_now())
    return {"rows_written": written, "lenses_written": lenses, "pins_priced": pins}


@job_handler(PROPOSE)
def propose(context: JobContext) -> dict[str, Any]:
    """Compute a proposed order."""
    proposal = compute_proposal(proposal_id=context.args["proposal_id"], now=utc_now())
    return {"proposal_id": proposal.pk, "state": proposal.state}


@job_handler(PLAN)
def plan_next_sprints(context: JobContext) -> dict[str, Any]:
    """Compute or improve a sprint plan."""

    def watch(progress: Progress) -> None:
        done, total = progress.iterations_done, progress.iterations
        context.save_progress(done=done, total=total, message="Looking for a better plan")

    plan = compute_plan(plan_id=context.args["plan_id"], now=utc_now(), watch=watch)
    return {"plan_id": plan.pk, "state": plan.state}


@job_handler(MANUAL_COST)
def price_manual_order(context: JobContext) -> dict[str, Any]:
    """Price the order people made, after they moved something."""
    workspace_id = _workspace_of(context)
    written = refresh_lenses(workspace_id=workspace_id, now=utc_now(), lenses=[Lens.MANUAL])
    request_rescore_later(workspace_id=workspace_id, now=utc_now())
    return {"lenses_written": written}


@job_handler(FORMULAS)
def work_formulas_out(context: JobContext) -> dict[str, Any]:
    """Bring the kept results of a workspace's formulas up to date."""
    return {"results_written": run_formulas(workspace_id=_workspace_of(context), now=utc_now())}


def _workspace_of(context: JobContext) -> int:
    if context.workspace_id is None:
        raise ValueError("this job belongs to a workspace")
    return context.workspace_id


@shared_task(name="planner.tasks.request_forgotten_orders")
def request_forgotten_orders() -> int:
    """Ask again for orders whose job was lost, and for those of yesterday; returns for how many workspaces.

    Proposals and plans that nothing computes any more end as failed.
    """
    fail_forgotten(now=utc_now())
    fail_forgotten_plans(now=utc_now())
    return request_forgotten(now=utc_now())


@shared_task(name="planner.tasks.request_stale_formulas")
def request_formulas_of_the_day() -> int:
    """Ask for the results of formulas that go by today; returns for how many workspaces."""
    return request_stale_formulas(now=utc_now())


@shared_task(name="planner.tasks.sweep_files_of_nobody")
def sweep_files_of_nobody() -> int:
    """Delete attached files that no story has any more, once they are a day old; returns how many."""
    return sweep_files(now=utc_now())
