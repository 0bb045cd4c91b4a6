"""The pytest plugin that turns recipes into recordings, and recordings into checks.

Load with ``-p grader.judge.plugin`` (the project's pyproject does). A suite's module-level ``record(...)`` becomes a
fixture; after collection all recordings of the session are made at once; then the tests run. What noise could have
decided is recorded again with fewer neighbours, up to ``ATTEMPTS`` times; what still could have is inconclusive.
"""

from __future__ import annotations

import contextlib
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol  # what pytest-rerunfailures uses: the one way to run an item twice

from grader.errors import JudgeError
from grader.judge import closeness, drawn, hypothesis_settings, messages, sealed_module
from grader.judge.outcome import Outcome, evidence, of_test
from grader.judge.plan import Labelled, Plan
from grader.judge.schedules import NotAlone, Schedules
from grader.record import seconds
from grader.record.recorder import Job, Recorder
from grader.record.run import Recording, Run
from grader.record.spec import Recipe
from grader.record.trace import Trace
from grader.suite import Live, Virtual, record

ATTEMPTS = 7
"""Recordings of the same program before the machine is called too noisy; in the last each core has one at most."""

_DOUBT_OF_STOP = 0.25
"""A run stopped at its deadline is in doubt when noise took this share of it."""

_STARVED = 0.1
"""A program that still waited this share of its time for a processor, with no neighbours of ours, was not judged."""

_FAILED_ONCE = "it failed, and there was noise"
"""The doubt that goes when it fails again."""

_DOUBTS = pytest.StashKey[list[str]]()
_FAILED_BEFORE = pytest.StashKey[bool]()
_USED = pytest.StashKey[list[Recording]]()
_SCHEDULES = pytest.StashKey[Schedules]()
_OUTCOME = pytest.StashKey[Outcome]()
_POSITION = pytest.StashKey[int]()

_Key = tuple[Path, str, str]


def pytest_configure(config: pytest.Config) -> None:
    """Without a plan of the grader's own, judge the learner's files as ``python -m pytest tests/hidden`` does."""
    config.addinivalue_line("markers", "points(score, title, means, public): a check of a suite")
    if not any(isinstance(plugin, JudgePlugin) for plugin in config.pluginmanager.get_plugins()):
        config.pluginmanager.register(JudgePlugin(None), "turtles-judge")
    else:
        # Nobody sees these tracebacks, and pytest's own kind costs 0.1 s of processor time for each failed check.
        config.option.tbstyle = "native"


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Comparisons of evidence explain themselves in a learner's words."""
    return messages.explain_comparison(op, left, right)


class Suite(pytest.Module):
    """A module of checks: its recipes become fixtures before pytest looks for any."""

    make_fixture: Callable[[Path, str, Recipe], Any]
    shrink: bool

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        # Here and not when it is made: pytest makes a collector for each suite of a folder, asked for or not.
        hypothesis_settings.load_if_used(self.text(), shrink=self.shrink)
        for name, value in list(vars(self.obj).items()):
            if isinstance(value, Recipe):
                setattr(self.obj, name, self.make_fixture(self.path, name, value))
        return super().collect()

    def text(self) -> str:
        """The suite's own text."""
        return self.path.read_text(encoding="utf-8-sig")


class SealedSuite(Suite):
    """A suite whose text is known, and lies in no file."""

    opened: str

    def text(self) -> str:
        return self.opened

    def _getobj(self) -> ModuleType:
        try:
            return sealed_module.load(self.path, self.opened, self.config)
        except Exception as error:
            raise self.CollectError(sealed_module.fault(error, self.path)) from None


def _is_suite(path: Path) -> bool:
    return (
        path.match("tests/hidden/*/test_*.py")
        or path.match("tests/public/*/test_*.py")
        or sealed_module.is_sealed(path)
    )


