"""name_lookup: a blocking resolver, answered by the grader."""

from itertools import pairwise

from grader.suite import Trace, double, fresh, points, record

HOSTS = [f"mail.{word}.example" for word in fresh.words(4)]
UNKNOWN = fresh.shuffled(HOSTS)[0]
ADDRESS = {host: f"198.51.{fresh.number(0, 255)}.{fresh.number(1, 254)}" for host in HOSTS}
# The first is the slowest, so that the answers never come in the order of the questions.
DELAY_S = dict(zip(HOSTS, [0.8, *fresh.shuffled([0.5, 0.6, 0.7])], strict=True))


def delay_s(host: str, *_: object, **__: object) -> float:
    return DELAY_S.get(host, 0.0)


def found(host: str, *_: object, **__: object) -> list[object]:
    return [[2, 1, 6, "", [ADDRESS.get(host), 25]]]


def missing(host: str, *_: object, **__: object) -> OSError | None:
    return OSError(-2, "Name or service not known") if host not in ADDRESS or host == UNKNOWN else None


WORLD = {"name_server": double("name_server", delay=delay_s, reply=found, raises=missing, blocking=True)}

queue = record("main", HOSTS, world=WORLD)
beside = record("beside", double("tick"), HOSTS, world=WORLD, scenario=True)


def answers(trace: Trace) -> int:
    """How many questions were waited for until the name server had answered, well or badly."""
    return sum(span.outcome in ("replied", "raised") for span in trace.calls("name_server"))


@points(1, "each address is printed, in the order of the hosts", means=("wrong-order", "failure-ends-all"))
def test_lines(queue: Trace) -> None:
    results = [f"{host}: {'not found' if host == UNKNOWN else ADDRESS[host]}" for host in HOSTS]
    printed = [line for line in queue.lines if not line.startswith("looking up")]
    assert printed == results, f"expected {'; '.join(results)}; got {'; '.join(printed) or 'nothing'}"


@points(1, "each host is looked up once")
def test_once(queue: Trace) -> None:
    asked = [str(span.kwargs.get("host", *span.args[:1])) for span in queue.calls("name_server")]
    assert sorted(asked) == sorted(HOSTS), f"expected one question for each host; got {', '.join(asked) or 'none'}"


@points(1, "all hosts are looked up at the same time", means="sequential-await")
def test_together(queue: Trace) -> None:
    peak = queue.peak("name_server")
    assert peak == len(HOSTS), f"expected {len(HOSTS)} questions to be open at once, but it was {peak} at most"


@points(1, "all addresses are there in under 1.3 s", public=True)
def test_time(queue: Trace) -> None:
    assert answers(queue) == len(HOSTS), (
        f"it took {queue.elapsed:.2f} s, and waited for {answers(queue)} of {len(HOSTS)} answers"
    )
    assert queue.elapsed < 1.3


@points(2, "the event loop is free while the name server thinks")
def test_loop(beside: Trace) -> None:
    moments = [*(tick.start for tick in beside.calls("tick")), beside.elapsed]
    held = max(later - earlier for earlier, later in pairwise(moments))
    assert answers(beside) == len(HOSTS), f"the program waited for {answers(beside)} of {len(HOSTS)} answers"
    assert held < 0.4, f"another task on the loop, due every 0.1 s, had to wait for {held:.2f} s"
