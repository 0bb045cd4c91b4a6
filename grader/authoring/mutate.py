"""``turtles mutate``: mutants of the references show what the suites do not look at.

Every mutant is judged like an answer of the bank, and has to fail a check. First the checks under virtual time, which
cost milliseconds; then what is left is recorded, all at once. The first check that fails settles it. A reference is
judged along with its mutants: where it does not pass, that its mutants fail says nothing.

Verdicts are remembered in ``.turtles``: a second run judges only what has changed.
"""

from __future__ import annotations

import contextlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from grader.authoring.excuses import Score, read_excuses
from grader.authoring.mutants import Mutant, mutants_of
from grader.errors import JudgeError, UsageError
from grader.files import write_text
from grader.judge import virtual_workers
from grader.judge.outcome import Outcome
from grader.judge.plan import Part, Plan, Settled, silent
from grader.judge.suites import judge_part, run_suites
from grader.judge.task import Task, make_plan
from grader.kinds import CheckOutcome
from grader.load.curriculum import Exercise
from grader.load.json_store import Entries, Memory
from grader.load.kit import STATE, Kit, Suites
from grader.load.state import key_for
from grader.load.submission import Submission, read_submission, take_submission
from grader.record.recorder import Recorder
from grader.record.sandbox import Sandbox

_TRIES: Final = 3
"""How often a mutant is judged that noise leaves undecided; after the first time, with few others alongside."""

_IN_A_BATCH: Final = 24
"""Of programs that are tried under virtual time in one session: few enough that two processes end together."""

_RECORDED_TOGETHER: Final = 600
"""Of programs that are recorded in one session: their recordings are all in memory at once."""

_REFERENCE: Final = "reference"
_SCHEMA: Final = "turtles/mutants/v1"


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    """A check failed."""
    EXCUSED = "excused"
    """No check failed, and it is recorded as a right program."""
    SURVIVED = "survived"
    """No check failed: the suite has a hole."""
    INCONCLUSIVE = "inconclusive"
    """The machine was too busy."""


@dataclass(frozen=True)
class JudgedMutant:
    """A mutant, and what became of it."""

    exercise: Exercise
    mutant: Mutant
    fate: Fate
    why: str = ""
    """The check that failed, the reason why it is a right program, or what could not be judged."""
    program: Path | None = None
    """The file to run, for one that survived."""


@dataclass
class MutationReport:
    """What became of all mutants, in the order of the kit."""

    judged: list[JudgedMutant] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """Of references that do not pass, and of excuses that are not needed."""
    problem: str = ""
    """Why nothing could be remembered; empty when it could."""

    def of(self, fate: Fate) -> list[JudgedMutant]:
        return [each for each in self.judged if each.fate is fate]

    def by(self, name: Callable[[JudgedMutant], str]) -> dict[str, Counter[Fate]]:
        """How many met which fate, by the names given."""
        counts: dict[str, Counter[Fate]] = {}
        for each in self.judged:
            counts.setdefault(name(each), Counter())[each.fate] += 1
        return counts

    def scores(self) -> dict[str, Score]:
        """The scores of all exercises whose mutants were all judged."""
        return {
            name: Score(counts.total(), counts[Fate.KILLED], counts[Fate.EXCUSED])
            for name, counts in self.by(lambda each: each.exercise.name).items()
            if not counts[Fate.INCONCLUSIVE]
        }

    def to_json(self) -> dict[str, Any]:
        """The report as ``--json`` writes it."""

        def counted(counts: Mapping[str, Counter[Fate]]) -> dict[str, dict[str, int]]:
            return {
                name: {"made": each.total(), **{str(fate): each[fate] for fate in Fate}}
                for name, each in counts.items()
            }

        return {
            "schema": _SCHEMA,
            "exercises": counted(self.by(lambda each: each.exercise.name)),
            "operators": counted(self.by(lambda each: each.mutant.operator)),
            "complaints": self.complaints,
            "mutants": [
                {
                    "exercise": each.exercise.name,
                    "id": each.mutant.id,
                    "operator": each.mutant.operator,
                    "function": each.mutant.function,
                    "fate": str(each.fate),
                    "why": each.why,
                    "diff": each.mutant.diff,
                }
                for each in self.judged
            ],
        }


