"""cpu_hog: a real computation, long enough to be seen on any machine."""

from itertools import pairwise

from grader.suite import Trace, double, fresh, points, record

# Two primes: who knows them has a short cut, and nobody else. So the grader need not compute what the program has to.
P, Q = 2**900 + 693, 2**986 + 2463
BASE = fresh.number(1_000_000, 9_999_999)


def bid(squarings: int) -> int:
    return pow(BASE, pow(2, squarings, (P - 1) * (Q - 1)), P * Q) % 10_000


# Four digits may be alike by chance, but not those of a hundredth of the work.
SQUARINGS = next(count for count in fresh.shuffled(range(100_000, 101_000)) if bid(count) != bid(count // 100))
PRICE = bid(SQUARINGS)

auction = record("main", BASE, SQUARINGS, P * Q, world={"tick": double("tick")}, heavy=True, deadline_s=10.0)


@points(1, "the bid is right")
def test_bid(auction: Trace) -> None:
    bids = [line for line in auction.lines if line.startswith("the bid is")]
    assert bids == [f"the bid is {PRICE}"]


@points(2, "the clock ticks until the bid is open, with no gap above 0.3 s", public=True)
def test_clock(auction: Trace) -> None:
    ticks = auction.calls("tick")
    opened = auction.at(f"the bid is {PRICE}")
    assert ticks, "the clock did not tick at all"
    assert ticks[0].start < 0.35, f"the clock ticked first at {ticks[0].start:.2f} s; expected from the start"
    moments = [*(tick.start for tick in ticks if tick.start < opened), opened]
    gap = max(later - earlier for earlier, later in pairwise(moments))
    assert gap < 0.35, f"the clock stood still for {gap:.2f} s; expected a tick every 0.1 s"
