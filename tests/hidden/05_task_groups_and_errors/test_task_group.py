"""task_group: the first check that fails ends all the others."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from grader.record.trace import Raised
from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("PARTS", "SECONDS", "check", "announce", "main")

PARTS = fresh.words(4)
FOUND = {part: f"{part} {fresh.number(10, 99)}" for part in PARTS}
FAULT = f"fault {fresh.number(100, 999)}"
FAILS_AFTER = 0.5
# Neither the first of the list nor the last fails, and the first one takes the longest. One is in order before the
# failure, one would be in order during the announcement.
LATE, FAILING, EARLY, SLOW = PARTS[0], *fresh.shuffled(PARTS[1:3]), PARTS[3]
DELAYS = {LATE: 1.6, FAILING: FAILS_AFTER, EARLY: 0.2, SLOW: 0.9}
WELL = dict(zip(PARTS, fresh.delays(4, 0.2, 0.9, 0.2), strict=True))

as_it_is = record(None)
failed = record(
    "main",
    world={
        "PARTS": PARTS,
        "check": double(
            "check",
            delay=lambda part: DELAYS[part],
            reply=lambda part: FOUND[part],
            raises=lambda part: ValueError(FAULT) if part == FAILING else None,
        ),
        "announce": double("announce", delay=0.7),
    },
)
well = record(
    "main",
    world={
        "PARTS": PARTS,
        "check": double("check", delay=lambda part: WELL[part], reply=lambda part: FOUND[part]),
        "announce": double("announce", delay=0.1),
    },
)
called_off = record(
    "called_off",
    double("wait", delay=lambda seconds: seconds),
    PARTS,
    0.3,
    0.8,
    scenario=True,
    world={"check": double("check", delay=lambda part: 0.6 + WELL[part], reply=lambda part: FOUND[part])},
)


@points(1, "the program calls the launch off after 0.3 s", public=True)
def test_program(as_it_is: Trace, failed: Trace) -> None:
    assert as_it_is.at("no launch: the parachute is wet") < 1.1
    assert sorted(as_it_is.lines) == [
        "helium: check stopped",
        "no launch: the parachute is wet",
        "parachute: wet",
        "radio: check stopped",
    ]
    late = failed.call("announce").start - failed.call("check", FAILING).end
    assert late < 0.45, (
        f"here the launch is called off in time, but when {FAILING} of 4 parts fails after {FAILS_AFTER} s, "
        f"that is announced {late:.2f} s later"
    )


@points(1, "the first failure is announced as soon as it happens", means="uncaught-group")
def test_announced(failed: Trace) -> None:
    failure = failed.call("check", FAILING).end
    announcement = failed.call("announce")
    assert list(announcement.args) == [f"no launch: {FAULT}"], (
        f"expected 'no launch: {FAULT}' to be announced; got {announcement.args[0]!r}"
    )
    late = announcement.start - failure
    assert late < 0.45, f"a check failed at {failure:.2f} s; that was announced {late:.2f} s later, expected at once"


@points(1, "when a failure is announced, no other check is running any more", means="leaked-task")
def test_stopped(failed: Trace) -> None:
    announced = failed.call("announce").start
    for part in (LATE, SLOW):
        check = failed.call("check", part)
        assert check.outcome == "cancelled", (
            f"{FAILING} failed after {FAILS_AFTER} s; expected the check of {part} to be stopped, "
            f"it ran until {check.end:.2f} s"
        )
        assert check.end - announced < 0.4, (
            f"the check of {part} was stopped at {check.end:.2f} s; no launch was announced at {announced:.2f} s"
        )


@points(
    1,
    "with all parts in order, the launch comes after the last check",
    means=("wrong-order", "sequential-await"),
)
def test_launch(well: Trace) -> None:
    peak = well.peak("check")
    assert peak == len(PARTS), f"expected all {len(PARTS)} checks to run at the same time; at most {peak} did"
    assert list(well.call("announce").args) == [f"launch with {', '.join(FOUND[part] for part in PARTS)}"]
    last = max(WELL.values())
    announced = well.call("announce").start
    assert announced < last + 0.45, f"the checks take {last:.2f} s; the launch was announced after {announced:.2f} s"


@points(1, "when countdown is cancelled, every check stops with it", means="leaked-task")
@given(
    checks=st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=4),
    after=st.sampled_from([0.0, 0.0137, 0.713, 3.0007]),
)
def test_called_off(virtual: Virtual, called_off: Trace, checks: list[tuple[int, bool]], after: float) -> None:
    for part in PARTS:
        check = called_off.call("check", part)
        assert check.outcome == "cancelled", f"countdown was cancelled after 0.3 s; the check of {part} went on"
    # The first check is running when countdown is cancelled; some of the others have gone well before.
    took = {f"part {n}": after + seconds + 0.137 for n, (seconds, _) in enumerate(checks, start=1)}
    took |= {
        part: after * 0.31 * n for n, (part, (_, early)) in enumerate(zip(took, checks, strict=True)) if n and early
    }
    trace = virtual(
        "called_off",
        double("wait", delay=lambda seconds: seconds),
        list(took),
        after,
        30.0,
        scenario=True,
        world={"check": double("check", delay=lambda part: took[part], reply="well")},
    )
    checked = ", ".join(f"{part} {seconds:.4f} s" for part, seconds in took.items())
    when = f"when the checks take {checked} and countdown is cancelled at {after:g} s"
    ended = trace.notes("countdown")[0]
    assert ended.value == "was cancelled", f"{when}: expected CancelledError; countdown {ended.value}"
    assert float(ended.at) < after + 1e-4, f"{when}: expected it to end at once; it ended at {ended.at:.3f} s"
    for check in trace.calls("check"):
        assert float(check.end) < after + 1e-4, f"{when}: the check of {check.args[0]} went on until {check.end:.3f} s"


# In thousandths; some checks end at the same moment.
MOMENTS = st.sampled_from([0, 1, 137, 713, 1713, 1714, 5003, 9001])
# None: in order. Most failures are ValueErrors, one of them of a subclass.
OUTCOMES = st.sampled_from(
    [None, None, None, ValueError, ValueError, UnicodeError, RuntimeError, KeyError, TimeoutError]
)


@points(1, "whenever and however a check fails, the others stop at that moment")
@given(checks=st.lists(st.tuples(MOMENTS, OUTCOMES), min_size=1, max_size=5))
def test_any_failure(virtual: Virtual, checks: list[tuple[int, type[Exception] | None]]) -> None:
    took = {f"part {n}": milliseconds / 1000 for n, (milliseconds, _) in enumerate(checks, start=1)}
    errors = {
        part: error(f"{part} is broken") for part, (_, error) in zip(took, checks, strict=True) if error is not None
    }
    trace = virtual(
        "main",
        world={
            "PARTS": list(took),
            "check": double(
                "check",
                delay=lambda part: took[part],
                reply=lambda part: f"{part} is well",
                raises=lambda part: errors.get(part),
            ),
            "announce": double("announce", delay=20.0),
        },
        allow=("raise",),
    )
    when = "when " + ", ".join(
        f"{part} {f'fails with {type(errors[part]).__name__}' if part in errors else 'is in order'} after {seconds} s"
        for part, seconds in took.items()
    )
    end = min((took[part] for part in errors), default=max(took.values()))
    first = [errors[part] for part in errors if took[part] == end]
    texts = {f"no launch: {error}" for error in first if isinstance(error, ValueError)}
    others = {(type(error).__name__, str(error)) for error in first if not isinstance(error, ValueError)}
    if not first:
        texts = {"launch with " + ", ".join(f"{part} is well" for part in took)}
    expected = " or ".join([*map(repr, sorted(texts)), *(f"{kind}: {text}" for kind, text in sorted(others))])
    said = trace.calls("announce")
    if said:
        text = str(said[0].args[0])
        assert text in texts, f"{when}: expected {expected}; countdown returned {text!r}"
        at = float(said[0].start)
        assert abs(at - end) < 1e-4, f"{when}: expected the announcement at {end} s; it came at {at:.3f} s"
    else:
        raised = set(leaves(trace.raised)) if trace.raised else set()
        # Of a group with errors of both kinds, the ValueErrors may come out as well.
        assert raised & others, f"{when}: expected {expected}; countdown raised {trace.raised}"
        assert raised <= {(type(error).__name__, str(error)) for error in first}, (
            f"{when}: expected {expected}; countdown raised {trace.raised}"
        )
        assert abs(float(trace.elapsed) - end) < 1e-4, (
            f"{when}: expected countdown to raise at {end} s; it did at {trace.elapsed:.3f} s"
        )
    for part in took:
        check = trace.call("check", part)
        assert float(check.end) < end + 1e-4, f"{when}: the check of {part} went on until {check.end:.3f} s"


def leaves(raised: Raised) -> Iterator[tuple[str, str]]:
    if not raised.inner:
        yield raised.type, raised.message
    for inner in raised.inner:
        yield from leaves(inner)
