"""The session of pytest: what is recorded when, and which outcomes stand."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from grader.errors import JudgeError, KitError
from grader.judge.noise_rules import ATTEMPTS
from grader.judge.outcome import Outcome
from grader.judge.plan import Candidate, Plan, TaskKey
from grader.judge.suites import run_suites
from grader.kinds import Ending, EventKind, Stop, StopReason
from grader.record.noise import Noise
from grader.record.recorder import Job, Recorder
from grader.record.recording import Recording, Subject
from grader.record.sandbox import Sandbox
from grader.record.seconds import Seconds
from grader.record.spec import RecordingSpec
from grader.record.trace import Event, Trace
from tests.grader.kits import write

QUIET = Noise()
LATE = Stop(StopReason.DEADLINE, 5.0)


def recorded(elapsed: float, noise: Noise = QUIET, ended: Ending = Ending.RETURNED, **changes: Any) -> Recording:
    """A recording that took so long on a machine so noisy."""
    seconds = Seconds(elapsed, noise.doubt_s, "took {} s")
    events = (Event(Seconds(0.1, noise.doubt_s), EventKind.LINE, "done"),)
    trace = Trace(events, (), seconds, ended, stop=LATE if ended is Ending.STOPPED else None)
    return Recording(trace, noise, timed_out=ended is Ending.STOPPED, **changes)


class ScriptedRecorder:
    """Stands in for the recorder: the n-th attempt gives the n-th of ``takes``, the last one for ever."""

    def __init__(self, *takes: Recording) -> None:
        self.takes = takes
        self.asked: list[tuple[int, int]] = []
        """For each attempt: how calm, and how many recordings."""

    def __enter__(self) -> ScriptedRecorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def record_all(
        self, jobs: Mapping[Any, Job], *, calm: int, progress: Callable[[int], None], under_way: Callable[[], None]
    ) -> dict[Any, Recording]:
        under_way()
        self.asked.append((calm, len(jobs)))
        progress(len(jobs))
        return dict.fromkeys(jobs, self.takes[min(calm, len(self.takes) - 1)])


HEAD = "from grader.suite import Trace, points, record\n\nrun = record('main')\n\n"
TIME = """
@points(2, "it takes less than a second")
def test_time(run: Trace) -> None:
    assert run.elapsed < 1.0
"""
LINES = """
@points(1, "it says that it is done")
def test_lines(run: Trace) -> None:
    assert run.lines == ["done"]
