"""The map that follows the workflow, and changing maps."""

from typing import Any

import pytest

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from common.events import publish
from planner.events import WorkflowChanged
from planner.models import State
from tests.factories import NOW, make_workspace, state_named
from valuestream.models import Map, Stage
from valuestream.selectors.maps import get_default_map
from valuestream.services.maps import create_default_map, update_map

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


def stage_names(workspace: Workspace) -> list[str]:
    return [stage.name for stage in get_default_map(workspace=workspace).stages.all()]


def add_state(workspace: Workspace, name: str, category: str, position: int) -> State:
    state = State.objects.create(workspace=workspace, name=name, category=category, position=position)
    publish(WorkflowChanged(workspace_id=workspace.pk, added=[state.pk], now=NOW))
    return state


def test_a_workspace_is_born_with_one_map(workspace: Workspace) -> None:
    assert create_default_map(workspace_id=workspace.pk, now=NOW).name == "Idea to live"
    assert Map.objects.filter(workspace=workspace).count() == 1
    assert stage_names(workspace) == ["Idea", "Ready", "In progress", "Review", "Done", "Cancelled"]


def test_a_new_state_gets_a_block_before_the_finished_ones(workspace: Workspace) -> None:
    add_state(workspace, "UAT", "IN_PROGRESS", 99)
    assert stage_names(workspace) == ["Idea", "Ready", "In progress", "Review", "UAT", "Done", "Cancelled"]


def test_a_renamed_state_renames_its_block_and_a_stage_called_like_it(workspace: Workspace) -> None:
    Stage.objects.filter(map__workspace=workspace, name="Ready").update(name="Queue")
    State.objects.filter(workspace=workspace, name="Ready").update(name="Refined")
    State.objects.filter(workspace=workspace, name="Idea").update(name="Wish")
    publish(WorkflowChanged(workspace_id=workspace.pk, added=[], now=NOW))
    assert stage_names(workspace)[:2] == ["Wish", "Queue"]


def test_a_removed_state_takes_its_block_along(workspace: Workspace) -> None:
    state_named(workspace, "Ready").delete()
    publish(WorkflowChanged(workspace_id=workspace.pk, added=[], now=NOW))
    assert "Ready" not in stage_names(workspace)


def test_stages_and_blocks_are_changed_by_id(workspace: Workspace) -> None:
    found = get_default_map(workspace=workspace)
    stage = found.stages.all()[3]
    block = stage.blocks.all()[0]
    changes = {
        "name": "Freight",
        "wait_rule": "UNTIL_ASSIGNED",
        "stages": [{"id": stage.pk, "staffed": 2, "blocks": [{"id": block.pk, "kind": "WORK"}]}],
    }
    update_map(map=found, changes=changes, actor_id=None, now=NOW)
    again = get_default_map(workspace=workspace)
    changed = again.stages.all()[3]
    assert (again.name, again.wait_rule) == ("Freight", "UNTIL_ASSIGNED")
    assert (changed.staffed, changed.blocks.all()[0].kind) == (2, "WORK")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": 3}, "name"),
        ({"wait_rule": "NEVER"}, "wait_rule"),
        ({"workspace": 1}, "workspace"),
        ({"stages": {}}, "stages"),
        ({"stages": [{"id": 10**12}]}, "stages[0].id"),
        ({"stages": ["x"]}, "stages[0].id"),
    ],
)
def test_what_cant_be_is_refused_by_name(workspace: Workspace, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        update_map(map=get_default_map(workspace=workspace), changes=changes, actor_id=None, now=NOW)
    assert list(refused.value.errors) == [field]


@pytest.mark.parametrize("staffed", [-1, True, 2.5, "3", 10**9])
def test_people_are_a_whole_number(workspace: Workspace, staffed: object) -> None:
    found = get_default_map(workspace=workspace)
    changes = {"stages": [{"id": found.stages.all()[0].pk, "staffed": staffed}]}
    with pytest.raises(InvalidInput) as refused:
        update_map(map=found, changes=changes, actor_id=None, now=NOW)
    assert list(refused.value.errors) == ["stages[0].staffed"]


def test_two_maps_cant_share_a_name(workspace: Workspace) -> None:
    Map.objects.create(workspace=workspace, name="Other", created_at=NOW)
    with pytest.raises(Conflict):
        update_map(map=get_default_map(workspace=workspace), changes={"name": "other"}, actor_id=None, now=NOW)
