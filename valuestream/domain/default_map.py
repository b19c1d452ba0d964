"""What a workflow state is on the map made from the workflow: where work waits, and where it is done."""

import re

from planner.domain.vocabulary import StateCategory
from valuestream.domain.vocabulary import BlockKind

_AT_WORK = re.compile(r"^(in|under|being)\b|\b(reviewing|working)\b", re.IGNORECASE)
_WAITS = re.compile(
    r"\b(a?wait(s|ing|ed)?|await(s|ing|ed)?|ready|queued?|queue|hold|blocked|stalled|paused|pending|selected|"
    r"backlog|todo|to do|to be|review|needs|parked|deferred|impeded)\b",
    re.IGNORECASE,
)


def is_finished(category: str) -> bool:
    """Whether a story in a state of this category has left the stream."""
    return category not in (StateCategory.TODO, StateCategory.IN_PROGRESS)


def block_kind(*, name: str, category: str) -> BlockKind:
    """Guess whether stories in a state wait or are worked on; people correct it on the map.

    Before work began all wait. A state of work in progress is a wait when its name says so: a bare
    "Review" mostly is a queue for reviewers, "In review" is not. Finished stories wait for nothing.
    """
    if category == StateCategory.TODO:
        return BlockKind.WAIT
    if is_finished(category):
        return BlockKind.WORK
    return BlockKind.WAIT if _WAITS.search(name) and not _AT_WORK.search(name) else BlockKind.WORK
