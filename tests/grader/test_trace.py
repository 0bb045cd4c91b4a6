"""Traces: order, gaps, spans, overlaps and peaks, against a plain reading of the same events."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.kinds import Ending, EventKind
from grader.record.seconds import Seconds, watch
from grader.record.trace import Event, Raised, Span, Trace, Unseen, call_text

words = st.sampled_from(["a", "b", "c {", "{}", "é"])
printed = st.lists(st.tuples(st.integers(0, 50), words), max_size=12).map(lambda rows: sorted(rows, key=lambda r: r[0]))
lengths = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 10), st.sampled_from(["f", "g"])), max_size=10)


def trace_of(lines: list[tuple[int, str]] = [], spans: tuple[Span, ...] = (), noise: float = 0.0, **more: Any) -> Trace:  # noqa: B006
    source = object()

    def at(value: float) -> Seconds:
        return Seconds(value, noise, source=source)

    return Trace(
        tuple(Event(at(when), EventKind.LINE, text) for when, text in lines), spans, at(60), Ending.RETURNED, **more
    )


def span(start: float, end: float, name: str = "f", args: tuple[Any, ...] = ()) -> Span:
    return Span(name, Seconds(start), Seconds(end), args)


def spans_of(rows: list[tuple[int, int, str]]) -> tuple[Span, ...]:
    return tuple(span(start, start + length, name) for start, length, name in sorted(rows))


@given(printed)
def test_lines_come_in_the_order_they_were_printed(rows: list[tuple[int, str]]) -> None:
    trace = trace_of(rows)
    assert trace.lines == trace.order() == [text for _, text in rows]


@given(printed, words, st.integers(0, 3))
def test_at_is_the_nth_time_or_unseen(rows: list[tuple[int, str]], text: str, nth: int) -> None:
    trace, times = trace_of(rows), [when for when, line in rows if line == text]
    if nth < len(times):
        assert trace.at(text, nth) == times[nth]
        assert str(trace.at(text, nth)) == f"{text!r} came at {times[nth]:.2f} s"
        return
    with pytest.raises(Unseen) as caught:
        trace.at(text, nth)
    said = {0: "was never printed", 1: "was printed only once", 2: "was printed twice", 3: "was printed 3 times"}
    assert str(caught.value) == f"the line {text!r} {said[len(times)]}"


@given(printed.filter(bool), st.data())
def test_a_gap_is_the_difference_and_names_both_lines(rows: list[tuple[int, str]], data: st.DataObject) -> None:
    trace, pick = trace_of(rows), st.sampled_from([text for _, text in rows])
    earlier, later = data.draw(pick), data.draw(pick)
    first = {text: when for when, text in reversed(rows)}
    assert trace.gap(earlier, later) == first[later] - first[earlier]
    assert trace.gap(earlier, later) == -trace.gap(later, earlier)
    length = f"{first[later] - first[earlier]:.2f}"
    assert str(trace.gap(earlier, later)) == f"{later!r} came {length} s after {earlier!r}"
    assert trace.span(earlier, later).seconds == trace.gap(earlier, later)


def test_which_of_two_lines_came_first_is_never_in_doubt_and_how_long_after_is() -> None:
    trace = trace_of([(1, "a"), (2, "b")], noise=5.0)
    with watch() as doubts:
        assert trace.at("a") < trace.at("b") <= trace.elapsed
    assert doubts == []
    with watch() as doubts:
        assert trace.gap("a", "b") > 0.5
    assert len(doubts) == 1


@given(lengths)
def test_the_peak_is_the_most_that_any_moment_has(rows: list[tuple[int, int, str]]) -> None:
    trace = trace_of(spans=spans_of(rows))
    moments = [quarter / 4 for quarter in range(130)]
    for names in ((), ("f",), ("g",), ("f", "g")):
        wanted = [row for row in rows if not names or row[2] in names]
        most = max(sum(start < now < start + length for start, length, _ in wanted) for now in moments)
        assert trace.peak(*names) == most


@given(lengths)
def test_overlaps_is_symmetric_and_agrees_with_the_peak(rows: list[tuple[int, int, str]]) -> None:
    found = spans_of(rows)
    pairs = list(itertools.combinations(found, 2))
    assert all(left.overlaps(right) is right.overlaps(left) for left, right in pairs)
    for left, right in pairs:
        assert left.overlaps(right) is (trace_of(spans=(left, right)).peak() == 2)


def test_touching_is_not_overlapping() -> None:
    first, second = span(0, 1), span(1, 2)
    assert not first.overlaps(second)
    assert trace_of(spans=(first, second)).peak() == 1


def test_a_peak_of_nothing_is_zero() -> None:
    assert trace_of().peak() == trace_of(spans=(span(0, 1),)).peak("other") == 0


def test_calls_are_chosen_by_name_and_arguments() -> None:
    first, second, third = span(0, 1, "f", ("a",)), span(1, 2, "f", ("b", 1)), span(2, 3, "g")
    trace = trace_of(spans=(first, second, third))
    assert trace.calls() == (first, second, third)
    assert trace.calls("f") == (first, second)
    assert trace.call("f", "b", 1) is second
    assert trace.call("g") is third


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("h",), "h() was never called"),
        (("f", "z"), "f(z) was never called"),
        (("f", {"a": 1}), "f({'a': 1}) was never called"),
        (("f",), "f() was called twice"),
    ],
)
def test_a_call_that_is_not_the_one_says_so(arguments: tuple[Any, ...], message: str) -> None:
    trace = trace_of(spans=(span(0, 1, "f", ("a",)), span(1, 2, "f", ("b",))))
    with pytest.raises(Unseen, match=r".") as caught:
        trace.call(*arguments)
    assert str(caught.value) == message


def test_order_names_what_happened_even_with_braces_in_it() -> None:
    events = [
        (EventKind.CALL, "f({'a': 1})"), (EventKind.LINE, "{}"),
        (EventKind.REPLY, "f({'a': 1})"), (EventKind.NOTE, "wrote"),
    ]  # fmt: skip
    trace = Trace(tuple(Event(Seconds(0), kind, name) for kind, name in events), (), Seconds(1), Ending.RETURNED)
    assert trace.order() == ["f({'a': 1}) begins", "{}", "f({'a': 1}) ends", "wrote"]
    assert [event.name for event in trace.notes("wrote")] == ["wrote"]


def test_a_span_tells_its_length_even_with_braces_in_it() -> None:
    assert str(span(0, 2, "f", ({"a": 1},)).seconds) == "f({'a': 1}) took 2.00 s"


def test_long_arguments_are_shortened() -> None:
    assert str(span(0, 1, "f", ("x" * 100,))) == f"f({'x' * 39}…)"


@pytest.mark.parametrize(
    ("raised", "text"),
    [
        (Raised("KeyError", "'a'", 12), "KeyError: 'a' at line 12"),
        (Raised("ValueError", ""), "ValueError"),
        (Raised("ValueError", "", 3), "ValueError at line 3"),
    ],
)
def test_an_exception_is_told_with_its_line(raised: Raised, text: str) -> None:
    assert str(raised) == text


def test_a_call_is_told_on_one_line_whatever_it_was_called_with() -> None:
    assert call_text("send", ["two\nlines", "a\x1b[31m"], {}) == "send(two\\nlines, a\\x1b[31m)"
