"""A story's text as people wrote it: "as a, I want, so that"."""

import re
from dataclasses import dataclass

NARRATIVE = re.compile(
    r"""\s*As\s+(?P<article>an?|the)\s+(?P<who>.+?)[,;]?\s+
        I\s+(?:want|need)\s+(?P<what>.+?)
        (?:[,;]?\s+so\s+that\s+(?P<why>.+?))?\s*(?:\n\s*\n(?P<rest>.*))?\Z""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True)
class StoryText:
    """The parts of a description: lines of (lead, words) where it is a user story, and what is left."""

    narrative: list[tuple[str, str]]
    rest: str


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
