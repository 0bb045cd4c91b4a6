"""missed_wakeup: who is woken looks again, and everybody who may be meant is woken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Span, Trace, Virtual, double, fresh, points, record


@dataclass(frozen=True)
class Customer:
    """How many loaves somebody wants, and after how many seconds they come."""

    wants: int
    comes: float


@dataclass(frozen=True)
class Batch:
    """How long a batch takes, and how many loaves it has."""

    seconds: float
    loaves: int


def bakery(customers: Mapping[str, Customer], batches: Sequence[Batch], pack: float) -> dict[str, object]:
    return {
        "BATCHES": len(batches),
        "CUSTOMERS": [[name, customer.wants, customer.comes] for name, customer in customers.items()],
        "bake": double("bake", delay=lambda n: batches[n].seconds, reply=lambda n: batches[n].loaves),
        "pack": double("pack", delay=pack),
    }


def packings(trace: Trace, customers: Mapping[str, Customer]) -> dict[str, Span]:
    """Everybody's packing; each customer has one, of what they want."""
    found = {}
    for name, customer in customers.items():
        mine = [call for call in trace.calls("pack") if name in call.args]
        seen = [call.args for call in mine]
        assert seen == [(name, customer.wants)], (
            f"{name} wants {customer.wants} loaves; expected one pack({name}, {customer.wants}), there were {len(mine)}"
            + "".join(f", pack({', '.join(map(str, args))})" for args in seen)
        )
        found[name] = mine[0]
    return found


def check_stock(trace: Trace, when: str = "") -> None:
    """Nothing is packed that has not been baked."""
    # The end of a baking counts before a packing at the same moment: it is what makes it possible.
    changes = [(float(call.end), 0, int(call.reply)) for call in trace.calls("bake") if call.outcome == "replied"]
    changes += [(float(call.start), 1, -int(call.args[1])) for call in trace.calls("pack")]
    stock = 0
    for at, _, change in sorted(changes):
        stock += change
        assert stock >= 0, f"{when}at {at:.2f} s {-change} loaves were packed; there were {stock - change}"


# The smaller the wish, the later they come: whoever has waited longest is not the one whom the bell is for. What is
# being packed for the first two would be enough for the third, if it still counted.
WISHES = [3, 5, fresh.number(7, 8), fresh.number(7, 8), 2]
NAMES = fresh.words(5)
LAST, SECOND, FIRST, ALSO, LATE = NAMES
CUSTOMERS = {
    FIRST: Customer(WISHES[2], 0.0),
    SECOND: Customer(WISHES[1], 0.05),
    ALSO: Customer(WISHES[3], 0.1),
    LAST: Customer(WISHES[0], 0.15),
    LATE: Customer(WISHES[4], 1.6),
}
BATCHES = [Batch(0.4, WISHES[0]), Batch(0.4, WISHES[1]), Batch(0.4, WISHES[2] + WISHES[3] + WISHES[4])]
PACK_S = 0.75
READY = {LAST: 0.4, SECOND: 0.8, FIRST: 1.2, ALSO: 1.2, LATE: 1.6}

as_it_is = record(None, deadline_s=3.0)
morning = record("main", world=bakery(CUSTOMERS, BATCHES, PACK_S), deadline_s=4.0)


@points(1, "the program serves three customers in about 1.3 s", public=True)
def test_program(as_it_is: Trace, morning: Trace) -> None:
    assert as_it_is.lines == ["smith has 1", "jones has 2", "miller has 6"]
    assert 1.15 < as_it_is.elapsed < 1.8
    for name, packing in packings(morning, CUSTOMERS).items():
        assert packing.start < READY[name] + 0.4, (
            f"here all are served in time, but of five customers {name}, whose {CUSTOMERS[name].wants} loaves "
            f"are there at {READY[name]} s, is served at {packing.start:.2f} s"
        )


@points(2, "nobody takes more than there is")
def test_stock(morning: Trace) -> None:
    assert morning.calls("pack"), f"{len(CUSTOMERS)} customers came, and nothing was packed"
    check_stock(morning)


@points(2, "everybody is served as soon as there is enough for them")
def test_soon(morning: Trace) -> None:
    for name, packing in packings(morning, CUSTOMERS).items():
        assert packing.start < READY[name] + 0.3, (
            f"{name} wants {CUSTOMERS[name].wants} loaves, which were there at {READY[name]} s; "
            f"they were packed from {packing.start:.2f} s on"
        )


@points(1, "the baker goes on while bread is packed")
def test_baker(morning: Trace) -> None:
    batches = morning.calls("bake")
    assert len(batches) == len(BATCHES), f"{len(batches)} batches were baked; expected {len(BATCHES)}"
    for number, batch in enumerate(batches):
        assert batch.start < 0.4 * number + 0.3, (
            f"batch {number + 1} was begun at {batch.start:.2f} s; expected at {0.4 * number:.2f} s"
        )
    assert morning.peak("pack") >= 2, "never were two customers' loaves packed at the same time"


@points(3, "whoever comes when, whatever is baked: nobody waits while there is enough for them", means="polling")
@given(
    drawn=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9)), min_size=1, max_size=5),
    first=st.lists(st.tuples(st.integers(1, 3), st.integers(0, 6)), max_size=4),
)
def test_any_morning(virtual: Virtual, drawn: list[tuple[int, int]], first: list[tuple[int, int]]) -> None:
    customers = {f"customer-{n}": Customer(wants, comes + 0.5) for n, (wants, comes) in enumerate(drawn, start=1)}
    enough = sum(customer.wants for customer in customers.values())
    batches = [*(Batch(float(seconds), loaves) for seconds, loaves in first), Batch(2.0, enough)]
    trace = virtual("main", world=bakery(customers, batches, 1.25))
    when = "when " + ", ".join(
        [f"{name} comes at {each.comes:g} s for {each.wants}" for name, each in customers.items()]
        + [f"{each.loaves} loaves are baked in {each.seconds:g} s" for each in batches]
    )
    check_stock(trace, f"{when}: ")
    served = packings(trace, customers)
    baked = [(float(call.end), int(call.reply)) for call in trace.calls("bake")]
    moments = [at for at, _ in baked] + [each.comes for each in customers.values()]
    for now in sorted(moments):
        # What was on the shelf once everything that could happen at this moment had happened.
        stock = sum(loaves for at, loaves in baked if at < now + 0.001)
        stock -= sum(customers[name].wants for name, packing in served.items() if packing.start < now + 0.001)
        for name, customer in customers.items():
            waiting = customer.comes <= now and served[name].start > now + 0.001
            assert not waiting or customer.wants > stock, (
                f"{when}: at {now:g} s there were {stock} loaves on the shelf, and {name} waited until "
                f"{served[name].start:g} s for {customer.wants}"
            )
    last = max([float(packing.end) for packing in served.values()] + [at for at, _ in baked])
    ideal = sum(batch.seconds for batch in batches)
    assert baked[-1][0] < ideal + 0.001, f"{when}: the last batch was ready at {baked[-1][0]:g} s, not at {ideal:g} s"
    assert trace.elapsed < last + 0.001, f"{when}: all was done at {last:g} s; it took {trace.elapsed:g} s"
