"""What is seen from inside real programs, each in a process of its own, as it is when it is graded."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from grader.explain.read import explain
from grader.explain.seen import observer_errors
from grader.result import Finding, Place, Row, Timeline
from grader.runner.observe.places import CodePlace
from grader.runner.observe.samples import BLOCKED, COMPUTING, Sample, SampleRun, merge_computation

ROOT = Path(__file__).parents[2]

HARNESS = """
import asyncio, inspect, json, sys, threading, time
from grader.runner.observe import Observer

FILE = "exercises/02_together/program.py"
messages = []
observer = Observer(messages.append, FILE)
source = sys.stdin.read()
start = time.monotonic()
observer.install()
program = {"__name__": "program"}
exec(compile(source, FILE, "exec"), program)

async def drive():
    await program["main"]()
    current = asyncio.current_task()
    observer.note_pending([task for task in asyncio.all_tasks() if task is not current])

if inspect.iscoroutinefunction(program["main"]):
    asyncio.run(drive())
else:
    program["main"]()
end = time.monotonic()
observer.finish()
observer.finish()
print(json.dumps({"messages": messages, "start": start, "end": end, "wakeups": observer.wakeups,
                  "threads": threading.active_count(), "extra": program.get("extra")}))
"""

KILLED = """
import asyncio, json, signal, sys, time
from grader.runner.observe import Observer

signal.alarm(20)  # should the test wait in vain

FILE = "exercises/02_together/program.py"
def send(message):
    print(json.dumps([time.monotonic(), message]), flush=True)
