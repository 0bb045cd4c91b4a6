"""The pytest plugin that turns the recordings of suites into checks.

Load with ``-p grader.judge.plugin`` (the project's pyproject does). A suite's module-level ``record(...)`` becomes a
fixture; after collection all recordings of the session are made at once; then the tests run. What noise could have
decided is recorded again with fewer neighbours, up to ``ATTEMPTS`` times; what still could have is inconclusive.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Generator, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from _pytest.runner import runtestprotocol  # what pytest-rerunfailures uses: the one way to run an item twice

from grader.judge import closeness, drawn, messages
from grader.judge.check_state import candidate_of, is_virtual, is_wanted, kinds_meant, state_of
from grader.judge.noise_rules import ATTEMPTS, doubts_of_chance, doubts_of_failure, doubts_of_run, weighed
from grader.judge.outcome import evidence, of_test
from grader.judge.plan import Candidate, Plan, TaskKey
from grader.judge.schedules import Schedules
from grader.judge.suite_modules import SealedSuite, Suite, is_suite, load_error
from grader.kinds import CheckOutcome, Doubt
from grader.record import seconds
from grader.record.recorder import Job, Recorder
from grader.record.recording import Recording
from grader.record.run import Run
from grader.record.spec import RecordingSpec
from grader.record.trace import Trace
from grader.report import sentences
from grader.suite import Live, Virtual, record


class _RecordingKey(NamedTuple):
    """One recording of one candidate: ``name`` is that of the suite's module."""

    suite: Path
    task: TaskKey
    name: str


def pytest_configure(config: pytest.Config) -> None:
    """Without a plan of the grader's own, judge the learner's files as ``python -m pytest tests/hidden`` does."""
    config.addinivalue_line("markers", "points(score, title, means, public): a check of a suite")
    judge = next((plugin for plugin in config.pluginmanager.get_plugins() if isinstance(plugin, JudgePlugin)), None)
    if judge is None:
        judge = JudgePlugin(None)
        config.pluginmanager.register(judge, "turtles-judge")
    else:
        # Nobody sees these tracebacks, and pytest's own kind costs 0.1 s of processor time for each failed check.
        config.option.tbstyle = "native"
    config.pluginmanager.register(_Collection(judge), "turtles-collection")
    config.pluginmanager.register(_RunFixtures(judge), "turtles-fixtures")


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Comparisons of evidence explain themselves in a learner's words."""
    return messages.explain_comparison(op, left, right)


