"""What the program's process and the grader say to one another: every message of the wire, once, for both ends.

A message travels as a JSON object whose ``k`` names its kind (``grader.runner.wire`` frames it). The program's process
makes it with ``to_wire``; the grader takes it apart with ``parse``, which believes nothing: what has the wrong type,
size, depth or range is ``Malformed``, and what is of no known kind is passed over.

==========  ==========================================================================================
channel     messages
==========  ==========================================================================================
control     ``Up`` ``Listening`` ``ServerPort`` ``Unconnected`` ``Ready`` ``Loaded`` ``LineMessage``
            ``NoteMessage`` ``CallMessage`` ``CallEnded`` ``Gone`` ``End``
life        ``Paused`` ``Continued`` ``OverLimit`` ``Used`` ``Exited``, and the other way ``KILL``, ``USAGE`` and
            ``signal_message``
explain     the observer's, which decide nothing (``grader.explain.read`` takes them apart)
==========  ==========================================================================================

This module stands on both sides of the sandbox, so it needs nothing but the standard library.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Final, TypeAlias

PORT: Final = "\0turtles:port"
"""Stands, in arguments and worlds, for the port of the grader's listening socket."""

SERVER_PORT: Final = "\0turtles:server-port"
"""Stands, in arguments and worlds, for a free port on which the program itself can listen."""

DOUBLE: Final = "\0turtles:double"
"""Marks, in arguments and worlds, the name of a double."""

SCRATCH: Final = "/scratch"
"""The working folder of a run, as a sandboxed program sees it."""

ENDLESS: Final = ("Deadlock", "Runaway")
"""The exceptions of virtual time (``grader.runner.virtual``) by which a program ends that would never end."""

MAX_DEPTH: Final = 50
"""Of a value: lists in lists."""

MAX_VALUES: Final = 1_000
"""In one message: numbers, texts, keys and containers."""

MAX_INNER: Final = 100
"""Exceptions told of one group, however they are nested."""

MAX_EVENTS: Final = 20_000
"""Lines, calls and notes of one run."""

MAX_FRAMES: Final = 8
"""Of an exception, the innermost ones in the learner's file."""

_LONGEST_NAME = 200
_END_OF_TIME_S = 1e12
"""A clock that says more, or infinity, or no number, says nothing."""


class Malformed(Exception):
    """A message of a known kind that cannot be what it says."""


class How(StrEnum):
    """How a program says that it ended."""

    RETURNED = "returned"
    RAISED = "raised"
    EXIT = "exit"
    BROKEN = "broken"
    FAULT = "fault"


class Limit(StrEnum):
    """What a run may use only so much of."""

    PROCESSES = "processes"
    THREADS = "threads"
    MEMORY = "memory"
    WRITTEN = "written"
    FOLDERS = "folders"
    FILES = "files"
    STORED = "stored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; ``out``: how many bytes had been printed before it; ``at``: when, on a virtual clock."""

    KIND: ClassVar[str] = ""

    out: int | None = None
    at: float | None = None

    def to_wire(self) -> dict[str, Any]:
        """As it travels."""
        names = _FIELDS.get(self.KIND)
        if names is None:
            names = _FIELDS[self.KIND] = tuple(field.name for field in fields(self))
        told: dict[str, Any] = {"k": self.KIND}
        for name in names:
            value = getattr(self, name)
            if value is not None:
                told[name] = value
        return told


_FIELDS: dict[str, tuple[str, ...]] = {}
"""By kind of message, the names of its fields: to ask a dataclass for them takes longer than to send the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Up(Message):
    """There is a process, and it waits for its request."""

    KIND = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening(Message):
    """The listening socket of the run's loopback comes with it."""

    KIND = "listen"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPort(Message):
    """The free port of the run's loopback that ``SERVER_PORT`` stands for."""

    KIND = "server-port"

    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconnected(Message):
    """An unconnected socket of the run's network comes with it, for the grader to connect from outside."""

    KIND = "unconnected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready(Message):
    """The program is about to be loaded."""

    KIND = "ready"

    run_delay_s: float = 0.0
    """How long the process had waited for a processor before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded(Message):
    """The file is loaded."""

    KIND = "loaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMessage(Message):
    """A line was printed under virtual time (elsewhere, output has a channel of its own)."""

    KIND = "line"

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteMessage(Message):
    """A scenario's event."""

    KIND = "note"

    label: str
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMessage(Message):
    """A double is called. Its connection names itself ``id``; under virtual time it has a ``number`` instead."""

    KIND = "call"

    name: str
    args: list[Any]
    kwargs: dict[str, Any]
    id: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(Message):
    """Under virtual time: a call has come back, or was cancelled."""

    KIND = "ended"

    number: int
    replied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone(Message):
    """The program waits no longer for a call."""

    KIND = "gone"

    id: str


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """An exception as it is told: type, text, last line in the learner's file, and the exceptions of a group."""

    type: str
    message: str
    line: int | None = None
    inner: tuple[ErrorReport, ...] = ()
    frames: tuple[tuple[int, str], ...] = ()
    """Line and function in the learner's file, the outermost first; at most ``MAX_FRAMES``."""

    def to_wire(self) -> dict[str, Any]:
        """As it travels."""
        inner = [error.to_wire() for error in self.inner]
        frames = [list(frame) for frame in self.frames]
        return {"type": self.type, "message": self.message, "line": self.line, "inner": inner, "frames": frames}


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Message):
    """The program has come to its end."""

    KIND = "end"

    how: How
    value: Any = None
    """Of ``RETURNED``: the value, of the type ``type``."""
    type: str = ""
    status: int | None = None
    """Of ``EXIT``."""
    message: str = ""
    """Of ``BROKEN`` and ``FAULT``."""
    line: int | None = None
    error: ErrorReport | None = None
    """Of ``RAISED``."""

    def to_wire(self) -> dict[str, Any]:
        """As it travels."""
        told = Message.to_wire(self)
        if self.error:
            told["error"] = self.error.to_wire()
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Message):
    """A signal has stopped the program, ``at`` on the monotonic clock."""

    KIND = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Continued(Message):
    """It goes on, ``at`` on the monotonic clock."""

    KIND = "continued"


