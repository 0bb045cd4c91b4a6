"""not_parallel: each item is worked on from the moment it comes, while the next is on its way."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

SHIP = fresh.words(4)
FINDINGS = {container: fresh.token() for container in SHIP}
LIFT_S, EMPTY_S = 0.25, 0.1
# The first scan is the longest: the findings never come in the order of the containers.
LONGEST, *OTHERS = sorted(fresh.delays(4, 0.35, 1.15, 0.25), reverse=True)
SCANS = dict(zip(SHIP, [LONGEST, *fresh.shuffled(OTHERS)], strict=True))

as_it_is = record(None)
harbour = record(
    "inspect",
    world={
        "unload": double(
            "unload",
            delay=lambda number: LIFT_S if number < len(SHIP) else EMPTY_S,
            reply=lambda number: SHIP[number] if number < len(SHIP) else None,
        ),
        "scan": double("scan", delay=lambda container: SCANS[container], reply=lambda container: FINDINGS[container]),
    },
)


def done() -> float:
    """When the last finding of the ship can be there."""
    unloaded = LIFT_S * len(SHIP) + EMPTY_S
    return max([unloaded, *(LIFT_S * (number + 1) + SCANS[name] for number, name in enumerate(SHIP))])


@points(1, "the program prints the four findings after about 1.65 s", public=True)
def test_program(as_it_is: Trace, harbour: Trace) -> None:
    assert as_it_is.lines == ["MSKU: clear", "TGHU: clear", "OOLU: opened", "HLCU: clear"]
    assert 1.5 < as_it_is.elapsed < 2.0
    assert harbour.elapsed < done() + 0.4, (
        f"here it takes {as_it_is.elapsed:.2f} s, but another ship, which can be done after {done():.2f} s, "
        f"takes {harbour.elapsed:.2f} s"
    )
    assert harbour.returned == [FINDINGS[container] for container in SHIP], (
        "here the findings are in order, but those of another ship are not"
    )


@points(2, "each container is scanned from the moment it is ashore", means="sequential-await")
def test_soon(harbour: Trace) -> None:
    for number, container in enumerate(SHIP):
        ashore = harbour.call("unload", number).end
        begun = harbour.call("scan", container).start
        assert begun >= ashore, f"the scan of {container} began at {begun:.2f} s, ashore it was at {ashore:.2f} s"
        late = begun - ashore
        assert late < 0.2, f"{container} was ashore at {ashore:.2f} s, but its scan began {late:.2f} s later"
    assert done() - 0.1 < harbour.elapsed < done() + 0.4


@points(1, "the findings are in the order in which the containers came ashore", means="wrong-order")
def test_order(harbour: Trace) -> None:
    assert harbour.returned == [FINDINGS[container] for container in SHIP]


@points(1, "the crane is asked for one container at a time, in order")
def test_crane(harbour: Trace) -> None:
    asked = [call.args[0] for call in harbour.calls("unload")]
    wanted = list(range(len(SHIP) + 1))
    assert asked == wanted, f"the crane was asked for the numbers {asked}; expected {wanted}"
    peak = harbour.peak("unload")
    assert peak == 1, f"the crane was asked for {peak} containers at once"


@points(2, "whatever the crane and the scanners take, nobody waits for another")
@given(
    containers=st.lists(st.tuples(st.integers(1, 4), st.integers(1, 9)), max_size=6),
    empty_after=st.integers(0, 3),
)
def test_any_times(virtual: Virtual, containers: list[tuple[int, int]], empty_after: int) -> None:
    lifts = [float(lift) for lift, _ in containers]
    scans = {f"box-{number}": float(scan) for number, (_, scan) in enumerate(containers, start=1)}
    names = list(scans)
    day = virtual(
        "inspect",
        world={
            "unload": double(
                "unload",
                delay=lambda number: lifts[number] if number < len(lifts) else float(empty_after),
                reply=lambda number: names[number] if number < len(names) else None,
            ),
            "scan": double("scan", delay=lambda name: scans[name], reply=lambda name: f"{name} is fine"),
        },
    )
    assert day.returned == [f"{name} is fine" for name in names]
    ashore = 0.0
    done = sum(lifts) + empty_after
    for name, lift in zip(names, lifts, strict=True):
        ashore += lift
        done = max(done, ashore + scans[name])
        begun = day.call("scan", name).start
        assert abs(begun - ashore) < 0.1, f"{name} was ashore at {ashore:g} s, its scan began at {begun:g} s"
    assert abs(day.elapsed - done) < 0.1, f"took {day.elapsed:g} s; expected {done:g} s"
