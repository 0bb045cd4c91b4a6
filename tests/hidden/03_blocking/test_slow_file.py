"""slow_file: a named pipe in which the grader is the tide gauge."""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise
from pathlib import Path

from grader.suite import Run, Trace, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("flash", "blink", "gauge")


def level(low: int, high: int) -> str:
    """A level in metres from ``low`` to ``high``, which looks the same as text and as a number."""
    return f"{fresh.number(low, high)}.{fresh.number(1, 9)}{fresh.number(1, 9)}"


# Read as text, the first is the highest. The highest is neither the first nor the last, nor the one furthest from 0.
HIGHEST = level(11, 15)
# The first comes once more at the end: the tide has turned.
LEVELS = [level(7, 9), *fresh.shuffled([HIGHEST, level(-25, -20)]), level(1, 2)]
LEVELS.append(LEVELS[0])
EBB_HIGHEST = level(-4, -3)
EBB = [level(-7, -6), EBB_HIGHEST, level(-19, -10)]
WAIT = double("wait", delay=lambda seconds: seconds)


def make_pipe(scratch: Path) -> None:
    os.mkfifo(scratch / "gauge")


def gauge(late_s: float, batches: Sequence[tuple[float, list[str]]]) -> Callable[[Run], Awaitable[None]]:
    """The tide gauge: late to open its end and slow to write.

    After each pause it writes one level in two pieces, or several levels in one piece.
    """

    async def write(run: Run) -> None:
        await asyncio.sleep(late_s)
        pipe = await opened(run)
        try:
            for pause_s, levels in batches:
                await asyncio.sleep(pause_s)
                text = "".join(f"{each}\n" for each in levels).encode()
                if len(levels) == 1:
                    os.write(pipe, text[:2])
                    await asyncio.sleep(0.05)
                    text = text[2:]
                os.write(pipe, text)
                for each in levels:
                    run.note("wrote", each)
            await asyncio.sleep(0.2)
            run.note("closed")
        except BrokenPipeError:
            pass  # the program has stopped reading; what it printed tells
        finally:
            os.close(pipe)

    return write


async def opened(run: Run) -> int:
    """The pipe's writing end, as soon as the program has opened the reading end (or is waiting in ``open``)."""
    while True:
        with contextlib.suppress(OSError):
            return run.open_file("gauge", os.O_WRONLY)
        await asyncio.sleep(0.01)


night = record(
    "main",
    "gauge",
    world={"flash": double("flash")},
    prepare=make_pipe,
    drive=gauge(0.6, [(0.3, LEVELS[:1]), (0.9, LEVELS[1:3]), (0.3, LEVELS[3:4]), (0.1, LEVELS[4:])]),
)
# All levels are below zero, and the recording goes on for a while after main.
ebb = record(
    "then_stay",
    WAIT,
    "gauge",
    scenario=True,
    world={"flash": double("flash")},
    prepare=make_pipe,
    drive=gauge(0.2, [(0.1, EBB[:1]), (0.1, EBB[1:])]),
)


def levels_in(trace: Trace) -> list[str]:
    return [line for line in trace.lines if line.endswith(" m") and not line.startswith("highest")]


@points(1, "every level is printed, in the order they were written")
def test_levels(night: Trace) -> None:
    expected, printed = [f"{each} m" for each in LEVELS], levels_in(night)
    assert printed == expected, f"expected {', '.join(expected)}; printed: {', '.join(printed) or 'no level'}"


@points(1, "the highest level is printed at the end")
def test_highest(night: Trace, ebb: Trace) -> None:
    for trace, levels, highest in ((night, LEVELS, HIGHEST), (ebb, EBB, EBB_HIGHEST)):
        last = trace.lines[-1] if trace.lines else "nothing at all"
        assert last == f"highest: {highest} m", (
            f"when the levels are {', '.join(levels)}: expected 'highest: {highest} m' at the end; printed {last!r}"
        )


@points(1, "each level is printed within 0.2 s after it was written")
def test_at_once(night: Trace) -> None:
    written = night.notes("wrote")
    assert len(written) == len(LEVELS), "the program stopped reading before the gauge had finished"
    printed = [event for event in night.events if event.kind == "line" and event.name in levels_in(night)]
    assert len(printed) == len(LEVELS), f"expected {len(LEVELS)} levels; {len(printed)} were printed"
    for note, line in zip(written, printed, strict=True):
        late = line.at - note.at
        assert late < 0.55, f"{line.name!r} was printed {late:.2f} s after it was written; expected within 0.2 s"


@points(3, "the lamp flashes from start to end, with no gap longer than 0.4 s", public=True)
def test_lamp(night: Trace) -> None:
    flashes = night.calls("flash")
    assert flashes, "the lamp did not flash at all"
    assert flashes[0].start < 0.5, f"the lamp was dark until {flashes[0].start:.2f} s; expected flashes from the start"
    closed = night.notes("closed")
    assert closed, "the program stopped reading before the gauge had finished"
    moments = [*(flash.start for flash in flashes if flash.start < closed[0].at), closed[0].at]
    dark = max(later - earlier for earlier, later in pairwise(moments))
    assert dark < 0.55, f"the lamp was dark for {dark:.2f} s; expected a flash every 0.2 s"


@points(1, "the lamp stops when main returns")
def test_stops(ebb: Trace) -> None:
    assert ebb.calls("flash"), "the lamp did not flash at all"
    returned = ebb.notes("returned")[0].at
    after = [flash.start - returned for flash in ebb.calls("flash") if flash.start > returned + 0.3]
    assert not after, f"the lamp still flashed {after[-1]:.2f} s after main had returned"
