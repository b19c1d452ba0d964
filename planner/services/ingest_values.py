"""Weekly figures that a file gives for stories of their own: estimates of the kind DIRECT."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from planner.domain.value.model import (
    ThreePoint,
    ValueModel,
    ValueSource,
    business_value,
    cost_of_delay,
    dump_model,
)
from planner.domain.vocabulary import ValueKind
from planner.models import Estimate, Story
from planner.services.chunks import in_chunks
from planner.services.column_writes import write_columns
from planner.services.estimates import FIGURES
from planner.services.ingest_types import IngestContext, StoryHistory

REASON = "Imported."


def value_loose_stories(
    *, histories: Sequence[StoryHistory], story_ids: Sequence[int], context: IngestContext
) -> list[int]:
    """Estimate the stories whose figure is new; returns their ids. A story in a capability keeps none.

    A figure that comes with a story counts from the story's birth, as its points do: a file tells no other
    instant, and flow in the past is measured by it. A figure of a story that is here counts from now.
    """
    born = {
        pk: min(history.created_at, *(entry.occurred_at for entry in history.entries), context.now)
        for pk, history in zip(story_ids, histories, strict=True)
        if history.value is not None and history.story_id is None
    }
    wanted = {pk: history.value for pk, history in zip(story_ids, histories, strict=True) if history.value is not None}
    estimates = [
        _estimate(story_id=pk, weekly=wanted[pk], since=born.get(pk, context.now), context=context)
        for pk, present in _present_figures(list(wanted)).items()
        if present != wanted[pk].quantize(Decimal("0.01"))
    ]
    Estimate.objects.bulk_create(estimates, batch_size=1000)
    ids = [estimate.story_id for estimate in estimates if estimate.story_id is not None]
    columns = {figure: [getattr(estimate, figure) for estimate in estimates] for figure in FIGURES}
    write_columns(model=Story, ids=ids, columns=columns)
    return ids


def _present_figures(ids: Sequence[int]) -> dict[int, Decimal | None]:
    """The weekly figures of those of the stories that are in no capability."""
    figures: dict[int, Decimal | None] = {}
    for chunk in in_chunks(ids):
        loose = Story.objects.filter(pk__in=chunk, capability=None)
        figures.update(loose.values_list("pk", "cost_of_delay"))
    return figures


def _estimate(*, story_id: int, weekly: Decimal, since: datetime, context: IngestContext) -> Estimate:
    source = ValueSource(ValueKind.DIRECT, {"value": ThreePoint.exactly(weekly)})
    workspace = context.workspace
    model = ValueModel((source,), workspace.horizon_weeks, 0, workspace.discount_rate)
    per_week = cost_of_delay(model)
    return Estimate(
        workspace_id=workspace.pk,
        story_id=story_id,
        model=dump_model(model),
        cost_of_delay=per_week,
        cost_of_delay_low=per_week,
        cost_of_delay_high=per_week,
        business_value=business_value(model),
        reason=REASON,
        author_id=context.actor.user_id,
        author_name=context.actor.name,
        occurred_at=since,
        recorded_at=context.now,
    )
