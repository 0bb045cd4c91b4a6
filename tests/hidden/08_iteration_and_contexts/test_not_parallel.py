"""not_parallel: each item is worked on from the moment it comes, while the next is on its way."""

from collections.abc import Sequence

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("CARGO", "unload", "scan", "main")

SHIP = fresh.words(3)
FINDINGS = {container: fresh.token() for container in SHIP}
LIFT_S, EMPTY_S = 0.5, 0.1
# The first scan is the longest: the findings do not come in the order of the containers.
SCANS = dict(zip(SHIP, [1.35, 0.3, 0.6], strict=True))
AT_ONCE_S = 1e-4
"""On the virtual clock."""


def harbour_with(
    names: Sequence[str], lifts: Sequence[float], empty_s: float, scans: dict[str, float], findings: dict[str, str]
) -> dict[str, Double]:
    """The world: what each lift and each scan takes, and what is found."""
    return {
        "unload": double(
            "unload",
            delay=lambda number: lifts[number] if number < len(names) else empty_s,
            reply=lambda number: names[number] if number < len(names) else None,
        ),
        "scan": double("scan", delay=lambda container: scans[container], reply=lambda container: findings[container]),
    }


as_it_is = record(None)
harbour = record("inspect", world=harbour_with(SHIP, [LIFT_S] * len(SHIP), EMPTY_S, SCANS, FINDINGS))


def done() -> float:
    """When the last finding of the ship can be there."""
    unloaded = LIFT_S * len(SHIP) + EMPTY_S
    return max([unloaded, *(LIFT_S * (number + 1) + SCANS[name] for number, name in enumerate(SHIP))])


def shown(items: object) -> str:
    return ", ".join(map(str, items)) or "nothing" if isinstance(items, list) else str(items)


@points(1, "the program prints the four findings after about 1.65 s", public=True)
def test_program(as_it_is: Trace, harbour: Trace) -> None:
    assert as_it_is.lines == ["MSKU: clear", "TGHU: clear", "OOLU: opened", "HLCU: clear"]
    assert 1.5 < as_it_is.elapsed < 1.95
    assert harbour.elapsed < done() + 0.4, (
        f"your ship takes {as_it_is.elapsed:.2f} s, but another one, which can be done after {done():.2f} s, "
        f"takes {harbour.elapsed:.2f} s"
    )
    wanted = [FINDINGS[container] for container in SHIP]
    assert harbour.returned == wanted, (
        f"the findings of your ship are right, but for another one, inspect returned {shown(harbour.returned)}; "
        f"expected {shown(wanted)}"
    )


@points(2, "each scan begins at the moment its container is ashore", means="sequential-await")
def test_soon(harbour: Trace) -> None:
    waits = []
    for number, container in enumerate(SHIP):
        ashore = harbour.call("unload", number).end
        begun = harbour.call("scan", container).start
        assert begun >= ashore, f"scan({container}) began at {begun:.2f} s, before it was ashore at {ashore:.2f} s"
        waits.append((begun - ashore, f"{container} was ashore at {ashore:.2f} s, but its scan began at {begun:.2f} s"))
    late, message = latest(waits)
    assert late < 0.35, message
    assert done() - 0.1 < harbour.elapsed < done() + 0.4


@points(1, "the findings are in the order in which the containers came ashore", means="wrong-order")
def test_order(harbour: Trace) -> None:
    wanted = [FINDINGS[container] for container in SHIP]
    assert harbour.returned == wanted, f"inspect returned {shown(harbour.returned)}; expected {shown(wanted)}"


@points(1, "the crane is asked for one container at a time, in order")
def test_crane(harbour: Trace) -> None:
    asked = [call.args[0] for call in harbour.calls("unload")]
    wanted = list(range(len(SHIP) + 1))
    assert asked == wanted, f"expected unload to be called for {shown(wanted)}; it was called for {shown(asked)}"
    peak = harbour.peak("unload")
    assert peak == 1, f"the crane was asked for {peak} containers at once"


@points(2, "however long the crane and the scanners take, no scan waits")
# More than the small number that a queue or a semaphore may have been given room for.
@example(containers=[(137, 9000)] * 14, empty_ms=137)
@given(
    containers=st.lists(st.tuples(st.integers(137, 3000), st.integers(0, 9000)), max_size=6),
    empty_ms=st.sampled_from([0, 137, 3011]),
)
def test_any_times(virtual: Virtual, containers: list[tuple[int, int]], empty_ms: int) -> None:
    lifts = [lift / 1000 for lift, _ in containers]
    scans = {f"box-{number}": scan / 1000 for number, (_, scan) in enumerate(containers, start=1)}
    names = list(scans)
    findings = {name: f"{name} is fine" for name in names}
    day = virtual("inspect", world=harbour_with(names, lifts, empty_ms / 1000, scans, findings))
    each = "; ".join(
        f"{name} takes {lift:g} s to unload and {scans[name]:g} s to scan"
        for name, lift in zip(names, lifts, strict=True)
    )
    when = f"when {each}: " if each else "when there is no container: "
    scanned = sorted(call.args[0] for call in day.calls("scan"))
    assert scanned == sorted(names), f"{when}scan was called for {shown(scanned)}"
    assert day.returned == list(findings.values()), (
        f"{when}inspect returned {shown(day.returned)}; expected {shown(list(findings.values()))}"
    )
    asked = [call.args[0] for call in day.calls("unload")]
    assert asked == list(range(len(names) + 1)), f"{when}unload was called for the numbers {shown(asked)}"
    ashore = 0.0
    done = sum(lifts) + empty_ms / 1000
    for name, lift in zip(names, lifts, strict=True):
        ashore += lift
        done = max(done, ashore + scans[name])
        begun = day.call("scan", name).start
        assert abs(begun - ashore) < AT_ONCE_S, (
            f"{when}{name} could be ashore and scanned from {ashore:g} s on; its scan began at {begun:g} s"
        )
    assert abs(day.elapsed - done) < AT_ONCE_S, f"{when}inspect took {day.elapsed:g} s; expected {done:g} s"
