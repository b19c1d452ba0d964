"""Leave: the days on which somebody is away, whole ones or parts of them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from common.errors import InvalidInput, NotFound
from planner.domain.capacity.calendars import Leave as LeaveDays
from planner.domain.capacity.problems import CapacityProblem
from planner.models import Leave, Person
from planner.services.actor import Actor
from planner.services.announcing import MANY, announce
from planner.services.checks import Reader, Refused, number, read_inputs, text
from planner.services.locks import lock_rows
from planner.services.saving import save_clean, set_fields


def add_leave(
    *,
    person: Person,
    start_date: date,
    end_date: date,
    actor: Actor,
    now: datetime,
    share: Decimal = Decimal(1),
    note: str = "",
) -> Leave:
    """Add days away, the last one included; `share` of each day, 0.5 for half days."""
    clean = read_inputs({"start_date": start_date, "end_date": end_date, "share": share, "note": note}, _READERS)
    with transaction.atomic():
        _lock_person(person)
        leave = Leave(person=person, **clean)
        _check(leave)
        save_clean(leave, duplicate_field="end_date")
        _announce(person, actor=actor, now=now)
    return leave


def update_leave(*, leave: Leave, changes: Mapping[str, Any], actor: Actor, now: datetime) -> Leave:
    """Change start_date, end_date, share or note."""
    clean = read_inputs(changes, _READERS)
    with transaction.atomic():
        _lock_person(leave.person)
        fresh = _fetch(leave)
        if set_fields(fresh, clean):
            _check(fresh)
            save_clean(fresh, duplicate_field="end_date")
            _announce(leave.person, actor=actor, now=now)
    return fresh


def delete_leave(*, leave: Leave, actor: Actor, now: datetime) -> None:
    """Delete a leave: the days count as worked again."""
    with transaction.atomic():
        _lock_person(leave.person)
        _fetch(leave).delete()
        _announce(leave.person, actor=actor, now=now)


def _check(leave: Leave) -> None:
    """Refuse one that ends before it starts, and one that makes more than a whole day off of some day."""
    try:
        LeaveDays(leave.start_date, leave.end_date, leave.share)
    except CapacityProblem as problem:
        raise InvalidInput(problem.message, field=problem.field) from None
    others = Leave.objects.filter(
        person=leave.person_id, start_date__lte=leave.end_date, end_date__gte=leave.start_date
    ).exclude(pk=leave.pk)
    total = others.aggregate(total=Sum("share"))["total"]
    first = others.order_by("start_date").first()
    if first is not None and total + leave.share > 1:
        days = f"{first.start_date} to {first.end_date}"
        message = f"{leave.person.name} is away already from {days}: change that leave, or choose other days."
        raise InvalidInput(message, field="start_date")


def _read_day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise Refused("Send a day, such as 2026-03-31.")


_READERS: Mapping[str, Reader] = {
    "start_date": _read_day,
    "end_date": _read_day,
    "share": number(smallest=Decimal("0.05"), largest=Decimal(1), nullable=False),
    "note": text(longest=200),
}


def _lock_person(person: Person) -> None:
    if lock_rows(Person.objects.filter(pk=person.pk)).first() is None:
        raise NotFound(f"{person.name} was deleted.")


def _fetch(leave: Leave) -> Leave:
    fresh = Leave.objects.select_related("person").filter(pk=leave.pk).first()
    if fresh is None:
        raise NotFound("This leave was deleted.")
    return fresh


def _announce(person: Person, *, actor: Actor, now: datetime) -> None:
    announce(workspace_id=person.workspace_id, topic="team", object_id=MANY, verb="updated", actor=actor, now=now)
