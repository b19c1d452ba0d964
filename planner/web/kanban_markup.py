"""The cards of a board as markup: written here and not by a template, for there are hundreds on a page."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString

from common.formats import format_money, format_money_exact, format_points
from common.templatetags.ui import avatar
from planner.domain.panels.operators import FilterKind
from planner.domain.vocabulary import ItemKind
from planner.selectors.item_fields import ItemField
from planner.selectors.item_values import Shown
from planner.web.kanban_faces import Faces, amount_of, is_money

_MORE = '<svg class="ic" aria-hidden="true"><use href="#i-more"/></svg>'
_STOP = '<svg class="ic" aria-hidden="true"><use href="#i-stop"/></svg>'
_MENU = (
    '<button type="button" class="iconbtn card-menu" data-card-menu tabindex="-1" aria-haspopup="true" '
    f'aria-label="Move or open">{_MORE}</button>'
)
_UNITS = {"points": "points", "hours_left": "h left", "hours_estimated": "h", "age": "d old", "state_age": "d here"}


class Pen:
    """Draws the cards of one page; what is the same on many cards is drawn once."""

    def __init__(self, faces: Faces, *, can_move: bool) -> None:
        """Take what cards show, and whether the reader may move them."""
        self.faces = faces
        self.can_move = can_move
        self.pictures: dict[str, str] = {}

    def draw(self, rows: Sequence[Any]) -> SafeString:
        """The list items of a cell."""
        return SafeString("".join(map(self._card, rows)))

    def _card(self, row: Any) -> str:
        faces = self.faces
        values = faces.values[row.pk]
        touch = faces.touches.get(row.pk)
        tone = faces.tone_of(row)
        is_task = faces.shape.item is ItemKind.TASK
        is_blocked = getattr(row, "blocked", False)
        words = f"kc{f' tone-{tone}' if tone else ''}{' is-blocked' if is_blocked else ''}{' is-live' if touch else ''}"
        name = escape(row.title if is_task else f"{row.key} {row.title}")
        live = f'<p class="live" data-live-mark>{escape(touch.who)} changed this, just now</p>' if touch else ""
        key = escape(row.story.key if is_task else row.key)
        figures = "".join(self._field(field, values.get(field.key)) for field in faces.fields)
        return (
            f'<li class="{words}" id="card-{row.pk}" data-card="{row.pk}" data-v="{row.version}" tabindex="-1" '
            f'aria-label="{name}">{live}<p class="kc-h"><a class="key" href="{escape(faces.address(row))}" '
            f'draggable="false" tabindex="-1">{key}</a>{_MENU}</p><p class="kc-t">{escape(row.title)}</p>'
            f"{_why(row) if is_blocked else ''}{f'<p class=kc-f>{figures}</p>' if figures else ''}</li>"
        )

    def _field(self, field: ItemField, shown: Shown | None) -> str:
        if shown is None or not shown.text:
            return ""
        label, amount = escape(field.label), amount_of(shown)
        if amount is not None and is_money(field):
            currency = self.faces.currency
            weekly = " a week" if field.key == "cost_of_delay" else ""
            exact = escape(format_money_exact(amount, currency))
            return (
                f'<span class="money" title="{label}: {exact}">{escape(format_money(amount, currency))}{weekly}</span>'
            )
        if amount is not None:
            unit = "point" if field.key == "points" and amount == 1 else _UNITS.get(field.key) or label
            return f'<span title="{label}"><b>{format_points(amount)}</b> {unit}</span>'
        if field.asked.kind is FilterKind.PERSON:
            return self._picture(shown.text)
        is_colour = field.key == self.faces.shape.board.colour_field
        return f'<span class="chip{" kc-c" if is_colour else ""}" title="{label}">{escape(shown.text)}</span>'

    def _picture(self, name: str) -> str:
        if name not in self.pictures:
            self.pictures[name] = str(avatar(name))
        return self.pictures[name]


def _why(row: Any) -> str:
    reason = f" {escape(row.blocked_reason)}" if row.blocked_reason else ""
    return f'<p class="why">{_STOP}<span><b>Blocked.</b>{reason}</span></p>'
