"""The JUnit file: any reader can parse it, and its counts say what the result says."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from grader.report.formats.junit import render
from grader.result import Check, CheckVerdict, ExerciseResult, Result, Skipped, Verdict

PASSING = Check("every line is printed", CheckVerdict.PASSED, 1, 1)
FAILING = Check("in under 1.5 s", CheckVerdict.FAILED, 0, 2, "took 2.01 s\nin all")
UNSURE = Check("in order", CheckVerdict.INCONCLUSIVE, 0, 1, "0.3 s late")


def exercise(name: str, verdict: Verdict, *checks: Check, message: str = "", line: int | None = None) -> ExerciseResult:
    score = sum(check.score for check in checks)
    path = f"exercises/02_together/{name}.py"
    return ExerciseResult(
        name, "A title", "02_together", path, verdict, score, 3, 2.0, checks, message=message, message_line=line
    )


def result(*exercises: ExerciseResult, skipped: tuple[Skipped, ...] = ()) -> Result:
    return Result("1.0.0", "3.12.1", "2026-11-24T20:15:00Z", 3.42, "none", exercises, skipped)


def parsed(what: Result) -> ElementTree.Element:
    return ElementTree.fromstring(render(what).encode())


def outcomes(what: Result) -> list[tuple[str, str]]:
    """Each case's name, and the kind of element in it."""
    cases = parsed(what).iter("testcase")
    return [(case.get("name", ""), case[0].tag if len(case) else "passed") for case in cases]


def test_a_chapter_is_a_suite_and_a_check_is_a_case() -> None:
    root = parsed(result(exercise("two_tasks", Verdict.FAILED, PASSING, FAILING)))
    (suite,) = root
    assert suite.attrib == {
        "name": "02_together",
        "timestamp": "2026-11-24T20:15:00",
        "time": "2.000",
        "tests": "2",
        "failures": "1",
        "errors": "0",
        "skipped": "0",
    }
    passed, failed = suite
    assert passed.attrib == {
        "classname": "02_together.two_tasks",
        "name": "every line is printed",
        "time": "1.000",
    }
    assert len(passed) == 0
    (failure,) = failed
    assert (failure.tag, failure.attrib) == ("failure", {"message": "took 2.01 s", "type": "failed"})
    assert failure.text == "took 2.01 s\nin all"


def test_nothing_is_in_it_that_the_schema_of_jenkins_refuses() -> None:
    known = {
        "testsuites": {"name", "time", "tests", "failures", "errors"},
        "testsuite": {"name", "tests", "failures", "errors", "time", "skipped", "timestamp"},
        "testcase": {"name", "time", "classname"},
        **{tag: {"message", "type"} for tag in ("failure", "error", "skipped")},
        "system-out": set(),
    }
    skipped = (Skipped("b", "02_together", "needs Python 3.14"),)
    what = result(
        exercise("a", Verdict.FAILED, PASSING, FAILING),
        exercise("c", Verdict.BROKEN, message="SyntaxError", line=7),
        exercise("d", Verdict.INCONCLUSIVE, UNSURE),
        skipped=skipped,
    )
    for element in parsed(replace(what, suites="public")).iter():
        assert element.attrib.keys() <= known[element.tag], element.tag


def test_a_chapter_is_called_by_its_title_where_it_is_known() -> None:
    text = render(result(exercise("a", Verdict.PASSED, PASSING)), {"02_together": "Together"})
    assert ElementTree.fromstring(text)[0].get("name") == "Together"


def test_a_broken_file_is_one_failure_that_names_the_line() -> None:
    what = result(exercise("a", Verdict.BROKEN, message="SyntaxError: invalid syntax", line=7))
    assert outcomes(what) == [("A title", "failure")]
    (failure,) = parsed(what).iter("failure")
    assert failure.text == "SyntaxError: invalid syntax\nexercises/02_together/a.py:7"
    assert failure.get("type") == "broken"


def test_a_crash_is_a_failure_even_when_no_check_failed() -> None:
    what = result(exercise("a", Verdict.CRASHED, PASSING, message="stopped after 5 s"))
    assert outcomes(what) == [("A title", "failure"), ("every line is printed", "passed")]


def test_an_untouched_exercise_fails_every_check() -> None:
    what = result(exercise("a", Verdict.UNTOUCHED, PASSING, FAILING))
    assert [kind for _, kind in outcomes(what)] == ["failure", "failure"]
    messages = [failure.get("message") for failure in parsed(what).iter("failure")]
    assert messages == ["not started", "not started: took 2.01 s"]


def test_what_could_not_be_judged_is_an_error() -> None:
    assert outcomes(result(exercise("a", Verdict.INCONCLUSIVE, PASSING, UNSURE))) == [
        ("every line is printed", "passed"),
        ("in order", "error"),
    ]
    assert outcomes(result(exercise("a", Verdict.INCONCLUSIVE, message="the suite failed"))) == [("A title", "error")]


def test_a_passed_exercise_without_checks_is_a_passed_case() -> None:
    assert outcomes(result(exercise("a", Verdict.PASSED))) == [("A title", "passed")]


def test_a_skipped_exercise_is_a_skipped_case() -> None:
    what = result(skipped=(Skipped("poison_pill", "07_queues", "needs Python 3.13"),))
    assert outcomes(what) == [("poison_pill", "skipped")]
    (skipped,) = parsed(what).iter("skipped")
    assert skipped.attrib == {"message": "needs Python 3.13"}
    assert [suite.get("skipped") for suite in parsed(what)] == ["1"]


def test_no_exercises_is_an_empty_document() -> None:
    root = parsed(result())
    assert len(root) == 0
    assert (root.get("tests"), root.get("failures"), root.get("time")) == ("0", "0", "3.420")


@given(st.text())
def test_any_text_makes_a_document_that_can_be_read(text: str) -> None:
    check = replace(FAILING, title=text, message=text)
    what = result(replace(exercise("a", Verdict.CRASHED, check, message=text), title=text, path=text))
    root = parsed(what)
    assert render(what) == render(what)
    assert len(list(root.iter("failure"))) == int(root.get("failures", ""))


@given(st.lists(st.tuples(st.sampled_from(Verdict), st.lists(st.sampled_from([PASSING, FAILING, UNSURE]), max_size=3))))
def test_the_counts_agree_with_the_cases_and_only_passing_is_green(
    exercises: list[tuple[Verdict, list[Check]]],
) -> None:
    checks_fit = [(v, c if v is not Verdict.PASSED else [PASSING] * len(c)) for v, c in exercises]
    root = parsed(result(*(exercise(f"e{n}", verdict, *checks) for n, (verdict, checks) in enumerate(checks_fit))))
    assert int(root.get("tests", "")) == len(list(root.iter("testcase")))
    for attribute, tag in {"failures": "failure", "errors": "error", "skipped": "skipped"}.items():
        assert sum(int(suite.get(attribute, "")) for suite in root) == len(list(root.iter(tag)))
        assert attribute == "skipped" or int(root.get(attribute, "")) == len(list(root.iter(tag)))
    for number, (verdict, _) in enumerate(checks_fit):
        cases = [case for case in root.iter("testcase") if case.get("classname") == f"02_together.e{number}"]
        assert all(len(case) == 0 for case in cases) == (verdict is Verdict.PASSED)
