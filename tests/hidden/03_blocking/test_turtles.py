"""turtles: two drivers that block, deep under coroutines."""

import re
from itertools import pairwise

from grader.suite import Seconds, Trace, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("BEDS", "read_probe", "open_valve")

BEDS = [f"{plant}-{fresh.number(10, 99)}" for plant in fresh.shuffled(["fennel", "leek", "sorrel"])]
# One bed is dry, one is half dry, and one so wet that it needs no water. Their sums are a percent from the next litre.
# None is a whole number of percent.
PERCENT = [fresh.shuffled([11, 21, 31])[0], fresh.shuffled([40, 50, 60])[0], fresh.number(81, 95)]
RAW = dict(zip(BEDS, [10 * percent + fresh.number(6, 9) for percent in fresh.shuffled(PERCENT)], strict=True))
READING = {bed: raw // 10 for bed, raw in RAW.items()}
PROBE_S = dict(zip(BEDS, fresh.shuffled([0.6, 0.7, 0.8]), strict=True))
VALVE_S = 0.6
SLOWEST_S = max(PROBE_S.values()) + VALVE_S
# The bed whose probe is slow has a valve that is quick, and the other way round: no bed waits for the probe of another.
UNLIKE_PROBE_S = dict(zip(BEDS, [1.1, 0.2, 0.2], strict=True))
UNLIKE_VALVE_S = dict(zip(BEDS, [0.2, 1.1, 1.1], strict=True))
UNLIKE_SLOWEST_S = 1.3

WORLD = {
    "BEDS": BEDS,
    "read_probe": double("read_probe", delay=lambda bed: PROBE_S[bed], reply=lambda bed: RAW[bed], blocking=True),
    "open_valve": double("open_valve", delay=VALVE_S, blocking=True),
}

UNLIKE = {
    **WORLD,
    "read_probe": double(
        "read_probe", delay=lambda bed: UNLIKE_PROBE_S[bed], reply=lambda bed: RAW[bed], blocking=True
    ),
    "open_valve": double("open_valve", delay=lambda bed, _: UNLIKE_VALVE_S[bed], blocking=True),
}

tended = record("main", world=WORLD)
unlike = record("main", world=UNLIKE)
beside = record("beside", double("tick"), world=WORLD, scenario=True)


@points(1, "every bed is watered once, according to its own reading")
def test_watered(tended: Trace) -> None:
    probes = {span.args[0]: span for span in tended.calls("read_probe")}
    valves = {span.args[0]: span for span in tended.calls("open_valve")}
    for bed in BEDS:
        assert bed in probes, f"the probe of {bed} was not read"
        assert bed in valves, f"the valve of {bed} was not opened"
        probe, valve = probes[bed], valves[bed]
        expected = max(0, (70 - READING[bed]) // 10)
        assert valve.args[1] == expected, (
            f"{bed} had {READING[bed]} %: expected open_valve({bed}, {expected}); got {valve}"
        )
        assert probe.end <= valve.start, f"the valve of {bed} was opened before its probe had been read"
    assert len(tended.calls()) == 2 * len(BEDS), (
        f"expected one call of each driver for each of {len(BEDS)} beds; there were {len(tended.calls())} calls"
    )


@points(1, "the readings are printed in the order of the beds, and then the time")
def test_lines(tended: Trace) -> None:
    reports = [line for line in tended.lines if " had " in line]
    expected = [f"{bed} had {READING[bed]} %" for bed in BEDS]
    assert reports == expected, f"expected {'; '.join(expected)}; printed: {'; '.join(reports) or 'no reading'}"
    last = tended.lines[-1]
    told = re.fullmatch(r"all beds tended in (\d+\.\d\d) s", last)
    assert told, f"expected 'all beds tended in ... s' at the end; printed {last!r}"
    assert SLOWEST_S - 0.1 < float(told[1]) < float(tended.elapsed) + 0.1, (
        f"it took {tended.elapsed:.2f} s to tend the beds; printed {last!r}"
    )


@points(1, "the probes are read at the same time", means="sequential-await")
def test_probes(tended: Trace) -> None:
    peak = tended.peak("read_probe")
    assert peak == len(BEDS), f"expected {len(BEDS)} probes to be read at the same time; there were at most {peak}"


@points(1, "the valves are open at the same time", means="sequential-await")
def test_valves(tended: Trace) -> None:
    peak = tended.peak("open_valve")
    assert peak == len(BEDS), f"expected {len(BEDS)} valves to be open at the same time; there were at most {peak}"


@points(1, "all beds are tended in the time of the slowest bed", public=True)
def test_time(tended: Trace, unlike: Trace) -> None:
    opened = [valve.args[0] for valve in tended.calls("open_valve")]
    missing = [bed for bed in BEDS if bed not in opened]
    assert not missing, f"main took {tended.elapsed:.2f} s, but the valve of {', '.join(missing)} was not opened"
    assert tended.elapsed < SLOWEST_S + 0.5, (
        f"main took {tended.elapsed:.2f} s for {len(BEDS)} beds; expected {SLOWEST_S:.2f} s, "
        "the time of the slowest bed"
    )
    assert unlike.elapsed < UNLIKE_SLOWEST_S + 0.5, (
        f"when one bed has a slow probe and a quick valve, and the others have it the other way round, "
        f"main took {unlike.elapsed:.2f} s; expected {UNLIKE_SLOWEST_S} s, which is how long the slowest bed takes"
    )


@points(1, "the event loop is free while drivers wait")
def test_loop(beside: Trace) -> None:
    held = longest_hold(beside)
    assert held < 0.45, f"another task, which was due every 0.1 s, had to wait for {held:.2f} s"


def longest_hold(run: Trace) -> Seconds:
    moments = [*(tick.start for tick in run.calls("tick")), run.elapsed]
    return max(later - earlier for earlier, later in pairwise(moments))
