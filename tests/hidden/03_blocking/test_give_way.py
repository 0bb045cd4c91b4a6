"""give_way: a long loop of short steps, each of them answered by the grader."""

from collections import Counter
from itertools import pairwise

from grader.suite import Seconds, Trace, double, fresh, points, record

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
    # Counted in leaves: a busy machine makes seconds longer, and puts no more leaves between two nudges.
    moments = [first, *during, last]
    most = max(sum(earlier <= leaf.start < later for leaf in leaves) for earlier, later in pairwise(moments))
    assert most * STEP_S < 0.55, (
        f"the belt got no nudge while {most} leaves were judged, which takes {most * STEP_S:.2f} s; "
        "expected one every 0.1 s"
    )
    still = max(later - earlier for earlier, later in pairwise(moments))
    assert still < 1.2, f"the belt got no nudge for {still:.2f} s; expected one every 0.1 s"


@points(1, "it takes hardly longer than the judging")
def test_time(sorted_leaves: Trace) -> None:
    judging = sum((span.seconds for span in sorted_leaves.calls("judge")), Seconds(0.0))
    over = sorted_leaves.elapsed - judging
    assert over < 0.7, f"took {sorted_leaves.elapsed:.2f} s, of which the judging was {judging:.2f} s"
