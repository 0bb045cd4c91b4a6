"""How the grader puts into words what it found: how a run ended, what was seen inside it, why it cannot be judged.

Nothing reads these sentences but people: what decides is in ``grader.kinds`` and in numbers.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Final

from grader.kinds import Doubt, DoubtKind, Ending, OwnNoise, Stop, StopReason
from grader.text import count

ALIKE: Final = 1.15
"""Holds whose lengths differ by less than this factor are told as one figure."""

_STOPS: Final[Mapping[StopReason, str]] = MappingProxyType(
    {
        StopReason.DEADLINE: "it was still running after {seconds:g} s",
        StopReason.DRIVE: "the grader ended it",
        StopReason.OUTPUT: "it printed more than {count} MB",
        StopReason.EVENTS: "it printed or called more than {count} times",
        StopReason.CALLS: "it made more than {count} calls at once",
        StopReason.CHANNEL: "it wrote to the grader's own channel",
        StopReason.PAUSED: "it had been stopped by a signal, and had not gone on after {seconds:g} s",
        StopReason.NOT_STARTED: "the program was not started within {seconds:g} s",
        StopReason.COMPUTING: "it computed for {seconds:g} s without an end",
        StopReason.EARLY_REPLY: "a call came back before its time was over",
        StopReason.PROCESSES: "it had more than {count} processes",
        StopReason.THREADS: "it had more than {count} threads",
        StopReason.MEMORY: "it used more than {count} MB of memory",
        StopReason.WRITTEN: "it wrote more than {count} MB to files",
        StopReason.FOLDERS: "it had folders more than {count} deep",
        StopReason.FILES: "it had more than {count} files and folders",
        StopReason.STORED: "it had more than {count} MB in files",
        StopReason.PROCESSOR_TIME: "it used up its processor time",
        StopReason.SIGNAL: "the process was killed by {signal}",
        StopReason.EXIT_STATUS: "the process ended early, with status {count}",
        StopReason.REPLACED_PYTHON: (
            "something broke in its process outside of its own code ({detail}); who replaces parts of Python breaks it"
        ),
    }
)


def stopped(stop: Stop | None) -> str:
    """Why a run ended early, as a clause about the program; empty when nothing is known."""
    if stop is None:
        return ""
    return _STOPS[stop.reason].format(
        seconds=stop.seconds, count=stop.count, detail=stop.detail, signal=_signal_name(stop.count)
    )


def was_stopped(stop: Stop | None) -> str:
    """What a check says whose run the grader stopped."""
    return f"{stopped(stop)}, and was stopped"


def raised(error: str) -> str:
    """What a check says whose run raised, where nothing was to be raised."""
    return f"it raised {error}"


def hangs(where: str) -> str:
    """What a check says of a program that would never end; ``where`` says who waits where."""
    return f"the program never ends: {where}"


def exited(status: int | None) -> str:
    """What a check says whose run called ``sys.exit``."""
    return f"it called sys.exit({status})"


def died(stop: Stop | None) -> str:
    """What a check says whose run died."""
    return stopped(stop) or "the process ended without a word"


def ended(how: Ending, seconds: float, *, error: str = "", status: int | None = None, stop: Stop | None = None) -> str:
    """How a run ended and when, as a clause about the program. ``error``: the type of the exception that came out."""
    after = f"after {seconds:.2f} s"
    if how is Ending.RETURNED:
        return f"it returned {after}"
    if how is Ending.RAISED:
        return f"it ended {after} with {error or 'an exception'}"
    if how is Ending.EXIT:
        return f"it called sys.exit({status}) {after}"
    if how is Ending.STOPPED and stop is not None and stop.reason is StopReason.DRIVE:
        return f"it was stopped {after}, because the check had seen enough"
    if how is Ending.STOPPED:
        return was_stopped(stop)
    return f"{died(stop)}, {after}"


def never_ended(seconds: float) -> str:
    """The same of a program under virtual time that nothing was going to wake, or that would go on for ever."""
    return f"it was stopped at {seconds:.2f} s, because it would never have ended"


def _signal_name(number: int) -> str:
    with suppress(ValueError):
        return signal.Signals(number).name
    return f"signal {number}"


_DOUBTS: Final[Mapping[DoubtKind, str]] = MappingProxyType(
    {
        DoubtKind.STOOD_STILL: "it stood still for {seconds:.2f} s",
        DoubtKind.LOST_TIME: "it lost {seconds:.1f} s of {limit:g} s",
        DoubtKind.STARVED: "it waited for a processor",
        DoubtKind.FAILED_ONCE: "it failed, and there was noise",
        DoubtKind.NOT_YET_SURE: "it failed once, and passed after that",
        DoubtKind.STUCK: "it hung once, and not the next time",
        DoubtKind.KILLED: "it was killed",
        DoubtKind.WITHIN_NOISE: "{seconds:.2f} s against {limit:.4g} s, with noise of {noise:.2f} s",
        DoubtKind.NOT_ALONE: "a schedule failed only after others in the same process",
        DoubtKind.NOT_JUDGED: "the grader could not judge this",
    }
)


def doubt(reason: Doubt) -> str:
    """Why the outcome of a check does not stand."""
    return _DOUBTS[reason.kind].format(seconds=reason.seconds, limit=reason.limit, noise=reason.noise)


def undecided(reason: Doubt) -> str:
    """What an inconclusive check says. Readers who ask for the figures get ``doubt`` instead."""
    if reason.kind is DoubtKind.NOT_JUDGED:
        return doubt(reason)
    return "this computer was too busy to measure this fairly: close some programs first"


def no_points_lost(unmeasured: int, failed: int) -> str:
    """What to say below an exercise that could not be judged: how many of its checks, and how many failed all the same.

    Without checks that could not be measured, it is the exercise as a whole that could not.
    """
    if not failed or not unmeasured:
        return "no points lost: run it again"
    lost = "loses" if unmeasured == 1 else "lose"
    one, other = count(unmeasured, "check"), count(failed, "check")
    return f"{one} could not be measured and {lost} no points; {other} failed"


def held(what: str, seconds: Sequence[float], *, is_open: bool) -> str:
    """``what`` held the event loop: once, several times, or until the program was stopped."""
    return f"{what} held the event loop for {_how_long(seconds, is_open=is_open)}"


def _how_long(seconds: Sequence[float], *, is_open: bool) -> str:
    if is_open:
        return f"{sum(seconds):.2f} s, until the program was stopped"
    if len(seconds) == 1:
        return f"{seconds[0]:.2f} s"
    times = "twice" if len(seconds) == 2 else f"{len(seconds)} times"
    if max(seconds) <= ALIKE * min(seconds):
        return f"{sum(seconds) / len(seconds):.2f} s, {times}"
    return f"{sum(seconds):.2f} s in all, {times}"


def never_awaited(name: str) -> str:
    """A coroutine function that was called, and whose coroutine nobody awaited."""
    return f"{name} was called but never awaited"


def lost_exception(task: str, error: str, message: str, *, named: bool) -> str:
    """An exception that nobody retrieved; ``task`` is empty for a bare future."""
    who = f"task {task}{'' if named else '()'} raised" if task else "a future got"
    what = f"{error}: {message}" if message else error
    return f"{who} {what}, and nobody looked"


def left_pending(task: str) -> str:
    """A task that was not done when the program ended."""
    return f"task {task} was still pending at the end"


def still_waiting(function: str) -> str:
    """A coroutine that waited when the program was stopped."""
    return f"{function} was still waiting when the program was stopped"


def still_waiting_for(who: str, holders: Sequence[str]) -> str:
    """The same where a lock, or every slot of a semaphore, was taken; an empty name is that of the one who waited."""
    others = [f"another {who}" if holder == who else holder for holder in dict.fromkeys(holders) if holder]
    if not others:
        return f"{who} was still waiting for a lock that it held itself when the program was stopped"
    itself = ["it itself"] if "" in holders else []
    shown = _listed([*itself, *others[:3], *([f"{len(others) - 3} more"] if len(others) > 3 else [])])
    what = "a lock" if len(holders) == 1 else "one of the slots"
    return f"{who} was still waiting for {what} that {shown} held when the program was stopped"


def restored(names: Sequence[str], lines: Sequence[int]) -> str:
    """Definitions of the file, on these lines of it, that were put back as handed out before it was graded."""
    them = "it" if len(names) == 1 else "them"
    where = f" ({'line' if len(lines) == 1 else 'lines'} {_listed(list(map(str, lines)))})" if lines else ""
    return f"graded with {_listed(names)} as handed out: your file changes {them}{where}"


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


_OWN_NOISE: Final[Mapping[OwnNoise, str]] = MappingProxyType(
    {
        OwnNoise.PAUSED: "a signal keeps stopping this program, and no other, so what was measured counts",
        OwnNoise.LOAD: "this program's own processes kept the computer busy, so what was measured counts",
        OwnNoise.SPENT: "this program had enough processor time to finish, and computed on",
    }
)


def own_noise(kind: OwnNoise) -> str:
    """Why a measurement counts although something disturbed it."""
    return _OWN_NOISE[kind]