class JudgePlugin:
    """Judges the suites of a session by a ``Plan``."""

    def __init__(self, plan: Plan | None) -> None:
        self._plan = plan
        self._recipes: dict[tuple[Path, str], Recipe] = {}
        self._recordings: dict[_Key, Recording] = {}
        self._recorder: Recorder | None = None
        self._again: list[pytest.Item] = []
        self._attempt = 0

    # -- collection --------------------------------------------------------------------------------------------------

    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> Suite | None:
        """Suites are modules of their own kind."""
        return self._furnished(Suite.from_parent(parent, path=module_path)) if _is_suite(module_path) else None

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> Suite | None:
        """Sealed suites are, where the plan has them opened."""
        if self._plan is None or file_path not in self._plan.opened:
            return None
        suite: SealedSuite = SealedSuite.from_parent(parent, path=file_path)
        suite.opened = self._plan.opened[file_path]
        return self._furnished(suite)

    def _furnished(self, suite: Suite) -> Suite:
        suite.make_fixture, suite.shrink = self._fixture, self.plan.shrink
        return suite

    def _fixture(self, path: Path, name: str, recipe: Recipe) -> Any:
        self._recipes[path, name] = recipe

        @pytest.fixture(name=name)
        def recording(request: pytest.FixtureRequest, subject: Labelled) -> Trace:
            return self._evidence(request.node, self._recordings[path, subject.label, name], recipe)

        return recording

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Each check is made on each subject."""
        path = Path(metafunc.definition.path)
        if _is_suite(path):
            if "subject" not in metafunc.fixturenames:
                metafunc.fixturenames.append("subject")
            subjects = self.plan.subjects.get(path, ())
            if "virtual" in metafunc.fixturenames:
                subjects = [each for each in subjects if _is_sought(metafunc.definition, each)]
            metafunc.parametrize("subject", subjects, ids=[each.label for each in subjects], scope="module")

    @property
    def plan(self) -> Plan:
        if self._plan is None:
            from grader.judge.default_plan import default_plan

            self._plan = default_plan()
        return self._plan

    def pytest_internalerror(self, excrepr: object) -> bool | None:
        """Keep an error of the grader's own for whoever asked for the session, rather than print it."""
        if self._plan is None:
            return None
        self._plan.internal_error = str(excrepr)
        return True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A suite that cannot be loaded is the kit's fault, and said."""
        if report.failed and self._plan:
            self._plan.errors.append(_load_error(report))

    # -- the session -------------------------------------------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Record, judge, and record again what noise could have decided."""
        checks = [item for item in session.items if item.get_closest_marker("points")]
        if not checks or session.config.option.collectonly:
            return None
        if session.testsfailed and not session.config.option.continue_on_collection_errors:
            raise session.Interrupted(f"{session.testsfailed} suites could not be loaded")
        self._expect(checks)
        with self.plan.recorder() as self._recorder:
            pending = [item for item in session.items if self.plan.part.has(virtual=_is_virtual(item))]
            for attempt in range(ATTEMPTS):
                self._attempt = attempt
                self._record(pending, attempt)
                pending = self._judge(session, pending)
                if not pending:
                    break
        return True

    def _expect(self, checks: Iterable[pytest.Item]) -> None:
        """Tell the plan of every check, and each check its position among those of its suite."""
        positions: Counter[tuple[Path, str]] = Counter()
        for item in checks:
            if subject := _subject(item):
                self.plan.expect(item.path, subject.label)
                item.stash[_POSITION] = positions[item.path, subject.label]
                positions[item.path, subject.label] += 1

    def _record(self, items: Iterable[pytest.Item], attempt: int) -> None:
        jobs: dict[_Key, Job] = {}
        for item in items:
            subject = _subject(item)
            for name in getattr(item, "fixturenames", ()):
                recipe = self._recipes.get((item.path, name))
                if recipe is not None and subject is not None:
                    jobs[item.path, subject.label, name] = Job(subject.subject, recipe)
        assert self._recorder
        report = self.plan.progress
        self._recordings |= self._recorder.record_all(
            jobs, calm=attempt, progress=lambda n: report(n, len(jobs)), under_way=self.plan.under_way
        )

    def _judge(self, session: pytest.Session, items: Sequence[pytest.Item]) -> list[pytest.Item]:
        """Run the tests; return those whose outcome does not stand, which say nothing yet."""
        self._again = []
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)
        return self._again

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Run one test, and report it only if noise cannot have decided it."""
        if self._recorder is None:
            return None
        item.stash[_DOUBTS], item.stash[_USED] = [], []
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        doubts = item.stash[_DOUBTS] if _matters(item) else []
        # An attempt that is in doubt for something else says nothing, and takes nothing back.
        item.stash[_FAILED_BEFORE] = doubts == [_FAILED_ONCE] or item.stash.get(_FAILED_BEFORE, False)
        if doubts and self._attempt < ATTEMPTS - 1:
            self._again.append(item)
            return True
        self._settle(item, doubts)
        for report in reports:
            if doubts and report.when == "call":
                report.outcome, report.longrepr = "failed", f"the machine is too noisy to judge: {doubts[0]}"
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _settle(self, item: pytest.Item, doubts: Sequence[str]) -> None:
        subject = _subject(item)
        outcome = item.stash.get(_OUTCOME, None)
        if subject is None or outcome is None:
            return
        if doubts:
            outcome = replace(outcome, kind="inconclusive", message=f"the machine is too noisy to judge ({doubts[0]})")
        self.plan.note(item.path, subject.label, item.stash[_POSITION], outcome)

    # -- one test ----------------------------------------------------------------------------------------------------

    def _evidence(self, item: pytest.Item, recording: Recording, recipe: Recipe) -> Trace:
        self._use(item, recording, recipe)
        return evidence(recording, recipe.allow)

    def _use(self, item: pytest.Item, recording: Recording, recipe: Recipe) -> None:
        """Let the test rest on a recording, and doubt it for the noise that makes even the order of events doubtful."""
        item.stash[_USED].append(recording)
        doubts = item.stash[_DOUBTS]
        if recording.noise.disturbed:
            doubts.append(f"it stood still for {max(recording.noise.stall_s, recording.noise.paused_s):.2f} s")
        elif recording.timed_out and recording.noise.doubt_s > _DOUBT_OF_STOP * recipe.deadline_s:
            doubts.append(f"it lost {recording.noise.doubt_s:.1f} s of {recipe.deadline_s:g} s")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Hear of every comparison that noise could have decided."""
        schedules = item.stash.get(_SCHEDULES, None)
        if schedules:
            schedules.remember(item)
        subject, mark = _subject(item), item.get_closest_marker("points")
        title = str(mark.args[1]) if mark else item.name
        drawing = drawn.property_made(item.path, title) if schedules else contextlib.nullcontext()
        with seconds.watch() as doubts, drawing:
            try:
                outcome = yield
                if subject and not _runs_a_program(item):
                    closeness.note(item.path, subject.label, title, item.runtest)
                return outcome
            except Exception:
                if schedules is None or not schedules.can_confirm:
                    raise
                schedules.confirm()
                raise
            finally:
                if _DOUBTS in item.stash and doubts and not _stands(item):
                    item.stash[_DOUBTS] += doubts

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put what the test said into an outcome."""
        report = yield
        if self._recorder is None:
            return report
        used: list[Recording] = item.stash[_USED]
        mark = item.get_closest_marker("points")
        if call.excinfo:
            item.stash[_DOUBTS] += _doubts_of_failure(item, call.excinfo.value, self._attempt)
        if mark and (call.when == "call" or (call.when == "setup" and call.excinfo)):
            score, title = mark.args
            error = call.excinfo.value if call.excinfo else None
            outcome = of_test(title, score, error, tuple(used))
            item.stash[_OUTCOME] = replace(outcome, means=_means(mark), public=mark.kwargs.get("public", False))
        return report

    # -- fixtures ----------------------------------------------------------------------------------------------------

    @pytest.fixture
    def virtual(self, request: pytest.FixtureRequest, subject: Labelled) -> Virtual:
        """Run the program under virtual time, at once."""
        schedules = request.node.stash[_SCHEDULES] = Schedules()
        schedules.alone = self._attempt > 0

        def run(target: str, *args: Any, **options: Any) -> Trace:
            recipe = replace(record(target, *args, **options), virtual=True, observe=schedules.alone)
            assert self._recorder
            recording = self._recorder.explore(subject.subject, recipe, alone=schedules.alone)
            request.node.stash[_USED][:] = [recording]
            return evidence(recording, recipe.allow)

        return run

    @pytest.fixture
    def live(self, request: pytest.FixtureRequest, subject: Labelled) -> Live:
        """Run the program in the test's own loop."""

        @contextlib.asynccontextmanager
        async def run(target: str | None, *args: Any, **options: Any) -> AsyncIterator[Run]:
            assert self._recorder
            recipe = record(target, *args, **options)
            under_way: Run | None = None
            try:
                async with self._recorder.live(subject.subject, recipe) as under_way:
                    yield under_way
            except BaseException:
                if under_way:  # a test that fails while the run is under way may do so for noise as well
                    self._use(request.node, under_way.recording(), recipe)
                raise
            self._evidence(request.node, under_way.recording(), recipe)

        return run


