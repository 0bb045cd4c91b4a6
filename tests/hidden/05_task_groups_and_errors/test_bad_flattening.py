"""bad_flattening: one plain error comes out of a task group, and its report still tells the whole story."""

import re

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("METERS", "fetch", "report", "decode", "read", "main")

METERS = fresh.words(4)
# Of different widths, and one of them below 0: a meter that was put in the wrong way round.
SHOWN = dict(
    zip(METERS, (str(fresh.number(*ends)) for ends in [(2, 9), (1000, 9999), (-90, -11), (100, 999)]), strict=True)
)
ILLEGIBLE = METERS[2]
GARBAGE = fresh.word()
# One meter is read before the failure; two others would be, while the report is being written.
DELAYS = dict(zip([ILLEGIBLE, *fresh.shuffled([*METERS[:2], METERS[3]])], [0.5, 0.2, 0.9, 1.2], strict=True))
WELL = dict(zip(METERS, fresh.delays(4, 0.2, 0.9, 0.2), strict=True))

as_it_is = record(None)
illegible = record(
    "main",
    world={
        "METERS": METERS,
        "fetch": double(
            "fetch",
            delay=lambda meter: DELAYS[meter],
            reply=lambda meter: GARBAGE if meter == ILLEGIBLE else SHOWN[meter],
        ),
        "report": double("report", delay=0.8),
    },
)
well = record(
    "make_bill",
    METERS,
    world={
        "fetch": double("fetch", delay=lambda meter: WELL[meter], reply=lambda meter: SHOWN[meter]),
        "report": double("report"),
    },
)


def outermost(text: str) -> str:
    """The line with the type and the text of the exception that was reported, not of one behind it."""
    lines = text.splitlines()
    begins = max((n for n, line in enumerate(lines) if line == "Traceback (most recent call last):"), default=-1)
    groups = max(
        (n for n, line in enumerate(lines) if line.endswith("+ Exception Group Traceback (most recent call last):")),
        default=-1,
    )
    if groups > begins:
        return next(
            (line.strip(" |") for line in lines[groups + 1 :] if re.match(r"  \\| \\w*Group", line)),
            "an ExceptionGroup",
        )
    return next((line for line in lines[begins + 1 :] if line and not line.startswith(" ")), "nothing")


def wanted(meter: str) -> str:
    return f"LookupError: the meter in the {meter} cannot be read"


def missing(text: str, garbage: str) -> list[str]:
    """The parts of the reason that a report has to show and does not."""
    lines = [line.lstrip(" |+-") for line in text.splitlines()]
    parts = {
        f"ValueError: invalid literal for int() with base 10: {garbage!r}": any(
            line.startswith("ValueError: ") and line.endswith(f": {garbage!r}") for line in lines
        ),
        "a line of decode": any(re.fullmatch(r"File .*, in decode", line) for line in lines),
        "a line of read": any(re.fullmatch(r"File .*, in read", line) for line in lines),
    }
    return [part for part, there in parts.items() if not there]


@points(1, "the program reports the ValueError of the hall's meter after 0.3 s", public=True)
def test_program(as_it_is: Trace, illegible: Trace) -> None:
    absent = missing("\n".join(as_it_is.lines), "4O7")
    assert not absent, f"expected a report that shows the ValueError; it lacks {', '.join(absent)}"
    # The other meters take 0.7 s. Whether they are waited for shows better with the times below.
    assert as_it_is.elapsed < 1.2
    absent = missing(str(illegible.call("report").args[0]), GARBAGE)
    assert not absent, (
        f"here it is complete, but the report about the meter in the {ILLEGIBLE} lacks {', '.join(absent)}"
    )


@points(1, "make_bill raises a plain LookupError, with the text that read gave it", means="uncaught-group")
def test_reported(illegible: Trace) -> None:
    found = outermost(str(illegible.call("report").args[0]))
    assert found == wanted(ILLEGIBLE), f"expected {wanted(ILLEGIBLE)!r}; the report ends in {found!r}"


@points(2, "the report shows the ValueError, and the lines of decode and read")
def test_whole_story(illegible: Trace) -> None:
    absent = missing(str(illegible.call("report").args[0]), GARBAGE)
    assert not absent, f"expected a report that shows the reason; it lacks {', '.join(absent)}"


