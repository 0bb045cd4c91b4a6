"""cpu_hog: a real computation, long enough to be seen on any machine."""

import time
from itertools import pairwise

from grader.suite import Trace, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("MODULUS", "tick", "run_clock")

# Two primes: they are a short cut for the grader, which need not compute what the program has to.
P, Q = 2**900 + 693, 2**986 + 2463
BASE = fresh.number(1_000_000, 9_999_999)


def bid(squarings: int) -> int:
    return pow(BASE, pow(2, squarings, (P - 1) * (Q - 1)), P * Q) % 10_000


def squarings_in(seconds: float) -> int:
    """How many squarings this machine makes in that many seconds of processor time: a fast one gets more to do."""
    spent = []
    for _ in range(3):
        before = time.thread_time()
        pow(BASE, 2**1000, P * Q)
        spent.append(time.thread_time() - before)
    return min(400_000, max(50_000, int(1000 * seconds / max(min(spent), 1e-4))))


# Longer than the gap that is tolerated by so much that a clock which stands still meanwhile is always noticed.
LEAST = squarings_in(0.75)
# Four digits may be alike by chance, but not those of a hundredth of the work, nor those of one squaring more or less.
SQUARINGS = next(
    count
    for count in fresh.shuffled(range(LEAST, LEAST + 1000))
    if bid(count) not in (bid(count // 100), bid(count - 1), bid(count + 1))
)
PRICE = bid(SQUARINGS)

auction = record(
    "then_stay",
    double("wait", delay=0.8),
    BASE,
    SQUARINGS,
    P * Q,
    scenario=True,
    world={"tick": double("tick")},
    heavy=True,
    deadline_s=10.0,
)


@points(1, "the right bid is printed")
def test_bid(auction: Trace) -> None:
    bids = [line for line in auction.lines if line.startswith("the bid is")]
    assert bids == [f"the bid is {PRICE}"], (
        f"expected 'the bid is {PRICE}'; printed: {'; '.join(auction.lines) or 'nothing'}"
    )


@points(2, "the clock ticks until the bid is open, with no gap longer than 0.3 s", public=True)
def test_clock(auction: Trace) -> None:
    ticks = auction.calls("tick")
    opened = auction.at(f"the bid is {PRICE}")
    assert ticks, "the clock did not tick at all"
    assert ticks[0].start < 0.5, f"the clock first ticked at {ticks[0].start:.2f} s; expected it to tick from the start"
    moments = [*(tick.start for tick in ticks if tick.start < opened), opened]
    gap = max(later - earlier for earlier, later in pairwise(moments))
    assert gap < 0.45, f"the clock stood still for {gap:.2f} s; expected a tick every 0.1 s"


@points(1, "the clock stops when main returns")
def test_stops(auction: Trace) -> None:
    assert auction.calls("tick"), "the clock did not tick at all"
    returned = auction.notes("returned")[0].at
    after = [tick.start - returned for tick in auction.calls("tick") if tick.start > returned + 0.3]
    assert not after, f"the clock still ticked {after[-1]:.2f} s after main had returned"
