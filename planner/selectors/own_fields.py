"""The custom fields of one story or capability with their values, as its page and the API show them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import Workspace
from planner.domain.vocabulary import ItemKind
from planner.models import CustomField
from planner.selectors.custom_fields import list_fields
from planner.selectors.item_fields import rows_of
from planner.selectors.item_values import Shown, shown_values


@dataclass(frozen=True)
class OwnField:
    """A field and what one item has in it. `value` is as JSON keeps it; None where unknown (`reason` may say why)."""

    field: CustomField
    value: Any
    text: str
    reason: str

    @property
    def chosen(self) -> tuple[int, ...]:
        """Ids of the options it has."""
        if isinstance(self.value, list):
            return tuple(self.value)
        return (self.value,) if isinstance(self.value, int) else ()

    @property
    def key(self) -> str:
        """Its name in filters, formulas and the API."""
        return self.field.key

    @property
    def name(self) -> str:
        """Its name for people."""
        return self.field.name

    @property
    def kind(self) -> str:
        """What it holds."""
        return self.field.kind


def own_fields_of(*, workspace: Workspace, item: ItemKind, item_id: int, now: datetime) -> list[OwnField]:
    """The workspace's fields of such items, in their order, with the item's values; formulas are worked out now."""
    fields = list(list_fields(workspace_id=workspace.pk, item=item.value))
    row = rows_of(workspace=workspace, item=item).get(pk=item_id)
    shown = shown_values(workspace=workspace, item=item, rows=[row], now=now)[item_id]
    return [_own(field, shown[field.key]) for field in fields]


def _own(field: CustomField, shown: Shown) -> OwnField:
    return OwnField(field, _as_json(shown.value), shown.text, shown.reason)


def _as_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
