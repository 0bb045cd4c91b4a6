"""Frames: what arrives is what was sent, however it is cut, and what is no frame is refused."""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.runner import wire

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
messages = st.lists(st.dictionaries(st.text(), json_values, max_size=4), max_size=6)


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    left, right = socket.socketpair()
    with left, right:
        yield left, right


def frame(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def read(data: bytes, most: int = wire.MAX_FRAME) -> list[wire.Message]:
    inbox = wire.Inbox(most)
    inbox.feed(data)
    return list(inbox.messages())


@given(messages, st.lists(st.integers(1, 40), max_size=60))
def test_messages_survive_any_cutting(sent: list[dict[str, Any]], cuts: list[int]) -> None:
    data = b"".join(map(wire.encode, sent))
    inbox, found = wire.Inbox(), list[wire.Message]()
    for cut in [*cuts, len(data)]:
        inbox.feed(data[:cut])
        data = data[cut:]
        found += inbox.messages()
    assert found == sent


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_travels_as_text_and_is_refused_as_a_number(number: float) -> None:
    assert read(wire.encode({"a": [number, {"b": 1.5}]})) == [{"a": [repr(number), {"b": 1.5}]}]
    with pytest.raises(wire.ProtocolError, match="is no number"):
        read(frame(json.dumps({"a": number}).encode()))


@given(st.binary(max_size=400))
def test_noise_is_refused_or_waited_for_and_never_anything_else(data: bytes) -> None:
    try:
        found = read(data)
    except wire.ProtocolError:
        return
    assert all(isinstance(each, dict) for each in found)


@given(st.binary(max_size=200))
def test_a_frame_of_noise_is_refused_unless_it_is_an_object(data: bytes) -> None:
    try:
        expected = json.loads(data)
    except ValueError:
        expected = None
    if isinstance(expected, dict):
        assert len(read(frame(data))) == 1
    else:
        with pytest.raises(wire.ProtocolError):
            read(frame(data))


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xff\xff\xff",
        struct.pack(">I", wire.MAX_FRAME + 1),
        frame(b""),
        frame(b"{"),
        frame(b"[1]"),
        frame(b"null"),
        frame(b"\xff\xfe\x00"),
        frame(b'{"a": ' + b"1" * 5000 + b"}"),
        frame(b"[" * 100_000),
        frame(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    ],
    ids=["length", "too long", "empty", "half", "list", "null", "no text", "huge number", "deep", "deep objects"],
)
def test_what_is_no_frame_is_a_protocol_error(data: bytes) -> None:
    with pytest.raises(wire.ProtocolError):
        read(data)


def test_a_length_is_refused_before_anything_of_that_length_is_kept() -> None:
    with pytest.raises(wire.ProtocolError):
        read(struct.pack(">I", wire.MAX_WORD + 1), most=wire.MAX_WORD)


def test_whole_frames_before_a_broken_one_are_delivered() -> None:
    inbox = wire.Inbox()
    inbox.feed(wire.encode({"k": 1}) + frame(b"?"))
    found = inbox.messages()
    assert next(found) == {"k": 1}
    with pytest.raises(wire.ProtocolError):
        next(found)


def test_a_message_that_is_too_long_is_not_sent() -> None:
    with pytest.raises(ValueError, match="too long for the grader"):
        wire.encode({"text": "x" * wire.MAX_WORD}, wire.MAX_WORD)


def test_what_json_does_not_know_travels_as_its_repr() -> None:
    assert read(wire.encode({"value": {1}, "half": "\ud800"})) == [{"value": "{1}", "half": "\ud800"}]


def test_descriptors_arrive_in_order_with_their_messages(pair: tuple[socket.socket, socket.socket]) -> None:
    left, right = pair
    pipes = [os.pipe() for _ in range(20)]
    for number, (reader, writer) in enumerate(pipes):
        wire.send(left, {"number": number}, [writer] if number % 2 else [])
        os.write(writer, b"") if number % 2 else os.close(reader)
        os.close(writer)
    left.close()
    inbox, found = wire.Inbox(), list[wire.Message]()
    while inbox.receive(right):
        found += inbox.messages()
    assert [each["number"] for each in found] == list(range(20))
    for number, (reader, _) in enumerate(pipes):
        if number % 2:
            fd = inbox.take_fd()
            assert fd is not None
            os.write(fd, bytes([number]))
            os.close(fd)
            assert os.read(reader, 10) == bytes([number])
            os.close(reader)
    assert inbox.take_fd() is None


def test_descriptors_that_nobody_takes_are_closed_and_bounded(pair: tuple[socket.socket, socket.socket]) -> None:
    left, right = pair
    reader, writer = os.pipe()
    inbox = wire.Inbox()
    with pytest.raises(wire.ProtocolError):  # noqa: PT012 (which of them is refused is not the point)
        for _ in range(20):
            socket.send_fds(left, [b"x"], [writer] * 10)
            inbox.receive(right)
    os.close(writer)
    assert os.read(reader, 1) == b"", "every copy of the other end is closed"
    os.close(reader)


def test_receive_one_leaves_the_next_in_the_inbox(pair: tuple[socket.socket, socket.socket]) -> None:
    left, right = pair
    left.sendall(wire.encode({"n": 1}) + wire.encode({"n": 2}))
    left.close()
    inbox = wire.Inbox()
    assert [wire.receive_one(right, inbox) for _ in range(3)] == [{"n": 1}, {"n": 2}, None]
