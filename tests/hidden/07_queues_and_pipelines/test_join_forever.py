"""join_forever: every item taken from the queue is reported as done, once, after the work."""

import heapq
from collections.abc import Mapping, Sequence

from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("MAILERS", "ADDRESSES", "SECONDS", "send")

# Not in the order of the alphabet, so that sorting shows. One address comes twice in a row, another one again at the
# end of the list.
NAMES = sorted(fresh.words(6), reverse=True)
ADDRESSES = [NAMES[0], NAMES[0], NAMES[1], NAMES[2], NAMES[1], NAMES[3], NAMES[4], NAMES[5], NAMES[2]]
MAILERS = 3
# The third letter takes so long that a program in rounds of three loses time.
DELAYS = dict(zip(NAMES, [0.7, 0.6, 1.2, 0.4, 0.4, 0.5], strict=True))


def starts(different: Sequence[str], delays: Mapping[str, float], mailers: int) -> dict[str, float]:
    """When each letter can begin: as soon as a mailer is free."""
    free = [0.0] * mailers
    times = {}
    for address in different:
        times[address] = heapq.heappop(free)
        heapq.heappush(free, times[address] + delays[address])
    return times


as_it_is = record(None, deadline_s=3.5)
mailed = record(
    "send_all",
    ADDRESSES,
    world={"MAILERS": MAILERS, "send": double("send", delay=lambda address: DELAYS[address])},
    deadline_s=4.5,
)


@points(1, "the program sends four letters and ends after about 1.1 s", public=True)
def test_program(as_it_is: Trace, mailed: Trace) -> None:
    assert as_it_is.lines == ["sent to ada", "sent to bob", "sent to cleo", "sent to dan", "4 letters sent"]
    assert as_it_is.elapsed < 1.6
    sent = len([call for call in mailed.calls("send") if call.outcome == "replied"])
    graded = f"with the file's own list four letters are sent; with a list of {len(NAMES)} people and 3 mailers,"
    assert sent == len(NAMES), f"{graded} {sent} were sent (expected {len(NAMES)})"
    last = max(start + DELAYS[name] for name, start in starts(NAMES, DELAYS, MAILERS).items())
    assert mailed.elapsed < last + 0.4, f"{graded} send_all returned at {mailed.elapsed:.2f} s (expected {last:.2f} s)"


@points(1, "each different address gets one letter, in the order of the list", means="wrong-order")
def test_once(mailed: Trace) -> None:
    sent = [call.args[0] for call in mailed.calls("send")]
    assert sent == NAMES, f"the different addresses are {', '.join(NAMES)}; sent to {', '.join(sent) or 'nobody'}"
    assert mailed.returned == len(NAMES), f"send_all returned {mailed.returned}; expected {len(NAMES)}"


@points(1, "send_all returns as soon as the last letter has been sent")
def test_sent(mailed: Trace) -> None:
    assert mailed.calls("send"), "no letter was sent"
    for call in mailed.calls("send"):
        assert call.outcome == "replied", (
            f"send({call.args[0]}) takes {DELAYS[call.args[0]]} s; it was "
            f"{'still running when send_all returned' if call.outcome == 'open' else 'cancelled'}"
        )
    last = max((call.end for call in mailed.calls("send")), key=float)
    assert mailed.elapsed - last < 0.35, (
        f"the last letter had been sent at {last:.2f} s, but send_all returned at {mailed.elapsed:.2f} s"
    )


@points(1, "at most MAILERS letters at once, and no mailer is idle", means="sequential-await")
def test_pace(mailed: Trace) -> None:
    peak = mailed.peak("send")
    assert peak <= MAILERS, f"{peak} letters were being sent at once; graded with MAILERS = {MAILERS}"
    began = {call.args[0]: call.start for call in reversed(mailed.calls("send"))}
    missing = [address for address in NAMES if address not in began]
    assert not missing, f"no letter to {', '.join(missing)}"
    late, message = latest(
        (
            began[address] - free,
            f"a mailer was free for {address} at {free:.2f} s, but the letter began at {began[address]:.2f} s",
        )
        for address, free in starts(NAMES, DELAYS, MAILERS).items()
    )
    assert late < 0.35, message


# All moments lie off every grid, so that a program that checks every hundredth of a second is late.
NUMBERS = st.lists(st.integers(1, 5), max_size=8)
SLOW = st.lists(st.sampled_from([0.0, 0.13717, 1.27193, 2.71371, 20.41371]), min_size=5, max_size=5)


@points(1, "all of this holds for any list, mailers and letters", means="polling")
# More than the small number that a queue or a semaphore may have been given room for.
@example(numbers=list(range(1, 15)), seconds=[1.27193] * 14, mailers=2)
@given(numbers=NUMBERS, seconds=SLOW, mailers=st.integers(1, 4))
def test_any_list(virtual: Virtual, numbers: list[int], seconds: list[float], mailers: int) -> None:
    addresses = [f"reader-{n}" for n in numbers]
    delays = {f"reader-{n}": each for n, each in enumerate(seconds, start=1)}
    different = list(dict.fromkeys(addresses))
    trace = virtual(
        "send_all",
        addresses,
        world={"MAILERS": mailers, "send": double("send", delay=lambda address: delays[address])},
    )
    when = f"when the list is [{', '.join(addresses)}] and MAILERS is {mailers}: "
    sent = [call.args[0] for call in trace.calls("send")]
    assert sent == different, f"{when}letters went to {', '.join(sent) or 'nobody'}"
    assert trace.returned == len(different), f"{when}send_all returned {trace.returned}; expected {len(different)}"
    peak = trace.peak("send")
    assert peak <= mailers, f"{when}{peak} letters were being sent at once"
    times = starts(different, delays, mailers)
    for address, free in times.items():
        call = trace.call("send", address)
        assert call.outcome == "replied", f"{when}send({address}) was still running when send_all returned"
        assert abs(call.start - free) < 1e-4, (
            f"{when}send({address}) began at {call.start:.4f} s; expected at {free:.4f} s"
        )
    end = max([times[address] + delays[address] for address in different], default=0.0)
    assert abs(trace.elapsed - end) < 1e-3, f"{when}send_all returned at {trace.elapsed:.3f} s; expected at {end:.3f} s"


@points(1, "send_all leaves no task behind")
@settings(max_examples=12)
@given(numbers=NUMBERS, mailers=st.integers(1, 4))
def test_left(virtual: Virtual, numbers: list[int], mailers: int) -> None:
    addresses = [f"reader-{n}" for n in numbers]
    world = {"MAILERS": mailers, "send": double("send", delay=0.13717)}
    trace = virtual("afterwards", addresses, scenario=True, world=world)
    when = f"when the list is [{', '.join(addresses)}] and MAILERS is {mailers}: "
    assert len(trace.calls("send")) == len(set(addresses)), (
        f"{when}expected one letter to each of {len(set(addresses))} addresses; {len(trace.calls('send'))} were begun"
    )
    left = sorted(str(note.value) for note in trace.notes("left"))
    assert not left, f"{when}a second after send_all returned, {', '.join(left)} still had not ended"
