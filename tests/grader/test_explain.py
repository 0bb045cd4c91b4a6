"""What is said of a program, given what was seen inside it. The messages are a stranger's: none of it is trusted."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.explain.read import explain
from grader.explain.seen import GRADED, DoubleCall
from grader.kinds import CallOutcome, FindingKind, MarkKind, SegmentState
from grader.result import Finding, Place, Segment, Timeline

START = 1000.0
SOURCE = """\
import asyncio, time

async def task_a():
    time.sleep(1)

async def task_b():
    time.sleep(1)
    for line in open("täler"): time.sleep(1.5)
    with_many_arguments(first_argument_of_it=1, second_argument_of_it=2, third_argument_of_it=3)
"""


def told(messages: Sequence[Mapping[str, object]], *, seconds: float = 10.0) -> tuple[Timeline, tuple[Finding, ...]]:
    return explain(messages, start=START, end=START + seconds, source=SOURCE, title="both at once")


def steps(
    opened: Sequence[tuple[int, int, str, float]],
    ran: Sequence[tuple[int, float, float]] = (),
    closed: Sequence[tuple[int, float]] = (),
    **more: Any,
) -> dict[str, object]:
    """Times count from the start."""
    return {
        "kind": "steps",
        "opened": [[row, task, label, label, START + at] for row, task, label, at in opened],
        "ran": [[row, START + start, START + end] for row, start, end in ran],
        "closed": [[row, START + at] for row, at in closed],
        **more,
    }


def held(start: float, *parts: list[Any], is_open: bool = False, task: int = 1) -> dict[str, object]:
    """Each part begins with its start and end, counted from the start of the run."""
    return {
        "kind": "held",
        "start": START + start,
        "end": START + parts[-1][1],
        "open": is_open,
        "task": task,
        "parts": [[START + part[0], START + part[1], *part[2:]] for part in parts],
    }


def sleep_in(function: str, line: int, start: float, end: float, how: str = "blocked") -> list[Any]:
    return [start, end, line, 4, line, 17, function, function, how]


FINISHED = {"kind": "finished"}
TASK_GROUP = "async with asyncio.TaskGroup(), line 1"
SPOTS = [[1, 9, 4, 9, 97], [2, 7, 4, 7, 17]]


def test_a_row_runs_and_waits_by_turns() -> None:
    timeline, _ = told([steps([(1, 1, "fetch", 1.0)], [(1, 1.0, 2.0), (1, 4.0, 5.0)], [(1, 6.0)])])
    assert timeline.title == "both at once"
    assert timeline.elapsed_s == 10.0
    (row,) = timeline.rows
    assert row.label == "fetch"
    assert row.segments == (
        Segment(1.0, 2.0, SegmentState.RUNNING),
        Segment(2.0, 4.0, SegmentState.WAITING),
        Segment(4.0, 5.0, SegmentState.RUNNING),
        Segment(5.0, 6.0, SegmentState.WAITING),
    )


@pytest.mark.parametrize(
    ("line", "spot", "text"),
    [
        ("    await asyncio.sleep(1)", (4, 26), "asyncio.sleep(1), line 1"),
        ("    value = await queue.get()", (12, 29), "queue.get(), line 1"),
        # The whole statement up to Python 3.12, the context manager alone from 3.13 on.
        ("    async with lock as held: pass", (4, 33), "async with lock, line 1"),
        ("    async with lock as held: pass", (15, 19), "async with lock, line 1"),
        ("    async with asyncio.TaskGroup() as group:\n" + 9 * "        await something()\n", (4, 24), TASK_GROUP),
        ("    async for x in gen(): pass", (4, 30), "async for x in gen(), line 1"),
        ("    await x", (None, None), ""),
        ("    await x", (40, 50), ""),
    ],
)
def test_a_waiting_stretch_says_what_it_awaited(line: str, spot: tuple[int, int], text: str) -> None:
    waits: dict[str, Any] = {"waits": [[1, START + 1.0, 7]], "spots": [[7, 1, spot[0], 1, spot[1]]]}
    timeline, _ = explain(
        [steps([(1, 1, "fetch", 1.0)], [(1, 1.0, 1.0)], **waits)], start=START, end=START + 5, source=line, title=""
    )
    assert timeline.rows[0].segments[-1] == Segment(1.0, 5.0, SegmentState.WAITING, awaits=text)


def test_a_waiting_stretch_ends_where_something_else_is_awaited() -> None:
    changes = ((1.0, 1), (1.01, 2), (5.0, 1), (7.0, 2), (7.01, 1))
    waits: dict[str, Any] = {"waits": [[1, START + at, spot] for at, spot in changes], "spots": SPOTS}
    timeline, _ = told([steps([(1, 1, "fetch", 1.0)], [(1, 1.0, 1.0)], [(1, 9.0)], **waits)])
    assert timeline.rows[0].segments[1:] == (
        Segment(1.0, 5.0, SegmentState.WAITING, awaits="time.sleep(1), line 7"),
        Segment(5.0, 9.0, SegmentState.WAITING, awaits="with_many_arguments(…), line 9"),
    )


def test_a_row_that_was_never_closed_lasts_until_the_end() -> None:
    timeline, _ = told([steps([(1, 1, "fetch", 1.0)])])
    assert timeline.rows[0].segments == (Segment(1.0, 10.0, SegmentState.WAITING),)


def test_the_entry_is_left_out_when_it_only_waited() -> None:
    waited, _ = told([steps([(1, 1, "main", 0.0), (2, 2, "fetch", 0.1)])])
    assert [row.label for row in waited.rows] == ["fetch"]
    worked, _ = told([steps([(1, 1, "main", 0.0), (2, 2, "fetch", 0.1)], [(1, 0.0, 1.0)])])
    assert [row.label for row in worked.rows] == ["main", "fetch"]


def test_rows_of_one_label_are_numbered_in_the_order_they_were_seen() -> None:
    timeline, _ = told([steps([(1, 1, "main", 0.0), (3, 3, "fetch", 0.2), (2, 2, "fetch", 0.1), (4, 4, "save", 0.3)])])
    assert [row.label for row in timeline.rows] == ["fetch 1", "fetch 2", "save"]
    assert timeline.rows[0].segments[0].start_s == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("arguments", "labels"),
    [
        ([["door=1"], ["door=2"]], ["move(door=1)", "move(door=2)"]),
        ([["", "oslo"], ["", "rome"]], ["move(oslo)", "move(rome)"]),
        ([["oslo", "n=1"], ["oslo", "n=2"]], ["move(n=1)", "move(n=2)"]),
        ([["oslo"], ["oslo"]], ["move 1", "move 2"]),
        ([["oslo"], []], ["move 1", "move 2"]),
        ([["oslo"], ["\x1b[31m" + 99 * "x"]], ["move(oslo)", "move([31m" + 30 * "x" + "…"]),
    ],
)
def test_rows_of_one_function_are_told_apart_by_an_argument(arguments: list[list[str]], labels: list[str]) -> None:
    told_of = [[number, texts] for number, texts in enumerate(arguments, 2)]
    opened = [(1, 1, "main", 0.0), (2, 2, "move", 0.1), (3, 3, "move", 0.2)]
    timeline, _ = told([steps(opened, arguments=told_of)])
    assert [row.label for row in timeline.rows] == labels
    assert {row.name for row in timeline.rows} == {"move"}


def test_a_row_that_could_run_and_did_not_is_ready() -> None:
    # A moment is no more than anybody's turn takes.
    ready = [[1, START + 1.2, START + 1.24], [1, START + 2.0, START + 4.0]]
    timeline, _ = told([steps([(1, 1, "fetch", 0.0)], [(1, 0.0, 1.0), (1, 4.0, 5.0)], [(1, 5.0)], ready=ready)])
    assert timeline.rows[0].segments == (
        Segment(0.0, 1.0, SegmentState.RUNNING),
        Segment(1.0, 2.0, SegmentState.WAITING),
        Segment(2.0, 4.0, SegmentState.READY),
        Segment(4.0, 5.0, SegmentState.RUNNING),
    )


def test_lines_are_marked_on_the_coroutine_that_printed_them() -> None:
    opened = [(1, 1, "main", 0.0), (2, 2, "fetch", 0.1), (3, 3, "fetch", 0.1)]
    printed = [[3, "fetch", START + 2.0], [3, "fetch", START + 1.0], [2, "elsewhere", START + 3.0]]
    timeline, _ = told([steps(opened, printed=printed, ended=[[3, START + 4.0, "raised"], [2, START, "well"]])])
    assert [[(mark.at_s, mark.kind) for mark in row.marks] for row in timeline.rows] == [
        [],
        [(1.0, MarkKind.PRINTED), (2.0, MarkKind.PRINTED), (4.0, MarkKind.RAISED)],
    ]


def test_the_entry_has_a_row_when_it_printed_something() -> None:
    opened = [(1, 1, "main", 0.0), (2, 2, "fetch", 0.1)]
    timeline, _ = told([steps(opened, printed=[[1, "main", START + 9.0]])])
    assert [row.label for row in timeline.rows] == ["main", "fetch"]


def test_a_loop_that_only_a_busy_machine_held_is_no_finding_and_is_drawn_as_running() -> None:
    busy = {**held(0.0, sleep_in("task_a", 4, 0.0, 0.3)), "kept": 0.26}
    own = {**held(1.0, sleep_in("task_b", 7, 1.0, 1.4)), "kept": 0.1}
    timeline, findings = told([busy, FINISHED])
    assert findings == ()
    (drawn,) = timeline.rows[0].segments
    assert (drawn.state, drawn.held_by) == (SegmentState.RUNNING, "")
    assert len(told([own, FINISHED])[1]) == 1


def test_what_the_machine_lost_of_the_whole_run_is_not_held_against_it() -> None:
    messages: list[Mapping[str, object]] = [held(0.0, sleep_in("task_a", 4, 0.0, 0.3)), FINISHED]
    for noise_s, number in ((0.2, 1), (0.28, 0)):
        _, findings = explain(messages, start=START, end=START + 9, source=SOURCE, title="", noise_s=noise_s)
        assert len(findings) == number


def test_a_short_hold_comes_after_what_is_certain() -> None:
    never = {"kind": "never-awaited", "function": "sleep", "line": 4, "caller": "task_a"}
    for seconds, first in ((0.1, "never-awaited"), (0.5, "blocking-call")):
        _, findings = told([held(0.0, sleep_in("task_b", 7, 0.0, seconds)), never, FINISHED])
        assert findings[0].kind == first
        assert len(findings) == 2


def test_too_many_rows_of_a_loop_become_one() -> None:
    opened = [(n, 1, "fetch", n * 0.1) for n in range(2, 40)]
    closed = [(n, n * 0.1 + 0.1) for n in range(2, 40)]
    timeline, _ = told([steps([(1, 1, "main", 0.0), *opened], [], closed)])
    assert [row.label for row in timeline.rows] == ["fetch"]
    assert timeline.omitted_rows == 0


def test_rows_beyond_the_most_are_counted() -> None:
    opened = [(n, n, "fetch", n * 0.1) for n in range(1, 40)]
    timeline, _ = told([steps(opened, dropped_rows=5)])
    assert len(timeline.rows) == GRADED.rows
    assert timeline.omitted_rows == 38 - GRADED.rows + 5


def test_a_flickering_row_has_few_segments() -> None:
    ran = [(1, n * 0.01, n * 0.01 + 0.003) for n in range(1000)]
    timeline, _ = told([steps([(1, 1, "poll", 0.0)], ran)])
    segments = timeline.rows[0].segments
    assert len(segments) <= GRADED.segments
    assert segments[-1].end_s == 10.0


def test_the_same_call_in_two_places_is_one_finding() -> None:
    _, findings = told(
        [
            held(1.0, sleep_in("task_b", 7, 1.0, 2.004), task=2),
            held(0.0, sleep_in("task_a", 4, 0.0, 1.001)),
            FINISHED,
        ]
    )
    assert findings == (
        Finding(
            FindingKind.BLOCKING_CALL,
            "time.sleep(1) held the event loop for 1.00 s, twice",
            (Place(4, "task_a", "time.sleep(1)"), Place(7, "task_b", "time.sleep(1)")),
            seconds=2.005,
            count=2,
        ),
    )


def test_two_places_in_one_step_are_two_holds() -> None:
    _, findings = told([held(0.0, sleep_in("task_a", 4, 0.0, 1.0), sleep_in("task_b", 7, 1.0, 2.0)), FINISHED])
    assert [finding.text for finding in findings] == ["time.sleep(1) held the event loop for 1.00 s, twice"]


def test_holds_of_different_lengths_are_summed() -> None:
    parts = [(0.0, 0.1), (1.0, 1.5), (2.0, 2.2)]
    _, findings = told([held(start, sleep_in("task_a", 4, start, end)) for start, end in parts] + [FINISHED])
    assert [finding.text for finding in findings] == ["time.sleep(1) held the event loop for 0.80 s in all, 3 times"]


def test_a_hold_is_drawn_on_the_coroutine_that_held() -> None:
    timeline, _ = told([steps([(1, 1, "main", 0.0)]), held(0.0, sleep_in("task_a", 4, 0.0, 1.0)), FINISHED])
    assert [row.label for row in timeline.rows] == ["task_a"]
    assert timeline.rows[0].segments == (Segment(0.0, 1.0, SegmentState.RUNNING, held_by="time.sleep(1), line 4"),)


def test_a_later_report_of_a_hold_replaces_the_earlier_even_when_they_cross() -> None:
    final = held(0.0, sleep_in("task_a", 4, 0.0, 1.0))
    early = held(0.0, sleep_in("task_a", 4, 0.0, 0.4), is_open=True)
    for messages in ([early, final], [final, early]):
        _, findings = told([*messages, FINISHED])
        assert [finding.text for finding in findings] == ["time.sleep(1) held the event loop for 1.00 s"]


def test_a_hold_that_was_never_over_lasts_until_the_end() -> None:
    timeline, findings = told([held(1.0, sleep_in("task_a", 4, 1.0, 3.0), is_open=True)])
    assert [each.text for each in findings] == [
        "time.sleep(1) held the event loop for 9.00 s, until the program was stopped"
    ]
    assert timeline.rows[0].segments == (Segment(1.0, 10.0, SegmentState.RUNNING, held_by="time.sleep(1), line 4"),)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        # Columns count bytes: the ä is two.
        ([8, 31, 8, 46, "task_b", "task_b", "blocked"], "for line in open("),
        ([8, 32, 8, 47, "task_b", "task_b", "blocked"], "time.sleep(1.5) held"),
        ([8, 16, 8, 20, "task_b", "task_b", "blocked"], 'for line in open("täler"): time.sleep(1.5) held'),
        ([9, 4, 9, 97, "task_b", "task_b", "blocked"], "with_many_arguments(…) held"),
        ([4, 4, 4, 17, "task_a", "task_a", "computing"], "time.sleep(1) held"),
        ([4, 4, 4, 8, "task_a", "task_a", "computing"], "the computation in task_a held"),
        ([4, 4, 4, 17, "task_a", "task_a", "mixed"], "the computation in task_a held"),
        ([3, None, None, None, "task_a", "task_a", "unseen"], "task_a held"),
        ([None, None, None, None, "time.sleep", "", "unseen"], "time.sleep held"),
        ([999, 4, 999, 9, "task_a", "task_a", "blocked"], "task_a held"),
    ],
)
def test_what_held_is_quoted_or_named(part: list[Any], text: str) -> None:
    _, findings = told([held(0.0, [0.0, 1.0, *part]), FINISHED])
    assert findings[0].text.startswith(text)


def test_what_never_ran_is_named_as_the_line_has_it() -> None:
    notes: list[dict[str, object]] = [
        {"kind": "never-awaited", "function": "sleep", "line": 4, "caller": "task_a"},
        {"kind": "never-awaited", "function": "main.<locals>.inner", "line": 1, "caller": "main"},
        {"kind": "never-awaited", "function": "lost", "line": None, "caller": ""},
    ]
    _, findings = told([*notes, FINISHED])
    assert [(finding.text, finding.places) for finding in findings] == [
        ("time.sleep was called but never awaited", (Place(4, "task_a", "time.sleep(1)"),)),
        ("inner was called but never awaited", (Place(1, "main", "import asyncio, time"),)),
        ("lost was called but never awaited", ()),
    ]


def test_lost_exceptions_and_pending_tasks_are_told_in_words() -> None:
    lost = {"kind": "lost-exception", "error": "ValueError", "message": "disk full", "line": 4, "function": "save"}
    _, findings = told(
        [
            {**lost, "task": "save", "named": False},
            {**lost, "task": "saver", "named": True},
            {**lost, "task": "", "message": ""},
            {"kind": "left-pending", "task": "poll", "line": 7, "function": "poll"},
            FINISHED,
        ]
    )
    assert [(finding.kind, finding.text) for finding in findings] == [
        ("lost-exception", "task save() raised ValueError: disk full, and nobody looked"),
        ("lost-exception", "task saver raised ValueError: disk full, and nobody looked"),
        ("lost-exception", "a future got ValueError, and nobody looked"),
        ("left-pending", "task poll was still pending at the end"),
    ]
    assert findings[-1].places == (Place(7, "poll", "time.sleep(1)"),)


def test_a_stopped_program_is_told_where_it_waited_but_a_finished_one_is_not() -> None:
    opened = steps([(1, 1, "main", 0.0), (2, 2, "worker", 0.1)], waits=[[1, START, 1], [2, START, 2]], spots=SPOTS)
    _, findings = told([opened])
    assert findings == (
        Finding(
            FindingKind.LEFT_PENDING,
            "worker was still waiting when the program was stopped",
            (Place(7, "worker", "time.sleep(1)"),),
        ),
    )
    assert told([opened, FINISHED])[1] == ()


def test_times_outside_the_run_are_brought_inside() -> None:
    timeline, _ = told([steps([(1, 1, "fetch", -50.0)], [(1, -40.0, 1.0), (1, 9.0, 70.0)], [(1, 90.0)])])
    assert timeline.rows[0].segments == (
        Segment(0.0, 1.0, SegmentState.RUNNING),
        Segment(1.0, 9.0, SegmentState.WAITING),
        Segment(9.0, 10.0, SegmentState.RUNNING),
    )


def test_labels_are_one_clean_line() -> None:
    nasty = "\x1b[31mred\x00\n\u202eright-to-left" + "x" * 10_000
    timeline, findings = told(
        [
            steps([(1, 1, nasty, 0.0)]),
            {"kind": "lost-exception", "error": "Odd", "message": nasty, "task": nasty},
            FINISHED,
        ]
    )
    assert timeline.rows[0].label.startswith("[31mred right-to-left")
    for text in (timeline.rows[0].label, findings[0].text):
        assert len(text) < 300
        assert not [each for each in text if unicodedata.category(each)[0] == "C"]


KINDS = ["steps", "held", "never-awaited", "lost-exception", "left-pending", "finished", "else"]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 12)
    | st.sampled_from([10**30, -(10**400), START, START + 1, START + 2.5, START + 99])
    | st.floats()
    | st.sampled_from(["", "main", "fetch", "blocked", "computing", "mixed", "unseen"])
    | st.text(max_size=8)
)
ITEMS = st.lists(SCALARS, min_size=2, max_size=5) | st.lists(SCALARS, min_size=9, max_size=9)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3)
)
FIELDS = ["opened", "ran", "closed", "waits", "spots", "dropped_rows", "start", "end", "open", "task", "parts"]
FIELDS += ["function", "line", "caller", "error", "message", "named", "arguments", "ready", "ended", "printed", "kept"]
MESSAGES = st.builds(
    lambda kind, fields: {**fields, "kind": kind},
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(FIELDS), st.lists(ITEMS, max_size=4) | ANYTHING, max_size=8),
)


@settings(max_examples=300, deadline=None)
@given(messages=st.lists(MESSAGES | ANYTHING, max_size=8), seconds=st.sampled_from([0.0, 0.5, 10.0]))
def test_whatever_the_messages_hold_the_answer_is_sound(messages: list[Any], seconds: float) -> None:
    timeline, findings = told(messages, seconds=seconds)
    assert len(timeline.rows) <= GRADED.rows
    assert len(findings) <= GRADED.findings
    for row in timeline.rows:
        assert len(row.segments) <= GRADED.segments
        at = 0.0
        for segment in row.segments:
            assert at <= segment.start_s <= segment.end_s <= seconds
            assert segment.state in ("running", "waiting")
            at = segment.end_s
    for finding in findings:
        assert finding.kind in ("blocking-call", "never-awaited", "lost-exception", "left-pending")
        assert "\n" not in finding.text
        assert len(finding.text) < 400
        assert len(finding.places) <= GRADED.places
        assert all(place.line > 0 for place in finding.places)
    json.dumps([row.label for row in timeline.rows], allow_nan=False)


def test_a_flood_is_read_in_a_moment() -> None:
    many = [steps([(n, n, "x", 0.0)], [(n, 0.0, 1.0)] * 100) for n in range(1, 3000)]
    parts = [sleep_in(f"f{n}", 4, 0.0, 1.0) for n in range(40)]
    timeline, findings = told([*many, *(held(n / 1000, *parts, task=n) for n in range(5000))])
    assert len(timeline.rows) == GRADED.rows
    assert len(findings) <= GRADED.findings


def test_who_awaits_the_one_that_holds_is_drawn_as_running() -> None:
    rows = [(1, 1, "main", 0.0), (2, 2, "tend", 0.0), (3, 2, "water", 0.0)]
    part = sleep_in("water", 4, 0.2, 0.8)
    timeline, _ = told([steps(rows), held(0.2, part, task=2), FINISHED])
    spans = {row.label: [s.state for s in row.segments if s.end_s - s.start_s > 0.1] for row in timeline.rows}
    assert spans["tend"] == spans["water"]
    assert "running" in spans["tend"]


# --- calls to replaced functions ------------------------------------------------------------------------------------


def call(text: str, start: float, end: float, outcome: CallOutcome = CallOutcome.REPLIED) -> DoubleCall:
    return DoubleCall(text.partition("(")[0], text, start, end, outcome)


def drawn(*calls: DoubleCall, messages: Sequence[Mapping[str, object]] = ()) -> Timeline:
    return explain(messages, start=START, end=START + 10, source=SOURCE, title="", calls=calls)[0]


def test_calls_are_rows_told_apart_by_their_arguments() -> None:
    main = steps([(1, 1, "main", 0.0)], closed=[(1, 5.0)])
    timeline = drawn(call("get(rome)", 2, 4, CallOutcome.CANCELLED), call("get(oslo)", 1, 3), messages=[main])
    assert [(row.label, row.outcome) for row in timeline.rows] == [
        ("main", None), ("get(oslo)", CallOutcome.REPLIED), ("get(rome)", CallOutcome.CANCELLED),
    ]  # fmt: skip
    assert timeline.rows[1].segments == (Segment(1, 3, SegmentState.WAITING, awaits="get(oslo)"),)


def test_calls_that_are_alike_are_numbered() -> None:
    timeline = drawn(call("get(oslo)", 1, 2), call("get(oslo)", 2, 3))
    assert [(row.label, row.name) for row in timeline.rows] == [
        ("get(oslo) 1", "get(oslo)"),
        ("get(oslo) 2", "get(oslo)"),
    ]


def test_of_many_calls_those_that_followed_each_other_share_a_row() -> None:
    three_at_once = [call(f"get({number})", number // 3, number // 3 + 1) for number in range(30)]
    timeline = drawn(*three_at_once)
    assert [row.label for row in timeline.rows] == ["get 1", "get 2", "get 3"]
    assert [len(row.segments) for row in timeline.rows] == [10, 10, 10]
    assert timeline.rows[0].segments[1] == Segment(1, 2, SegmentState.WAITING, awaits="get(3)")
    assert timeline.omitted_rows == 0


def test_of_very_many_calls_at_once_the_first_are_drawn_and_the_others_counted() -> None:
    timeline = drawn(*(call(f"get({number})", 1, 2) for number in range(100)))
    assert (len(timeline.rows), timeline.omitted_rows) == (12, 88)
