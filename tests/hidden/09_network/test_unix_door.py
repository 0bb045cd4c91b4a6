"""unix_door: a socket file tells nothing of the program behind it; the grader is visitor, and another keeper."""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from grader.suite import Run, Trace, double, fresh, points, read_all, record

LEAVE_ALONE: tuple[str, ...] = ("unlock", "visit", "main")

DOOR = "door.sock"
VISITORS = fresh.first_names(3)
CODE = {visitor: f"code {fresh.token()}" for visitor in VISITORS}
UNLOCK_S = 0.3
DAY, NIGHT = KEEPERS = fresh.words(2)
NOTES = f"written by {fresh.first_name()}\n"


async def look_at_door(run: Run) -> None:
    """Note whenever the file comes or goes."""
    there = False
    while True:
        if (run.scratch / DOOR in run.scratch.iterdir()) != there:
            there = not there
            run.note("file", there)
        await asyncio.sleep(0.02)


async def visit(run: Run, visitor: str) -> None:
    """A visitor, and what they are told; of a door at which nobody is, nothing is noted."""
    with suppress(OSError):
        reader, writer = await run.connect_unix(DOOR)
        run.note("knocked", visitor)
        # In two pieces, as over any stream.
        writer.write(visitor[:2].encode())
        await asyncio.sleep(0.05)
        writer.write(f"{visitor[2:]}\n".encode())
        run.note(f"told {visitor}", (await read_all(reader)).decode(errors="replace").strip())
        writer.close()


async def say_nothing(run: Run) -> None:
    with suppress(OSError):
        _, writer = await run.connect_unix(DOOR)
        try:
            await asyncio.sleep(9)
        finally:
            writer.close()


async def evening(run: Run) -> None:
    """Somebody who says nothing, and visitors who come at the same time; the last one comes to the second keeper."""
    looking = asyncio.create_task(look_at_door(run))
    try:
        await run.line(f"{DAY}: at the door")
        silent = asyncio.create_task(say_nothing(run))
        await asyncio.gather(*(visit(run, visitor) for visitor in VISITORS[:2]))
        silent.cancel()
        await run.line(f"{NIGHT}: at the door")
        await visit(run, VISITORS[2])
        await asyncio.sleep(9)
    finally:
        looking.cancel()


async def another_keeper(run: Run) -> None:
    """Somebody else is at the door: they say nothing, and note who comes."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while line := await reader.readline():
                run.note("came to the other", line.decode(errors="replace").strip())
        writer.close()

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(run.scratch / DOOR))
        async with await asyncio.start_unix_server(listen, sock=listener), asyncio.TaskGroup() as group:
            # The second visitor comes when the keeper who came second has been cancelled.
            for visitor in VISITORS[:2]:
                await asyncio.sleep(0.7)
                group.create_task(visit(run, visitor))
            await asyncio.sleep(9)


def crashed(scratch: Path) -> None:
    """Leave a socket file behind on which nobody listens."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(scratch / DOOR))


def notes(scratch: Path) -> None:
    (scratch / DOOR).write_text(NOTES)


async def read_notes(run: Run) -> None:
    while True:
        with suppress(OSError):
            run.note("notes", run.read_file(DOOR) == NOTES)
        await asyncio.sleep(0.1)


WORLD = {"unlock": double("unlock", delay=UNLOCK_S, reply=lambda visitor: CODE.get(visitor, "who are you?"))}
WAIT = double("wait", delay=lambda seconds: seconds)
KEEPER: dict[str, Any] = {"scenario": True, "world": WORLD}

as_it_is = record(None)
shifts = record("keep", WAIT, DOOR, KEEPERS, 0.0, 0.65, drive=evening, **KEEPER)
stale = record("keep", WAIT, DOOR, [DAY], 0.0, 0.65, prepare=crashed, drive=evening, **KEEPER)
taken = record("keep", WAIT, DOOR, [NIGHT], 0.3, 0.8, drive=another_keeper, **KEEPER)
other_file = record("keep", WAIT, DOOR, [DAY], 0.0, 0.5, prepare=notes, drive=read_notes, **KEEPER)


@points(1, "the program lets Ann and Bo in, and leaves no socket file behind", public=True)
def test_program(as_it_is: Trace, shifts: Trace) -> None:
    expected = [
        "day: at the door",
        "night: the door is taken",
        "Ann: come in, Ann",
        "Bo: come in, Bo",
        "door.sock is gone",
    ]
    assert as_it_is.lines == expected, f"expected {_shown(expected)}; the program printed {_shown(as_it_is.lines)}"
    assert 0.7 < as_it_is.at(expected[-1]) < 1.5
    assert told(shifts, VISITORS[0]), f"here the lines are right; but at another door, {VISITORS[0]} was not answered"


