"""must_commit: two steps that belong together survive a cancellation, which is then passed on."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Recipe, Span, Trace, Virtual, double, fresh, points, record

SENDER, RECEIVER = fresh.words(2)
AMOUNT = fresh.number(10, 99)
STEPS = [f"confirm({SENDER}, {AMOUNT})", f"withdraw({SENDER}, {AMOUNT})", f"deposit({RECEIVER}, {AMOUNT})"]
CONFIRM_S, WITHDRAW_S, DEPOSIT_S = 0.4, 0.5, 0.6
END_S = CONFIRM_S + WITHDRAW_S + DEPOSIT_S
WAIT = double("wait", delay=lambda seconds: seconds)


def bank(confirm_s: float, withdraw_s: float, deposit_s: float, failing: str = "") -> dict[str, Any]:
    """The three steps, one of which may fail."""
    took = {"confirm": confirm_s, "withdraw": withdraw_s, "deposit": deposit_s}
    down = ConnectionError("no line")
    return {
        step: double(step, delay=seconds, raises=down if step == failing else None) for step, seconds in took.items()
    }


def cancelled(after: float, confirm_s: float = CONFIRM_S) -> Recipe:
    """A transfer that is cancelled after so many seconds."""
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
    assert not undone, f"here the money is moved, but when {SENDER} goes during the withdrawal: no {undone[0]}"


@points(1, "an undisturbed transfer confirms, withdraws and deposits, each once", means="leaked-task")
def test_calm(calm: Trace) -> None:
    assert steps(calm) == STEPS, f"expected {', '.join(STEPS)}; completed were {', '.join(steps(calm))}"
    assert len(calm.calls()) == len(STEPS), f"{len(calm.calls())} steps were begun, expected {len(STEPS)}"
    assert calm.peak() == 1, "two steps were under way at the same time"
    assert calm.elapsed < 0.7 + 0.4


@points(1, "the error of a step goes to the caller, and the next steps are left out", means="lost-exception")
def test_errors(no_withdrawal: Trace, no_deposit: Trace) -> None:
    for trace, failing, begun in ((no_withdrawal, "withdraw", 2), (no_deposit, "deposit", 3)):
        seen = [str(call) for call in trace.calls()]
        assert seen == STEPS[:begun], f"{failing} failed; expected {', '.join(STEPS[:begun])}, got {', '.join(seen)}"
        assert trace.raised is not None, f"{failing} failed, and transfer returned as if all were well"
        assert trace.raised.type == "ConnectionError", f"{failing} failed, and transfer raised {trace.raised.type}"


@points(2, "once it has begun to withdraw, both steps are carried out")
def test_both(withdrawing: Trace, depositing: Trace) -> None:
    for trace, during in ((withdrawing, "withdraw"), (depositing, "deposit")):
        done = steps(trace)
        missing = [step for step in STEPS if step not in done]
        assert not missing, f"cancelled during {during}: {', '.join(missing)} was not carried out to the end"
        begun = [str(call) for call in bank_calls(trace)]
        assert begun == STEPS, f"cancelled during {during}: expected {', '.join(STEPS)}; got {', '.join(begun)}"
        assert trace.peak("confirm", "withdraw", "deposit") == 1, (
            f"cancelled during {during}: two steps were under way at the same time"
        )


@points(1, "a cancelled transfer ends after its last step, as cancelled", means="swallowed-cancellation")
def test_told(withdrawing: Trace, depositing: Trace) -> None:
    for trace, during in ((withdrawing, "withdraw"), (depositing, "deposit")):
        ended = trace.notes("ended")[0]
        deposit = trace.call("deposit", RECEIVER, AMOUNT)
        # An order, not a length of time.
        assert float(ended.at) >= float(deposit.end), (
            f"cancelled during {during}: transfer ended at {ended.at:.2f} s, the deposit at {deposit.end:.2f} s"
        )
        assert ended.value == "was cancelled", f"cancelled during {during}: transfer {ended.value} in the end"
        assert ended.at < END_S + 0.4, f"cancelled during {during}: transfer ended at {ended.at:.2f} s"


@points(1, "a cancellation while it confirms ends it at once")
def test_early(confirming: Trace) -> None:
    begun = [str(call) for call in bank_calls(confirming)]
    assert begun == STEPS[:1], f"cancelled while it confirmed, transfer went on with {', '.join(begun[1:])}"
    cancel, ended = confirming.notes("cancel")[0], confirming.notes("ended")[0]
    assert ended.value == "was cancelled", f"cancelled while it confirmed, transfer {ended.value} at {ended.at:.2f} s"
    late = ended.at - cancel.at
    assert late < 0.5, f"cancelled while it confirmed, transfer ended {late:.2f} s later"


@points(1, "whenever it is cancelled, the money is moved as a whole or not at all")
@given(
    confirm=st.integers(1, 3),
    withdrawal=st.integers(1, 4),
    deposit=st.integers(1, 4),
    failing=st.sampled_from(["", "", "confirm", "withdraw", "deposit"]),
    after=st.integers(0, 11),
)
def test_any_moment(virtual: Virtual, confirm: int, withdrawal: int, deposit: int, failing: str, after: int) -> None:
    cancelled_at = after + 0.5
    trace = virtual(
        "cancelled",
        WAIT,
        SENDER,
        RECEIVER,
        AMOUNT,
        scenario=True,
        params={"after": cancelled_at, "stay": 30.0},
        world=bank(float(confirm), float(withdrawal), float(deposit), failing),
    )
    fault = f", {failing} fails" if failing else ""
    when = (
        f"when the steps take {confirm}, {withdrawal} and {deposit} s{fault}, and it is cancelled at {cancelled_at} s"
    )
    early = cancelled_at < confirm
    begun, now = 1, min(float(confirm), cancelled_at)
    if not early and failing != "confirm":
        begun, now = 2, now + withdrawal
        if failing != "withdraw":
            begun, now = 3, now + deposit
    seen = [str(call) for call in bank_calls(trace)]
    assert seen == STEPS[:begun], f"{when}: expected {', '.join(STEPS[:begun])}; got {', '.join(seen)}"
    stopped = steps(trace, "cancelled")
    assert stopped == (STEPS[:1] if early else []), f"{when}: {', '.join(stopped) or 'nothing'} was cancelled half-way"
    ended = trace.notes("ended")[0]
    assert abs(ended.at - now) < 0.1, f"{when}: transfer ended at {ended.at:g} s; expected {now:g} s"
    expected = {"was cancelled"} if cancelled_at <= now else {"returned"}
    if failing and not early:
        # When both have happened, either may be told.
        expected = expected - {"returned"} | {"raised ConnectionError"}
    assert ended.value in expected, f"{when}: transfer {ended.value}; expected that it {' or '.join(sorted(expected))}"
