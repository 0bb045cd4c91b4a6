"""Hints, the next exercise, a fresh start and solutions: the real command, on small kits."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from grader.load.practice_log import SCHEMA, Practice
from grader.practice.reference_answer import without_docstring
from grader.report.exercise_list import ExerciseProgress
from grader.report.hints_and_solutions import Nudge, render_hints
from grader.text import width
from tests.grader.command import ROOT, TURTLES, environment, graded, turtles, wait_until, without_override
from tests.grader.kits import SOLVED, TWO_TASKS, edit, make_kit, remember_as_passed, write

CHAPTERS = {"01_first": ["hello"], "02_together": ["two_tasks", "three_tasks", "later"]}
FIRST = "Who waits for whom?"
SECOND = "gather."
UNKEMPT = SOLVED.replace("async def main", "# [red]mine[/red] \x1b[2J\u202e\nasync def main")


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A kit that nobody has begun; ``later`` needs a Python that does not exist yet."""
    root = make_kit(tmp_path, CHAPTERS)
    edit(root / "exercises" / "curriculum.toml", 'name = "later"', 'name = "later"\npython = "3.99"')
    return root


@pytest.fixture(scope="module")
def solved_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit in which hello has passed. Tests copy it."""
    root = make_kit(tmp_path_factory.mktemp("passed"), CHAPTERS)
    edit(root / "exercises" / "curriculum.toml", 'name = "later"', 'name = "later"\npython = "3.99"')
    write(root / "exercises" / "01_first" / "hello.py", SOLVED)
    remember_as_passed(root, "hello")
    return root


@pytest.fixture
def passed(solved_once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(solved_once, tmp_path / "kit")


def said(folder: Path, *arguments: str, status: int = 0, **environ: str) -> str:
    """What the command says, on the stream that goes with its status."""
    done = turtles(folder, *arguments, environ=environ)
    assert done.returncode == status, done.stdout + done.stderr
    assert (done.stdout if status else done.stderr) == ""
    return done.stderr if status else done.stdout


def two_tasks(root: Path) -> Path:
    return root / "exercises" / "02_together" / "two_tasks.py"


def backups(root: Path) -> list[Path]:
    return sorted((root / ".turtles" / "backup").rglob("*.py"))


def by_make(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The project's own Makefile, without the virtual environment that it would make."""
    if shutil.which("make") is None:
        pytest.skip("there is no make")
    shutil.copy(ROOT / "Makefile", root)
    for name in ("requirements.txt", "pyproject.toml", "ready"):
        write(root / name, "")
    setup = ["READY=ready", "STALE=", f"TURTLES={' '.join(TURTLES)}"]
    command = ["make", "--no-print-directory", *arguments, *setup]
    return subprocess.run(
        command,
        cwd=root,
        env=environment(),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=150,
        check=False,
    )


# --- hint -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "shown"), [(74, "      LINK"), (75, "LINK"), (80, "LINK"), (81, "      BARE"), (99, "LINK")]
)
def test_the_link_of_a_hint_breaks_only_where_nothing_else_helps(length: int, shown: str) -> None:
    link = "https://docs.python.org/3/" + "x" * (length - 26)
    stream = io.StringIO()
    exercise = ExerciseProgress("hello", "Hello", "01_first", None, 0, 3)
    render_hints(exercise, [Nudge("Who waits?", link)], 2, Console(file=stream, width=80), [])
    expected = shown.replace("LINK", link).replace("BARE", link.removeprefix("https://"))
    assert expected in stream.getvalue().splitlines()


def test_each_call_shows_one_hint_more_with_its_link(kit: Path) -> None:
    first, second, third = (said(kit, "hint", "two_tasks") for _ in range(3))
    assert FIRST in first
    assert "https://docs.python.org/3/library/asyncio-task.html#awaitables\n" in first
    assert SECOND not in first
    assert "turtles hint two_tasks for the next one" in first
    assert FIRST in second
    assert SECOND in second
    assert "that was the last hint" in second
    assert "turtles solution two_tasks for the solution" in second
    assert third == second


