"""The bank of attacks: programs that try to win without the work, or to do harm; none may succeed.

An attack is a piece of code (``tests/attacks/KIND/NAME.py``) that is put on top of what was handed out of an exercise,
so that the same attack is tried on every chapter. Nothing may be gained by it, nothing harmed, and nothing left behind.
``tests/attacks/README.md`` says how one is written.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
import secrets
import shutil
import tempfile
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import pytest

from grader.environment import in_ci
from grader.errors import KitError, UsageError
from grader.judge.plan import silent
from grader.judge.session import Judged, judge
from grader.judge.task import Task
from grader.kinds import CheckOutcome, Ending
from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.load.submission import Submission, read_submission
from grader.record.explore import Explorer
from grader.record.noise import Noise
from grader.record.recorder import Job, Recorder
from grader.record.recording import Recording, Subject
from grader.record.run import MOST_LATE
from grader.record.sandbox import Sandbox
from grader.record.spec import RecordingSpec
from grader.result import CheckVerdict, Verdict

KINDS = ("verdict", "clock", "secrets", "machine")
_NEED_THE_SANDBOX = ("secrets", "machine")

LOOT = "LOOT"
"""How a line begins that an attack prints when it got what it must not get."""

SECRET = "canary-"
"""What is planted in suites, solutions, history and environment, and must not be seen in any run, begins like this."""

LEFT = "turtles-attack"
"""In the names of files that attacks leave where they can."""

_MARK = """\
def _struck(word="struck", said=set()):
    import os
    if word not in said:
        said.add(word)
        os.write(2, f"{{word}}: {name}\\n".encode())
"""
"""What stands before each attack: by it the attack says, on standard error, that it has done what it is about."""

_MARKED = re.compile(rb"(struck|refused): \w+")
_LONGEST_MARK = 200

_AS_WITHOUT = "as without"
_NEIGHBOUR, _HANDED_OUT = "neighbour", "handed_out"
_EXPECTATIONS = {_AS_WITHOUT, *Verdict}
_HEAD = re.compile(r"# (Attack|Expect|Message|Needs|Strikes|Heavy|Everywhere|Only|Earns|Refused): (.+)")

_HEAVY_DEADLINE_S = 1.0
"""What attacks the machine is not waited for as long as others."""

_HEAVY_JOBS = 4
_PATIENCE_S = 0.5
_LATE_S = 2.0
"""From the deadline to the end of a run that has to be killed, at most, by the grader's clock."""

Key = TypeVar("Key")

_OWN = (CheckVerdict.PASSED, CheckVerdict.INCONCLUSIVE)
_NOT_TRIED = "each attack is tried under virtual time on one exercise"


@dataclass(frozen=True)
class Attack:
    """One program of the bank."""

    path: Path
    kind: str
    code: str
    tries: str
    expect: frozenset[str]
    """Verdicts, one of which has to come; ``as without``: the checks that pass are those that pass without it."""
    message: re.Pattern[str] | None = None
    """What the learner has to be told, wherever the verdict is ``crashed`` or ``broken``."""
    needs_sandbox: bool = False
    strikes: bool = False
    """It ends or blocks every run alike, so one run of each exercise is enough where that run does not return."""
    heavy: bool = False
    """It wears the machine down: it is tried with few neighbours, and strikes as well."""
    everywhere: re.Pattern[str] | None = None
    """Besides the first of each chapter it is tried on every exercise whose handed-out file this is found in."""
    only: re.Pattern[str] | None = None
    """It is tried only on exercises in whose handed-out file this is found, and under virtual time as well."""
    earns: frozenset[tuple[str, str]] = frozenset()
    """Checks (exercise, title) that the program really passes with it."""
    refused: bool = False
    """That the kernel refuses what it does is the point, so it has struck where that is what it got."""

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.path.stem}"

    def struck(self, said: Iterable[str]) -> bool:
        """Whether one of these lines of standard error says that it has done what it is about."""
        words = ("struck", "refused") if self.refused else ("struck",)
        return not {f"{word}: {self.path.stem}" for word in words}.isdisjoint(said)


