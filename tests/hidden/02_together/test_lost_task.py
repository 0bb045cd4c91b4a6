"""lost_task: the program keeps its background tasks, and waits for them before it returns."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("ORDERS", "charge", "send_receipt")

ORDERS = fresh.words(4)
CHARGE = 0.2
# The first receipt is the last to be sent: a program that waits only for the latest task loses it. The second and the
# fourth fail, the second while all the others are under way.
DELAYS = dict(zip(ORDERS, [1.3, 0.5, 0.6, 0.3], strict=True))
FAILING = [ORDERS[1], ORDERS[3]]
LAST_SENT = CHARGE + DELAYS[ORDERS[0]]
UNFINISHED = {"open": "was still being sent when sell returned", "cancelled": "was cancelled"}

as_it_is = record(None)
sold = record(
    "sell",
    ORDERS,
    world={
        "charge": double("charge", delay=CHARGE),
        "send_receipt": double(
            "send_receipt",
            delay=DELAYS.__getitem__,
            raises=lambda order: ConnectionError("mailbox full") if order in FAILING else None,
        ),
    },
)


@points(1, "the program prints these lines, in about 1.4 s", public=True)
def test_program(as_it_is: Trace, sold: Trace) -> None:
    assert as_it_is.lines == [
        "tea paid",
        "bread paid",
        "honey paid",
        "receipt for tea sent",
        "receipt for honey sent",
        "no receipt for: bread",
    ]
    assert as_it_is.elapsed < 1.9
    assert sold.calls("send_receipt"), f"with {len(ORDERS)} other orders, no receipt was sent"
    assert sold.elapsed < LAST_SENT + 0.4, (
        f"with {len(ORDERS)} other orders, the last receipt is sent after {LAST_SENT} s; sell took {sold.elapsed:.2f} s"
    )


EXAMPLES = 40

# Milliseconds that polling at any round interval would miss; 0, and longer than anybody waits.
DELAYS_MS = st.one_of(st.just(0), st.integers(137, 2999), st.just(40_007))
# What the receipt takes, and whether it fails.
RECEIPTS = st.lists(st.tuples(DELAYS_MS, st.booleans()), min_size=1, max_size=6)
CHARGES = st.one_of(st.just(0), st.integers(137, 2999))


@points(2, "sell returns when every receipt is sent or has failed, and no later", means="leaked-task")
@settings(max_examples=EXAMPLES)
@given(charge=CHARGES, receipts=RECEIPTS, same=st.integers(0, 4))
def test_all_sent(virtual: Virtual, charge: int, receipts: list[tuple[int, bool]], same: int) -> None:
    second, late = _clock(virtual)
    # Two customers may order the same.
    orders = _orders(receipts)
    orders[same % len(orders)] = orders[-1]
    day = virtual("sell", orders, world=_world(charge, receipts, second, orders=orders))
    for order, times in Counter(orders).items():
        sent = [call for call in day.calls("send_receipt") if call.args == (order,)]
        assert sent, f"no receipt for {order} was ever started"
        assert len(sent) >= times, f"two customers ordered {order}; only one receipt was started"
        for call in sent:
            assert call.outcome in ("replied", "raised"), (
                f"the receipt for {order}, started after {call.start:.5g} s, {UNFINISHED[call.outcome]}, "
                f"after {call.end:.5g} s"
            )
    done = max(float(call.end) for call in day.calls())
    assert day.elapsed <= done + late, (
        f"the last receipt was sent, or had failed, after {done:.5g} s; sell returned after {day.elapsed:.5g} s"
    )


@points(
    1,
    "sell returns a list of the orders whose receipt failed with ConnectionError",
    means=("failure-ends-all", "lost-exception"),
)
def test_failed(sold: Trace) -> None:
    failing = " and ".join(FAILING)
    assert isinstance(sold.returned, list), f"expected sell to return a list; it returned {sold.returned!r}"
    assert sorted(map(str, sold.returned)) == sorted(FAILING), (
        f"of {', '.join(ORDERS)}, the receipts for {failing} failed; sell returned {sold.returned!r}"
    )


@points(1, "each order is charged as soon as the one before is paid", means="sequential-await")
@settings(max_examples=EXAMPLES)
@given(charge=CHARGES, receipts=RECEIPTS)
def test_charged(virtual: Virtual, charge: int, receipts: list[tuple[int, bool]]) -> None:
    second, late = _clock(virtual)
    day = virtual("sell", _orders(receipts), world=_world(charge, receipts, second))
    charged = [call.args[0] for call in day.calls("charge")]
    assert charged == _orders(receipts), f"the orders {_orders(receipts)} were charged in this order: {charged}"
    free = 0.0
    for call in day.calls("charge"):
        assert free <= call.start, (
            f"{call.args[0]} was charged after {call.start:.5g} s, when the order before it was not paid yet"
        )
        assert call.start <= free + late, (
            f"the card terminal was free after {free:.5g} s; {call.args[0]} was charged after {call.start:.5g} s"
        )
        free = float(call.end)


@points(1, "each receipt is started as soon as its order is paid", means="sequential-await")
@settings(max_examples=EXAMPLES)
@given(charge=CHARGES, receipts=st.one_of(RECEIPTS, st.just([(40_007, False)] * 40)))
def test_begun(virtual: Virtual, charge: int, receipts: list[tuple[int, bool]]) -> None:
    second, late = _clock(virtual)
    if second < 1.0:
        receipts = receipts[:6]  # forty threads take their time to start
    day = virtual("sell", _orders(receipts), world=_world(charge, receipts, second))
    paid = {call.args[0]: float(call.end) for call in day.calls("charge")}
    for call in day.calls("send_receipt"):
        (order,) = call.args
        assert order in paid, f"a receipt for {order} was sent, but the order was never charged"
        assert call.start >= paid[order], (
            f"{order} was paid after {paid[order]:.5g} s; its receipt was started before that"
        )
        assert call.start <= paid[order] + late, (
            f"{order} was paid after {paid[order]:.5g} s; its receipt was started after {call.start:.5g} s"
        )
    begun = sorted(call.args[0] for call in day.calls("send_receipt"))
    assert begun == sorted(_orders(receipts)), f"with the orders {_orders(receipts)}, receipts were started for {begun}"


# Neighbours of ConnectionError: what it is derived from, what is derived from it, and others.
ERRORS: list[Exception] = [
    OSError("the disk is full"),
    TimeoutError("too slow"),
    ConnectionResetError("reset"),
    ValueError("no such address"),
    KeyError("address"),
]


@points(1, "any other error of send_receipt is raised by sell", means="caught-too-much")
@settings(max_examples=EXAMPLES)
@given(receipts=RECEIPTS, bad=st.integers(0, 5), error=st.sampled_from(ERRORS))
def test_other_errors(virtual: Virtual, receipts: list[tuple[int, bool]], bad: int, error: Exception) -> None:
    second, _ = _clock(virtual)
    order = _orders(receipts)[bad % len(receipts)]
    day = virtual("sell", _orders(receipts), world=_world(300, receipts, second, {order: error}), allow=("raise",))
    kind = type(error).__name__
    if isinstance(error, ConnectionError):  # one of its kinds is no other error
        assert day.raised is None, f"the receipt for {order} raised {kind}, a ConnectionError; sell raised {day.raised}"
        return
    assert day.raised is not None, (
        f"the receipt for {order} raised {kind}, which is no ConnectionError; expected sell to raise it, "
        f"but it returned {day.returned!r}"
    )
    raised = [each.type for each in _single(day.raised)]
    assert kind in raised, f"the receipt for {order} raised {kind}; sell raised {day.raised}"


def _single(raised: Any) -> list[Any]:
    """The exceptions of a group, and of the groups in it; what is no group, itself."""
    return [each for inner in raised.inner for each in _single(inner)] if raised.inner else [raised]


def _orders(receipts: Sequence[object]) -> list[str]:
    return [f"order {number}" for number in range(1, len(receipts) + 1)]


def _world(
    charge: int,
    receipts: Sequence[tuple[int, bool]],
    second: float,
    errors: Mapping[str, Exception] | None = None,
    orders: Sequence[str] = (),
) -> dict[str, Any]:
    # Of two orders of the same, what is due first belongs to the receipt that is begun first.
    took: dict[str, list[float]] = defaultdict(list)
    raised: dict[str, list[Exception | None]] = defaultdict(list)
    for order, (delay, fails) in zip(orders or _orders(receipts), receipts, strict=True):
        took[order].append(delay * second / 1000)
        raised[order].append((errors or {}).get(order) or (ConnectionError("mailbox full") if fails else None))
    return {
        "charge": double("charge", delay=charge * second / 1000),
        "send_receipt": double(
            "send_receipt",
            delay=lambda order: took[order].pop(0) if took[order] else 0.0,
            raises=lambda order: raised[order].pop(0) if raised[order] else None,
        ),
    }


_clocks: list[tuple[Virtual, tuple[float, float]]] = []


def _clock(virtual: Virtual) -> tuple[float, float]:
    """How long a second of the schedule lasts, and how late is too late.

    The simulated clock is exact. A program with threads keeps real time while they run: for that one the delays are
    short, and only what is late beyond doubt counts.
    """
    # Looked at once for each check: it is the same for all its schedules.
    if not _clocks or _clocks[0][0] is not virtual:
        probe = virtual("sell", _orders([0]), world=_world(5, [(5, False)], 1.0))
        exact = all(abs(float(call.seconds) - 0.005) < 1e-6 for call in probe.calls() if call.outcome == "replied")
        _clocks[:] = [(virtual, (1.0, 1e-4) if exact else (0.005, 1.0))]
    return _clocks[0][1]
