"""name_lookup: a resolver that blocks; the grader plays the name server."""

import socket
from itertools import pairwise

from grader.suite import Seconds, Trace, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("name_server",)

HOSTS = [
    f"mail.{tree}-{fresh.number(10, 99)}.example" for tree in fresh.shuffled(["aspen", "hazel", "larch", "willow"])
]
UNKNOWN = f"mx.spruce-{fresh.number(10, 99)}.example"
INVALID = "mail..example"
# Every OSError means not found, and gaierror is only one of them.
BROKEN = {
    f"mx.maple-{fresh.number(10, 99)}.example": OSError(22, "Invalid argument"),
    f"mx.rowan-{fresh.number(10, 99)}.example": ConnectionRefusedError(111, "Connection refused"),
    f"mx.linden-{fresh.number(10, 99)}.example": TimeoutError("the name server did not answer"),
}


def addresses() -> list[str]:
    """Three addresses of a host, of which the first is neither the lowest nor the highest."""
    low, middle, high = fresh.number(100, 140), fresh.number(150, 200), fresh.number(210, 254)
    return [f"198.51.100.{number}" for number in (middle, *fresh.shuffled([low, high]))]


ADDRESSES = {host: addresses() for host in HOSTS}
# The first answer is the slowest, so that answers never come in the order of the questions.
DELAY_S = dict(zip(HOSTS, [0.9, *fresh.shuffled([0.6, 0.7, 0.8])], strict=True))


def delay_s(host: str, *_: object, **__: object) -> float:
    return DELAY_S.get(host, 0.6)


def found(host: str, *_: object, **__: object) -> list[object]:
    return [[2, 1, 6, "", [address, 25]] for address in ADDRESSES.get(host, [])]


def missing(host: str, *_: object, **__: object) -> Exception | None:
    if host == INVALID:
        return UnicodeError("label empty or too long")
    if host in BROKEN:
        return BROKEN[host]
    return None if host in ADDRESSES else socket.gaierror(-2, "Name or service not known")


WORLD = {"name_server": double("name_server", delay=delay_s, reply=found, raises=missing, blocking=True)}
# One host comes twice: each of the two gets its line.
MIXED = [HOSTS[1], UNKNOWN, HOSTS[0], HOSTS[1]]

queue = record("main", HOSTS, world=WORLD)
mixed = record("main", MIXED, world=WORLD)
broken = record("main", [*BROKEN, HOSTS[2]], world=WORLD)
invalid = record("main", [HOSTS[0], INVALID], world=WORLD, allow=["raise"])
beside = record("beside", double("tick"), HOSTS, world=WORLD, scenario=True)


def answers(trace: Trace) -> int:
    """How many answers of the name server were waited for."""
    return sum(span.outcome in ("replied", "raised") for span in trace.calls("name_server"))


@points(1, "the number of hosts is printed, then each first address, in order", means="wrong-order")
def test_lines(queue: Trace) -> None:
    first = f"looking up {len(HOSTS)} hosts"
    results = [first, *(f"{host}: {ADDRESSES[host][0]}" for host in HOSTS)]
    assert queue.lines == results
    asked = queue.calls("name_server")
    assert not asked or queue.at(first) <= asked[0].start, f"{first!r} was printed only after a host had been looked up"


@points(1, "a host that the name server does not know is 'not found'", means="failure-ends-all")
def test_not_found(mixed: Trace, broken: Trace) -> None:
    results = [f"{host}: {ADDRESSES[host][0] if host in ADDRESSES else 'not found'}" for host in MIXED]
    assert mixed.lines == [f"looking up {len(MIXED)} hosts", *results]
    for host, error in BROKEN.items():
        assert f"{host}: not found" in broken.lines, (
            f"when the lookup of {host} raises {type(error).__name__}, which is an OSError: "
            f"expected the line '{host}: not found'; printed {' / '.join(broken.lines) or 'nothing'}"
        )


@points(1, "main raises any other exception of a lookup", means="caught-too-much")
def test_invalid(invalid: Trace) -> None:
    lookup = "when the lookup of a host raises UnicodeError, main"
    assert invalid.raised is not None, f"{lookup} returned as if nothing had happened; expected it to raise that error"
    raised = [each.type for each in invalid.raised.inner or (invalid.raised,)]
    assert raised == ["UnicodeError"], f"{lookup} raised {', '.join(raised)}; expected UnicodeError"


@points(1, "each host is looked up once, with port 25")
def test_once(queue: Trace) -> None:
    asked = [str(span.args[0]) for span in queue.calls("name_server")]
    assert sorted(asked) == sorted(HOSTS), (
        f"expected one lookup of each of {len(HOSTS)} hosts; looked up: {', '.join(asked) or 'none'}"
    )
    ports = {str(span.args[1]) for span in queue.calls("name_server")} - {"25", "smtp"}
    assert not ports, f"expected lookups with port 25; there was one with port {min(ports)}"


@points(1, "all hosts are looked up at the same time", means="sequential-await")
def test_together(queue: Trace) -> None:
    peak = queue.peak("name_server")
    assert peak == len(HOSTS), f"expected {len(HOSTS)} lookups at the same time; there were at most {peak}"


@points(1, "main takes as long as the slowest answer", public=True)
def test_time(queue: Trace) -> None:
    assert answers(queue) >= len(HOSTS), (
        f"main took {queue.elapsed:.2f} s, but waited for {answers(queue)} of {len(HOSTS)} answers"
    )
    slowest = max(DELAY_S.values())
    assert queue.elapsed < slowest + 0.5, (
        f"main took {queue.elapsed:.2f} s for {len(HOSTS)} hosts; expected {slowest:.2f} s, "
        "the time of the slowest answer"
    )


@points(2, "the event loop is free while the name server is asked")
def test_loop(beside: Trace) -> None:
    assert answers(beside) >= len(HOSTS), f"main waited for {answers(beside)} of {len(HOSTS)} answers"
    held = longest_hold(beside)
    assert held < 0.45, f"another task, which was due every 0.1 s, had to wait for {held:.2f} s"


def longest_hold(run: Trace) -> Seconds:
    moments = [*(tick.start for tick in run.calls("tick")), run.elapsed]
    return max(later - earlier for earlier, later in pairwise(moments))
