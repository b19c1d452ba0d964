"""A story's text as people wrote it: "as a, I want, so that", and the list of what done means."""

import re
from dataclasses import dataclass

NARRATIVE = re.compile(
    r"""\s*As\s+(?P<article>an?|the)\s+(?P<who>.+?)[,;]?\s+
        I\s+(?:want|need)\s+(?P<what>.+?)
        (?:[,;]?\s+so\s+that\s+(?P<why>.+?))?\s*(?:\n\s*\n(?P<rest>.*))?\Z""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
CRITERION = re.compile(r"\s*(?:[-*]\s+)?(?:\[(?P<mark>[ xX]?)\]\s*)?(?P<text>.*?)\s*\Z")
MET = "[x] "


@dataclass(frozen=True)
class StoryText:
    """The parts of a description: lines of (lead, words) where it is a user story, and what is left."""

    narrative: list[tuple[str, str]]
    rest: str


@dataclass(frozen=True)
class Criterion:
    """One line of what done means. `line` is its number in the text, from 0."""

    line: int
    text: str
    is_met: bool


def read_description(description: str) -> StoryText:
    """Find "As a ..., I want ..., so that ..." at the beginning; a text of another form is left whole."""
    found = NARRATIVE.match(description)
    if found is None:
        return StoryText([], description.strip())
    lines = [
        (f"As {found['article'].lower()}", found["who"]),
        ("I want", found["what"]),
        ("so that", found["why"] or ""),
    ]
    return StoryText([(lead, words.strip(" .\n")) for lead, words in lines if words], (found["rest"] or "").strip())


def read_criteria(acceptance: str) -> list[Criterion]:
    """The lines of what done means; empty ones are left out."""
    criteria = []
    for number, line in enumerate(acceptance.splitlines()):
        found = CRITERION.match(line)
        if found and found["text"]:
            criteria.append(Criterion(number, found["text"], (found["mark"] or "").lower() == "x"))
    return criteria


def mark_criterion(acceptance: str, *, line: int, met: bool) -> str | None:
    """The text with one line marked as met or not; None when there is no such line."""
    lines = acceptance.splitlines()
    found = CRITERION.match(lines[line]) if 0 <= line < len(lines) else None
    if found is None or not found["text"]:
        return None
    lines[line] = (MET if met else "") + found["text"]
    return "\n".join(lines)
