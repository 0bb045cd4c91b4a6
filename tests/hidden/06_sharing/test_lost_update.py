"""lost_update: read, await, write; nobody else may come in between."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, points, record

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
    """Keeps balances: a fresh one for every run. The stores whose numbers (from 0) are in ``failing`` fail."""

    def __init__(self, balances: dict[str, int], seconds: dict[str, tuple[int, int]], failing: set[int]) -> None:
        self.balances = dict(balances)
        self.stored: dict[str, list[int]] = {card: [] for card in balances}
        self.failed: Counter[str] = Counter()
        self._seconds = seconds
        self._failing = failing
        self._stores = 0

    def _store(self, card: str, balance: int) -> ConnectionError | None:
        number, self._stores = self._stores, self._stores + 1
        if number in self._failing:
            self.failed[card] += 1
            return ConnectionError("the office does not answer")
        self.balances[card] = balance
        self.stored[card].append(balance)
        return None

    def world(self) -> dict[str, Double]:
        return {
            "read_balance": double(
                "read_balance",
                delay=lambda card: float(self._seconds[card][0]),
                reply=lambda card: self.balances[card],
            ),
            "store_balance": double(
                "store_balance", delay=lambda card, _: float(self._seconds[card][1]), raises=self._store
            ),
        }


@points(1, "the program prints 37 and 65 after about 0.9 s", public=True)
def test_program(as_it_is: Trace, twice: Trace, apart: Trace) -> None:
    assert as_it_is.lines == ["fischer: 37", "okafor: 65"]
    assert 0.75 < as_it_is.elapsed < 1.35
    reads, stores = twice.calls("read_balance"), twice.calls("store_balance")
    assert len(stores) == 2, f"two payments into {CARDS[0]}, and its balance was stored {len(stores)} times"
    # As plain numbers: what happened in one process is in order, and no noise can change that.
    early = [call for call in reads[1:] if float(call.start) < float(stores[0].end)]
    assert not early, (
        f"here no payment is lost, but of two into {CARDS[0]} the second reads the balance at {early[0].start:.2f} s; "
        f"that of the first is stored at {stores[0].end:.2f} s"
    )
    assert apart.elapsed < READ_S + STORE_S + 0.4, (
        f"here it takes {as_it_is.elapsed:.2f} s, but {len(CARDS)} payments into {len(CARDS)} cards, which take "
        f"{READ_S + STORE_S} s each, take {apart.elapsed:.2f} s"
    )


@points(2, "payments into different cards do not wait for each other", means=("lock-too-wide", "sequential-await"))
def test_apart(apart: Trace) -> None:
    peak = apart.peak("read_balance")
    assert peak == len(CARDS), f"{len(CARDS)} machines, {len(CARDS)} cards, but at most {peak} asked at the same time"
    assert apart.elapsed < READ_S + STORE_S + 0.4
    assert apart.returned == [BEFORE[card] + AMOUNTS[card] for card in CARDS]


SECONDS = st.tuples(st.integers(1, 3), st.integers(1, 3))


@points(3, "no payment is lost, and each is answered with what was stored for it", means="race-condition")
@given(
    payments=st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9)), min_size=2, max_size=6),
    seconds=st.fixed_dictionaries(dict.fromkeys("abc", SECONDS)),
)
def test_any_payments(virtual: Virtual, payments: list[tuple[str, int]], seconds: dict[str, tuple[int, int]]) -> None:
    before = {"a": 10, "b": 20, "c": 30}
    office = Office(before, seconds, set())
    day = virtual("collect", [list(payment) for payment in payments], world=office.world())
    when = "when " + ", ".join(f"{amount} goes into {card}" for card, amount in payments)
    for card in before:
        amounts = [amount for name, amount in payments if name == card]
        expected = before[card] + sum(amounts)
        assert office.balances[card] == expected, (
            f"{when}: {card} had {before[card]} before and {office.balances[card]} afterwards; expected {expected}"
        )
        assert len(office.stored[card]) == len(amounts), (
            f"{when}: {card} was stored {len(office.stored[card])} times for {len(amounts)} payments"
        )
    answers(day, payments, office, when)
    longest = max(sum(sum(seconds[name]) for name, _ in payments if name == card) for card in before)
    assert day.elapsed < longest + 0.1, f"{when}: took {day.elapsed:g} s; expected {longest} s"


@points(2, "a payment that fails changes nothing, and the others go on", means="failure-ends-all")
@given(
    payments=st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 9)), min_size=2, max_size=5),
    failing=st.sets(st.integers(0, 4), min_size=1, max_size=3),
)
def test_failures(virtual: Virtual, payments: list[tuple[str, int]], failing: set[int]) -> None:
    before = {"a": 10, "b": 20}
    office = Office(before, {"a": (1, 2), "b": (2, 1)}, failing)
    day = virtual("collect", [list(payment) for payment in payments], world=office.world())
    when = "when " + ", ".join(f"{amount} goes into {card}" for card, amount in payments)
    when += " and store number " + ", ".join(str(n + 1) for n in sorted(failing)) + " fails"
    answers(day, payments, office, when)
    assert isinstance(day.returned, list)
    for card in before:
        kept = [
            amount
            for (name, amount), answer in zip(payments, day.returned, strict=True)
            if name == card and answer is not None
        ]
        expected = before[card] + sum(kept)
        assert office.balances[card] == expected, (
            f"{when}: {card} had {before[card]} before and {office.balances[card]} afterwards; expected {expected}"
        )


def answers(day: Trace, payments: list[tuple[str, int]], office: Office, when: str) -> None:
    """What ``collect`` returned is what was stored, payment by payment."""
    returned = day.returned
    assert isinstance(returned, list), f"{when}: collect returned {returned!r}; expected a list"
    assert len(returned) == len(payments), (
        f"{when}: collect returned {len(returned)} items for {len(payments)} payments"
    )
    for card, stored in office.stored.items():
        mine = [answer for (name, _), answer in zip(payments, returned, strict=True) if name == card]
        refused = mine.count(None)
        assert refused == office.failed[card], (
            f"{when}: {office.failed[card]} payments into {card} failed; collect returned None for {refused}"
        )
        told = [answer for answer in mine if answer is not None]
        assert Counter(told) == Counter(stored), f"{when}: {card} was stored as {stored}; collect returned {told}"
