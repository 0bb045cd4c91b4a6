"""What learners read is free of wording that had to be read twice, and authors can read all messages at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring.all_messages import FINDINGS, OF_EXERCISE, as_text, grouped, wording_of
from grader.authoring.wording import MESSAGE, TASK, faults_in, kit_faults, texts_of_suite
from grader.judge.session import Judged
from grader.judge.task import Task
from grader.kinds import FindingKind
from grader.load.kit import find_root, load_kit
from grader.load.submission import read_submission
from grader.result import Check, CheckVerdict, ExerciseResult, Finding, Verdict
from grader.suite import counted, ending, times
from tests.grader.command import turtles
from tests.grader.kits import edit, make_kit

KIT = load_kit(find_root(Path(__file__)))


def test_no_task_hint_title_or_text_of_a_suite_is_worded_as_it_must_not_be() -> None:
    assert [str(fault) for fault in kit_faults(KIT)] == []


@pytest.mark.parametrize(
    "text",
    [
        "fetch was called 1 times",
        "1 payments into a failed",
        "printed ; expected tea",
        "got ; expected ;",
        "it TimeoutError at 0.5 s",
        "main may not change",
        'it said "no',
        "`fetch was called",
        "it raised Deadlock: nothing is left",
        "task call was still pending in <setcomp>",
        "Task-1 (_Run._main) waits",
        "it wrote to the grader's own channel",
        "the double was never called",
        "as the scenario says",
    ],
)
def test_such_wording_is_found(text: str) -> None:
    assert list(faults_in(text, "here"))


@pytest.mark.parametrize(
    "text",
    [
        "fetch was called once",
        "fetch was called 21 times",
        "fetch was called 0.1 times as often",
        "when 1 goes into a and store number 1 fails",
        "the next batch takes 1 s",
        "exposure 1 was stored",
        "printed nothing; expected tea",
        "it raised TimeoutError at 0.5 s",
        'the guests\' list says "no"',
        "a double room is free",
        "it takes double the time",
        "line 1 is 'x'; expected 'y'",
    ],
)
def test_other_wording_is_not(text: str) -> None:
    assert list(faults_in(text, "here")) == []


def test_a_task_may_speak_of_a_deadlock_but_not_of_what_may_not_change() -> None:
    assert list(faults_in("Deadlock. A scenario with a double.", "here", TASK)) == []
    assert [fault.text for fault in faults_in("What may not change: main.", "here", TASK)] == [
        "What may not change: main."
    ]


def test_the_texts_of_a_suite_are_its_titles_and_messages() -> None:
    source = """
        @points(1, "all is well", public=True)
        def test_it(both):
            assert both.lines == [], "something was printed"
            told = f"{len(both.lines)} lines"
            assert told, f"{told} at {both.elapsed:.2f} s"
            x = "no message"
    """
    texts = sorted((text, kind) for _, text, kind in texts_of_suite("if 1:\n" + source))
    assert texts == [
        ("all is well", TASK),
        ("something was printed", MESSAGE),
        ("{} at {} s", MESSAGE),
        ("{} lines", MESSAGE),
    ]


def test_numbers_agree() -> None:
    assert [times(number) for number in (0, 1, 2, 3)] == ["never", "once", "twice", "3 times"]
    assert [counted(number, "loaf", "loaves") for number in (0, 1, 2)] == ["0 loaves", "1 loaf", "2 loaves"]
    assert [counted(number, "call") for number in (0, 1, 21)] == ["0 calls", "1 call", "21 calls"]


def test_an_ending_is_told_in_words_and_not_by_what_a_scenario_calls_it() -> None:
    ways = ["well", "cancelled", "OSError: no answer", "ExceptionGroup: two fail (2 sub-exceptions)", "TimeoutError", 3]
    assert [ending(way) for way in ways] == [
        *["returned", "was cancelled", "raised OSError: no answer"],
        *["raised ExceptionGroup: two fail (2 sub-exceptions)", "raised TimeoutError", "returned 3"],
    ]
    assert ending("cancelled", "Error in bed 3", was="been") == "been cancelled or returned 'Error in bed 3'"


def judged(tmp_path: Path, label: str, *messages: str, findings: tuple[str, ...] = (), whole: str = "") -> Judged:
    exercise = KIT.exercises[0]
    checks = tuple(Check(f"check {n}", CheckVerdict.FAILED, 0, 1, text) for n, text in enumerate(messages))
    result = ExerciseResult(
        exercise.name, "T", "01_x", "x.py", Verdict.FAILED, 0, 9, 1.0, checks, whole,
        findings=tuple(Finding(FindingKind.LEFT_PENDING, text) for text in findings),
    )  # fmt: skip
    return Judged(Task(exercise, read_submission(tmp_path / "x.py", "x.py"), label), result)


def test_messages_that_differ_in_figures_and_drawn_names_are_one(tmp_path: Path) -> None:
    found = grouped(
        [
            judged(tmp_path, "wrong_a", "took 2.01 s", "oslo47 was asked"),
            judged(tmp_path, "wrong_b", "took 2.37 s", "lima12 was asked", findings=("x",), whole="it hangs"),
            judged(tmp_path, "wrong_c", "", "nobody was asked"),
        ]
    )
    name = KIT.exercises[0].name
    assert as_text(found) == (
        f"# Every message of the answer bank\n\n## {name}\n\n### check 0\n\n- took 2.01 s  (wrong_a and 1 more)\n\n"
        "### check 1\n\n- oslo47 was asked  (wrong_a and 1 more)\n- nobody was asked  (wrong_c)\n\n"
        f"### {OF_EXERCISE}\n\n- it hangs  (wrong_b)\n\n### {FINDINGS}\n\n- x  (wrong_b)\n"
    )


def test_their_wording_is_looked_at(tmp_path: Path) -> None:
    faults = wording_of(grouped([judged(tmp_path, "wrong_a", "took 2.01 s", "asked 1 times")]))
    assert [str(fault) for fault in faults] == [
        f"{KIT.exercises[0].name}, check 1 (wrong_a): 'asked 1 times': say once"
    ]


def test_the_command_writes_them_and_says_what_is_badly_worded(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    done = turtles(root, "messages", "all.md", "two_tasks")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("messages written to all.md; 0 worded as they must not be\n")
    text = (root / "all.md").read_text(encoding="utf-8")
    assert "### both tasks finish in under 0.6 s\n\n- took 0." in text
    suite = root / "tests/hidden/02_together/test_two_tasks.py"
    edit(suite, "assert both.elapsed < 0.6", 'assert both.elapsed < 0.6, "called 1 times"')
    done = turtles(root, "messages", "all.md", "two_tasks")
    assert done.returncode == 1
    assert "two_tasks, both tasks finish in under 0.6 s (handed_out): 'called 1 times': say once" in done.stdout
    done = turtles(root, "verify", "two_tasks")
    assert "worded as it must not be: two_tasks, both tasks finish in under 0.6 s" in done.stdout
    assert turtles(root, "messages", str(tmp_path / "no" / "where.md")).returncode == 2


def test_what_a_message_quotes_is_in_the_words_of_the_program() -> None:
    quoted = "expected 'gale: 90 bytes' as line 1; printed 'gale: 1 bytes'; it's the other's"
    assert list(faults_in(quoted, "here")) == []
    assert [fault.why for fault in faults_in(quoted.replace("'", ""), "here")] == ["1 is no plural"]
    assert [fault.why for fault in faults_in(quoted, "here", TASK)] == ["1 is no plural"]
