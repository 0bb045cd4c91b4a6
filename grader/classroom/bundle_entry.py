"""What runs inside a bundle, by the kit that lies there: grades one submission, and tells the system that asked for it.

    python -m grader.classroom.bundle_entry class50 CHECKOUT FOLDER
    python -m grader.classroom.bundle_entry gradescope SUBMISSION FOLDER

Of the submission nothing but exercises is taken; where one was not handed in, it counts as untouched. What the system
reads is written into FOLDER, each file complete or not at all, and in the place of whatever had its name: nothing that
lies there is followed or read.

Exit status: 0 graded, whatever the grade; 2 wrong usage or a broken kit; 3 could not grade. Then one line says why.

What needs a package is imported where it is used, so that one that is missing is said in a line as well.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from grader.assignment import Assignment
from grader.errors import TurtlesError, UsageError
from grader.files import replacing
from grader.load.assignment_file import read_packed
from grader.load.kit import Kit, load_kit
from grader.result import Result

REPORT: Final = "turtles-report.html"
RESULT: Final = "result.json"
BODY: Final = "release-body.md"
RESULTS: Final = "results.json"

_NOT_YET: Final = "**No grade yet: the machine was too busy to judge all of it. Submit it again, as it is.**"

_NOTES: Final = 20
_NOTE_COLUMNS: Final = 160


@dataclass(frozen=True)
class GradedSubmission:
    """A submission that was graded."""

    kit: Kit
    result: Result
    assignment: Assignment
    notes: tuple[str, ...]
    """What its reader should know beside: that there was no sandbox, what was not handed in or not read."""


def run(kit: Kit, submission: Path) -> GradedSubmission:
    """Grade a submission of any content. Raises ``TurtlesError`` when that cannot be done."""
    from grader.collect.submissions import Found, read
    from grader.grade import Request, grade
    from grader.judge.plan import silent
    from grader.record.sandbox import choose

    # Nothing but exercises counts, so what became of the other files is not asked.
    handed = read(kit, Found(submission.name, submission), reference={})
    missing = []
    sandbox = choose("auto")
    with tempfile.TemporaryDirectory(prefix="turtles-") as place:
        tree = Path(place) / "exercises"
        for exercise in kit.exercises:
            file = tree / exercise.file
            file.parent.mkdir(parents=True, exist_ok=True)
            content = handed.files.get(exercise.name)
            if content is None:
                missing.append(exercise.name)
                content = kit.handed_out_file(exercise).read_bytes()
            file.write_bytes(content)
        request = Request(kit, kit.exercises, tree, sandbox, everything=True)
        result = grade(request, silent).result
    notes = [f"not sandboxed: {sandbox.note}"] if sandbox.note else []
    if missing:
        notes.append(f"not handed in, and counted as untouched: {', '.join(missing)}")
    return GradedSubmission(kit, result, read_packed(kit), (*notes, *handed.problems))


def grade_for_class50(root: Path, submission: Path, folder: Path) -> Result:
    """Write ``result.json``, ``release-body.md`` and the page, and the lines of step output where the runner says."""
    from grader.practice.progress import titles
    from grader.report import html
    from grader.report.formats import classroom50

    classroom50.check_environment(os.environ)
    done = run(load_kit(root), submission)
    result = classroom50.result_json(done.result, os.environ, datetime.now(UTC), done.assignment)
    _put(folder, REPORT, html.render(done.result, titles(done.kit), notes=done.notes))
    _put(folder, BODY, classroom50.release_body(done.result, done.assignment) + _as_markdown(done.notes))
    _put(folder, RESULT, json.dumps(result, indent=2) + "\n")
    if file := os.environ.get("GITHUB_OUTPUT"):
        try:
            with Path(file).open("a", encoding="utf-8", newline="\n") as output:
                output.write(classroom50.outputs(done.result, done.assignment))
        except OSError as error:
            raise _unwritable("what GITHUB_OUTPUT names", error) from error
    return done.result


def grade_for_gradescope(root: Path, submission: Path, folder: Path) -> Result:
    """Write ``results.json``; without a score while something could not be judged, for it would count as lost."""
    from grader.report.formats import gradescope_results

    done = run(load_kit(root), submission)
    results = gradescope_results.results_json(done.result, done.assignment)
    results["output"] += _as_markdown(done.notes)
    if done.result.exit_status == 3:
        results = {key: value for key, value in results.items() if key not in ("score", "tests")}
        results["output"] = f"{_NOT_YET}\n\n{results['output']}"
    _put(folder, RESULTS, json.dumps(results, indent=2) + "\n")
    return done.result


def tell_gradescope_of(failure: str, folder: Path) -> None:
    """Write a ``results.json`` that says why there is no grade.

    It has neither a score nor tests, of which Gradescope's format asks for one: so no number is entered.
    """
    said = (
        f"This submission was not graded, and that is not its fault: {failure}\n\n"
        "Please tell your course's staff. Once it is repaired, they can have it graded as it is."
    )
    results = {"output": said, "output_format": "text", "visibility": "visible", "stdout_visibility": "hidden"}
    _put(folder, RESULTS, json.dumps(results, indent=2) + "\n")


_SYSTEMS: Final[Mapping[str, Callable[[Path, Path, Path], Result]]] = {
    "class50": grade_for_class50,
    "gradescope": grade_for_gradescope,
}


def main(arguments: list[str]) -> int:
    """Grade for the system that is named first; returns the exit status."""
    if len(arguments) != 3 or arguments[0] not in _SYSTEMS:
        print(f"turtles: what is needed is {' or '.join(_SYSTEMS)}, a submission and a folder", file=sys.stderr)
        return 2
    system, submission, folder = arguments[0], Path(arguments[1]).resolve(), Path(arguments[2]).resolve()
    status = 3
    try:
        result = _SYSTEMS[system](Path(__file__).resolve().parents[2], submission, folder)
    except TurtlesError as error:
        status, failure = error.exit_status, str(error)
    except ImportError as error:
        failure = f"the kit's packages are not all installed in {sys.executable}: {error}"
    except Exception as error:
        failure = f"an error of the grader's own: {type(error).__name__}: {error}"
    else:
        print(f"turtles: {result.score} of {result.max_score} points")
        return 0
    failure = " ".join(failure.split()).replace("##[", "## [")  # which GitHub's runner would obey
    print(f"turtles: {failure}", file=sys.stderr)
    if system == "gradescope":
        with contextlib.suppress(TurtlesError):  # the caller sees that there is none
            tell_gradescope_of(failure, folder)
    return status


def _as_markdown(notes: tuple[str, ...]) -> str:
    """The notes as a block in which nothing means anything: names of a submission's files may be in them."""
    from grader.report.markdown import fenced
    from grader.text import one_line

    lines = [one_line(note, _NOTE_COLUMNS) for note in notes[:_NOTES]]
    if len(notes) > _NOTES:
        lines.append(f"and {len(notes) - _NOTES} more")
    return "\n" + fenced("\n".join(lines)) + "\n" if lines else ""


def _put(folder: Path, name: str, text: str) -> None:
    """Write a file in one step, in the place of anything that lies there: a link is replaced, not followed."""
    target = folder / name
    try:
        with replacing(target) as new:
            with new.open("x", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
                file.write(text)
            new.chmod(0o644)
            if target.is_dir() and not target.is_symlink():
                shutil.rmtree(target)
    except OSError as error:
        raise _unwritable(str(target), error) from error


def _unwritable(what: str, error: OSError) -> UsageError:
    return UsageError(f"cannot write {what}: {error.strerror or error}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