def test_hints_of_one_exercise_leave_those_of_another_unseen(kit: Path) -> None:
    said(kit, "hint", "hello", "--all")
    assert SECOND not in said(kit, "hint", "two_tasks")


def test_all_hints_are_shown_on_demand_and_remembered(kit: Path) -> None:
    assert SECOND in said(kit, "hint", "two_tasks", "--all")
    assert SECOND in said(kit, "hint", "two_tasks")


def test_without_a_name_the_hint_is_for_what_comes_next(passed: Path) -> None:
    assert said(passed, "hint").startswith("02 two_tasks · ")


def test_after_passing_all_hints_are_shown(passed: Path) -> None:
    text = said(passed, "hint", "hello")
    assert FIRST in text
    assert SECOND in text
    assert "it has passed" in text


def test_a_hint_that_was_taken_out_of_the_curriculum_is_not_missed(kit: Path) -> None:
    Practice(kit / ".turtles").show_hints("two_tasks", 7)
    assert "that was the last hint" in said(kit, "hint", "two_tasks")


def test_a_name_that_stands_for_several_is_refused(kit: Path) -> None:
    assert said(kit, "hint", "02_together", status=2) == (
        "turtles: '02_together' stands for 3 exercises; name one, such as two_tasks\n"
    )


def test_a_name_that_stands_for_none_is_refused(kit: Path) -> None:
    assert "did you mean two_tasks" in said(kit, "hint", "too_tasks", status=2)


def test_hints_of_the_real_kit_fit_80_columns(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "exercises", tmp_path / "exercises")
    shutil.copytree(ROOT / "grader" / "handout", tmp_path / "grader" / "handout")
    for name in ("hello", "blocked_tasks"):
        text = said(tmp_path, "hint", name, "--all", COLUMNS="80")
        assert max(width(line) for line in text.splitlines()) <= 80
        assert len(re.findall(r"^ *(?:https://)?docs\.python\.org/\S+$", text, re.M)) == 3


@pytest.mark.parametrize("command", ["hint", "next"])
def test_without_unicode_everything_is_plain(kit: Path, command: str) -> None:
    text = said(kit, command, PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert text.isascii()
    assert "\\u" not in text


# --- the memory -----------------------------------------------------------------------------------------------------

RUBBISH = [
    b"",
    b"{",
    b"null",
    b"\xff",
    b'{"schema": "turtles/practice/v1", "exercises": []}',
    b'{"schema": "turtles/practice/v1", "exercises": {"two_tasks": 3}}',
    b'{"schema": "turtles/practice/v1", "exercises": {"two_tasks": {"hints": "2", "asked": "yes"}}}',
    b'{"schema": "turtles/practice/v1", "exercises": {"two_tasks": {"hints": -1, "asked": 1}}}',
    b'{"schema": "turtles/practice/v9", "exercises": {"two_tasks": {"hints": 2, "asked": true}}}',
]


@pytest.mark.parametrize("content", RUBBISH)
def test_a_memory_that_is_no_good_is_forgotten_and_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "practice.json").write_bytes(content)
    practice = Practice(tmp_path)
    assert practice.hints("two_tasks") == 0
    assert not practice.asked("two_tasks")
    assert practice.show_hints("two_tasks", 1)
    assert Practice(tmp_path).hints("two_tasks") == 1


def test_two_at_once_keep_what_the_other_remembers(tmp_path: Path) -> None:
    one, other = Practice(tmp_path), Practice(tmp_path)
    assert one.show_hints("two_tasks", 2)
    assert other.ask("two_tasks")
    assert other.show_hints("hello", 1)
    known = Practice(tmp_path)
    assert (known.hints("two_tasks"), known.asked("two_tasks"), known.hints("hello")) == (2, True, 1)
    assert json.loads((tmp_path / "practice.json").read_text())["schema"] == SCHEMA


