"""Kombu's broker in a folder, with messages that appear whole.

Kombu opens a message's file under its final name and then writes it; a worker that looks in between moves an empty
file away, fails on it and ends. Here a message is written beside and then renamed, which is one step for readers.
"""

import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Kombu's channel, but for how a message is put."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Put a message onto a queue; the names sort by age, as the reader expects."""
        file = Path(self.data_folder_out) / f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        unfinished = file.with_name(f"{file.name}.part")
        try:
            unfinished.write_bytes(str_to_bytes(dumps(payload)))
            unfinished.replace(file)
        except OSError as error:
            raise ChannelError(f"Cannot put the message {file.name} into its folder") from error


class Transport(filesystem.Transport):
    """What `filesystem://` means here."""

    Channel = Channel
