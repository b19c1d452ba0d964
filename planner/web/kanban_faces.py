"""What the cards of a board show: the fields chosen for it, its colour, who changed it just now."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts.models import User
from planner.domain.panels.operators import FilterKind
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.selectors.boards import DEFAULT_CARD_FIELDS
from planner.selectors.item_fields import ItemField
from planner.selectors.item_figures import READERS
from planner.selectors.item_groups import groups_of
from planner.selectors.item_values import Shown, in_words, shown_values
from planner.selectors.kanban_shape import BoardShape
from planner.selectors.wall_changes import Touch, list_touches

TONES = 6
ALWAYS_SHOWN = frozenset({"text", "key", "title", "blocked", "blocked_reason"})
"""What a card tells in any case."""


@dataclass(frozen=True)
class Faces:
    """What is needed to draw cards: the fields in their order, values by card and field, colours by words."""

    shape: BoardShape
    fields: Sequence[ItemField]
    values: Mapping[int, Mapping[str, Shown]]
    tones: Mapping[str, str]
    touches: Mapping[int, Touch]
    page: str
    currency: str

    def tone_of(self, row: Any) -> str:
        """The colour of a card: that of its option, or one that always goes with the same words."""
        key = self.shape.board.colour_field
        shown = self.values[row.pk].get(key) if key else None
        if shown is None or not shown.text:
            return ""
        return self.tones.get(shown.text) or str(zlib.crc32(shown.text.encode()) % TONES)

    def address(self, row: Any) -> str:
        """Where the card's title leads."""
        key = row.story.key if self.shape.item is ItemKind.TASK else row.key
        return self.page.replace("KEY", key)


def is_money(field: ItemField) -> bool:
    """Whether a field's values are amounts."""
    return field.asked.kind is FilterKind.MONEY


def amount_of(shown: Shown) -> Decimal | None:
    """The figure of a value, where it is one."""
    return shown.value if isinstance(shown.value, Decimal) else None


def faces_of(*, shape: BoardShape, rows: Sequence[Any], reader: User, now: datetime) -> Faces:
    """The faces of these cards; two statements, a few more where they show fields of one's own."""
    fields = shown_fields(shape)
    touches = list_touches(story_ids=[row.pk for row in rows], now=now)[0] if shape.item is ItemKind.STORY else {}
    name = "capability" if shape.item is ItemKind.CAPABILITY else "story"
    return Faces(
        shape=shape,
        fields=[field for field in fields if field.key not in ALWAYS_SHOWN],
        values=_values(shape, fields, rows, now),
        tones=_tones(shape),
        touches={pk: touch for pk, touch in touches.items() if touch.user_id != reader.pk},
        page=reverse(name, args=[shape.board.workspace.key, "KEY"]),
        currency=shape.board.workspace.currency,
    )


def shown_fields(shape: BoardShape) -> list[ItemField]:
    """The fields on a card in their order, the one it is coloured by first; removed ones are left out."""
    keys = shape.board.card_fields or DEFAULT_CARD_FIELDS[shape.item]
    wanted = dict.fromkeys([*([shape.board.colour_field] if shape.board.colour_field else []), *keys])
    return [shape.fields[key] for key in wanted if key in shape.fields and not shape.fields[key].asked.is_removed]


def _values(
    shape: BoardShape, fields: Sequence[ItemField], rows: Sequence[Any], now: datetime
) -> Mapping[int, Mapping[str, Shown]]:
    own = [field.custom for field in fields if field.custom is not None]
    if own:
        is_worked_out = any(field.kind == FieldKind.FORMULA.value for field in own)
        return shown_values(
            workspace=shape.board.workspace, item=shape.item, rows=rows, now=now, fields=None if is_worked_out else own
        )
    known = READERS[shape.item]
    readers = {field.key: known[field.key] for field in fields if field.key in known}
    zone = ZoneInfo(shape.board.workspace.time_zone)
    found: dict[int, Mapping[str, Shown]] = {}
    for row in rows:
        values = {key: read(row, now, zone) for key, read in readers.items()}
        found[row.pk] = {key: Shown(in_words(value), value) for key, value in values.items()}
    return found


def _tones(shape: BoardShape) -> Mapping[str, str]:
    field = shape.fields.get(shape.board.colour_field)
    if field is None or field.custom is None or field.asked.is_removed:
        return {}
    groups = groups_of(workspace=shape.board.workspace, item=shape.item, field=field)
    return {group.label: group.tone for group in groups if group.tone}
