"""one_client_at_a_time: clients that are slow, say nothing or vanish are no other client's business."""

import asyncio
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest

from grader.suite import SERVER_PORT, Run, Seconds, Trace, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("PORT", "book", "visit", "main")

END = b""
"""Instead of a piece: the client sends nothing more."""


async def visit(run: Run, name: str, pieces: Sequence[tuple[float, bytes]]) -> None:
    """A client that sends pieces, each after a pause in seconds; noted is what it sends and what it is told."""
    reader, writer = await run.connect(run.port)
    listening = asyncio.create_task(listen(run, name, reader))
    for pause_s, data in pieces:
        await asyncio.sleep(pause_s)
        with suppress(OSError):  # the server has closed the connection; what was told says so
            if data == END:
                writer.write_eof()
            else:
                writer.write(data)
        run.note("sent", name)
    await listening
    writer.close()


async def listen(run: Run, name: str, reader: asyncio.StreamReader) -> None:
    with suppress(ConnectionError):
        while line := await reader.readline():
            run.note(f"told {name}", line.decode(errors="replace").strip())
    run.note(f"closed {name}")


async def vanish(run: Run, data: bytes, stays_s: float) -> None:
    """A client that sends something and then resets the connection."""
    _, writer = await run.connect(run.port)
    writer.write(data)
    await asyncio.sleep(stays_s)
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def line(seat: str) -> bytes:
    return f"{seat}\n".encode()


KINDS = ["row", "box", "loge", "stall", "balcony", "circle", "pit", "gallery", "terrace", "tier", "bench"]
SEATS = [f"{kind} {fresh.number(10, 99)}" for kind in KINDS]
ANSWER = {seat: f"{seat}: {fresh.token()}" for seat in SEATS}
SLOW, QUICK, FIRST, SECOND = SEATS[:4]
TAKES = {SLOW: 1.3, QUICK: 0.2, FIRST: 0.5, SECOND: 0.2}


# The clients that ask for something in the evening.
QUESTIONS = {"quick": [QUICK], "both": [FIRST, SECOND], "slow": [SLOW]}


async def busy_evening(run: Run) -> None:
    async with asyncio.TaskGroup() as others:
        others.create_task(visit(run, "silent", []))
        # Half a line, and the rest when the evening is over.
        others.create_task(visit(run, "hesitant", [(0.0, b"row"), (9.0, b" 100\n")]))
        await asyncio.sleep(0.2)
        clients = [others.create_task(visit(run, "slow", [(0.0, line(SLOW)), (0.0, END)]))]
        await asyncio.sleep(0.1)
        clients += [others.create_task(visit(run, "quick", [(0.0, line(QUICK)), (0.0, END)]))]
        # Two questions in one piece, of which the second is answered sooner.
        clients += [others.create_task(visit(run, "both", [(0.0, line(FIRST) + line(SECOND)), (0.05, END)]))]
        await asyncio.wait(clients, timeout=2.2)
        run.stop()


HOUSE_S = 0.6
# Each client needs the ledger for as long; the last one for two questions in one piece, the longer one first.
HOUSE = {"Ann": SEATS[:1], "Bo": SEATS[1:2], "Cy": SEATS[2:3], "Dee": SEATS[3:5]}
HOUSE_TAKES = dict.fromkeys(SEATS[:3], HOUSE_S) | {SEATS[3]: 0.4, SEATS[4]: 0.2}


async def full_house(run: Run) -> None:
    async with asyncio.TaskGroup() as group:
        clients = [
            group.create_task(visit(run, name, [(0.0, b"".join(map(line, seats))), (0.05, END)]))
            for name, seats in HOUSE.items()
        ]
        await asyncio.wait(clients, timeout=3)
        run.stop()


BEFORE, GONE, KEYLESS, LATE, GROUP, AFTER = SEATS[5:]
FAILS: dict[str, Exception] = {
    KEYLESS: KeyError("no such seat"),
    LATE: TimeoutError("the ledger does not answer"),
    GROUP: ExceptionGroup("two ledgers failed", [OSError("one"), ValueError("two")]),
}
GARBLED = b"\xff\xfe\xfa\n"


