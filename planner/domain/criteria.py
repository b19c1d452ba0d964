"""What done means: one criterion a line, "[x] " before one that is met."""

import re
from dataclasses import dataclass

CRITERION = re.compile(r"\s*(?:[-*]\s+)?(?:\[(?P<mark>[ xX]?)\]\s*)?(?P<text>.*?)\s*\Z")
MET = "[x] "


@dataclass(frozen=True)
class Criterion:
    """One line of what done means. `line` is its number in the text, from 0."""

    line: int
    text: str
    is_met: bool


def read_criteria(acceptance: str) -> list[Criterion]:
    """The lines of what done means; empty ones are left out."""
    criteria = []
    for number, line in enumerate(acceptance.splitlines()):
        found = CRITERION.match(line)
        if found and found["text"]:
            criteria.append(Criterion(number, found["text"], (found["mark"] or "").lower() == "x"))
    return criteria


def mark_criterion(acceptance: str, *, line: int, met: bool, words: str = "") -> str | None:
    """The text with one line marked as met or not; None when there is no such line.

    With `words` it is the line that says this, nearest to `line`: others may have added lines above it.
    """
    criteria = [each for each in read_criteria(acceptance) if (each.text == words if words else each.line == line)]
    if not criteria:
        return None
    chosen = min(criteria, key=lambda each: abs(each.line - line))
    lines = acceptance.splitlines()
    lines[chosen.line] = (MET if met else "") + chosen.text
    return "\n".join(lines)
