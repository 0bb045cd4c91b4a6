"""cached_coroutine: one question for each currency, no matter who wants its rate and when."""

from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from grader.suite import Double, Recipe, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("ask_bank", "price", "main")

CURRENCIES = fresh.words(3)
ONE, TWO, THREE = CURRENCIES
RATES = {currency: fresh.number(2, 999) / 4 for currency in CURRENCIES}
FAULT = f"{fresh.word()} is closed"
ASK_S = 0.6
WAIT = double("wait", delay=lambda seconds: seconds)
AT_ONCE_S = 1e-4
"""On the virtual clock."""
KINDS: list[type[Exception]] = [OSError, KeyError, TimeoutError, RuntimeError, ValueError]

Caller = tuple[str, float, float | None]
"""The currency that it wants, when it comes, and how long it waits at most."""


class Bank:
    """Answers for one run. The first ``failures`` questions fail."""

    def __init__(self, seconds: float, failures: int = 0, kind: type[Exception] = OSError) -> None:
        self.seconds = seconds
        self.failures = failures
        self.fault = kind(FAULT)
        self.asked = 0

    def double(self) -> Double:
        return double(
            "ask_bank",
            delay=self.seconds,
            reply=lambda currency: RATES.get(currency, 1.5),
            raises=self._refusal,
        )

    def _refusal(self, _currency: str) -> Exception | None:
        self.asked += 1
        return self.fault if self.asked <= self.failures else None


def day(*callers: Caller) -> Recipe:
    world = {"ask_bank": double("ask_bank", delay=ASK_S, reply=lambda currency: RATES[currency])}
    return record("day", WAIT, [list(caller) for caller in callers], scenario=True, world=world)


as_it_is = record(None)
later = day((ONE, 0.0, None), (ONE, 0.9, None), (ONE, 1.1, None))
same = day((TWO, 0.0, None), (TWO, 0.0, None), (TWO, 0.3, None))
apart = day((ONE, 0.0, None), (TWO, 0.0, None), (THREE, 0.2, None))
gives_up = day((TWO, 0.0, 0.3), (TWO, 0.1, None), (TWO, 0.2, None))


def answers(trace: Trace, count: int) -> list[object]:
    return [trace.notes(f"caller {number}")[0].value for number in range(count)]


def asked(trace: Trace, currency: str) -> int:
    return sum(1 for call in trace.calls("ask_bank") if list(call.args) == [currency])


def bank_asked(times: int) -> str:
    often = {1: "once", 2: "twice"}.get(times, f"{times} times")
    return f"the bank was asked {often}" if times else "the bank was never asked"


def given_rates(trace: Trace, wanted: list[float], when: str) -> None:
    got = answers(trace, len(wanted))
    assert got == wanted, f"{when}, rate gave {', '.join(map(str, got))}; expected {', '.join(map(str, wanted))}"


def asked_once(trace: Trace, currency: str, when: str) -> None:
    times = asked(trace, currency)
    assert times == 1, f"{when}, {bank_asked(times)}; expected once"


@points(1, "the program prices four parcels in about 0.8 s", public=True)
def test_program(as_it_is: Trace, same: Trace) -> None:
    assert as_it_is.lines[:2] == ["book: 3200 yen", "lamp: 8000 yen"]
    assert sorted(as_it_is.lines[2:]) == ["desk: 750 kroner", "vase: 450 kroner"]
    assert 0.6 < as_it_is.elapsed < 1.2
    when = f"your four parcels are priced, but when three callers want the rate of {TWO}"
    given_rates(same, [RATES[TWO]] * 3, when)
    asked_once(same, TWO, when)


@points(1, "a rate that is known is given at once, and the bank is not asked again")
def test_later(later: Trace) -> None:
    when = f"when {ONE} is wanted three times, one after the other"
    given_rates(later, [RATES[ONE]] * 3, when)
    asked_once(later, ONE, when)
    for number, came_s in ((1, 0.9), (2, 1.1)):
        late = later.notes(f"caller {number}")[0].at - came_s
        assert late < 0.35, f"the rate of {ONE} was known, but a caller got it only {late:.2f} s after asking"


@points(1, "callers who want the same rate at the same time share one question", means="polling")
def test_same(same: Trace) -> None:
    when = f"when three callers want {TWO} at the same time"
    given_rates(same, [RATES[TWO]] * 3, when)
    asked_once(same, TWO, when)
    assert ASK_S - 0.1 < same.elapsed < ASK_S + 0.4


@points(1, "different currencies do not wait for each other", means="lock-too-wide")
def test_apart(apart: Trace) -> None:
    when = "when three callers want three different rates"
    given_rates(apart, [RATES[currency] for currency in CURRENCIES], when)
    for currency in CURRENCIES:
        asked_once(apart, currency, f"{when}, for {currency}")
    assert apart.elapsed < 0.2 + ASK_S + 0.35