@points(1, "a keeper is at the door, and gives each visitor the answer of unlock")
def test_answers(shifts: Trace) -> None:
    for keeper, visitors in ((DAY, VISITORS[:2]), (NIGHT, VISITORS[2:])):
        assert f"{keeper}: at the door" in shifts.lines, (
            f'expected "{keeper}: at the door" when {keeper} comes; printed: {_shown(shifts.lines)}'
        )
        for visitor in visitors:
            answers = told(shifts, visitor)
            assert answers == [CODE[visitor]], (
                f"{visitor} came to {keeper}: expected the answer {CODE[visitor]!r}; got {_shown(answers)}"
            )
    first, second = (shifts.call("unlock", visitor) for visitor in VISITORS[:2])
    assert first.overlaps(second), (
        f"{VISITORS[0]} and {VISITORS[1]} came together, and were answered one after the other"
    )


@points(1, "a socket file on which nobody listens is replaced")
def test_stale(stale: Trace) -> None:
    assert stale.lines == [f"{DAY}: at the door"], (
        f"a crash had left {DOOR} behind: expected '{DAY}: at the door'; printed: {_shown(stale.lines)}"
    )
    for visitor in VISITORS[:2]:
        assert told(stale, visitor) == [CODE[visitor]], (
            f"a crash had left {DOOR} behind: {visitor} expected the answer {CODE[visitor]!r}; "
            f"got {_shown(told(stale, visitor))}"
        )


@points(1, "a keeper who finds the door taken says so and leaves at once")
def test_taken(taken: Trace) -> None:
    line = f"{NIGHT}: the door is taken"
    assert taken.lines == [line], f"somebody listens on {DOOR}: expected {line!r}; printed: {_shown(taken.lines)}"
    end = taken.notes("ended")[0]
    assert end.value == "returned", f"the door was taken: expected keep_door to return; it {end.value}"
    assert end.at < 0.8, f"the door was taken, and {NIGHT} came at 0.3 s: keep_door returned at {end.at:.2f} s"


@points(2, "visitors still reach a keeper who was there first", means="socket-file")
def test_reached(taken: Trace) -> None:
    came = [note.value for note in taken.notes("came to the other")]
    for visitor, when in zip(VISITORS[:2], ("while keep_door ran", "when keep_door had ended"), strict=True):
        assert visitor in came, f"somebody else was at the door first: {visitor}, who came {when}, did not reach them"
    assert taken.lines, f"{NIGHT} came to a door that was taken, and printed nothing"


@points(1, "a file that is not a socket is left alone, and an OSError is raised")
def test_other_file(other_file: Trace) -> None:
    end, read = other_file.notes("ended")[0], other_file.notes("notes")
    assert end.value == "raised OSError", (
        f"{DOOR} is a text file: expected keep_door to raise an OSError; it {end.value}"
    )
    assert not other_file.lines, f"{DOOR} is a text file: keep_door printed {_shown(other_file.lines)}"
    changed = f"{DOOR} was a text file, and keep_door has changed or removed it"
    assert read, changed
    assert all(note.value for note in read), changed
    assert read[-1].at - end.at > 0.2, changed


@points(2, "a cancelled keeper leaves at once, and the socket file is gone", means="swallowed-cancellation")
def test_cancelled(shifts: Trace, stale: Trace) -> None:
    for trace, keepers in ((shifts, KEEPERS), (stale, [DAY])):
        for keeper, cancel, end in zip(keepers, trace.notes("cancel"), trace.notes("ended"), strict=False):
            assert end.value == "was cancelled", (
                f"{keeper} was cancelled: expected a CancelledError; keep_door {end.value}"
            )
            late = end.at - cancel.at
            assert late < 0.35, f"{keeper} was cancelled, and left {late:.2f} s later; expected that at once"
        changes = trace.notes("file")
        assert any(change.value for change in changes), f"there was no socket file {DOOR} while {DAY} was at the door"
        assert not changes[-1].value, f"{keepers[-1]} left the door, and {DOOR} was still there"
        late = changes[-1].at - trace.notes("ended")[-1].at
        assert late < 0.4, f"{keepers[-1]} left the door, and {DOOR} was gone {late:.2f} s later"


def told(trace: Trace, visitor: str) -> list[str]:
    return [str(note.value) for note in trace.notes(f"told {visitor}")]


def _shown(lines: Sequence[str]) -> str:
    return ", ".join(repr(line) for line in lines) or "nothing"
