"""What a run did, as the grader saw it from outside: the evidence.

A ``Trace`` holds only what the grader observed itself: lines and their arrival, calls that it answered, how the process
ended. All times are ``Seconds`` since the start of the run, before the learner's file was loaded, on the grader's
monotonic clock. What helps to explain a run and decides nothing is kept elsewhere (``grader.explain.read``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from grader.kinds import CallOutcome, Ending, EventKind, Stop
from grader.record.seconds import Seconds
from grader.text import printable


class Unseen(AssertionError):
    """A check asked for an event that never happened; the message is for the learner."""


@dataclass(frozen=True)
class Event:
    """One thing that happened."""

    at: Seconds
    kind: EventKind
    name: str
    value: Any = None


@dataclass(frozen=True)
class Span:
    """Something that lasted: a call to a double, or the time between two lines."""

    name: str
    start: Seconds
    end: Seconds
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict, hash=False)
    outcome: CallOutcome = CallOutcome.REPLIED
    reply: Any = None

    @property
    def seconds(self) -> Seconds:
        return (self.end - self.start).saying(f"{_escaped(str(self))} took {{}} s")

    def overlaps(self, other: Span) -> bool:
        """Whether both were under way at some moment."""
        return self.start < other.end and other.start < self.end

    def __str__(self) -> str:
        return call_text(self.name, self.args, self.kwargs)


@dataclass(frozen=True)
class Raised:
    """The exception that ended the target."""

    type: str
    message: str
    line: int | None = None
    inner: tuple[Raised, ...] = ()
    """The exceptions of a group."""
    frames: tuple[tuple[int, str], ...] = ()
    """Line and function in the learner's file, the outermost first: for the learner to see, and no evidence."""

    def __str__(self) -> str:
        where = f" at line {self.line}" if self.line else ""
        return f"{self.type}: {self.message}{where}" if self.message else f"{self.type}{where}"


class Lines(list[str]):
    """Printed lines; a failed comparison explains itself to the learner."""


@dataclass(frozen=True)
class Trace:
    """The evidence of one run."""

    events: tuple[Event, ...]
    spans: tuple[Span, ...]
    elapsed: Seconds
    """Until the target returned or raised, or the process ended."""
    ended: Ending
    returned: Any = None
    returned_type: str = ""
    raised: Raised | None = None
    exit_status: int | None = None
    """Negative: ended by that signal."""
    stop: Stop | None = None
    """Why it was stopped, or ended early."""
    stderr: str = ""

    @property
    def lines(self) -> Lines:
        """What was printed, line by line."""
        return Lines(event.name for event in self.events if event.kind is EventKind.LINE)

    def at(self, line: str, nth: int = 0) -> Seconds:
        """When ``line`` was printed; with ``nth`` 1, when it was printed for the second time."""
        found = [event.at for event in self.events if event.kind is EventKind.LINE and event.name == line]
        if nth >= len(found):
            _unseen(f"the line {line!r} was {f'printed {_times(len(found))}' if found else 'never printed'}")
        return found[nth].saying(f"{_escaped(repr(line))} came at {{}} s")

    def gap(self, earlier: str, later: str) -> Seconds:
        """Seconds from one line to another; negative when they came the other way round."""
        length = self.at(later) - self.at(earlier)
        return length.saying(f"{_escaped(repr(later))} came {{}} s after {_escaped(repr(earlier))}")

    def span(self, first: str, last: str) -> Span:
        """The time between two lines."""
        return Span(f"{first} … {last}", self.at(first), self.at(last))

    def calls(self, name: str | None = None) -> tuple[Span, ...]:
        """The calls to a double (to all of them without a name), in the order they began."""
        return tuple(span for span in self.spans if name is None or span.name == name)

    def call(self, name: str, *args: Any) -> Span:
        """The one call to ``name`` with these arguments (any, when none are given)."""
        found = [span for span in self.calls(name) if not args or span.args == args]
        text = call_text(name, args, {})
        if not found:
            _unseen(f"{text} was never called")
        if len(found) > 1:
            _unseen(f"{text} was called {_times(len(found))}")
        return found[0]

    def notes(self, label: str) -> tuple[Event, ...]:
        """What a scenario or the grader's driver noted under ``label``."""
        return tuple(event for event in self.events if event.kind is EventKind.NOTE and event.name == label)

    def peak(self, *names: str) -> int:
        """The most calls to these doubles (to all without a name) that were under way at once."""
        wanted = [span for span in self.spans if not names or span.name in names]
        # An end counts before a beginning at the same moment: touching is not overlapping.
        changes = sorted([(float(s.start), 1) for s in wanted] + [(float(s.end), -1) for s in wanted])
        most = now = 0
        for _, change in changes:
            now += change
            most = max(most, now)
        return most

    def order(self) -> list[str]:
        """All events as they happened: lines as printed, ``fetch(oslo) begins``, ``fetch(oslo) ends``, notes."""
        endings = {EventKind.CALL: " begins", EventKind.REPLY: " ends"}
        return [event.name + endings.get(event.kind, "") for event in self.events]


def call_text(name: str, args: Iterable[Any], kwargs: dict[str, Any]) -> str:
    """A call as a person writes it, strings without their quotes: ``fetch(oslo)``."""
    shown = [_short(arg) for arg in args] + [f"{key}={_short(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(shown)})"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    # It stands in the middle of a sentence: whatever would break its line is shown as it is written in Python.
    text = printable(text[:41])
    return text if len(text) <= 40 else text[:39] + "…"


def _escaped(text: str) -> str:
    """For a phrase of ``Seconds``: braces that stand for themselves."""
    return text.replace("{", "{{").replace("}", "}}")


def _times(count: int) -> str:
    return {1: "only once", 2: "twice"}.get(count, f"{count} times")


def _unseen(message: str) -> NoReturn:
    raise Unseen(message)
