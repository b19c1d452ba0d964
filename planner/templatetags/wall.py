"""The cards of a wall's cell."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from planner.web.wall_lanes import Cell
from planner.web.wall_markup import draw_cards

register = template.Library()


@register.simple_tag(takes_context=True)
def wall_cards(context: Context, cell: Cell) -> SafeString:
    """Draw the cards of a cell, with `avatars` and what the reader `can` do."""
    return draw_cards(cell.cards, pictures=context["avatars"], can_edit=context["can"]["edit_story"])
