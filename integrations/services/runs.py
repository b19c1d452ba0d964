"""What a run keeps while it goes on: its counts and its refusals."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from integrations.formats.items import Refusal
from integrations.models import ImportRefusal, ImportRun

# A file of nothing but broken rows must not fill the database: beyond this many they are only counted.
REFUSALS_KEPT = 100_000
LEFT_OUT_KEPT = 200
NUMBERS = (
    *("created", "updated", "unchanged", "events", "states", "applications", "capabilities"),
    *("sprints", "dependencies", "tasks", "kept_subtasks", "refused"),
)


class Tally:
    """A run's counts, as committed so far plus what the batch at hand adds."""

    def __init__(self, run: ImportRun) -> None:
        self._run = run
        self.reset()

    def reset(self) -> None:
        """Go back to what is committed."""
        self._run.refresh_from_db(fields=["counts"])
        self.numbers: Counter[str] = Counter({name: int(self._run.counts.get(name, 0)) for name in NUMBERS})
        self.left_out: Counter[str] = Counter(self._run.counts.get("left_out_fields", {}))

    def leave_out(self, fields: Counter[str]) -> None:
        """Count fields that have no place here; beyond LEFT_OUT_KEPT different ones they go under one name."""
        for field, number in fields.items():
            known = field in self.left_out or len(self.left_out) < LEFT_OUT_KEPT
            self.left_out[field if known else "other fields"] += number

    def refuse(self, refusals: Iterable[Refusal]) -> None:
        """Keep refusals with their places."""
        refusals = list(refusals)
        room = max(0, REFUSALS_KEPT - self.numbers["refused"])
        self.numbers["refused"] += len(refusals)
        ImportRefusal.objects.bulk_create(
            (
                ImportRefusal(
                    run=self._run,
                    place=refusal.place[:120],
                    item=refusal.item[:200],
                    field=refusal.field[:60],
                    reason=refusal.reason[:500],
                )
                for refusal in refusals[:room]
            ),
            batch_size=500,
        )

    def save(self) -> None:
        """Write the counts, in the batch's transaction."""
        self._run.counts = self.as_result()
        self._run.save(update_fields=["counts"])

    def as_result(self) -> dict[str, Any]:
        """Return the counts as the job's result."""
        return {**{name: self.numbers[name] for name in NUMBERS}, "left_out_fields": dict(self.left_out)}
