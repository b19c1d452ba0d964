"""How a filter compares a field, and which kinds of fields take which operators.

The stored words are those of the backlog's filters ("points:gt:8"), so that there is one language of comparisons.
"""

from planner.domain.vocabulary import FieldKind, Labelled


class Operator(Labelled):
    """How a field is compared; the label is how it is written in a filter."""

    IS = "is", "is"
    IS_NOT = "is_not", "is not"
    ANY_OF = "any_of", "is any of"
    HAS = "has", "has"
    GREATER = "gt", "more than"
    LESS = "lt", "less than"
    AT_LEAST = "gte", "at least"
    AT_MOST = "lte", "at most"
    BETWEEN = "between", "between"
    EMPTY = "empty", "is empty"
    NOT_EMPTY = "not_empty", "is not empty"

    @property
    def takes(self) -> int:
        """How many values it takes: none, one, two, or any number from one on (-1)."""
        return {Operator.EMPTY: 0, Operator.NOT_EMPTY: 0, Operator.BETWEEN: 2, Operator.ANY_OF: -1}.get(self, 1)

    @property
    def sign(self) -> str:
        """How it is written between a field and a number."""
        return _SIGNS.get(self, self.label)

    @property
    def day_word(self) -> str:
        """How it is written between a field and a day."""
        return _DAY_WORDS.get(self, self.label)


_SIGNS = {Operator.GREATER: ">", Operator.LESS: "<", Operator.AT_LEAST: ">=", Operator.AT_MOST: "<="}
_DAY_WORDS = {
    Operator.GREATER: "after",
    Operator.LESS: "before",
    Operator.AT_LEAST: "on or after",
    Operator.AT_MOST: "on or before",
}


class FilterKind(Labelled):
    """What a field holds, as far as comparing is concerned; the label says what to compare it with."""

    TEXT = "TEXT", "text"
    WORD = "WORD", "one of its words"
    NAME = "NAME", "a name"
    PERSON = "PERSON", "a person or me"
    TEAM = "TEAM", "a team or my team"
    SPRINT = "SPRINT", "a sprint or my team's current sprint"
    SEVERAL = "SEVERAL", "one of its choices"
    NUMBER = "NUMBER", "a number"
    MONEY = "MONEY", "an amount of money"
    DAY = "DAY", "a day such as 2026-03-31, today+14d or this week"
    FLAG = "FLAG", "yes or no"

    @property
    def is_figure(self) -> bool:
        """Whether it is compared with numbers."""
        return self in (FilterKind.NUMBER, FilterKind.MONEY)


CHOOSING = (Operator.IS, Operator.IS_NOT, Operator.ANY_OF)
OPTIONAL = (Operator.EMPTY, Operator.NOT_EMPTY)
COMPARING = (Operator.GREATER, Operator.LESS, Operator.AT_LEAST, Operator.AT_MOST, Operator.BETWEEN)
OPERATORS = {
    FilterKind.TEXT: (*CHOOSING, Operator.HAS),
    FilterKind.WORD: CHOOSING,
    **dict.fromkeys(
        (FilterKind.NAME, FilterKind.PERSON, FilterKind.TEAM, FilterKind.SPRINT), (*CHOOSING, Operator.HAS)
    ),
    FilterKind.SEVERAL: (*CHOOSING, Operator.HAS),
    **dict.fromkeys((FilterKind.NUMBER, FilterKind.MONEY), (*CHOOSING, *COMPARING)),
    FilterKind.DAY: (Operator.IS, Operator.IS_NOT, *COMPARING),
    FilterKind.FLAG: (Operator.IS, Operator.IS_NOT),
}
"""The operators of each kind; fields that may be empty take `OPTIONAL` as well."""

KINDS_OF_FIELDS = {
    FieldKind.TEXT: FilterKind.TEXT,
    FieldKind.NUMBER: FilterKind.NUMBER,
    FieldKind.MONEY: FilterKind.MONEY,
    FieldKind.DATE: FilterKind.DAY,
    FieldKind.CHOICE: FilterKind.WORD,
    FieldKind.MULTI_CHOICE: FilterKind.SEVERAL,
    FieldKind.PERSON: FilterKind.PERSON,
}
"""How custom fields are compared."""
