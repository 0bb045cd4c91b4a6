"""retry: a payment that is sent again is the same payment, and those who send again do not come at the same moment."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import (
    PORT,
    Run,
    Seconds,
    Span,
    Trace,
    Virtual,
    counted,
    double,
    fresh,
    points,
    read_all,
    record,
    times,
)

LEAVE_ALONE: tuple[str, ...] = (
    "TRIES", "PATIENCE", "FIRST", "MOST", "SHOPS", "booked", "send", "bank", "main",
)  # fmt: skip

PATIENCE = 0.6
FIRST = MOST = 1.2
LATE_S = 3.5
HANGS_UP, RESETS, LATE, DECLINED, GOOD = AMOUNTS = fresh.shuffled(range(fresh.number(11, 20), 99, 9))[:5]
"""Payments, by their amounts, with what becomes of them at the bank: all are booked, except the declined one."""
PAID = {amount: f"paid {amount}, thanks {fresh.token()}" for amount in AMOUNTS}


def the_bank(lost: bool) -> Callable[[Run], Awaitable[None]]:
    """The bank; it notes each try, and when a connection ends. With ``lost``, some first answers do not arrive."""

    async def run_bank(run: Run) -> None:
        asked: Counter[int] = Counter()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                number, _, amount = (await reader.readline()).decode().rsplit(maxsplit=2)
                asked[int(amount)] += 1
                run.note("tried", [number, int(amount)])
                trouble = int(amount) if lost and asked[int(amount)] == 1 else None
                if trouble == RESETS:
                    sock: socket.socket = writer.get_extra_info("socket")
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    writer.transport.abort()
                if trouble == LATE:
                    gone = asyncio.create_task(read_all(reader))
                    await asyncio.wait([gone], timeout=LATE_S)
                    run.note("given up" if gone.done() else "answered late")
                    gone.cancel()
                if trouble not in (RESETS, HANGS_UP):
                    answer = "declined" if int(amount) == DECLINED else PAID.get(int(amount), "unknown")
                    writer.write(f"{answer}\n".encode())
                    await writer.drain()
            except (ConnectionError, ValueError):
                pass  # a program that hangs up, or sends something else; what was noted tells
            finally:
                writer.close()

        async with await asyncio.start_server(serve, sock=run.listener) as server:
            await server.serve_forever()

    return run_bank


WAIT = double("wait", delay=lambda seconds: seconds)
TOLD = double("told")
WORLD = {"TRIES": 3, "PATIENCE": PATIENCE, "FIRST": FIRST, "MOST": MOST}

as_it_is = record(None)
saturday = record(
    "payments", TOLD, WAIT, PORT, [*AMOUNTS, GOOD],
    scenario=True, world=WORLD, listen=True, drive=the_bank(lost=True), deadline_s=7.0,
)  # fmt: skip
sunday = record(
    "payments", TOLD, WAIT, PORT, [GOOD, GOOD],
    scenario=True, world=WORLD, listen=True, drive=the_bank(lost=False),
)  # fmt: skip


def tries(run: Trace, amount: int) -> list[tuple[str, Seconds]]:
    """Number and time of each try of the payments of this amount."""
    return [(str(note.value[0]), note.at) for note in run.notes("tried") if note.value[1] == amount]


def outcomes(run: Trace, amount: int) -> list[tuple[str, str]]:
    """What pay gave back for the payments of this amount."""
    return [(call.args[2], call.args[3]) for call in run.calls("told") if call.args[1] == amount]


def wanted(outcome: tuple[str, str]) -> str:
    kind, text = outcome
    return f"pay to return {text!r}" if kind == "answer" else f"pay to raise {kind}" + (f": {text}" if text else "")


def shown(outcome: tuple[str, str]) -> str:
    kind, text = outcome
    return f"returned {text!r}" if kind == "answer" else f"raised {kind}" + (f": {text}" if text else "")


@points(1, "the program books two payments and prints the lines", public=True)
def test_program(as_it_is: Trace, saturday: Trace) -> None:
    assert as_it_is.lines == ["flowers: paid 12", "books: paid 30", "tea: no money", "booked: 42"]
    for amount in AMOUNTS:
        expected = ("PermissionError", "") if amount == DECLINED else ("answer", PAID[amount])
        for kind, text in outcomes(saturday, amount):
            assert (kind, text if kind == "answer" else "") == expected, (
                f"the lines are right, but when a payment of {amount} {_trouble(amount)}: "
                f"expected {wanted(expected)}; it {shown((kind, text))}"
            )


@points(1, "all tries of a payment have the same number", means="unsafe-retry")
def test_same_number(saturday: Trace) -> None:
    for amount in (HANGS_UP, RESETS, LATE):
        tried = tries(saturday, amount)
        assert len(tried) == 2, (
            f"a payment of {amount} {_trouble(amount)}: expected two tries; the bank was asked {times(len(tried))}"
        )
        assert len({number for number, _ in tried}) == 1, (
            f"a payment of {amount} {_trouble(amount)}. It came to the bank under the numbers "
            f"{' and '.join(number for number, _ in tried)}, so it is booked twice"
        )


@points(1, "every payment has its own number, across all shops")
def test_own_number(saturday: Trace, sunday: Trace) -> None:
    whose: dict[str, tuple[str, int]] = {}
    for day, run in (("Saturday", saturday), ("Sunday", sunday)):
        for amount in AMOUNTS:
            tried = tries(run, amount)
            for number in {number for number, _ in tried}:
                other = whose.setdefault(number, (day, amount))
                assert other == (day, amount), (
                    f"a payment of {amount} has the number {number}; so has a payment of {other[1]} of another program"
                )
        numbers = {number for number, _ in tries(run, GOOD)}
        assert len(numbers) == 2, f"two payments of {GOOD}: expected two numbers; got {', '.join(numbers) or 'none'}"


@points(1, "a try that takes longer than PATIENCE is given up, and tried again")
def test_patience(saturday: Trace) -> None:
    tried = tries(saturday, LATE)
    assert saturday.notes("given up"), (
        f"the bank needs {LATE_S} s for an answer, and PATIENCE is {PATIENCE} s: "
        "expected the try to be given up and its connection to be closed; it was not"
    )
    assert len(tried) == 2, f"the first answer was late: expected two tries; the bank was asked {times(len(tried))}"
    given_up = saturday.notes("given up")[0].at - tried[0][1]
    assert 0.3 < given_up < PATIENCE + 0.4, (
        f"PATIENCE is {PATIENCE} s; the first try was given up after {given_up:.2f} s"
    )


@points(1, "the first pause after a broken connection is half of FIRST to FIRST")
def test_pause(saturday: Trace) -> None:
    for amount in (HANGS_UP, RESETS):
        tried = tries(saturday, amount)
        assert len(tried) == 2, (
            f"a payment of {amount} {_trouble(amount)}: expected two tries; the bank was asked {times(len(tried))}"
        )
        pause = tried[1][1] - tried[0][1]
        assert FIRST / 2 - 0.3 < pause < FIRST + 0.4, (
            f"FIRST is {FIRST} s: expected a pause of {FIRST / 2} to {FIRST} s before the second try; "
            f"it was {pause:.2f} s"
        )


def _trouble(amount: int) -> str:
    return {
        HANGS_UP: "was booked and the bank hung up before the answer",
        RESETS: "was booked and the connection was reset before the answer",
        LATE: "was booked and the answer was late",
        DECLINED: "is declined",
    }.get(amount, "is booked and answered")


# Under virtual time: send is the grader's. An amount tells which payment a try belongs to.

AT_ONCE_S = 1e-4
BREAKS: list[type[Exception]] = [
    ConnectionError, ConnectionResetError, ConnectionRefusedError, BrokenPipeError, TimeoutError,
]  # fmt: skip
FAULTS: list[type[Exception]] = [
    OSError, PermissionError, socket.gaierror, FileNotFoundError, EOFError, RuntimeError, ValueError, KeyError,
]  # fmt: skip
"""Among them the parent of ConnectionError and some of its siblings."""


@dataclass(frozen=True)
class Try:
    """The result of a try after some seconds: an answer, or this error."""

    seconds: float
    error: type[Exception] | None = None

    def raises(self) -> Exception | None:
        return self.error("no luck") if self.error else None

    def __str__(self) -> str:
        if self.error is None:
            return f"would be answered after {self.seconds:g} s"
        return f"raises {self.error.__name__} after {self.seconds:g} s"


@dataclass(frozen=True)
class Rules:
    """The constants of the file."""

    tries: int
    patience: float
    first: float
    most: float

    def __str__(self) -> str:
        return f"TRIES is {self.tries}, PATIENCE {self.patience:g} s, FIRST {self.first:g} s, MOST {self.most:g} s"

    def pause(self, nth: int) -> tuple[float, float]:
        """The shortest and the longest pause after try ``nth``."""
        longest = min(self.first * 2 ** (nth - 1), self.most)
        return longest / 2, longest

    def world(self, course: Callable[[int, int], Try]) -> dict[str, Any]:
        """``course`` gives what becomes of a try, by the amount and which try it is."""
        made: Counter[int] = Counter()
        now: dict[int, Try] = {}

        def seconds(_port: int, _number: str, _shop: str, amount: int) -> float:
            made[amount] += 1
            now[amount] = course(amount, made[amount])
            return now[amount].seconds

        send = double(
            "send",
            delay=seconds,
            raises=lambda _port, _number, _shop, amount: now[amount].raises(),
            reply=lambda _port, _number, _shop, amount: f"paid {amount}",
        )
        return {
            "TRIES": self.tries, "PATIENCE": self.patience, "FIRST": self.first, "MOST": self.most, "send": send,
        }  # fmt: skip


# In thousandths, so that nothing falls on a grid.
RULES = st.builds(
    lambda tries, patience, first, factor: Rules(tries, patience / 1000, first / 1000, round(first * factor / 1000, 4)),
    st.integers(1, 6),
    st.sampled_from([313, 1709, 20_011]),
    st.sampled_from([137, 719, 2003]),
    st.sampled_from([1.0, 1.3, 2.0, 3.7, 100.0]),
)
SOON = st.sampled_from([0.0, 0.27, 0.83])
"""Of PATIENCE."""
FAILED = st.one_of(
    st.tuples(SOON, st.sampled_from(BREAKS)), st.tuples(st.sampled_from([1.19, 7.3]), st.just(None))
)  # fmt: skip
Shape = tuple[float, type[Exception] | None]


def course_of(shapes: Sequence[Shape], rules: Rules) -> list[Try]:
    return [Try(round(share * rules.patience, 5), error) for share, error in shapes]


def pay(virtual: Virtual, rules: Rules, course: list[Try]) -> tuple[Trace, str]:
    """A payment of 17, and the circumstances in words."""
    world = rules.world(lambda _, nth: course[min(nth, len(course)) - 1])
    trace = virtual("payments", TOLD, WAIT, 1, [17], scenario=True, world=world)
    told = "; ".join(f"try {nth} {each}" for nth, each in enumerate(course, start=1))
    return trace, f"when {rules}, and {told}: "


def as_planned(trace: Trace, when: str, rules: Rules, course: list[Try], made: int) -> None:
    """Check the tries, their limits, numbers and pauses, and that pay ended with the last."""
    calls = trace.calls("send")
    assert len(calls) == made, f"{when}expected {counted(made, 'try', 'tries')}; there were {len(calls)}"
    assert len({call.args[1] for call in calls}) == 1, f"{when}the tries have different numbers"
    for nth, (call, each) in enumerate(zip(calls, course, strict=False), start=1):
        takes = min(each.seconds, rules.patience)
        assert abs(call.seconds - takes) < AT_ONCE_S, (
            f"{when}expected try {nth} to end after {takes:g} s; it ended after {call.seconds:.4f} s"
        )
    for nth, (call, following) in enumerate(pairwise(calls), start=1):
        shortest, longest = rules.pause(nth)
        pause = following.start - call.end
        assert shortest - AT_ONCE_S < pause < longest + AT_ONCE_S, (
            f"{when}expected a pause of {shortest:g} to {longest:g} s after try {nth}; it was {pause:.4f} s"
        )
    ended = trace.calls("told")[0].start if trace.calls("told") else None
    assert ended is not None, f"{when}pay never ends"
    late = ended - calls[-1].end
    assert late < AT_ONCE_S, f"{when}expected pay to end with the last try; it ended {late:.4f} s later"


@points(2, "failed tries are repeated after the right pauses, up to TRIES in all")
@given(rules=RULES, failed=st.lists(FAILED, max_size=7), at_last=SOON)
def test_any_course(virtual: Virtual, rules: Rules, failed: list[Shape], at_last: float) -> None:
    course = course_of([*failed, (at_last, None)], rules)
    trace, when = pay(virtual, rules, course)
    made = min(len(course), rules.tries)
    as_planned(trace, when, rules, course, made)
    last = course[made - 1]
    error = last.raises()
    if last.seconds > rules.patience:
        expected = ("TimeoutError", "")
    else:
        expected = (type(error).__name__, str(error)) if error else ("answer", "paid 17")
    kind, text = outcomes(trace, 17)[0]
    got = (kind, "" if last.seconds > rules.patience else text)
    assert got == expected, f"{when}expected {wanted(expected)}; it {shown((kind, text))}"


@points(1, "any other error is not tried again, and comes out of pay at once")
@given(
    rules=RULES,
    failed=st.lists(FAILED, max_size=3),
    last=st.tuples(SOON, st.sampled_from(FAULTS)),
)
def test_any_error(virtual: Virtual, rules: Rules, failed: list[Shape], last: Shape) -> None:
    rules = Rules(max(rules.tries, len(failed) + 1), rules.patience, rules.first, rules.most)
    course = course_of([*failed, last], rules)
    trace, when = pay(virtual, rules, course)
    as_planned(trace, when, rules, course, len(course))
    error = course[-1].error
    expected = error.__name__ if error else "answer"
    got = outcomes(trace, 17)[0]
    assert got[0] == expected, f"{when}expected pay to raise {expected}; it {shown(got)}"


@points(1, "a cancellation ends pay at once, during a try or a pause", means="swallowed-cancellation")
@given(rules=RULES, failed=st.lists(FAILED, min_size=1, max_size=4), share=st.integers(1, 999))
def test_cancelled(virtual: Virtual, rules: Rules, failed: list[Shape], share: int) -> None:
    rules = Rules(40, rules.patience, rules.first, rules.most)
    course = course_of(failed, rules)
    # Some moment of the first tries; the last of them is repeated for ever.
    span = sum(min(each.seconds, rules.patience) + rules.pause(nth)[1] for nth, each in enumerate(course, start=1))
    after = round(span * share / 1000 + 0.00017, 6)
    world = rules.world(lambda _, nth: course[min(nth, len(course)) - 1])
    trace = virtual("called_off", TOLD, WAIT, 17, after, scenario=True, world=world)
    told = "; ".join(f"try {nth} {each}" for nth, each in enumerate(course, start=1))
    when = f"when {rules}, {told}, and pay is cancelled after {after:.4f} s: "
    ended = trace.calls("told")
    assert ended, f"{when}pay never ends"
    late = ended[0].start - after
    got = outcomes(trace, 17)[0]
    assert got[0] == "CancelledError", f"{when}expected pay to raise CancelledError; it {shown(got)}"
    assert late < AT_ONCE_S, f"{when}expected pay to end at once; it ended {late:.4f} s later"
    for call in trace.calls("send"):
        assert call.start < after + AT_ONCE_S, f"{when}another try began at {call.start:.4f} s"
        assert call.end < after + AT_ONCE_S, f"{when}a try was under way until {call.end:.4f} s"


DAYS, SHOPS, PAUSES = 6, 20, 4
FEWEST = 70
"""Of 480 pauses some 120 lie in each quarter of the range. Fewer than this happen once in a million times."""


def shares(virtual: Virtual) -> list[list[float]]:
    """On each of some days, all payments fail at the same moments: where in its range each pause lies, from 0 to 1."""
    rules = Rules(tries=PAUSES + 1, patience=5.0, first=1.0, most=3.1)
    ranges = [rules.pause(nth) for nth in range(1, PAUSES + 1)]
    found = []
    for _ in range(DAYS):
        world = rules.world(lambda _, nth: Try(0.1, ConnectionResetError if nth <= PAUSES else None))
        trace = virtual("payments", TOLD, WAIT, 1, list(range(1, SHOPS + 1)), scenario=True, world=world)
        calls: dict[int, list[Span]] = {amount: [] for amount in range(1, SHOPS + 1)}
        for call in trace.calls("send"):
            calls[call.args[3]].append(call)
        for mine in calls.values():
            assert len(mine) == PAUSES + 1, (
                f"when the first {PAUSES} tries fail: expected {PAUSES + 1} tries; there were {len(mine)}"
            )
            found.append(
                [
                    float(following.start - call.end - low) / (high - low)
                    for (call, following), (low, high) in zip(pairwise(mine), ranges, strict=True)
                ]
            )
    return found


WHEN = f"when the bank hangs up on {SHOPS} shops at the same moment, {PAUSES} times: "


@points(1, "shops that the bank hung up on come back at different moments")
def test_spread(virtual: Virtual) -> None:
    found = shares(virtual)
    pauses = [share for mine in found for share in mine]
    different = len({round(share, 4) for share in pauses})
    # Each day is a program of its own, as each shop has one.
    assert different > len(pauses) / 2, (
        f"{WHEN}expected random pauses; in {DAYS} runs, the {len(pauses)} pauses of all shops "
        f"lie in {counted(different, 'place')} of their ranges"
    )
    assert found[:SHOPS] != found[SHOPS : 2 * SHOPS], (
        f"{WHEN}expected random pauses; a second run of the program made the same ones, so two shops come back together"
    )
    quarters = Counter(min(3, max(0, int(share * 4))) for share in pauses)
    for quarter in range(4):
        assert quarters[quarter] > FEWEST, (
            f"{WHEN}expected {len(pauses)} pauses, some {len(pauses) // 4} of them in each quarter of their range, "
            f"from a half to the whole of the longest; in quarter {quarter + 1} there were {quarters[quarter]}"
        )


@points(1, "each pause is drawn anew")
def test_anew(virtual: Virtual) -> None:
    found = shares(virtual)
    alike = sum(abs(first - second) < 1e-3 for mine in found for first, second in pairwise(mine))
    assert alike < len(found) / 4, (
        f"{WHEN}{alike} of {len(found) * (PAUSES - 1)} pauses lie in the same place of their range as the pause "
        "before it, so that shops which came together once come together again"
    )
