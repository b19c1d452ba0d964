"""The changelog's items as changes of our fields."""

from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from integrations.formats.items import CapabilityRef, Change, PersonRef, SprintRef, StateRef
from integrations.formats.reading import clean_text
from integrations.jira.issue import History, text_id

_VALUE_CHARS = 500
_Item = dict[str, Any]


def map_changes(histories: list[History], left_out: Counter[str]) -> list[Change]:
    """Return the changes of fields that have a place here, oldest first; count the others in `left_out`.

    `source_ref` is the history's id and the item's index in it, as Jira sent it.
    """
    changes = []
    for history in histories:
        for index, item in enumerate(history.items):
            mapping = _mapping(item)
            if mapping is None:
                left_out[f"changelog: {clean_text(item.get('field'), 60) or 'unnamed'}"] += 1
                continue
            change = Change(
                field=mapping[0],
                from_value=clean_text(item.get("fromString"), _VALUE_CHARS),
                to_value=clean_text(item.get("toString"), _VALUE_CHARS),
                occurred_at=history.created,
                source_ref=f"{history.id}:{index}",
                actor_name=history.author,
            )
            if mapping[1] is not None:
                change.from_ref = mapping[1](item, "from")
                change.to_ref = mapping[1](item, "to")
            changes.append(change)
    return changes


def _status(item: _Item, side: str) -> StateRef | None:
    name, number = clean_text(item.get(f"{side}String"), 80), text_id(item.get(side))
    if not name and not number:
        return None
    return _state_ref(number or f"name:{name}", name or number)


# A workflow has a few dozen states and a project a few hundred people: each reference is made once.
@lru_cache(maxsize=4_096)
def _state_ref(number: str, name: str) -> StateRef:
    return StateRef(number, name)


def _person(item: _Item, side: str) -> PersonRef | None:
    name = clean_text(item.get(f"{side}String"), 120)
    account = clean_text(item.get("tmpToAccountId" if side == "to" else "tmpFromAccountId"), 150)
    number = account or clean_text(item.get(side), 150)
    return PersonRef(number or f"name:{name}", name or number) if name or number else None


def _sprint(item: _Item, side: str) -> SprintRef | None:
    """The newest of the sprints named; each may have been in several."""
    number = clean_text(item.get(side), 2000).rpartition(",")[2].strip()
    if not (number.isascii() and number.isdigit() and len(number) < 20):
        return None
    name = clean_text(item.get(f"{side}String"), 2000)
    several = "," in clean_text(item.get(side), 2000)
    return SprintRef(number, (name.rpartition(",")[2] if several else name).strip()[:120])


def _epic(item: _Item, side: str) -> CapabilityRef | None:
    number, key = text_id(item.get(side)), clean_text(item.get(f"{side}String"), 40)
    return CapabilityRef(number, key) if number or key else None


_Reference = Callable[[_Item, str], StateRef | PersonRef | SprintRef | CapabilityRef | None]
_FIELDS: dict[str, tuple[str, _Reference | None]] = {
    "status": ("state", _status),
    "assignee": ("assignee", _person),
    "sprint": ("sprint", _sprint),
    "epic link": ("capability", _epic),
    "story points": ("points", None),
    "story point estimate": ("points", None),
    "flagged": ("blocked", None),
    "summary": ("title", None),
    "issuetype": ("kind", None),
}


def _mapping(item: _Item) -> tuple[str, _Reference | None] | None:
    # Fields that Jira itself owns are known by their id: the name is in the author's language.
    for name in (item.get("fieldId"), item.get("field")):
        if isinstance(name, str) and (found := _FIELDS.get(name.casefold())):
            return found
    return None
