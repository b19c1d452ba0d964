"""Dropping items on a panel: they get what its filter says, all of them or none, and may be put back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Workspace
from common.errors import InvalidInput, NotFound
from planner.domain.vocabulary import ItemKind
from planner.selectors.item_conditions import Context
from planner.selectors.item_fields import Fields, rows_of
from planner.selectors.panels_drops import DropPlan, plan_drop
from planner.services.actor import Actor
from planner.services.batches import MOST_STORIES
from planner.services.item_changes import set_on_items, undo_on_items

BETWEEN = " "


@dataclass(frozen=True)
class Left:
    """An item that does not match the panel after the drop, and why."""

    item_id: int
    name: str
    reason: str


@dataclass(frozen=True)
class DropResult:
    """What a drop did. `words`: what was set, by name; `left`: what still doesn't match."""

    changed: int
    untouched: int
    words: tuple[tuple[str, str], ...]
    left: tuple[Left, ...]
    undo_token: str = ""


def drop_items(
    *,
    workspace: Workspace,
    item: ItemKind,
    ids: Sequence[int],
    filter_text: str,
    fields: Fields,
    context: Context,
    actor: Actor,
    now: datetime,
) -> DropResult:
    """Set what these items (at most 500) need to match the filter: one transaction, all of them or none.

    Raises InvalidInput naming what is refused, NotFound where an item is gone.
    """
    wanted = list(dict.fromkeys(ids))
    if not 0 < len(wanted) <= MOST_STORIES:
        raise InvalidInput(f"Choose 1 to {MOST_STORIES} cards; these are {len(wanted):,}.", field="items")
    with transaction.atomic():
        _check_all_there(workspace, item, wanted)
        plan = plan_drop(
            workspace=workspace, item=item, ids=wanted, filter_text=filter_text, fields=fields, context=context
        )
        results = [
            set_on_items(
                workspace=workspace,
                item=item,
                ids=setting.ids,
                values=setting.values,
                fields=fields,
                actor=actor,
                now=now,
                adding=setting.adding,
            )
            for setting in plan.settings
        ]
        left = _left(plan, workspace=workspace, item=item, ids=wanted)
    changed = sum(result.changed for result in results)
    tokens = [result.undo_token for result in results if result.undo_token]
    return DropResult(changed, len(wanted) - changed, plan.words, left, BETWEEN.join(tokens))


def _left(plan: DropPlan, *, workspace: Workspace, item: ItemKind, ids: Sequence[int]) -> tuple[Left, ...]:
    """What doesn't match after the drop, and why, in the order it was dropped in."""
    rows = rows_of(workspace=workspace, item=item).filter(pk__in=ids)
    matching = set(rows.filter(plan.where).values_list("pk", flat=True))
    place = {pk: number for number, pk in enumerate(ids)}
    reasons = {pk: "; ".join(f"{m.condition}: {m.reason}" for m in missed) for pk, missed in plan.misses.items()}
    return tuple(
        Left(row.pk, getattr(row, "key", "") or row.title, reasons.get(row.pk, "something else changed meanwhile"))
        for row in sorted(rows, key=lambda row: place[row.pk])
        if row.pk not in matching
    )


def undo_drop(*, workspace: Workspace, token: str, actor: Actor, now: datetime) -> int:
    """Put back what a drop set; what somebody changed since stays. Returns how many items changed."""
    if not token.strip():
        raise InvalidInput("Send the token that the drop answered with.", field="undo_token")
    with transaction.atomic():
        results = [
            undo_on_items(workspace=workspace, token=part, actor=actor, now=now)
            for part in token.split(BETWEEN)[:MOST_STORIES]
            if part
        ]
    return sum(result.changed for result in results)


def _check_all_there(workspace: Workspace, item: ItemKind, ids: Sequence[int]) -> None:
    found = rows_of(workspace=workspace, item=item).filter(pk__in=ids).select_related(None).order_by().count()
    if missing := len(ids) - found:
        if len(ids) == 1:
            raise NotFound("It was deleted meanwhile.")
        were = "was" if missing == 1 else "were"
        raise NotFound(f"{missing} of these {were} deleted meanwhile: choose the others and drop them again.")
