"""Which coroutine ran when, and what it waited for: the rows of a timeline."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Iterable
from functools import partial
from types import CodeType, CoroutineType
from typing import Any

from grader.runner.observe.outbox import Outbox
from grader.runner.observe.places import (
    TASKS,
    Chains,
    arguments,
    function_name,
    is_machinery,
    is_named,
    own_class,
    place_in,
    task_label,
)

MAX_SPOTS = 2000
MAX_NAMES = 10_000
MAX_GONE = 10_000
SAME_STRETCH_S = 0.001
"""Steps of a row closer than this are drawn as one: twenty thousand ``sleep(0)`` are one stretch, not a flood."""

READY_S = 0.005
"""A task that could run, and had to wait for its turn for less than this, had no reason to complain."""

Spot = tuple[int, CodeType]
"""The number of a place where a coroutine waits, and the code it is in: kept, so that nobody else gets its ``id``."""
_NOWHERE: Spot = (0, (lambda: None).__code__)


class CoroutineRow:
    """A coroutine of the learner's file. It holds no reference that would keep the coroutine alive."""

    __slots__ = ("end", "number", "ref", "spot", "start", "told")

    def __init__(self, number: int, coro: object) -> None:
        """``coro``: None for a task's outermost coroutine, which it keeps all its life; and for a callback."""
        self.number = number
        self.ref = None if coro is None else weakref.ref(coro)
        self.spot: Spot | None = None
        self.start = self.end = 0.0
        """Its last stretch of running."""
        self.told = True
        """Whether that was told, and a later step starts a new one."""


class Track:
    """A task, and the learner's coroutines in its chain of awaits, outermost first.

    Or a callback of the learner's, or a protocol of theirs with its callbacks: these have one row.
    """

    __slots__ = ("arguments", "callback", "number", "ready", "ref", "rows")

    def __init__(self, ref: weakref.ref[Any], number: int, callback: str) -> None:
        self.ref = ref
        self.number = number
        self.rows: list[CoroutineRow] = []
        self.callback = callback
        """What is called; empty for a task."""
        self.arguments: list[str] = []
        """Of the task's own coroutine, as it was called; a step later it may have changed them, or be over."""
        self.ready: float | None = None
        """Since when it waits for its turn."""


