"""producer_consumer: an empty queue is not the end of the work."""

from collections.abc import Iterator, Sequence
from itertools import count, pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("CALLS", "answer_phone", "bake")

ORDERS = fresh.words(4)
BOXES = {pizza: fresh.token() for pizza in ORDERS}
BAKING = fresh.number(40, 45) / 100
# After the second pizza the oven has nothing to do for some time; when the pizzeria closes, the last is still waiting.
PAUSES = [0.1, 0.1, 1.2, 0.1, 0.1]


def timetable(pauses: Sequence[float], baking: Sequence[float]) -> list[tuple[float, float]]:
    """When each pizza is ordered, and when the oven can start with it."""
    times: list[tuple[float, float]] = []
    ordered = free = 0.0
    for pause, takes in zip(pauses, baking, strict=True):
        ordered += pause
        start = max(ordered, free)
        times.append((ordered, start))
        free = start + takes
    return times


TIMES = timetable(PAUSES[:-1], [BAKING] * len(ORDERS))

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
    assert as_it_is.elapsed < 2.1
    baked = len([call for call in evening.calls("bake") if call.outcome == "replied"])
    graded = f"the file's own pizzas are baked; but on an evening with {len(ORDERS)} orders, one of them after 1.2 s,"
    assert baked == len(ORDERS), f"{graded} {baked} were baked"
    last = TIMES[-1][1] + BAKING
    assert evening.elapsed < last + 0.4, (
        f"{graded} evening returned at {evening.elapsed:.2f} s; expected at {last:.2f} s"
    )


@points(1, "every order is baked once, in the order of the calls, and returned")
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
            f"{pizza}, ordered at {ordered:.2f} s, could be baked from {start:.2f} s on; bake began at {started:.2f} s",
        )
        for pizza, started, (ordered, start) in zip(ORDERS, starts, TIMES, strict=True)
    )
    assert late < 0.35, message


@points(1, "the phone is answered all evening, whatever the oven does")
def test_phone(evening: Trace) -> None:
    calls = evening.calls("answer_phone")
    assert [call.args for call in calls] == [(nth,) for nth in range(1, len(PAUSES) + 1)], (
        f"expected answer_phone(1) to answer_phone({len(PAUSES)}), got {', '.join(map(str, calls)) or 'none'}"
    )
    late, message = latest(
        (
            later.start - earlier.end,
            f"call {earlier.args[0]} ended at {earlier.end:.2f} s; the next began at {later.start:.2f} s",
        )
        for earlier, later in pairwise(calls)
    )
    assert late < 0.35, message


# All moments lie off every grid, so that an oven that checks every hundredth of a second is late. Pizzas of the same
# name are ordered more than once; each box is another.
CALLS = st.tuples(
    st.sampled_from([0.0, 0.13717, 0.51371, 1.07193, 2.91371, 9.13717]),
    st.sampled_from(["margherita", "funghi", "marinara"]),
    st.sampled_from([0.0, 0.27193, 1.31371, 3.71319, 20.41371]),
)
CLOSES = st.sampled_from([0.0, 0.31319, 5.17137])


def pizzeria(pauses: Sequence[float], pizzas: Sequence[str], baking: Sequence[float]) -> dict[str, Double]:
    takes: Iterator[float] = iter([*baking, *[0.0] * 99])
    numbers = count(1)
    return {
        "answer_phone": double(
            "answer_phone",
            delay=lambda nth: pauses[nth - 1] if nth <= len(pauses) else 0.0,
            reply=lambda nth: pizzas[nth - 1] if nth <= len(pizzas) else "",
        ),
        "bake": double("bake", delay=lambda _: next(takes), reply=lambda pizza: f"{pizza} in box {next(numbers)}"),
    }


def told(pauses: Sequence[float], baking: Sequence[float]) -> str:
    ordered = [f"{sum(pauses[:nth]):.2f}" for nth in range(1, len(pauses) + 1)]
    if not baking:
        return f"when nobody calls and the pizzeria closes at {ordered[-1]} s: "
    return (
        f"when calls come at {', '.join(ordered[:-1])} s, the pizzeria closes at {ordered[-1]} s and the pizzas take "
        f"{', '.join(f'{each:.2f}' for each in baking)} s: "
    )


@points(1, "all of this holds for any evening", means="polling")
# More than the small number that a queue or a semaphore may have been given room for.
@example(calls=[(0.0, "funghi", 1.31371)] * 14, closes=0.31319)
@given(calls=st.lists(CALLS, max_size=6), closes=CLOSES)
def test_any_evening(virtual: Virtual, calls: list[tuple[float, str, float]], closes: float) -> None:
    pauses = [*(pause for pause, _, _ in calls), closes]
    pizzas, baking = [pizza for _, pizza, _ in calls], [takes for _, _, takes in calls]
    trace = virtual("evening", world=pizzeria(pauses, pizzas, baking))
    when = told(pauses, baking)
    baked = [call.args[0] for call in trace.calls("bake")]
    assert baked == pizzas, f"{when}ordered {', '.join(pizzas) or 'nothing'}; baked {', '.join(baked) or 'nothing'}"
    boxes = [f"{pizza} in box {number}" for number, pizza in enumerate(pizzas, start=1)]
    assert trace.returned == boxes, f"{when}evening returned {trace.returned}; expected {boxes}"
    assert trace.peak("bake") <= 1, f"{when}{trace.peak('bake')} pizzas were in the oven at once"
    times = timetable(pauses[:-1], baking)
    for call, (_, start) in zip(trace.calls("bake"), times, strict=True):
        assert abs(call.start - start) < 1e-4, f"{when}{call} began at {call.start:.4f} s; expected at {start:.4f} s"
    answered = trace.calls("answer_phone")
    assert len(answered) == len(pauses), (
        f"{when}expected answer_phone(1) to answer_phone({len(pauses)}), got {len(answered)} calls"
    )
    for nth, call in enumerate(answered):
        free = sum(pauses[:nth])
        assert abs(call.start - free) < 1e-4, f"{when}{call} began at {call.start:.4f} s; expected at {free:.4f} s"
    end = max([sum(pauses), *(start + takes for (_, start), takes in zip(times, baking, strict=True))])
    assert abs(trace.elapsed - end) < 1e-3, f"{when}evening returned at {trace.elapsed:.3f} s; expected at {end:.3f} s"


@points(1, "evening leaves no task behind")
@settings(max_examples=12)
@given(calls=st.lists(CALLS, max_size=3), closes=CLOSES)
def test_left(virtual: Virtual, calls: list[tuple[float, str, float]], closes: float) -> None:
    pauses = [*(pause for pause, _, _ in calls), closes]
    pizzas, baking = [pizza for _, pizza, _ in calls], [takes for _, _, takes in calls]
    trace = virtual("afterwards", scenario=True, world=pizzeria(pauses, pizzas, baking))
    when = told(pauses, baking)
    assert len(trace.calls("bake")) == len(pizzas), (
        f"{when}expected one call of bake for each order, got {len(trace.calls('bake'))}"
    )
    left = sorted(str(note.value) for note in trace.notes("left"))
    assert not left, f"{when}a second after evening returned, {', '.join(left)} still had not ended"
