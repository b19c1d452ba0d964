"""Template tags that know how Millrace shows money, durations, people and icons.

They are built in (settings.TEMPLATES): no template loads them. Each gives escaped markup without
inline style, for the content security policy; a width is an attribute of SVG.
"""

import zlib
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from common import formats

register = template.Library()

PERSON_SHAPES: Sequence[str] = (
    "M4 2h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2z",
    "M10 .5 19.5 10 10 19.5.5 10z",
    "M10 1a9 9 0 1 1 0 18 9 9 0 0 1 0-18z",
    "M10 .8 18.2 5.4v9.2L10 19.2 1.8 14.6V5.4z",
    "M2 2h16v9c0 4.5-3.5 7-8 8.5C5.5 18 2 15.5 2 11z",
    "M10 1 18.5 7.5V19h-17V7.5z",
)
PERSON_COLOURS = 6
PLACE_COLOURS = 6
NOTHING = SafeString("")


def _decimal(number: Any) -> Decimal | None:
    """Return a finite number as Decimal; None for anything unknown."""
    if number is None or number == "":
        return None
    try:
        found = number if isinstance(number, Decimal) else Decimal(str(number))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _currency(context: Context, currency: str) -> str:
    return currency or getattr(context.get("workspace"), "currency", "USD")


# Numbers


@register.filter(name="money")
def money_text(amount: Any, currency: str = "USD") -> str:
    """Compact money as plain text, for attributes: `{{ amount|money:workspace.currency }}`."""
    number = _decimal(amount)
    return formats.DASH if number is None else formats.format_money(number, currency)


@register.filter(name="money_exact")
def money_exact_text(amount: Any, currency: str = "USD") -> str:
    """Money to the cent as plain text."""
    number = _decimal(amount)
    return formats.DASH if number is None else formats.format_money_exact(number, currency)


@register.simple_tag(takes_context=True)
def money(
    context: Context,
    amount: Any,
    currency: str = "",
    tone: str = "money",
    unknown: str = "not known",
    evidence: str = "",
    label: str = "",
) -> str:
    """Compact money with the exact figure on hover; a dash with its reason when unknown.

    `tone`: "money" (the accent) or "plain". `evidence`: the address of the sheet it opens, and `label` its name.
    """
    number = _decimal(amount)
    if number is None:
        return dash(unknown)
    code = _currency(context, currency)
    figure = format_html(
        '<data class="{} num" value="{}" title="{}">{}</data>',
        "money" if tone == "money" else "amount",
        f"{number:f}",
        formats.format_money_exact(number, code),
        formats.format_money(number, code),
    )
    if not evidence:
        return figure
    name = f"{label}: {formats.format_money(number, code)}" if label else ""
    return _evidence_button(evidence, figure, name)


@register.filter
def points(number: Any) -> str:
    """Points without idle zeros; a dash when nobody estimated."""
    found = _decimal(number)
    return formats.DASH if found is None else formats.format_points(found)


@register.filter
def duration(seconds: Any) -> str:
    """Seconds (or a timedelta) in the largest fitting unit: "3.2 d"."""
    if hasattr(seconds, "total_seconds"):
        return formats.format_timedelta(seconds)
    found = _decimal(seconds)
    return formats.DASH if found is None else formats.format_duration(float(found))


@register.filter
def percent(ratio: Any, digits: int = 0) -> str:
    """Show a ratio (0-1) as a percentage; a dash when unknown."""
    found = _decimal(ratio)
    return formats.DASH if found is None else formats.format_percent(found, digits)


@register.simple_tag
def dash(reason: str = "not known") -> str:
    """Unknown looks unknown: a dash whose reason is on hover and read aloud."""
    return format_html(
        '<span class="unknown" title="{}"><span aria-hidden="true">{}</span><span class="sr">{}</span></span>',
        reason,
        formats.DASH,
        reason,
    )


# Small pictures


