"""The import job: read a file in batches, each one transaction with its refusals, counts and checkpoint.

A batch is there wholly or not at all, together with the number of the last thing read: a killed
worker loses the batch at hand, the next one reads the file again and goes on behind the last
committed batch. While a batch is written the next one is read (read_ahead.py). Dependencies and
sub-tasks wait until every story is in (pending.py).
"""

from collections.abc import Callable, Generator, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction

from common.errors import DomainError
from common.jobs.runner import JobContext
from integrations.formats import FORMATS
from integrations.formats.items import (
    ImportedStory,
    Parsed,
    Pulse,
    Refusal,
)
from integrations.formats.reading import Reader, UnreadableFile
from integrations.models import ImportRun
from integrations.services.collecting import fewer_collections
from integrations.services.histories import to_history
from integrations.services.links import LinkTable
from integrations.services.own_fields import OwnFields
from integrations.services.pending import keep_for_later, settle_pending
from integrations.services.read_ahead import read_ahead
from integrations.services.references import References
from integrations.services.runs import Tally
from integrations.services.subtasks import choose_subtasks
from planner.domain.vocabulary import EventSource
from planner.models import Capability, Story
from planner.services.actor import Actor
from planner.services.chunks import in_chunks
from planner.services.ingest import StoryHistory, history_errors, ingest_histories

# Who runs an import in the foreground may watch it: called with each progress message.
watcher: ContextVar[Callable[[str], None] | None] = ContextVar("watcher", default=None)
BATCH_ITEMS = 2_000
BATCH_WEIGHT = 10_000
_STORABLE = (DomainError, ValidationError, DataError, IntegrityError)


def run_import(*, context: JobContext, now: datetime) -> dict[str, object]:
    """Do one import job and return its counts. Raises UnreadableFile when nothing of the file can be read."""
    run = ImportRun.objects.select_related("workspace", "requested_by").get(pk=context.args["run"])
    work = _Import(run=run, context=context, now=now)
    return work.do()


