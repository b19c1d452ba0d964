"""What people do with a computed sprint plan: move stories in it, take it over in whole or in part, take that back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from common.errors import Conflict, InvalidInput
from planner.domain.sprints.pricing import MovePrice, price_move
from planner.domain.vocabulary import PlanState
from planner.models import Sprint, SprintPlan, Story
from planner.selectors.plan_questions import NOWHERE, PlanQuestion, is_free
from planner.selectors.plans import (
    PlanMove,
    check_computed,
    moves_of,
    placement_of,
    question_of,
    stale_moves,
)
from planner.services.actor import Actor
from planner.services.announcing import announce
from planner.services.batches import MOST_STORIES
from planner.services.bulk import edit_stories, undo_edit

MOST_NAMED = 5


@dataclass(frozen=True)
class Taken:
    """What taking a plan over did: how many stories changed sprint, and the plan as it now is."""

    plan: SprintPlan
    changed: int


def price_story(*, plan: SprintPlan, story_id: int, column: int) -> MovePrice:
    """What holding a story in another column would do to the plan; nothing is changed."""
    check_computed(plan)
    question = question_of(plan)
    story = _place(question, story_id)
    _check(question, story, column)
    return price_move(question.instance, placement_of(plan, question), story=story, sprint=column)


def move_in_plan(*, plan: SprintPlan, story_id: int, column: int, actor: Actor, now: datetime) -> SprintPlan:
    """Put a story into another column of the plan (-1: out of all). Sprints change only when the plan is taken over.

    Raises InvalidInput for a column that is frozen or isn't the story's team's, Conflict when the plan has no answer or
    the story was deleted.
    """
    with transaction.atomic():
        held = _hold(plan)
        _check_open(held)
        question = question_of(held)
        story = _place(question, story_id)
        _check(question, story, column)
        _check_there(held, story_id)
        edits = {**held.answer.get("edits", {}), str(story_id): column}
        if held.answer["placement"][story] == column:
            del edits[str(story_id)]
        _save_edits(held, edits, actor=actor, now=now)
    return held


def _check_there(plan: SprintPlan, story_id: int) -> None:
    if not Story.objects.filter(pk=story_id, workspace=plan.workspace).exists():
        raise Conflict(
            "This story was deleted since the plan was computed. Plan again.", code="stale_plan", field="story"
        )


def discard_edits(*, plan: SprintPlan, actor: Actor, now: datetime) -> SprintPlan:
    """Back to the plan as it was computed."""
    with transaction.atomic():
        held = _hold(plan)
        _check_open(held)
        _save_edits(held, {}, actor=actor, now=now)
    return held


def _save_edits(plan: SprintPlan, edits: dict[str, int], *, actor: Actor, now: datetime) -> None:
    plan.answer = {**plan.answer, "edits": edits}
    plan.save(update_fields=["answer"])
    _announce(plan, "edited", actor=actor, now=now)


def apply_plan(*, plan: SprintPlan, actor: Actor, now: datetime, story_ids: Collection[int] | None = None) -> Taken:
    """Put stories into the sprints that the plan says: all of its moves, or those of these stories; all or none.

    Raises Conflict (stale_plan) naming stories that somebody changed since: plan again, or leave them out.
    """
    with transaction.atomic():
        held = _hold(plan)
        _check_open(held)
        question = question_of(held)
        moves = _chosen(moves_of(question, placement_of(held, question)), story_ids)
        _refuse_stale(held, question, moves)
        tokens, changed = _write(held, moves, actor=actor, now=now)
        held.applied = {"tokens": tokens, "stories": changed, "ids": [move.story_id for move in moves]}
        held.state, held.applied_at = PlanState.APPLIED.value, now
        held.applied_by_name = actor.name[:120]
        held.save(update_fields=["applied", "state", "applied_at", "applied_by_name"])
        _announce(held, "applied", actor=actor, now=now)
    return Taken(held, changed)


def undo_plan(*, plan: SprintPlan, actor: Actor, now: datetime) -> Taken:
    """Give the stories the sprints back that they had; what somebody moved since stays where it is."""
    with transaction.atomic():
        held = _hold(plan)
        if held.state != PlanState.APPLIED.value:
            raise Conflict("This plan is not taken over, so there is nothing to take back.", code="not_ready")
        results = [
            undo_edit(workspace=held.workspace, token=token, actor=actor, now=now)
            for token in reversed(held.applied["tokens"])
        ]
        held.state = PlanState.UNDONE.value
        held.save(update_fields=["state"])
        _announce(held, "undone", actor=actor, now=now)
    return Taken(held, sum(result.changed for result in results))


def _chosen(moves: Sequence[PlanMove], story_ids: Collection[int] | None) -> list[PlanMove]:
    if story_ids is None:
        chosen = list(moves)
    else:
        known = {move.story_id for move in moves}
        if unknown := [pk for pk in story_ids if pk not in known]:
            raise InvalidInput(f"The plan doesn't move story {unknown[0]}.", field="stories")
        chosen = [move for move in moves if move.story_id in set(story_ids)]
    if not chosen:
        raise InvalidInput("Choose at least one move; the plan changes nothing otherwise.", field="stories")
    return chosen


def _refuse_stale(plan: SprintPlan, question: PlanQuestion, moves: Sequence[PlanMove]) -> None:
    stale = stale_moves(plan, moves)
    if not stale:
        return
    keys = dict(Story.objects.filter(pk__in=list(stale)[:MOST_NAMED]).values_list("pk", "key"))
    named = [f"{keys.get(pk, 'a story')} {what}" for pk, what in list(stale.items())[:MOST_NAMED]]
    more = f" and {len(stale) - MOST_NAMED} more" if len(stale) > MOST_NAMED else ""
    raise Conflict(
        f"The backlog went on since this plan was computed: {'; '.join(named)}{more}. Plan again, or leave them out.",
        code="stale_plan",
        field="stories",
    )


def _write(plan: SprintPlan, moves: Sequence[PlanMove], *, actor: Actor, now: datetime) -> tuple[list[str], int]:
    """One batch for each sprint (and for none), 500 stories at most; returns what takes them back."""
    by_sprint: dict[int | None, list[int]] = {}
    for move in moves:
        by_sprint.setdefault(move.to_sprint, []).append(move.story_id)
    sprints = Sprint.objects.filter(workspace=plan.workspace).in_bulk([pk for pk in by_sprint if pk is not None])
    tokens, changed = [], 0
    for sprint_id, ids in by_sprint.items():
        if sprint_id is not None and sprint_id not in sprints:
            raise Conflict("A sprint of this plan was deleted: plan again.", code="stale_plan")
        for start in range(0, len(ids), MOST_STORIES):
            result = edit_stories(
                workspace=plan.workspace,
                story_ids=ids[start : start + MOST_STORIES],
                changes={"sprint": None if sprint_id is None else sprints[sprint_id]},
                actor=actor,
                now=now,
            )
            changed += result.changed
            tokens += [result.undo_token] if result.undo_token else []
    return tokens, changed


def _hold(plan: SprintPlan) -> SprintPlan:
    held = SprintPlan.objects.select_for_update().get(pk=plan.pk)
    held.workspace = plan.workspace
    return held


def _check_open(plan: SprintPlan) -> None:
    check_computed(plan)
    if plan.state == PlanState.APPLIED.value:
        raise Conflict("This plan was taken over already: undo it, or plan again.", code="not_ready")


def _place(question: PlanQuestion, story_id: int) -> int:
    place = question.place_of.get(story_id)
    if place is None:
        raise InvalidInput("This story is not in the plan: it came later, or is finished. Plan again.", field="story")
    return place


def _check(question: PlanQuestion, story: int, column: int) -> None:
    if not NOWHERE <= column < len(question.columns):
        raise InvalidInput("There is no such sprint in this plan.", field="sprint")
    if not is_free(question, story):
        raise InvalidInput(
            "This story stays where it is: its sprint runs, it is kept, or it has no team.", field="story"
        )
    if column != NOWHERE and column < question.frozen:
        raise InvalidInput("This sprint runs already: what is in it is committed.", field="sprint")
    if column != NOWHERE and question.sprint_id(story, column) is None:
        raise InvalidInput("The story's team has no sprint there: add it first.", field="sprint")


def _announce(plan: SprintPlan, verb: str, *, actor: Actor, now: datetime) -> None:
    announce(workspace_id=plan.workspace_id, topic="plan", object_id=plan.pk, verb=verb, actor=actor, now=now)