@register.simple_tag
def icon(name: str, label: str = "") -> str:
    """Show an icon of the sprite; with a label it is read aloud, without one it is decoration."""
    if label:
        return format_html('<svg class="ic" role="img" aria-label="{}"><use href="#i-{}"/></svg>', label, name)
    return format_html('<svg class="ic" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag(takes_context=True)
def band(context: Context, low: Any, likely: Any, high: Any, top: Any = None, unit: str = "a week") -> str:
    """Draw a range on an axis from 0 to `top`: thin line, thick low-high, a tick at the mean."""
    figures = [_decimal(low), _decimal(likely), _decimal(high)]
    if None in figures:
        return NOTHING
    code = _currency(context, "")
    left, tick, right = band_places([number for number in figures if number is not None], _decimal(top))
    words = (
        f"{money_text(figures[0], code)} to {money_text(figures[2], code)} {unit}, mean {money_text(figures[1], code)}"
    )
    return format_html(
        '<svg class="band" viewBox="0 0 100 16" preserveAspectRatio="none" role="img" aria-label="{}"><title>{}</title>'
        '<path class="band-axis" d="M2 8h96"/><path class="band-range" d="M{} 8H{}"/>'
        '<path class="band-mean" d="M{} 3v10"/></svg>',
        words,
        words,
        left,
        right,
        tick,
    )


def band_places(figures: Sequence[Decimal], top: Decimal | None) -> list[str]:
    """Return x of each figure on a drawing 100 wide with margins of 2, the axis ending at `top`."""
    end = max([*figures, top or Decimal(0), Decimal(1)])
    return [f"{2 + 96 * float(max(number, Decimal(0)) / end):.1f}" for number in figures]


@register.simple_tag
def pie(done: int, total: int, unit: str = "required stories") -> str:
    """Draw how much is done as a ring, with the counts for a screen reader."""
    share = round(100 * done / total) if total else 0
    return format_html(
        '<svg class="pie" viewBox="0 0 16 16" role="img" aria-label="{} of {} {} done">'
        '<circle class="pie-all" cx="8" cy="8" r="6"/><circle class="pie-done" cx="8" cy="8" r="6" '
        'pathLength="100" stroke-dasharray="{} 100" transform="rotate(-90 8 8)"/></svg>',
        done,
        total,
        unit,
        share,
    )


@register.simple_tag
def meter(value: Any, total: Any, label: str = "", tone: str = "ink") -> str:
    """Draw a thin bar, `value` of `total`; tones: ink, money, work, wait, danger."""
    part, whole = _decimal(value) or Decimal(0), _decimal(total) or Decimal(0)
    width = min(max(float(part / whole) * 100, 0), 100) if whole > 0 else 0
    return format_html(
        '<svg class="meter {}" viewBox="0 0 100 6" preserveAspectRatio="none" {}>'
        '<rect class="meter-all" width="100" height="6"/><rect class="meter-part" width="{}" height="6"/></svg>',
        tone,
        format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"'),
        f"{width:.1f}",
    )


@register.simple_tag
def avatar(person: Any, size: str = "") -> str:
    """Draw a person: shape and colour come from the name, so that colour is never alone."""
    name = str(person or "").strip()
    if not name:
        return NOTHING
    number = zlib.crc32(name.encode())
    return format_html(
        '<svg class="av who-{} {}" viewBox="0 0 20 20" role="img" aria-label="{}"><title>{}</title>'
        '<path d="{}"/><text x="10" y="13">{}</text></svg>',
        number % PERSON_COLOURS,
        size,
        name,
        name,
        PERSON_SHAPES[number // PERSON_COLOURS % len(PERSON_SHAPES)],
        formats.initials(name),
    )


@register.simple_tag
def tick(key: str, label: str = "") -> str:
    """Draw an application's tick; its colour comes from its key, which is always beside it."""
    return format_html('<i class="tick place-{}" title="{}"></i>', zlib.crc32(key.encode()) % PLACE_COLOURS, label)


@register.simple_tag
def state_badge(state: Any) -> str:
    """Show a workflow state: a dot by category (empty, filled, ticked, crossed) and its name."""
    category = str(getattr(state, "category", "")).lower().replace("_", "-")
    return format_html('<span class="state"><i class="dot {}"></i>{}</span>', category, getattr(state, "name", state))


# The shell


@register.simple_tag(takes_context=True)
def nav_link(context: Context, name: str, label: str, shortcut: str = "", also: str = "") -> str:
    """Link to a page of the workspace, current on it and on the pages in `also` (comma separated).

    Nothing when no such page exists: the shell has no dead links.
    """
    workspace = context.get("workspace")
    url = reverse_or_none(name, [workspace.key] if workspace else [])
    if url is None:
        return NOTHING
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    current = match is not None and match.url_name in {name, *also.split(",")}
    return format_html(
        '<a href="{}"{}{} data-command>{}</a>',
        url,
        mark_safe(' aria-current="page"') if current else "",
        format_html(' data-shortcut="{}"', shortcut) if shortcut else "",
        label,
    )


@register.simple_tag(takes_context=True)
def page_url(context: Context, name: str, *args: Any) -> str:
    """Return the address of a page of the workspace, or "" when there is no such page."""
    workspace = context.get("workspace")
    return reverse_or_none(name, [workspace.key, *args] if workspace else list(args)) or ""


@register.simple_tag
def any_url(name: str, *args: Any) -> str:
    """Return the address of a page outside workspaces, or "" when there is no such page."""
    return reverse_or_none(name, list(args)) or ""


def reverse_or_none(name: str, args: Sequence[Any]) -> str | None:
    """Return an address by name; None when no page has that name."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


@register.simple_tag
def evidence(url: str, text: Any, label: str = "", tone: str = "") -> str:
    """Make a number a button that opens its evidence in the side sheet; `label` names the number."""
    return _evidence_button(url, text, label, tone)


def _evidence_button(url: str, text: Any, label: str = "", tone: str = "") -> str:
    return format_html(
        '<button type="button" class="ev {}" data-sheet-url="{}"{}>{}</button>',
        tone,
        url,
        format_html(' aria-label="{}"', label) if label else "",
        text,
    )


@register.simple_tag
def attributes(pairs: Mapping[str, Any]) -> str:
    """Write a mapping as HTML attributes; True is a bare attribute, None and False are left out."""
    written = [(name, value) for name, value in pairs.items() if value is not None and value is not False]
    return format_html_join("", "{}", ((_attribute(name, value),) for name, value in written))


def _attribute(name: str, value: Any) -> str:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)


@register.filter
def lookup(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """Return `mapping[key]`, or None: for a key that is itself a variable."""
    return mapping.get(key) if mapping else None
