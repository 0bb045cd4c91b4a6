"""exception_handler: errors that have nobody to come out to go to the handler of the event loop."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record, times

LEAVE_ALONE: tuple[str, ...] = ("tell", "open_valve", "heat", "brew", "main")

WAIT = double("wait", delay=lambda seconds: seconds)
EARLIER = double("earlier", blocking=True)
"""The exception handler that the event loop has before guard is called, in some runs."""
AT_ONCE_S = 1e-4
"""On the virtual clock."""

NO_TASK = "no task"
HOW = {
    "callback": "a callback raises {}",
    "timer": "a timer's callback raises {}",
    "done callback": "the done callback of a future raises {}",
    "task": "the task {name}, which nobody awaits, raises {}",
    "kept task": "the task {name}, which is kept in a set until it has ended, raises {}",
    "future": "a future that nobody awaits gets {}",
    "report": "other code reports {} to the event loop",
    "report of a task": "other code reports {} of the task {name}",
    "report of a future": "other code reports {} of a future",
    "awaited task": "the task {name}, which is awaited, raises {}",
    "task awaited later": "the task {name}, which is awaited 0.2 s later, raises {}",
    "notice": "other code reports '{}', without an exception",
}
NAMED = ("task", "kept task", "report of a task", "awaited task", "task awaited later")
LASTING = ("timer", "task", "kept task", "awaited task", "task awaited later")
AWAITED = ("awaited task", "task awaited later")


@dataclass(frozen=True)
class Failure:
    what: str
    at: float
    text: str
    kind: str = "OSError"
    name: str = ""
    """Of its task."""
    after: float = 0.0
    """Seconds from ``at`` to the failure, where something has to run first."""

    @property
    def due(self) -> float:
        return self.at + (self.after if self.what in LASTING else 0.0)

    @property
    def source(self) -> str:
        return self.name if self.what in NAMED else NO_TASK

    @property
    def error(self) -> str:
        return f"{self.kind}({self.text!r})"

    def happening(self) -> list[Any]:
        details: list[Any] = [self.text] if self.what == "notice" else [self.kind, self.text]
        details = [self.after, *details] if self.what in LASTING else details
        return [self.at, self.what, *([self.name] if self.what in NAMED else []), *details]

    def __str__(self) -> str:
        error = self.text if self.what == "notice" else self.error
        return f"{HOW[self.what].format(error, name=self.name)} at {self.due:.2f} s"


@dataclass(frozen=True)
class Work:
    lasts: float
    raises: tuple[str, str] | None = None
    cancelled: float | None = None
    returns: str = "beer"

    @property
    def ends(self) -> float:
        return self.lasts if self.cancelled is None else min(self.lasts, self.cancelled)

    @property
    def outcome(self) -> str:
        if self.cancelled is not None and self.cancelled < self.lasts:
            return "CancelledError"
        return f"{self.raises[0]}({self.raises[1]!r})" if self.raises else self.returns

    def told(self, rest: float) -> Mapping[str, Any]:
        raises = list(self.raises) if self.raises else None
        return {
            "lasts": self.lasts, "raises": raises, "cancelled": self.cancelled, "returns": self.returns, "rest": rest,
        }  # fmt: skip

    def __str__(self) -> str:
        if self.outcome == "CancelledError":
            return f"guard is cancelled at {self.cancelled:.2f} s"
        return f"work {'raises' if self.raises else 'returns'} {self.outcome} at {self.lasts:.2f} s"


def world(fails: Sequence[str] = ()) -> dict[str, Any]:
    """``fails``: the errors of which telling fails, now with an OSError and now with a child of it."""

    def raises(_: str, error: str) -> Exception | None:
        if error not in fails:
            return None
        return (OSError, TimeoutError)[fails.index(error) % 2]("the brewer cannot be reached")

    return {"tell": double("tell", blocking=True, raises=raises)}


def plan(failures: Sequence[Failure], work: Work) -> list[Any]:
    rest = max([0.1, *(each.due + 0.3 - work.ends for each in failures)])
    return [[each.happening() for each in failures], work.told(round(rest, 3))]


def compare_end(trace: Trace, work: Work, late_s: float, when: str = "") -> None:
    ended = trace.notes("ended")
    assert ended, f"{when}guard did not end; {work}"
    assert ended[0].value == work.outcome, f"{when}guard ended with {ended[0].value or 'nothing'}; {work}"
    assert abs(ended[0].at - work.ends) < late_s, f"{when}guard ended at {ended[0].at:.2f} s; {work}"
    begun = len(trace.notes("work begins"))
    assert begun == 1, f"{when}work was called {times(begun)}; expected once"


def compare_told(trace: Trace, failures: Sequence[Failure], ends: float, late_s: float, when: str = "") -> None:
    """What fails while guard runs is told, and nothing else."""
    calls = list(trace.calls("tell"))
    for each in failures:
        found = [call for call in calls if call.args[1] == each.error]
        calls = [call for call in calls if call not in found]
        if each.what in AWAITED or each.what == "notice" or each.due > ends:
            late = "" if each.due < ends else ", after guard has ended"
            assert not found, f"{when}{each}, and tell is called with it{late}; expected no such call"
            continue
        assert found, f"{when}{each}, and tell is never called with it"
        assert len(found) == 1, f"{when}{each}, and tell is called with it {times(len(found))}; expected once"
        source = found[0].args[0]
        assert source == each.source, f"{when}{each}; tell is called with {source!r}, expected {each.source!r}"
        assert abs(found[0].start - each.due) < late_s, (
            f"{when}{each}; tell is called with it at {found[0].start:.2f} s"
        )
    assert not calls, f"{when}tell is called with {calls[0].args[1]!r}, of {calls[0].args[0]!r}; expected no such call"


def compare_after(trace: Trace, failures: Sequence[Failure], ends: float, when: str = "") -> None:
    """What fails after guard has ended goes to the earlier handler."""
    seen = [str(call.args[0]) for call in trace.calls("earlier") if call.start > ends]
    for each in failures:
        if each.due > ends and each.what not in AWAITED:
            count = seen.count(each.text if each.what == "notice" else each.error)
            assert count == 1, (
                f"{when}{each}, after guard has ended; the exception handler that the event loop had before hears of "
                f"it {times(count)}, expected once"
            )


FERMENTER, PUMP, FILTER, BOILER, COOLER = fresh.words(5)
TEXTS = [f"{word} has stopped" for word in fresh.words(10)]
FAILURES = [
    Failure("timer", 0.1, TEXTS[0], "RuntimeError", after=0.3),
    Failure("task", 0.1, TEXTS[1], "LookupError", FERMENTER, after=0.9),
    Failure("kept task", 0.2, TEXTS[2], "OSError", PUMP, after=0.4),
    Failure("awaited task", 0.1, TEXTS[3], "OSError", FILTER, after=0.5),
    Failure("report", 1.3, TEXTS[4], "ValueError"),
    Failure("future", 1.2, TEXTS[5], "OSError"),
    Failure("notice", 0.5, TEXTS[6]),
    Failure("callback", 0.9, TEXTS[7], "ZeroDivisionError"),
    Failure("task", 0.3, TEXTS[8], "IndexError", BOILER, after=0.7),
    Failure("task", 0.2, TEXTS[9], "ArithmeticError", COOLER, after=1.2),
]
WORK = Work(1.6, returns=fresh.word())
UNTOLD = FAILURES[8:]
"""Those of which telling fails."""

as_it_is = record(None, deadline_s=4.0)
day = record(
    "shift", WAIT, EARLIER, *plan(FAILURES, WORK), scenario=True, world=world([each.error for each in UNTOLD]),
    deadline_s=4.5,
)  # fmt: skip

LINES = ["told: no task, OSError('valve 3 is stuck')", "told: kettle, ValueError('87.x degrees')", "brewed"]


@points(1, "the program prints these lines, at these times", means="lost-exception", public=True)
def test_program(as_it_is: Trace, day: Trace) -> None:
    assert as_it_is.lines == LINES
    assert 0.5 < as_it_is.elapsed < 1.4
    told = {call.args[1] for call in day.calls("tell")}
    wanted = sum(each.what not in AWAITED and each.what != "notice" for each in FAILURES)
    assert len(told) == wanted, f"the lines come, but of {wanted} other errors {len(told)} are told"


@points(2, "the brewer is told of each error that nobody awaits, once", means="lost-exception")
def test_told(day: Trace) -> None:
    compare_told(day, FAILURES, WORK.ends, 0.6)


@points(1, "the result or exception of work comes out, and is not told")
def test_work(virtual: Virtual) -> None:
    failures = [Failure("callback", 0.21, "the gauge is broken")]
    for work in (
        Work(0.83),
        Work(0.83, raises=("OSError", "the tank is empty")),
        Work(0.83, raises=("KeyError", "malt")),
        Work(0.83, cancelled=0.51),
    ):
        trace = virtual("shift", WAIT, EARLIER, *plan(failures, work), scenario=True, world=world())
        compare_end(trace, work, AT_ONCE_S)
        compare_told(trace, failures, work.ends, AT_ONCE_S, f"{work}; ")


@points(2, "reports without an exception, or that cannot be told, are logged")
def test_logged(day: Trace) -> None:
    [notice] = [each for each in FAILURES if each.what == "notice"]
    assert re.search(rf"{notice.text}$", day.stderr, re.MULTILINE), (
        f"{notice}; expected that text at the end of a line on standard error, as the event loop logs it without guard"
    )
    for each in UNTOLD:
        calls = [call for call in day.calls("tell") if call.args[1] == each.error]
        assert calls, f"{each}, and nobody is told"
        assert re.search(rf"^{each.kind}: {each.text}$", day.stderr, re.MULTILINE), (
            f"{each}, and tell raises an OSError; expected the traceback of the {each.kind} on standard error, as the "
            "event loop logs it without guard"
        )


@points(1, "afterwards the event loop has the handler that it had before")
def test_after(virtual: Virtual) -> None:
    failures = [Failure("callback", 0.21, "the gauge is broken"), Failure("callback", 1.07, "the hose leaks")]
    for work in (Work(0.83), Work(0.83, raises=("OSError", "the tank is empty")), Work(0.83, cancelled=0.51)):
        trace = virtual("shift", WAIT, EARLIER, *plan(failures, work), True, scenario=True, world=world())
        compare_after(trace, failures, work.ends, f"{work}; ")
        compare_told(trace, failures, work.ends, AT_ONCE_S, f"{work}; ")


KINDS = st.sampled_from(["OSError", "ConnectionError", "TimeoutError", "ValueError", "KeyError", "RuntimeError"])
MILLISECONDS = st.integers(1, 40)
FAILING = st.tuples(st.sampled_from(sorted(HOW)), MILLISECONDS, KINDS, MILLISECONDS, st.booleans())


@points(2, "all of this holds, whatever fails and however work ends")
@given(
    drawn=st.lists(FAILING, min_size=1, max_size=6),
    lasts=st.integers(2, 60),
    raises=st.one_of(st.none(), st.none(), KINDS),
    cancelled=st.one_of(st.none(), st.none(), MILLISECONDS),
    has_earlier=st.booleans(),
)
def test_any_shift(
    virtual: Virtual,
    drawn: list[tuple[str, int, str, int, bool]],
    lasts: int,
    raises: str | None,
    cancelled: int | None,
    has_earlier: bool,
) -> None:
    work = Work(
        round(lasts / 10 + 0.0457, 4),
        raises=(raises, "the tank is empty") if raises else None,
        cancelled=None if cancelled is None else round(cancelled / 10 + 0.0371, 4),
    )
    failures, fails = [], []
    for number, (what, at, kind, after, untold) in enumerate(drawn, start=1):
        # Thousandths keep all moments apart.
        begins = round(at / 10 + number / 1000, 3)
        each = Failure(what, begins, f"part {number} is broken", kind, f"pump-{number}", after / 10)
        failures.append(each)
        if untold:
            fails.append(each.error)
        event(f"{what}{' after guard has ended' if each.due > work.ends else ', untold' if untold else ''}")
    arguments = plan(failures, work)
    trace = virtual("shift", WAIT, EARLIER, *arguments, has_earlier, scenario=True, world=world(fails))
    when = f"{work}: "
    compare_end(trace, work, AT_ONCE_S)
    compare_told(trace, failures, work.ends, AT_ONCE_S, when)
    if has_earlier:
        compare_after(trace, failures, work.ends, when)
