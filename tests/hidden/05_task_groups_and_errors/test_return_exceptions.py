"""return_exceptions: errors are told from results, and each kind goes where it belongs."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from grader.record.trace import Raised
from grader.suite import Trace, Virtual, double, fresh, points, record

MACHINES = fresh.words(6)
# The first of the list is down, another one fails while the rest is being saved, and an empty machine is no failure.
DOWN = [MACHINES[0], MACHINES[3]]
EMPTY = MACHINES[4]
SIZES = {machine: 0 if machine == EMPTY else fresh.number(10, 999) for machine in MACHINES}
DELAYS = dict.fromkeys(MACHINES, 0.9) | {DOWN[0]: 0.3, DOWN[1]: 0.6, MACHINES[1]: 0.4}
FAULT = fresh.word()
BUGS = {"ValueError": ValueError, "PermissionError": PermissionError, "RuntimeError": RuntimeError}


def unreachable(machine: str) -> str:
    return f"{machine} does not answer"


def refusing(machines: list[str]) -> Callable[[str], ConnectionError | None]:
    """What ``save`` raises when these machines are down."""
    return lambda machine: ConnectionError(unreachable(machine)) if machine in machines else None


def leaves(raised: Raised) -> list[Raised]:
    """The exceptions of a group and of the groups in it; an exception that is no group, alone."""
    return [leaf for inner in raised.inner for leaf in leaves(inner)] if raised.inner else [raised]


as_it_is = record(None)
night = record(
    "nightly",
    MACHINES,
    world={
        "save": double(
            "save", delay=lambda machine: DELAYS[machine], reply=lambda machine: SIZES[machine], raises=refusing(DOWN)
        ),
        "call": double("call", delay=0.2),
    },
)
fault = record(
    "nightly",
    MACHINES[:3],
    world={
        "save": double(
            "save", delay=0.2, reply=7, raises=lambda machine: ValueError(FAULT) if machine == MACHINES[1] else None
        ),
        "call": double("call", delay=0.2),
    },
    allow=("raise",),
)


@points(1, "the program reports 2 of 3 saved, and the library to the caretaker", public=True)
def test_program(as_it_is: Trace, night: Trace) -> None:
    assert as_it_is.lines == [
        "called the caretaker: library cannot be reached",
        "2 of 3 saved",
        "office: 120 MB",
        "gym: 0 MB",
    ]
    assert as_it_is.elapsed < 1.3
    said = sorted(str(call.args[0]) for call in night.calls("call") if call.outcome == "replied")
    assert said == sorted(map(unreachable, DOWN)), (
        f"here the library is reported, but when {' and '.join(DOWN)} of six machines are down, "
        f"the caretaker is told {said or 'nothing'}"
    )
    saved = {machine: SIZES[machine] for machine in MACHINES if machine not in DOWN}
    assert night.returned == saved, (
        f"here 2 of 3 are saved, but when {' and '.join(DOWN)} of six machines are down, "
        f"nightly returns {night.returned!r}"
    )


@points(
    1,
    "all machines are saved at the same time, whichever of them fails",
    means=("sequential-await", "failure-ends-all"),
)
def test_together(night: Trace) -> None:
    for machine in MACHINES:
        saving = night.call("save", machine)
        assert saving.outcome in ("replied", "raised"), f"{machine} was not saved: that was cancelled before its end"
    peak = night.peak("save")
    assert peak == len(MACHINES), f"at most {peak} of {len(MACHINES)} machines were being saved at the same time"
    assert night.elapsed < 0.9 + 2 * 0.2 + 0.4


@points(1, "what is returned holds the machines that were saved, and no others", means="failure-ends-all")
def test_saved(night: Trace) -> None:
    assert isinstance(night.returned, dict), f"expected a dict, got {night.returned!r}"
    assert list(night.returned.items()) == [(machine, SIZES[machine]) for machine in MACHINES if machine not in DOWN]


@points(1, "the caretaker is called once for every machine that is down", means="lost-exception")
def test_called(night: Trace) -> None:
    said = sorted(str(call.args[0]) for call in night.calls("call") if call.outcome == "replied")
    assert said == sorted(map(unreachable, DOWN)), (
        f"the caretaker was told {said or 'nothing'}; expected {sorted(map(unreachable, DOWN))}"
    )


@points(1, "an error of any other kind comes out of nightly", means="lost-exception")
def test_fault(fault: Trace) -> None:
    assert fault.raised is not None, f"save raised ValueError({FAULT!r}), but nightly returned {fault.returned!r}"
    found = [(error.type, error.message) for error in leaves(fault.raised)]
    assert ("ValueError", FAULT) in found, f"save raised ValueError({FAULT!r}), but nightly raised {fault.raised}"
    assert not fault.calls("call"), f"the caretaker was called about {fault.calls('call')[0].args[0]!r}"


@points(1, "whatever becomes of which machine, everything is told, and to the right place")
@given(
    machines=st.lists(
        st.tuples(st.integers(1, 5), st.sampled_from(["saved", "empty", "down", *BUGS])), min_size=1, max_size=6
    )
)
def test_any_night(virtual: Virtual, machines: list[tuple[int, str]]) -> None:
    took = {f"machine-{n}": seconds for n, (seconds, _) in enumerate(machines, start=1)}
    kinds = dict(zip(took, (kind for _, kind in machines), strict=True))
    down = [machine for machine in took if kinds[machine] == "down"]
    bugs = [machine for machine in took if kinds[machine] in BUGS]

    def raises(machine: str) -> Exception | None:
        bug = BUGS.get(kinds[machine])
        return bug(f"fault in {machine}") if bug else refusing(down)(machine)

    trace = virtual(
        "nightly",
        list(took),
        world={
            "save": double(
                "save",
                delay=lambda machine: float(took[machine]),
                reply=lambda machine: 0 if kinds[machine] == "empty" else 5,
                raises=raises,
            ),
            "call": double("call"),
        },
        allow=("raise",),
    )
    when = "when " + ", ".join(
        f"{machine} {'raises' if kind in BUGS else 'is'} {kind}" for machine, kind in kinds.items()
    )
    if bugs:
        assert trace.raised, f"{when}: nightly returned {trace.returned!r} as if there were no {kinds[bugs[0]]}"
        found = {(error.type, error.message) for error in leaves(trace.raised)}
        expected = {(kinds[machine], f"fault in {machine}") for machine in bugs}
        assert found & expected, f"{when}: nightly raised {trace.raised}, expected {kinds[bugs[0]]}"
        return
    assert trace.raised is None, f"{when}: nightly raised {trace.raised}"
    saved = {machine: 0 if kind == "empty" else 5 for machine, kind in kinds.items() if kind != "down"}
    assert trace.returned == saved, f"{when}: nightly returned {trace.returned!r}, expected {saved!r}"
    said = sorted(str(call.args[0]) for call in trace.calls("call") if call.outcome == "replied")
    assert said == sorted(map(unreachable, down)), f"{when}: the caretaker was told {said or 'nothing'}"
    assert trace.elapsed < max(took.values()) + 0.1, (
        f"{when}: took {trace.elapsed:g} s, expected {max(took.values())} s"
    )
