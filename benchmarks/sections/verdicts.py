"""Which wrong programs are caught, and which right ones are rejected."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measured import BASELINE, CHAPTERS, ROOT, Column, Options, Row, Section, run
from benchmarks.sessions import judge_files
from grader.authoring.excuses import read_excuses
from grader.authoring.mutants import mutants_of
from grader.load.curriculum import Exercise
from grader.load.kit import Kit, load_kit
from grader.load.select import select
from grader.result import CheckVerdict, Verdict

_QUICK_EVERY = 30
_HANGS_S = 60.0
_TRIES = 3
"""So often Turtles judges what is inconclusive, as ``turtles verify`` does."""
_AT_ONCE = 2 * (os.cpu_count() or 1)
"""The baseline mostly sleeps."""


@dataclass(frozen=True)
class _Program:
    exercise: Exercise
    kind: str
    """``right``, ``wrong`` or ``mutant``."""
    path: Path


def _measure(options: Options) -> list[Row]:
    kit = load_kit(ROOT)
    every = _QUICK_EVERY if options.quick else options.every
    with tempfile.TemporaryDirectory(prefix="turtles-bench-") as folder:
        programs = _programs(kit, Path(folder, "mutants"), every)
        print(f"  {len(programs)} programs", flush=True)
        began = time.monotonic()
        passed, undecided = _judged(kit, programs)
        between = time.monotonic()
        tested = _tested(programs, Path(folder))
        ended = time.monotonic()
    command = f"python -m benchmarks.bench --only verdicts --every {every}"
    return [
        Row("Turtles", command, _figures(programs, passed, undecided, between - began)),
        Row("plain pytest", command, _figures(programs, tested, set(), ended - between)),
    ]


def _figures(
    programs: Sequence[_Program], passed: set[Path], undecided: set[Path], wall_s: float
) -> dict[str, Sequence[float]]:
    made = Counter(program.kind for program in programs)
    good = Counter(program.kind for program in programs if program.path in passed)
    open_ = Counter(program.kind for program in programs if program.path in undecided)
    return {
        "wrong": [made["wrong"]],
        "caught": [made["wrong"] - good["wrong"] - open_["wrong"]],
        "mutants": [made["mutant"]],
        "killed": [made["mutant"] - good["mutant"] - open_["mutant"]],
        "right": [made["right"]],
        "rejected": [made["right"] - good["right"] - open_["right"]],
        "inconclusive": [len(undecided)],
        "wall_s": [wall_s],
    }


def _programs(kit: Kit, folder: Path, every: int) -> list[_Program]:
    """Every so many-th of the bank and of the mutants that are not known to be right programs."""
    kinds: dict[str, list[_Program]] = {"right": [], "wrong": [], "mutant": []}
    for exercise in select(kit, CHAPTERS):
        for answer in kit.answers(exercise):
            if not answer.needs_newer_python:
                kind = "right" if answer.right else "wrong"
                kinds[kind].append(_Program(exercise, kind, answer.path))
        excused = {excuse.id for excuse in read_excuses(kit, exercise)}
        for mutant in mutants_of(kit, exercise):
            if mutant.id not in excused:
                path = folder / exercise.name / f"{mutant.id}.py"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(mutant.source, encoding="utf-8")
                kinds["mutant"].append(_Program(exercise, "mutant", path))
    return [program for programs in kinds.values() for program in programs[::every]]


def _judged(kit: Kit, programs: Sequence[_Program]) -> tuple[set[Path], set[Path]]:
    """The programs that pass the suites, and those on which the verdict is inconclusive."""
    paths = {(program.exercise.name, program.path.stem): program.path for program in programs}
    passed: set[Path] = set()
    undecided = set(paths.values())
    for _ in range(_TRIES):
        by_exercise: dict[str, list[Path]] = {}
        for (name, _), path in paths.items():
            if path in undecided:
                by_exercise.setdefault(name, []).append(path)
        chosen = [kit.exercise(name) for name in by_exercise]
        for judged in judge_files(kit, chosen, "auto", lambda exercise, of=by_exercise: of[exercise.name]):
            path, verdicts = paths[judged.result.name, judged.task.label], [c.verdict for c in judged.result.checks]
            if judged.result.verdict is Verdict.INCONCLUSIVE and CheckVerdict.FAILED not in verdicts:
                continue
            undecided.discard(path)
            if verdicts and all(each is CheckVerdict.PASSED for each in verdicts):
                passed.add(path)
    return passed, undecided


def _tested(programs: Sequence[_Program], folder: Path) -> set[Path]:
    """The programs that pass the baseline. What it rejects although it is right is tried once more, by itself."""

    def passes(program: _Program) -> bool:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            chapter = Path(place, program.exercise.file.parent.name)
            chapter.mkdir()
            shutil.copy(program.path, chapter / program.exercise.file.name)
            command = [*BASELINE[:-1], "-x", f"{BASELINE[-1]}/test_{program.exercise.name}.py", f"--exercises={place}"]
            return run(command, expect=(), limit_s=_HANGS_S).status == 0

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        first = dict(zip(programs, threads.map(passes, programs), strict=True))
    return {
        program.path for program, passed in first.items() if passed or (program.kind == "right" and passes(program))
    }


VERDICTS = Section(
    "verdicts",
    "What the verdicts are worth",
    "Programs for chapters 01 to 03: right and wrong answers of the bank, and mutants (reference answers with one "
    "small change). Mutants that are recorded as right programs are left out. Turtles judges all programs in one "
    "session, and what is inconclusive again. The baseline takes a process for each program, since a wrong one may "
    "hang or kill it; a few run at once. A right program that the baseline rejects is tried again by itself.",
    (
        Column("wrong", "wrong answers", 0),
        Column("caught", "wrong answers caught", 0),
        Column("mutants", "mutants", 0),
        Column("killed", "mutants killed", 0),
        Column("right", "right answers", 0),
        Column("rejected", "right answers rejected", 0),
        Column("inconclusive", "inconclusive", 0),
        Column("wall_s", "wall time, s", 0),
    ),
    ("caught", "killed", "rejected"),
    _measure,
)
