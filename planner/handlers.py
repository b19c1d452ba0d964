"""What the planner does after a commit: only enqueue jobs."""

from common.events import on_commit
from common.jobs.services import enqueue
from planner.events import ValueChanged
from planner.services.scores import RESCORE

RESCORE_DELAY_SECONDS = 0.5


@on_commit(ValueChanged)
def rescore_soon(event: ValueChanged) -> None:
    """Recompute CD3 once, shortly after the last of several changes."""
    enqueue(
        kind=RESCORE,
        args={},
        workspace_id=event.workspace_id,
        dedupe_key=f"{RESCORE}:{event.workspace_id}",
        delay_seconds=RESCORE_DELAY_SECONDS,
        now=event.now,
    )
