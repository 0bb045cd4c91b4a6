"""What a test said, before it is put into a result: one outcome for each check and subject."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

import pytest

from grader.errors import JudgeError
from grader.judge import messages
from grader.kinds import CheckOutcome, Doubt, DoubtKind, Ending, StopReason
from grader.record.recording import Recording
from grader.record.trace import Raised, Trace
from grader.report import sentences
from grader.runner.protocol import ENDLESS


class NotJudged(JudgeError):
    """The grader, or the suite, failed: nothing may be concluded about the program."""


class Hindered(NotJudged):
    """This machine cannot make the recording; the message is for the learner."""


class Failed(AssertionError):
    """A check fails because of how its recording ended: ``BROKEN``, ``CRASHED`` or ``FAILED``."""

    def __init__(self, kind: CheckOutcome, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.line = line


@dataclass(frozen=True)
class Outcome:
    """One check of one subject."""

    title: str
    points: int
    kind: CheckOutcome
    message: str = ""
    line: int | None = None
    recordings: tuple[Recording, ...] = ()
    """What it rests on, in the order it asked for them."""
    means: tuple[str, ...] = ()
    """The kinds of mistake that its failure may stand for, as the suite says."""
    asked: bool = True
    """False when it failed by how its recording ended, before it came to its own question."""
    public: bool = False
    """Whether students see the check without a key."""
    by_itself: bool = True
    """False when the check failed by an error of its own code, which a suite should not leave to chance."""
    figures: str = ""
    """Of one that noise left undecided, what was measured."""


def evidence(recording: Recording, allowed: frozenset[str]) -> Trace:
    """The trace, if the run ended in a way that a check may be made on.

    Raises ``NotJudged`` for a fault of the grader's, ``Failed`` for a run that broke, was stopped, or raised.
    """
    trace = recording.trace
    if recording.hindrance:
        raise Hindered(recording.hindrance)
    if recording.fault:
        raise NotJudged(recording.fault)
    if recording.broken:
        raise Failed(CheckOutcome.BROKEN, recording.broken, recording.broken_line)
    if trace.ended is Ending.RETURNED:
        return trace
    if trace.ended is Ending.STOPPED:
        if "stop" in allowed and trace.stop and trace.stop.reason is StopReason.DRIVE:
            return trace
        raise Failed(CheckOutcome.CRASHED, sentences.was_stopped(trace.stop))
    if trace.ended is Ending.RAISED:
        if "raise" in allowed:
            return trace
        line = trace.raised.line if trace.raised else None
        raise Failed(CheckOutcome.FAILED, _raised(trace.raised), line)
    if "exit" in allowed:
        return trace
    if trace.ended is Ending.EXIT:
        raise Failed(CheckOutcome.FAILED, sentences.exited(trace.exit_status))
    raise Failed(CheckOutcome.CRASHED, sentences.died(trace.stop))


def _raised(raised: Raised | None) -> str:
    """What a check says of an exception that nobody expected; virtual time has two of its own for what never ends."""
    if raised is None:
        return sentences.raised("an exception")
    if raised.type in ENDLESS:
        return sentences.hangs(raised.message)
    return sentences.raised(str(raised))


def of_test(title: str, points: int, error: BaseException | None, used: tuple[Recording, ...]) -> Outcome:
    """What a test said by passing (``error`` None) or by what it raised; ``used`` are the recordings it asked for."""
    if error is None:
        return Outcome(title, points, CheckOutcome.PASSED, recordings=used)
    if isinstance(error, Failed):
        message = messages.without_addresses(str(error))
        return Outcome(title, points, error.kind, message, error.line, used, asked=False)
    if isinstance(error, Hindered):
        return Outcome(title, points, CheckOutcome.INCONCLUSIVE, str(error), recordings=used)
    if isinstance(error, JudgeError) or _timed_out(error):
        unjudged = sentences.doubt(Doubt(DoubtKind.NOT_JUDGED))
        return Outcome(title, points, CheckOutcome.INCONCLUSIVE, unjudged, recordings=used)
    if failure := _flaky(error):
        # Hypothesis tries a failure once more before it tells of it.
        found = of_test(title, points, failure, used)
        return replace(found, message=f"{found.message}; not every time: it depends on chance")
    said = isinstance(error, (AssertionError, pytest.fail.Exception))
    text = messages.of_assertion(error) if said else None
    if text is None:
        nothing = f"this did not hold ({type(error).__name__})"
        return Outcome(title, points, CheckOutcome.FAILED, nothing, recordings=used, by_itself=False)
    if used and used[-1].virtual:
        text = messages.with_counterexample(text, used[-1].trace)
    return Outcome(title, points, CheckOutcome.FAILED, text, recordings=used)


def _flaky(error: BaseException) -> BaseException | None:
    """What a property failed by once and not again, if that is what Hypothesis says."""
    # Hypothesis is loaded only for suites that use it.
    hypothesis = sys.modules.get("hypothesis.errors")
    if hypothesis is None or not isinstance(error, hypothesis.FlakyFailure):
        return None
    return next(iter(error.exceptions), None)


def _timed_out(error: BaseException) -> bool:
    """Whether pytest-timeout ended the test: a backstop of the grader's, since every recording has its own deadline."""
    return isinstance(error, pytest.fail.Exception) and str(error).startswith("Timeout")
