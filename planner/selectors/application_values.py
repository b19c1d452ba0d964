"""What applications are worth: the sums of their unfinished units, those of the applications within them included."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np

from accounts.models import Workspace
from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.models import Application, Capability, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.selectors.kept_rankings import keep_ranking
from planner.selectors.ranking import RankingInstance
from planner.selectors.returns import npv_of, roi_of

CENT = Decimal("0.01")


@dataclass(frozen=True)
class ApplicationValue:
    """What one application holds, with all applications within it; `depth` 0 for one within none.

    Sums are over `units`: unfinished capabilities, and open stories in none. Unvalued ones are in no sum but
    counted in `unvalued`; `unvalued_investment` is what is left to invest in them. `investment` takes each open
    story of the valued units' closures once. None: nothing is valued.
    """

    application: Application
    depth: int
    cost_of_delay: Decimal | None
    business_value: Decimal | None
    investment: Decimal | None
    unvalued_investment: Decimal
    points: Decimal
    capabilities: int
    loose_stories: int
    unvalued: int
    children: int

    @property
    def units(self) -> int:
        """Unfinished capabilities and open stories in none."""
        return self.capabilities + self.loose_stories

    @property
    def npv(self) -> Decimal | None:
        """Business value - investment."""
        return npv_of(business_value=self.business_value, investment=self.investment)

    @property
    def roi(self) -> Decimal | None:
        """(business value - investment) / investment."""
        return roi_of(business_value=self.business_value, investment=self.investment)


@dataclass(frozen=True)
class UnitValue:
    """One unfinished unit of an application, dearest first in lists. None is not known."""

    unit_id: int
    key: str
    title: str
    application_key: str
    cost_of_delay: Decimal | None
    business_value: Decimal | None
    investment: Decimal
    points: Decimal

    @property
    def is_capability(self) -> bool:
        """Whether it is a capability; else a story in none."""
        return self.unit_id > 0

    @property
    def roi(self) -> Decimal | None:
        """(business value - investment) / investment, of this unit alone."""
        return roi_of(business_value=self.business_value, investment=self.investment)


@dataclass(frozen=True)
class ApplicationPage:
    """One application with the units in its sums, and the applications right within it.

    `resting` capabilities are in no sum: finished, or without an open required story.
    """

    value: ApplicationValue
    units: list[UnitValue]
    within: list[ApplicationValue]
    resting: int


def list_application_values(*, workspace: Workspace, now: datetime) -> list[ApplicationValue]:
    """All applications, each right before those within it, the dearest first."""
    return _rollup(workspace, now).values()


def application_value(*, application: Application, now: datetime) -> ApplicationValue:
    """The sums of one application."""
    rollup = _rollup(application.workspace, now)
    return rollup.value_of(application.pk, depth=0)


def application_page(*, application: Application, now: datetime, limit: int) -> ApplicationPage:
    """One application with the dearest `limit` of its units."""
    rollup = _rollup(application.workspace, now)
    inside = rollup.inside(application.pk)
    capabilities = Capability.objects.filter(application__in=inside)
    value = rollup.value_of(application.pk, depth=0)
    return ApplicationPage(
        value=value,
        units=rollup.list_units(inside, limit),
        within=[rollup.value_of(child.pk, depth=0) for child in rollup.children[application.pk]],
        resting=capabilities.count() - value.capabilities,
    )


def _rollup(workspace: Workspace, now: datetime) -> "_Rollup":
    kept = keep_ranking(workspace=workspace, now=now)
    return kept.once("rollup", lambda: _Rollup(workspace, kept.ranking))


class _Rollup:
    """Units by application over the arrays of the ranking."""

    def __init__(self, workspace: Workspace, instance: RankingInstance) -> None:
        self.instance = instance
        applications = list(Application.objects.filter(workspace=workspace).order_by("name", "pk"))
        self.applications = {application.pk: application for application in applications}
        self.children: defaultdict[int | None, list[Application]] = defaultdict(list)
        for application in applications:
            self.children[application.parent_id].append(application)
        self.application_of_unit, self.cost_of_delay = _stored(workspace, instance)
        self.money = instance.backlog.counted_points * instance.cost_per_point

    def values(self) -> list[ApplicationValue]:
        return list(self._below(None, depth=0))

    def _below(self, parent: int | None, depth: int) -> Iterator[ApplicationValue]:
        values = [self.value_of(child.pk, depth) for child in self.children[parent]]
        for value in sorted(values, key=lambda value: -(value.cost_of_delay or 0)):
            yield value
            yield from self._below(value.application.pk, depth + 1)

    def inside(self, application_id: int) -> list[int]:
        """The application and all within it."""
        found = [application_id]
        for pk in found:
            found.extend(child.pk for child in self.children[pk])
        return found

    def value_of(self, application_id: int, depth: int) -> ApplicationValue:
        instance = self.instance
        units = np.flatnonzero(np.isin(self.application_of_unit, self.inside(application_id)) & instance.has_work)
        is_valued = instance.is_valued[units]
        valued = units[is_valued]
        closure = self._closure(valued)
        rest = self._closure(units[~is_valued]) & ~closure
        return ApplicationValue(
            application=self.applications[application_id],
            depth=depth,
            cost_of_delay=_sum(self.cost_of_delay, valued),
            business_value=_sum(instance.business_value, valued),
            investment=_money(self.money[closure].sum()) if len(valued) else None,
            unvalued_investment=_money(self.money[rest].sum()),
            points=_money(instance.backlog.counted_points[closure | rest].sum()),
            capabilities=int((instance.unit_ids[units] > 0).sum()),
            loose_stories=int((instance.unit_ids[units] < 0).sum()),
            unvalued=int((~is_valued).sum()),
            children=len(self.children[application_id]),
        )

    def _closure(self, units: IntArray) -> BoolArray:
        """The open stories that the units need, each once, as a mask."""
        backlog = self.instance.backlog
        is_wanted = np.zeros(len(backlog.cost_of_delay) + 1, dtype=np.bool_)  # the last one: in no unit
        is_wanted[units] = True
        needed = backlog.is_own & is_wanted[backlog.capability_of_story]
        for dependent, prerequisite in backlog.needs_by_layer:
            np.logical_or.at(needed, prerequisite, needed[dependent])
        return needed

    def list_units(self, applications: Sequence[int], limit: int) -> list[UnitValue]:
        instance = self.instance
        units = np.flatnonzero(np.isin(self.application_of_unit, applications) & instance.has_work)
        cost = np.nan_to_num(self.cost_of_delay[units], nan=-1.0)
        units = units[np.argsort(-cost, kind="stable")][:limit]
        names = _names(instance.unit_ids[units].tolist())
        return [self._unit(unit, names) for unit in units.tolist()]

    def _unit(self, unit: int, names: Mapping[int, tuple[str, str, int | None]]) -> UnitValue:
        instance, unit_id = self.instance, int(self.instance.unit_ids[unit])
        key, title, application_id = names.get(unit_id, ("", "Deleted since", None))
        application = self.applications.get(application_id or 0)
        one = np.array([unit])
        return UnitValue(
            unit_id=unit_id,
            key=key,
            title=title,
            application_key=application.key if application else "",
            cost_of_delay=_sum(self.cost_of_delay, one),
            business_value=_sum(instance.business_value, one),
            investment=_money(float(instance.investment[unit])),
            points=_money(float(instance.closure_points[unit])),
        )


def _sum(figures: FloatArray, units: IntArray) -> Decimal | None:
    """The sum over these units; None where no figure is known."""
    known = figures[units][~np.isnan(figures[units])]
    return _money(float(known.sum())) if len(known) else None


def _money(amount: float) -> Decimal:
    return Decimal(repr(float(amount))).quantize(CENT)


def _stored(workspace: Workspace, instance: RankingInstance) -> tuple[IntArray, FloatArray]:
    """By unit: the application's id (0 for a story of none), and the cost of delay as estimated.

    The ranking counts less of it where the value runs out.
    """
    fields = ("pk", "application_id", "cost_of_delay")
    capabilities = Capability.objects.filter(workspace=workspace).values_list(*fields)
    loose = Story.objects.filter(workspace=workspace, capability=None, category__in=OPEN_CATEGORIES)
    found = {pk: (of, cost) for pk, of, cost in capabilities}
    found |= {-pk: (of or 0, cost) for pk, of, cost in loose.values_list(*fields)}
    rows = [found.get(unit_id, (0, None)) for unit_id in instance.unit_ids.tolist()]
    costs = [np.nan if cost is None else float(cost) for _, cost in rows]
    return np.array([of for of, _ in rows], dtype=np.int64), np.array(costs, dtype=np.float64)


def _names(unit_ids: Sequence[int]) -> dict[int, tuple[str, str, int | None]]:
    """(key, title, application id) by signed unit id."""
    fields = ("pk", "key", "title", "application_id")
    capabilities = Capability.objects.filter(pk__in=[pk for pk in unit_ids if pk > 0]).values_list(*fields)
    stories = Story.objects.filter(pk__in=[-pk for pk in unit_ids if pk < 0]).values_list(*fields)
    found: dict[int, tuple[str, str, int | None]] = {pk: (key, title, of) for pk, key, title, of in capabilities}
    return found | {-pk: (key, title, of) for pk, key, title, of in stories}
