"""From how a run ended and what its checks said to a verdict."""

from __future__ import annotations

import dataclasses

import pytest

from grader.judge.outcome import Failed, NotJudged, Outcome, evidence, of_test
from grader.judge.verdict import conclude
from grader.kinds import CheckOutcome, Ending, EventKind, Stop, StopReason
from grader.load.curriculum import Exercise
from grader.load.submission import Submission
from grader.record.noise import Noise
from grader.record.recording import Recording
from grader.record.seconds import Seconds
from grader.record.trace import Event, Raised, Trace
from grader.result import CheckVerdict, ProgramOutput, Verdict

TRACE = Trace((), (), Seconds(1.0), Ending.RETURNED, exit_status=0)
EXERCISE = Exercise("two_tasks", "Two tasks", "02_together", 3, "sequential-await", ())
SUBMISSION = Submission("exercises/02_together/two_tasks.py", "x = 1\n", "")


def ended(how: Ending, **changes: object) -> Recording:
    return Recording(dataclasses.replace(TRACE, ended=how, **changes), Noise())  # type: ignore[arg-type]


def test_only_a_run_that_returned_is_evidence_by_itself() -> None:
    assert evidence(ended(Ending.RETURNED), frozenset()).ended == "returned"


@pytest.mark.parametrize(
    ("recording", "allowed_as", "kind", "words"),
    [
        (
            ended(Ending.RAISED, raised=Raised("ValueError", "no", 3)),
            "raise",
            "failed",
            "it raised ValueError: no at line 3",
        ),
        (ended(Ending.EXIT, exit_status=4), "exit", "failed", "it called sys.exit(4)"),
        (ended(Ending.DIED, exit_status=0, stop=Stop(StopReason.EXIT_STATUS)), "exit", "crashed", "early"),
        (ended(Ending.STOPPED, stop=Stop(StopReason.DRIVE)), "stop", "crashed", "the grader ended it"),
    ],
)
def test_another_end_fails_the_check_unless_the_recording_allows_it(
    recording: Recording, allowed_as: str, kind: str, words: str
) -> None:
    with pytest.raises(Failed, match=words.replace("(", r"\(").replace(")", r"\)")) as caught:
        evidence(recording, frozenset())
    assert caught.value.kind == kind
    assert evidence(recording, frozenset({allowed_as})) is recording.trace


def test_a_deadline_is_a_crash_even_where_the_grader_may_stop_the_run() -> None:
    with pytest.raises(Failed) as caught:
        evidence(ended(Ending.STOPPED, stop=Stop(StopReason.DEADLINE, 5.0)), frozenset({"stop"}))
    assert caught.value.kind == "crashed"


def test_a_fault_of_the_grader_is_never_held_against_the_program() -> None:
    recording = dataclasses.replace(ended(Ending.DIED), fault="the fork server is gone")
    with pytest.raises(NotJudged):
        evidence(recording, frozenset({"raise", "exit", "stop"}))
    outcome = of_test("a check", 1, NotJudged("gone"), ())
    assert outcome.kind == "inconclusive"


def test_the_backstop_of_a_test_is_a_fault_of_the_grader() -> None:
    timeout = pytest.fail.Exception("Timeout (>120.0s) from pytest-timeout.")
    assert of_test("a check", 1, timeout, ()).kind == "inconclusive"
    assert of_test("a check", 1, pytest.fail.Exception("B came first"), ()).message == "B came first"


def test_an_error_of_the_checks_own_code_fails_it_and_is_told_to_authors() -> None:
    outcome = of_test("a check", 1, TypeError("NoneType"), ())
    assert (outcome.kind, outcome.by_itself) == ("failed", False)


def outcomes(*kinds: CheckOutcome) -> list[Outcome]:
    recording = ended(Ending.RETURNED)
    return [
        Outcome(
            f"check {n}", n + 1, kind, "" if kind == CheckOutcome.PASSED else f"because {n}", recordings=(recording,)
        )
        for n, kind in enumerate(kinds)
    ]