class StepLog:
    """Takes the steps of tasks, and turns them into rows that open, run, wait and close.

    ``whole_program``: a task's outermost coroutine has a row even when it is a library's, unless all that it does is to
    await one of the learner's; and callbacks have rows.
    """

    def __init__(self, outbox: Outbox, chains: Chains, *, whole_program: bool) -> None:
        self._outbox = outbox
        self._chains = chains
        self._whole_program = whole_program
        self.tracks: dict[int, Track] = {}
        """By the ``id`` of what they are of."""
        self._most_tracks = MAX_GONE
        self._track_count = 0
        self._row_count = 0
        self._spots: dict[tuple[int, int], Spot] = {}
        self._own_classes: dict[type, bool] = {}
        self._names: dict[int, tuple[str, bool, CodeType]] = {}
        """By the ``id`` of the code, which is kept, so that nobody else gets it."""

    def track_of(self, callback: Any, owner: Any) -> Track | None:
        """Whose step it is to call ``callback``, a method of ``owner`` or a function, when it is first seen."""
        if isinstance(owner, TASKS):
            # One of too many tasks has no row, and is to cost next to nothing.
            return self._track_of_task(owner) if self._outbox.rows_left > 0 else None
        return self._track_of_callback(callback, owner) if self._whole_program else None

    def note_ready(self, queue: Any, added: int, current: Any, since: float) -> None:
        """A step of ``current`` put the last so many handles into the ``queue``: their tasks can run from then on."""
        room = self._outbox.rows_left
        for back in range(added, 0, -1):
            try:
                owner = getattr(queue[-back]._callback, "__self__", None)
            except Exception:  # a callback of the program's own may raise whatever it is asked; its turn will tell
                continue
            if owner is current or not isinstance(owner, TASKS):
                continue
            track = self.tracks.get(id(owner))
            if track is None or track.ref() is not owner:
                if room <= 0:
                    continue
                room -= 1
                track = self._track_of_task(owner)
            if track.ready is None:
                track.ready = since

    def note_eager(self, tasks: Iterable[Any], began: float, ended: float, held: bool) -> None:
        """Take the first step of tasks that were run as they were created, inside the step of another."""
        made = []
        for task in tasks:
            known = self.tracks.get(id(task))
            if (known is None or known.ref() is not task) and getattr(task.get_coro(), "cr_suspended", False):
                made.append(task)
        for task in sorted(made, key=lambda task: (len(task.get_name()), task.get_name())):
            track = self.track_of(None, task)
            if track is not None:
                self.note_step(track, began, ended, held)

    def skip(self, handle: Any) -> None:
        """A step for which there was no room. Its task is counted when it ends: until then it may get a row."""
        task: Any = getattr(handle._callback, "__self__", None)
        is_task = isinstance(task, TASKS)
        if is_task and task.done():
            self._outbox.dropped_rows += 1

    def _track_of_task(self, task: Any) -> Track:
        track = self._new_track(task)
        coro = task.get_coro()
        if type(coro) is CoroutineType and self._name_of(coro.cr_code)[1]:
            track.arguments = arguments(coro)
        return track

    def _new_track(self, thing: Any, callback: str = "") -> Track:
        if len(self.tracks) > self._most_tracks:
            # Of tasks that were destroyed while they were pending. A callback for each would cost all the others more.
            for key, known in list(self.tracks.items()):
                if known.ref() is None:
                    self.tracks.pop(key, None)
            self._most_tracks = 2 * len(self.tracks) + MAX_GONE
        self._track_count += 1
        ref = weakref.ref(thing, partial(self._end_callback, id(thing))) if callback else weakref.ref(thing)
        track = self.tracks[id(thing)] = Track(ref, self._track_count, callback)
        return track

    def _end_callback(self, key: int, ref: weakref.ref[Any]) -> None:
        """A protocol is gone, or a function of the learner's: its row ends with what it did last."""
        track = self.tracks.get(key)
        if track is not None and track.ref is ref:
            del self.tracks[key]
            for row in track.rows:
                self._outbox.closed.append((row.number, row.end))

    def _track_of_callback(self, callback: Any, owner: Any) -> Track | None:
        """One for each function of the learner's that a loop calls, or for each protocol that it serves."""
        while isinstance(callback, partial):
            callback = callback.func
            owner = getattr(callback, "__self__", None)
        thing: Any = getattr(callback, "__code__", None)
        name = ""
        if isinstance(thing, CodeType) and self._name_of(thing)[1]:
            name = thing.co_name if thing.co_name == "<lambda>" else self._name_of(thing)[0]
        if owner is not None:
            for served in (owner, getattr(owner, "_protocol", None), getattr(owner, "_app_protocol", None)):
                if isinstance(served, asyncio.BaseProtocol) and self._is_own(type(served)):
                    thing, name = served, type(served).__name__
        if not name:
            return None
        track = self.tracks.get(id(thing))
        if track is not None and track.ref() is thing:
            return track
        return self._new_track(thing, name)

    def _is_own(self, cls: type) -> bool:
        own = self._own_classes.get(cls)
        if own is None:
            own = self._own_classes[cls] = own_class(cls, self._chains.offset)
        return own

    def _name_of(self, code: CodeType) -> tuple[str, bool]:
        """The name of a function, and whether it is the learner's."""
        known = self._names.get(id(code))
        if known is None:
            if len(self._names) > MAX_NAMES:
                self._names.clear()
            is_own = self._chains.offset(code.co_filename) is not None
            known = self._names[id(code)] = (function_name(code), is_own, code)
        return known[0], known[1]

    def note_step(self, track: Track, began: float, ended: float, held: bool) -> None:
        task = track.ref()
        if task is None:
            return
        if track.callback:
            self._note_callback(track, began, ended)
            return
        rows = track.rows
        top = rows[0] if rows else None
        running = rows[-1] if rows else None
        since = _take_ready(track, began)
        # In a long step the samples say who ran when; rows then change hands at its ends, and the samples stretch them.
        closing, opening = (began, ended) if held else (ended, began)
        outermost = task.get_coro()
        chain = self._rows_of(outermost, rows)
        same = 0
        for row, coro in zip(rows, chain, strict=False):
            if (outermost if row.ref is None else row.ref()) is not coro:
                break
            same += 1
        if same < len(rows):
            for row in rows[same:]:
                if row.number:
                    self._outbox.closed.append((row.number, closing))
            del rows[same:]
        for index, coro in enumerate(chain[same:], same):
            first = not rows and running is None
            if rows:
                self._waits_at(rows[-1], chain[index - 1], opening)
            rows.append(self._open(track, task if coro is outermost else None, coro, since if first else opening))
            top = top or rows[0]
            running = running or rows[0]
        if running is not None:
            self._was_ready(running, since, began)
        if not held and running is not None:
            self._ran_for(rows[-1] if rows else running, began, ended)
        if task.done():
            self._note_end(task, top, ended)
            for row in rows:
                if row.number:
                    self._outbox.closed.append((row.number, ended))
            self.tracks.pop(id(task), None)
        elif rows:
            self._waits_at(rows[-1], chain[-1], ended)

    def note_suspended(self, track: Track, before: tuple[float, float], after: tuple[float, float]) -> None:
        """A step inside which a loop ran between ``before`` and ``after``, when it waited itself."""
        rows = track.rows
        if rows and not track.callback:
            self._was_ready(rows[-1], _take_ready(track, before[0]), before[0])
            self._ran_for(rows[-1], *before)
            if rows[-1].number:
                self._outbox.waits.append((rows[-1].number, before[1], _NOWHERE[0]))
                rows[-1].spot = _NOWHERE
        else:
            self.note_step(track, *before, held=False)
        self.note_step(track, *after, held=False)

    def _was_ready(self, row: CoroutineRow, since: float, until: float) -> None:
        if until - since >= READY_S and row.number and self._outbox.ready_left > 0:
            self._outbox.ready_left -= 1
            self._outbox.ready.append((row.number, since, until))

    def _note_end(self, task: Any, row: CoroutineRow | None, at: float) -> None:
        """How the task ended, unless it returned. Not by ``exception()``: then asyncio would take it for seen."""
        how = "cancelled" if task.cancelled() else "raised" if task._exception is not None else ""
        if how and row is not None and row.number:
            self._outbox.ended.append((row.number, at, how))

    def _note_callback(self, track: Track, began: float, ended: float) -> None:
        if not track.rows:
            track.rows.append(self._new_row(track, track.callback, track.callback, began))
            self._outbox.callbacks.append(track.rows[0].number)
        self._ran_for(track.rows[0], began, ended)

    def _rows_of(self, coro: Any, rows: list[CoroutineRow]) -> list[Any]:
        """The coroutines that have rows now: the learner's, and of a whole program a task's outermost one.

        Of ``anyio``, which wraps whatever it starts, or of ``uvloop.run`` that would be two rows for a task. So it has
        one only if it was there before any of the learner's.
        """
        chain = self._chains.chain(coro)
        if self._whole_program and type(coro) is CoroutineType and not (chain and chain[0] is coro):
            is_shown = rows[0].ref is None if rows else not chain
            if is_shown and not is_machinery(coro.cr_code):
                chain.insert(0, coro)
        return chain

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
            self._outbox.waits.append((row.number, at, spot[0]))
        else:
            self._outbox.late_waits[row.number] = (row.number, at, spot[0])

    def _new_spot(self, key: tuple[int, int], code: CodeType) -> Spot:
        offset = self._chains.offset(code.co_filename)
        if offset is None or len(self._spots) >= MAX_SPOTS:
            return _NOWHERE
        spot = self._spots[key] = (len(self._spots) + 1, code)
        place = place_in(code, key[1], offset, code.co_firstlineno)
        self._outbox.new_spots.append([spot[0], *place[:4]])
        return spot

    def _open(self, track: Track, task: Any, coro: Any, at: float) -> CoroutineRow:
        """``task``: that whose outermost coroutine it is, if it is one."""
        function, is_own = self._name_of(coro.cr_code)
        label = task_label(task) if task is not None and is_named(task) else function
        row = self._new_row(track, label, function, at, coro if task is None else None)
        if row.number and not is_own:
            self._outbox.foreign.append(row.number)
        if row.number and any(told := arguments(coro) if task is None else track.arguments):
            self._outbox.arguments.append((row.number, told))
        return row

    def _new_row(self, track: Track, label: str, function: str, at: float, coro: Any = None) -> CoroutineRow:
        if self._outbox.rows_left <= 0:
            self._outbox.dropped_rows += 1
            return CoroutineRow(0, coro)
        self._outbox.rows_left -= 1
        self._row_count += 1
        self._outbox.opened.append((self._row_count, track.number, label, function, at))
        return CoroutineRow(self._row_count, coro)

    def _ran_for(self, row: CoroutineRow, began: float, ended: float) -> None:
        if not row.number:
            return
        if not row.told and began - row.end < SAME_STRETCH_S:
            row.end = ended
            return
        if self._outbox.steps_left <= 0:
            self._outbox.dropped_steps += 1
            return
        self._outbox.steps_left -= 1
        if not row.told:
            self._outbox.ran.append((row.number, row.start, row.end))
        row.start, row.end = began, ended
        if row.told:  # by now; the watchdog may have told it in between
            row.told = False
            self._outbox.running.append(row)


def _take_ready(track: Track, began: float) -> float:
    """Since when the task could make the step that ``began`` then."""
    since = began if track.ready is None else min(track.ready, began)
    track.ready = None
    return since
