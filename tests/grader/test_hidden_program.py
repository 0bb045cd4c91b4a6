"""A program under test runs in the grader, and behaves as if it ran beside the test."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import Iterator
from typing import Any

import pytest

from grader.record.hidden_program import MOST_CALLS, HiddenProgram
from grader.record.recorder import Recorder
from grader.record.recording import Recording
from grader.record.spec import RecordingSpec
from tests.grader import runs


class Shop:
    """A program under test."""

    def __init__(self, shelf: Any, most: int = 3) -> None:
        self.shelf, self.most, self.lock, self.marker = shelf, most, asyncio.Lock(), "b7e23a91"

    def limit(self, add: int) -> int:
        return self.most + add

    async def sell(self, number: int) -> int:
        async with self.lock:
            left = await self.shelf.load()
            if number > self.most:
                raise LookupError(f"{number} are too many")
            await self.shelf.save(left - number)
            return int(left - number)

    async def later(self, seconds: float) -> Any:
        async def work() -> Any:
            await asyncio.sleep(seconds)
            return await self.shelf.load()

        return await asyncio.shield(asyncio.create_task(work()))

    async def patient(self, seconds: float) -> str:
        try:
            await asyncio.wait_for(self.lock.acquire(), seconds)
        except TimeoutError:
            return "gave up"
        self.lock.release()
        return "got it"


TEST = """
import asyncio, gc, sys, time

class Shelf:
    def __init__(self):
        self.left, self.log, self.error = 10, [], None

    async def load(self):
        self.log.append("load")
        await asyncio.sleep(0.05)
        if self.error:
            raise self.error
        return self.left

    async def save(self, left):
        self.log.append(f"save {left}")
        await asyncio.sleep(0.05)
        self.left = left
"""

SCENARIO = """
async def play(exercise, stage, virtual):
    return await exercise.main(stage.under_test("shop"))
