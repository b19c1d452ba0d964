"""What waits until every story is in: dependencies, parents and tasks. Each batch is one transaction."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from common.errors import DomainError
from integrations.formats.items import ImportedStory, ImportedTask, ParentRef, Parsed, Refusal
from integrations.models import ImportPending, ImportRun
from integrations.services.links import LinkTable
from integrations.services.parents import Parents, capability_of
from integrations.services.people import usable_email
from integrations.services.runs import Tally
from planner.domain.vocabulary import TaskState
from planner.models import Story, Task
from planner.services.actor import Actor
from planner.services.chunks import in_chunks
from planner.services.dependencies import add_dependencies
from planner.services.ingest_parents import adopt_stories
from planner.services.tasks import create_task, update_task
from planner.services.workspaces import find_or_create_person

BATCH = 500
DEPENDENCY, PARENT, TASK = "dependency", "parent", "task"


def keep_for_later(*, run: ImportRun, batch: Iterable[Parsed], parents: Parents) -> None:
    """Set down the batch's dependencies, tasks, and stories whose parent is not in yet."""
    ImportPending.objects.bulk_create(
        (
            ImportPending(run=run, kind=kind, place=parsed.place[:120], item=parsed.name[:200], content=content)
            for parsed in batch
            for kind, content in _contents(parsed.item, parents)
        ),
        batch_size=500,
    )


def _contents(item: object, parents: Parents) -> list[tuple[str, dict[str, Any]]]:
    if isinstance(item, ImportedStory):
        found = [(DEPENDENCY, {"predecessor": link.predecessor, "successor": link.successor}) for link in item.links]
        parent = item.parent
        if parent is not None and item.capability is None and not parents.is_here(parent):
            names = {"parent_id": parent.external_id, "parent_key": parent.key}
            found.append((PARENT, {"external_id": item.external_id, **names}))
        return found
    if isinstance(item, ImportedTask):
        assignee = item.assignee
        return [
            (
                TASK,
                {
                    "external_id": item.external_id,
                    "parent_id": item.parent_id,
                    "parent_key": item.parent_key,
                    "title": item.title,
                    "state": item.state.value,
                    "hours_estimated": _text(item.hours_estimated),
                    "hours_left": _text(item.hours_left),
                    "assignee": [assignee.name, assignee.email] if assignee else None,
                },
            )
        ]
    return []


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def settle_pending(
    *,
    run: ImportRun,
    links: LinkTable,
    tally: Tally,
    actor: Actor,
    now: datetime,
    save_progress: Callable[[], None],
) -> None:
    """Join what waited, a batch a transaction, until nothing waits."""
    settling = _Settling(run=run, links=links, tally=tally, actor=actor, now=now)
    while rows := list(ImportPending.objects.filter(run=run)[:BATCH]):
        with transaction.atomic():
            settling.settle(rows)
            ImportPending.objects.filter(pk__in=[row.pk for row in rows]).delete()
            tally.save()
            save_progress()


