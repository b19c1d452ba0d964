"""A filter as a tree of conditions."""

from collections.abc import Iterator
from dataclasses import dataclass

from planner.domain.panels.operators import Operator
from planner.domain.panels.values import FilterValue


@dataclass(frozen=True)
class Condition:
    """A field compared with values."""

    field: str
    operator: Operator
    values: tuple[FilterValue, ...] = ()


@dataclass(frozen=True)
class All:
    """All parts hold; of no parts, everything passes."""

    parts: tuple["FilterTree", ...] = ()


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["FilterTree", ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: "FilterTree"


FilterTree = Condition | All | AnyOf | Not
EVERYTHING = All()


def list_conditions(tree: FilterTree) -> Iterator[Condition]:
    """All conditions, from left to right."""
    if isinstance(tree, Condition):
        yield tree
    elif isinstance(tree, Not):
        yield from list_conditions(tree.part)
    else:
        for part in tree.parts:
            yield from list_conditions(part)


def fields_of(tree: FilterTree) -> frozenset[str]:
    """Keys of the fields it compares."""
    return frozenset(condition.field for condition in list_conditions(tree))


def join_all(parts: list[FilterTree]) -> FilterTree:
    """The parts, all of which hold; one alone stands for itself."""
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def join_any(parts: list[FilterTree]) -> FilterTree:
    """The parts, one of which holds; one alone stands for itself."""
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
