"""half_close: the office answers when it has been told that there is no more to come."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import pytest

from grader.suite import PORT, Run, Trace, counted, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("PATIENCE", "ANSWERS", "office", "main")

PATIENCE_S = 1.0
ANSWER_S = 0.4
CANCELLED_S = 0.5
STAY_S = 0.8
"""After the cancellation, when the office looks whether somebody is still there."""
CLOSE, RESET, STAY = "closes", "resets", "stays"


@dataclass(frozen=True)
class Office:
    """What the office does with a connection."""

    answers: Sequence[str] = ()
    """The lines that it answers with, each after ``ANSWER_S``."""
    end: str = CLOSE
    reads: bool = True

    async def serve(self, run: Run, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        run.note("connected")
        looks = asyncio.create_task(asyncio.sleep(STAY_S))
        if not self.reads:
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            await asyncio.sleep(ANSWER_S)
            await self.finish(run, writer, looks)
            return
        got = await self.read_all(run, reader)
        run.note("got", got.decode(errors="replace"))
        for answer in self.answers:
            await asyncio.sleep(ANSWER_S)
            # In two pieces, as over any stream.
            writer.write(answer[:3].encode())
            await asyncio.sleep(0.03)
            writer.write(f"{answer[3:]}\n".encode())
            run.note("answered", answer)
        await self.finish(run, writer, looks)

    async def read_all(self, run: Run, reader: asyncio.StreamReader) -> bytes:
        """All that comes before the end; nothing more is waited for when nothing has come for a while."""
        got = b""
        try:
            while data := await asyncio.wait_for(reader.read(65536), PATIENCE_S):
                got += data
                run.note("received", len(data))
        except TimeoutError:
            run.note("lost patience")
        else:
            run.note("end")
        return got

    async def finish(self, run: Run, writer: asyncio.StreamWriter, looks: asyncio.Task[None]) -> None:
        if self.end == RESET:
            sock: socket.socket = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        elif self.end == STAY:
            await looks
            # A write to a connection that the other end has closed is answered with a reset.
            while not writer.is_closing():
                writer.write(b"\n")
                await asyncio.sleep(0.03)
            run.note("hung up")
        writer.close()


def office(behaviour: Office) -> Callable[[Run], Awaitable[None]]:
    async def drive(run: Run) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await behaviour.serve(run, reader, writer)
            except (OSError, EOFError):
                run.note("hung up")
                writer.close()

        assert run.listener
        if not behaviour.reads:
            # Segments and buffers as small as they can be: the system keeps about 100 kB of what is sent.
            run.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            run.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        async with await asyncio.start_server(serve, sock=run.listener) as server:
            await server.serve_forever()

    return drive


RECEIPTS = [f"receipt {number} of {name}" for number, name in zip(range(11, 16), fresh.first_names(5), strict=True)]
TAX = {receipt: f"{receipt}: {fresh.number(2, 99)} euros, {fresh.token()}" for receipt in RECEIPTS}
# The third and the last one are never answered, and the others not in the order in which they were sent.
ANSWERED = [RECEIPTS[1], RECEIPTS[0], RECEIPTS[3]]
ANSWERS = [TAX[receipt] for receipt in ANSWERED]
MISSING = [receipt for receipt in RECEIPTS if receipt not in ANSWERED]

# More than the system and the program keep together, so that send has to wait until the office reads.
MANY = [f"receipt {number} of {fresh.token() * 100}" for number in range(1000, 1300)]


def sends(receipts: Sequence[str], behaviour: Office) -> Any:
    return record("send", PORT, receipts, listen=True, drive=office(behaviour), allow=("raise",))


WAIT = double("wait", delay=lambda seconds: seconds)

as_it_is = record(None)
day = sends(RECEIPTS, Office(ANSWERS))
nothing = sends([], Office())
reset = sends(RECEIPTS, Office(ANSWERS[:1], RESET))
reset_early = sends(RECEIPTS, Office((), RESET))
reset_while_sending = record(
    "send_later", WAIT, PORT, MANY, scenario=True, listen=True, drive=office(Office((), RESET, reads=False)),
    allow=("raise",),
)  # fmt: skip
# Nobody listens at this port.
refused = record("send", 1, RECEIPTS, allow=("raise",))
called_off = record(
    "send_called_off",
    WAIT,
    PORT,
    RECEIPTS,
    CANCELLED_S,
    scenario=True,
    listen=True,
    drive=office(Office((), STAY)),
)


@points(1, "the program prints two answers, and one receipt without an answer", public=True)
def test_program(as_it_is: Trace, day: Trace) -> None:
    expected = ["receipt 17: 4 euros of tax", "receipt 18: 9 euros of tax", "no answer: receipt 19"]
    _compare(as_it_is, expected, "as a program")
    assert as_it_is.at(expected[-1]) < 1.1
    missing = [answer for answer in ANSWERS if answer not in day.lines]
    assert not missing, f"here the lines are right; with {len(RECEIPTS)} other receipts, {missing[0]!r} was not printed"


@points(1, "the office gets all receipts, a line each, and nothing else")
def test_got(day: Trace, nothing: Trace) -> None:
    for trace, receipts in ((day, RECEIPTS), (nothing, [])):
        got = [str(note.value) for note in trace.notes("got")]
        expected = [f"{receipt}\n" for receipt in receipts]
        assert got == ["".join(expected)], (
            f"sent with {counted(len(receipts), 'receipt')}: expected one connection, on which the office gets "
            f"{''.join(expected)!r}; it got {', '.join(map(repr, got)) or 'nothing'}"
        )


@points(2, "the office learns at once that the last receipt has been sent", means="end-of-stream")
def test_end(day: Trace, nothing: Trace) -> None:
    for trace, receipts in ((day, RECEIPTS), (nothing, [])):
        connected, ends = trace.notes("connected"), trace.notes("end")
        assert connected, "send did not connect to the office"
        assert ends, (
            f"the office had got {counted(len(receipts), 'receipt')}, and waited {PATIENCE_S:.0f} s for more; "
            "expected the end of the stream"
        )
        late = ends[0].at - max([*trace.notes("received"), *connected], key=lambda note: float(note.at)).at
        assert late < 0.4, f"the office had got everything, and learned {late:.2f} s later that there is no more"


@points(2, "each line of the answer is printed when it arrives")
def test_answers(day: Trace) -> None:
    answered = {note.value: note.at for note in day.notes("answered")}
    for answer in ANSWERS:
        assert answer in answered, f"send hung up before the office could answer {answer!r}"
        assert answer in day.lines, f"the office answered {answer!r}, which was not printed"
        late = day.at(answer) - answered[answer]
        assert late < 0.35, f"the office answered {answer!r}, which was printed {late:.2f} s later"


@points(1, "when the office closes the connection, unanswered receipts are printed")
def test_missing(day: Trace, nothing: Trace) -> None:
    _compare(day, [*ANSWERS, *map(unanswered, MISSING)], "when 3 of 5 receipts are answered")
    _compare(nothing, [], "without any receipt")


@points(1, "when the connection is reset, unanswered receipts are printed")
def test_reset(reset: Trace, reset_early: Trace, reset_while_sending: Trace) -> None:
    others = [receipt for receipt in RECEIPTS if receipt != ANSWERED[0]]
    _compare(reset, [ANSWERS[0], *map(unanswered, others)], "when the connection is reset after one answer")
    _compare(reset_early, [*map(unanswered, RECEIPTS)], "when the connection is reset before any answer")
    _compare(
        reset_while_sending, [*map(unanswered, MANY)],
        f"when the office reads nothing, and the connection is reset before {len(MANY)} long receipts have been sent",
    )  # fmt: skip


@points(1, "a cancelled send closes its connection; a refused one raises an error", means="swallowed-cancellation")
def test_comes_out(called_off: Trace, refused: Trace) -> None:
    cancel, end = called_off.notes("cancel")[0].at, called_off.notes("ended")[0]
    assert end.value == "was cancelled", f"send was cancelled: expected a CancelledError; it {end.value}"
    late = end.at - cancel
    assert late < 0.35, f"send was cancelled, and ended {late:.2f} s later; expected that at once"
    _compare(called_off, [], "when send is cancelled before the office has answered")
    hung_up = called_off.notes("hung up")
    assert hung_up, f"send was cancelled at {end.at:.2f} s, and its connection was still open 1.6 s later"
    late = hung_up[0].at - end.at
    assert late < 1.1, f"send was cancelled at {end.at:.2f} s, and its connection was still open {late:.2f} s later"
    raised = refused.raised.type if refused.raised else "nothing"
    assert raised == "ConnectionRefusedError", (
        f"nobody listens at the port: expected ConnectionRefusedError to come out of send; it raised {raised}"
    )


def unanswered(receipt: str) -> str:
    return f"no answer: {receipt}"


def _compare(trace: Trace, expected: Sequence[str], when: str) -> None:
    if trace.raised:
        pytest.fail(f"{when}: send raised {trace.raised.type}; expected no error")
    for number, (wanted, printed) in enumerate(zip_longest(expected, trace.lines), start=1):
        assert wanted == printed, f"{when}: expected {_shown(wanted)} as line {number}; printed {_shown(printed)}"


def _shown(line: str | None) -> str:
    return "nothing more" if line is None else repr(line if len(line) < 100 else f"{line[:60]}…")
