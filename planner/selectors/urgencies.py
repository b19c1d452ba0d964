"""Which units lose their value with time: what the newest estimates say of urgency, in weeks from now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Exists, F, OuterRef, Q

from planner.domain.arrays import FloatArray
from planner.domain.vocabulary import Urgency
from planner.models import Estimate

WEEK = timedelta(weeks=1)
SHORTEST = 0.01
"""Weeks of life left at least: what has run out is worth next to nothing, not nothing divided by nothing."""


@dataclass(frozen=True)
class Urgencies:
    """Shape (units,), weeks from now: until the value is lost at once, and until it has run out; NaN for never."""

    deadline_weeks: FloatArray
    life_weeks: FloatArray


def load_urgency(*, workspace_id: int, index_of_unit: Mapping[int, int], now: datetime) -> Urgencies:
    """Read the newest estimates that are not steady, in one query. The weeks of a model count from its estimate."""
    deadline, life = np.full((2, len(index_of_unit)), np.nan)
    newer = Estimate.objects.filter(
        Q(capability=OuterRef("capability")) | Q(story=OuterRef("story")),
        Q(occurred_at__gt=OuterRef("occurred_at")) | Q(occurred_at=OuterRef("occurred_at"), pk__gt=OuterRef("pk")),
    )
    urgent = Estimate.objects.filter(
        ~Exists(newer), workspace_id=workspace_id, model__urgency__in=[Urgency.DEADLINE, Urgency.SHORT_LIFE]
    )
    rows = urgent.annotate(of=F("capability_id"), of_story=F("story_id")).values_list(
        "of", "of_story", "model", "occurred_at"
    )
    for capability_id, story_id, model, occurred_at in rows:
        place = index_of_unit.get(capability_id or -story_id)
        if place is None:
            continue
        since = (now - occurred_at) / WEEK
        if model.get("deadline_week") is not None:
            deadline[place] = model["deadline_week"] - since
        if model.get("life_weeks") is not None:
            life[place] = max(model["life_weeks"] - since, SHORTEST)
    return Urgencies(deadline, life)
