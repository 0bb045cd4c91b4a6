"""Frames on a Unix stream socket: four bytes of length, then one JSON value; file descriptors may travel along.

Both sides use this module, so it must stay free of imports beyond the standard library.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

MAX_FRAME = 4 * 1024 * 1024
"""Bytes. No honest message comes near it; a longer one is a broken or hostile peer."""

_CHUNK = 256 * 1024
_MAX_FDS = 32

Message: TypeAlias = dict[str, Any]


class ProtocolError(Exception):
    """The peer sent something that is no frame."""


def encode(message: Message) -> bytes:
    """One frame. Values that JSON does not know travel as their ``repr``."""
    data = json.dumps(message, default=repr).encode()
    return struct.pack(">I", len(data)) + data


def send(sock: socket.socket, message: Message, fds: Sequence[int] = ()) -> None:
    """Send one frame on a blocking socket; ``fds`` arrive with its first byte."""
    data = encode(message)
    sent = socket.send_fds(sock, [data], fds) if fds else 0
    sock.sendall(data[sent:])


class Inbox:
    """Takes frames, and the descriptors that came with them, out of a stream."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._fds: deque[int] = deque()

    def receive(self, sock: socket.socket) -> bool:
        """Read once. False at the end of the stream; ``BlockingIOError`` when a non-blocking socket has nothing."""
        try:
            data, fds, _, _ = socket.recv_fds(sock, _CHUNK, _MAX_FDS)
        except ConnectionError:
            return False
        self._fds.extend(fds)
        self.feed(data)
        return bool(data)

    def feed(self, data: bytes) -> None:
        """Take bytes that were read elsewhere."""
        self._buffer += data

    def messages(self) -> Iterator[Message]:
        """The whole frames received so far; raises ``ProtocolError`` on what is none."""
        while len(self._buffer) >= 4:
            (length,) = struct.unpack_from(">I", self._buffer)
            if length > MAX_FRAME:
                raise ProtocolError(f"a frame of {length} bytes")
            if len(self._buffer) < 4 + length:
                return
            data = bytes(self._buffer[4 : 4 + length])
            del self._buffer[: 4 + length]
            try:
                message = json.loads(data)
            except (ValueError, RecursionError) as error:
                raise ProtocolError(str(error)) from None
            if not isinstance(message, dict):
                raise ProtocolError("a frame that holds no object")
            yield message

    def take_fd(self) -> int | None:
        """The next descriptor that arrived, in the order they were sent; the caller owns it."""
        return self._fds.popleft() if self._fds else None

    def close(self) -> None:
        """Close the descriptors that nobody took."""
        while self._fds:
            with contextlib.suppress(OSError):
                os.close(self._fds.popleft())


def receive_one(sock: socket.socket, inbox: Inbox | None = None) -> Message | None:
    """Wait for one frame on a blocking socket; None at the end of the stream.

    What came after it stays in ``inbox``; without one, nothing may come after it.
    """
    inbox = inbox or Inbox()
    while True:
        for message in inbox.messages():
            return message
        if not inbox.receive(sock):
            return None
