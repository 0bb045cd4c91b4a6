"""merge_streams: what comes first is given first, and whoever stops reading stops the asking."""

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, points, record

OFFICES = fresh.words(3)
FAULT = f"{fresh.word()} is closed"
WAIT = double("wait", delay=lambda seconds: seconds)

Town = Mapping[str, Sequence[tuple[float, str]]]
"""What each office reports: after how many seconds, and what."""


def town(plan: Sequence[Sequence[float]]) -> Town:
    """The three offices, in random order; each report is a new word."""
    return {
        office: [(seconds, fresh.word() + fresh.token()[:3]) for seconds in waits]
        for office, waits in zip(OFFICES, fresh.shuffled(plan), strict=True)
    }


def offices(plan: Town, *, end_s: float = 0.0, fails: tuple[str, int] | None = None) -> dict[str, Double]:
    """The world: ``end_s`` seconds after its last report an office answers None; one report fails."""

    def wait_s(office: str, number: int) -> float:
        return plan[office][number][0] if number < len(plan[office]) else end_s

    return {
        "next_report": double(
            "next_report",
            delay=wait_s,
            reply=lambda office, number: plan[office][number][1] if number < len(plan[office]) else None,
            raises=lambda office, number: OSError(FAULT) if fails == (office, number) else None,
        )
    }


def arrivals(plan: Town) -> dict[str, float]:
    """When each report comes if nobody holds anybody up."""
    found: dict[str, float] = {}
    for reports in plan.values():
        at = 0.0
        for seconds, report in reports:
            at += seconds
            found[report] = at
    return dict(sorted(found.items(), key=lambda item: item[1]))


# Arrivals 0.2 s apart: 0.2, 0.4, 0.6, 0.8, 1.0 and 1.2 s.
ALL = town([[0.2, 0.6, 0.4], [0.4, 0.6], [0.6]])
everything = record("evening", WAIT, OFFICES, scenario=True, world=offices(ALL, end_s=0.1))
# Two reports, then each of the offices is being asked for another one.
STOPPED = town([[0.2, 0.7], [0.4, 0.7], [0.9]])
stopped = record("evening", WAIT, OFFICES, 2, scenario=True, world=offices(STOPPED))
cancelled = record("evening", WAIT, OFFICES, 1000, 0.0, 0.6, scenario=True, world=offices(STOPPED))
FAILING = town([[0.2, 0.8], [0.5, 0.1], [0.9, 0.9]])
FAILING_OFFICE = next(office for office in OFFICES if FAILING[office][0][0] == 0.5)
failing = record("evening", WAIT, OFFICES, scenario=True, world=offices(FAILING, fails=(FAILING_OFFICE, 1)))

as_it_is = record(None)


def given_out(trace: Trace) -> list[str]:
    return [note.value for note in trace.notes("report")]


def ended(trace: Trace, how: str, at_s: float) -> None:
    """Reading ended like this, at that time, and from then on nobody was asked."""
    note = trace.notes("ended")[0]
    assert note.value == how, f"reading ended with {note.value!r}; expected {how!r}"
    assert at_s - 0.1 < note.at < at_s + 0.35, f"reading ended at {note.at:.2f} s; expected {at_s:.2f} s"
    for call in trace.calls("next_report"):
        assert call.end < note.at + 0.2, (
            f"reading had ended at {note.at:.2f} s, but {call} went on until {call.end:.2f} s"
        )


@points(1, "the program shows four reports, each when it comes", public=True)
def test_program(as_it_is: Trace, everything: Trace) -> None:
    assert as_it_is.lines == ["fog", "jam", "ferry delayed", "sun", "that is enough"]
    assert 0.1 < as_it_is.at("fog") < 0.5
    assert 0.8 < as_it_is.at("that is enough") < 1.3
    expected = arrivals(ALL)
    reports = given_out(everything)
    assert reports == list(expected), (
        f"here the reports come in time, but of six others, which come as {', '.join(expected)}, "
        f"merge gives {', '.join(reports) or 'none'}"
    )
    for note in everything.notes("report"):
        assert note.at < expected[note.value] + 0.4, (
            f"here the reports come in time, but one of six others, there at {expected[note.value]:.2f} s, "
            f"is given at {note.at:.2f} s"
        )


@points(2, "each report is given as soon as it comes, whichever office it is from")
def test_soon(everything: Trace) -> None:
    expected = arrivals(ALL)
    reports = given_out(everything)
    assert reports == list(expected), f"merge gave {reports}; expected {list(expected)}"
    for note in everything.notes("report"):
        comes = expected[note.value]
        assert note.at < comes + 0.3, f"{note.value} came at {comes:.2f} s, merge gave it at {note.at:.2f} s"
    ended(everything, "well", 1.3)


@points(1, "when the reader has enough, no office is being asked any more")
def test_stopped(stopped: Trace) -> None:
    assert given_out(stopped) == list(arrivals(STOPPED))[:2]
    ended(stopped, "well", 0.4)


@points(1, "an error of an office is raised at once, and the others are asked no more", means="lost-exception")
def test_failing(failing: Trace) -> None:
    ended(failing, f"OSError: {FAULT}", 0.6)
    assert given_out(failing) == list(arrivals(FAILING))[:2]


@points(1, "when the reader is cancelled, no office is being asked any more")
def test_cancelled(cancelled: Trace) -> None:
    ended(cancelled, "cancelled", 0.6)


@points(2, "whatever the offices and the reader take, nothing is lost and nothing late")
@given(
    waits=st.lists(st.lists(st.integers(1, 4), max_size=4), max_size=4),
    think=st.sampled_from([0, 0, 1, 6]),
)
def test_any_times(virtual: Virtual, waits: list[list[int]], think: int) -> None:
    plan = {
        f"office-{n}": [(float(seconds), f"{n}.{number}") for number, seconds in enumerate(each)]
        for n, each in enumerate(waits)
    }
    when = "when the offices report after " + (" and ".join(f"{each or 'nothing'}" for each in waits) or "nothing")
    when += f" s and the reader takes {think} s for each: "
    trace = virtual("evening", WAIT, list(plan), 1000, float(think), scenario=True, world=offices(plan))
    comes = arrivals(plan)
    reports = given_out(trace)
    assert sorted(reports) == sorted(comes), f"{when}merge gave {reports}; expected {list(comes)}"
    for office, its in plan.items():
        names = [report for _, report in its]
        order = [report for report in reports if report in names]
        assert order == names, f"{when}the reports of {office} came as {order}"
        asked = [call.args[1] for call in trace.calls("next_report") if call.args[0] == office]
        wanted = list(range(len(its) + 1))
        assert asked == wanted, f"{when}{office} was asked for {asked}; expected {wanted}"
    how = trace.notes("ended")[0].value
    assert how == "well", f"{when}reading ended with {how!r}"
    for note in trace.notes("report") if not think else ():
        late = note.at - comes[note.value]
        assert abs(late) < 0.1, f"{when}{note.value} was given at {note.at:g} s, expected {comes[note.value]:g} s"
