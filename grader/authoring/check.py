"""The kit's own consistency: what an author can get wrong, found without running anything (``turtles check``).

The kit is checked as it was handed out, so that it stays in order for a learner halfway through it. What differs in
their own files is worth a ``Note`` at most. Whether suites tell right from wrong is for ``turtles verify`` to show.
A kit without open suites was handed out to students: there, what they need has to be whole.
"""

from __future__ import annotations

import ast
import difflib
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from grader.authoring import excuses, task_text
from grader.authoring.doubles_compared import compare_doubles
from grader.authoring.new_exercise import places_to_write
from grader.errors import KitError
from grader.load.answers import BankAnswer
from grader.load.curriculum import CURRICULUM, Chapter, Exercise
from grader.load.kit import PUBLIC_POINTS, Kit, Suites
from grader.load.mistake_pages import mistake_names, nearest
from grader.load.submission import read_submission, untouched

LEAST_HINTS: Final = 2
LEAST_RIGHT: Final = 3
LEAST_WRONG: Final = 5

LINES: Final = range(20, 61)
"""Non-blank lines of an exercise: fewer hold no situation, more are not read."""
_CERTIFICATE: Final = re.compile(r"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----\n?", re.DOTALL)
"""A certificate or a key: nobody has to read its lines, so they do not count."""
CAPSTONE_LINES: Final = range(80, 201)
"""Those of the last chapter are read whole, in ten minutes."""

OFFICIAL_HOSTS: Final = frozenset(
    {
        "docs.python.org",
        "peps.python.org",
        "packaging.python.org",
        "aiosqlite.omnilib.dev",
        "docs.pytest.org",
        "flake8-async.readthedocs.io",
        "hypothesis.readthedocs.io",
        "pytest-asyncio.readthedocs.io",
        "trustme.readthedocs.io",
        "www.python-httpx.org",
        "www.sqlite.org",
    }
)
"""Where the people who wrote a thing document it."""
OFFICIAL_PAGES: Final = ("https://github.com/pydantic/httpx2",)

JUDGES_ORDER_OR_TIME: Final = frozenset(
    {"at", "calls", "call", "elapsed", "end", "gap", "lines", "order", "overlaps", "peak", "seconds", "span", "start"}
)
"""Attributes of a trace and of its spans that hold an order or a time (docs/authoring.md)."""


_SUITE_OR_SCENARIO: Final = re.compile(r"test_.*\.py(\.age)?|.*_scenario\.py")


@dataclass(frozen=True)
class Problem:
    """Something that an author has to put right."""

    path: str
    """As seen from the kit's root, with forward slashes."""
    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{self.path}{f':{self.line}' if self.line else ''}: {self.message}"


@dataclass(frozen=True)
class Note(Problem):
    """Something worth knowing that is nobody's fault: a learner edits exercises and keeps files beside them."""


def check_kit(kit: Kit) -> list[Problem]:
    """All that is wrong with the kit, in the order of the curriculum; an empty list when it is in order."""
    problems: list[Problem] = []
    for chapter in kit.chapters:
        problems += _check_page(kit, chapter)
        for exercise in chapter.exercises:
            problems += _Exercise(kit, exercise).check()
    problems += _to_write(kit)
    problems += _leftovers(kit)
    problems += [
        Problem(_shown(kit, path), None, "is not handed out with the suites; let each suite hold what it needs")
        for path in _visible(kit.suites_folder.rglob("conftest.py"), kit.suites_folder)
    ]
    return problems


def kit_notes(kit: Kit) -> list[Note]:
    """What differs from the kit as handed out: exercises edited or deleted, files that nobody handed out."""
    notes = []
    if kit.suites is not Suites.OPEN:
        what = "no open suites: checked is what students need, without solutions and answer bank"
        notes.append(Note("tests", None, f"holds {what}"))
    else:
        notes += _not_compared(kit)
    for exercise in kit.exercises:
        path = kit.exercise_file(exercise)
        if not path.is_file():
            notes.append(
                Note(_shown(kit, path), None, f"is missing; `git checkout -- {_shown(kit, path)}` brings it back")
            )
        elif kit.handed_out_file(exercise).is_file() and not untouched(kit, exercise, read_submission(path, "")):
            notes.append(Note(_shown(kit, path), None, "differs from what was handed out"))
    expected = {kit.exercise_file(exercise) for exercise in kit.exercises}
    stray = (path for path in _python_files(kit.root / "exercises") if path not in expected)
    return notes + [Note(_shown(kit, path), None, f"is not in {CURRICULUM}, so it is not graded") for path in stray]