def _means(mark: pytest.Mark) -> tuple[str, ...]:
    means = mark.kwargs.get("means", ())
    return (means,) if isinstance(means, str) else tuple(means)


def _load_error(report: pytest.CollectReport) -> str:
    """Which suite, on which line of it, and what: ``tests/hidden/…/test_two_tasks.py:3: SyntaxError: …``."""
    text = str(report.longrepr).strip()
    lines = re.findall(rf'{re.escape(Path(report.nodeid).name)}(?:", line |:)(\d+)', text)
    said = text.splitlines()[-1].removeprefix("E").strip()
    return f"{report.nodeid}:{lines[-1]}: {said}" if lines else f"{report.nodeid}: {said}"


def _doubts_of_failure(item: pytest.Item, error: BaseException, attempt: int) -> list[str]:
    """What may ask for another attempt at a check that failed, and never makes anything else of it."""
    last = attempt == ATTEMPTS - 1
    if isinstance(error, NotAlone):
        return [] if last else [str(error)]
    if attempt == 0 and isinstance(error, JudgeError):
        return [str(error)]
    if attempt == 0 and any(_was_killed(used) for used in item.stash[_USED]):
        return ["it was killed"]
    if not item.stash.get(_FAILED_BEFORE, False) and any(used.noise.uneasy for used in item.stash[_USED]):
        return [_FAILED_ONCE]
    kept_waiting = _starved if last else _kept_waiting
    return ["it waited for a processor"] if any(kept_waiting(used) for used in item.stash[_USED]) else []


