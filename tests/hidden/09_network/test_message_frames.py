"""message_frames: what was sent as one message does not arrive as one."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from zlib import crc32

import pytest

from grader.suite import PORT, Recipe, Run, Trace, double, fresh, points, read_all, record

LEAVE_ALONE: tuple[str, ...] = ("BULLETINS", "station", "main")


@dataclass(frozen=True)
class Bulletin:
    name: str
    text: bytes

    @property
    def frame(self) -> bytes:
        return f"{self.name} {len(self.text)}\n".encode() + self.text

    @property
    def line(self) -> str:
        return f"{self.name}: {len(self.text)} bytes, checksum {crc32(self.text):08x}"


def bulletin(letters: int) -> Bulletin:
    """A bulletin with line breaks, and with letters that are no single bytes; a part of it looks like a header."""
    text = f"{fresh.token()}°\nwind 12\n\n"
    return Bulletin(fresh.word(), (text * (letters // len(text) + 1))[:letters].encode())


CLOSE, RESET = "closes", "resets"


@dataclass(frozen=True)
class Connection:
    """What the station does with a connection: pieces, each after a pause in seconds, and how it ends it."""

    pieces: Sequence[tuple[float, bytes]]
    end: str = CLOSE


def station(*connections: Connection) -> Callable[[Run], Awaitable[None]]:
    """The station: it notes each piece that it has sent, by its number, and when it ends the connection."""

    async def drive(run: Run) -> None:
        waiting = list(connections)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = waiting.pop(0) if waiting else Connection(())
            looking = asyncio.create_task(look(reader))
            for number, (pause_s, data) in enumerate(connection.pieces):
                await asyncio.sleep(pause_s)
                writer.write(data)
                run.note("sent", number)
            await asyncio.sleep(PAUSE_S)
            run.note("end")
            if connection.end == RESET:
                sock: socket.socket = writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
            writer.close()

            await looking

        async def look(reader: asyncio.StreamReader) -> None:
            with suppress(ConnectionError):
                await read_all(reader)
            run.note("hung up")

        server = await asyncio.start_server(serve, sock=run.listener)
        async with server:
            await server.serve_forever()

    return drive


PAUSE_S = 0.7
WHOLE = [bulletin(letters) for letters in (150, 30, 70)]
WHOLE_FRAMES = [(PAUSE_S, each.frame) for each in WHOLE]
# The second and the third arrive together, with half of the header of the fourth. The last two have no text.
PIECES = [bulletin(letters) for letters in (60, 90, 33, 120, 300_000, 0, 0)]
REST = PIECES[3].frame + PIECES[4].frame
BYTES = [(0.005, bytes([byte])) for byte in PIECES[0].frame]
TOGETHER = (0.2, PIECES[1].frame + PIECES[2].frame + REST[:3])
SPLIT = [*BYTES, TOGETHER, (0.2, REST[3:70]), (0.2, REST[70:]), (0.2, PIECES[5].frame + PIECES[6].frame)]
SLOW, FAST = bulletin(110), bulletin(40)

as_it_is = record(None)
whole = record("receive", PORT, listen=True, drive=station(Connection(WHOLE_FRAMES)))
split = record("receive", PORT, listen=True, drive=station(Connection(SPLIT)))
two = record(
    "two_stations",
    PORT,
    scenario=True,
    listen=True,
    # The header of one bulletin comes, then the other bulletin, and then the rest of the first.
    drive=station(
        Connection([(0.1, SLOW.frame[: -len(SLOW.text)]), (1.3, SLOW.text)]), Connection([(0.3, FAST.frame)])
    ),
)

FIRST = bulletin(80)
UNFINISHED = Bulletin("gale", b"9 metres\n" * 100).frame[:-1]


def broken_off(rest: bytes, end: str = CLOSE) -> Recipe:
    """After a whole bulletin comes the rest, and then the connection ends."""
    connection = Connection([(0.1, FIRST.frame), (0.3, rest)], end)
    return record("receive", PORT, listen=True, drive=station(connection), allow=("raise",))


in_text = broken_off(UNFINISHED)
before_text = broken_off(b"gale 900\n")
in_name = broken_off(b"gale")
# A program that takes this for a whole header misses nothing.
in_header = broken_off(b"calm 0")
reset_in_text = broken_off(UNFINISHED, RESET)
reset = broken_off(b"", RESET)


WAIT = double("wait", delay=lambda seconds: seconds)
ended = record(
    "receive_and_stay", WAIT, PORT, scenario=True, listen=True, drive=station(Connection([(0.1, FIRST.frame)]))
)
called_off = record(
    "receive_called_off",
    WAIT,
    PORT,
    0.9,
    scenario=True,
    listen=True,
    drive=station(Connection([(0.1, FIRST.frame), (0.3, UNFINISHED), (9.0, b"\n")])),
)
# Nobody listens at this port.
refused = record("receive", 1, allow=("raise",))


@points(1, "the program prints its two bulletins at the times shown", public=True)
def test_program(as_it_is: Trace, split: Trace) -> None:
    expected = [
        "gale: 90000 bytes, checksum 9e9584db",
        "fog: 44 bytes, checksum fc8cc2bc",
        "all received",
    ]
    _compare(as_it_is, expected, "as a program")
    assert as_it_is.at(expected[0]) > 0.1
    assert as_it_is.elapsed < 1.1
    lines = [each.line for each in PIECES]
    missing = [line for line in lines if line not in split.lines]
    assert not missing, f"here the lines are right; of {len(lines)} other bulletins, {len(missing)} were not printed"


@points(1, 'bulletins that arrive whole are printed, and then "all received"')
def test_whole(whole: Trace) -> None:
    _compare(whole, [*(each.line for each in WHOLE), "all received"], "when each bulletin is sent in one piece")


@points(
    3, "the bytes may arrive in any pieces: one at a time, or several bulletins at once", means="message-boundaries"
)
def test_pieces(split: Trace) -> None:
    _compare(
        split,
        [*(each.line for each in PIECES), "all received"],
        "when the first bulletin is sent a byte at a time, and the next two together in one piece",
    )


@points(1, "each line is printed as soon as the last byte of the bulletin has arrived")
def test_at_once(whole: Trace) -> None:
    sent = {note.value: note.at for note in whole.notes("sent")}
    for number, each in enumerate(WHOLE):
        late = whole.at(each.line) - sent[number]
        assert late < 0.35, (
            f"the last byte of {each.name} was sent at {sent[number]:.2f} s, and its line came {late:.2f} s later"
        )
    ended = whole.at("all received") - whole.notes("end")[0].at
    assert ended < 0.35, f'"all received" came {ended:.2f} s after the station had closed the connection'


@points(2, '"broken off" is printed when a connection is reset or ends too early')
def test_broken_off(
    in_text: Trace, before_text: Trace, in_name: Trace, in_header: Trace, reset_in_text: Trace, reset: Trace
) -> None:
    for trace, how in (
        (in_text, "is closed one byte before the end of a bulletin"),
        (before_text, "is closed after a header, before its bulletin"),
        (in_name, 'is closed after "gale", before the header is complete'),
        (in_header, 'is closed after "calm 0", before the header is complete'),
        (reset_in_text, "is reset within a bulletin"),
        (reset, "is reset after a whole bulletin"),
    ):
        _compare(trace, [FIRST.line, "broken off"], f"when the connection {how}")


@points(1, "two stations are heard at the same time")
def test_two(two: Trace) -> None:
    _compare(two, [FAST.line, "all received", SLOW.line, "all received"], "with two connections")
    fast, slow = two.at(FAST.line), two.at(SLOW.line)
    assert fast < 0.8, (
        f"one station had sent its bulletin after 0.3 s, the other after 1.4 s; the lines came after "
        f"{fast:.2f} s and {slow:.2f} s"
    )


@points(1, "a cancellation or a refused connection comes out", means="swallowed-cancellation")
def test_comes_out(called_off: Trace, refused: Trace) -> None:
    end = called_off.notes("ended")[0]
    assert end.value == "was cancelled", (
        f"when receive is cancelled while it waits for the rest of a bulletin: it {end.value}; "
        "expected it to be cancelled"
    )
    late = end.at - called_off.notes("cancel")[0].at
    assert late < 0.35, f"receive was cancelled, and ended {late:.2f} s later; expected that at once"
    _compare(called_off, [FIRST.line], "when receive is cancelled while it waits for the rest of a bulletin")
    raised = refused.raised.type if refused.raised else "nothing"
    assert raised == "ConnectionRefusedError", (
        f"when nobody listens at the port: expected ConnectionRefusedError to come out of receive; it raised {raised}"
    )
    assert not refused.lines, f"when nobody listens at the port: receive printed {_shown(refused.lines[0])}"


@points(1, "the connection is closed when receive ends", means="skipped-cleanup")
def test_closed(ended: Trace, called_off: Trace) -> None:
    for trace, how in ((ended, "returned"), (called_off, "was cancelled")):
        end, hung_up = trace.notes("ended")[0].at, trace.notes("hung up")
        assert hung_up, f"receive {how} at {end:.2f} s, and its connection was still open 0.8 s later"
        late = hung_up[0].at - end
        assert late < 0.4, f"receive {how} at {end:.2f} s, and its connection was closed {late:.2f} s later"


def _compare(trace: Trace, expected: Sequence[str], when: str) -> None:
    if trace.raised:
        pytest.fail(f"{when}: receive raised {trace.raised.type}; expected {expected[-1]!r}")
    for number, (wanted, printed) in enumerate(zip_longest(expected, trace.lines), start=1):
        assert wanted == printed, f"{when}: expected {_shown(wanted)} as line {number}; printed {_shown(printed)}"


def _shown(line: str | None) -> str:
    return "nothing more" if line is None else repr(line)
