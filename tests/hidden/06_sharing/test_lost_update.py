"""lost_update: no other payment comes between a read and the store that depends on it."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.record.trace import Raised
from grader.suite import Double, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("BALANCES", "PAYMENTS", "read_balance", "store_balance")

CARDS = fresh.words(4)
BEFORE = {card: fresh.number(10, 99) for card in CARDS}
AMOUNTS = {card: fresh.number(1, 9) for card in CARDS}
READ_S, STORE_S = 0.3, 0.25

as_it_is = record(None)
apart = record(
    "collect",
    [[card, AMOUNTS[card]] for card in CARDS],
    world={
        "read_balance": double("read_balance", delay=READ_S, reply=lambda card: BEFORE[card]),
        "store_balance": double("store_balance", delay=STORE_S),
    },
)

twice = record(
    "collect",
    [[CARDS[0], 3], [CARDS[0], 4]],
    world={
        "read_balance": double("read_balance", delay=0.2, reply=BEFORE[CARDS[0]]),
        "store_balance": double("store_balance", delay=0.15),
    },
)


class Office:
    """Keeps balances: a fresh one for every run. Reads and stores with the numbers given (from 0) fail."""

    def __init__(
        self,
        balances: Mapping[str, int],
        seconds: Mapping[str, tuple[float, float]],
        failing_reads: Set[int] = frozenset(),
        failing_stores: Set[int] = frozenset(),
    ) -> None:
        self.before = balances
        self.balances = dict(balances)
        self.stored: dict[str, list[int]] = {card: [] for card in balances}
        self.paid_in: list[tuple[tuple[str, int], int]] = []
        """For every store: the payment that it can belong to, and the balance stored."""
        self.failed: Counter[str] = Counter()
        self._seconds = seconds
        self._failing = {"read": failing_reads, "store": failing_stores}
        self._made: Counter[str] = Counter()

    def _fails(self, what: str, card: str) -> ConnectionError | None:
        number, self._made[what] = self._made[what], self._made[what] + 1
        if number not in self._failing[what]:
            return None
        self.failed[card] += 1
        kinds = (ConnectionError, ConnectionResetError, ConnectionRefusedError)
        return kinds[number % len(kinds)]("the office does not answer")

    def _store(self, card: str, balance: int) -> ConnectionError | None:
        error = self._fails("store", card)
        if not error:
            self.paid_in.append(((card, balance - self.balances[card]), balance))
            self.balances[card] = balance
            self.stored[card].append(balance)
        return error

    def world(self) -> dict[str, Double]:
        return {
            "read_balance": double(
                "read_balance",
                delay=lambda card: self._seconds[card][0],
                raises=lambda card: self._fails("read", card),
                reply=lambda card: self.balances[card],
            ),
            "store_balance": double("store_balance", delay=lambda card, _: self._seconds[card][1], raises=self._store),
        }


@points(1, "the program prints 37 and 65 after about 0.9 s", public=True)
def test_program(as_it_is: Trace, twice: Trace, apart: Trace) -> None:
    assert as_it_is.lines == ["fischer: 37", "okafor: 65"]
    assert as_it_is.elapsed < 1.35
    reads, stores = twice.calls("read_balance"), twice.calls("store_balance")
    assert len(stores) == 2, f"two payments go to {CARDS[0]}; expected two stores, got {len(stores)}"
    # As plain numbers: what happened in one process is in order, and no noise can change that.
    early = [call for call in reads[1:] if float(call.start) < float(stores[0].end)]
    assert not early, (
        f"the file's own balances are right; but of two payments to {CARDS[0]} the second reads the balance at "
        f"{early[0].start:.2f} s, and that of the first is stored at {stores[0].end:.2f} s"
    )
    assert apart.elapsed < READ_S + STORE_S + 0.4, (
        f"the file's own balances are right; but {len(CARDS)} payments to {len(CARDS)} cards, which take "
        f"{READ_S + STORE_S} s each, take {apart.elapsed:.2f} s"
    )


@points(2, "payments to different cards do not wait for each other", means=("lock-too-wide", "sequential-await"))
def test_apart(apart: Trace) -> None:
    peak = apart.peak("read_balance")
    assert peak == len(CARDS), (
        f"{len(CARDS)} machines top up {len(CARDS)} cards; at most {peak} of them read a balance at the same time"
    )
    assert apart.elapsed < READ_S + STORE_S + 0.4


CARDS_AND_AMOUNTS = st.tuples(st.sampled_from("aabc"), st.integers(1, 6))
SECONDS = st.tuples(
    st.sampled_from([0.0, 0.13717, 1.27193, 7.31371]), st.sampled_from([0.0, 0.11939, 2.17137, 5.41371])
)
TIMES = st.fixed_dictionaries(dict.fromkeys("abc", SECONDS))
BEFORE_ALL = {"a": 10, "b": 20, "c": 30}


def told(payments: Sequence[tuple[str, int]]) -> str:
    return "when " + ", ".join(f"{amount} goes to {card}" for card, amount in payments)


@points(2, "no payment is lost, and each has a store of its own", means="race-condition")
@given(payments=st.lists(CARDS_AND_AMOUNTS, min_size=2, max_size=6), seconds=TIMES)
def test_any_payments(
    virtual: Virtual, payments: list[tuple[str, int]], seconds: dict[str, tuple[float, float]]
) -> None:
    office = Office(BEFORE_ALL, seconds)
    day = virtual("collect", [list(payment) for payment in payments], world=office.world())
    when = told(payments)
    check_balances(payments, office, when)
    for card in BEFORE_ALL:
        count = sum(name == card for name, _ in payments)
        assert len(office.stored[card]) == count, (
            f"{when}: expected one store for each of the {count} payments to {card}; got {len(office.stored[card])}"
        )
    check_pace(day, payments, seconds, when)


@points(1, "collect returns what was stored for each payment, in their order", means="wrong-order")
@given(payments=st.lists(CARDS_AND_AMOUNTS, min_size=2, max_size=6), seconds=TIMES)
def test_answers(virtual: Virtual, payments: list[tuple[str, int]], seconds: dict[str, tuple[float, float]]) -> None:
    office = Office(BEFORE_ALL, seconds)
    day = virtual("collect", [list(payment) for payment in payments], world=office.world())
    check_answers(day, payments, office, told(payments))


@points(1, "a payment that fails changes nothing and stops no other", means="failure-ends-all")
@given(
    payments=st.lists(CARDS_AND_AMOUNTS, min_size=2, max_size=6),
    reads=st.sets(st.integers(0, 4), max_size=2),
    stores=st.sets(st.integers(0, 3), max_size=2),
    seconds=TIMES,
)
def test_failures(
    virtual: Virtual,
    payments: list[tuple[str, int]],
    reads: set[int],
    stores: set[int],
    seconds: dict[str, tuple[float, float]],
) -> None:
    office = Office(BEFORE_ALL, seconds, reads, stores or {0})
    day = virtual("collect", [list(payment) for payment in payments], world=office.world())
    numbers = [f"read number {n + 1}" for n in sorted(reads)] + [f"store number {n + 1}" for n in sorted(stores or {0})]
    when = f"{told(payments)} (the office does not answer {', '.join(numbers)})"
    check_answers(day, payments, office, when)
    kept = [each for each, answer in zip(payments, day.returned, strict=True) if answer is not None]
    check_balances(kept, office, when)
    check_pace(day, payments, seconds, when)


def check_balances(payments: Sequence[tuple[str, int]], office: Office, when: str) -> None:
    for card, before in office.before.items():
        expected = before + sum(amount for name, amount in payments if name == card)
        assert office.balances[card] == expected, (
            f"{when}: {card} had {before} before and {office.balances[card]} afterwards; expected {expected}"
        )


def check_pace(
    day: Trace, payments: Sequence[tuple[str, int]], seconds: Mapping[str, tuple[float, float]], when: str
) -> None:
    """Cards are topped up at the same time: the one with the most to do sets the pace."""
    longest = max(sum(sum(seconds[name]) for name, _ in payments if name == card) for card in seconds)
    assert day.elapsed < longest + 1e-3, f"{when}: took {day.elapsed:.3f} s; expected at most {longest:.3f} s"


def check_answers(day: Trace, payments: Sequence[tuple[str, int]], office: Office, when: str) -> None:
    """What ``collect`` returned is what was stored, payment by payment; of equal payments either may be the first."""
    returned = day.returned
    assert isinstance(returned, list), f"{when}: collect returned {returned!r}; expected a list"
    assert len(returned) == len(payments), (
        f"{when}: collect returned {len(returned)} items for {len(payments)} payments"
    )
    for card in office.before:
        refused = [answer for (name, _), answer in zip(payments, returned, strict=True) if name == card].count(None)
        assert refused == office.failed[card], (
            f"{when}: {office.failed[card]} of the payments to {card} failed; collect returned None for {refused}"
        )
    for payment in sorted(set(payments)):
        mine = [answer for each, answer in zip(payments, returned, strict=True) if each == payment]
        told = sorted(answer for answer in mine if isinstance(answer, int))
        stored = sorted(balance for each, balance in office.paid_in if each == payment)
        card, amount = payment
        assert told == stored, (
            f"{when}: collect returned {shown(told)} for a payment of {amount} to {card}; "
            f"the balance stored: {shown(stored)}"
        )


def shown(balances: Sequence[int]) -> str:
    return " and ".join(map(str, balances)) or "nothing"


def errors(raised: Raised | None) -> set[str]:
    """The names of an error and, if it is a group, of all errors inside it (a TaskGroup raises a group)."""
    if raised is None:
        return set()
    return {raised.type}.union(*(errors(inner) for inner in raised.inner))


@points(1, "collect raises any other error of the office", means="caught-too-much")
@settings(max_examples=12)
@given(error=st.sampled_from([OSError, TimeoutError, ValueError, KeyError]), on_store=st.booleans())
def test_other_errors(virtual: Virtual, error: type[Exception], on_store: bool) -> None:
    name = "store_balance" if on_store else "read_balance"
    world = {
        "read_balance": double("read_balance", delay=0.13717, reply=10, raises=None if on_store else error("broken")),
        "store_balance": double("store_balance", delay=0.13717, raises=error("broken") if on_store else None),
    }
    day = virtual("collect", [["a", 1]], world=world, allow=("raise",))
    seen = f"it raised {day.raised}".replace("raised Deadlock:", "never ended:")
    if day.raised is None:
        seen = f"it returned {day.returned}"
    assert error.__name__ in errors(day.raised), (
        f"when {name} raises {error.__name__}: expected collect to raise {error.__name__}; {seen}"
    )