"""


def judge(
    folder: Path, suite: str, recorder: Any, *programs: str, only_check: str | None = None, shrink: bool = True
) -> list[tuple[Outcome, ...]]:
    """Judge each program by a suite; the outcomes of each."""
    # A name of its own: pytest imports a module of the same name only once in a process.
    path = write(folder / "tests" / "hidden" / "01_first" / f"test_{uuid.uuid4().hex}.py", HEAD + suite)
    candidates = [
        Candidate(TaskKey("it", f"p{n}"), Subject(source, "exercises/it.py"), only_check)
        for n, source in enumerate(programs or ("",))
    ]
    plan = Plan({path: candidates}, lambda: recorder, shrink=shrink)
    run_suites(folder, plan)
    return [plan.outcomes(candidate.key) for candidate in candidates]


def kinds(outcomes: tuple[Outcome, ...]) -> list[str]:
    return [outcome.kind for outcome in outcomes]


def test_a_quiet_recording_is_made_once(tmp_path: Path) -> None:
    recorder = ScriptedRecorder(recorded(0.5))
    assert kinds(judge(tmp_path, TIME + LINES, recorder)[0]) == ["passed", "passed"]
    assert recorder.asked == [(0, 1)]


@pytest.mark.parametrize("elapsed", [0.9, 1.1])
def test_a_comparison_within_the_noise_is_recorded_again(tmp_path: Path, elapsed: float) -> None:
    noisy = recorded(elapsed, Noise(stall_s=0.05, lost_s=0.2))
    recorder = ScriptedRecorder(noisy, recorded(2.0))
    [(outcome,)] = judge(tmp_path, TIME, recorder)
    assert outcome.message == "took 2.00 s; expected under 1 s"
    assert recorder.asked == [(0, 1), (1, 1)]


def test_a_failure_beyond_the_noise_stands_at_once(tmp_path: Path) -> None:
    recorder = ScriptedRecorder(recorded(1.3, Noise(stall_s=0.05, lost_s=0.09)))
    assert kinds(judge(tmp_path, TIME, recorder)[0]) == ["failed"]
    assert len(recorder.asked) == 1


@pytest.mark.parametrize("noise", [Noise(stall_s=0.05, lost_s=0.2), Noise(paused_s=0.09, lost_s=0.09)])
def test_a_failure_beside_much_noise_stands_when_it_comes_twice(tmp_path: Path, noise: Noise) -> None:
    """What stopped the program may have been where the heartbeat was not."""
    failed = recorded(2.0, noise)
    recorder = ScriptedRecorder(failed)
    assert kinds(judge(tmp_path, TIME, recorder)[0]) == ["failed"]
    assert len(recorder.asked) == 2
    assert kinds(judge(tmp_path, TIME, ScriptedRecorder(failed, recorded(0.5)))[0]) == ["passed"]
    # An attempt in doubt between the two takes the first one back no more than it makes it one more.
    between = ScriptedRecorder(failed, recorded(1.1, noise), failed, recorded(0.5))
    assert kinds(judge(tmp_path, TIME, between)[0]) == ["failed"]
    # What was in doubt has not failed; and a pass beyond the noise needs no second one.
    doubted, again = recorded(1.1, noise), ScriptedRecorder(recorded(0.5, noise))
    assert kinds(judge(tmp_path, TIME, ScriptedRecorder(doubted, failed, recorded(0.5)))[0]) == ["passed"]
    assert kinds(judge(tmp_path, TIME, again)[0]) == ["passed"]
    assert len(again.asked) == 1


def test_a_comparison_within_the_noise_does_not_matter_to_a_check_that_fails_by_another(tmp_path: Path) -> None:
    suite = TIME + "    assert run.lines == ['finished']\n"
    recorder = ScriptedRecorder(recorded(0.95, Noise(lost_s=0.09)))
    [(outcome,)] = judge(tmp_path, suite, recorder)
    assert outcome.kind == "failed"
    assert "finished" in outcome.message
    assert len(recorder.asked) == 1


def test_checks_keep_their_order_whichever_settles_last(tmp_path: Path) -> None:
    recorder = ScriptedRecorder(recorded(1.1, Noise(lost_s=0.2)), recorded(0.5))
    [outcomes] = judge(tmp_path, TIME + LINES, recorder)
    assert [outcome.title for outcome in outcomes] == ["it takes less than a second", "it says that it is done"]
    assert kinds(outcomes) == ["passed", "passed"]


def test_a_machine_that_never_quiets_down_gives_no_verdict(tmp_path: Path) -> None:
    recorder = ScriptedRecorder(recorded(1.1, Noise(lost_s=0.2)))
    [(outcome,)] = judge(tmp_path, TIME, recorder)
    assert outcome.kind == "inconclusive"
    assert [calm for calm, _ in recorder.asked] == list(range(ATTEMPTS))


@pytest.mark.parametrize("noise", [Noise(stall_s=0.3), Noise(paused_s=0.7)])
def test_after_a_long_stall_not_even_the_order_of_lines_is_believed(tmp_path: Path, noise: Noise) -> None:
    recorder = ScriptedRecorder(recorded(0.5, noise), recorded(0.5))
    assert kinds(judge(tmp_path, LINES, recorder)[0]) == ["passed"]
    assert len(recorder.asked) == 2


def test_a_failure_of_a_program_that_waited_for_a_processor_is_recorded_again(tmp_path: Path) -> None:
    starved = recorded(1.5, Noise(run_delay_s=0.4))
    assert kinds(judge(tmp_path, TIME, ScriptedRecorder(starved, recorded(0.5)))[0]) == ["passed"]


def test_a_kernel_that_always_reports_some_waiting_does_not_keep_a_failure_from_standing(tmp_path: Path) -> None:
    delayed = recorded(1.5, Noise(run_delay_s=0.14))
    assert kinds(judge(tmp_path, TIME, ScriptedRecorder(delayed))[0]) == ["failed"]


def test_a_program_that_never_got_the_processor_it_needed_loses_no_point(tmp_path: Path) -> None:
    starved = recorded(1.5, Noise(run_delay_s=0.4))
    assert kinds(judge(tmp_path, TIME, ScriptedRecorder(starved))[0]) == ["inconclusive"]


def test_a_deadline_on_a_noisy_machine_is_recorded_again(tmp_path: Path) -> None:
    late = recorded(5.0, Noise(stall_s=0.09, lost_s=2.0), ended=Ending.STOPPED)
    assert kinds(judge(tmp_path, LINES, ScriptedRecorder(late, recorded(0.5)))[0]) == ["passed"]


def test_a_deadline_on_a_quiet_machine_is_a_crash(tmp_path: Path) -> None:
    for cpu_s, attempts in ((0.1, 2), (4.0, 1)):
        recorder = ScriptedRecorder(recorded(5.0, ended=Ending.STOPPED, cpu_s=cpu_s))
        [(outcome,)] = judge(tmp_path, LINES, recorder)
        assert outcome.kind == "crashed"
        assert len(recorder.asked) == attempts, "what did nothing is asked once more, and what computes is not"


def test_a_right_program_that_does_nothing_once_passes(tmp_path: Path) -> None:
    stuck = recorded(5.0, ended=Ending.STOPPED)
    recorder = ScriptedRecorder(stuck, recorded(0.5))
    assert kinds(judge(tmp_path, LINES + TIME, recorder)[0]) == ["passed", "passed"]
    assert len(recorder.asked) == 4, "it has to pass three times: chance may not decide"
    by_chance = ScriptedRecorder(stuck, recorded(0.5), recorded(1.5))
    assert kinds(judge(tmp_path, TIME, by_chance)[0]) == ["failed"]


def test_a_program_that_went_over_a_limit_did_so_however_long_it_waited(tmp_path: Path) -> None:
    late = recorded(0.1, Noise(run_delay_s=0.4), ended=Ending.STOPPED)
    flood = dataclasses.replace(
        late, trace=dataclasses.replace(late.trace, stop=Stop(StopReason.OUTPUT, count=1)), timed_out=False
    )
    recorder = ScriptedRecorder(flood)
    assert kinds(judge(tmp_path, LINES, recorder)[0]) == ["crashed"]
    assert len(recorder.asked) == 1


def test_a_fault_of_the_grader_is_inconclusive(tmp_path: Path) -> None:
    faulty = dataclasses.replace(recorded(0.5), fault="the suite's drive failed")
    assert kinds(judge(tmp_path, LINES, ScriptedRecorder(faulty))[0]) == ["inconclusive"]


def test_only_what_is_in_doubt_is_recorded_again(tmp_path: Path) -> None:
    suite = "\nother = record('other')\n" + TIME + LINES.replace("run", "other")
    recorder = ScriptedRecorder(recorded(1.1, Noise(lost_s=0.2)), recorded(0.5))
    judge(tmp_path, suite, recorder, "a = 1", "a = 2")
    assert recorder.asked == [(0, 4), (1, 2)]


def test_a_suite_that_does_not_load_is_the_kits_fault(tmp_path: Path) -> None:
    with pytest.raises(KitError, match="nothing_of_this_name"):
        judge(tmp_path, "import nothing_of_this_name\n", ScriptedRecorder(recorded(0.5)))


LEAVES_SOMETHING_BEHIND = """
import asyncio, colorsys

