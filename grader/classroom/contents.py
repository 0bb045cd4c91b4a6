"""What of a kit is handed out: the files of a smaller kit, in which ``turtles`` grades the chosen chapters.

    files = pack(kit, chapters_of(kit, "01-04"))                       # public checks only: a starter without a key
    files = pack(kit, chapters_of(kit, None), recipient="age1…")       # and every suite sealed for that key
    files = pack(kit, chapters_of(kit, None), open_suites=True)        # every suite as it is written

It maps paths from the root of what is handed out, with forward slashes, to contents: the grader without what hands out
and collects, the exercises as they were handed out (never as they lie in ``exercises/``), the curriculum of those
chapters, the chapters' pages, ``docs/mistakes``, the suites in the form asked for, and what sets all of it up
(``Makefile``, ``pyproject.toml``, ``requirements.txt``, ``LICENSE``). Solutions, answers and attacks are never in it.
``turtles`` works in that folder once ``pip install --require-hashes -r requirements.txt`` is done: as
``python -m grader`` right away, and as a command after ``pip install --no-deps --no-build-isolation -e .``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final

from grader.assignment import Assignment
from grader.classroom.public_suite import public_part, public_points, public_scenario
from grader.classroom.render import render
from grader.errors import KitError, UsageError
from grader.load.assignment_file import chapters_for
from grader.load.curriculum import CURRICULUM, Chapter, Exercise
from grader.load.kit import PUBLIC_POINTS, Kit, Suites
from grader.load.mistake_pages import mistakes_folder
from grader.load.sealed_suites import seal

Files = dict[PurePosixPath, bytes]

_NOT_FOR_LEARNERS: Final = (
    "authoring", "classroom", "cluster", "collect", "report/class_", "cli/author.py", "cli/init.py", "cli/teacher",
)  # fmt: skip
"""Parts of the grader that authors and teachers use; without them ``grader.cli`` lists no commands of theirs."""
_SOURCES: Final = frozenset({".j2", ".json", ".py"})
"""What the grader is made of. Anything else in its folders was left there by somebody."""

NOTHING: Final[Mapping[PurePosixPath, bytes]] = MappingProxyType({})


def chapters_of(kit: Kit, listed: str | None) -> tuple[Chapter, ...]:
    """The chapters that a list like ``01-04``, ``1,3`` or ``02_together,05-`` stands for, in the kit's order.

    All of them without a list. Raises ``UsageError`` for what stands for none.
    """
    if listed is None:
        return kit.chapters
    chosen = {chapter.id for item in listed.split(",") for chapter in _range(kit, item.strip())}
    return tuple(chapter for chapter in kit.chapters if chapter.id in chosen)


def chosen_chapters(kit: Kit, listed: str | None, assignment: Assignment) -> tuple[Chapter, ...]:
    """The chapters to hand out: those of the list, or of the assignment with its exercises only.

    Raises ``UsageError`` for a list and an assignment that both say so, and as ``chapters_of`` does.
    """
    if listed is not None and assignment.exercises:
        raise UsageError("--assignment says which exercises are handed out, so leave --chapters out")
    return chapters_for(kit, assignment) if assignment.exercises else chapters_of(kit, listed)


def pack(
    kit: Kit,
    chapters: Sequence[Chapter],
    *,
    open_suites: bool = False,
    recipient: str | None = None,
    sealed_before: Mapping[PurePosixPath, bytes] = NOTHING,
) -> Files:
    """The files to hand out, by path.

    ``open_suites``: every suite as it is written, in ``tests/hidden``. Otherwise the public checks, in
    ``tests/public``, and with ``recipient``, a public key, also every suite sealed for it, in ``tests/sealed``.
    ``sealed_before``: sealed suites by path that are still good (``seal_digests`` tells) and are taken as they are:
    the same suite sealed anew has other bytes.

    Raises ``KitError`` for a kit that is not complete, and ``UsageError`` for what is no public key.
    """
    assert not (open_suites and recipient), "suites are open or sealed"
    if kit.installed:
        raise UsageError("a practice folder has nothing to hand out: use a clone of Turtles, or a kit of your own")
    if not (kit.root / "Makefile").is_file():
        raise UsageError(
            "this kit has no grader of its own to hand out: let students install it (pip install asyncio-turtles) and "
            "clone a repository with exercises/, handout/, docs/ and tests/hidden/"
        )
    if kit.suites is not Suites.OPEN:
        raise KitError("this kit was handed out itself, and has no open suites to hand out")
    exercises = [exercise for chapter in chapters for exercise in chapter.exercises]
    files = _grader(kit, exercises)
    files |= _texts(kit, chapters, exercises)
    if open_suites:
        files |= _open(kit, exercises)
    else:
        files |= _public(kit, exercises)
    if recipient:
        files |= _sealed(kit, exercises, recipient, sealed_before)
    files |= _project(kit, sealed=recipient is not None, suites="hidden" if open_suites else "public")
    return dict(sorted(files.items()))


def points_of(chapters: Iterable[Chapter]) -> dict[str, int]:
    """The exercises' own points, by name."""
    return {exercise.name: exercise.points for chapter in chapters for exercise in chapter.exercises}


