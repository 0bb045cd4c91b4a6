"""A webcam with small buffers, whose pictures the grader takes; it is told when somebody has been dealt with."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

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


class Mountain:
    """The webcam and its viewers. The first connection is the camera, which sends a line for each picture."""

    def __init__(self, webcam: Any, ended: Ended, size: int) -> None:
        self.webcam, self.ended, self.size = webcam, ended, size
        self.watching: list[asyncio.Task[object]] = []

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kept.append(writer)
        if len(kept) == 1:
            await self.take_pictures(reader, writer)
            return
        number = len(self.watching)
        task: asyncio.Task[object] = asyncio.ensure_future(self.webcam.watch(reader, writer))
        self.watching.append(task)
        await asyncio.wait([task])
        await self.ended(number, how(task))

    async def take_pictures(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Show what the camera sends, and tell it each time; an empty line cancels all that are watching."""
        while caption := (await reader.readline()).decode().strip():
            await self.webcam.show(picture(caption, self.size))
            writer.write(f"{caption}\n".encode())
        for task in self.watching:
            task.cancel()


def picture(caption: str, size: int) -> bytes:
    """Every part of it tells which picture it is."""
    return (caption.encode() * (size // len(caption) + 1))[:size]


async def mountain(exercise: ModuleType, _stage: object, ended: Ended, port: int, size: int) -> None:
    found = Mountain(exercise.Webcam(), ended, size)
    server = await asyncio.start_server(found.connected, sock=small_listener(port))
    await server.serve_forever()
