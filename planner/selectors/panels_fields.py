"""The fields that panels name: those in use, and those that were removed, so that a filter can say so."""

from collections.abc import Mapping

from django.db.models import Q

from accounts.models import Workspace
from planner.domain.fields.formula_types import FormulaKind
from planner.domain.fields.kinds import FieldSpec
from planner.domain.panels.fields import field_of
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.models import CustomField
from planner.selectors.custom_fields import list_fields, specs_of
from planner.selectors.item_fields import Fields, ItemField, fields_of

DEFAULT_COLUMNS = {
    ItemKind.STORY: ["points", "cost_of_delay"],
    ItemKind.CAPABILITY: ["points", "cost_of_delay"],
    ItemKind.TASK: ["assignee", "hours_left"],
}


def panel_fields(*, workspace: Workspace, item: ItemKind) -> Fields:
    """Every field of the item by key, removed ones too; a field in use wins where both have a key."""
    fields = fields_of(workspace=workspace, item=item)
    if item is ItemKind.TASK:
        return fields
    removed = list(list_fields(workspace_id=workspace.pk, item=item.value, is_archived=True))
    specs = specs_of(workspace=workspace, fields=removed) if removed else {}
    gone = {custom.key: _removed(custom, specs) for custom in removed}
    return {**gone, **fields}


def _removed(custom: CustomField, specs: Mapping[str, FieldSpec]) -> ItemField:
    result = FormulaKind.TEXT if custom.kind == FieldKind.FORMULA.value else None
    asked = field_of(specs[custom.key], result, is_removed=True)
    return ItemField(asked, lambda *_: Q(pk__in=[]), custom=custom)


def known_fields(fields: Fields) -> dict[str, ItemField]:
    """The fields in use: what may be chosen."""
    return {key: field for key, field in fields.items() if not field.asked.is_removed}


def columns_of(*, columns: list[str], item: ItemKind, fields: Fields) -> list[ItemField]:
    """The columns that a panel shows, in their order; what was removed since is left out and kept in the panel."""
    wanted = columns or DEFAULT_COLUMNS[item]
    return [fields[key] for key in wanted if key in fields and not fields[key].asked.is_removed]