async def bad_evening(run: Run) -> None:
    """One client's booking takes until all the others have failed; another one comes afterwards."""
    async with asyncio.TaskGroup() as group:
        clients = [group.create_task(visit(run, BEFORE, [(0.0, line(BEFORE)), (0.0, END)]))]
        await asyncio.sleep(0.1)
        for seat in FAILS:
            group.create_task(visit(run, seat, [(0.0, line(seat))]))
        group.create_task(visit(run, "garbled", [(0.1, GARBLED)]))
        await asyncio.gather(vanish(run, line(GONE), 0.2), vanish(run, b"", 0.1), vanish(run, b"ro", 0.1))
        await asyncio.sleep(0.4)
        clients += [group.create_task(visit(run, AFTER, [(0.0, line(AFTER)), (0.0, END)]))]
        await asyncio.wait(clients, timeout=1.6)
        run.stop()


STUCK = SEATS[0]
CANCELLED_S = 0.8


async def closing_time(run: Run) -> None:
    """Two clients are there when the server is cancelled, and others come afterwards."""
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        group.create_task(visit(run, "silent", []))
        group.create_task(visit(run, "waiting", [(0.0, line(STUCK))]))
        await asyncio.sleep(CANCELLED_S + 0.2)
        for _ in range(3):
            await asyncio.sleep(0.2)
            with suppress(ConnectionError):
                await loop.sock_connect(run.stream_socket(), ("127.0.0.1", run.port))
                run.note("let in")


def box_office(seconds: dict[str, float]) -> dict[str, Any]:
    return {
        "book": double(
            "book",
            delay=lambda seat: seconds.get(seat, 0.2),
            reply=lambda seat: ANSWER.get(seat, "no such seat"),
            raises=FAILS.get,
        )
    }


SERVER: dict[str, Any] = {"scenario": True, "clients": 10, "allow": ("stop",)}

as_it_is = record(None, world={"PORT": SERVER_PORT}, clients=1)
busy = record("serve", SERVER_PORT, world=box_office(TAKES), drive=busy_evening, **SERVER)
full = record("serve", SERVER_PORT, world=box_office(HOUSE_TAKES), drive=full_house, **SERVER)
bad = record("serve", SERVER_PORT, world=box_office({BEFORE: 1.2}), drive=bad_evening, **SERVER)
called_off = record(
    "serve_called_off",
    double("wait", delay=lambda seconds: seconds),
    SERVER_PORT,
    CANCELLED_S,
    scenario=True,
    world=box_office({STUCK: 9.0}),
    drive=closing_time,
    clients=10,
)


@points(1, "the program lets Bo book before Ann has chosen", public=True)
def test_program(as_it_is: Trace, full: Trace) -> None:
    lines = ["Bo: box 7 is yours", "Ann: row 3 is yours"]
    assert as_it_is.lines == lines, f"expected {_shown(lines)}; the program printed {_shown(as_it_is.lines)}"
    assert 0.1 < as_it_is.at(lines[0]) < 1.1
    assert as_it_is.at(lines[1]) < 2.1
    for client, seats in HOUSE.items():
        assert told(full, client), (
            f"here the lines are right; of {len(HOUSE)} others, one got no answer for {seats[0]!r}"
        )


@points(1, "a client gets an answer for each of its lines, in their order")
def test_answers(full: Trace) -> None:
    for client, seats in HOUSE.items():
        expected, answers = [ANSWER[seat] for seat in seats], told(full, client)
        assert answers == expected, (
            f"a client sent {_shown(seats)}: expected the answers {_shown(expected)}; it got {_shown(answers)}"
        )


@points(1, "when a client has finished, its connection is closed")
def test_hung_up(full: Trace) -> None:
    for client, seats in HOUSE.items():
        answers = full.notes(f"told {client}")
        assert answers, f"a client that sent {_shown(seats)} got no answer"
        _closed(full, client, answers[-1].at, "had sent the end of its stream, and got its last answer")


