"""cancel_and_wait: a cancelled task ends before anything else begins."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("turn_on", "stream", "turn_off", "main")

STATIONS = fresh.words(2)
THIRD = fresh.word()
# Longer than in the program, so that waiting for a fixed time is not enough.
FADING = dict(zip(STATIONS, [0.75, 0.65], strict=True))
ENDLESS_S = 1000.0
WAIT = double("wait", delay=lambda seconds: seconds)


def air(fading: Mapping[str, float], on_s: float, gone: Mapping[str, float] | None = None) -> dict[str, Any]:
    """The stations: how long each is faded out, and after how many seconds some go off the air."""
    ends = gone or {}
    return {
        "turn_on": double("turn_on", delay=on_s),
        "turn_off": double("turn_off", delay=lambda station: fading[station]),
        "stream": double(
            "stream",
            delay=lambda station: ends.get(station, ENDLESS_S),
            raises=lambda station: ConnectionError("off the air") if station in ends else None,
        ),
    }


def programme(*heard: tuple[str, float], stay: float = 0.3) -> dict[str, Any]:
    return {"programme": heard, "stay": stay}


as_it_is = record(None)
heard = record(
    "evening",
    WAIT,
    scenario=True,
    params=programme(*((station, 0.5) for station in STATIONS)),
    world=air(FADING, 0.05),
)
# The first goes off the air by itself, long before it is switched off.
gone = record(
    "evening",
    WAIT,
    scenario=True,
    params=programme((STATIONS[0], 0.8), (STATIONS[1], 0.4), stay=0.1),
    world=air(dict.fromkeys(STATIONS, 0.2), 0.1, {STATIONS[0]: 0.2}),
)
# A program that waits for a fixed time, about as long as its own stations take, has gone on by then.
impatient = record(
    "impatient",
    WAIT,
    scenario=True,
    params={"stations": [*STATIONS, THIRD], "after": 0.75, "pause": 0.2, "stay": 0.1},
    world=air({STATIONS[0]: 1.2, STATIONS[1]: 0.2, THIRD: 0.2}, 0.1),
)


def one_at_a_time(trace: Trace, when: str = "") -> None:
    """No station is turned on before the one before it is off."""
    for before, on in pairwise(trace.calls("turn_on")):
        old, new = before.args[0], on.args[0]
        off = next((call for call in trace.calls("turn_off") if call.args == before.args), None)
        assert off is not None, f"{when}{new} was turned on at {on.start:.2f} s; {old} was never turned off"
        assert off.outcome != "open", f"{when}{new} was turned on at {on.start:.2f} s; {old} was never off"
        # An order, not a length of time.
        assert float(off.end) <= float(on.start), (
            f"{when}{new} was turned on at {on.start:.2f} s, before {old} was off, at {off.end:.2f} s"
        )


def each_off(trace: Trace, stations: list[str], when: str = "") -> None:
    """Every station was turned on and off once, both in full; by the time stop() returned all were off."""
    for station in stations:
        for deed in ("turn_on", "turn_off"):
            calls = [call for call in trace.calls(deed) if call.args == (station,)]
            assert len(calls) == 1, f"{when}expected {deed}({station}) to be called once; it was {_times(len(calls))}"
            assert calls[0].outcome == "replied", f"{when}{calls[0]} was interrupted after {calls[0].seconds:.2f} s"
    stopped = trace.notes("stopped")[0].at
    last = max(trace.calls("turn_off"), key=lambda call: float(call.end))
    assert float(last.end) <= float(stopped), (
        f"{when}expected stop() to return when {last.args[0]} was off, at {last.end:.2f} s; "
        f"it returned at {stopped:.2f} s"
    )


@points(1, "the program turns each station off before the next one comes on", public=True)
def test_program(as_it_is: Trace, heard: Trace) -> None:
    assert as_it_is.lines == ["jazz on", "jazz off", "news on", "news off", "good night"]
    assert 1.4 < as_it_is.at("good night") < 2.1
    when = f"here it is right, but when stations are faded out in {', '.join(map(str, FADING.values()))} s: "
    one_at_a_time(heard, when)
    each_off(heard, STATIONS, when)


@points(1, "at most one station is on at any time", means="leaked-task")
def test_one(heard: Trace) -> None:
    turned_on = [call.args[0] for call in heard.calls("turn_on")]
    assert turned_on == STATIONS, (
        f"expected {', '.join(STATIONS)} to be turned on; got {', '.join(turned_on) or 'none'}"
    )
    one_at_a_time(heard)


@points(1, "stop() returns when the station is off", means="leaked-task")
def test_off(heard: Trace) -> None:
    each_off(heard, STATIONS)


@points(1, "the next station comes on as soon as the last one is off")
def test_soon(heard: Trace) -> None:
    first, second = STATIONS
    switch = heard.notes("switch")[1].at
    off, on = heard.call("turn_off", first), heard.call("turn_on", second)
    late = off.start - switch
    assert late < 0.4, f"expected {first} to be turned off at {switch:.2f} s; that began {late:.2f} s later"
    late = on.start - off.end
    assert late < 0.4, (
        f"{first} was off at {off.end:.2f} s; {second} was turned on {late:.2f} s later, expected at once"
    )
    stop, stopped = heard.notes("stop")[0].at, heard.notes("stopped")[0].at
    took = stopped - stop
    assert took < FADING[second] + 0.45, f"stop() took {took:.2f} s; {second} is faded out in {FADING[second]:.2f} s"


@points(1, "the radio works as usual after a station has gone off the air")
def test_gone(gone: Trace) -> None:
    each_off(gone, STATIONS)
    assert gone.elapsed < 1.5 + 0.6


@points(1, "a cancelled switch leaves the new station off, and the radio works")
def test_impatient(impatient: Trace) -> None:
    check_impatient(impatient, STATIONS[0], STATIONS[1], THIRD, 1.2, "")


def check_impatient(trace: Trace, first: str, second: str, third: str, fading_s: float, when: str) -> None:
    cancel, switched = trace.notes("cancel")[0].at, trace.notes("switched")[0]
    turned_on = [call.args[0] for call in trace.calls("turn_on")]
    assert second not in turned_on, (
        f"{when}the switch to {second} was cancelled at {cancel:.2f} s; yet {second} was turned on"
    )
    assert switched.value == "was cancelled", f"{when}the switch to {second} was cancelled, and {switched.value}"
    late = switched.at - cancel
    assert late < fading_s, f"{when}the switch to {second} was cancelled and went on for {late:.2f} s"
    assert turned_on == [first, third], (
        f"{when}expected {first} and {third} to be turned on; got {', '.join(turned_on) or 'none'}"
    )
    one_at_a_time(trace, when)
    off = trace.call("turn_off", third)
    stopped = trace.notes("stopped")[0].at
    assert off.outcome == "replied", f"{when}after the cancelled switch, the turning off of {third} was not completed"
    assert float(off.end) <= float(stopped), f"{when}stop() returned before {third} was off, at {off.end:.2f} s"


FADES = st.sampled_from([0.0, 0.0007, 0.137, 1.713, 4.003])


@points(1, "with any stations, one is on at a time, and each is turned off in full")
@given(
    stations=st.lists(
        st.tuples(st.sampled_from([2.003, 3.137, 9.713]), FADES, st.sampled_from([True, False, False])),
        min_size=1, max_size=4,
    ),
    on_s=st.sampled_from([0.0, 0.137, 1.713]),
)  # fmt: skip
def test_any_evening(virtual: Virtual, stations: list[tuple[float, float, bool]], on_s: float) -> None:
    names = [f"radio {n}" for n in range(1, len(stations) + 1)]
    fading = {name: fade for name, (_, fade, _) in zip(names, stations, strict=True)}
    gone = {name: 0.0713 for name, (_, _, off) in zip(names, stations, strict=True) if off}
    # A station that goes off the air has been turned off before the next one is wanted.
    listening = [
        (name, round(seconds + on_s + (fading[name] if name in gone else 0.0), 4))
        for name, (seconds, _, _) in zip(names, stations, strict=True)
    ]
    trace = virtual(
        "evening", WAIT, scenario=True, params=programme(*listening, stay=10.0), world=air(fading, on_s, gone)
    )
    when = f"when turn_on takes {on_s:g} s, " + ", ".join(
        f"{name} is heard for {seconds:g} s and faded out in {fading[name]:g} s"
        + (" (off the air soon)" if name in gone else "")
        for name, seconds in listening
    )
    one_at_a_time(trace, f"{when}: ")
    each_off(trace, names, f"{when}: ")
    waits = sum(fading[name] for name in names if name not in gone)
    expected = sum(seconds for _, seconds in listening) + waits
    stopped = trace.notes("stopped")[0].at
    assert abs(float(stopped) - expected) < 1e-4, (
        f"{when}: expected stop() to return at {expected:.3f} s; it returned at {stopped:.3f} s"
    )


@points(1, "whenever a switch is cancelled, its station stays off")
@given(
    fade=st.sampled_from([0.137, 1.713, 4.003]),
    share=st.sampled_from([0.0731, 0.4937, 0.9371]),
    pause=st.sampled_from([0.0, 0.0137, 0.713, 5.0007]),
)
def test_any_impatience(virtual: Virtual, fade: float, share: float, pause: float) -> None:
    names = [f"radio {n}" for n in range(1, 4)]
    after = round(fade * share, 5)
    trace = virtual(
        "impatient",
        WAIT,
        scenario=True,
        params={"stations": names, "after": after, "pause": pause, "stay": 10.0},
        world=air({names[0]: fade, names[1]: 0.137, names[2]: 0.293}, 0.0173),
    )
    when = (
        f"when {names[0]} is faded out in {fade} s, the switch to {names[1]} is cancelled after {after} s, "
        f"and {pause} s later comes a switch to {names[2]}: "
    )
    check_impatient(trace, names[0], names[1], names[2], fade + 1e-4, when)


def _times(count: int) -> str:
    return {0: "never called", 1: "called once", 2: "called twice"}.get(count, f"called {count} times")
