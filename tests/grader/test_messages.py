"""What a failed check says is for a learner: words, names and seconds."""

from __future__ import annotations

import pytest

from grader.judge import messages
from grader.kinds import CallOutcome, Ending
from grader.record.seconds import Seconds
from grader.record.trace import Lines, Span, Trace


def said(operator: str, left: object, right: object) -> str | None:
    """The message of ``assert left operator right`` as the learner gets it."""
    explained = messages.explain_comparison(operator, left, right)
    return messages.of_assertion(AssertionError(f"assert {explained[0]}")) if explained else None


@pytest.mark.parametrize(
    ("operator", "left", "right", "words"),
    [
        ("<", Seconds(2.014, phrase="took {} s"), 1.5, "took 2.01 s; expected under 1.5 s"),
        ("<", 0.9, Seconds(0.004, phrase="took {} s"), "took 0.00 s; expected more than 0.9 s"),
        (">=", Seconds(0.3), Seconds(0.5), "0.30 s; expected at least 0.5 s"),
        ("<", Seconds(2.0), 0.1 + 0.2, "2.00 s; expected under 0.3 s"),
        ("==", Lines(["a", "c"]), ["a", "b"], "line 2 is 'c'; expected 'b'"),
        ("==", ["a", "b"], Lines(["a"]), "nothing came after 'a'; expected line 2 to be 'b'"),
        ("==", Lines([]), ["a"], "nothing came at all; expected line 1 to be 'a'"),
        ("==", Lines(["a", "b"]), ["a"], "line 2 is 'b'; nothing more was expected"),
        ("==", [1, 3], [1, 2], "item 2 is 3; expected 2"),
        ("==", 3, 2, "got 3; expected 2"),
        ("<=", 4, 3, "got 4; expected at most 3"),
        ("==", None, {"a": 1}, "got None; expected {'a': 1}"),
    ],
)
def test_a_comparison_of_evidence_explains_itself(operator: str, left: object, right: object, words: str) -> None:
    assert said(operator, left, right) == words


def test_addresses_of_objects_are_left_out() -> None:
    assert said("==", "<coroutine object f at 0x7f00deadbeef>", "x") == "got '<coroutine object f>'; expected 'x'"


def test_what_a_suite_says_itself_comes_before_what_pytest_adds() -> None:
    error = AssertionError("two  downloads\nran at once\nassert 2 <= 1\n +  where 2 = peak()")
    assert messages.of_assertion(error) == "two downloads ran at once"


def test_an_assertion_without_words_has_no_message() -> None:
    assert messages.of_assertion(AssertionError("assert False")) is None
    assert messages.of_assertion(AssertionError()) is None


def test_a_message_is_never_longer_than_a_learner_reads() -> None:
    message = messages.of_assertion(AssertionError("x" * 5000))
    assert message is not None
    assert len(message) == messages.MAX_MESSAGE


def test_a_counterexample_tells_the_schedule_in_words() -> None:
    spans = (
        Span("fetch", Seconds(0), Seconds(2), ("a",)),
        Span("fetch", Seconds(0), Seconds(1), ("b",), outcome=CallOutcome.RAISED),
        Span("fetch", Seconds(0), Seconds(1), ("c",), outcome=CallOutcome.OPEN),
    )
    trace = Trace((), spans, Seconds(2), Ending.RETURNED)
    told = messages.with_counterexample("the order is wrong", trace)
    assert told == "the order is wrong (when fetch(a) takes 2 s, fetch(b) fails after 1 s)"
    assert messages.with_counterexample("when a is slow: wrong", trace) == "when a is slow: wrong"
