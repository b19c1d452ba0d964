"""What changed from one value model to the next, and by how much each change moved the cost of delay."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from planner.domain.value.sources import INPUTS, ZERO, InputSpec, ValueModel, ValueSource, value_per_week
from planner.domain.vocabulary import ValueKind

SETTINGS = ("horizon_weeks", "ramp_weeks", "discount_rate", "urgency", "deadline_week", "life_weeks")
Slot = tuple[ValueKind, int]


@dataclass(frozen=True)
class InputChange:
    """An input whose figures changed. `effect`: on the cost of delay a week, with earlier changes made already."""

    kind: ValueKind
    spec: InputSpec
    before: Decimal
    after: Decimal
    effect: Decimal


@dataclass(frozen=True)
class ModelChanges:
    """All that changed. Effects of inputs and sources add up to the change of the cost of delay, before rounding.

    ``added`` and ``removed``: sources with what they earn a week. ``settings``: (name, before, after).
    """

    inputs: list[InputChange]
    added: list[tuple[ValueSource, Decimal]]
    removed: list[tuple[ValueSource, Decimal]]
    settings: list[tuple[str, object, object]]

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.inputs or self.added or self.removed or self.settings)


def compare_models(before: ValueModel, after: ValueModel) -> ModelChanges:
    """Compare source by source: the first of a kind with the first of that kind, and so on."""
    old, new = _by_slot(before), _by_slot(after)
    return ModelChanges(
        inputs=[change for slot in new if slot in old for change in _input_changes(old[slot], new[slot])],
        added=[(source, value_per_week(source)) for slot, source in new.items() if slot not in old],
        removed=[(source, value_per_week(source)) for slot, source in old.items() if slot not in new],
        settings=[
            (name, getattr(before, name), getattr(after, name))
            for name in SETTINGS
            if getattr(before, name) != getattr(after, name)
        ],
    )


def _by_slot(model: ValueModel) -> Mapping[Slot, ValueSource]:
    seen: Counter[ValueKind] = Counter()
    slots = {}
    for source in model.sources:
        slots[source.kind, seen[source.kind]] = source
        seen[source.kind] += 1
    return slots


def _input_changes(before: ValueSource, after: ValueSource) -> list[InputChange]:
    """One input after another takes its new figures, so that the effects add up."""
    changes, step = [], replace(before, one_off=after.one_off)
    switched = value_per_week(step) - value_per_week(before)
    for spec in INPUTS[after.kind]:
        if before.inputs[spec.name] != after.inputs[spec.name]:
            following = replace(step, inputs={**step.inputs, spec.name: after.inputs[spec.name]})
            effect = value_per_week(following) - value_per_week(step)
            old, new = before.inputs[spec.name].mean, after.inputs[spec.name].mean
            changes.append(InputChange(after.kind, spec, old, new, effect + switched))
            step, switched = following, ZERO
    if switched:
        spec = INPUTS[after.kind][0]
        mean = after.inputs[spec.name].mean
        changes.append(InputChange(after.kind, spec, mean, mean, switched))
    return changes
