"""echo: what a probe sends comes back at once, and no faster than it is read. The grader is the probes."""

import asyncio
import random
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from grader.suite import SERVER_PORT, Run, Seconds, Trace, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("PATIENCE", "probe", "main")

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

SEED = fresh.number(1, 10**6)


def noise(count: int) -> bytes:
    """Bytes of every value, line feeds among them."""
    return random.Random(SEED + count).randbytes(count)


# The end of a line is within a piece, alone, or nowhere; and no piece is text. The last one is longer than a line
# may be, and than the buffers of one connection.
PIECES = [fresh.token().encode(), b"\xff\x00\r\n\xfe", b"\n", b" ", noise(300_000)]
LAZY = noise(4_000_000)
"""Many times more than the buffers of all sockets, and what a program needs that keeps little itself."""
STEP = 50_000
LATE = noise(900_000)
LATE_S = 0.9
AFTER_S = 0.5
"""After the end of a connection: for its echo to return."""
SILENT, TALKING = 0, 1
"""Connections, in the order in which the probes came."""


async def small_connection(run: Run) -> Streams:
    """A connection on which little is on its way: both buffers are small, as those of the service are."""
    reader, writer = await run.connect(run.port)
    for buffer in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, buffer, 65536)
    return reader, writer


async def received(reader: asyncio.StreamReader, count: int, within_s: float) -> bytes:
    """Up to ``count`` bytes, or what has come of them in time."""
    data = bytearray()
    with suppress(TimeoutError, OSError):
        async with asyncio.timeout(within_s):
            while len(data) < count and (more := await reader.read(min(count - len(data), 2**16))):
                data += more
    return bytes(data)


async def is_closed(reader: asyncio.StreamReader, within_s: float) -> bool:
    """Whether nothing more comes than the end."""
    try:
        async with asyncio.timeout(within_s):
            return not await reader.read(1)
    except TimeoutError:
        return False
    except OSError:
        return True


async def pings(run: Run) -> None:
    """A probe sends pieces, and the next one when the last is back; another one is connected and says nothing."""
    await run.connect(run.port)
    reader, writer = await run.connect(run.port)
    sent = came = b""
    for number, piece in enumerate(PIECES):
        writer.write(piece)
        run.note("sent", number)
        sent += piece
        came += await received(reader, len(sent) - len(came), 0.8)
        run.note("back", [number, len(piece) - len(sent) + len(came)])
        if len(came) < len(sent):
            break
    missing = len(sent) - len(came)
    with suppress(OSError):
        writer.write_eof()
    came += await received(reader, missing, 0.5)
    run.note("whole", [len(sent), len(came), sent == came])
    run.note("closed", await is_closed(reader, 0.8))
    await asyncio.sleep(AFTER_S)


async def lazy(run: Run) -> None:
    """A probe sends as much as it can before it reads anything."""
    reader, writer = await small_connection(run)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    begun = 0
    with suppress(TimeoutError, OSError):
        while begun < len(LAZY):
            writer.write(LAZY[begun : begun + STEP])
            begun += STEP
            async with asyncio.timeout(0.6):
                await writer.drain()
    run.note("taken", begun)
    if begun == len(LAZY):
        return
    with suppress(OSError):
        writer.write_eof()
    writer.transport.resume_reading()  # type: ignore[attr-defined]
    came = await received(reader, begun, 1.5)
    run.note("whole", [begun, len(came), came == LAZY[:begun]])


async def late(run: Run) -> None:
    """A probe sends everything and finishes, and reads nothing for a while."""
    reader, writer = await small_connection(run)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    writer.write(LATE)
    writer.write_eof()
    await asyncio.sleep(LATE_S)
    run.note("reads")
    writer.transport.resume_reading()  # type: ignore[attr-defined]
    came = await received(reader, len(LATE), 1.0)
    run.note("whole", [len(LATE), len(came), came == LATE])
    run.note("closed", await is_closed(reader, 0.8))
    await asyncio.sleep(AFTER_S)


async def called_off(run: Run) -> None:
    reader, writer = await run.connect(run.port)
    writer.write(PIECES[0])
    came = await received(reader, len(PIECES[0]), 0.5)
    run.note("whole", [len(PIECES[0]), len(came), came == PIECES[0]])
    run.note("closed", await is_closed(reader, 1.4))
    await asyncio.sleep(AFTER_S)


def until_over(drive: Callable[[Run], Awaitable[None]]) -> Callable[[Run], Awaitable[None]]:
    async def driven(run: Run) -> None:
        await drive(run)
        run.stop()

    return driven


ENDED = double("ended")
SERVICE: dict[str, Any] = {"scenario": True, "clients": 2, "allow": ("stop",)}

as_it_is = record(None)
answers = record("serve", ENDED, SERVER_PORT, False, drive=until_over(pings), **SERVICE)
lazies = record("serve", ENDED, SERVER_PORT, False, drive=until_over(lazy), **SERVICE)
lates = record("serve", ENDED, SERVER_PORT, True, drive=until_over(late), **SERVICE)
cancelled = record(
    "serve_called_off", double("wait", delay=lambda seconds: seconds), ENDED, SERVER_PORT,
    drive=until_over(called_off), **SERVICE,
)  # fmt: skip


