"""The kinds that evidence, findings and checks come in: control flow compares these, and never a sentence.

Their values stand in results and suites as they are written here; ``grader.report.sentences`` puts them into words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ending(StrEnum):
    """How a run ended."""

    RETURNED = "returned"
    RAISED = "raised"
    EXIT = "exit"
    """By ``sys.exit``."""
    DIED = "died"
    """The process ended without a word."""
    STOPPED = "stopped"
    """By the grader; ``StopReason`` says why."""
    BROKEN = "broken"
    """The learner's file does not load."""
    FAULT = "fault"
    """Something failed in the program's process that is not the learner's code."""


class StopReason(StrEnum):
    """Why a run ended otherwise than by its own return, exception or exit."""

    DEADLINE = "deadline"
    """Still running after ``seconds``."""
    DRIVE = "drive"
    """The suite's ``drive`` ended it, as its recording allows."""
    OUTPUT = "output"
    """It printed more than ``count`` MB."""
    EVENTS = "events"
    """It printed or called more than ``count`` times."""
    CALLS = "calls"
    """It had more than ``count`` calls under way at once."""
    CHANNEL = "channel"
    """It wrote to a channel of the grader's own."""
    PAUSED = "paused"
    """It had been stopped by a signal, and had not gone on after ``seconds``."""
    NOT_STARTED = "not-started"
    """Its process was not there within ``seconds``."""
    COMPUTING = "computing"
    """Under virtual time, it computed for ``seconds`` without an end."""
    EARLY_REPLY = "early-reply"
    """Under virtual time, a call came back before its time."""
    PROCESSES = "processes"
    """It had more than ``count``."""
    THREADS = "threads"
    MEMORY = "memory"
    """It used more than ``count`` MB."""
    WRITTEN = "written"
    """It wrote more than ``count`` MB to files."""
    FOLDERS = "folders"
    """It had folders more than ``count`` deep."""
    FILES = "files"
    """It had more than ``count`` files and folders."""
    STORED = "stored"
    """It had more than ``count`` MB in files."""
    PROCESSOR_TIME = "processor-time"
    """The system ended it: it had used up its processor time."""
    SIGNAL = "signal"
    """Signal ``count`` killed it."""
    EXIT_STATUS = "exit-status"
    """Its process ended early, with status ``count``."""
    REPLACED_PYTHON = "replaced-python"
    """Something broke in its process outside of its own code; ``detail`` is the last line of the traceback."""


LIMITS = frozenset(
    {
        StopReason.PROCESSES, StopReason.THREADS, StopReason.MEMORY, StopReason.WRITTEN, StopReason.FOLDERS,
        StopReason.FILES, StopReason.STORED,
    }
)  # fmt: skip
"""What the run's supervisor stops a program for (``grader.runner.usage``)."""


@dataclass(frozen=True)
class Stop:
    """Why a run was stopped, or ended early, with the figures that belong to the reason."""

    reason: StopReason
    seconds: float = 0.0
    count: int = 0
    detail: str = ""


class CallOutcome(StrEnum):
    """What became of a call to a replaced function."""

    REPLIED = "replied"
    RAISED = "raised"
    CANCELLED = "cancelled"
    OPEN = "open"
    """Under way when the run ended."""


class EventKind(StrEnum):
    """What an event of a trace is."""

    LINE = "line"
    CALL = "call"
    REPLY = "reply"
    NOTE = "note"


class CheckOutcome(StrEnum):
    """What one test of a suite said of one program."""

    PASSED = "passed"
    FAILED = "failed"
    BROKEN = "broken"
    CRASHED = "crashed"
    INCONCLUSIVE = "inconclusive"


class DoubtKind(StrEnum):
    """Why the outcome of a check does not stand."""

    STOOD_STILL = "stood-still"
    """The machine, or somebody's signal, held the program up for ``seconds``."""
    LOST_TIME = "lost-time"
    """It lost ``seconds`` of its ``limit`` seconds, and was stopped at its deadline."""
    STARVED = "starved"
    """It waited for a processor for ``seconds`` of its ``limit`` seconds."""
    FAILED_ONCE = "failed-once"
    """It failed, and there was noise: the doubt goes when it fails again."""
    NOT_YET_SURE = "not-yet-sure"
    """It failed amid noise that it made itself, and has not passed often enough since."""
    STUCK = "stuck"
    """It did nothing until its deadline: the doubt goes when it does nothing again."""
    KILLED = "killed"
    """The system may have killed it for want of memory."""
    WITHIN_NOISE = "within-noise"
    """A measured time lay no further from its bound than the noise."""
    NOT_ALONE = "not-alone"
    """It failed only after other schedules in the same process."""
    NOT_JUDGED = "not-judged"
    """The grader, or the suite, failed."""


@dataclass(frozen=True)
class Doubt:
    """One reason why a check is made again."""

    kind: DoubtKind
    seconds: float = 0.0
    limit: float = 0.0
    noise: float = 0.0


class OwnNoise(StrEnum):
    """Noise that a program made itself, so that what was seen of it counts."""

    PAUSED = "paused"
    """It kept being stopped by a signal, and nothing else was."""
    LOAD = "load"
    """Its own processes kept the processors busy."""
    SPENT = "spent"
    """It was late although it had the processor for as long as any answer needs."""


class SegmentState(StrEnum):
    """Of a stretch of a row of a timeline."""

    RUNNING = "running"
    """It held the event loop."""
    WAITING = "waiting"
    READY = "ready"
    """It could have run, and had to wait until another let go of the event loop."""


class MarkKind(StrEnum):
    """What happened at one moment of a row of a timeline."""

    PRINTED = "printed"
    CANCELLED = "cancelled"
    """Its task was cancelled."""
    RAISED = "raised"
    """Its task ended with an exception."""
    TIMED_OUT = "timed-out"
    """The time of a block that it was in was up."""
    TOOK = "took"
    """It took a lock, or a slot of a semaphore."""
    GAVE_BACK = "gave-back"
    """It gave it back."""


class FindingKind(StrEnum):
    """What was seen inside a program that explains a failure."""

    BLOCKING_CALL = "blocking-call"
    NEVER_AWAITED = "never-awaited"
    LOST_EXCEPTION = "lost-exception"
    LEFT_PENDING = "left-pending"
    RESTORED = "restored"
    """What was put back before the program ran."""
    OWN_NOISE = "own-noise"
    """The program disturbed its own measurement, which counts all the same."""
