"""What a program tells of itself is kept in bounded memory, whatever it tells."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.explain.read import explain
from grader.tracing.collector import HOLDS, LIMITS, NOTES, PER_ROW, ROWS, STRETCHES, Collector


def steps(**lists: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"opened": [], "ran": [], "closed": [], "waits": [], "spots": []} | {
        "callbacks": [],
        "foreign": [],
    }
    return {"kind": "steps", "loop": 0, "dropped_rows": 0, "dropped_steps": 0, **empty, **lists}


def opened(row: int, at: float) -> list[Any]:
    return [row, row, "task", "task", at]


def rows(collector: Collector) -> list[int]:
    timeline, _ = explain(collector.messages(), start=0.0, end=1e6, source="", title="", limits=LIMITS, with_entry=True)
    return [round(row.segments[0].start_s) for row in timeline.rows]


def test_the_newest_rows_are_kept_and_those_that_have_not_ended() -> None:
    collector = Collector()
    collector.take(steps(opened=[opened(1, 1)]))
    for row in range(2, ROWS + 102):
        collector.take(steps(opened=[opened(row, row)], closed=[[row, row + 0.5]]))
    assert rows(collector) == [1, *range(103, ROWS + 102)]
    assert collector.losses() == [
        f"101 coroutines that had ended were forgotten: only the newest {ROWS} are kept",
    ]


def test_when_nothing_has_ended_it_is_the_newest_that_have_no_row() -> None:
    collector = Collector()
    collector.take(steps(opened=[opened(row, row) for row in range(1, ROWS + 4)]))
    assert rows(collector) == list(range(1, ROWS + 1))
    assert collector.losses() == [f"3 coroutines have no row: {ROWS} others had not ended when they began"]


def test_a_row_that_flickers_for_hours_is_drawn_more_coarsely_but_to_its_end() -> None:
    collector = Collector()
    collector.take(steps(opened=[opened(1, 0)]))
    for begin in range(0, 10 * PER_ROW, 100):
        seconds = range(begin, begin + 100)
        collector.take(
            steps(ran=[[1, at, at + 0.2] for at in seconds], waits=[[1, at + 0.2, at % 2] for at in seconds])
        )
    told: Any = collector.messages()[0]
    ran = told["ran"]
    assert len(ran) + len(told["waits"]) <= PER_ROW
    assert (ran[0][1], ran[-1][2]) == (0, 10 * PER_ROW - 0.8)


def test_all_rows_together_stay_in_their_bound() -> None:
    collector = Collector()
    collector.take(steps(opened=[opened(row, 0) for row in range(400)]))
    for at in range(600):
        collector.take(steps(ran=[[row, at, at + 0.1] for row in range(400)]))
    told: Any = collector.messages()[0]
    assert len(told["ran"]) <= STRETCHES
    assert collector.losses() == ["there were too many steps to keep them all: short ones are left out or drawn as one"]


def test_the_longest_holds_are_kept_and_the_first_notes() -> None:
    collector = Collector()
    for number in range(HOLDS + 10):
        held = {"kind": "held", "loop": 0, "start": number, "end": number + number / 1000, "open": False, "task": 1}
        collector.take({**held, "parts": []})
    for number in range(NOTES + 10):
        collector.take({"kind": "left-pending", "task": f"t{number}"})
    starts = [each["start"] for each in collector.messages() if each["kind"] == "held"]
    assert starts == list(range(10, HOLDS + 10))
    assert sum(each["kind"] == "left-pending" for each in collector.messages()) == NOTES
    assert collector.losses() == [f"the event loop was held 10 times more: only the longest {HOLDS} are kept"]


def test_rows_of_different_loops_are_different() -> None:
    collector = Collector()
    for loop in (0, 1):
        collector.take({**steps(opened=[opened(1, loop)], spots=[[1, 5, 0, 5, 9]], waits=[[1, loop, 1]]), "loop": loop})
    assert rows(collector) == [0, 1]
    told: Any = collector.messages()[0]
    assert [wait[0] for wait in told["waits"]] == [1, 2]
    assert len({wait[2] for wait in told["waits"]}) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=8,
)
KEYS = ["opened", "ran", "closed", "waits", "spots", "start", "end", "at", "open", "task", "parts", "path", "offset"]
KINDS = ["steps", "held", "start", "end", "file", "problem", "finished", "other"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), JSON), max_size=5), st.lists(st.sampled_from(KINDS), max_size=5))
def test_whatever_comes_is_taken_or_left(bodies: list[dict[str, Any]], kinds: list[str]) -> None:
    collector = Collector()
    for body, kind in zip(bodies, kinds, strict=False):
        collector.take({**steps(), **body, "kind": kind})
        collector.take({**body, "kind": kind})
    explain(collector.messages(), start=0.0, end=1.0, source="", title="", limits=LIMITS)
    assert isinstance(collector.losses(), list)
