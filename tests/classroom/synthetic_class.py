"""A class that nobody taught: submissions whose grades are known, to see whether they come out.

    python -m tests.classroom.synthetic_class OUT --students 500 --chapters 01-02

writes ``OUT/submissions`` and the expected gradebook, ``OUT/expected.json``. What is known of a file, by its kind:

- ``untouched``: as it was handed out, or what an editor makes of that. The verdict is ``untouched``, without points.
  When every file is made unique, a comment stands at its end and it is touched: not passed, and not all points.
- ``right``: the reference answer or a right one of the bank. Passed, with all points.
- ``wrong``: a wrong one of the bank. Not passed, not all points, and the check that it names has failed, unless the
  file does not even load. How many points the other checks give is not known here.
- ``attack``: one of the bank of attacks on what was handed out, where ``turtles verify`` proves it: on the first
  exercise of each chapter. One of the verdicts that it names (``as without``: not passed), and not all points.
- ``broken``: a syntax error, nothing at all, or not UTF-8. Broken, without points.
- ``oversized``: the reference answer with so many empty lines that it is larger than 1 MB. Broken, without points.
- ``missing``: not handed in. There is no result.

A file that noise kept from being judged is neither as expected nor otherwise.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import shutil
import subprocess
import tempfile
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from grader.authoring.attacks import Attack, load_bank, targets, with_prelude
from grader.classroom.contents import chapters_of
from grader.load import manifest
from grader.load.curriculum import Exercise
from grader.load.kit import Kit, find_root, load_kit
from grader.load.submission import MAX_BYTES
from grader.result import Verdict

SHARES: Final[Mapping[str, float]] = {
    "untouched": 0.3,
    "right": 0.35,
    "wrong": 0.2,
    "attack": 0.05,
    "broken": 0.05,
    "missing": 0.048,
    "oversized": 0.002,
}
"""Of an exercise's files. What would be an attack where none is known is a wrong answer."""

ATTACKS: Final = frozenset(
    {"verdict/end_frame", "verdict/environment", "verdict/exit_hooks", "verdict/exit_zero", "verdict/skip_raised",
     "verdict/strange_exceptions", "verdict/sys_exit_zero", "verdict/value_equal_to_all", "clock/lines_at_their_times",
     "clock/sleep_skipped", "machine/abort", "machine/limits_raised", "machine/segfault"}
)  # fmt: skip
"""Those that end soon and do no harm without a sandbox either."""

SHAPES: Final = ("folder", "zip", "clone", "bare", "folder", "folder", "zip", "folder", "bare", "folder")
"""What each ten submissions are."""

COMMITTED: Final = "2026-09-01T12:00:00Z"
"""When the commit in every clone was made."""

_NOT_PASSED: Final = (Verdict.FAILED, Verdict.BROKEN, Verdict.CRASHED)
_PROTECTED: Final = PurePosixPath("Makefile")
_MAKEFILE: Final = b"grade:\n\tturtles grade\n"


@dataclass(frozen=True)
class Expected:
    """What is known of the grade of a file."""

    kind: str
    origin: str
    """What the file is: ``solution``, ``wrong_eager``, ``verdict/exit_zero``."""
    verdicts: tuple[Verdict, ...]
    """One of these; none for a file that is missing."""
    points: tuple[int, int]
    """At least and at most."""
    failed: str = ""
    """The title of a check that has to fail, where one is known."""


@dataclass(frozen=True)
class ExpectedStudent:
    """What is known of a submission."""

    shape: str
    place: str
    handed_in: str
    exercises: Mapping[str, Expected]


ExpectedClass = Mapping[str, ExpectedStudent]
"""By student."""


@dataclass
class Differences:
    """What a gradebook says otherwise, a line each."""

    grades: int = 0
    """Of files, those that are as expected."""
    wrong: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    """What noise kept from being judged."""


