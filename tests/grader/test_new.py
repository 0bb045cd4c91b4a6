"""``turtles new`` and ``turtles new-kit``: a new exercise is complete but for its texts, and a new kit works."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.authoring.check import check_kit
from grader.authoring.new_exercise import new_exercise, new_kit
from grader.errors import UsageError
from grader.load.kit import load_kit
from tests.grader import kits
from tests.grader.command import ROOT, graded, turtles


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit as ``turtles new-kit`` makes it. Tests leave it as it is."""
    folder = tmp_path_factory.mktemp("author")
    done = turtles(folder, "new-kit", "my course")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "a kit with one example exercise is in my course; its README.md says how to go on\n"
    return folder / "my course"


def test_a_new_kit_has_nothing_wrong_with_it(made: Path) -> None:
    done = turtles(made, "check")
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1] == "1 exercise, 0 problems"


def test_the_example_of_a_new_kit_is_proved_by_its_bank(made: Path) -> None:
    done = graded(made, "verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[0] == "judged rightly: 1 solution, 1 handed out, 3 right, 5 wrong"


def test_no_mutant_of_the_example_survives(made: Path) -> None:
    done = graded(made, "mutate")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_learner_of_the_new_kit_gets_what_others_get(made: Path) -> None:
    done = graded(made, "grade")
    assert done.returncode == 1
    assert "✘ all towns are asked at the same time" in done.stdout
    assert "turtles explain sequential-await" in done.stdout
    assert turtles(made, "explain", "sequential-await").returncode == 0
    assert turtles(made, "hint").returncode == 0
    done = graded(made, "grade", "--exercises", "solutions")
    assert done.returncode == 0, done.stdout


def test_a_starter_of_a_kit_without_a_grader_is_refused_in_words(made: Path, tmp_path: Path) -> None:
    done = turtles(made, "starter", str(tmp_path / "starter"))
    assert done.returncode == 2
    assert "this kit has no grader of its own to hand out" in done.stderr
    assert not (tmp_path / "starter").exists()


def test_a_new_exercise_lacks_nothing_but_what_its_author_has_to_write(tmp_path: Path) -> None:
    root = kits.make_kit(tmp_path)
    shutil.copytree(ROOT / "docs" / "mistakes", root / "docs" / "mistakes")
    before = check_kit(load_kit(root))
    assert before == []
    done = turtles(root, "new", "bakery", "--chapter", "2")
    assert done.returncode == 0, done.stderr
    problems = check_kit(load_kit(root))
    assert problems
    for problem in problems:
        assert problem.message.startswith("is still to be written: "), problem
    assert {problem.path for problem in problems} == {
        "exercises/02_together/README.md",
        "exercises/curriculum.toml",
        "grader/handout/02_together/bakery.py",
        "tests/hidden/02_together/test_bakery.py",
    }
    done = graded(root, "verify", "bakery")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 solution, 1 handed out, 3 right, 5 wrong" in done.stdout


def test_what_was_written_is_no_longer_complained_of(tmp_path: Path) -> None:
    root = new_kit(tmp_path / "kit")
    new_exercise(load_kit(root), "bakery", "01")
    for path in root.rglob("*"):
        if path.is_file() and "TODO" in (text := path.read_text(encoding="utf-8")):
            kits.write(path, text.replace("TODO: ", ""))
    assert check_kit(load_kit(root)) == []


@pytest.mark.parametrize("first", [True, False])
def test_a_new_chapter_is_made_with_the_exercise(tmp_path: Path, first: bool) -> None:
    root = kits.make_kit(tmp_path, {"02_together": ["two_tasks"], "05_more": ["three"]})
    new_exercise(load_kit(root), "bakery", "02" if first else "07_ovens")
    chapters = [(chapter.id, [each.name for each in chapter.exercises]) for chapter in load_kit(root).chapters]
    assert chapters == [
        ("02_together", ["two_tasks", "bakery"] if first else ["two_tasks"]),
        ("05_more", ["three"]),
        *([] if first else [("07_ovens", ["bakery"])]),
    ]


def test_names_that_will_not_do_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    root = kits.make_kit(tmp_path)
    kits.write(root / "solutions/02_together/taken.py", "mine\n")
    before = sorted(path for path in root.rglob("*"))
    for name, chapter, message in (
        ("two_tasks", "02", "there is an exercise two_tasks already"),
        ("Two-Tasks", "02", "cannot be the name of an exercise"),
        ("../out", "02", "cannot be the name of an exercise"),
        ("bakery", "03", "there is no chapter '03'; there are 02_together, and a new one is named like 09_streams"),
        ("bakery", "02_other", "there is no chapter '02_other'"),
        ("bakery", "../out", "there is no chapter '../out'"),
        ("taken", "02", "solutions/02_together/taken.py is there already"),
    ):
        with pytest.raises(UsageError) as refused:
            new_exercise(load_kit(root), name, chapter)
        assert message in str(refused.value)
    assert sorted(path for path in root.rglob("*")) == before


def test_a_new_kit_is_made_in_a_new_folder_and_in_no_kit(tmp_path: Path) -> None:
    kits.write(tmp_path / "full" / "mine.txt", "mine\n")
    root = kits.make_kit(tmp_path)
    for folder, message in ((tmp_path / "full", "is there already and not empty"), (root / "x", "lies inside the kit")):
        with pytest.raises(UsageError, match=message):
            new_kit(folder)


# --- completion -------------------------------------------------------------------------------------------------------


def completed(folder: Path, *words: str) -> list[str]:
    """What bash is given to choose from, with the last of the words under the cursor."""
    typed = {"_TURTLES_COMPLETE": "complete_bash", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    return turtles(folder, environ=typed).stdout.split()


def test_a_shell_completes_commands_exercises_chapters_and_mistakes(tmp_path: Path) -> None:
    kit = kits.make_kit(tmp_path, {"02_together": ["two_tasks", "two_more", "other"]})
    kits.write(kit / "docs/mistakes/deadlock.md", "# A deadlock\n\nIt hangs.\n")
    assert completed(kit, "turtles", "hi") == ["hint"]
    assert completed(kit, "turtles", "hint", "two") == ["two_tasks", "two_more"]
    assert completed(kit, "turtles", "grade", "other", "02") == ["02_together"]
    assert completed(kit, "turtles", "explain", "d") == ["deadlock"]
    assert completed(kit, "turtles", "new", "x", "--chapter", "0") == ["02_together"]


def test_outside_of_a_kit_nothing_is_completed_and_nothing_said(tmp_path: Path) -> None:
    done = turtles(
        tmp_path, environ={"_TURTLES_COMPLETE": "complete_bash", "COMP_WORDS": "turtles hint t", "COMP_CWORD": "2"}
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_can_be_set_up(tmp_path: Path, shell: str) -> None:
    done = turtles(tmp_path, "--show-completion", shell, environ={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    assert done.returncode == 0, done.stderr
    assert "_TURTLES_COMPLETE" in done.stdout
