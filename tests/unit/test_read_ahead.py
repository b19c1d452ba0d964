"""Reading ahead in a thread: nothing lost, nothing reordered, nothing left running."""

import threading
from collections.abc import Generator

import pytest

from integrations.services.read_ahead import read_ahead


def numbers(count: int, closed: list[str] | None = None, *, fail_at: int = -1) -> Generator[int, None, None]:
    try:
        for number in range(count):
            if number == fail_at:
                raise ValueError(number)
            yield number
    finally:
        if closed is not None:
            closed.append(threading.current_thread().name)


def test_everything_comes_in_order() -> None:
    assert list(read_ahead(numbers(500))) == list(range(500))


def test_an_error_comes_behind_what_was_read_before_it() -> None:
    reading = read_ahead(numbers(10, fail_at=3))
    assert [next(reading) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="3"):
        next(reading)


def test_only_two_things_wait() -> None:
    made: list[int] = []

    def counted() -> Generator[int, None, None]:
        for number in range(100):
            made.append(number)
            yield number

    reading = read_ahead(counted())
    next(reading)
    threading.Event().wait(0.3)
    assert len(made) <= 3


def test_whoever_stops_early_ends_the_thread_and_closes_the_generator_in_it() -> None:
    closed: list[str] = []
    reading = read_ahead(numbers(100, closed))
    next(reading)
    reading.close()  # type: ignore[attr-defined]
    assert closed == ["read-ahead"]
    assert "read-ahead" not in {thread.name for thread in threading.enumerate()}
