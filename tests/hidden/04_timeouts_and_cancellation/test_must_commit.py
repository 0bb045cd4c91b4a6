"""must_commit: two steps that belong together survive a cancellation, which is then passed on."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Recipe, Span, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("PATIENCE", "BALANCE", "confirm", "withdraw", "deposit", "main")

SENDER, RECEIVER = fresh.words(2)
AMOUNT = fresh.number(10, 99)
STEPS = [f"confirm({SENDER}, {AMOUNT})", f"withdraw({SENDER}, {AMOUNT})", f"deposit({RECEIVER}, {AMOUNT})"]
CONFIRM_S, WITHDRAW_S, DEPOSIT_S = 0.4, 0.7, 0.7
END_S = CONFIRM_S + WITHDRAW_S + DEPOSIT_S
WAIT = double("wait", delay=lambda seconds: seconds)


# What a bank meets, and errors that have nothing to do with each other.
ERRORS = (ConnectionError, ConnectionResetError, TimeoutError, OSError, ValueError, KeyError)


def bank(
    confirm_s: float, withdraw_s: float, deposit_s: float, failing: str = "", error: type[Exception] = ConnectionError
) -> dict[str, Any]:
    """The three steps, one of which may fail."""
    took = {"confirm": confirm_s, "withdraw": withdraw_s, "deposit": deposit_s}
    return {
        step: double(step, delay=seconds, raises=error(f"no {step}") if step == failing else None)
        for step, seconds in took.items()
    }


def cancelled(after: float, confirm_s: float = CONFIRM_S) -> Recipe:
    """A transfer that is cancelled after that many seconds."""
    return record(
        "cancelled",
        WAIT,
        SENDER,
        RECEIVER,
        AMOUNT,
        scenario=True,
        params={"after": after, "stay": 0.4},
        world=bank(confirm_s, WITHDRAW_S, DEPOSIT_S),
    )


def steps(trace: Trace, outcome: str = "replied") -> list[str]:
    """The steps that ended like that, in the order in which they began."""
    return [str(call) for call in bank_calls(trace) if call.outcome == outcome]


def bank_calls(trace: Trace) -> list[Span]:
    return [call for call in trace.calls() if call.name != "wait"]


def failed(failing: str) -> Recipe:
    """A transfer one of whose steps fails."""
    return record("transfer", SENDER, RECEIVER, AMOUNT, world=bank(0.1, 0.1, 0.1, failing), allow=("raise",))


as_it_is = record(None)
calm = record("transfer", SENDER, RECEIVER, AMOUNT, world=bank(0.2, 0.3, 0.2))
no_withdrawal = failed("withdraw")
no_deposit = failed("deposit")
confirming = cancelled(0.3, confirm_s=1.4)
withdrawing = cancelled(CONFIRM_S + WITHDRAW_S / 2)
depositing = cancelled(CONFIRM_S + WITHDRAW_S + DEPOSIT_S / 2)


@points(1, "the program moves the money although the customer has gone", public=True)
def test_program(as_it_is: Trace, withdrawing: Trace) -> None:
    assert as_it_is.lines == ["the customer has gone", "ann 60, bob 140"]
    assert 0.9 < as_it_is.at("the customer has gone") < 1.4
    undone = [step for step in STEPS if step not in steps(withdrawing)]
    assert not undone, (
        f"here the money is moved, but when {SENDER} goes during the withdrawal, {undone[0]} is not carried out"
    )


@points(1, "an undisturbed transfer confirms, withdraws and deposits, each once", means="leaked-task")
def test_calm(calm: Trace) -> None:
    assert steps(calm) == STEPS, (
        f"expected {', '.join(STEPS)} to be completed in this order; got {', '.join(steps(calm)) or 'nothing'}"
    )
    assert len(calm.calls()) == len(STEPS), f"expected 3 steps; {len(calm.calls())} were begun"
    assert calm.peak() == 1, "expected one step after the other; two ran at the same time"
    assert calm.elapsed < 0.7 + 0.4


@points(1, "if a step fails, transfer raises its error and skips the next steps", means="lost-exception")
def test_errors(no_withdrawal: Trace, no_deposit: Trace) -> None:
    for trace, failing, begun in ((no_withdrawal, "withdraw", 2), (no_deposit, "deposit", 3)):
        seen = [str(call) for call in trace.calls()]
        assert seen == STEPS[:begun], (
            f"when {failing} fails: expected {', '.join(STEPS[:begun])}; got {', '.join(seen) or 'nothing'}"
        )
        raised = f"{trace.raised.type}: {trace.raised.message}" if trace.raised else "nothing"
        expected = f"ConnectionError: no {failing}"
        assert raised == expected, f"when {failing} fails: expected transfer to raise {expected!r}; it raised {raised}"


@points(2, "once transfer has begun to withdraw, both steps are carried out", means="interrupted-commit")
def test_both(withdrawing: Trace, depositing: Trace) -> None:
    for trace, during in ((withdrawing, "withdraw"), (depositing, "deposit")):
        done = steps(trace)
        missing = [step for step in STEPS if step not in done]
        assert not missing, (
            f"transfer was cancelled during {during}: {', '.join(missing)} was not carried out to the end"
        )
        begun = [str(call) for call in bank_calls(trace)]
        assert begun == STEPS, (
            f"transfer was cancelled during {during}: expected {', '.join(STEPS)}; got {', '.join(begun) or 'no step'}"
        )
        assert trace.peak("confirm", "withdraw", "deposit") == 1, (
            f"transfer was cancelled during {during}: expected one step after the other; two ran at the same time"
        )


@points(1, "a cancelled transfer ends after its last step, as cancelled", means="swallowed-cancellation")
def test_told(withdrawing: Trace, depositing: Trace) -> None:
    for trace, during in ((withdrawing, "withdraw"), (depositing, "deposit")):
        ended = trace.notes("ended")[0]
        deposit = trace.call("deposit", RECEIVER, AMOUNT)
        # An order, not a length of time.
        assert float(ended.at) >= float(deposit.end), (
            f"cancelled during {during}: expected transfer to end after the deposit, at {deposit.end:.2f} s; "
            f"it ended at {ended.at:.2f} s"
        )
        assert ended.value == "was cancelled", (
            f"cancelled during {during}: expected CancelledError; transfer {ended.value}"
        )
        assert ended.at < END_S + 0.4, (
            f"cancelled during {during}: expected transfer to end at {END_S:.2f} s; it ended at {ended.at:.2f} s"
        )


@points(1, "a cancellation while it confirms ends transfer at once")
def test_early(confirming: Trace) -> None:
    begun = [str(call) for call in bank_calls(confirming)]
    assert begun == STEPS[:1], (
        f"transfer was cancelled while it confirmed; expected no further step, got {', '.join(begun[1:])}"
    )
    cancel, ended = confirming.notes("cancel")[0], confirming.notes("ended")[0]
    assert ended.value == "was cancelled", (
        f"transfer was cancelled while it confirmed; expected CancelledError, it {ended.value} at {ended.at:.2f} s"
    )
    late = ended.at - cancel.at
    assert late < 0.5, f"transfer was cancelled while it confirmed; expected it to end at once, it took {late:.2f} s"


SECONDS = st.sampled_from([0.0, 0.001, 0.137, 1.713, 5.003])


@points(1, "whenever transfer is cancelled, all the money is moved or none")
@given(
    took=st.tuples(SECONDS, SECONDS, SECONDS),
    failing=st.sampled_from(["", "", "", "confirm", "withdraw", "deposit"]),
    error=st.sampled_from(ERRORS),
    step=st.integers(0, 3),
    share=st.sampled_from([0.0731, 0.4937, 0.9371]),
)
def test_any_moment(
    virtual: Virtual,
    took: tuple[float, float, float],
    failing: str,
    error: type[Exception],
    step: int,
    share: float,
) -> None:
    confirm, withdrawal, deposit = took
    # In the midst of a step (of the first one after it, when that step takes no time), or after the last one.
    while step < 3 and not took[step]:
        step += 1
    cancelled_at = sum(took[:step]) + share * (took[step] if step < 3 else 1.0)
    trace = virtual(
        "cancelled",
        WAIT,
        SENDER,
        RECEIVER,
        AMOUNT,
        scenario=True,
        params={"after": cancelled_at, "stay": 30.0},
        world=bank(confirm, withdrawal, deposit, failing, error),
    )
    fault = f", {failing} fails with {error.__name__}" if failing else ""
    when = (
        f"when the steps take {confirm:g}, {withdrawal:g} and {deposit:g} s{fault}, "
        f"and transfer is cancelled at {cancelled_at:.4f} s"
    )
    early = cancelled_at < confirm
    begun, now = 1, min(confirm, cancelled_at)
    if not early and failing != "confirm":
        begun, now = 2, now + withdrawal
        if failing != "withdraw":
            begun, now = 3, now + deposit
    seen = [str(call) for call in bank_calls(trace)]
    assert seen == STEPS[:begun], f"{when}: expected {', '.join(STEPS[:begun])}; got {', '.join(seen) or 'nothing'}"
    for earlier, later in pairwise(bank_calls(trace)):
        assert float(later.start) >= float(earlier.end), f"{when}: {later} began before {earlier} had ended"
    stopped = steps(trace, "cancelled")
    assert stopped == (STEPS[:1] if early else []), f"{when}: {', '.join(stopped) or 'nothing'} was interrupted"
    ended = trace.notes("ended")[0]
    assert abs(float(ended.at) - now) < 1e-4, (
        f"{when}: expected transfer to end at {now:g} s; it ended at {ended.at:g} s"
    )
    expected = {"was cancelled"} if cancelled_at <= now else {"returned"}
    if failing and not early:
        # When both have happened, transfer may raise either.
        expected = expected - {"returned"} | {f"raised {error.__name__}: {error(f'no {failing}')}"}
    should = " or ".join(sorted(expected)).replace("was cancelled", "been cancelled")
    assert ended.value in expected, f"{when}: transfer {ended.value}; it should have {should}"
