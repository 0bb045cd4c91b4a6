"""What a run is made of, and what is left of it: the program that is judged, and its recording."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grader.kinds import CallOutcome, Ending, OwnNoise, Stop, StopReason
from grader.record.left_alone import LeftAlone
from grader.record.noise import Noise
from grader.record.seconds import Seconds
from grader.record.trace import Event, Raised, Span, Trace
from grader.runner.protocol import End, ErrorReport, How
from grader.runner.restoring import Definition


@dataclass(frozen=True)
class Subject:
    """A program to be judged: its source and the name it is shown under."""

    source: str
    display: str
    scenario: str | None = None
    coroutines: frozenset[str] = frozenset()
    """Functions that the file as handed out defines with ``async def``, and that have to stay coroutine functions."""
    left_alone: LeftAlone = field(default_factory=LeftAlone)
    """What it changed of what it had to leave alone; that is put back before it runs."""


@dataclass(frozen=True)
class Recording:
    """A finished run: the evidence, what explains it, and how noisy the machine was."""

    trace: Trace
    noise: Noise
    explanations: tuple[dict[str, Any], ...] = ()
    started: float = 0.0
    """When it started on the clock of the explanations: ``time.monotonic``, or the program's virtual clock."""
    virtual: bool = False
    broken: str = ""
    broken_line: int | None = None
    fault: str = ""
    hindrance: str = ""
    """Why this machine cannot make the recording at all, for the learner."""
    """An error of the grader's own or of the suite's ``drive``: no verdict may rest on this run."""
    timed_out: bool = False
    """Whether it was stopped because its deadline had come."""
    cpu_s: float = 0.0
    peak_bytes: int = 0
    load_s: float = 0.0
    """Processor time of all its processes, in seconds."""
    processes: int = 0
    """How many it had at once."""
    is_spent: bool = False
    """Whether it was late although it had the processor for as long as any answer needs."""
    own_noise: OwnNoise | None = None
    """Set where it counts as it was seen, because its noise is its own."""
    restored: tuple[Definition, ...] = ()
    """What the file changes that it had to leave alone, and that was put back for this run."""
    caption: str = ""
    """What ran, and what was different from the file."""

    @property
    def over_a_limit(self) -> bool:
        """Whether it was stopped for what it did: the output, the memory, the processes."""
        trace = self.trace
        by_drive = trace.stop is not None and trace.stop.reason is StopReason.DRIVE
        return trace.ended is Ending.STOPPED and not self.timed_out and not by_drive


def as_seen(recording: Recording, why: OwnNoise) -> Recording:
    """The same recording without the noise, which the program made itself: what was seen counts."""

    def exact(at: Seconds) -> Seconds:
        return Seconds(float(at), 0.0, at.phrase, source=at.source)

    trace = recording.trace
    events = tuple(replace(event, at=exact(event.at)) for event in trace.events)
    spans = tuple(replace(span, start=exact(span.start), end=exact(span.end)) for span in trace.spans)
    plain = replace(trace, events=events, spans=spans, elapsed=exact(trace.elapsed))
    return replace(recording, trace=plain, noise=Noise(), own_noise=why)


def make_trace(
    events: Sequence[Event],
    spans: Sequence[Span],
    elapsed: Seconds,
    end: End | None,
    stopped: Stop | None,
    *,
    exit_status: int | None = None,
    stderr: str = "",
) -> Trace:
    """The trace of a run that the program ended (``end``), the grader stopped (``stopped``), or that just died.

    ``exit_status`` is that of the process, where it is known; negative: it was ended by that signal.
    """
    ended = Ending.STOPPED if stopped else Ending(end.how.value) if end else Ending.DIED
    return Trace(
        events=tuple(events),
        spans=tuple(spans),
        elapsed=elapsed,
        ended=ended,
        returned=end.value if end else None,
        returned_type=end.type if end else "",
        raised=_raised(end.error or ErrorReport("Exception", "")) if end and ended is Ending.RAISED else None,
        exit_status=end.status if end and ended is Ending.EXIT else exit_status,
        stop=stopped or _replaced_python(end) or (_died(exit_status) if ended is Ending.DIED else None),
        stderr=stderr,
    )


def _raised(error: ErrorReport) -> Raised:
    return Raised(error.type, error.message, error.line, tuple(map(_raised, error.inner)), error.frames)


def _replaced_python(end: End | None) -> Stop | None:
    """What to say of an error of the runner's in the program's process.

    Only what happens before the program begins is the grader's fault for certain. Later anybody may say so, and a
    program that could have itself called unjudged whenever it likes would be worse than a message that may be unjust.
    """
    if end is None or end.how is not How.FAULT:
        return None
    last = (end.message.strip().splitlines() or ["no reason was given"])[-1][:200]
    return Stop(StopReason.REPLACED_PYTHON, detail=last)


def _died(status: int | None) -> Stop | None:
    if status is None:
        return None
    if status >= 0:
        return Stop(StopReason.EXIT_STATUS, count=status)
    if -status == signal.SIGXCPU:
        return Stop(StopReason.PROCESSOR_TIME)
    return Stop(StopReason.SIGNAL, count=-status)


def broken_by(end: End | None) -> tuple[str, int | None]:
    """Why the learner's file does not load, and the line; empty when it does."""
    return (end.message, end.line) if end and end.how is How.BROKEN else ("", end.line if end else None)


def open_span(span: Span, end: Seconds) -> Span:
    """A call that was under way when the run ended."""
    return Span(span.name, span.start, end, span.args, span.kwargs, CallOutcome.OPEN)
