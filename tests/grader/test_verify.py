"""``turtles verify``: the bank proves the suites, and says where it does not."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.authoring import verify as module
from grader.authoring.verify import verify
from grader.judge.session import Judged, judge
from grader.judge.task import Task
from grader.load.kit import Kit, load_kit
from grader.record.sandbox import Sandbox
from grader.result import Verdict
from tests.grader.command import environment, turtles
from tests.grader.kits import RIGHT, SOLVED, TWO_TASKS, WRONG, edit, make_kit, write

CHAPTER = "02_together"
EXERCISES = ("fine", "spoilt", "broken")


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``fine`` is in order; in ``spoilt`` every kind of file is wrong once; ``broken`` has files that do not load."""
    root = make_kit(tmp_path_factory.mktemp("proof"), {CHAPTER: EXERCISES})
    # The learner's own files are not looked at: as if the learner had not begun, or had spoilt them.
    write(root / "exercises" / CHAPTER / "fine.py", "def main(:")
    (root / "exercises" / CHAPTER / "spoilt.py").unlink()

    write(root / "grader" / "handout" / CHAPTER / "spoilt.py", SOLVED)
    write(root / "solutions" / CHAPTER / "spoilt.py", TWO_TASKS)
    bank = root / "tests" / "answers" / CHAPTER / "spoilt"
    slow, quick = (bank / f"{name}.py" for name in ("right_group", "right_tasks"))
    write(slow, f"# Style: none\n\n{TWO_TASKS}")
    eager, loop, one, lost, _ = (bank / f"{name}.py" for name in WRONG)
    head = f"# Mistake: none\n# Caught by: {WRONG['wrong_eager'][1]}\n\n"
    write(eager, head + SOLVED)
    edit(loop, "# Caught by: both tasks finish in under 0.6 s", "# Caught by: every line is printed")
    edit(one, "# Caught by: every line is printed\n", "")
    edit(lost, "# Caught by:", "# Shows: deadlock\n# Caught by:")
    assert quick.exists()

    write(root / "tests" / "answers" / CHAPTER / "broken" / "right_group.py", "# Style: none\n\ndef main(:")
    (root / "solutions" / CHAPTER / "broken.py").unlink()
    return root


@pytest.fixture(scope="module")
def done(kit: Path) -> subprocess.CompletedProcess[str]:
    """What the command says of all three."""
    return turtles(kit, "verify")


def complaint(done: subprocess.CompletedProcess[str], file: str) -> str:
    """What is said of a file."""
    [said] = [line for line in done.stdout.splitlines() if file in line]
    return said


def test_each_file_that_proves_nothing_is_named_with_the_reason(done: subprocess.CompletedProcess[str]) -> None:
    bank = f"tests/answers/{CHAPTER}/spoilt"
    assert done.returncode == 1
    assert done.stderr == ""
    assert "should pass, but failed: both tasks finish in under 0.6 s: took " in complaint(
        done, f"solutions/{CHAPTER}/spoilt.py"
    )
    assert "should pass, but failed" in complaint(done, f"{bank}/right_group.py")
    assert "should fail, but passes every check" in complaint(done, f"grader/handout/{CHAPTER}/spoilt.py")
    assert "should fail, but passes every check" in complaint(done, f"{bank}/wrong_eager.py")
    assert "'every line is printed' should catch it; failed instead: both tasks finish" in complaint(
        done, f"{bank}/wrong_loop.py"
    )
    assert "does not say which check has to catch it" in complaint(done, f"{bank}/wrong_one.py")
    assert "should be recognised as deadlock, but was not" in complaint(done, f"{bank}/wrong_lost.py")


def test_files_that_do_not_load_are_named_with_the_reason(done: subprocess.CompletedProcess[str]) -> None:
    assert "should pass, but broken: the file is missing" in complaint(done, f"solutions/{CHAPTER}/broken.py")
    assert "should pass, but broken: SyntaxError on line 3" in complaint(
        done, f"tests/answers/{CHAPTER}/broken/right_group.py"
    )


def test_the_last_line_counts_what_was_judged_rightly(done: subprocess.CompletedProcess[str]) -> None:
    right, wrong = len(RIGHT), len(WRONG)
    counts = f"1 solution, 2 handed out, {3 * right - 2} right, {3 * wrong - 4} wrong"
    assert done.stdout.splitlines()[-1] == f"judged rightly: {counts}; 9 judged wrongly"


def test_an_exercise_in_order_is_proved_whatever_the_learner_made_of_it(kit: Path) -> None:
    done = turtles(kit, "verify", "fine")
    assert done.returncode == 0, done.stdout
    assert done.stdout == f"judged rightly: 1 solution, 1 handed out, {len(RIGHT)} right, {len(WRONG)} wrong\n"
    assert {each.name for each in (kit / ".turtles").iterdir()} == {"proved.json", "lock"}


def test_what_was_proved_and_has_not_changed_is_judged_again_only_in_ci_and_when_asked(tmp_path: Path) -> None:
    root = make_kit(tmp_path, {CHAPTER: ("fine",)})
    programs = 2 + len(RIGHT) + len(WRONG)
    assert "unchanged" not in turtles(root, "verify", "--no-attack").stdout
    counts = f"judged rightly: 1 solution, 1 handed out, {len(RIGHT)} right, {len(WRONG)} wrong"
    before = f"{counts}; {programs} of them before, and unchanged since\n"
    assert turtles(root, "verify", "--no-attack").stdout == before
    for command, environ in ((("--all",), {}), (("fine",), {}), ((), {"CI": "true"})):
        done = turtles(root, "verify", "--no-attack", *command, environ=environment(**environ))
        assert done.stdout == f"{counts}\n"

    edit(root / "tests" / "answers" / CHAPTER / "fine" / "wrong_loop.py", "# Caught by: ", "# Caught by: not ")
    for _ in range(2):  # what was judged wrongly is not remembered
        changed = turtles(root, "verify", "--no-attack")
        assert changed.returncode == 1
        assert f"{programs - 1} of them before, and unchanged since; 1 judged wrongly" in changed.stdout


