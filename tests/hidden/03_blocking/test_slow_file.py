"""slow_file: a named pipe whose writer is the grader."""

import asyncio
import contextlib
import os
from itertools import pairwise
from pathlib import Path

from grader.suite import Run, Trace, double, fresh, points, record

LEVELS = [f"{fresh.number(100, 999) / 100:.2f}" for _ in range(4)]
LATE_S = 0.7
PAUSES_S = fresh.shuffled([0.25, 0.3, 0.35, 0.4])


def make_pipe(scratch: Path) -> None:
    os.mkfifo(scratch / "gauge")


async def gauge(run: Run) -> None:
    """The tide gauge: late to open its end, slow to write, and a line may come in two pieces."""
    await asyncio.sleep(LATE_S)
    pipe = await opened(run.scratch / "gauge")
    try:
        for level, pause_s in zip(LEVELS, PAUSES_S, strict=True):
            await asyncio.sleep(pause_s)
            os.write(pipe, level[:2].encode())
            await asyncio.sleep(0.05)
            os.write(pipe, f"{level[2:]}\n".encode())
            run.note("wrote", level)
        await asyncio.sleep(0.2)
        run.note("closed")
    except BrokenPipeError:
        pass  # the program has stopped reading; what it printed tells
    finally:
        os.close(pipe)


async def opened(path: Path) -> int:
    """The pipe's writing end, as soon as the program has opened the reading end (or is waiting in ``open``)."""
    while True:
        with contextlib.suppress(OSError):
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        await asyncio.sleep(0.01)


night = record("main", "gauge", world={"flash": double("flash")}, prepare=make_pipe, drive=gauge)


def levels_in(trace: Trace) -> list[str]:
    return [line for line in trace.lines if line.endswith(" m") and not line.startswith("highest")]


@points(1, "every level is printed, in the order it was written")
def test_levels(night: Trace) -> None:
    assert levels_in(night) == [f"{level} m" for level in LEVELS]


@points(1, "the highest level is printed at the end")
def test_highest(night: Trace) -> None:
    assert night.lines[-1:] == [f"highest: {max(LEVELS, key=float)} m"]


@points(1, "each level is printed within 0.2 s")
def test_at_once(night: Trace) -> None:
    written = night.notes("wrote")
    assert len(written) == len(LEVELS), "the program stopped reading before the gauge had finished"
    printed = [event for event in night.events if event.kind == "line" and event.name in levels_in(night)]
    assert len(printed) == len(LEVELS), f"expected {len(LEVELS)} levels, but {len(printed)} were printed"
    for note, line in zip(written, printed, strict=True):
        late = line.at - note.at
        assert late < 0.35, f"{line.name} was printed {late:.2f} s after it was written; expected within 0.2 s"


@points(3, "the lamp flashes all the while, with no gap above 0.4 s", public=True)
def test_lamp(night: Trace) -> None:
    flashes = night.calls("flash")
    assert flashes, "the lamp did not flash at all"
    assert flashes[0].start < 0.5, f"the lamp was dark until {flashes[0].start:.2f} s; expected flashes from the start"
    closed = night.notes("closed")
    assert closed, "the program stopped reading before the gauge had finished"
    moments = [*(flash.start for flash in flashes if flash.start < closed[0].at), closed[0].at]
    dark = max(later - earlier for earlier, later in pairwise(moments))
    assert dark < 0.5, f"the lamp was dark for {dark:.2f} s; expected a flash every 0.2 s"