def test_a_memory_that_cannot_be_kept_says_how_to_go_on(kit: Path) -> None:
    write(kit / ".turtles", "mine")
    text = said(kit, "hint", "two_tasks")
    assert FIRST in text
    assert "turtles hint two_tasks --all for all hints" in text
    assert SECOND in said(kit, "hint", "two_tasks", "--all")
    assert "the solution is in solutions/02_together/two_tasks.py" in said(kit, "solution", "two_tasks")


# --- next -----------------------------------------------------------------------------------------------------------


def test_next_shows_the_first_that_has_not_passed_and_how_to_go_about_it(passed: Path) -> None:
    lines = said(passed, "next", COLUMNS="80").splitlines()
    assert re.fullmatch(r"02 two_tasks · Two tasks at once +not started", lines[0])
    assert [line.split(maxsplit=1)[1] if line[3:7] in ("file", "read") else line.strip() for line in lines[2:]] == [
        "exercises/02_together/two_tasks.py",
        "run it     python exercises/02_together/two_tasks.py",
        "grade it   turtles grade two_tasks",
        "a hint     turtles hint two_tasks",
        "exercises/02_together/README.md",
    ]
    assert max(map(width, lines)) <= 80


def test_the_paths_of_next_hold_from_where_the_user_is(kit: Path) -> None:
    folder = kit / "exercises" / "02_together"
    assert "python ../01_first/hello.py\n" in said(folder, "next")


def test_a_file_that_changed_since_it_passed_comes_next_again(passed: Path) -> None:
    write(passed / "exercises" / "01_first" / "hello.py", TWO_TASKS + "# more\n")
    assert re.match(r"01 hello · Two tasks at once +to be judged\n", said(passed, "next"))


def test_when_all_have_passed_next_says_so_and_what_was_skipped(kit: Path) -> None:
    shutil.copytree(kit / "solutions", kit / "exercises", dirs_exist_ok=True)
    done = graded(kit, "grade", "hello", "2")
    assert done.returncode == 0
    assert done.stdout.count("every exercise has passed (1 skipped: this Python is too old for it)") == 1
    assert said(kit, "next") == "every exercise has passed (1 skipped: this Python is too old for it)\n"
    assert "name one to see its hints" in said(kit, "hint")


# --- reset ----------------------------------------------------------------------------------------------------------


def test_reset_puts_the_file_back_and_keeps_what_was_written(kit: Path) -> None:
    write(two_tasks(kit), UNKEMPT)
    text = said(kit, "reset", "two_tasks", "--yes")
    assert two_tasks(kit).read_text() == TWO_TASKS
    (kept,) = backups(kit)
    assert kept.read_text() == UNKEMPT
    assert f"what you wrote is kept in {kept.relative_to(kit)}" in " ".join(text.split())


def test_a_backup_is_never_overwritten(kit: Path) -> None:
    for number in range(4):
        write(two_tasks(kit), f"# {number}\n")
        said(kit, "reset", "two_tasks", "--yes")
    assert sorted(path.read_text() for path in backups(kit)) == [f"# {number}\n" for number in range(4)]


def test_without_a_terminal_to_ask_on_nothing_is_changed(kit: Path) -> None:
    write(two_tasks(kit), SOLVED)
    message = said(kit, "reset", "two_tasks", status=2)
    assert "nothing was changed" in message
    assert "turtles reset two_tasks --yes" in message
    assert two_tasks(kit).read_text() == SOLVED
    assert backups(kit) == []


def test_a_file_that_is_as_handed_out_is_left_alone(kit: Path) -> None:
    assert said(kit, "reset", "two_tasks") == "exercises/02_together/two_tasks.py is as it was handed out\n"
    assert backups(kit) == []


def test_a_missing_file_is_restored_without_asking(kit: Path) -> None:
    shutil.rmtree(two_tasks(kit).parent)
    assert "as it was handed out again" in said(kit, "reset", "two_tasks")
    assert two_tasks(kit).read_text() == TWO_TASKS
    assert backups(kit) == []


def test_reset_needs_a_name(kit: Path) -> None:
    assert said(kit, "reset", status=2) == "turtles: which exercise? turtles reset hello is how to name one\n"


