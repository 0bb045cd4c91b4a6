"""deadlock: two tasks acquire the same two locks in opposite orders."""

from dataclasses import dataclass
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.record.trace import Raised
from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("SHELVES", "MOVES", "take", "put")


@dataclass(frozen=True)
class Move:
    """One move and how long its two halves take, in seconds."""

    book: str
    source: str
    target: str
    take: float
    put: float
    missing: type[LookupError] | None = None

    @property
    def shelves(self) -> set[str]:
        return {self.source, self.target}

    @property
    def seconds(self) -> float:
        return self.take + (0.0 if self.missing else self.put)

    def __str__(self) -> str:
        return f"{self.book} from {self.source} to {self.target}" + (" (missing)" if self.missing else "")


def library(shelves: list[str], moves: list[Move]) -> dict[str, object]:
    by_book = {move.book: move for move in moves}
    return {
        "SHELVES": shelves,
        "MOVES": [[move.book, move.source, move.target] for move in moves],
        "take": double(
            "take",
            delay=lambda book, _: by_book[book].take,
            raises=lambda book, _: error(book) if (error := by_book[book].missing) else None,
        ),
        "put": double("put", delay=lambda book, _: by_book[book].put),
    }


def check_moves(trace: Trace, moves: list[Move], when: str = "") -> dict[str, tuple[float, float]]:
    """Every move was made once and as a whole; when each began and ended, by its book."""
    spans = {}
    for move in moves:
        taken = trace.call("take", move.book, move.source)
        last = taken
        if move.missing:
            put = [call for call in trace.calls("put") if move.book in call.args]
            assert not put, f"{when}{move.book} was missing, but put({move.book}, {move.target}) was called"
        else:
            last = trace.call("put", move.book, move.target)
            assert taken.end <= last.start, f"{when}{move.book} was put on {move.target} before it had been taken"
            assert last.outcome == "replied", f"{when}main returned while {move.book} was being put on {move.target}"
        spans[move.book] = (float(taken.start), float(last.end))
        line = f"{move.book} {'missing' if move.missing else 'moved'}"
        printed = trace.at(line)
        assert printed >= last.end, (
            f"{when}{line!r} was printed at {printed:.2f} s, but the move ended at {last.end:.2f} s"
        )
    return spans


def check_alone(spans: dict[str, tuple[float, float]], moves: list[Move], when: str = "") -> None:
    for one, other in combinations(moves, 2):
        shared = one.shelves & other.shelves
        (start, end), (other_start, other_end) = spans[one.book], spans[other.book]
        assert not shared or end <= other_start or other_end <= start, (
            f"{when}{one.book} ({start:.2f} to {end:.2f} s) and {other.book} ({other_start:.2f} to {other_end:.2f} s) "
            f"were on their way at the same time; both needed the shelf {min(shared)}"
        )


def longest_group(moves: list[Move]) -> float:
    """Seconds that the busiest group of moves takes one after the other; groups have no shelf in common."""
    groups: list[tuple[set[str], float]] = []
    for move in moves:
        mine = [group for group in groups if group[0] & move.shelves]
        groups = [group for group in groups if group not in mine]
        shelves = move.shelves.union(*(group[0] for group in mine))
        groups.append((shelves, move.seconds + sum(group[1] for group in mine)))
    return max(group[1] for group in groups)


SHELVES = fresh.words(7)
RING = SHELVES[:3]
BOOKS = fresh.words(6)
# In a circle: if each move takes its two locks in the order in which it uses them, all wait for each other.
CIRCLE = [
    Move(book, source, target, 0.2, 0.15)
    for book, source, target in zip(BOOKS, RING, [*RING[1:], RING[0]], strict=False)
]
ELSEWHERE = [Move(BOOKS[3], SHELVES[3], SHELVES[4], 0.5, 0.4), Move(BOOKS[4], SHELVES[6], SHELVES[5], 0.5, 0.4)]
ALL = [*CIRCLE, *ELSEWHERE]
MISSING = [
    Move(BOOKS[0], RING[0], RING[1], 0.2, 0.2, missing=LookupError),
    Move(BOOKS[1], RING[1], RING[0], 0.2, 0.2),
    Move(BOOKS[2], RING[2], RING[2], 0.2, 0.2),
]

as_it_is = record(None, deadline_s=2.5)
circle = record("main", world=library(fresh.shuffled(SHELVES), ALL), deadline_s=4.0)
missing = record("main", world=library(fresh.shuffled(RING), MISSING), deadline_s=2.5)


@points(1, "the program ends after about 0.8 s", public=True)
def test_program(as_it_is: Trace, circle: Trace) -> None:
    assert sorted(as_it_is.lines) == ["atlas moved", "gambits moved", "owls moved"]
    assert as_it_is.elapsed < 1.3
    assert as_it_is.at("gambits moved") < 0.75
    check_moves(circle, ALL, "the file's own moves are made; but with others, ")
    expected = longest_group(ALL)
    assert circle.elapsed < expected + 0.5, (
        f"the file's own moves end in time; but with a circle of three moves and two others the program takes "
        f"{circle.elapsed:.2f} s; expected {expected:.2f} s"
    )


