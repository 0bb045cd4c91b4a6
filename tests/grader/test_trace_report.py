"""How a trace is shown: on a terminal, as a page in a real browser, and as a Chrome trace."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from grader.kinds import CallOutcome, FindingKind, MarkKind, SegmentState
from grader.report import svg
from grader.report.terminal import make_console
from grader.result import Finding, Moment, Place, Row, Segment, Timeline
from grader.text import width
from grader.tracing import perfetto
from grader.tracing.trace_report import PAGE_BARS, PAGE_ROWS, Traced, busiest, page, render
from tests.grader import browser as browsers

NASTY = "</script><script>alert(1)</script>\x1b[31m\u202e"
TIMELINE = Timeline(
    "client.py",
    2.0,
    (
        Row("main", (Segment(0.0, 2.0, SegmentState.WAITING, awaits="asyncio.gather(*jobs), client.py:30"),)),
        Row(
            "fetch",
            (
                Segment(0.0, 0.5, SegmentState.RUNNING, held_by="time.sleep(0.5), client.py:9"),
                Segment(0.5, 1.5, SegmentState.WAITING, awaits="session.get(url), client.py:14"),
                Segment(1.5, 1.5001, SegmentState.RUNNING),
            ),
        ),
        Row(NASTY, (Segment(1.0, 2.0, SegmentState.WAITING, awaits=NASTY),)),
    ),
    omitted_rows=4,
)
FINDING = Finding(FindingKind.BLOCKING_CALL, "time.sleep(0.5) held the event loop for 0.50 s", (Place(9, "fetch"),))
TRACED = Traced(TIMELINE, [FINDING], lambda line: f"client.py:{line}", ["stopped by Ctrl-C"], "3.13.0")


def many(rows: int, bars: int) -> Timeline:
    def row(number: int) -> Row:
        times = [number / rows + (1 - number / rows) * step / bars for step in range(bars + 1)]
        spans = pairwise(times)
        return Row(
            f"t{number}",
            tuple(Segment(a, b, (SegmentState.WAITING, SegmentState.RUNNING)[i % 2]) for i, (a, b) in enumerate(spans)),
        )

    return Timeline("many", 1.0, tuple(map(row, range(rows))))


def shown(traced: Traced, columns: int) -> list[str]:
    file = io.StringIO()
    console = make_console(file=file, columns=columns)
    console.no_color = True
    console._color_system = None
    render(traced, console)
    return file.getvalue().splitlines()


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_terminal_shows_rows_waits_and_what_held_the_loop_in_its_width(columns: int) -> None:
    lines = shown(TRACED, columns)
    text = "\n".join(lines)
    assert all(width(line) <= columns for line in lines)
    assert "client.py:9 in fetch" in text
    assert "client.py:30" in text or columns == 40
    assert "… and 4 more rows" in text
    assert "stopped by Ctrl-C" in text
    assert not {"\x1b[31m", "\u202e"} & set(text)


def test_on_a_terminal_what_many_rows_waited_for_is_told_once() -> None:
    rows = tuple(
        Row(f"t{n}", (Segment(0.0, n / 10, SegmentState.WAITING, awaits="queue.get(), a.py:3"),)) for n in range(1, 9)
    )
    lines = shown(Traced(Timeline("a.py", 1.0, rows), [], str, [], ""), 80)
    (line,) = [line for line in lines if "queue.get()" in line]
    assert line.split() == ["queue.get(),", "a.py:3", "0.80", "s", "t8", "and", "7", "more"]


def test_the_rows_that_held_the_loop_and_lasted_longest_are_chosen_in_their_order() -> None:
    short = Row("held", (Segment(0.9, 1.0, SegmentState.RUNNING, held_by="time.sleep(1)"),))
    timeline = Timeline("", 1.0, (*many(20, 4).rows, short))
    chosen = busiest(timeline, 3)
    assert [row.label for row in chosen.rows] == ["t0", "t1", "held"]
    assert chosen.omitted_rows == 18


def test_a_page_of_a_huge_run_has_a_bounded_number_of_rows_and_bars() -> None:
    drawn = page(Traced(many(PAGE_ROWS + 100, 60), [], str, [], ""))
    assert drawn.count("<rect ") <= PAGE_BARS
    assert "… and 100 more rows" in drawn
    assert "leaves out the shortest stretches" in drawn


def test_a_chrome_trace_keeps_to_the_format() -> None:
    """Trace Event Format: complete events with microseconds, a name for each thread, nothing overlapping in one."""
    told: dict[str, Any] = json.loads(perfetto.render(TIMELINE))
    assert set(told) == {"traceEvents", "displayTimeUnit"}
    assert told["displayTimeUnit"] in ("ms", "ns")
    names: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for event in told["traceEvents"]:
        assert {"name", "ph", "pid", "tid", "ts"} <= set(event)
        assert all(isinstance(event[key], int) and event[key] >= 0 for key in ("pid", "tid", "ts"))
        (names if event["ph"] == "M" else events).append(event)
    threads = {event["tid"]: event["args"]["name"] for event in names if event["name"] == "thread_name"}
    assert [threads[number] for number in (1, 2)] == ["main", "fetch"]
    assert {event["ph"] for event in events} == {"X"}
    assert [event["ts"] for event in events] == sorted(event["ts"] for event in events)
    for thread in threads:
        own = [event for event in events if event["tid"] == thread]
        assert all(isinstance(event["dur"], int) and event["dur"] >= 0 for event in own)
        ends = [event["ts"] + event["dur"] for event in own]
        assert all(end <= later["ts"] for end, later in zip(ends, own[1:], strict=False))
    held = next(event for event in events if event["cat"] == "held")
    assert (held["name"], held["ts"], held["dur"]) == ("time.sleep(0.5), client.py:9", 0, 500_000)


def test_bars_stand_where_the_data_says() -> None:
    drawn = svg.drawing(TIMELINE)
    fetch = drawn.lines[1]
    assert [(bar.kind, bar.x, bar.width) for bar in fetch.bars] == [
        ("held", "0%", "25%"),
        ("waiting", "25%", "50%"),
        ("running", "75%", "0.005%"),
    ]
    assert [bar.text for bar in fetch.bars[:2]] == [
        "held the loop 0.00–0.50 s: time.sleep(0.5), client.py:9",
        "waiting 0.50–1.50 s for session.get(url), client.py:14",
    ]
    assert drawn.words.startswith("3 rows over 2.00 s. main: ran 0.00 s, waited 2.00 s. fetch: ran 0.50 s, waited 1.00")


def test_a_call_that_was_not_answered_has_a_mark_and_the_legend_says_which() -> None:
    def called(name: str, outcome: CallOutcome) -> Row:
        return Row(name, (Segment(0.0, 1.0, SegmentState.WAITING),), name, outcome)

    rows = tuple(called(outcome.value, outcome) for outcome in CallOutcome)
    drawn = svg.drawing(Timeline("", 2.0, rows))
    marks = {line.label: (line.end.mark, line.end.x) for line in drawn.lines if line.end}
    assert marks == {"cancelled": ("✗", "100%"), "raised": ("!", "100%")}
    assert drawn.ends == {"cancelled": "✗", "raised": "!"}
    assert "cancelled: a call of 1.00 s, cancelled." in drawn.words
    assert svg.drawing(Timeline("", 2.0, rows[:1])).ends == {}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    yield from browsers.start()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_tells_each_bar_to_pointer_and_keys_and_zooms(chromium: Browser, tmp_path: Path, scheme: Any) -> None:
    file = tmp_path / "trace.html"
    file.write_text(page(TRACED), encoding="utf-8")
    with browsers.opened(chromium, file, ".timeline-tools", color_scheme=scheme) as seen:
        assert browsers.faults(seen.page) == []
        detail = seen.page.locator(".timeline-detail")
        seen.page.locator("rect.held").hover()
        expect(detail).to_have_text("fetch: held the loop 0.00–0.50 s: time.sleep(0.5), client.py:9")
        seen.page.locator(".timeline-scroll").focus()
        seen.page.keyboard.press("ArrowRight")
        expect(detail).to_have_text("fetch: waiting 0.50–1.50 s for session.get(url), client.py:14")
        seen.page.keyboard.press("ArrowUp")
        expect(detail).to_have_text("main: waiting 0.00–2.00 s for asyncio.gather(*jobs), client.py:30")
        plot, bar = (seen.page.locator(each).bounding_box() for each in (".timeline-plot", "rect.held"))
        assert plot
        assert bar
        assert bar["x"] == pytest.approx(plot["x"], abs=2)
        assert bar["width"] == pytest.approx(plot["width"] / 4, abs=3)
        seen.page.keyboard.press("+")
        wider = seen.page.locator("rect.held").bounding_box()
        assert wider
        assert wider["width"] > 1.9 * bar["width"]


def test_a_lock_and_a_limit_have_marks_in_the_drawing() -> None:
    marks = (Moment(0.5, MarkKind.TOOK), Moment(1.0, MarkKind.TIMED_OUT), Moment(1.5, MarkKind.GAVE_BACK))
    row = Row("a", (Segment(0, 2, SegmentState.WAITING),), marks=marks)
    drawn = svg.drawing(Timeline("", 2.0, (row,)))
    (line,) = drawn.lines
    assert [(sign.mark, sign.x) for sign in line.signs] == [("[", "25%"), ("T", "50%"), ("]", "75%")]
    assert drawn.ends == {"took": "[", "timed-out": "T", "gave-back": "]"}
