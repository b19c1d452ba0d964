"""Fetching maps. An outsider learns nothing (404); a member without the right is told so (403)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import require
from common.errors import NotFound
from valuestream.domain.default_map import is_finished
from valuestream.domain.mapped_values import MappedValue
from valuestream.models import Block, Map, Stage


def list_maps(*, workspace: Workspace) -> QuerySet[Map]:
    """Return a workspace's maps with their stages, blocks and states: four queries, however many there are."""
    return _whole_maps().filter(workspace=workspace)


def get_map_for(*, user: User, map_id: int, action: Action) -> Map:
    """Return a map with its stages, blocks and states, if this user may do this with it."""
    found = _whole_maps().filter(pk=map_id).first()
    if found is None:
        raise NotFound("There is no such map.")
    require(user=user, workspace_id=found.workspace_id, action=action, what="map")
    return found


def get_default_map(*, workspace: Workspace) -> Map:
    """Return the map that follows the workspace's workflow."""
    found = list_maps(workspace=workspace).filter(follows_workflow=True).first()
    if found is None:
        raise NotFound("This workspace has no value stream map yet.")
    return found


def get_map(*, map_id: int) -> Map | None:
    """Return a map for a job, which has no user; None when it was deleted since."""
    return _whole_maps().filter(pk=map_id).first()


def list_all_maps() -> list[Map]:
    """Return every map of every workspace, for the clockwork."""
    return list(Map.objects.select_related("workspace").order_by("pk"))


def _whole_maps() -> QuerySet[Map]:
    whole = Map.objects.select_related("workspace", "field")
    return whole.prefetch_related("stages__blocks__mappings__state", "stages__blocks__mappings__option")


@dataclass(frozen=True)
class PlacedBlock:
    """A block with the index of its stage and the states, or choices of the map's field, mapped to it."""

    block: Block
    stage: int
    states: list[MappedValue]

    @property
    def is_finished(self) -> bool:
        """Whether only finished stories are here: its states are all done or cancelled (docs/adr/0005)."""
        return bool(self.states) and all(is_finished(state.category) for state in self.states)


@dataclass(frozen=True)
class Layout:
    """A map's stages in order, and its blocks in the order of stages: what the kernel's indices mean."""

    stages: list[Stage]
    blocks: list[PlacedBlock]

    def blocks_of(self, stage: int) -> list[tuple[int, PlacedBlock]]:
        """A stage's blocks with their own indices."""
        return [(index, placed) for index, placed in enumerate(self.blocks) if placed.stage == stage]

    def is_finished(self, stage: int) -> bool:
        """Whether every block of a stage holds finished stories only."""
        blocks = self.blocks_of(stage)
        return bool(blocks) and all(placed.is_finished for _, placed in blocks)


def lay_out(*, map: Map) -> Layout:  # noqa: A002 - the product's word
    """Return a fetched map's layout, without a query."""
    stages = list(map.stages.all())
    blocks = [
        PlacedBlock(block, index, [mapping.value for mapping in block.mappings.all()])
        for index, stage in enumerate(stages)
        for block in stage.blocks.all()
    ]
    return Layout(stages, blocks)
