"""Schedules under virtual time: fast among others, and alone where it counts."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.judge.outcome import NotJudged, evidence
from grader.record import explore
from grader.record.recorder import Recorder
from grader.record.recording import Recording, Subject
from grader.record.spec import Double, RecordingSpec
from grader.report import sentences
from tests.grader import runs
from tests.grader.timed import timed


@pytest.fixture(scope="module", params=["walled", "plain"])
def recorder(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    yield from runs.recorder(walled=request.param == "walled")


@pytest.fixture(scope="module")
def plain() -> Iterator[Recorder]:
    yield from runs.recorder()


def run(recorder: Recorder, subject: Subject, *args: Any, alone: bool = False, **options: Any) -> Recording:
    recording = recorder.explore(
        subject, RecordingSpec("main", args, virtual=True, observe=alone, **options), alone=alone
    )
    assert not recording.fault, recording.fault
    return recording


def test_waiting_costs_nothing_and_times_are_exact(recorder: Recorder) -> None:
    subject = runs.subject(
        """
        import asyncio
        async def main(fetch):
            print("starts")
            async with asyncio.timeout(1000):
                found = await asyncio.gather(fetch("a"), fetch("b"))
            print("ends", end="")
            return found
        """
    )
    fetch = Double("fetch", delay=lambda name: {"a": 300.0, "b": 200.0}[name], reply=lambda name: name * 2)
    began = time.monotonic()
    trace = run(recorder, subject, fetch).trace
    assert time.monotonic() - began < 20  # of 300 virtual seconds
    assert (trace.returned, float(trace.elapsed), trace.peak()) == (["aa", "bb"], 300.0, 2)
    assert trace.order() == ["starts", "fetch(a) begins", "fetch(b) begins", "fetch(b) ends", "fetch(a) ends", "ends"]
    assert [float(span.seconds) for span in trace.calls()] == [300.0, 200.0]


@pytest.mark.parametrize(
    ("meddling", "ended"),
    [
        ("", "returned"),
        ("asyncio.BaseEventLoop.call_at = lambda self, when, *rest, **more: self.call_soon(*rest, **more)", "stopped"),
    ],
    ids=["honest", "timers that are due at once"],
)
def test_a_call_that_comes_back_before_its_time_stops_the_run(recorder: Recorder, meddling: str, ended: str) -> None:
    subject = runs.subject(f"import asyncio\n{meddling}\nasync def main(fetch): return await fetch('a')")
    trace = run(recorder, subject, Double("fetch", delay=3.0, reply=1)).trace
    assert trace.ended == ended, trace
    assert sentences.stopped(trace.stop) == ("a call came back before its time was over" if meddling else "")


def test_cancelled_open_raised_and_blocking_calls_are_what_they_are(recorder: Recorder) -> None:
    subject = runs.subject(
        """
        import asyncio
        async def main(slow, bad, never, block):
            asyncio.create_task(never())
            try:
                async with asyncio.timeout(5): await slow()
            except TimeoutError: print("gave up")
            try: await bad()
            except OSError as error: print(error)
            block()
        """
    )
    doubles = (
        Double("slow", delay=10),
        Double("bad", raises=OSError("no")),
        Double("never", delay=math.inf),
        Double("block", delay=7, blocking=True),
    )
    trace = run(recorder, subject, *doubles).trace
    assert (trace.raised, trace.lines) == (None, ["gave up", "no"])
    outcomes = {span.name: (span.outcome, float(span.start), float(span.end)) for span in trace.calls()}
    assert outcomes["slow"] == ("cancelled", 0, 5)
    assert outcomes["bad"] == ("raised", 5, 5)
    assert outcomes["block"] == ("replied", 5, 12)
    assert outcomes["never"][0] in ("open", "cancelled")
    assert float(trace.elapsed) == 12


STATEFUL = """
    import os, asyncio, pathlib, sys
    def main(where):
        if where == "library":
            asyncio.turtles_count = count = getattr(asyncio, "turtles_count", 0) + 1
        elif where == "folder":
            count = len(os.listdir(".")) + 1 - os.path.exists("program.py")
            pathlib.Path(f"left-{count}").touch()
        elif where == "tmp":
            count = len([n for n in os.listdir("/tmp") if n.startswith("turtles-left")]) + 1
            if os.path.exists("/turtles"): pathlib.Path(f"/tmp/turtles-left-{count}").touch()
        if count > 1: raise RuntimeError(f"run number {count}")
