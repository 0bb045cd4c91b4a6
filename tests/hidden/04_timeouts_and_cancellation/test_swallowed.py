"""swallowed: a cancellation is noticed and passed on."""

from collections.abc import Mapping
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("TABLES", "LIMIT", "SECONDS", "copy", "main")

TABLES = fresh.words(5)
FIRST, BAD, INTERRUPTED, *_ = TABLES
DELAYS = dict(zip(TABLES, [0.2, 0.2, 1.6, 0.2, 0.3], strict=True))
AFTER = fresh.number(75, 95) / 100
WAIT = double("wait", delay=lambda seconds: seconds)


def copying(delays: Mapping[str, float], errors: Mapping[str, Exception]) -> Double:
    """copy, which takes these seconds for each table and fails for some."""
    return double("copy", delay=lambda table: delays[table], raises=lambda table: errors.get(table))


def stopped(tables: list[str], after: float, stay: float) -> dict[str, Any]:
    return {"tables": tables, "after": after, "stay": stay}


UNREADABLE = {BAD: OSError("bad sector")}

as_it_is = record(None)
whole = record("backup", TABLES, world={"copy": copying(dict.fromkeys(TABLES, 0.1), UNREADABLE)})
interrupted = record(
    "cancelled", WAIT, scenario=True, params=stopped(TABLES, AFTER, 0.9), world={"copy": copying(DELAYS, UNREADABLE)}
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
        f"the program stops, but when backup is cancelled during the third of five tables, it {told(ended.value)}"
    )
    assert started == TABLES[:3], (
        f"the program stops, but when backup is cancelled while it copies {INTERRUPTED}, "
        f"it goes on with {', '.join(started[3:])}"
    )


@points(1, "an unreadable table is skipped, and backup returns the number of copies")
def test_skipped(whole: Trace) -> None:
    outcome = {table: "cannot be read" if table == BAD else "copied" for table in TABLES}
    assert whole.lines == [f"{table}: {text}" for table, text in outcome.items()]
    assert whole.returned == len(TABLES) - 1, f"backup returned {whole.returned!r}; expected {len(TABLES) - 1}"
    copied = [call.args[0] for call in whole.calls("copy")]
    assert copied == TABLES, (
        f"expected each of {', '.join(TABLES)} to be copied once; copied: {', '.join(copied) or 'none'}"
    )


@points(1, "a cancellation cancels the copy under way, and no other table is copied", means="swallowed-cancellation")
def test_stops(interrupted: Trace) -> None:
    cancel = interrupted.notes("cancel")[0].at
    started = [call.args[0] for call in interrupted.calls("copy")]
    assert started == TABLES[:3], (
        f"when it was cancelled while it copied {INTERRUPTED}, backup went on with {', '.join(started[3:])}"
    )
    under_way = interrupted.call("copy", INTERRUPTED)
    assert under_way.outcome == "cancelled", f"copy({INTERRUPTED}) was not cancelled"
    late = under_way.end - cancel
    assert late < 0.45, f"copy({INTERRUPTED}) went on for {late:.2f} s after the cancellation"


@points(1, "the table under way is printed as incomplete, and no other")
def test_line(interrupted: Trace) -> None:
    assert interrupted.lines == [f"{FIRST}: copied", f"{BAD}: cannot be read", f"{INTERRUPTED}: incomplete"]


ENDS = {"was cancelled": "end as cancelled", "returned": "return"}


def told(how: str) -> str:
    """The end of a backup, as a verb."""
    return how if how in ("was cancelled", "returned") else f"raised {how}"


@points(2, "backup ends as cancelled when it is cancelled", means="swallowed-cancellation")
def test_told(interrupted: Trace) -> None:
    cancel, ended = interrupted.notes("cancel")[0].at, interrupted.notes("ended")[0]
    assert ended.value == "was cancelled", (
        f"cancelled at {cancel:.2f} s, backup {told(ended.value)} at {ended.at:.2f} s; expected it to end as cancelled"
    )
    late = ended.at - cancel
    assert late < 0.45, f"backup ended {late:.2f} s after the cancellation; expected at once"