def make_class(
    kit: Kit,
    folder: Path,
    students: int = 500,
    *,
    seed: int = 0,
    shares: Mapping[str, float] = SHARES,
    unique: bool = False,
) -> ExpectedClass:
    """Write submissions into ``folder``, which is made, and return what is known of their grades.

    The same arguments write the same class. ``unique``: a comment at the end of each file, so that no two are the same
    and every one is judged.
    """
    rng = random.Random(seed)
    turns: Counter[str] = Counter()
    exercises = [exercise for exercise in kit.exercises if not exercise.needs_newer_python]
    attacks = [attack for attack in load_bank(kit) if attack.name in ATTACKS]
    hold = targets(kit)
    known = {each: _files(kit, each, attacks if each in hold else ()) for each in exercises}
    columns = {exercise: _column(files, students, shares, rng, turns) for exercise, files in known.items()}
    folder.mkdir(parents=True)
    expected: dict[str, ExpectedStudent] = {}
    with tempfile.TemporaryDirectory(prefix="turtles-class-") as scratch:
        repository = _repository(Path(scratch, "repository"))
        for number in range(students):
            student, shape = f"s{number + 1:05}", SHAPES[number % len(SHAPES)]
            files = {exercise: column[number] for exercise, column in columns.items()}
            if all(file.content is None for file in files.values()):  # that would be no submission
                files[exercises[0]] = known[exercises[0]]["untouched"][0]
            if unique:
                files = {
                    each: file.made_unique(f"{rng.getrandbits(64):x}", each.points) for each, file in files.items()
                }
            handed = {exercise.file: file for exercise, file in files.items() if file.content is not None}
            place = _write(folder / student, shape, handed, repository)
            grades = {exercise.name: file.expected for exercise, file in files.items()}
            expected[student] = ExpectedStudent(shape, place, COMMITTED if shape == "clone" else "", grades)
    return expected


def differences(expected: ExpectedClass, gradebook: Mapping[str, Any]) -> Differences:
    """Compare a gradebook, as ``turtles/class/v1``, with what is known of it."""
    found = Differences()
    students = {each["id"]: each for each in gradebook["students"]}
    found.wrong += [f"there is a student {each}" for each in students.keys() - expected.keys()]
    found.wrong += [f"the class: {line}" for line in gradebook["problems"]]
    for student, known in expected.items():
        if student not in students:
            found.wrong.append(f"there is no student {student}")
            continue
        entry = students[student]
        for name, value in (("place", known.place), ("handed_in", known.handed_in), ("problems", [])):
            if entry[name] != value:
                found.wrong.append(f"{student}: {name} is {entry[name]!r}, not {value!r}")
        results = {each["name"]: each for each in entry["exercises"]}
        for exercise in results.keys() | known.exercises.keys():
            wanted = known.exercises.get(exercise)
            where = f"{student} ({known.shape}): {exercise} ({wanted.kind}, {wanted.origin})" if wanted else student
            problem = _difference(wanted, results.get(exercise)) if wanted else f"{exercise} was not handed out"
            if not problem:
                found.grades += 1
            elif problem == Verdict.INCONCLUSIVE:
                found.undecided.append(where)
            else:
                found.wrong.append(f"{where}: {problem}")
    return found


def _difference(wanted: Expected, result: Mapping[str, Any] | None) -> str:
    """How a result is not as expected; ``inconclusive`` where there is no verdict, and empty when it is."""
    if result is None:
        return "there is no result" if wanted.verdicts else ""
    verdict, score = result["verdict"], result["score"]
    if not wanted.verdicts:
        return f"{verdict}, and it was not handed in"
    if verdict not in wanted.verdicts:
        return str(verdict) if verdict == Verdict.INCONCLUSIVE else f"{verdict}, not {' or '.join(wanted.verdicts)}"
    least, most = wanted.points
    if not least <= score <= most:
        return f"{score} points, not {least} to {most}"
    failed = [check["title"] for check in result["checks"] if check["verdict"] == "failed"]
    if wanted.failed and verdict != Verdict.BROKEN and wanted.failed not in failed:
        return f"{wanted.failed!r} should have failed; what did is {', '.join(failed)}"
    return ""


# --- files ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _File:
    content: bytes | None
    expected: Expected
    size: int = 0
    """What it is filled up to with empty lines, where that is more."""

    @property
    def whole(self) -> bytes:
        return (self.content or b"").ljust(self.size, b"\n")

    def made_unique(self, token: str, points: int) -> _File:
        """With a comment, of an exercise that is worth so many points."""
        if self.content is None:
            return self
        expected = self.expected
        if expected.kind == "untouched":  # which it is no more
            expected = replace(expected, verdicts=_NOT_PASSED, points=(0, points - 1))
        return replace(self, content=self.content + f"\n# {token}\n".encode(), expected=expected)


Files = Mapping[PurePosixPath, _File]
"""By path below ``exercises``."""


def _column(
    files: Mapping[str, Sequence[_File]],
    students: int,
    shares: Mapping[str, float],
    rng: random.Random,
    turns: Counter[str],
) -> list[_File]:
    """What each student hands in of an exercise: files of each kind by turns, as many as are its share."""
    bounds = list(itertools.accumulate(shares.values()))
    kinds = []
    for number in range(students):
        at = (number + 0.5) / students * bounds[-1]
        kind = next(kind for kind, bound in zip(shares, bounds, strict=True) if at <= bound)
        kinds.append(kind if files[kind] else "wrong")
    rng.shuffle(kinds)
    column = []
    for kind in kinds:
        column.append(files[kind][turns[kind] % len(files[kind])])
        turns[kind] += 1
    return column


