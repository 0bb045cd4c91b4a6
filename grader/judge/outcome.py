"""What a test said, before it is put into a result: one outcome for each check and subject."""

from __future__ import annotations

from dataclasses import dataclass

from grader.record.run import Recording
from grader.record.trace import Trace


class NotJudged(Exception):
    """The grader, or the suite, failed: nothing may be concluded about the program."""


class Failed(AssertionError):
    """A check fails because of how its recording ended. ``kind``: ``broken``, ``crashed`` or ``failed``."""

    def __init__(self, kind: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.line = line


@dataclass(frozen=True)
class Outcome:
    """One check of one subject."""

    title: str
    points: int
    kind: str
    """``passed``, ``failed``, ``broken``, ``crashed`` or ``inconclusive``."""
    message: str = ""
    line: int | None = None
    recordings: tuple[Recording, ...] = ()
    """What it rests on, in the order it asked for them."""
    by_itself: bool = True
    """False when the check failed by an error of its own code, which a suite should not leave to chance."""


def evidence(recording: Recording, allowed: frozenset[str]) -> Trace:
    """The trace, if the run ended in a way that a check may be made on.

    Raises ``NotJudged`` for a fault of the grader's, ``Failed`` for a run that broke, was stopped, or raised.
    """
    trace = recording.trace
    if recording.fault:
        raise NotJudged(recording.fault)
    if recording.broken:
        raise Failed("broken", recording.broken, recording.broken_line)
    if trace.ended == "returned":
        return trace
    if trace.ended == "stopped":
        if "stop" in allowed and trace.stopped == "the grader ended it":
            return trace
        raise Failed("crashed", f"{trace.stopped}, and was stopped")
    if trace.ended == "raised":
        if "raise" in allowed:
            return trace
        raise Failed("failed", f"it raised {trace.raised}", trace.raised.line if trace.raised else None)
    if "exit" in allowed:
        return trace
    if trace.ended == "exit":
        raise Failed("failed", f"it called sys.exit({trace.exit_status})")
    raise Failed("crashed", trace.stopped or "the process ended without a word")