@points(2, "each move has both its shelves to itself, from take to the end of put", means="race-condition")
def test_circle(circle: Trace) -> None:
    check_alone(check_moves(circle, ALL), ALL)


@points(2, "moves that have no shelf in common do not wait for each other", means=("lock-too-wide", "sequential-await"))
def test_elsewhere(circle: Trace) -> None:
    for move in ELSEWHERE:
        start = circle.call("take", move.book, move.source).start
        assert start < 0.4, (
            f"no other move needs the shelves of {move.book}; expected take at 0 s, it began at {start:.2f} s"
        )
    assert circle.elapsed < longest_group(ALL) + 0.5


@points(1, "a missing book, or a move within one shelf, holds up nobody")
def test_missing(missing: Trace) -> None:
    check_alone(check_moves(missing, MISSING), MISSING)
    assert missing.elapsed < longest_group(MISSING) + 0.5


# All moments lie off every grid, so that a program that checks every hundredth of a second loses time.
SECONDS = st.sampled_from([0.0, 0.13717, 1.27193, 2.71371, 30.41371])
MISSING_DRAWN = st.sampled_from([None, None, LookupError, KeyError])


@points(1, "for any moves, each has its shelves to itself, and no time is lost")
@given(
    drawn=st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), SECONDS, SECONDS, MISSING_DRAWN),
        min_size=1,
        max_size=5,
    ),
    order=st.permutations("abcd"),
)
def test_any_moves(
    virtual: Virtual, drawn: list[tuple[str, str, float, float, type[LookupError] | None]], order: list[str]
) -> None:
    moves = [
        Move(f"book-{number}", source, target, take, put, missing)
        for number, (source, target, take, put, missing) in enumerate(drawn, start=1)
    ]
    trace = virtual("main", world=library(list(order), moves))
    when = f"when the moves are {', '.join(map(str, moves))}: "
    spans = check_moves(trace, moves, when)
    check_alone(spans, moves, when)
    longest = longest_group(moves)
    assert trace.elapsed < longest + 1e-3, (
        f"{when}took {trace.elapsed:.3f} s; {longest:.3f} s are enough, even for moves that share a shelf"
    )
    for book, (_, end) in spans.items():
        line = next(line for line in trace.lines if line.startswith(f"{book} "))
        assert trace.at(line) < end + 1e-4, f"{when}{line!r} came at {trace.at(line):.4f} s; expected at {end:.4f} s"


@points(1, "many pairs of librarians can swap books at the same time")
def test_many_swaps(virtual: Virtual) -> None:
    # A set of two names has no order of its own. In one pair of about eight the order depends on which came first. A
    # program that takes the locks in the order of a set hangs with about half of these pairs, since a third move makes
    # both librarians wait for the first of the two shelves. 96 pairs miss it once in some five hundred times.
    for first in range(1, 193, 32):
        shelves = [f"shelf-{number}" for number in range(first, first + 32)]
        moves: list[Move] = []
        for one, other in zip(shelves[::2], shelves[1::2], strict=True):
            for source, target in [(one, one), (one, other), (other, one)]:
                moves.append(Move(f"book-{len(moves) + 1}", source, target, 0.13717, 0.27193))
        trace = virtual("main", world=library(shelves, moves))
        when = "when 16 pairs of librarians swap books while a third one moves a book within one of their shelves: "
        check_alone(check_moves(trace, moves, when), moves, when)
        longest = longest_group(moves)
        assert trace.elapsed < longest + 1e-3, f"{when}took {trace.elapsed:.3f} s; expected {longest:.3f} s"


def errors(raised: Raised | None) -> set[str]:
    """The names of an error and, if it is a group, of all errors inside it (a TaskGroup raises a group)."""
    if raised is None:
        return set()
    return {raised.type}.union(*(errors(inner) for inner in raised.inner))


@points(1, "the program ends with any other error of take or put", means="caught-too-much")
@settings(max_examples=12)
@given(error=st.sampled_from([Exception, OSError, ValueError, RuntimeError]), on_put=st.booleans())
def test_other_errors(virtual: Virtual, error: type[Exception], on_put: bool) -> None:
    name = "put" if on_put else "take"
    world = {
        **library(["a", "b"], [Move("atlas", "a", "b", 0.13717, 0.27193)]),
        name: double(name, delay=0.13717, raises=error("broken")),
    }
    trace = virtual("main", world=world, allow=("raise",))
    seen = f"it raised {trace.raised}".replace("raised Deadlock:", "never ended:")
    if trace.raised is None:
        seen = f"it returned, and printed {', '.join(trace.lines) or 'nothing'}"
    assert error.__name__ in errors(trace.raised), (
        f"when {name} raises {error.__name__}: expected main to raise {error.__name__}; {seen}"
    )
