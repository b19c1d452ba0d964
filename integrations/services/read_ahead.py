"""Reading on while the database writes: one thread ahead, in order, with its errors carried over."""

from collections.abc import Generator, Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")
_GLANCE_SECONDS = 0.1
_Slot = tuple[T | None, Exception | None]
"""A thing read, or the error that ended the reading, or neither at the end."""


def read_ahead(things: Generator[T, None, None]) -> Iterator[T]:
    """Yield the things in their order while a thread reads the next one: at most two of them wait in memory.

    The generator runs in that thread alone, to its end or, when this one is closed early, to its close. It
    must not touch the database. An error of it is raised here, behind the things that came before it.
    """
    queue: Queue[_Slot[T]] = Queue(maxsize=1)
    is_over = Event()
    thread = Thread(target=_read, args=(things, queue, is_over), name="read-ahead", daemon=True)
    thread.start()
    try:
        while True:
            thing, error = queue.get()
            if error is not None:
                raise error
            if thing is None:
                return
            yield thing
    finally:
        is_over.set()
        thread.join()


def _read(things: Generator[T, None, None], queue: "Queue[_Slot[T]]", is_over: Event) -> None:
    try:
        for thing in things:
            if not _put(queue, (thing, None), is_over):
                things.close()
                return
    except Exception as error:  # noqa: BLE001 - raised again by the thread that asked
        _put(queue, (None, error), is_over)
    else:
        _put(queue, (None, None), is_over)


def _put(queue: "Queue[_Slot[T]]", slot: "_Slot[T]", is_over: Event) -> bool:
    """Put a slot when there is room; False when nobody waits for it any more."""
    while not is_over.is_set():
        try:
            queue.put(slot, timeout=_GLANCE_SECONDS)
        except Full:
            continue
        return True
    return False
