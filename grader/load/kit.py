"""The kit: where the files of its exercises lie, and in which form it holds their suites."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

import grader
from grader.errors import KitError, TurtlesError, UsageError
from grader.load import manifest, sealed_suites
from grader.load.answers import BankAnswer, read_answer
from grader.load.curriculum import CURRICULUM, Chapter, Exercise, read_curriculum

PUBLIC_POINTS: Final = PurePosixPath("tests/public/points.json")
"""Points of the public checks, by exercise: what the curriculum's points are where there is nothing but those."""

STATE: Final = ".turtles"
"""The one folder, below the kit's root, where the grader remembers. Anyone may delete it, but for the backup in it."""
BACKUP: Final = f"{STATE}/backup"
"""Below the kit's root: what learners wrote before it was replaced. Nothing in it is ever overwritten."""
REFERENCE: Final = f"{STATE}/reference"
"""Below the kit's root: the results of the solutions, apart from the learner's, of which only the last few are kept."""

_HANDOUTS: Final = ("handout", "grader/handout")
"""Where the exercises lie as they were handed out: a kit that holds its grader has them there."""


class Suites(StrEnum):
    """In which form a kit holds its suites."""

    OPEN = "open"
    """``tests/hidden``: as they are written."""
    SEALED = "sealed"
    """``tests/sealed``: each in a file that the key in ``TURTLES_KEY`` opens, and opened in memory only."""
    PUBLIC = "public"
    """``tests/public``: the public checks, for people without the key."""


_FOLDERS: Final = {Suites.OPEN: "hidden", Suites.SEALED: "sealed", Suites.PUBLIC: "public"}


@dataclass(frozen=True)
class Kit:
    """The whole curriculum, and where its files lie.

    A clone and a starter hold everything below ``root``. A practice folder (``turtles init``) holds the learner's files
    alone, and all others lie where the grader is installed.
    """

    root: Path
    """The learner's folder: the exercises, and what the grader remembers."""
    chapters: tuple[Chapter, ...]
    suites: Suites = Suites.OPEN
    """The form that is in use."""
    key: str = field(default="", repr=False)
    """The secret key of sealed suites; empty for the other forms."""
    installed: Path | None = None
    """For a practice folder, where the kit's own files lie."""

    @property
    def home(self) -> Path:
        """Where the kit's own files lie: suites, solutions, pages, the exercises as they were handed out."""
        return self.installed or self.root

    def shown(self, path: Path) -> str:
        """One of the kit's own files as messages name it: as seen from where they lie, with forward slashes."""
        return path.relative_to(self.home).as_posix()

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """Every exercise, in the order of the curriculum."""
        return tuple(exercise for chapter in self.chapters for exercise in chapter.exercises)

    @cached_property
    def _by_name(self) -> dict[str, Exercise]:
        return {exercise.name: exercise for exercise in self.exercises}

    def exercise(self, name: str) -> Exercise:
        """The exercise of exactly that name; raises ``UsageError`` when there is none."""
        try:
            return self._by_name[name]
        except KeyError:
            raise UsageError(f"there is no exercise {name!r}; `turtles list` shows them all") from None

    @property
    def state_folder(self) -> Path:
        """Where the grader remembers; it need not be there."""
        return self.root / STATE

    def exercise_file(self, exercise: Exercise) -> Path:
        """The learner's file."""
        return self.root / "exercises" / exercise.file

    @cached_property
    def handout_folder(self) -> Path:
        """The exercises as they were handed out."""
        places = [self.home / place for place in _HANDOUTS]
        return next((place for place in places if place.is_dir()), places[-1])

    def handed_out_file(self, exercise: Exercise) -> Path:
        """The same as it was handed out, byte for byte."""
        return self.handout_folder / exercise.file

    def solution_file(self, exercise: Exercise) -> Path:
        """The reference answer."""
        return self.home / "solutions" / exercise.file

    @property
    def suites_folder(self) -> Path:
        """The folder of all suites, in the form that is in use."""
        return self.home / "tests" / _FOLDERS[self.suites]

    def suite_file(self, exercise: Exercise) -> Path:
        """The suite, in the form that is in use."""
        name = f"test_{exercise.name}.py{'.age' if self.suites is Suites.SEALED else ''}"
        return self.suites_folder / exercise.chapter / name

    def scenario_file(self, exercise: Exercise) -> Path:
        """How the program is driven; most exercises have none, and sealed ones have it in the suite's file."""
        return self.suites_folder / exercise.chapter / f"{exercise.name}_scenario.py"

    def suite(self, exercise: Exercise) -> str:
        """The text of the suite. Raises ``KitError`` when it is missing, cannot be read or cannot be opened."""
        return self._opened(exercise).suite if self.suites is Suites.SEALED else self._text(self.suite_file(exercise))

    def scenario(self, exercise: Exercise) -> str | None:
        """The text of the scenario; None where there is none. Raises as ``suite`` does."""
        if self.suites is Suites.SEALED:
            return self._opened(exercise).scenario
        file = self.scenario_file(exercise)
        return self._text(file) if file.is_file() else None

    def _opened(self, exercise: Exercise) -> sealed_suites.Opened:
        file = self.suite_file(exercise)
        try:
            return sealed_suites.open_sealed(self._bytes(file), self.key)
        except KitError as error:
            raise KitError(f"{self.shown(file)} cannot be opened: {error}") from None

    def _text(self, file: Path) -> str:
        try:
            return self._bytes(file).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise KitError(f"{self.shown(file)} is not UTF-8; save it as UTF-8") from None

    def _bytes(self, file: Path) -> bytes:
        try:
            return file.read_bytes()
        except FileNotFoundError:
            raise KitError(f"the suite {self.shown(file)} is missing: the kit is not complete") from None
        except OSError as error:
            raise KitError(f"{self.shown(file)} cannot be read: {error.strerror or error}") from error

    def answers_folder(self, exercise: Exercise) -> Path:
        """The answer bank."""
        return self.home / "tests" / "answers" / exercise.chapter / exercise.name

    def answers(self, exercise: Exercise) -> tuple[BankAnswer, ...]:
        """The answer bank, right answers first, each kind by file name. Empty when there is no bank.

        Raises ``KitError`` for an answer that cannot be read.
        """
        folder = self.answers_folder(exercise)
        right = [read_answer(path, self.home, right=True) for path in sorted(folder.glob("right_*.py"))]
        wrong = [read_answer(path, self.home, right=False) for path in sorted(folder.glob("wrong_*.py"))]
        return (*right, *wrong)


