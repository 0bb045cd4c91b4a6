"""ctrl_c: the grader sends the program real signals, one or several, while it prints and while it waits."""

import asyncio
import signal
from collections.abc import Sequence
from signal import SIGINT, SIGTERM
from typing import Any

from grader.suite import Recipe, Run, Seconds, Span, Trace, counted, double, fresh, points, record, times

LEAVE_ALONE: tuple[str, ...] = ("next_order", "print_order", "put_back", "stop_twice")

NEVER_S = 30.0
PUT_BACK_S = 0.6


def shop(orders: Sequence[tuple[float, str, float]], *signals: tuple[float, signal.Signals]) -> Recipe:
    """The program, with orders of which each comes so long after the one before, and with signals after "open"."""

    def of(number: int) -> tuple[float, str, float]:
        return orders[number - 1] if 1 <= number <= len(orders) else (NEVER_S, "nothing", 0.0)

    printing = {order: seconds for _, order, seconds in orders}

    async def send(run: Run) -> None:
        await run.line("open")
        now = 0.0
        for at, number in signals:
            await asyncio.sleep(at - now)
            now = at
            run.note("signal", number.name)
            run.signal(number)

    world: dict[str, Any] = {
        "next_order": double("next_order", delay=lambda number: of(number)[0], reply=lambda number: of(number)[1]),
        "print_order": double("print_order", delay=lambda order: printing.get(order, 0.0)),
        "put_back": double("put_back", delay=PUT_BACK_S),
        "stop_twice": double("stop_twice", blocking=True),
    }
    return record(None, world=world, drive=send, allow=("exit", "raise"))


SHORT, LONG, LATE, LONGER = fresh.things(4)
# When the signal comes, SHORT is printed, LONG is being printed, and LATE would come 0.5 s later.
DAY = [(0.2, SHORT, 0.7), (0.2, LONG, 1.2), (1.3, LATE, 0.1)]
# Two are being printed and would not be finished that day.
RUSH = [(0.1, SHORT, 0.3), (0.1, LONG, NEVER_S), (0.1, LONGER, NEVER_S), (0.4, LATE, 0.1), (0.5, "nothing", 0.1)]

terminated = shop(DAY, (1.2, SIGTERM))
interrupted = shop(DAY, (1.2, SIGINT))
idle = shop([], (0.5, SIGTERM))
idle_at_noon = shop([], (0.5, SIGINT))
twice = shop(RUSH, (0.6, SIGINT), (1.1, SIGTERM), (1.3, SIGINT), (1.35, SIGTERM))
in_the_evening = shop([(0.1, LONG, NEVER_S), (0.1, LONGER, NEVER_S)], (0.6, SIGTERM), (1.1, SIGTERM))


def how_it_ended(trace: Trace) -> str:
    """For the end of a message."""
    if trace.raised:
        return f"the program ended at {trace.elapsed:.2f} s with {trace.raised.type}"
    if trace.exit_status is not None and trace.exit_status < 0:
        return f"{signal.Signals(-trace.exit_status).name} ended the program at {trace.elapsed:.2f} s"
    return f"the program ended at {trace.elapsed:.2f} s with exit status {trace.exit_status}"


def sent(trace: Trace, nth: int = 0) -> tuple[str, Seconds]:
    """A signal that was sent, and when."""
    notes = trace.notes("signal")
    assert notes, f"expected the program to run until it is told to stop; {how_it_ended(trace)}"
    assert len(notes) > nth, (
        f"{notes[-1].value} came at {notes[-1].at:.2f} s: expected the program to go on until all orders are handled; "
        f"{how_it_ended(trace)}"
    )
    return str(notes[nth].value), notes[nth].at


def printing(trace: Trace, order: str) -> Span:
    """The one time that an order was printed."""
    calls = [call for call in trace.calls("print_order") if call.args == (order,)]
    assert len(calls) == 1, f"expected one call of print_order({order!r}); there were {len(calls)}"
    return calls[0]


def is_finished(trace: Trace, order: str) -> None:
    """Fail unless an order was printed to its end, in peace, and the program said so."""
    name, at = sent(trace)
    call = printing(trace, order)
    assert call.outcome == "replied", (
        f"{name} came at {at:.2f} s, while {order!r} was being printed: expected it to be finished; "
        f"print_order was cancelled at {call.end:.2f} s, and {how_it_ended(trace)}"
    )
    printed = trace.at(f"{order}: printed")
    assert printed > call.end, f'"{order}: printed" appeared at {printed:.2f} s, and {order!r} was finished after that'
    assert not put_back(trace, order), f"{order!r} was finished, and put back as well"


def put_back(trace: Trace, order: str) -> list[Span]:
    return [call for call in trace.calls("put_back") if call.args == (order,)]


def no_longer_waits(trace: Trace) -> None:
    """Fail unless the program stopped waiting for orders at the first signal, and took none after that."""
    name, at = sent(trace)
    assert trace.calls("next_order"), "next_order was never called"
    assert trace.at("closing") - at < 0.35, (
        f'{name} came at {at:.2f} s; "closing" appeared at {trace.at("closing"):.2f} s'
    )
    for call in trace.calls("next_order"):
        assert call.start < at + 0.35, f"{name} came at {at:.2f} s; next_order was called at {call.start:.2f} s"
    last = trace.calls("next_order")[-1]
    assert last.outcome != "replied", f"{name} came at {at:.2f} s; another order was taken at {last.end:.2f} s"
    late = last.end - at
    assert late < 0.35, f"{name} came at {at:.2f} s; the program waited for an order for another {late:.2f} s"