def test_what_this_python_is_too_old_for_is_named_and_not_judged(tmp_path: Path) -> None:
    root = make_kit(tmp_path, {CHAPTER: ("now", "later")})
    edit(root / "exercises" / "curriculum.toml", 'name = "later"\n', 'name = "later"\npython = "3.99"\n')
    bank = root / "tests" / "answers" / CHAPTER / "now"
    write(bank / "right_group.py", "# Style: of the future\n# Python: 3.98\n\nimport nothing_of_today\n")
    done = turtles(root, "verify")
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert "later: not judged, it needs Python 3.99" in lines
    assert f"tests/answers/{CHAPTER}/now/right_group.py: not judged, it needs Python 3.98" in lines
    right = len(list(bank.glob("right_*.py"))) - 1
    assert any(f"1 solution, 1 handed out, {right} right" in line for line in lines), done.stdout


def test_a_check_that_fails_without_a_word_is_the_suites_fault(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    suite = root / "tests" / "hidden" / CHAPTER / "test_two_tasks.py"
    edit(suite, "    assert both.elapsed < 0.6\n", "    assert [both.elapsed < 0.6].index(True) == 0\n")
    done = turtles(root, "verify")
    assert done.returncode == 1
    assert "fails without a word to the learner; give it a message" in done.stdout


def test_what_could_not_be_judged_is_no_complaint(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    suite = root / "tests" / "hidden" / CHAPTER / "test_two_tasks.py"
    edit(suite, "both = record", "async def drive(run):\n    raise OSError\n\n\nboth = record")
    edit(suite, '"main")', '"main", drive=drive)')
    done = turtles(root, "verify")
    assert done.returncode == 3
    assert done.stdout.splitlines()[-1].endswith("; 10 not judged")


def test_what_noise_left_undecided_is_judged_again_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = load_kit(make_kit(tmp_path))
    labels: list[list[str]] = []

    def judge_on_a_busy_machine(kit: Kit, tasks: Sequence[Task], *args: Any, **options: Any) -> list[Judged]:
        labels.append([task.label for task in tasks])
        found = judge(kit, tasks, *args, **options)
        solution = next(each for each in found if each.task.label == "solution")
        if len(labels) == 1:
            result = replace(solution.result, verdict=Verdict.INCONCLUSIVE, score=0, checks=(), message="too noisy")
            found[found.index(solution)] = replace(solution, result=result)
        return found

    monkeypatch.setattr(module, "judge", judge_on_a_busy_machine)
    report = verify(kit, kit.exercises, Sandbox(wall=False))
    assert labels[1:] == [["solution"]]
    assert (report.undecided, report.complaints, report.counts["solution"]) == ([], [], 1)


def test_of_a_wrong_answer_only_the_check_that_it_names_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = load_kit(make_kit(tmp_path))
    made: dict[str, list[str]] = {}

    def watched(*args: Any, **options: Any) -> list[Judged]:
        found = judge(*args, **options)
        made.update({each.task.label: [outcome.title for outcome in each.outcomes] for each in found})
        return found

    monkeypatch.setattr(module, "judge", watched)
    assert not verify(kit, kit.exercises, Sandbox(wall=False)).complaints
    assert len(made["solution"]) == len(made["handed_out"]) == len(made["right_group"]) > 1
    assert {label: titles for label, titles in made.items() if label in WRONG} == {
        label: [title] for label, (_, title, _) in WRONG.items()
    }


def test_what_its_check_does_not_show_is_asked_of_all_checks_amid_noise_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = load_kit(make_kit(tmp_path))
    wrong = kit.root / "tests" / "answers" / CHAPTER / "two_tasks" / "wrong_eager.py"
    edit(wrong, "# Caught by:", "# Shows: deadlock\n# Caught by:")
    asked: list[list[str | None]] = []

    def watched(kit: Kit, tasks: Sequence[Task], *args: Any, **options: Any) -> list[Judged]:
        asked.append([task.only_check for task in tasks if task.label == "wrong_eager"])
        return judge(kit, tasks, *args, **options)

    monkeypatch.setattr(module, "judge", watched)
    monkeypatch.setattr(module, "_noisy", lambda _: True)
    verify(kit, kit.exercises, Sandbox(wall=False))
    assert asked == [[WRONG["wrong_eager"][1]], [None], [None]]


def test_a_check_that_does_not_exist_is_a_complaint_and_no_doubt(tmp_path: Path) -> None:
    kit = load_kit(make_kit(tmp_path))
    edit(kit.root / "tests" / "answers" / CHAPTER / "two_tasks" / "wrong_eager.py", "in under 0.6 s\n", "at once\n")
    report = verify(kit, kit.exercises, Sandbox(wall=False))
    assert report.undecided == []
    [complaint] = report.complaints
    assert "'both tasks finish at once' should catch it; failed instead: both tasks finish in under 0.6 s" in complaint
