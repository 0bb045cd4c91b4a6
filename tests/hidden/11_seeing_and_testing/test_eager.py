"""eager: a task that begins, and may end, inside create_task."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record, times

LEAVE_ALONE: tuple[str, ...] = ("MEMORY", "STORE", "ask_store", "main")

WAIT = double("wait", delay=lambda seconds: seconds)
AT_ONCE_S = 1e-4
"""On the virtual clock."""


@dataclass(frozen=True)
class Question:
    """A visitor who asks for a book of their own."""

    visitor: str
    at: float
    seconds: float | None
    """How long the store takes; None if the place is known."""
    error: type[Exception] | None = None
    """What the store raises."""
    cancelled_at: float | None = None
    cancelled_at_once: bool = False
    """In the step in which it was asked."""

    @property
    def book(self) -> str:
        return f"the book of {self.visitor}"

    @property
    def end(self) -> float:
        by_itself = self.at + (self.seconds or 0.0)
        if self.cancelled_at_once:
            return self.at
        return by_itself if self.cancelled_at is None else min(by_itself, max(self.at, self.cancelled_at))

    def line(self, *, eager: bool = True) -> str | None:
        """The answer; None if there is none."""
        by_itself = self.at + (self.seconds or 0.0)
        called_off = self.cancelled_at is not None and self.cancelled_at < by_itself
        called_off = called_off or (self.cancelled_at_once and not (eager and self.seconds is None))
        if called_off or (self.error and not issubclass(self.error, LookupError)):
            return None
        return f"{self.visitor}: {'lost' if self.error else place_of(self.book)}"

    def told(self) -> str:
        if self.seconds is None:
            how = "whose place is known"
        else:
            how = (
                f"the store {'answers' if not self.error else f'raises {self.error.__name__}'} after {self.seconds:g} s"
            )
        called_off = "" if self.cancelled_at is None else f", the task is cancelled at {self.cancelled_at:g} s"
        if self.cancelled_at_once:
            called_off = ", the task is cancelled at once"
        return f"{self.visitor} asks at {self.at:g} s ({how}{called_off})"


def place_of(book: str) -> str:
    return f"where {book} stands"


def world(questions: Sequence[Question]) -> dict[str, Any]:
    asked = {each.book: each for each in questions}

    def raises(book: str) -> Exception | None:
        error = asked[book].error
        return error(book) if error else None

    return {
        "MEMORY": {each.book: place_of(each.book) for each in questions if each.seconds is None},
        "ask_store": double("ask_store", delay=lambda book: asked[book].seconds or 0.0, raises=raises, reply=place_of),
    }


def events(questions: Sequence[Question], looks: Sequence[float], closes: Sequence[float]) -> list[list[Any]]:
    """Looks and closes have the numbers that follow those of the questions."""
    asks: list[list[Any]] = [[each.at, "ask", [each.visitor, each.book, each.cancelled_at_once]] for each in questions]
    others: list[list[Any]] = [[at, "look", []] for at in looks] + [[at, "close", []] for at in closes]
    cancels: list[list[Any]] = [
        [each.cancelled_at, "cancel", [each.visitor]] for each in questions if each.cancelled_at is not None
    ]
    return asks + others + cancels


def waiting_at(questions: Sequence[Question], at: float) -> list[str]:
    there = [each for each in questions if each.at < at < each.end]
    return [each.visitor for each in sorted(there, key=lambda each: each.at)]


def closed_at(questions: Sequence[Question], at: float) -> float:
    """When a ``close`` called at this time returns: when nobody is waiting, those who came meanwhile included."""
    for each in sorted(questions, key=lambda each: each.at):
        if each.at < at < each.end:
            at = each.end
    return at


def named(visitors: object) -> str:
    return ", ".join(map(str, visitors)) if isinstance(visitors, list) and visitors else "nobody"


def compare_looks(trace: Trace, questions: Sequence[Question], looks: Sequence[float], when: str) -> None:
    for number, at in enumerate(looks, start=len(questions)):
        seen, wanted = trace.notes(f"look {number}"), waiting_at(questions, at)
        assert seen, f"{when}waiting() gave no answer at {at:g} s"
        assert seen[0].value == wanted, (
            f"{when}at {at:g} s waiting() gave {named(seen[0].value)}; expected {named(wanted)}"
        )
    left = trace.notes("in the end")
    assert left, f"{when}the day did not come to its end"
    assert left[0].value == [], f"{when}at the end waiting() gave {named(left[0].value)}; expected nobody"


def compare_closes(
    trace: Trace,
    questions: Sequence[Question],
    looks: Sequence[float],
    closes: Sequence[float],
    late_s: float,
    when: str,
) -> None:
    for number, at in enumerate(closes, start=len(questions) + len(looks)):
        seen, due = trace.notes(f"closed {number}"), closed_at(questions, at)
        assert seen, f"{when}close(), called at {at:g} s, did not return"
        assert seen[0].value is None, f"{when}close(), called at {at:g} s, raised {seen[0].value}"
        assert abs(seen[0].at - due) < late_s, (
            f"{when}close(), called at {at:g} s, returned at {seen[0].at:.2f} s; expected {due:.2f} s"
        )


ANA, BO, CY, DEE, ELI = fresh.words(5)
DAY = [
    Question(ANA, 0.0, None),
    Question(BO, 0.0, 0.4),
    Question(CY, 0.0, 2.0, cancelled_at=1.05),
    Question(DEE, 0.0, 0.4, ConnectionError),
    Question(ELI, 0.6, 1.3),
]
LOOKS, CLOSES = [0.2, 0.8, 1.3, 2.2], [0.2]

as_it_is = record(None, deadline_s=4.0)
day = record(
    "day", WAIT, True, events(DAY, LOOKS, CLOSES), scenario=True, world=world(DAY), deadline_s=5.0, allow=("raise",)
)

LINES = [
    "ana asks for Dune", "ana: shelf 4", "bo asks for Emma", "cy asks for Ulysses", "waiting: bo, cy", "bo: shelf 7",
    "cy: lost", "waiting: nobody",
]  # fmt: skip


@points(1, "the program prints these lines, at these times", public=True)
def test_program(as_it_is: Trace, day: Trace) -> None:
    assert as_it_is.lines == LINES
    assert 0.5 < as_it_is.elapsed < 1.3
    asked = [call.args[0] for call in day.calls("ask_store")]
    wanted = [each.book for each in DAY if each.seconds is not None]
    assert asked == wanted, (
        f"the lines come, but when {len(wanted)} of {len(DAY)} books are not known, "
        f"ask_store was called {times(len(asked))}"
    )


@points(2, "the question comes before the answer, a known answer at once")
def test_order(virtual: Virtual) -> None:
    questions = [Question(ANA, 0.1, None), Question(BO, 0.1, 0.3), Question(CY, 0.2, None)]
    for eager in (True, False):
        trace = virtual("day", WAIT, eager, events(questions, [], []), scenario=True, world=world(questions))
        when = f"when tasks are {'eager' if eager else 'not eager'}, "
        happened = [each.name for each in trace.events if each.kind in ("line", "note")]
        for each in questions:
            question, returned = f"{each.visitor} asks for {each.book}", f"asked {each.visitor}"
            answer = str(each.line())
            for line in (question, answer, returned):
                count = happened.count(line)
                assert count == 1, f"{when}{count} lines are {line!r}; expected one"
            at = [happened.index(line) for line in (question, answer, returned)]
            assert at[0] < at[1], f"{when}the answer to {each.visitor} comes before the question"
            assert at[0] < at[2], f"{when}ask returns to {each.visitor} before it prints the question"
            if each.seconds is None and eager:
                assert at[1] < at[2], f"{when}ask returns to {each.visitor} before the known answer is printed"
            assert trace.notes(returned)[0].value is True, f"{when}ask did not return a task"
            late = trace.at(answer) - each.end
            assert late < AT_ONCE_S, f"{when}the answer to {each.visitor} came {late:.2f} s late"


@points(2, "waiting() names those who wait, and nobody else")
def test_waiting(day: Trace) -> None:
    compare_looks(day, DAY, LOOKS, "")


@points(1, "close() returns when nobody is waiting")
def test_close(day: Trace) -> None:
    compare_closes(day, DAY, LOOKS, CLOSES, 0.6, "")


QUESTIONS = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.sampled_from([None, None, 3, 11, 29, 300]),
        st.sampled_from([None, None, LookupError, KeyError, OSError, ValueError, TimeoutError]),
        st.sampled_from([None, None, None, 0, 7, 20]),
        st.integers(0, 3),
    ),
    max_size=5,
)


@points(2, "all of this holds for any questions, whether tasks are eager or not")
@given(
    eager=st.booleans(),
    drawn=QUESTIONS,
    looks=st.lists(st.integers(0, 40), max_size=3),
    closes=st.lists(st.integers(0, 40), max_size=2),
)
def test_any_day(
    virtual: Virtual,
    eager: bool,
    drawn: list[tuple[int, int | None, type[Exception] | None, int | None, int]],
    looks: list[int],
    closes: list[int],
) -> None:
    questions = []
    # Thousandths keep all moments apart.
    for number, (at, seconds, error, cancelled, at_once) in enumerate(drawn, start=1):
        begins = at / 10 + number / 1000
        questions.append(
            Question(
                f"visitor-{number}",
                begins,
                None if seconds is None else seconds / 10 + 0.00037,
                None if seconds is None else error,
                None if cancelled is None else begins + cancelled / 10 + 0.00011 * number,
                cancelled_at_once=at_once == 3,
            )
        )
    look_at = [at / 10 + 0.0071 + number / 10_000 for number, at in enumerate(looks)]
    close_at = [at / 10 + 0.0083 + number / 10_000 for number, at in enumerate(closes)]
    plan = events(questions, look_at, close_at)
    trace = virtual("day", WAIT, eager, plan, scenario=True, world=world(questions), allow=("raise",))
    when = f"when tasks are {'eager' if eager else 'not eager'}"
    when += "".join(f", {each.told()}" for each in questions) + ": "
    assert trace.raised is None or trace.raised.type != "Deadlock", f"{when}the program never ends"
    compare_looks(trace, questions, look_at, when)
    compare_closes(trace, questions, look_at, close_at, AT_ONCE_S, when)
    for each in questions:
        count = trace.lines.count(f"{each.visitor} asks for {each.book}")
        assert count == 1, f"{when}{count} lines say that {each.visitor} asks; expected one"
        answers = [line for line in trace.lines if line.startswith(f"{each.visitor}: ")]
        answer = each.line(eager=eager)
        wanted = [answer] if answer else []
        assert answers == wanted, f"{when}{each.visitor} was told {named(answers)}; expected {named(wanted)}"
        for note in trace.notes(f"waits {each.visitor}"):
            assert note.value is True, f"{when}right after ask, waiting() did not name {each.visitor}"
        if answer:
            seen = trace.at(answer)
            assert abs(seen - each.end) < AT_ONCE_S, (
                f"{when}{each.visitor} was told at {seen:.4f} s; expected {each.end:.4f} s"
            )
