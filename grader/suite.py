"""What a suite is written with; ``docs/authoring.md`` teaches it on one worked example.

from grader.suite import Trace, double, fresh, points, record

both = record("main")

@points(1, "both tasks finish in under 1.5 s")
def test_time(both: Trace) -> None:
    assert both.elapsed < 1.5
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest

from grader.record import made_up_names as names
from grader.record.hidden_program import HiddenProgram
from grader.record.run import Run
from grader.record.seconds import Seconds
from grader.record.spec import DEADLINE_S, Double, OfFile, RecordingSpec
from grader.record.trace import Event, Span, Trace
from grader.runner.protocol import PORT, SERVER_PORT

__all__ = [
    "PORT", "SERVER_PORT", "Double", "Event", "HiddenProgram", "Live", "Recipe", "Run", "Seconds", "Span", "Trace",
    "Virtual", "counted", "double", "ending", "fresh", "latest", "of_file", "points", "read_all", "record", "times",
]  # fmt: skip

Recipe = RecordingSpec
"""What ``record`` gives, by the name that suites know it by."""

Item = TypeVar("Item")


def points(score: int, title: str, *, means: str | tuple[str, ...] = (), public: bool = False) -> pytest.MarkDecorator:
    """Make a test a check: worth ``score`` points, and called ``title`` wherever it is shown.

    ``means`` names the kinds of mistake (pages of ``docs/mistakes/``) that its failure stands for, where nothing but
    the check can tell. The learner is told so only if the recording agrees; no point depends on it.
    ``public``: it is handed out to students in the open, with all that it needs of its module; every suite has one.

        @points(2, "never more than three at once", means="unbounded-concurrency")
    """
    return pytest.mark.points(score, title, means=means, public=public)


def double(
    name: str,
    *,
    reply: Any = None,
    delay: float | Callable[..., float] = 0.0,
    raises: BaseException | Callable[..., BaseException | None] | None = None,
    blocking: bool = False,
) -> Double:
    """A function that the learner's program calls and the grader answers.

    ``reply`` (JSON), ``delay`` (seconds) and ``raises`` (an exception) are values, or functions of the call's arguments
    that the grader calls once when the call arrives. ``blocking`` makes a plain function that blocks its thread;
    otherwise it is awaited. An exception arrives as the very class it is: any class of the standard library will do,
    a group of such exceptions, and ``of_file``. Raises ``ValueError`` for any other.

        fetch = double("fetch", delay=lambda city: SLOW[city], reply=lambda city: TOKENS[city])
        lookup = double("lookup", raises=socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
    """
    return Double(name, reply, delay, raises, blocking)


def of_file(name: str, *args: Any) -> Exception:
    """For ``raises``: an exception of the class that the learner's file defines under that name, made of these values.

    listen = double("listen", raises=of_file("BadGauge", "gauge 3 is stuck"))
    """
    return OfFile(name, *args)


async def read_all(reader: asyncio.StreamReader, most: int = 1_000_000) -> bytes:
    """What comes from a connection until it ends, for a suite's ``drive``; what exceeds ``most`` bytes is dropped.

    ``reader.read()`` would keep all that a program sends in the grader's memory.
    """
    data = bytearray()
    while more := await reader.read(2**16):
        data += more[: most - len(data)]
    return bytes(data)


def record(
    target: str | None,
    *args: Any,
    world: Mapping[str, Any] | None = None,
    scenario: bool = False,
    params: Mapping[str, Any] | None = None,
    doubles: Sequence[Double] = (),
    prepare: Callable[[Path], None] | None = None,
    drive: Callable[[Run], Awaitable[None]] | None = None,
    listen: bool = False,
    clients: int = 0,
    datagrams: int = 0,
    deadline_s: float = DEADLINE_S,
    heavy: bool = False,
    allow: Iterable[str] = (),
    **kwargs: Any,
) -> RecordingSpec:
    """Describe a recording. Assigned to a name of the suite's module, it is a fixture that gives its ``Trace``.

    ``target`` is a function of the learner's file (None: the file as a program; with ``scenario``: a function of the
    scenario). ``world`` replaces what the file defines under these names. ``prepare`` fills the working folder before,
    ``drive`` acts beside the run. ``listen`` gives it ``run.listener``, ``clients`` and ``datagrams`` as many sockets
    for ``run.connect``, ``run.stream_socket`` and ``run.datagram_socket``. ``heavy`` recordings compute, and begin
    last. ``allow`` names ways to end that are no failure: ``"raise"``, ``"exit"``, ``"stop"``.

        both = record("main", world={"fetch": double("fetch", delay=0.4)})
    """
    unknown = set(allow) - {"raise", "exit", "stop"}
    if unknown:
        raise ValueError(f"allow knows raise, exit and stop, not {', '.join(sorted(unknown))}")
    return RecordingSpec(
        target, args, kwargs, world or {}, scenario, params or {}, tuple(doubles), prepare, drive, listen, clients,
        datagrams, deadline_s, heavy, frozenset(allow),
    )  # fmt: skip


def latest(waits: Iterable[tuple[Seconds, str]]) -> tuple[Seconds, str]:
    """The longest of some waits, each with what to say of it: one comparison for all of them, and the worst is told.

    late, message = latest((call.start - free, f"{call} could begin at {free:.2f} s") for call, free in ...)
    assert late < 0.35, message
    """
    return max(waits, key=lambda wait: float(wait[0]))


def times(number: int) -> str:
    """How often, for a message: never, once, twice, 3 times.

    f"the bank was asked {times(len(calls))}; expected once"
    """
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")


def ending(*ways: object, was: str = "was") -> str:
    """How a coroutine ended, for a message; or how it should have ended, with ``was="been"``.

    A way is what a scenario notes: "well", "cancelled", an exception as "OSError: no answer", or else a result.

    f"water {ending(note.value)}; it should have {ending(*possible, was='been')}"
    """
    return " or ".join(_ending(way, was) for way in ways)


def _ending(way: object, was: str) -> str:
    match way:
        case "well":
            return "returned"
        case "cancelled":
            return f"{was} cancelled"
        case str() if re.match(r"\w*(Error|Exception|ExceptionGroup|Interrupt|Exit)(: |$)", way):
            return f"raised {way}"
    return f"returned {way!r}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number of things, for a message: 1 loaf, 2 loaves, 0 calls.

    f"packed {counted(loaves, 'loaf', 'loaves')}"
    """
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


