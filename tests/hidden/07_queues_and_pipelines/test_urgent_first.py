"""urgent_first: by urgency, and among equals by arrival."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("ARRIVALS", "next_patient", "treat")

AT_ONCE_S = 1e-4
"""On the virtual clock."""


@dataclass(frozen=True)
class Patient:
    name: str
    came: float
    """Seconds from the start."""
    urgency: int
    takes: float


# Names against the alphabet, so that sorting by name shows; enough of the same urgency that a heap mixes them up.
NAMES = sorted(fresh.words(9), reverse=True)
FIRST, *WAITING = NAMES
PATIENTS = [
    Patient(FIRST, 0.1, 4, 0.8),
    Patient(WAITING[0], 0.15, 3, 0.1),
    Patient(WAITING[1], 0.2, 5, 0.1),
    Patient(WAITING[2], 0.25, 3, 0.1),
    Patient(WAITING[3], 0.3, 2, 1.0),
    Patient(WAITING[4], 0.35, 3, 0.1),
    Patient(WAITING[5], 0.4, 3, 0.1),
    Patient(WAITING[6], 0.45, 3, 0.1),
    Patient(WAITING[7], 1.2, 1, 0.1),  # comes during the second treatment, long before its end
]
CLOSES = 1.3


def turns(patients: Sequence[Patient]) -> list[tuple[Patient, float]]:
    """The patients as they are treated, and when each can begin."""
    left = list(patients)
    now = 0.0
    order: list[tuple[Patient, float]] = []
    while left:
        now = max(now, left[0].came if all(one.came > now for one in left) else now)
        patient = min((one for one in left if one.came <= now), key=lambda one: one.urgency)
        left.remove(patient)
        order.append((patient, now))
        now += patient.takes
    return order


def practice(patients: Sequence[Patient], closes: float) -> dict[str, Any]:
    """The doubles for a day with these patients."""
    times = [*(patient.came for patient in patients), closes]
    by_name = {patient.name: patient for patient in patients}

    def pause(nth: int) -> float:
        return times[nth - 1] - (times[nth - 2] if nth > 1 else 0.0) if nth <= len(times) else 3600.0

    def patient(nth: int) -> dict[str, Any] | None:
        return {"name": patients[nth - 1].name, "urgency": patients[nth - 1].urgency} if nth <= len(patients) else None

    return {
        "next_patient": double("next_patient", delay=pause, reply=patient),
        "treat": double("treat", delay=lambda name: by_name[name].takes),
    }


def treated(trace: Trace) -> list[str]:
    """Their names, in the order of treatment."""
    return [call.args[0] for call in trace.calls("treat")]


def passed_over(trace: Trace) -> str:
    """Who was passed over, in words; empty when nobody was.

    The moment at which each came in is taken from the trace: many answers came before it, and the grader may have been
    late with them. A patient who came in the last moment before a treatment need not have been seen.
    """
    patients = {patient.name: patient for patient in PATIENTS}
    came = {call.reply["name"]: float(call.end) for call in trace.calls("next_patient") if call.reply}
    calls = trace.calls("treat")
    if len(calls) != len(PATIENTS):
        return f"only {len(calls)} were treated" if len(calls) < len(PATIENTS) else f"{len(calls)} were treated"
    waiting = dict(came)
    for call in calls:
        name, start = call.args[0], float(call.start)
        waiting.pop(name, None)
        first = min(
            (each for each in waiting if waiting[each] < start - 0.1),
            key=lambda each: patients[each].urgency,
            default=name,
        )
        if patients[first].urgency < patients[name].urgency:
            return (
                f"{name}, of urgency {patients[name].urgency}, was treated at {start:.2f} s, while {first}, of urgency "
                f"{patients[first].urgency}, had been waiting since {came[first]:.2f} s"
            )
    return ""


as_it_is = record(None)
day = record("day", world=practice(PATIENTS, CLOSES))
TURNS = turns(PATIENTS)


@points(1, "the program treats Rex, Bello, Zora and Minka, in about 2.1 s", public=True)
def test_program(as_it_is: Trace, day: Trace) -> None:
    assert as_it_is.lines == [
        *["Rex comes in", "Zora comes in", "Minka comes in", "Bello comes in"],
        *["Rex treated", "Bello treated", "Zora treated", "Minka treated"],
    ]
    assert 1.9 < as_it_is.elapsed < 2.6
    overtaken = passed_over(day)
    assert not overtaken, f"your patients are treated in the right order, but of {len(PATIENTS)} others {overtaken}"
    last = TURNS[-1][1] + TURNS[-1][0].takes
    assert day.elapsed < last + 0.5, (
        f"your patients take {as_it_is.elapsed:.2f} s, but {len(PATIENTS)} others, who can be treated after "
        f"{last:.2f} s, take {day.elapsed:.2f} s"
    )


@points(1, "every patient is treated once, one at a time")
def test_all(day: Trace) -> None:
    assert sorted(treated(day)) == sorted(NAMES), (
        f"{len(NAMES)} patients came in: {', '.join(NAMES)}; treat was called for {', '.join(treated(day)) or 'none'}"
    )
    unfinished = [call for call in day.calls("treat") if call.outcome != "replied"]
    assert not unfinished, f"{unfinished[0]} had not ended when day returned"
    peak = day.peak("treat")
    assert peak == 1, f"{peak} patients were treated at once"


@points(1, "the most urgent patient is next, even if it came last")
def test_urgent(day: Trace) -> None:
    overtaken = passed_over(day)
    assert not overtaken, overtaken


@points(1, "of equally urgent patients, the one that came first is next")
def test_fair(day: Trace) -> None:
    equals = [patient.name for patient in PATIENTS if patient.urgency == 3]
    seen = [name for name in treated(day) if name in equals]
    assert seen == equals, (
        f"with urgency 3 there came, in this order, {', '.join(equals)}; treated: {', '.join(seen) or 'none'}"
    )


@points(1, "the vet goes on as soon as she is free and a patient is waiting")
def test_busy(day: Trace) -> None:
    calls = day.calls("treat")
    came = {call.reply["name"]: call.end for call in day.calls("next_patient") if call.reply}
    assert len(calls) == len(TURNS), f"there were {len(calls)} treatments for {len(TURNS)} patients"
    assert {call.args[0] for call in calls} == set(came), "somebody was treated who never came in"
    waits = []
    for nth, call in enumerate(calls):
        waiting = [came[each.args[0]] for each in calls[nth:]]
        free = max([min(waiting, key=float), *(each.end for each in calls[nth - 1 : nth] if nth)], key=float)
        waits.append(
            (call.start - free, f"treatment {nth + 1} could begin at {free:.2f} s; it began at {call.start:.2f} s")
        )
    late, message = latest(waits)
    assert late < 0.35, message


@points(2, "all of this holds on any day")
# Enough of them that their numbers have two digits.
@example(drawn=[(137, 3, 1713, False)] * 14, closing_ms=137)
@given(
    drawn=st.lists(
        st.tuples(
            st.one_of(st.just(0), st.integers(137, 4000)), st.integers(1, 5), st.integers(137, 3000), st.booleans()
        ),
        max_size=8,
    ),
    closing_ms=st.integers(0, 4000),
)
def test_any_day(virtual: Virtual, drawn: list[tuple[int, int, int, bool]], closing_ms: int) -> None:
    patients: list[Patient] = []
    takes: dict[str, float] = {}
    came = busy_since = busy_until = 0
    for number, (pause, urgency, takes_ms, namesake) in enumerate(drawn, start=1):
        # Two may come together only while the vet is busy: to a free one, who is first would be a matter of chance.
        came += pause if pause or busy_since < came < busy_until else 137
        name = patients[-1].name if namesake and patients else f"patient-{number}"
        takes_ms = round(takes.setdefault(name, takes_ms / 1000) * 1000)
        patients.append(Patient(name, came / 1000, urgency, takes_ms / 1000))
        busy_since = came if came > busy_until else busy_since
        busy_until = max(busy_until, came) + takes_ms
    closes = (came + closing_ms) / 1000
    order = turns(patients)
    # Nor may one come at the very moment at which a treatment ends.
    ends = [free + patient.takes for patient, free in order]
    assume(all(abs(end - patient.came) > 0.001 for end in ends for patient in patients))
    trace = virtual("day", world=practice(patients, closes), allow=("raise",))
    when = "when " + (
        ", ".join(f"{one.name} (urgency {one.urgency}, {one.takes:g} s) comes at {one.came:g} s" for one in patients)
        or "nobody comes"
    )
    assert trace.raised is None, f"{when}: " + (
        "day never returns" if trace.raised and trace.raised.type == "Deadlock" else f"day raised {trace.raised}"
    )
    asked = [call.args[0] for call in trace.calls("next_patient")]
    wanted = list(range(1, len(patients) + 2))
    assert asked == wanted, f"{when}: next_patient was called for {asked}; expected {wanted}"
    expected = [patient.name for patient, _ in order]
    assert treated(trace) == expected, (
        f"{when}: expected {', '.join(expected) or 'no treatment'}; treated: {', '.join(treated(trace)) or 'none'}"
    )
    for call, (_, free) in zip(trace.calls("treat"), order, strict=True):
        assert abs(call.start - free) < AT_ONCE_S, f"{when}: {call} began at {call.start:g} s; expected {free:g} s"
        assert call.outcome == "replied", f"{when}: {call} had not ended when day returned"
    end = max([closes, *ends])
    assert abs(trace.elapsed - end) < AT_ONCE_S, f"{when}: day took {trace.elapsed:g} s; expected {end:g} s"