class JudgePlugin:
    """Judges the suites of a session by a ``Plan``: the attempts, and what of them stands."""

    def __init__(self, plan: Plan | None) -> None:
        self._plan = plan
        self.is_own_session = plan is not None
        """Whether the grader asked for this session, and not somebody who ran pytest."""
        self.specs: dict[tuple[Path, str], RecordingSpec] = {}
        """By suite and name."""
        self.recorder: Recorder | None = None
        self.attempt = 0
        self._recordings: dict[_RecordingKey, Recording] = {}
        self._as_seen: dict[int, tuple[Recording, Recording]] = {}
        """By the identity of a recording, which is kept alive here: the same as it counts."""
        self._again: list[pytest.Item] = []

    @property
    def plan(self) -> Plan:
        """What there is to judge."""
        if self._plan is None:
            from grader.judge.default_plan import default_plan

            self._plan = default_plan()
        return self._plan

    def recording(self, suite: Path, task: TaskKey, name: str) -> Recording:
        """The last recording of that name that was made of a candidate."""
        return self._recordings[_RecordingKey(suite, task, name)]

    # -- the session -------------------------------------------------------------------------------------------------

    def pytest_internalerror(self, excrepr: object) -> bool | None:
        """Keep an error of the grader itself for the caller of the session, rather than print it."""
        if not self.is_own_session:
            return None
        self.plan.internal_error = str(excrepr)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Record, judge, and record again what noise could have decided."""
        checks = [item for item in session.items if item.get_closest_marker("points")]
        if not checks or session.config.option.collectonly:
            return None
        if session.testsfailed and not session.config.option.continue_on_collection_errors:
            raise session.Interrupted(f"{session.testsfailed} suites could not be loaded")
        self._expect(checks)
        with self.plan.recorder() as self.recorder:
            pending = [item for item in session.items if self.plan.part.has(virtual=is_virtual(item))]
            for self.attempt in range(ATTEMPTS):
                pending = [item for item in pending if not self._is_decided(item)]
                self._record(pending)
                pending = self._judge(session, pending)
                if not pending:
                    break
        return True

    def _expect(self, checks: Iterable[pytest.Item]) -> None:
        """Tell the plan of every check, and each check its position among those of its suite."""
        positions: Counter[TaskKey] = Counter()
        for item in checks:
            if candidate := candidate_of(item):
                self.plan.expect(candidate.key)
                state_of(item).position = positions[candidate.key]
                positions[candidate.key] += 1

    def _record(self, items: Iterable[pytest.Item]) -> None:
        jobs: dict[_RecordingKey, Job] = {}
        for item in items:
            candidate = candidate_of(item)
            for name in getattr(item, "fixturenames", ()):
                spec = self.specs.get((item.path, name))
                if spec is not None and candidate is not None:
                    jobs[_RecordingKey(item.path, candidate.key, name)] = Job(candidate.subject, spec)
        assert self.recorder
        report = self.plan.progress
        self._recordings |= self.recorder.record_all(
            jobs, calm=self.attempt, progress=lambda n: report(n, len(jobs)), under_way=self.plan.under_way
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
        if self.recorder is None:
            return None
        if self._is_decided(item):
            # What the test before it left for it is to be taken down all the same.
            item.session._setupstate.teardown_exact(nextitem)
            return True
        state = state_of(item)
        state.begin()
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        state.doubts += doubts_of_chance(state, failed=any(report.failed for report in reports))
        state.remember_failure()
        if state.doubts and self.attempt < ATTEMPTS - 1:
            self._again.append(item)
            return True
        self._settle(item, state.doubts)
        for report in reports:
            if state.doubts and report.when == "call":
                report.outcome, report.longrepr = (
                    "failed",
                    f"{sentences.undecided(state.doubts[0])} ({sentences.doubt(state.doubts[0])})",
                )
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _is_decided(self, item: pytest.Item) -> bool:
        """Whether nobody wants to know how the check comes out: another one has failed, and one is enough."""
        candidate = candidate_of(item)
        return candidate is not None and candidate.until_failure and self.plan.has_failed(candidate.key)

    def _settle(self, item: pytest.Item, doubts: Sequence[Doubt]) -> None:
        candidate, state = candidate_of(item), state_of(item)
        outcome = state.outcome
        if candidate is None or outcome is None:
            return
        if doubts:
            undecided, figures = sentences.undecided(doubts[0]), sentences.doubt(doubts[0])
            outcome = replace(outcome, kind=CheckOutcome.INCONCLUSIVE, message=undecided, figures=figures)
        self.plan.settle(candidate.key, state.position, outcome)

    # -- one test ----------------------------------------------------------------------------------------------------

    def use(self, item: pytest.Item, recording: Recording, spec: RecordingSpec) -> Recording:
        """Let the test rest on a recording, and doubt it for the noise that makes even the order of events doubtful.

        Returns the recording as it counts.
        """
        state = state_of(item)
        weighing = weighed(state, recording, heavy=spec.heavy)
        if weighing is not recording:  # the same for every check, so that it is drawn once
            _, recording = self._as_seen.setdefault(id(recording), (recording, weighing))
        state.used.append(recording)
        state.doubts += doubts_of_run(recording, spec.deadline_s)
        return recording

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Try a property on the schedules that it drew for an earlier program."""
        schedules = state_of(pyfuncitem).schedules
        return (schedules is not None and schedules.try_kept(shrink=self.plan.shrink)) or None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Hear of every comparison that noise could have decided."""
        state, candidate = state_of(item), candidate_of(item)
        if state.schedules and isinstance(item, pytest.Function):
            state.schedules.remember(item)
        mark = item.get_closest_marker("points")
        title = str(mark.args[1]) if mark else item.name
        drawing = drawn.property_made(item.path, title) if state.schedules else contextlib.nullcontext()
        with seconds.watch() as doubts, drawing:
            try:
                outcome = yield
                if state.schedules:
                    state.schedules.passed()
                if candidate and not _runs_a_program(item):
                    closeness.note(item.path, candidate.key.label, title, item.runtest)
                return outcome
            except Exception:
                if state.schedules is None or not state.schedules.can_confirm:
                    raise
                state.schedules.confirm()
                raise
            finally:
                if self.recorder is not None and doubts and not _stands(item):
                    state.doubts += doubts

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put what the test said into an outcome."""
        report = yield
        if self.recorder is None:
            return report
        state, mark = state_of(item), item.get_closest_marker("points")
        if call.excinfo:
            state.doubts += doubts_of_failure(state, call.excinfo.value, self.attempt)
        if mark and (call.when == "call" or (call.when == "setup" and call.excinfo)):
            score, title = mark.args
            error = call.excinfo.value if call.excinfo else None
            outcome = of_test(title, score, error, tuple(state.used))
            state.outcome = replace(outcome, means=kinds_meant(mark), public=mark.kwargs.get("public", False))
        return report


