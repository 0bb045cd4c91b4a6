"""``turtles init``: a folder to practise in, brought up to date without touching what the learner wrote."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

import grader
from grader.classroom import practice_folder
from grader.classroom.practice_folder import write_practice_folder, written
from grader.errors import KitError, UsageError
from grader.load.kit import find_root, installed_kit, load_kit
from grader.load.manifest import PRACTICE
from tests.grader import kits
from tests.grader.command import ROOT, environment, graded, turtles

COUNT = len(load_kit(ROOT).exercises)
JUDGED = sum(not exercise.needs_newer_python for exercise in load_kit(ROOT).exercises)

CHAPTERS = {"01_first": ["hello"], "02_together": ["two_tasks"]}


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny kit in the place of the one that the grader came with."""
    root = kits.make_kit(tmp_path, CHAPTERS)
    monkeypatch.setattr(practice_folder, "installed_kit", lambda: root)
    return root


def folder_for(tmp_path: Path) -> Path:
    write_practice_folder(tmp_path / "practice", upgrade=False, with_git=False)
    return tmp_path / "practice"


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice folder of the whole kit, made by the command. Tests leave it as it is."""
    folder = tmp_path_factory.mktemp("learner") / "practice"
    done = turtles(folder.parent, "init", "practice")
    assert done.returncode == 0, done.stderr
    return folder


def test_a_practice_folder_holds_what_is_handed_out_and_no_answers(practice: Path) -> None:
    for exercise in load_kit(ROOT).exercises:
        handed_out = ROOT / "grader" / "handout" / exercise.file
        assert (practice / "exercises" / exercise.file).read_bytes() == handed_out.read_bytes()
    assert {path.name for path in practice.iterdir()} == {
        ".editorconfig", ".gitignore", ".turtles-practice.json", ".vscode", "README.md", "exercises",
    }  # fmt: skip


def test_the_command_says_what_to_do_next(tmp_path: Path) -> None:
    done = turtles(tmp_path, "init")
    assert done.stdout.startswith(f"{COUNT} exercises written to asyncio-turtles\n")
    assert done.stdout.splitlines()[1:3] == ["next:", "  cd asyncio-turtles"]
    assert done.stdout.splitlines()[3].endswith("turtles watch")


def test_a_learners_commands_work_in_a_practice_folder(practice: Path) -> None:
    done = graded(practice / "exercises", "grade", "hello")
    assert "nothing changed yet in exercises/01_first_coroutines/hello.py" in done.stdout
    assert done.returncode == 1
    for command, expected in {
        ("list",): f"0 of {JUDGED} exercises passed",
        ("next",): "grade it   ",
        ("hint", "hello"): "1 of ",
        ("explain", "blocking-call"): "A blocking call",
        ("solution", "hello"): "ask again to see the solution",
        ("run", "hello"): "... World!",
        ("reset", "hello", "--yes"): "is as it was handed out",
    }.items():
        done = turtles(practice, *command)
        assert expected in done.stdout, (command, done.stdout, done.stderr)
        assert done.returncode == 0


def test_the_reference_answers_pass_in_a_practice_folder(practice: Path) -> None:
    done = graded(practice, "grade", "hello", "--exercises", str(ROOT / "solutions"))
    assert done.returncode == 0, done.stdout


def test_a_missing_exercise_says_how_to_get_it_back(kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.load.kit.installed_kit", lambda: kit)
    root = folder_for(tmp_path)
    (root / "exercises/01_first/hello.py").unlink()
    from grader.load.submission import read_learners_file

    here = load_kit(root)
    fault = read_learners_file(here, here.exercises[0]).fault
    assert fault
    assert fault.message == "the file is missing; `turtles reset hello` brings it back as it was"


def test_commands_of_authors_say_that_a_practice_folder_is_not_for_them(practice: Path) -> None:
    for command in (["verify"], ["check"], ["handout"], ["new", "x", "--chapter", "01"]):
        done = turtles(practice, *command)
        assert done.returncode == 2
        assert "a practice folder contains only exercises to solve" in done.stderr
    done = turtles(practice, "starter", "../starter")
    assert done.returncode == 2
    assert "a practice folder has nothing to hand out" in done.stderr


def test_an_upgrade_brings_what_is_new_and_leaves_what_was_written(kit: Path, tmp_path: Path) -> None:
    root = folder_for(tmp_path)
    mine, page = root / "exercises/01_first/hello.py", root / "README.md"
    mine.write_text("print('mine')\n")
    page.write_text("mine\n")
    (root / "exercises/02_together/notes.txt").write_text("mine\n")
    kits.write(kit / "grader/handout/01_first/hello.py", kits.TWO_TASKS + "# better\n")
    kits.write(kit / "grader/handout/02_together/two_tasks.py", kits.TWO_TASKS + "# better\n")
    entry = kits.ENTRY.format(name="third")
    kits.write(kit / "exercises/curriculum.toml", (kit / "exercises/curriculum.toml").read_text() + "\n" + entry)
    kits.write(kit / "grader/handout/02_together/third.py", kits.TWO_TASKS)
    report = write_practice_folder(root, upgrade=True, with_git=False)
    assert mine.read_text() == "print('mine')\n"
    assert page.read_text() == "mine\n"
    assert (root / "exercises/02_together/notes.txt").read_text() == "mine\n"
    assert (root / "exercises/02_together/two_tasks.py").read_text().endswith("# better\n")
    assert (root / "exercises/02_together/third.py").read_text() == kits.TWO_TASKS
    lines = list(written(report))
    assert lines[0].endswith("is up to date now: 2 files written")
    assert "exercises/01_first/hello.py: left as you wrote it" in lines
    assert "README.md: left as it was" in lines


def test_an_upgrade_takes_away_what_is_no_longer_handed_out_unless_it_was_changed(kit: Path, tmp_path: Path) -> None:
    root = folder_for(tmp_path)
    (root / "exercises/02_together/two_tasks.py").write_text("print('mine')\n")
    text = (kit / "exercises/curriculum.toml").read_text()
    first, second = (text.index(f'id = "{chapter}"') for chapter in CHAPTERS)
    other = '[[chapter]]\nid = "03_other"\ntitle = "Other"\n' + kits.ENTRY.format(name="other")
    kits.write(kit / "exercises/curriculum.toml", other)
    kits.write(kit / "exercises/03_other/README.md", "other\n")
    kits.write(kit / "grader/handout/03_other/other.py", kits.TWO_TASKS)
    assert first < second
    write_practice_folder(root, upgrade=True, with_git=False)
    assert not (root / "exercises/01_first").exists()
    assert (root / "exercises/02_together/two_tasks.py").read_text() == "print('mine')\n"


@pytest.mark.usefixtures("kit")
def test_an_upgrade_takes_a_folder_whose_manifest_is_gone_for_what_it_is(tmp_path: Path) -> None:
    root = folder_for(tmp_path)
    (root / PRACTICE.name).unlink()
    mine = root / "exercises/01_first/hello.py"
    mine.write_text("print('mine')\n")
    write_practice_folder(root, upgrade=True, with_git=False)
    assert mine.read_text() == "print('mine')\n"
    assert (root / PRACTICE.name).is_file()


@pytest.mark.usefixtures("kit")
def test_settings_that_were_deleted_stay_away(tmp_path: Path) -> None:
    root = folder_for(tmp_path)
    (root / ".editorconfig").unlink()
    report = write_practice_folder(root, upgrade=True, with_git=False)
    assert not (root / ".editorconfig").exists()
    assert ".editorconfig: you deleted it, so it was not written again" in written(report)


@pytest.mark.usefixtures("kit")
def test_without_a_folder_an_upgrade_is_for_the_one_that_one_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = folder_for(tmp_path)
    monkeypatch.chdir(root / "exercises/01_first")
    report = write_practice_folder(None, upgrade=True, with_git=False)
    assert report.root == root
    assert next(iter(written(report))).endswith("was up to date")


@pytest.mark.parametrize("there", [".git", ".venv", "venv", "README.md", "pyproject.toml"])
@pytest.mark.usefixtures("kit")
def test_what_a_new_project_holds_already_is_no_hindrance(tmp_path: Path, there: str) -> None:
    (tmp_path / "practice").mkdir()
    (tmp_path / "practice" / there).write_text("mine\n")
    root = folder_for(tmp_path)
    assert (root / there).read_text() == "mine\n"
    assert (root / "exercises/01_first/hello.py").is_file()


def test_folders_that_will_not_do_are_refused(kit: Path, tmp_path: Path) -> None:
    root = folder_for(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("mine\n")
    (tmp_path / "file").write_text("mine\n")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for out, message in {
        root: "is a practice folder already; `turtles init --upgrade` in it brings what is new",
        root / "exercises" / "inner": "which has exercises itself; give a folder outside of it",
        kit / "inner": "which has exercises itself; give a folder outside of it",
        tmp_path / "full": "is not empty: it holds thesis.tex; give a new folder",
        tmp_path / "file": "is a file; give the name of a folder",
        tmp_path / "file" / "inner": "is a file; give the name of a folder",
        tmp_path / "link": "is a link to a folder that is not there; give another name",
    }.items():
        with pytest.raises(UsageError) as refused:
            write_practice_folder(out, upgrade=False, with_git=False)
        assert message in str(refused.value)
    for out, message in {
        kit: "holds a whole kit, and no practice folder",
        tmp_path / "full": "is no practice folder: `turtles init DIR` makes one",
    }.items():
        with pytest.raises(UsageError) as refused:
            write_practice_folder(out, upgrade=True, with_git=False)
        assert message in str(refused.value)
    assert sorted(path.name for path in (tmp_path / "full").iterdir()) == ["thesis.tex"]


@pytest.mark.usefixtures("kit")
def test_git_is_made_and_committed_where_git_knows_the_user(tmp_path: Path) -> None:
    done = subprocess.run(
        ["git", "config", "--global", "--get", "user.name"], capture_output=True, text=True, check=False
    )
    report = write_practice_folder(tmp_path / "practice", upgrade=False, with_git=True)
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=report.root, capture_output=True, text=True, check=True
    )
    if done.stdout.strip():
        assert report.git == "a git repository was made, and all of it is committed"
        assert status.stdout == ""
    else:
        assert report.git.startswith("a git repository was made, and nothing is committed yet")


def test_without_an_identity_git_is_left_to_the_user(tmp_path: Path) -> None:
    bare = {"HOME": str(tmp_path), "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    # Without this, git makes up an address out of the machine's name.
    bare |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "user.useConfigOnly", "GIT_CONFIG_VALUE_0": "true"}
    done = turtles(tmp_path, "init", "--git", environ=bare)
    assert done.returncode == 0
    assert "a git repository was made, and nothing is committed yet: tell git your name" in done.stdout


@pytest.mark.usefixtures("kit")
def test_a_folder_of_another_version_is_told_of(tmp_path: Path) -> None:
    root = folder_for(tmp_path)
    manifest = json.loads((root / PRACTICE.name).read_text())
    (root / PRACTICE.name).write_text(json.dumps(manifest | {"version": "0.0.9"}))
    done = turtles(root, "list")
    assert done.returncode == 0
    assert (
        f"turtles: this folder has the exercises of Turtles 0.0.9, and this is {grader.__version__}: "
        "`turtles init --upgrade` brings what is new" in done.stderr
    )


@pytest.mark.usefixtures("kit")
def test_a_damaged_manifest_stops_no_command_but_the_upgrade(tmp_path: Path) -> None:
    root = folder_for(tmp_path)
    (root / PRACTICE.name).write_text("{")
    done = turtles(root, "list")
    assert done.returncode == 0
    assert "is damaged; delete it, and `turtles init --upgrade` in that folder writes it anew" in done.stderr
    assert turtles(root, "init", "--upgrade").returncode == 2
    assert find_root(root) == root


def test_outside_of_any_kit_the_way_to_one_is_told(tmp_path: Path) -> None:
    done = turtles(tmp_path, "list")
    assert done.returncode == 2
    assert "make a folder to practise in with `turtles init`" in done.stderr


def test_a_grader_without_exercises_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grader, "__file__", str(tmp_path / "grader" / "__init__.py"))
    with pytest.raises(KitError, match="came without exercises; install it again: pip install asyncio-turtles"):
        installed_kit()


def test_tasks_for_the_editor_find_the_places_of_a_failure(practice: Path) -> None:
    """The problem matchers, as VS Code applies them: a pattern for each of consecutive lines."""
    tasks = json.loads((practice / ".vscode/tasks.json").read_text())["tasks"]
    matchers = tasks[0]["problemMatcher"]
    mine = practice / "exercises/01_first_coroutines/hello.py"
    before = mine.read_bytes()
    found = set()
    try:
        for text in (before, before + b"x = (\n"):
            mine.write_bytes(text)
            lines = graded(practice, "grade", "hello", environ=environment()).stdout.splitlines()
            for matcher in matchers:
                patterns = matcher["pattern"]
                for at in range(len(lines) - len(patterns) + 1):
                    matches = [
                        re.search(each["regexp"], line) for each, line in zip(patterns, lines[at:], strict=False)
                    ]
                    if all(matches):
                        last = matches[-1]
                        assert last
                        found.add((matcher["owner"], last[1], int(last[2])))
    finally:
        mine.write_bytes(before)
    place = "exercises/01_first_coroutines/hello.py"
    assert found == {("turtles", place, 25), ("turtles-syntax", place, 31)}