def sealed_file(exercise: Exercise) -> PurePosixPath:
    """Where the sealed suite of an exercise lies."""
    return PurePosixPath("tests", "sealed", exercise.chapter, f"test_{exercise.name}.py.age")


def seal_digests(kit: Kit, exercises: Iterable[Exercise], recipient: str) -> dict[PurePosixPath, str]:
    """SHA-256 in hex of what is sealed and for whom, by the sealed suites' paths: while it is the same, they are good.

    Raises ``KitError`` for a suite that cannot be read.
    """
    parts = {exercise: [recipient, kit.suite(exercise), kit.scenario(exercise)] for exercise in exercises}
    return {
        sealed_file(exercise): hashlib.sha256(json.dumps(part).encode()).hexdigest() for exercise, part in parts.items()
    }


def _range(kit: Kit, item: str) -> Sequence[Chapter]:
    first, dash, last = item.partition("-")
    numbers = [int(chapter.number) for chapter in kit.chapters]
    known = f"chapters are {kit.chapters[0].number} to {kit.chapters[-1].number}, such as 01-04 or 01,03"
    by_id = [chapter for chapter in kit.chapters if chapter.id == item]
    if by_id:
        return by_id
    if not re.fullmatch(r"[0-9]{1,2}(-([0-9]{1,2})?)?", item):
        raise UsageError(f"{item!r} stands for no chapter; {known}")
    low = int(first)
    high = int(last) if last else max(numbers) if dash else low
    found = [chapter for chapter in kit.chapters if low <= int(chapter.number) <= high]
    if not found or not {low, high} <= set(numbers):
        raise UsageError(f"{item!r} stands for no chapter of this kit; {known}")
    return found


# --- the files ------------------------------------------------------------------------------------------------------


def _grader(kit: Kit, exercises: Sequence[Exercise]) -> Files:
    """The grader's own files, and what it keeps of the exercises."""
    package = kit.root / "grader"
    left_out = [package / part for part in (*_NOT_FOR_LEARNERS, "handout")]
    sources = (path for path in _sources(package) if not any(path.is_relative_to(part) for part in left_out))
    files = {_place(kit, path): _read(kit, path) for path in sources}
    return files | {_place(kit, path): _read(kit, path) for path in map(kit.handed_out_file, exercises)}


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(folder).parts)
        if path.suffix in _SOURCES and path.is_file() and not hidden:
            yield path


