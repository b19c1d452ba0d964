"""Template tags that fill in the formulas of value with the user's figures. `{% load value %}`."""

from decimal import Decimal
from typing import Any

from django import template
from django.template import Context

from common import formats
from planner.domain.value.model import INPUTS, ValueSource, one_off_value, value_per_week

register = template.Library()

TIMES, DIVIDED_BY = "\N{MULTIPLICATION SIGN}", "\N{DIVISION SIGN}"


@register.inclusion_tag("components/formula.html", takes_context=True)
def formula(context: Context, source: ValueSource) -> dict[str, Any]:
    """Show the formula of one source of value: each factor's mean above its name, and the product."""
    currency = getattr(context.get("workspace"), "currency", "USD")
    result = one_off_value(source) if source.one_off else value_per_week(source)
    return {
        "terms": formula_steps(source, currency),
        "result": formats.format_money(result, currency),
        "result_label": "once" if source.one_off else "a week",
    }


def formula_steps(source: ValueSource, currency: str) -> list[dict[str, str]]:
    """Return the factors in order as people read them; minutes become hours by a division of their own."""
    steps: list[dict[str, str]] = []
    for spec in INPUTS[source.kind]:
        text = figure_text(source.inputs[spec.name].mean, spec.unit, currency)
        steps.append({"operator": TIMES if steps else "", "text": text, "label": spec.label})
        if spec.unit == "minutes":
            steps.append({"operator": DIVIDED_BY, "text": "60", "label": "minutes an hour"})
    return steps


def figure_text(figure: Decimal, unit: str, currency: str) -> str:
    """Write an input of a formula in its unit: money, a share in percent, else a plain number."""
    if unit == "share":
        return formats.format_percent(figure, 1)
    if unit.startswith("money"):
        return formats.format_money(figure, currency)
    return formats.format_figure(figure)
