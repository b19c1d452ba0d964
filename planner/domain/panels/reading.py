"""Reading a filter's text: ``state is "Ready" and (points > 3 or not blocked) and due before today+14d``.

docs/reference/filters.md says what one may write. Quotes around values may be left out where nothing else is meant.
"""

from dataclasses import dataclass

from planner.domain.fields.problems import TextProblem, shorten
from planner.domain.panels.conditions import BadCondition, check_operator, make_condition, make_value
from planner.domain.panels.fields import PanelField, PanelFields, find_field, name_close_fields
from planner.domain.panels.operators import FilterKind, Operator
from planner.domain.panels.phrases import PHRASES, Phrase
from planner.domain.panels.tokens import Token, tokenise
from planner.domain.panels.tree import EVERYTHING, FilterTree, Not, join_all, join_any
from planner.domain.panels.values import FilterValue, Flag

MOST_CONDITIONS = 50
DEEPEST = 20
MOST_WORDS_OF_A_NAME = 6


@dataclass(frozen=True)
class Reading:
    """A filter's text, and the tree it makes or the problem with it. The text is kept whatever it says."""

    text: str
    tree: FilterTree | None
    problem: TextProblem | None = None


def read_filter(text: str, fields: PanelFields) -> Reading:
    """Read a saved filter, for a page that shows its problem, such as a field that was removed."""
    try:
        return Reading(text, parse_filter(text, fields))
    except TextProblem as problem:
        return Reading(text, None, problem)


def parse_filter(text: str, fields: PanelFields) -> FilterTree:
    """The tree of a filter; nothing written lets everything pass.

    Raises TextProblem with line and character: what can't be read, a field that isn't there or was removed, an
    operator or a value the field doesn't take, a limit.
    """
    return _Reader(text, fields).read()


class _Reader:
    """One reading of one text, from left to right."""

    def __init__(self, text: str, fields: PanelFields) -> None:
        self.text = text
        self.fields = fields
        self.tokens = tokenise(text)
        self.next = 0
        self.count = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def take(self) -> Token:
        self.next += 1
        return self.tokens[self.next - 1]

    def problem(self, message: str, at: int | None = None, code: str = "syntax") -> TextProblem:
        return TextProblem(message, text=self.text, at=self.token.at if at is None else at, code=code)

    def read(self) -> FilterTree:
        if self.is_at_end():
            return EVERYTHING
        tree = self.either(0)
        if not self.is_at_end():
            raise self.problem(f"“{shorten(self.token.says)}” can't stand here: join conditions with “and” or “or”.")
        return tree

    def is_at_end(self) -> bool:
        return self.token.kind == "end"

    def either(self, depth: int) -> FilterTree:
        if depth > DEEPEST:
            raise self.problem(f"nest at most {DEEPEST} deep.", code="limit")
        parts = [self.both(depth)]
        while self.token.folded == "or":
            self.take()
            parts.append(self.both(depth))
        return join_any(parts)

    def both(self, depth: int) -> FilterTree:
        parts = [self.one(depth)]
        while self.token.folded == "and":
            self.take()
            parts.append(self.one(depth))
        return join_all(parts)

    def one(self, depth: int) -> FilterTree:
        if depth > DEEPEST:
            raise self.problem(f"nest at most {DEEPEST} deep.", code="limit")
        if self.token.folded == "not":
            self.take()
            return Not(self.one(depth + 1))
        return self.group(depth) if self.token.folded == "(" else self.condition()

    def group(self, depth: int) -> FilterTree:
        opening = self.take()
        tree = self.either(depth + 1)
        if self.token.folded != ")":
            raise self.problem("close the bracket that was opened before.", opening.at)
        self.take()
        return tree

    def condition(self) -> FilterTree:
        self.count += 1
        if self.count > MOST_CONDITIONS:
            raise self.problem(f"use at most {MOST_CONDITIONS} conditions.", code="limit")
        start = self.token
        field = self.field()
        phrase = self.phrase(field)
        at = self.token.at
        try:
            check_operator(field, phrase.operator)
            compared = make_condition(field, phrase.operator, self.values(field, phrase))
        except BadCondition as bad:
            place = start.at if bad.code in ("removed_field", "operator") else at
            raise self.problem(str(bad), place, bad.code) from None
        return Not(compared) if phrase.is_negated else compared

    def field(self) -> PanelField:
        """The field named here: quoted, or the longest run of words that names one."""
        start = self.token
        if start.kind not in ("word", "text") or start.folded in ("and", "or"):
            raise self.problem("the name of a field is missing here.")
        if start.kind == "text":
            self.take()
            return self.require_field(start.says, start)
        for count in range(min(MOST_WORDS_OF_A_NAME, self.words_ahead()), 0, -1):
            words = self.tokens[self.next : self.next + count]
            found = find_field(" ".join(word.says for word in words), self.fields)
            if found is not None:
                self.next += count
                return found
        return self.require_field(start.says, start)

    def words_ahead(self) -> int:
        ahead = self.tokens[self.next :]
        return next(count for count, token in enumerate(ahead) if token.kind != "word")

    def require_field(self, name: str, start: Token) -> PanelField:
        found = find_field(name, self.fields)
        if found is None:
            hint = name_close_fields(name, self.fields)
            raise self.problem(f"there is no field “{shorten(name)}”{hint}", start.at, "unknown_field")
        return found

    def phrase(self, field: PanelField) -> Phrase:
        """How the field is compared; a flag alone is a flag that is set."""
        for words, phrase in PHRASES:
            ahead = self.tokens[self.next : self.next + len(words)]
            if [token.folded for token in ahead] == list(words):
                self.next += len(words)
                return phrase
        if field.kind is FilterKind.FLAG and (self.is_at_end() or self.token.folded in ("and", "or", ")")):
            return Phrase(Operator.IS, is_alone=True)
        raise self.problem(f"say how “{field.label}” is compared, such as “is” or “is empty”.", code="operator")

    def values(self, field: PanelField, phrase: Phrase) -> list[FilterValue]:
        takes = phrase.operator.takes
        if phrase.is_alone:
            return [Flag(yes=True)]
        if takes == 0:
            return []
        if takes == -1:
            return self.listed(field, phrase.operator)
        values = [self.value(field, phrase.operator)]
        if takes == 2:
            if self.token.folded != "and":
                raise self.problem("write “and” and the higher end here.")
            self.take()
            values.append(self.value(field, phrase.operator))
        return values

    def listed(self, field: PanelField, operator: Operator) -> list[FilterValue]:
        """Values with commas between them, in brackets or without."""
        opening = self.take() if self.token.folded == "(" else None
        values = [self.value(field, operator)]
        while self.token.folded == ",":
            self.take()
            values.append(self.value(field, operator))
        if opening is not None:
            if self.token.folded != ")":
                raise self.problem("close the bracket that was opened before.", opening.at)
            self.take()
        return values

    def value(self, field: PanelField, operator: Operator) -> FilterValue:
        start = self.token
        written = start.says
        if start.kind == "text":
            self.take()
        else:
            written = self.bare_words()
            if not written:
                raise self.problem(f"write {field.kind.label} here.", code="value")
        try:
            return make_value(field, operator, written, is_quoted=start.kind == "text")
        except BadCondition as bad:
            raise self.problem(str(bad), start.at, bad.code) from None

    def bare_words(self) -> str:
        """Words up to what can't belong to a value, as written."""
        start = self.token
        while self.token.kind == "word" and self.token.folded not in ("and", "or"):
            self.take()
        end = self.tokens[self.next - 1].end
        return " ".join(self.text[start.at : end].split()) if end > start.at else ""
