"""Template tags of proposed orders and pins. `{% load proposals %}`."""

import re

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from planner.selectors.pins import PinLine
from planner.selectors.units import UnitLine
from planner.web import proposal_page
from planner.web.unit_addresses import unit_address

register = template.Library()

AMOUNT = re.compile(r"((?:[A-Z]{1,3}\$|[A-Z]{3} |[$€£¥₹₩])\d[\d,.]*[kMBT]?)")

register.filter("ordinal", proposal_page.ordinal)


@register.filter
def pin_words(line: PinLine) -> str:
    """Where a pin holds its unit: "6th", "before FRT-12"."""
    return proposal_page.pin_words(line)


@register.filter
def amounts_bold(sentence: str) -> SafeString:
    """Show a sentence with its amounts of money bold."""
    parts = AMOUNT.split(sentence)
    pairs = zip(parts[::2], [*parts[1::2], ""], strict=True)
    return format_html_join("", "{}<b>{}</b>", pairs) if len(parts) > 1 else format_html_join("", "{}", [(sentence,)])


@register.simple_tag
def unit_url(workspace_key: str, unit: UnitLine, name: str = "") -> str:
    """Return the address of a unit's page, or of what hangs on it: `{% unit_url workspace.key unit "value" %}`."""
    return unit_address(workspace_key, unit, name)
