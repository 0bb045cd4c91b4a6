"""What a recorded program printed, for the learner to see: it decides nothing that a check has not decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from grader.kinds import Ending, EventKind
from grader.record.recording import Recording
from grader.record.trace import Raised, Trace
from grader.report import sentences
from grader.result import OutputLine, ProgramOutput
from grader.runner.protocol import ENDLESS
from grader.text import clean, cut

MOST_LINES: Final = 100
"""Of standard output that are kept, and of standard error: an exercise prints some dozen."""
LONGEST_LINE: Final = 200
"""Columns."""
_MOST_INNER: Final = 5


def recorded_output(recording: Recording, source: str, display: str) -> ProgramOutput:
    """Its lines with their seconds, what it wrote to standard error, and how it ended.

    ``source`` is the learner's file and ``display`` the name that a traceback calls it by.
    """
    trace = recording.trace
    printed = [event for event in trace.events if event.kind is EventKind.LINE]
    lines = tuple(OutputLine(round(float(event.at), 3), _short(event.name)) for event in printed[:MOST_LINES])
    errors = [*trace.stderr.splitlines(), *_traceback(trace, source.splitlines(), display)]
    return ProgramOutput(
        lines, len(printed) - len(lines), tuple(map(_short, errors[-MOST_LINES:])), _ended(trace, recording)
    )


def _ended(trace: Trace, recording: Recording) -> str:
    if recording.broken:
        return "it did not load"
    seconds, raised = float(trace.elapsed), trace.raised
    if raised and raised.type in ENDLESS:
        return sentences.never_ended(seconds)
    return sentences.ended(
        trace.ended, seconds, error=raised.type if raised else "", status=trace.exit_status, stop=trace.stop
    )


def _traceback(trace: Trace, lines: list[str], display: str) -> Iterator[str]:
    """What Python would have written, of the learner's own file; the grader catches the exception before that."""
    raised = trace.raised
    if trace.ended is not Ending.RAISED or raised is None or raised.type in ENDLESS:
        return
    if raised.frames:
        yield "Traceback (most recent call last):"
        for line, function in raised.frames:
            yield f'  File "{display}", line {line}, in {function}'
            if line <= len(lines):
                yield f"    {lines[line - 1].strip()}"
    yield _last_line(raised)
    for inner in raised.inner[:_MOST_INNER]:
        yield f"  | {inner}"
    if len(raised.inner) > _MOST_INNER:
        yield f"  | and {len(raised.inner) - _MOST_INNER} more"


def _last_line(raised: Raised) -> str:
    return f"{raised.type}: {raised.message}" if raised.message else raised.type


def _short(text: str) -> str:
    return cut(clean(text).rstrip("\n"), LONGEST_LINE)
