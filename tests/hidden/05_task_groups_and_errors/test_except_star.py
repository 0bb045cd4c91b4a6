"""except_star: drill handles a part of an exception group, however deep it is, and raises the rest."""

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from grader.record.trace import Raised
from grader.suite import Trace, Virtual, double, fresh, points, record

Region: TypeAlias = "list[str | Region]"

LEAVE_ALONE: tuple[str, ...] = ("COUNTY", "sound", "send_technician", "sound_all", "main")

HOOT, DOWN, TONE, DEAF, DENIED, DEEP, REFUSED, WELL = fresh.words(8)
COUNTY: Region = [HOOT, DOWN, [TONE, [DEEP, DENIED, [REFUSED]]], [WELL, DEAF]]
ERRORS: dict[str, Exception] = {
    DOWN: ConnectionError(DOWN),
    TONE: ValueError(f"{TONE}: tone {fresh.number(100, 999)}"),
    DENIED: PermissionError(f"{DENIED}: key {fresh.number(100, 999)}"),
    DEEP: ConnectionError(DEEP),
    REFUSED: ConnectionRefusedError(REFUSED),
}
SILENT = [DOWN, DEEP, REFUSED]
# ConnectionError and two of its subclasses; its parent, two of its siblings, and other errors.
KINDS: dict[str, type[Exception]] = {
    "does not answer": ConnectionError,
    "refuses": ConnectionRefusedError,
    "hangs up": ConnectionResetError,
    "raises OSError": OSError,
    "raises PermissionError": PermissionError,
    "raises TimeoutError": TimeoutError,
    "raises ValueError": ValueError,
    "raises KeyError": KeyError,
}


def leaves(raised: Raised) -> Iterator[tuple[str, str]]:
    """Type and text of the exceptions of a group and of the groups in it; of an exception that is no group, its own."""
    if not raised.inner:
        yield raised.type, raised.message
    for inner in raised.inner:
        yield from leaves(inner)


def told(errors: Counter[tuple[str, str]]) -> str:
    return ", ".join(f"{kind}: {text}" for kind, text in errors.elements()) or "nothing"


def sent(trace: Trace) -> list[str]:
    return sorted(str(call.args[0]) for call in trace.calls("send_technician") if call.outcome == "replied")


def listed(sirens: list[str]) -> str:
    return ", ".join(sirens) or "nobody"


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


@points(1, "the program sends two technicians, and then reports the wrong tone", public=True)
def test_program(as_it_is: Trace, mixed: Trace) -> None:
    technicians = ["technician sent to harbour", "technician sent to mill"]
    assert sorted(as_it_is.lines[:2]) == technicians
    assert as_it_is.lines[2:] == ["bridge: the wrong tone"]
    assert as_it_is.elapsed < 1.3
    missed = [siren for siren in SILENT if siren not in sent(mixed)]
    assert not missed, (
        f"here the technicians are sent, but when {listed(SILENT)} do not answer in a county of 8 sirens, "
        f"none is sent to {missed[0]}"
    )


@points(1, "a technician is sent to every siren that does not answer")
def test_technicians(mixed: Trace) -> None:
    assert sent(mixed) == sorted(SILENT), (
        f"{listed(sorted(SILENT))} did not answer; technicians were sent to {listed(sent(mixed))}"
    )
    assert mixed.elapsed < 0.3 + 3 * 0.2 + 0.4


@points(2, "drill raises all other errors as a group, and only those", means="lost-exception")
def test_others(mixed: Trace) -> None:
    expected = Counter((type(ERRORS[siren]).__name__, str(ERRORS[siren])) for siren in (TONE, DENIED))
    assert mixed.raised is not None, f"expected drill to raise an ExceptionGroup of {told(expected)}; it raised nothing"
    found = Counter(leaves(mixed.raised))
    assert found == expected, f"expected drill to raise {told(expected)}; it raised {told(found)}"
    assert mixed.raised.inner, f"expected an ExceptionGroup; drill raised {mixed.raised.type} by itself"


@points(1, "if sirens do not answer and nothing else fails, drill just returns", means="uncaught-group")
def test_only_silent(silent: Trace) -> None:
    assert sent(silent) == sorted(SILENT), (
        f"{listed(sorted(SILENT))} did not answer; technicians were sent to {listed(sent(silent))}"
    )
    assert silent.returned is None


Kinds: TypeAlias = "list[str | Kinds | None]"
# Half of the sirens are well or do not answer.
KIND = st.one_of(st.sampled_from([None, *list(KINDS)[:3]]), st.sampled_from([*KINDS]))
COUNTIES = st.recursive(KIND, lambda kinds: st.lists(kinds, min_size=1, max_size=4), max_leaves=8)


@points(1, "in any county, technicians go to silent sirens, other errors are raised")
@given(
    kinds=st.lists(COUNTIES, min_size=1, max_size=4),
    same=st.booleans(),
    sound_s=st.sampled_from([0.0, 0.137, 1.713]),
    send_s=st.sampled_from([0.0, 0.713, 5.003]),
)
def test_any_county(virtual: Virtual, kinds: Kinds, same: bool, sound_s: float, send_s: float) -> None:
    errors: dict[str, Exception] = {}
    county = named(kinds, errors, itertools.count(1), same)
    trace = virtual(
        "drill",
        county,
        world={
            "sound": double("sound", delay=sound_s, raises=errors.get),
            "send_technician": double("send_technician", delay=send_s),
        },
        allow=("raise",),
    )
    when = f"when {shown(kinds)}"
    silent = sorted(siren for siren, error in errors.items() if isinstance(error, ConnectionError))
    others = Counter(
        (type(error).__name__, str(error)) for error in errors.values() if not isinstance(error, ConnectionError)
    )
    assert sent(trace) == silent, (
        f"{when}: expected technicians for {listed(silent)}; they were sent to {listed(sent(trace))}"
    )
    found = Counter(leaves(trace.raised)) if trace.raised else Counter[tuple[str, str]]()
    assert found == others, f"{when}: expected drill to raise {told(others)}; it raised {told(found)}"
    assert trace.raised is None or trace.raised.inner, (
        f"{when}: expected drill to raise an ExceptionGroup; it raised {trace.raised}"
    )
    latest = sound_s + len(silent) * send_s
    assert float(trace.elapsed) < latest + 1e-4, (
        f"{when}: drill took {trace.elapsed:.3f} s; expected at most {latest:.3f} s"
    )


def named(kinds: Kinds, errors: dict[str, Exception], numbers: Iterator[int], same: bool) -> Region:
    """The county with a name for each siren; what they raise is put into ``errors``, perhaps all with the same text."""
    region: Region = []
    for kind in kinds:
        if isinstance(kind, list):
            region.append(named(kind, errors, numbers, same))
            continue
        siren = f"siren {next(numbers)}"
        region.append(siren)
        if kind:
            text = "out of order" if same and not issubclass(KINDS[kind], ConnectionError) else siren
            errors[siren] = KINDS[kind](text)
    return region


def shown(kinds: Kinds) -> str:
    """Such as ``[one is well, [one refuses]]``."""
    parts = [shown(kind) if isinstance(kind, list) else f"one {kind or 'is well'}" for kind in kinds]
    return f"[{', '.join(parts)}]"
