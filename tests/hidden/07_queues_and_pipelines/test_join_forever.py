"""join_forever: every item that was taken is reported as done, once, after the work."""

import heapq
from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, latest, points, record

# Not in the order of the alphabet, so that sorting shows. A double stands right behind its first, and another one at
# the end, where nobody comes behind it.
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


@points(1, "the program sends four letters and ends, after about 1.1 s", public=True)
def test_program(as_it_is: Trace, mailed: Trace) -> None:
    assert as_it_is.lines == ["sent to ada", "sent to bob", "sent to cleo", "sent to dan", "4 letters sent"]
    assert 0.9 < as_it_is.elapsed < 1.6
    sent = len([call for call in mailed.calls("send") if call.outcome == "replied"])
    assert sent == len(NAMES), f"here four letters are sent, but of {len(NAMES)} to other people {sent}"
    last = max(start + DELAYS[name] for name, start in starts(NAMES, DELAYS, MAILERS).items())
    assert mailed.elapsed < last + 0.4, (
        f"here it takes {as_it_is.elapsed:.2f} s, but {len(NAMES)} letters that three mailers can have sent after "
        f"{last:.2f} s take {mailed.elapsed:.2f} s"
    )


@points(1, "everybody on the list gets one letter, in the order of the list", means="wrong-order")
def test_once(mailed: Trace) -> None:
    sent = [call.args[0] for call in mailed.calls("send")]
    assert sent == NAMES, f"the different addresses are {', '.join(NAMES)}; sent to {', '.join(sent) or 'nobody'}"
    assert mailed.returned == len(NAMES), f"send_all returned {mailed.returned}; expected {len(NAMES)}"


@points(1, "send_all returns when the last letter has been sent, and soon")
def test_sent(mailed: Trace) -> None:
    assert mailed.calls("send"), "no letter was sent"
    for call in mailed.calls("send"):
        assert call.outcome == "replied", (
            f"the letter to {call.args[0]} takes {DELAYS[call.args[0]]} s; {call.seconds:.2f} s after its start "
            f"{'send_all returned' if call.outcome == 'open' else 'it was cancelled'}"
        )
    last = max((call.end for call in mailed.calls("send")), key=float)
    assert mailed.elapsed - last < 0.35, (
        f"the last letter had been sent at {last:.2f} s, but send_all returned at {mailed.elapsed:.2f} s"
    )


@points(1, "all mailers are at work, and never more", means="sequential-await")
def test_pace(mailed: Trace) -> None:
    peak = mailed.peak("send")
    assert peak <= MAILERS, f"{peak} letters were under way at once; there are {MAILERS} mailers"
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


@points(2, "all of this holds for any list, any number of mailers and slow letters")
@given(
    numbers=st.lists(st.integers(1, 5), max_size=8),
    seconds=st.lists(st.integers(1, 6), min_size=5, max_size=5),
    mailers=st.integers(1, 4),
)
def test_any_list(virtual: Virtual, numbers: list[int], seconds: list[int], mailers: int) -> None:
    addresses = [f"reader-{n}" for n in numbers]
    delays = {f"reader-{n}": float(s) for n, s in enumerate(seconds, start=1)}
    different = list(dict.fromkeys(addresses))
    trace = virtual(
        "send_all",
        addresses,
        world={"MAILERS": mailers, "send": double("send", delay=lambda address: delays[address])},
    )
    when = f"when the list is [{', '.join(addresses)}] and MAILERS is {mailers}"
    sent = [call.args[0] for call in trace.calls("send")]
    assert sent == different, f"{when}: letters went to {', '.join(sent) or 'nobody'}"
    assert trace.returned == len(different), f"{when}: send_all returned {trace.returned}"
    times = starts(different, delays, mailers)
    for address, free in times.items():
        call = trace.call("send", address)
        assert call.outcome == "replied", f"{when}: the letter to {address} had not been sent when send_all returned"
        assert abs(call.start - free) < 0.1, (
            f"{when}: the letter to {address} began at {call.start:.2f} s; expected {free:.2f} s"
        )
    end = max([times[address] + delays[address] for address in different], default=0.0)
    assert abs(trace.elapsed - end) < 0.1, f"{when}: send_all took {trace.elapsed:.2f} s; expected {end:.2f} s"
