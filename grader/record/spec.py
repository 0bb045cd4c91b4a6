"""How a recording is made: what to run, in what world, and who acts beside it."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.record.recording import Subject
from grader.runner import exceptions
from grader.runner.exceptions import OfFile as OfFile  # for suites
from grader.runner.exceptions import named as named  # for the checks of suites
from grader.runner.protocol import DOUBLE

DEADLINE_S = 5.0
"""An exercise costs at most 2.5 s of real time; twice that is late even on a busy machine."""


_EXPLORING_S = 600.0
"""For the process that tries one schedule after the other; each has its own deadline from the grader."""


@dataclass(frozen=True)
class Answer:
    """What the grader answers to one call."""

    delay_s: float
    value: Any = None
    error: BaseException | None = None
    fault: str = ""
    """What is wrong with the double, for the suite's author: no verdict may rest on this run."""

    def message(self) -> dict[str, Any]:
        """As it travels."""
        return {"value": _encode(self.value)} if self.error is None else {"error": exceptions.pack(self.error)}


@dataclass(frozen=True)
class Double:
    """A function that the learner's program calls and the grader answers.

    Raises ``ValueError`` for an exception that cannot arrive as what it is (see ``grader.runner.exceptions``).
    """

    name: str
    reply: Any = None
    delay: float | Callable[..., float] = 0.0
    raises: BaseException | Callable[..., BaseException | None] | None = None
    blocking: bool = False
    unseen: bool = False
    """Its calls are in no trace: they carry what runs with the grader, and their answerer keeps account of them."""

    def __post_init__(self) -> None:
        if self.raises is not None and (isinstance(self.raises, type) or not callable(self.raises)):
            exceptions.pack(self.raises)

    def answer(self, args: list[Any], kwargs: dict[str, Any]) -> Answer:
        """The answer to a call that arrives now. An error of the suite's functions goes to the caller."""
        try:
            delay_s = float(self.delay(*args, **kwargs) if callable(self.delay) else self.delay)
            if math.isnan(delay_s):
                raise ValueError(f"{self.name} cannot take {delay_s} s")
            error = self.raises
            if callable(error):
                error = error(*args, **kwargs)
            value = self.reply(*args, **kwargs) if callable(self.reply) else self.reply
        except Exception as problem:
            return Answer(0.0, error=_packable(problem))
        try:
            if error is not None:
                exceptions.pack(error)
        except ValueError as problem:
            return Answer(0.0, error=RuntimeError(str(problem)), fault=f"the double {self.name}: {problem}")
        return Answer(max(0.0, delay_s), value, error)


def _packable(problem: Exception) -> Exception:
    try:
        exceptions.pack(problem)
    except ValueError:
        return RuntimeError(f"{type(problem).__name__}: {problem}")
    return problem


@dataclass(frozen=True, eq=False)
class RecordingSpec:
    """One recording of a suite; the fields are those of ``grader.suite.record``."""

    target: str | None
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    world: Mapping[str, Any] = field(default_factory=dict)
    scenario: bool = False
    params: Mapping[str, Any] = field(default_factory=dict)
    doubles: tuple[Double, ...] = ()
    prepare: Callable[[Path], None] | None = None
    drive: Callable[[Any], Awaitable[None]] | None = None
    """Given the ``grader.record.run.Run`` that it acts beside, which is made of this."""
    listen: bool = False
    clients: int = 0
    datagrams: int = 0
    deadline_s: float = DEADLINE_S
    heavy: bool = False
    allow: frozenset[str] = frozenset()
    virtual: bool = False
    observe: bool = True
    """Whether the run is watched from inside as well, to explain it. That costs some milliseconds."""

    def all_doubles(self) -> dict[str, Double]:
        """Every double by its name, wherever it stands."""
        found = {double.name: double for double in self.doubles}
        _collect([self.args, dict(self.kwargs), dict(self.world), dict(self.params)], found)
        return found

    def request(self, subject: Subject) -> dict[str, Any]:
        """The spec for a program, as the runner takes it."""
        return {
            "source": subject.source,
            "display": subject.display,
            "target": self.target,
            "coroutine": not self.scenario and self.target in subject.coroutines,
            "args": _encode(list(self.args)),
            "kwargs": _encode(dict(self.kwargs)),
            "world": _encode(dict(self.world)),
            **subject.left_alone.request(self.world),
            "scenario": subject.scenario if self.scenario else None,
            "params": _encode(dict(self.params)),
            "doubles": {double.name: double.blocking for double in self.doubles},
            "listen": self.listen,
            "clients": self.clients,
            "datagrams": self.datagrams,
            "virtual": self.virtual,
            "observe": self.observe,
            "explore": False,
            "limits": limits(_EXPLORING_S if self.virtual else self.deadline_s),
        }


def limits(deadline_s: float) -> dict[str, int]:
    """What a run may use (RLIMIT names). Far beyond what an exercise needs, far below what hurts the machine."""
    return {
        "CPU": int(deadline_s) + 2,  # seconds of processor time: the deadline comes first, this holds without it
        "AS": 4 * 1024**3,  # bytes of address space: threads reserve much and use little
        "FSIZE": 64 * 1024**2,  # bytes of one file
        "NOFILE": 1024,
        "SIGPENDING": 256,
        "MEMLOCK": 65536,
        "MSGQUEUE": 0,
        "CORE": 0,
    }


def _collect(value: Any, found: dict[str, Double]) -> None:
    if isinstance(value, Double):
        found[value.name] = value
    elif isinstance(value, dict):
        for item in value.values():
            _collect(item, found)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _collect(item, found)


def _encode(value: Any) -> Any:
    if isinstance(value, Double):
        return {DOUBLE: value.name, "blocking": value.blocking}
    if isinstance(value, dict):
        return {key: _encode(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return {exceptions.TUPLE: [_encode(item) for item in value]}
    if isinstance(value, list):
        return [_encode(item) for item in value]
    return value
