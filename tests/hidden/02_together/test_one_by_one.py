"""one_by_one: a comprehension that awaits asks one branch after the other."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("SHELVES", "SECONDS", "packs_in")

BRANCHES = fresh.words(5)
# The first branch is the slowest, so answers taken as they arrive belong to another branch. An empty shelf, and two
# shelves alike: they catch a program that drops zeros, or that looks up a branch by its packs.
PACKS = dict(zip(BRANCHES, [fresh.number(70, 99), 0, *[fresh.number(40, 69)] * 2, fresh.number(10, 39)], strict=True))
SLOWEST = 0.95
DELAYS = dict(zip(BRANCHES, [SLOWEST, *fresh.delays(4, 0.1, 0.5, 0.1)], strict=True))

as_it_is = record(None)
asked = record(
    "stock_of",
    BRANCHES,
    world={"packs_in": double("packs_in", delay=DELAYS.__getitem__, reply=PACKS.__getitem__)},
)
nobody = record("stock_of", [])


@points(1, "the program prints the stock after about 0.6 s", means="sequential-await", public=True)
def test_program(as_it_is: Trace, asked: Trace) -> None:
    assert as_it_is.lines == ["harbour has 3", "market has 0", "station has 12", "hospital has 7"]
    assert 0.4 < as_it_is.elapsed < 1.0
    assert SLOWEST - 0.1 < asked.elapsed < SLOWEST + 0.45, (
        f"with five other branches, of which the slowest takes {SLOWEST} s, stock_of took {asked.elapsed:.2f} s "
        f"(with those of the file, the program took {as_it_is.elapsed:.2f} s)"
    )


@points(1, "every branch is asked exactly once")
def test_once(asked: Trace) -> None:
    for branch in BRANCHES:
        times = sum(branch in [*call.args, *call.kwargs.values()] for call in asked.calls("packs_in"))
        how_often = {0: "not asked at all", 2: "asked twice"}.get(times, f"asked {times} times")
        assert times == 1, f"{branch} was {how_often}; expected once"


@points(1, "stock_of(branches) returns a dict with the packs in each branch", means="wrong-order")
def test_stock(asked: Trace) -> None:
    stock = asked.returned
    assert isinstance(stock, dict), f"expected stock_of to return a dict; it returned {stock!r}"
    for branch in BRANCHES:
        assert branch in stock, f"{branch} is missing; stock_of returned {stock}"
        assert stock[branch] == PACKS[branch], (
            f"{branch} has {PACKS[branch]}; according to stock_of it has {stock[branch]!r}"
        )
    assert len(stock) == len(BRANCHES), f"expected the {len(BRANCHES)} branches; stock_of returned {stock}"


@points(1, "with no branches at all, stock_of returns an empty dict")
def test_nobody(nobody: Trace) -> None:
    assert nobody.returned == {}, f"stock_of([]) returned {nobody.returned!r}; expected {{}}"


EXAMPLES = 40

# Milliseconds that polling at any round interval would miss; 0, and longer than anybody waits.
DELAYS_MS = st.one_of(st.just(0), st.integers(137, 2999), st.just(40_007))
# Few of them, or many, none of which is done at once.
FEW = st.lists(DELAYS_MS, min_size=1, max_size=6)
MANY = st.builds(
    lambda count, step: [900 + step * number for number in range(count)],
    st.sampled_from([40, 75, 120]),
    st.integers(-7, 7),
)


@points(1, "any number of branches are asked at once, and none holds up another")
@settings(max_examples=EXAMPLES)
@given(delays=st.one_of(FEW, MANY))
def test_any_number(virtual: Virtual, delays: list[int]) -> None:
    second, late = _clock(virtual)
    if second < 1.0:
        delays = delays[:6]  # forty threads take their time to start
    took = {f"branch {number}": delay * second / 1000 for number, delay in enumerate(delays, start=1)}
    stock = virtual("stock_of", list(took), world=_world(took))
    for call in stock.calls("packs_in"):
        assert call.start < late, (
            f"{call.args[0]} was asked after {call.start:.5g} s; expected all branches to be asked at once"
        )
        assert call.outcome == "replied", (
            f"{call} was given up after {call.end:.5g} s; expected the program to await it"
        )
    slowest = max(took.values())
    assert stock.elapsed < slowest + late, (
        f"the slowest branch takes {slowest:.5g} s; stock_of took {stock.elapsed:.5g} s"
    )


def _world(took: Mapping[str, float]) -> dict[str, Any]:
    return {"packs_in": double("packs_in", delay=took.__getitem__, reply=5)}


_clocks: list[tuple[Virtual, tuple[float, float]]] = []


def _clock(virtual: Virtual) -> tuple[float, float]:
    """How long a second of the schedule lasts, and how late is too late.

    The simulated clock is exact. A program with threads keeps real time while they run: for that one the delays are
    short, and only what is late beyond doubt counts.
    """
    # Looked at once for each check: it is the same for all its schedules.
    if not _clocks or _clocks[0][0] is not virtual:
        probe = virtual("stock_of", ["branch"], world=_world({"branch": 0.005}))
        exact = all(abs(float(call.seconds) - 0.005) < 1e-6 for call in probe.calls())
        _clocks[:] = [(virtual, (1.0, 1e-4) if exact else (0.005, 1.0))]
    return _clocks[0][1]
