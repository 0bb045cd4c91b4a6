"""Frames on a Unix stream socket: four bytes of length, then one JSON object; file descriptors may travel along.

Both sides use this module, so it must stay free of imports beyond the standard library.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import socket
import struct
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

MAX_FRAME = 8 * 1024 * 1024
"""Bytes. The largest honest one is a request: the learner's file, a megabyte at most, and that six times escaped."""

MAX_WORD = 1024 * 1024
"""Bytes of what a program may say at once. It keeps the grader's loop from decoding one message for long."""

CALL_SOCKET = ".turtles"
"""The grader's socket in a run's working folder: each call to a double is a connection to it."""

_CHUNK = 64 * 1024
"""Bytes of one read: what a socket holds is little more, and larger buffers are fetched from the system each time."""
_FDS_AT_ONCE = 32
_MAX_FDS = 64
"""Descriptors that may wait to be taken: a peer could otherwise use up all that a process may have."""

_LONGEST_ADDRESS = 100
"""Bytes of a path that a socket may be bound to: 108 on Linux and 104 on macOS."""

Message: TypeAlias = dict[str, Any]


class ProtocolError(Exception):
    """The peer sent something that is no frame."""


@contextlib.contextmanager
def call_address(folder: str) -> Iterator[str]:
    """The address of a folder's ``CALL_SOCKET`` while the block runs: some paths are too long to be one (Linux)."""
    address = os.path.join(folder, CALL_SOCKET)
    if len(os.fsencode(address)) <= _LONGEST_ADDRESS:
        yield address
        return
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{fd}/{CALL_SOCKET}"
    finally:
        os.close(fd)


def encode(message: Message, most: int = MAX_FRAME) -> bytes:
    """One frame. Values that JSON does not know travel as their ``repr``.

    Raises ``ValueError`` for one that is longer than ``most`` bytes, ``TypeError`` for keys that JSON has not.
    """
    # Half of a surrogate pair may stand in any text of a program's; json.loads takes it back.
    try:
        text = json.dumps(message, default=repr, ensure_ascii=False, allow_nan=False)
    except ValueError:  # a float that is no number
        text = json.dumps(_numbers_only(message), default=repr, ensure_ascii=False)
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > most:
        raise ValueError(f"a message of {len(data)} bytes is too long for the grader, which takes {most}")
    return struct.pack(">I", len(data)) + data


def send(sock: socket.socket, message: Message, fds: Sequence[int] = (), *, most: int = MAX_FRAME) -> None:
    """Send one frame on a blocking socket; ``fds`` arrive with its first byte."""
    data = encode(message, most)
    sent = socket.send_fds(sock, [data], fds) if fds else 0
    sock.sendall(data[sent:])


def _numbers_only(value: Any) -> Any:
    """The same with ``nan`` and the infinities as text: JSON has no numbers for them."""
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if isinstance(value, dict):
        return {key: _numbers_only(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_numbers_only(item) for item in value]
    return value


def _no_number(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")


class Inbox:
    """Takes frames of at most ``most`` bytes, and the descriptors that came with them, out of a stream."""

    def __init__(self, most: int = MAX_FRAME) -> None:
        self._most = most
        self._buffer = bytearray()
        self._fds: deque[int] = deque()
        self.received = 0
        """Bytes so far."""
        self.taken = 0
        """Messages so far."""

    def receive(self, sock: socket.socket) -> bool:
        """Read once. False at the end of the stream; ``BlockingIOError`` when a non-blocking socket has nothing.

        Raises ``ProtocolError`` when more descriptors come than anybody takes.
        """
        try:
            data, fds, _, _ = socket.recv_fds(sock, _CHUNK, _FDS_AT_ONCE)
        except ConnectionError:
            return False
        self._fds.extend(fds)
        if len(self._fds) > _MAX_FDS:
            self.close()
            raise ProtocolError("descriptors that nobody asked for")
        self.feed(data)
        return bool(data)

    def feed(self, data: bytes) -> None:
        """Take bytes that were read elsewhere."""
        self._buffer += data
        self.received += len(data)

    def messages(self) -> Iterator[Message]:
        """The whole frames received so far; raises ``ProtocolError`` on what is none."""
        while len(self._buffer) >= 4:
            (length,) = struct.unpack_from(">I", self._buffer)
            if length > self._most:
                raise ProtocolError(f"a frame of {length} bytes")
            if len(self._buffer) < 4 + length:
                return
            data = bytes(self._buffer[4 : 4 + length])
            del self._buffer[: 4 + length]
            try:
                message = json.loads(data, parse_constant=_no_number)
            except (ValueError, RecursionError) as error:
                raise ProtocolError(str(error)) from None
            if not isinstance(message, dict):
                raise ProtocolError("a frame that holds no object")
            self.taken += 1
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
