"""``turtles run``: the program as it is, with its seconds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.practice.run_program import PrintedLine, Stream, run_program
from tests.grader.command import turtles
from tests.grader.kits import SOLVED, make_kit, write

CHAPTER = "02_together"


def ran(tmp_path: Path, source: str) -> tuple[list[PrintedLine], int]:
    shown: list[PrintedLine] = []
    found = run_program(write(tmp_path / "it.py", source), shown.append)
    return shown, found.status


def test_each_line_has_its_second_and_comes_as_it_is_printed(tmp_path: Path) -> None:
    shown, status = ran(tmp_path, "import time\nprint('a')\ntime.sleep(0.6)\nprint('b')\nprint('no end', end='')\n")
    assert [line.text for line in shown] == ["a", "b", "no end"]
    assert 0.5 < shown[1].at_s - shown[0].at_s < 5
    assert shown[0].at_s < 3, "the start of the interpreter does not count"
    assert status == 0


def test_errors_are_shown_with_their_traceback(tmp_path: Path) -> None:
    shown, status = ran(tmp_path, "print('before', flush=True)\nraise ValueError('no')\n")
    errors = [line.text for line in shown if line.stream is Stream.ERR]
    assert errors[0].startswith("Traceback")
    assert errors[-1] == "ValueError: no"
    assert status == 1


@pytest.mark.parametrize(("source", "status"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", -9)])
def test_the_end_of_the_program_is_told(tmp_path: Path, source: str, status: int) -> None:
    assert ran(tmp_path, source) == ([], status)


def test_bytes_that_are_no_text_are_shown_all_the_same(tmp_path: Path) -> None:
    shown, _ = ran(tmp_path, "import os\nos.write(1, b'\\xff\\x1b[31m\\n')\n")
    assert shown[0].text == "\\xff\x1b[31m"


def test_the_command_marks_the_first_line_that_differs(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    done = turtles(root, "run", "two_tasks", "--no-color")
    assert done.returncode == 0
    assert re.search(r"^ \d\.\d\d   Task A starts$", done.stdout, re.MULTILINE), done.stdout
    write(root / "exercises" / CHAPTER / "two_tasks.py", SOLVED + "\nraise SystemExit('\\x1b[31mred')\n")
    done = turtles(root, "run", "two_tasks", "--no-color")
    assert done.returncode == 1
    assert "┃ red" in done.stdout
    assert "with exit status 1" in done.stdout
    assert turtles(root, "run", "no_such").returncode == 2


def test_the_program_finds_nothing_of_how_it_was_started(tmp_path: Path) -> None:
    source = "import os, sys\nprint([p for p in sys.path if 'startup' in p])\n"
    shown, _ = ran(
        tmp_path, source + "print([name for name in os.environ if 'TELL' in name or 'PYTHONPATH' in name])\n"
    )
    assert [line.text for line in shown] == ["[]", "[]"]
