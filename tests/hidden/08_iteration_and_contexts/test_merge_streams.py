"""merge_streams: what comes first is given first, and when the reader stops, so does the asking."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from grader.suite import Double, Seconds, Trace, Virtual, double, ending, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("NEWS", "next_report", "main")

OFFICES = fresh.words(3)
FAULT = f"{fresh.word()} is closed"
WAIT = double("wait", delay=lambda seconds: seconds)
AT_ONCE_S = 1e-4
"""On the virtual clock."""

Town = Mapping[str, Sequence[tuple[float, str]]]
"""The reports of each office: after how many seconds, and their text."""


def town(plan: Sequence[Sequence[float]]) -> Town:
    """The three offices, in random order; each report is new."""
    return {
        office: [(seconds, fresh.word() + fresh.token()[:3]) for seconds in waits]
        for office, waits in zip(OFFICES, fresh.shuffled(plan), strict=True)
    }


def offices(
    plan: Town,
    *,
    end_s: float = 0.0,
    fails: tuple[str, int] | None = None,
    fault: Exception | None = None,
) -> dict[str, Double]:
    """The world: ``end_s`` seconds after its last report an office answers None; one report may fail."""

    def wait_s(office: str, number: int) -> float:
        return plan[office][number][0] if number < len(plan[office]) else end_s

    return {
        "next_report": double(
            "next_report",
            delay=wait_s,
            reply=lambda office, number: plan[office][number][1] if number < len(plan[office]) else None,
            raises=lambda office, number: fault if fails == (office, number) else None,
        )
    }


def shown(reports: Sequence[str]) -> str:
    return ", ".join(report or "an empty report" for report in reports) or "nothing"


# Arrivals 0.2 s apart: 0.2, 0.4, 0.6, 0.8, 1.0 and 1.2 s.
ALL = town([[0.2, 0.6, 0.4], [0.4, 0.6], [0.6]])
everything = record("evening", WAIT, OFFICES, scenario=True, world=offices(ALL, end_s=0.1))
# Two reports, then each of the offices is being asked for another one.
STOPPED = town([[0.2, 0.7], [0.4, 0.7], [0.9]])
stopped = record("evening", WAIT, OFFICES, 2, scenario=True, world=offices(STOPPED))
cancelled = record("evening", WAIT, OFFICES, 1000, 0.0, 0.6, scenario=True, world=offices(STOPPED))
FAILING = town([[0.2, 0.8], [0.5, 0.1], [0.9, 0.9]])
FAILING_OFFICE = next(office for office in OFFICES if FAILING[office][0][0] == 0.5)
failing = record(
    "evening",
    WAIT,
    OFFICES,
    scenario=True,
    world=offices(FAILING, fails=(FAILING_OFFICE, 1), fault=OSError(FAULT)),
)

as_it_is = record(None)


def given_out(trace: Trace) -> list[str]:
    return [note.value for note in trace.notes("report")]


def arrived(trace: Trace) -> dict[str, Seconds]:
    """The reports in the order in which they came, and when: as it was, since the grader may have been late itself."""
    came = [call for call in trace.calls("next_report") if call.outcome == "replied" and call.reply is not None]
    return {call.reply: call.end for call in sorted(came, key=lambda call: float(call.end))}


def ended(trace: Trace, how: str, at_s: float) -> None:
    """Reading ended like this, at that time, and from then on nobody was asked."""
    note = trace.notes("ended")[0]
    assert note.value == how, f"the reader {ending(note.value)}; it should have {ending(how, was='been')}"
    assert at_s - 0.1 < note.at < at_s + 0.4, f"reading ended at {note.at:.2f} s; expected {at_s:.2f} s"
    for call in trace.calls("next_report"):
        assert call.end < note.at + 0.3, (
            f"reading had ended at {note.at:.2f} s, but {call} still ran at {call.end:.2f} s"
        )


def in_time(trace: Trace, when: str) -> None:
    """Each report was given when it came, and each office was asked without a pause."""
    comes = arrived(trace)
    reports = given_out(trace)
    assert len(comes) == 6, f"{when}the offices had 6 reports, but merge asked for {len(comes)} of them"
    assert reports == list(comes), f"{when}the reports came as {shown(list(comes))}, but merge gave {shown(reports)}"
    late, message = latest(
        (
            note.at - comes[note.value],
            f"{when}{note.value} came at {comes[note.value]:.2f} s, but merge gave it at {note.at:.2f} s",
        )
        for note in trace.notes("report")
    )
    assert late < 0.35, message
    for office in OFFICES:
        asked = [call for call in trace.calls("next_report") if call.args[0] == office]
        numbers = [call.args[1] for call in asked]
        assert numbers == list(range(len(ALL[office]) + 1)), f"{when}{office} was asked for the reports {numbers}"
        free = [asked[0].end - asked[0].end, *(call.end for call in asked)]
        late, message = latest(
            (call.start - since, f"{when}{call} could begin at {since:.2f} s; it began at {call.start:.2f} s")
            for call, since in zip(asked, free, strict=False)
        )
        assert late < 0.35, message


@points(1, "the program shows four reports, each when it comes", public=True)
def test_program(as_it_is: Trace, everything: Trace) -> None:
    assert as_it_is.lines == ["fog", "jam", "ferry delayed", "sun", "that is enough"]
    assert 0.1 < as_it_is.at("fog") < 0.5
    assert 0.6 < as_it_is.at("that is enough") < 1.3
    in_time(everything, "your reports are shown in time, but with other offices: ")


@points(2, "each report is yielded as soon as it comes, from whichever office")
def test_soon(everything: Trace) -> None:
    in_time(everything, "")
    ended(everything, "well", 1.3)


@points(1, "when the reader has enough, no office is being asked any more", means=("leaked-task", "uncaught-group"))
def test_stopped(stopped: Trace) -> None:
    reports, expected = given_out(stopped), list(arrived(stopped))[:2]
    assert reports == expected, f"the first two reports were {shown(expected)}; merge gave {shown(reports)}"
    ended(stopped, "well", 0.4)


@points(
    1, "an exception of an office is raised at once, and the asking stops", means=("lost-exception", "uncaught-group")
)
def test_failing(failing: Trace) -> None:
    ended(failing, f"OSError: {FAULT}", 0.6)
    reports, expected = given_out(failing), list(arrived(failing))
    assert reports == expected, f"before the exception came {shown(expected)}; merge gave {shown(reports)}"


@points(1, "when the reader is cancelled, no office is being asked any more", means="leaked-task")
def test_cancelled(cancelled: Trace) -> None:
    ended(cancelled, "cancelled", 0.6)


STEP = st.integers(137, 3000)
WAITS = st.lists(st.lists(STEP, max_size=4), max_size=4)


def drawn_town(waits: Sequence[Sequence[int]]) -> tuple[Town, dict[str, float]]:
    """The offices, and when each report comes if nobody holds anybody up; never two at the same moment."""
    plan = {
        # One report is empty: only None is the end.
        f"office-{n}": [(ms / 1000, f"{n}.{number}" if n or number else "") for number, ms in enumerate(each)]
        for n, each in enumerate(waits)
    }
    comes = {
        report: sum(seconds for seconds, _ in reports[: number + 1])
        for reports in plan.values()
        for number, (_, report) in enumerate(reports)
    }
    times = sorted(comes.values())
    assume(all(later - earlier > 0.001 for earlier, later in pairwise(times)))
    return plan, dict(sorted(comes.items(), key=lambda item: item[1]))


def told(waits: Sequence[Sequence[int]]) -> str:
    each = "; ".join(", ".join(f"{ms / 1000:g}" for ms in its) + " s" if its else "no report" for its in waits)
    return f"when the pauses before the reports of the offices are ({each})" if waits else "when there is no office"


@points(1, "however long the offices and the reader take, nothing is lost or late")
@given(waits=WAITS, end_ms=st.sampled_from([0, 137, 2513]), think_ms=st.sampled_from([0, 0, 0, 713, 6019]))
def test_any_times(virtual: Virtual, waits: list[list[int]], end_ms: int, think_ms: int) -> None:
    plan, comes = drawn_town(waits)
    world = offices(plan, end_s=end_ms / 1000)
    trace = virtual("evening", WAIT, list(plan), 1000, think_ms / 1000, scenario=True, world=world, allow=("raise",))
    when = told(waits) + (f" and the reader takes {think_ms / 1000:g} s for each: " if think_ms else ": ")
    assert trace.notes("ended"), f"{when}reading never ends"
    reports = given_out(trace)
    assert sorted(reports) == sorted(comes), f"{when}merge gave {shown(reports)}; expected {shown(list(comes))}"
    for office, its in plan.items():
        order = [report for report in reports if any(report == its_own for _, its_own in its)]
        assert order == [report for _, report in its], f"{when}the reports of {office} were given as {shown(order)}"
        asked = [call.args[1] for call in trace.calls("next_report") if call.args[0] == office]
        wanted = list(range(len(its) + 1))
        assert asked == wanted, f"{when}{office} was asked for the reports {asked}; expected {wanted}"
        spans = [call for call in trace.calls("next_report") if call.args[0] == office]
        for earlier, later in pairwise(spans):
            assert earlier.end <= later.start, f"{when}{later} began before {earlier} had ended"
    note = trace.notes("ended")[0]
    assert note.value == "well", f"{when}the reader {ending(note.value)}; it should have returned"
    if not think_ms:
        for each in trace.notes("report"):
            due = comes[each.value]
            assert abs(each.at - due) < AT_ONCE_S, f"{when}{each.value} was given at {each.at:g} s; expected {due:g} s"
        end = max((sum(its) + end_ms for its in waits), default=0) / 1000
        assert abs(note.at - end) < AT_ONCE_S, f"{when}merge ended at {note.at:g} s; expected {end:g} s"


@points(1, "however and whenever reading ends, no office is asked any more")
@given(
    waits=st.lists(st.lists(STEP, min_size=1, max_size=3), min_size=1, max_size=4),
    ends=st.sampled_from(["enough", "cancelled", "fails"]),
    which=st.integers(0, 11),
    share=st.floats(0.01, 0.98),
    think_ms=st.sampled_from([0, 0, 713, 6019]),
    kind=st.sampled_from([OSError, TimeoutError, RuntimeError, KeyError, ValueError]),
)
def test_any_end(
    virtual: Virtual,
    waits: list[list[int]],
    ends: str,
    which: int,
    share: float,
    think_ms: int,
    kind: type[Exception],
) -> None:
    plan, comes = drawn_town(waits)
    which %= len(comes)
    report = list(comes)[which]
    think_s = 0.0 if ends == "fails" else think_ms / 1000
    cancel_at = round(share * max(comes.values()), 4)
    assume(all(abs(at - cancel_at) > 0.001 for at in comes.values()))
    failing_call = next(
        (office, n) for office, its in plan.items() for n, (_, name) in enumerate(its) if name == report
    )
    world = offices(plan, fails=failing_call if ends == "fails" else None, fault=kind(FAULT))
    trace = virtual(
        "evening",
        WAIT,
        list(plan),
        which + 1 if ends == "enough" else 1000,
        think_s,
        cancel_at if ends == "cancelled" else None,
        20.0,
        scenario=True,
        world=world,
        allow=("raise",),
    )
    when = told(waits) + (f", the reader takes {think_s:g} s for each" if think_s else "")
    when += {
        "enough": f", and the reader stops after {which + 1}: ",
        "cancelled": f", and the reader is cancelled at {cancel_at:g} s: ",
        "fails": f", and next_report({failing_call[0]}, {failing_call[1]}) raises {kind.__name__}: ",
    }[ends]
    assert trace.notes("ended"), f"{when}reading never ends"
    note = trace.notes("ended")[0]
    how = {"enough": "well", "cancelled": "cancelled", "fails": f"{kind.__name__}: {kind(FAULT)}"}[ends]
    assert note.value == how, f"{when}the reader {ending(note.value)}; it should have {ending(how, was='been')}"
    reports = trace.notes("report")
    end = {"enough": float(reports[-1].at) + think_s if reports else 0.0, "cancelled": cancel_at}.get(
        ends, comes[report]
    )
    assert abs(note.at - end) < AT_ONCE_S, f"{when}reading ended at {note.at:g} s; expected {end:g} s"
    if not think_s:
        before = [
            name for name, at in comes.items() if (name != report if ends == "fails" else True) and at < end + AT_ONCE_S
        ]
        assert given_out(trace) == before, f"{when}merge gave {shown(given_out(trace))}; expected {shown(before)}"
    for call in trace.calls("next_report"):
        assert call.end < end + AT_ONCE_S, (
            f"{when}reading ended at {end:g} s, but {call} was still running then, or later"
        )
    # To cancel a task is not enough: it goes on until it has been awaited.
    order = [(str(event.kind), event.name) for event in trace.events]
    after = order[order.index(("note", "ended")) :]
    late = next((name for kind, name in after if kind == "reply" and name.startswith("next_report")), None)
    assert late is None, f"{when}when reading ended, {late} was cancelled, but its task had not been awaited"