async def main(names):
    colorsys.runs = getattr(colorsys, "runs", 0) + 1
    return names if colorsys.runs == 1 else []
"""
"""Right in a process of its own; from the second run in the same process on, wrong."""

ALWAYS_WRONG = "async def main(names):\n    return names[:1]\n"

PROPERTY = """
from hypothesis import given, strategies as st

@points(1, "the names come back")
@given(names=st.lists(st.sampled_from("abc"), min_size=1, max_size=4))
def test_names(virtual, names: list[str]) -> None:
    assert virtual("main", names).returned == names
"""


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(Sandbox(wall=False))


def test_a_schedule_is_not_failed_by_what_an_earlier_one_left_behind(tmp_path: Path, recorder: Recorder) -> None:
    assert kinds(judge(tmp_path, PROPERTY, recorder, LEAVES_SOMETHING_BEHIND)[0]) == ["passed"]


def test_a_failing_property_shows_the_smallest_schedule(tmp_path: Path, recorder: Recorder) -> None:
    [(outcome,)] = judge(tmp_path, PROPERTY, recorder, ALWAYS_WRONG)
    assert outcome.message == "nothing came after 'a'; expected item 2 to be 'a'"
    assert outcome.recordings[-1].explanations


LIVE = """
import signal
import pytest

