"""The words and signs between a field and what it is compared with, longest first."""

from dataclasses import dataclass

from planner.domain.panels.operators import Operator


@dataclass(frozen=True)
class Phrase:
    """How a field is compared. ``is_alone``: nothing was written, a flag is set."""

    operator: Operator
    is_negated: bool = False
    is_alone: bool = False


_WRITTEN = {
    Operator.EMPTY: "is empty, is unknown, is not known",
    Operator.NOT_EMPTY: "is not empty, is not unknown, is known",
    Operator.ANY_OF: "is any of, any of, is one of, in",
    Operator.GREATER: ">, more than, is more than, greater than, is greater than, after, is after",
    Operator.LESS: "<, less than, is less than, before, is before",
    Operator.AT_LEAST: ">=, at least, is at least, on or after, is on or after",
    Operator.AT_MOST: "<=, at most, is at most, on or before, is on or before",
    Operator.BETWEEN: "between, is between",
    Operator.IS_NOT: "is not, !=, <>",
    Operator.IS: "is, =, on, is on",
    Operator.HAS: "has, contains",
}
_NEGATED = {
    Operator.ANY_OF: "is not any of, is none of, not in",
    Operator.HAS: "does not have, does not contain",
    Operator.BETWEEN: "is not between, not between",
}


def _list_phrases() -> list[tuple[tuple[str, ...], Phrase]]:
    listed = [
        (tuple(written.split()), Phrase(operator, is_negated=is_negated))
        for is_negated, table in ((False, _WRITTEN), (True, _NEGATED))
        for operator, phrases in table.items()
        for written in phrases.split(", ")
    ]
    return sorted(listed, key=lambda pair: -len(pair[0]))


PHRASES = _list_phrases()
