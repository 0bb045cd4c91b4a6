"""stampede: one call for all who want the same city; it belongs to none of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("VISITORS", "WEATHER", "ask_service")


@dataclass(frozen=True)
class Visitor:
    name: str
    city: str
    comes: float
    patience: float


@dataclass(frozen=True)
class Call:
    """How a call to the service goes."""

    seconds: float
    text: str | None
    """None: it fails."""
    error: type[ConnectionError] = ConnectionError


class Service:
    """The service: each city's calls in turn, the last one repeated. A fresh one for every run."""

    def __init__(self, calls: Mapping[str, Sequence[Call]]) -> None:
        self._calls = calls
        self._made: Counter[str] = Counter()

    def answer(self, city: str) -> Call:
        """The next call: ask for it once in a call, by the first of the three functions that the grader calls."""
        mine = self._calls[city]
        self._made[city] += 1
        return mine[min(self._made[city], len(mine)) - 1]


def site(visitors: Sequence[Visitor], calls: Mapping[str, Sequence[Call]]) -> dict[str, object]:
    service = Service(calls)
    now: dict[str, Call] = {}

    def seconds(city: str) -> float:
        now[city] = service.answer(city)
        return now[city].seconds

    return {
        "VISITORS": [[each.name, each.city, each.comes, each.patience] for each in visitors],
        "ask_service": double(
            "ask_service",
            delay=seconds,
            raises=lambda city: now[city].error(city) if now[city].text is None else None,
            reply=lambda city: now[city].text,
        ),
    }


@dataclass(frozen=True)
class Expected:
    """What each visitor is told and when (seconds), and when each city's calls begin."""

    told: dict[str, tuple[str, float]]
    begun: dict[str, list[float]]


def expected(visitors: Sequence[Visitor], calls: Mapping[str, Sequence[Call]]) -> Expected:
    told: dict[str, tuple[str, float]] = {}
    begun: dict[str, list[float]] = {city: [] for city in calls}
    under_way: dict[str, tuple[float, Call]] = {}
    service = Service(calls)
    for visitor in sorted(visitors, key=lambda each: each.comes):
        end, call = under_way.get(visitor.city, (-1.0, Call(0.0, None)))
        if call.text is None and end < visitor.comes:
            call = service.answer(visitor.city)
            end = visitor.comes + call.seconds
            under_way[visitor.city] = (end, call)
            begun[visitor.city].append(visitor.comes)
        at, leaves = max(end, visitor.comes), visitor.comes + visitor.patience
        told[visitor.name] = (call.text or "no forecast", at) if at < leaves else ("gone", leaves)
    return Expected(told, begun)


NAMES = fresh.words(8)
CITY, DOWN, OTHER = CITIES = fresh.words(3)
CALLS = {
    CITY: [Call(0.8, fresh.word())],
    DOWN: [Call(0.5, None)],
    OTHER: [Call(0.4, fresh.word())],
}
VISITORS = [
    Visitor(NAMES[0], CITY, 0.0, 0.5),  # whose question it was, and who does not wait for the answer
    Visitor(NAMES[1], CITY, 0.1, 3.0),
    Visitor(NAMES[2], CITY, 0.2, 3.0),
    Visitor(NAMES[3], DOWN, 0.0, 3.0),
    Visitor(NAMES[4], DOWN, 0.1, 3.0),
    Visitor(NAMES[5], DOWN, 0.9, 3.0),  # asks again
    Visitor(NAMES[6], OTHER, 0.25, 3.0),
    Visitor(NAMES[7], OTHER, 1.2, 3.0),  # the answer is there
]
MORNING = expected(VISITORS, CALLS)

as_it_is = record(None)
morning = record("main", world=site(fresh.shuffled(VISITORS), CALLS), deadline_s=5.5)


@points(1, "the program makes two calls and prints the lines at the times shown", public=True)
def test_program(as_it_is: Trace, morning: Trace) -> None:
    assert sorted(as_it_is.lines) == ["ana: gone", "bo: rain", "calls: 2", "cy: rain", "dee: sun", "eli: rain"]
    assert as_it_is.at("bo: rain") < 0.95
    assert as_it_is.elapsed < 1.4
    made, wanted = len(morning.calls("ask_service")), sum(map(len, MORNING.begun.values()))
    graded = (
        f"the file's own lines come; but with {len(VISITORS)} visitors and {len(CITIES)} cities, one of which fails,"
    )
    assert made == wanted, f"{graded} the service was called {made} times; expected {wanted}"
    for name, (text, _) in MORNING.told.items():
        assert f"{name}: {text}" in morning.lines, f"{graded} the line '{name}: {text}' was not printed"


