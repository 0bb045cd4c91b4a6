"""``turtles watch`` on a real terminal: real keys, real saves, and what the user sees."""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.load.practice_log import count_days
from tests.grader.command import ROOT, turtles, wait_until
from tests.grader.kits import make_kit, remember_as_passed, write

pytest.importorskip("pty")

from tests.grader.screens import Terminal
from tests.grader.test_practice import by_make

CHAPTERS = {"01_first": ["hello"], "02_together": ["two_tasks", "three_tasks", "later"]}

TO_DO = 'async def main() -> None:\n    print("to do")\n'
HALF = 'async def main() -> None:\n    print("half")\n    print("done")\n'
DONE = (
    'import asyncio\n\n\n# Why it is so.\nasync def main() -> None:\n    await asyncio.sleep(0.05)\n    print("done")\n'
)
STUCK = 'import asyncio\n\n\nasync def main() -> None:\n    print("stuck")\n    await asyncio.sleep(1000)\n'

SUITE = """\
from grader.suite import Trace, points, record

run = record("main", deadline_s=25)


@points(1, "it says that it is done")
def test_says(run: Trace) -> None:
    assert "done" in run.lines


@points(2, "it says nothing else")
def test_only(run: Trace) -> None:
    assert run.lines == ["done"]
"""


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A kit of programs that take no time: nothing in it was begun."""
    root = make_kit(tmp_path, CHAPTERS)
    for chapter, names in CHAPTERS.items():
        for name in names:
            write(root / "exercises" / chapter / f"{name}.py", TO_DO)
            write(root / "grader" / "handout" / chapter / f"{name}.py", TO_DO)
            write(root / "solutions" / chapter / f"{name}.py", DONE)
            write(root / "tests" / "hidden" / chapter / f"test_{name}.py", SUITE)
    curriculum = root / "exercises" / "curriculum.toml"
    write(curriculum, curriculum.read_text().replace('name = "later"', 'name = "later"\npython = "3.99"'))
    return root


def hello(root: Path) -> Path:
    return root / "exercises" / "01_first" / "hello.py"


def save(path: Path, text: str) -> None:
    """As many editors do it: the new text goes into another file, which then takes the name."""
    new = path.with_name(f".{path.name}.swp")
    write(new, text)
    new.replace(path)


def workers(root: Path) -> list[int]:
    """The processes that judge for that kit (Linux)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"grader.watch.judge_worker" in command and os.fsencode(root) in command:
            found.append(int(folder.name))
    return found


def test_a_learner_saves_and_sees_the_verdict_and_goes_on(kit: Path) -> None:
    with Terminal(kit, "watch") as terminal:
        terminal.until(
            "○ 01 hello", "✘ it says that it is done", "judged at", "h for a hint", "0 of 3 exercises passed"
        )
        assert "s solution  x reset  c check all  q quit" in terminal.lines[-1]
        terminal.press("h").until("1  Who waits for whom?", "h for the next one (1 left)", "esc back", gone="gather.")
        terminal.press("h").until("2  gather.", "that was the last hint")
        terminal.press("\x1b").until("✘ it says that it is done", gone="gather.")
        write(hello(kit), HALF)
        terminal.until("✘ 01 hello", "1 of 3 points", "✔ it says that it is done", "✘ it says nothing else")
        terminal.press("p").until(
            "recorded for: it says nothing else", "0.0", "   done", "it returned after", "esc back"
        )
        terminal.press("\x1b").until("✘ it says nothing else")
        save(hello(kit), DONE)
        terminal.until("✔ 01 hello", "3 of 3 points", "running", "n goes on: 02 two_tasks · Two tasks at once")
        terminal.until("███░░░░░░░  1 of 3 exercises passed · 3 of 9 points · 1 skipped")
        terminal.press("s").until("# Why it is so.", "s again shows what it changes")
        terminal.press("s").until("your file and the reference answer are the same")
        terminal.press("n").until("○ 02 two_tasks", "judged at", "✘ it says that it is done")
        terminal.press("q")
        assert terminal.ended() == 0
        assert terminal.restored
        assert "1 of 3 exercises passed · 3 of 9 points · 1 skipped · practised on 1 day" in terminal.text
    assert count_days(kit / ".turtles") == 1
    assert turtles(kit, "next").stdout.startswith("02 two_tasks")
    assert " passed\n" in turtles(kit, "list").stdout


