"""The strip of a story's way: its visits to scale, waits hatched, blocked time marked, ways back in violet."""

from dataclasses import dataclass

from valuestream.domain.vocabulary import BlockKind
from valuestream.selectors.flow import StoryStrip, StripVisit
from valuestream.web.map_drawing import text_width

_NARROWEST = 0.35
_PIXELS = 640
"""The narrowest the strip is read by its labels; below that they are in the table."""


@dataclass(frozen=True)
class StripPart:
    """A visit on the strip, in percent of its length; `blocked` is at its end."""

    visit: StripVisit
    x: float
    width: float
    blocked_x: float
    blocked: float
    is_named: bool

    @property
    def middle(self) -> float:
        """Where its name stands."""
        return round(self.x + self.width / 2, 3)

    @property
    def is_wait(self) -> bool:
        """Whether all of it waited."""
        return self.visit.kind == BlockKind.WAIT


def draw_strip(strip: StoryStrip) -> tuple[StripPart, ...]:
    """The visits of the stream end to end; one too short to see is a hair wide. Finished states are left out."""
    visits = [visit for visit in strip.visits if not visit.finished]
    total = sum(visit.seconds for visit in visits)
    shares = [max(100 * visit.seconds / total, _NARROWEST) if total > 0 else 100 / len(visits) for visit in visits]
    whole, parts, x = sum(shares), [], 0.0
    for visit, share in zip(visits, shares, strict=True):
        width = 100 * share / whole
        blocked = width * visit.waited_seconds / visit.seconds if _was_blocked(visit) else 0.0
        is_named = width / 100 * _PIXELS >= text_width(visit.name) + 6
        parts.append(
            StripPart(visit, round(x, 3), round(width, 3), round(x + width - blocked, 3), round(blocked, 3), is_named)
        )
        x += width
    return tuple(parts)


def _was_blocked(visit: StripVisit) -> bool:
    return visit.kind == BlockKind.WORK and visit.waited_seconds > 0 and visit.seconds > 0