def mutate(
    kit: Kit,
    chosen: Sequence[Exercise],
    sandbox: Sandbox,
    *,
    jobs: int | None = None,
    progress: Callable[[int, int], None] = silent,
    anew: bool = False,
    operators: Sequence[str] = (),
) -> MutationReport:
    """Make the mutants of the chosen exercises, and judge those whose verdict is not remembered (``anew``: all).

    ``operators``: those of some operators only.

    Exercises that need a newer Python are passed over. Raises ``UsageError`` for a kit for students, ``KitError`` for a
    suite that does not load or excuses that cannot be read, ``JudgeError`` when the grader fails, and
    ``KeyboardInterrupt``; what was judged by then is remembered.
    """
    if kit.suites is not Suites.OPEN:
        raise UsageError("a kit for students has no solutions to make mutants of; run it in the kit that it comes from")
    chosen = [each for each in chosen if not each.needs_newer_python]
    mutants = {each.name: mutants_of(kit, each, operators or None) for each in chosen}
    excuses = {each.name: {excuse.id: excuse.reason for excuse in read_excuses(kit, each)} for each in chosen}
    known = _Known(kit, sandbox, mutants, anew=anew, all_made=not operators)
    tasks = [
        Task(exercise, _submission(exercise, mutant), mutant.id, until_failure=True)
        for exercise in chosen
        for mutant in mutants[exercise.name]
        if known.get(exercise, mutant) is None
    ]
    report = MutationReport()
    packages = {package for exercise in chosen for package in exercise.packages}
    with known, contextlib.ExitStack() as stack:
        if tasks:
            recorder = stack.enter_context(Recorder(sandbox, packages=packages, jobs=jobs))
            judging = _Judging(kit, recorder, progress, [*_references(kit, tasks), *tasks])
            for name, why in judging.all(known.put):
                file = kit.solution_file(kit.exercise(name)).relative_to(kit.root).as_posix()
                report.complaints.append(f"{file}: does not pass ({why}); its mutants are not judged")
    for exercise in chosen:
        folder = kit.root / STATE / "mutants" / exercise.name
        shutil.rmtree(folder, ignore_errors=True)
        for mutant in mutants[exercise.name]:
            judged = _with_excuse(exercise, mutant, known.get(exercise, mutant), excuses[exercise.name].get(mutant.id))
            if judged.fate is Fate.SURVIVED:
                folder.mkdir(parents=True, exist_ok=True)
                judged = replace(judged, program=folder / f"{mutant.id}.py")
                write_text(folder / f"{mutant.id}.py", mutant.source)
            if judged.fate is Fate.KILLED and mutant.id in excuses[exercise.name]:
                report.complaints.append(
                    f"{exercise.name}: {mutant.id} is recorded as a right program, but {judged.why!r} fails"
                )
            report.judged.append(judged)
    report.problem = known.problem
    return report


def _with_excuse(
    exercise: Exercise, mutant: Mutant, verdict: tuple[Fate, str] | None, excuse: str | None
) -> JudgedMutant:
    fate, why = verdict or (Fate.INCONCLUSIVE, "it was not judged")
    if fate is Fate.SURVIVED and excuse is not None:
        fate, why = Fate.EXCUSED, excuse
    return JudgedMutant(exercise, mutant, fate, why)


def _submission(exercise: Exercise, mutant: Mutant) -> Submission:
    return take_submission(mutant.source.encode(), f"exercises/{exercise.file}")


def _references(kit: Kit, tasks: Iterable[Task]) -> Iterator[Task]:
    for exercise in dict.fromkeys(task.exercise for task in tasks):
        submission = read_submission(kit.solution_file(exercise), f"exercises/{exercise.file}")
        yield Task(exercise, submission, _REFERENCE, until_failure=True)


# --- judging --------------------------------------------------------------------------------------------------------

_Key = tuple[str, str]
"""The names of an exercise and of a program."""