def _not_compared(kit: Kit) -> list[Note]:
    """Of which doubles nobody can say by the source whether they are what they stand for."""
    notes = []
    for exercise in kit.exercises:
        texts = [read_submission(file, "") for file in (kit.handed_out_file(exercise), kit.suite_file(exercise))]
        handed_out, suite = (each.source if each.fault is None else None for each in texts)
        if handed_out is not None and suite is not None and (left := compare_doubles(handed_out, suite).not_compared):
            what = f"not compared with what they stand for, since it is not plain: {'; '.join(left)}"
            notes.append(Note(_shown(kit, kit.suite_file(exercise)), None, f"doubles {what}"))
    return notes


# --- one exercise ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Check:
    """A test of a suite, as its decorator describes it."""

    title: str
    points: int
    line: int
    means: tuple[str, ...] = ()
    public: bool = False


class _Exercise:
    """The files of one exercise; ``problems`` collects what is wrong with them."""

    def __init__(self, kit: Kit, exercise: Exercise) -> None:
        self.kit = kit
        self.exercise = exercise
        self.problems: list[Problem] = []

    def check(self) -> list[Problem]:
        self._check_entry()
        handed_out = self._program(self.kit.handed_out_file(self.exercise))
        if handed_out is not None:
            self._check_handed_out(handed_out)
        if self.kit.suites is Suites.OPEN:
            self._check_for_authors(handed_out)
        else:
            self._check_for_students()
        return self.problems

    def _check_for_authors(self, handed_out: ast.Module | None) -> None:
        solution = self._program(self.kit.solution_file(self.exercise))
        if solution is not None:
            self._check_covers(solution)
        if handed_out is not None and solution is not None and _same(handed_out, solution):
            path = self.kit.handed_out_file(self.exercise)
            self._say(path, "is the same program as its solution; an exercise must not pass as it is handed out")
        self._check_bank(self._check_suite(), solution)
        self._check_promises()
        for line, message in excuses.complaints_about(self.kit, self.exercise):
            self._say(excuses.excuses_file(self.kit, self.exercise), message, line)
        scenario = self.kit.scenario_file(self.exercise)
        if scenario.exists():
            self._program(scenario)

    def _check_for_students(self) -> None:
        """Each form of the suites that is there at all is there for this exercise; the one in use can be judged by."""
        for form in (Suites.SEALED, Suites.PUBLIC):
            kit = replace(self.kit, suites=form)
            if kit.suites_folder.is_dir() and not kit.suite_file(self.exercise).is_file():
                self._say(kit.suite_file(self.exercise), "is missing; bring the kit up to date")
        path = self.kit.suite_file(self.exercise)
        if not path.is_file():
            return
        try:
            tree = ast.parse(self.kit.suite(self.exercise))
            ast.parse(self.kit.scenario(self.exercise) or "")
        except KitError as error:
            self._say(path, str(error))
        except SyntaxError:  # which line it is, and what stands there, is nothing to be told of a sealed one
            self._say(path, "does not compile; bring the kit up to date")
        else:
            functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
            checks = [_read_points(node) for node in functions if node.name.startswith("test_")]
            total = sum(each.points for each in checks if isinstance(each, _Check))
            self._check_total(path, total)

    def _say(self, path: Path, message: str, line: int | None = None) -> None:
        self.problems.append(Problem(_shown(self.kit, path), line, message))

    def _say_of_entry(self, message: str) -> None:
        path = self.kit.root / CURRICULUM
        text = path.read_text(encoding="utf-8")
        entry = re.search(rf"^\s*name\s*=\s*[\"']{self.exercise.name}[\"']", text, re.MULTILINE)
        line = text.count("\n", 0, entry.end()) + 1 if entry else None
        self._say(path, f"exercise {self.exercise.name}: {message}", line)

    def _program(self, path: Path) -> ast.Module | None:
        """The syntax tree of one of the kit's programs, or None after saying what is wrong with it."""
        if not path.is_symlink() and not path.exists():
            self._say(path, "is missing; write it")
            return None
        submission = read_submission(path, _shown(self.kit, path))
        if submission.fault is not None:
            self._say(path, submission.fault.message, submission.fault.line)
        if submission.fault is not None or submission.source is None:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(submission.source)

    def _check_entry(self) -> None:
        hints = self.exercise.hints
        if len(hints) < LEAST_HINTS:
            self._say_of_entry(
                f"has too few hints ({len(hints)}); write {LEAST_HINTS} or more, from a nudge to the answer"
            )
        for number, hint in enumerate(hints, 1):
            if urlsplit(hint.link).hostname not in OFFICIAL_HOSTS and not hint.link.startswith(OFFICIAL_PAGES):
                self._say_of_entry(f"hint {number} links to {hint.link}; link to an official page")

        if self.exercise.page and self.exercise.page not in mistake_names(self.kit):
            near = nearest(self.exercise.page, mistake_names(self.kit))
            self._say_of_entry(f"leads to {self.exercise.page!r}, which has no page in docs/mistakes; {near}")

    def _check_handed_out(self, tree: ast.Module) -> None:
        path = self.kit.handed_out_file(self.exercise)
        if not ast.get_docstring(tree):
            self._say(
                path, "has no docstring; tell the situation, what should be seen and what has to be left alone", 1
            )
        for complaint in task_text.complaints_about_docstring(ast.get_docstring(tree) or ""):
            self._say(path, complaint, 1)
        text = _CERTIFICATE.sub("", path.read_text(encoding="utf-8-sig"))
        length = sum(1 for line in text.splitlines() if line.strip())
        lines = CAPSTONE_LINES if self.exercise.chapter.endswith("_capstones") else LINES
        if length not in lines:
            self._say(path, f"has {length} lines that are not blank; {lines.start} to {lines.stop - 1} are allowed")

    def _check_promises(self) -> None:
        """What the docstring says to leave alone is what the suite enforces; doubles are what they stand for."""
        path, suite = self.kit.handed_out_file(self.exercise), self.kit.suite_file(self.exercise)
        texts = [read_submission(file, "") for file in (path, suite)]
        handed_out, judged_by = (each.source if each.fault is None else None for each in texts)
        if handed_out is None or judged_by is None:
            return  # which is said elsewhere
        for complaint in task_text.complaints_about_suite(handed_out, judged_by):
            self._say(suite, complaint)
        for line, complaint in compare_doubles(handed_out, judged_by).complaints:
            self._say(suite, complaint, line)

    def _check_covers(self, solution: ast.Module) -> None:
        used = _names_in(solution)
        for name in self.exercise.covers:
            if name.rpartition(".")[2] not in used:
                self._say_of_entry(f"covers {name!r}, which its solution does not use")

    def _check_suite(self) -> list[str]:
        """Check the suite; returns the titles of its checks."""
        path = self.kit.suite_file(self.exercise)
        tree = self._program(path)
        if tree is None:
            return []
        checks: list[_Check] = []
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        tests = [node for name, node in functions.items() if name.startswith("test_")]
        for test in tests:
            check = _read_points(test)
            if isinstance(check, str):
                self._say(path, f"{test.name} {check}", test.lineno)
            else:
                checks.append(check)
                for name in check.means:
                    self._check_mistake(path, name, f"{test.name} means", test.lineno)
        self._check_points(path, checks, complete=len(checks) == len(tests))
        if tests and len(checks) == len(tests) and not any(check.public for check in checks):
            self._say(path, "has no public check; mark one that students see without the key: public=True")
        if not any(_attributes(test, functions) & JUDGES_ORDER_OR_TIME for test in tests):
            self._say(path, "judges neither order nor time; check one of them (elapsed, gap, order, lines, peak, ...)")
        return [check.title for check in checks]

    def _check_points(self, path: Path, checks: list[_Check], *, complete: bool) -> None:
        first: dict[str, int] = {}
        for check in checks:
            if check.title in first:
                line = first[check.title]
                self._say(path, f"the title {check.title!r} is on line {line} already; choose another", check.line)
            first.setdefault(check.title, check.line)
        if complete:
            self._check_total(path, sum(check.points for check in checks))

    def _check_total(self, path: Path, total: int) -> None:
        if total != self.exercise.points:
            says = f"{PUBLIC_POINTS if self.kit.suites is Suites.PUBLIC else CURRICULUM} says {self.exercise.points}"
            self._say(path, f"its checks are worth {total} points together, but {says}")

    def _check_bank(self, titles: list[str], solution: ast.Module | None) -> None:
        folder = self.kit.answers_folder(self.exercise)
        try:
            answers = self.kit.answers(self.exercise)
        except KitError as error:
            self._say(folder, str(error))
            return
        for right, least in ((True, LEAST_RIGHT), (False, LEAST_WRONG)):
            count = sum(1 for answer in answers if answer.right is right)
            if count < least:
                kind = "right" if right else "wrong"
                self._say(folder, f"has too few {kind} answers ({count}); write {least} or more, {kind}_*.py")
        seen = {} if solution is None else {_bare(solution): "the solution"}
        for answer in answers:
            self._check_answer(answer, titles)
            tree = self._program(answer.path)
            if tree is not None:
                twin = seen.setdefault(_bare(tree), answer.path.name)
                if twin != answer.path.name:
                    self._say(
                        answer.path, f"is the same program as {twin}; an answer must differ in more than comments"
                    )

    def _check_mistake(self, path: Path, name: str, what: str, line: int) -> None:
        names = mistake_names(self.kit)
        if name not in names:
            self._say(path, f"{what} {name!r}, which has no page in docs/mistakes; {nearest(name, names)}", line)

    def _check_answer(self, answer: BankAnswer, titles: list[str]) -> None:
        if not answer.note:
            key, told = ("Style", "how it differs") if answer.right else ("Mistake", "what the learner did")
            self._say(answer.path, f"does not begin with `# {key}: {told}`", 1)
        if answer.right:
            return
        for name in answer.shows:
            self._check_mistake(answer.path, name, "shows", 1)
        if answer.caught_by is None:
            self._say(answer.path, "does not say `# Caught by: title of a check` at its top", 1)
        elif titles and answer.caught_by not in titles:
            near = difflib.get_close_matches(answer.caught_by, titles, 1, 0.4) or titles[:1]
            self._say(answer.path, f"the suite has no check {answer.caught_by!r}; do you mean {near[0]!r}?", 1)


