"""Kinds of mistake: each is recognised by what was seen and by nothing less, and its page tells what is true.

That the bank's wrong answers are recognised as what they show is for ``make verify`` to prove.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from grader.authoring.check import OFFICIAL_HOSTS
from grader.errors import UsageError
from grader.judge.diagnose import MOST, NAMES, recognise
from grader.judge.outcome import Failed, Outcome, of_test
from grader.kinds import CallOutcome, CheckOutcome, Ending, EventKind, FindingKind, SegmentState, Stop, StopReason
from grader.load.kit import find_root, load_kit
from grader.load.mistake_pages import mistake_names, mistake_page
from grader.practice.next_step import next_step
from grader.record.noise import Noise
from grader.record.recording import Recording
from grader.record.seconds import Seconds
from grader.record.trace import Event, Raised, Span, Trace
from grader.result import ExerciseResult, Finding, Result, Row, Segment, Timeline, Verdict
from tests.grader.command import turtles
from tests.grader.kits import make_kit, write

KIT = load_kit(find_root(Path(__file__)))
PAGES = [mistake_page(KIT, name) for name in mistake_names(KIT)]
PROGRAM = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


# --- recognising ----------------------------------------------------------------------------------------------------


def call(
    name: str, start: float, end: float, *args: Any, outcome: CallOutcome = CallOutcome.REPLIED, reply: object = None
) -> Span:
    return Span(name, Seconds(start), Seconds(end), args, outcome=outcome, reply=reply)


def row(label: str, *waits: tuple[float, float, str]) -> Row:
    return Row(
        label,
        tuple(Segment(start, end, SegmentState.WAITING, awaits=awaits) for start, end, awaits in waits),
        label.rstrip(" 123"),
    )


def held(seconds: float) -> list[Finding]:
    return [Finding(FindingKind.BLOCKING_CALL, "it held the loop", seconds=seconds, count=1)]


QUIET = Noise()


class Run:
    """A check that failed, with the recording that it rests on and what was seen inside."""

    def __init__(
        self,
        *spans: Span,
        means: str = "",
        message: str = "it failed",
        kind: CheckOutcome = CheckOutcome.FAILED,
        ended: Ending = Ending.RETURNED,
        raised: Raised | None = None,
        stop: Stop | None = None,
        notes: Sequence[tuple[float, str, object]] = (),
        lines: Sequence[str] = (),
        rows: Sequence[Row] = (),
        found: Sequence[Finding] = (),
        elapsed: float = 2.0,
        noise: Noise = QUIET,
        asked: bool | None = None,
        source: str = "",
    ) -> None:
        self.source = source
        events = [Event(Seconds(at), EventKind.NOTE, name, value) for at, name, value in notes]
        events += [Event(span.start, EventKind.CALL, str(span)) for span in spans]
        events += [Event(Seconds(elapsed), EventKind.LINE, line) for line in lines]
        trace = Trace(tuple(events), spans, Seconds(elapsed), ended, raised=raised, stop=stop)
        self.seen = Timeline("", elapsed, tuple(rows)), tuple(found)
        asked = ended in (Ending.RETURNED, Ending.EXIT) if asked is None else asked
        self.outcome = Outcome(
            "it works", 1, kind, message, recordings=(Recording(trace, noise),),
            means=tuple(means.split()), asked=asked,
        )  # fmt: skip


def recognised(*runs: Run) -> tuple[str, ...]:
    seen = {id(run.outcome.recordings[0]): run.seen for run in runs}
    return recognise([run.outcome for run in runs], lambda recording: seen[id(recording)], runs[0].source)


LATE = Stop(StopReason.DEADLINE, 5.0)
IN_TURN = (call("ask", 0.0, 0.6, "oslo"), call("ask", 0.6, 1.3, "rome"), call("ask", 1.3, 1.9, "wien"))
AT_ONCE = tuple(
    call("ask", 0.0, 1.9 - nth / 10, town, reply=f"of {town}")
    for nth, town in enumerate(["oslo", "rome", "wien", "bern"])
)
BY_READINESS = ["of bern", "of wien", "of rome", "of oslo"]
FAILED_CALL = call("save", 0.0, 0.5, "b", outcome=CallOutcome.RAISED)
CUT_CALL = call("save", 0.0, 0.51, "a", outcome=CallOutcome.CANCELLED)
RUNNING_LOOP = Raised("RuntimeError", "asyncio.run() cannot be called from a running event loop", 9)
PLAIN = Raised("TypeError", "object int can't be used in 'await' expression", 9)
PLAIN_SINCE_3_14 = Raised("TypeError", "'int' object can't be awaited", 9)
NOT_DONE = Raised("InvalidStateError", "Result is not set.", 9)
TWICE = Raised("RuntimeError", "cannot reuse already awaited coroutine")
OTHER_LOOP = Raised("RuntimeError", "<asyncio.locks.Lock object at 0x1> is bound to a different event loop", 9)
OTHER_THREAD = Raised(
    "RuntimeError", "Non-thread-safe operation invoked on an event loop other than the current one", 9
)
NO_LOOP = Raised("RuntimeError", "no running event loop", 9)
GROUP = Raised("ExceptionGroup", "unhandled errors in a TaskGroup (1 sub-exception)", inner=(Raised("ValueError", ""),))
WAITED = [Finding(FindingKind.LEFT_PENDING, "main was still waiting when the program was stopped")]

SHOWN: dict[str, Run] = {
    "nested-run": Run(
        ended=Ending.RAISED,
        raised=RUNNING_LOOP,
        found=[Finding(FindingKind.NEVER_AWAITED, "ask was called but never awaited")],
    ),
    "not-awaitable": Run(ended=Ending.RAISED, raised=Raised("ExceptionGroup", "", inner=(PLAIN,))),
    "early-result": Run(
        ended=Ending.RAISED,
        raised=NOT_DONE,
        found=[Finding(FindingKind.LEFT_PENDING, "task save was still pending at the end")],
    ),
    "awaited-twice": Run(ended=Ending.RAISED, raised=TWICE),
    "wrong-loop": Run(ended=Ending.RAISED, raised=OTHER_LOOP),
    "wrong-thread": Run(ended=Ending.RAISED, raised=OTHER_THREAD),
    "uncaught-group": Run(ended=Ending.RAISED, raised=GROUP, message="it raised ExceptionGroup: unhandled errors"),
    "deadlock": Run(
        ended=Ending.STOPPED,
        stop=LATE,
        kind=CheckOutcome.CRASHED,
        found=WAITED,
        rows=[row("main", (0, 2, "join(), line 9"))],
    ),
    "shell-injection": Run(means="shell-injection", notes=[(0.1, "begin", ["-c", "two", "words"])]),
    "blind-test": Run(means="blind-test", lines=["CarefulOffice: passed", "HastyOffice: passed"]),
    "abrupt-end": Run(
        CUT_CALL,
        means="abrupt-end leaked-task",
        ended=Ending.RAISED,
        raised=Raised("KeyboardInterrupt", ""),
        asked=True,
    ),
    "orphaned-process": Run(
        means="orphaned-process", notes=[(0.1, "begin", "tool a"), (0.1, "begin", "tool b"), (1.0, "gone", "tool a")]
    ),
    "hand-kept-list": Run(means="hand-kept-list", notes=[(0.5, "look 3", ["menus"])]),
    "late-output": Run(
        *[call("show", 1.8 + n / 100, 1.8 + n / 100, f"line {n}") for n in range(4)], means="late-output"
    ),
    "blocking-call": Run(*IN_TURN, means="sequential-await", found=held(1.0)),
    "never-awaited": Run(found=[Finding(FindingKind.NEVER_AWAITED, "save was called but never awaited")]),
    "lost-exception": Run(found=[Finding(FindingKind.LOST_EXCEPTION, "task save raised OSError, and nobody looked")]),
    "leaked-task": Run(found=[Finding(FindingKind.LEFT_PENDING, "task save was still pending at the end")]),
    "sequential-await": Run(*IN_TURN, means="sequential-await"),
    "lock-too-wide": Run(
        *IN_TURN,
        means="lock-too-wide sequential-await",
        rows=[row("visit 1", (0, 0.6, "")), row("visit 2", (0, 1.3, "")), row("visit 3", (0, 1.9, ""))],
    ),
    "unbounded-concurrency": Run(*AT_ONCE, means="unbounded-concurrency"),
    "starved-pool": Run(
        *[call("load", nth // 4 / 2, nth // 4 / 2 + 0.49, nth) for nth in range(12)],
        means="starved-pool",
    ),
    "race-condition": Run(
        call("read", 0, 1, "a"), call("read", 0, 1, "a"), call("store", 1, 2, "a"), means="race-condition"
    ),
    "failure-ends-all": Run(FAILED_CALL, CUT_CALL, means="failure-ends-all"),
    "swallowed-cancellation": Run(
        means="swallowed-cancellation", notes=[(0.5, "cancel", None), (1.9, "ended", "returned")]
    ),
    "skipped-cleanup": Run(
        call("open_valve", 0, 0.1), call("close_pump", 0.2, 0.3), call("pump_on", 0, 0.1), means="skipped-cleanup"
    ),
    "polling": Run(
        *AT_ONCE,
        means="polling",
        rows=[row("look", *[(n / 2, n / 2 + 0.5, "asyncio.sleep(0.5), line 9") for n in range(4)])],
    ),
    "wrong-order": Run(*AT_ONCE, means="wrong-order", lines=BY_READINESS),
    "end-of-stream": Run(means="end-of-stream"),
    "message-boundaries": Run(means="message-boundaries"),
    "no-back-pressure": Run(means="no-back-pressure", notes=[(1.0, "taken", 20_000_000)]),
    "mistaken-cancellation": Run(
        means="mistaken-cancellation swallowed-cancellation",
        notes=[(0.5, "cancel", None), (0.6, "ended", "returned")],
        source="try:\n    pass\nexcept (TimeoutError, asyncio.CancelledError):\n    pass\n",
    ),
    "interrupted-commit": Run(
        call("withdraw", 0.0, 0.5, outcome=CallOutcome.CANCELLED),
        means="interrupted-commit",
        notes=[(0.5, "cancel", None)],
    ),
    "caught-too-much": Run(
        FAILED_CALL,
        means="caught-too-much lost-exception",
        source="try:\n    pass\nexcept Exception:\n    pass\n",
    ),
    "shared-state": Run(means="shared-state"),
    "socket-file": Run(means="socket-file"),
    "lost-datagram": Run(means="lost-datagram"),
    "unsafe-retry": Run(means="unsafe-retry"),
    "leaked-resource": Run(means="leaked-resource"),
    "unverified-peer": Run(means="unverified-peer"),
}


@pytest.mark.parametrize("name", NAMES)
def test_each_kind_is_recognised_by_what_it_shows_and_alone(name: str) -> None:
    assert recognised(SHOWN[name]) == (name,)


MEANT = {
    "a call cut off at the end": (
        Run(call("send", 1.0, 2.0, outcome=CallOutcome.CANCELLED), means="leaked-task"),
        "leaked-task",
    ),
    "a call that outlived its caller": (
        Run(call("send", 0.5, 1.9), means="leaked-task", notes=[(1.0, "ended", "well")]),
        "leaked-task",
    ),
    "calls that went on after a failure": (
        Run(FAILED_CALL, call("save", 0.0, 1.8, "a"), call("tell", 0.6, 0.7), means="leaked-task"),
        "leaked-task",
    ),
    "a failed call, and a good end": (
        Run(FAILED_CALL, means="lost-exception", notes=[(1.9, "ended", "well")]),
        "lost-exception",
    ),
    "a test that failed by another event loop": (
        Run(means="wrong-loop", lines=["test_order: failed, RuntimeError"]),
        "wrong-loop",
    ),
    "requests to the world, each after the answer to the last": (
        Run(means="sequential-await", notes=[(n / 10, ("asked", "answered")[n % 2], n // 2) for n in range(6)]),
        "sequential-await",
    ),
    "an error that was shown": (
        Run(means="wrong-loop", lines=["Task <Task pending> got Future <Future pending> attached to a different loop"]),
        "wrong-loop",
    ),
    "no event loop, in a thread": (
        Run(means="wrong-thread", ended=Ending.RAISED, raised=NO_LOOP),
        "wrong-thread",
    ),
    "one that ended the program": (
        Run(FAILED_CALL, means="failure-ends-all", ended=Ending.RAISED, raised=Raised("OSError", "down")),
        "failure-ends-all",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", MEANT)
def test_what_a_check_asks_is_named_where_the_recording_agrees(what: str) -> None:
    run, name = MEANT[what]
    assert recognised(run) == (name,)


SILENT = {
    "a chat that puts somebody out and tells nobody": Run(
        means="no-back-pressure", notes=[(1.0, "told", 9_000_000), (1.5, "kept", False)]
    ),
    "an error that an exact except did not hide": Run(
        FAILED_CALL, means="caught-too-much", source="try:\n    pass\nexcept ConnectionError:\n    pass\n"
    ),
    "a cancellation that nobody handles by name": Run(
        means="mistaken-cancellation", notes=[(0.5, "cancel", None), (0.6, "ended", "returned")], source="x = 1\n"
    ),
    "steps that all came after the cancellation": Run(
        call("withdraw", 0.0, 0.9), call("deposit", 0.9, 1.2), means="interrupted-commit", notes=[(0.5, "cancel", None)]
    ),
    "a chat that is held up": Run(
        means="no-back-pressure", notes=[(1.0, "held up", 9_000_000), (1.0, "told", 9_000_000)]
    ),
    "a proxy through which nothing came": Run(means="no-back-pressure"),
    "a call that was called off in time": Run(
        call("send", 0.0, 1.0, outcome=CallOutcome.CANCELLED), means="leaked-task"
    ),
    "a failed call, and an error that came out": Run(
        FAILED_CALL, means="lost-exception", notes=[(1.9, "ended", "OSError: down")]
    ),
    "a check that does not ask": Run(*IN_TURN),
    "calls at once": Run(*AT_ONCE, means="sequential-await race-condition lock-too-wide"),
    "short calls": Run(*IN_TURN, means="sequential-await", elapsed=20.0),
    "calls as soon as they were asked for": Run(
        *[call("load", nth / 10, nth / 10 + 0.43, nth) for nth in range(12)], means="starved-pool"
    ),
    "three of many at once": Run(*AT_ONCE[:3], means="unbounded-concurrency"),
    "the order that was asked for": Run(*AT_ONCE, means="wrong-order", lines=BY_READINESS[::-1]),
    "an order that cannot be told": Run(*AT_ONCE, means="wrong-order", lines=["nothing of it"]),
    "a failure that left the others alone": Run(FAILED_CALL, call("save", 0.0, 0.4, "a"), means="failure-ends-all"),
    "a cancellation that was passed on": Run(
        means="swallowed-cancellation", notes=[(0.5, "cancel", None), (0.6, "ended", "was cancelled")]
    ),
    "an end before the cancellation": Run(
        means="swallowed-cancellation", notes=[(0.2, "ended", "returned"), (0.5, "cancel", None)]
    ),
    "all closed again": Run(call("open_valve", 0, 0.1), call("close_valve", 0.2, 0.3), means="skipped-cleanup"),
    "a test that fails": Run(means="blind-test", lines=["HastyOffice: failed"]),
    "a program that was not ended by a signal": Run(means="abrupt-end"),
    "child processes that are all gone": Run(
        means="orphaned-process", notes=[(0.1, "begin", "tool"), (0.5, "gone", "tool")]
    ),
    "a list at which nobody looked": Run(means="hand-kept-list"),
    "lines that were shown one by one": Run(
        *[call("show", n / 2, n / 2, f"line {n}") for n in range(4)], means="late-output"
    ),
    "a test that failed by itself": Run(means="wrong-loop", lines=["test_order: failed, ValueError"]),
    "a long sleep": Run(
        ended=Ending.STOPPED,
        stop=LATE,
        kind=CheckOutcome.CRASHED,
        found=WAITED,
        rows=[row("main", (0, 2, "asyncio.sleep(9), line 9"))],
    ),
    "a call that the grader still had to answer": Run(
        call("ask", 0.0, 2.0, outcome=CallOutcome.CANCELLED),
        ended=Ending.STOPPED,
        stop=LATE,
        kind=CheckOutcome.CRASHED,
        found=WAITED,
    ),
    "a loop held for a moment": Run(found=held(0.06)),
    "a loop held while its program waited for a processor": Run(found=held(0.4), noise=Noise(run_delay_s=0.3)),
    "a loop held while its grader was late to answer": Run(found=held(0.4), noise=Noise(lost_s=0.3)),
    "a loop held twice for a moment": Run(found=held(0.14)),
    "no event loop, and nobody knows in which thread": Run(ended=Ending.RAISED, raised=NO_LOOP),
    "another RuntimeError": Run(ended=Ending.RAISED, raised=Raised("RuntimeError", "no rain today")),
    "a group that is right": Run(
        ended=Ending.RAISED, raised=GROUP, message="a technician was sent to nobody", asked=True
    ),
    "a check that never came to its question": Run(
        *AT_ONCE, means="unbounded-concurrency wrong-order end-of-stream", ended=Ending.RAISED, lines=BY_READINESS
    ),
    "the clock of a scenario": Run(
        *[call("wait", 0.0, 1.0, n) for n in range(5)],
        *[call("tick", 0.0, 1.0, n) for n in range(5)],
        means="unbounded-concurrency",
    ),
}


@pytest.mark.parametrize("why", SILENT)
def test_nothing_is_named_for(why: str) -> None:
    assert recognised(SILENT[why]) == ()


def test_a_program_that_makes_calls_without_end_does_not_keep_the_grader_from_its_work() -> None:
    calls = [call("save", n / 1e5, 1.9, f"photo {n}", outcome=CallOutcome.RAISED) for n in range(20_000)]
    of_spans = " ".join(list(NAMES)[: NAMES.index("wrong-order") + 1])
    assert recognised(Run(*calls, means=of_spans, lines=["x" * 50] * 20_000)) == (
        "unbounded-concurrency",
        "lost-exception",
    )


@pytest.mark.parametrize("kind", [CheckOutcome.PASSED, CheckOutcome.INCONCLUSIVE, CheckOutcome.BROKEN])
def test_only_a_check_that_failed_shows_anything(kind: CheckOutcome) -> None:
    assert recognised(Run(*IN_TURN, means="sequential-await", kind=kind)) == ()


def test_what_the_interpreter_says_since_3_14_is_understood() -> None:
    assert recognised(Run(ended=Ending.RAISED, raised=PLAIN_SINCE_3_14)) == ("not-awaitable",)


def test_the_call_that_held_the_loop_longest_counts() -> None:
    short, long = held(0.1), held(0.2)
    assert recognised(Run(found=short)) == ()
    assert recognised(Run(found=[*short, *long, *short])) == ("blocking-call",)


def test_more_than_a_few_names_are_not_given() -> None:
    names = recognised(*(SHOWN[name] for name in ("awaited-twice", "never-awaited", "uncaught-group", "polling")))
    assert names == ("awaited-twice", "never-awaited")
    assert len(names) == MOST


def test_a_check_that_failed_by_how_its_run_ended_did_not_come_to_its_question() -> None:
    assert not of_test("it works", 1, Failed(CheckOutcome.FAILED, "it raised ValueError"), ()).asked
    assert of_test("it works", 1, AssertionError("took 3 s"), ()).asked


# --- the pages ------------------------------------------------------------------------------------------------------


def test_every_kind_that_can_be_recognised_or_is_handed_out_has_a_page_and_no_page_is_of_another() -> None:
    handed_out = {exercise.page for exercise in KIT.exercises if exercise.page}
    unseen = {"mismatched-results", "unreached-handler"}
    """Kinds that no rule tells from others, and no file is handed out with: for who looks them up."""
    assert sorted({*NAMES, *handed_out, *unseen}) == [page.name for page in PAGES]


def test_every_file_of_the_first_eight_chapters_leads_to_a_page() -> None:
    """By its entry, or by what is always seen of it; that these are recognised was seen when each was handed out."""
    recognised_as_handed_out = {
        "hello", "start_it", "the_result", "await_what", "run_inside_run", "two_tasks", "too_eager", "one_by_one",
        "in_order", "lost_task", "bare_except", "swallowed", "clean_up", "cancel_and_wait", "task_group",
        "half_a_gather", "return_exceptions", "except_star", "lost_update", "too_many", "busy_wait", "deadlock",
        "missed_wakeup", "meet_up", "producer_consumer", "join_forever", "poison_pill", "worker_dies", "not_parallel",
        "leaky_generator", "async_with", "exit_stack", "cached_coroutine",
    }  # fmt: skip
    early = [exercise for exercise in KIT.exercises if exercise.chapter < "09"]
    assert [each.name for each in early if not each.page and each.name not in recognised_as_handed_out] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_a_page_is_short_and_goes_from_the_sight_of_it_to_the_repair(page: Any) -> None:
    headings = re.findall(r"^#+ .*", page.text, re.MULTILINE)
    assert headings[1:] == ["## Why it happens", "## How to see it", "## How to repair it", "## Read on"]
    assert len(page.text.splitlines()) <= 90
    assert 10 < len(page.summary) <= 52, "in the list it stands on one line of 80 columns"
    links = re.findall(r"\]\((\S+)\)", page.text)
    assert links
    assert {urlsplit(link).hostname for link in links} <= OFFICIAL_HOSTS
    assert page.text.count("```python") == len(PROGRAM.findall(page.text)) == 2


FORKED = """
import asyncio, contextlib, json, os, sys, tempfile
def start(program):
    file = tempfile.TemporaryFile("w+")
    pid = os.fork()
    if pid == 0:
        os.dup2(file.fileno(), 1)
        exec(compile(program, "<page>", "exec"), {"__name__": "__main__"})
        sys.stdout.flush()
        os._exit(0)
    return pid, file
