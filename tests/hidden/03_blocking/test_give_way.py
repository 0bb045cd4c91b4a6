"""give_way: a long loop of short steps, each of them answered by the grader."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from grader.suite import Seconds, Span, Trace, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("nudge", "judge", "keep_moving")

LOOKS = [f"leaf-{fresh.token()}" for _ in range(110)]
# Some leaves look alike, and each of them still has to be judged.
LEAVES = [*LOOKS, *LOOKS[5:35]]
KIND = {leaf: fresh.shuffled(["first", "second", "dust"])[0] for leaf in LOOKS}
STEP_S = 0.01
# A program on a busy machine waits for the processor between two leaves, but not that long.
WAIT_S = 0.1


def world(kind: str = "") -> dict[str, object]:
    """A sorter whose leaves are all of that kind, if one is given."""
    return {
        "judge": double("judge", delay=STEP_S, reply=lambda leaf: kind or KIND[leaf], blocking=True),
        "nudge": double("nudge", delay=0.01),
    }


sorted_leaves = record("main", LEAVES, world=world())
# Few leaves of one kind, and the recording goes on for a while after main.
ALIKE = LOOKS[:15]
alike = record("then_stay", double("wait", delay=0.9), ALIKE, scenario=True, world=world("second"))


@points(1, "each leaf is judged once, one at a time, in order")
def test_leaves(sorted_leaves: Trace) -> None:
    judged = [span.args[0] for span in sorted_leaves.calls("judge")]
    assert len(judged) == len(LEAVES), f"expected {len(LEAVES)} leaves to be judged; {len(judged)} were"
    assert judged == LEAVES, f"the {len(LEAVES)} leaves were not judged in the order of the list"
    peak = sorted_leaves.peak("judge")
    assert peak == 1, f"{peak} leaves were judged at the same time; expected one at a time"


@points(1, "the number of leaves of each kind is printed")
def test_counts(sorted_leaves: Trace, alike: Trace) -> None:
    kinds = Counter(KIND[leaf] for leaf in LEAVES)
    counts = f"first: {kinds['first']}, second: {kinds['second']}, dust: {kinds['dust']}"
    for trace, expected in ((sorted_leaves, counts), (alike, f"first: 0, second: {len(ALIKE)}, dust: 0")):
        last = trace.lines[-1] if trace.lines else "nothing"
        assert last == expected, f"expected {expected!r} at the end; printed {last!r}"


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

    Leaves are counted, at what one takes: no noise makes more of them. Time between two leaves counts if it is more
    than a wait for the processor; a program that dawdles after every leaf is caught by how long all of it takes.
    """
    since = [earlier, *(leaf.end for leaf in leaves)]
    until = [*(leaf.start for leaf in leaves), later]
    pauses = [start - end for end, start in zip(since, until, strict=True)]
    return sum((pause for pause in pauses if float(pause) > WAIT_S), len(leaves) * STEP_S)


@points(1, "main takes at most one and a half times as long as the judging")
def test_time(sorted_leaves: Trace) -> None:
    judging = sum((span.seconds for span in sorted_leaves.calls("judge")), Seconds(0.0))
    over = sorted_leaves.elapsed - judging
    # Half of the judging, and some room for a busy machine.
    assert over < 0.5 * len(LEAVES) * STEP_S + 0.3, (
        f"main took {sorted_leaves.elapsed:.2f} s, but the judging alone took {judging:.2f} s"
    )


@points(1, "the nudges stop when main returns")
def test_stops(alike: Trace) -> None:
    returned = alike.notes("returned")[0].at
    after = [nudge.start - returned for nudge in alike.calls("nudge") if nudge.start > returned + 0.3]
    assert not after, f"the belt was still nudged {after[-1]:.2f} s after main had returned"
