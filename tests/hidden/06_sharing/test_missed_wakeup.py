"""missed_wakeup: a waiter that is woken checks again, and every waiter that may be able to go on is woken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.suite import Span, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("BATCHES", "CUSTOMERS", "bake", "pack")


@dataclass(frozen=True)
class Customer:
    """How many loaves somebody wants, after how many seconds they come, and how long the packing takes."""

    wants: int
    comes: float
    packing: float


@dataclass(frozen=True)
class Batch:
    """How long a batch takes, and how many loaves it has."""

    seconds: float
    loaves: int


UNSEEN: dict[str, Exception] = {}
"""Errors of pack: none, whatever is on the shelf."""


def bakery(customers: Mapping[str, Customer], batches: Sequence[Batch]) -> dict[str, object]:
    return {
        "BATCHES": len(batches),
        "CUSTOMERS": [[name, customer.wants, customer.comes] for name, customer in customers.items()],
        "bake": double("bake", delay=lambda n: batches[n].seconds, reply=lambda n: batches[n].loaves),
        # The function in the file raises when the shelf is empty. Here the checks tell of that.
        "pack": double("pack", delay=lambda name, _: customers[name].packing, raises=lambda name, _: UNSEEN.get(name)),
    }


def loaves(count: int) -> str:
    return "1 loaf" if count == 1 else f"{count} loaves" if count else "no loaves"


def batches_of(count: int) -> str:
    return "1 batch" if count == 1 else f"{count} batches" if count else "no batch"


def packings(trace: Trace, customers: Mapping[str, Customer], when: str = "") -> dict[str, Span]:
    """The packing of each customer's bread: one, of all that they want, which was not cancelled."""
    found = {}
    for name, customer in customers.items():
        mine = [call for call in trace.calls("pack") if name in call.args]
        seen = [call.args for call in mine]
        assert seen == [(name, customer.wants)], (
            f"{when}{name} wants {loaves(customer.wants)}; expected one pack({name}, {customer.wants}), got "
            + (" and ".join(f"pack({', '.join(map(str, args))})" for args in seen) or "none")
        )
        assert mine[0].outcome == "replied", f"{when}main returned while {name}'s bread was being packed"
        found[name] = mine[0]
    return found


def check_stock(trace: Trace, when: str = "") -> None:
    """Nothing is packed that has not been baked."""
    # The end of a baking counts before a packing at the same moment: it is what makes the packing possible.
    changes = [(float(call.end), 0, int(call.reply)) for call in trace.calls("bake") if call.outcome == "replied"]
    changes += [(float(call.start), 1, -int(call.args[1])) for call in trace.calls("pack")]
    stock = 0
    for at, _, change in sorted(changes):
        stock += change
        assert stock >= 0, (
            f"{when}at {at:.2f} s a customer took {loaves(-change)}, but the shelf held {loaves(stock - change)}"
        )


# The smaller the wish, the later the customer comes: the one who has waited longest is not the one who can be served.
# What is being packed for the first two would be enough for the third if it still counted. There are as many batches as
# customers who wait, so that a program whose bell wakes one customer each time comes to an end.
WISHES = [3, 5, fresh.number(7, 8), fresh.number(7, 8), 2]
LAST, SECOND, FIRST, ALSO, LATE = fresh.words(5)
PACK_S = 0.5
CUSTOMERS = {
    FIRST: Customer(WISHES[2], 0.0, PACK_S),
    SECOND: Customer(WISHES[1], 0.05, PACK_S),
    ALSO: Customer(WISHES[3], 0.1, PACK_S),
    LAST: Customer(WISHES[0], 0.15, PACK_S),
    LATE: Customer(WISHES[4], 1.7, PACK_S),
}
BATCH_S = 0.35
BATCHES = [Batch(BATCH_S, number) for number in (WISHES[0], WISHES[1], 1, sum(WISHES[2:]))]
READY = {LAST: 0.35, SECOND: 0.7, FIRST: 1.4, ALSO: 1.4, LATE: 1.7}

as_it_is = record(None, deadline_s=3.0)
morning = record("main", world=bakery(CUSTOMERS, BATCHES), deadline_s=4.5)


@points(1, "the three lines come at the times shown", public=True)
def test_program(as_it_is: Trace, morning: Trace) -> None:
    assert as_it_is.lines == ["smith has 1", "jones has 2", "miller has 6"]
    assert as_it_is.elapsed < 1.8
    for name, packing in packings(morning, CUSTOMERS).items():
        assert packing.start < READY[name] + 0.4, (
            f"the three lines come in time; but with {len(CUSTOMERS)} customers, {name}, whose "
            f"{loaves(CUSTOMERS[name].wants)} were there at {READY[name]} s, was served at {packing.start:.2f} s"
        )


@points(2, "customers never take more loaves than the shelf holds")
def test_stock(morning: Trace) -> None:
    packings(morning, CUSTOMERS)
    check_stock(morning)


@points(2, "nobody waits while the shelf holds enough for them")
def test_soon(morning: Trace) -> None:
    for name, packing in packings(morning, CUSTOMERS).items():
        assert packing.start < READY[name] + 0.35, (
            f"the shelf held the {loaves(CUSTOMERS[name].wants)} that {name} wanted at {READY[name]} s; "
            f"they were packed from {packing.start:.2f} s on"
        )


