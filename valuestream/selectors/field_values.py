"""What a field was in stories on any day: what it is now, with every change after that day taken back.

The log keeps of each change what was there before, so that the oldest change after an instant tells what was there
at the instant. Only stories that changed since are looked at one by one; the others come as arrays.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from accounts.models import Workspace
from planner.domain.arrays import FloatArray, IntArray
from planner.domain.vocabulary import FieldKind
from planner.models import (
    Application,
    Capability,
    FieldOption,
    FieldValue,
    Person,
    Sprint,
    State,
    Story,
    StoryEvent,
    Team,
)
from planner.selectors.event_fields import PREFIX
from valuestream.selectors.metric_fields import FLAGS, REFERENCES, MetricField
from valuestream.selectors.work_items import to_instant

FEW = 5_000
"""Up to so many stories are asked for by id; of more, the workspace's are read."""
LOG_LENGTH = 500
"""The log keeps so much of a text: longer ones are told apart by their beginnings."""
_MODELS = {
    "state": State,
    "team": Team,
    "sprint": Sprint,
    "assignee": Person,
    "application": Application,
    "capability": Capability,
}
Values = tuple[float, ...]


@dataclass
class Words:
    """Words and the codes that stand for them."""

    codes: dict[str, int] = field(default_factory=dict)

    def code(self, word: str) -> float:
        """The code of a word, a new one for a new word."""
        return float(self.codes.setdefault(word, len(self.codes)))


@dataclass(frozen=True)
class StoredValues:
    """Values as pairs of a story's id and a number, an id or a code; days are proleptic ordinals."""

    story: IntArray
    value: FloatArray
    words: Words


@dataclass(frozen=True)
class _Reader:
    """Reads the values of one field of a workspace."""

    workspace: Workspace
    field: MetricField
    story_ids: Sequence[int] | None
    words: Words

    @property
    def of_stories(self) -> dict[str, object]:
        """The condition on rows that name a story."""
        return {} if self.story_ids is None else {"story_id__in": self.story_ids}

    def present(self) -> Iterable[tuple[int, float]]:
        """What stories have now."""
        return self._own() if self.field.custom else self._built_in()

    def _built_in(self) -> Iterable[tuple[int, float]]:
        key = self.field.key
        column = {"created": "created_at", "due": "capability__due_date"}.get(key, key)
        column = f"{key}_id" if key in REFERENCES else column
        stories = Story.objects.filter(workspace=self.workspace).exclude(**{f"{column}__isnull": True})
        if self.story_ids is not None:
            stories = stories.filter(pk__in=self.story_ids)
        read = self._built_in_number
        rows = stories.order_by().values_list("pk", column).iterator(chunk_size=10_000)
        return ((pk, read(value)) for pk, value in rows)

    def _built_in_number(self, value: object) -> float:
        key = self.field.key
        if key == "created":
            return float(value.astimezone(ZoneInfo(self.workspace.time_zone)).toordinal())  # type: ignore[attr-defined]
        if key in FLAGS:
            return 1.0 if value else np.nan
        if isinstance(value, date):
            return float(value.toordinal())
        return self.words.code(value) if isinstance(value, str) else float(value)  # type: ignore[arg-type]

    def _own(self) -> Iterable[tuple[int, float]]:
        rows = FieldValue.objects.filter(field=self.field.custom, story__isnull=False, **self.of_stories).order_by()
        column = self._column
        for pk, value in rows.values_list("story_id", column).iterator(chunk_size=10_000):
            if value is not None and value != "":
                yield pk, self._own_number(value)

    @property
    def _column(self) -> str:
        custom = self.field.custom
        kind = FieldKind(custom.result_kind or custom.kind) if custom else FieldKind.TEXT
        several = {
            FieldKind.MULTI_CHOICE: "option__label",
            FieldKind.CHOICE: "option_id",
            FieldKind.PERSON: "person_id",
        }
        if custom and custom.kind == FieldKind.FORMULA.value and kind is FieldKind.CHOICE:
            return "number"
        numbers = dict.fromkeys((FieldKind.NUMBER, FieldKind.MONEY), "number")
        return {**several, **numbers, FieldKind.DATE: "day"}.get(kind, "text")

    def _own_number(self, value: object) -> float:
        if isinstance(value, date):
            return float(value.toordinal())
        return self.words.code(value[:LOG_LENGTH]) if isinstance(value, str) else float(value)  # type: ignore[arg-type]

    def before(self, as_of: int) -> dict[int, Values]:
        """What stories that changed after an instant had at it: none, one or several values."""
        name = f"{PREFIX}{self.field.custom.pk}" if self.field.custom else self.field.key
        later = StoryEvent.objects.filter(
            workspace=self.workspace, field=name, occurred_at__gt=to_instant(as_of), **self.of_stories
        ).order_by("-occurred_at", "-sequence")
        read = self._logged()
        rows = later.values_list("story_id", "from_id", "from_value").iterator(chunk_size=10_000)
        return {story_id: read(from_id, text) for story_id, from_id, text in rows}

    def _logged(self) -> Callable[[int | None, str], Values]:
        """How the log tells a value of this field: by id, as a number, a day, labels or words."""
        custom, key = self.field.custom, self.field.key
        kind = FieldKind(custom.kind) if custom else None
        if key in REFERENCES or kind in (FieldKind.CHOICE, FieldKind.PERSON):
            return lambda from_id, _: () if from_id is None else (float(from_id),)
        if kind is FieldKind.MULTI_CHOICE:
            labels = list(FieldOption.objects.filter(field=custom).values_list("label", flat=True))
            return lambda _, text: tuple(self.words.code(label) for label in split_labels(text, labels))
        if key in FLAGS and custom is None:
            return lambda _, text: (1.0,) if text.lower() not in ("", "no", "false") else ()
        if kind is FieldKind.DATE:
            return lambda _, text: _day(text)
        if key == "points" or kind in (FieldKind.NUMBER, FieldKind.MONEY):
            return lambda _, text: _number(text)
        return lambda _, text: (self.words.code(text),) if text else ()


