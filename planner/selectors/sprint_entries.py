"""What a sprint kept of its stories."""

from planner.models import Sprint, SprintEntry


def list_entries(*, sprint: Sprint) -> list[SprintEntry]:
    """The entries of a sprint that was started: committed ones first, in the order they stood in."""
    return list(SprintEntry.objects.filter(sprint=sprint).order_by("-is_committed", "id"))
