"""Keys of custom fields: what names a field in formulas, filters, imports and the API, for good."""

import re
from collections.abc import Collection, Iterable
from unicodedata import normalize

from planner.domain.fields.problems import FieldProblem, shorten

LONGEST_KEY = 40
_KEY = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_GAP = re.compile(r"[^a-z0-9]+")
LANGUAGE_WORDS = frozenset(
    [
        "and",
        "or",
        "not",
        "is",
        "if",
        "true",
        "false",
        "yes",
        "no",
        "me",
        "today",
        "yesterday",
        "tomorrow",
        "this",
        "last",
        "next",
        "my",
        "any",
        "of",
        "has",
        "contains",
        "more",
        "less",
        "than",
        "at",
        "least",
        "most",
        "between",
        "before",
        "after",
        "on",
        "in",
        "empty",
        "unknown",
        "known",
        "sprint_start",
        "sprint_end",
        "min",
        "max",
        "abs",
        "round",
        "floor",
        "ceiling",
        "days_between",
        "coalesce",
        "concat",
        "date",
        "year",
        "month",
        "count",
        "is_known",
        "text",
        "f",
        "q",
    ]
)
"""Words of the two languages, which no field may be called."""


def read_key(key: str, reserved: Iterable[str] = ()) -> str:
    """The key, checked. ``reserved``: keys of built-in fields. Raises FieldProblem (field "key")."""
    if not _KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        raise FieldProblem(
            f"Use 1 to {LONGEST_KEY} small letters, digits and _ for the key, beginning with a letter.", field="key"
        )
    if key in LANGUAGE_WORDS or key in set(reserved):
        raise FieldProblem(f"“{shorten(key)}” means something already; choose another key.", field="key")
    return key


def suggest_key(name: str, taken: Collection[str]) -> str:
    """A key made of a field's name, which is neither taken nor a word of the languages."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    stem = _GAP.sub("_", plain).strip("_")[: LONGEST_KEY - 4]
    stem = stem if stem[:1].isalpha() else f"field_{stem}".strip("_")[: LONGEST_KEY - 4]
    used = LANGUAGE_WORDS.union(taken)
    candidates = [stem, *(f"{stem}_{number}" for number in range(2, len(used) + 3))]
    return next(each for each in candidates if each not in used)
