"""thread_pool_starved: calls that keep a thread for long leave the default executor to others."""

import asyncio
from itertools import pairwise
from typing import Any

from grader.suite import Run, Trace, counted, double, fresh, latest, points, record, times

LEAVE_ALONE: tuple[str, ...] = ("LOCKERS", "CODES", "wait_for_door", "look_up")

# More lockers than the default executor ever has threads (32), and far more than anybody would write down.
LOCKERS = [f"{row}{number}" for row in "EFGH" for number in range(1, 11)]
MANY = [f"{row}{number}" for row in "ABCDEFGHIJKLM" for number in range(1, 11)]
CODES = [str(code) for code in fresh.shuffled(range(1000, 10_000))[:3]]
ANSWERS = dict(zip(CODES, [f"locker G{fresh.number(1, 9)}", "unknown", f"locker E{fresh.number(1, 9)}"], strict=True))
# All doors but one are opened at about the same time; another one long after the last code was answered.
DOOR_S = dict.fromkeys(LOCKERS, 1.4) | {LOCKERS[7]: 1.8}
# A slow database: a code that is looked up on the event loop itself holds it for that long.
LOOK_UP_S = 0.35
SLOWLY_S = 0.9
ERRAND_S = 0.8
PAUSE_S = 0.2
CANCELLED_AT_S = 0.5
# Until then doors are closed and codes come, however late some of it begins.
WITHIN_S = 1.3


def station(look_up_s: float = LOOK_UP_S, doors: float | None = None) -> dict[str, Any]:
    """The station's hardware; ``doors``: when each of them is opened."""
    return {
        "wait_for_door": double(
            "wait_for_door", delay=lambda locker: DOOR_S[locker] if doors is None else doors, blocking=True
        ),
        "look_up": double("look_up", delay=look_up_s, reply=lambda code: ANSWERS[code], blocking=True),
    }


def until(seconds: float) -> dict[str, Any]:
    """End the run after this time: with few threads, the doors take long."""

    async def drive(run: Run) -> None:
        await asyncio.sleep(seconds)
        run.stop()

    return {"drive": drive, "allow": ("stop",)}


as_it_is = record(None)
day = record("then_stay", double("wait", delay=0.1), LOCKERS, CODES, scenario=True, world=station(), **until(3.0))
many = record("main", MANY, CODES[:1], world=station(doors=60.0), **until(1.8))
empty = record("then_stay", double("wait", delay=0.1), [], CODES[:2], scenario=True, world=station())
beside = record(
    "beside",
    double("tick"),
    double("wait", delay=PAUSE_S),
    double("errand", delay=ERRAND_S, blocking=True),
    LOCKERS,
    CODES[:2],
    scenario=True,
    world=station(SLOWLY_S, doors=1.6),
    **until(3.2),
)
called_off = record(
    "called_off",
    double("wait", delay=lambda seconds: seconds),
    CANCELLED_AT_S,
    LOCKERS,
    CODES,
    scenario=True,
    world=station(doors=60.0),
    **until(1.8),
)


@points(1, "the program answers the three codes while all doors are closed", means="starved-pool", public=True)
def test_program(as_it_is: Trace, day: Trace) -> None:
    expected = ["code 4711: locker B7", "code 1234: unknown", "code 2580: locker D2", "40 lockers are empty"]
    assert as_it_is.lines == expected
    assert as_it_is.at("code 2580: locker D2") < 0.8
    assert 0.25 < as_it_is.at("40 lockers are empty") < 1.2
    closed = min((call.end for call in day.calls("wait_for_door")), key=float, default=None)
    assert closed is not None, "the file's own codes are answered; but with other lockers, no door is waited for"
    early = [call for call in day.calls("look_up") if call.start < closed]
    assert len(early) == len(CODES), (
        f"the file's own codes are answered in time; but with other codes, {len(early)} of {len(CODES)} are looked up "
        f"before the first door is opened, at {closed:.2f} s"
    )


@points(2, "a code is looked up at once, even while all doors are closed", means="starved-pool")
def test_codes(day: Trace) -> None:
    calls = day.calls("look_up")
    looked_up = [call.args[0] for call in calls]
    assert looked_up == CODES, (
        f"expected the codes {', '.join(CODES)} to be looked up in turn; "
        f"until {day.elapsed:.2f} s, the program looked up {_shown(looked_up)}"
    )
    assert calls[0].start < 0.6, f"the first code was looked up at {calls[0].start:.2f} s; expected that at the start"
    for before, call in pairwise(calls):
        assert call.start >= before.end, f"code {call.args[0]} was looked up before code {before.args[0]} was answered"
        late = call.start - before.end
        assert late < 0.4, f"code {call.args[0]} was looked up {late:.2f} s after the answer before it"


