"""The tokens of a formula, each with its place in the text."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from planner.domain.fields.problems import TextProblem, refuse_unstorable, shorten

MOST_CHARACTERS = 2_000
LONGEST_NUMBER = 30


class TokenKind(Enum):
    """What a token is."""

    NUMBER = auto()
    TEXT = auto()
    NAME = auto()
    FIELD = auto()
    SIGN = auto()
    END = auto()


@dataclass(frozen=True)
class Token:
    """A piece of a formula: what it says (quotes and brackets off), and the offsets of its start and end."""

    kind: TokenKind
    says: str
    at: int
    end: int


_PATTERN = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>\d[\d_]*(?:\.\d+)?|\.\d+)
    |(?P<text>"(?:[^"\\]|\\.)*")
    |(?P<field>\[[^\[\]]*\])
    |(?P<name>[^\W\d]\w*)
    |(?P<sign><=|>=|!=|<>|==|[-+*/(),<>=])""",
    re.VERBOSE | re.DOTALL,
)
_KINDS = {
    "number": TokenKind.NUMBER,
    "text": TokenKind.TEXT,
    "field": TokenKind.FIELD,
    "name": TokenKind.NAME,
    "sign": TokenKind.SIGN,
}
_SAME_SIGNS = {"<>": "!=", "==": "="}
_HINTS = {
    '"': "close the quotation marks.",
    "[": "close the square bracket.",
    "'": 'put text in double quotation marks, such as "High".',
    "“": 'put text in straight quotation marks, such as "High".',
    "%": "write a percentage as a share: 40 % is 0.4.",
    "^": "multiply instead; there are no powers.",
    "&": 'use "and", or concat(...) to join text.',
    "|": 'use "or".',
}


def tokenise(text: str) -> list[Token]:
    """The tokens of a formula, ended by one of kind END. Raises TextProblem."""
    if len(text) > MOST_CHARACTERS:
        message = f"use at most {MOST_CHARACTERS:,} characters; these are {len(text):,}."
        raise TextProblem(message, text=text, at=MOST_CHARACTERS, code="limit")
    refuse_unstorable(text)
    tokens, at = [], 0
    while at < len(text):
        match = _PATTERN.match(text, at)
        if match is None:
            hint = _HINTS.get(text[at], "take it out.")
            raise TextProblem(f"“{text[at]}” can't stand here: {hint}", text=text, at=at)
        if match.lastgroup != "space":
            tokens.append(_token(text, match))
        at = match.end()
    return [*tokens, Token(TokenKind.END, "", len(text), len(text))]


def _token(text: str, match: re.Match[str]) -> Token:
    kind, says = _KINDS[match.lastgroup or ""], match.group()
    if kind is TokenKind.NUMBER and len(says) > LONGEST_NUMBER:
        message = f"write a number of at most {LONGEST_NUMBER} digits, not {shorten(says)}."
        raise TextProblem(message, text=text, at=match.start(), code="limit")
    if kind is TokenKind.TEXT:
        says = re.sub(r"\\(.)", r"\1", says[1:-1], flags=re.DOTALL)
    elif kind is TokenKind.FIELD:
        says = " ".join(says[1:-1].split())
    return Token(kind, _SAME_SIGNS.get(says, says), match.start(), match.end())
