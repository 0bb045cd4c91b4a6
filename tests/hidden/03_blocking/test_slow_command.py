"""slow_command: real child processes, which report to the grader through a named pipe."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from grader.suite import Run, Seconds, Trace, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("SCRIPT", "TOOL")

TOOL = """
name=$1
echo "begin $name" > reports
sleep "$(cat "$name.delay")"
cat "$name.out"
cat "$name.err" >&2
echo "end $name" > reports
status=$(cat "$name.exit")
if [ "$status" = killed ]; then kill -TERM $$; fi
exit "$status"
"""


@dataclass(frozen=True)
class Tool:
    """What one run of the tool does; ``status`` is its exit status, or ``killed``."""

    delay_s: float
    out: str = ""
    err: str = ""
    status: str = "0"

    def result(self) -> str:
        return self.out.strip() if self.status == "0" else f"failed: {self.err.strip()}"


def loudness() -> str:
    return f"-{fresh.number(9, 30)}.{fresh.number(0, 9)} LUFS, {fresh.token()}"


def installed(runs: Mapping[str, Tool]) -> Callable[[Path], None]:
    def install(scratch: Path) -> None:
        os.mkfifo(scratch / "reports")
        (scratch / "tool.sh").write_text(TOOL)
        for name, run in runs.items():
            (scratch / f"{name}.delay").write_text(f"{run.delay_s}\n")
            (scratch / f"{name}.out").write_text(run.out)
            (scratch / f"{name}.err").write_text(run.err)
            (scratch / f"{name}.exit").write_text(f"{run.status}\n")

    return install


async def listen_to_tool(run: Run) -> None:
    """Note when a run of the tool begins and ends."""
    # For writing as well, so that the pipe never ends and no tool waits for a reader.
    reports = run.open_file("reports", os.O_RDWR)
    try:
        while True:
            with contextlib.suppress(BlockingIOError):
                for report in os.read(reports, 4096).decode().splitlines():
                    label, _, name = report.partition(" ")
                    run.note(label, name)
            await asyncio.sleep(0.01)
    finally:
        os.close(reports)


NAMES = [f"{what} {fresh.number(10, 99)}.wav" for what in fresh.shuffled(["interview", "jingle", "live concert"])]
# The first is the slowest, so that the results never come in the order of the recordings.
TOOLS = {
    name: Tool(delay_s, f"{loudness()}\n")
    for name, delay_s in zip(NAMES, [1.0, *fresh.shuffled([0.8, 0.9])], strict=True)
}
SLOWEST_S = max(tool.delay_s for tool in TOOLS.values())
MIXED = {
    "news.wav": Tool(0.2, f"\n{loudness()}\n{loudness()}\n", "warning: clipped at 3.2 s\n"),
    "weather.wav": Tool(0.1, f"{loudness()}\n", f"cannot read block {fresh.number(100, 999)}\n", "3"),
    "traffic.wav": Tool(0.1, "", f"out of memory at {fresh.token()}\n", "killed"),
    "silence.wav": Tool(0.1, "\n"),
    "sport.wav": Tool(0.1, f"{loudness()}\n"),
}
# Far more than a pipe and the buffers of asyncio take.
NOISE = f"{'.' * 79}\n" * 6000
TALKATIVE = {
    "opera.wav": Tool(0.1, f"{loudness()}\n", NOISE),
    "drums.wav": Tool(0.1, NOISE, f"too long by {fresh.number(100, 999)} s\n", "1"),
}
WORLD = {"TOOL": ["/bin/sh", "tool.sh"]}

measured = record("main", NAMES, world=WORLD, prepare=installed(TOOLS), drive=listen_to_tool)
mixed = record("main", list(MIXED), world=WORLD, prepare=installed(MIXED), drive=listen_to_tool)
talkative = record("main", list(TALKATIVE), world=WORLD, prepare=installed(TALKATIVE), drive=listen_to_tool)
beside = record(
    "beside",
    double("tick"),
    NAMES,
    world=WORLD,
    scenario=True,
    prepare=installed(TOOLS),
    drive=listen_to_tool,
)


def shown(lines: Sequence[str]) -> str:
    """Lines for people, also those of a recording of which the tool says nothing."""
    return ", ".join(map(repr, lines)) or "nothing"


def results(runs: Mapping[str, Tool]) -> list[str]:
    return "\n".join(f"{name}: {run.result()}" for name, run in runs.items()).split("\n")


@points(1, "each output is printed, in the order of the recordings", means="wrong-order")
def test_lines(measured: Trace) -> None:
    assert measured.lines == results(TOOLS)


@points(1, "a run is printed as failed if its exit status is not 0, and only then", means="failure-ends-all")
def test_failed(mixed: Trace) -> None:
    # A shell between the program and the tool adds a line that the tool was killed.
    # Where the tool writes nothing, the space after the colon may be there or not.
    printed = [line.rstrip() for line in mixed.lines if line != "Terminated"]
    expected = [line.rstrip() for line in results(MIXED)]
    assert printed == expected, f"expected {shown(expected)}; the program printed {shown(printed)}"


@points(1, "the tool runs once for each recording")
def test_once(measured: Trace) -> None:
    begun = [note.value for note in measured.notes("begin")]
    assert sorted(begun) == sorted(NAMES), (
        f"expected one run for each of {', '.join(NAMES)}; it ran for {', '.join(begun) or 'none'}"
    )


@points(1, "the tool runs for all recordings at the same time", means="sequential-await")
def test_together(measured: Trace) -> None:
    ends = measured.notes("end")
    assert ends, "no run of the tool came to its end"
    early = [note.value for note in measured.notes("begin") if note.at <= ends[0].at]
    assert len(early) == len(NAMES), (
        f"when the first run of the tool ended, {len(early)} of {len(NAMES)} had started ({', '.join(early)})"
    )


@points(1, "main takes as long as the slowest run of the tool", public=True)
def test_time(measured: Trace) -> None:
    begun = {note.value for note in measured.notes("begin")}
    assert begun >= set(NAMES), f"main took {measured.elapsed:.2f} s, but the tool ran for {len(begun)} recordings"
    assert SLOWEST_S - 0.1 < measured.elapsed < SLOWEST_S + 0.7, (
        f"main took {measured.elapsed:.2f} s for {len(NAMES)} recordings; expected {SLOWEST_S:.2f} s, "
        "the time of the slowest run of the tool"
    )


@points(1, "the tool may write any amount of text to both of its outputs")
def test_talkative(talkative: Trace) -> None:
    assert talkative.lines == results(TALKATIVE)


@points(2, "the event loop is free while the tool runs")
def test_loop(beside: Trace) -> None:
    held = longest_hold(beside)
    assert held < 0.45, f"another task, which was due every 0.1 s, had to wait for {held:.2f} s"


def longest_hold(run: Trace) -> Seconds:
    moments = [*(tick.start for tick in run.calls("tick")), run.elapsed]
    return max(later - earlier for earlier, later in pairwise(moments))