def test_whatever_becomes_of_the_file_the_latest_is_judged(kit: Path) -> None:
    with Terminal(kit, "watch", "hello") as terminal:
        terminal.until("judged at")
        hello(kit).unlink()
        terminal.until("the file is missing", "0 of 3 points")
        shutil.rmtree(hello(kit).parent)
        write(hello(kit), "def")
        terminal.until("SyntaxError on line 1")
        began = time.monotonic()
        save(hello(kit), STUCK)
        terminal.until("judging hello")
        for number in range(10):
            write(hello(kit), TO_DO + f"# {number}\n")
        save(hello(kit), DONE)
        terminal.until("✔ 01 hello", "judged at")
        # The run that was under way would have gone on for 25 s.
        assert time.monotonic() - began < 20
        save(kit / "exercises" / "02_together" / "three_tasks.py", HALF)
        terminal.until("✘ 02 three_tasks", "✘ it says nothing else", "judged at")


def test_any_size_of_the_terminal_will_do(kit: Path) -> None:
    with Terminal(kit, "watch") as terminal:
        terminal.until("✘ it says that it is done", "judged at")
        terminal.resize(20, 5).until("○ 01 hello", "n h l r f p v e t o")
        terminal.press(" " * 30).until("hint").press("l").until("▸", "search:", "enter esc")
        assert len(terminal.lines) == 5
        terminal.press("three\r").until("02 three_tasks", "n h l r f p v e t o")
        terminal.resize(1, 1).resize(9, 2).resize(120, 40).until("○ 02 three_tasks", "q quit", "judged at")
        terminal.press("\x1b[B\x1b[6~\x1b[A\x1b[5~jkZ\x1b[24~")  # keys that scroll, and keys that mean nothing
        terminal.press("lhez").until("search: hez", "nothing matches")
        terminal.press("\r\x7f\x7f").until("search: h", "▸  ○ hello").press("\x1b").until("three_tasks")
        terminal.press("\x15later\r").until("later needs Python 3.99").press("\x1b\x1b").until("r judge")
        terminal.press("q")
        assert terminal.ended() == 0


def test_a_solution_has_to_be_asked_for_twice_and_a_reset_asks_back(kit: Path) -> None:
    write(hello(kit), HALF)
    with Terminal(kit, "watch") as terminal:
        terminal.until("✘ it says nothing else", "judged at")
        terminal.press("x").until("put hello.py back as it was handed out?", "y yes  n no", gone="q quit")
        terminal.press("qn").until("nothing was changed", "q quit")
        assert hello(kit).read_text() == HALF
        terminal.press("x").until("y yes").press("y").until("○ 01 hello", "kept in .turtles/backup/01_first/hello.")
        assert hello(kit).read_text() == TO_DO
        (kept,) = (kit / ".turtles" / "backup").rglob("*.py")
        assert kept.read_text() == HALF
        terminal.until("✘ it says that it is done")
        terminal.press("x").until("hello.py is as it was handed out")
        terminal.press("s").until("hello has not passed yet", "2 hints left (h)", "s again")
        terminal.press("s").until("solutions/01_first/hello.py", 'print("done")')
        terminal.press("s").until("--- exercises/01_first/hello.py", '-    print("to do")', '+    print("done")')


def test_check_all_judges_the_others_too(kit: Path) -> None:
    write(kit / "exercises" / "02_together" / "two_tasks.py", DONE)
    with Terminal(kit, "watch") as terminal:
        terminal.until("judged at").press("c").until("1 passed", "2 not started", "1 of 3 exercises")
        terminal.press("\x1b").until("○ 01 hello", gone="1 passed")
        # The next one has passed already, so the one after it comes.
        terminal.press("n").until("○ 02 three_tasks")
        terminal.press("n").until("○ 01 hello")


@pytest.mark.parametrize(
    ("how", "status", "said"),
    [
        ("\x03", 130, "turtles: stopped"),
        (signal.SIGINT, 130, "turtles: stopped"),
        (signal.SIGTERM, 143, "turtles: ended"),
    ],
)
def test_whoever_ends_it_finds_everything_as_it_was(
    kit: Path, how: str | signal.Signals, status: int, said: str
) -> None:
    write(hello(kit), STUCK)
    with Terminal(kit, "watch") as terminal:
        terminal.until("judging hello")
        if isinstance(how, str):
            terminal.press(how)
        else:
            os.kill(terminal.process.pid, how)
        assert terminal.ended() == status
        assert terminal.restored
        assert terminal.text.rstrip().endswith(said)
    if sys.platform == "linux":
        assert workers(kit) == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_watch_that_is_killed_leaves_no_process_behind(kit: Path) -> None:
    write(hello(kit), STUCK)
    with Terminal(kit, "watch") as terminal:
        terminal.until("judging hello")
        assert workers(kit)  # a process that a worker is just starting looks like a second worker
        terminal.process.kill()
    wait_until(lambda: workers(kit) == [])


READER = """\
async def main() -> None:
    for name in ("/dev/tty", "/proc/self/fd/0"):
        try:
            with open(name) as keys:
                print(name, repr(keys.read(1)))
        except OSError:
            pass
    try:
        input()
    except EOFError:
        print("done")
"""


