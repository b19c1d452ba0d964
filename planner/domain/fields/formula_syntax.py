"""From tokens to a tree, by precedence climbing (Pratt, 1973): or, and, not, comparison, + -, * /, sign.

Depth and the number of parts are limited here, so that whatever walks the tree may recurse.
"""

from dataclasses import dataclass, replace

from planner.domain.fields.formula_tokens import Token, TokenKind, tokenise
from planner.domain.fields.problems import TextProblem, shorten

DEEPEST = 30
MOST_PARTS = 200
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_STRENGTHS = {"or": 1, "and": 2, **dict.fromkeys(COMPARISONS, 4), "+": 5, "-": 5, "*": 6, "/": 6}
_NOT_STRENGTH, _SIGN_STRENGTH = 3, 7


@dataclass(frozen=True)
class Part:
    """A part of a formula, before types are known. Leaves: ``role`` number, text, field or name (with ``says``).

    Others: ``role`` sign or call, ``says`` the sign or the function, ``parts`` its operands.
    """

    role: str
    says: str
    at: int
    end: int
    parts: tuple["Part", ...] = ()


def parse_formula(text: str) -> Part:
    """The tree of a formula. Raises TextProblem with the place."""
    return _Parser(text).parse()


class _Parser:
    """One reading of one text, from left to right, without going back."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenise(text)
        self.next = 0
        self.count = 0

    def parse(self) -> Part:
        if self.is_at_end():
            raise self.problem('write a formula, such as points * 2 or if(blocked, "stuck", "moving").')
        whole = self.expression(0, 0)
        if not self.is_at_end():
            raise self.problem(f"“{shorten(self.token.says)}” can't stand here: join the parts with + - * / and or =.")
        return whole

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def take(self) -> Token:
        self.next += 1
        return self.tokens[self.next - 1]

    def problem(self, message: str, at: int | None = None, code: str = "syntax") -> TextProblem:
        return TextProblem(message, text=self.text, at=self.token.at if at is None else at, code=code)

    def part(self, role: str, token: Token, *parts: Part, end: int | None = None) -> Part:
        """A part that begins with its first operand or its token; refuses one too many."""
        self.count += 1
        if self.count > MOST_PARTS:
            raise self.problem(f"use at most {MOST_PARTS} parts; split the formula into two fields.", code="limit")
        at = min([token.at, *(each.at for each in parts)])
        reach = max([token.end, *(each.end for each in parts)]) if end is None else end
        return Part(role, token.says.casefold() if role in ("sign", "call") else token.says, at, reach, parts)

    def expression(self, strength: int, depth: int) -> Part:
        """A part whose signs all bind tighter than ``strength``."""
        if depth > DEEPEST:
            raise self.problem(f"nest at most {DEEPEST} deep; split the formula into two fields.", code="limit")
        left = self.operand(depth)
        while (binds := self.strength_of(self.token)) > strength:
            sign = self.take()
            right = self.expression(binds, depth + 1)
            left = self.part("sign", sign, left, right)
            if sign.says in COMPARISONS and self.token.says in COMPARISONS and self.token.kind is TokenKind.SIGN:
                raise self.problem("compare two things at a time, and join the comparisons with “and”.")
        return left

    def strength_of(self, token: Token) -> int:
        if token.kind not in (TokenKind.SIGN, TokenKind.NAME):
            return 0
        return _STRENGTHS.get(token.says.casefold(), 0)

    def operand(self, depth: int) -> Part:
        token = self.take()
        if token.kind is TokenKind.NUMBER:
            return self.part("number", token)
        if token.kind is TokenKind.TEXT:
            return self.part("text", token)
        if token.kind is TokenKind.FIELD:
            return self.part("field", token)
        return self.named(token, depth) if token.kind is TokenKind.NAME else self.signed(token, depth)

    def named(self, token: Token, depth: int) -> Part:
        word = token.says.casefold()
        if word == "not":
            return self.part("sign", token, self.expression(_NOT_STRENGTH, depth + 1))
        if word in _STRENGTHS:
            raise self.problem(f"“{token.says}” needs something before it.", token.at)
        is_call = self.token.kind is TokenKind.SIGN and self.token.says == "("
        return self.call(token, depth) if is_call else self.part("name", token)

    def signed(self, token: Token, depth: int) -> Part:
        if token.says == "(" and token.kind is TokenKind.SIGN:
            inner = self.expression(0, depth + 1)
            return replace(inner, at=token.at, end=self.close(token).end)
        if token.says in ("-", "+") and token.kind is TokenKind.SIGN:
            return self.part("sign", token, self.expression(_SIGN_STRENGTH, depth + 1))
        if token.kind is TokenKind.END:
            raise self.problem("the formula ends too early: a field, a number or text is missing here.", token.at)
        raise self.problem(f"“{token.says}” can't stand here: a field, a number or text must come first.", token.at)

    def call(self, name: Token, depth: int) -> Part:
        opening, operands = self.take(), list[Part]()
        while not self.is_at(")"):
            operands.append(self.expression(0, depth + 1))
            if not self.is_at(","):
                break
            self.take()
        closing = self.close(opening)
        return self.part("call", name, *operands, end=closing.end)

    def is_at_end(self) -> bool:
        return self.token.kind is TokenKind.END

    def is_at(self, sign: str) -> bool:
        return self.token.kind is TokenKind.SIGN and self.token.says == sign

    def close(self, opening: Token) -> Token:
        if not self.is_at(")"):
            character = opening.at - (self.text.rfind("\n", 0, opening.at) + 1) + 1
            raise self.problem(f"close the bracket that was opened at character {character}.")
        return self.take()
