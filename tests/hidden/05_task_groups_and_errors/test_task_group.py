"""task_group: the first check that fails ends all the others."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

PARTS = fresh.words(4)
FOUND = {part: f"{part} {fresh.number(10, 99)}" for part in PARTS}
FAULT = f"{fresh.word()} {fresh.number(10, 99)}"
FAILS_AFTER = 0.5
# Neither the first of the list nor the last fails, and the first one takes the longest. One is in order before the
# failure, one would be in order during the announcement.
LATE, FAILING, EARLY, SLOW = PARTS[0], *fresh.shuffled(PARTS[1:3]), PARTS[3]
DELAYS = {LATE: 1.6, FAILING: FAILS_AFTER, EARLY: 0.2, SLOW: 0.9}
WELL = dict(zip(PARTS, fresh.delays(4, 0.2, 0.9, 0.2), strict=True))
CALLED_OFF_AFTER = 0.3

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
    CALLED_OFF_AFTER,
    0.8,
    scenario=True,
    world={"check": double("check", delay=lambda part: 0.6 + WELL[part])},
)


@points(1, "the program calls it off after 0.3 s", public=True)
def test_program(as_it_is: Trace, failed: Trace) -> None:
    assert as_it_is.at("no launch: the parachute is wet") < 1.1
    assert sorted(as_it_is.lines) == [
        "helium: check stopped",
        "no launch: the parachute is wet",
        "parachute: wet",
        "radio: check stopped",
    ]
    late = failed.call("announce").start - failed.call("check", FAILING).end
    assert late < 0.4, (
        f"here it is called off in time, but when {FAILING} of four parts fails after {FAILS_AFTER} s, "
        f"that is announced {late:.2f} s later"
    )
    for part in (LATE, SLOW):
        check = failed.call("check", part)
        assert check.outcome == "cancelled", (
            f"here the checks are stopped, but when {FAILING} fails after {FAILS_AFTER} s, {part} is checked "
            f"until {check.end:.2f} s"
        )


@points(1, "the first failure is announced as soon as it happens")
def test_announced(failed: Trace) -> None:
    failure = failed.call("check", FAILING).end
    announcement = failed.call("announce")
    assert list(announcement.args) == [f"no launch: {FAULT}"]
    late = announcement.start - failure
    assert late < 0.35, f"a check failed at {failure:.2f} s, but that was announced {late:.2f} s later"


@points(1, "when it is announced, no check is running any more")
def test_stopped(failed: Trace) -> None:
    announced = failed.call("announce").start
    for part in (LATE, SLOW):
        check = failed.call("check", part)
        assert check.outcome == "cancelled", f"the check of {part} was not stopped: it ran until {check.end:.2f} s"
        assert check.end - announced < 0.3, (
            f"the check of {part} was stopped at {check.end:.2f} s; no launch was announced at {announced:.2f} s"
        )


@points(
    1,
    "with everything in order it is a launch, as soon as the last check is through",
    means=("wrong-order", "sequential-await"),
)
def test_launch(well: Trace) -> None:
    peak = well.peak("check")
    assert peak == len(PARTS), f"at most {peak} of {len(PARTS)} checks ran at the same time"
    assert list(well.call("announce").args) == [f"launch with {', '.join(FOUND[part] for part in PARTS)}"]
    last = max(WELL.values())
    announced = well.call("announce").start
    assert announced < last + 0.4, f"the checks take {last:.2f} s, it was announced after {announced:.2f} s"


@points(1, "when countdown is cancelled, every check stops with it")
def test_called_off(called_off: Trace) -> None:
    moment = called_off.call("wait", CALLED_OFF_AFTER).end
    ended = [note.value for note in called_off.notes("countdown")]
    assert ended == ["cancelled"], "countdown was cancelled, but it went on and returned or raised something else"
    for part in PARTS:
        check = called_off.call("check", part)
        assert check.outcome == "cancelled", f"countdown was cancelled, but the check of {part} went on"
        late = check.end - moment
        assert late < 0.4, f"countdown was cancelled, and the check of {part} went on for {late:.2f} s"


@points(1, "whichever check fails, and whenever, the others stop at that moment")
@given(
    checks=st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=5, unique_by=lambda pair: pair[0])
)
def test_any_failure(virtual: Virtual, checks: list[tuple[int, bool]]) -> None:
    took = {f"part-{n}": seconds for n, (seconds, _) in enumerate(checks, start=1)}
    faulty = [part for part, (_, well) in zip(took, checks, strict=True) if not well]
    trace = virtual(
        "main",
        world={
            "PARTS": list(took),
            "check": double(
                "check",
                delay=lambda part: float(took[part]),
                reply=lambda part: f"{part} is well",
                raises=lambda part: ValueError(f"{part} is broken") if part in faulty else None,
            ),
            "announce": double("announce", delay=20.0),
        },
    )
    when = "when " + ", ".join(
        f"{part} {'fails' if part in faulty else 'is in order'} after {seconds} s" for part, seconds in took.items()
    )
    end = min((took[part] for part in faulty), default=max(took.values()))
    first = next((part for part in faulty if took[part] == end), None)
    expected = f"no launch: {first} is broken" if first else "launch with " + ", ".join(f"{p} is well" for p in took)
    said = trace.call("announce")
    assert list(said.args) == [expected], f"{when}: announced {said.args[0]!r}, expected {expected!r}"
    assert end - 0.1 < said.start < end + 0.1, f"{when}: announced at {said.start:.2f} s, expected at {end} s"
    for part in took:
        check = trace.call("check", part)
        assert check.end < end + 0.1, f"{when}: the check of {part} went on until {check.end:.2f} s, expected {end} s"
