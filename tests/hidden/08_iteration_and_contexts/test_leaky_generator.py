"""leaky_generator: whatever ends the search, the list is closed before it ends."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, points, record

TITLE, OTHER = fresh.words(2)
COPIES = [f"{TITLE} {token}" for token in (fresh.token(), fresh.token(), fresh.token(), fresh.token())]
SIGNED = fresh.number(1, 2)
FAULT = f"{fresh.word()} is out"
CLOSE_S = 0.35
WAIT = double("wait", delay=lambda seconds: seconds)


def shop(
    copies: list[str], signed: int | None, *, fails_at: int | None = None, look_s: float = 0.2
) -> dict[str, Double]:
    """The world: these copies, one of them signed; looking at number ``fails_at`` fails."""
    return {
        "next_copy": double(
            "next_copy", delay=0.1, reply=lambda _, number: copies[number] if number < len(copies) else None
        ),
        "is_signed": double(
            "is_signed",
            delay=look_s,
            reply=lambda copy: signed is not None and copy == copies[signed],
            raises=lambda copy: OSError(FAULT) if fails_at is not None and copy == copies[fails_at] else None,
        ),
        "close": double("close", delay=CLOSE_S),
        "set_aside": double("set_aside", delay=0.5),
    }


as_it_is = record(None)
found = record("main", world=shop(COPIES, SIGNED))
failed = record("search", WAIT, TITLE, scenario=True, world=shop(COPIES, None, fails_at=1))
cancelled = record("search", WAIT, TITLE, 0.5, scenario=True, world=shop(COPIES, None, look_s=0.8))


def ended(trace: Trace, how: object) -> None:
    """The search ended like this, and the list was closed by then, once."""
    note = trace.notes("ended")[0]
    assert note.value == how, f"first_signed ended with {note.value!r}; expected {how!r}"
    times = len(trace.calls("close"))
    assert times == 1, f"the list was closed {times} times; expected once"
    close = trace.calls("close")[0]
    assert close.outcome == "replied", "the closing of the list was not waited for"
    assert close.end <= note.at, f"first_signed ended at {note.at:.2f} s, the list was closed at {close.end:.2f} s"
    late = note.at - close.end
    assert late < 0.3, f"the list was closed at {close.end:.2f} s, first_signed ended {late:.2f} s later"


@points(1, "the program closes the list and then sets the copy aside", public=True)
def test_program(as_it_is: Trace, found: Trace) -> None:
    assert as_it_is.lines == ["Dune is closed", "Dune 2 is set aside"]
    assert 0.7 < as_it_is.elapsed < 1.4
    aside = found.call("set_aside", COPIES[SIGNED]).start
    closed = [call.end for call in found.calls("close") if call.outcome == "replied" and call.end <= aside]
    assert closed, (
        f"here the list is closed first, but when that takes {CLOSE_S} s and copy {SIGNED} is signed, that is to be "
        f"set aside at {aside:.2f} s, before the list is closed"
    )


@points(1, "the list is closed before the copy is set aside")
def test_before(found: Trace) -> None:
    aside = found.call("set_aside", COPIES[SIGNED])
    times = len(found.calls("close"))
    assert times == 1, f"the list was closed {times} times; expected once"
    close = found.calls("close")[0]
    assert list(close.args) == ["Dune"]
    assert close.outcome == "replied", "the closing of the list was not waited for"
    assert close.end <= aside.start, (
        f"the copy was to be set aside at {aside.start:.2f} s, the list was closed at {close.end:.2f} s"
    )
    late = aside.start - close.end
    assert late < 0.3, f"the list was closed at {close.end:.2f} s, the copy was set aside {late:.2f} s later"


@points(1, "the search looks at each copy once, and no further than needed")
def test_no_further(found: Trace) -> None:
    asked = [call.args[1] for call in found.calls("next_copy")]
    assert asked == list(range(SIGNED + 1)), f"copy {SIGNED} is signed; the program asked for the copies {asked}"
    looked = [call.args[0] for call in found.calls("is_signed")]
    assert looked == COPIES[: SIGNED + 1]


@points(
    1,
    "when is_signed fails, the list is closed before the error comes out",
    means=("skipped-cleanup", "lost-exception"),
)
def test_failed(failed: Trace) -> None:
    ended(failed, f"OSError: {FAULT}")


@points(1, "when the search is cancelled, the list is closed before it ends", means="skipped-cleanup")
def test_cancelled(cancelled: Trace) -> None:
    ended(cancelled, "cancelled")
    assert cancelled.notes("ended")[0].at < 0.5 + CLOSE_S + 0.4


@points(2, "in every search the list is closed once, before it ends")
@given(
    copies=st.integers(0, 5),
    signed=st.none() | st.integers(0, 4),
    # Not the very first next_copy: whether a list that could not be opened is to be closed, nobody said.
    fails=st.none()
    | st.tuples(st.just("next_copy"), st.integers(1, 5))
    | st.tuples(st.just("is_signed"), st.integers(0, 4)),
)
def test_any_search(virtual: Virtual, copies: int, signed: int | None, fails: tuple[str, int] | None) -> None:
    names = [f"copy-{number}" for number in range(copies)]
    look, read = (fails[1] if fails and fails[0] == which else None for which in ("is_signed", "next_copy"))
    world = shop(names, None) | {
        "next_copy": double(
            "next_copy",
            delay=1.0,
            reply=lambda _, number: names[number] if number < copies else None,
            raises=lambda _, number: OSError(FAULT) if number == read else None,
        ),
        "is_signed": double(
            "is_signed",
            delay=1.0,
            reply=lambda copy: copy == f"copy-{signed}",
            raises=lambda copy: OSError(FAULT) if copy == f"copy-{look}" else None,
        ),
    }
    how: object = None
    for number in range(copies + 1):
        if number == read or (number == look and number < copies):
            how = f"OSError: {FAULT}"
            break
        if number == signed and number < copies:
            how = f"copy-{signed}"
            break
    ended(virtual("search", WAIT, OTHER, scenario=True, world=world), how)