_MEANS = 'must say plainly what it means: means="blocking-call", or several such names in brackets'


def _read_means(call: ast.Call) -> tuple[str, ...] | None:
    """The names in ``means``; None when they are not written out."""
    value = next((keyword.value for keyword in call.keywords if keyword.arg == "means"), None)
    if value is None:
        return ()
    names = value.elts if isinstance(value, ast.Tuple) else [value]
    read = tuple(name.value for name in names if isinstance(name, ast.Constant) and isinstance(name.value, str))
    return read if len(read) == len(names) else None


_PUBLIC = "must say plainly whether it is public: public=True"


def _read_public(call: ast.Call) -> bool | None:
    """What stands in ``public``; None when it is not written out."""
    value = next((keyword.value for keyword in call.keywords if keyword.arg == "public"), ast.Constant(False))
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, bool) else None


def _read_points(test: ast.FunctionDef | ast.AsyncFunctionDef) -> _Check | str:
    """What ``@points(N, "title")`` says, or what is wrong with it."""
    for decorator in test.decorator_list:
        if not isinstance(decorator, ast.Call):
            continue
        called = decorator.func
        name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        if name != "points":
            continue
        values = [argument.value for argument in decorator.args if isinstance(argument, ast.Constant)]
        match values:
            case [int(points), str(title)] if not isinstance(points, bool) and points >= 1 and title.strip():
                means, public = _read_means(decorator), _read_public(decorator)
                if means is None or public is None:
                    return _MEANS if means is None else _PUBLIC
                return _Check(title, points, test.lineno, means, public)
            case _:
                return 'must say its points and title plainly: @points(1, "both tasks finish in under 1.5 s")'
    return 'has no points; put @points(1, "what it claims") on it'


