"""cancel_and_wait: who cancels a task waits for its end, and not for their own."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

STATIONS = fresh.words(2)
# Longer than in the program, for those who wait for a fixed time.
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
# Those who wait for as long as the program's own stations take, or a little longer, have gone on by then.
impatient = record(
    "impatient",
    WAIT,
    scenario=True,
    params={"stations": STATIONS, "after": 0.75},
    world=air(dict.fromkeys(STATIONS, 1.2), 0.1),
)


def one_at_a_time(trace: Trace, when: str = "") -> None:
    """No station is turned on before the one before it is off."""
    for on in trace.calls("turn_on"):
        start = float(on.start)  # orders, not lengths of time
        for off in trace.calls("turn_off"):
            if off.args != on.args and float(off.start) <= start:
                end = f"{off.args[0]} was off at {off.end:.2f} s" if off.outcome == "replied" else "it never was off"
                assert float(off.end) <= start, (
                    f"{when}{on.args[0]} was turned on at {on.start:.2f} s, {off.args[0]} was being turned off: {end}"
                )


def each_off(trace: Trace, stations: list[str], when: str = "") -> None:
    """Every station was turned on and off, once, and to the end; by the time stop() returned all were off."""
    for station in stations:
        for deed in ("turn_on", "turn_off"):
            calls = [call for call in trace.calls(deed) if call.args == (station,)]
            assert len(calls) == 1, f"{when}{deed}({station}) was called {len(calls)} times; expected once"
            assert calls[0].outcome == "replied", f"{when}{calls[0]} was interrupted after {calls[0].seconds:.2f} s"
    stopped = trace.notes("stopped")[0].at
    last = max(trace.calls("turn_off"), key=lambda call: float(call.end))
    assert float(last.end) <= float(stopped), (
        f"{when}stop() returned at {stopped:.2f} s, and {last.args[0]} was off at {last.end:.2f} s"
    )


@points(1, "the program turns each station off before it goes on", public=True)
def test_program(as_it_is: Trace, heard: Trace) -> None:
    assert as_it_is.lines == ["jazz on", "jazz off", "news on", "news off", "good night"]
    assert 1.4 < as_it_is.at("good night") < 2.1
    when = f"here it is right, but when stations are faded out in {', '.join(map(str, FADING.values()))} s: "
    one_at_a_time(heard, when)
    each_off(heard, STATIONS, when)


@points(1, "never more than one station is on")
def test_one(heard: Trace) -> None:
    turned_on = [call.args[0] for call in heard.calls("turn_on")]
    assert turned_on == STATIONS, f"{', '.join(STATIONS)} were to be heard; turned on: {', '.join(turned_on) or 'none'}"
    one_at_a_time(heard)


@points(1, "stop() returns when the station is off")
def test_off(heard: Trace) -> None:
    each_off(heard, STATIONS)


@points(1, "the next station comes as soon as the last one is off")
def test_soon(heard: Trace) -> None:
    first, second = STATIONS
    switch = heard.notes("switch")[1].at
    off, on = heard.call("turn_off", first), heard.call("turn_on", second)
    late = off.start - switch
    assert late < 0.4, f"{first} was to be switched off at {switch:.2f} s; that began {late:.2f} s later"
    late = on.start - off.end
    assert late < 0.4, f"{first} was off at {off.end:.2f} s, {second} was turned on {late:.2f} s later"
    stop, stopped = heard.notes("stop")[0].at, heard.notes("stopped")[0].at
    took = stopped - stop
    assert took < FADING[second] + 0.45, f"stop() took {took:.2f} s; {second} is faded out in {FADING[second]:.2f} s"


@points(1, "a station that has gone off the air disturbs nobody")
def test_gone(gone: Trace) -> None:
    each_off(gone, STATIONS)
    assert gone.elapsed < 1.5 + 0.6


@points(1, "a switch that is cancelled leaves the new station off")
def test_impatient(impatient: Trace) -> None:
    first, second = STATIONS
    cancel, switched = impatient.notes("cancel")[0].at, impatient.notes("switched")[0]
    turned_on = [call.args[0] for call in impatient.calls("turn_on")]
    assert turned_on == [first], f"the switch to {second} was cancelled at {cancel:.2f} s, and {second} was turned on"
    assert switched.value == "was cancelled", f"the switch to {second} was cancelled, and {switched.value}"
    late = switched.at - cancel
    assert late < 1.0, f"the switch to {second} was cancelled at {cancel:.2f} s and went on for {late:.2f} s"


@points(1, "whatever is heard for how long, it is one station at a time, each turned off to the end")
@given(stations=st.lists(st.tuples(st.integers(4, 6), st.integers(0, 2), st.booleans()), min_size=1, max_size=4))
def test_any_evening(virtual: Virtual, stations: list[tuple[int, int, bool]]) -> None:
    names = [f"radio-{n}" for n in range(1, len(stations) + 1)]
    fading = {name: float(fade) for name, (_, fade, _) in zip(names, stations, strict=True)}
    gone = {name: 1.0 for name, (_, _, off) in zip(names, stations, strict=True) if off}
    listening = [(name, seconds + 0.5) for name, (seconds, _, _) in zip(names, stations, strict=True)]
    trace = virtual(
        "evening", WAIT, scenario=True, params=programme(*listening, stay=10.0), world=air(fading, 0.0, gone)
    )
    when = "when " + ", ".join(
        f"{name} is heard for {seconds} s and faded out in {fading[name]:g} s"
        + (" (off the air after 1 s)" if name in gone else "")
        for name, seconds in listening
    )
    one_at_a_time(trace, f"{when}: ")
    each_off(trace, names, f"{when}: ")
    waits = sum(fading[name] for name in names if name not in gone)
    expected = sum(seconds for _, seconds in listening) + waits
    stopped = trace.notes("stopped")[0].at
    assert abs(stopped - expected) < 0.1, f"{when}: stop() returned at {stopped:g} s; expected {expected:g} s"