observer = Observer(send, FILE)
source = sys.stdin.read()
send({"kind": "begins"})
observer.install()
program = {"__name__": "program"}
exec(compile(source, FILE, "exec"), program)
asyncio.run(program["main"]())
"""


@dataclass(frozen=True)
class Seen:
    messages: list[dict[str, Any]]
    timeline: Timeline
    findings: tuple[Finding, ...]
    stderr: str
    wakeups: int = 0
    threads: int = 0
    extra: object = None

    def texts(self, kind: str) -> list[str]:
        return [finding.text for finding in self.findings if finding.kind == kind]

    def places(self, text: str) -> list[tuple[int, str]]:
        """Of the one finding that begins so."""
        (found,) = [finding for finding in self.findings if finding.text.startswith(text)]
        return [(place.line, place.function) for place in found.places]

    @property
    def labels(self) -> list[str]:
        return [row.label for row in self.timeline.rows]

    def row(self, label: str) -> Row:
        (row,) = [row for row in self.timeline.rows if row.label == label]
        return row


def seen(source: str, *options: str, errors: int = 0) -> Seen:
    """Run the program to its end under the observer, which may fail as many times as ``errors`` says."""
    source = dedent(source).lstrip()
    done = subprocess.run(
        [sys.executable, *options, "-c", HARNESS],
        cwd=ROOT,
        input=source,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert observer_errors(told["messages"]) == errors
    timeline, findings = explain(told["messages"], start=told["start"], end=told["end"], source=source, title="")
    return Seen(told["messages"], timeline, findings, done.stderr, told["wakeups"], told["threads"], told["extra"])


def seen_until_killed(source: str, kind: str) -> Seen:
    """Run the program until it has sent a message of that kind, then kill it."""
    source = dedent(source).lstrip()
    with subprocess.Popen(
        [sys.executable, "-c", KILLED],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(source)
        process.stdin.close()
        told: list[tuple[float, dict[str, Any]]] = []
        for line in process.stdout:
            told.append(json.loads(line))
            if told[-1][1]["kind"] == kind:
                break
        process.kill()
        stderr = process.stderr.read()
    messages = [message for _, message in told]
    timeline, findings = explain(messages, start=told[0][0], end=told[-1][0] + 0.5, source=source, title="")
    return Seen(messages, timeline, findings, stderr)


def running_s(row: Row) -> float:
    return sum(each.end_s - each.start_s for each in row.segments if each.state == "running")


def waiting_s(row: Row) -> float:
    return sum(each.end_s - each.start_s for each in row.segments if each.state == "waiting")


def test_a_blocking_sleep_in_two_tasks_is_one_finding_with_both_places() -> None:
    run = seen("""
        import asyncio, time
        async def task_a():
            time.sleep(0.3)
        async def task_b():
            time.sleep(0.3)
        async def main():
            await asyncio.gather(task_a(), task_b())
    """)
    (text,) = run.texts("blocking-call")
    assert text.startswith("time.sleep(0.3) held the event loop for 0.3")
    assert text.endswith("s, twice")
    assert run.places("time.sleep(0.3)") == [(3, "task_a"), (5, "task_b")]
    assert run.labels == ["task_a", "task_b"]
    assert running_s(run.row("task_a")) >= 0.29


def test_coroutines_awaited_one_after_the_other_have_rows_of_their_own() -> None:
    run = seen("""
        import asyncio
        async def task_a():
            await asyncio.sleep(0.2)
        async def task_b():
            await asyncio.sleep(0.2)
        async def main():
            await task_a()
            await task_b()
    """)
    assert run.labels == ["task_a", "task_b"]
    first, second = run.timeline.rows
    assert first.segments[-1].end_s <= second.segments[0].start_s + 0.05
    assert waiting_s(first) >= 0.15
    assert waiting_s(second) >= 0.15
    assert run.findings == ()


def test_a_waiting_stretch_says_what_it_awaited() -> None:
    run = seen("""
        import asyncio
        async def task_a(queue):
            await asyncio.sleep(0.1)
            await queue.put(1)
        async def task_b(queue, lock):
            await queue.get()
            async with lock:
                await task_c()
        async def task_c():
            await asyncio.gather(
                asyncio.sleep(0.1),
            )
        async def main():
            queue = asyncio.Queue()
            await asyncio.gather(task_a(queue), task_b(queue, asyncio.Lock()))
    """)
    said = {row.label: [each.awaits for each in row.segments if each.state == "waiting"] for row in run.timeline.rows}
    assert said["task_a"][0] == "asyncio.sleep(0.1), line 3"
    assert said["task_b"][:2] == ["queue.get(), line 6", "task_c(), line 8"]
    assert said["task_c"][0] == "asyncio.gather(asyncio.sleep(0.1)), line 10"


def test_coroutines_that_never_suspend_have_rows_once_they_block() -> None:
    run = seen("""
        import asyncio, time
        async def task_a():
            time.sleep(0.3)
        async def task_b():
            time.sleep(0.3)
        async def main():
            await task_a()
            await task_b()
    """)
    assert run.labels == ["task_a", "task_b"]
    assert run.places("time.sleep(0.3)") == [(3, "task_a"), (5, "task_b")]


def test_two_blocking_lines_in_one_step_are_told_apart() -> None:
    run = seen("""
        import asyncio, time
        async def main():
            time.sleep(0.4)
            time.sleep(0.2)
    """)
    assert run.places("time.sleep(0.4) held the event loop for 0.") == [(3, "main")]
    assert run.places("time.sleep(0.2) held the event loop for 0.") == [(4, "main")]


def test_the_innermost_line_is_named_however_deep_it_blocks() -> None:
    run = seen("""
        import asyncio, time
        def low():
            return [time.sleep(seconds) for seconds in (0.1, 0.1)]
        def middle():
            return low()
        async def top():
            middle()
        async def main():
            await asyncio.create_task(top())
    """)
    assert run.places("time.sleep(seconds)") == [(3, "low")]
    assert running_s(run.row("top")) >= 0.19


def test_a_blocking_read_is_quoted() -> None:
    run = seen("""
        import asyncio, os, threading
        async def reader():
            read_end, write_end = os.pipe()
            threading.Timer(0.3, os.write, (write_end, b"x")).start()
            with open(read_end, "rb") as pipe:
                pipe.read(1)
        async def main():
            await reader()
    """)
    assert run.places("pipe.read(1) held the event loop for") == [(6, "reader")]


def test_a_child_process_waited_for_is_quoted_on_one_line() -> None:
    run = seen("""
        import asyncio, subprocess
        async def main():
            subprocess.run(
                ["sleep", "0.3"],
                check=True,
            )
    """)
    assert run.places('subprocess.run(["sleep", "0.3"], check=True) held the event loop for') == [(3, "main")]


def test_a_computation_is_named_by_the_call_in_the_coroutine() -> None:
    run = seen("""
        import asyncio, time
        def is_enough(until):
            return time.process_time() >= until
        def compute(seconds):
            until = time.process_time() + seconds
            while not is_enough(until):
                pass
        async def hog():
            compute(0.3)
        async def main():
            await hog()
    """)
    # On a busy machine a moment of it may look like something else; it is told last.
    assert run.findings[0].text.startswith("compute(0.3) held the event loop for")
    assert run.findings[0].places == (Place(9, "hog", "compute(0.3)"),)


def test_a_computation_in_the_coroutine_itself_is_found() -> None:
    run = seen("""
        import asyncio, time
        async def hog():
            until, total = time.process_time() + 0.4, 0
            while time.process_time() < until:
                total += 1
                total *= 3
                total %= 1000003
        async def main():
            await hog()
    """)
    finding = run.findings[0]
    assert finding.kind == "blocking-call"
    assert {place.function for place in finding.places} == {"hog"}
    assert {place.line for place in finding.places} <= {4, 5, 6, 7}


def computing(line: int, start: float, end: float, *, how: str = COMPUTING, samples: int = 4) -> SampleRun:
    run = SampleRun(Sample(how, CodePlace(line, 4, line, 9, "hog"), "hog"), start, end)
    run.samples = samples
    return run


def test_a_computation_that_goes_from_line_to_line_is_one_hold() -> None:
    there_and_back = [computing(4, 0.0, 0.4), computing(5, 0.4, 0.5), computing(4, 0.5, 0.9), computing(6, 0.9, 0.92)]
    (merged,) = merge_computation(there_and_back, 1.0)
    assert (merged.start, merged.end) == (0.0, 1.0)
    assert merged.sample.place.line == 4


def test_a_computation_starved_for_a_moment_is_still_one_hold() -> None:
    starved = computing(5, 0.4, 0.5, how=BLOCKED, samples=1)
    assert len(merge_computation([computing(4, 0.0, 0.4), starved, computing(4, 0.5, 0.9)], 0.9)) == 1
    blocked = computing(5, 0.4, 0.5, how=BLOCKED, samples=4)
    assert len(merge_computation([computing(4, 0.0, 0.4), blocked, computing(4, 0.5, 0.9)], 0.9)) == 3


def test_two_computations_after_one_another_are_two_holds() -> None:
    assert len(merge_computation([computing(4, 0.0, 0.4), computing(5, 0.4, 0.9)], 1.0)) == 2


def test_what_little_is_computed_before_a_blocking_call_goes_with_it() -> None:
    (merged,) = merge_computation([computing(4, 0.0, 0.03, samples=1), computing(5, 0.03, 1.0, how=BLOCKED)], 1.0)
    assert (merged.start, merged.end, merged.sample.how) == (0.0, 1.0, BLOCKED)


def test_a_computation_that_never_lets_another_thread_in_is_not_missed() -> None:
    run = seen("""
        import asyncio
        async def big():
            return sum(range(12_000_000))
        async def main():
            await asyncio.gather(big(), asyncio.sleep(0))
    """)
    assert run.places("sum(range(12_000_000)) held the event loop for") == [(3, "big")]


@pytest.mark.parametrize("beginning", ["", "await asyncio.sleep(0)"])
def test_a_coroutine_that_ends_with_what_no_thread_could_see_is_named_where_it_begins(beginning: str) -> None:
    run = seen(f"""
        import asyncio
        async def big():
            {beginning}
            digits = 7 ** 2_000_000
        async def main():
            await asyncio.gather(big(), asyncio.sleep(0))
    """)
    assert run.places("big held the event loop for") == [(2, "big")]


def test_so_is_one_in_a_task_that_is_not_the_learners() -> None:
    run = seen("""
        import asyncio
        async def main():
            await asyncio.sleep(0)
            digits = 7 ** 2_000_000
    """)
    assert run.places("main held the event loop for") == [(2, "main")]


def test_a_callback_that_blocks_is_told_too() -> None:
    run = seen("""
        import asyncio, time
        def callback():
            time.sleep(0.1)
        async def main():
            loop = asyncio.get_running_loop()
            loop.call_soon(callback)
            loop.call_soon(time.sleep, 0.2)
            await asyncio.sleep(0.01)
    """)
    assert run.places("time.sleep(0.1) held the event loop for 0.1") == [(3, "callback")]
    assert run.places("time.sleep held the event loop for 0.2") == []


def test_a_thread_that_sleeps_is_no_hold() -> None:
    run = seen("""
        import asyncio, time
        async def main():
            await asyncio.gather(asyncio.to_thread(time.sleep, 0.2), asyncio.sleep(0.2))
    """)
    assert run.findings == ()
    assert not [message for message in run.messages if message["kind"] == "held"]


def test_a_loop_in_another_thread_is_none_of_our_business() -> None:
    run = seen("""
        import asyncio, time
        async def elsewhere():
            await asyncio.sleep(0)
            time.sleep(0.2)
        async def main():
            await asyncio.to_thread(asyncio.run, elsewhere())
    """)
    assert run.findings == ()


def test_a_hold_that_never_ends_is_reported_while_it_lasts() -> None:
    run = seen_until_killed(
        """
        import asyncio
        async def spin():
            while True:
                pass
        async def main():
            await asyncio.gather(asyncio.sleep(9), spin())
        """,
        "held",
    )
    (finding,) = [finding for finding in run.findings if finding.kind == "blocking-call"]
    assert finding.text.endswith("s, until the program was stopped")
    assert [place.function for place in finding.places] == ["spin"]
    assert run.row("spin").segments[-1].state == "running"


def test_a_deadlock_is_explained_though_nothing_runs_any_more() -> None:
    run = seen_until_killed(
        """
        import asyncio
        async def worker(first, second):
            async with first:
                await asyncio.sleep(0.01)
                async with second:
                    pass
        async def main():
            a, b = asyncio.Lock(), asyncio.Lock()
            await asyncio.gather(worker(a, b), worker(b, a))
        """,
        "steps",
    )
    assert run.labels == ["worker 1", "worker 2"]
    assert run.places("worker was still waiting for a lock that another worker held when the program was stopped") == [
        (5, "worker")
    ]


def test_of_a_hang_it_is_told_for_whom_each_waits() -> None:
    run = seen_until_killed(
        """
        import asyncio
        locks = {"a": asyncio.Lock(), "b": asyncio.Lock()}
        slots = asyncio.Semaphore(1)
        async def move(source, target):
            async with locks[source]:
                await asyncio.sleep(0.01)
                async with locks[target]:
                    pass
        async def again():
            async with slots:
                async with slots:
                    pass
        async def main():
            await asyncio.gather(move("a", "b"), move("b", "a"), again())
        """,
        "steps",
    )
    assert run.places("move(a) was still waiting for a lock that move(b) held") == [(7, "move")]
    assert run.places("move(b) was still waiting for a lock that move(a) held") == [(7, "move")]
    assert run.places("again was still waiting for a lock that it held itself") == [(11, "again")]


def test_locks_slots_and_limits_leave_marks() -> None:
    run = seen(
        """
        import asyncio
        async def worker(lock):
            async with lock:
                await asyncio.sleep(0.02)
        async def patient():
            try:
                async with asyncio.timeout(0.02):
                    await asyncio.sleep(1)
            except TimeoutError:
                await asyncio.sleep(0.02)
        async def main():
            await asyncio.gather(worker(asyncio.Lock()), patient())
        """
    )
    assert [mark.kind for mark in run.row("worker").marks] == ["took", "gave-back"]
    assert [mark.kind for mark in run.row("patient").marks] == ["timed-out"]


def test_coroutines_never_awaited_are_found_dropped_or_kept() -> None:
    run = seen("""
        import asyncio
        async def task_b():
            pass
        KEPT = []
        async def main():
            asyncio.sleep(1)
            task_b()
            KEPT.append(task_b())
    """)
    assert run.places("asyncio.sleep was called but never awaited") == [(6, "main")]
    assert run.places("task_b was called but never awaited") == [(7, "main"), (8, "main")]


@pytest.mark.parametrize("options", [(), ("-X", "dev")])
def test_the_warning_about_it_is_what_python_prints(options: tuple[str, ...]) -> None:
    run = seen(
        """
        import asyncio, warnings
        async def task_b():
            pass
        async def main():
            task_b()
        """,
        *options,
    )
    # In a file that is not on disk Python has no source line to show.
    assert "exercises/02_together/program.py:5: RuntimeWarning: coroutine 'task_b' was never awaited" in run.stderr
    assert ("Coroutine created at" in run.stderr) is bool(options)
    assert "observer.py" not in run.stderr


def test_a_task_that_never_got_its_turn_is_not_taken_for_one_never_awaited() -> None:
    run = seen("""
        import asyncio
        async def task_b():
            pass
        def main():
            global kept
            kept = asyncio.new_event_loop()
            kept.create_task(task_b())
    """)
    assert run.texts("never-awaited") == []


def test_a_lost_exception_is_found_and_still_reported_by_asyncio() -> None:
    run = seen("""
        import asyncio
        async def save():
            raise ValueError("disk full")
        KEPT = []
        async def main():
            asyncio.create_task(save(), name="saver")
            KEPT.append(asyncio.create_task(save()))
            await asyncio.sleep(0.01)
    """)
    assert run.places("task saver raised ValueError: disk full, and nobody looked") == [(3, "save")]
    assert run.places("task save() raised ValueError: disk full, and nobody looked") == [(3, "save")]
    assert "Task exception was never retrieved" in run.stderr


def test_an_exception_is_not_lost_when_somebody_looks() -> None:
    run = seen("""
        import asyncio
        async def save():
            raise ValueError("disk full")
        async def main():
            loop = asyncio.get_running_loop()
            await asyncio.gather(save(), return_exceptions=True)
            loop.set_exception_handler(lambda loop, context: None)
            asyncio.create_task(save())
            await asyncio.sleep(0.01)
    """)
    assert run.findings == ()


def test_tasks_still_pending_are_found_where_they_wait() -> None:
    run = seen("""
        import asyncio
        async def ticks():
            while True:
                await asyncio.sleep(0.01)
                yield
        async def poll():
            async for _ in ticks():
                pass
        async def main():
            asyncio.create_task(poll())
            asyncio.create_task(asyncio.sleep(9), name="nap")
            await asyncio.sleep(0.05)
    """)
    assert run.places("task poll was still pending at the end") == [(7, "poll")]
    assert run.places("task nap was still pending at the end") == [(11, "main")]


def test_a_task_of_a_function_from_elsewhere_is_named_as_the_learner_knows_it() -> None:
    run = seen("""
        import asyncio
        namespace = {"asyncio": asyncio}
        exec(compile("async def call():\\n    await asyncio.sleep(9)", "elsewhere.py", "exec"), namespace)
        download = namespace["call"]
        download.__name__ = download.__qualname__ = "download"
        async def main():
            global task
            task = asyncio.create_task(download())
            await asyncio.sleep(0.01)
    """)
    assert run.texts("left-pending") == ["task download was still pending at the end"]


def test_a_clean_program_has_no_findings() -> None:
    run = seen("""
        import asyncio
        class Service:
            async def work(self):
                async with asyncio.timeout(1):
                    await asyncio.sleep(0.05)
        async def main():
            async with asyncio.TaskGroup() as group:
                group.create_task(Service().work())
                group.create_task(asyncio.sleep(0.05))
            await asyncio.wait_for(Service().work(), 1)
    """)
    assert run.findings == ()
    assert set(run.labels) == {"Service.work 1", "Service.work 2"}
    assert run.stderr == ""


def test_a_program_without_a_loop_is_left_alone() -> None:
    run = seen("""
        import time
        def main():
            time.sleep(0.1)
    """)
    assert run.messages == [{"kind": "finished", "errors": 0}]
    assert run.wakeups == 0


def test_the_watchdog_is_parked_while_the_loop_is_idle() -> None:
    run = seen("""
        import asyncio
        async def main():
            await asyncio.sleep(0.5)
    """)
    # Once after each of the two bursts of steps, and once more where a report was not yet due.
    assert run.wakeups <= 4
    assert run.threads == 1


def test_a_task_that_is_kept_from_running_was_ready_since_it_was_created() -> None:
    run = seen("""
        import asyncio, time
        async def task_a():
            time.sleep(0.3)
        async def task_b():
            await asyncio.sleep(0.1)
        async def main():
            await asyncio.gather(task_a(), task_b())
    """)
    first, *_ = run.row("task_b").segments
    assert first.state == "ready"
    assert first.start_s < 0.1
    assert first.end_s >= first.start_s + 0.25


def test_a_task_whose_timer_went_off_while_the_loop_was_held_was_ready_since_then() -> None:
    run = seen("""
        import asyncio, time
        async def hog():
            await asyncio.sleep(0.05)
            time.sleep(0.5)
        async def sleeper():
            await asyncio.sleep(0.2)
        async def main():
            await asyncio.gather(hog(), sleeper())
    """)
    row = run.row("sleeper")
    (ready,) = [segment for segment in row.segments if segment.state == "ready"]
    (before, *_) = [segment for segment in row.segments if segment.state == "waiting"]
    assert before.end_s == ready.start_s >= 0.2
    assert ready.end_s - ready.start_s >= 0.25


def test_a_row_is_named_by_the_argument_that_tells_it_apart() -> None:
    run = seen("""
        import asyncio
        class Door:
            pass
        async def move(door, number, speed=1.5):
            number += 10
            door = None
            await asyncio.sleep(0.05)
        async def greet(name, *, loud):
            await asyncio.sleep(0.05)
        async def main():
            greetings = [greet("Anna", loud=loud) for loud in (True, False)]
            await asyncio.gather(move(Door(), 1), move(Door(), 2), *greetings)
            await asyncio.gather(*(asyncio.sleep(0.01) for _ in range(3)), greet("Bo", loud=True))
    """)
    assert run.labels == ["move(number=1)", "move(number=2)", "greet(Anna) 1", "greet(Anna) 2", "greet(Bo)"]


def test_what_a_coroutine_lets_go_of_is_let_go_though_its_arguments_are_told() -> None:
    run = seen("""
        import asyncio, gc, weakref
        class Thing:
            pass
        extra = []
        async def drop(name, thing):
            seen = weakref.ref(thing)
            await asyncio.sleep(0)
            del thing
            extra.append(seen() is None)
        async def keep(name, thing):
            kept = locals()
            await asyncio.sleep(0)
            extra.append([kept["name"], type(kept["thing"]).__name__])
        async def call(function, name):
            await function(name, Thing())
        async def main():
            await asyncio.gather(*(call(function, name) for function in (drop, keep) for name in "ab"))
    """)
    assert {"drop(a)", "drop(b)", "keep(a)", "keep(b)"} <= set(run.labels)
    assert run.extra == [True, True, ["a", "Thing"], ["b", "Thing"]]


def test_how_a_task_ended_is_marked_unless_it_returned() -> None:
    run = seen("""
        import asyncio
        async def well():
            await asyncio.sleep(0.05)
        async def badly():
            await asyncio.sleep(0.05)
            raise ValueError
        async def long():
            await asyncio.sleep(9)
        async def main():
            tasks = [asyncio.create_task(each()) for each in (well, badly, long)]
            await asyncio.sleep(0.1)
            tasks[2].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    """)
    ends = {row.label: [mark.kind.value for mark in row.marks] for row in run.timeline.rows}
    assert ends == {"well": [], "badly": ["raised"], "long": ["cancelled"]}


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
def test_an_eager_task_is_seen_from_its_first_step_on() -> None:
    run = seen("""
        import asyncio, time
        async def eager():
            time.sleep(0.2)
            await asyncio.sleep(0.1)
        async def main():
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
            await asyncio.gather(eager())
    """)
    assert run.labels == ["eager"]
    first, *_ = run.row("eager").segments
    assert first.held_by == "time.sleep(0.2), line 3"
    assert first.start_s < 0.1


@pytest.mark.skipif(not hasattr(__import__("asyncio"), "eager_task_factory"), reason="eager tasks came with 3.12")
def test_eager_tasks_run_as_ever() -> None:
    run = seen("""
        import asyncio, time
        async def quick():
            return 1
        async def slow():
            time.sleep(0.1)
            await asyncio.sleep(0.1)
        async def main():
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
            global extra
            extra = await asyncio.gather(quick(), slow(), slow())
    """)
    assert run.extra == [1, None, None]
    assert run.places("time.sleep(0.1)") == [(5, "slow")]


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="needs fork")
def test_a_forked_child_sends_nothing() -> None:
    run = seen("""
        import __main__, asyncio, os, time
        async def child():
            await asyncio.sleep(0.05)
            time.sleep(0.1)
        async def main():
            await asyncio.sleep(0.01)
            global extra
            pid = os.fork()
            if not pid:
                asyncio.events._set_running_loop(None)
                before = len(__main__.messages)
                asyncio.run(child())
                __main__.observer.finish()
                os._exit(len(__main__.messages) - before)
            extra = await asyncio.to_thread(os.waitpid, pid, 0)
    """)
    assert isinstance(run.extra, list)
    assert run.extra[1] == 0


def test_a_program_may_replace_the_clock_and_break_its_objects() -> None:
    run = seen(
        """
        import asyncio, gc, sys, time
        class Odd(Exception):
            def __str__(self):
                raise RuntimeError("no")
        class Callback:
            def __getattr__(self, name):
                raise RuntimeError("no")
            def __call__(self):
                time.sleep = None
        async def odd():
            raise Odd
        async def main():
            asyncio.get_running_loop().call_soon(Callback())
            asyncio.create_task(odd(), name="\\x1b[31modd")
            await asyncio.sleep(0.01)
            time.sleep = time.clock_gettime = time.process_time = sys._current_frames = None
            await asyncio.sleep(0)
            gc.collect()
    """,
        errors=1,
    )  # the callback that raises whatever is asked of it
    assert run.places("task [31modd raised Odd, and nobody looked") == [(11, "odd")]


def test_many_short_steps_are_few_messages() -> None:
    run = seen("""
        import asyncio
        async def tick(count):
            for _ in range(count):
                await asyncio.sleep(0)
        async def main():
            await asyncio.gather(tick(2000), tick(2000), *(tick(1) for _ in range(400)))
    """)
    steps = [message for message in run.messages if message["kind"] == "steps"]
    assert sum(len(message["ran"]) for message in steps) < 1000
    assert len(run.timeline.rows) == 12
    assert len(run.timeline.rows) + run.timeline.omitted_rows >= 402


def test_on_a_clock_of_its_own_a_hold_is_what_it_is_told(tmp_path: Path) -> None:
    script = tmp_path / "virtual.py"
    script.write_text(
        dedent("""
            import asyncio, json, threading, time
            from grader.runner.observe import Observer

            class Clock:
                at = 0.0
                def now(self):
                    return self.at
                def sleep(self, seconds):
                    began, self.at = self.at, self.at + seconds
                    observer.note_blocked(began, seconds)

            clock, messages = Clock(), []
            observer = Observer(messages.append, "program.py", clock.now)
            observer.install()
            program = {"sleep": clock.sleep}
            source = "async def main():\\n    sleep(1)\\n    sleep(0.5)\\n"
            exec(compile(source, "program.py", "exec"), program)
            asyncio.run(program["main"]())
            observer.finish()
            print(json.dumps([source, messages, observer.wakeups]))
        """)
    )
    done = subprocess.run(
        [sys.executable, "-c", script.read_text()], cwd=ROOT, capture_output=True, text=True, timeout=150, check=True
    )
    source, messages, wakeups = json.loads(done.stdout)
    _, findings = explain(messages, start=0.0, end=1.5, source=source, title="")
    assert [finding.text for finding in findings] == [
        "sleep(1) held the event loop for 1.00 s",
        "sleep(0.5) held the event loop for 0.50 s",
    ]
    assert findings[0].places == (Place(2, "main", "sleep(1)"),)
    assert wakeups == 0


def test_what_a_step_costs(capsys: pytest.CaptureFixture[str]) -> None:
    """A figure to look at, no bound: the machine may be busy. It was 3 µs more, for a step of 2."""
    script = """
import asyncio, time
from grader.runner.observe import Observer

async def tick(count):
    for _ in range(count):
        await asyncio.sleep(0)

async def main():
    await asyncio.gather(tick(10_000), tick(10_000))

def cost():
    began = time.process_time()
    asyncio.run(main())
    return (time.process_time() - began) / 20_000

plain = min(cost() for _ in range(2))
observer = Observer(lambda message: None, main.__code__.co_filename)
observer.install()
print(plain, min(cost() for _ in range(2)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=150, check=True
    )
    plain, observed = (float(word) for word in done.stdout.split())
    with capsys.disabled():
        print(f"\n  a step: {plain * 1e6:.1f} µs, observed {observed * 1e6:.1f} µs ({observed / plain:.1f} times)")
    assert observed > 0
