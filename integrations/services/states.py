"""From the tracker's states to ours, by the tracker's id: names change and are translated."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from accounts.models import Workspace
from integrations.formats.items import ImportedStory, ImportedWorkflow, Item, StateRef
from integrations.formats.states import guess_category
from integrations.services.links import LinkTable
from integrations.services.runs import Tally
from planner.domain.vocabulary import StateCategory
from planner.models import State
from planner.services.actor import Actor
from planner.services.states import create_state, reorder_states, update_state

_NAME_CHARS = 80
_GUESSED = "state-guess"
_ORDER = (StateCategory.TODO, StateCategory.IN_PROGRESS, StateCategory.DONE, StateCategory.CANCELLED)


class StateResolver:
    """Which of our states the tracker's are; made, where their category belongs, when there is none."""

    def __init__(self, *, workspace: Workspace, links: LinkTable, actor: Actor, now: datetime, tally: Tally) -> None:
        self._workspace = workspace
        self._links = links
        self._actor = actor
        self._now = now
        self._tally = tally
        self._ids: dict[str, int] = {}

    def prepare(self, items: Iterable[Item]) -> None:
        """Look up, or make, every state these items name."""
        refs = _state_refs(items)
        self._ids |= self._links.find("state", refs.keys() - self._ids.keys())
        for external_id, ref in refs.items():
            if external_id not in self._ids:
                self._ids[external_id] = self._adopt_or_make(ref)
                self._links.add("state", {external_id: self._ids[external_id]})
        self._correct_guesses(refs)

    def id_of(self, ref: StateRef) -> int:
        """Return the state's id."""
        return self._ids[ref.external_id]

    def _adopt_or_make(self, ref: StateRef) -> int:
        same_name = State.objects.filter(workspace=self._workspace, name__iexact=ref.name).first()
        if same_name is None:
            return self._make(ref, ref.name)
        return same_name.pk if self._is_meant(ref, same_name) else self._make(ref, self._other_name(ref))

    def _is_meant(self, ref: StateRef, state: State) -> bool:
        """Whether a state of the same name is the tracker's: no other one of theirs, and it means the same."""
        if state.pk in self._links.linked_ids("state"):
            return False
        return _is_named(ref) or ref.category in (None, state.category)

    def _make(self, ref: StateRef, name: str) -> int:
        category = ref.category or guess_category(ref.name)
        state: State = create_state(
            workspace=self._workspace,
            name=name,
            category=category.value,
            position=place_for(category, [StateCategory(known.category) for known in self._workflow()]),
            actor=self._actor,
            now=self._now,
        )
        self._tally.numbers["states"] += 1
        if ref.category is None:
            self._links.add(_GUESSED, {ref.external_id: state.pk})
        return state.pk

    def _other_name(self, ref: StateRef) -> str:
        """Two states of a tracker may have one name: the second one shows its id."""
        mark = f" ({ref.external_id[:20]})"
        return ref.name[: _NAME_CHARS - len(mark)] + mark

    def _correct_guesses(self, refs: dict[str, StateRef]) -> None:
        """A state first met in a changelog got a guessed category: now an issue in it tells the real one."""
        told = {external_id: ref.category for external_id, ref in refs.items() if ref.category is not None}
        for external_id, pk in self._links.find(_GUESSED, told).items():
            state, category = State.objects.get(pk=pk), told[external_id]
            if state.category != category.value:
                update_state(state=state, changes={"category": category.value}, actor=self._actor, now=self._now)
                self._move_to_place(state, category)
            self._links.remove(_GUESSED, external_id)

    def _workflow(self) -> list[State]:
        return list(State.objects.filter(workspace=self._workspace))

    def _move_to_place(self, state: State, category: StateCategory) -> None:
        others = [known for known in self._workflow() if known.pk != state.pk]
        place = place_for(category, [StateCategory(known.category) for known in others])
        states = [*others[: place - 1], state, *others[place - 1 :]]
        reorder_states(workspace=self._workspace, states=states, actor=self._actor, now=self._now)


def place_for(category: StateCategory, workflow: Sequence[StateCategory]) -> int:
    """Return the place, from 1, of a new state: to do behind the last such state, others before what follows them.

    States of one category that come in one after the other keep that order.
    """
    if category is StateCategory.TODO:
        return max((place for place, known in enumerate(workflow, 1) if known is category), default=0) + 1
    later = _ORDER[_ORDER.index(category) + 1 :]
    return next((place for place, known in enumerate(workflow, 1) if known in later), len(workflow) + 1)


def _is_named(ref: StateRef) -> bool:
    """Whether the tracker has no id for the state but its name: then one name is one state."""
    return ref.external_id.removeprefix("name:").casefold() == ref.name.casefold()


def _state_refs(items: Iterable[Item]) -> dict[str, StateRef]:
    """Every state by id, in order of appearance; one told with its category goes before one without."""
    refs: dict[str, StateRef] = {}
    for item in items:
        for ref in _states_of(item):
            known = refs.get(ref.external_id)
            if known is None or known.category is None:
                refs[ref.external_id] = ref
    return refs


def _states_of(item: Item) -> list[StateRef]:
    if isinstance(item, ImportedWorkflow):
        return item.states
    if not isinstance(item, ImportedStory):
        return []
    changed = (ref for change in item.changes for ref in (change.from_ref, change.to_ref))
    return [item.first_state, *(ref for ref in changed if isinstance(ref, StateRef)), item.state]
