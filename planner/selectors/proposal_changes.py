"""What became different in a backlog since an order was proposed for it."""

import json
import zlib
from dataclasses import dataclass

import numpy as np
from django.db.models import Q

from planner.domain.proposals.subsequences import longest_increasing
from planner.models import Estimate, Pin, RankProposal, Story
from planner.models.choices import OPEN_CATEGORIES


@dataclass(frozen=True)
class Changes:
    """Counts since a proposal was computed: open stories moved, added, finished or taken out; estimates; pins."""

    moved: int
    added: int
    gone: int
    estimates: int
    pins: int


def changes_since(*, proposal: RankProposal) -> Changes:
    """Compare the backlog as it is with the one a computed proposal was asked about."""
    before: list[int] = json.loads(zlib.decompress(bytes(proposal.order_before)))
    stories = Story.objects.filter(workspace_id=proposal.workspace_id, category__in=OPEN_CATEGORIES)
    now = list(stories.order_by("rank").values_list("pk", flat=True))
    place = {pk: index for index, pk in enumerate(now)}
    kept = np.array([place[pk] for pk in before if pk in place], dtype=np.int64)
    return Changes(
        moved=len(kept) - int(longest_increasing(kept).sum()),
        added=len(place.keys() - set(before)),
        gone=len(before) - len(kept),
        estimates=_estimates_since(proposal),
        pins=_pins_since(proposal),
    )


def _estimates_since(proposal: RankProposal) -> int:
    return Estimate.objects.filter(workspace_id=proposal.workspace_id, recorded_at__gt=proposal.computed_at).count()


def _pins_since(proposal: RankProposal) -> int:
    changed = Q(created_at__gt=proposal.computed_at) | Q(lifted_at__gt=proposal.computed_at)
    return Pin.objects.filter(changed, workspace_id=proposal.workspace_id).count()
