"""Template tags that draw estimates and tell what happened. `{% load value_pictures %}`."""

from decimal import Decimal

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common import formats
from common.templatetags.ui import evidence
from planner.domain.value.model import INPUTS, InputSpec, ThreePoint, ValueSource, one_off_value, value_per_week
from planner.domain.vocabulary import Urgency, ValueKind
from planner.models import StoryEvent
from planner.templatetags.value import figure_text
from planner.web import proposal_page
from planner.web.drawings import SPREAD_HEIGHT, SPREAD_WIDTH, draw_spread
from planner.web.event_words import author_of, describe_event, source_of, values_of

register = template.Library()
NOTHING = SafeString("")
WHOLE_FROM = 10
SETTING_LABELS = {
    "horizon_weeks": "horizon",
    "ramp_weeks": "ramp",
    "discount_rate": "discount a year",
    "urgency": "urgency",
    "deadline_week": "deadline",
    "life_weeks": "life",
}


@register.simple_tag
def spread(estimate: ThreePoint) -> str:
    """Draw how likely each figure between low and high is; nothing where there is no spread."""
    drawing = draw_spread(estimate)
    if drawing is None:
        return NOTHING
    return format_html(
        '<svg class="spread" viewBox="0 0 {} {}" aria-hidden="true"><path class="spread-area" d="{}"/>'
        '<path class="spread-mean" d="M{} 2V{}"/></svg>',
        SPREAD_WIDTH,
        SPREAD_HEIGHT,
        drawing.area,
        drawing.mean_x,
        SPREAD_HEIGHT - 1,
    )


@register.simple_tag(takes_context=True)
def figure(context: Context, number: Decimal, spec: InputSpec) -> str:
    """Write one figure of an input in its unit."""
    return figure_text(number, spec.unit, getattr(context.get("workspace"), "currency", "USD"))


@register.filter
def input_rows(source: ValueSource) -> list[tuple[InputSpec, ThreePoint]]:
    """Return the inputs of a source in the order of its formula."""
    return [(spec, source.inputs[spec.name]) for spec in INPUTS[source.kind]]


@register.filter
def source_value(source: ValueSource) -> Decimal:
    """Return what a source earns a week, or once."""
    return one_off_value(source) if source.one_off else value_per_week(source)


@register.filter
def to_one(ratio: Decimal | None) -> str:
    """Write a return on investment: "22 to 1", "4.2 to 1"."""
    if ratio is None:
        return formats.DASH
    digits = 0 if abs(ratio) >= WHOLE_FROM else 1
    return f"{ratio:,.{digits}f} to 1".replace("-", formats.MINUS)


@register.simple_tag
def roi_evidence(url: str, ratio: Decimal) -> str:
    """Make a return on investment a button that opens its evidence."""
    text = to_one(ratio)
    return evidence(url, text, f"ROI: {text}")


@register.filter
def input_label(spec: InputSpec, kind: ValueKind) -> str:
    """Name an input; a margin says whose it is, because two kinds of value have one."""
    return f"{spec.label} of {kind.label.lower()}" if spec.name == "margin" else spec.label


@register.simple_tag(takes_context=True)
def signed_money(context: Context, amount: Decimal) -> str:
    """Write a change of money with its sign."""
    sign = "+" if amount > 0 else ""
    return sign + formats.format_money(amount, getattr(context.get("workspace"), "currency", "USD"))


@register.filter
def setting_words(name: str, before: object) -> str:
    """Name a setting of a value model with what it was."""
    return f"{SETTING_LABELS.get(name, name)} {setting_value(before)}"


@register.filter
def setting_value(value: object) -> str:
    """Write the value of a setting: a share in percent, a profile by its name."""
    if isinstance(value, Decimal):
        return formats.format_percent(value, 1)
    if isinstance(value, Urgency):
        return value.label.lower()
    return "none" if value is None else f"{value} weeks"


@register.filter
def negated(amount: Decimal) -> Decimal:
    """Return the amount with the other sign."""
    return -amount


@register.filter
def ordinal(place: int) -> str:
    """Write a place: 1st, 2nd, 3rd, 11th."""
    return proposal_page.ordinal(place)


@register.filter
def event_author(event: StoryEvent) -> str:
    """Say who did it."""
    return author_of(event)


@register.filter
def event_words(event: StoryEvent) -> str:
    """Say what the author did."""
    return describe_event(event)


@register.filter
def event_values(event: StoryEvent) -> tuple[str, str]:
    """Return the values before and after."""
    return values_of(event)


@register.filter
def event_source(event: StoryEvent) -> str:
    """Say through which door it came."""
    return source_of(event)
