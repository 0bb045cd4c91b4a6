"""GitHub Actions: the output that GitHub Classroom's reporter reads, annotations, the step summary, and a harmless log.

The runner takes a line of the log for a command when it begins with ``::`` *after leading space*, and when ``##[`` and
the name of a command stand *anywhere* in it: indenting what a learner's program printed does not make it harmless.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, Final

from grader.errors import UsageError
from grader.report.markdown import PUBLIC_ONLY, STEP_SUMMARY_BYTES, summary
from grader.report.parts import LONGEST_NAME, GradedPart, all_parts, short
from grader.result import CheckVerdict, ExerciseResult, Result, Verdict
from grader.text import clean, cut, one_line

MAX_ANNOTATIONS: Final = 10
"""GitHub shows ten errors and ten warnings of a step, and keeps silent about the others."""

MAX_RESULT: Final = 120_000
"""Characters of the output. The reporter gets it in an environment variable, of which Linux allows 128 KiB."""

_OUTPUT = "GITHUB_OUTPUT"
_SUMMARY = "GITHUB_STEP_SUMMARY"
_COMMAND_AT_START = re.compile(r"((?:^|(?<=\r))(?:\s|\x1b\[[0-9;]*m)*):(?=:)", re.MULTILINE)
_STATUSES = {CheckVerdict.PASSED: "pass", CheckVerdict.FAILED: "fail", CheckVerdict.INCONCLUSIVE: "error"}
_WORK = (Verdict.FAILED, Verdict.BROKEN, Verdict.CRASHED, Verdict.INCONCLUSIVE)
_LEVELS = ((160, 1_000, True), (160, 160, False), (100, 60, False), (60, 0, False), (0, 0, False))
"""Columns of a name and of a message, and whether there is what nothing shows: less and less, until it fits."""


def inert(text: str) -> str:
    """The text with nothing in it that the runner would obey: a space parts the characters that it looks for.

    Visibly: characters of no width are passed over where the runner compares, and a command stays a command.
    """
    return _COMMAND_AT_START.sub(r"\1: ", text.replace("##[", "## ["))


# What GitHub Classroom's reporter reads


def result_value(result: Result) -> str:
    """The output ``result`` for ``autograding-grading-reporter``: base64 of a line of JSON.

    Depending on its version the reporter computes a score as (tests passed / tests) * max_score or as the sum of the
    tests' scores, and it posts the sum. So that all agree there is a test for each *point*. At most ``MAX_RESULT``
    characters up to some 1,300 points: messages and names are shortened as far as that needs.
    """
    value = ""
    for name, message, everything in _LEVELS:
        data = _classroom(result, name, message, everything=everything)
        line = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        value = base64.b64encode(line.encode("utf-8", "backslashreplace")).decode("ascii")
        if len(value) <= MAX_RESULT:
            break
    return value


def _classroom(result: Result, name: int, message: int, *, everything: bool) -> dict[str, Any]:
    tests = [
        _test(part, point, number, name, message, everything=everything)
        for number, (part, point) in enumerate(_points(result), start=1)
    ]
    return {
        "version": 3,
        "status": {0: "pass", 1: "fail", 3: "error"}[result.exit_status],
        "max_score": result.max_score,
        "tests": tests or [{"name": "nothing to judge", "status": "error", "message": "", "score": 0, "line_no": 0}],
    }


def _points(result: Result) -> Iterator[tuple[GradedPart, int]]:
    """Each point there is, counted from 1 within its part."""
    for part in all_parts(result):
        for point in range(1, part.max_score + 1):
            yield part, point


def _test(part: GradedPart, point: int, number: int, name: int, message: int, *, everything: bool) -> dict[str, Any]:
    passed = point <= part.score
    status = "pass" if passed else _STATUSES[part.verdict]
    told = "" if passed or not message else _told(part, point, message)
    counted = f" ({point} of {part.max_score})" if part.max_score > 1 else ""
    test = {
        "name": inert(one_line(part.name, name)) + counted if name else str(number),
        "status": status,
        "message": told,
        "score": int(passed),
        "line_no": part.line or 0,
    }
    if everything:
        # The reporter would show the code of a test, and a suite is not to be shown.
        more = {"filename": part.exercise.path, "test_code": "", "duration": round(part.exercise.seconds, 2)}
        test |= {**more, "task_id": number}
    return test


def _told(part: GradedPart, point: int, columns: int) -> str:
    """Said once for a check; the reporter has words of its own for a test without a message."""
    if point > part.score + 1:
        return "as above"
    return inert(cut(part.message, columns)) or "not passed"


# Annotations


def annotation_commands(result: Result, folder: str = "") -> list[str]:
    """Workflow commands that put what is wrong on the learner's lines: first one for each exercise, then the others.

    ``folder``: where the paths of the result begin, as seen from the root of the repository.
    """
    work = [list(_notes(exercise, folder)) for exercise in result.exercises if exercise.verdict in _WORK]
    in_turn = [note for note in chain.from_iterable(zip_longest(*work)) if note is not None]
    errors = [note for note in in_turn if note.kind == "error"][:MAX_ANNOTATIONS]
    warnings = [note for note in in_turn if note.kind == "warning"][:MAX_ANNOTATIONS]
    if result.public_only:
        warnings = [_Note("warning", "", None, "public checks only", PUBLIC_ONLY), *warnings][:MAX_ANNOTATIONS]
    return [str(note) for note in (*errors, *warnings)]


@dataclass(frozen=True)
class _Note:
    """One annotation."""

    kind: str
    """``error`` or ``warning``."""
    file: str
    line: int | None
    title: str
    message: str

    def __str__(self) -> str:
        places = {"file": self.file, "line": str(self.line or 1), "title": one_line(self.title, LONGEST_NAME)}
        if not self.file:
            del places["file"], places["line"]
        properties = ",".join(f"{key}={_property(inert(clean(value)))}" for key, value in places.items())
        return f"::{self.kind} {properties}::{_data(inert(short(self.message)))}"


def _notes(exercise: ExerciseResult, folder: str) -> Iterator[_Note]:
    """What is wrong with an exercise, each on its line; on the first line where no other is known."""
    file = f"{folder}/{exercise.path}" if folder else exercise.path
    kind = "warning" if exercise.verdict is Verdict.INCONCLUSIVE else "error"
    about = f"{exercise.name}, {exercise.score} of {exercise.max_score} points"
    wrong = [check for check in exercise.checks if check.verdict is not CheckVerdict.PASSED]
    said = exercise.message or "\n".join(f"{check.title}: {check.message}".rstrip(": ") for check in wrong)
    places = [(place, finding) for finding in exercise.findings for place in finding.places]
    if exercise.message or not places:
        yield _Note(kind, file, exercise.message_line, about, said or exercise.verdict.value)
    for place, finding in places:
        text, function = one_line(finding.text, LONGEST_NAME), one_line(place.function, LONGEST_NAME)
        yield _Note(kind, file, place.line, about, f"{text}\nin {function}")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# The runner's files


@dataclass(frozen=True)
class StepFiles:
    """What the runner gives each step to write to."""

    output: Path
    summary: Path


def step_files(env: Mapping[str, str]) -> StepFiles:
    """The files that ``env`` names. Raises ``UsageError`` outside of a step of GitHub Actions."""
    missing = [name for name in (_OUTPUT, _SUMMARY) if not env.get(name)]
    if missing:
        raise UsageError(
            f"--github is for a step of GitHub Actions, where {_OUTPUT} and {_SUMMARY} name files to write to; "
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set"
        )
    return StepFiles(Path(env[_OUTPUT]), Path(env[_SUMMARY]))


def write(files: StepFiles, result: Result, chapters: Mapping[str, str]) -> None:
    """Add the output ``result`` and the summary to the step's files. Raises ``UsageError`` when one cannot be written.

    ``chapters``: titles by chapter id.
    """
    _append(files.output, f"result={result_value(result)}\n")
    room = STEP_SUMMARY_BYTES - _bytes_in(files.summary) - 2
    _append(files.summary, summary(result, chapters, room))


def _bytes_in(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _append(file: Path, text: str) -> None:
    """Add lines to a file; a line without an end that is there already gets one, so that ours stand alone."""
    try:
        with file.open("a+b") as stream:
            if stream.seek(0, os.SEEK_END):
                stream.seek(-1, os.SEEK_END)
                if stream.read(1) != b"\n":
                    stream.write(b"\n")
            stream.write(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"cannot write {clean(str(file))}: {error.strerror or error}") from None
