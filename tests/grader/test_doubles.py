"""Doubles: calls the grader answers, from wherever in the program they come."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from grader.record.recorder import Recorder
from grader.record.recording import Recording
from grader.record.spec import Double
from tests.grader import runs
from tests.grader.timed import timed


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    yield from runs.recorder()


def record(recorder: Recorder, source: str, *args: Any, **options: Any) -> Recording:
    recording = runs.record(recorder, source, "main", *args, **options)
    assert not recording.fault, recording.fault
    return recording


@timed
def test_an_async_double_is_awaited_and_its_call_is_in_the_trace(recorder: Recorder) -> None:
    source = "async def main(fetch): return await fetch('oslo', 2, unit='C')"
    trace = record(recorder, source, Double("fetch", reply="sunny", delay=0.2)).trace
    assert trace.returned == "sunny"
    span = trace.call("fetch", "oslo", 2)
    assert (span.kwargs, span.outcome, span.reply) == ({"unit": "C"}, "replied", "sunny")
    assert 0.19 < span.seconds < 0.5
    assert trace.order() == ["fetch(oslo, 2, unit=C) begins", "fetch(oslo, 2, unit=C) ends"]


def test_a_blocking_double_blocks_its_thread(recorder: Recorder) -> None:
    source = """
        import asyncio
        async def tick():
            while True:
                print("tick")
                await asyncio.sleep(0.05)
        async def main(fetch):
            task = asyncio.create_task(tick())
            await asyncio.sleep(0.01)
            fetch("blocks")
            await asyncio.to_thread(fetch, "does not")
            task.cancel()
    """
    trace = record(recorder, source, Double("fetch", delay=0.3, blocking=True)).trace
    blocking, threaded = trace.calls("fetch")
    ticks = [event.at for event in trace.events if event.kind == "line"]
    assert not [at for at in ticks if blocking.start + 0.02 < at < blocking.end]
    assert len([at for at in ticks if threaded.start < at < threaded.end]) >= 3


def test_delay_reply_and_raises_may_be_functions_of_the_call(recorder: Recorder) -> None:
    source = """
        async def main(fetch):
            found = []
            for city in ("a", "b"):
                try:
                    found.append(await fetch(city))
                except LookupError as error:
                    found.append(f"{type(error).__name__} {error}")
            return found
    """
    fetch = Double(
        "fetch",
        reply=lambda city: city * 2,
        delay=lambda city: 0.2 if city == "a" else 0.0,
        raises=lambda city: KeyError("no", "b") if city == "b" else None,
    )
    trace = record(recorder, source, fetch).trace
    assert trace.returned == ["aa", "KeyError ('no', 'b')"]
    assert [span.outcome for span in trace.calls()] == ["replied", "raised"]
    assert trace.call("fetch", "a").seconds > 0.19


@pytest.mark.parametrize(
    ("raises", "seen"),
    [
        (TimeoutError("slow"), "TimeoutError slow"),
        (ConnectionResetError(104, "reset"), "ConnectionResetError [Errno 104] reset"),
    ],
)
def test_exceptions_arrive_as_themselves(recorder: Recorder, raises: BaseException, seen: str) -> None:
    source = """
        async def main(fetch):
            try:
                await fetch()
            except Exception as error:
                return f"{type(error).__name__} {error}"
    """
    assert record(recorder, source, Double("fetch", raises=raises)).trace.returned == seen


def test_an_error_in_the_functions_of_a_suite_goes_to_the_caller(recorder: Recorder) -> None:
    source = "async def main(fetch): await fetch('x')"
    trace = record(recorder, source, Double("fetch", reply=lambda city: {}[city])).trace
    assert str(trace.raised).startswith("KeyError: 'x'")


def test_what_is_in_the_world_is_called_by_the_signature_it_has_there(recorder: Recorder) -> None:
    source = """
        async def fetch(city, unit="C"): ...
        async def main():
            try:
                await fetch()
            except TypeError:
                print("refused")
            return [await fetch(unit="F", city="oslo"), await fetch("bonn")]
    """
    trace = record(recorder, source, world={"fetch": Double("fetch", reply=1)}).trace
    assert (trace.returned, trace.lines) == ([1, 1], ["refused"])
    assert [span.args for span in trace.calls()] == [("oslo", "F"), ("bonn",)]


def test_a_cancelled_call_ends_when_it_is_given_up_and_a_later_one_does_not_overlap(recorder: Recorder) -> None:
    source = """
        import asyncio
        async def main(fetch):
            for n in range(20):
                try:
                    async with asyncio.timeout(0.01):
                        await fetch(n)
                except TimeoutError:
                    print(f"gave up {n}")
    """
    trace = record(recorder, source, Double("fetch", delay=5)).trace
    assert {span.outcome for span in trace.calls()} == {"cancelled"}
    assert trace.peak() == 1
    expected = [text for n in range(20) for text in (f"fetch({n}) begins", f"fetch({n}) ends", f"gave up {n}")]
    assert trace.order() == expected


def test_calls_overlap_by_however_little_they_do(recorder: Recorder) -> None:
    source = """
        import asyncio
        async def main(fetch):
            for n in range(20):
                first = asyncio.create_task(fetch(n))
                await asyncio.sleep(0)
                second = asyncio.create_task(fetch(n))
                await asyncio.sleep(0)
                first.cancel(), second.cancel()
                await asyncio.gather(first, second, return_exceptions=True)
    """
    trace = record(recorder, source, Double("fetch", delay=5)).trace
    assert trace.peak() == 2
    calls = trace.calls()
    assert all(calls[n].overlaps(calls[n + 1]) for n in range(0, 40, 2))
    assert not any(calls[n].overlaps(calls[n + 1]) for n in range(1, 39, 2))


def test_calls_that_are_open_at_the_end_are_open(recorder: Recorder) -> None:
    source = """
        import asyncio, os, threading
        async def main(fetch, block):
            threading.Thread(target=block, daemon=True).start()
            asyncio.create_task(fetch())
            await asyncio.sleep(0.1)
            os._exit(0)
    """
    trace = record(recorder, source, Double("fetch", delay=math.inf), Double("block", delay=9, blocking=True)).trace
    # A process that is gone closes its sockets: whether that or its end is seen first is all the same.
    assert {span.outcome for span in trace.calls()} <= {"open", "cancelled"}
    assert all(span.seconds > 0.05 for span in trace.calls())
    returned = record(recorder, "def main(f):\n import threading\n threading.Thread(target=f, daemon=True).start()\n"
                      " import time; time.sleep(.1)", Double("f", delay=9, blocking=True)).trace  # fmt: skip
    assert [span.outcome for span in returned.calls()] == ["open"]


def test_two_hundred_calls_at_once_are_two_hundred_at_once(recorder: Recorder) -> None:
    source = """
        import asyncio
        async def main(fetch): return sum(await asyncio.gather(*(fetch(n) for n in range(200))))
    """
    trace = record(recorder, source, Double("fetch", delay=0.5, reply=lambda n: n)).trace
    assert trace.returned == sum(range(200))
    assert trace.peak() == len(trace.calls()) == 200
    assert trace.elapsed < 20  # one after the other: 100 s


def test_calls_come_from_threads_and_forked_processes_too(recorder: Recorder) -> None:
    source = """
        import asyncio, concurrent.futures, multiprocessing
        async def fetch(who): ...
        def block(who): ...
        def work(n): return block(f"process {n}")
        async def main():
            loop = asyncio.get_running_loop()
            with concurrent.futures.ThreadPoolExecutor(4) as threads:
                with concurrent.futures.ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
                    found = [loop.run_in_executor(threads, block, f"thread {n}") for n in range(8)]
                    found += [loop.run_in_executor(pool, work, n) for n in range(4)]
                    return await asyncio.gather(*found, fetch("loop"))
    """
    world = {
        "fetch": Double("fetch", reply=lambda who: who),
        "block": Double("block", delay=0.05, reply=lambda who: who, blocking=True),
    }
    trace = record(recorder, source, world=world).trace
    wanted = [*(f"thread {n}" for n in range(8)), *(f"process {n}" for n in range(4)), "loop"]
    assert (trace.returned, trace.raised) == (wanted, None), trace.stderr
    assert {span.outcome for span in trace.calls()} == {"replied"}


def test_a_double_is_not_disturbed_by_the_programs_own_settings(recorder: Recorder) -> None:
    source = """
        import contextlib, io, socket
        def main(fetch):
            socket.setdefaulttimeout(0.05)
            print("before", end="")
            with contextlib.redirect_stdout(io.StringIO()):
                print("not seen")
                fetch()
            print(" after")
    """
    trace = record(recorder, source, Double("fetch", delay=0.2, blocking=True)).trace
    assert (trace.raised, trace.lines) == (None, ["before after"])
    assert trace.call("fetch").seconds > 0.19


def test_a_long_reply_arrives_whole_and_a_long_argument_is_refused(recorder: Recorder) -> None:
    source = """
        async def main(fetch):
            size = len(await fetch("short"))
            try:
                await fetch("x" * 2_000_000)
            except ValueError as error:
                return size, str(error)
    """
    trace = record(recorder, source, Double("fetch", reply="y" * 3_000_000)).trace
    assert trace.returned[0] == 3_000_000
    assert "too long for the grader" in trace.returned[1]
    assert len(trace.calls()) == 1
