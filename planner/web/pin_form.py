"""The form of a pin: what it shows at first, and reading what was typed, each error at its field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.domain.vocabulary import PinKind
from planner.models import Capability, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.services.pin_checks import PinWish
from planner.services.units import Unit
from planner.web.forms import read_keyed

USUAL_DAYS = 28
FIELD_OF_OTHER = {PinKind.BEFORE: "before", PinKind.AFTER: "after"}


@dataclass(frozen=True)
class PinDraft:
    """A pin as typed: where it holds its unit, why, and until when."""

    kind: PinKind
    place: int | None
    other: Unit | None
    reason: str
    expires_on: date


def usual_end(today: date) -> date:
    """The last day that the form offers: four weeks on."""
    return today + timedelta(days=USUAL_DAYS)


def example_key(*, workspace: Workspace) -> str:
    """A key of this workspace, to show what one looks like."""
    return (
        Capability.objects.filter(workspace=workspace).order_by("pk").values_list("key", flat=True).first() or "APP-1"
    )


def read_pin(values: Mapping[str, str], *, workspace: Workspace) -> PinDraft:
    """Read the form. Raises InvalidInput naming every field at fault."""
    errors: dict[str, list[str]] = {}
    kind = _collect(errors, "where", lambda: _read_kind(values.get("where", "")))
    expires_on: date | None = _collect(errors, "expires_on", lambda: _read_day(values.get("expires_on", "")))
    draft = PinDraft(
        kind=kind or PinKind.PLACE,
        place=_collect(errors, "place", lambda: _read_place(values.get("place", "")))
        if kind is PinKind.PLACE
        else None,
        other=_read_other(errors, values, kind=kind, workspace=workspace),
        reason=values.get("reason", "").strip(),
        expires_on=expires_on or date.max,
    )
    if errors:
        raise InvalidInput(field_errors=errors)
    return draft


def read_wish(values: Mapping[str, str], *, workspace: Workspace) -> PinWish:
    """What of a form that is still being filled in says where which unit is held. Raises InvalidInput."""
    kind = _read_kind(values.get("where", ""))
    unit = read_unit(values.get("unit", ""), workspace=workspace, field="unit")
    if kind is PinKind.PLACE:
        return PinWish(unit, kind, _read_place(values.get("place", "")), None)
    field = FIELD_OF_OTHER[kind]
    return PinWish(unit, kind, None, read_unit(values.get(field, ""), workspace=workspace, field=field))


def read_unit(text: str, *, workspace: Workspace, field: str) -> Unit:
    """The unit with this key: a capability, else a story in none. Raises InvalidInput naming the field."""
    if not text.strip():
        raise InvalidInput("Type its key, as the backlog shows it.", field=field)
    capabilities = Capability.objects.filter(workspace=workspace)
    key = text.split(maxsplit=1)[0][:40]
    found = capabilities.filter(key__in=[key, key.upper()]).first()
    if found is not None:
        return found
    stories = Story.objects.filter(workspace=workspace, category__in=OPEN_CATEGORIES).select_related("capability")
    story = read_keyed(stories, text, field=field, what="capability or open story")
    if story is None:
        raise InvalidInput("Type its key, as the backlog shows it.", field=field)
    return story


def _read_kind(text: str) -> PinKind:
    try:
        return PinKind(text)
    except ValueError:
        raise InvalidInput("Say where it is held: at a place, before or after another.", field="where") from None


def _read_place(text: str) -> int:
    typed = text.strip()
    if not (typed.isascii() and typed.isdigit() and 0 < len(typed) < 8 and int(typed) > 0):
        raise InvalidInput("Type a place: 1 is the top.", field="place")
    return int(typed)


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput("Choose the last day on which it counts.", field="expires_on") from None


def _read_other(
    errors: dict[str, list[str]], values: Mapping[str, str], *, kind: PinKind | None, workspace: Workspace
) -> Unit | None:
    field = FIELD_OF_OTHER.get(kind) if kind else None
    if field is None:
        return None
    found: Unit | None = _collect(
        errors, field, lambda: read_unit(values.get(field, ""), workspace=workspace, field=field)
    )
    return found


def _collect(errors: dict[str, list[str]], field: str, read: Any) -> Any:
    try:
        return read()
    except InvalidInput as error:
        errors.setdefault(field, []).append(error.message)
        return None
