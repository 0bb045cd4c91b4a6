"""JUnit XML, as GitLab, Jenkins and most of the rest read it: a suite a chapter, a case a check.

The format has no standard; this is the common ground of pytest's ``xunit2`` family, GitLab's documentation and the
schema of Jenkins' xUnit plugin, ``junit-10.xsd``, which refuses any other attribute. It has no word for "not started",
which counts as a failure, and none for "the machine was too noisy", which counts as an error: something went wrong, and
not in the learner's program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from grader.result import PUBLIC_ONLY, Check, CheckVerdict, ExerciseResult, Result, Skipped, Verdict
from grader.text import clean

_OUTCOMES = {
    CheckVerdict.PASSED: "",
    CheckVerdict.FAILED: "failure",
    CheckVerdict.INCONCLUSIVE: "error",
}
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


@dataclass(frozen=True)
class _Case:
    classname: str
    name: str
    seconds: float
    outcome: str = ""
    """``failure``, ``error``, ``skipped``; empty when it passed."""
    kind: str = ""
    message: str = ""


def render(result: Result, chapters: Mapping[str, str] | None = None) -> str:
    """The result as an XML document. The same result gives the same text, byte for byte.

    ``chapters``: titles by chapter id; one that is missing is called by its id.
    """
    titles = chapters or {}
    root = ElementTree.Element("testsuites", name="turtles", time=_seconds(result.seconds))
    everything: list[_Case] = []
    judged = {exercise.chapter for exercise in result.exercises}
    skipped = {exercise.chapter for exercise in result.skipped}
    for chapter in sorted(judged | skipped):
        cases = list(_chapter_cases(result, chapter))
        everything += cases
        # "Z" is not in the pattern that Jenkins checks timestamps against; without a zone they are UTC.
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=clean(titles.get(chapter, chapter)) + (" (public checks only)" if result.public_only else ""),
            timestamp=result.started.removesuffix("Z"),
            time=_seconds(sum(case.seconds for case in cases)),
        )
        _add_counts(suite, cases)
        for case in cases:
            _add_case(suite, case)
        if result.public_only:
            ElementTree.SubElement(suite, "system-out").text = PUBLIC_ONLY
    _add_counts(root, everything)
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def _chapter_cases(result: Result, chapter: str) -> Iterator[_Case]:
    for exercise in result.exercises:
        if exercise.chapter == chapter:
            yield from _cases(exercise)
    for entry in result.skipped:
        if entry.chapter == chapter:
            yield _skipped_case(entry)


def _cases(exercise: ExerciseResult) -> list[_Case]:
    """A case for each check, and one for the exercise itself where its checks do not say why it did not pass."""
    # Checks share recordings, so no check has a time of its own; equal parts keep the sums right.
    checks = () if exercise.verdict is Verdict.BROKEN else exercise.checks
    cases = [_check_case(exercise, check, exercise.seconds / len(checks)) for check in checks]
    told = any(case.outcome for case in cases)
    if (exercise.verdict is Verdict.PASSED and cases) or (told and not exercise.message):
        return cases
    outcome = "error" if exercise.verdict is Verdict.INCONCLUSIVE else "failure"
    if exercise.verdict is Verdict.PASSED:
        outcome = ""
    whole = _Case(
        classname=f"{exercise.chapter}.{exercise.name}",
        name=exercise.title,
        seconds=0.0 if cases else exercise.seconds,
        outcome=outcome,
        kind=exercise.verdict.value if outcome else "",
        message=_whole_message(exercise) if outcome else "",
    )
    return [whole, *cases]


def _whole_message(exercise: ExerciseResult) -> str:
    message = exercise.message or exercise.verdict.value
    return message if exercise.message_line is None else f"{message}\n{exercise.path}:{exercise.message_line}"


def _check_case(exercise: ExerciseResult, check: Check, seconds: float) -> _Case:
    outcome, kind, message = _OUTCOMES[check.verdict], check.verdict.value, check.message
    if exercise.verdict is Verdict.UNTOUCHED:
        outcome, kind = "failure", exercise.verdict.value
        message = f"not started: {message}" if message else "not started"
    return _Case(
        classname=f"{exercise.chapter}.{exercise.name}",
        name=check.title,
        seconds=seconds,
        outcome=outcome,
        kind=kind if outcome else "",
        message=message if outcome else "",
    )


def _skipped_case(entry: Skipped) -> _Case:
    return _Case(f"{entry.chapter}.{entry.name}", entry.name, 0.0, "skipped", "", entry.reason)


def _add_counts(element: ElementTree.Element, cases: Iterable[_Case]) -> None:
    outcomes = [case.outcome for case in cases]
    element.set("tests", str(len(outcomes)))
    for attribute, outcome in _COUNTED.items():
        if attribute != "skipped" or element.tag == "testsuite":  # Jenkins' schema has it on suites only
            element.set(attribute, str(outcomes.count(outcome)))


def _add_case(suite: ElementTree.Element, case: _Case) -> None:
    element = ElementTree.SubElement(
        suite, "testcase", classname=case.classname, name=clean(case.name), time=_seconds(case.seconds)
    )
    if not case.outcome:
        return
    # `clean` spells out every control character: XML 1.0 cannot hold them, not even escaped.
    message = clean(case.message)
    detail = ElementTree.SubElement(element, case.outcome, message=message.partition("\n")[0])
    if case.kind:
        detail.set("type", case.kind)
    if case.outcome != "skipped":
        detail.text = message


def _seconds(value: float) -> str:
    return f"{value:.3f}"