"""


@pytest.mark.parametrize("where", ["library", "folder", "tmp"])
def test_what_earlier_schedules_left_behind_is_not_there_alone(recorder: Recorder, where: str) -> None:
    subject = runs.subject(STATEFUL)
    among = [run(recorder, subject, where).trace.ended for _ in range(3)]
    alone = [run(recorder, subject, where, alone=True).trace.ended for _ in range(3)]
    assert among[0] == "returned"
    assert alone == ["returned"] * 3, "only what fails alone counts"


def test_each_schedule_loads_the_file_afresh(plain: Recorder) -> None:
    subject = runs.subject("SEEN = []\ndef main():\n    SEEN.append(1)\n    return len(SEEN)")
    assert [run(plain, subject).trace.returned for _ in range(4)] == [1] * 4


def test_a_schedule_has_pools_again_after_one_whose_pool_nobody_closed(plain: Recorder) -> None:
    subject = runs.subject(
        """
        from concurrent.futures import ThreadPoolExecutor
        pool = ThreadPoolExecutor(1)
        print(pool.submit(abs, -49).result())
        """
    )
    for _ in range(2):
        recording = plain.explore(subject, RecordingSpec(None, virtual=True, observe=False), alone=False)
        assert (recording.trace.lines, recording.trace.ended) == (["49"], "returned")


@pytest.mark.parametrize("alone", [False, True])
def test_a_worker_that_crashes_ends_its_schedule_and_no_other(recorder: Recorder, alone: bool) -> None:
    subject = runs.subject("import os\ndef main(die):\n    print('here')\n    if die: os.abort()")
    assert run(recorder, subject, False).trace.ended == "returned"
    trace = run(recorder, subject, True, alone=alone).trace
    # Among others, what came last may be lost: the schedule is tried again alone.
    assert (trace.ended, trace.lines) == ("died", ["here"] if alone else [])
    assert run(recorder, subject, False, alone=alone).trace.ended == "returned"


def test_only_so_much_of_what_a_program_tells_waits_for_the_next_answer(recorder: Recorder) -> None:
    flood = "    for n in range(3000):\n        print('x' * 100)\n"
    lost = run(recorder, runs.subject(f"import os\ndef main():\n{flood}    os.abort()")).trace
    assert 2000 < len(lost.lines) < 3000
    assert len(run(recorder, runs.subject(f"def main():\n{flood}")).trace.lines) == 3000


def test_a_forked_process_does_not_tell_what_waits_in_its_parent(recorder: Recorder) -> None:
    source = """
        import os
        def main():
            print("once")
            child = os.fork()
            if not child:
                print("from the child")
                os._exit(0)
            os.waitpid(child, 0)
    """
    assert run(recorder, runs.subject(source)).trace.lines == ["from the child", "once"]


@timed
def test_a_computation_without_end_is_stopped_sooner_the_second_time(
    plain: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explore, "_PATIENCE_S", 0.6)
    subject = runs.subject("def main():\n    while True: pass")
    took = []
    for _ in range(2):
        began = time.monotonic()
        trace = run(plain, subject).trace
        took.append(time.monotonic() - began)
        assert trace.ended == "stopped"
    assert sentences.stopped(trace.stop) == "it computed for 0.3 s without an end"
    assert took[0] > 0.55
    assert took[1] < took[0]
    other = runs.subject("def main(): return 1")
    assert run(plain, other).trace.returned == 1


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="this kernel does not tell who waited")
@pytest.mark.parametrize("alone", [False, True], ids=["among others", "alone"])
def test_a_program_that_hardly_gets_a_processor_is_not_called_endless(
    alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience_s = 0.3
    for name in ("_PATIENCE_S", "_PATIENCE_ALONE_S", "_IMPATIENCE_S"):
        monkeypatch.setattr(explore, name, patience_s)
    computing = runs.subject("""
        import time
        def main():
            until = time.thread_time() + 0.15
            while time.thread_time() < until: pass
            return "has computed"
    """)
    endless = runs.subject("def main():\n    while True: pass")
    with runs.crowded_processor(busy=6):
        for recorder in runs.recorder(walled=True):
            began = time.monotonic()
            assert run(recorder, computing, alone=alone).trace.returned == "has computed"
            assert time.monotonic() - began > patience_s, "the processor was not crowded: this has shown nothing"
            assert run(recorder, endless, alone=alone).trace.ended == "stopped"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import asyncio\nasync def main(): await asyncio.Event().wait()", "Deadlock"),
        ("import asyncio\nasync def main():\n while True: await asyncio.sleep(0)", "Runaway"),
        ("import asyncio\nasync def main():\n while True: await asyncio.sleep(1)", "Runaway"),
    ],
)
def test_what_waits_or_spins_for_ever_is_told_at_once(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, source: str, words: str
) -> None:
    monkeypatch.setattr(explore, "_PATIENCE_S", 20.0)
    monkeypatch.setattr(explore, "_PATIENCE_ALONE_S", 20.0)
    began = time.monotonic()
    trace = run(recorder, runs.subject(source)).trace
    assert time.monotonic() - began < 20, "it was stopped, and did not end by itself"
    assert words in str(trace.raised)


@pytest.mark.parametrize(
    "attack",
    [
        "write(b'\\xff' * 100)",
        "write(frame({'k': 'end'}) + frame({'k': 'end', 'how': 3}))",
        "write(frame({'k': 'end', 'how': 'returned', 'status': [], 'at': 'x', 'line': {}, 'type': 1, 'inner': 2}) * 3)",
        "write(frame({'k': 'end', 'how': 'fault', 'message': []}))",
        "write(frame({'k': 'line', 'text': 'x', 'at': float('nan')}) * 100)",
        "write(frame({'k': 'line', 'text': 'x', 'at': -1e308}) * 25_000)",
        "write(frame({'k': 'call', 'name': 'none', 'args': [], 'kwargs': {}, 'number': 1}))",
        "write(frame({'k': 'ended', 'number': 99, 'how': 'replied'}))",
    ],
)
@pytest.mark.parametrize("alone", [False, True])
def test_no_message_crashes_the_explorer(
    plain: Recorder, attack: str, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.grader.test_run import _HELPERS

    monkeypatch.setattr(explore, "_PATIENCE_S", 0.4)
    monkeypatch.setattr(explore, "_PATIENCE_ALONE_S", 0.4)
    monkeypatch.setattr(explore, "_EXPLAIN_S", 0.05)
    subject = runs.subject(f"{_HELPERS}\ndef main():\n {attack}\n while True: pass")
    recording = plain.explore(subject, RecordingSpec("main", virtual=True, observe=alone), alone=alone)
    if (
        "'returned'" not in attack
    ):  # the end of a run under virtual time is the program's own word: real time is the law
        with pytest.raises((AssertionError, NotJudged)):
            evidence(recording, frozenset())
    monkeypatch.undo()  # a busy machine may take its time for this one
    assert run(plain, runs.subject("def main(): return 1")).trace.returned == 1


def test_a_worker_serves_longer_than_one_run_may_compute(plain: Recorder) -> None:
    subject = runs.subject("import resource\ndef main(): return resource.getrlimit(resource.RLIMIT_CPU)[0]")
    assert run(plain, subject).trace.returned >= 600


def test_exploring_leaves_no_process_no_descriptor_and_no_folder() -> None:
    before = (runs.descriptors(), runs.children())
    for recorder in runs.recorder():
        subject = runs.subject("def main(): return 1")
        for n in range(30):
            run(recorder, subject, alone=n % 3 == 0)
        root = recorder._launcher.scratch_root
    assert runs.descriptors() == before[0]
    assert runs.gone(before[1])
    assert not root.exists()


def test_explanations_come_with_a_run_that_is_alone(recorder: Recorder) -> None:
    subject = runs.subject("import asyncio\nasync def main(): await asyncio.sleep(2)")
    recording = run(recorder, subject, alone=True)
    assert recording.virtual
    assert {"steps", "finished"} <= {each["kind"] for each in recording.explanations}