@points(1, "make_bill raises at once, and stops reading the other meters")
def test_stopped(illegible: Trace) -> None:
    reported = illegible.call("report").start
    late = reported - illegible.call("fetch", ILLEGIBLE).end
    assert late < 0.5, (
        f"expected make_bill to raise when the meter in the {ILLEGIBLE} had been fetched, after "
        f"{DELAYS[ILLEGIBLE]} s; the report began {late:.2f} s later"
    )
    for meter in METERS:
        if DELAYS[meter] > DELAYS[ILLEGIBLE]:
            fetch = illegible.call("fetch", meter)
            assert fetch.outcome == "cancelled", (
                f"{meter} was read until {fetch.end:.2f} s; expected that to be stopped"
            )
            late = fetch.end - reported
            assert late < 0.5, f"the program stopped reading {meter} {late:.2f} s after the report had begun"


@points(1, "the meters are read at the same time, and the bill is their sum", means="sequential-await")
def test_well(well: Trace) -> None:
    assert well.returned == sum(map(int, SHOWN.values()))
    assert well.elapsed < max(WELL.values()) + 0.4


# In thousandths; some of the meters answer at the same moment.
TIMES = st.sampled_from([0, 1, 137, 713, 1713, 1714, 5003, 9001])


@points(1, "whichever meters cannot be read, the first one is reported in full")
@given(meters=st.lists(st.tuples(TIMES, st.sampled_from([True, False, False])), min_size=1, max_size=5))
def test_any_meter(virtual: Virtual, meters: list[tuple[int, bool]]) -> None:
    took = {f"room {n}": seconds / 1000 for n, (seconds, _) in enumerate(meters, start=1)}
    garbled = [meter for meter, (_, legible) in zip(took, meters, strict=True) if not legible]
    shown = {meter: f"{meter} kWh" if meter in garbled else str(n) for n, meter in enumerate(took, start=7)}
    trace = virtual(
        "main",
        world={
            "METERS": list(took),
            "fetch": double("fetch", delay=lambda meter: took[meter], reply=lambda meter: shown[meter]),
            "report": double("report", delay=20.0),
        },
    )
    when = "when " + ", ".join(
        f"{meter} {'cannot be read' if meter in garbled else 'is read'} after {seconds} s"
        for meter, seconds in took.items()
    )
    fetches = {fetch.args[0]: fetch for fetch in trace.calls("fetch")}
    assert sorted(fetches) == sorted(took), (
        f"{when}: expected every meter to be fetched; fetched: {', '.join(fetches) or 'none'}"
    )
    if not garbled:
        bill = f"the bill: {sum(map(int, shown.values()))}"
        assert trace.lines == [bill], f"{when}: expected {bill!r}; printed {', '.join(trace.lines) or 'nothing'}"
        return
    at = min(took[meter] for meter in garbled)
    first = [meter for meter in garbled if took[meter] == at]
    told = trace.call("report")
    found = outermost(str(told.args[0]))
    assert found in map(wanted, first), f"{when}: expected {wanted(first[0])!r}; the report ends in {found!r}"
    absent = min((missing(str(told.args[0]), shown[meter]) for meter in first), key=len)
    assert not absent, f"{when}: the report lacks {', '.join(absent)}"
    assert float(told.start) < at + 1e-4, f"{when}: the report began at {told.start:.3f} s; expected it at {at} s"
    for meter, fetch in fetches.items():
        assert float(fetch.end) < at + 1e-4, f"{when}: {meter} was read until {fetch.end:.3f} s"


@points(1, "a cancelled make_bill stops reading and ends as cancelled")
@given(
    patience=st.sampled_from([0, 4, 137, 1302]),
    before=st.integers(0, 2),
    legible=st.lists(st.booleans(), min_size=1, max_size=3),
)
def test_cancelled(virtual: Virtual, patience: int, before: int, legible: list[bool]) -> None:
    took = {f"room {n}": patience / (1000 * (n + 1)) for n in range(1, before + 1)}
    rest = {f"room {n}": patience / 1000 + n for n in range(before + 1, before + 1 + len(legible))}
    garbled = [room for room, readable in zip(rest, legible, strict=True) if not readable]
    trace = virtual(
        "called_off",
        double("wait", delay=lambda seconds: seconds),
        double("ended"),
        [*took, *rest],
        patience / 1000,
        scenario=True,
        world={
            "fetch": double(
                "fetch",
                delay=lambda meter: (took | rest)[meter],
                reply=lambda meter: "kWh" if meter in garbled else "10",
            )
        },
    )
    when = f"when make_bill is cancelled after {patience / 1000} s, while it reads {', '.join(rest)}"
    ended = trace.call("ended")
    assert ended.args[0] == "CancelledError", f"{when}: expected CancelledError; {ended.args[0]} came out of it"
    assert float(ended.start) < patience / 1000 + 1e-4, f"{when}: it ended only at {ended.start:.3f} s"
    for fetch in trace.calls("fetch"):
        assert float(fetch.end) < patience / 1000 + 1e-4, f"{when}: {fetch.args[0]} was read until {fetch.end:.3f} s"
