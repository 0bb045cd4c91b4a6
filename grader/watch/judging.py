"""Which judgement is wanted and which is under way: the latest wanted only, and nothing is waited for in vain."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol

from grader.errors import TurtlesError
from grader.grade import Graded
from grader.load.curriculum import Exercise
from grader.watch.judge_process import Judge, TakenBack


@dataclass(frozen=True)
class Wanted:
    """What is to be judged."""

    exercises: tuple[Exercise, ...]
    everything: bool = False
    """Run also what was judged before and has not changed."""
    saved: bool = False
    """A save asked for it: then its verdict is what the learner wants to see, whatever is on the screen."""


class Listener(Protocol):
    """Something that wants a file judged."""

    def changed(self) -> None:
        """There may be something new to see of how far it is."""

    def learn(self, graded: Graded) -> None:
        """Something was judged, wanted by now or not."""

    def judged(self, wanted: Wanted, graded: Graded) -> None:
        """What is wanted was judged."""

    def failed(self, wanted: Wanted, error: str) -> None:
        """What is wanted could not be judged."""


class Judging:
    """Has the judge judge the file that is wanted; the next request takes back the one under way."""

    def __init__(self, judge: Judge, listener: Listener) -> None:
        self.under_way: Wanted | None = None
        self._judge = judge
        self._listener = listener
        self._wanted = Wanted(())
        self._wake = asyncio.Event()
        self._recorded = (0, 0)
        self._since = 0.0

    def want(self, wanted: Wanted) -> None:
        """Have this judged, and nothing else."""
        self._wanted = wanted
        self._wake.set()
        self._judge.stop()

    async def serve(self) -> None:
        """Have judged what is wanted, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            wanted = self.under_way = self._wanted
            self._recorded, self._since = (0, 0), time.monotonic()
            self._listener.changed()
            names = [exercise.name for exercise in wanted.exercises]
            try:
                graded = await self._judge.judge(names, everything=wanted.everything, progress=self._progressed)
            except TakenBack:
                continue
            except TurtlesError as error:
                if not self._wake.is_set():  # else it is about what nobody wants any more
                    self._listener.failed(wanted, str(error))
            else:
                self._listener.learn(graded)
                if not self._wake.is_set():
                    self._listener.judged(wanted, graded)
            finally:
                self.under_way = None
                self._listener.changed()

    def status(self, wanted: Wanted, ellipsis: str) -> str:
        """How far it is with what is under way: ``judging everything …, 3 of 63 recorded, 4 s``."""
        what = "everything" if len(wanted.exercises) > 1 else wanted.exercises[0].name
        done, total = self._recorded
        seconds = int(time.monotonic() - self._since)
        recorded = f", {done} of {total} recorded" if total > 1 else ""
        return f"judging {what} {ellipsis}{recorded}{f', {seconds} s' if seconds > 1 else ''}"

    def _progressed(self, done: int, total: int) -> None:
        self._recorded = done, total
        self._listener.changed()
