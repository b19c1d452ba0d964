"""Which custom field is what: by the response's names, by what the changelog calls it, else Jira's usual ids."""

from collections.abc import Iterable, Mapping
from typing import Any

from integrations.formats.reading import clean_text

_WORDS = {
    "points": {"story points", "story point estimate", "storypoints", "estimate (points)"},
    "sprint": {"sprint"},
    "epic": {"epic link"},
    "epic_name": {"epic name"},
    "flagged": {"flagged"},
}
# Jira Cloud gives every site the same first custom fields; Data Center numbers them as they are made.
_USUAL = {
    "points": ("customfield_10016", "customfield_10026", "customfield_10002", "customfield_10004"),
    "sprint": ("sprint", "customfield_10020", "customfield_10021", "customfield_10007"),
    "epic": ("customfield_10014", "customfield_10008"),
    "epic_name": ("customfield_10011", "customfield_10009"),
    "flagged": ("flagged", "customfield_10021"),
}


class FieldNames:
    """The names a response gives its custom fields."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.by_id = {str(field): clean_text(name, 120) for field, name in names.items()}
        self._given = _by_meaning(self.by_id.items())
        self._known = {meaning: self._sorted(meaning, ()) for meaning in _WORDS}

    def learn(self, histories: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
        """Return the ids that a changelog gives fields of each meaning."""
        return _by_meaning(dict.fromkeys(_changed_fields(histories)))

    def ids(self, meaning: str, learned_ids: Mapping[str, list[str]] | None = None) -> tuple[str, ...]:
        """Return the ids of the fields with this meaning, the surest first."""
        if learned_ids and meaning in learned_ids:
            return self._sorted(meaning, learned_ids[meaning])
        return self._known[meaning]

    def _sorted(self, meaning: str, learned: Iterable[str]) -> tuple[str, ...]:
        usual = (field for field in _USUAL[meaning] if self.by_id.get(field) is None)
        return tuple(dict.fromkeys((*self._given.get(meaning, ()), *learned, *usual)))

    def label(self, field: str) -> str:
        """Return what people call a field."""
        return self.by_id.get(field) or field


def _by_meaning(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for field, name in pairs:
        for meaning, words in _WORDS.items():
            if name.casefold() in words:
                found.setdefault(meaning, []).append(field)
    return found


def _changed_fields(histories: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    for history in histories:
        for item in history["items"]:
            field = item.get("fieldId")
            if isinstance(field, str) and field.startswith("customfield_"):
                yield field, str(item.get("field"))
