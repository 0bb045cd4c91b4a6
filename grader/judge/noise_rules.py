"""When the outcome of an attempt does not stand: what noise may have decided is made again.

Noise makes a program late and never early. It may not decide a check, and nothing that a program does to itself is
noise: what it used of the processor, or that it keeps being stopped while everything else runs on, is its own.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator

from grader.errors import JudgeError
from grader.judge.check_state import CheckState
from grader.judge.schedules import NotAlone
from grader.kinds import Doubt, DoubtKind, Ending, OwnNoise, StopReason
from grader.record.noise import STALL_S
from grader.record.recorder import CORES
from grader.record.recording import Recording, as_seen

ATTEMPTS = 7
"""Recordings of the same program before the machine is called too noisy; in the last each core has one at most."""

_EXCESSES = frozenset({
    StopReason.CHANNEL, StopReason.OUTPUT, StopReason.PROCESSES, StopReason.THREADS, StopReason.MEMORY,
    StopReason.WRITTEN, StopReason.FOLDERS, StopReason.FILES, StopReason.STORED,
})  # fmt: skip

_DOUBT_OF_STOP = 0.25
"""A run stopped at its deadline is in doubt when noise took this share of it."""

_OWN_LOAD_S = 1.0
"""Processor time that no answer uses whose recordings are not ``heavy``."""
_OWN_SHARE = 0.5
"""What a program's own processes used, shared by the cores, explains noise of up to twice as much."""

_IDLE_S = 0.5
"""Less processor time than this is what it takes to start, and to wait."""

_PASSES_AFTER_VOID = 3
"""How often a check has to pass that failed amid noise of the program's own: a program that makes noise when chance has
it fail gets no second throw."""

_CROWD = 8
"""Processes that no answer has at once whose recordings are not ``heavy``."""

_STARVED = 0.1
"""A program that still waited this share of its time for a processor, with no neighbours of ours, was not judged."""


def weighed(state: CheckState, recording: Recording, *, heavy: bool) -> Recording:
    """The recording as the check may rest on it: noise that the program makes itself is soon no noise.

    Somebody may have stopped the program once, and its own load may have met somebody else's: so that voids an attempt,
    and one only. ``heavy`` recordings are to compute.
    """
    why = _own_noise(recording, heavy=heavy)
    if why is None:
        return recording
    state.own_noise += 1
    state.is_void = state.own_noise == 1
    return as_seen(recording, why) if why is OwnNoise.SPENT or state.own_noise > 1 else recording


def _own_noise(recording: Recording, *, heavy: bool) -> OwnNoise | None:
    noise = recording.noise
    if recording.is_spent and (noise.uneasy or noise.disturbed or noise.kept_waiting):
        return OwnNoise.SPENT
    if _is_aimed_pause(recording):
        return OwnNoise.PAUSED
    return OwnNoise.LOAD if not heavy and (_is_own_load(recording) or _is_own_crowd(recording)) else None


def _is_aimed_pause(recording: Recording) -> bool:
    """Whether a signal stopped this program, while the grader's own heartbeat was on time."""
    noise = recording.noise
    return noise.paused_s > STALL_S >= noise.stall_s


def _is_own_load(recording: Recording) -> bool:
    """Whether its own processes used as much of the processors as there was noise."""
    noise = recording.noise
    troubled_s = max(noise.doubt_s, noise.run_delay_s if noise.kept_waiting else 0.0)
    return recording.load_s > _OWN_LOAD_S and troubled_s > 0 and recording.load_s / CORES >= _OWN_SHARE * troubled_s


def _is_own_crowd(recording: Recording) -> bool:
    """Whether it waited for a processor among many processes of its own, while the grader's heartbeat was on time.

    A system that shares the processors out by sessions lets a program wait for its own children and nobody else.
    """
    noise = recording.noise
    return recording.processes > max(_CROWD, CORES) and noise.kept_waiting and not noise.uneasy


