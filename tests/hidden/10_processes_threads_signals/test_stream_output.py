"""stream_output: the tool is a real child process, which writes what the grader tells it, when the grader tells it."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.suite import Recipe, Run, Trace, counted, double, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("show", "warn", "SCRIPT", "TOOL", "main")

TOOL = """
import json, os, signal, socket, sys, time

grader = socket.socket(socket.AF_UNIX)
while grader.connect_ex("grader"):
    time.sleep(0.01)
orders = grader.makefile("rw", encoding="utf-8", newline="\\n")
print(sys.argv[1], file=orders, flush=True)
for order in map(json.loads, orders):
    match order:
        case ["exit", status]:
            os._exit(status)
        case ["killed"]:
            os.kill(os.getpid(), signal.SIGTERM)
        case ["close"]:
            os.closerange(1, 3)
        case [fd, text]:
            data = text.encode("latin-1")
            while data:
                data = data[os.write(fd, data):]
    print("done", file=orders, flush=True)
"""

FD = {"show": 1, "warn": 2}


@dataclass(frozen=True)
class Write:
    """The tool waits and writes ``data``, which completes ``lines``."""

    pause_s: float
    stream: str
    data: bytes
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Build:
    """What the tool does for one target. It closes its outputs ``silent_s`` before it ends with ``status``."""

    writes: Sequence[Write]
    silent_s: float = 0.0
    status: int = 0

    def lines(self, stream: str) -> list[str]:
        return [line for write in self.writes if write.stream == stream for line in write.lines]


def line(stream: str, pause_s: float, text: str) -> Write:
    return Write(pause_s, stream, f"{text}\n".encode(), [text])


def install_tool(scratch: Path) -> None:
    (scratch / "tool.py").write_text(TOOL)


def recorded(target: str, *args: Any, builds: Mapping[str, Build]) -> Recipe:
    async def drive(run: Run) -> None:
        """The tool's other side: it gives the orders, and notes when they were obeyed."""

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            async def order(*what: int | str) -> None:
                writer.write(f"{json.dumps(what)}\n".encode())
                await reader.readline()

            name = (await reader.readline()).decode().strip()
            run.note("begin", name)
            build = builds.get(name, Build([]))
            for write in build.writes:
                await asyncio.sleep(write.pause_s)
                for text in write.lines:
                    run.note(write.stream, text)
                await order(FD[write.stream], write.data.decode("latin-1"))
            if build.silent_s:
                await order("close")
                await asyncio.sleep(build.silent_s)
            run.note("end", name)
            await (order("killed") if build.status < 0 else order("exit", build.status))
            writer.close()

        async with await asyncio.start_unix_server(serve, run.scratch / "grader", limit=2**20):
            await asyncio.Event().wait()

    return record(
        target,
        *args,
        world={
            "TOOL": [sys.executable, "-I", "-S", "tool.py"],
            "show": double("show", blocking=True),
            "warn": double("warn", blocking=True),
        },
        prepare=install_tool,
        drive=drive,
    )


def calls(trace: Trace, stream: str, target: str) -> list[str]:
    """The lines that were shown, or warned of, for a target."""
    return [str(call.args[1]) for call in trace.calls(stream) if call.args[0] == target]


TARGET, OTHER = fresh.words(2)
FIRST, INDENTED, WARNING, CUT, LAST, HINT = (f"{fresh.thing()} {fresh.token()}" for _ in range(6))
HALF = len(CUT) // 2
# After each line comes a pause or a line of the other output: nobody can wait for the next one.
SLOW = Build(
    [
        line("show", 0.1, FIRST),
        Write(0.4, "show", CUT[:HALF].encode()),
        line("warn", 0.1, WARNING),
        Write(0.5, "show", f"{CUT[HALF:]}\n\n    {INDENTED}\n".encode(), [CUT, "", f"    {INDENTED}"]),
        line("warn", 0.8, HINT),
    ],
    silent_s=0.5,
    status=3,
)
UNFINISHED = Build([line("show", 0.1, FIRST), Write(0.0, "show", LAST.encode()), Write(0.0, "warn", HINT.encode())])
# Far more than pipes and the buffers of asyncio hold, and not only in one of the outputs.
MANY = [f"{number} {fresh.token()} {'.' * 9000}" for number in range(33)]
LONG, LONGEST = (fresh.token().ljust(size - 20, "-") + fresh.token().rjust(20) for size in (100_000, 500_000))
FLOOD = Build(
    [
        Write(0.1, "warn", "".join(f"{each}\n" for each in MANY).encode(), MANY),
        Write(0.0, "show", "".join(f"{each}\n" for each in reversed(MANY)).encode(), MANY[::-1]),
        line("show", 0.0, LONGEST),
        line("warn", 0.0, LONG),
    ]
)
ODD = Build(
    [
        Write(0.1, "show", f"{FIRST} caf".encode() + b"\xe9 \xff\n", [f"{FIRST} caf\ufffd \ufffd"]),
        # A letter that comes in two pieces, and characters at which str.splitlines would end a line.
        Write(0.1, "show", f"{INDENTED} é".encode()[:-1]),
        Write(0.2, "show", "é\n".encode()[1:], [f"{INDENTED} é"]),
        line("show", 0.0, f"a form feed \x0c and a separator \u2028 {LAST}"),
    ],
    status=-15,
)
# While one is silent, the other writes.
BOTH = {
    TARGET: Build([line("show", 0.1, FIRST), line("warn", 0.9, WARNING)], status=2),
    OTHER: Build([line("show", 0.4, LAST), line("warn", 0.9, HINT)]),
}