class Virtual(Protocol):
    """The fixture ``virtual``: one run under virtual time, at once. Takes what ``record`` takes."""

    def __call__(self, target: str, *args: Any, world: Mapping[str, Any] | None = None, **kwargs: Any) -> Trace: ...


class Live(Protocol):
    """The fixture ``live``: a run for an ``async`` test to act on. Takes what ``record`` takes.

    async with live("main") as run:
        await run.line("ready")
        run.signal(signal.SIGTERM)
        await run.finished()
    """

    def __call__(self, target: str | None, *args: Any, **kwargs: Any) -> AbstractAsyncContextManager[Run]: ...


class _Fresh:
    """Inputs that nobody can hard-code: different in every session."""

    def __init__(self) -> None:
        self._random = random.SystemRandom()
        self._given: dict[int, set[str]] = {}
        """By the list that they were drawn from: no name is given twice in a session, as long as there are others."""

    def word(self) -> str:
        """A town and a number in six letters and digits, ``oslo47``: for what has to be one word, or a file's name."""
        return self.words(1)[0]

    def words(self, count: int) -> list[str]:
        """This many different words."""
        return self._named(names.FOUR_LETTERS, count, "{}{}")

    def town(self) -> str:
        """A town and a number, ``Lisbon 47``."""
        return self.towns(1)[0]

    def towns(self, count: int) -> list[str]:
        """This many different towns."""
        return self._named(names.TOWNS, count)

    def first_name(self) -> str:
        """Somebody's first name and a number, ``Amina 12``."""
        return self.first_names(1)[0]

    def first_names(self, count: int) -> list[str]:
        """This many different first names."""
        return self._named(names.FIRST_NAMES, count)

    def dish(self) -> str:
        """Something to eat and a number, ``ramen 31``."""
        return self.dishes(1)[0]

    def dishes(self, count: int) -> list[str]:
        """This many different dishes."""
        return self._named(names.DISHES, count)

    def thing(self) -> str:
        """A thing and a number, ``lantern 28``."""
        return self.things(1)[0]

    def things(self, count: int) -> list[str]:
        """This many different things."""
        return self._named(names.THINGS, count)

    def _named(self, listed: Sequence[str], count: int, form: str = "{} {}") -> list[str]:
        """Different names with numbers of two digits. Raises ``ValueError`` when the list is too short."""
        most = len(listed) * 90
        if count > most:
            raise ValueError(f"there are {most} different names, and not {count}")
        given = self._given.setdefault(id(listed), set())
        if len(given) + count > most:
            given.clear()
        found: dict[str, None] = {}
        while len(found) < count:
            # The same town twice in a row of few would be told apart by its number only.
            taken = {name.rstrip("0123456789 ") for name in found} if count <= len(listed) // 2 else set()
            name = self._random.choice([each for each in listed if each not in taken])
            full = form.format(name, self._random.randint(10, 99))
            if full not in given:
                found[full] = None
                given.add(full)
        return list(found)

    def token(self) -> str:
        """Twelve hexadecimal digits."""
        return f"{self._random.getrandbits(48):012x}"

    def number(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return self._random.randint(low, high)

    def shuffled(self, items: Iterable[Item]) -> list[Item]:
        """The items in random order; where they differ, never in the order in which they came."""
        given = list(items)
        found = given.copy()
        differ = any(item != given[0] for item in given)
        while differ and found == given:
            self._random.shuffle(found)
        return found

    def delays(self, count: int, low: float, high: float, apart: float = 0.2) -> list[float]:
        """This many times in seconds between ``low`` and ``high``, at least ``apart`` from each other, in random order.

        They are never in ascending order: what is begun together never ends in the order in which it was begun.
        Raises ``ValueError`` when they do not fit.
        """
        room = high - low - apart * (count - 1)
        if room < 0:
            raise ValueError(f"{count} delays {apart} s apart do not fit between {low} and {high} s")
        steps = sorted(self._random.uniform(0, room) for _ in range(count))
        return self.shuffled(round(low + step + index * apart, 3) for index, step in enumerate(steps))


fresh = _Fresh()