class _Judging:
    """Judges programs until each has failed a check or passed all."""

    def __init__(
        self, kit: Kit, recorder: Recorder, progress: Callable[[int, int], None], tasks: Sequence[Task]
    ) -> None:
        self._kit = kit
        self._recorder = recorder
        self._progress = progress
        self._tasks = tasks
        """The references come first: until one is known to pass, no verdict on its mutants counts."""
        self._done = 0
        self._told: dict[_Key, tuple[Fate, str]] = {}

    def all(self, put: Callable[[str, str, Fate, str], None]) -> list[_Key]:
        """Judge all, and tell each verdict; return the exercises whose reference fails a check, and which.

        Verdicts on mutants are told only where the reference passes. When it is stopped, those known by then are told.
        """
        tasks = list(self._tasks)
        try:
            for _ in range(_TRIES):
                self._round(tasks)
                tasks = [task for task in tasks if self._told[_key(task)][0] is Fate.INCONCLUSIVE]
                if not tasks:
                    break
        finally:
            references = {name: verdict for (name, label), verdict in self._told.items() if label == _REFERENCE}
            right = {name for name, (fate, _) in references.items() if fate is Fate.SURVIVED}
            for (name, label), (fate, why) in self._told.items():
                if name in right and label != _REFERENCE:
                    put(name, label, fate, why)
        return [(name, why) for name, (fate, why) in references.items() if fate is Fate.KILLED]

    def _round(self, tasks: Sequence[Task]) -> None:
        self._done = 0
        virtual = [task for task in tasks if "virtual" in self._kit.suite(task.exercise)]
        tried = dict(self._try_virtually(virtual, len(tasks)))
        decided = {_key(task): failed for task in virtual if (failed := _failed(tried[_key(task)].values()))}
        self._told |= {key: (Fate.KILLED, title) for key, title in decided.items()}
        rest = [task for task in tasks if _key(task) not in decided]
        self._done = len(decided)
        for first in range(0, len(rest), _RECORDED_TOGETHER):
            self._told |= self._record(rest[first : first + _RECORDED_TOGETHER], tried, len(tasks))

    # -- under virtual time ------------------------------------------------------------------------------------------

    def _try_virtually(self, tasks: Sequence[Task], total: int) -> Iterator[tuple[_Key, Mapping[int, Outcome]]]:
        """Make the checks under virtual time; yield the outcomes of each program by the position of the check."""
        batches = [
            group[first : first + _IN_A_BATCH]
            for group in _by_exercise(tasks)
            for first in range(0, len(group), _IN_A_BATCH)
        ]
        if not virtual_workers.worker_count(self._recorder) or len(batches) < 2:
            for batch in batches:
                yield from self._outcomes(batch, self._judge_part(batch), total)
            return
        with virtual_workers.judging(self._kit, batches, self._recorder, shrink=False) as crew:
            crew.begin()
            for waiting in reversed(crew.batches):
                if waiting.take_back():
                    settled = self._judge_part(waiting.tasks)
                else:
                    try:
                        settled = waiting.settled()
                    except JudgeError:
                        settled = self._judge_part(waiting.tasks)
                yield from self._outcomes(waiting.tasks, settled, total)

    def _judge_part(self, tasks: list[Task]) -> Settled:
        """The outcomes under virtual time; none for a program on which the grader itself fails."""
        try:
            return judge_part(self._kit, tasks, self._recorder, Part.VIRTUAL, shrink=False)
        except JudgeError:
            if len(tasks) == 1:
                return {}
            half = len(tasks) // 2
            return {**self._judge_part(tasks[:half]), **self._judge_part(tasks[half:])}

    def _outcomes(
        self, tasks: Sequence[Task], settled: Settled, total: int
    ) -> Iterator[tuple[_Key, Mapping[int, Outcome]]]:
        self._done += len(tasks)
        self._progress(min(self._done, total), total)
        for task in tasks:
            outcomes = settled.get(task.key, {})
            # What it rests on is many times as large as what it says, and nobody asks for it.
            yield _key(task), {position: replace(outcome, recordings=()) for position, outcome in outcomes.items()}

    # -- recorded ----------------------------------------------------------------------------------------------------

    def _record(
        self, tasks: Sequence[Task], tried: Mapping[_Key, Mapping[int, Outcome]], total: int
    ) -> dict[_Key, tuple[Fate, str]]:
        """Make the checks on recordings, and say what became of each program by these and those tried before."""
        base = self._done

        def progress(done: int, recordings: int) -> None:
            self._progress(base + done * len(tasks) // max(1, recordings), total)

        plan = make_plan(
            self._kit, tasks, lambda: contextlib.nullcontext(self._recorder), progress, shrink=False, part=Part.RECORDED
        )
        plan.add({task.key: tried.get(_key(task), {}) for task in tasks})
        try:
            run_suites(self._kit.home, plan)
        except JudgeError as error:
            if len(tasks) == 1:
                return {_key(tasks[0]): (Fate.INCONCLUSIVE, str(error))}
            half = len(tasks) // 2
            return self._record(tasks[:half], tried, total) | self._record(tasks[half:], tried, total)
        self._done = base + len(tasks)
        return {_key(task): self._verdict(plan, task) for task in tasks}

    def _verdict(self, plan: Plan, task: Task) -> tuple[Fate, str]:
        outcomes = plan.outcomes(task.key)
        if failed := _failed(outcomes):
            return Fate.KILLED, failed
        for outcome in outcomes:
            if outcome.kind is not CheckOutcome.PASSED:
                return Fate.INCONCLUSIVE, f"{outcome.title}: {outcome.message}"
        if not plan.is_settled(task.key):
            return Fate.INCONCLUSIVE, "not every check of the suite was made"
        return Fate.SURVIVED, ""


def _failed(outcomes: Iterable[Outcome]) -> str:
    """The title of a check that fails; empty where none does."""
    return next(
        (each.title for each in outcomes if each.kind not in (CheckOutcome.PASSED, CheckOutcome.INCONCLUSIVE)), ""
    )


def _key(task: Task) -> _Key:
    return task.exercise.name, task.label


def _by_exercise(tasks: Iterable[Task]) -> list[list[Task]]:
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        groups.setdefault(task.exercise.name, []).append(task)
    return list(groups.values())


# --- what is remembered ---------------------------------------------------------------------------------------------


class _Known:
    """Verdicts by exercise and mutant, kept in ``.turtles`` when left; those of mutants that are gone are forgotten."""

    def __init__(
        self, kit: Kit, sandbox: Sandbox, mutants: Mapping[str, Sequence[Mutant]], *, anew: bool, all_made: bool
    ) -> None:
        self._all_made = all_made
        self._keys = {
            (name, mutant.id): key_for(kit, exercise, _submission(exercise, mutant), sandbox.name)
            for name, all_of in mutants.items()
            for exercise in [kit.exercise(name)]
            for mutant in all_of
        }
        self._memory = Memory(kit.root / STATE, "mutants.json", _SCHEMA, "verdicts")
        self._verdicts: dict[_Key, tuple[Fate, str]] = {}
        self.problem = ""
        if not anew:
            self._read()

    def __enter__(self) -> _Known:
        return self

    def __exit__(self, *_: object) -> None:
        new: Entries = {name: {} for name, _ in self._keys}
        for (name, label), (fate, why) in self._verdicts.items():
            if fate is not Fate.INCONCLUSIVE:
                new[name][self._keys[name, label]] = [str(fate), why]
        try:
            self._memory.change(lambda old: {**old, **{name: self._kept(old, name) | new[name] for name in new}})
        except OSError as error:
            self.problem = f"{self._memory.folder} cannot be written ({error.strerror or error}): nothing is remembered"

    def _kept(self, old: Entries, name: str) -> dict[str, Any]:
        """What stays of what was known before: all of it, when not all mutants were made."""
        return {} if self._all_made else old.get(name, {})

    def get(self, exercise: Exercise, mutant: Mutant) -> tuple[Fate, str] | None:
        return self._verdicts.get((exercise.name, mutant.id))

    def put(self, name: str, label: str, fate: Fate, why: str) -> None:
        self._verdicts[name, label] = fate, why

    def _read(self) -> None:
        try:
            entries = self._memory.read()
        except OSError:
            return
        for (name, label), key in self._keys.items():
            match entries.get(name, {}).get(key):
                case [Fate.KILLED | Fate.SURVIVED as fate, str(why)]:
                    self._verdicts[name, label] = Fate(fate), why
                case _:
                    pass
