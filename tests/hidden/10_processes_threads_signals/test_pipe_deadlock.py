"""pipe_deadlock: real child processes, which report to the grader through a socket and wait until it has taken note."""

import asyncio
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.suite import Recipe, Run, Trace, counted, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("TypesettingError", "SCRIPT", "TOOL", "result", "main")

TOOL = """
import os, signal, socket, sys, time, zlib

grader = socket.socket(socket.AF_UNIX)
while grader.connect_ex("reports"):
    time.sleep(0.01)

def report(text):
    grader.sendall(f"{text}\\n".encode())
    grader.recv(1)

def say(output, name):
    with open(name, "rb") as file:
        output.write(file.read())
    output.flush()

mode = sys.argv[1]
source, page, complaint = sys.stdin.buffer, sys.stdout.buffer, sys.stderr.buffer
report("begin")
if mode == "as it reads":
    mark, check = open("mark", "rb").read(), 0
    for line in source:
        check = zlib.crc32(line, check)
        page.write(mark + line)
        page.flush()
    report(f"read {check}")
elif mode == "at its leisure":
    chapter = source.read()
    report(f"read {zlib.crc32(chapter)}")
    time.sleep(float(chapter.split()[0]))
    page.write(chapter)
    report("end")
else:
    say(complaint, "complaint")
    say(page, "page")
    if mode == "before it reads":
        report(f"read {zlib.crc32(source.read())}")
        say(page, "rest")
    elif mode == "killed":
        os.kill(os.getpid(), signal.SIGTERM)
sys.exit(int(open("status").read()))
"""


def installed(files: Mapping[str, str]) -> Any:
    def install(scratch: Path) -> None:
        for name, text in {"tool.py": TOOL, "status": "0", **files}.items():
            (scratch / name).write_text(text, encoding="utf-8", newline="")

    return install


