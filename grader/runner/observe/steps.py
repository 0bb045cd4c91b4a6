"""Which coroutine ran when, and what it waited for: the rows of a timeline."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from types import CodeType, CoroutineType
from typing import Any

from grader.runner.observe.outbox import Outbox
from grader.runner.observe.places import Chains, arguments, function_name, place_in, task_label

MAX_SPOTS = 2000
SAME_STRETCH_S = 0.001
"""Steps of a row closer than this are drawn as one: twenty thousand ``sleep(0)`` are one stretch, not a flood."""

READY_S = 0.005
"""A task that could run, and had to wait for its turn for less than this, had no reason to complain."""
_MAX_READY = 10_000

Spot = tuple[int, CodeType]
"""The number of a place where a coroutine waits, and the code it is in: kept, so that nobody else gets its ``id``."""
_NOWHERE: Spot = (0, (lambda: None).__code__)


class CoroutineRow:
    """A coroutine of the learner's file. It holds no reference that would keep the coroutine alive."""

    __slots__ = ("last", "number", "ref", "spot")

    def __init__(self, coro: object, number: int) -> None:
        self.ref = weakref.ref(coro)
        self.number = number
        self.last: list[Any] | None = None
        self.spot: Spot | None = None


class Track:
    """A task, and the learner's coroutines in its chain of awaits, outermost first."""

    __slots__ = ("arguments", "number", "ref", "rows")

    def __init__(self, task: Any, number: int, forget: Callable[[weakref.ref[Any]], None]) -> None:
        self.ref: weakref.ref[Any] = weakref.ref(task, forget)
        self.number = number
        self.rows: list[CoroutineRow] = []
        self.arguments: list[str] = []
        """Of the task's own coroutine, as it was called; a step later it may have changed them, or be over."""


class StepLog:
    """Takes the steps of tasks, and turns them into rows that open, run, wait and close."""

    def __init__(self, outbox: Outbox, chains: Chains) -> None:
        self._outbox = outbox
        self._chains = chains
        self._tracks: dict[int, Track] = {}
        self._task_count = 0
        self._row_count = 0
        self._spots: dict[tuple[int, int], Spot] = {}
        self._ready_since: dict[int, float] = {}
        """Of tasks that wait for their turn, by ``id``: the loop keeps them alive until then."""

    def track(self, task: Any) -> Track:
        """The task's record; made when the task is first seen."""
        key = id(task)
        track = self._tracks.get(key)
        if track is None or track.ref() is not task:  # an id is used again once its task is gone
            self._task_count += 1

            def forget(ref: weakref.ref[Any]) -> None:
                known = self._tracks.get(key)
                if known is not None and known.ref is ref:
                    del self._tracks[key]

            track = self._tracks[key] = Track(task, self._task_count, forget)
            coro = task.get_coro()
            if type(coro) is CoroutineType and self._chains.offset(coro.cr_code.co_filename) is not None:
                track.arguments = arguments(coro)
        return track

    def note_ready(self, task: Any, since: float) -> None:
        """From then on the task could run."""
        if len(self._ready_since) < _MAX_READY:
            self._ready_since.setdefault(id(task), since)

    def note_eager(self, tasks: Iterable[Any], began: float, ended: float, held: bool) -> None:
        """Take the first step of tasks that were run as they were created, inside the step of another."""
        for task in sorted(tasks, key=lambda task: (len(task.get_name()), task.get_name())):
            known = self._tracks.get(id(task))
            if (known is None or known.ref() is not task) and getattr(task.get_coro(), "cr_suspended", False):
                self.note_step(self.track(task), began, ended, held)

    def note_step(self, track: Track, began: float, ended: float, held: bool) -> None:
        task = track.ref()
        if task is None:
            return
        rows = track.rows
        outermost = rows[0] if rows else None
        running = rows[-1] if rows else None
        since = min(self._ready_since.pop(id(task), began), began)
        # In a long step the samples say who ran when; rows then change hands at its ends, and the samples stretch them.
        closing, opening = (began, ended) if held else (ended, began)
        chain = self._chains.rows(task.get_coro())
        same = 0
        for row, coro in zip(rows, chain, strict=False):
            if row.ref() is not coro:
                break
            same += 1
        if same < len(rows):
            for row in rows[same:]:
                if row.number:
                    self._outbox.closed.append([row.number, closing])
            del rows[same:]
        for index, coro in enumerate(chain[same:], same):
            first = not rows and running is None
            if rows:
                self._waits_at(rows[-1], chain[index - 1], opening)
            rows.append(self._open(track, task if first else None, coro, since if first else opening))
            running = running or rows[0]
            if first:
                outermost = rows[0]
        if began - since >= READY_S and running is not None and running.number:
            self._outbox.ready.append([running.number, since, began])
        if not held and running is not None:
            self._ran_for(rows[-1] if rows else running, began, ended)
        if task.done():
            self._note_end(task, outermost, ended)
            for row in rows:
                if row.number:
                    self._outbox.closed.append([row.number, ended])
            self._tracks.pop(id(task), None)
        elif rows:
            self._waits_at(rows[-1], chain[-1], ended)

    def _note_end(self, task: Any, row: CoroutineRow | None, at: float) -> None:
        """How the task ended, unless it returned. Not by ``exception()``: then asyncio would take it for seen."""
        how = "cancelled" if task.cancelled() else "raised" if task._exception is not None else ""
        if how and row is not None and row.number:
            self._outbox.ended.append([row.number, at, how])

    def _waits_at(self, row: CoroutineRow, coro: Any, at: float) -> None:
        """Where a row waits from now on, told when it is not where it waited before."""
        code = coro.cr_code
        key = (id(code), coro.cr_frame.f_lasti)
        spot = self._spots.get(key) or self._new_spot(key, code)
        if spot is row.spot or not row.number:
            return
        row.spot = spot
        if self._outbox.waits_left > 0:
            self._outbox.waits_left -= 1
            self._outbox.waits.append([row.number, at, spot[0]])
        else:
            self._outbox.late_waits[row.number] = [row.number, at, spot[0]]

    def _new_spot(self, key: tuple[int, int], code: CodeType) -> Spot:
        offset = self._chains.offset(code.co_filename)
        if offset is None or len(self._spots) >= MAX_SPOTS:
            return _NOWHERE
        spot = self._spots[key] = (len(self._spots) + 1, code)
        place = place_in(code, key[1], offset, code.co_firstlineno)
        self._outbox.new_spots.append([spot[0], *place[:4]])
        return spot

    def _open(self, track: Track, task: Any, coro: Any, at: float) -> CoroutineRow:
        if self._outbox.rows_left <= 0:
            self._outbox.dropped_rows += 1
            return CoroutineRow(coro, 0)
        self._outbox.rows_left -= 1
        self._row_count += 1
        function = function_name(coro.cr_code)
        is_own = task is not None and task.get_coro() is coro
        label = task_label(task) if is_own else function
        self._outbox.opened.append([self._row_count, track.number, label, function, at])
        if any(told := track.arguments if is_own else arguments(coro)):
            self._outbox.arguments.append([self._row_count, told])
        return CoroutineRow(coro, self._row_count)

    def _ran_for(self, row: CoroutineRow, began: float, ended: float) -> None:
        if not row.number:
            return
        last = row.last
        if last is not None and not last[3] and began - last[2] < SAME_STRETCH_S:
            last[2] = ended
        elif self._outbox.steps_left <= 0:
            self._outbox.dropped_steps += 1
        else:
            self._outbox.steps_left -= 1
            row.last = [row.number, began, ended, False]
            self._outbox.ran.append(row.last)
