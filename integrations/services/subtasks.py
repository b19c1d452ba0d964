"""What a sub-task becomes: what the import asks for, unless it is here already as the other thing."""

from collections.abc import Sequence

from integrations.formats.items import ImportedSubtask, Parsed, Subtasks
from integrations.models import ImportRun
from integrations.services.links import LinkTable
from integrations.services.runs import Tally

_LINKS = {Subtasks.STORIES: "story", Subtasks.TASKS: "task"}


def choose_subtasks(batch: Sequence[Parsed], *, run: ImportRun, links: LinkTable, tally: Tally) -> list[Parsed]:
    """Return the batch with each sub-task as a story or a task. An issue stays what it first became, and is counted."""
    ids = [parsed.item.external_id for parsed in batch if isinstance(parsed.item, ImportedSubtask)]
    if not ids:
        return list(batch)
    wanted = Subtasks(run.subtasks)
    other = Subtasks.TASKS if wanted is Subtasks.STORIES else Subtasks.STORIES
    kept = links.find(_LINKS[other], ids)
    tally.numbers["kept_subtasks"] += len(kept)
    return [_chosen(parsed, wanted, other, kept) for parsed in batch]


def _chosen(parsed: Parsed, wanted: Subtasks, other: Subtasks, kept: dict[str, int]) -> Parsed:
    item = parsed.item
    if not isinstance(item, ImportedSubtask):
        return parsed
    kind = other if item.external_id in kept else wanted
    return item.story if kind is Subtasks.STORIES else item.task
