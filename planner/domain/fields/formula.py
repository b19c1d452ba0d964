"""Formulas: read, typed and ready to be evaluated. docs/reference/formulas.md says what one may write.

Own tokens, own parser, own evaluation: nothing of Python can be reached from a formula.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from itertools import pairwise

from planner.domain.fields.formula_rules import FUNCTIONS, SIGNS, Mistake, Rule, Typed
from planner.domain.fields.formula_syntax import Part, parse_formula
from planner.domain.fields.formula_tokens import TokenKind, tokenise
from planner.domain.fields.formula_types import CLOCK_FIELDS, FieldType, FieldTypes, FormulaKind, Value, find_type
from planner.domain.fields.problems import TextProblem, shorten

_WORDS: Mapping[str, bool] = {"true": True, "yes": True, "false": False, "no": False}
NAMES_SHOWN = 5


@dataclass(frozen=True)
class Formula:
    """A formula that can be evaluated. ``references``: keys of the fields it names."""

    text: str
    root: Typed
    references: frozenset[str]
    uses_today: bool

    @property
    def kind(self) -> FormulaKind:
        """What it yields."""
        return self.root.kind


def compile_formula(text: str, fields: FieldTypes) -> Formula:
    """Read and type a formula over these fields.

    Raises TextProblem with line and character: what can't be read, a field that isn't there or was removed, types
    that don't go together, a limit.
    """
    root = _Checker(text, fields).check(parse_formula(text))
    if root.kind is FormulaKind.SEVERAL:
        message = "a formula can't yield several choices; use has(...), count(...) or concat(...)."
        raise TextProblem(message, text=text, at=0, code="type")
    named = references(root)
    return Formula(text, root, named, bool(named & CLOCK_FIELDS) or _calls(root, "today"))


def references(root: Typed) -> frozenset[str]:
    """Keys of the fields that a formula's tree names."""
    own = frozenset({root.says} if root.operation == "field" else ())
    return own.union(*(references(part) for part in root.parts))


def name_fields(text: str) -> list[str]:
    """All names in a formula that are no functions, as written, in order; also where some of them are unknown.

    Raises TextProblem where the text is no formula.
    """
    return list(dict.fromkeys(_names_in(parse_formula(text))))


def rename_reference(text: str, old: str, new: str) -> str:
    """The formula with every mention of a field, plain or in square brackets, in any case, changed to ``new``.

    Text in quotation marks and functions stay. Raises TextProblem where the text is no formula, and ValueError for a
    new name with a square bracket in it, which no formula can name.
    """
    if set("[]") & set(new):
        raise ValueError("a name in a formula has no square brackets")
    plain = new if new.isidentifier() and new.casefold() not in _RESERVED else f"[{new}]"
    tokens, renamed, kept = tokenise(text), list[str](), 0
    for token, following in pairwise(tokens):
        is_call = token.kind is TokenKind.NAME and following.kind is TokenKind.SIGN and following.says == "("
        if token.kind in (TokenKind.NAME, TokenKind.FIELD) and token.says.casefold() == old.casefold() and not is_call:
            renamed += [text[kept : token.at], plain]
            kept = token.end
    return "".join([*renamed, text[kept:]])


class _Checker:
    """Gives every part its type, from the leaves up."""

    def __init__(self, text: str, fields: FieldTypes) -> None:
        self.text = text
        self.fields = fields

    def check(self, part: Part) -> Typed:
        if part.role == "call":
            return self.call(part)
        if part.role == "sign":
            return self.operate(part, part.says, SIGNS[part.says])
        return self.leaf(part)

    def leaf(self, part: Part) -> Typed:
        if part.role == "number":
            return self.literal(part, FormulaKind.NUMBER, Decimal(part.says.replace("_", "")))
        if part.role == "text":
            return self.literal(part, FormulaKind.TEXT, part.says)
        word = part.says.casefold()
        if part.role == "name" and word in _WORDS:
            return self.literal(part, FormulaKind.FLAG, _WORDS[word])
        if part.role == "name" and word == "today":
            return Typed("today", FormulaKind.DATE, self.source(part))
        field = self.find(part)
        return Typed("field", field.kind, self.source(part), field.key, options=field.options)

    def literal(self, part: Part, kind: FormulaKind, value: Value) -> Typed:
        return Typed("literal", kind, self.source(part), value=value, is_constant=True)

    def find(self, part: Part) -> FieldType:
        field = find_type(part.says, self.fields)
        if field is None:
            message = f"there is no field “{shorten(part.says)}”{self.hint(part.says)}."
            raise self.problem(message, part, "unknown_field")
        if field.is_removed:
            message = f"the field “{field.label}” was removed; bring it back, or take it out of the formula."
            raise self.problem(message, part, "removed_field")
        return field

    def hint(self, name: str) -> str:
        """What may have been meant."""
        if name.casefold() in FUNCTIONS:
            return f"; write the function as {FUNCTIONS[name.casefold()].usage}"
        known = [field.key for field in self.fields.values() if not field.is_removed]
        close = get_close_matches(name.casefold().replace(" ", "_"), known, n=NAMES_SHOWN)
        return f"; did you mean {' or '.join(close)}?" if close else ""

    def call(self, part: Part) -> Typed:
        signature = FUNCTIONS.get(part.says)
        if signature is None:
            close = get_close_matches(part.says, FUNCTIONS, n=1)
            advice = f"did you mean {FUNCTIONS[close[0]].usage}?" if close else f"use one of: {', '.join(FUNCTIONS)}."
            raise self.problem(f"there is no function “{shorten(part.says)}”; {advice}", part, "unknown_function")
        if not signature.least <= len(part.parts) <= signature.most:
            raise self.problem(f"write it as {signature.usage}; there are {len(part.parts)} values in it.", part)
        return self.operate(part, part.says, signature.rule)

    def operate(self, part: Part, operation: str, rule: Rule) -> Typed:
        parts = tuple(self.check(each) for each in part.parts)
        try:
            kind = rule(parts)
        except Mistake as mistake:
            at = part.parts[mistake.place] if mistake.place >= 0 else part
            raise self.problem(str(mistake), at, "type") from None
        is_constant = bool(parts) and all(each.is_constant for each in parts)
        return Typed(operation, kind, self.source(part), parts=parts, is_constant=is_constant)

    def source(self, part: Part) -> str:
        return shorten(" ".join(self.text[part.at : part.end].split()))

    def problem(self, message: str, part: Part, code: str = "syntax") -> TextProblem:
        return TextProblem(message, text=self.text, at=part.at, code=code)


_RESERVED = frozenset({"and", "or", "not", "today", *_WORDS})


def _names_in(part: Part) -> list[str]:
    if part.role == "field" or (part.role == "name" and part.says.casefold() not in _RESERVED):
        return [part.says]
    return [name for each in part.parts for name in _names_in(each)]


def _calls(root: Typed, operation: str) -> bool:
    return root.operation == operation or any(_calls(part, operation) for part in root.parts)