@points(1, "the program gets its three pings back", means="end-of-stream", public=True)
def test_program(as_it_is: Trace, answers: Trace) -> None:
    expected = ["ping 1 is back", "ping 2 is back", "ping 3 is back", "the connection is closed"]
    printed = ", ".join(map(repr, as_it_is.lines)) or "nothing"
    assert as_it_is.lines == expected, f"expected {', '.join(map(repr, expected))}; the program printed {printed}"
    assert as_it_is.elapsed < 1.1
    assert came_back(answers, 0), f"your pings come back; but another probe sent {_shown(PIECES[0])}, and got nothing"


@points(1, "every byte comes back, unchanged and in order")
def test_bytes(answers: Trace, lazies: Trace, lates: Trace) -> None:
    for trace, how in (
        (answers, "piece by piece"), (lazies, "before it read anything"), (lates, "and finished"),
    ):  # fmt: skip
        for note in trace.notes("whole"):
            sent, count, same = note.value
            assert count == sent, f"a probe sent {sent:,} bytes {how}; {_counted(count)} came back"
            assert same, f"a probe sent {sent:,} bytes {how}; as many came back, but not the same ones"
    assert answers.notes("whole"), "a probe could not connect"


@points(2, "each piece comes back as soon as it has arrived", means="end-of-stream")
def test_at_once(answers: Trace) -> None:
    for number, piece in enumerate(PIECES):
        count = came_back(answers, number)
        assert count == len(piece), (
            f"a probe sent {_shown(piece)}, and then waited for it; 0.8 s later, {_counted(count)} had come back"
        )
        took = answers.notes("back")[number].at - answers.notes("sent")[number].at
        assert took < 0.5, f"a probe sent {_shown(piece)}, which came back after {took:.2f} s"


@points(1, "when the probe has finished sending, echo closes and returns")
def test_closed(answers: Trace, lates: Trace) -> None:
    for trace, number, what in ((answers, TALKING, "several pieces"), (lates, 0, f"{len(LATE):,} bytes")):
        when = f"a probe sent {what} and finished"
        closed = trace.notes("closed")
        assert closed, f"{when}: it could not connect"
        assert closed[0].value is True, f"{when}; 0.8 s after the last byte had come, the connection was still open"
        at, how = ended(trace, number, when)
        assert how == "returned", f"{when}: expected echo to return; it {how}"
        after = at - closed[0].at
        assert after < 0.35, f"{when}; echo returned {after:.2f} s after the connection had been closed"
    early = [call for call in answers.calls("ended") if call.args[0] == SILENT]
    assert not early, f"a probe sent nothing and stayed; the echo of its connection {early[0].args[1]}"


@points(2, "a probe that does not read cannot send without end", means="no-back-pressure")
def test_back_pressure(lazies: Trace) -> None:
    taken = lazies.notes("taken")
    assert taken, "a probe could not connect"
    assert taken[0].value < len(LAZY), (
        f"a probe read nothing, and echo took {taken[0].value:,} bytes from it; expected echo to wait until it reads"
    )
    assert taken[0].value >= 2 * STEP, f"a probe read nothing, and echo took only {taken[0].value:,} bytes from it"


@points(2, "echo returns when everything has been sent, and not before")
def test_everything_sent(lates: Trace) -> None:
    when = f"a probe sent {len(LATE):,} bytes and finished, and began to read {LATE_S} s later"
    at, _ = ended(lates, 0, when)
    early = lates.notes("reads")[0].at - at
    assert early < 0.3, f"{when}; echo had ended {early:.2f} s before that, when most of it was still to be sent"
    _, count, _ = lates.notes("whole")[0].value
    assert count == len(LATE), f"{when}; {_counted(count)} came back"


@points(1, "a cancelled echo ends at once, and its connection is closed", means="swallowed-cancellation")
def test_cancelled(cancelled: Trace) -> None:
    when = "echo was cancelled while it waited for the next piece"
    whole = cancelled.notes("whole")
    assert whole, "a probe could not connect"
    assert whole[0].value[2], f"{when}; before that, it had not sent back the first one"
    at, how = ended(cancelled, 0, when)
    assert how == "was cancelled", f"{when}: expected it to be cancelled; it {how}"
    cancel = cancelled.calls("wait")[0].end
    assert at - cancel < 0.35, f"{when}, and ended {at - cancel:.2f} s later"
    closed = cancelled.notes("closed")[0]
    assert closed.value is True, f"{when}, and 0.6 s later its connection was still open"
    early = cancel - closed.at
    assert early < 0.3, f"the connection was closed {early:.2f} s before echo was cancelled"
    late = closed.at - cancel
    assert late < 0.4, f"{when}, and its connection was closed {late:.2f} s later"


def came_back(trace: Trace, number: int) -> int:
    """How many bytes of a piece came back in time."""
    return next((int(note.value[1]) for note in trace.notes("back") if note.value[0] == number), 0)


def ended(trace: Trace, number: int, when: str) -> tuple[Seconds, str]:
    """When and how the echo of a connection ended."""
    calls = [call for call in trace.calls("ended") if call.args[0] == number]
    if not calls:
        pytest.fail(f"{when}; echo did not end")
    return calls[0].start, str(calls[0].args[1])


def _shown(piece: bytes) -> str:
    return repr(piece) if len(piece) < 20 else f"{len(piece):,} bytes"


def _counted(count: int) -> str:
    return f"{count:,} of them" if count else "none of them"