@points(1, "it ends when it is asked to")
@pytest.mark.asyncio
async def test_signal(live) -> None:
    async with live("main", allow=["exit"]) as run:
        await run.line("ready")
        run.signal(signal.SIGTERM)
        await run.finished()
    assert run.recording().trace.lines == ["ready", "bye"]
"""

OBEYS = """
import asyncio, signal

async def main():
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked.set)
    print("ready")
    await asked.wait()
    print("bye")
"""


def test_an_async_test_acts_on_a_live_run(tmp_path: Path, recorder: Recorder) -> None:
    ignores = OBEYS.replace("asked.set", "print, 'no'")
    good, bad = judge(tmp_path, LIVE, recorder, OBEYS, ignores)
    assert kinds(good) == ["passed"]
    assert kinds(bad) == ["crashed"]


def test_pytest_by_itself_judges_the_learners_files() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/hidden", "-k", "two_tasks", "--collect-only", "-q"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "test_two_tasks.py" in done.stdout
    assert "[submission]" in done.stdout


def test_an_error_of_the_grader_is_raised_with_its_traceback_for_debugging(tmp_path: Path) -> None:
    class Failing(ScriptedRecorder):
        def record_all(self, *_: Any, **__: Any) -> dict[Any, Recording]:
            raise RuntimeError("the pipe burst")

    with pytest.raises(JudgeError, match="the pipe burst") as caught:
        judge(tmp_path, TIME, Failing())
    assert "record_all" in "".join(caught.value.__notes__)


BY_CHANCE = """
from hypothesis import given, strategies as st

@points(1, "it is done within a second, whatever happens")
@given(number=st.integers())
def test_any(virtual, number: int) -> None:
    trace = virtual("main", number)
    assert trace.elapsed < 1.0, f"when the number is {number}: took {trace.elapsed:.2f} s"
"""


class Chance(ScriptedRecorder):
    """A program that is wrong in one schedule of ten, whichever: the n-th that is tried."""

    def __init__(self, every: int) -> None:
        super().__init__(recorded(0.5))
        self.schedules = 0
        self._every = every

    def explore(self, subject: Subject, spec: RecordingSpec, *, alone: bool) -> Recording:
        del subject, spec, alone
        self.schedules += 1
        return recorded(2.0 if self._every and self.schedules % self._every == 0 else 0.5, virtual=True)


def test_a_program_that_is_right_nine_times_in_ten_passes_once_in_ten_thousand_times(tmp_path: Path) -> None:
    right = Chance(every=0)
    assert kinds(judge(tmp_path, BY_CHANCE, right)[0]) == ["passed"]
    assert 0.9**right.schedules < 1 / 10_000


TRIES, SAYS = "it is done within a second, whatever happens", "it says that it is done"


@pytest.mark.parametrize(("only_check", "made"), [(None, [TRIES, SAYS]), (TRIES, [TRIES]), (SAYS, [SAYS])])
def test_where_one_check_is_sought_no_other_is_made(tmp_path: Path, only_check: str | None, made: list[str]) -> None:
    recorder = Chance(every=0)
    [outcomes] = judge(tmp_path, BY_CHANCE + LINES, recorder, only_check=only_check)
    assert [each.title for each in outcomes] == made
    assert kinds(outcomes) == ["passed"] * len(made)
    assert bool(recorder.schedules) is (TRIES in made)
    assert bool(recorder.asked and recorder.asked[0][1]) is (SAYS in made)


CHANGES_ITS_ARGUMENTS = """
from hypothesis import assume, event, given, strategies as st