@dataclass(frozen=True, slots=True, kw_only=True)
class OverLimit(Message):
    """It used more than it may, and was killed."""

    KIND = "limit"

    limit: Limit
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Used(Message):
    """The answer to ``USAGE``: processor time of all processes of the run so far, those that have ended included."""

    KIND = "used"

    cpu_s: float
    run_delay_s: float = 0.0
    """How long the program itself has waited for a processor."""
    all_run_delay_s: float = 0.0
    """How long its processes have waited for one, added up; only those that still run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exited(Message):
    """The process has ended: ``status`` is negative for a signal."""

    KIND = "exit"

    status: int
    cpu_s: float = 0.0
    """Of it and of the children that it waited for."""
    peak_bytes: int = 0
    run_delay_s: float = 0.0
    load_s: float = 0.0
    """Processor time of all processes of the run, as far as the supervisor saw them."""
    processes: int = 0
    """How many there were, at most."""


USAGE: Final[Mapping[str, object]] = MappingProxyType({"do": "usage"})
"""To the supervisor: tell how much processor time the run has used."""

KILL: Final[Mapping[str, object]] = MappingProxyType({"do": "kill"})
"""To the supervisor: end the program."""


def signal_message(number: int) -> dict[str, object]:
    """To the supervisor: send the program a signal."""
    return {"do": "signal", "signal": number}


# -- taking messages apart ---------------------------------------------------------------------------------------------

Parser: TypeAlias = "Callable[[Mapping[str, Any], int | None, float | None], Message]"


def parse(message: Mapping[str, Any]) -> Message | None:
    """What a message of the other side says; None for one of no known kind. Raises ``Malformed``."""
    kind = message.get("k")
    read = _PARSERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        return None
    out, at = message.get("out"), message.get("at")
    return read(
        message,
        out if type(out) is int and out >= 0 else None,
        float(at) if isinstance(at, (int, float)) and abs(at) < _END_OF_TIME_S else None,
    )


def fits(value: object, depth: int = MAX_DEPTH, most: int = MAX_VALUES) -> bool:
    """Whether a JSON value is no deeper and holds no more than a message may, and only numbers that are numbers."""
    waiting: list[tuple[object, int]] = [(value, 0)]
    seen = 0
    while waiting:
        item, level = waiting.pop()
        seen += 1
        if seen > most or level > depth:
            return False
        if isinstance(item, float) and not math.isfinite(item):
            return False
        if isinstance(item, dict):
            if len(item) > most:
                return False
            waiting += [(inner, level + 1) for inner in item.values()]
        elif isinstance(item, (list, tuple)):
            if len(item) > most:
                return False
            waiting += [(inner, level + 1) for inner in item]
    return True


def _value(message: Mapping[str, Any], key: str) -> Any:
    value = message.get(key)
    if not fits(value):
        raise Malformed(f"{key} is too large or too deep")
    return value


def _of_type(message: Mapping[str, Any], key: str, kind: type, default: Any = None) -> Any:
    value = message.get(key, default)
    if type(value) is not kind:
        raise Malformed(f"{key} is no {kind.__name__}")
    return value


def _whole(message: Mapping[str, Any], key: str) -> int | None:
    value = message.get(key)
    return value if type(value) is int and abs(value) < 2**53 else None


def _seconds(message: Mapping[str, Any], key: str) -> float:
    value = message.get(key, 0.0)
    if type(value) not in (int, float) or not 0 <= value < _END_OF_TIME_S:
        raise Malformed(f"{key} are no seconds")
    return float(value)


def _note(message: Mapping[str, Any], out: int | None, at: float | None) -> NoteMessage:
    return NoteMessage(label=_of_type(message, "label", str), value=_value(message, "value"), out=out, at=at)


def _call(message: Mapping[str, Any], out: int | None, at: float | None) -> CallMessage:
    name, args, kwargs = (_of_type(message, *part) for part in (("name", str), ("args", list), ("kwargs", dict)))
    if not fits([args, kwargs], MAX_DEPTH + 2):
        raise Malformed("arguments are too large or too deep")
    key = message.get("id")
    return CallMessage(
        name=name,
        args=args,
        kwargs=kwargs,
        id=key if isinstance(key, str) else None,
        number=_whole(message, "number"),
        out=out,
        at=at,
    )


def _call_ended(message: Mapping[str, Any], out: int | None, at: float | None) -> CallEnded:
    return CallEnded(number=_of_type(message, "number", int), replied=message.get("replied") is True, out=out, at=at)


def _end(message: Mapping[str, Any], out: int | None, at: float | None) -> End:
    try:
        how = How(str(message.get("how")))
    except ValueError:
        raise Malformed("nothing ends like that") from None
    error = _exception(message.get("error"), [MAX_INNER]) if how is How.RAISED else None
    return End(
        how=how,
        value=_value(message, "value"),
        type=_of_type(message, "type", str, "")[:_LONGEST_NAME],
        status=_whole(message, "status"),
        message=_of_type(message, "message", str, ""),
        line=_whole(message, "line"),
        error=error,
        out=out,
        at=at,
    )


def _exception(told: object, left: list[int], depth: int = 0) -> ErrorReport:
    if not isinstance(told, dict):
        return ErrorReport("Exception", "")
    if depth > MAX_DEPTH:
        raise Malformed("exceptions too deep in one another")
    inner = told.get("inner")
    found = []
    for error in inner if isinstance(inner, list) else ():
        left[0] -= 1
        if left[0] < 0:
            raise Malformed("too many exceptions in a group")
        if isinstance(error, dict):
            found.append(_exception(error, left, depth + 1))
    return ErrorReport(
        str(told.get("type", "Exception"))[:_LONGEST_NAME],
        str(told.get("message", "")),
        _whole(told, "line"),
        tuple(found),
        tuple(_frames(told.get("frames"))),
    )


def _frames(told: object) -> Iterator[tuple[int, str]]:
    for frame in told[:MAX_FRAMES] if isinstance(told, list) else ():
        match frame:
            case [int(line), str(function)] if 0 < line < 2**31:
                yield line, function[:_LONGEST_NAME]


def _over_limit(message: Mapping[str, Any], out: int | None, at: float | None) -> OverLimit:
    try:
        limit = Limit(str(message.get("limit")))
    except ValueError:
        raise Malformed("there is no such limit") from None
    return OverLimit(limit=limit, most=_of_type(message, "most", int), out=out, at=at)


def _exited(message: Mapping[str, Any], out: int | None, at: float | None) -> Exited:
    return Exited(
        status=_of_type(message, "status", int),
        cpu_s=_seconds(message, "cpu_s"),
        peak_bytes=_of_type(message, "peak_bytes", int, 0),
        run_delay_s=_seconds(message, "run_delay_s"),
        load_s=_seconds(message, "load_s"),
        processes=_of_type(message, "processes", int, 0),
        out=out,
        at=at,
    )


_PARSERS: Final[Mapping[str, Parser]] = MappingProxyType(
    {
        Up.KIND: lambda _, out, at: Up(out=out, at=at),
        Listening.KIND: lambda _, out, at: Listening(out=out, at=at),
        ServerPort.KIND: lambda message, out, at: ServerPort(port=_of_type(message, "port", int), out=out, at=at),
        Unconnected.KIND: lambda _, out, at: Unconnected(out=out, at=at),
        Ready.KIND: lambda message, out, at: Ready(run_delay_s=_seconds(message, "run_delay_s"), out=out, at=at),
        Loaded.KIND: lambda _, out, at: Loaded(out=out, at=at),
        LineMessage.KIND: lambda message, out, at: LineMessage(text=_of_type(message, "text", str), out=out, at=at),
        NoteMessage.KIND: _note,
        CallMessage.KIND: _call,
        CallEnded.KIND: _call_ended,
        Gone.KIND: lambda message, out, at: Gone(id=_of_type(message, "id", str), out=out, at=at),
        End.KIND: _end,
        Paused.KIND: lambda _, out, at: Paused(out=out, at=at),
        Continued.KIND: lambda _, out, at: Continued(out=out, at=at),
        OverLimit.KIND: _over_limit,
        Exited.KIND: _exited,
        Used.KIND: lambda message, out, at: Used(
            cpu_s=_seconds(message, "cpu_s"),
            run_delay_s=_seconds(message, "run_delay_s"),
            all_run_delay_s=_seconds(message, "all_run_delay_s"),
            out=out,
            at=at,
        ),
    }
)