@points(2, "no client waits for one that is slow or says nothing")
def test_nobody_waits(busy: Trace) -> None:
    evening = "while one client says nothing, one has sent half a line and one has a slow booking"
    for client, seats in QUESTIONS.items():
        assert told(busy, client), f"{evening}: a client that sent {_shown(seats)} got no answer"
        takes = sum(TAKES[seat] for seat in seats)
        took = busy.notes(f"told {client}")[-1].at - sent(busy, client)
        assert took < takes + 0.4, (
            f"{evening}: a client that sent {_shown(seats)}, which takes {takes:.1f} s to book, got its last answer "
            f"after {took:.2f} s"
        )


@points(1, "clients that come at the same time are served at the same time", means="sequential-await")
def test_together(full: Trace) -> None:
    come = f"{len(HOUSE)} clients came together, and each needed {HOUSE_S} s to book"
    for client, seats in HOUSE.items():
        assert told(full, client), f"{come}: one got no answer for {seats[0]!r}"
    took = max(full.notes(f"told {client}")[-1].at for client in HOUSE) - min(sent(full, client) for client in HOUSE)
    assert took < HOUSE_S + 0.4, f"{come}: the last answer came after {took:.2f} s"


@points(2, "trouble with one client ends its connection, and no other", means="failure-ends-all")
def test_trouble(bad: Trace) -> None:
    for client, when in ((BEFORE, "who was waiting already"), (AFTER, "who came afterwards")):
        assert told(bad, client) == [ANSWER[client]], (
            f"some clients vanished, one sent bytes that are not UTF-8, and the bookings of {len(FAILS)} failed: "
            f"a client {when} got {_shown(told(bad, client))}; expected {ANSWER[client]!r}"
        )
    for client in FAILS:
        _closed(bad, client, sent(bad, client) + 0.2, f"could not book because of {type(FAILS[client]).__name__}")
    _closed(bad, "garbled", sent(bad, "garbled"), "sent bytes that are not UTF-8")


@points(2, "a cancelled serve ends at once, and so does all that it started", means="swallowed-cancellation")
def test_cancelled(called_off: Trace) -> None:
    cancel, end = called_off.notes("cancel")[0].at, called_off.notes("ended")[0]
    assert end.value == "was cancelled", f"expected a cancelled serve to raise CancelledError; it {end.value}"
    late = end.at - cancel
    assert late < 0.35, f"serve was cancelled, and ended {late:.2f} s later; expected that at once"
    for client in ("silent", "waiting"):
        _closed(called_off, client, end.at, "was connected when serve was cancelled")
    bookings = called_off.calls("book")
    assert bookings, f"one client said nothing, and another one sent {STUCK!r}, which was never booked"
    went_on = bookings[0].end - end.at
    assert went_on < 0.35, f"serve was cancelled, and a booking went on for {went_on:.2f} s"
    for note in called_off.notes("let in"):
        after = note.at - end.at
        assert after < 0.15, f"a client could connect {after:.2f} s after serve had been cancelled"


def told(trace: Trace, client: str) -> list[str]:
    return [str(note.value) for note in trace.notes(f"told {client}")]


def sent(trace: Trace, client: str) -> Seconds:
    """When a client sent its first piece."""
    found = [note.at for note in trace.notes("sent") if note.value == client]
    if not found:
        pytest.fail("a client could not connect to the port that serve was given")
    return found[0]


def _closed(trace: Trace, client: str, since: Seconds, why: str) -> None:
    closed = trace.notes(f"closed {client}")
    assert closed, f"a client {why}, and its connection was not closed"
    late = closed[0].at - since
    assert late < 0.4, f"a client {why}, and its connection was closed {late:.2f} s later"


def _shown(lines: Sequence[str]) -> str:
    return ", ".join(repr(line) for line in lines) or "nothing"