class _Import:
    def __init__(self, *, run: ImportRun, context: JobContext, now: datetime) -> None:
        self.run = run
        self.context = context
        self.now = now
        user = run.requested_by
        self.actor = Actor(user=user, name=str(user)[:120] if user else "", source=EventSource.IMPORT)
        self.tally = Tally(run)
        self.links = LinkTable(workspace=run.workspace, system=FORMATS[run.format].system)
        self.references = self._new_references()
        self.own_fields = OwnFields(workspace=run.workspace, actor=self.actor, now=now, tally=self.tally)
        self.done = int(context.checkpoint.get("item", 0))
        self.bytes: tuple[int, int] = (0, run.size_bytes)

    def do(self) -> dict[str, object]:
        if not self.context.checkpoint.get("read"):
            with fewer_collections():
                self._read()
        settle_pending(
            run=self.run,
            links=self.links,
            tally=self.tally,
            actor=self.actor,
            now=self.now,
            save_progress=lambda: self._save_progress("Joining dependencies and tasks", read=True),
        )
        return self.tally.as_result()

    def _read(self) -> None:
        try:
            own_names = frozenset(self.own_fields.keys)
            reader = FORMATS[self.run.format].open(self.run.file.path, own_names=own_names)
        except FileNotFoundError:
            raise UnreadableFile("The uploaded file is gone from this server: upload it again.") from None
        for batch in read_ahead(_batches(reader, behind=self.done)):
            self.bytes = batch.bytes
            if batch.things:
                self._write(batch.things)
            else:
                self._save_progress("Reading")
        with transaction.atomic():
            self._save_progress("Read to the end", read=True)

    def _write(self, batch: list[Parsed]) -> None:
        """Write a batch at once; when something in it can't be stored, one thing at a time."""
        try:
            with transaction.atomic():
                self._write_together(batch)
                self._commit(len(batch))
        except _STORABLE:
            self._start_over()
            with transaction.atomic():
                for parsed in batch:
                    self._write_or_refuse(parsed)
                self._commit(len(batch))

    def _write_or_refuse(self, parsed: Parsed) -> None:
        before = self.tally.numbers.copy(), self.tally.left_out.copy()
        try:
            with transaction.atomic():
                self._write_together([parsed], one_by_one=True)
        except _STORABLE as error:
            self.tally.numbers, self.tally.left_out = before
            self.references = self._new_references()
            self.tally.refuse([Refusal(parsed.place, f"It can't be stored: {_sentence(error)}", parsed.name)])

    def _start_over(self) -> None:
        """The database rolled back: so do the counts and what is remembered of references."""
        self.tally.reset()
        self.references = self._new_references()

    def _new_references(self) -> References:
        return References(
            workspace=self.run.workspace, links=self.links, actor=self.actor, now=self.now, tally=self.tally
        )

    def _write_together(self, batch: list[Parsed], *, one_by_one: bool = False) -> None:
        batch = choose_subtasks(batch, run=self.run, links=self.links, tally=self.tally)
        items = [parsed.item for parsed in batch if parsed.item is not None]
        self.references.prepare(items)
        self._ingest([parsed for parsed in batch if isinstance(parsed.item, ImportedStory)], name_errors=one_by_one)
        keep_for_later(run=self.run, batch=batch, parents=self.references.parents)
        for parsed in batch:
            self.tally.leave_out(parsed.left_out)
        self.tally.refuse(refusal for parsed in batch for refusal in parsed.refusals)

    def _ingest(self, batch: list[Parsed], *, name_errors: bool) -> None:
        stories = {parsed.item.external_id: parsed for parsed in batch if isinstance(parsed.item, ImportedStory)}
        known = self.links.find("story", stories)
        taken = self._taken_keys(stories.values(), known)
        histories: list[StoryHistory] = []
        for external_id, parsed in stories.items():
            assert isinstance(parsed.item, ImportedStory)  # noqa: S101 - for the type checker
            history = to_history(
                parsed.item, references=self.references, story_id=known.get(external_id), taken_keys=taken
            )
            # The planner checks whole batches; what is wrong with which story is looked up only when it refuses one.
            if not name_errors or self._accept(history, parsed):
                histories.append(history)
        result = ingest_histories(workspace=self.run.workspace, histories=histories, actor=self.actor, now=self.now)
        new = {
            history.external_id: story_id
            for history, story_id in zip(histories, result.story_ids, strict=True)
            if history.story_id is None
        }
        self.links.add("story", new)
        self.own_fields.set(list(stories.values()), known | new)
        self.tally.numbers.update(
            created=result.created, updated=result.updated, unchanged=result.unchanged, events=result.events_added
        )

    def _accept(self, history: StoryHistory, parsed: Parsed) -> bool:
        errors = history_errors(history)
        self.tally.refuse(Refusal(parsed.place, " ".join(texts), parsed.name, field) for field, texts in errors.items())
        return not errors

    def _taken_keys(self, batch: Iterable[Parsed], known: dict[str, int]) -> set[str]:
        """Keys of this batch that a story or capability here has, other than the story itself."""
        keys = {p.item.key for p in batch if isinstance(p.item, ImportedStory) and p.item.key}
        taken: set[str] = set()
        for chunk in in_chunks(keys):
            stories = Story.objects.filter(workspace=self.run.workspace, key__in=chunk)
            rows = stories.values_list("pk", "key")
            taken |= {key for pk, key in rows if pk not in known.values()}
            capabilities = Capability.objects.filter(workspace=self.run.workspace, key__in=chunk)
            taken |= set(capabilities.values_list("key", flat=True))
        return taken

    def _commit(self, number: int) -> None:
        """Close the batch: counts, checkpoint and progress go in with its rows."""
        self.tally.save()
        self.done += number
        try:
            self._save_progress(self._message())
        except BaseException:
            self.done -= number
            raise

    def _message(self) -> str:
        numbers = self.tally.numbers
        stories = numbers["created"] + numbers["updated"] + numbers["unchanged"]
        return f"{stories:,} stories, {numbers['events']:,} events, {numbers['refused']:,} refused"

    def _save_progress(self, message: str, *, read: bool = False) -> None:
        done, total = self.bytes
        if (tell := watcher.get()) is not None:
            tell(message)
        self.context.save_progress(
            done=done, total=total, message=message, checkpoint={"item": self.done, "read": read}
        )


@dataclass(frozen=True)
class _Batch:
    """Things of the file, and how far it was read then, in bytes; no things while the format is still reading."""

    things: list[Parsed]
    bytes: tuple[int, int]


def _batches(reader: Reader, *, behind: int) -> Generator[_Batch, None, None]:
    """Yield what stands behind so many things in batches, small ones where histories are long."""
    things: list[Parsed] = []
    weight = number = 0
    for parsed in reader:
        if isinstance(parsed, Pulse):
            yield _Batch([], reader.progress)
            continue
        number += 1
        if number <= behind:
            continue
        things.append(parsed)
        weight += parsed.weight
        if len(things) >= BATCH_ITEMS or weight >= BATCH_WEIGHT:
            yield _Batch(things, reader.progress)
            things, weight = [], 0
    if things:
        yield _Batch(things, reader.progress)


def _sentence(error: Exception) -> str:
    if isinstance(error, DomainError):
        details = (f"{field}: {' '.join(texts)}" for field, texts in error.errors.items())
        return "; ".join(details) or error.message
    return "the database refuses it."
