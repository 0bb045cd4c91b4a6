"""``turtles verify``: the answer bank proves the suites.

Every solution and every right answer passes in full, every file as handed out fails, and every wrong answer fails by
the check that it names, and is recognised as the kinds of mistake that it names. (Only that check is made, unless it
does not show both.) A file as handed out fails a public check as well: a student without the key sees
what is to be repaired. The learner's own files are not looked at.

A kit for students has neither solutions nor a bank: there it is only shown that what was handed out fails.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.authoring.doubles_compared import compare_replies
from grader.authoring.margins import Margin, margins_of
from grader.authoring.proofs import Proofs
from grader.authoring.wording import WordingFault, faults_in
from grader.explain.seen import observer_errors
from grader.judge import closeness
from grader.judge.plan import silent
from grader.judge.session import Judged, judge
from grader.judge.task import Task
from grader.kinds import CheckOutcome
from grader.load.answers import BankAnswer
from grader.load.curriculum import Exercise
from grader.load.kit import Kit, Suites
from grader.load.submission import read_submission
from grader.record.recorder import Recorder
from grader.record.sandbox import Sandbox
from grader.result import CheckVerdict, Verdict

_TRIES = 3
"""How often an answer is judged that noise leaves undecided, or whose one check does not show what it names."""


@dataclass
class Report:
    """What was judged rightly, by kind, and what was not."""

    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("solution", "handed out", "right", "wrong"), 0)
    )
    complaints: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    """What the machine was too noisy to judge."""
    left_out: list[str] = field(default_factory=list)
    """What this Python is too old for."""
    margins: list[Margin] = field(default_factory=list)
    """How close right answers came to the bounds, the closest first, if that was asked for."""

    unchanged: int = 0
    """How many of those that were judged rightly were so in an earlier run, and have not changed since."""
    problem: str = ""
    """Why nothing could be remembered; empty when it could."""

    wording: dict[tuple[str, str, str], WordingFault] = field(default_factory=dict)
    """Messages that are worded as they must not be: of each exercise and check one of each kind."""

    @property
    def too_close(self) -> int:
        """At how many checks a right answer came too close to a bound for a busy machine."""
        return sum(margin.too_close for margin in self.margins)


@dataclass(frozen=True)
class Expectation:
    kind: str
    path: Path
    caught_by: str | None = None
    shows: tuple[str, ...] = ()


def verify(
    kit: Kit,
    chosen: Sequence[Exercise],
    sandbox: Sandbox,
    *,
    jobs: int | None = None,
    progress: Callable[[int, int], None] = silent,
    margins: bool = False,
    anew: bool = True,
) -> Report:
    """Judge solutions, handed-out files and the bank of the chosen exercises, all in one session.

    ``margins``: tell how close right answers come to the bounds. Without ``anew``, what was judged rightly in an
    earlier run and has not changed since is only counted.
    """
    proofs = Proofs(kit, sandbox.name)
    expected: dict[tuple[str, str], Expectation] = {}
    tasks: list[Task] = []
    report = Report(left_out=left_out(kit, chosen))
    for exercise in chosen:
        if exercise.needs_newer_python:
            continue
        for label, expectation in expectations(kit, exercise):
            display = f"exercises/{exercise.file}"
            task = Task(exercise, read_submission(expectation.path, display), label, expectation.caught_by)
            expected[exercise.name, label] = expectation
            if proofs.contains(task) and not anew:
                proofs.add(task)
                report.counts[expectation.kind] += 1
                report.unchanged += 1
            else:
                tasks.append(task)
    packages = {package for exercise in chosen for package in exercise.packages}
    with contextlib.ExitStack() as stack:
        stack.callback(proofs.save)
        recorder = stack.enter_context(Recorder(sandbox, packages=packages, jobs=jobs))
        close = stack.enter_context(closeness.collected()) if margins else {}
        for last in (False,) * (_TRIES - 1) + (True,):
            again = []
            for judged in judge(kit, tasks, recorder, progress, shrink=False):
                expectation = expected[judged.task.exercise.name, judged.task.label]
                well_worded = _is_well_worded(judged, report)
                complaint, doubt = _opinion(judged, expectation)
                where = expectation.path.relative_to(kit.root).as_posix()
                if not doubt and expectation.kind == "solution":
                    complaint = "; ".join(filter(None, [complaint, _unlike(kit, judged)]))
                if not complaint:
                    report.counts[expectation.kind] += 1
                    if well_worded:
                        proofs.add(judged.task)
                elif not last and (doubt or judged.task.only_check):
                    # Where its one check does not show it, or is not there, the others tell more. They are not needed
                    # where noise kept the check from catching it.
                    noise = doubt and judged.outcomes and _complaint(judged, expectation)
                    again.append(judged.task if noise else replace(judged.task, only_check=None))
                elif doubt:
                    report.undecided.append(f"{where}: {doubt}")
                else:
                    report.complaints.append(f"{where}: {complaint}")
            tasks = again
            if not tasks:
                break
    report.problem = proofs.problem
    if margins:
        right = [key for key, expectation in expected.items() if expectation.kind in ("solution", "right")]
        suites = {kit.suite_file(exercise): exercise for exercise in chosen}
        report.margins = margins_of(close.values(), suites, right)
    if kit.suites is not Suites.OPEN:
        report.counts = {"handed out (a kit for students holds nothing else to prove)": report.counts["handed out"]}
    return report


def expectations(kit: Kit, exercise: Exercise) -> Iterator[tuple[str, Expectation]]:
    yield "handed_out", Expectation("handed out", kit.handed_out_file(exercise))
    if kit.suites is Suites.OPEN:
        yield "solution", Expectation("solution", kit.solution_file(exercise))
        for answer in kit.answers(exercise):
            if not answer.needs_other_python:
                yield answer.path.stem, _of_answer(answer)


def left_out(kit: Kit, chosen: Sequence[Exercise]) -> list[str]:
    """A line for each exercise and each answer of the bank that are not for this Python."""
    found = []
    for exercise in chosen:
        if why := exercise.needs_newer_python:
            found.append(f"{exercise.name}: not judged, it {why}")
        elif kit.suites is Suites.OPEN:
            found += [
                f"{answer.path.relative_to(kit.root).as_posix()}: not judged, it {why}"
                for answer in kit.answers(exercise)
                if (why := answer.needs_other_python)
            ]
    return found


def _of_answer(answer: BankAnswer) -> Expectation:
    return Expectation("right" if answer.right else "wrong", answer.path, answer.caught_by, answer.shows)


def _is_well_worded(judged: Judged, report: Report) -> bool:
    """Whether all that it was told is worded as it must be; what is not is put into the report."""
    name = judged.result.name
    found = [
        (check.title, fault)
        for check in judged.result.checks
        for fault in faults_in(check.message, f"{name}, {check.title} ({judged.task.label})")
    ]
    for title, fault in found:
        report.wording.setdefault((name, title, fault.why), fault)
    return not found


def _opinion(judged: Judged, expectation: Expectation) -> tuple[str, str]:
    """What is wrong with the outcome, and why that may be the noise's; either is empty when there is nothing."""
    if faults := {fault: None for each in judged.outcomes for made in each.recordings if (fault := made.fault)}:
        why = f"a recording could not be made: {next(iter(faults))}"
        return why, why
    if complaint := _complaint(judged, expectation):
        return complaint, _doubt(judged)
    unrecognised = _unrecognised(judged, expectation)
    return unrecognised, f"{unrecognised}; the machine was noisy" if unrecognised and _noisy(judged) else ""


