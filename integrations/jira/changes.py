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
            field, refer = mapping
            before, after = (_status_sides if field == "state" else _sides)(item, refer)
            source_ref = f"{history.id}:{index}"
            words = before[0], after[0], history.created, source_ref, history.author
            changes.append(Change(field, *words, before[1], after[1]))
    return changes


def _sides(item: _Item, refer: "_Reference | None") -> tuple["_Side", "_Side"]:
    """What the change says of before and after: the words, and what they refer to."""
    before = clean_text(item.get("fromString"), _VALUE_CHARS), refer(item, "from") if refer else None
    return before, (clean_text(item.get("toString"), _VALUE_CHARS), refer(item, "to") if refer else None)


def _status_sides(item: _Item, _: "_Reference | None") -> tuple["_Side", "_Side"]:
    return (
        _status_side(_plain(item.get("from")), _plain(item.get("fromString"))),
        _status_side(_plain(item.get("to")), _plain(item.get("toString"))),
    )


def _plain(value: Any) -> Any:
    return value if type(value) in (str, int) else None


# Most changes are of the status, and a workflow has a few dozen of them: each is read and made once.
@lru_cache(maxsize=4_096)
def _status_side(number: str | int | None, words: str | None) -> "_Side":
    known, name = text_id(number), clean_text(words, 80)
    ref = StateRef(known or f"name:{name}", name or known) if name or known else None
    return clean_text(words, _VALUE_CHARS), ref


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
_Side = tuple[str, StateRef | PersonRef | SprintRef | CapabilityRef | None]
_FIELDS: dict[str, tuple[str, _Reference | None]] = {
    "status": ("state", None),
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
    return _mapping_of(_plain(item.get("fieldId")), _plain(item.get("field")))


@lru_cache(maxsize=4_096)
def _mapping_of(*names: str | int | None) -> tuple[str, _Reference | None] | None:
    found = (_FIELDS.get(name.casefold()) for name in names if isinstance(name, str))
    return next(filter(None, found), None)
