"""From the outcomes of an exercise's checks to its result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.explain.read import explain
from grader.explain.seen import DoubleCall
from grader.judge.diagnose import MOST, Explained, recognise
from grader.judge.graded_how import told_of_own_noise, told_of_restored
from grader.judge.messages import plain
from grader.judge.outcome import Outcome
from grader.judge.recorded_output import recorded_output
from grader.kinds import CheckOutcome, EventKind
from grader.load.curriculum import Exercise
from grader.load.submission import Fault, Submission
from grader.record.recording import Recording
from grader.record.trace import Trace
from grader.result import Check, CheckVerdict, ExerciseResult, Finding, Timeline, Verdict

_MISTAKEN = (Verdict.FAILED, Verdict.CRASHED, Verdict.UNTOUCHED)
_MAX_FINDINGS = 5
_MAX_CALLS = 500
"""Of a run, that are looked at to be drawn."""
_MAX_QUOTES = 1000
_SHORTEST_QUOTE = 4
"""Characters: less may stand in any message."""
_MAX_TIMELINES = 6
_MAX_SEGMENTS = 2400
"""Of all timelines of an exercise: as many as the first alone may have. What comes after that is left out."""


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
    unloaded = next((each for each in outcomes if each.kind is CheckOutcome.BROKEN), None)
    if unloaded:
        found = broken(exercise, submission, Fault(unloaded.message, unloaded.line), outcomes)
        return replace(found, findings=told_of_restored(outcomes))
    checks = tuple(_check(each) for each in outcomes)
    verdict = _verdict(outcomes, untouched=untouched)
    crash = next((each for each in outcomes if each.kind is CheckOutcome.CRASHED), None)
    explained = _explained(submission)
    timelines, findings = _explanation(outcomes, explained, submission)
    real = (r.trace.elapsed for each in outcomes for r in each.recordings if not r.virtual)
    longest = max(map(float, real), default=0.0)
    message, line = "", None
    if verdict is Verdict.CRASHED and crash:
        message, line = crash.message, crash.line
    elif verdict is Verdict.INCONCLUSIVE:
        message = next(each.message for each in outcomes if each.kind is CheckOutcome.INCONCLUSIVE)
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
        timelines=timelines,
        findings=(*told_of_restored(outcomes), *told_of_own_noise(outcomes), *findings),
        mistakes=_mistakes(exercise, verdict, outcomes, explained, submission.source or ""),
    )


def _mistakes(
    exercise: Exercise, verdict: Verdict, outcomes: Sequence[Outcome], explained: Explained, source: str
) -> tuple[str, ...]:
    """The kinds of mistake that it shows; of a file as it was handed out its author knows the first."""
    if verdict not in _MISTAKEN:
        return ()
    known = [exercise.page] if exercise.page and verdict is Verdict.UNTOUCHED else []
    return tuple(dict.fromkeys([*known, *recognise(outcomes, explained, source)]))[:MOST]


def _check(outcome: Outcome) -> Check:
    verdicts = {CheckOutcome.PASSED: CheckVerdict.PASSED, CheckOutcome.INCONCLUSIVE: CheckVerdict.INCONCLUSIVE}
    verdict = verdicts.get(outcome.kind, CheckVerdict.FAILED)
    score = outcome.points if verdict is CheckVerdict.PASSED else 0
    figures = outcome.figures if verdict is CheckVerdict.INCONCLUSIVE else ""
    return Check(outcome.title, verdict, score, outcome.points, outcome.message, figures)


def _verdict(outcomes: Sequence[Outcome], *, untouched: bool) -> Verdict:
    kinds = {each.kind for each in outcomes}
    if untouched and kinds != {CheckOutcome.PASSED}:
        return Verdict.UNTOUCHED
    for kind, verdict in (
        (CheckOutcome.INCONCLUSIVE, Verdict.INCONCLUSIVE),
        (CheckOutcome.CRASHED, Verdict.CRASHED),
        (CheckOutcome.FAILED, Verdict.FAILED),
    ):
        if kind in kinds:
            return verdict
    return Verdict.PASSED


@dataclass(frozen=True)
class _Run:
    """A recording, and the positions of the checks that rest on it."""

    recording: Recording
    checks: tuple[int, ...]
    named_after: int
    """The check that it explains: the first that failed, else the first."""
    failed: bool


def _runs(outcomes: Sequence[Outcome]) -> list[_Run]:
    """Every recording once: the one behind the first check that failed, then the others in the order of the checks."""
    recordings = {id(recording): recording for outcome in outcomes for recording in outcome.recordings}
    checks: dict[int, dict[int, None]] = {key: {} for key in recordings}
    for position, outcome in enumerate(outcomes):
        for recording in outcome.recordings:
            checks[id(recording)][position] = None
    failed = [
        position
        for position, each in enumerate(outcomes)
        if each.kind not in (CheckOutcome.PASSED, CheckOutcome.INCONCLUSIVE)
    ]
    runs = [
        _Run(
            recordings[key],
            tuple(resting),
            next((position for position in resting if position in failed), next(iter(resting))),
            not resting.keys().isdisjoint(failed),
        )
        for key, resting in checks.items()
    ]
    first = next((_failed_by(outcomes[position]) for position in failed if outcomes[position].recordings), None)
    return sorted(runs, key=lambda run: run.recording is not first)


def _failed_by(outcome: Outcome) -> Recording:
    """Of what a check rests on, the recording that its message speaks of; else the last, which it asked for last."""
    *others, last = outcome.recordings
    told = [recording for recording in (last, *reversed(others)) if _is_told(recording.trace, outcome.message)]
    return told[0] if told else last


def _is_told(trace: Trace, message: str) -> bool:
    """Whether a message quotes a line that was printed, or what a call was for."""
    lines = [event.name for event in trace.events[:_MAX_QUOTES] if event.kind is EventKind.LINE]
    arguments = [str(argument) for span in trace.spans[:_MAX_CALLS] for argument in span.args]
    return any(len(quote) >= _SHORTEST_QUOTE and quote in message for quote in (*lines, *arguments))


def _explanation(
    outcomes: Sequence[Outcome], explained: Explained, submission: Submission
) -> tuple[tuple[Timeline, ...], tuple[Finding, ...]]:
    """The runs drawn, and what was seen from inside: of the first run, or of the next that failed a check."""
    timelines: list[Timeline] = []
    findings: tuple[Finding, ...] = ()
    room = _MAX_SEGMENTS
    for run in _runs(outcomes):
        timeline, found = explained(run.recording)
        timeline = replace(
            timeline,
            title=outcomes[run.named_after].title,
            checks=run.checks,
            caption=run.recording.caption,
            output=recorded_output(run.recording, submission.source or "", submission.display) if run.failed else None,
        )
        if not findings and (run.failed or not timelines):
            findings = found[:_MAX_FINDINGS]
        segments = sum(len(row.segments) for row in timeline.rows)
        # The first is told of in any case; a later one only when it was looked into, and when there is room.
        if not timelines or (timeline.rows and segments <= room and len(timelines) < _MAX_TIMELINES):
            timelines.append(timeline)
            room -= segments
    return tuple(timelines), findings


def _explained(submission: Submission) -> Explained:
    """What was seen inside a recording, worked out once for each: the timeline, without a title, and the findings."""
    known: dict[int, tuple[Timeline, tuple[Finding, ...]]] = {}

    def look(recording: Recording) -> tuple[Timeline, tuple[Finding, ...]]:
        if id(recording) not in known:
            start, end = recording.started, recording.started + float(recording.trace.elapsed)
            known[id(recording)] = explain(
                recording.explanations, start=start, end=end, source=submission.source or "", title="",
                calls=_calls(recording.trace), noise_s=recording.noise.doubt_s,
            )  # fmt: skip
        return known[id(recording)]

    return look


def _calls(trace: Trace) -> list[DoubleCall]:
    return [
        DoubleCall(span.name, str(span), float(span.start), float(span.end), span.outcome)
        for span in trace.spans[:_MAX_CALLS]
    ]