def closes_after(trace: Trace, moment: Seconds, what: str) -> None:
    """Fail unless the program ended then, in the way it should."""
    assert trace.exit_status == 0, f"{what}: expected exit status 0; {how_it_ended(trace)}"
    last = trace.lines[-1] if trace.lines else ""
    assert last == "closed", f'{what}: expected "closed" as the last line; the last line is "{last}"'
    closing = trace.lines.count("closing")
    assert closing == 1, f'{what}: expected "closing" once; it was printed {times(closing)}'
    late = trace.elapsed - moment
    assert late < 0.4, f"{what}: expected the program to end at {moment:.2f} s; it ended {late:.2f} s later"
    assert trace.at("closed") > moment - 0.3, f'{what}: "closed" appeared before that'


@points(1, "each order is handled as soon as it comes, while others are printed", means="sequential-await")
def test_at_once(terminated: Trace) -> None:
    orders = [(call, DAY[number][1]) for number, call in enumerate(terminated.calls("next_order")[:2])]
    assert len(orders) == 2, f"expected at least two calls of next_order; there were {len(orders)}"
    for call, order in orders:
        following = [each.start for each in terminated.calls("next_order") if each.start > call.end]
        waited = (following[0] if following else terminated.elapsed) - call.end
        assert waited < 0.35, f"{order!r} came at {call.end:.2f} s; next_order was called again {waited:.2f} s later"
        late = printing(terminated, order).start - call.end
        assert late < 0.35, f"{order!r} came at {call.end:.2f} s; print_order was called {late:.2f} s later"
    assert terminated.lines[:2] == ["open", f"{SHORT}: printed"], (
        f'expected the first lines to be "open" and "{SHORT}: printed"; got {" / ".join(terminated.lines[:2])}'
    )


@points(2, "after SIGTERM, the order that is being printed is finished", means="abrupt-end", public=True)
def test_terminated(terminated: Trace) -> None:
    is_finished(terminated, LONG)


@points(1, "after SIGINT (Ctrl-C), the order that is being printed is finished", means="abrupt-end")
def test_interrupted(interrupted: Trace) -> None:
    is_finished(interrupted, LONG)


@points(1, "after the first signal, the program waits for no further order", means="leaked-task")
def test_no_further(terminated: Trace, interrupted: Trace, twice: Trace) -> None:
    for trace in (terminated, interrupted, twice):
        no_longer_waits(trace)


@points(2, "at the second signal, the orders that are not finished are put back")
def test_twice(twice: Trace, in_the_evening: Trace) -> None:
    is_finished(twice, SHORT)
    for trace in (twice, in_the_evening):
        first, _ = sent(trace)
        name, at = sent(trace, 1)
        when = f"when {first} and, at {at:.2f} s, {name} has come"
        for order in (LONG, LONGER):
            call = printing(trace, order)
            assert call.end > at - 0.3, f"{when}: print_order({order!r}) had ended before, at {call.end:.2f} s"
            late = call.end - at
            assert late < 0.35, f"{when}: {order!r} was still being printed {late:.2f} s later"
            calls = put_back(trace, order)
            assert len(calls) == 1, f"{when}: expected one call of put_back({order!r}); there were {len(calls)}"
            assert calls[0].start - at < 0.95, f"{when}: put_back({order!r}) was called at {calls[0].start:.2f} s"
            assert f"{order}: printed" not in trace.lines, f'{when}: "{order}: printed" appeared; {order!r} was not'
        backs = counted(len(trace.calls("put_back")), "call")
        assert len(trace.calls("put_back")) == 2, f"{when}: expected two orders to be put back; there were {backs}"


@points(1, "further signals change nothing, and put_back is not interrupted")
def test_further(twice: Trace) -> None:
    name, at = sent(twice, 2)
    assert put_back(twice, LONG), f"put_back was never called for {LONG!r}"
    for call in twice.calls("put_back"):
        assert call.outcome == "replied", (
            f"a third signal, {name}, came at {at:.2f} s: {call} was interrupted at {call.end:.2f} s, "
            f"and {how_it_ended(twice)}"
        )
        told = twice.at(f"{call.args[0]}: put back")
        assert told > call.end, f'"{call.args[0]}: put back" appeared at {told:.2f} s, before {call} had ended'
    closes_after(twice, max((call.end for call in twice.calls("put_back")), key=float), "when all orders are put back")


@points(2, "the program ends as soon as all orders are handled, with exit status 0")
def test_ends(terminated: Trace, interrupted: Trace, idle: Trace, idle_at_noon: Trace, in_the_evening: Trace) -> None:
    for trace in (idle, idle_at_noon):
        name, at = sent(trace)
        assert trace.lines == ["open", "closing", "closed"], (
            f"when {name} comes while there is no order: expected open, closing, closed; got {', '.join(trace.lines)}"
        )
        closes_after(trace, at, f"when {name} comes while there is no order")
    for trace in (terminated, interrupted):
        closes_after(trace, printing(trace, LONG).end, f"when {sent(trace)[0]} comes while an order is printed")
    backs = in_the_evening.calls("put_back")
    assert backs, "put_back was never called"
    closes_after(in_the_evening, max((call.end for call in backs), key=float), "when all orders are put back")
