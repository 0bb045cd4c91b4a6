"""give_way: a long loop of short steps, each of them answered by the grader."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from grader.suite import Seconds, Span, Trace, double, fresh, points, record

LEAVES = [f"leaf-{fresh.token()}" for _ in range(140)]
KIND = {leaf: fresh.shuffled(["first", "second", "dust"])[0] for leaf in LEAVES}
STEP_S = 0.01
# A program on a busy machine waits for the processor between two leaves, but not that long.
WAIT_S = 0.1

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


@points(3, "the belt is nudged all the while, at least every 0.5 s", public=True)
def test_nudges(sorted_leaves: Trace) -> None:
    leaves = sorted_leaves.calls("judge")
    assert leaves, "no leaf was judged"
    first, last = leaves[0].start, leaves[-1].end
    during = [nudge.start for nudge in sorted_leaves.calls("nudge") if first < nudge.start < last]
    for earlier, later in pairwise([first, *during, last]):
        still = without_nudge(earlier, later, [leaf for leaf in leaves if earlier <= leaf.start < later])
        assert still < 0.55, f"the belt got no nudge for {still:.2f} s; expected one every 0.1 s"


def without_nudge(earlier: Seconds, later: Seconds, leaves: Sequence[Span]) -> float:
    """How long the belt stands still between two moments, on a machine that is not busy.

    Leaves are counted, at what one takes: no noise makes more of them. What lies between is time, where it is more than
    a wait for the processor; whoever dawdles after every leaf is told by how long all of it takes.
    """
    since = [earlier, *(leaf.end for leaf in leaves)]
    until = [*(leaf.start for leaf in leaves), later]
    pauses = [start - end for end, start in zip(since, until, strict=True)]
    return sum((pause for pause in pauses if float(pause) > WAIT_S), len(leaves) * STEP_S)


@points(1, "it takes hardly longer than the judging")
def test_time(sorted_leaves: Trace) -> None:
    judging = sum((span.seconds for span in sorted_leaves.calls("judge")), Seconds(0.0))
    over = sorted_leaves.elapsed - judging
    assert over < 0.7, f"took {sorted_leaves.elapsed:.2f} s, of which the judging was {judging:.2f} s"