def _texts(kit: Kit, chapters: Sequence[Chapter], exercises: Sequence[Exercise]) -> Files:
    """What learners read: exercises, chapters' pages, pages on mistakes; and the curriculum."""
    files = {_place(kit, page): _read(kit, page) for page in sorted(mistakes_folder(kit).glob("*.md"))}
    for chapter in chapters:
        page = kit.root / "exercises" / chapter.id / "README.md"
        files[_place(kit, page)] = _page(kit, page, chapter)
    files |= {
        PurePosixPath("exercises", exercise.file): _read(kit, kit.handed_out_file(exercise)) for exercise in exercises
    }
    return files | {CURRICULUM: _curriculum(_text(kit, kit.root / CURRICULUM), chapters).encode()}


def _page(kit: Kit, page: Path, chapter: Chapter) -> bytes:
    """A chapter's page without the rows of exercises that are not handed out."""
    whole = next((each for each in kit.chapters if each.id == chapter.id), chapter)
    absent = {each.name for each in whole.exercises} - {each.name for each in chapter.exercises}
    lines = _read(kit, page).split(b"\n")
    rows = tuple(f"| [`{name}`]({name}.py)".encode() for name in absent)
    return b"\n".join(line for line in lines if not line.startswith(rows))


def _curriculum(text: str, chapters: Sequence[Chapter]) -> str:
    """The curriculum of those chapters and their exercises alone, in its author's own layout."""
    head, *parts = re.split(r"^(?=\[\[chapter\]\])", text, flags=re.MULTILINE)
    by_id = {found[1]: part for part in parts if (found := re.search(r'^id = "(\w+)"', part, re.MULTILINE))}
    missing = [chapter.id for chapter in chapters if chapter.id not in by_id]
    if missing:
        raise KitError(
            f'{CURRICULUM}: chapter {missing[0]} cannot be taken out; begin it with [[chapter]] and id = "{missing[0]}"'
        )
    return head + "".join(_entries(by_id[chapter.id], chapter) for chapter in chapters).rstrip() + "\n"


def _entries(part: str, chapter: Chapter) -> str:
    """A chapter's part of the curriculum with the entries of its exercises."""
    head, *entries = re.split(r"^(?=\[\[chapter\.exercise\]\])", part, flags=re.MULTILINE)
    if len(entries) == len(chapter.exercises):
        return part
    wanted = {exercise.name for exercise in chapter.exercises}
    by_name = {found[1]: entry for entry in entries if (found := re.search(r'^name = "(\w+)"', entry, re.MULTILINE))}
    if missing := wanted - by_name.keys():
        name = min(missing)
        raise KitError(
            f'{CURRICULUM}: exercise {name} cannot be taken out; begin it with [[chapter.exercise]] and name = "{name}"'
        )
    return head + "".join(entry for name, entry in by_name.items() if name in wanted)


def _open(kit: Kit, exercises: Sequence[Exercise]) -> Files:
    files = {_place(kit, kit.suite_file(exercise)): kit.suite(exercise).encode() for exercise in exercises}
    scenarios = {_place(kit, kit.scenario_file(exercise)): kit.scenario(exercise) for exercise in exercises}
    return files | {path: text.encode() for path, text in scenarios.items() if text is not None}


def _public(kit: Kit, exercises: Sequence[Exercise]) -> Files:
    """The public part of each suite, of its scenario where it takes one, and what those checks are worth."""
    files: Files = {}
    points = {}
    for exercise in exercises:
        folder = PUBLIC_POINTS.parent / exercise.chapter
        suite, scenario = kit.suite(exercise), kit.scenario(exercise)
        try:
            part = public_part(suite)
            driven = public_scenario(scenario, part) if scenario is not None else None
            points[exercise.name] = public_points(suite)
        except KitError as error:
            raise KitError(f"{_place(kit, kit.suite_file(exercise))}: {error}") from None
        files[folder / f"test_{exercise.name}.py"] = part.encode()
        if driven is not None:
            files[folder / f"{exercise.name}_scenario.py"] = driven.encode()
    return files | {PUBLIC_POINTS: (json.dumps(points, indent=2) + "\n").encode()}


