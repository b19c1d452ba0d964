"""Arranging a map: which states stand together in a stage, and how many people are typed for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from common.errors import InvalidInput
from common.live.services import record_change
from valuestream.models import Block, Map, Stage


@dataclass(frozen=True)
class StagePlan:
    """A stage to be: its name, the names of its blocks in order, and the people typed for it."""

    name: str
    blocks: Sequence[str]
    staffed: int | None = None


@transaction.atomic
def arrange_stages(
    *,
    map: Map,  # noqa: A002 - the product's word
    stages: Sequence[StagePlan],
    now: datetime,
    left_out: Sequence[str] = (),
) -> None:
    """Put the map's blocks into these stages, in this order. Every block must be named once.

    Blocks that are `left_out` go: their states are then listed as unmapped, as what lies before the stream is.
    """
    blocks = {block.name: block for block in Block.objects.select_for_update().filter(stage__map=map)}
    named = [*(name for stage in stages for name in stage.blocks), *left_out]
    if sorted(named) != sorted(blocks):
        odd = sorted(set(named) ^ set(blocks)) or sorted({name for name in named if named.count(name) > 1})
        raise InvalidInput(f"Name each block of the map once; look at {', '.join(odd)}.", field="stages")
    old = list(map.stages.values_list("pk", flat=True))
    for position, plan in enumerate(stages):
        stage = Stage.objects.create(map=map, name=plan.name, position=position, staffed=plan.staffed)
        for place, name in enumerate(plan.blocks):
            Block.objects.filter(pk=blocks[name].pk).update(stage=stage, position=place)
    Block.objects.filter(pk__in=[blocks[name].pk for name in left_out]).delete()
    Stage.objects.filter(pk__in=old).delete()
    Map.objects.filter(pk=map.pk).update(is_arranged=True)
    record_change(workspace_id=map.workspace_id, topic="map", object_id=map.pk, actor_id=None, verb="arranged", now=now)
