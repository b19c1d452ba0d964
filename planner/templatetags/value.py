"""Template tags that fill in the formulas of value with the user's figures. `{% load value %}`."""

from decimal import Decimal
from typing import Any

from django import template
from django.template import Context

from common import formats
from planner.domain.value import ValueSource, formula_terms, one_off_value, value_per_week

register = template.Library()

TIMES = "\N{MULTIPLICATION SIGN}"


@register.inclusion_tag("components/formula.html", takes_context=True)
def formula(context: Context, source: ValueSource) -> dict[str, Any]:
    """Show the formula of one source of value: each factor's mean under its name, and the product."""
    currency = getattr(context.get("workspace"), "currency", "USD")
    result = one_off_value(source) if source.one_off else value_per_week(source)
    terms = [
        {"operator": TIMES if number else "", "text": figure_text(term.mean, term.unit, currency), "label": term.label}
        for number, term in enumerate(formula_terms(source))
    ]
    return {
        "terms": terms,
        "result": formats.format_money(result, currency),
        "result_label": "once" if source.one_off else "a week",
    }


def figure_text(figure: Decimal, unit: str, currency: str) -> str:
    """Write an input of a formula in its unit: money, a share in percent, else a plain number."""
    if unit == "share":
        return formats.format_percent(figure, 1)
    if unit.startswith("money"):
        return formats.format_money(figure, currency)
    return formats.format_points(figure)
