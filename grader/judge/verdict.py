"""From the outcomes of an exercise's checks to its result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.judge.messages import plain
from grader.judge.outcome import Outcome
from grader.load.kit import Exercise
from grader.load.submission import Fault, Submission
from grader.record.explain import explain
from grader.record.run import Recording
from grader.result import Check, CheckVerdict, ExerciseResult, Finding, Timeline, Verdict

_MAX_FINDINGS = 5


def broken(
    exercise: Exercise, submission: Submission, fault: Fault, outcomes: Sequence[Outcome] = ()
) -> ExerciseResult:
    """The result of a file that does not load: no check is made, no point given."""
    return ExerciseResult(
        name=exercise.name,
        title=exercise.title,
        chapter=exercise.chapter,
        path=submission.display,
        verdict=Verdict.BROKEN,
        score=0,
        max_score=exercise.points,
        seconds=0.0,
        checks=tuple(Check(each.title, CheckVerdict.FAILED, 0, each.points) for each in outcomes),
        message=fault.message,
        message_line=fault.line,
    )


def unjudged(exercise: Exercise, submission: Submission, why: str) -> ExerciseResult:
    """The result where the grader or the suite failed: no verdict, and no point lost."""
    return ExerciseResult(
        exercise.name, exercise.title, exercise.chapter, submission.display, Verdict.INCONCLUSIVE, 0, exercise.points,
        0.0, message=why,
    )  # fmt: skip


def conclude(
    exercise: Exercise, submission: Submission, outcomes: Sequence[Outcome], *, untouched: bool
) -> ExerciseResult:
    """The result of the checks that were made."""
    outcomes = [replace(each, message=plain(each.message)) for each in outcomes]
    unloaded = next((each for each in outcomes if each.kind == "broken"), None)
    if unloaded:
        return broken(exercise, submission, Fault(unloaded.message, unloaded.line), outcomes)
    checks = tuple(_check(each) for each in outcomes)
    verdict = _verdict(outcomes, untouched=untouched)
    crash = next((each for each in outcomes if each.kind == "crashed"), None)
    timeline, findings = _explanation(outcomes, submission)
    real = (r.trace.elapsed for each in outcomes for r in each.recordings if not r.virtual)
    longest = max(map(float, real), default=0.0)
    message, line = "", None
    if verdict is Verdict.CRASHED and crash:
        message, line = crash.message, crash.line
    elif verdict is Verdict.INCONCLUSIVE:
        message = next(each.message for each in outcomes if each.kind == "inconclusive")
    return ExerciseResult(
        name=exercise.name,
        title=exercise.title,
        chapter=exercise.chapter,
        path=submission.display,
        verdict=verdict,
        score=0 if verdict is Verdict.UNTOUCHED else sum(check.score for check in checks),
        max_score=exercise.points,
        seconds=longest,
        checks=checks,
        message=message,
        message_line=line,
        timeline=timeline,
        findings=findings,
    )


def _check(outcome: Outcome) -> Check:
    verdicts = {"passed": CheckVerdict.PASSED, "inconclusive": CheckVerdict.INCONCLUSIVE}
    verdict = verdicts.get(outcome.kind, CheckVerdict.FAILED)
    score = outcome.points if verdict is CheckVerdict.PASSED else 0
    return Check(outcome.title, verdict, score, outcome.points, outcome.message)


def _verdict(outcomes: Sequence[Outcome], *, untouched: bool) -> Verdict:
    kinds = {each.kind for each in outcomes}
    if untouched and kinds != {"passed"}:
        return Verdict.UNTOUCHED
    for kind, verdict in (
        ("inconclusive", Verdict.INCONCLUSIVE),
        ("crashed", Verdict.CRASHED),
        ("failed", Verdict.FAILED),
    ):
        if kind in kinds:
            return verdict
    return Verdict.PASSED


def _explanation(outcomes: Sequence[Outcome], submission: Submission) -> tuple[Timeline | None, tuple[Finding, ...]]:
    """The run behind the first check that failed, drawn; and what was seen from inside, of that run or the next."""
    failed = [each for each in outcomes if each.kind not in ("passed", "inconclusive") and each.recordings]
    first = next(iter(failed), next((each for each in outcomes if each.recordings), None))
    if first is None:
        return None, ()
    # The recording the check read last is the one that it failed by.
    timeline, findings = _explained(first.recordings[-1], submission, first.title)
    for other in failed:
        for recording in other.recordings:
            if not findings:
                findings = _explained(recording, submission, other.title)[1]
    return timeline, findings[:_MAX_FINDINGS]


def _explained(recording: Recording, submission: Submission, title: str) -> tuple[Timeline, tuple[Finding, ...]]:
    start = recording.started
    end = start + float(recording.trace.elapsed)
    return explain(recording.explanations, start=start, end=end, source=submission.source or "", title=title)
