"""How noisy the machine was: the grader's own heartbeat.

A busy machine makes correct code late. The heartbeat asks to be woken every ``BEAT_S`` and notes how late that was;
what it lost is what any process that slept beside it may have lost.
"""

from __future__ import annotations

import asyncio
import bisect
import time
from dataclasses import dataclass

BEAT_S = 0.01
"""Often enough that a stall of 20 ms is seen, seldom enough to cost under 1 % of a core."""

_USUAL_S = 0.002
"""A beat this late is an ordinary wake-up, not noise."""


STALL_S = 0.1
"""Suites judge order by differences of 0.2 s or more: one stall of half as much may have changed it."""

_AROUND_S = 0.1
"""A beat that was due before a moment may be noted so long after it, if the loop had much to do just then."""

_IN_A_ROW = 8
"""A program of an exercise waits at most so many times one after the other without anything being seen of it."""

RUN_DELAY_S = 0.1
"""A program that was kept from running for so long may have failed by it."""


@dataclass(frozen=True)
class Noise:
    """Noise evidence of one recording, in seconds."""

    stall_s: float = 0.0
    """The longest single delay of the heartbeat."""
    lost_s: float = 0.0
    """The heartbeat's longest delays together: what a program may have lost that waits several times in a row."""
    run_delay_s: float = 0.0
    """How long the program sat runnable but not running, by the kernel. Recent kernels over-report it, so it may ask
    for a new recording and nothing more."""
    paused_s: float = 0.0
    """How long somebody had stopped the program (SIGSTOP)."""
    start_s: float | None = None
    """How much too late the start of the run may have been seen: so much too early may all else seem. None: as much as
    there was noise."""

    @property
    def doubt_s(self) -> float:
        """How far a measured time may be from what a quiet machine would have shown."""
        return self.lost_s + self.paused_s

    @property
    def disturbed(self) -> bool:
        """Whether even the order of events may be the noise's."""
        return max(self.stall_s, self.paused_s) > STALL_S

    @property
    def uneasy(self) -> bool:
        """Whether there was so much noise that there may have been more where the grader has no eye.

        A processor that the hypervisor takes away stops a program in the middle of anything, and the heartbeat, which
        has another one, goes on.
        """
        return self.doubt_s > STALL_S

    @property
    def kept_waiting(self) -> bool:
        """Whether the program may have been late because it did not get a processor."""
        return self.run_delay_s > RUN_DELAY_S


class Heartbeat:
    """Beats in the running loop between ``start`` and ``stop``."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._late: list[float] = []
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._beat(), name="heartbeat")

    async def stop(self) -> None:
        """End the beating; what was noted stays."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _beat(self) -> None:
        while True:
            due = time.monotonic() + BEAT_S
            await asyncio.sleep(BEAT_S)
            now = time.monotonic()
            self._times.append(now)
            self._late.append(max(0.0, now - due))

    @property
    def latest_s(self) -> float:
        """How late the last beat was."""
        return self._late[-1] if self._late else 0.0

    def around(self, start: float) -> float:
        """How much too late the loop may have seen what it saw at ``start``."""
        return self.between(start, start + _AROUND_S)[0]

    def between(self, start: float, end: float, waits: int = 0) -> tuple[float, float]:
        """The longest delay, and the longest few together, of the beats between two ``time.monotonic`` values.

        ``waits``: how many times something was seen of the program. Each may have ended a wait, and each wait may have
        been late: a hundred calls in a row, each answered 10 ms late, are a second.
        """
        # One beat before: a stall that ended as the run was seen to start was noted just before it, and made the run
        # look shorter.
        first = bisect.bisect_left(self._times, start - BEAT_S)
        last = bisect.bisect_right(self._times, end + BEAT_S)
        late = [each for each in self._late[first:last] if each > _USUAL_S]
        # A beat that is overdue at the end has not been noted yet.
        if self._times and end - self._times[-1] > BEAT_S:
            late.append(end - self._times[-1] - BEAT_S)
        return max(late, default=0.0), sum(sorted(late)[-max(waits, _IN_A_ROW) :])
