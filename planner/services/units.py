"""Units of the backlog as services take them: a capability, or a story in none."""

from typing import TypedDict

from common.errors import InvalidInput
from planner.models import Capability, Story

Unit = Capability | Story


class UnitFields(TypedDict, total=False):
    """The column of a row about one unit, as `planner.models.unit.OfUnit` has them."""

    capability: Capability
    story: Story


def fields_of_unit(*, unit: Unit, what: str) -> UnitFields:
    """Where a row about the unit points; raises InvalidInput for a story that shares in a capability.

    `what` begins the sentence that refuses: "Vote for", "Pin", "Score".
    """
    if isinstance(unit, Capability):
        return {"capability": unit}
    if unit.capability is not None:
        message = f"{unit.key} is ranked with its capability: {what.lower()} {unit.capability.key} instead."
        raise InvalidInput(message, field="story")
    return {"story": unit}


def id_of_unit(*, unit: Unit) -> int:
    """The signed id of a unit: the capability's, or the story's negated."""
    return unit.pk if isinstance(unit, Capability) else -unit.pk


def topic_of_unit(*, unit: Unit) -> str:
    """The topic of the live feed that a unit's changes are told under."""
    return "capability" if isinstance(unit, Capability) else "story"