def test_a_folder_in_the_files_place_is_not_touched(kit: Path) -> None:
    two_tasks(kit).unlink()
    write(two_tasks(kit) / "work.py", "mine")
    message = said(kit, "reset", "two_tasks", "--yes", status=2)
    assert "exercises/02_together/two_tasks.py is no file; move it away" in message
    assert (two_tasks(kit) / "work.py").read_text() == "mine"


def test_what_a_link_leads_to_stays_as_it_is(kit: Path, tmp_path: Path) -> None:
    mine = write(tmp_path / "mine.py", SOLVED)
    two_tasks(kit).unlink()
    two_tasks(kit).symlink_to(mine)
    said(kit, "reset", "two_tasks", "--yes")
    assert mine.read_text() == SOLVED
    assert not two_tasks(kit).is_symlink()
    assert two_tasks(kit).read_text() == TWO_TASKS
    assert backups(kit)[0].read_text() == SOLVED


def test_the_files_permissions_stay(kit: Path) -> None:
    write(two_tasks(kit), SOLVED).chmod(0o755)
    said(kit, "reset", "two_tasks", "--yes")
    assert stat.S_IMODE(two_tasks(kit).stat().st_mode) == 0o755


def test_what_cannot_be_kept_is_not_replaced(kit: Path) -> None:
    write(two_tasks(kit), SOLVED)
    write(kit / ".turtles" / "backup", "in the way")
    message = said(kit, "reset", "two_tasks", "--yes", status=2)
    assert message.startswith("turtles: nothing was changed: what you wrote cannot be kept in .turtles/backup")
    assert two_tasks(kit).read_text() == SOLVED


def test_a_folder_that_may_not_be_written_leaves_the_file_as_it_was(kit: Path) -> None:
    wrapper = without_override()
    if wrapper is None:
        pytest.skip("permissions do not hold for this user")
    write(two_tasks(kit), SOLVED)
    two_tasks(kit).parent.chmod(0o555)
    try:
        done = turtles(kit, "reset", "two_tasks", "--yes", wrapper=wrapper)
    finally:
        two_tasks(kit).parent.chmod(0o755)
    assert done.returncode == 2
    assert "exercises/02_together/two_tasks.py cannot be written: Permission denied" in done.stderr
    assert two_tasks(kit).read_text() == SOLVED


def test_what_was_handed_out_may_be_lost_and_nothing_is_changed(kit: Path) -> None:
    write(two_tasks(kit), SOLVED)
    (kit / "grader" / "handout" / "02_together" / "two_tasks.py").unlink()
    message = said(kit, "reset", "two_tasks", "--yes", status=2)
    assert "git checkout -- grader/handout/02_together/two_tasks.py" in message
    assert two_tasks(kit).read_text() == SOLVED


class Asked:
    """The command on a terminal, while it waits for an answer."""

    def __init__(self, root: Path, *arguments: str) -> None:
        pty = pytest.importorskip("pty")
        self._mine, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [*TURTLES, *arguments],
            cwd=root,
            env=environment(TERM="xterm"),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.text = ""

    def until(self, words: str) -> Asked:
        while words not in self.text:
            self.text += self._read()
        return self

    def type(self, line: str) -> Asked:
        os.write(self._mine, line.encode())
        return self

    def interrupt(self) -> Asked:
        # A signal that comes between the question and the read would only be seen after the answer.
        wait_until(self._reads)
        os.killpg(self._process.pid, signal.SIGINT)
        return self

    def ended(self) -> int:
        try:
            while piece := self._read():
                self.text += piece
        except OSError:  # Linux says so when the other end is closed
            pass
        os.close(self._mine)
        return self._process.wait(30)

    def _reads(self) -> bool:
        try:
            stat_line = Path(f"/proc/{self._process.pid}/stat").read_text()
        except FileNotFoundError:  # macOS
            return True
        return stat_line.rpartition(")")[2].split()[0] == "S"

    def _read(self) -> str:
        return os.read(self._mine, 65536).decode()