def doubts_of_run(recording: Recording, deadline_s: float) -> Iterator[Doubt]:
    """Doubts of everything that rests on a recording: noise that makes even the order of events doubtful."""
    noise = recording.noise
    if recording.own_noise or _was_excess(recording):
        return
    if noise.disturbed:
        yield Doubt(DoubtKind.STOOD_STILL, max(noise.stall_s, noise.paused_s))
    elif recording.timed_out and noise.doubt_s > _DOUBT_OF_STOP * deadline_s:
        yield Doubt(DoubtKind.LOST_TIME, noise.doubt_s, deadline_s)


def doubts_of_chance(state: CheckState, *, failed: bool) -> list[Doubt]:
    """What asks for another attempt at a check that passed after it failed in an attempt that was void."""
    if failed:
        if state.is_void:
            state.passes_wanted = _PASSES_AFTER_VOID
        return []
    if state.doubts or not state.passes_wanted:
        return []
    state.passes_wanted -= 1
    return [Doubt(DoubtKind.NOT_YET_SURE)] if state.passes_wanted else []


def doubts_of_failure(state: CheckState, error: BaseException, attempt: int) -> list[Doubt]:
    """What may ask for another attempt at a check that failed, and never makes anything else of it."""
    last = attempt == ATTEMPTS - 1
    if isinstance(error, NotAlone):
        return [] if last else [Doubt(DoubtKind.NOT_ALONE)]
    if attempt == 0 and isinstance(error, JudgeError):
        return [Doubt(DoubtKind.NOT_JUDGED)]
    if attempt == 0 and any(map(_was_killed, state.used)):
        return [Doubt(DoubtKind.KILLED)]
    if attempt == 0 and any(map(_was_stuck, state.used)):
        state.passes_wanted = _PASSES_AFTER_VOID
        return [Doubt(DoubtKind.STUCK)]
    may_be_noise = any(recording.noise.uneasy and not _was_excess(recording) for recording in state.used)
    if not state.failed_before and may_be_noise:
        return [Doubt(DoubtKind.FAILED_ONCE)]
    return [Doubt(DoubtKind.STARVED)] if any(map(_starved if last else _kept_waiting, state.used)) else []


def _was_excess(recording: Recording) -> bool:
    """Whether it was stopped for what no noise can make of a program."""
    stop = recording.trace.stop
    return recording.over_a_limit and stop is not None and stop.reason in _EXCESSES


def _was_killed(recording: Recording) -> bool:
    """Whether it may have been somebody else: the system when memory was short, or a user. Twice it was the program."""
    return recording.trace.ended is Ending.DIED and recording.trace.exit_status == -signal.SIGKILL


def _was_stuck(recording: Recording) -> bool:
    """Whether it did nothing until its deadline.

    On a busy machine a right program was seen to do so once in some thousand runs, without any noise that was measured.
    A program that waits for what never comes does so again.
    """
    stop = recording.trace.stop
    idle = recording.cpu_s < _IDLE_S and not recording.own_noise
    return recording.timed_out and idle and stop is not None and stop.reason is StopReason.DEADLINE


def _kept_waiting(recording: Recording) -> bool:
    noise, took_s = recording.noise, float(recording.trace.elapsed)
    if recording.over_a_limit or recording.own_noise:
        return False  # that is something it did
    if not recording.timed_out:
        return noise.kept_waiting
    # A program that computes for ever always waits for some of that time, and every attempt would take its whole
    # deadline: what had the processor for half of it, or nearly all that it wanted, is stuck for certain.
    return noise.run_delay_s > _DOUBT_OF_STOP * took_s and recording.cpu_s < took_s / 2


def _starved(recording: Recording) -> bool:
    """Whether it waited for a processor in earnest, a fair part of its time, and not only by a figure that is too high.

    Only a program that computes is starved: one that sleeps is woken at once on a busy machine as well.
    """
    took_s = float(recording.trace.elapsed)
    return _kept_waiting(recording) and recording.noise.run_delay_s > _STARVED * took_s