# No sum of these falls on a round number: a program that looks now and then whether it is cancelled is late.
LENGTHS = st.integers(0, 200).map(lambda n: round(n * 0.01371 + 0.00019, 6)) | st.just(0.0)
BAD_SECTORS: dict[str, Exception] = {
    "OSError": OSError("bad sector"),
    "PermissionError": PermissionError("not yours"),
    "TimeoutError": TimeoutError("the disk does not answer"),
}


@points(1, "whenever a cancellation comes, backup ends at that moment")
@given(
    tables=st.lists(st.tuples(LENGTHS, st.sampled_from(["", "", *BAD_SECTORS])), min_size=1, max_size=5),
    place=st.integers(0, 5),
    share=st.integers(1, 99),
)
def test_any_moment(virtual: Virtual, tables: list[tuple[float, str]], place: int, share: int) -> None:
    place = min(place, len(tables))  # after the last table it is too late
    took = {f"T{n}": seconds for n, (seconds, _) in enumerate(tables, start=1)}
    errors = {f"T{n}": BAD_SECTORS[error] for n, (_, error) in enumerate(tables, start=1) if error}
    lengths = list(took.values())
    assume(place == len(tables) or lengths[place] > 0)
    cancelled_at = sum(lengths[:place]) + (lengths[place] if place < len(tables) else 1.0) * share / 100
    trace = virtual(
        "cancelled",
        WAIT,
        scenario=True,
        params=stopped(list(took), cancelled_at, 20.0),
        world={"copy": copying(took, errors)},
    )
    lines = [f"{table}: {'cannot be read' if table in errors else 'copied'}" for table in list(took)[:place]]
    lines += [f"{table}: incomplete" for table in list(took)[place : place + 1]]
    ended = trace.notes("ended")[0]
    expected = "was cancelled" if place < len(tables) else "returned"
    when = (
        f"when the tables take {', '.join(f'{seconds:.2f} s' for seconds in took.values())} and backup is cancelled "
        f"after {cancelled_at:.2f} s"
    )
    assert trace.lines == lines, f"{when}: expected {'; '.join(lines)}; printed: {'; '.join(trace.lines) or 'nothing'}"
    assert ended.value == expected, (
        f"{when}: backup {told(ended.value)} at {ended.at:.2f} s; expected it to {ENDS[expected]}"
    )
    calls = trace.calls("copy")
    assert len(calls) == min(place + 1, len(tables)), f"{when}: {len(calls)} tables were copied or begun"
    if expected == "was cancelled":
        assert ended.at < cancelled_at + 1e-4, (
            f"{when}: backup ended at {ended.at:.4f} s; expected {cancelled_at:.4f} s"
        )
        assert calls[-1].end < cancelled_at + 1e-4, f"{when}: the copy under way ended at {calls[-1].end:.4f} s"


OTHERS: list[Exception] = [ValueError("no table"), KeyError("column"), RuntimeError("locked"), EOFError("tape")]


@points(1, "backup raises any other exception of copy, and copies no other table", means="caught-too-much")
@given(before=st.integers(0, 2), delay=st.integers(0, 8), error=st.sampled_from(OTHERS))
def test_other_exception(virtual: Virtual, before: int, delay: int, error: Exception) -> None:
    tables = [f"T{n}" for n in range(1, before + 3)]
    world = {"copy": copying(dict.fromkeys(tables, delay + 0.17), {tables[before]: error})}
    trace = virtual("backup", tables, world=world, allow=["raise"])
    when = f"when copy({tables[before]}) raises {type(error).__name__}"
    assert trace.raised, f"{when}: backup returned {trace.returned!r}; expected it to raise that error"
    raised = [each.type for each in trace.raised.inner or (trace.raised,)]
    assert raised == [type(error).__name__], f"{when}: backup raised {', '.join(raised)}"
    begun = len(trace.calls("copy"))
    assert begun == before + 1, f"{when}: the backup went on with {begun - before - 1} more"
