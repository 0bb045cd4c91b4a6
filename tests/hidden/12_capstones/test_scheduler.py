"""scheduler: jobs at fixed times, without drift and overlap, that fail, hang and are stopped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Span, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("GRACE", "Job", "JOBS", "SECONDS", "work", "main")

AT_ONCE_S = 1e-4
"""On the virtual clock."""
EVENING_S = 9.0
"""How long a day goes on after the last thing that happens to it."""
NEVER_S = 1000.0
ENDED = double("ended")
WAIT = double("wait", delay=lambda seconds, _act: seconds)


@dataclass(frozen=True)
class Run:
    """How one run of a job goes: after how many seconds it ends, and with which error."""

    seconds: float
    error: type[Exception] | None = None


@dataclass(frozen=True)
class Plan:
    """A job, and how its runs go: in turn, over and over."""

    name: str
    every: float
    limit: float
    runs: tuple[Run, ...]

    def run(self, number: object) -> Run:
        return self.runs[number % len(self.runs)] if isinstance(number, int) else Run(0.0)

    def __str__(self) -> str:
        runs = ", ".join(
            f"{run.seconds:g} s" + (f" and raise {run.error.__name__}" if run.error else "") for run in self.runs
        )
        return f"{self.name} is due every {self.every:g} s (limit {self.limit:g} s) and its runs take {runs}"


def greenhouse(plans: list[Plan], grace: float) -> dict[str, Any]:
    of = {plan.name: plan for plan in plans}

    def run(name: str, number: int) -> Run:
        return of[name].run(number) if name in of else Run(0.0)

    def error(name: str, number: int) -> Exception | None:
        kind = run(name, number).error
        return None if kind is None else kind("stuck", [OSError()]) if kind is ExceptionGroup else kind("stuck")

    work = double("work", delay=lambda name, number: run(name, number).seconds, raises=error)
    return {"work": work, "GRACE": grace}


def told(plans: list[Plan], grace: float, acts: list[tuple[float, str]]) -> str:
    """The drawn day, as the beginning of a message."""
    now, what = 0.0, []
    for seconds, act in acts:
        now += seconds
        what.append(f"{'stop() is called' if act == 'stop' else 'run() is cancelled'} at {now:g} s")
    return f"when {'; '.join(map(str, plans))}; GRACE is {grace:g} s; {' and '.join(what)}"


class Day:
    """One day under virtual time, and what is asked of it."""

    def __init__(
        self,
        virtual: Virtual,
        plans: list[Plan],
        acts: list[tuple[float, str]],
        grace: float = 0.0,
        tidy_s: float = 0.0,
    ) -> None:
        self.plans, self.acts, self.grace = plans, acts, grace
        jobs = [[plan.name, plan.every, plan.limit] for plan in plans]
        self.trace = virtual(
            "day", WAIT, ENDED, double("tidy", delay=tidy_s), jobs, [list(act) for act in acts], EVENING_S,
            scenario=True, world=greenhouse(plans, grace), allow=("raise",),
        )  # fmt: skip
        self.when = told(plans, grace, acts)
        if tidy_s:
            self.when += f"; a run that is cancelled needs {tidy_s:g} s to tidy up"
        self.over = acts[0][0]
        """When the first of ``acts`` happens."""

    def runs(self, plan: Plan) -> list[Span]:
        return [call for call in self.trace.calls("work") if call.args[0] == plan.name]

    def moments(self, line: str) -> list[float]:
        return [float(each.at) for each in self.trace.events if each.name == line]

    def check_goes_on(self, plan: Plan) -> None:
        """Each number begins or is skipped, in order, at no less than half the pace that is right."""
        begun = [(float(call.start), call.args[1]) for call in self.runs(plan)]
        skipped = [
            (float(each.at), int(found[1]))
            for each in self.trace.events
            if (found := re.fullmatch(rf"{re.escape(plan.name)} (\d+) skipped", each.name))
        ]
        numbers = [number for _, number in sorted([*begun, *skipped])]
        assert numbers == list(range(len(numbers))), (
            f"{self.when}: expected each run of {plan.name} to begin or to be skipped, in order; "
            f"begun: {listed(number for _, number in begun)}; skipped: {listed(number for _, number in skipped)}"
        )
        least = int(self.over / plan.every / 2)
        assert len(numbers) >= least, (
            f"{self.when}: until {self.over:g} s, {plan.name} came up only {len(numbers)} times; its last run "
            + (f"ended at {self.runs(plan)[-1].end:.4g} s" if self.runs(plan) else "never began")
        )

    def check_says(self, line: str, at: float) -> None:
        moments = self.moments(line)
        on_time = [moment for moment in moments if abs(moment - at) < AT_ONCE_S]
        assert len(moments) == len(on_time) == 1, f"{self.when}: expected {line!r} at {at:.4f} s; " + (
            f"it came at {', '.join(f'{moment:.4f}' for moment in moments)} s" if moments else "it never came"
        )

    def check_ends(self, at: float, how: str) -> None:
        calls = self.trace.calls("ended")
        assert calls, f"{self.when}: expected run() to end at {at:.4f} s; it never ended"
        assert calls[0].args[0] == how, f"{self.when}: expected that run() {how}; it {calls[0].args[0]}"
        assert abs(float(calls[0].start) - at) < AT_ONCE_S, (
            f"{self.when}: expected run() to end at {at:.4f} s; it ended at {calls[0].start:.4f} s"
        )

    def check_begins_no_more(self, after: float) -> None:
        for call in self.trace.calls("work"):
            assert float(call.start) < after + AT_ONCE_S, (
                f"{self.when}: expected that no run begins after that; {call} began at {call.start:.4f} s"
            )

    def check_tidied_up(self, cancelled_at: float, how: str) -> None:
        """Once its last run has tidied up, ``run()`` ends."""
        tidied = self.trace.calls("tidy")
        for call in tidied:
            assert call.outcome == "replied", f"{self.when}: the run that {call} stands for was not waited for"
        failed = [line for line in self.trace.lines if " failed" in line]
        assert not failed, f"{self.when}: no run failed, but the program printed {failed[0]!r}"
        self.check_ends(max((float(call.end) for call in tidied), default=cancelled_at), how)

    def check_ended_by_itself(self, call: Span) -> None:
        assert call.outcome in ("replied", "raised"), (
            f"{self.when}: {call} was cancelled at {call.end:.4f} s; expected it to finish"
        )

    def check_cancelled(self, call: Span, at: float) -> None:
        found = f"it was cancelled at {call.end:.4f} s" if call.outcome == "cancelled" else "it was not cancelled"
        right = call.outcome == "cancelled" and abs(float(call.end) - at) < AT_ONCE_S
        assert right, f"{self.when}: expected {call} to be cancelled at {at:.4f} s; {found}"


def listed(numbers: Any) -> str:
    return ", ".join(map(str, numbers)) or "none"


# --- by the wall clock ----------------------------------------------------------------------------------------------

QUICK, SLOW = fresh.words(2)
# At no multiple of these does a program that looks every 0.1 or 0.2 s keep up.
STEADY = [Plan(QUICK, 0.31, 5.0, (Run(0.05),)), Plan(SLOW, 0.9, 5.0, (Run(0.6),))]

as_it_is = record(None)
steady = record(
    "day", WAIT, ENDED, double("tidy"), [[plan.name, plan.every, plan.limit] for plan in STEADY], [[2.2, "stop"]], 0.2,
    scenario=True, world=greenhouse(STEADY, 0.1),
)  # fmt: skip


@points(1, "the vents move every 0.5 s, not every 0.6 s", public=True)
def test_vents(as_it_is: Trace, steady: Trace) -> None:
    for number in range(4):
        line = f"vents {number} done"
        moved = [event.at for event in as_it_is.events if event.name == line]
        due = 0.5 * number + 0.1
        assert moved, f"expected {line!r} at {due:.1f} s; it was never printed (the greenhouse closes at 1.65 s)"
        assert due - 0.3 < moved[0] < due + 0.35, f"expected {line!r} at {due:.1f} s; it came at {moved[0]:.2f} s"
    due = 6 * STEADY[0].every
    runs = [call for call in steady.calls("work") if list(call.args) == [QUICK, 6]]
    assert runs, (
        f"the vents are on time; but of a job that is due every {STEADY[0].every} s, run 6 did not begin in 2 s"
    )
    assert due - 0.3 < runs[0].start < due + 0.35, (
        f"the vents are on time; but run 6 of a job that is due every {STEADY[0].every} s began at "
        f"{runs[0].start:.2f} s; expected {due:.2f} s"
    )


# --- under virtual time ---------------------------------------------------------------------------------------------

# In thousandths, so that nothing falls on a grid; each job has its own, so that no two things are due together.
EVERY = st.sampled_from([0.237, 0.713, 1.319, 2.411])
SHARES = st.sampled_from([0.0, 0.11, 0.43, 0.83])
OVER = st.sampled_from([11.0137, 14.3731, 21.7717])
ERRORS: list[type[Exception]] = [
    OSError, ConnectionError, TimeoutError, ValueError, KeyError, RuntimeError, ArithmeticError, Exception,
    StopAsyncIteration, ExceptionGroup,
]  # fmt: skip


def plan_of(name: str, every: float, shares: list[float], limit: float = NEVER_S) -> Plan:
    """A job whose runs take these shares of the time between two of them."""
    return Plan(name, every, limit, tuple(Run(round(share * every, 5)) for share in shares))


@points(2, "run N of a job begins N * every seconds after the start", means="polling")
@given(every=EVERY, shares=st.lists(SHARES, min_size=1, max_size=3), over=OVER, slow=st.sampled_from([0.3, 2.6, 40.0]))
def test_on_time(virtual: Virtual, every: float, shares: list[float], over: float, slow: float) -> None:
    plans = [plan_of("vents", every, shares), plan_of("camera", 0.901, [slow])]
    day = Day(virtual, plans, [(over, "stop")])
    for plan in plans:
        for call in day.runs(plan):
            due = call.args[1] * plan.every
            assert abs(float(call.start) - due) < AT_ONCE_S, (
                f"{day.when}: expected {call} at {due:.4f} s; it began at {call.start:.4f} s"
            )
    expected, begun = int(over / every) + 1, len(day.runs(plans[0]))
    assert begun == expected, f"{day.when}: expected {expected} runs of vents; there were {begun}"


@points(2, "a job whose last run is under way is skipped at that moment")
@given(every=EVERY, shares=st.lists(st.sampled_from([0.11, 0.83, 1.29, 2.57]), min_size=1, max_size=4), over=OVER)
def test_no_overlap(virtual: Virtual, every: float, shares: list[float], over: float) -> None:
    plan = plan_of("camera", every, shares)
    day = Day(virtual, [plan], [(over, "stop")])
    runs = day.runs(plan)
    for earlier, later in pairwise(runs):
        assert float(earlier.end) < float(later.start) + AT_ONCE_S, (
            f"{day.when}: {later} began at {later.start:.4f} s, while {earlier} was under way"
        )
    day.check_goes_on(plan)
    for number in range(int(over / every) + 1):
        for moment in day.moments(f"camera {number} skipped"):
            assert any(float(run.start) < moment < float(run.end) for run in runs), (
                f"{day.when}: 'camera {number} skipped' came at {moment:.4f} s, when no run was under way"
            )


@points(2, "a run that fails is reported at once, and its job goes on", means="lost-exception")
@given(
    every=EVERY,
    drawn=st.lists(st.tuples(SHARES, st.sampled_from([None, *ERRORS])), min_size=1, max_size=4),
    error=st.sampled_from(ERRORS),
    over=OVER,
)
def test_failures(
    virtual: Virtual,
    every: float,
    drawn: list[tuple[float, type[Exception] | None]],
    error: type[Exception],
    over: float,
) -> None:
    runs = tuple(Run(round(share * every, 5), kind) for share, kind in [*drawn, (0.3, error)])
    plans = [Plan("pump", every, NEVER_S, runs), plan_of("vents", 0.901, [0.1])]
    day = Day(virtual, plans, [(over, "stop")], grace=5.0)
    for plan in plans:
        day.check_goes_on(plan)
    for call in day.runs(plans[0]):
        kind = plans[0].run(call.args[1]).error
        if kind is not None:
            day.check_says(f"pump {call.args[1]} failed: {kind.__name__}", float(call.end))
    failed = [line for line in day.trace.lines if " failed" in line]
    count = sum(1 for call in day.trace.calls("work") if call.outcome == "raised")
    assert len(failed) == count, f"{day.when}: of {count} runs that failed, {len(failed)} were reported"
    ends = [call.args[0] for call in day.trace.calls("ended")]
    assert ends == ["returned"], (
        f"{day.when}: expected run() to return after stop(); it {listed(ends or ['never ended'])}"
    )


@points(2, "a run is cancelled at its limit and reported, and its job goes on")
@given(
    every=EVERY,
    limit=st.sampled_from([0.09, 0.47, 0.89, 1.73]),
    parts=st.lists(st.sampled_from([0.13, 0.83, 1.17, 3.1, 900.0]), min_size=1, max_size=3),
    over=OVER,
)
def test_limit(virtual: Virtual, every: float, limit: float, parts: list[float], over: float) -> None:
    most = round(limit * every, 5)
    plan = Plan("heater", every, most, tuple(Run(round(part * most, 5)) for part in parts))
    day = Day(virtual, [plan], [(over, "stop")], grace=5.0)
    for call in day.runs(plan):
        if plan.run(call.args[1]).seconds < most:
            day.check_ended_by_itself(call)
        else:
            end = float(call.start) + most
            day.check_cancelled(call, end)
            day.check_says(f"heater {call.args[1]} failed: TimeoutError", end)
    failed = [line for line in day.trace.lines if " failed" in line]
    count = sum(1 for call in day.runs(plan) if call.outcome == "cancelled")
    assert len(failed) == count, f"{day.when}: {count} runs took too long; reported as failed: {listed(failed)}"
    if limit < 1:
        day.check_goes_on(plan)


# How much of the time between two runs is over when stop is called, for a job that is due every 2.411 s.
STOPPED_AT = st.tuples(st.integers(0, 3), st.sampled_from([0.0531, 0.2877, 0.5713, 0.9391]))


def closing(
    virtual: Virtual, at: tuple[int, float], parts: list[float], grace: float, more: Any = (), tidy_s: float = 0.0
) -> Day:
    # Of jobs that come at different times, one is due while another finishes.
    jobs = zip((("vents", 2.411), ("pump", 0.713), ("camera", 1.319)), parts, strict=False)
    plans = [plan_of(name, every, [part]) for (name, every), part in jobs]
    moment = round((at[0] + at[1]) * 2.411, 4)
    return Day(virtual, plans, [(moment, "stop"), *more], grace, tidy_s)


TIDY = st.sampled_from([0.0, 0.0713, 0.4171])
PARTS = st.lists(st.sampled_from([0.0, 0.137, 0.419, 0.887]), max_size=3)


@points(2, "after stop(), no run begins; those under way may finish", means="leaked-task")
@given(at=STOPPED_AT, parts=PARTS, grace=st.sampled_from([2.5, 50.0]))
def test_stop(virtual: Virtual, at: tuple[int, float], parts: list[float], grace: float) -> None:
    day = closing(virtual, at, parts, grace)
    stop, end = day.over, day.over
    day.check_begins_no_more(stop)
    for call in day.trace.calls("work"):
        day.check_ended_by_itself(call)
        end = max(end, float(call.end))
    for plan in day.plans:
        assert day.runs(plan), f"{day.when}: no run of {plan.name} began"
    day.check_ends(end, "returned")


@points(1, "GRACE seconds after stop(), the runs still under way are cancelled")
@given(
    at=STOPPED_AT,
    parts=PARTS,
    grace=st.sampled_from([0.0, 0.1713, 0.7717, 1.5131]),
    again=st.booleans(),
    tidy=TIDY,
)
def test_grace(
    virtual: Virtual, at: tuple[int, float], parts: list[float], grace: float, again: bool, tidy: float
) -> None:
    # The first job always hangs, so that its run of the beginning is under way.
    more = [(round(grace / 2, 5), "stop")] if again else []
    day = closing(virtual, at, [90.0, *parts[:2]], grace, more, tidy)
    last = day.over + grace
    day.check_begins_no_more(day.over)
    for call in day.trace.calls("work"):
        if call.args[0] == "vents" and call.args[1] > 0:
            continue  # two at once are the business of another check
        seconds = next(plan for plan in day.plans if plan.name == call.args[0]).run(call.args[1]).seconds
        if float(call.start) + seconds < last - AT_ONCE_S:
            day.check_ended_by_itself(call)
        else:
            day.check_cancelled(call, last)
    day.check_tidied_up(last, "returned")


@points(1, "a cancelled run() cancels the runs under way at once", means="swallowed-cancellation")
@given(at=STOPPED_AT, parts=PARTS, stopped=st.booleans(), tidy=TIDY)
def test_cancelled(virtual: Virtual, at: tuple[int, float], parts: list[float], stopped: bool, tidy: float) -> None:
    day = closing(virtual, at, [90.0, *parts[:2]], 50.0, [(0.3131, "cancel")] if stopped else [], tidy)
    if not stopped:
        day = Day(virtual, day.plans, [(day.over, "cancel")], 50.0, tidy)
    end = sum(seconds for seconds, _ in day.acts)
    day.check_begins_no_more(end)
    for call in day.trace.calls("work"):
        assert float(call.end) < end + AT_ONCE_S, f"{day.when}: {call} was under way until {call.end:.4f} s"
    assert day.trace.calls("work"), f"{day.when}: no run began at all"
    day.check_tidied_up(end, "was cancelled")
