"""lost_task: background tasks are kept, and waited for before the work is called done."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

ORDERS = fresh.words(4)
CHARGE = 0.2
# The first receipt is the last to be sent: whoever waits for the latest task alone loses it. The second and the
# fourth fail, the second while all the others are under way.
DELAYS = dict(zip(ORDERS, [1.3, 0.5, 0.6, 0.3], strict=True))
FAILING = [ORDERS[1], ORDERS[3]]
LAST_SENT = CHARGE + DELAYS[ORDERS[0]]
UNFINISHED = {"open": "not done when sell returned,", "cancelled": "cancelled"}

as_it_is = record(None)
sold = record(
    "sell",
    ORDERS,
    world={
        "charge": double("charge", delay=CHARGE),
        "send_receipt": double(
            "send_receipt",
            delay=lambda order: DELAYS[order],
            raises=lambda order: ConnectionError("mailbox full") if order in FAILING else None,
        ),
    },
)


@points(1, "the program prints what it should, in about 1.4 s", public=True)
def test_program(as_it_is: Trace, sold: Trace) -> None:
    assert as_it_is.lines == [
        "tea paid",
        "bread paid",
        "honey paid",
        "receipt for tea sent",
        "receipt for honey sent",
        "no receipt for: bread",
    ]
    assert 1.1 < as_it_is.elapsed < 1.9
    for order in ORDERS:
        receipt = sold.call("send_receipt", order)
        assert receipt.outcome in ("replied", "raised"), (
            f"here all receipts are dealt with, but one that takes {DELAYS[order]} s was {UNFINISHED[receipt.outcome]} "
            f"{receipt.seconds:.2f} s after its start"
        )
    assert sold.elapsed < LAST_SENT + 0.4, (
        f"here it takes {as_it_is.elapsed:.2f} s, but when the last receipt is due at {LAST_SENT:.2f} s, "
        f"it takes {sold.elapsed:.2f} s"
    )


@points(1, "every receipt has been sent or has failed when sell returns")
def test_all_sent(sold: Trace) -> None:
    for order in ORDERS:
        receipt = sold.call("send_receipt", order)
        assert receipt.outcome in ("replied", "raised"), (
            f"the receipt for {order} takes {DELAYS[order]} s and was {UNFINISHED[receipt.outcome]} "
            f"{receipt.seconds:.2f} s after its start"
        )


@points(1, "sell returns the orders whose receipt failed", means=("failure-ends-all", "lost-exception"))
def test_failed(sold: Trace) -> None:
    assert isinstance(sold.returned, list), f"expected a list, got {sold.returned!r}"
    assert sorted(map(str, sold.returned)) == sorted(FAILING)


@points(
    2, "a receipt starts right after its payment, and the next customer does not wait for it", means="sequential-await"
)
def test_pace(sold: Trace) -> None:
    peak = sold.peak("charge")
    assert peak == 1, f"{peak} customers were charged at once; there is one card terminal"
    free = 0.0
    for order in ORDERS:
        payment, receipt = sold.call("charge", order), sold.call("send_receipt", order)
        assert payment.start - free < 0.25, (
            f"{order}: charged at {payment.start:.2f} s, but the card terminal was free at {free:.2f} s"
        )
        assert receipt.start >= payment.end, f"{order}: the receipt started before it was paid"
        assert receipt.start - payment.end < 0.25, (
            f"{order}: paid at {payment.end:.2f} s, but its receipt started at {receipt.start:.2f} s"
        )
        free = payment.end
    assert sold.elapsed < LAST_SENT + 0.4


@points(1, "whatever is slow or fails, every receipt is dealt with and no time is lost")
@given(receipts=st.lists(st.tuples(st.integers(1, 6), st.booleans()), min_size=1, max_size=5))
def test_any_schedule(virtual: Virtual, receipts: list[tuple[int, bool]]) -> None:
    took = {f"order-{n}": seconds for n, (seconds, _) in enumerate(receipts, start=1)}
    fails = [order for order, (_, failing) in zip(took, receipts, strict=True) if failing]
    world = {
        "charge": double("charge", delay=1.0),
        "send_receipt": double(
            "send_receipt",
            delay=lambda order: float(took[order]),
            raises=lambda order: ConnectionError("mailbox full") if order in fails else None,
        ),
    }
    day = virtual("sell", list(took), world=world)
    for order in took:
        receipt = day.call("send_receipt", order)
        assert receipt.outcome in ("replied", "raised"), (
            f"the receipt for {order} takes {took[order]} s and was {UNFINISHED[receipt.outcome]} "
            f"{receipt.seconds:g} s after its start"
        )
    assert isinstance(day.returned, list), f"expected a list, got {day.returned!r}"
    assert sorted(map(str, day.returned)) == fails, f"the receipts of {fails} failed; sell returned {day.returned}"
    last = max(paid + seconds for paid, seconds in enumerate(took.values(), start=1))
    assert day.elapsed < last + 0.1, f"took {day.elapsed:g} s, expected {last} s"
