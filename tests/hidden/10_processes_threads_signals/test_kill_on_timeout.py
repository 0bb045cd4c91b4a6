"""kill_on_timeout: the tools are real child processes, and report the signals they get; their end is seen as it is."""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grader.suite import Event, Run, Seconds, Trace, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("LIMIT", "GRACE", "SCRIPT", "TOOL", "main")

LIMIT, GRACE = 0.9, 1.1

TOOL = """
import json, os, signal, socket, sys, time

def connected(name):
    grader = socket.socket(socket.AF_UNIX)
    while grader.connect_ex("reports"):
        time.sleep(0.01)
    grader.sendall(f"{name}\\n".encode())
    grader.recv(1)
    return grader

def report(what):
    grader.sendall(f"{what}\\n".encode())
    grader.recv(1)

def asked_to_end(*_):
    report("SIGTERM")
    if not plan["is_stuck"]:
        time.sleep(plan["tidies_up_s"])
        report("tidied up")
        os._exit(1)

def rest(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.05)

def zombies():
    for name in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc") else ()):
        try:
            state, parent = open(f"/proc/{name}/stat").read().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state == "Z" and int(parent) == os.getppid():
            yield name

picture = sys.argv[1]
plan = json.load(open("pictures.json"))[picture]
if plan["has_helper"] and os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    helper = connected(f"helper {picture}")
    rest(6)
    os._exit(0)
grader = connected(f"tool {picture}")
signal.signal(signal.SIGTERM, asked_to_end)
while plan["has_helper"] and not os.path.exists(f"{picture}.helped"):
    time.sleep(0.01)
open(f"{picture}.begun", "w").close()
if plan["looks_around"]:
    report(f"zombies {len(list(zombies()))}")
rest(plan["takes_s"])
print(plan["text"], flush=True)
os._exit(plan["status"])
"""


@dataclass(frozen=True)
class Tool:
    """How the tool behaves with one picture."""

    takes_s: float = 5.0
    text: str = ""
    status: int = 0
    tidies_up_s: float = 0.0
    is_stuck: bool = False
    has_helper: bool = False
    looks_around: bool = False


def tools_for(pictures: Mapping[str, Tool]) -> dict[str, Any]:
    """What a recording takes for these pictures and their tools."""

    def prepare(scratch: Path) -> None:
        (scratch / "tool.py").write_text(TOOL)
        plans = {picture: asdict(tool) for picture, tool in pictures.items()}
        (scratch / "pictures.json").write_text(json.dumps(plans))

    async def listen(run: Run) -> None:
        """Note what the tools and their helpers report, and when they are gone."""

        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            who = (await reader.readline()).decode().strip()
            run.note("begin", who)
            if who.startswith("helper"):
                run.touch(f"{who.split()[1]}.helped")
            writer.write(b".")
            while line := await reader.readline():
                label, _, value = line.decode().strip().partition(" ")
                run.note(label, value if label == "zombies" else who)
                writer.write(b".")
            run.note("gone", who)
            writer.close()

        async with await asyncio.start_unix_server(take, run.scratch / "reports"):
            await asyncio.Event().wait()

    world = {"TOOL": [sys.executable, "-I", "-S", "tool.py"], "LIMIT": LIMIT, "GRACE": GRACE}
    return {"world": world, "prepare": prepare, "drive": listen}


QUICK, FAILING, SLOW, STUCK, PARENT, EARLY, AFTER = (f"{word}.png" for word in fresh.words(7))
TEXT, COMPLAINT = (f"{fresh.number(10, 99)} kB, {fresh.token()}" for _ in range(2))
TOOLS = {
    QUICK: Tool(takes_s=0.3, text=f"\n  {TEXT}\n{COMPLAINT}\n"),
    FAILING: Tool(takes_s=0.0, text=COMPLAINT, status=3),
    SLOW: Tool(tidies_up_s=0.4, text="too late"),
    STUCK: Tool(is_stuck=True, text="too late"),
    PARENT: Tool(has_helper=True, text="too late"),
    EARLY: Tool(text="too late"),
    AFTER: Tool(takes_s=0.0, looks_around=True, text=TEXT),
}

WAIT = double("wait", delay=lambda seconds: seconds)