def _sealed(kit: Kit, exercises: Sequence[Exercise], recipient: str, before: Mapping[PurePosixPath, bytes]) -> Files:
    return {
        path: before[path] if path in before else seal(kit.suite(exercise), kit.scenario(exercise), recipient)
        for exercise in exercises
        for path in [sealed_file(exercise)]
    }


# --- what sets it up ------------------------------------------------------------------------------------------------


def _project(kit: Kit, *, sealed: bool, suites: str) -> Files:
    requirements = "requirements-sealed.txt" if sealed else "requirements.txt"
    makefile = _text(kit, kit.root / "Makefile")
    return {
        PurePosixPath("LICENSE"): _read(kit, kit.root / "LICENSE"),
        PurePosixPath("requirements.txt"): _read(kit, kit.root / requirements),
        PurePosixPath("pyproject.toml"): _pyproject(_text(kit, kit.root / "pyproject.toml"), suites).encode(),
        PurePosixPath("Makefile"): render(
            "Makefile.j2",
            environment=_between(makefile, "# The stamps are made last", ".DEFAULT_GOAL", without="READY_DEV"),
            setup=_between(makefile, "# $(call quietly,COMMAND)", "$(READY_DEV):"),
        ).encode(),
    }


def _between(makefile: str, start: str, end: str, without: str = " never ") -> str:
    """The lines of the kit's Makefile from the one that begins with ``start`` to before the one with ``end``."""
    lines = makefile.split("\n")
    try:
        first = next(number for number, line in enumerate(lines) if line.startswith(start))
        last = next(number for number, line in enumerate(lines) if number > first and line.startswith(end))
    except StopIteration:
        raise KitError(f"Makefile: there are no lines from {start!r} to {end!r} to hand out") from None
    return "\n".join(line for line in lines[first:last] if not line.startswith(without)).rstrip()


_KEPT_TABLES: Final = (
    "build-system",
    "project",
    "project.optional-dependencies",
    "project.scripts",
    "tool.hatch.version",
    "tool.hatch.build.targets.wheel",
    "tool.pytest.ini_options",
)


def _pyproject(text: str, suites: str) -> str:
    """The project as it is set up where it is handed out: without what is for its development."""
    tables = re.split(r"^(?=\[[a-z])", text, flags=re.MULTILINE)
    kept = [table for table in tables if table.partition("]")[0].removeprefix("[") in _KEPT_TABLES]
    reduced = "".join(kept)
    for pattern, instead in (
        # Students may delete or rename their README, and the setup must not depend on it.
        (r"^readme = .*\n", ""),
        (r"^# Why each one is here.*\n", ""),
        (r"^# The wheel holds.*\n", ""),
        (r"^only-include = .*$", 'only-include = ["grader"]'),
        (r"^# What is handed out is in.*\nexclude = .*\n", ""),
        (r"(must not cost anyone a point\.).*$", r"\1"),
        (r"^(?:classroom|dev) = \[(?:.*\]\n|\n(?: .*\n)*\]\n)", ""),
        (r"^testpaths = .*$", f'testpaths = ["tests/{suites}"]'),
    ):
        reduced = re.sub(pattern, instead, reduced, flags=re.MULTILINE)
    return reduced.rstrip() + "\n"


def _place(kit: Kit, path: Path) -> PurePosixPath:
    return PurePosixPath(path.relative_to(kit.root).as_posix())


def _read(kit: Kit, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        shown = path.relative_to(kit.root).as_posix()
        raise KitError(
            f"{shown} cannot be read: {error.strerror or error}; `git checkout -- {shown}` brings it back"
        ) from error


def _text(kit: Kit, path: Path) -> str:
    try:
        return _read(kit, path).decode()
    except UnicodeDecodeError:
        raise KitError(f"{path.relative_to(kit.root).as_posix()} is not UTF-8; save it as UTF-8") from None