@points(1, "it is done within a second, whatever comes")
@given(numbers=st.lists(st.integers(0, 9), max_size=4))
def test_any(virtual, numbers: list[int]) -> None:
    assume(numbers != [1])
    event("nothing" if not numbers else "something")
    trace = virtual("main", *numbers)
    numbers.clear()
    assert trace.elapsed < 1.0, f"when the numbers are {trace.returned}"
"""


class Numbers(ScriptedRecorder):
    """The programs pN: each is wrong when the sum of the numbers is at least N."""

    def __init__(self) -> None:
        super().__init__(recorded(0.5))
        self.tried: dict[str, list[tuple[int, ...]]] = {}

    def explore(self, subject: Subject, spec: RecordingSpec, *, alone: bool) -> Recording:
        del alone
        self.tried.setdefault(subject.source, []).append(spec.args)
        recording = recorded(0.5 if sum(spec.args) < int(subject.source) else 2.0, virtual=True)
        return replace(recording, trace=replace(recording.trace, returned=list(spec.args)))


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """As many items as Hypothesis drew schedules for a property."""
    from hypothesis.internal.conjecture.engine import ConjectureRunner

    begun: list[int] = []
    real = ConjectureRunner.run

    def run(self: ConjectureRunner) -> None:
        begun.append(1)
        real(self)

    monkeypatch.setattr(ConjectureRunner, "run", run)
    return begun


def test_what_a_property_drew_for_one_program_is_tried_on_the_next(tmp_path: Path, engines: list[int]) -> None:
    recorder = Numbers()
    outcomes = judge(tmp_path, CHANGES_ITS_ARGUMENTS, recorder, "100", "200", "300")
    assert [kinds(each) for each in outcomes] == [["passed"]] * 3
    assert len(engines) == 1
    assert len(recorder.tried["100"]) > 50
    assert recorder.tried["200"] == recorder.tried["300"] == recorder.tried["100"]


def test_a_failure_of_what_was_drawn_before_is_the_smallest_that_hypothesis_finds(
    tmp_path: Path, engines: list[int]
) -> None:
    fresh, after = Numbers(), Numbers()
    [[alone]] = judge(tmp_path, CHANGES_ITS_ARGUMENTS, fresh, "12")
    assert len(engines) == 1
    [[_], [outcome]] = judge(tmp_path, CHANGES_ITS_ARGUMENTS, after, "100", "12")
    assert outcome.kind == "failed"
    assert outcome.message == alone.message
    assert len(engines) == 3
    assert after.tried["12"][-1] == fresh.tried["12"][-1], "the last one is that which is confirmed"


def test_where_no_smallest_failure_is_sought_what_was_drawn_before_is_enough(
    tmp_path: Path, engines: list[int]
) -> None:
    recorder = Numbers()
    [[_], [outcome]] = judge(tmp_path, CHANGES_ITS_ARGUMENTS, recorder, "100", "12", shrink=False)
    assert outcome.kind == "failed"
    assert len(engines) == 1


def test_a_program_that_fails_by_chance_on_what_was_drawn_before_does_not_pass_when_it_is_drawn_again(
    tmp_path: Path,
) -> None:
    class Once(Numbers):
        def explore(self, subject: Subject, spec: RecordingSpec, *, alone: bool) -> Recording:
            recording = super().explore(subject, spec, alone=alone)
            by_chance = alone or len(self.tried.get("200", [])) == 30
            return recorded(2.0, virtual=True) if by_chance else recording

    [[first], [second]] = judge(tmp_path, CHANGES_ITS_ARGUMENTS, Once(), "100", "200")
    assert (first.kind, second.kind) == ("passed", "failed")


@pytest.mark.parametrize("every", [10, 7, 80])
def test_a_failure_by_chance_is_a_failure_and_says_what_happened(tmp_path: Path, every: int) -> None:
    [(outcome,)] = judge(tmp_path, BY_CHANCE, Chance(every))
    assert outcome.kind == "failed"
    assert "took 2.00 s" in outcome.message
    assert "not every time" in outcome.message
