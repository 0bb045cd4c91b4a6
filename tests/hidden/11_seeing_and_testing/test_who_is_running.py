"""who_is_running: the status page asks the event loop which tasks there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("feed", "print_job", "main")

WAIT = double("wait", delay=lambda seconds: seconds)
AT_ONCE_S = 1e-4
"""On the virtual clock."""


@dataclass(frozen=True)
class Start:
    """``start`` is called; a job of one sheet, which may jam."""

    at: float
    job: str
    seconds: float
    fails: bool = False

    def told(self) -> list[Any]:
        return [self.at, "start", [self.job, 1]]


@dataclass(frozen=True)
class Task:
    """Another part of the program starts a task. It is a job if its name says so."""

    at: float
    name: str
    seconds: float
    fails: bool = False
    cleans_up_s: float = 0.0

    def told(self) -> list[Any]:
        return [self.at, "task", [self.name, self.seconds, self.fails, self.cleans_up_s]]

    @property
    def job(self) -> str | None:
        return self.name.removeprefix("job: ") if self.name.startswith("job: ") else None


@dataclass(frozen=True)
class Look:
    """Somebody looks at the status page."""

    at: float
    in_a_callback: bool = False

    def told(self) -> list[Any]:
        return [self.at, "look in a callback" if self.in_a_callback else "look", []]


@dataclass(frozen=True)
class Stop:
    """``stop`` is called."""

    at: float
    job: str

    def told(self) -> list[Any]:
        return [self.at, "stop", [self.job]]


Happening = Start | Task | Look | Stop


def end_of(task: Start | Task, stops: Sequence[Stop]) -> float:
    """When a task ends: by itself, or because its job is stopped (at most once)."""
    cleans_up_s = task.cleans_up_s if isinstance(task, Task) else 0.0
    works_until = task.at + task.seconds
    for stop in stops:
        if stop.job == task.job and task.at < stop.at < works_until:
            return stop.at + cleans_up_s
        if stop.job == task.job and works_until < stop.at < works_until + cleans_up_s:
            return stop.at  # it is cleaning up already, and that is cancelled
    return works_until + cleans_up_s


@dataclass(frozen=True)
class Expected:
    looks: dict[int, list[str]]
    """By the number of the happening: the jobs that run."""
    stopped: dict[int, float]
    """When each call of ``stop`` returns."""


def expected(happenings: Sequence[Happening]) -> Expected:
    tasks = [each for each in happenings if isinstance(each, Start | Task)]
    stops = [each for each in happenings if isinstance(each, Stop)]
    looks, stopped = {}, {}
    for number, each in enumerate(happenings):
        running = [task for task in tasks if task.at < each.at < end_of(task, stops)]
        if isinstance(each, Look):
            looks[number] = sorted({task.job for task in running if task.job is not None})
        elif isinstance(each, Stop):
            ends = [end_of(task, stops) for task in running if task.job == each.job]
            # Those that are stopped end later than they are told to, as long as they clean up.
            stopped[number] = max([each.at, *ends])
    return Expected(looks, stopped)


def world(happenings: Sequence[Happening]) -> dict[str, Any]:
    jobs = {each.job: each for each in happenings if isinstance(each, Start)}
    return {
        "feed": double(
            "feed",
            delay=lambda job, _: jobs[job].seconds,
            raises=lambda job, _: OSError("paper jam") if jobs[job].fails else None,
        )
    }


def story(happenings: Sequence[Happening]) -> str:
    """What happens, in words."""
    told = []
    for each in happenings:
        if isinstance(each, Start):
            told.append(f"start({each.job}) at {each.at:g} s ({ends_how(each)})")
        elif isinstance(each, Task):
            told.append(f"a task named {each.name} from {each.at:g} s on ({ends_how(each)})")
        elif isinstance(each, Stop):
            told.append(f"stop({each.job}) at {each.at:g} s")
    return "when there is " + ", ".join(told) if told else "when nothing runs"


def ends_how(task: Start | Task) -> str:
    how = f"{'fails' if task.fails else 'ends'} after {task.seconds:g} s"
    if isinstance(task, Task) and task.cleans_up_s:
        how += f", then cleans up for {task.cleans_up_s:g} s"
    return how


def names(jobs: object) -> str:
    return ", ".join(map(str, jobs)) if isinstance(jobs, list) and jobs else "no job" if jobs == [] else f"{jobs}"


def compare_looks(trace: Trace, happenings: Sequence[Happening], when: str = "") -> None:
    for number, jobs in expected(happenings).looks.items():
        at = happenings[number].at
        seen = trace.notes(f"look {number}")
        assert seen, f"{when}running() at {at:g} s gave no answer"
        assert seen[0].value == jobs, (
            f"{when}at {at:g} s running() gave {names(seen[0].value)}; expected {names(jobs)}"
            f"{reasons(seen[0].value, jobs, happenings, at)}"
        )


def reasons(seen: object, wanted: list[str], happenings: Sequence[Happening], at: float) -> str:
    """Why a job should be named, or not: the first that is missing, and the first that is too much."""
    stops = [each for each in happenings if isinstance(each, Stop)]
    tasks = [each for each in happenings if isinstance(each, Start | Task) and each.at < at]
    listed = seen if isinstance(seen, list) else []
    told = []
    for task in tasks:
        if task.job in wanted and task.job not in listed:
            by = "start" if isinstance(task, Start) else "another part of the program"
            told.append(f"{by} began {task.job} at {task.at:g} s, and it still runs")
            break
    for task in tasks:
        if task.job in listed and task.job not in wanted:
            end = end_of(task, stops)
            how = "was stopped" if end < task.at + task.seconds else "failed" if task.fails else "ended"
            told.append(f"{task.job} {how} at {end:g} s")
            break
    return f" ({'; '.join(told)})" if told else ""


def compare_stops(trace: Trace, happenings: Sequence[Happening], late_s: float, when: str = "") -> None:
    for number, due in expected(happenings).stopped.items():
        stop = happenings[number]
        assert isinstance(stop, Stop)
        seen = trace.notes(f"stopped {number}")
        assert seen, f"{when}stop({stop.job}) never returned"
        assert seen[0].value is None, f"{when}stop({stop.job}) raised {seen[0].value}"
        assert seen[0].at > due - late_s, (
            f"{when}stop({stop.job}) returned at {seen[0].at:.2f} s; its job ended at {due:.2f} s"
        )
        assert seen[0].at < due + late_s, (
            f"{when}stop({stop.job}) returned at {seen[0].at:.2f} s; expected at {due:.2f} s, when its job has ended"
        )


def compare_ends(trace: Trace, happenings: Sequence[Happening], late_s: float, when: str = "") -> None:
    """Nobody is stopped but the job that is meant."""
    stops = [each for each in happenings if isinstance(each, Stop)]
    for number, each in enumerate(happenings):
        if isinstance(each, Task):
            seen = trace.notes(f"ended {number}")
            due = end_of(each, stops)
            assert seen, f"{when}the task named {each.name} never ended; expected its end at {due:.2f} s"
            assert abs(seen[0].at - due) < late_s, (
                f"{when}the task named {each.name} ended at {seen[0].at:.2f} s; expected at {due:.2f} s"
            )
        elif isinstance(each, Start):
            fed = trace.call("feed", each.job, 1)
            due = end_of(each, stops)
            assert abs(fed.end - due) < late_s, (
                f"{when}the job {each.job} ended at {fed.end:.2f} s; expected at {due:.2f} s"
            )


BROCHURE, MENU, CARDS, BANNER = fresh.words(4)
DAY: list[Happening] = [
    Start(0.0, BROCHURE, 1.9),
    Start(0.0, MENU, 0.4, fails=True),
    Task(0.0, f"job: {CARDS}", 1.3, cleans_up_s=0.9),
    Task(0.0, f"the {BANNER} of the shop", 2.2),
    Task(0.45, f"job: {CARDS}", 1.3),
    Look(0.2),
    Look(0.65),
    Stop(0.9, CARDS),
    Look(1.15, in_a_callback=True),
    Stop(1.3, BANNER),
    Look(1.5),
    Look(2.15),
]

as_it_is = record(None, deadline_s=4.0)
day = record("day", WAIT, [each.told() for each in DAY], scenario=True, world=world(DAY), deadline_s=5.0)

LINES = [
    "menus: sheet 1", "flyers: sheet 1", "poster: sheet 1", "running: flyers, menus, poster", "menus: sheet 2",
    "running: menus, poster", "shop: stopping menus", "running: poster", "poster: sheet 2", "running: nothing",
]  # fmt: skip


@points(1, "the program prints these lines, at these times", public=True)
def test_program(as_it_is: Trace, day: Trace) -> None:
    seen = [*sorted(as_it_is.lines[:3]), *as_it_is.lines[3:]]
    assert seen == [*sorted(LINES[:3]), *LINES[3:]]
    assert 0.9 < as_it_is.elapsed < 1.8
    fed = [call.args[0] for call in day.calls("feed")]
    assert fed == [BROCHURE, MENU], f"the lines come, but when {BROCHURE} and {MENU} are started, feed is called {fed}"


@points(2, "running() names the jobs that run, no matter who started them", means="hand-kept-list")
def test_running(day: Trace) -> None:
    compare_looks(day, DAY)


@points(1, "log signs with the job of its task, or with the shop")
def test_log(virtual: Virtual) -> None:
    first, second, other = "menus", "posters", "a cleaner"
    plan: list[list[Any]] = [
        [0.0, "start", [first, 2]],
        [0.1, "task", [f"job: {second}", 1.0, False, 0.5]],
        [0.2, "task", [other, 1.0, True, 0.0]],
        [0.3, "log in a callback", ["from a callback"]],
    ]
    feed = double("feed", delay=0.35)
    trace = virtual("day", WAIT, plan, scenario=True, world={"feed": feed})
    wanted = [
        f"{second}: begins", "shop: begins", "shop: from a callback", f"{first}: sheet 1", f"{first}: sheet 2",
        "shop: leaves", f"{second}: leaves",
    ]  # fmt: skip
    for number, (seen, line) in enumerate(zip_longest(trace.lines, wanted), start=1):
        assert seen == line, (
            f"when two jobs, another task and a callback log, line {number} is {seen!r}; expected {line!r}"
        )
    tasks = trace.notes("task 0")
    assert tasks, "start was called and did not return"
    assert tasks[0].value is True, "start did not return a task"


@points(2, "stop cancels the tasks of one job and waits for their end")
def test_stop(day: Trace) -> None:
    compare_stops(day, DAY, 0.6)
    compare_ends(day, DAY, 0.6)


# Milliseconds; each kind of event has its own last digit, so that no two are at the same moment.
MOMENT = st.integers(1, 30)
TASKS = st.tuples(
    MOMENT,
    st.sampled_from(["job: a", "job: b", "job: b", "job: c", "jobs", "Task-7"]),
    st.sampled_from([2, 7, 15, 40, 400]),
    st.booleans(),
    st.sampled_from([0, 0, 4, 20]),
)


@points(2, "all of this holds, whichever jobs begin, end, fail or are stopped")
@given(
    starts=st.lists(st.tuples(MOMENT, st.sampled_from([2, 7, 15, 40, 400]), st.booleans()), max_size=3),
    tasks=st.lists(TASKS, max_size=4),
    looks=st.lists(st.tuples(MOMENT, st.booleans()), min_size=1, max_size=3),
    stops=st.dictionaries(st.sampled_from(["a", "b", "d"]), MOMENT, max_size=2),
)
def test_any_day(
    virtual: Virtual,
    starts: list[tuple[int, int, bool]],
    tasks: list[tuple[int, str, int, bool, int]],
    looks: list[tuple[int, bool]],
    stops: Mapping[str, int],
) -> None:
    happenings: list[Happening] = []

    def moment(tenths: int) -> float:
        return tenths / 10 + (len(happenings) + 1) / 1000

    for job, (at, seconds, fails) in zip("def", starts, strict=False):
        happenings.append(Start(moment(at), job, seconds / 10 + 0.00037, fails))
    for at, name, seconds, fails, cleans_up in tasks:
        happenings.append(Task(moment(at), name, seconds / 10 + 0.00041, fails, cleans_up / 10))
    for at, in_a_callback in looks:
        happenings.append(Look(moment(at), in_a_callback))
    for job, at in stops.items():
        happenings.append(Stop(moment(at), job))
    trace = virtual("day", WAIT, [each.told() for each in happenings], scenario=True, world=world(happenings))
    when = f"{story(happenings)}: "
    compare_looks(trace, happenings, when)
    compare_stops(trace, happenings, AT_ONCE_S, when)
    compare_ends(trace, happenings, AT_ONCE_S, when)
