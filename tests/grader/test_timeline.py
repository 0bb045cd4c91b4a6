"""A drawn timeline fits its width and hides nothing that happened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.kinds import CallOutcome, MarkKind, SegmentState
from grader.report.timeline import LineKind, draw
from grader.result import Moment, Row, Segment, Timeline
from grader.text import width


def ran(start: float, end: float) -> Segment:
    return Segment(start, end, SegmentState.RUNNING)


def waited(start: float, end: float) -> Segment:
    return Segment(start, end, SegmentState.WAITING)


def run(*rows: Row, elapsed: float, omitted: int = 0) -> Timeline:
    return Timeline("a check", elapsed, rows, omitted)


def drawn(timeline: Timeline, columns: int = 77, *, unicode: bool = True) -> str:
    return "\n".join(line.text for line in draw(timeline, columns, unicode=unicode))


ONE_AFTER_THE_OTHER = run(Row("task_a", (ran(0, 1.004),)), Row("task_b", (ran(1.004, 2.008),)), elapsed=2.008)
TOGETHER = run(
    Row("task_a", (ran(0, 0.0003), waited(0.0003, 1.001), ran(1.001, 1.0012))),
    Row("task_b", (ran(0.0003, 0.0005), waited(0.0005, 1.0012), ran(1.0012, 1.0015))),
    elapsed=1.003,
)


def test_blocking_stands_out_as_solid_bars_one_after_the_other() -> None:
    assert drawn(ONE_AFTER_THE_OTHER) == (
        "task_a  ██████████████████████████████\n"
        "task_b                                ██████████████████████████████\n"
        "        0 s            0.5            1.0            1.5            2.0"
    )


def test_waiting_together_is_two_thin_lines_with_a_step_at_each_end() -> None:
    line = "█" + "─" * 58 + "█"
    axis = "        0 s         0.2         0.4         0.6         0.8         1.0"
    assert drawn(TOGETHER) == f"task_a  {line}\ntask_b  {line}\n{axis}"


def test_the_states_are_told_apart_in_ascii() -> None:
    picture = drawn(TOGETHER, unicode=False)
    assert picture.isascii()
    assert "#" + "-" * 58 + "#" in picture


def test_noise_of_a_few_milliseconds_does_not_change_the_picture() -> None:
    later = run(Row("task_a", (ran(0, 1.007),)), Row("task_b", (ran(1.007, 2.009),)), elapsed=2.009)
    assert drawn(later) == drawn(ONE_AFTER_THE_OTHER)


@pytest.mark.parametrize("at", [0.0, 0.333, 1.9999])
def test_a_step_too_short_for_a_cell_is_still_drawn(at: float) -> None:
    timeline = run(Row("main", (waited(0, at), ran(at, at + 0.00001), waited(at + 0.00001, 2))), elapsed=2)
    assert drawn(timeline).count("█") == 1


def called(label: str, start: float, end: float, outcome: CallOutcome) -> Row:
    return Row(label, (waited(start, end),), label, outcome)


@pytest.mark.parametrize("unicode", [True, False])
def test_a_call_has_a_mark_at_its_end_unless_it_was_answered(unicode: bool) -> None:
    timeline = run(
        called("get(oslo)", 0.5, 1, CallOutcome.REPLIED),
        called("get(rome)", 0.5, 1, CallOutcome.CANCELLED),
        called("get(bern)", 0.5, 0.5, CallOutcome.RAISED),
        called("get(graz)", 0.5, 2, CallOutcome.OPEN),
        elapsed=2,
    )
    oslo, rome, bern, graz, _ = (line.body for line in draw(timeline, 77, unicode=unicode))
    thin, cancelled = ("─", "✗") if unicode else ("-", "x")
    assert oslo.count(thin) > 10
    assert set(oslo) == set(graz) == {" ", thin}
    assert rome == oslo[:-1] + cancelled
    assert bern.strip() == "!"
    assert len(graz) > 2 * len(oslo.strip())


def test_what_held_the_event_loop_differs_from_what_ran() -> None:
    held = Segment(1.0, 1.5, SegmentState.RUNNING, held_by="time.sleep(0.5), line 3")
    row, _ = draw(run(Row("main", (ran(0.0, 0.5), waited(0.5, 1.0), held)), elapsed=2), 77)
    assert row.body.startswith("█")
    ((start, end),) = row.held
    assert set(row.body[start:end]) == {"▓"}
    assert "▓" not in row.body[:start]


def test_what_is_ready_differs_from_what_waits() -> None:
    ready = Segment(1.0, 2.0, SegmentState.READY)
    for unicode, glyph in ((True, "░"), (False, ":")):
        row, _ = draw(run(Row("main", (waited(0, 1), ready)), elapsed=2), 77, unicode)
        assert set(row.body[len(row.body) // 2 :]) == {glyph}
        assert glyph not in row.body[: len(row.body) // 2]


def test_what_happened_at_one_moment_is_marked_there() -> None:
    marks = (Moment(0.0, MarkKind.PRINTED), Moment(1.0, MarkKind.PRINTED), Moment(2.0, MarkKind.CANCELLED))
    row, _ = draw(run(Row("main", (waited(0, 2),), "main", marks=marks), elapsed=2), 77)
    cells = row.body
    assert (cells[0], cells[-1]) == ("•", "✗")
    assert [at for at, cell in enumerate(cells) if cell == "•"] == [0, len(cells) // 2]


def test_a_row_that_ticks_is_not_drawn_as_one_that_runs_all_the_time() -> None:
    ticks = tuple(
        each for n in range(40) for each in (ran(n / 20, n / 20 + 0.001), waited(n / 20 + 0.001, (n + 1) / 20))
    )
    row, _ = draw(run(Row("ticker", ticks), elapsed=2), 50)
    assert "█" not in row.body[1:-1]
    assert row.body.count("┼") > 20
    assert "┼" not in drawn(TOGETHER)


def test_while_one_row_holds_the_loop_the_column_is_shaded_in_all() -> None:
    held = Segment(0.5, 1.0, SegmentState.RUNNING, held_by="time.sleep(0.5), line 3")
    first, second, _ = draw(run(Row("hog", (waited(0, 0.5), held)), Row("other", (waited(0, 2),)), elapsed=2), 77)
    assert first.held == first.shaded == second.shaded
    assert second.held == ()


def test_rows_left_out_are_counted() -> None:
    many = run(*(Row(f"job-{n}", (ran(n, n + 1),)) for n in range(30)), elapsed=30, omitted=76)
    lines = draw(many, 77)
    assert [line.kind for line in lines].count(LineKind.ROW) == 16
    assert lines[-1].text == "… and 90 more rows"


def test_one_row_left_out_is_one_row() -> None:
    assert drawn(run(Row("a", (ran(0, 1),)), elapsed=1, omitted=1)).endswith("… and 1 more row")


def test_a_long_label_is_cut() -> None:
    timeline = run(Row("download_everything_from_everywhere", (ran(0, 1),)), elapsed=1)
    assert drawn(timeline, 60).startswith("download_everything…  █")
    assert drawn(timeline, 60, unicode=False).startswith("download_everythi...  #")


def test_wide_characters_keep_the_bars_aligned() -> None:
    first, second, _ = drawn(run(Row("日本", (ran(0, 1),)), Row("main", (ran(0, 1),)), elapsed=1)).splitlines()
    assert width(first.partition("█")[0]) == width(second.partition("█")[0])


def test_a_label_cannot_carry_escapes() -> None:
    assert drawn(run(Row("\x1b[31mred\x07\n", (ran(0, 1),)), elapsed=1)).startswith("red\\x07 ")


def test_a_run_of_milliseconds_is_told_in_milliseconds() -> None:
    axis = draw(run(Row("main", (ran(0, 0.0205),)), elapsed=0.0205), 77)[-1].body
    assert axis.split() == ["0", "ms", "5", "10", "15", "20"]


@pytest.mark.parametrize("timeline", [run(elapsed=1.0), run(Row("main", ()), elapsed=0.0)], ids=["no rows", "no time"])
def test_nothing_is_drawn_of_nothing(timeline: Timeline) -> None:
    assert draw(timeline, 77) == []


labels = st.text(max_size=30)
times = st.floats(0, 1e9)


@st.composite
def segments(draw_one: st.DrawFn) -> Segment:
    start, end = sorted((draw_one(times), draw_one(times)))
    return Segment(start, end, draw_one(st.sampled_from([SegmentState.RUNNING, SegmentState.WAITING])))


rows = st.builds(Row, labels, st.lists(segments(), max_size=4).map(tuple))


@given(
    timeline=st.builds(Timeline, labels, times, st.lists(rows, max_size=20).map(tuple), st.integers(0, 99)),
    columns=st.integers(25, 150),
    unicode=st.booleans(),
)
def test_any_timeline_fits_its_width_and_shows_every_running_row(
    timeline: Timeline, columns: int, unicode: bool
) -> None:
    lines = draw(timeline, columns, unicode=unicode)
    assert all(width(line.text) <= columns for line in lines)
    assert all(line.text.replace(" ", "").isprintable() for line in lines)
    for row, line in zip(timeline.rows, lines, strict=False):
        running = any(segment.state == "running" for segment in row.segments)
        if line.kind is LineKind.ROW:
            assert (("█" if unicode else "#") in line.body) == running


@given(elapsed=st.floats(0.01, 500), columns=st.integers(60, 110))
def test_the_picture_uses_the_width_there_is(elapsed: float, columns: int) -> None:
    (line, *_) = draw(run(Row("a", (ran(0, elapsed),)), elapsed=elapsed), columns)
    assert 0.75 * (min(columns, 103) - 6) <= width(line.body) <= columns


def test_a_lock_is_bracketed_where_it_is_held_and_a_limit_is_marked_where_it_was_reached() -> None:
    moments = (
        Moment(0.5, MarkKind.TOOK), Moment(1.5, MarkKind.GAVE_BACK), Moment(1.5, MarkKind.PRINTED),
        Moment(2.0, MarkKind.TIMED_OUT),
    )  # fmt: skip
    (line, *_) = draw(run(Row("a", (waited(0, 2.5),), marks=moments), elapsed=2.5), 60)
    assert [character for character in line.body if character != "─"] == ["[", "•", "T"]
