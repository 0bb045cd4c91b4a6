"""The grader's ends of a run's network: sockets that its process opens before it loads the learner's file.

A socket belongs to the network it was made in, whichever process holds it. So the grader can listen on the program's
own loopback, and connect to it from outside the sandbox.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from typing import Any

from grader.record.spec import RecordingSpec
from grader.runner import protocol

_LOOK_AGAIN_S = 0.02


class NoSocketLeft(Exception):
    """The suite asked for more sockets than its recording declares."""


class Network:
    """What a recording declares by ``listen``, ``clients`` and ``datagrams``."""

    listener: socket.socket | None = None
    port: int = 0

    def __init__(self, spec: RecordingSpec) -> None:
        self._wanted = {socket.SOCK_STREAM: spec.clients, socket.SOCK_DGRAM: spec.datagrams}
        self._listens = spec.listen
        self._kept: dict[socket.SocketKind, list[socket.socket]] = {kind: [] for kind in self._wanted}
        self._raw: list[socket.socket] = []
        self._writers: list[asyncio.StreamWriter] = []

    def take(self, message: protocol.Message, fd: int | None) -> bool:
        """Take what the process sends before the program begins. False, and nothing taken, if it was not declared."""
        match message:
            case protocol.Listening() if self._listens and self.listener is None:
                self.listener = adopt(fd)
            case protocol.ServerPort() if self.port == 0 and any(self._wanted.values()):
                self.port = message.port
            case protocol.Unconnected():
                return self._keep(fd)
            case _:
                return False
        return True

    def _keep(self, fd: int | None) -> bool:
        sock = adopt(fd, *self._wanted)
        if sock is None:
            return True  # it is closed already
        kept = self._kept[sock.type]
        if len(kept) == self._wanted[sock.type]:
            sock.close()
        else:
            sock.setblocking(False)
            kept.append(sock)
        return True

    def take_socket(self, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
        """An unconnected socket that does not block. Raises ``NoSocketLeft``."""
        if not self._kept[kind]:
            option = "clients" if kind == socket.SOCK_STREAM else "datagrams"
            raise NoSocketLeft(f"the recording declares {option}={self._wanted[kind]}, and all of them are in use")
        sock = self._kept[kind].pop(0)
        self._raw.append(sock)
        return sock

    async def connect(self, port: int, **options: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to a port of the program's loopback as soon as somebody listens there."""
        loop, sock = asyncio.get_running_loop(), self.take_socket()
        self._raw.remove(sock)
        try:
            while not await _is_open(loop, sock, port):
                await asyncio.sleep(_LOOK_AGAIN_S)
                if sys.platform != "linux":  # elsewhere, a socket that was refused once is of no more use
                    sock.close()
                    sock = socket.socket()
                    sock.setblocking(False)
            reader, writer = await asyncio.open_connection(sock=sock, **options)
        except BaseException:
            sock.close()
            raise
        self._writers.append(writer)
        return reader, writer

    def close(self) -> None:
        """Close all of them, also those that the suite has left open."""
        if self.listener:
            self.listener.close()
        for writer in self._writers:
            writer.transport.abort()
        for sock in (*self._raw, *self._kept[socket.SOCK_STREAM], *self._kept[socket.SOCK_DGRAM]):
            _close(sock)


def _close(sock: socket.socket) -> None:
    """Close a socket. The event loop stops waiting for it first, because another run may reuse its number."""
    loop = asyncio.get_running_loop()
    if sock.fileno() < 0:
        return
    try:
        loop.remove_reader(sock)
        loop.remove_writer(sock)
    except RuntimeError:  # a transport uses the socket, and closes it when the stream ends
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
    else:
        sock.close()


async def _is_open(loop: asyncio.AbstractEventLoop, sock: socket.socket, port: int) -> bool:
    """Connect to a port; False if nobody listens there."""
    try:
        await loop.sock_connect(sock, ("127.0.0.1", port))
    except (ConnectionRefusedError, ConnectionAbortedError):  # aborted: Linux' first answer after a refusal
        return False
    return True


def adopt(fd: int | None, *kinds: socket.SocketKind) -> socket.socket | None:
    """The socket that a descriptor of the program's is; None, and closed, if it is of none of these kinds (stream)."""
    if fd is None:
        return None
    try:
        sock = socket.socket(fileno=fd)
    except OSError:
        os.close(fd)
        return None
    if sock.type not in (kinds or (socket.SOCK_STREAM,)):
        sock.close()
        return None
    return sock