@points(2, "a failure reaches the caller who came first, and is not kept")
@given(
    failures=st.integers(1, 2),
    waiting=st.integers(1, 3),
    kind=st.sampled_from(KINDS),
    bank_ms=st.integers(1_137, 2_900),
)
def test_failures(virtual: Virtual, failures: int, waiting: int, kind: type[Exception], bank_ms: int) -> None:
    bank = Bank(bank_ms / 1000, failures, kind)
    # ``waiting`` callers wait at the same time; each of these groups comes after the one before is done.
    groups = failures + 1
    callers = [[ONE, 10.0 * group + each, None] for group in range(groups) for each in range(waiting)]
    trace = virtual("day", WAIT, callers, scenario=True, world={"ask_bank": bank.double()})
    together = f"{waiting} callers want" if waiting > 1 else "1 caller wants"
    failing = "the first answer is" if failures == 1 else f"the first {failures} answers are"
    when = f"when {together} the rate at a time, and {failing} {kind.__name__}: "
    error = f"{kind.__name__}: {bank.fault}"
    got = answers(trace, len(callers))
    assert got[0] == error, f"{when}the first caller got {got[0]!r}; expected {error!r}"
    assert set(map(str, got)) <= {error, str(RATES[ONE])}, f"{when}the callers got {got}"
    # Those who wait may share the error or ask again by themselves, but no error outlives its group.
    errors = sum(answer == error for answer in got)
    assert bank.failures <= errors, f"{when}{errors} of the callers got the exception"
    known = got.index(RATES[ONE]) if RATES[ONE] in got else len(got)
    last = (groups - 1) * waiting
    assert known <= last, f"{when}the bank answered again, but the next caller got {got[last]!r}"
    assert got[known:] == [RATES[ONE]] * len(got[known:]), f"{when}the callers got {got}"
    assert bank.asked <= known + 1, f"{when}{bank_asked(bank.asked)}"


@points(1, "when a caller gives up, the others still get the rate")
def test_gives_up(gives_up: Trace) -> None:
    got = answers(gives_up, 3)
    wanted = ["gave up", RATES[TWO], RATES[TWO]]
    assert got == wanted, (
        f"when the first of three callers gives up, expected {', '.join(map(str, wanted))}; they got "
        + ", ".join(map(str, got))
    )
    assert gives_up.elapsed < 0.3 + ASK_S + 0.4


@points(1, "whenever a caller gives up, the others get the rate in time")
@given(
    came=st.lists(st.integers(0, 3000), min_size=2, max_size=4),
    who=st.integers(0, 3),
    patience_ms=st.integers(1, 2900),
    bank_ms=st.integers(1137, 3000),
)
def test_any_gives_up(virtual: Virtual, came: list[int], who: int, patience_ms: int, bank_ms: int) -> None:
    who %= len(came)
    bank = Bank(bank_ms / 1000)
    plan = [["a", ms / 1000, patience_ms / 1000 if number == who else None] for number, ms in enumerate(came)]
    gave_up = came[who] + patience_ms
    first = min(came)
    # Never two things at the same moment.
    moments = sorted([*came, first + bank_ms, gave_up, gave_up + bank_ms])
    assume(all(later - earlier > 1 for earlier, later in pairwise(moments)))
    trace = virtual("day", WAIT, plan, scenario=True, world={"ask_bank": bank.double()})
    when = (
        f"when an answer takes {bank_ms / 1000:g} s, callers come at "
        + " and ".join(f"{ms / 1000:g} s" for ms in sorted(came))
        + f", and the one of {came[who] / 1000:g} s gives up after {patience_ms / 1000:g} s: "
    )
    in_time = gave_up > first + bank_ms  # it has got its rate before
    asks_again = who == came.index(first) and not in_time
    others = [ms for number, ms in enumerate(came) if number != who]
    most = 2 if asks_again else 1
    times = asked(trace, "a")
    assert 1 <= times <= most, f"{when}{bank_asked(times)}; expected once" + (" or twice" * (most - 1))
    for number, ms in enumerate(came):
        note = trace.notes(f"caller {number}")[0]
        wanted: object = "gave up" if number == who and not in_time else 1.5
        assert note.value == wanted, f"{when}the caller of {ms / 1000:g} s got {note.value!r}; expected {wanted!r}"
        if number == who and not in_time:
            continue
        due = max(first + bank_ms, ms)
        if asks_again:
            # Who takes over, or comes when nobody asks any more, asks at the latest then.
            due = max(max(gave_up, min(others)) + bank_ms, ms)
        assert note.at < due / 1000 + AT_ONCE_S, (
            f"{when}the caller of {ms / 1000:g} s got the rate at {note.at:g} s; expected it by {due / 1000:g} s"
        )


@points(2, "whenever callers come, the bank is asked once for each currency")
@given(
    callers=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9000)), min_size=1, max_size=6),
    bank_ms=st.integers(137, 5000),
)
def test_any_callers(virtual: Virtual, callers: list[tuple[str, int]], bank_ms: int) -> None:
    bank = Bank(bank_ms / 1000)
    first: dict[str, int] = {}
    for currency, ms in callers:
        first[currency] = min(ms, first.get(currency, ms))
    # Never at the very moment of an answer, which could be known or not.
    assume(all(abs(ms - first[currency] - bank_ms) > 1 for currency, ms in callers))
    plan = [[currency, ms / 1000, None] for currency, ms in callers]
    trace = virtual("day", WAIT, plan, scenario=True, world={"ask_bank": bank.double()})
    when = f"when an answer takes {bank_ms / 1000:g} s, and wanted is " + ", ".join(
        f"{currency} at {ms / 1000:g} s" for currency, ms in callers
    )
    for currency in first:
        asked_once(trace, currency, f"{when}: for {currency}")
    for number, (currency, ms) in enumerate(callers):
        note = trace.notes(f"caller {number}")[0]
        assert note.value == 1.5, f"{when}: a caller got {note.value!r}; expected 1.5"
        due = max(first[currency] + bank_ms, ms) / 1000
        assert abs(note.at - due) < AT_ONCE_S, f"{when}: {currency} was given at {note.at:g} s; expected {due:g} s"
