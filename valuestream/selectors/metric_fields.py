"""The fields of stories that a custom metric may be over: built-in ones, and the workspace's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from accounts.models import Workspace
from planner.domain.panels.operators import FilterKind
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.models import CustomField
from planner.selectors.item_fields import ItemField, fields_of
from valuestream.domain.vocabulary import Aggregate, FieldContent

REFERENCES = ("state", "team", "sprint", "assignee", "application", "capability")
FLAGS = ("required", "blocked")
WORTH = ("business_value", "cost_of_delay")
"""Attributed, as in every dollar figure of a map."""
BUILT_IN = ("points", *WORTH, "age", "created", "due", "kind", *REFERENCES, *FLAGS, "title", "key")
WITHOUT_A_PAST = ("due",)
_CONTENTS = {
    FilterKind.NUMBER: FieldContent.NUMBER,
    FilterKind.MONEY: FieldContent.MONEY,
    FilterKind.DAY: FieldContent.DAY,
}
_OF_WORDS = (Aggregate.COUNT, Aggregate.COUNT_DISTINCT)
_OF_DAYS = tuple(one for one in Aggregate if one is not Aggregate.SUM)


@dataclass(frozen=True)
class MetricField:
    """A field; `has_past`: whether the log tells what it was on a past day."""

    key: str
    label: str
    content: FieldContent
    has_past: bool = True
    unit: str = ""
    custom: CustomField | None = None

    @property
    def aggregates(self) -> tuple[Aggregate, ...]:
        """How its values can be put together."""
        return {FieldContent.WORDS: _OF_WORDS, FieldContent.DAY: _OF_DAYS}.get(self.content, tuple(Aggregate))


MetricFields = Mapping[str, MetricField]


def metric_fields(*, workspace: Workspace) -> dict[str, MetricField]:
    """Every field that a custom metric of this workspace may be over, by key; numbers first."""
    known = fields_of(workspace=workspace, item=ItemKind.STORY)
    built_in = [_field(known[key]) for key in BUILT_IN if key in known]
    own = [_field(field) for field in known.values() if field.custom is not None]
    listed = sorted([*built_in, *own], key=lambda field: field.content is FieldContent.WORDS)
    return {field.key: field for field in listed}


def _field(field: ItemField) -> MetricField:
    custom = field.custom
    is_formula = custom is not None and custom.kind == FieldKind.FORMULA.value
    return MetricField(
        key=field.key,
        label=field.label,
        content=_CONTENTS.get(field.asked.kind, FieldContent.WORDS),
        has_past=not is_formula and field.key not in WITHOUT_A_PAST,
        unit="" if custom is None else custom.unit,
        custom=custom,
    )


def hint_at(name: str, fields: MetricFields) -> str:
    """A hint at fields of nearly this name."""
    close = get_close_matches(name.casefold().replace(" ", "_"), list(fields), n=3)
    return f"Did you mean {' or '.join(close)}?" if close else f"Known are: {', '.join(fields)}."
