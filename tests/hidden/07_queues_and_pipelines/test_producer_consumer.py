"""producer_consumer: an empty queue is not the end of the work."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, latest, points, record

ORDERS = fresh.words(4)
BOXES = {pizza: fresh.token() for pizza in ORDERS}
BAKING = fresh.number(40, 45) / 100
# After the second pizza the oven has nothing to do for some time; when the pizzeria closes, the last is still waiting.
PAUSES = [0.1, 0.1, 1.2, 0.1, 0.1]


def timetable(pauses: Sequence[float], baking: float) -> list[tuple[float, float]]:
    """When each pizza is ordered, and when the oven can start with it."""
    times: list[tuple[float, float]] = []
    ordered = free = 0.0
    for pause in pauses:
        ordered += pause
        start = max(ordered, free)
        times.append((ordered, start))
        free = start + baking
    return times


as_it_is = record(None, deadline_s=4)
evening = record(
    "evening",
    world={
        "answer_phone": double(
            "answer_phone",
            delay=lambda nth: PAUSES[nth - 1] if nth <= len(PAUSES) else 0.0,
            reply=lambda nth: ORDERS[nth - 1] if nth <= len(ORDERS) else "",
        ),
        "bake": double("bake", delay=BAKING, reply=lambda pizza: BOXES[pizza]),
    },
    deadline_s=4,
)


@points(1, "the program bakes all three pizzas in about 1.6 s", public=True)
def test_program(as_it_is: Trace, evening: Trace) -> None:
    assert as_it_is.lines == [
        "margherita ordered",
        "funghi ordered",
        "margherita baked",
        "funghi baked",
        "marinara ordered",
        "marinara baked",
        "delivered: margherita, funghi, marinara",
    ]
    assert 1.4 < as_it_is.elapsed < 2.1
    baked = len([call for call in evening.calls("bake") if call.outcome == "replied"])
    assert baked == len(ORDERS), (
        f"here all pizzas are baked, but on an evening with {len(ORDERS)} orders, one of them after a pause of 1.2 s: "
        f"{baked}"
    )
    last = timetable(PAUSES[:-1], BAKING)[-1][1] + BAKING
    assert evening.elapsed < last + 0.4, (
        f"here it takes {as_it_is.elapsed:.2f} s, but an evening whose last pizza can be ready at {last:.2f} s "
        f"takes {evening.elapsed:.2f} s"
    )


@points(1, "every order is baked once, in the order of the calls, and delivered")
def test_every_order(evening: Trace) -> None:
    baked = [call.args[0] for call in evening.calls("bake")]
    assert baked == ORDERS, f"ordered: {', '.join(ORDERS)}; baked: {', '.join(baked) or 'nothing'}"
    assert evening.returned == [BOXES[pizza] for pizza in ORDERS]


@points(1, "the oven bakes one pizza at a time, and starts as soon as it can", means="polling")
def test_oven(evening: Trace) -> None:
    peak = evening.peak("bake")
    assert peak == 1, f"{peak} pizzas were in the oven at once"
    starts = [evening.call("bake", pizza).start for pizza in ORDERS]
    late, message = latest(
        (
            started - start,
            f"{pizza}, ordered at {ordered:.2f} s, could be baked from {start:.2f} s on; it began at {started:.2f} s",
        )
        for pizza, started, (ordered, start) in zip(ORDERS, starts, timetable(PAUSES[:-1], BAKING), strict=True)
    )
    assert late < 0.35, message


@points(1, "the phone is answered all evening, whatever the oven does")
def test_phone(evening: Trace) -> None:
    calls = evening.calls("answer_phone")
    assert [call.args for call in calls] == [(nth,) for nth in range(1, len(PAUSES) + 1)], (
        f"{len(ORDERS)} people call before the pizzeria closes; answered: {', '.join(map(str, calls))}"
    )
    late, message = latest(
        (
            later.start - earlier.end,
            f"call {earlier.args[0]} was over at {earlier.end:.2f} s; the next was waited for from {later.start:.2f} s",
        )
        for earlier, later in pairwise(calls)
    )
    assert late < 0.35, message


@points(2, "all of this holds, whenever the calls come")
@given(pauses=st.lists(st.integers(0, 9), min_size=1, max_size=6), baking=st.integers(1, 4))
def test_any_evening(virtual: Virtual, pauses: list[int], baking: int) -> None:
    pizzas = [f"pizza-{n}" for n in range(1, len(pauses))]
    trace = virtual(
        "evening",
        world={
            "answer_phone": double(
                "answer_phone",
                delay=lambda nth: float(pauses[nth - 1]) if nth <= len(pauses) else 0.0,
                reply=lambda nth: pizzas[nth - 1] if nth <= len(pizzas) else "",
            ),
            "bake": double("bake", delay=float(baking), reply=lambda pizza: f"box of {pizza}"),
        },
    )
    ordered = [sum(pauses[:nth]) for nth in range(1, len(pauses) + 1)]
    when = (
        f"when calls come after {', '.join(map(str, ordered[:-1]))} s and it closes after {ordered[-1]} s"
        if pizzas
        else f"when nobody calls and it closes after {ordered[-1]} s"
    ) + f" (a pizza takes {baking} s)"
    baked = [call.args[0] for call in trace.calls("bake")]
    assert baked == pizzas, f"{when}: baked {', '.join(baked) or 'nothing'}"
    assert trace.returned == [f"box of {pizza}" for pizza in pizzas], f"{when}: evening returned {trace.returned}"
    assert trace.peak("bake") <= 1, f"{when}: {trace.peak('bake')} pizzas were in the oven at once"
    times = timetable(pauses[:-1], baking)
    for pizza, (_, start) in zip(pizzas, times, strict=True):
        started = trace.call("bake", pizza).start
        assert abs(started - start) < 0.1, f"{when}: {pizza} began at {started:.2f} s; expected {start:.2f} s"
    closed = trace.call("answer_phone", len(pauses)).end
    assert abs(closed - ordered[-1]) < 0.1, f"{when}: the last call was answered at {closed:.2f} s"
    end = max([float(ordered[-1])] + [start + baking for _, start in times])
    assert abs(trace.elapsed - end) < 0.1, f"{when}: evening took {trace.elapsed:.2f} s; expected {end:.2f} s"