@pytest.mark.parametrize(
    ("kinds", "verdict", "score"),
    [
        ((CheckOutcome.PASSED, CheckOutcome.PASSED), Verdict.PASSED, 3),
        ((CheckOutcome.PASSED, CheckOutcome.FAILED), Verdict.FAILED, 1),
        ((CheckOutcome.FAILED, CheckOutcome.CRASHED), Verdict.CRASHED, 0),
        ((CheckOutcome.PASSED, CheckOutcome.INCONCLUSIVE), Verdict.INCONCLUSIVE, 1),
        ((CheckOutcome.CRASHED, CheckOutcome.INCONCLUSIVE), Verdict.INCONCLUSIVE, 0),
        ((CheckOutcome.BROKEN, CheckOutcome.BROKEN), Verdict.BROKEN, 0),
    ],
)
def test_the_verdict_is_the_gravest_of_its_checks(
    kinds: tuple[CheckOutcome, ...], verdict: Verdict, score: int
) -> None:
    result = conclude(EXERCISE, SUBMISSION, outcomes(*kinds), untouched=False)
    assert (result.verdict, result.score) == (verdict, score)
    assert result.to_json()  # every verdict has a valid form as JSON


def test_an_untouched_file_scores_nothing_for_checks_that_pass() -> None:
    result = conclude(EXERCISE, SUBMISSION, outcomes(CheckOutcome.PASSED, CheckOutcome.FAILED), untouched=True)
    assert (result.verdict, result.score) == (Verdict.UNTOUCHED, 0)
    assert [check.verdict for check in result.checks] == [CheckVerdict.PASSED, CheckVerdict.FAILED]


def test_an_untouched_file_that_passes_everything_is_a_pass_for_the_kit_to_complain_of() -> None:
    assert conclude(EXERCISE, SUBMISSION, outcomes(CheckOutcome.PASSED), untouched=True).verdict is Verdict.PASSED


def test_a_crash_says_why_at_the_exercise_as_well() -> None:
    assert (
        conclude(EXERCISE, SUBMISSION, outcomes(CheckOutcome.PASSED, CheckOutcome.CRASHED), untouched=False).message
        == "because 1"
    )


def test_what_did_not_pass_names_the_mistakes_that_it_shows() -> None:
    nested = ended(Ending.RAISED, raised=Raised("RuntimeError", "This event loop is already running"))
    failed = Outcome("a check", 3, CheckOutcome.FAILED, "it raised RuntimeError", recordings=(nested,))
    assert conclude(EXERCISE, SUBMISSION, [failed], untouched=False).mistakes == ("nested-run",)
    assert conclude(EXERCISE, SUBMISSION, [failed], untouched=True).mistakes == ("nested-run",)
    passed, doubtful = (
        dataclasses.replace(failed, kind=kind) for kind in (CheckOutcome.PASSED, CheckOutcome.INCONCLUSIVE)
    )
    assert conclude(EXERCISE, SUBMISSION, [passed], untouched=False).mistakes == ()
    assert conclude(EXERCISE, SUBMISSION, [failed, doubtful], untouched=False).mistakes == ()


def test_a_file_as_it_was_handed_out_leads_to_the_page_that_its_author_names() -> None:
    nested = ended(Ending.RAISED, raised=Raised("RuntimeError", "This event loop is already running"))
    failed = Outcome("a check", 3, CheckOutcome.FAILED, "it raised RuntimeError", recordings=(nested,))
    named = dataclasses.replace(EXERCISE, page="priority-tie")
    assert conclude(named, SUBMISSION, [failed], untouched=True).mistakes == ("priority-tie", "nested-run")
    assert conclude(named, SUBMISSION, [failed], untouched=False).mistakes == ("nested-run",)
    same = dataclasses.replace(EXERCISE, page="nested-run")
    assert conclude(same, SUBMISSION, [failed], untouched=True).mistakes == ("nested-run",)


def test_the_length_of_an_exercise_is_that_of_its_real_recordings() -> None:
    virtual = dataclasses.replace(ended(Ending.RETURNED, elapsed=Seconds(3600.0)), virtual=True)
    checks = [*outcomes(CheckOutcome.PASSED), Outcome("a property", 2, CheckOutcome.PASSED, recordings=(virtual,))]
    assert conclude(EXERCISE, SUBMISSION, checks, untouched=False).seconds == 1.0


def ran(seconds: float) -> Recording:
    """A run in which one coroutine was seen."""
    seen = {"kind": "steps", "opened": [[1, 1, "fetch", "fetch", 0.0]], "ran": [], "closed": [], "waits": []}
    return dataclasses.replace(ended(Ending.RETURNED, elapsed=Seconds(seconds)), explanations=(seen,))


