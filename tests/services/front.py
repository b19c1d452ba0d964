"""The front of a deployment in a few lines: one address, `/live/` to the ASGI process, everything else to the pages."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.services.servers import free_port

LARGEST_HEAD = 64 * 1024


@contextmanager
def front(*, web: int, live: int) -> Iterator[str]:
    """Serve both processes on one port of this machine and yield its address."""
    port = free_port()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=_serve, args=(loop, port, web, live), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def _serve(loop: asyncio.AbstractEventLoop, port: int, web: int, live: int) -> None:
    asyncio.set_event_loop(loop)

    held: set[asyncio.Task[None] | None] = set()  # the loop itself holds its tasks weakly

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.add(asyncio.current_task())
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            await _pass_on(reader, writer, web=web, live=live)
        writer.close()
        held.discard(asyncio.current_task())

    server = loop.run_until_complete(asyncio.start_server(handle, "127.0.0.1", port, limit=LARGEST_HEAD))
    loop.run_forever()
    server.close()
    open_tasks = asyncio.all_tasks(loop)
    for task in open_tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*open_tasks, return_exceptions=True))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, web: int, live: int) -> None:
    """Pass one request on and its answer back; each has a connection of its own."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"connection:", b"keep-alive:"))]
    path = lines[0].split(b" ")[1]
    above_reader, above = await asyncio.open_connection("127.0.0.1", live if path.startswith(b"/live/") else web)
    above.write(b"\r\n".join([lines[0], b"Connection: close", *lines[1:]]))
    sending = asyncio.ensure_future(_pipe(reader, above))
    await _pipe(above_reader, writer)
    sending.cancel()
    above.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(65_536):
        writer.write(chunk)
        await writer.drain()
