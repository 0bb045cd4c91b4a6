"""raw_protocol: a protocol is the state of one connection, and what it receives are pieces of bytes, not lines."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from dataclasses import dataclass
from itertools import pairwise

from grader.suite import SERVER_PORT, Run, Seconds, Trace, counted, fresh, points, record, times

LEAVE_ALONE: tuple[str, ...] = ("PIECES", "buoy", "main")

ENOUGH_S = 0.4
"""After the last connection: for what is reported late, or twice."""


@dataclass(frozen=True)
class Buoy:
    """What a buoy sends, piece by piece, and how its connection ends."""

    how: str
    """For messages: what is special about it."""
    name: str
    text: str
    report: str | None
    cuts: tuple[int, ...] = ()
    """Where the bytes are cut into pieces."""
    pause: float = 0.0
    """Seconds after each piece."""
    resets: bool = False
    """It ends with a reset, instead of an orderly end."""

    def pieces(self) -> list[bytes]:
        data = self.text.encode()
        edges = [0, *self.cuts, len(data)]
        return [data[start:end] for start, end in pairwise(edges)]

    def answers(self) -> list[str]:
        """What the harbour answers to its lines."""
        good, found = 0, []
        for line in self.text.split("\n")[1:-1]:
            is_good = line.removeprefix("-").replace(".", "", 1).isdigit()
            good += is_good
            found.append(f"ok {good}" if is_good else "bad")
        return found


def height() -> str:
    """The highest height as a number, but not as a text: it competes with a 9.9."""
    return f"{fresh.number(100, 140) / 10:.1f}"


# Names with letters of two bytes, which a cut can divide.
CUT, BYTES, MANY, NEGATIVE, BAD, EMPTY, RESET, HALF, LATE = (f"{town} ø" for town in fresh.towns(9))
TOP, TOP_OF_MANY = height(), height()
MANY_HEIGHTS = fresh.shuffled(["9.9", TOP_OF_MANY, *(f"{fresh.number(10, 89) / 10:.1f}" for _ in range(38))])
_CUT_TEXT = f"{CUT}\n9.9\n{TOP}\n1.5\n"
_CUT_AT = len(CUT.encode())

BUOYS = [
    # In the middle of a letter, of a number, and right before a line feed.
    Buoy(
        "sends its lines cut into pieces", CUT, _CUT_TEXT, f"{CUT}: heights 3, highest {TOP}",
        (_CUT_AT - 1, _CUT_AT + 2, _CUT_AT + 6, len(_CUT_TEXT.encode()) - 1), 0.2,
    ),
    Buoy(
        "sends a byte at a time", BYTES, f"{BYTES}\n7.5\n8.5\n", f"{BYTES}: heights 2, highest 8.5",
        tuple(range(1, len(f"{BYTES}\n7.5\n8.5\n".encode()))), 0.02,
    ),
    Buoy(
        "sends everything in one piece", MANY, "\n".join([MANY, *MANY_HEIGHTS, ""]),
        f"{MANY}: heights 40, highest {TOP_OF_MANY}",
    ),
    Buoy(
        "sends heights below zero", NEGATIVE, f"{NEGATIVE}\n-2.5\n-0.5\n-1.5\n",
        f"{NEGATIVE}: heights 3, highest -0.5",
    ),
    Buoy(
        "sends lines that are not numbers",
        BAD,
        f"{BAD}\nhigh\n2.5\n\n3.5 m\n1.5\n",
        f"{BAD}: heights 2, highest 2.5",
    ),
    Buoy("sends its name only", EMPTY, f"{EMPTY}\n", f"{EMPTY}: heights 0"),
    Buoy(
        "resets its connection after two heights", RESET, f"{RESET}\n3.5\n2.5\n",
        f"{RESET}: heights 2, connection lost", pause=0.3, resets=True,
    ),
    Buoy(
        "ends its connection in the middle of a line", HALF, f"{HALF}\n4.5\n5.", f"{HALF}: heights 1, connection lost"
    ),
    Buoy("ends its connection in the middle of its name", "", fresh.town(), None),
    Buoy("resets its connection before it has sent anything", "", "", None, pause=0.2, resets=True),
    # The last to end: the others are reported before.
    Buoy("sends a height and stays", LATE, f"{LATE}\n6.5\n", f"{LATE}: heights 1, highest 6.5", pause=1.3),
]  # fmt: skip


async def sea(run: Run) -> None:
    """All buoys at the same time."""
    await asyncio.gather(*(report(run, buoy) for buoy in BUOYS))
    await asyncio.sleep(ENOUGH_S)
    run.stop()


async def report(run: Run, buoy: Buoy) -> None:
    reader, writer = await run.connect(run.port)

    async def answers() -> None:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                run.note("answered", [buoy.how, line.decode(errors="replace").rstrip("\n")])

    listening = asyncio.create_task(answers())
    sent = b""
    with contextlib.suppress(ConnectionError):
        for piece in buoy.pieces():
            writer.write(piece)
            sent += piece
            run.note("sent", [buoy.how, sent.count(b"\n")])
            await asyncio.sleep(buoy.pause)
    run.note("ends", buoy.how)
    if buoy.resets:
        sock: socket.socket = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    else:
        with contextlib.suppress(OSError):
            writer.write_eof()
        await asyncio.wait([listening], timeout=1.0)
        writer.close()
    listening.cancel()


as_it_is = record(None)
harbour = record(
    "harbour", SERVER_PORT, scenario=True, clients=len(BUOYS), drive=sea, allow=("stop",)
)  # fmt: skip


def buoy_that(how: str) -> Buoy:
    return next(buoy for buoy in BUOYS if buoy.how == how)


def answered(run: Trace, buoy: Buoy) -> list[tuple[str, Seconds]]:
    return [(str(note.value[1]), note.at) for note in run.notes("answered") if note.value[0] == buoy.how]


def reported(run: Trace, buoy: Buoy) -> None:
    """Check that the report of this buoy came, once."""
    mine = [line for line in run.lines if line.startswith(f"{buoy.name}:")]
    assert buoy.report in mine, f"when a buoy {buoy.how}, and others are connected: expected {buoy.report!r}; " + (
        f"reports got {mine[0]!r}" if mine else "it was not reported under its name"
    )
    assert len(mine) == 1, f"when a buoy {buoy.how}, and others are connected: it was reported {times(len(mine))}"


@points(1, "the program reports three buoys", public=True)
def test_program(as_it_is: Trace, harbour: Trace) -> None:
    assert as_it_is.lines == [
        "north: heights 3, highest 10.5",
        "south: heights 2, highest 0.7",
        "west: heights 1, connection lost",
    ]
    expected = {buoy.report for buoy in BUOYS if buoy.report}
    right = expected & set(harbour.lines)
    assert len(right) > len(expected) / 2, (
        f"the file's own buoys are reported, but of {len(expected)} others {len(right)} are reported as expected"
    )


@points(1, "a line counts when it is complete, however many pieces it comes in", means="message-boundaries")
def test_pieces(harbour: Trace) -> None:
    for how in ("sends its lines cut into pieces", "sends a byte at a time"):
        reported(harbour, buoy_that(how))


@points(1, "all lines that come in one piece count")
def test_one_piece(harbour: Trace) -> None:
    reported(harbour, buoy_that("sends everything in one piece"))


@points(2, "what a buoy sends counts for this buoy only", means="shared-state")
def test_own(harbour: Trace) -> None:
    for buoy in BUOYS:
        mine = [line for line in harbour.lines if buoy.name and line.startswith(f"{buoy.name}:")]
        assert not buoy.name or mine, (
            f"when a buoy {buoy.how}, and others are connected: it was not reported under its name"
        )
        count = sum(answer.startswith("ok") for answer in buoy.answers())
        for line in mine:
            got = line.removeprefix(f"{buoy.name}: heights ").partition(",")[0]
            assert got == str(count), (
                f"when a buoy {buoy.how}, and others are connected: it sent {counted(count, 'height')}; "
                f"reports got {line!r}"
            )


@points(1, "each height is answered at once, with its number")
def test_answers(harbour: Trace) -> None:
    for buoy in BUOYS:
        if "bad" in buoy.answers():
            continue
        sent = [(note.value[1], note.at) for note in harbour.notes("sent") if note.value[0] == buoy.how]
        got = answered(harbour, buoy)
        for nth, expected in enumerate(buoy.answers()):
            at = next((at for lines, at in sent if lines > nth + 1), None)
            assert at is not None, (
                f"when a buoy {buoy.how}: its connection was closed before it had sent line {nth + 2}"
            )
            assert nth < len(got), f"when a buoy {buoy.how}: expected {expected!r}; no such answer came"
            assert got[nth][0] == expected, (
                f"when a buoy {buoy.how}: expected {expected!r}; the answer was {got[nth][0]!r}"
            )
            late = got[nth][1] - at
            assert late < 0.4, (
                f"when a buoy {buoy.how}: {expected!r} came {late:.2f} s after the line; expected it at once"
            )
        assert len(got) == len(buoy.answers()), (
            f"when a buoy {buoy.how}: expected {counted(len(buoy.answers()), 'answer')}; {len(got)} came"
        )


@points(1, "a line that is not a number gets bad, and the connection stays open")
def test_bad(harbour: Trace) -> None:
    buoy = buoy_that("sends lines that are not numbers")
    got = [text for text, _ in answered(harbour, buoy)]
    assert got == buoy.answers(), (
        f"when a buoy sends {', '.join(map(repr, buoy.text.split(chr(10))[1:-1]))}: "
        f"expected {', '.join(buoy.answers())}; " + (f"the answers were {', '.join(got)}" if got else "no answer came")
    )
    reported(harbour, buoy)


@points(1, "the end of a connection is reported at once, with the highest height")
def test_reports(harbour: Trace) -> None:
    for how in ("sends heights below zero", "sends its name only", "sends a height and stays"):
        reported(harbour, buoy_that(how))
    for buoy in BUOYS:
        if buoy.report is None or buoy.report not in harbour.lines:
            continue
        end = next(note.at for note in harbour.notes("ends") if note.value == buoy.how)
        late = harbour.at(buoy.report) - end
        assert late < 0.4, f"when a buoy {buoy.how}: it was reported {late:.2f} s after the end of its connection"


@points(1, "a connection that breaks off is reported as lost")
def test_lost(harbour: Trace) -> None:
    for how in ("resets its connection after two heights", "ends its connection in the middle of a line"):
        reported(harbour, buoy_that(how))
    lost = [line for line in harbour.lines if line.endswith("connection lost")]
    assert len(lost) == 2, f"two connections broke off; {len(lost)} were reported as lost"


@points(1, "a connection without a complete name is not reported")
def test_nameless(harbour: Trace) -> None:
    names = {buoy.name for buoy in BUOYS if buoy.name}
    others = [line for line in harbour.lines if line.partition(":")[0] not in names]
    assert not others, f"when a buoy ends its connection before its name is complete: reports got {others[0]!r}"
    assert harbour.lines, "no buoy was reported"