@points(1, "each answer is printed as soon as it is there")
def test_answers(day: Trace) -> None:
    lines = [line for line in day.lines if line.startswith("code ")]
    expected = [f"code {code}: {answer}" for code, answer in ANSWERS.items()]
    assert lines == expected, f"expected {'; '.join(expected)}; printed: {'; '.join(lines) or 'nothing'}"
    for call, line in zip(day.calls("look_up"), lines, strict=True):
        late = day.at(line) - call.end
        assert late < 0.4, f"code {call.args[0]} was answered at {call.end:.2f} s, and printed {late:.2f} s later"


@points(2, "all doors are waited for at the same time, whatever their number", means="starved-pool")
def test_doors(day: Trace, many: Trace) -> None:
    for run, lockers in ((many, MANY), (day, LOCKERS)):
        waited = [call.args[0] for call in run.calls("wait_for_door")]
        first = min((float(call.end) for call in run.calls("wait_for_door")), default=0.0)
        early = {call.args[0] for call in run.calls("wait_for_door") if call.start < first}
        assert len(early) == len(lockers), (
            f"with {len(lockers)} lockers, wait_for_door ran for {len(early)} of them at the same time"
        )
        assert len(waited) == len(lockers), (
            f"with {len(lockers)} lockers, wait_for_door ran {times(len(waited))}; expected once for each"
        )
    late, message = latest(
        (call.start, f"{call} began only at {call.start:.2f} s; expected that at the start")
        for call in day.calls("wait_for_door")
    )
    assert late < 0.8, message


@points(1, "main returns when all doors are open and all codes are answered")
def test_returns(day: Trace, empty: Trace) -> None:
    for run, lockers in ((day, LOCKERS), (empty, [])):
        when = f"with {counted(len(lockers), 'locker')}"
        last_line = f"{len(lockers)} lockers are empty"
        waits = run.calls("wait")
        assert waits, f"{when}, main had not returned after {run.elapsed:.2f} s"
        calls = [*run.calls("wait_for_door"), *run.calls("look_up")]
        assert calls, f"{when}, nothing was done before main returned"
        returned, last = waits[0].start, max((call.end for call in calls), key=float)
        assert last <= returned, f"{when}, main returned at {returned:.2f} s, and the last call ended at {last:.2f} s"
        assert returned < last + 0.4, f"{when}, the last call ended at {last:.2f} s; main returned at {returned:.2f} s"
        assert run.lines[-1:] == [last_line], (
            f"{when}, expected the last line to be '{last_line}'; it was '{_shown(run.lines[-1:])}'"
        )
        assert run.at(last_line) >= last, f"{when}, '{last_line}' was printed at {run.at(last_line):.2f} s"


@points(2, "neither other tasks nor other threads have to wait", means="starved-pool")
def test_beside(beside: Trace) -> None:
    errands = beside.calls("errand")
    pauses = [call.end for call in beside.calls("wait") if float(call.end) < WITHIN_S]
    assert pauses, "main had returned before another task could call asyncio.to_thread"
    waits = []
    for nth, pause in enumerate(pauses):
        pair = errands[2 * nth : 2 * nth + 2]
        assert len(pair) == 2, (
            f"another task called asyncio.to_thread twice at {pause:.2f} s; "
            f"{len(pair)} of these calls began until {beside.elapsed:.2f} s"
        )
        called = f"another task called asyncio.to_thread at {pause:.2f} s"
        waits += [(call.start - pause, f"{called}; the call began at {call.start:.2f} s") for call in pair]
    late, message = latest(waits)
    assert late < 0.6, message
    codes = beside.calls("look_up")
    assert len(codes) == 2, f"meanwhile {len(codes)} of 2 codes were looked up"
    for before, code in pairwise(codes):
        late = code.start - before.end
        assert late < 0.4, (
            f"while another task used asyncio.to_thread, code {code.args[0]} was looked up {late:.2f} s "
            "after the answer before it"
        )
    moments = [*(tick.start for tick in beside.calls("tick")), beside.elapsed]
    held = max(later - earlier for earlier, later in pairwise(moments))
    assert held < 0.6, f"another task, which was due every 0.1 s, had to wait for {held:.2f} s"


@points(1, "a cancelled main ends at once, even while doors are closed", means="swallowed-cancellation")
def test_cancelled(called_off: Trace) -> None:
    assert called_off.calls("wait_for_door"), "no door was waited for when main was cancelled"
    cancels, ended = called_off.notes("cancel"), called_off.notes("ended")
    assert cancels, f"main could not be cancelled until {called_off.elapsed:.2f} s, because it blocked the event loop"
    cancel = cancels[0]
    assert ended, (
        f"main was cancelled at {cancel.at:.2f} s; {called_off.elapsed - cancel.at:.2f} s later it had not ended"
    )
    assert ended[0].value == "was cancelled", f"expected a cancelled main to raise CancelledError; it {ended[0].value}"
    late = ended[0].at - cancel.at
    assert late < 0.5, f"main was cancelled at {cancel.at:.2f} s, and ended {late:.2f} s later"


def _shown(items: list[str]) -> str:
    return ", ".join(map(str, items)) or "nothing"