def test_reset_asks_until_it_is_told_yes(kit: Path) -> None:
    write(two_tasks(kit), SOLVED)
    asked = Asked(kit, "reset", "two_tasks").until("[yes/no] ").type("perhaps\n").until("Please type yes or no: ")
    assert two_tasks(kit).read_text() == SOLVED
    assert asked.type("YES\n").ended() == 0
    assert two_tasks(kit).read_text() == TWO_TASKS
    assert "what you wrote is kept in .turtles/backup/02_together/two_tasks." in asked.text


@pytest.mark.parametrize("answer", ["no\n", "n\n", "\x04"])
def test_any_way_of_saying_no_changes_nothing(kit: Path, answer: str) -> None:
    write(two_tasks(kit), SOLVED)
    asked = Asked(kit, "reset", "two_tasks").until("[yes/no] ").type(answer)
    assert asked.ended() == 0
    assert "nothing was changed" in asked.text
    assert two_tasks(kit).read_text() == SOLVED
    assert backups(kit) == []


def test_ctrl_c_at_the_question_changes_nothing(kit: Path) -> None:
    write(two_tasks(kit), SOLVED)
    asked = Asked(kit, "reset", "two_tasks").until("[yes/no] ").interrupt()
    assert asked.ended() in (130, -signal.SIGINT)
    assert "Traceback" not in asked.text
    assert two_tasks(kit).read_text() == SOLVED


# --- solution -------------------------------------------------------------------------------------------------------


def test_the_solution_is_shown_with_its_comments_after_passing(passed: Path) -> None:
    text = said(passed, "solution", "hello")
    assert SOLVED in text
    assert "# gather wraps both in tasks at once.\n" in text


def test_before_passing_the_solution_has_to_be_asked_for_twice(kit: Path) -> None:
    said(kit, "hint", "two_tasks")
    first = said(kit, "solution", "two_tasks")
    assert first == (
        "two_tasks has not passed yet: it is worth trying on\n"
        "1 hint left: turtles hint two_tasks\n"
        "ask again to see the solution\n"
    )
    assert "has not passed yet" in said(kit, "solution", "hello")
    assert SOLVED in said(kit, "solution", "two_tasks")


def test_a_file_that_was_not_judged_as_it_is_says_so_when_the_solution_is_asked_for(kit: Path) -> None:
    write(two_tasks(kit), SOLVED)
    assert said(kit, "solution", "two_tasks").startswith(
        "two_tasks was not judged as it is now: turtles grade two_tasks\n2 hints left"
    )


def test_the_diff_shows_what_the_solution_changes(kit: Path) -> None:
    assert "ask again" in said(kit, "solution", "two_tasks", "--diff")
    lines = said(kit, "solution", "two_tasks", "--diff").splitlines()
    assert lines[:2] == ["--- exercises/02_together/two_tasks.py", "+++ solutions/02_together/two_tasks.py"]
    assert "-    await task_b()" in lines
    assert "+    await asyncio.gather(task_a(), task_b())" in lines
    assert not any(line.startswith("+import") for line in lines)


def test_what_the_learner_wrote_is_only_text_in_a_diff(passed: Path) -> None:
    Practice(passed / ".turtles").ask("two_tasks")
    write(two_tasks(passed), UNKEMPT)
    text = said(passed, "solution", "two_tasks", "--diff")
    assert "-# [red]mine[/red] \\u202e\n" in text
    assert "\x1b" not in text


def test_an_answer_that_is_the_solution_has_no_diff(passed: Path) -> None:
    assert said(passed, "solution", "hello", "--diff") == (
        "exercises/01_first/hello.py and solutions/01_first/hello.py are the same\n"
    )


def test_a_missing_file_cannot_be_compared(passed: Path) -> None:
    Practice(passed / ".turtles").ask("two_tasks")
    two_tasks(passed).unlink()
    message = said(passed, "solution", "two_tasks", "--diff", status=2)
    assert message.startswith("turtles: exercises/02_together/two_tasks.py cannot be compared: the file is missing")


