"""Keeping CD3 and the remaining work of capabilities and stories of their own up to date."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from math import isnan

from django.db import models, transaction

from planner.domain.ordering.closures import CapabilityScores, score_capabilities
from planner.models import Capability, Story
from planner.selectors.scoring import Figures, load_backlog
from planner.services.announcing import announce_by_machine
from planner.services.column_writes import write_columns
from planner.services.locks import lock_backlog

RESCORE = "planner.rescore"
"""The kind of the job that calls `rescore_workspace`."""

CD3_PLACES = Decimal("0.0001")
POINTS_PLACES = Decimal("0.01")
LARGEST_CD3 = Decimal("1e13")
LARGEST_CLOSURE = Decimal("1e9")


def rescore_workspace(*, workspace_id: int, now: datetime) -> int:
    """Compute every score anew and write those that changed; returns how many rows that were.

    Idempotent. It holds the backlog, so that it neither sees half of a change nor waits crosswise for one.
    """
    with transaction.atomic():
        lock_backlog(workspace_id=workspace_id)
        loaded = load_backlog(workspace_id=workspace_id)
        fresh = _figures(score_capabilities(loaded.backlog))
        number = len(loaded.capability_ids)
        written = _write(Capability, loaded.capability_ids, loaded.stored[:number], fresh[:number])
        written += _write(Story, loaded.loose_ids, loaded.stored[number:], fresh[number:])
        if written:
            announce_by_machine(workspace_id=workspace_id, topic="capability", verb="scored", now=now)
    return written


def _figures(scores: CapabilityScores) -> list[Figures]:
    return [
        Figures(
            cd3=None if isnan(cd3) else min(Decimal(cd3).quantize(CD3_PLACES), LARGEST_CD3),
            closure_points=min(Decimal(points).quantize(POINTS_PLACES), LARGEST_CLOSURE),
        )
        for cd3, points in zip(scores.cd3.tolist(), scores.remaining_points.tolist(), strict=True)
    ]


def _write(model: type[models.Model], ids: Sequence[int], stored: Sequence[Figures], fresh: Sequence[Figures]) -> int:
    changed = [(pk, new) for pk, old, new in zip(ids, stored, fresh, strict=True) if old != new]
    columns = {
        "cd3": [figures.cd3 for _, figures in changed],
        "closure_points": [figures.closure_points for _, figures in changed],
    }
    write_columns(model=model, ids=[pk for pk, _ in changed], columns=columns)
    return len(changed)