@dataclass
class AttackReport:
    """What the attacks came to."""

    tried: Counter[str] = field(default_factory=Counter)
    """Attacks by kind."""
    programs: int = 0
    exercises: int = 0
    complaints: list[str] = field(default_factory=list)
    """Where an attack gained or harmed something."""
    undecided: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """One line."""
        kinds = ", ".join(f"{self.tried[kind]} {kind}" for kind in KINDS)
        gained = f"{len(self.complaints)} gained or harmed something" if self.complaints else "none gained or harmed"
        undecided = f"; {len(self.undecided)} not judged" if self.undecided else ""
        return f"attacks on {self.exercises} exercises: {kinds}; {gained}{undecided}"


def load_bank(kit: Kit) -> tuple[Attack, ...]:
    """The bank of a kit, by kind and name; empty where there is none. Raises ``KitError`` for a head that is wrong."""
    folder = kit.root / "tests" / "attacks"
    return tuple(_read(path, kind) for kind in KINDS for path in sorted((folder / kind).glob("*.py")))


def _read(path: Path, kind: str) -> Attack:
    code = path.read_text(encoding="utf-8")
    values: dict[str, list[str]] = {}
    for line in code.splitlines():
        if not line.startswith("#"):
            break
        if found := _HEAD.fullmatch(line):
            values.setdefault(found[1], []).append(found[2])
    expect = frozenset(each.strip() for each in ", ".join(values.get("Expect", [])).split(","))
    if "Attack" not in values or not expect <= _EXPECTATIONS:
        raise KitError(f"tests/attacks/{kind}/{path.name}: begins with '# Attack: …' and '# Expect: …' ({path.stem})")
    earns = (each.partition(": ") for each in values.get("Earns", []))
    return Attack(
        path=path,
        kind=kind,
        code=_MARK.format(name=path.stem) + code,
        tries=values["Attack"][0],
        expect=expect,
        message=re.compile(values["Message"][0]) if "Message" in values else None,
        needs_sandbox="Needs" in values or kind in _NEED_THE_SANDBOX,
        strikes="Strikes" in values or "Heavy" in values,
        heavy="Heavy" in values,
        everywhere=re.compile(values["Everywhere"][0], re.MULTILINE) if "Everywhere" in values else None,
        only=re.compile(values["Only"][0], re.MULTILINE) if "Only" in values else None,
        earns=frozenset((name, title) for name, _, title in earns),
        refused="Refused" in values,
    )


def targets(kit: Kit) -> tuple[Exercise, ...]:
    """The exercises that every attack is tried on: the first of each chapter."""
    firsts = (
        next((each for each in chapter.exercises if not each.needs_newer_python), None) for chapter in kit.chapters
    )
    return tuple(first for first in firsts if first is not None)


def others(kit: Kit) -> tuple[Exercise, ...]:
    """The exercises that some attacks are tried on besides. (What computes is recorded alone, so it is left out.)"""
    first = targets(kit)
    return tuple(
        each
        for each in kit.exercises
        if not each.needs_newer_python and each not in first and "heavy=True" not in kit.suite(each)
    )


def with_prelude(source: str, prelude: str) -> str:
    """A program with code of another put in front of its own, behind its docstring and ``from __future__``."""
    line = 0
    for number, statement in enumerate(ast.parse(source).body):
        docstring = number == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not docstring and not future:
            break
        line = statement.end_lineno or line
    lines = source.splitlines(keepends=True)
    return "".join([*lines[:line], "\n", prelude, "\n", *lines[line:]])


