"""Events: projections in the transaction, handlers after it."""

from dataclasses import dataclass

import pytest
from django.db import transaction

from common import events


@dataclass(frozen=True)
class Happened:
    what: str


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    from collections import defaultdict

    monkeypatch.setattr(events, "_projections", defaultdict(list))
    monkeypatch.setattr(events, "_handlers", defaultdict(list))
    words: list[str] = []
    events.projection(Happened)(lambda event: words.append(f"projected {event.what}"))
    events.on_commit(Happened)(lambda event: words.append(f"handled {event.what}"))
    return words


@pytest.mark.django_db(transaction=True)
def test_projections_run_at_once_and_handlers_on_commit(heard: list[str]) -> None:
    with transaction.atomic():
        events.publish(Happened("a move"))
        assert heard == ["projected a move"]
    assert heard == ["projected a move", "handled a move"]


@pytest.mark.django_db(transaction=True)
def test_handlers_do_not_run_when_the_transaction_fails(heard: list[str]) -> None:
    def break_off() -> None:
        with transaction.atomic():
            events.publish(Happened("a move"))
            raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError):
        break_off()
    assert heard == ["projected a move"]


@pytest.mark.django_db(transaction=True)
def test_a_failing_projection_undoes_the_write(heard: list[str]) -> None:
    def fail(event: Happened) -> None:
        raise RuntimeError("the projection broke")

    events.projection(Happened)(fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        events.publish(Happened("a move"))
    assert heard == ["projected a move"]
