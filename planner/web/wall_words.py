"""Changes of a card between the page and the services: what was seen, what Undo posts, and how it is said."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from common.errors import InvalidInput
from common.formats import format_figure
from planner.models import Task
from planner.web.forms import read_id

_SEEN = "was_"


def read_hours(text: str) -> str | None:
    """Hours as typed on a card: "3", "2,5", "4 h"; nothing clears them."""
    plain = text.strip().lower().removesuffix("h").strip().replace(",", ".")
    return plain or None


def read_base(values: Mapping[str, str]) -> dict[str, Any] | None:
    """What the page showed of the fields it changes (`was_state=TODO`); None where it says nothing."""
    base: dict[str, Any] = {}
    for name, text in values.items():
        if not name.startswith(_SEEN):
            continue
        reader = _SEEN_FIELDS.get(name.removeprefix(_SEEN))
        if reader is None:
            raise InvalidInput(f"Use one of: {', '.join(f'{_SEEN}{field}' for field in _SEEN_FIELDS)}.", field=name)
        base |= reader(text)
    return base or None


def _hours_seen(text: str) -> dict[str, Any]:
    told = read_hours(text)
    try:
        return {"hours_left": None if told is None else Decimal(told)}
    except InvalidOperation:
        raise InvalidInput("Send a plain number, such as 3 or 0.5.", field="was_hours_left") from None


_SEEN_FIELDS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "state": lambda text: {"state": text},
    "assignee": lambda text: {"assignee_id": read_id(text)},
    "hours_left": _hours_seen,
    "title": lambda text: {"title": text},
    "blocked": lambda text: {"blocked": text == "1"},
}


def as_posted(before: Task, after: Task) -> dict[str, str]:
    """What takes the change back: the fields as they were, on condition that they still are as they became."""
    undo: dict[str, str] = {}
    for field, name in (
        ("state", "state"),
        ("title", "title"),
        ("hours_left", "hours_left"),
        ("assignee_id", "assignee"),
    ):
        was, now = getattr(before, field), getattr(after, field)
        if was != now:
            undo |= {name: _text(was), f"{_SEEN}{name}": _text(now)}
    return undo | {"version": str(after.version)} if undo else {}


def words_of_change(before: Task, after: Task) -> str:
    """What was changed, for the toast and the screen reader."""
    said = []
    if before.state != after.state:
        said.append(f"is {'done' if after.state == 'DONE' else after.get_state_display().lower()}")
    if before.assignee_id != after.assignee_id:
        said.append(f"is {after.assignee}'s" if after.assignee else "has no one now")
    if before.hours_left != after.hours_left and before.state == after.state:
        left = after.hours_left
        said.append("has no hours" if left is None else f"has {format_figure(left)} h left")
    if before.title != after.title:
        said.append(f"was {before.title}")
    return f"{after.title} {' and '.join(said)}."


def _text(value: Any) -> str:
    return "" if value is None else str(value)
