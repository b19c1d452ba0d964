"""Domain events: what happened, told once, to two kinds of listener.

- A *projection* runs at once, inside the same transaction, and may only write derived rows
  (it keeps visits and daily deltas exact; docs/adr/0004).
- A *handler* runs after the commit and may only enqueue jobs.

Listeners register by decorator in `projections.py` and `handlers.py`, imported by `AppConfig.ready`.
The publisher knows neither.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.db import transaction

E = TypeVar("E")
Listener = Callable[[Any], None]

_projections: dict[type, list[Listener]] = defaultdict(list)
_handlers: dict[type, list[Listener]] = defaultdict(list)


def projection(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a function that keeps derived rows in the publisher's own transaction."""

    def register(listener: Callable[[E], None]) -> Callable[[E], None]:
        _projections[event_type].append(listener)
        return listener

    return register


def on_commit(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a function that enqueues jobs once the publisher's transaction is committed."""

    def register(listener: Callable[[E], None]) -> Callable[[E], None]:
        _handlers[event_type].append(listener)
        return listener

    return register


def publish(event: object) -> None:
    """Run the event's projections now and its handlers on commit. Call it inside the transaction."""
    for keep in _projections[type(event)]:
        keep(event)
    for handle in _handlers[type(event)]:
        transaction.on_commit(partial(handle, event))
