"""The embedded mode's broker: a message is seen whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

from config.celery import app


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path)}
    return Connection("filesystem://", transport_options={**folders, "control_folder": str(tmp_path / "control")})


def test_the_application_uses_it(connection: Connection) -> None:
    assert app.main == "millrace"
    assert type(connection.transport).__module__ == "config.file_broker"


def test_a_message_comes_out_as_it_went_in(connection: Connection) -> None:
    queue = connection.SimpleQueue("orders")
    queue.put({"job_id": 7})
    message = queue.get(timeout=5)
    message.ack()
    assert message.payload == {"job_id": 7}


def test_a_reader_never_sees_half_a_message(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = connection.SimpleQueue("halves")
    seen: list[str] = []
    write = Path.write_bytes

    def write_watched(path: Path, content: bytes) -> int:
        seen.extend(one.name for one in tmp_path.glob("*.msg"))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_watched)
    queue.put({"job_id": 7})
    assert seen == [], "nothing carries a message's name before it is written"
    assert len(list(tmp_path.glob("*.msg"))) == 1


def test_a_folder_that_is_gone_is_an_error(connection: Connection, tmp_path: Path) -> None:
    channel: Any = connection.channel()
    channel.data_folder_out = str(tmp_path / "gone")
    with pytest.raises(Exception, match="Cannot put the message"):
        channel._put("orders", {})