@dataclass
class _Settling:
    run: ImportRun
    links: LinkTable
    tally: Tally
    actor: Actor
    now: datetime

    def settle(self, rows: Sequence[ImportPending]) -> None:
        stories = self._stories(rows)
        tasks = self.links.find(TASK, (row.content["external_id"] for row in rows if row.kind == TASK))
        self._adopt([row for row in rows if row.kind == PARENT], stories)
        for row in rows:
            if row.kind == TASK:
                self._settle_task(row, stories, tasks)
        self._join_dependencies([row for row in rows if row.kind == DEPENDENCY], stories)

    def _refuse(self, row: ImportPending, error: DomainError, field: str) -> None:
        self.tally.refuse([Refusal(row.place, error.message, row.item, field)])

    def _adopt(self, rows: Sequence[ImportPending], stories: dict[str, Story]) -> None:
        """Put stories into the capability of a parent that came in after them."""
        parents = {row.pk: ParentRef(row.content["parent_id"], row.content["parent_key"]) for row in rows}
        found = Parents(workspace=self.run.workspace, links=self.links).find(set(parents.values())) if rows else {}
        capability_ids = {}
        for row in rows:
            parent, story = parents[row.pk], stories.get(row.content["external_id"])
            if parent.external_id not in found and parent.key not in found:
                self._refuse(row, LinkedStoryMissing(f"{_no_parent(parent)}; the story is in on its own."), "parent")
            elif story is not None and (capability_id := capability_of(parent, found)) is not None:
                capability_ids[story.pk] = capability_id
        adopt_stories(workspace_id=self.run.workspace_id, capability_ids=capability_ids, actor=self.actor, now=self.now)

    def _settle_task(self, row: ImportPending, stories: dict[str, Story], tasks: dict[str, int]) -> None:
        try:
            with transaction.atomic():
                self._join_task(row, stories, tasks)
        except DomainError as error:
            self._refuse(row, error, "parent")

    def _stories(self, rows: Sequence[ImportPending]) -> dict[str, Story]:
        """Return the stories these rows name, by the tracker's id and by key."""
        names = {str(row.content[part]) for row in rows for part in _REFERENCES[row.kind] if row.content[part]}
        ids = self.links.find("story", names)
        found: dict[int, Story] = {}
        by_key: dict[str, Story] = {}
        here = Story.objects.filter(workspace=self.run.workspace)
        for pks in in_chunks(ids.values()):
            found |= here.in_bulk(pks)
        for keys in in_chunks(names - ids.keys()):
            by_key |= {story.key: story for story in here.filter(key__in=keys)}
        return {**by_key, **{name: found[pk] for name, pk in ids.items() if pk in found}}

    def _join_dependencies(self, rows: Sequence[ImportPending], stories: dict[str, Story]) -> None:
        """Join what can be joined; that two stories are joined already, by an earlier import, is no news."""
        asked, pairs = [], []
        for row in rows:
            predecessor, successor = (stories.get(row.content[part]) for part in _REFERENCES[DEPENDENCY])
            if predecessor is None or successor is None:
                self._refuse(row, LinkedStoryMissing(_NOT_HERE), "issuelinks")
                continue
            asked.append(row)
            pairs.append((predecessor, successor))
        if not pairs:
            return
        joined = add_dependencies(workspace_id=self.run.workspace_id, pairs=pairs, actor=self.actor, now=self.now)
        for place, error in joined.refused.items():
            if error.code != "duplicate_dependency":
                self._refuse(asked[place], error, "issuelinks")
        self.tally.numbers["dependencies"] += len(joined.added)

    def _join_task(self, row: ImportPending, stories: dict[str, Story], tasks: dict[str, int]) -> None:
        content = row.content
        story = stories.get(content["parent_id"]) or stories.get(content["parent_key"])
        if story is None:
            parent = ParentRef(content["parent_id"], content["parent_key"])
            raise LinkedStoryMissing(f"{_no_parent(parent)}.")
        fields = {
            "title": content["title"],
            "state": TaskState(content["state"]).value,
            "hours_estimated": _number(content["hours_estimated"]),
            "hours_left": _number(content["hours_left"]),
            "assignee": self._person(content["assignee"]),
        }
        known = tasks.get(content["external_id"])
        if known is not None:
            self._follow_task(Task.objects.get(pk=known), fields)
            return
        task = create_task(story=story, actor=self.actor, now=self.now, **fields)
        self.links.add(TASK, {content["external_id"]: task.pk})
        self.tally.numbers["tasks"] += 1

    def _follow_task(self, task: Task, fields: dict[str, Any]) -> None:
        changes = {name: value for name, value in fields.items() if value is not None and getattr(task, name) != value}
        if changes:
            update_task(task=task, changes=changes, actor=self.actor, now=self.now)

    def _person(self, assignee: list[str] | None) -> Any:
        if assignee is None:
            return None
        return find_or_create_person(workspace=self.run.workspace, name=assignee[0], email=usable_email(assignee[1]))


_NOT_HERE = "The issue it is linked with came in neither with this file nor before."
_REFERENCES = {
    DEPENDENCY: ("predecessor", "successor"),
    PARENT: ("external_id",),
    TASK: ("parent_id", "parent_key"),
}


def _no_parent(parent: ParentRef) -> str:
    return f"Its parent {parent.key or parent.external_id} came in neither with this file nor before"


class LinkedStoryMissing(DomainError):
    """A link or sub-task names an issue that is not here."""


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
