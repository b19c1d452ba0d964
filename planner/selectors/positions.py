"""Positions: 1 is the top of the backlog, and only open stories count."""

from django.db import connection

from planner.models import Story
from planner.models.choices import OPEN_CATEGORIES

COUNTED_AT_MOST = 1_000
"""Further down a log entry says "beyond 1,000": counting on would cost a move more than writing it."""

_OPEN = sorted(OPEN_CATEGORIES)
_COUNT = (
    "(SELECT COUNT(*) FROM (SELECT 1 FROM planner_story WHERE backlog_id = %s"  # noqa: S608 - no input in it
    f" AND category IN ({', '.join(['%s'] * len(_OPEN))}) AND rank < %s"
    f" ORDER BY rank DESC LIMIT {COUNTED_AT_MOST}) counted)"
)
_COUNT_BOTH = f"SELECT {_COUNT}, {_COUNT}"


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


def count_open_above_both(*, backlog_id: int, ranks: tuple[int, int]) -> tuple[int, int]:
    """`count_open_above` for two ranks in one query, written out: composing it takes as long as answering it."""
    first, second = ranks
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_BOTH, [backlog_id, *_OPEN, first, backlog_id, *_OPEN, second])
        counted: tuple[int, int] = cursor.fetchone()
    return counted


def position_in_words(above: int) -> str:
    """The position below so many stories, as the log keeps it."""
    return str(above + 1) if above < COUNTED_AT_MOST else f"beyond {COUNTED_AT_MOST:,}"