@points(1, "the baker and the other customers go on while bread is packed")
def test_baker(morning: Trace) -> None:
    batches = morning.calls("bake")
    assert len(batches) == len(BATCHES), f"baked {batches_of(len(batches))}; expected {len(BATCHES)}"
    for number, batch in enumerate(batches):
        assert batch.start < BATCH_S * number + 0.35, (
            f"batch {number + 1} was started at {batch.start:.2f} s; expected at {BATCH_S * number:.2f} s"
        )
    assert morning.peak("pack") >= 2, "the bread of two customers was never packed at the same time"


# All moments lie off every grid, so that customers who check every hundredth of a second are late, and the last batch
# takes so long that customers who check every tenth of a millisecond never get to its end.
CUSTOMERS_DRAWN = st.lists(
    st.tuples(st.integers(1, 5), st.integers(0, 9), st.sampled_from([0.0, 0.2519, 3.3137, 20.7131])),
    min_size=1,
    max_size=5,
)
BATCHES_DRAWN = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4)), max_size=4)


def drawn_morning(
    customers: list[tuple[int, int, float]], batches: list[tuple[int, int]]
) -> tuple[dict[str, Customer], list[Batch], str]:
    """The customers, the batches, and the words for both."""
    people = {
        f"customer-{n}": Customer(wants, comes + 0.51373 + 0.0131 * n, packing)
        for n, (wants, comes, packing) in enumerate(customers, start=1)
    }
    enough = sum(customer.wants for customer in people.values())
    # A bake that takes no time is one that has been in the oven since yesterday.
    baked = [Batch(seconds + 0.27136 if seconds else 0.0, number) for seconds, number in batches]
    baked.append(Batch(12.27136, enough))
    when = "when " + ", ".join(
        [f"{name} comes at {each.comes:.2f} s for {loaves(each.wants)}" for name, each in people.items()]
        + [f"a batch takes {each.seconds:.2f} s and has {loaves(each.loaves)}" for each in baked]
    )
    return people, baked, f"{when}: "


@points(2, "with any batches and customers, each is served as soon as possible", means="polling")
@given(drawn=CUSTOMERS_DRAWN, first=BATCHES_DRAWN)
def test_any_morning(virtual: Virtual, drawn: list[tuple[int, int, float]], first: list[tuple[int, int]]) -> None:
    customers, batches, when = drawn_morning(drawn, first)
    trace = virtual("main", world=bakery(customers, batches))
    check_stock(trace, when)
    served = packings(trace, customers, when)
    baked = [(float(call.end), int(call.reply)) for call in trace.calls("bake") if call.outcome == "replied"]
    ideal = 0.0
    for number, ((ready, _), batch) in enumerate(zip(baked, batches, strict=False), start=1):
        ideal += batch.seconds
        assert abs(ready - ideal) < 1e-4, f"{when}batch {number} was ready at {ready:.4f} s; expected at {ideal:.4f} s"
    for name, packing in served.items():
        comes = customers[name].comes
        assert packing.start > comes - 1e-4, f"{when}{name} was served at {packing.start:.2f} s, before they came"
    for now in sorted([at for at, _ in baked] + [each.comes for each in customers.values()]):
        # What was on the shelf once everything that could happen at this moment had happened.
        stock = sum(number for at, number in baked if at < now + 1e-4)
        stock -= sum(customers[name].wants for name, packing in served.items() if packing.start < now + 1e-4)
        for name, customer in customers.items():
            waiting = customer.comes <= now and served[name].start > now + 1e-4
            assert not waiting or customer.wants > stock, (
                f"{when}at {now:.4f} s the shelf held {loaves(stock)}, and {name} was served at "
                f"{served[name].start:.4f} s with {loaves(customer.wants)}"
            )
    for name, packing in served.items():
        line = trace.at(f"{name} has {customers[name].wants}")
        assert abs(line - packing.end) < 1e-4, (
            f"{when}{name}'s bread was packed at {packing.end:.4f} s; the line was printed at {line:.4f} s"
        )


@points(1, "main returns when all batches are baked and everybody is served")
@settings(max_examples=20)
@given(drawn=CUSTOMERS_DRAWN, first=BATCHES_DRAWN)
def test_end(virtual: Virtual, drawn: list[tuple[int, int, float]], first: list[tuple[int, int]]) -> None:
    customers, batches, when = drawn_morning(drawn, first)
    batches.append(Batch(2.1713, 1))  # nobody waits for this one
    trace = virtual("main", world=bakery(customers, batches))
    ends = [float(packing.end) for packing in packings(trace, customers, when).values()]
    baked = [call for call in trace.calls("bake") if call.outcome == "replied"]
    assert len(baked) == len(batches), (
        f"{when}main returned at {trace.elapsed:.2f} s, when {batches_of(len(baked))} had been baked; "
        f"expected {batches_of(len(batches))}"
    )
    end = max(*ends, float(baked[-1].end))
    assert abs(trace.elapsed - end) < 1e-3, f"{when}main returned at {trace.elapsed:.3f} s; expected at {end:.3f} s"