def _stands(item: pytest.Item) -> bool:
    """Whether a check comes out the same whatever the noise did to its comparisons.

    Only one that runs no program is made again to see that.
    """
    return not _runs_a_program(item) and seconds.same_either_way(item.runtest)


def _runs_a_program(item: pytest.Item) -> bool:
    return bool({"virtual", "live"} & {*getattr(item, "fixturenames", ())})


class _Collection:
    """What pytest collects: suites, each of their checks for each candidate."""

    def __init__(self, judge: JudgePlugin) -> None:
        self._judge = judge

    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> Suite | None:
        """Suites are modules of their own kind."""
        return self._furnished(Suite.from_parent(parent, path=module_path)) if is_suite(module_path) else None

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> Suite | None:
        """Sealed suites are, where the plan has them opened."""
        if not self._judge.is_own_session or file_path not in self._judge.plan.opened:
            return None
        suite: SealedSuite = SealedSuite.from_parent(parent, path=file_path)
        suite.opened = self._judge.plan.opened[file_path]
        return self._furnished(suite)

    def _furnished(self, suite: Suite) -> Suite:
        suite.make_fixture, suite.shrink = self._fixture, self._judge.plan.shrink
        return suite

    def _fixture(self, path: Path, name: str, spec: RecordingSpec) -> Any:
        self._judge.specs[path, name] = spec

        @pytest.fixture(name=name)
        def recording(request: pytest.FixtureRequest, subject: Candidate) -> Trace:
            found = self._judge.recording(path, subject.key, name)
            return evidence(self._judge.use(request.node, found, spec), spec.allow)

        return recording

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Each check is made on each candidate."""
        path = Path(metafunc.definition.path)
        if not is_suite(path):
            return
        if "subject" not in metafunc.fixturenames:
            metafunc.fixturenames.append("subject")
        candidates = self._judge.plan.candidates.get(path, ())
        candidates = [candidate for candidate in candidates if is_wanted(metafunc.definition, candidate)]
        labels = [candidate.key.label for candidate in candidates]
        metafunc.parametrize("subject", candidates, ids=labels, scope="module")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A suite that cannot be loaded is the kit's fault, and said."""
        if report.failed and self._judge.is_own_session:
            self._judge.plan.errors.append(load_error(report))


class _RunFixtures:
    """The fixtures by which a check runs its program itself."""

    def __init__(self, judge: JudgePlugin) -> None:
        self._judge = judge

    @pytest.fixture
    def virtual(self, request: pytest.FixtureRequest, subject: Candidate) -> Virtual:
        """Run the program under virtual time, at once."""
        state = state_of(request.node)
        schedules = state.schedules = Schedules()
        schedules.alone = self._judge.attempt > 0

        def run(target: str, *args: Any, **options: Any) -> Trace:
            spec = replace(record(target, *args, **options), virtual=True, observe=schedules.alone)
            assert self._judge.recorder
            recording = self._judge.recorder.explore(subject.subject, spec, alone=schedules.alone)
            state.used[:] = [recording]
            return evidence(recording, spec.allow)

        return run

    @pytest.fixture
    def live(self, request: pytest.FixtureRequest, subject: Candidate) -> Live:
        """Run the program in the test's own loop."""

        @contextlib.asynccontextmanager
        async def run(target: str | None, *args: Any, **options: Any) -> AsyncIterator[Run]:
            assert self._judge.recorder
            spec = record(target, *args, **options)
            under_way: Run | None = None
            try:
                async with self._judge.recorder.live(subject.subject, spec) as under_way:
                    yield under_way
            except BaseException:
                if under_way:  # a test that fails while the run is under way may do so for noise as well
                    self._judge.use(request.node, under_way.recording(), spec)
                raise
            evidence(self._judge.use(request.node, under_way.recording(), spec), spec.allow)

        return run
