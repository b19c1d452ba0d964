"""What can be written next in a filter: fields, operators, values and joining words, from the registry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from accounts.models import Workspace
from planner.domain.fields.problems import TextProblem
from planner.domain.panels.fields import find_field
from planner.domain.panels.operators import FilterKind, Operator
from planner.domain.panels.phrases import PHRASES, Phrase
from planner.domain.panels.tokens import Token, tokenise
from planner.domain.panels.values import Special
from planner.domain.vocabulary import ItemKind
from planner.selectors.item_fields import Fields, ItemField, asked_fields
from planner.selectors.item_groups import can_group, groups_of

MOST_OFFERED = 12
MOST_WORDS = 6
_DAYS = ["today", "today+14d", "tomorrow", "this week", "next week", "last month", "sprint start", "sprint end"]
_SPECIALS = {
    FilterKind.PERSON: [Special.ME.label],
    FilterKind.TEAM: [Special.MY_TEAM.label],
    FilterKind.SPRINT: [Special.CURRENT_SPRINT.label, Special.NEXT_SPRINT.label],
}


@dataclass(frozen=True)
class Offer:
    """A piece of text that fits from `start` up to the cursor, and what it is."""

    text: str
    detail: str
    start: int


def complete_filter(*, workspace: Workspace, item: ItemKind, fields: Fields, text: str) -> list[Offer]:
    """What fits at the end of this text (a filter up to the cursor); at most a query for the names of things."""
    try:
        tokens = tokenise(text[:-1] if text.count('"') % 2 and text.endswith('"') else text)[:-1]
    except TextProblem:
        tokens = tokenise(text.replace('"', " "))[:-1] if text.count('"') % 2 else []
    return _Walk(workspace, item, fields, text, tokens).offer()


class _Walk:
    """One walk along the tokens up to the cursor: what stands there says what can follow."""

    def __init__(
        self, workspace: Workspace, item: ItemKind, fields: Fields, text: str, tokens: Sequence[Token]
    ) -> None:
        self.workspace, self.item, self.fields, self.text, self.tokens = workspace, item, fields, text, tokens
        self.next = 0
        self.has_gap = not text or text[-1].isspace() or (text[-1] == '"' and text.count('"') % 2 == 1)

    @property
    def is_at_end(self) -> bool:
        return self.next >= len(self.tokens)

    def offer(self) -> list[Offer]:
        while True:
            while not self.is_at_end and self.tokens[self.next].folded in ("not", "(", "and", "or", ")"):
                self.next += 1
            field = self._field()
            if field is None:
                return self._offer(self._field_names())
            phrase = self._phrase(field)
            if phrase is None:
                joins = _JOINS if field.asked.kind is FilterKind.FLAG else []
                return self._offer([*_operators(field), *joins])
            if not self._skip_values(phrase):
                return self._offer_values(field, phrase)

    def _rest(self) -> tuple[str, int]:
        """What is written since the last whole piece, and where it begins."""
        if self.is_at_end:
            return "", len(self.text)
        start = self.tokens[self.next].at
        return self.text[start:].strip(' "'), start

    def _offer(self, known: Sequence[tuple[str, str]]) -> list[Offer]:
        written, start = self._rest()
        folded = written.casefold()
        hits = [pair for pair in known if folded in pair[0].casefold() or folded in pair[1].casefold()]
        hits.sort(key=lambda pair: not pair[0].casefold().startswith(folded))
        return [Offer(text, detail, start) for text, detail in hits[:MOST_OFFERED]]

    def _field(self) -> ItemField | None:
        for count in range(min(MOST_WORDS, len(self.tokens) - self.next), 0, -1):
            words = self.tokens[self.next : self.next + count]
            is_whole = self.has_gap or self.next + count < len(self.tokens)
            found = find_field(" ".join(word.says for word in words), asked_fields(self.fields)) if is_whole else None
            if found is not None:
                self.next += count
                return self.fields[found.key]
        return None

    def _field_names(self) -> list[tuple[str, str]]:
        used = [field for field in self.fields.values() if not field.asked.is_removed]
        return [(field.key, field.label) for field in used]

    def _phrase(self, field: ItemField) -> Phrase | None:
        for words, phrase in PHRASES:
            ahead = self.tokens[self.next : self.next + len(words)]
            is_whole = self.has_gap or self.next + len(words) < len(self.tokens)
            if is_whole and [token.folded for token in ahead] == list(words):
                self.next += len(words)
                return phrase
        if field.asked.kind is FilterKind.FLAG and not self.is_at_end and self.tokens[self.next].folded in _ENDS:
            return Phrase(Operator.IS, is_alone=True)
        return None

    def _skip_values(self, phrase: Phrase) -> bool:
        """Go past whole values; False where the cursor is in one."""
        if phrase.operator.takes == 0 or phrase.is_alone:
            return not self.is_at_end
        ands = 1 if phrase.operator is Operator.BETWEEN else 0
        depth, at = 0, self.next
        for at in range(self.next, len(self.tokens)):
            word = self.tokens[at].folded
            depth += {"(": 1, ")": -1}.get(word, 0)
            if word in ("(", ",") and depth > 0:
                self.next = at + 1
            elif word == "and" and ands:
                ands -= 1
                self.next = at + 1
            elif word in ("and", "or") and depth <= 0:
                self.next = at
                return True
        return False

    def _offer_values(self, field: ItemField, phrase: Phrase) -> list[Offer]:
        if phrase.operator.takes == 0 and not phrase.is_alone:
            return self._offer(_JOINS)
        written, _ = self._rest()
        known = _values(self.workspace, self.item, field)
        is_whole = (
            self.has_gap and written and any(written.casefold() == text.casefold().strip('"') for text, _ in known)
        )
        if is_whole or (self.has_gap and written and not known):
            return [Offer(text, detail, len(self.text)) for text, detail in _JOINS]
        return self._offer(known)


_ENDS = ("and", "or", ")")
_JOINS = [("and", "both hold"), ("or", "one of them holds")]


def _operators(field: ItemField) -> list[tuple[str, str]]:
    is_day = field.asked.kind is FilterKind.DAY
    label: Callable[[Operator], str] = lambda each: each.day_word if is_day else each.sign  # noqa: E731
    told = [(label(each), each.label) for each in field.asked.operators]
    return [(sign, word if word != sign else field.label) for sign, word in told]


def _values(workspace: Workspace, item: ItemKind, field: ItemField) -> list[tuple[str, str]]:
    kind = field.asked.kind
    if kind is FilterKind.FLAG:
        return [("yes", field.label), ("no", field.label)]
    if kind is FilterKind.DAY:
        return [(day, "moves with today") for day in _DAYS]
    told = [(special, "whoever looks") for special in _SPECIALS.get(kind, [])]
    named = list(field.asked.options)
    if not named and can_group(item=item, field=field):
        named = [group.label for group in groups_of(workspace=workspace, item=item, field=field) if group.value]
        if field.key == "capability":
            named = [name.split(" ", 1)[0] for name in named]
    return [*told, *((quoted(name), field.label) for name in named)]


def quoted(name: str) -> str:
    """A name as a filter takes it: in quotes where it holds what ends a value."""
    words = name.casefold().split()
    if any(each in name for each in ',()<>="!') or {"and", "or"} & set(words):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return name