def test_a_kit_without_solutions_says_so_and_offers_none(passed: Path) -> None:
    shutil.rmtree(passed / "solutions")
    for name in ("hello", "two_tasks"):
        message = said(passed, "solution", name, status=2)
        assert message == "turtles: there are no solutions in this kit; ask the people who gave it to you\n"
        assert "solution" not in said(passed, "hint", name, "--all")


# --- what a grading says of it --------------------------------------------------------------------------------------


def test_a_failure_ends_with_where_to_get_a_hint(kit: Path) -> None:
    done = graded(kit, "grade", "two_tasks")
    assert "\n   turtles hint two_tasks for a hint\n" in done.stdout
    assert "\n   make hint EX=two_tasks for a hint\n" in by_make(kit, "grade", "EX=two_tasks").stdout


def test_a_success_ends_with_what_comes_next(passed: Path) -> None:
    done = graded(passed, "grade", "hello")
    assert (
        "\n   next: 02 two_tasks · Two tasks at once\n     exercises/02_together/two_tasks.py\n\n3 of 3" in done.stdout
    )


def test_of_several_that_passed_only_the_last_says_what_comes_next(passed: Path) -> None:
    write(two_tasks(passed), SOLVED)
    done = graded(passed, "grade", "two_tasks", "hello")
    assert done.stdout.count("next:") == 1
    assert done.stdout.index("next: 02 three_tasks") > done.stdout.index("✔ 02 two_tasks")


def test_another_tree_that_passes_says_nothing_of_what_comes_next(passed: Path) -> None:
    done = graded(passed, "grade", "hello", "--exercises", "solutions")
    assert done.returncode == 0
    assert "next:" not in done.stdout


# --- make -----------------------------------------------------------------------------------------------------------


def test_make_has_a_target_for_each(kit: Path) -> None:
    assert "make grade EX=hello" in by_make(kit, "next").stdout
    assert "make hint EX=hello for the next one" in by_make(kit, "hint").stdout
    assert SECOND in by_make(kit, "hint", "EX=two_tasks", "ARGS=--all").stdout
    assert "ask again" in by_make(kit, "solution", "EX=two_tasks").stdout
    assert "-    await task_b()" in by_make(kit, "solution", "EX=two_tasks", "ARGS=--diff").stdout
    write(two_tasks(kit), SOLVED)
    refused = by_make(kit, "reset", "EX=two_tasks")
    assert refused.returncode == 2
    assert "make reset EX=two_tasks ARGS=--yes" in refused.stderr
    assert by_make(kit, "reset", "EX=two_tasks", "ARGS=--yes").returncode == 0
    assert two_tasks(kit).read_text() == TWO_TASKS


def test_a_name_given_to_make_is_only_a_name(kit: Path) -> None:
    done = by_make(kit, "hint", "EX=two_tasks; touch hacked $(touch hacked) *")
    assert done.returncode == 2
    assert "there is no exercise" in done.stderr
    assert not (kit / "hacked").exists()


def test_make_clean_keeps_the_backups(kit: Path) -> None:
    write(two_tasks(kit), SOLVED)
    said(kit, "reset", "two_tasks", "--yes")
    said(kit, "hint", "two_tasks")
    assert by_make(kit, "clean").returncode == 0
    assert len(backups(kit)) == 1
    assert [path.name for path in (kit / ".turtles").iterdir()] == ["backup"]
    shutil.rmtree(kit / ".turtles" / "backup")
    assert by_make(kit, "clean").returncode == 0
    assert not (kit / ".turtles").exists()


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ('"""What it is.\n\nAt length.\n"""\n\nimport asyncio\n', "import asyncio\n"),
        ("import asyncio\n", "import asyncio\n"),
        ("1\n", "1\n"),
        ("", ""),
        ('"""Not whole.', '"""Not whole.'),
    ],
)
def test_a_program_without_its_first_text_is_the_rest_of_it(source: str, left: str) -> None:
    assert without_docstring(source) == left


def test_what_needs_a_newer_python_is_not_run(kit: Path) -> None:
    assert said(kit, "run", "later", status=2) == "turtles: later needs Python 3.99\n"
