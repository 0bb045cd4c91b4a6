"""cached_coroutine: one question for each currency, whoever wants its rate and when."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Double, Recipe, Trace, Virtual, double, fresh, points, record

CURRENCIES = fresh.words(3)
ONE, TWO, THREE = CURRENCIES
RATES = {currency: fresh.number(2, 999) / 4 for currency in CURRENCIES}
FAULT = f"{fresh.word()} is closed"
ASK_S = 0.6
WAIT = double("wait", delay=lambda seconds: seconds)

Caller = tuple[str, float, float | None]
"""What currency it wants, when it comes, how long it waits at most."""


class Bank:
    """Answers for one run. The first ``failures`` questions fail."""

    def __init__(self, seconds: float, failures: int = 0) -> None:
        self.seconds = seconds
        self.failures = failures
        self.asked = 0

    def double(self) -> Double:
        return double(
            "ask_bank",
            delay=self.seconds,
            reply=lambda currency: RATES.get(currency, 1.5),
            raises=self._refusal,
        )

    def _refusal(self, _currency: str) -> OSError | None:
        self.asked += 1
        return OSError(FAULT) if self.asked <= self.failures else None


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


@points(1, "the program prices four parcels in about 0.8 s", public=True)
def test_program(as_it_is: Trace, same: Trace) -> None:
    assert as_it_is.lines[:2] == ["book: 3200 yen", "lamp: 8000 yen"]
    assert sorted(as_it_is.lines[2:]) == ["desk: 750 kroner", "vase: 450 kroner"]
    assert 0.7 < as_it_is.elapsed < 1.2
    got = answers(same, 3)
    assert got == [RATES[TWO]] * 3, f"here four parcels are priced, but three who want another rate get {got}"
    times = asked(same, TWO)
    assert times == 1, (
        f"here four parcels are priced, but for three who want another rate the bank is asked {times} times"
    )


@points(1, "a rate that is known is given at once, and the bank is not asked again")
def test_later(later: Trace) -> None:
    assert answers(later, 3) == [RATES[ONE]] * 3
    assert asked(later, ONE) == 1, f"the bank was asked {asked(later, ONE)} times; expected once"
    for number, came_s in ((1, 0.9), (2, 1.1)):
        late = later.notes(f"caller {number}")[0].at - came_s
        assert late < 0.35, f"the rate was known, but took {late:.2f} s"


@points(1, "those who want it at the same moment share one question", means="polling")
def test_same(same: Trace) -> None:
    assert answers(same, 3) == [RATES[TWO]] * 3
    assert asked(same, TWO) == 1, f"the bank was asked {asked(same, TWO)} times; expected once"
    assert ASK_S - 0.1 < same.elapsed < ASK_S + 0.4


@points(1, "different currencies do not wait for each other", means="lock-too-wide")
def test_apart(apart: Trace) -> None:
    assert answers(apart, 3) == [RATES[currency] for currency in CURRENCIES]
    for currency in CURRENCIES:
        times = asked(apart, currency)
        assert times == 1, f"the bank was asked {times} times for {currency}; expected once"
    assert apart.elapsed < 0.2 + ASK_S + 0.35


@points(2, "a failure reaches who came first, and is not kept")
@given(failures=st.integers(1, 2), waiting=st.integers(1, 3))
def test_failures(virtual: Virtual, failures: int, waiting: int) -> None:
    bank = Bank(3.0, failures)
    # So many wait at the same time; each of these groups comes after the one before is done.
    groups = failures + 1
    callers = [[ONE, 10.0 * group + each, None] for group in range(groups) for each in range(waiting)]
    trace = virtual("day", WAIT, callers, scenario=True, world={"ask_bank": bank.double()})
    when = f"when {waiting} want the rate at a time and the bank fails {failures} times: "
    error = f"OSError: {FAULT}"
    got = answers(trace, len(callers))
    assert got[0] == error, f"{when}the first caller got {got[0]!r}; expected {error!r}"
    assert set(map(str, got)) <= {error, str(RATES[ONE])}, f"{when}the callers got {got}"
    # Those who wait may share the error or ask again by themselves, but no error outlives its group.
    errors = sum(answer == error for answer in got)
    assert bank.failures <= errors, f"{when}{errors} callers got the error"
    known = got.index(RATES[ONE]) if RATES[ONE] in got else len(got)
    last = (groups - 1) * waiting
    assert known <= last, f"{when}the bank was open again, and the next caller got {got[last]!r}"
    assert got[known:] == [RATES[ONE]] * len(got[known:]), f"{when}the callers got {got}"
    assert bank.asked <= known + 1, f"{when}the bank was asked {bank.asked} times"


@points(2, "one who gives up does not spoil it for the others")
def test_gives_up(gives_up: Trace) -> None:
    got = answers(gives_up, 3)
    wanted = ["gave up", RATES[TWO], RATES[TWO]]
    assert got == wanted, f"the first of three gave up; the callers got {got}, expected {wanted}"
    assert gives_up.elapsed < 0.3 + 2 * ASK_S + 0.4


@points(2, "whoever comes when, the bank is asked once for each currency")
@given(
    callers=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), min_size=1, max_size=6),
    seconds=st.integers(1, 5),
)
def test_any_callers(virtual: Virtual, callers: list[tuple[str, int]], seconds: int) -> None:
    bank = Bank(float(seconds))
    # Never at the very moment of an answer, which could be known or not.
    plan = [[currency, at + 0.01 * number, None] for number, (currency, at) in enumerate(callers)]
    trace = virtual("day", WAIT, plan, scenario=True, world={"ask_bank": bank.double()})
    when = f"when an answer takes {seconds} s, and wanted is " + ", ".join(
        f"{currency} at {at} s" for currency, at in callers
    )
    first: dict[str, float] = {}
    for currency, at, _ in plan:
        assert isinstance(currency, str)
        assert isinstance(at, float)
        first[currency] = min(at, first.get(currency, at))
    for currency in first:
        times = asked(trace, currency)
        assert times == 1, f"{when}: the bank was asked {times} times for {currency}; expected once"
    for number, (currency, at, _) in enumerate(plan):
        note = trace.notes(f"caller {number}")[0]
        assert note.value == 1.5, f"{when}: a caller got {note.value!r}; expected 1.5"
        known = max(first[str(currency)] + seconds, float(str(at)))
        assert abs(note.at - known) < 0.1, f"{when}: {currency} was given at {note.at:g} s, expected {known:g} s"