def find_root(start: Path) -> Path:
    """The folder of the kit that ``start`` lies in; raises ``KitError`` when it lies in none."""
    here = start.resolve()
    for folder in (here, *here.parents):
        try:
            if (folder / CURRICULUM).is_file() or (folder / manifest.PRACTICE.name).is_file():
                return folder
        except OSError:  # a folder that may not be looked into is not ours
            continue
    raise KitError(
        f"{start} is not a Turtles kit: there is no {CURRICULUM} in it or in a folder above it; change to the kit's "
        "folder, or make a folder to practise in with `turtles init`"
    )


def load_kit(root: Path) -> Kit:
    """Read the curriculum of the kit at ``root``, and find out in which form its suites are to be used.

    Sealed suites are used where ``TURTLES_KEY`` says so, open ones wherever they are, public ones where there is
    nothing else; then an exercise has the points of its public checks. Whatever is wrong is a ``KitError``.
    """
    installed = installed_kit() if is_practice_folder(root) else None
    return _with_suites(Kit(root, read_curriculum(installed or root), installed=installed))


def is_practice_folder(root: Path) -> bool:
    """Whether ``turtles init`` made this folder: then it holds no kit of its own."""
    return (root / manifest.PRACTICE.name).is_file() and not (root / CURRICULUM).is_file()


def installed_kit() -> Path:
    """Where the kit lies that this grader came with. Raises ``KitError`` when it came with none."""
    package = Path(grader.__file__).resolve().parent
    for place in (package / "kit", package.parent):
        if (place / CURRICULUM).is_file():
            return place
    raise KitError(f"the grader in {package} came without exercises; install it again: pip install asyncio-turtles")


# --- the suites -----------------------------------------------------------------------------------------------------


def _with_suites(kit: Kit) -> Kit:
    """The kit with the form of its suites, its key or its public points."""
    tests = kit.home / "tests"
    has = {form: any((tests / folder).glob("*/test_*.py*")) for form, folder in _FOLDERS.items()}
    said = os.environ.get(sealed_suites.VARIABLE, "").strip()  # where a secret is not given, workflows make it empty
    if has[Suites.SEALED] and said:
        return _unlocked(kit, said)
    if has[Suites.OPEN]:
        return kit
    if has[Suites.PUBLIC]:
        chapters = tuple(_with_public_points(kit.chapters, _read_public_points(kit.home)))
        return replace(kit, chapters=chapters, suites=Suites.PUBLIC)
    if has[Suites.SEALED]:
        raise KitError(f"the suites are sealed: set {sealed_suites.VARIABLE} to the key that opens them")
    return kit


def _unlocked(kit: Kit, said: str) -> Kit:
    """The kit with the key, which opens its suites: the first of them is tried."""
    try:
        kit = replace(kit, suites=Suites.SEALED, key=sealed_suites.identity_of(said))
        present = [exercise for exercise in kit.exercises if kit.suite_file(exercise).is_file()]
        for exercise in present[:1]:
            kit.suite(exercise)
    except TurtlesError as error:
        raise KitError(
            f"{sealed_suites.VARIABLE} does not open the suites ({error}); set it to the key that they were sealed "
            "for, or unset it to make the public checks only"
        ) from None
    return kit


def _with_public_points(chapters: Iterable[Chapter], points: Mapping[str, int]) -> Iterator[Chapter]:
    for chapter in chapters:
        missing = [exercise.name for exercise in chapter.exercises if exercise.name not in points]
        if missing:
            raise KitError(f"{PUBLIC_POINTS} does not say what the public checks of {missing[0]} are worth; add it")
        exercises = tuple(replace(exercise, points=points[exercise.name]) for exercise in chapter.exercises)
        yield replace(chapter, exercises=exercises)


def _read_public_points(root: Path) -> dict[str, int]:
    try:
        values = json.loads((root / PUBLIC_POINTS).read_bytes())
    except OSError as error:
        raise KitError(
            f"{PUBLIC_POINTS} cannot be read: {error.strerror or error}; `git checkout -- {PUBLIC_POINTS}` "
            "brings it back"
        ) from error
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict) or not all(type(value) is int and value >= 1 for value in values.values()):
        raise KitError(
            f"{PUBLIC_POINTS} must be an object of points, 1 or more, by exercise; `git checkout -- {PUBLIC_POINTS}` "
            "brings it back"
        )
    return values
