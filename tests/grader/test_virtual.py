"""Virtual time: waiting is free and takes the same course every time; what is real takes real time."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import json
import selectors
import subprocess
import sys
import textwrap
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.runner.virtual import Clock, Deadlock, Runaway, VirtualLoop

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]

DELAYS = st.lists(st.integers(0, 40).map(lambda tenths: tenths / 10), min_size=1, max_size=8)

PREAMBLE = """
import warnings; warnings.simplefilter("error")
import asyncio, json, os, signal, socket, subprocess, sys, threading, time
from grader.runner import virtual
holds = []
clock = virtual.install(on_hold=lambda start_s, seconds: holds.append([start_s, seconds]))
real_start = virtual.real_monotonic()
def real(): return virtual.real_monotonic() - real_start
def say(**values): print(json.dumps(values))
"""


def run(main: Coroutine[Any, Any, T], clock: Clock | None = None) -> T:
    """``asyncio.run`` on a virtual loop, without touching this process's clocks."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(clock=clock)) as runner:
        return runner.run(main)


def installed(program: str) -> Any:
    """Run a program in a process of its own with the clock installed; returns what it ``say``s."""
    done = subprocess.run(
        [sys.executable, "-c", PREAMBLE + textwrap.dedent(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


@contextmanager
def real_time_under(limit_s: float) -> Iterator[None]:
    start = time.monotonic()
    yield
    assert time.monotonic() - start < limit_s


async def finishing_order(delays: list[float]) -> list[int]:
    """The order in which sleeps of these lengths, started together, end."""
    order: list[int] = []

    async def job(index: int, delay: float) -> None:
        await asyncio.sleep(delay)
        order.append(index)

    await asyncio.gather(*(job(index, delay) for index, delay in enumerate(delays)))
    return order


# Waiting is free


def test_an_hour_of_sleeps_takes_no_real_time() -> None:
    clock = Clock()
    with real_time_under(10):
        order = run(finishing_order([3000.0, 1000.0, 2000.0]), clock)
    assert order == [1, 2, 0]
    assert clock.now() == 3000.0


def test_the_clock_begins_at_zero_and_counts_what_was_waited() -> None:
    clock = Clock()
    run(asyncio.sleep(1.5), clock)
    run(asyncio.sleep(0.25), clock)
    assert clock.now() == 1.75


def test_wait_for_timeout_and_timeout_at_follow_the_virtual_clock() -> None:
    clock = Clock()

    async def main() -> list[float]:
        ended: list[float] = []
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.sleep(100), 10)
        ended.append(clock.now())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(20):
                await asyncio.sleep(100)
        ended.append(clock.now())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + 30):
                await asyncio.sleep(100)
        ended.append(clock.now())
        return ended

    assert run(main(), clock) == [10, 30, 60]


def test_a_deadline_that_never_comes_does_not_stop_the_clock() -> None:
    async def main() -> str:
        async with asyncio.timeout(float("inf")):
            return await asyncio.sleep(5, "slept")

    assert run(main()) == "slept"


def test_debug_mode_reports_a_callback_that_holds_the_virtual_clock(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()

    async def main() -> None:
        asyncio.get_running_loop().set_debug(True)
        await asyncio.sleep(1)
        clock.hold(0.5)
        await asyncio.sleep(1)

    run(main(), clock)
    assert "took 0.500 seconds" in caplog.text
    assert clock.now() == 2.5


# The same course every time


@settings(deadline=None)
@given(DELAYS)
def test_gathered_sleeps_end_by_delay_then_by_when_they_were_started(delays: list[float]) -> None:
    clock = Clock()
    order = run(finishing_order(delays), clock)
    assert order == sorted(range(len(delays)), key=lambda index: (delays[index], index))
    assert clock.now() == max(delays)


@settings(deadline=None)
@given(DELAYS)
def test_as_completed_gives_results_by_delay_then_by_when_they_were_started(delays: list[float]) -> None:
    async def main() -> list[int]:
        # Tasks made here, for as_completed itself would start them in the order of a set.
        tasks = [asyncio.create_task(asyncio.sleep(delay, index)) for index, delay in enumerate(delays)]
        return [await done for done in asyncio.as_completed(tasks)]

    assert run(main()) == sorted(range(len(delays)), key=lambda index: (delays[index], index))


@settings(deadline=None)
@given(st.permutations(range(12)))
def test_timers_due_together_go_in_the_order_they_were_set(numbers: list[int]) -> None:
    async def main() -> list[int]:
        loop = asyncio.get_running_loop()
        went: list[int] = []
        due = loop.time() + 1
        for number in numbers:
            loop.call_at(due, went.append, number)
        await asyncio.sleep(2)
        return went

    assert run(main()) == numbers


@settings(deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=10))
def test_a_sum_of_sleeps_ends_together_with_one_sleep_of_that_length(tenths: list[int]) -> None:
    clock = Clock()

    async def in_parts() -> float:
        for part in tenths:
            await asyncio.sleep(part / 10)
        return clock.now()

    async def at_once() -> float:
        await asyncio.sleep(sum(tenths) / 10)
        return clock.now()

    async def main() -> list[float]:
        return list(await asyncio.gather(in_parts(), at_once()))

    assert run(main(), clock) == [sum(tenths) / 10] * 2


def test_a_loop_that_waits_for_what_a_float_subtraction_left_gets_past_it() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        for _ in range(50):
            last = loop.time()
            while (left := last + 0.1 - loop.time()) > 0:  # noqa: ASYNC110
                await asyncio.sleep(left)

    run(main(), Clock(max_rounds=500))


def test_a_timer_set_for_a_time_ties_with_one_set_for_a_delay() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        for first, second in itertools.product(range(1, 10), repeat=2):
            went: list[str] = []
            loop.call_later((first + second) / 10, went.append, "call_later")
            loop.call_at(loop.time() + first / 10 + second / 10, went.append, "call_at")
            loop.call_later((first + second) / 10, went.append, "call_later")
            await asyncio.sleep(2)
            assert went == ["call_later", "call_at", "call_later"]

    run(main())


def test_a_timer_never_goes_before_it_is_due_however_coarse_the_platforms_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(time, "get_clock_info", lambda _: SimpleNamespace(resolution=0.015625))
    clock = Clock()

    async def main() -> list[float]:
        loop = asyncio.get_running_loop()
        went: list[float] = []
        loop.call_later(1e-9, lambda: went.append(clock.now()))
        loop.call_later(2e-9, lambda: went.append(clock.now()))
        await asyncio.sleep(1)
        return went

    assert run(main(), clock) == [1e-9, 2e-9]


# Blocking


def test_a_hold_delays_the_others_and_is_reported() -> None:
    holds: list[tuple[float, float]] = []
    clock = Clock(lambda start_s, seconds: holds.append((start_s, seconds)))

    async def blocker() -> None:
        await asyncio.sleep(0.5)
        clock.hold(2)

    async def other() -> float:
        await asyncio.sleep(1)
        return clock.now()

    async def main() -> float:
        _, ended = await asyncio.gather(blocker(), other())
        return ended

    assert run(main(), clock) == 2.5
    assert holds == [(0.5, 2)]


def test_time_sleep_is_a_hold_on_the_loops_thread() -> None:
    said = installed(
        """
        from time import sleep, monotonic
        async def blocker():
            sleep(30)
        async def other():
            await asyncio.sleep(0.1)
            return clock.now()
        async def main():
            return await asyncio.gather(other(), blocker())
        before = monotonic()
        say(ended=asyncio.run(main())[0], holds=holds, monotonic=monotonic() - before, real=real())
        """
    )
    assert said["ended"] == said["monotonic"] == 30
    assert said["holds"] == [[0, 30]]
    assert said["real"] < 10


def test_time_sleep_refuses_what_it_always_refuses() -> None:
    said = installed(
        """
        refused = []
        for wrong in (-1, float("nan"), "1", None):
            try:
                time.sleep(wrong)
            except (ValueError, TypeError) as error:
                refused.append(type(error).__name__)
        time.sleep(0)
        say(refused=refused, holds=holds)
        """
    )
    assert said == {"refused": ["ValueError", "ValueError", "TypeError", "TypeError"], "holds": []}


def test_every_clock_of_the_time_module_moves_by_the_same() -> None:
    said = installed(
        """
        names = ["monotonic", "perf_counter", "time"]
        def read():
            return [getattr(time, n)() for n in names] + [getattr(time, n + "_ns")() / 1e9 for n in names]
        before = read()
        asyncio.run(asyncio.sleep(2))
        say(moved=[round(after - then, 3) for then, after in zip(before, read())], ints=type(time.time_ns()).__name__)
        """
    )
    assert said == {"moved": [2.0] * 6, "ints": "int"}


def test_a_blocking_wait_inside_the_library_is_real_and_ends() -> None:
    said = installed(
        """
        async def main():
            try:
                subprocess.run([sys.executable, "-c", "import time; time.sleep(5)"], timeout=0.1)
            except subprocess.TimeoutExpired:
                return "expired"
        say(how=asyncio.run(main()), real=real(), holds=holds)
        """
    )
    assert said["how"] == "expired"
    assert 0.1 <= said["real"] < 3
    assert said["holds"] == []


# Threads and real input and output


def test_a_thread_that_is_faster_than_a_timer_wins_in_real_time() -> None:
    said = installed(
        """
        async def main():
            won = await asyncio.wait_for(asyncio.to_thread(lambda: time.sleep(0.05) or "thread"), 10)
            after = clock.now()
            await asyncio.sleep(100)
            return won, after
        won, after = asyncio.run(main())
        say(won=won, after=after, now=clock.now(), real=real(), holds=holds)
        """
    )
    assert said["won"] == "thread"
    assert 0.04 < said["after"] < 5
    assert said["now"] > 100
    assert said["real"] < 5
    assert said["holds"] == []


def test_a_timer_that_is_faster_than_a_thread_wins() -> None:
    said = installed(
        """
        async def main():
            try:
                await asyncio.wait_for(asyncio.to_thread(time.sleep, 0.3), 0.001)
            except TimeoutError:
                return "timer"
        say(won=asyncio.run(main()), real=real())
        """
    )
    assert said["won"] == "timer"
    assert said["real"] >= 0.3  # asyncio.run waited for the thread


def test_jobs_given_to_a_pool_directly_count_until_they_are_done_or_dropped() -> None:
    said = installed(
        """
        from concurrent.futures import ThreadPoolExecutor
        async def main():
            with ThreadPoolExecutor(2) as pool:
                jobs = [pool.submit(lambda i=i: time.sleep(0.02) or i) for i in range(4)]
                results = [await asyncio.wait_for(asyncio.wrap_future(job), 9) for job in jobs]
                await asyncio.sleep(9)  # the pool is idle: free
                failing = pool.submit(lambda: 1 / 0)
                try:
                    await asyncio.wrap_future(failing)
                except ZeroDivisionError:
                    results.append("raised")
                pool.submit(time.sleep, 0.02), pool.submit(time.sleep, 0.02)
                dropped = pool.submit(int)
                pool.shutdown(wait=False, cancel_futures=True)
                results.append(dropped.cancelled())
                await asyncio.sleep(9)
            return results
        say(results=asyncio.run(main()), now=clock.now(), real=real())
        """
    )
    assert said["results"] == [0, 1, 2, 3, "raised", True]
    assert said["now"] > 18
    assert said["real"] < 5


def test_a_bare_thread_wakes_the_loop_and_time_is_real_while_it_lives() -> None:
    said = installed(
        """
        async def main():
            loop = asyncio.get_running_loop()
            future = loop.create_future()
            def work():
                time.sleep(0.05)
                loop.call_soon_threadsafe(future.set_result, "woken")
            threading.Thread(target=work).start()
            return await asyncio.wait_for(future, 10)
        say(how=asyncio.run(main()), now=clock.now(), real=real())
        """
    )
    assert said["how"] == "woken"
    assert said["real"] >= 0.05
    assert 0 < said["now"] < 5


def test_a_bare_thread_that_ends_without_a_word_gives_free_time_back() -> None:
    said = installed(
        """
        async def main():
            threading.Thread(target=lambda: time.sleep(0.05)).start()
            await asyncio.sleep(30)
        asyncio.run(main())
        say(now=clock.now(), real=real())
        """
    )
    assert said["now"] >= 30
    assert said["real"] < 5


def test_time_sleep_beside_a_running_job_lets_the_job_get_on() -> None:
    said = installed(
        """
        order = []
        async def main():
            job = asyncio.create_task(asyncio.to_thread(time.sleep, 0.02))
            job.add_done_callback(lambda _: order.append("job"))
            asyncio.get_running_loop().call_later(0.1, order.append, "timer")
            await asyncio.sleep(0)
            time.sleep(0.2)
            await asyncio.sleep(0.1)
        asyncio.run(main())
        say(order=order, seconds=[seconds for _, seconds in holds], real=real())
        """
    )
    assert sorted(said["order"]) == ["job", "timer"]
    assert said["seconds"] == [0.2]
    assert said["real"] >= 0.2


def test_a_loop_on_another_thread_takes_real_time_and_ends() -> None:
    said = installed(
        """
        took = []
        async def main():
            start = time.monotonic()
            await asyncio.sleep(0.05)
            took.append(time.monotonic() - start)
        thread = threading.Thread(target=lambda: asyncio.run(main()))
        thread.start()
        thread.join()
        say(took=took[0], real=real())
        """
    )
    assert 0.05 <= said["took"] < 5
    assert 0.05 <= said["real"] < 5


def test_a_socket_is_read_before_a_later_timer() -> None:
    said = installed(
        """
        async def main():
            ours, theirs = socket.socketpair()
            with ours, theirs:
                ours.setblocking(False)
                sender = subprocess.Popen(["sh", "-c", "sleep 0.1; echo hello"], stdout=theirs)
                line = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(ours, 100), 10)
                sender.wait()
            await asyncio.sleep(50)
            return line.decode()
        say(line=asyncio.run(main()), now=clock.now(), real=real())
        """
    )
    assert said["line"] == "hello\n"
    assert 50 < said["now"] < 55
    assert said["real"] < 5


def test_a_server_and_its_client_on_one_loop_talk_in_real_time() -> None:
    said = installed(
        """
        async def answer(reader, writer):
            line = await reader.readline()
            await asyncio.sleep(0.05)
            writer.write(line)
            writer.close()
        async def main():
            server = await asyncio.start_server(answer, "127.0.0.1", 0)
            async with server:
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
                writer.write(b"hello\\n")
                line = await asyncio.wait_for(reader.read(), 5)
                writer.close()
                await writer.wait_closed()
            return line.decode()
        say(line=asyncio.run(main()), now=clock.now())
        """
    )
    assert said["line"] == "hello\n"
    assert 0.05 <= said["now"] < 5


def test_a_child_process_is_awaited_in_real_time() -> None:
    said = installed(
        """
        async def main():
            child = await asyncio.create_subprocess_exec("sh", "-c", "sleep 0.05; echo hello", stdout=subprocess.PIPE)
            return (await asyncio.wait_for(child.communicate(), 10))[0].decode()
        say(line=asyncio.run(main()), now=clock.now(), real=real())
        """
    )
    assert said["line"] == "hello\n"
    assert said["real"] >= 0.05
    assert 0 < said["now"] < 5


def test_a_forked_child_takes_real_time_and_its_parent_does_not() -> None:
    said = installed(
        """
        child = os.fork()
        if child == 0:
            start = virtual.real_monotonic()
            time.sleep(0.05)
            asyncio.run(asyncio.sleep(0.05))
            os._exit(0 if 0.1 <= virtual.real_monotonic() - start < 5 else 1)
        _, status = os.waitpid(child, 0)
        asyncio.run(asyncio.sleep(60))
        say(status=status, now=clock.now())
        """
    )
    assert said == {"status": 0, "now": 60}


# Signals


def test_a_signal_handler_runs_and_timers_are_still_free() -> None:
    said = installed(
        """
        async def main():
            loop = asyncio.get_running_loop()
            stop = asyncio.Event()
            loop.add_signal_handler(signal.SIGTERM, stop.set)
            loop.call_later(30, os.kill, os.getpid(), signal.SIGTERM)
            loop.call_later(1000, print, "too late")
            await stop.wait()
        asyncio.run(main())
        say(now=clock.now(), real=real())
        """
    )
    assert 30 <= said["now"] < 31
    assert said["real"] < 5


def test_a_signal_from_outside_is_waited_for() -> None:
    said = installed(
        """
        async def main():
            stop = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
            with subprocess.Popen(["sh", "-c", f"sleep 0.4; kill -TERM {os.getpid()}"]):
                await stop.wait()
        asyncio.run(main())
        say(now=clock.now(), real=real())
        """
    )
    assert said["real"] >= 0.4
    assert 0 < said["now"] < 5


# Programs that cannot end


def test_a_deadlock_is_named_and_tasks_are_cancelled() -> None:
    cancelled: list[str] = []

    async def worker(queue: asyncio.Queue[int]) -> None:
        try:
            await queue.get()
        except asyncio.CancelledError:
            cancelled.append("worker")
            raise

    async def main() -> None:
        queue: asyncio.Queue[int] = asyncio.Queue()
        await asyncio.create_task(worker(queue), name="w")

    with real_time_under(2), pytest.raises(Deadlock, match="nothing is left that could wake the program") as e:
        run(main())
    assert "worker waits in Queue.get at line " in str(e.value)
    assert cancelled == ["worker"]


def test_a_future_that_nobody_sets_is_a_deadlock() -> None:
    async def main() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(Deadlock, match="main waits at line"):
        run(main())


@pytest.mark.parametrize(
    ("second", "said"),
    [("own", "for a lock that it holds already"), ("other", "for a lock that another holder holds")],
)
def test_a_deadlock_over_a_lock_says_who_holds_it(second: str, said: str) -> None:
    async def holder(lock: asyncio.Lock) -> None:
        async with lock:
            await asyncio.get_running_loop().create_future()

    async def asker(first: asyncio.Lock, lock: asyncio.Lock) -> None:
        async with first:
            await asyncio.sleep(0.1)
            async with lock:
                pass

    async def main() -> None:
        own, other = asyncio.Lock(), asyncio.Lock()
        await asyncio.gather(holder(other), asker(own, own if second == "own" else other), asker(asyncio.Lock(), other))

    with pytest.raises(Deadlock) as e:
        run(main())
    told = [part for part in str(e.value).split("; ") if part.startswith("asker")]
    assert told[0].partition(", and")[0].endswith(said)
    assert told[1].partition(", and")[0].endswith("for a lock that another holder holds")
    assert "holder waits at line" in str(e.value)


def test_a_loop_without_tasks_is_a_deadlock() -> None:
    loop = VirtualLoop()
    with pytest.raises(Deadlock, match="no task is waiting"):
        loop.run_forever()
    loop.close()


def test_a_thread_that_ends_without_a_word_leaves_a_deadlock() -> None:
    said = installed(
        """
        async def main():
            threading.Thread(target=lambda: time.sleep(0.05)).start()
            await asyncio.Event().wait()
        try:
            asyncio.run(main())
        except virtual.Deadlock as error:
            say(error=str(error), real=real())
        """
    )
    assert "main waits in Event.wait" in said["error"]
    assert said["real"] < 5


@pytest.mark.parametrize(
    ("pause_s", "said"), [(1, "still waiting after 100 s of virtual time"), (0, "went round 5,000 times")]
)
def test_a_program_that_never_ends_is_a_runaway(pause_s: float, said: str) -> None:
    cleaned: list[str] = []

    async def main() -> None:
        try:
            while True:  # noqa: ASYNC110
                await asyncio.sleep(pause_s)
        finally:
            cleaned.append("yes")

    with real_time_under(5), pytest.raises(Runaway, match=said):
        run(main(), Clock(max_seconds=100, max_rounds=5000))
    assert cleaned == ["yes"]


def test_blocking_for_ever_is_a_runaway() -> None:
    clock = Clock(max_seconds=100)

    async def main() -> None:
        while True:
            clock.hold(1)

    with pytest.raises(Runaway, match="100 s"):
        run(main(), clock)


def test_each_loop_has_the_limits_to_itself() -> None:
    clock = Clock(max_seconds=100)
    for _ in range(5):
        run(asyncio.sleep(90), clock)
    assert clock.now() == 450


# Where loops come from


def test_every_way_to_make_a_loop_makes_a_virtual_one() -> None:
    said = installed(
        """
        async def which():
            return type(asyncio.get_running_loop()).__name__
        kinds = [asyncio.run(which()), asyncio.run(which(), debug=True)]
        with asyncio.Runner() as runner:
            kinds.append(runner.run(which()))
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            kinds.append(runner.run(which()))
        loop = asyncio.new_event_loop()
        kinds.append(loop.run_until_complete(which()))
        loop.close()
        say(kinds=kinds)
        """
    )
    assert said == {"kinds": ["VirtualLoop"] * 5}


def test_runs_one_after_the_other_go_on_from_where_the_clock_stands() -> None:
    said = installed(
        """
        for seconds in (1, 2, 3):
            asyncio.run(asyncio.sleep(seconds))
        say(now=clock.now(), real=real())
        """
    )
    assert said["now"] == 6
    assert said["real"] < 5


# What is relied on without being documented: each of these names what has to be looked at when a Python changes it.


def test_relied_on_the_loop_waits_by_select_for_the_time_to_the_next_timer() -> None:
    waits: list[float | None] = []

    class Loop(asyncio.SelectorEventLoop):
        now = 50.0

        def time(self) -> float:
            return self.now

    class Selector(selectors.SelectSelector):
        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            waits.append(timeout)
            loop.now += timeout or 0
            return super().select(0)

    loop = Loop(Selector())
    loop.run_until_complete(asyncio.sleep(7))
    loop.close()
    assert waits[:2] == [0, 7]
    assert set(waits[2:]) == {0}


def test_relied_on_timer_handles_keep_the_when_they_are_given_and_are_ordered_by_it() -> None:
    class When(float):
        def __lt__(self, other: float) -> bool:
            return self is first

    loop = asyncio.SelectorEventLoop()
    first, second = When(5), When(5)
    timers = [loop.call_at(when, print) for when in (second, first)]
    assert timers[1].when() is first
    assert heapq.nsmallest(1, timers) == [timers[1]]
    assert timers[1] < timers[0]
    loop.close()


def test_relied_on_the_loop_has_a_clock_resolution() -> None:
    loop = asyncio.SelectorEventLoop()
    assert isinstance(vars(loop)["_clock_resolution"], float)
    loop.close()


def test_relied_on_runner_takes_its_loop_from_the_events_module(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[asyncio.AbstractEventLoop] = []

    def new_event_loop() -> asyncio.AbstractEventLoop:
        made.append(VirtualLoop())
        return made[-1]

    monkeypatch.setattr(asyncio.events, "new_event_loop", new_event_loop)
    with asyncio.Runner() as runner:
        assert [runner.get_loop()] == made


def test_relied_on_a_thread_pool_knows_its_threads() -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
        assert len(vars(pool)["_threads"]) == 1
