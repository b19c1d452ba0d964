"""The tokens of a filter's text, each with its place."""

import re
from dataclasses import dataclass

from planner.domain.fields.problems import TextProblem, refuse_unstorable

MOST_CHARACTERS = 2_000
_PATTERN = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>"(?:[^"\\]|\\.)*")
    |(?P<sign><=|>=|!=|<>|[(),<>=])
    |(?P<word>[^\s"(),<>=!]+)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A piece of a filter. ``kind``: word, text (quotes off), sign or end; offsets of its start and end."""

    kind: str
    says: str
    at: int
    end: int

    @property
    def folded(self) -> str:
        """What it says, where case does not matter; nothing where it was quoted."""
        return "" if self.kind == "text" else self.says.casefold()


def tokenise(text: str) -> list[Token]:
    """The tokens of a filter, ended by one of kind end. Raises TextProblem."""
    if len(text) > MOST_CHARACTERS:
        message = f"use at most {MOST_CHARACTERS:,} characters; these are {len(text):,}."
        raise TextProblem(message, text=text, at=MOST_CHARACTERS, code="limit")
    refuse_unstorable(text)
    tokens, at = [], 0
    while at < len(text):
        match = _PATTERN.match(text, at)
        if match is None:
            hint = "close the quotation marks." if text[at] == '"' else "write “not” or “is not”."
            raise TextProblem(f"“{text[at]}” can't stand here: {hint}", text=text, at=at)
        if match.lastgroup != "space":
            tokens.append(_token(match))
        at = match.end()
    return [*tokens, Token("end", "", len(text), len(text))]


def _token(match: re.Match[str]) -> Token:
    says = match.group()
    if match.lastgroup == "text":
        says = re.sub(r"\\(.)", r"\1", says[1:-1], flags=re.DOTALL)
    return Token(match.lastgroup or "", says, match.start(), match.end())