def end(pid, file):
    os.waitpid(pid, 0)
    file.seek(0)
    return file.read()
print(json.dumps([end(*each) for each in [start(program) for program in json.load(sys.stdin)]]))
"""
"""Runs all programs at the same time, each in a fork of one interpreter."""


def test_the_programs_print_what_the_pages_say() -> None:
    told = [(page.name, *found) for page in PAGES for found in PROGRAM.findall(page.text)]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKED], input=json.dumps([program for _, program, _ in told]),
        capture_output=True, encoding="utf-8", timeout=150, check=True,
    )  # fmt: skip
    printed = dict(zip([f"{name}: {program}" for name, program, _ in told], json.loads(done.stdout), strict=True))
    expected = {f"{name}: {program}": text for name, program, text in told}
    assert {key: sorted(_timeless(text)) for key, text in printed.items()} == {
        key: sorted(_timeless(text)) for key, text in expected.items()
    }


def _timeless(text: str) -> list[str]:
    """The lines without their figures of time: threads may end in any order, and a busy machine is slow."""
    return [re.sub(r"\d+\.\d s", "some s", line) for line in text.splitlines()]


# --- what a learner sees --------------------------------------------------------------------------------------------


def test_explain_lists_every_kind_on_a_line_of_its_own() -> None:
    done = turtles(KIT.root, "explain", environ={"COLUMNS": "80"})
    assert done.returncode == 0, done.stderr
    *lines, empty, closing = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [page.name for page in PAGES]
    assert [line.partition("  ")[2].split("  ")[-1].strip() for line in lines] == [page.summary for page in PAGES]
    assert (empty, closing.split()[:2]) == ("", ["make", "explain"])


def test_explain_shows_a_page_with_its_links_in_one_piece_and_without_marks() -> None:
    done = turtles(KIT.root, "explain", "uncaught-group", environ={"COLUMNS": "80"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("An exception group that nobody expected\n\n   The code expects one error, and")
    assert "\n   async def check(part):\n       await asyncio.sleep(0.1)\n" in done.stdout
    link = "https://docs.python.org/3/tutorial/errors.html#raising-and-handling-multiple-unrelated-exceptions"
    assert f"     {link}\n" in done.stdout
    assert not re.search(r"`|\]\(|^#", done.stdout, re.MULTILINE)
    assert all(len(line) <= 80 and line == line.rstrip() for line in done.stdout.splitlines() if "://" not in line)


def test_explain_works_where_only_ascii_can_be_shown() -> None:
    done = turtles(KIT.root, "explain", "blocking-call", environ={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "Executing <Task ...> took" in done.stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("blocking", "did you mean 'blocking-call'?"),
        ("Blocking call", "did you mean 'blocking-call'?"),
        ("dedlock", "did you mean 'deadlock'?"),
        ("cancellation", "did you mean 'mistaken-cancellation' or 'swallowed-cancellation'?"),
        ("xyz", "`turtles explain` shows them all"),
        ("../trust", "`turtles explain` shows them all"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        mistake_page(KIT, name)
    assert str(error.value) == f"there is no mistake called {name!r}; {said}"


def test_an_unknown_name_is_wrong_usage() -> None:
    done = turtles(KIT.root, "explain", "dedlock")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "turtles: there is no mistake called 'dedlock'; did you mean 'deadlock'?\n"


def advised(root: Path, *mistakes: str, verdict: Verdict = Verdict.FAILED) -> str:
    """The end of a block."""
    each = ExerciseResult(
        "two_tasks", "Two tasks", "02_together", "two_tasks.py", verdict, 0, 3, 1.0, mistakes=mistakes
    )
    result = Result("0.1.0", "3.12.1", "2026-11-24T20:15:00Z", 1.0, "none", (each,))
    return next_step(load_kit(root), None, result)(each)


def test_a_failure_ends_with_where_to_read_about_its_mistake(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    for name in ("deadlock", "lost-exception"):
        write(root / "docs" / "mistakes" / f"{name}.md", "# One\n\nIt happens.\n")
    hint = "turtles hint two_tasks for a hint"
    assert advised(root) == hint
    assert advised(root, "deadlock") == f"turtles explain deadlock for more on this kind of mistake\n{hint}"
    both = advised(root, "deadlock", "lost-exception")
    assert both.startswith("turtles explain deadlock (or lost-exception) for more")


def test_a_name_without_a_page_is_not_offered(tmp_path: Path) -> None:
    assert advised(make_kit(tmp_path), "deadlock") == "turtles hint two_tasks for a hint"
