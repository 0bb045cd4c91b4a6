"""What a grading run found: a handful of frozen dataclasses, and nothing else.

Every output (terminal, JSON, JUnit, pages, gradebooks) is derived from a ``Result`` and from nothing else.
``Result.to_json`` is the format ``turtles/result/v1``, described by ``grader/report/result-v1.schema.json``.

Times are seconds as ``float``; inside a ``Timeline`` they count from the start of the recorded run.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from grader.kinds import CallOutcome, FindingKind, MarkKind, SegmentState

SCHEMA = "turtles/result/v1"

PUBLIC_ONLY = "only the public checks were made: no grade; the hidden ones run when you push or hand in"
"""Said by every report on a result of public checks."""

_SANDBOXES = ("bwrap", "none")
_SUITES = ("all", "public")
# Names become file names, XML and HTML attributes: letters that need no quoting anywhere.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_KIND = re.compile(r"[a-z]+(-[a-z]+)*")
# No exercise comes near it; it keeps sums and columns sane when the file is somebody else's.
_MAX_COUNT = 1_000_000_000
_SURROGATES = re.compile("[\ud800-\udfff]")

_T = TypeVar("_T")
_NO_DEFAULTS: Mapping[str, object] = MappingProxyType({})


class Verdict(StrEnum):
    """What is said of an exercise."""

    PASSED = "passed"
    FAILED = "failed"
    UNTOUCHED = "untouched"
    """Identical to what was handed out; it scores nothing, whatever its checks say."""
    BROKEN = "broken"
    """Does not load: syntax error, import error, missing function."""
    CRASHED = "crashed"
    """Killed, or over a limit."""
    INCONCLUSIVE = "inconclusive"
    """The machine was too noisy, or the grader failed: no verdict, never a lost point."""


class CheckVerdict(StrEnum):
    """What is said of one check."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class Check:
    """One claim of a suite, worth ``max_score`` points, all or nothing."""

    title: str
    verdict: CheckVerdict
    score: int
    max_score: int
    message: str = ""
    """For the learner: what was expected and what happened. Empty when it passed."""
    figures: str = ""
    """Of one that is inconclusive, what was measured, and against which noise; otherwise empty."""


@dataclass(frozen=True)
class Segment:
    """A stretch of a row.

    The coroutine was ``running`` (it held the loop), ``waiting`` (the loop was free), or ``ready`` (it could have run,
    and another held the loop).
    """

    start_s: float
    end_s: float
    state: SegmentState
    awaits: str = ""
    """Of a waiting stretch, what it waited for and where: ``asyncio.sleep(1), line 14``. Empty when unknown."""
    held_by: str = ""
    """Of a running stretch that held the loop for long, what held it: ``time.sleep(1), line 9``. Otherwise empty."""


@dataclass(frozen=True)
class Moment:
    """Something that happened at one moment of a row."""

    at_s: float
    kind: MarkKind


@dataclass(frozen=True)
class Row:
    """One coroutine or task, from when it was first seen to when it ended; or a call to a replaced function."""

    label: str
    """Its name; where several have the same, with what tells them apart: ``move(door=2)``, or else ``fetch 2``."""
    segments: tuple[Segment, ...]
    name: str = ""
    """Its name alone; empty where it is not known."""
    outcome: CallOutcome | None = None
    """Of a call to a replaced function, what became of it; otherwise None."""
    marks: tuple[Moment, ...] = ()
    """Of a coroutine, in the order of time."""


@dataclass(frozen=True)
class OutputLine:
    """A line that a program printed, and when."""

    at_s: float
    text: str


@dataclass(frozen=True)
class ProgramOutput:
    """What a recorded program printed, and how it ended."""

    lines: tuple[OutputLine, ...] = ()
    """Of standard output, the first ones."""
    omitted_lines: int = 0
    """How many more there were."""
    errors: tuple[str, ...] = ()
    """The last lines of standard error, and the traceback if it raised. They have no times."""
    ended: str = ""
    """``it returned after 2.01 s``"""