in_time = record("convert_all", WAIT, [QUICK, FAILING], [], 0.1, scenario=True, **tools_for(TOOLS))
too_long = record("convert_all", WAIT, [SLOW, STUCK], [AFTER], 0.4, scenario=True, **tools_for(TOOLS))
family = record("convert_all", WAIT, [PARENT], [], 0.5, scenario=True, **tools_for(TOOLS))
cancelled = record("cancel_all", WAIT, [SLOW, STUCK, PARENT], 0.3, scenario=True, **tools_for(TOOLS))
cancelled_late = record("cancel_all", WAIT, [STUCK], LIMIT + 0.3, scenario=True, **tools_for(TOOLS))
cancelled_early = record("cancel_at_once", WAIT, EARLY, scenario=True, **tools_for(TOOLS))


def reports(trace: Trace, label: str, who: str) -> list[Event]:
    return [note for note in trace.notes(label) if note.value == who]


def ended(trace: Trace, picture: str) -> tuple[str, Seconds]:
    """How the conversion ended, and when."""
    found = [note for note in trace.notes("ended") if note.value[0] == picture]
    assert found, f"convert({picture!r}) did not end"
    return str(found[0].value[1]), found[0].at


def began(trace: Trace, picture: str) -> Seconds:
    """When the one run of the tool for a picture began."""
    found = reports(trace, "begin", f"tool {picture}")
    assert len(found) == 1, f"expected one run of the tool for {picture}; there were {len(found)}"
    return found[0].at


def was_asked(trace: Trace, picture: str) -> Seconds:
    """When the tool received SIGTERM."""
    found = reports(trace, "SIGTERM", f"tool {picture}")
    assert found, f"the tool for {picture} had not ended in time; expected it to receive SIGTERM, it received none"
    return found[0].at


def is_gone(trace: Trace, who: str, picture: str) -> Seconds:
    """When a tool or its helper had ended. Those that nobody ends outlive the recording."""
    name = f"the tool for {picture}" if who == "tool" else f"the program that the tool for {picture} had started"
    found = reports(trace, "gone", f"{who} {picture}")
    _, over = ended(trace, picture)
    assert found, f"convert({picture!r}) ended at {over:.2f} s, and {name} was still running at the end"
    return found[0].at


def is_killed_after_grace(trace: Trace) -> None:
    """Fail unless the tool that ignores SIGTERM had GRACE seconds, and no more."""
    lasted = is_gone(trace, "tool", STUCK) - was_asked(trace, STUCK)
    assert GRACE - 0.4 < lasted < GRACE + 0.8, (
        f"GRACE is {GRACE} s: expected the tool that ignores SIGTERM to be killed {GRACE} s after SIGTERM; "
        f"it ended after {lasted:.2f} s"
    )


@points(1, "a tool that ends within LIMIT is left alone; its output is returned")
def test_in_time(in_time: Trace) -> None:
    for picture, expected in ((QUICK, f"{TEXT}\n{COMPLAINT}"), (FAILING, COMPLAINT)):
        began(in_time, picture)
        how, _ = ended(in_time, picture)
        assert how == f"returned {expected!r}", (
            f"the tool ends after {TOOLS[picture].takes_s} s: expected convert to return {expected!r}; it {how}"
        )
        assert not reports(in_time, "SIGTERM", f"tool {picture}"), (
            f"the tool ends after {TOOLS[picture].takes_s} s, and was sent SIGTERM"
        )


@points(2, "a tool that takes longer than LIMIT is ended, and convert gives up", means="orphaned-process", public=True)
def test_given_up(too_long: Trace) -> None:
    is_gone(too_long, "tool", SLOW)
    asked = was_asked(too_long, SLOW)
    assert LIMIT - 0.3 < asked < LIMIT + 0.8, (
        f"LIMIT is {LIMIT} s: expected SIGTERM after {LIMIT} s; it came after {asked:.2f} s"
    )
    how, _ = ended(too_long, SLOW)
    assert how == "returned 'given up'", f"the tool takes 5 s: expected convert to return 'given up'; it {how}"