def _files(kit: Kit, exercise: Exercise, attacks: Sequence[Attack]) -> dict[str, list[_File]]:
    """Every file of an exercise that a student may have, by kind."""
    handed_out = kit.handed_out_file(exercise).read_bytes()
    full = exercise.points, exercise.points
    less = 0, exercise.points - 1
    files: dict[str, list[_File]] = {kind: [] for kind in SHARES}

    def add(kind: str, origin: str, content: bytes | None, *known: Any, size: int = 0) -> None:
        files[kind].append(_File(content, Expected(kind, origin, *known), size))

    for origin, content in (
        ("as it was", handed_out),
        ("line endings", handed_out.replace(b"\n", b"\r\n")),
        ("blank lines", handed_out + b"\n\n"),
    ):
        add("untouched", origin, content, (Verdict.UNTOUCHED,), (0, 0))
    solution = kit.solution_file(exercise).read_bytes()
    add("right", "solution", solution, (Verdict.PASSED,), full)
    for answer in kit.answers(exercise):
        content = answer.path.read_bytes()
        if answer.right:
            add("right", answer.path.stem, content, (Verdict.PASSED,), full)
        else:
            add("wrong", answer.path.stem, content, _NOT_PASSED, less, answer.caught_by or "")
    for attack in attacks:
        verdicts = tuple(verdict for verdict in Verdict if verdict in attack.expect)
        if len(verdicts) < len(attack.expect):  # one of them is: as without it
            verdicts = _NOT_PASSED
        content = with_prelude(handed_out.decode(), attack.code).encode()
        add("attack", attack.name, content, verdicts, less)
    for origin, content in (
        ("syntax error", handed_out + b"\ndef broken(:\n"),
        ("empty", b""),
        ("not UTF-8", handed_out + b"\n# caf\xe9\n"),
    ):
        add("broken", origin, content, (Verdict.BROKEN,), (0, 0))
    add("oversized", "solution", solution, (Verdict.BROKEN,), (0, 0), size=MAX_BYTES + 1)
    add("missing", "nothing", None, (), (0, 0))
    return files


# --- submissions ----------------------------------------------------------------------------------------------------


def _write(path: Path, shape: str, files: Files, repository: Path) -> str:
    """Write a submission. Returns its place: the name under which it lies there."""
    if shape == "zip":
        with zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
            for name, file in files.items():
                # 1980, which tells no time; and the same class is the same bytes.
                archive.writestr(zipfile.ZipInfo(f"exercises/{name}"), file.whole, zipfile.ZIP_DEFLATED)
        return f"{path.name}.zip"
    if shape == "clone":
        shutil.copytree(repository, path)
    for name, file in files.items():
        target = path / name if shape == "bare" else path / "exercises" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.whole)
    return path.name


def _repository(folder: Path) -> Path:
    """A repository as ``turtles starter`` leaves one, with as little in it as there can be."""
    folder.mkdir()
    (folder / _PROTECTED).write_bytes(_MAKEFILE)
    said = manifest.Manifest("0", (), {_PROTECTED: manifest.sha256(_MAKEFILE)}, {}, {})
    (folder / manifest.NAME).write_bytes(said.to_bytes())
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for role in ("AUTHOR", "COMMITTER"):
        settings |= {f"GIT_{role}_NAME": "s", f"GIT_{role}_EMAIL": "s@example.org", f"GIT_{role}_DATE": COMMITTED}
    for command in (["init", "--quiet", "--template="], ["add", "."], ["commit", "--quiet", "--message", "start"]):
        subprocess.run(["git", *command], cwd=folder, env={**os.environ, **settings}, check=True)
    return folder


# --- the command ----------------------------------------------------------------------------------------------------


def main() -> None:
    """Write a class and what is known of its grades."""
    parser = argparse.ArgumentParser(prog="python -m tests.classroom.synthetic_class", description="Write a class.")
    parser.add_argument("out", type=Path, help="a folder, which is made")
    parser.add_argument("--students", type=int, default=500, help="(500)")
    parser.add_argument("--chapters", help="only these: 01-02 (all)")
    parser.add_argument("--seed", type=int, default=0, help="another class (0)")
    parser.add_argument("--unique", action="store_true", help="no two files are the same")
    options = parser.parse_args()
    kit = load_kit(find_root(Path.cwd()))
    kit = replace(kit, chapters=chapters_of(kit, options.chapters))
    expected = make_class(kit, options.out / "submissions", options.students, seed=options.seed, unique=options.unique)
    written = json.dumps({student: asdict(known) for student, known in expected.items()}, indent=1)
    (options.out / "expected.json").write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
