"""except_star: part of an exception group is handled, however deep it lies, and the rest goes on."""

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from grader.record.trace import Raised
from grader.suite import Trace, Virtual, double, fresh, points, record

Region: TypeAlias = "list[str | Region]"

HOOT, DOWN, TONE, DEAF, DENIED, DEEP, REFUSED, WELL = fresh.words(8)
COUNTY: Region = [HOOT, DOWN, [TONE, [DEEP, DENIED, [REFUSED]]], [WELL, DEAF]]
ERRORS: dict[str, Exception] = {
    DOWN: ConnectionError(DOWN),
    TONE: ValueError(f"{TONE}: {fresh.word()}"),
    DENIED: PermissionError(f"{DENIED}: {fresh.word()}"),
    DEEP: ConnectionError(DEEP),
    REFUSED: ConnectionRefusedError(REFUSED),
}
SILENT = [DOWN, DEEP, REFUSED]
KINDS = {
    "does not answer": ConnectionError,
    "refuses": ConnectionRefusedError,
    "raises ValueError": ValueError,
    "raises PermissionError": PermissionError,
    "raises TimeoutError": TimeoutError,
}


def leaves(raised: Raised) -> Iterator[tuple[str, str]]:
    """Type and text of the exceptions of a group and of the groups in it; of an exception that is no group, its own."""
    if not raised.inner:
        yield raised.type, raised.message
    for inner in raised.inner:
        yield from leaves(inner)


def told(errors: Counter[tuple[str, str]]) -> str:
    return ", ".join(f"{kind}({text!r})" for kind, text in errors.elements()) or "nothing"


def sent(trace: Trace) -> list[str]:
    return sorted(str(call.args[0]) for call in trace.calls("send_technician") if call.outcome == "replied")


as_it_is = record(None)
mixed = record(
    "drill",
    COUNTY,
    world={
        "sound": double("sound", delay=0.3, raises=ERRORS.get),
        "send_technician": double("send_technician", delay=0.2),
    },
    allow=("raise",),
)
silent = record(
    "drill",
    COUNTY,
    world={
        "sound": double("sound", delay=0.2, raises=lambda siren: ERRORS[siren] if siren in SILENT else None),
        "send_technician": double("send_technician", delay=0.1),
    },
)


@points(1, "the program sends two technicians, and then tells of the wrong tone", public=True)
def test_program(as_it_is: Trace, mixed: Trace) -> None:
    technicians = ["technician sent to harbour", "technician sent to mill"]
    assert sorted(as_it_is.lines[:2]) == technicians
    assert as_it_is.lines[2:] == ["bridge: the wrong tone"]
    assert as_it_is.elapsed < 1.3
    assert sent(mixed) == sorted(SILENT), (
        f"here the technicians are sent, but when {', '.join(sorted(SILENT))} do not answer: to "
        f"{', '.join(sent(mixed)) or 'nobody'}"
    )
    found = {kind for kind, _ in leaves(mixed.raised)} if mixed.raised else set()
    assert "ValueError" in found, (
        f"here the wrong tone is told of, but when {TONE} has one in a county of eight sirens, "
        f"{', '.join(found) or 'nothing'} comes out of drill"
    )


@points(1, "a technician is sent to every siren that does not answer, in whatever region it lies")
def test_technicians(mixed: Trace) -> None:
    assert sent(mixed) == sorted(SILENT), f"sent to {sent(mixed) or 'nobody'}; {sorted(SILENT)} did not answer"
    assert mixed.elapsed < 0.3 + 3 * 0.2 + 0.4


@points(2, "all other errors come out of drill, as a group, and only those", means="lost-exception")
def test_others(mixed: Trace) -> None:
    expected = Counter((type(ERRORS[siren]).__name__, str(ERRORS[siren])) for siren in (TONE, DENIED))
    assert mixed.raised is not None, f"nothing came out of drill; expected {told(expected)}"
    found = Counter(leaves(mixed.raised))
    assert found == expected, f"{told(found)} came out of drill; expected {told(expected)}"
    assert mixed.raised.inner, f"{mixed.raised.type} came out of drill by itself; expected an ExceptionGroup"


@points(1, "when sirens do not answer, and nothing else is wrong, drill just returns")
def test_only_silent(silent: Trace) -> None:
    assert sent(silent) == sorted(SILENT), f"sent to {sent(silent) or 'nobody'}; {sorted(SILENT)} did not answer"
    assert silent.returned is None


Kinds: TypeAlias = "list[str | Kinds | None]"
KIND = st.sampled_from([None, *KINDS])
COUNTIES = st.recursive(KIND, lambda kinds: st.lists(kinds, min_size=1, max_size=4), max_leaves=8)


@points(1, "however a county is divided, and whatever goes wrong, each error goes where it belongs")
@given(kinds=st.lists(COUNTIES, min_size=1, max_size=4))
def test_any_county(virtual: Virtual, kinds: Kinds) -> None:
    errors: dict[str, Exception] = {}
    county = named(kinds, errors, itertools.count(1))
    trace = virtual(
        "drill",
        county,
        world={
            "sound": double("sound", delay=1.0, raises=errors.get),
            "send_technician": double("send_technician"),
        },
        allow=("raise",),
    )
    when = f"when {shown(kinds)}"
    silent = sorted(siren for siren, error in errors.items() if isinstance(error, ConnectionError))
    others = Counter(
        (type(error).__name__, str(error)) for error in errors.values() if not isinstance(error, ConnectionError)
    )
    assert sent(trace) == silent, (
        f"{when}: technicians were sent to {sent(trace) or 'nobody'}, not to {silent or 'nobody'}"
    )
    found = Counter(leaves(trace.raised)) if trace.raised else Counter[tuple[str, str]]()
    assert found == others, f"{when}: {told(found)} came out of drill, expected {told(others)}"


def named(kinds: Kinds, errors: dict[str, Exception], numbers: Iterator[int]) -> Region:
    """The county with a name for each siren; what they raise is put into ``errors``."""
    region: Region = []
    for kind in kinds:
        if isinstance(kind, list):
            region.append(named(kind, errors, numbers))
            continue
        siren = f"siren-{next(numbers)}"
        region.append(siren)
        if kind:
            errors[siren] = KINDS[kind](siren)
    return region


def shown(kinds: Kinds) -> str:
    """Such as ``[one is well, [one refuses]]``."""
    parts = [shown(kind) if isinstance(kind, list) else f"one {kind or 'is well'}" for kind in kinds]
    return f"[{', '.join(parts)}]"