@points(1, "the tool can tidy up undisturbed, and convert ends when it has done so")
def test_tidies_up(too_long: Trace, cancelled: Trace) -> None:
    for trace, when in ((too_long, "after LIMIT"), (cancelled, "when it is cancelled")):
        asked = was_asked(trace, SLOW)
        tidied = reports(trace, "tidied", f"tool {SLOW}")
        assert tidied, (
            f"{when}: the tool tidies up for {TOOLS[SLOW].tidies_up_s} s after SIGTERM, and GRACE is {GRACE} s; "
            f"it was killed {reports(trace, 'gone', f'tool {SLOW}')[0].at - asked:.2f} s after SIGTERM"
        )
        signals = len(reports(trace, "SIGTERM", f"tool {SLOW}"))
        assert signals == 1, f"{when}: expected one SIGTERM; {signals} came"
        _, over = ended(trace, SLOW)
        # An order: the tool waits until the grader has taken note.
        assert over > tidied[0].at, (
            f"{when}: convert ended at {over:.2f} s, before the tool had tidied up, at {tidied[0].at:.2f} s"
        )
        # The other tool is stuck, and GRACE passes before it is killed.
        assert over < is_gone(trace, "tool", STUCK) - 0.3, (
            f"{when}: the tool had ended at {tidied[0].at:.2f} s; convert ended at {over:.2f} s"
        )


@points(1, "a tool that is stuck is killed GRACE seconds after SIGTERM", means="orphaned-process")
def test_stuck(too_long: Trace) -> None:
    is_killed_after_grace(too_long)
    how, _ = ended(too_long, STUCK)
    assert how == "returned 'given up'", f"the tool was stuck: expected convert to return 'given up'; it {how}"


@points(1, "the programs that the tool has started end with it", means="orphaned-process")
def test_family(family: Trace, cancelled: Trace) -> None:
    for trace in (family, cancelled):
        assert reports(trace, "begin", f"helper {PARENT}"), f"the tool for {PARENT} was not run"
        is_gone(trace, "tool", PARENT)
        is_gone(trace, "helper", PARENT)
    how, over = ended(family, PARENT)
    assert how == "returned 'given up'", f"the tool takes 5 s: expected convert to return 'given up'; it {how}"
    took = over - was_asked(family, PARENT)
    assert took < GRACE + 0.8, f"GRACE is {GRACE} s: convert ended {took:.2f} s after SIGTERM"


@points(1, "a cancelled conversion ends its tool in the same way, then itself", means="swallowed-cancellation")
def test_cancelled(cancelled: Trace) -> None:
    cancel = cancelled.notes("cancel")[0].at
    for picture in (SLOW, STUCK, PARENT):
        how, _ = ended(cancelled, picture)
        assert how == "was cancelled", f"convert was cancelled: expected CancelledError to come out; convert {how}"
        is_gone(cancelled, "tool", picture)
        late = was_asked(cancelled, picture) - cancel
        assert late < 0.8, f"convert was cancelled; SIGTERM came {late:.2f} s later"
    is_killed_after_grace(cancelled)


@points(1, "a cancellation leaves no tool running, whenever it comes", means="swallowed-cancellation")
def test_any_moment(cancelled_early: Trace, cancelled_late: Trace) -> None:
    how, over = ended(cancelled_early, EARLY)
    assert how == "was cancelled", (
        f"convert was cancelled while the tool was being started: expected CancelledError to come out; convert {how}"
    )
    if reports(cancelled_early, "begin", f"tool {EARLY}"):
        is_gone(cancelled_early, "tool", EARLY)
    asked, cancel = was_asked(cancelled_late, STUCK), cancelled_late.notes("cancel")[0].at
    assert asked < cancel, f"LIMIT is {LIMIT} s: expected SIGTERM after {LIMIT} s; it came after {asked:.2f} s"
    how, over = ended(cancelled_late, STUCK)
    when = f"SIGTERM was sent at {asked:.2f} s, and convert was cancelled at {cancel:.2f} s, while the tool tidied up"
    assert how == "was cancelled", f"{when}: expected CancelledError to come out; convert {how}"
    assert over - asked < GRACE + 0.8, f"{when}: convert ended {over - asked:.2f} s after SIGTERM"
    is_gone(cancelled_late, "tool", STUCK)


@points(1, "pictures are converted at the same time, and no zombie is left", means="blocking-call")
def test_together(too_long: Trace) -> None:
    first, second = sorted((began(too_long, SLOW), began(too_long, STUCK)), key=float)
    assert second - first < 0.8, f"the tool for the second of two pictures began {second - first:.2f} s after the first"
    looked = too_long.notes("zombies")
    assert looked, "nothing was converted after two pictures had been given up"
    assert looked[0].value == "0", (
        f"after two pictures had been given up, the program had {looked[0].value} zombies: "
        "processes that have ended and that it has not waited for"
    )
