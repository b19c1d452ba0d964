"""Breaking a story down by typing: "Write the mail 4h @dana" is a title, hours and a person."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from common.errors import InvalidInput
from planner.models import Person

_HOURS = re.compile(r"(?:^|(?<=\s))(\d{1,4}(?:[.,]\d{1,2})?)\s?(?:h|hrs?|hours?)(?=\s|$)", re.ASCII | re.IGNORECASE)
_PERSON = re.compile(r"(?:^|(?<=\s))@([^\s@]+)")
MOST_NAMED = 4


@dataclass(frozen=True)
class TypedTask:
    """A task as somebody typed it; hours and person are None where not said."""

    title: str
    hours: Decimal | None
    person: Person | None


def read_typed(text: str, people: Sequence[Person]) -> TypedTask:
    """Read a line. Hours are a number with an h; a person is @ and the beginning of a name; both may stand anywhere.

    Raises InvalidInput for a name that nobody has, or several; a line of these alone has no title.
    """
    person_word, hours_word = _PERSON.search(text), _HOURS.search(text)
    person = find_person(person_word[1], people) if person_word else None
    hours = Decimal(hours_word[1].replace(",", ".")) if hours_word else None
    title = _PERSON.sub("", _HOURS.sub("", text, count=1), count=1)
    return TypedTask(" ".join(title.split()), hours, person)


def find_person(word: str, people: Sequence[Person]) -> Person:
    """The one whose name, or a part of it, begins with the word; an exact part wins over a beginning."""
    wanted = word.strip(".,;:").casefold()
    exact = [one for one in people if wanted in {*_parts(one), _joined(one)}]
    found = exact or [one for one in people if _joined(one).startswith(wanted) or _has_part(one, wanted)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise InvalidInput(f"Nobody here is called @{word}. Take it out, or use a name of the wall.", field="title")
    names = ", ".join(one.name for one in found[:MOST_NAMED])
    raise InvalidInput(f"@{word} may be {names}: type more of the name.", field="title")


def _parts(person: Person) -> set[str]:
    return set(person.name.casefold().split())


def _has_part(person: Person, wanted: str) -> bool:
    return any(part.startswith(wanted) for part in _parts(person))


def _joined(person: Person) -> str:
    return "".join(person.name.casefold().split())