def test_every_recording_is_drawn_once_the_one_behind_the_first_failure_first() -> None:
    fast, slow, shared = ran(1.0), ran(2.0), ran(3.0)
    checks = [
        Outcome("prints", 1, CheckOutcome.PASSED, recordings=(fast,)),
        Outcome("is quick", 1, CheckOutcome.FAILED, "no", recordings=(fast, shared)),
        Outcome("is steady", 1, CheckOutcome.FAILED, "no", recordings=(shared, slow)),
    ]
    timelines = conclude(EXERCISE, SUBMISSION, checks, untouched=False).timelines
    assert [(each.elapsed_s, each.title, each.checks) for each in timelines] == [
        (3.0, "is quick", (1, 2)),
        (1.0, "is quick", (0, 1)),
        (2.0, "is steady", (2,)),
    ]


def test_the_run_drawn_first_is_the_one_that_the_message_speaks_of() -> None:
    printed = Event(Seconds(0.5), EventKind.LINE, "fischer: 7")
    spoken_of, other = ran(1.0), ran(2.0)
    trace = dataclasses.replace(spoken_of.trace, events=(printed,))
    spoken_of = dataclasses.replace(spoken_of, trace=trace, caption="main()")
    message = "line 1 is 'fischer: 7'; expected 'fischer: 37'"
    check = Outcome("prints", 1, CheckOutcome.FAILED, message, recordings=(spoken_of, other))
    first, second = conclude(EXERCISE, SUBMISSION, [check], untouched=False).timelines
    assert (first.elapsed_s, first.caption) == (1.0, "main()")
    assert second.elapsed_s == 2.0


def test_a_run_that_nobody_looked_into_is_drawn_only_if_there_is_no_other() -> None:
    checks = [
        Outcome("first", 1, CheckOutcome.PASSED, recordings=(ended(Ending.RETURNED), ended(Ending.RETURNED), ran(2.0)))
    ]
    timelines = conclude(EXERCISE, SUBMISSION, checks, untouched=False).timelines
    assert [each.elapsed_s for each in timelines] == [1.0, 2.0]


def test_the_timelines_of_an_exercise_are_few() -> None:
    checks = [Outcome("much", 3, CheckOutcome.FAILED, "no", recordings=tuple(ran(float(n)) for n in range(1, 30)))]
    timelines = conclude(EXERCISE, SUBMISSION, checks, untouched=False).timelines
    assert [each.elapsed_s for each in timelines] == [29.0, 1.0, 2.0, 3.0, 4.0, 5.0]


def output_of(recording: Recording) -> ProgramOutput:
    failed = Outcome("a check", 1, CheckOutcome.FAILED, "because", recordings=(recording,))
    (timeline,) = conclude(EXERCISE, SUBMISSION, [failed], untouched=False).timelines
    assert timeline.output is not None
    return timeline.output


def line(at_s: float, text: str) -> Event:
    return Event(Seconds(at_s), EventKind.LINE, text)


def test_the_run_of_a_failed_check_is_kept_with_what_the_program_printed() -> None:
    recording = ended(Ending.RETURNED, events=(line(0.0, "start"), line(1.25, "\x1b[31mend")), stderr="careful\n")
    output = output_of(recording)
    assert [(each.at_s, each.text) for each in output.lines] == [(0.0, "start"), (1.25, "end")]
    assert (output.errors, output.omitted_lines) == (("careful",), 0)
    assert output.ended.startswith("it returned after")


def test_of_a_program_that_prints_without_end_the_first_lines_are_kept() -> None:
    lines = tuple(line(0.001 * number, "x" * 1000) for number in range(150))
    output = output_of(ended(Ending.RETURNED, events=lines, stderr="y\n" * 1000))
    assert (len(output.lines), output.omitted_lines, len(output.errors)) == (100, 50, 100)
    assert max(len(each.text) for each in output.lines) == 200


def test_an_exception_is_shown_as_python_would_have_shown_it() -> None:
    raised = Raised("ExceptionGroup", "two", 2, (Raised("ValueError", "no", 2),), frames=((1, "main"), (2, "sell")))
    output = output_of(ended(Ending.RAISED, raised=raised))
    assert output.errors[0] == "Traceback (most recent call last):"
    assert f'  File "{SUBMISSION.display}", line 1, in main' in output.errors
    assert output.errors[-2:] == ("ExceptionGroup: two", "  | ValueError: no at line 2")
    assert "with ExceptionGroup" in output.ended


def test_a_run_whose_checks_all_passed_keeps_no_output() -> None:
    (timeline,) = conclude(EXERCISE, SUBMISSION, outcomes(CheckOutcome.PASSED), untouched=False).timelines
    assert timeline.output is None
