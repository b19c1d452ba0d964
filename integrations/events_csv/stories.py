"""An item's events as a story with its history."""

from collections import Counter
from hashlib import blake2b

from integrations.events_csv.rows import EventRow, RowRefused
from integrations.formats.items import Change, ImportedStory, Parsed, Refusal, StateRef
from integrations.formats.states import guess_category
from planner.domain.vocabulary import StateCategory

STATES_LIMIT = 150


class StateBook:
    """The states of a log in order of first appearance, one for each name whatever its case."""

    def __init__(self) -> None:
        self._refs: dict[str, StateRef] = {}

    def meet(self, event: EventRow) -> None:
        """Take note of an event's states. Raises RowRefused when there are too many to be a workflow."""
        for name in (event.from_state, event.to_state):
            if name and name.casefold() not in self._refs:
                if len(self._refs) >= STATES_LIMIT:
                    raise RowRefused(
                        f"The file has more than {STATES_LIMIT} states; is this column really the state?",
                        item=event.item,
                        field="to_state",
                    )
                self._refs[name.casefold()] = StateRef(name.casefold(), name, self._category(name))

    def _category(self, name: str) -> StateCategory:
        guess = guess_category(name)
        is_first = not self._refs
        return StateCategory.TODO if is_first and guess is StateCategory.IN_PROGRESS else guess

    def __getitem__(self, name: str) -> StateRef:
        return self._refs[name.casefold()]

    def all(self) -> list[StateRef]:
        """Return the states met, in order."""
        return list(self._refs.values())


def build_story(rows: list[EventRow], states: StateBook, *, more: int = 0) -> Parsed:
    """Return the story of an item's events, oldest first.

    The newest title, points, value and own fields that are given count. Without `from_state` an item comes from
    the state it was in; the first event is its birth, and is kept as an event too. `more` events of
    the item were beyond the limit.
    """
    first, last = rows[0], rows[-1]
    place = f"line {min(row.line for row in rows)}"
    story = ImportedStory(
        external_id=first.item,
        title=next((row.title for row in reversed(rows) if row.title), first.item),
        created_at=first.occurred_at,
        first_state=states[first.from_state or first.to_state],
        state=states[last.to_state],
        points=next((row.points for row in reversed(rows) if row.points is not None), None),
        value=next((row.value for row in reversed(rows) if row.value is not None), None),
        own_fields={name: text for row in rows for name, text in row.own_fields.items()},
        changes=_changes(rows, states),
    )
    parsed = Parsed(place=place, name=first.item, item=story, weight=1 + len(rows))
    if more:
        reason = f"One item has more than {len(rows):,} events; its newest {more:,} were left out."
        parsed.refusals.append(Refusal(place, reason, first.item, "item"))
    return parsed


def _changes(rows: list[EventRow], states: StateBook) -> list[Change]:
    changes: list[Change] = []
    equal: Counter[tuple[object, str]] = Counter()
    before = ""
    for row in rows:
        origin = row.from_state or before
        same = (row.occurred_at, row.to_state.casefold())
        equal[same] += 1
        changes.append(
            Change(
                field="state",
                from_value=origin,
                to_value=row.to_state,
                occurred_at=row.occurred_at,
                source_ref=_source_ref(row, equal[same]),
                actor_name=row.actor,
                from_ref=states[origin] if origin else None,
                to_ref=states[row.to_state],
            )
        )
        before = row.to_state
    return changes


def _source_ref(row: EventRow, ordinal: int) -> str:
    """Tell an event by what it says, not by its line: files grow, and are sorted anew."""
    told = f"{row.item}\x1f{row.occurred_at.isoformat()}\x1f{row.to_state.casefold()}\x1f{ordinal}"
    return blake2b(told.encode(), digest_size=16).hexdigest()
