"""The timeline of a program of the user's own: on a terminal, and as a page."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup
from rich.console import Console

from grader.explain.rows import LibraryRow
from grader.report.page import GAP, INDENT, Page
from grader.report.svg import duration, environment
from grader.report.terminal import show_timeline
from grader.report.timeline import MAX_ROWS
from grader.result import Finding, Row, Segment, Timeline
from grader.text import clean, count, cut, one_line, width

PAGE_ROWS = 500
"""More rows than this nobody scrolls through, and a page of them opens slowly."""
PAGE_BARS = 20_000
_MAX_PLACES = 8
_AWAITS = 2
"""How many things are told, for each row on a terminal, that it waited for."""
_KINDS = {
    "blocking-call": "Held the event loop",
    "never-awaited": "Never awaited",
    "lost-exception": "Exceptions nobody looked at",
    "left-pending": "Still waiting at the end",
}


@dataclass(frozen=True)
class Traced:
    """What is shown of a run."""

    timeline: Timeline
    findings: Sequence[Finding]
    where: Callable[[int], str]
    """``client.py:14`` for a line of a finding."""
    notes: Sequence[str]
    python: str


@dataclass(frozen=True)
class _Wait:
    """All the time that a row waited for one thing."""

    text: str
    seconds: float

    @property
    def how_long(self) -> str:
        return duration(self.seconds)


@dataclass(frozen=True)
class _Summary:
    """A row in figures."""

    label: str
    start: str
    end: str
    ran: str
    waited: str
    waits: tuple[_Wait, ...]


# On a terminal


def render(traced: Traced, console: Console) -> None:
    """Show the timeline of the rows that say most, what they waited for, and what was found."""
    page = Page(console)
    timeline = busiest(traced.timeline, MAX_ROWS)
    page.line()
    rows = count(len(traced.timeline.rows) + traced.timeline.omitted_rows, "row")
    facts = f" {page.marks.dot} ".join([page.one_line(timeline.title), duration(timeline.elapsed_s), rows])
    page.line((page.one_line(facts), "bold"))
    show_timeline(page, timeline)
    _waits(page, timeline)
    for finding in traced.findings:
        page.blank()
        page.paragraph(finding.text)
        for place in _places(finding, traced.where):
            page.line((f"{INDENT}  {page.one_line(place)}", ""))
    if traced.notes:
        page.blank()
    for note in traced.notes:
        page.paragraph(note, style="dim", indent="")


def _waits(page: Page, timeline: Timeline) -> None:
    """What the rows waited for, each thing once with the row that waited the longest for it."""
    waiters: dict[str, list[tuple[str, float]]] = {}
    for row in timeline.rows:
        for wait in _waits_of(row)[:_AWAITS]:
            waiters.setdefault(page.one_line(wait.text), []).append((page.one_line(row.label), wait.seconds))
    if not waiters:
        return
    page.blank()
    page.paragraph("waited for", style="dim")
    longest = {text: max(each, key=lambda one: one[1]) for text, each in waiters.items()}
    times = max(len(duration(seconds)) for _, seconds in longest.values())
    room = page.width - len(INDENT) - times - 2 * len(GAP)
    texts = {text: _cut(text, room * 2 // 3, page.marks.ellipsis) for text in waiters}
    column = max(map(width, texts.values()))
    for text, (label, seconds) in longest.items():
        others = len(waiters[text]) - 1
        who = cut(f"{label} and {others} more" if others else label, room - column, page.marks.ellipsis)
        how_long = duration(seconds).rjust(times)
        shown = texts[text] + " " * (column - width(texts[text]))
        page.line((f"{INDENT}{shown}{GAP}", ""), (f"{how_long}{GAP}", "dim"), (who, ""))


def _cut(text: str, columns: int, ellipsis: str) -> str:
    """``asyncio.open_conn…, app.py:9``: the place stays whole as long as that leaves something of the rest."""
    what, comma, place = text.rpartition(", ")
    room = columns - width(comma + place)
    return cut(what, room, ellipsis) + comma + place if room > 10 else cut(text, columns, ellipsis)


def busiest(timeline: Timeline, most: int) -> Timeline:
    """The timeline with no more than ``most`` rows: the program's own before those of libraries' tasks.

    Of each kind those that held the loop come first, then those that lasted longest.
    """
    if len(timeline.rows) <= most:
        return timeline

    def weight(row: Row) -> tuple[bool, float, float]:
        held = sum(_length(segment) for segment in row.segments if segment.held_by)
        return (
            not isinstance(row, LibraryRow),
            held,
            row.segments[-1].end_s - row.segments[0].start_s if row.segments else 0.0,
        )

    chosen = sorted(range(len(timeline.rows)), key=lambda index: weight(timeline.rows[index]), reverse=True)[:most]
    rows = tuple(timeline.rows[index] for index in sorted(chosen))
    return replace(timeline, rows=rows, omitted_rows=timeline.omitted_rows + len(timeline.rows) - len(rows))


# As a page


def page(traced: Traced) -> str:
    """One HTML file that needs nothing else."""
    whole = busiest(traced.timeline, PAGE_ROWS)
    timeline = _lighter(whole)
    lighter = [] if timeline == whole else ["the picture leaves out the shortest stretches of rows that have very many"]
    templates = environment()
    templates.globals.update(duration=duration)
    script = templates.get_template("timeline.js.j2").render()
    return templates.get_template("trace.html.j2").render(
        timeline=timeline,
        title=one_line(timeline.title) or "A program",
        python=one_line(traced.python),
        groups=_groups(traced),
        rows=[_summary(row) for row in timeline.rows],
        notes=[clean(note) for note in [*traced.notes, *lighter]],
        script=Markup(script),
        # Nothing runs but this very script.
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii"),
    )


def _groups(traced: Traced) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """The findings, under a heading for each kind."""
    groups: dict[str, list[tuple[str, list[str]]]] = {}
    for finding in traced.findings:
        places = [one_line(place) for place in _places(finding, traced.where)]
        groups.setdefault(_KINDS.get(finding.kind, finding.kind), []).append((one_line(finding.text), places))
    return list(groups.items())


def _lighter(timeline: Timeline) -> Timeline:
    """The same with about ``PAGE_BARS`` bars at most: where a row has too many, what is shortest is left out."""
    most = max(PAGE_BARS // max(len(timeline.rows), 1), 20)
    return replace(timeline, rows=tuple(_lighter_row(row, most) for row in timeline.rows))


def _lighter_row(row: Row, most: int) -> Row:
    if len(row.segments) <= most:
        return row
    kept = sorted(range(len(row.segments)), key=lambda index: _length(row.segments[index]), reverse=True)[:most]
    return replace(row, segments=tuple(row.segments[index] for index in sorted(kept)))


def _summary(row: Row) -> _Summary:
    seconds = {
        state: sum(_length(segment) for segment in row.segments if segment.state == state)
        for state in ("running", "waiting")
    }
    return _Summary(
        label=one_line(row.label),
        start=duration(row.segments[0].start_s),
        end=duration(row.segments[-1].end_s),
        ran=duration(seconds["running"]),
        waited=duration(seconds["waiting"]),
        waits=_waits_of(row)[:3],
    )


# Both


def _waits_of(row: Row) -> tuple[_Wait, ...]:
    """What it waited for, the longest first."""
    seconds: dict[str, float] = {}
    for segment in row.segments:
        if segment.awaits:
            seconds[segment.awaits] = seconds.get(segment.awaits, 0.0) + _length(segment)
    waits = (_Wait(one_line(text), total) for text, total in seconds.items())
    return tuple(sorted(waits, key=lambda wait: -wait.seconds))


def _length(segment: Segment) -> float:
    return segment.end_s - segment.start_s


def _places(finding: Finding, where: Callable[[int], str]) -> Iterable[str]:
    for place in finding.places[:_MAX_PLACES]:
        yield f"{where(place.line)} in {place.function}{f': {place.text}' if place.text else ''}"
    left = len(finding.places) - _MAX_PLACES
    if left > 0:
        yield f"… and {left} more"
