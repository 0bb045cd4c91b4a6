"""give_way: a long loop of short steps, each of them answered by the grader."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from grader.suite import Seconds, Span, Trace, double, fresh, points, record

LEAVES = [f"leaf-{fresh.token()}" for _ in range(140)]
KIND = {leaf: fresh.shuffled(["first", "second", "dust"])[0] for leaf in LEAVES}
STEP_S = 0.01

WORLD = {
    "judge": double("judge", delay=STEP_S, reply=lambda leaf: KIND[leaf], blocking=True),
    "nudge": double("nudge", delay=0.01),
}

sorted_leaves = record("main", LEAVES, world=WORLD)


@points(1, "each leaf is judged once, one at a time, in order")
def test_leaves(sorted_leaves: Trace) -> None:
    judged = [next(iter((*span.args, *span.kwargs.values())), None) for span in sorted_leaves.calls("judge")]
    assert judged == LEAVES, f"expected {len(LEAVES)} leaves in their order; {len(judged)} were judged, or in another"
    peak = sorted_leaves.peak("judge")
    assert peak == 1, f"{peak} leaves were judged at once; the camera sees one"


@points(1, "the kinds are counted")
def test_counts(sorted_leaves: Trace) -> None:
    kinds = Counter(KIND.values())
    counts = f"first: {kinds['first']}, second: {kinds['second']}, dust: {kinds['dust']}"
    assert sorted_leaves.lines[-1:] == [counts]


@points(3, "the belt is nudged all the while, at least every 0.5 s")
def test_nudges(sorted_leaves: Trace) -> None:
    leaves = sorted_leaves.calls("judge")
    assert leaves, "no leaf was judged"
    first, last = leaves[0].start, leaves[-1].end
    during = [nudge.start for nudge in sorted_leaves.calls("nudge") if first < nudge.start < last]
    still = max(without_delay(earlier, later, leaves) for earlier, later in pairwise([first, *during, last]))
    assert still < 0.55, f"the belt got no nudge for {still:.2f} s; expected one every 0.1 s"


def without_delay(earlier: Seconds, later: Seconds, leaves: Sequence[Span]) -> Seconds:
    """The time between two moments, with each leaf counted as what it takes: when an answer is late, the grader was."""
    judged = [leaf for leaf in leaves if earlier <= leaf.start < later]
    took = sum((min(leaf.end, later) - leaf.start for leaf in judged), Seconds(0.0))
    return later - earlier - took + len(judged) * STEP_S


@points(1, "it takes hardly longer than the judging")
def test_time(sorted_leaves: Trace) -> None:
    judging = sum((span.seconds for span in sorted_leaves.calls("judge")), Seconds(0.0))
    over = sorted_leaves.elapsed - judging
    assert over < 0.7, f"took {sorted_leaves.elapsed:.2f} s, of which the judging was {judging:.2f} s"