def run_bank(
    kit: Kit, sandbox: Sandbox, *, bank: Sequence[Attack] | None = None, progress: Callable[[int, int], None] = silent
) -> AttackReport:
    """Try every attack on one exercise of each chapter, some on all, and report what any of them gained or harmed.

    Without a sandbox what could harm the machine is left out; ``UsageError`` where that must not be (``CI=true``).
    """
    report = AttackReport()
    attacks = load_bank(kit) if bank is None else tuple(bank)
    if not sandbox.wall:
        if in_ci() and any(each.needs_sandbox for each in attacks):
            raise UsageError(f"the bank of attacks needs the sandbox, and here there is none: {sandbox.note}")
        left_out = sum(each.needs_sandbox for each in attacks)
        attacks = tuple(each for each in attacks if not each.needs_sandbox)
        if left_out:
            report.notes.append(f"{left_out} attacks that could harm this machine are left out: {sandbox.note}")
    exercises = targets(kit)
    if not attacks or not exercises:
        return report
    report.tried.update(each.kind for each in attacks)
    report.exercises = len(exercises)
    secret = SECRET + secrets.token_hex(16)
    known: dict[str, Judged] = {}
    struck: set[str] = set()
    with _in_environment(secret):
        for heavy in (False, True):
            chosen = [each for each in attacks if each.heavy is heavy and not each.only]
            # The first session judges what is handed out as well.
            if chosen or (not heavy and any(not each.only for each in attacks)):
                with _copy(kit, secret) as copy:
                    _Assault(copy, exercises, sandbox, secret, report, known, struck).run(chosen, progress, heavy=heavy)
        chosen = [each for each in attacks if each.everywhere or each.only]
        rest = others(kit)
        if chosen and (rest or any(each.only for each in chosen)):
            report.exercises += len(rest)
            with _copy(kit, secret) as copy:
                _Raid(copy, rest, sandbox, secret, report, struck).run(chosen, progress)
    report.complaints += [f"{attack.name} did not strike" for attack in attacks if attack.name not in struck]
    return report


