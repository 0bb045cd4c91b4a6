"""return_exceptions: errors are not results, and each kind of error is handled where it belongs."""

from collections.abc import Callable

from hypothesis import example, given
from hypothesis import strategies as st

from grader.record.trace import Raised
from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("MACHINES", "SIZES", "save", "call", "main")

MACHINES = fresh.words(6)
# The first of the list is down, another one fails while the rest is being saved, and an empty machine is no failure.
DOWN = [MACHINES[0], MACHINES[3]]
EMPTY = MACHINES[4]
SIZES = {machine: 0 if machine == EMPTY else fresh.number(10, 999) for machine in MACHINES}
DELAYS = dict.fromkeys(MACHINES, 0.9) | {DOWN[0]: 0.3, DOWN[1]: 0.6, MACHINES[1]: 0.4}
FAULT = f"fault {fresh.number(100, 999)}"
CUT = (ConnectionError, ConnectionRefusedError, ConnectionResetError)
# The parent of ConnectionError, some of its siblings, and errors that have nothing to do with it.
BUGS = (OSError, TimeoutError, PermissionError, ValueError, KeyError, RuntimeError)


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
    assert isinstance(night.returned, dict), f"expected nightly to return a dict; it returned {night.returned!r}"
    wrongly = [machine for machine in DOWN if machine in night.returned]
    assert not wrongly, (
        f"here 2 of 3 are saved, but when {' and '.join(DOWN)} of 6 machines cannot be reached, "
        f"nightly returns a size of {wrongly[0]}"
    )


@points(
    1,
    "all machines are saved at the same time, and completely",
    means=("sequential-await", "failure-ends-all"),
)
def test_together(night: Trace) -> None:
    for machine in MACHINES:
        saving = night.call("save", machine)
        assert saving.outcome in ("replied", "raised"), f"{machine} was not saved: its save was cancelled"
    peak = night.peak("save")
    assert peak == len(MACHINES), f"expected {len(MACHINES)} machines to be saved at the same time; at most {peak} were"
    assert night.elapsed < 0.9 + 2 * 0.2 + 0.4


@points(1, "nightly returns the machines that were saved, in order, and no others", means="failure-ends-all")
def test_saved(night: Trace) -> None:
    assert isinstance(night.returned, dict), f"expected nightly to return a dict; it returned {night.returned!r}"
    assert list(night.returned.items()) == [(machine, SIZES[machine]) for machine in MACHINES if machine not in DOWN]


@points(1, "the caretaker is called once for every machine that cannot be reached", means="lost-exception")
def test_called(night: Trace) -> None:
    said = sorted(str(call.args[0]) for call in night.calls("call") if call.outcome == "replied")
    assert said == sorted(map(unreachable, DOWN)), (
        f"expected the caretaker to be told {_quoted(sorted(map(unreachable, DOWN)))}; told: {_quoted(said)}"
    )


@points(1, "nightly raises an error of any other kind", means="lost-exception")
def test_fault(fault: Trace) -> None:
    expected = f"ValueError: {FAULT}"
    assert fault.raised is not None, f"save raised {expected!r}; nightly returned {fault.returned!r}"
    found = [(error.type, error.message) for error in leaves(fault.raised)]
    assert ("ValueError", FAULT) in found, f"save raised {expected!r}; nightly raised {fault.raised}"
    calls = fault.calls("call")
    assert not calls, f"{expected!r} is a fault in the program; the caretaker was called about {calls[0].args[0]!r}"


MOMENTS = st.sampled_from([0, 1, 137, 713, 1713, 5003])
# None: in order. A third of the machines cannot be reached; seldom something else is wrong.
OUTCOMES = st.one_of(*[st.none(), st.none(), st.sampled_from(CUT)] * 3, st.sampled_from(BUGS))


@points(1, "whatever happens to each machine, every error goes where it belongs")
@example(machines=[(137, 5, ConnectionError), (713, 5, ConnectionResetError), (1, 0, None)], call_s=0.137, alike=True)
@given(
    machines=st.lists(st.tuples(MOMENTS, st.sampled_from([0, 5, 5]), OUTCOMES), min_size=1, max_size=6),
    call_s=st.sampled_from([0.0, 0.137, 2.713]),
    alike=st.booleans(),
)
def test_any_night(
    virtual: Virtual, machines: list[tuple[int, int, type[Exception] | None]], call_s: float, alike: bool
) -> None:
    took = {f"machine {n}": milliseconds / 1000 for n, (milliseconds, _, _) in enumerate(machines, start=1)}
    sizes = dict(zip(took, (size for _, size, _ in machines), strict=True))
    # Two errors may have the same text: the caretaker is called about both machines.
    errors = {
        machine: kind("the line is dead" if alike else f"{machine} fails")
        for machine, (_, _, kind) in zip(took, machines, strict=True)
        if kind
    }
    trace = virtual(
        "nightly",
        list(took),
        world={
            "save": double(
                "save",
                delay=lambda machine: took[machine],
                reply=lambda machine: sizes[machine],
                raises=lambda machine: errors.get(machine),
            ),
            "call": double("call", delay=call_s),
        },
        allow=("raise",),
    )
    when = "when " + ", ".join(
        f"{machine} {f'fails with {type(errors[machine]).__name__}' if machine in errors else 'is saved'} "
        f"after {seconds} s"
        for machine, seconds in took.items()
    )
    bugs = {(type(error).__name__, str(error)) for error in errors.values() if not isinstance(error, ConnectionError)}
    if bugs:
        kind = min(bugs)[0]
        assert trace.raised, f"{when}: expected {kind} to be raised; nightly returned {trace.returned!r}"
        found = {(error.type, error.message) for error in leaves(trace.raised)}
        assert found & bugs, f"{when}: expected {kind} to be raised; nightly raised {trace.raised}"
        return
    assert trace.raised is None, f"{when}: nightly raised {trace.raised}"
    saved = {machine: size for machine, size in sizes.items() if machine not in errors}
    assert isinstance(trace.returned, dict), f"{when}: expected a dict; nightly returned {trace.returned!r}"
    assert list(trace.returned.items()) == list(saved.items()), (
        f"{when}: expected {saved!r}; nightly returned {trace.returned!r}"
    )
    said = sorted(str(call.args[0]) for call in trace.calls("call") if call.outcome == "replied")
    texts = sorted(map(str, errors.values()))
    assert said == texts, f"{when}: expected the caretaker to be told {_quoted(texts)}; told: {_quoted(said)}"
    latest = max(took.values()) + len(errors) * call_s
    assert float(trace.elapsed) < latest + 1e-4, (
        f"{when}, and a call takes {call_s} s: nightly took {trace.elapsed:.3f} s; expected at most {latest:.3f} s"
    )


def _quoted(texts: list[str]) -> str:
    return ", ".join(map(repr, texts)) or "nothing"
