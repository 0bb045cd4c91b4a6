"""An echo service with small buffers; the grader is told when each of its connections has been dealt with."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from types import ModuleType

Wait = Callable[[float], Awaitable[None]]
Ended = Callable[[int, str], Awaitable[None]]

kept: list[asyncio.StreamWriter] = []
"""All connections, so that only the program closes one, and never the garbage collector."""


def how(task: asyncio.Task[object]) -> str:
    if task.cancelled():
        return "was cancelled"
    error = task.exception()
    return f"raised {type(error).__name__}" if error else "returned"


def small_listener(port: int) -> socket.socket:
    """A socket whose connections have buffers of a known size, whatever the system would choose."""
    listener = socket.create_server(("127.0.0.1", port))
    for buffer in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        listener.setsockopt(socket.SOL_SOCKET, buffer, 65536)
    return listener


async def serve(exercise: ModuleType, _stage: object, ended: Ended, port: int, patient: bool) -> None:
    """Serve for ever. If ``patient``, a connection may keep 2 MB that are still to be sent, before drain waits."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(kept)
        kept.append(writer)
        if patient:
            writer.transport.set_write_buffer_limits(high=2_000_000)
        task: asyncio.Task[object] = asyncio.ensure_future(exercise.echo(reader, writer))
        await asyncio.wait([task])
        await ended(number, how(task))

    server = await asyncio.start_server(connected, sock=small_listener(port))
    await server.serve_forever()


async def serve_called_off(exercise: ModuleType, _stage: object, wait: Wait, ended: Ended, port: int) -> None:
    """Cancel the echo of each connection after 0.8 s."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len(kept)
        kept.append(writer)
        task: asyncio.Task[object] = asyncio.ensure_future(exercise.echo(reader, writer))
        await wait(0.8)
        task.cancel()
        await asyncio.wait([task])
        await ended(number, how(task))

    server = await asyncio.start_server(connected, sock=small_listener(port))
    await server.serve_forever()