def _was_killed(recording: Recording) -> bool:
    """Whether it may have been somebody else: the system when memory was short, or a user. Twice it was the program."""
    return recording.trace.ended == "died" and recording.trace.exit_status == -signal.SIGKILL


def _kept_waiting(recording: Recording) -> bool:
    noise, took_s = recording.noise, float(recording.trace.elapsed)
    if recording.over_a_limit:
        return False  # that is something it did
    if not recording.timed_out:
        return noise.kept_waiting
    # A program that computes for ever always waits for some of that time, and every attempt would take its whole
    # deadline: what had the processor for half of it, or nearly all that it wanted, is stuck for certain.
    return noise.run_delay_s > _DOUBT_OF_STOP * took_s and recording.cpu_s < took_s / 2


def _starved(recording: Recording) -> bool:
    """Whether it waited for a processor in earnest, a fair part of its time, and not only by a figure that is too high.

    Only a program that computes is starved: one that sleeps is woken at once on a busy machine as well.
    """
    took_s = float(recording.trace.elapsed)
    return _kept_waiting(recording) and recording.noise.run_delay_s > _STARVED * took_s


def _stands(item: pytest.Item) -> bool:
    """Whether a check comes out the same whatever the noise did to its comparisons.

    Only one that runs no program is made again to see that.
    """
    return not _runs_a_program(item) and seconds.same_either_way(item.runtest)


def _runs_a_program(item: pytest.Item) -> bool:
    return bool({"virtual", "live"} & {*getattr(item, "fixturenames", ())})


def _matters(item: pytest.Item) -> bool:
    subject = _subject(item)
    return subject is None or _is_sought(item, subject)


def _is_sought(item: pytest.Item, subject: Labelled) -> bool:
    mark = item.get_closest_marker("points")
    return mark is None or subject.sought in (None, mark.args[1])


def _is_virtual(item: pytest.Item) -> bool:
    return "virtual" in getattr(item, "fixturenames", ())


def _subject(item: pytest.Item) -> Labelled | None:
    callspec = getattr(item, "callspec", None)
    subject = callspec.params.get("subject") if callspec else None
    # Where a suite has nothing to judge, pytest puts a mark of its own there, and skips the test.
    return subject if isinstance(subject, Labelled) else None