def read_values(
    *, workspace: Workspace, field: MetricField, story_ids: IntArray, as_of: int, is_past: bool
) -> StoredValues:
    """Return what these stories had in a stored field at `as_of`; those without a value are left out.

    Age and worth are no stored fields: `selectors.custom_metrics` works them out.
    """
    few = [int(one) for one in story_ids] if len(story_ids) <= FEW else None
    reader = _Reader(workspace, field, few, Words())
    pairs = np.fromiter(reader.present(), dtype=[("story", np.int64), ("value", np.float64)])
    story, value = pairs["story"].copy(), pairs["value"].copy()
    if is_past and field.has_past and (before := reader.before(as_of)):
        stays = ~np.isin(story, np.fromiter(before, dtype=np.int64))
        then = [(story_id, one) for story_id, values in before.items() for one in values]
        story = np.concatenate([story[stays], np.array([one for one, _ in then], dtype=np.int64)])
        value = np.concatenate([value[stays], np.array([one for _, one in then], dtype=np.float64)])
    return StoredValues(story, value, reader.words)


def name_codes(*, field: MetricField, codes: Iterable[float], words: Words) -> dict[float, str]:
    """What codes of a field of words are called."""
    wanted = {int(code) for code in codes}
    custom = field.custom
    kind = FieldKind(custom.kind) if custom else None
    if custom is None and field.key in FLAGS:
        return {1.0: "yes"}
    if custom is None and field.key in REFERENCES:
        return {float(pk): str(thing) for pk, thing in _MODELS[field.key]._default_manager.in_bulk(wanted).items()}
    if kind is FieldKind.PERSON:
        return {float(pk): str(person) for pk, person in Person.objects.in_bulk(wanted).items()}
    if kind is FieldKind.CHOICE:
        return {float(pk): option.label for pk, option in FieldOption.objects.in_bulk(wanted).items()}
    return {float(code): word for word, code in words.codes.items() if code in wanted}


def split_labels(text: str, labels: Sequence[str]) -> list[str]:
    """The options that the log joined by commas; a label may hold a comma itself, so the longest fits first."""
    found, rest = [], text
    ordered = sorted(labels, key=len, reverse=True)
    while rest:
        fits = next((label for label in ordered if rest == label or rest.startswith(f"{label}, ")), None)
        label = rest.partition(", ")[0] if fits is None else fits
        found.append(label)
        rest = rest[len(label) + 2 :]
    return found


def _number(text: str) -> Values:
    try:
        return (float(text),)
    except ValueError:
        return ()


def _day(text: str) -> Values:
    try:
        return (float(date.fromisoformat(text).toordinal()),)
    except ValueError:
        return ()