slow = recorded("build", TARGET, builds={TARGET: SLOW})
unfinished = recorded("build", TARGET, builds={TARGET: UNFINISHED})
flood = recorded("build", TARGET, builds={TARGET: FLOOD})
odd = recorded("build", TARGET, builds={TARGET: ODD})
both = recorded("main", [TARGET, OTHER], builds=BOTH)


def shows_all(trace: Trace, build: Build, target: str = TARGET) -> None:
    """Fail unless the lines of both outputs were shown, as they are and in order."""
    for stream, output in (("show", "standard output"), ("warn", "standard error")):
        seen, expected = calls(trace, stream, target), build.lines(stream)
        if seen == expected:
            continue
        number = next((n for n, (one, two) in enumerate(zip(seen, expected, strict=False)) if one != two), None)
        if number is None:
            number = min(len(seen), len(expected))
        wanted = f"line {number + 1} to be {quoted(expected[number])}" if number < len(expected) else "no further line"
        got = f"it showed {quoted(seen[number])}" if number < len(seen) else "it was not shown"
        raise AssertionError(
            f"the tool wrote {counted(len(expected), 'line')} to its {output}: expected {wanted}; {got}"
        )


def quoted(text: str) -> str:
    """A line as it stands in a message."""
    return repr(text) if len(text) <= 60 else f"{text[:40]!r}... ({counted(len(text), 'character')})"


@points(2, "each line is shown within 0.2 s after the tool has written it", means="late-output", public=True)
def test_at_once(slow: Trace) -> None:
    waits = []
    for stream in ("show", "warn"):
        shown = {call.args[1]: call.start for call in slow.calls(stream)}
        for note in slow.notes(stream):
            text = str(note.value)
            assert text in shown, f"the tool wrote {quoted(text)}, and {stream} was not called with it"
            late = shown[text] - note.at
            waits.append((late, f"{quoted(text)} was shown {late:.2f} s after the tool had written it"))
    assert len(waits) == len(SLOW.lines("show")) + len(SLOW.lines("warn")), "the tool was not run to its end"
    late, message = latest(waits)
    assert late < 0.45, message


@points(1, "the lines are shown as they are, in the order of each output")
def test_lines(slow: Trace) -> None:
    shows_all(slow, SLOW)


@points(1, "the last line of each output is shown, even without a line feed")
def test_last_line(unfinished: Trace) -> None:
    assert unfinished.notes("begin"), "the tool was not run"
    for stream, expected in (("show", [FIRST, LAST]), ("warn", [HINT])):
        seen = calls(unfinished, stream, TARGET)
        assert seen == expected, (
            f"expected {stream} to be called with {' and '.join(map(repr, expected))}, the last of them without a "
            f"line feed at its end; it was called with {' and '.join(map(quoted, seen)) or 'nothing'}"
        )


@points(1, "the tool may write any number of lines of up to 500 kB to both outputs")
def test_flood(flood: Trace) -> None:
    shows_all(flood, FLOOD)


@points(1, "only a line feed ends a line, and bytes outside UTF-8 are replaced")
def test_odd(odd: Trace) -> None:
    shows_all(odd, ODD)


@points(1, "build returns the exit status when the tool has ended")
def test_status(slow: Trace, odd: Trace) -> None:
    for trace, build in ((slow, SLOW), (odd, ODD)):
        how = f"ends with status {build.status}" if build.status >= 0 else "is killed by signal 15"
        runs = len(trace.notes("begin"))
        assert runs == 1, f"expected one run of the tool; there were {runs}"
        assert trace.notes("end"), (
            f"when the tool {how}: build returned after {trace.elapsed:.2f} s, before the tool had ended"
        )
        assert trace.returned == build.status, (
            f"when the tool {how}: expected build to return {build.status}; it returned {trace.returned}"
        )
        late = trace.elapsed - trace.notes("end")[0].at
        assert late < 0.5, f"when the tool {how}: build returned {late:.2f} s after the tool had ended"


@points(1, "several builds are shown at the same time", means="sequential-await")
def test_both(both: Trace) -> None:
    waits = []
    for target, build in BOTH.items():
        shows_all(both, build, target)
    for stream in ("show", "warn"):
        shown = {call.args[1]: call.start for call in both.calls(stream)}
        for note in both.notes(stream):
            late = shown[note.value] - note.at
            waits.append(
                (late, f"with two builds, {quoted(str(note.value))} was shown {late:.2f} s after it was written")
            )
    late, message = latest(waits)
    assert late < 0.45, message
    begun = both.notes("begin")
    apart = begun[1].at - begun[0].at
    assert apart < 0.8, f"the second of two builds began {apart:.2f} s after the first"
    assert both.lines == [f"{target}: exit status {build.status}" for target, build in BOTH.items()]