def _doubt(judged: Judged) -> str:
    """Why an outcome that is not as it should be may be the noise's; empty when it is not.

    A wrong answer that its check caught is judged rightly, whatever noise did to its other checks.
    """
    inconclusive = (check.message for check in judged.result.checks if check.verdict is CheckVerdict.INCONCLUSIVE)
    return next(inconclusive, judged.result.message if judged.result.verdict is Verdict.INCONCLUSIVE else "")


def _complaint(judged: Judged, expectation: Expectation) -> str:
    """What is wrong with the outcome; empty when it is as it should be."""
    result = judged.result
    recordings = (recording for outcome in judged.outcomes for recording in outcome.recordings)
    if errors := sum(observer_errors(recording.explanations) for recording in recordings):
        return f"the observer in its process failed {errors} times, which it must never do"
    failed = [check for check in result.checks if check.verdict is CheckVerdict.FAILED]
    if expectation.kind in ("solution", "right"):
        if result.verdict is Verdict.PASSED or (result.verdict is Verdict.UNTOUCHED and not failed):
            return ""
        reasons = [f"{check.title}: {check.message}" for check in failed] or [result.message]
        return f"should pass, but {result.verdict}: {'; '.join(reasons)}"
    if not failed and result.verdict is not Verdict.BROKEN:
        return "should fail, but passes every check"
    speechless = [each.title for each in judged.outcomes if not each.by_itself]
    if speechless:
        return f"the check {speechless[0]!r} fails without a word to the learner; give it a message"
    public = [each for each in judged.outcomes if each.public]
    if expectation.kind == "handed out" and public and all(each.kind is CheckOutcome.PASSED for each in public):
        return "passes every public check, so that students without the key see nothing to repair; mark another one"
    if expectation.kind == "wrong":
        titles = {check.title for check in failed}
        if expectation.caught_by is None:
            return "does not say which check has to catch it (# Caught by: …)"
        if result.verdict is not Verdict.BROKEN and expectation.caught_by not in titles:
            return f"{expectation.caught_by!r} should catch it; failed instead: {', '.join(sorted(titles))}"
    return ""


def _unlike(kit: Kit, judged: Judged) -> str:
    """What the doubles replied to the solution that the functions they stand for would not; empty when nothing."""
    handed_out = kit.handed_out_file(judged.task.exercise).read_text(encoding="utf-8-sig")
    spans = (span for each in judged.outcomes for made in each.recordings for span in made.trace.spans)
    return "; ".join(compare_replies(handed_out, spans))


def _unrecognised(judged: Judged, expectation: Expectation) -> str:
    """Which kinds of mistake a wrong answer shows that were not recognised; empty when all were."""
    result = judged.result
    # What noise left undecided shows less than it could.
    if result.verdict is Verdict.INCONCLUSIVE or set(expectation.shows) <= set(result.mistakes):
        return ""
    was = f"was {', '.join(result.mistakes)}" if result.mistakes else "was not"
    return f"should be recognised as {', '.join(expectation.shows)}, but {was}"


def _noisy(judged: Judged) -> bool:
    """Whether what was seen inside may be the noise's: a program that waits for a processor seems to hold its loop."""
    failed = (outcome for outcome in judged.outcomes if outcome.kind is not CheckOutcome.PASSED)
    noises = [recording.noise for outcome in failed for recording in outcome.recordings]
    return any(noise.kept_waiting or noise.uneasy for noise in noises)
