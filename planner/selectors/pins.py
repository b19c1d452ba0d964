"""Reading pins: which count, which are over, and what each costs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accounts.models import Workspace
from planner.domain.vocabulary import PinKind
from planner.models import Pin
from planner.selectors.units import UnitLine, unit_lines


@dataclass(frozen=True)
class PinLine:
    """One pin as a table shows it. `price`: what it adds to the total cost of delay; None while not known."""

    pin: Pin
    unit: UnitLine
    other: UnitLine | None
    days_left: int

    @property
    def price(self) -> Decimal | None:
        """What it adds to the total cost of delay, as last computed."""
        return self.pin.price

    @property
    def is_expired(self) -> bool:
        """Whether its last day is over."""
        return self.days_left < 0

    @property
    def is_lifted(self) -> bool:
        """Whether someone took it away."""
        return self.pin.lifted_at is not None

    @property
    def kind(self) -> PinKind:
        """How it holds its unit."""
        return PinKind(self.pin.kind)


def today_of(*, workspace: Workspace, now: datetime) -> date:
    """The day it is in the workspace's time zone."""
    return now.astimezone(ZoneInfo(workspace.time_zone)).date()


def list_pins(*, workspace_id: int) -> QuerySet[Pin]:
    """All pins of a workspace."""
    return Pin.objects.filter(workspace_id=workspace_id)


def list_live_pins(*, workspace_id: int, today: date) -> QuerySet[Pin]:
    """The pins that count: neither lifted nor expired. `today` is the workspace's day."""
    return list_pins(workspace_id=workspace_id).filter(lifted_at=None, expires_on__gte=today).order_by("pk")


def pin_lines(pins: Iterable[Pin], *, today: date) -> list[PinLine]:
    """The pins with their units, in the order given."""
    listed = list(pins)
    ids = {pin.unit_id for pin in listed} | {pin.other_unit_id for pin in listed if pin.other_unit_id is not None}
    lines = unit_lines(ids)
    return [
        PinLine(
            pin=pin,
            unit=lines[pin.unit_id],
            other=None if pin.other_unit_id is None else lines[pin.other_unit_id],
            days_left=(pin.expires_on - today).days,
        )
        for pin in listed
    ]


@dataclass(frozen=True)
class PinPage:
    """The pins that count, and those that don't any more (the newest hundred)."""

    live: list[PinLine]
    over: list[PinLine]


OVER_SHOWN = 100


def pin_page(*, workspace_id: int, today: date) -> PinPage:
    """All pins of a workspace for its page: live ones by expiry, then lifted and expired ones."""
    live = list_live_pins(workspace_id=workspace_id, today=today)
    over = list_pins(workspace_id=workspace_id).exclude(pk__in=live.order_by().values("pk")).order_by("-pk")
    return PinPage(
        live=pin_lines(live.order_by("expires_on", "pk"), today=today),
        over=pin_lines(over[:OVER_SHOWN], today=today),
    )


def pins_of_unit(*, workspace_id: int, unit_id: int, today: date) -> list[PinLine]:
    """The live pins that hold this unit."""
    unit = {"capability_id": unit_id} if unit_id > 0 else {"story_id": -unit_id}
    return pin_lines(list_live_pins(workspace_id=workspace_id, today=today).filter(**unit), today=today)
