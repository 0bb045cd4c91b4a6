"""From what was seen inside a program to a timeline and to findings."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from grader.explain import findings
from grader.explain.quotes import SourceText
from grader.explain.rows import make_timeline
from grader.explain.seen import GRADED, DoubleCall, ReadLimits, Seen
from grader.result import Finding, Timeline


def in_the_file(line: int) -> str:
    """A place in words, where there is only one file."""
    return f"line {line}"


def explain(
    messages: Sequence[Mapping[str, object]],
    *,
    start: float,
    end: float,
    source: str,
    title: str,
    limits: ReadLimits = GRADED,
    where: Callable[[int], str] = in_the_file,
    with_entry: bool = False,
    calls: Sequence[DoubleCall] = (),
    noise_s: float = 0.0,
) -> tuple[Timeline, tuple[Finding, ...]]:
    """The run drawn, and what was found wrong from inside.

    ``start`` and ``end`` are the run's on the clock of the messages; times come out as seconds from ``start``.
    ``source`` is the learner's file, to quote from; ``where`` puts a line of it in words.
    ``with_entry``: the program's first coroutine has a row even when it only waited for the others.
    ``calls``: those that have rows as well.
    ``noise_s``: so long the machine may have kept the program from going on.
    Never raises, for any messages.
    """
    elapsed = max(end - start, 0.0) if math.isfinite(end - start) else 0.0
    seen = Seen(start if math.isfinite(start) else 0.0, elapsed, limits)
    for message in messages[: limits.messages]:
        seen.take(message)
    text = SourceText(source.replace("\r\n", "\n").replace("\r", "\n").split("\n"), where)
    findings.doubt(seen, text.lines, noise_s)
    timeline = make_timeline(seen, text, title, with_entry, calls)
    blocking = findings.blocking(seen, text.lines)
    found = [
        *(finding for finding in blocking if (finding.seconds or 0.0) >= findings.SURE_S),
        *findings.never_awaited(seen, text.lines),
        *findings.lost(seen),
        *findings.pending(seen),
        *findings.stopped_waiting(seen),
        *(finding for finding in blocking if (finding.seconds or 0.0) < findings.SURE_S),
    ]
    return timeline, tuple(
        replace(finding, places=tuple(text.quoted(place) for place in finding.places[: limits.places]))
        for finding in found[: limits.findings]
    )
