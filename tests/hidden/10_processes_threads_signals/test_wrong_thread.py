"""wrong_thread: what a driver feels in its own thread is announced on the event loop, at once."""

from collections.abc import Sequence
from itertools import pairwise

from grader.suite import Run, Seconds, Span, Trace, counted, double, fresh, latest, points, record, times

LEAVE_ALONE: tuple[str, ...] = ("SHAKES", "next_shake", "measure", "announce")

# Three come at the same moment, two of them alike; one is so weak that its magnitude is 0.
FIRST, SECOND, LAST = (number / 10 for number in fresh.shuffled(range(11, 70))[:3])
MAGNITUDES = [FIRST, SECOND, SECOND, 0.0, LAST]
SECONDS = [0.3, 0.3, 0.0, 0.0, 0.8]
# The first announcement takes long, so that the others have to wait. The last one begins when all else has ended.
ANNOUNCED_S = {FIRST: 0.7, LAST: 0.3}
BRIEFLY_S = 0.05
NUMBER = len(MAGNITUDES)

WORLD = {
    "next_shake": double(
        "next_shake", delay=lambda nth: SECONDS[nth], reply=lambda nth: MAGNITUDES[nth], blocking=True
    ),
    "announce": double("announce", delay=lambda magnitude: ANNOUNCED_S.get(magnitude, BRIEFLY_S)),
}


async def until_main_has_ended(run: Run) -> None:
    await run.line("main has ended")
    run.stop()


as_it_is = record(None)
day = record("then_stay", double("wait", delay=0.5), NUMBER, scenario=True, world=WORLD)
quiet = record("then_stay", double("wait", delay=0.1), 0, scenario=True, world=WORLD, deadline_s=3.0)
beside = record("beside", double("tick"), NUMBER, scenario=True, world=WORLD)
debugged = record(
    "in_debug_mode", double("tick"), NUMBER, scenario=True, world=WORLD, drive=until_main_has_ended, allow=("stop",)
)


@points(1, "the program announces the four shakes when they are felt", means="wrong-thread", public=True)
def test_program(as_it_is: Trace, day: Trace) -> None:
    announced = ["magnitude 2.1", "magnitude 3.4", "magnitude 3.4", "magnitude 0.7"]
    lines = [line for line in as_it_is.lines if line != "measured 4 shakes"]
    assert lines == announced, f"expected {', '.join(announced)}; printed: {', '.join(lines) or 'nothing'}"
    assert as_it_is.at("magnitude 2.1") < 0.7
    assert as_it_is.at("magnitude 3.4", nth=1) < 1.3
    assert as_it_is.elapsed < 2.2
    last = day.call("next_shake", NUMBER - 1).end
    early = [call for call in day.calls("announce") if call.start < last]
    assert len(early) == NUMBER - 1, (
        f"the file's own shakes are announced in time; but of {NUMBER} other shakes, expected {NUMBER - 1} "
        f"to be announced before the last one is felt; {len(early)} were"
    )


@points(1, "every shake is announced once, in this order, one at a time")
def test_order(day: Trace) -> None:
    calls = day.calls("announce")
    announced = [call.args[0] for call in calls]
    assert announced == MAGNITUDES, f"expected announcements of {_shown(MAGNITUDES)}; got {_shown(announced)}"
    for before, call in pairwise(calls):
        assert call.start >= before.end, (
            f"the announcement of {call.args[0]} began at {call.start:.2f} s, "
            f"while {before.args[0]} was being announced (until {before.end:.2f} s)"
        )


@points(2, "an announcement begins as soon as the shake was felt", means="wrong-thread")
def test_at_once(day: Trace) -> None:
    late, message = _lateness(day)
    assert late < 0.4, message


@points(1, "the seismograph does not have to wait for an announcement")
def test_not_held(day: Trace) -> None:
    late, message = latest(
        (
            after.start - before.end,
            f"a shake was felt at {before.end:.2f} s; the seismograph went on at {after.start:.2f} s",
        )
        for before, after in pairwise(_measured(day))
    )
    assert late < 0.35, message


@points(1, "main returns after the last shake has been announced, without delay")
def test_returns(day: Trace, quiet: Trace) -> None:
    calls = [*_measured(day), *day.calls("announce")]
    returned, last = day.call("wait").start, max((call.end for call in calls), key=float)
    assert last <= returned, f"main returned at {returned:.2f} s; the last announcement ended at {last:.2f} s"
    assert returned < last + 0.4, f"the last announcement ended at {last:.2f} s; main returned at {returned:.2f} s"
    when = "when the volcano does not shake at all"
    assert not quiet.calls("announce"), f"{when}, {quiet.calls('announce')[0].args[0]} was announced"
    assert quiet.call("wait").start < 0.6, f"{when}, main returned only at {quiet.call('wait').start:.2f} s"


@points(1, "the event loop is free while the seismograph measures")
def test_loop(beside: Trace) -> None:
    moments = [*(tick.start for tick in beside.calls("tick")), beside.elapsed]
    held = max(later - earlier for earlier, later in pairwise(moments))
    assert held < 0.45, f"another task, which was due every 0.1 s, had to wait for {held:.2f} s"
    announced = len(beside.calls("announce"))
    assert announced == NUMBER, f"meanwhile {announced} of {counted(NUMBER, 'shake')} were announced"


@points(2, "all of this holds in asyncio's debug mode as well", means="wrong-thread")
def test_debug(debugged: Trace) -> None:
    ended = debugged.notes("ended")
    assert ended, "in debug mode, main never ended"
    assert ended[0].value == "returned", f"in debug mode, main raised {ended[0].value}"
    announced = [call.args[0] for call in debugged.calls("announce")]
    assert announced == MAGNITUDES, (
        f"in debug mode: expected announcements of {_shown(MAGNITUDES)}; got {_shown(announced)}"
    )
    late, message = _lateness(debugged)
    assert late < 0.5, f"in debug mode: {message}"


def _measured(run: Trace) -> Sequence[Span]:
    measured = run.calls("next_shake")
    nths = [call.args[0] for call in measured]
    assert nths == list(range(NUMBER)), (
        f"expected measure to run once, for {counted(NUMBER, 'shake')}; next_shake was called {times(len(measured))}"
    )
    return measured


def _lateness(run: Trace) -> tuple[Seconds, str]:
    """Of all announcements, the one that began latest, counted from the moment when it could."""
    measured, calls = _measured(run), run.calls("announce")
    assert len(calls) == NUMBER, f"{len(calls)} of {counted(NUMBER, 'shake')} were announced"
    before = [Seconds(0.0), *(call.end for call in calls)]
    waits = []
    for shake, end, call in zip(measured, before, calls, strict=False):
        could = max(shake.end, end, key=float)
        waits.append(
            (
                call.start - could,
                f"a shake was felt at {shake.end:.2f} s, and the village could hear of it at {could:.2f} s; "
                f"its announcement began at {call.start:.2f} s",
            )
        )
    return latest(waits)


def _shown(magnitudes: list[float]) -> str:
    return ", ".join(map(str, magnitudes)) or "none"
