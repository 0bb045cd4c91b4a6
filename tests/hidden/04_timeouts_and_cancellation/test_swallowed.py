"""swallowed: a cancellation is noticed and passed on."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, points, record

TABLES = fresh.words(5)
FIRST, BAD, INTERRUPTED, *_ = TABLES
DELAYS = dict(zip(TABLES, [0.2, 0.2, 1.6, 0.2, 0.3], strict=True))
AFTER = fresh.number(70, 95) / 100
WAIT = double("wait", delay=lambda seconds: seconds)


def copying(delays: Mapping[str, float], *bad: str) -> Double:
    """copy, which takes so long for each table and fails for the bad ones."""
    return double(
        "copy", delay=lambda table: delays[table], raises=lambda table: OSError("bad sector") if table in bad else None
    )


def stopped(tables: list[str], after: float, stay: float) -> dict[str, Any]:
    return {"tables": tables, "after": after, "stay": stay}


as_it_is = record(None)
whole = record("backup", TABLES, world={"copy": copying(dict.fromkeys(TABLES, 0.1), BAD)})
interrupted = record(
    "cancelled", WAIT, scenario=True, params=stopped(TABLES, AFTER, 0.9), world={"copy": copying(DELAYS, BAD)}
)


@points(1, "the program stops when the shop opens", public=True)
def test_program(as_it_is: Trace, interrupted: Trace) -> None:
    assert as_it_is.lines == [
        "customers: copied",
        "invoices: cannot be read",
        "orders: incomplete",
        "the shop opens before the backup is complete",
    ]
    assert 0.9 < as_it_is.elapsed < 1.6
    ended = interrupted.notes("ended")[0]
    started = [call.args[0] for call in interrupted.calls("copy")]
    assert ended.value == "was cancelled", (
        f"here the backup stops, but cancelled while the third of five tables is copied, it {ended.value}"
    )
    assert started == TABLES[:3], (
        f"here the backup stops, but cancelled while {INTERRUPTED} is copied, it goes on with {', '.join(started[3:])}"
    )


@points(1, "a table that cannot be read is skipped")
def test_skipped(whole: Trace) -> None:
    outcome = {table: "cannot be read" if table == BAD else "copied" for table in TABLES}
    assert whole.lines == [f"{table}: {text}" for table, text in outcome.items()]
    assert whole.returned == len(TABLES) - 1
    assert [call.args[0] for call in whole.calls("copy")] == TABLES


@points(1, "a backup that is cancelled copies nothing more", means="swallowed-cancellation")
def test_stops(interrupted: Trace) -> None:
    cancel = interrupted.notes("cancel")[0].at
    started = [call.args[0] for call in interrupted.calls("copy")]
    assert started == TABLES[:3], f"cancelled during {INTERRUPTED}, backup went on with {', '.join(started[3:])}"
    under_way = interrupted.call("copy", INTERRUPTED)
    assert under_way.outcome == "cancelled", f"the copy of {INTERRUPTED} was not cancelled"
    late = under_way.end - cancel
    assert late < 0.45, f"the copy of {INTERRUPTED} went on for {late:.2f} s after the cancellation"


@points(1, "the table under way is called incomplete, and no other")
def test_line(interrupted: Trace) -> None:
    assert interrupted.lines == [f"{FIRST}: copied", f"{BAD}: cannot be read", f"{INTERRUPTED}: incomplete"]


@points(2, "whoever cancels the backup is told that it was cancelled", means="swallowed-cancellation")
def test_told(interrupted: Trace) -> None:
    cancel, ended = interrupted.notes("cancel")[0].at, interrupted.notes("ended")[0]
    how = ended.value if ended.value in ("was cancelled", "returned") else f"raised {ended.value}"
    assert how == "was cancelled", (
        f"cancelled at {cancel:.2f} s, backup {how} at {ended.at:.2f} s; who cancelled it is not told so"
    )
    late = ended.at - cancel
    assert late < 0.3, f"backup ended {late:.2f} s after the cancellation"


@points(1, "wherever the cancellation comes, it ends the backup there")
@given(
    tables=st.lists(st.tuples(st.integers(1, 4), st.booleans()), min_size=1, max_size=5),
    after=st.integers(0, 10),
)
def test_anywhere(virtual: Virtual, tables: list[tuple[int, bool]], after: int) -> None:
    took = {f"T{n}": float(seconds) for n, (seconds, _) in enumerate(tables, start=1)}
    bad = [table for table, (_, fails) in zip(took, tables, strict=True) if fails]
    cancelled_at = after + 0.5
    trace = virtual(
        "cancelled",
        WAIT,
        scenario=True,
        params=stopped(list(took), cancelled_at, 20.0),
        world={"copy": copying(took, *bad)},
    )
    lines, now = [], 0.0
    for table, seconds in took.items():
        now += seconds
        if now > cancelled_at:
            lines.append(f"{table}: incomplete")
            break
        lines.append(f"{table}: {'cannot be read' if table in bad else 'copied'}")
    ended = trace.notes("ended")[0]
    expected = "was cancelled" if now > cancelled_at else "returned"
    when = (
        f"when tables take {', '.join(f'{s:g}' for s in took.values())} s and backup is cancelled at {cancelled_at} s"
    )
    assert trace.lines == lines, f"{when}: printed {'; '.join(trace.lines)}; expected {'; '.join(lines)}"
    assert ended.value == expected, f"{when}: it {ended.value} at {ended.at:g} s; expected that it {expected}"
