"""What was found wrong from inside: calls that held the loop, and what was forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.explain.quotes import expression
from grader.explain.rows import HOLD_S, labels_of
from grader.explain.seen import MAX_LABEL, MAX_MESSAGE, Coroutine, HeldPart, Seen, one_line_of, whole
from grader.kinds import FindingKind, MarkKind
from grader.report import sentences
from grader.result import Finding, Place


@dataclass
class _Blocker:
    """All that is told in one finding: one expression, wherever it stands."""

    seconds: list[float] = field(default_factory=list)
    places: dict[Place, None] = field(default_factory=dict)
    is_open: bool = False


WANTS = "wants"
"""What ``grader.runner.observe.locks`` calls it when somebody begins to wait for a lock."""

SURE_S = 0.15
"""A loop that was held for less than this, in all, may have been held by a busy machine: surer causes come first."""


def doubt(seen: Seen, lines: Sequence[str], noise_s: float) -> None:
    """Mark what a busy machine may have been all that held the loop, and leave it drawn as running.

    ``noise_s``: so long, of the whole run, the machine may have kept the program from going on.
    """
    held_by: dict[str, float] = {}
    for held in seen.held.values():
        if held.own_s >= HOLD_S:
            for (text, _), parts in _by_expression(held.parts, lines).items():
                held_by[text] = held_by.get(text, 0.0) + sum(part.end - part.start for part in parts)
    sure = {text for text, seconds in held_by.items() if seconds - noise_s >= HOLD_S}
    for start, held in seen.held.items():
        is_own = held.own_s >= HOLD_S
        seen.held[start] = replace(
            held,
            parts=tuple(
                replace(part, is_doubtful=not (is_own and expression(part, lines) in sure)) for part in held.parts
            ),
        )


def blocking(seen: Seen, lines: Sequence[str]) -> list[Finding]:
    blockers: dict[str, _Blocker] = {}
    for _, held in sorted(seen.held.items()):
        own = [part for part in held.parts if not part.is_doubtful]
        for (text, _), parts in _by_expression(own, lines).items() if own else ():
            blocker = blockers.setdefault(text, _Blocker())
            blocker.seconds.append(sum(part.end - part.start for part in parts))
            blocker.is_open |= held.is_open and held.parts[-1] in parts
            for part in parts:
                if part.line:
                    blocker.places.setdefault(Place(part.line, part.function))
    worst = sorted(blockers.items(), key=lambda each: -sum(each[1].seconds))
    return [
        Finding(
            FindingKind.BLOCKING_CALL,
            sentences.held(text, blocker.seconds, is_open=blocker.is_open),
            _places(blocker.places),
            seconds=round(sum(blocker.seconds), 3),
            count=len(blocker.seconds),
        )
        for text, blocker in worst
    ]


def _by_expression(parts: Sequence[HeldPart], lines: Sequence[str]) -> dict[tuple[str, int | None], list[HeldPart]]:
    """What a step was held by, and on which line; less than a hold is left out, unless nothing else is there."""
    found: dict[tuple[str, int | None], list[HeldPart]] = {}
    for part in parts:
        found.setdefault((expression(part, lines), part.line), []).append(part)
    seconds = {key: sum(part.end - part.start for part in each) for key, each in found.items()}
    longest = max(seconds, key=lambda key: seconds[key])
    return {key: each for key, each in found.items() if seconds[key] >= HOLD_S or key == longest}


def never_awaited(seen: Seen, lines: Sequence[str]) -> list[Finding]:
    found: dict[str, list[Place]] = {}
    for note in seen.notes:
        if note.get("kind") == "never-awaited" and (name := one_line_of(note.get("function"), MAX_LABEL)):
            line = whole(note.get("line"))
            places = found.setdefault(_as_called(_last_name(name), line, lines), [])
            places += _place(line, note.get("caller"))
    return [
        Finding(FindingKind.NEVER_AWAITED, sentences.never_awaited(name), _places(dict.fromkeys(places)))
        for name, places in found.items()
    ]


def _as_called(name: str, line: int | None, lines: Sequence[str]) -> str:
    """``asyncio.sleep`` where the line says so, rather than ``sleep``."""
    if line and line <= len(lines) and name.isidentifier():
        called = re.search(rf"(?<![\w.])[\w.]{{0,40}}(?<!\w){name}(?=\s*\()", lines[line - 1][:1000])
        if called:
            return called.group()
    return name


def _last_name(qualified: str) -> str:
    return qualified.rpartition("<locals>.")[2].rpartition(".")[2]


def lost(seen: Seen) -> list[Finding]:
    findings = []
    for note in seen.notes:
        if note.get("kind") == "lost-exception" and (error := one_line_of(note.get("error"), MAX_LABEL)):
            task, message = one_line_of(note.get("task"), MAX_LABEL), one_line_of(note.get("message"), MAX_MESSAGE)
            text = sentences.lost_exception(task, error, message, named=note.get("named") is True)
            place = _place(whole(note.get("line")), note.get("function"))
            findings.append(Finding(FindingKind.LOST_EXCEPTION, text, tuple(place), error=error))
    return _once(findings)


def pending(seen: Seen) -> list[Finding]:
    findings = []
    for note in seen.notes:
        if note.get("kind") == "left-pending" and (task := one_line_of(note.get("task"), MAX_LABEL)):
            place = _place(whole(note.get("line")), note.get("function"))
            findings.append(Finding(FindingKind.LEFT_PENDING, sentences.left_pending(task), tuple(place)))
    return _once(findings)


def stopped_waiting(seen: Seen) -> list[Finding]:
    """Of a program that was stopped: where it waited, as for a lock that nobody was going to release."""
    if seen.finished:
        return []
    busy = {held.task for held in seen.held.values() if held.is_open}
    # Of those that await one another, the innermost.
    innermost = {row.task: row for row in seen.rows.values() if row.last is None and row.waits}
    rows = [row for row in innermost.values() if row.task not in busy]
    entry = next(iter(seen.rows.values()), None)
    everyone = list(seen.rows.values())
    labels = {id(row): label for row, label in zip(everyone, labels_of(everyone), strict=True)}
    holders = _holders(seen)
    return _once(
        Finding(
            FindingKind.LEFT_PENDING,
            _waits_for(row, seen, holders, labels),
            tuple(_place(_waits_on(row, seen), row.function)),
        )
        for row in rows
        if row is not entry or len(rows) == 1
    )


def _holders(seen: Seen) -> dict[int, list[tuple[int, str]]]:
    """By lock, which tasks have it (of a semaphore, slots of it) at the end, and in which function they took it."""
    holders: dict[int, list[tuple[int, str]]] = {}
    for event in seen.locks:
        has = holders.setdefault(event.lock, [])
        if event.what == MarkKind.TOOK:
            has.append((event.task, event.function))
        elif event.what == MarkKind.GAVE_BACK and has:
            own = next((each for each in has if each[0] == event.task), has[0])
            has.remove(own)
    return holders


def _waits_for(
    row: Coroutine, seen: Seen, holders: Mapping[int, Sequence[tuple[int, str]]], labels: Mapping[int, str]
) -> str:
    """That it was waiting at the end; and for whom, when that is known."""
    last = next((event for event in reversed(seen.locks) if event.task == row.task and event.lock), None)
    has = holders.get(last.lock, ()) if last is not None and last.what == WANTS else ()
    if last is None or not has or last.function != row.function:
        return sentences.still_waiting(row.label or row.function)
    names = []
    for task, function in has:
        own = [each for each in seen.rows.values() if each.task == task and each.function == function]
        names.append("" if task == row.task else labels[id(own[-1])] if own else function)
    return sentences.still_waiting_for(labels[id(row)], names)


def _waits_on(row: Coroutine, seen: Seen) -> int | None:
    """The line where it waits, at last."""
    spot = seen.spots.get(row.waits[-1][1])
    return spot.line if spot else None


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """The same text told once, with all its places."""
    places: dict[Finding, dict[Place, None]] = {}
    for finding in findings:
        places.setdefault(replace(finding, places=()), {}).update(dict.fromkeys(finding.places))
    return [replace(finding, places=_places(found)) for finding, found in places.items()]


def _place(line: int | None, function: object) -> list[Place]:
    return [Place(line, one_line_of(function, MAX_LABEL))] if line else []


def _places(places: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(sorted(places, key=lambda place: place.line))
