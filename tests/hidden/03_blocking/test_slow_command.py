"""slow_command: real child processes, which report to the grader through a named pipe."""

import asyncio
import contextlib
import os
from itertools import pairwise
from pathlib import Path

from grader.suite import Run, Trace, double, fresh, points, record

RECORDINGS = [f"{word}.wav" for word in fresh.words(3)]
SILENT = fresh.shuffled(RECORDINGS)[0]
SAYS = {name: f"-{fresh.number(9, 30)} LUFS, {fresh.token()}" for name in RECORDINGS}
# The first is the slowest, so that the results never come in the order of the recordings.
DELAY_S = dict(zip(RECORDINGS, [0.9, *fresh.shuffled([0.7, 0.8])], strict=True))
RESULTS = [f"{name}: {'failed: ' if name == SILENT else ''}{SAYS[name]}" for name in RECORDINGS]

TOOL = """
name=$1
echo "begin $name" > reports
sleep "$(cat "$name.delay")"
echo "end $name" > reports
if [ -e "$name.silent" ]; then cat "$name.says" >&2; exit 3; fi
cat "$name.says"
"""


def install_tool(scratch: Path) -> None:
    os.mkfifo(scratch / "reports")
    (scratch / "tool.sh").write_text(TOOL)
    for name in RECORDINGS:
        (scratch / f"{name}.delay").write_text(f"{DELAY_S[name]}\n")
        (scratch / f"{name}.says").write_text(f"{SAYS[name]}\n")
    (scratch / f"{SILENT}.silent").touch()


async def listen_to_tool(run: Run) -> None:
    """Note when a run of the tool begins and ends."""
    # For writing as well, so that the pipe never ends and no tool waits for a reader.
    reports = os.open(run.scratch / "reports", os.O_RDWR | os.O_NONBLOCK)
    try:
        while True:
            with contextlib.suppress(BlockingIOError):
                for report in os.read(reports, 4096).decode().splitlines():
                    label, _, name = report.partition(" ")
                    run.note(label, name)
            await asyncio.sleep(0.01)
    finally:
        os.close(reports)


WORLD = {"TOOL": ["/bin/sh", "tool.sh"]}

measured = record("main", RECORDINGS, world=WORLD, prepare=install_tool, drive=listen_to_tool)
beside = record(
    "beside", double("tick"), RECORDINGS, world=WORLD, scenario=True, prepare=install_tool, drive=listen_to_tool
)


@points(1, "each result is printed, in the order of the recordings", means="failure-ends-all")
def test_lines(measured: Trace) -> None:
    assert measured.lines == RESULTS


@points(1, "the tool runs once for each recording")
def test_once(measured: Trace) -> None:
    begun = [note.value for note in measured.notes("begin")]
    assert sorted(begun) == sorted(RECORDINGS), f"expected one run for each recording; got {', '.join(begun) or 'none'}"


@points(1, "all recordings are measured at the same time", means="sequential-await")
def test_together(measured: Trace) -> None:
    ends = measured.notes("end")
    assert ends, "no run of the tool came to its end"
    early = [note.value for note in measured.notes("begin") if note.at <= ends[0].at]
    assert len(early) == len(RECORDINGS), (
        f"when the first run of the tool ended, {len(early)} of {len(RECORDINGS)} had begun ({', '.join(early)})"
    )


@points(1, "all results are there in under 1.6 s", public=True)
def test_time(measured: Trace) -> None:
    begun = {note.value for note in measured.notes("begin")}
    assert begun >= set(RECORDINGS), f"it took {measured.elapsed:.2f} s, and the tool ran for {len(begun)} recordings"
    assert max(DELAY_S.values()) - 0.1 < measured.elapsed < 1.6


@points(2, "the event loop is free while the tools run")
def test_loop(beside: Trace) -> None:
    moments = [*(tick.start for tick in beside.calls("tick")), beside.elapsed]
    held = max(later - earlier for earlier, later in pairwise(moments))
    assert held < 0.4, f"another task on the loop, due every 0.1 s, had to wait for {held:.2f} s"
