"""one_by_one: a comprehension that awaits asks one after the other."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

BRANCHES = fresh.words(5)
PACKS = dict(zip(BRANCHES, fresh.shuffled(list(range(1, 60)))[:5], strict=True))
# The first one is the slowest: answers taken as they arrive would be somebody else's.
SLOWEST, *OTHERS = sorted(fresh.delays(5, 0.2, 1.2, 0.2), reverse=True)
DELAYS = dict(zip(BRANCHES, [SLOWEST, *fresh.shuffled(OTHERS)], strict=True))

as_it_is = record(None)
asked = record(
    "stock_of",
    BRANCHES,
    world={"packs_in": double("packs_in", delay=lambda branch: DELAYS[branch], reply=lambda branch: PACKS[branch])},
)
forty = record("stock_of", fresh.words(40), world={"packs_in": double("packs_in", delay=0.5, reply=1)})
nobody = record("stock_of", [])


@points(1, "the program prints the stock after about 0.6 s", public=True)
def test_program(as_it_is: Trace, asked: Trace) -> None:
    assert as_it_is.lines == ["harbour has 3", "market has 0", "station has 12", "hospital has 7"]
    assert 0.4 < as_it_is.elapsed < 1.0
    assert SLOWEST - 0.1 < asked.elapsed < SLOWEST + 0.4, (
        f"here it takes {as_it_is.elapsed:.2f} s, but when the slowest branch takes {SLOWEST:.2f} s, "
        f"it takes {asked.elapsed:.2f} s"
    )


@points(1, "stock_of returns what each branch answered, and asks each once", means="wrong-order")
def test_stock(asked: Trace) -> None:
    assert asked.returned == PACKS
    for branch in BRANCHES:
        times = sum(branch in [*call.args, *call.kwargs.values()] for call in asked.calls("packs_in"))
        assert times == 1, f"{branch} was asked {times} times; expected once"


@points(1, "all branches are asked at the same time", means="sequential-await")
def test_together(asked: Trace, forty: Trace) -> None:
    for run, count in ((asked, len(BRANCHES)), (forty, 40)):
        peak = run.peak("packs_in")
        assert peak == count, f"at most {peak} of {count} branches were looking at the same time"
    assert asked.elapsed < SLOWEST + 0.4


@points(1, "no branches, no stock")
def test_nobody(nobody: Trace) -> None:
    assert nobody.returned == {}


@points(1, "any number of branches takes as long as the slowest of them")
@given(delays=st.lists(st.integers(1, 5), max_size=8))
def test_any_number(virtual: Virtual, delays: list[int]) -> None:
    took = {f"branch-{n}": delay for n, delay in enumerate(delays, start=1)}
    world = {
        "packs_in": double("packs_in", delay=lambda branch: float(took[branch]), reply=lambda branch: took[branch])
    }
    stock = virtual("stock_of", list(took), world=world)
    assert stock.returned == took
    slowest = max(delays, default=0)
    assert slowest - 0.1 < stock.elapsed < slowest + 0.1, f"took {stock.elapsed:g} s, expected {slowest} s"
