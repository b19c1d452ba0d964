"""Positions: 1 is the top of the backlog, and only open stories count."""

from planner.models import Story
from planner.models.choices import OPEN_CATEGORIES

COUNTED_AT_MOST = 5_000
"""Further down a log entry says "beyond 5,000": counting on would cost a move more than writing it."""


def position_of(*, story: Story) -> int:
    """The story's position, counting the open stories above it."""
    return position_at(workspace_id=story.workspace_id, rank=story.rank)


def position_at(*, workspace_id: int, rank: int) -> int:
    """The position of this rank in the workspace's backlog."""
    above = Story.objects.filter(backlog__workspace=workspace_id, category__in=OPEN_CATEGORIES, rank__lt=rank)
    return 1 + above.count()


def count_open_above(*, backlog_id: int, rank: int) -> int:
    """How many open stories stand above a rank, counted from the index and no further than COUNTED_AT_MOST."""
    above = Story.objects.filter(backlog_id=backlog_id, category__in=OPEN_CATEGORIES, rank__lt=rank)
    return above.order_by("-rank").values("rank")[:COUNTED_AT_MOST].count()


def position_in_words(above: int) -> str:
    """The position below so many stories, as the log keeps it."""
    return str(above + 1) if above < COUNTED_AT_MOST else f"beyond {COUNTED_AT_MOST:,}"
