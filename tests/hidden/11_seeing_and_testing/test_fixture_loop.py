"""fixture_loop: what tests share lives in one event loop, and so do the tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, counted, double, fresh, points, record, times

LEAVE_ALONE: tuple[str, ...] = (
    "connect", "fetch", "disconnect", "Database", "test_stock", "test_order", "test_screws",
)  # fmt: skip

WAIT = double("wait", delay=lambda seconds: seconds)
AT_ONCE_S = 1e-4
"""On the virtual clock."""


@dataclass(frozen=True)
class Test:
    name: str
    items: tuple[str, ...]
    """What it asks for, at the same time."""
    error: str | None = None
    """What it raises then."""
    left: float | None = None
    """Seconds that the two tasks it leaves behind need to end; None if it leaves none."""

    def told(self) -> list[Any]:
        return [self.name, list(self.items), self.error, self.left]

    @property
    def line(self) -> str:
        return f"{self.name}: failed, {self.error}" if self.error else f"{self.name}: passed"

    def __str__(self) -> str:
        how = f"raises {self.error}" if self.error else "passes"
        left = "" if self.left is None else f", leaves two tasks that end {self.left:g} s after they are cancelled"
        return f"{self.name} asks {counted(len(self.items), 'question')} at once and {how}{left}"


@dataclass(frozen=True)
class Server:
    connect_s: float
    fetch_s: float
    disconnect_s: float
    refuses: bool = False

    def world(self) -> dict[str, Any]:
        refused = ConnectionError("no server") if self.refuses else None
        return {
            "connect": double("connect", delay=self.connect_s, raises=refused),
            "fetch": double("fetch", delay=self.fetch_s, reply=len),
            "disconnect": double("disconnect", delay=self.disconnect_s),
        }


@dataclass(frozen=True)
class Expected:
    began: dict[str, float]
    lines: list[str]
    disconnected: float | None
    """When ``disconnect`` is called."""
    ended: object
    """What ``run_tests`` returns, or the name of what it raises."""


def expected(tests: Sequence[Test], server: Server) -> Expected:
    if server.refuses:
        return Expected({}, [], None, "ConnectionError")
    at = server.connect_s
    began: dict[str, float] = {}
    lines: list[str] = []
    for test in tests:
        began[test.name] = at
        at += server.fetch_s * len(test.items) + (test.left or 0.0)
        if test.error == "KeyboardInterrupt":
            return Expected(began, lines, at, "KeyboardInterrupt")
        lines.append(test.line)
    return Expected(began, lines, at, sum(test.error is not None for test in tests))


def compare(trace: Trace, tests: Sequence[Test], server: Server, late_s: float, when: str = "") -> None:
    """The tests ran as planned, one after the other, with one connection."""
    plan = expected(tests, server)
    for number, line in enumerate(plan.lines):
        seen = trace.lines[number] if number < len(trace.lines) else "nothing"
        assert seen == line, f"{when}expected the line '{line}'; got '{seen}'"
    extra = trace.lines[len(plan.lines) :]
    assert not extra, f"{when}the line '{extra[0]}' came; nothing more was expected"
    count = len(trace.calls("connect"))
    assert count == 1, f"{when}connect was called {times(count)}; expected once"
    for name, due in plan.began.items():
        notes = trace.notes(f"began {name}")
        assert len(notes) == 1, f"{when}{name} ran {times(len(notes))}; expected once"
        assert abs(notes[0].at - due) < late_s, (
            f"{when}{name} began at {notes[0].at:.2f} s; expected {due:.2f} s, when all before it has ended"
        )
    calls = trace.calls("disconnect")
    wanted = 0 if plan.disconnected is None else 1
    assert len(calls) == wanted, f"{when}disconnect was called {times(len(calls))}; expected {times(wanted)}"
    for call in calls:
        assert plan.disconnected is not None
        assert abs(call.start - plan.disconnected) < late_s, (
            f"{when}disconnect was called at {call.start:.2f} s; expected {plan.disconnected:.2f} s"
        )
        assert call.outcome == "replied", f"{when}disconnect was cut short"
    ended = trace.notes("ended")
    assert ended, f"{when}run_tests did not end"
    assert ended[0].value == plan.ended, f"{when}run_tests ended with {ended[0].value}; expected {plan.ended}"
    for note in trace.notes("all loops are closed"):
        assert note.value is True, f"{when}run_tests has ended, and an event loop in which a test ran is still open"


FIRST, SECOND, THIRD, FOURTH = [f"test_{word}" for word in fresh.words(4)]
TESTS = [
    Test(FIRST, ("nails", "hooks")),
    Test(SECOND, ("nails", "screws"), error="ValueError"),
    Test(THIRD, ("hinges", "hooks")),
    Test(FOURTH, ("screws",), error="AssertionError"),
]
SERVER = Server(0.3, 0.2, 0.2)
LEAVES = [Test(FIRST, ("nails", "hooks"), left=0.9), Test(SECOND, ("nails", "hooks")), Test(THIRD, (), left=0.0)]
LEAVES_SERVER = Server(0.2, 0.2, 0.1)

as_it_is = record(None, deadline_s=4.0)
together = record("evening", WAIT, [each.told() for each in TESTS], scenario=True, world=SERVER.world(), deadline_s=4.5)
leaving = record(
    "evening", WAIT, [each.told() for each in LEAVES], scenario=True, world=LEAVES_SERVER.world(), deadline_s=4.5
)

LINES = [
    "connected", "test_stock: passed", "test_order: passed", "test_screws: failed, AssertionError", "disconnected",
    "1 failed",
]  # fmt: skip


@points(1, "the program prints these lines, at these times", public=True)
def test_program(as_it_is: Trace, together: Trace) -> None:
    assert as_it_is.lines == LINES
    assert 1.1 < as_it_is.elapsed < 1.9
    count = len(together.calls("fetch"))
    wanted = sum(len(test.items) for test in TESTS)
    assert count == wanted, (
        f"the lines come, but when {len(TESTS)} tests ask {wanted} questions, fetch was called {times(count)}"
    )


@points(3, "tests share one connection, and each ends as it does alone", means="wrong-loop")
def test_together(together: Trace) -> None:
    compare(together, TESTS, SERVER, 0.6)


@points(2, "tasks that a test leaves have ended before the next test")
def test_left(leaving: Trace) -> None:
    for test in LEAVES:
        if test.left is not None:
            assert not leaving.notes(f"went on {test.name}"), f"the task that {test.name} leaves behind went on"
            ended = leaving.notes(f"left {test.name}")
            assert ended, f"the task that {test.name} leaves behind never came to its end"
    compare(leaving, LEAVES, LEAVES_SERVER, 0.6, "when tests leave tasks behind, ")


MILLISECONDS = st.sampled_from([0, 3, 137, 1013])
ANY_TESTS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(
            [None, None, None, "AssertionError", "ValueError", "TimeoutError", "RuntimeError", "KeyboardInterrupt"]
        ),
        st.sampled_from([None, None, 0, 211]),
    ),
    max_size=4,
)


@points(2, "all of this holds for any tests, and however the run ends")
@given(drawn=ANY_TESTS, connect=MILLISECONDS, fetch=MILLISECONDS, disconnect=MILLISECONDS, refuses=st.integers(0, 7))
def test_any_tests(
    virtual: Virtual,
    drawn: list[tuple[int, str | None, int | None]],
    connect: int,
    fetch: int,
    disconnect: int,
    refuses: int,
) -> None:
    tests = [
        Test(f"test_{number}", ("nails", "hooks", "screws")[:items], error, None if left is None else left / 1000)
        for number, (items, error, left) in enumerate(drawn, start=1)
    ]
    server = Server(connect / 1000, fetch / 1000, disconnect / 1000, refuses=refuses == 7)
    plan = [each.told() for each in tests]
    trace = virtual("evening", WAIT, plan, scenario=True, world=server.world())
    when = "when " + " and ".join(map(str, tests)) if tests else "when there are no tests"
    when += (", and connect fails" if server.refuses else "") + ": "
    compare(trace, tests, server, AT_ONCE_S, when)
    for test in tests:
        assert not trace.notes(f"went on {test.name}"), f"{when}the task that {test.name} leaves behind went on"