@points(2, "all who want the same city share one call, unless it failed before")
def test_one_call(morning: Trace) -> None:
    for city in CITIES:
        count = len([call for call in morning.calls("ask_service") if city in call.args])
        wanted = len(MORNING.begun[city])
        which = f"ask_service({city}), which fails," if city == DOWN else f"ask_service({city})"
        assert count == wanted, f"{which} was {called(count)}; expected to be {called(wanted)}"


def called(count: int) -> str:
    return {0: "never called", 1: "called once", 2: "called twice"}.get(count, f"called {count} times")


@points(2, "everybody is told the result of their city's call when it ends", means="lock-too-wide")
def test_told(morning: Trace) -> None:
    for name, (text, at) in MORNING.told.items():
        told = morning.at(f"{name}: {text}")
        assert told < at + 0.4, f"{name} was told at {told:.2f} s; expected at {at:.2f} s"


# Moments lie off every grid, so that a program that checks every hundredth of a second is late. Some visitors come at
# the same moment; no call ends at the moment when somebody comes or leaves.
VISITS = st.tuples(st.sampled_from("aab"), st.sampled_from([0, 0, 1, 2, 4]), st.integers(0, 9))
ANSWERS = st.lists(
    st.tuples(
        st.sampled_from([0.00037, 1.31371, 2.31371, 5.31371, 30.31371]),
        st.sampled_from([None, None, ConnectionError, ConnectionResetError]),
    ),
    min_size=1,
    max_size=3,
)


@points(4, "for any visitors, calls are shared and results are told at once", means="polling")
@given(visits=st.lists(VISITS, min_size=1, max_size=6), answers=st.fixed_dictionaries({"a": ANSWERS, "b": ANSWERS}))
def test_any_morning(
    virtual: Virtual,
    visits: list[tuple[str, int, int]],
    answers: dict[str, list[tuple[float, type[ConnectionError] | None]]],
) -> None:
    visitors, comes = [], 0.0
    for number, (city, gap, patience) in enumerate(visits, start=1):
        comes += gap + 0.01373 if gap else 0.0
        visitors.append(Visitor(f"visitor-{number}", city, comes, patience + 0.45193))
    calls = {
        city: [
            Call(seconds, None, fails) if fails else Call(seconds, f"weather-{city}-{number}")
            for number, (seconds, fails) in enumerate(mine, start=1)
        ]
        for city, mine in answers.items()
    }
    plan = expected(visitors, calls)
    trace = virtual("main", world=site(visitors, calls))
    when = "when " + ", ".join(
        f"{each.name} comes at {each.comes:.2f} s for {each.city} (patience {each.patience:.2f} s)" for each in visitors
    )
    made = dict.fromkeys(calls, 0)
    for city, begun in plan.begun.items():
        for at in begun:
            call = calls[city][min(made[city], len(calls[city]) - 1)]
            made[city] += 1
            how = "fails after" if call.text is None else "takes"
            when += f", the call for {city} at {at:.2f} s {how} {call.seconds:.2f} s"
    for city, begun in plan.begun.items():
        seen = [float(call.start) for call in trace.calls("ask_service") if call.args[0] == city]
        right = len(seen) == len(begun) and all(abs(a - b) < 1e-4 for a, b in zip(seen, begun, strict=True))
        assert right, f"{when}: ask_service({city}) was {moments(seen)}; expected to be {moments(begun)}"
    for name, (text, at) in plan.told.items():
        told = trace.at(f"{name}: {text}")
        assert abs(told - at) < 1e-4, f"{when}: {name} was told at {told:.4f} s; expected at {at:.4f} s"
    assert len(trace.lines) == len(visitors) + 1, f"{when}: {len(trace.lines)} lines came; expected {len(visitors) + 1}"


def moments(times: Sequence[float]) -> str:
    return "called at " + " and ".join(f"{at:.4f} s" for at in times) if times else "never called"