def _attributes(function: ast.AST, functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef]) -> set[str]:
    """The attributes that a test reads, itself or through functions of its module."""
    found: set[str] = set()
    waiting: list[ast.AST] = [function]
    seen: list[ast.AST] = []
    while waiting:
        seen.append(waiting.pop())
        for node in ast.walk(seen[-1]):
            if isinstance(node, ast.Attribute):
                found.add(node.attr)
            elif isinstance(node, ast.Name) and node.id in functions and functions[node.id] not in [*seen, *waiting]:
                waiting.append(functions[node.id])
    return found


def _names_in(tree: ast.Module) -> set[str]:
    """Every name that a program uses as an attribute, a variable, an import or a keyword argument."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.update(node.name.split("."))
        elif isinstance(node, ast.keyword) and node.arg:
            names.add(node.arg)
    return names


def _bare(tree: ast.Module) -> str:
    """The program without comments, layout and the module's docstring."""
    body = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    return "\n".join(ast.dump(node) for node in body)


def _same(one: ast.Module, other: ast.Module) -> bool:
    return _bare(one) == _bare(other)


# --- the kit's folders ----------------------------------------------------------------------------------------------


def _check_page(kit: Kit, chapter: Chapter) -> list[Problem]:
    """The chapter's README.md exists and names every exercise."""
    path = kit.root / "exercises" / chapter.id / "README.md"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return [Problem(_shown(kit, path), None, "is missing; write the idea of the chapter, in one page")]
    except (OSError, ValueError) as error:
        return [Problem(_shown(kit, path), None, f"cannot be read: {error}")]
    return [
        Problem(_shown(kit, path), None, f"does not mention {exercise.name}; add it")
        for exercise in chapter.exercises
        if not re.search(rf"\b{exercise.name}\b", text)
    ]