"""


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    yield from runs.recorder()


def played(recorder: Recorder, main: str, *, virtual: bool = True, hidden: HiddenProgram | None = None) -> Recording:
    source = f"{TEST}\nasync def main(Shop):\n{textwrap.indent(textwrap.dedent(main), '    ')}"
    if hidden is None:
        with HiddenProgram(lambda: Shop) as hidden:
            return played(recorder, main, virtual=virtual, hidden=hidden)
    spec = RecordingSpec(
        "play", (virtual,), scenario=True, doubles=(hidden.double("shop"),), virtual=virtual, observe=False
    )
    subject = runs.subject(source, SCENARIO)
    if virtual:
        return recorder.explore(subject, spec, alone=True)
    return runs.record(
        recorder, source, "play", True, scenario_source=SCENARIO, scenario=True, doubles=(hidden.double("shop"),)
    )


def returned(recorder: Recorder, main: str, **options: Any) -> Any:
    recording = played(recorder, main, **options)
    assert recording.trace.raised is None, recording.trace.raised
    return recording.trace.returned


@pytest.mark.parametrize("virtual", [True, False])
def test_calls_wait_for_each_other_where_the_program_says_so(recorder: Recorder, virtual: bool) -> None:
    main = """
        shelf = Shelf()
        shop = Shop(shelf, most=5)
        left = await asyncio.gather(shop.sell(2), shop.sell(3))
        return [left, shelf.log, Shop.__name__, shop.limit(add=1)]
    """
    log = ["load", "save 8", "load", "save 5"]
    assert returned(recorder, main, virtual=virtual) == [[8, 5], log, "Shop", 6]


def test_what_is_asked_is_done_in_the_step_and_the_task_of_the_caller(recorder: Recorder) -> None:
    main = """
        class Own(Shelf):
            async def load(self):
                self.log.append(asyncio.current_task().get_name())
                return await super().load()
        shelf = Own()
        task = asyncio.create_task(Shop(shelf).sell(1), name="my call")
        await asyncio.sleep(0)
        log = list(shelf.log)
        await task
        return log
    """
    assert returned(recorder, main) == ["my call", "load"]


def test_exceptions_are_what_they_are_on_both_sides(recorder: Recorder) -> None:
    main = """
        shelf = Shelf()
        shop = Shop(shelf)
        found = []
        for number in (9, 1):
            try:
                await shop.sell(number)
            except Exception as error:
                found.append([type(error).__name__, str(error), error is shelf.error])
            shelf.error = ConnectionResetError("gone")
        try:
            await shop.sell(1, 2)
        except TypeError as error:
            found.append("TypeError")
        shelf.error = None
        return [found, await shop.sell(1)]
    """
    wrong = ["LookupError", "9 are too many", False], ["ConnectionResetError", "gone", True], "TypeError"
    assert returned(recorder, main) == [list(wrong), 9]


@pytest.mark.parametrize("after_s", [0.0, 0.02, 0.07, 0.1])
def test_a_cancelled_call_leaves_its_lock_and_no_other(recorder: Recorder, after_s: float) -> None:
    main = f"""
        shelf = Shelf()
        shop = Shop(shelf)
        tasks = [asyncio.create_task(shop.sell(1)) for _ in range(3)]
        await asyncio.sleep({after_s})
        tasks[1].cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        return [[type(end).__name__ for end in ends], shelf.left, await shop.sell(1)]
    """
    assert returned(recorder, main) == [["int", "CancelledError", "int"], 8, 7]


def test_tasks_of_its_own_sleeps_and_timeouts_are_on_the_clock_of_the_test(recorder: Recorder) -> None:
    main = """
        shop = Shop(Shelf())
        began = time.monotonic()
        call = asyncio.create_task(shop.later(2.0))
        await asyncio.sleep(1.0)
        call.cancel()
        await asyncio.sleep(1.5)
        selling = asyncio.create_task(shop.sell(1))
        await asyncio.sleep(0)
        told = await asyncio.gather(shop.patient(0.03), shop.patient(5.0))
        return [told, call.cancelled(), round(time.monotonic() - began, 3)]
    """
    assert returned(recorder, main) == [["gave up", "got it"], True, 2.6]


def test_a_test_that_gives_up_does_not_wait_for_what_the_program_has_begun(recorder: Recorder) -> None:
    main = """
        shop = Shop(Shelf())
        asyncio.create_task(shop.later(0.01))
        await asyncio.sleep(0.03)
        raise ValueError("given up")
    """
    raised = played(recorder, main).trace.raised
    assert raised is not None
    assert raised.message == "given up"


def test_the_process_of_the_test_does_not_hold_the_program(recorder: Recorder) -> None:
    main = """
        shop = Shop(Shelf())
        await shop.sell(1)
        seen = [repr(vars(shop)), *(repr(each) for each in gc.get_objects() if isinstance(each, (dict, list, tuple)))]
        frame = sys._getframe()
        while frame:
            seen.append(repr(frame.f_locals))
            frame = frame.f_back
        token = "".join(["b7e2", "3a91"])
        return [token in text for text in seen].count(True)
    """
    assert returned(recorder, main) == 0


def test_calls_are_counted_and_no_more_than_the_most_are_made(recorder: Recorder) -> None:
    hidden = HiddenProgram(lambda: Shop)
    raised = played(recorder, "shop = Shop(1)\nwhile True: shop.limit(1)", hidden=hidden).trace.raised
    assert raised is not None
    assert str(MOST_CALLS) in raised.message
    assert hidden.calls == [("limit", [1])] * MOST_CALLS


def test_nothing_is_left_under_way_in_the_grader(recorder: Recorder) -> None:
    tasks: list[asyncio.Task[None]] = []

    class Endless:
        def __init__(self) -> None:
            tasks.append(asyncio.create_task(self._work()))

        async def _work(self) -> None:
            async with asyncio.TaskGroup() as group:
                tasks.append(group.create_task(asyncio.sleep(1000)))

    with HiddenProgram(lambda: Endless) as hidden:
        played(recorder, "Shop()", hidden=hidden)
        assert [task.done() for task in tasks] == [False, False]
    assert [task.cancelled() for task in tasks] == [True, True]


@pytest.mark.parametrize(
    "message",
    ["'call', 0, []", "'call', 0, [1, 2, 3]", "'plain', 0, [7, 'x', [], {}]", "'no', 0, 1", "'slept', 0, [9]"],
)
def test_what_a_process_says_out_of_turn_harms_neither_the_grader_nor_the_program(
    recorder: Recorder, message: str
) -> None:
    main = f"""
        shop = Shop(Shelf())
        put = Shop.__init__.__closure__[0].cell_contents._put
        try:
            put({message})
        except Exception as error:
            assert type(error) is not ConnectionAbortedError
        return await shop.sell(1)
    """
    recording = played(recorder, main)
    assert (recording.fault, recording.trace.returned) == ("", 9)


@pytest.mark.parametrize("name", ["__getattribute__", "__getstate__", "__dir__", "_private", "sell"])
def test_nothing_but_public_methods_can_be_called_whoever_asks(name: str) -> None:
    # The test runs in the learner's process, which may send any message. `sell` is public, but is not a plain method.
    with HiddenProgram(lambda: Shop) as hidden:
        answer = hidden.double("shop").reply
        answer("begin", 0.0, [])
        assert answer("make", 0.0, [[{"value": 1}], {}])["value"] == 0
        assert answer("plain", 0.0, [0, "limit", [2], {}])["value"] == 5
        found = answer("plain", 0.0, [0, name, ["__dict__"] if name == "__getattribute__" else [], {}])
    assert (found["value"], found["error"]["class"]) == (None, "AttributeError")


def test_a_test_cannot_begin_again_and_again() -> None:
    with HiddenProgram(lambda: Shop) as hidden:
        answers = [hidden.double("shop").reply("begin", 0.0, []) for _ in range(30)]
    assert "error" not in answers[5]
    assert answers[-1]["error"]["class"] == "RuntimeError"