@dataclass(frozen=True)
class Timeline:
    """A recorded run, drawn: which check it explains, how long it took, and what ran when."""

    title: str
    elapsed_s: float
    rows: tuple[Row, ...]
    omitted_rows: int = 0
    checks: tuple[int, ...] = ()
    """The checks that rest on it, by their position from 0 in the exercise."""
    caption: str = ""
    """What ran, and what was different from the file: ``main(), with TABLES = 5``. Empty when unknown."""
    output: ProgramOutput | None = None
    """What the program printed, of a run behind a check that failed; otherwise None."""


@dataclass(frozen=True)
class Place:
    """A line of the learner's file."""

    line: int
    function: str
    text: str = ""
    """What stands there, on one line; empty when unknown."""


@dataclass(frozen=True)
class Finding:
    """Something seen from inside the program that explains a failure. It decides nothing."""

    kind: FindingKind
    text: str
    """One line: ``time.sleep(1) held the event loop for 1.00 s, twice``."""
    places: tuple[Place, ...] = ()
    seconds: float | None = None
    """Of a blocking call, how long it held the loop in all."""
    count: int | None = None
    """Of a blocking call, how many times."""
    error: str = ""
    """Of a lost exception, its type: ``ValueError``."""


@dataclass(frozen=True)
class ExerciseResult:
    """The verdict on one exercise, with what it rests on and what explains it."""

    name: str
    title: str
    chapter: str
    """The chapter's folder: ``02_together``."""
    path: str
    """The learner's file as it is named on the screen: ``exercises/02_together/two_tasks.py``."""
    verdict: Verdict
    score: int
    max_score: int
    seconds: float
    """Length of the longest recording."""
    checks: tuple[Check, ...] = ()
    message: str = ""
    """Why it is broken, crashed or inconclusive; otherwise empty."""
    message_line: int | None = None
    """The line of the learner's file that ``message`` speaks of, where there is one."""
    timelines: tuple[Timeline, ...] = ()
    """The recorded runs, each once: the one behind the first check that failed, then the others in the order of the
    checks. Only those that fit in a few; after passing, the first run comes first."""
    findings: tuple[Finding, ...] = ()
    mistakes: tuple[str, ...] = ()
    """The kinds of mistake that it shows, the most telling first: ``blocking-call``. Each has a page in the kit's
    ``docs/mistakes/``. Empty after passing, and where none was recognised; no verdict rests on them."""

    @property
    def timeline(self) -> Timeline | None:
        """The run that says most: the first."""
        return next(iter(self.timelines), None)

    def to_json(self) -> dict[str, Any]:
        """One entry of ``exercises`` in ``turtles/result/v1``."""
        return _object(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ExerciseResult:
        """Read what ``to_json`` wrote; raises ``ValueError``, with the place, for anything else."""
        return _read_exercise(data, "")


@dataclass(frozen=True)
class Skipped:
    """An exercise that this Python cannot judge: not counted and not failed."""

    name: str
    chapter: str
    reason: str
    """``needs Python 3.13``"""


@dataclass(frozen=True)
class Result:
    """One run of the grader."""

    kit_version: str
    python_version: str
    started: str
    """UTC, ``YYYY-MM-DDTHH:MM:SSZ``."""
    seconds: float
    sandbox: str
    """``bwrap`` or ``none``."""
    exercises: tuple[ExerciseResult, ...]
    skipped: tuple[Skipped, ...] = ()
    suites: str = "all"
    """``all``: every check was made; ``public``: only those that students see without a key. That is no grade."""

    @property
    def public_only(self) -> bool:
        """Whether hidden checks were left out."""
        return self.suites == "public"

    @property
    def score(self) -> int:
        return sum(exercise.score for exercise in self.exercises)

    @property
    def max_score(self) -> int:
        return sum(exercise.max_score for exercise in self.exercises)

    @property
    def exit_status(self) -> int:
        """0 all passed, 1 not all passed, 3 could not judge."""
        verdicts = {exercise.verdict for exercise in self.exercises}
        if Verdict.INCONCLUSIVE in verdicts:
            return 3
        return 0 if verdicts <= {Verdict.PASSED} else 1

    def to_json(self) -> dict[str, Any]:
        """The whole result as JSON values, in the shape of ``turtles/result/v1``."""
        head = _object(self)
        exercises, skipped = head.pop("exercises"), head.pop("skipped")
        totals = {"score": self.score, "max_score": self.max_score}
        return {"schema": SCHEMA, **head, **totals, "exercises": exercises, "skipped": skipped}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """Read what ``to_json`` wrote; raises ``ValueError``, with the place, for anything else.

        Sums are checked as well: a file whose points do not add up was not written by the grader.
        """
        return _read_result(data)


def _plain(value: object) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        # Half of a surrogate pair (undecodable output of a learner's program) cannot be written as UTF-8.
        return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return _object(value) if is_dataclass(value) else value


def _object(value: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def _wrong(where: str, problem: str) -> ValueError:
    return ValueError(f"{where or 'the result'}: {problem}")


def _shown(value: object) -> str:
    """The value in few words. Containers only by their kind: theirs may be too deep to print."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:40] + "...")
    if isinstance(value, int) and abs(value) > _MAX_COUNT:
        return "a huge number"
    return repr(value) if isinstance(value, int | float) else f"a {type(value).__name__}"


class _Reader:
    """A JSON object being read: it has exactly ``keys``, and each value is checked when it is asked for."""

    def __init__(
        self, value: object, where: str, keys: tuple[str, ...], defaults: Mapping[str, object] = _NO_DEFAULTS
    ) -> None:
        """``defaults``: what stands for keys that a file of an older kit does not have."""
        if not isinstance(value, Mapping):
            raise _wrong(where, f"must be an object, not {_shown(value)}")
        self._values = {**defaults, **value}
        self._where = where
        value = self._values
        for key in keys:
            if key not in value:
                raise _wrong(self.at(key), "is missing")
        for key in value:
            if key not in keys:
                raise _wrong(where, f"has a key that does not belong there: {_shown(key)}")

    def at(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key

    def wrong(self, key: str, problem: str) -> ValueError:
        return _wrong(self.at(key), problem)

    def text(self, key: str) -> str:
        value = self._values[key]
        if not isinstance(value, str):
            raise self.wrong(key, f"must be text, not {_shown(value)}")
        if _SURROGATES.search(value):
            raise self.wrong(key, "holds half of a surrogate pair")
        return value

    def matching(self, key: str, pattern: re.Pattern[str]) -> str:
        value = self.text(key)
        if not pattern.fullmatch(value):
            raise self.wrong(key, f"must match {pattern.pattern}, not {_shown(value)}")
        return value

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in allowed:
            raise self.wrong(key, f"must be one of {', '.join(allowed)}, not {_shown(value)}")
        return value

    def count(self, key: str, least: int = 0) -> int:
        return _read_count(self._values[key], self.at(key), least)

    def seconds(self, key: str) -> float:
        value = self._values[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MAX_COUNT:
            raise self.wrong(key, f"must be seconds, 0 or more, not {_shown(value)}")
        return math.fabs(value)  # so that -0.0 is not shown as such

    def optional(self, key: str, read: Callable[[str], _T]) -> _T | None:
        return None if self._values[key] is None else read(key)

    def item(self, key: str, read: Callable[[object, str], _T]) -> _T | None:
        return None if self._values[key] is None else read(self._values[key], self.at(key))

    def items(self, key: str, read: Callable[[object, str], _T]) -> tuple[_T, ...]:
        value = self._values[key]
        if not isinstance(value, list):
            raise self.wrong(key, f"must be a list, not {_shown(value)}")
        return tuple(read(item, f"{self.at(key)}[{index}]") for index, item in enumerate(value))


def _read_count(value: object, where: str, least: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _MAX_COUNT:
        raise _wrong(where, f"must be a whole number from {least} to {_MAX_COUNT}, not {_shown(value)}")
    return value


def _names(cls: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))


def _read_check(value: object, where: str) -> Check:
    reader = _Reader(value, where, _names(Check), {"figures": ""})
    verdict = CheckVerdict(reader.one_of("verdict", tuple(CheckVerdict)))
    score, max_score = reader.count("score"), reader.count("max_score")
    expected = max_score if verdict is CheckVerdict.PASSED else 0
    if score != expected:
        raise reader.wrong("score", f"must be {expected} for a check that is {verdict}, not {score}")
    return Check(reader.text("title"), verdict, score, max_score, reader.text("message"), reader.text("figures"))


def _read_segment(value: object, where: str) -> Segment:
    reader = _Reader(value, where, _names(Segment))
    segment = Segment(
        start_s=reader.seconds("start_s"),
        end_s=reader.seconds("end_s"),
        state=SegmentState(reader.one_of("state", tuple(SegmentState))),
        awaits=reader.text("awaits"),
        held_by=reader.text("held_by"),
    )
    if segment.end_s < segment.start_s:
        raise reader.wrong("end_s", "is before start_s")
    for key, state in (("awaits", SegmentState.WAITING), ("held_by", SegmentState.RUNNING)):
        if getattr(segment, key) and segment.state is not state:
            raise reader.wrong(key, f"must be empty for a stretch that is {segment.state}")
    return segment


def _read_row(value: object, where: str) -> Row:
    reader = _Reader(value, where, _names(Row), {"name": "", "outcome": None, "marks": []})
    outcome = reader.optional("outcome", lambda key: CallOutcome(reader.one_of(key, tuple(CallOutcome))))
    return Row(
        reader.text("label"),
        reader.items("segments", _read_segment),
        reader.text("name"),
        outcome,
        reader.items("marks", _read_mark),
    )


def _read_mark(value: object, where: str) -> Moment:
    reader = _Reader(value, where, _names(Moment))
    return Moment(reader.seconds("at_s"), MarkKind(reader.one_of("kind", tuple(MarkKind))))


def _read_timeline(value: object, where: str) -> Timeline:
    reader = _Reader(value, where, _names(Timeline), {"caption": "", "output": None})
    return Timeline(
        title=reader.text("title"),
        elapsed_s=reader.seconds("elapsed_s"),
        rows=reader.items("rows", _read_row),
        omitted_rows=reader.count("omitted_rows"),
        checks=reader.items("checks", _read_count),
        caption=reader.text("caption"),
        output=reader.item("output", _read_output),
    )


def _read_output(value: object, where: str) -> ProgramOutput:
    reader = _Reader(value, where, _names(ProgramOutput))
    return ProgramOutput(
        lines=reader.items("lines", _read_output_line),
        omitted_lines=reader.count("omitted_lines"),
        errors=reader.items("errors", _read_text),
        ended=reader.text("ended"),
    )


def _read_output_line(value: object, where: str) -> OutputLine:
    reader = _Reader(value, where, _names(OutputLine))
    return OutputLine(reader.seconds("at_s"), reader.text("text"))


def _read_text(value: object, where: str) -> str:
    if not isinstance(value, str) or _SURROGATES.search(value):
        raise _wrong(where, f"must be text, not {_shown(value)}")
    return value


def _read_place(value: object, where: str) -> Place:
    reader = _Reader(value, where, _names(Place), {"text": ""})
    return Place(reader.count("line", least=1), reader.text("function"), reader.text("text"))


def _read_finding(value: object, where: str) -> Finding:
    reader = _Reader(value, where, _names(Finding), {"seconds": None, "count": None, "error": ""})
    return Finding(
        kind=FindingKind(reader.one_of("kind", tuple(FindingKind))),
        text=reader.text("text"),
        places=reader.items("places", _read_place),
        seconds=reader.optional("seconds", reader.seconds),
        count=reader.optional("count", reader.count),
        error=reader.text("error"),
    )


def _read_kind(value: object, where: str) -> str:
    if not isinstance(value, str) or not _KIND.fullmatch(value):
        raise _wrong(where, f"must match {_KIND.pattern}, not {_shown(value)}")
    return value


def _read_exercise(value: object, where: str) -> ExerciseResult:
    reader = _Reader(value, where, _names(ExerciseResult))
    exercise = ExerciseResult(
        name=reader.matching("name", _NAME),
        title=reader.text("title"),
        chapter=reader.matching("chapter", _NAME),
        path=reader.text("path"),
        verdict=Verdict(reader.one_of("verdict", tuple(Verdict))),
        score=reader.count("score"),
        max_score=reader.count("max_score"),
        seconds=reader.seconds("seconds"),
        checks=reader.items("checks", _read_check),
        message=reader.text("message"),
        message_line=reader.optional("message_line", lambda key: reader.count(key, least=1)),
        timelines=reader.items("timelines", _read_timeline),
        findings=reader.items("findings", _read_finding),
        mistakes=reader.items("mistakes", _read_kind),
    )
    _check_points(exercise, reader)
    for index, timeline in enumerate(exercise.timelines):
        if any(position >= len(exercise.checks) for position in timeline.checks):
            raise reader.wrong(f"timelines[{index}].checks", "names a check that is not there")
    return exercise


def _check_points(exercise: ExerciseResult, reader: _Reader) -> None:
    """Points belong to checks: no exercise has more than its checks earned, or fewer when that is all of them."""
    earned = sum(check.score for check in exercise.checks)
    if exercise.score > min(earned, exercise.max_score):
        raise reader.wrong("score", f"is {exercise.score}, but its checks earned {earned} of {exercise.max_score}")
    if exercise.verdict is Verdict.UNTOUCHED and exercise.score:
        raise reader.wrong("score", "must be 0 for an exercise that is untouched")
    if exercise.verdict is Verdict.PASSED and exercise.score != exercise.max_score:
        raise reader.wrong("score", f"must be {exercise.max_score} for an exercise that passed")


def _read_skipped(value: object, where: str) -> Skipped:
    reader = _Reader(value, where, _names(Skipped))
    return Skipped(reader.matching("name", _NAME), reader.matching("chapter", _NAME), reader.text("reason"))


def _read_result(value: object) -> Result:
    reader = _Reader(value, "", ("schema", "score", "max_score", *_names(Result)))
    reader.one_of("schema", (SCHEMA,))
    result = Result(
        kit_version=reader.text("kit_version"),
        python_version=reader.text("python_version"),
        started=_read_started(reader),
        seconds=reader.seconds("seconds"),
        sandbox=reader.one_of("sandbox", _SANDBOXES),
        exercises=reader.items("exercises", _read_exercise),
        skipped=reader.items("skipped", _read_skipped),
        suites=reader.one_of("suites", _SUITES),
    )
    for key, total in (("score", result.score), ("max_score", result.max_score)):
        if reader.count(key) != total:
            raise reader.wrong(key, f"must be {total}, the sum over the exercises")
    _check_names(result, reader)
    return result


def _check_names(result: Result, reader: _Reader) -> None:
    seen: set[str] = set()
    for name in [entry.name for entry in result.exercises] + [entry.name for entry in result.skipped]:
        if name in seen:
            raise reader.wrong("exercises", f"name {name} more than once")
        seen.add(name)


def _read_started(reader: _Reader) -> str:
    value = reader.matching("started", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"))
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise reader.wrong("started", f"is no date and time: {value!r}") from None
    return value