def test_the_process_that_judges_ends_when_it_is_left_with_an_answer_unread(kit: Path) -> None:
    mine, theirs = socket.socketpair()
    with theirs:
        worker = subprocess.Popen(
            [sys.executable, "-m", "grader.watch.judge_worker", str(kit), "none", str(theirs.fileno())],
            cwd=ROOT,
            pass_fds=[theirs.fileno()],
        )
    with mine:
        mine.sendall(b'{"number": 1, "names": ["nobody"], "everything": false}\n')
        select.select([mine], [], [], 30)
    assert worker.wait(30) == 0


def test_a_program_that_reads_gets_no_keys(kit: Path) -> None:
    nothing = {"VISUAL": "", "EDITOR": "", "TERM_PROGRAM": "", "PATH": "/nowhere"}
    with Terminal(kit, "watch", "--sandbox", "none", environ=nothing) as terminal:
        terminal.until("✘ it says that it is done")
        save(hello(kit), READER)
        terminal.press("hh").until("✔ it says that it is done", "h for a hint")
        terminal.press("h").until("Who waits for whom?", "gather.")
        terminal.press("o").until("no editor is known: set EDITOR, or open exercises/01_first/hello.py")
        terminal.press("q")
        assert terminal.ended() == 0


def test_what_goes_wrong_is_one_line_and_the_watch_goes_on(kit: Path) -> None:
    suite = kit / "tests" / "hidden" / "01_first" / "test_hello.py"
    write(kit / ".turtles", "in the way")
    with Terminal(kit, "watch") as terminal:
        terminal.until("○ 01 hello", ".turtles cannot be ")
        terminal.press("h").until("1  Who").press("h").until("2  gather.")
        write(suite, "def")
        save(hello(kit), HALF)
        terminal.until("not judged: a suite could not be loaded", "test_hello.py")
        suite.unlink()
        terminal.press("r").until("test_hello.py is missing: the kit is")
        write(suite, SUITE)
        terminal.press("r").until("✘ 01 hello", "✔ it says that it is done")
        save(hello(kit), DONE)
        terminal.until("✔ 01 hello").press("n").until("○ 02 two_tasks", "judged at")
        if sys.platform == "linux":
            os.kill(workers(kit)[0], signal.SIGKILL)
            terminal.press("r").until("the process that judges has ended")
            terminal.press("r").until("✘ it says that it is done", gone="has ended")
        assert (kit / ".turtles").read_text() == "in the way"


def test_an_editor_on_the_terminal_has_it_until_it_ends(kit: Path, tmp_path: Path) -> None:
    editor = write(tmp_path / "ed", '#!/bin/sh\necho editing\nread line\necho "$line" >"$1"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    with Terminal(kit, "watch", environ={"VISUAL": "", "EDITOR": str(editor), "TERM_PROGRAM": ""}) as terminal:
        terminal.until("judged at").press("o").until("editing", gone="q quit")
        terminal.press("def\n").until("SyntaxError on line 1", "q quit").press("q")
        assert terminal.ended() == 0


def test_without_colour_and_without_unicode_all_of_it_is_there(kit: Path) -> None:
    plain = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with Terminal(kit, "watch", environ={"NO_COLOR": "1", **plain}) as terminal:
        terminal.until(". 01 hello - Two", "x it says that it is done", "judged at", "..........  0 of 3 exercises")
        terminal.press("l").until(">  . hello")
        assert terminal.text.isascii()
        assert "\\u" not in terminal.text
        assert {(cell.fg, cell.bg) for cell in terminal.cells} == {("default", "default")}


def test_when_everything_has_passed_it_says_so(kit: Path) -> None:
    shutil.copytree(kit / "solutions", kit / "exercises", dirs_exist_ok=True)
    remember_as_passed(kit, "hello", "two_tasks", "three_tasks")
    with Terminal(kit, "watch") as terminal:
        terminal.until(
            "✔ 02 three_tasks", "every exercise has passed (1 skipped", "██████████  3 of 3 exercises passed"
        )
        terminal.press("n").until("three_tasks", "every exercise has passed")


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_can_draw_no_screen_is_refused(kit: Path, term: str) -> None:
    with Terminal(kit, "watch", environ={"TERM": term}) as terminal:
        assert terminal.ended() == 2
        assert "watch needs a terminal" in terminal.text


def test_without_a_terminal_it_says_what_to_do_instead(kit: Path) -> None:
    done = turtles(kit, "watch")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "turtles: watch needs a terminal, for its screen and its keys; without one, turtles grade hello judges hello "
        "and turtles hint hello gives a hint\n"
    )
    assert "later needs Python 3.99" in turtles(kit, "watch", "later").stderr
    made = by_make(kit, "watch", "EX=two_tasks")
    assert made.returncode == 2
    assert "make grade EX=two_tasks judges two_tasks" in made.stderr
