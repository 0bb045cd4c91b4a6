"""The grade that counts: every figure here is computed by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.assignment import Assignment, Attempts, LateRule, apportioned, exact, to_hundredths
from grader.class_grade import Scale
from grader.class_result import Attempt, Column, Mark, Override
from grader.result import Verdict

DUE = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
COLUMNS = [Column(name, name, "01", "One", points) for name, points in (("hello", 4), ("two", 6), ("three", 5))]
HW = Assignment("HW1", (), {"hello": 1, "two": 2, "three": 2}, 10, DUE, LateRule(0.1, 86_400, 3_600))
"""hello is worth 2 of 10 points, two and three 4 each."""


def attempt(handed_in: str = "2026-12-01T12:00:00Z", **scores: int | None) -> Attempt:
    marks = {
        name: Mark(0, 1, Verdict.INCONCLUSIVE)
        if score is None
        else Mark(score, {"hello": 4, "two": 6, "three": 5}[name], Verdict.FAILED)
        for name, score in scores.items()
    }
    return Attempt("ada", marks, handed_in)


def by_hand(points: float | None, comment: str = "") -> Override:
    return Override(points, comment, "teacher", "2026-12-02T12:00:00Z")


SCALE = Scale.of(HW, COLUMNS)


def test_an_exercise_counts_its_weight_of_the_total() -> None:
    grade = SCALE.grade("ada", attempt(hello=4, two=3, three=1), {})
    assert {name: (each.points, each.worth) for name, each in grade.exercises.items()} == {
        "hello": (2, 2), "two": (2, 4), "three": (0.8, 4),
    }  # fmt: skip
    assert (grade.earned, grade.score, grade.max_score) == (4.8, 4.8, 10)


def test_without_weights_and_total_the_exercises_own_points_count() -> None:
    grade = Scale.of(Assignment(), COLUMNS).grade("ada", attempt(hello=4, two=3), {})
    assert (grade.score, grade.max_score) == (7, 15)
    assert grade.exercises["three"].points is None


def test_halves_are_rounded_up_and_only_once() -> None:
    thirds = Scale.of(Assignment(total=10), [Column(name, "", "", "", 3) for name in ("a", "b", "c")])
    grade = thirds.grade("ada", Attempt("ada", dict.fromkeys("ab", Mark(2, 3, Verdict.FAILED))), {})
    assert [grade.exercises[name].points for name in "ab"] == [2.22, 2.22]
    assert grade.score == 4.44  # and not 2 times 2.22, had that been 2.23
    assert to_hundredths(Fraction("0.005")) == 0.01
    assert to_hundredths(Fraction("2.675")) == 2.68


def test_lateness_takes_its_share_after_everything_else() -> None:
    late = attempt("2026-12-03T17:00:01Z", hello=4, two=6, three=5)  # the third day has begun
    grade = SCALE.grade("ada", late, {"hello": by_hand(1)})
    assert (grade.earned, grade.score, grade.taken) == (9, 6.3, 2.7)
    assert SCALE.grade("ada", attempt("2026-12-01T18:00:00Z", hello=4), {}).score == 2  # within the grace


def test_what_could_not_be_judged_is_no_number() -> None:
    grade = SCALE.grade("ada", attempt(hello=None, two=6), {})
    assert (grade.score, grade.earned, grade.open) == (None, None, ("hello",))
    assert grade.exercises["hello"].points is None
    assert SCALE.grade("ada", None, {}).score is None
    assert SCALE.grade("ada", attempt(), {}).score is None


def test_a_refused_file_keeps_a_student_from_a_grade_while_an_exercise_is_missing() -> None:
    refused = Attempt("ada", {"hello": Mark(4, 4, Verdict.PASSED)}, refused=("two.7z: …",))
    grade = SCALE.grade("ada", refused, {})
    assert (grade.score, grade.open) == (None, ("two", "three"))
    settled = SCALE.grade("ada", refused, {"two": by_hand(1), "three": by_hand(0)})
    assert (settled.score, settled.open) == (3, ())
    whole = Attempt("ada", dict.fromkeys(("hello", "two", "three"), Mark(1, 1, Verdict.PASSED)), refused=("x.7z",))
    assert SCALE.grade("ada", whole, {}).score == 10


def test_a_person_decides_about_an_exercise_or_about_the_whole() -> None:
    late = attempt("2026-12-01T19:00:00Z", hello=0, two=0, three=None)
    grade = SCALE.grade("ada", late, {"three": by_hand(4)})
    assert (grade.score, grade.exercises["three"].by_hand, grade.by_hand) == (3.6, True, False)
    decided = SCALE.grade("ada", late, {"": by_hand(7.5)})
    assert (decided.score, decided.taken, decided.by_hand, decided.open) == (7.5, 0, True, ())
    assert SCALE.grade("zoe", None, {"": by_hand(5)}).score == 5
    assert SCALE.grade("zoe", None, {"": by_hand(None, "Where is it?")}).score is None


def test_a_rounded_worth_given_by_hand_is_all_of_it() -> None:
    thirds = Scale.of(Assignment(total=1), [Column(name, "", "", "", 3) for name in ("a", "b", "c")])
    grade = thirds.grade("ada", None, {name: by_hand(0.33) for name in "abc"})
    assert grade.score == 1


def test_a_person_may_give_more_than_there_is() -> None:
    grade = SCALE.grade("ada", attempt(hello=4, two=6, three=5), {"two": by_hand(5)})
    assert (grade.score, grade.exercises["two"].points, grade.max_score) == (11, 5, 10)
    assert SCALE.grade("ada", None, {"": by_hand(12)}).score == 12


def test_the_last_attempt_counts_or_the_best_as_the_assignment_says() -> None:
    first, second = attempt("2026-12-01T12:00:00Z", hello=4), attempt("2026-12-01T13:00:00Z", hello=1)
    assert SCALE.counting("ada", [first, second], {}) is second
    best = Scale.of(Assignment(due=DUE, rule=LateRule(0.5), attempts=Attempts.BEST), COLUMNS)
    assert best.counting("ada", [first, second], {}) is first
    # The late one has more points, and fewer that count.
    late = attempt("2026-12-01T18:00:00Z", hello=4, two=2)
    assert best.counting("ada", [first, late], {}) is first
    undecided = attempt("2026-12-01T13:00:00Z", hello=None)
    assert best.counting("ada", [first, undecided], {}) is first
    assert best.counting("ada", [undecided], {}) is undecided
    assert best.counting("ada", [], {}) is None


@given(st.lists(st.fractions(0, 100, max_denominator=60), max_size=12))
def test_whole_numbers_add_up_to_the_rounded_total(parts: list[Fraction]) -> None:
    total = sum(parts, Fraction(0))
    made = apportioned(parts, total)
    assert sum(made) == (2 * total + 1) // 2
    assert all(abs(number - part) < 1 for number, part in zip(made, parts, strict=True))


@pytest.mark.parametrize("value", [0.1, 2.5, 7, 1e-05])
def test_a_number_is_taken_as_it_is_written(value: float) -> None:
    assert exact(value) == Fraction(str(value))


def test_an_assignment_is_kept_and_read_again_and_tells_outside_nothing_of_students() -> None:
    given = Assignment("HW1", ("hello",), {"hello": 2.5}, 10, DUE, HW.rule, {"ada": DUE}, Attempts.BEST)
    assert Assignment.from_json(given.to_json()) == given
    assert "ada" not in str(given.public.to_json())