@contextlib.contextmanager
def _copy(kit: Kit, secret: str) -> Iterator[Kit]:
    """A copy of the kit with a secret in each part that has to stay secret."""
    with tempfile.TemporaryDirectory(prefix="turtles-kit-") as folder:
        root = Path(folder)
        for part in ("exercises", "solutions", "tests/hidden", kit.shown(kit.handout_folder)):
            shutil.copytree(kit.root / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
        for part in ("solutions", "tests/hidden"):
            for path in (root / part).rglob("*.py"):
                if path.stem.endswith("_scenario"):
                    continue  # it drives the program, in the program's own process: no secret of anybody's
                with path.open("a", encoding="utf-8") as file:
                    file.write(f"\n# {secret}\n")
        (root / ".git").mkdir()
        (root / ".git" / "description").write_text(secret, encoding="utf-8")
        yield replace(kit, root=root)


@contextlib.contextmanager
def _in_environment(secret: str) -> Iterator[None]:
    os.environ["TURTLES_SECRET_TOKEN"] = secret
    try:
        yield
    finally:
        del os.environ["TURTLES_SECRET_TOKEN"]


class _Marks:
    """The marks of attacks among all that programs under virtual time write to standard error."""

    def __init__(self) -> None:
        read_end, self.write_end = os.pipe()
        self.found: set[str] = set()
        self._thread = threading.Thread(target=self._read, args=[read_end], daemon=True)
        self._thread.start()

    def _read(self, read_end: int) -> None:
        rest = b""
        while data := os.read(read_end, 65536):
            *lines, rest = (rest + data).split(b"\n")
            self.found.update(line.decode() for line in lines if _MARKED.fullmatch(line))
            rest = rest[-_LONGEST_MARK:]
        os.close(read_end)

    def close(self) -> None:
        """Read what is left, once nobody can write any more."""
        os.close(self.write_end)
        self._thread.join(_LATE_S)


class _AttackedRecorder(Recorder):
    """Makes no more runs than are needed: hundreds of attacks on many exercises are many thousands of runs."""

    def __init__(
        self,
        sandbox: Sandbox,
        *,
        packages: Iterable[str],
        heavy: bool,
        strikes: frozenset[str],
        virtual: frozenset[str],
        hasty: bool = False,
    ) -> None:
        super().__init__(sandbox, packages=packages, jobs=_HEAVY_JOBS if heavy else None)
        self._heavy = heavy
        self._strikes = strikes
        """Sources of programs that do in every run what they do in the first."""
        self._virtual = virtual
        """Sources of programs that are run under virtual time as well."""
        self._hasty = hasty
        """Whether what noise could have decided may stay open, rather than be recorded alone."""
        self._marks = _Marks()
        self._explorer = Explorer(self._launcher, patience_s=_PATIENCE_S, stderr=self._marks.write_end)
        self.made: dict[str, list[tuple[RecordingSpec, Recording]]] = {}

    def record_all(
        self,
        jobs: Mapping[Key, Job],
        *,
        calm: int = 0,
        progress: Callable[[int], None] = lambda _: None,
        under_way: Callable[[], None] = lambda: None,
    ) -> dict[Key, Recording]:
        jobs = {key: replace(job, spec=self._shortened(job)) for key, job in jobs.items()}
        calm = min(calm, 1) if self._hasty else calm
        leaders: dict[str, Key] = {}
        for key, job in jobs.items():
            if job.subject.source in self._strikes:
                leaders.setdefault(job.subject.source, key)
        at_first = {k: job for k, job in jobs.items() if leaders.get(job.subject.source, k) == k}
        found = super().record_all(at_first, calm=calm, progress=progress)
        for key in leaders.values():
            # One try of these is enough, with any noise.
            if found[key].trace.ended in (Ending.STOPPED, Ending.DIED):
                found[key] = replace(found[key], noise=Noise())
        rest: dict[Key, Job] = {}
        for key, job in jobs.items():
            if key not in found:
                first = found[leaders[job.subject.source]]
                if first.trace.ended in (Ending.STOPPED, Ending.DIED):
                    found[key] = first
                else:
                    rest[key] = job
        found |= super().record_all(
            rest, calm=calm, progress=lambda done: progress(len(at_first) + done), under_way=under_way
        )
        for key, recording in found.items():
            self.made.setdefault(jobs[key].subject.source, []).append((jobs[key].spec, recording))
        return found

    def said(self, source: str) -> Iterator[str]:
        """What a program wrote to standard error, line by line; under virtual time, what any of them marked."""
        yield from self._marks.found
        for _, recording in self.made.get(source, ()):
            yield from recording.trace.stderr.splitlines()

    def __enter__(self) -> _AttackedRecorder:
        return self

    def __exit__(self, *exception: object) -> None:
        super().__exit__(*exception)
        self._marks.close()

    def warm_up(self) -> None:
        """Make a run of nothing: the fork server stands ready after it."""
        nothing = Job(Subject("def main(): pass", "nothing.py"), RecordingSpec("main", observe=False))
        super().record_all({0: nothing})

    def _shortened(self, job: Job) -> RecordingSpec:
        if self._heavy and job.subject.source in self._strikes:
            return replace(job.spec, deadline_s=_HEAVY_DEADLINE_S)
        return job.spec

    def explore(self, subject: Subject, spec: RecordingSpec, *, alone: bool) -> Recording:
        if subject.source not in self._virtual:
            raise pytest.skip.Exception(_NOT_TRIED)  # the one exception that Hypothesis lets through at once
        recording = super().explore(subject, spec, alone=alone)
        self.made.setdefault(subject.source, []).append((spec, recording))
        return recording


class _Assault:
    """One session: attacks on the exercises of a kit, with the solutions as neighbours."""

    def __init__(
        self,
        kit: Kit,
        exercises: Sequence[Exercise],
        sandbox: Sandbox,
        secret: str,
        report: AttackReport,
        handed_out: dict[str, Judged],
        struck: set[str],
    ) -> None:
        self._kit, self._exercises, self._sandbox, self._secret = kit, exercises, sandbox, secret
        self._report = report
        self._without = handed_out
        """By exercise: what is handed out, judged without any attack. The first session finds out."""
        self._struck = struck
        """Names of the attacks that did what they are about."""

    def run(self, attacks: Sequence[Attack], progress: Callable[[int, int], None], *, heavy: bool) -> None:
        """Try the attacks."""
        tasks = [Task(each, self._solution(each), _NEIGHBOUR) for each in self._exercises]
        virtual: set[str] = set()
        if not heavy:
            handed_out = [Task(each, self._handed_out(each), _HANDED_OUT) for each in self._exercises]
            virtual.update(task.submission.source or "" for task in handed_out)
            tasks += handed_out
        by_label = {f"{attack.kind}-{attack.path.stem}": attack for attack in attacks}
        strikes: set[str] = set()
        with_properties = [each for each in self._exercises if "virtual" in self._kit.suite(each)] or self._exercises
        for number, (label, attack) in enumerate(by_label.items()):
            for exercise in self._exercises:
                submission = self._handed_out(exercise)
                source = with_prelude(submission.source or "", attack.code)
                tasks.append(Task(exercise, replace(submission, source=source, digest=""), label))
                if exercise is with_properties[number % len(with_properties)]:
                    virtual.add(source)
                if attack.strikes:
                    strikes.add(source)
        packages = {package for exercise in self._exercises for package in exercise.packages}
        with _AttackedRecorder(
            self._sandbox, packages=packages, heavy=heavy, strikes=frozenset(strikes), virtual=frozenset(virtual)
        ) as recorder:
            recorder.warm_up()
            before = _processes()
            outcomes = judge(self._kit, tasks, recorder, progress, shrink=False, workers=False)
            _look_for_leftovers(self._kit, recorder, before, self._report)
        self._without.update((each.task.exercise.name, each) for each in outcomes if each.task.label == _HANDED_OUT)
        for judged in outcomes:
            if judged.task.label == _NEIGHBOUR:
                self._neighbour(judged)
            elif judged.task.label in by_label:
                self._report.programs += 1
                self._attack(by_label[judged.task.label], judged, recorder)
        self._struck.update(_those_that_struck(by_label, outcomes, recorder))

    def _handed_out(self, exercise: Exercise) -> Submission:
        return read_submission(self._kit.handed_out_file(exercise), f"exercises/{exercise.file}")

    def _solution(self, exercise: Exercise) -> Submission:
        return read_submission(self._kit.solution_file(exercise), f"exercises/{exercise.file}")

    # -- what is asserted --------------------------------------------------------------------------------------------

    def _neighbour(self, judged: Judged) -> None:
        """Every other exercise is judged as without the attacks."""
        result = judged.result
        checks = [check for check in result.checks if check.title not in _not_tried(judged)]
        failed = [check for check in checks if check.verdict is CheckVerdict.FAILED]
        problem = result.message or "; ".join(f"{check.title}: {check.message}" for check in failed)
        if any(check.verdict is CheckVerdict.INCONCLUSIVE for check in checks):
            self._report.undecided.append(f"the solution of {result.name}, beside attacks: {problem}")
        elif failed or not checks:
            self._report.complaints.append(
                f"the solution of {result.name}, beside attacks: {result.verdict} ({problem})"
            )

    def _attack(self, attack: Attack, judged: Judged, recorder: _AttackedRecorder) -> None:
        result = judged.result
        where = f"{attack.name} on {result.name}"
        if result.verdict is Verdict.INCONCLUSIVE:
            if Verdict.INCONCLUSIVE not in attack.expect:
                self._report.undecided.append(f"{where}: {result.message}")
            return
        self._report.complaints += [
            f"{where}: {problem}"
            for problem in [
                *_gained(attack, judged, self._without[result.name]),
                *self._unexpected(attack, judged),
                *_seen(attack, judged, recorder, self._secret),
            ]
        ]

    def _unexpected(self, attack: Attack, judged: Judged) -> Iterator[str]:
        """Whether the verdict is none of those, or its words are not."""
        result = judged.result
        without = self._without[result.name]
        missed = _passed(without) - _passed(judged) - _not_tried(judged)
        same = not missed and result.verdict in (Verdict.FAILED, _verdict_of(without))
        if result.verdict not in attack.expect and not (same and _AS_WITHOUT in attack.expect):
            reason = next((check.message for check in result.checks if check.message), "")
            yield (
                f"{result.verdict} ({result.message or reason}), expected {' or '.join(sorted(attack.expect))}"
                + (f"; no longer passed: {', '.join(sorted(missed))}" if missed else "")
            )
        said = [result.message, *(check.message for check in result.checks)]
        if attack.heavy and any("it was still running" in each for each in said):
            return  # with so short a deadline, on a busy machine, that is the limit it met first
        ended = result.verdict in (Verdict.CRASHED, Verdict.BROKEN)
        if ended and attack.message and not any(attack.message.search(each) for each in said):
            yield f"the learner is told {result.message!r}, and not {attack.message.pattern!r}"
        for text in said:
            if strange := [each for each in text if unicodedata.category(each) in ("Cc", "Cf", "Cs") and each != "\n"]:
                yield f"a message holds {strange[0]!r}"
        if ended and not result.message:
            yield f"{result.verdict} without a word"


class _Raid:
    """One session: the attacks that go for points by hard-coding, on the other exercises, and those that go for certain
    exercises, on these. Gains are looked for, and what is seen or left behind."""

    def __init__(
        self,
        kit: Kit,
        others: Sequence[Exercise],
        sandbox: Sandbox,
        secret: str,
        report: AttackReport,
        struck: set[str],
    ) -> None:
        self._kit, self._others, self._sandbox, self._secret = kit, others, sandbox, secret
        self._report = report
        self._struck = struck
        """Names of the attacks that did what they are about."""

    def run(self, attacks: Sequence[Attack], progress: Callable[[int, int], None]) -> None:
        """Try the attacks."""
        tasks: list[Task] = []
        virtual: set[str] = set()
        by_label = {attack.name.replace("/", "-"): attack for attack in attacks}
        for exercise in [*targets(self._kit), *self._others]:
            submission = read_submission(self._kit.handed_out_file(exercise), f"exercises/{exercise.file}")
            source = submission.source or ""
            chosen = {label: attack for label, attack in by_label.items() if self._is_tried(attack, exercise, source)}
            if chosen:
                tasks.append(Task(exercise, submission, _HANDED_OUT))
            for label, attack in chosen.items():
                attacked = replace(submission, source=with_prelude(source, attack.code), digest="")
                tasks.append(Task(exercise, attacked, label))
                if attack.only:
                    virtual |= {source, attacked.source or ""}
        packages = {package for task in tasks for package in task.exercise.packages}
        with _AttackedRecorder(
            self._sandbox, packages=packages, heavy=False, strikes=frozenset(), virtual=frozenset(virtual), hasty=True
        ) as recorder:
            recorder.warm_up()
            before = _processes()
            outcomes = judge(self._kit, tasks, recorder, progress, shrink=False, workers=False)
            _look_for_leftovers(self._kit, recorder, before, self._report)
        without = {each.task.exercise.name: each for each in outcomes if each.task.label == _HANDED_OUT}
        for judged in outcomes:
            if judged.task.label != _HANDED_OUT:
                attack = by_label[judged.task.label]
                self._report.programs += 1
                problems = [
                    *_gained(attack, judged, without[judged.result.name]),
                    *(_seen(attack, judged, recorder, self._secret) if attack.only else ()),
                ]
                self._report.complaints += [f"{attack.name} on {judged.result.name}: {problem}" for problem in problems]
        self._struck.update(_those_that_struck(by_label, outcomes, recorder))

    def _is_tried(self, attack: Attack, exercise: Exercise, source: str) -> bool:
        if attack.only:
            return bool(attack.only.search(source))
        return exercise in self._others and attack.everywhere is not None and bool(attack.everywhere.search(source))


def _those_that_struck(
    by_label: Mapping[str, Attack], outcomes: Sequence[Judged], recorder: _AttackedRecorder
) -> Iterator[str]:
    """Names of the attacks that say in any run that they did what they are about."""
    for judged in outcomes:
        attack = by_label.get(judged.task.label)
        if attack and attack.struck(recorder.said(judged.task.submission.source or "")):
            yield attack.name


def _seen(attack: Attack, judged: Judged, recorder: _AttackedRecorder, secret: str) -> Iterator[str]:
    """What its recordings show that must not be there."""
    for spec, recording in recorder.made.get(judged.task.submission.source or "", ()):
        trace = recording.trace
        # Schedules that share a process may know of each other; what counts is watched, and alone.
        shared = spec.virtual and not spec.observe
        loot = None if shared else next((line for line in trace.lines if line.startswith(LOOT)), None)
        if loot:
            yield f"got what it must not get: {loot[:300]}"
            return
        if secret in repr((trace, recording.explanations, recording.broken)):
            yield "knows what is in suites, solutions, history or environment"
            return
        late_s = float(trace.elapsed) - recording.noise.doubt_s - spec.deadline_s
        # What computes is given the time that it did not get a processor.
        waited = attack.heavy or recording.noise.kept_waiting
        most_s = _LATE_S + (MOST_LATE * spec.deadline_s if waited else 0)
        if not recording.virtual and late_s > most_s:
            yield f"ended {late_s:.1f} s after its deadline"
            return


def _look_for_leftovers(kit: Kit, recorder: Recorder, before: set[int], report: AttackReport) -> None:
    """Nothing of a run outlives it: no process, no folder, no file."""
    recorder.end_exploring()
    if left := _processes() - before:
        report.complaints.append(f"{len(left)} processes are left behind")
    if left_in := sorted(path.name for path in recorder.scratch_root.iterdir()):
        report.complaints.append(f"{len(left_in)} folders are left behind")
    places = {
        Path(tempfile.gettempdir()),
        Path("/dev/shm"),
        Path("/var/tmp"),
        Path.home(),
        Path.cwd(),
        kit.root,
    }
    for place in places:
        for path in place.glob(f"{LEFT}*"):
            report.complaints.append(f"{path} is left behind")


def _gained(attack: Attack, judged: Judged, without: Judged) -> Iterator[str]:
    """What came of it that what was handed out does not earn."""
    result = judged.result
    if result.verdict is Verdict.PASSED or result.score == result.max_score:
        yield "full marks"
    # What noise left open of the program without the attack may be its own.
    own = {check.title for check in without.result.checks if check.verdict in _OWN}
    earned = {title for name, title in attack.earns if name == result.name}
    for title in sorted(_passed(judged) - own - earned):
        yield f"passes what the program did not earn: {title!r}"


def _verdict_of(handed_out: Judged) -> Verdict:
    """The verdict on what is handed out if it were not known for that."""
    kinds = {outcome.kind for outcome in handed_out.outcomes}
    return next(
        (each for each in (Verdict.BROKEN, Verdict.CRASHED) if CheckOutcome(each.value) in kinds), Verdict.FAILED
    )


def _passed(judged: Judged) -> frozenset[str]:
    return frozenset(check.title for check in judged.result.checks if check.verdict is CheckVerdict.PASSED)


def _not_tried(judged: Judged) -> set[str]:
    return {each.title for each in judged.outcomes if pytest.skip.Exception.__name__ in each.message}


def _processes() -> set[int]:
    """The processes below this one (Linux; elsewhere none is found)."""
    found: set[int] = set()
    waiting = [os.getpid()]
    while waiting:
        parent = waiting.pop()
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                children = [int(pid) for pid in (task / "children").read_text(encoding="ascii").split()]
                found.update(children)
                waiting += children
    return found