def _to_write(kit: Kit) -> Iterator[Problem]:
    """What `turtles new` left for the author to write: each place once, though answers repeat it."""
    pages = [kit.root / "exercises" / chapter.id / "README.md" for chapter in kit.chapters]
    for path in [kit.root / CURRICULUM, *pages, *map(kit.handed_out_file, kit.exercises), *_suites(kit)]:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError):
            continue  # which is said elsewhere
        for line, what in places_to_write(text):
            yield Problem(_shown(kit, path), line, f"is still to be written: {what}")


def _suites(kit: Kit) -> Iterator[Path]:
    yield from map(kit.suite_file, kit.exercises if kit.suites is Suites.OPEN else ())


def _leftovers(kit: Kit) -> list[Problem]:
    """Files of exercises that are not in the curriculum (any more), or that lie in another chapter's folder."""
    suites, bank = kit.suites_folder, kit.root / "tests" / "answers"
    expected = {
        place(exercise)
        for exercise in kit.exercises
        for place in (kit.handed_out_file, kit.solution_file, kit.suite_file, kit.scenario_file)
    }
    banks = {kit.answers_folder(exercise) for exercise in kit.exercises}
    found = [*_python_files(kit.handout_folder), *_python_files(kit.root / "solutions")]
    found += [path for path in _visible(suites.rglob("*"), suites) if _SUITE_OR_SCENARIO.fullmatch(path.name)]
    stray = [path for path in found if path not in expected]
    for path in sorted(bank.rglob("*")):
        if path.is_file() and not _is_hidden(path, bank):
            if path == excuses.scores_file(kit) or (path.parent in banks and path.name == excuses.FILE):
                continue
            if path.parent not in banks:
                stray.append(path.parent if path.parent != bank else path)
            elif path.suffix != ".py" or not path.name.startswith(("right_", "wrong_")):
                stray.append(path)
    return [
        Problem(_shown(kit, path), None, f"belongs to no exercise of {CURRICULUM}; rename it, or take it away")
        for path in dict.fromkeys(stray)  # a folder once
    ]


def _python_files(folder: Path) -> list[Path]:
    return _visible(folder.rglob("*.py"), folder)


def _visible(paths: Iterable[Path], folder: Path) -> list[Path]:
    return [path for path in sorted(paths) if not _is_hidden(path, folder)]


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(folder).parts)


def _shown(kit: Kit, path: Path) -> str:
    return path.relative_to(kit.root).as_posix()