async def listen_to_tool(run: Run) -> None:
    """Note what each run of the tool reports, and let it go on."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            label, _, value = line.decode().strip().partition(" ")
            run.note(label, value)
            writer.write(b".")
        writer.close()

    async with await asyncio.start_unix_server(take, run.scratch / "reports"):
        await asyncio.Event().wait()


def world(mode: str) -> dict[str, Any]:
    return {"TOOL": [sys.executable, "-I", "-S", "tool.py", mode]}


def typeset(chapter: str, mode: str, **files: str) -> Recipe:
    """One chapter, and a tool that writes the files ``complaint`` and ``page``, and ends with ``status``."""
    return record(
        "described",
        chapter,
        scenario=True,
        world=world(mode),
        prepare=installed(files),
        drive=listen_to_tool,
        allow=("raise",),
    )


def text(lines: int) -> str:
    """Letters of two bytes lie across every border of a block."""
    return "".join(f"{fresh.number(100, 999)} {'é' * 60}\n" for _ in range(lines))


def check_of(chapter: str) -> str:
    """What the tool reports when it has read the chapter."""
    return str(zlib.crc32(chapter.encode()))


MARK = f"{fresh.token()} "
LONG, SHORT = text(3000), text(1)
# More than pipes and the buffers of asyncio hold, in every direction.
PAGE, REST, NOISE = text(2500), f"{fresh.token()}\n{text(20)}", text(2500)
LITTLE, COMPLAINT = f"{fresh.token()}\n", f"hyphen {fresh.token()} in line {fresh.number(100, 999)}"
CHAPTERS = {
    fresh.thing(): f"{delay_s} {fresh.token()}\n" * number
    for number, delay_s in enumerate([1.0, *fresh.shuffled([0.8, 0.9])], start=1)
}
SLOWEST_S = 1.0

as_it_reads = typeset(LONG, "as it reads", mark=MARK)
empty = typeset("", "as it reads", mark=MARK)
before_it_reads = typeset(LONG, "before it reads", page=PAGE, rest=REST, complaint="")
noisy = typeset(LONG, "before it reads", page=LITTLE, rest=REST, complaint=NOISE)
hasty = typeset(LONG, "reads nothing", page=LITTLE, complaint=f"{COMPLAINT}\n")
failing = typeset(LONG, "reads nothing", page=PAGE, complaint=f"\n {COMPLAINT}\n\n", status="3")
failed = typeset(SHORT, "reads nothing", page=LITTLE, complaint=f"{COMPLAINT}\n", status="1")
killed = typeset(SHORT, "killed", page=LITTLE, complaint=f"{COMPLAINT}\n")
together = record("main", CHAPTERS, world=world("at its leisure"), prepare=installed({}), drive=listen_to_tool)


def shortened(said: object) -> str:
    """What fits into a message."""
    return str(said) if len(str(said)) <= 100 else f"{str(said)[:99]}…"


def has_page(trace: Trace, expected: str, when: str) -> None:
    """Fail unless the tool ran once and this page was returned."""
    ran_once(trace, when)
    if trace.raised:
        raise AssertionError(f"{when}: expected typeset to return the page; it raised {shortened(trace.raised)}")
    page = trace.returned
    assert "length" in page, f"{when}: expected typeset to return a text; it returned {page['type']}"
    assert page["length"] == len(expected), (
        f"{when}: expected a page of {counted(len(expected), 'character')}; "
        f"typeset returned {counted(page['length'], 'character')}"
    )
    assert page["check"] == zlib.crc32(expected.encode()), (
        f"{when}: typeset returned as many characters as the tool wrote, but other ones"
    )


def has_failed(trace: Trace, when: str) -> None:
    """Fail unless the tool ran once and TypesettingError was raised with the complaint."""
    ran_once(trace, when)
    expected = f"TypesettingError: {COMPLAINT}"
    if trace.raised is None:
        raise AssertionError(f"{when}: expected {expected!r} to be raised; typeset returned a page")
    said = f"{trace.raised.type}: {trace.raised.message}"
    assert said == expected, f"{when}: expected {expected!r} to be raised; typeset raised {shortened(said)!r}"


def ran_once(trace: Trace, when: str) -> None:
    """Fail unless the tool ran once."""
    runs = len(trace.notes("begin"))
    assert runs == 1, f"{when}: expected one run of the tool for the chapter; there were {runs}"


def was_read(trace: Trace, chapter: str, when: str) -> None:
    """Fail unless the tool ran once and received the whole chapter."""
    ran_once(trace, when)
    read = [note.value for note in trace.notes("read")]
    assert read == [check_of(chapter)], f"{when}: the tool did not receive the chapter as it is"


@points(2, "a long chapter is set by a tool that writes while it reads", means="deadlock", public=True)
def test_long(as_it_reads: Trace) -> None:
    when = f"when the chapter has {counted(len(LONG), 'character')}"
    was_read(as_it_reads, LONG, when)
    has_page(as_it_reads, "".join(f"{MARK}{line}\n" for line in LONG.splitlines()), when)


@points(1, "the tool may write a long page before it reads the chapter")
def test_writes_first(before_it_reads: Trace) -> None:
    when = f"when the tool first writes {counted(len(PAGE), 'character')} to its standard output"
    was_read(before_it_reads, LONG, when)
    has_page(before_it_reads, PAGE + REST, when)


@points(1, "the tool may write any amount to its standard error")
def test_noisy(noisy: Trace) -> None:
    when = f"when the tool writes {counted(len(NOISE), 'character')} to its standard error and ends with status 0"
    was_read(noisy, LONG, when)
    has_page(noisy, LITTLE + REST, when)


@points(1, "a tool that has not read everything is judged by its exit status")
def test_hasty(hasty: Trace, failing: Trace) -> None:
    has_page(hasty, LITTLE, "when the tool ends with status 0 and has read nothing")
    has_failed(failing, "when the tool ends with status 3, has read nothing and has written a long page")


@points(1, "TypesettingError is raised unless the exit status is 0")
def test_failed(failed: Trace, killed: Trace) -> None:
    has_failed(failed, "when the tool ends with status 1")
    has_failed(killed, "when the tool is killed by a signal")


@points(1, "an empty chapter is sent to the tool like any other")
def test_empty(empty: Trace) -> None:
    was_read(empty, "", "when the chapter is empty")
    has_page(empty, "", "when the chapter is empty")


@points(1, "several chapters are set at the same time", means=("sequential-await", "blocking-call"))
def test_together(together: Trace) -> None:
    expected = [f"{title}: {counted(n, 'line')}" for n, title in enumerate(CHAPTERS, start=1)]
    assert together.lines == expected
    read = sorted(str(note.value) for note in together.notes("read"))
    assert read == sorted(map(check_of, CHAPTERS.values())), (
        f"expected each of {len(CHAPTERS)} runs of the tool to receive a chapter of its own; "
        f"{counted(len(set(read)), 'chapter')} came to the tool"
    )
    begun = [note for note in together.notes("begin") if note.at < together.notes("end")[0].at]
    assert len(begun) == len(CHAPTERS), (
        f"when the first run of the tool had finished, {len(begun)} of {len(CHAPTERS)} had begun"
    )
    took = together.elapsed - begun[-1].at
    assert took < SLOWEST_S + 0.7, (
        f"when the last of {len(CHAPTERS)} runs of the tool had begun, main took {took:.2f} s more; "
        f"expected {SLOWEST_S:.2f} s, which is how long the slowest takes"
    )
