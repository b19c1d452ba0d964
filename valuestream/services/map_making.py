"""Making maps, from a template or after another one, renaming and deleting them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from common.live.services import record_change
from planner.models import CustomField
from valuestream.domain.default_map import block_kind
from valuestream.domain.drawing import BlockDrawing, Drawing, StageDrawing
from valuestream.domain.map_templates import TEMPLATES, draw_template, template
from valuestream.domain.mapped_values import MappedValue
from valuestream.domain.vocabulary import WaitRule
from valuestream.models import Map
from valuestream.selectors.choice_visits import list_choice_fields
from valuestream.selectors.drawings import drawing_of, values_of
from valuestream.selectors.maps import get_map
from valuestream.services.drawing_input import MOST_STAGES
from valuestream.services.drawings import draw_map, write_drawing
from valuestream.services.requests import request_snapshot

LONGEST_NAME = 120
MOST_MAPS = 100


@transaction.atomic
def create_map(
    *,
    workspace: Workspace,
    name: str,
    actor_id: int | None,
    now: datetime,
    template_key: str = "",
    like: Map | None = None,
    field_key: str = "",
) -> Map:
    """Make a map after a template, or like another map of the workspace; its parts get ids of their own.

    `field_key`: of the choice field whose choices are mapped; without it workflow states are. A copy maps what its
    original does. Over a field and without a template each choice gets a stage.
    Raises InvalidInput for a name, template or field that can't be used, Conflict where the name is taken or there
    are 100.
    """
    field = _field(workspace, field_key, like)
    drawing = _first_drawing(workspace, template_key, like, field)
    text = _free_name(workspace, name)
    if Map.objects.filter(workspace=workspace).count() >= MOST_MAPS:
        raise Conflict(f"A workspace has up to {MOST_MAPS} maps. Delete one that nobody needs.")
    try:
        with transaction.atomic():
            made = Map.objects.create(workspace=workspace, name=text, field=field, is_arranged=True, created_at=now)
    except IntegrityError as taken:
        raise _taken(text) from taken
    write_drawing(map=made, drawing=drawing)
    _tell(made, "created", actor_id, now)
    request_snapshot(workspace_id=workspace.pk, now=now)
    return _again(made)


def _field(workspace: Workspace, key: str, like: Map | None) -> CustomField | None:
    if like is not None:
        if key and (like.field is None or like.field.key != key):
            raise InvalidInput(f"A copy follows what {like.name} follows: leave the field out.", field="field")
        return like.field
    if not key:
        return None
    known = {field.key: field for field in list_choice_fields(workspace_id=workspace.pk)}
    if key not in known:
        listed = ", ".join(known) or "none yet: add one under Fields"
        raise InvalidInput(f"Use a field of stories that holds one choice. Known are: {listed}.", field="field")
    return known[key]


def _first_drawing(workspace: Workspace, template_key: str, like: Map | None, field: CustomField | None) -> Drawing:
    if like is not None:
        return drawing_of(map=like).keep(values={one.pk for one in values_of(map=like)}, stages=set(), blocks=set())
    values = values_of(map=Map(workspace=workspace, field=field))
    if field is not None and not template_key:
        return _one_stage_each(field, values)
    states = [(value.pk, value.name, "" if field else value.category) for value in values]
    made_of = template(template_key)
    if made_of is None:
        keys = ", ".join(one.key for one in TEMPLATES)
        raise InvalidInput(f"Use one of {keys}, or a map to copy.", field="template")
    return draw_template(made_of, states)


def _one_stage_each(field: CustomField, choices: Sequence[MappedValue]) -> Drawing:
    """A stage for each choice, in order."""
    if not choices:
        raise InvalidInput(f"{field.name} has no choices yet: add them under Fields.", field="field")
    if len(choices) > MOST_STAGES:
        raise InvalidInput(
            f"{field.name} has {len(choices)} choices, and a map up to {MOST_STAGES} stages: begin with a template, "
            "and map several choices to a block.",
            field="template",
        )
    return Drawing(
        wait_rule=WaitRule.NONE.value,
        filter_text="",
        stages=tuple(
            StageDrawing(None, one.name, None, None, (BlockDrawing(None, one.name, _kind(one), (one.pk,)),))
            for one in choices
        ),
    )


def _kind(value: MappedValue) -> str:
    return block_kind(name=value.name, category=value.category).value


@transaction.atomic
def rename_map(*, map: Map, name: str, actor_id: int | None, now: datetime) -> Map:  # noqa: A002 - the product's word
    """Call a map otherwise. Raises InvalidInput, Conflict."""
    map.name = _free_name(map.workspace, name, but=map.pk)
    map.save(update_fields=["name"])
    _tell(map, "updated", actor_id, now)
    return map


@transaction.atomic
def save_map(
    *,
    map: Map,  # noqa: A002 - the product's word
    name: str,
    sent: Mapping[str, Any],
    version: int,
    actor_id: int | None,
    now: datetime,
    reason: str = "",
) -> Map:
    """Rename a map and draw it anew: both or neither. Raises what `rename_map` and `draw_map` raise."""
    drawn = draw_map(map=map, sent=sent, version=version, actor_id=actor_id, now=now, reason=reason)
    return drawn if drawn.name == name.strip() else rename_map(map=drawn, name=name, actor_id=actor_id, now=now)


@transaction.atomic
def delete_map(*, map: Map, actor_id: int | None, now: datetime) -> None:  # noqa: A002 - the product's word
    """Delete a map with its versions, alerts, own metrics and stored days. The log keeps everything it was drawn from.

    Raises Conflict for the map that follows the workflow: stories' pages show their way by it.
    """
    if map.follows_workflow:
        raise Conflict(f"{map.name} follows the workflow, and stories show their way by it: it can't be deleted.")
    _tell(map, "deleted", actor_id, now)
    map.delete()


def _free_name(workspace: Workspace, name: str, but: int = 0) -> str:
    text = name.strip()
    if not text or len(text) > LONGEST_NAME or "\x00" in text:
        raise InvalidInput(f"Use a name of 1 to {LONGEST_NAME} characters.", field="name")
    if Map.objects.filter(workspace=workspace, name__iexact=text).exclude(pk=but).exists():
        raise _taken(text)
    return text


def _taken(name: str) -> Conflict:
    return Conflict(f"A map called {name} exists already.", field="name")


def _again(map_: Map) -> Map:
    found = get_map(map_id=map_.pk)
    if found is None:
        raise Conflict("The map was deleted meanwhile.")
    return found


def _tell(map_: Map, verb: str, actor_id: int | None, now: datetime) -> None:
    record_change(workspace_id=map_.workspace_id, topic="map", object_id=map_.pk, actor_id=actor_id, verb=verb, now=now)
