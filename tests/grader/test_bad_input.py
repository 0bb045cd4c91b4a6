"""Bad input: one clear message, the right verdict, and the other exercises still graded.

All files that are wrong in some way are graded in one run of the real command, beside files that are right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.grader.command import graded, turtles, without_override
from tests.grader.kits import SOLVED, edit, make_kit, write

CHAPTER = "02_together"
MAIN = "async def main() -> None:\n"
BODY = "    # gather wraps both in tasks at once.\n    await asyncio.gather(task_a(), task_b())\n"
IMPORTS = "import asyncio\nimport time\n"
DEADLINE_S = 2


def with_main(body: str) -> str:
    """The solution with another body of ``main``."""
    assert BODY in SOLVED
    return SOLVED.replace(BODY, "".join(f"    {line}\n" for line in body.splitlines()))


def with_top(code: str) -> str:
    """The solution with a line more after its imports."""
    return SOLVED.replace(IMPORTS, f"{IMPORTS}{code}\n")


def replaced(old: str, new: str) -> str:
    """The solution with ``new`` in the place of ``old``."""
    assert old in SOLVED
    return SOLVED.replace(old, new)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_loop_of_links(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


@dataclass(frozen=True)
class Case:
    """A learner's file, what the verdict on it is, and what the message says."""

    content: str | bytes | Callable[[Path], None]
    verdict: str
    says: str = ""
    line: int | None = None


STILL_RUNNING = f"it was still running after {DEADLINE_S} s, and was stopped"

CASES = {
    "solved": Case(SOLVED, "passed"),
    "syntax_error": Case(replaced("main() -> None:", "main() -> None"), "broken", "expected ':'", 23),
    "import_error": Case(with_top("import no_such_module"), "broken", "No module named 'no_such_module'", 9),
    "no_main": Case(replaced("main()", "start()"), "broken", "the function main() is missing"),
    "main_wants_more": Case(replaced("main() ->", "main(kitchen: str) ->"), "broken", "other arguments than", 23),
    "plain_main": Case(with_main("pass").replace(MAIN, "def main() -> None:\n"), "broken", "`async`", 23),
    "hands_a_coroutine_on": Case(
        replaced(MAIN, "def main() -> object:\n    return start()\n\n\nasync def start() -> None:\n"), "passed"
    ),
    "empty": Case(b"", "broken", "the file is empty"),
    "deleted": Case(Path.unlink, "broken", "the file is missing"),
    "folder": Case(a_folder, "broken", "there is a folder in the file's place"),
    "links": Case(a_loop_of_links, "broken", "cannot be read"),
    "huge": Case(SOLVED.encode() + b"#" * 10_000_000, "broken", "larger than 1 MB"),
    "latin_1": Case(replaced("Two cooks", "Zwei Köche").encode("latin-1"), "broken", "is not UTF-8", 1),
    "null_bytes": Case(SOLVED.encode().replace(b"import time", b"import\0time"), "broken", "null byte", 8),
    "crlf": Case(SOLVED.replace("\n", "\r\n").encode(), "passed"),
    "byte_order_mark": Case(b"\xef\xbb\xbf" + SOLVED.encode(), "passed"),
    "busy": Case(with_main("while True:\n    pass"), "crashed", STILL_RUNNING),
    "busy_waiting": Case(with_main("while True:\n    await asyncio.sleep(0)"), "crashed", STILL_RUNNING),
    "asleep": Case(with_main("await asyncio.sleep(3600)"), "crashed", STILL_RUNNING),
    "exits": Case(with_main("import sys\nsys.exit()"), "failed", "it called sys.exit(0)"),
    "exits_hard": Case(with_main("import os\nos._exit(0)"), "crashed", "the process ended early, with status 0"),
    "exits_on_import": Case(with_top("raise SystemExit(0)"), "broken", "ends the program while it is loaded", 9),
    "raises": Case(with_main("raise ValueError('no more eggs')"), "failed", "ValueError: no more eggs at line 24"),
    "raises_on_import": Case(with_top("raise ValueError('no more eggs')"), "broken", "no more eggs", 9),
    "floods": Case(with_main("for _ in range(100):\n    print('x' * 999_999)"), "crashed", "more than 1 MB"),
    "one_long_line": Case(
        with_main("import sys\nfor _ in range(100):\n    sys.stdout.write('x' * 1_000_000)"),
        "crashed",
        "more than 1 MB",
    ),
    "no_newline": Case(with_main("print('Task A starts', end='')"), "failed", "'Task A starts'"),
    "odd_bytes": Case(
        with_main("import sys\nsys.stdout.buffer.write(b'\\xff\\xfe Tasty\\n')"), "failed", "xff\\\\xfe Tasty"
    ),
    "reads": Case(with_main("input()"), "failed", "it raised EOFError"),
}
"""By name of the exercise."""


COMPUTES = ("busy", "busy_waiting")


@dataclass(frozen=True)
class Run:
    """What the command did."""

    status: int
    screen: str
    errors: str
    result: dict[str, Any]

    def exercise(self, name: str) -> dict[str, Any]:
        """The exercise's entry in the result."""
        entry: dict[str, Any] = next(each for each in self.result["exercises"] if each["name"] == name)
        return entry

    def block(self, name: str) -> str:
        """What the screen shows of an exercise."""
        found = re.search(
            rf"^✘ 02 {name} ·.*?(?=^[✘✔○?] 02 |\Z|^\d+ of \d+ points)", self.screen, re.MULTILINE | re.DOTALL
        )
        assert found, self.screen
        return found[0]

    @property
    def undecided(self) -> set[str]:
        """Of those that compute without end, whatever could not be judged: beside other work, that is right."""
        return {name for name in COMPUTES if self.exercise(name)["verdict"] == "inconclusive"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """All cases, graded in one run."""
    root = make_kit(tmp_path_factory.mktemp("bad"), {CHAPTER: list(CASES)})
    for name, case in CASES.items():
        path = root / "exercises" / CHAPTER / f"{name}.py"
        if isinstance(case.content, str):
            write(path, case.content)
        elif isinstance(case.content, bytes):
            path.write_bytes(case.content)
        else:
            case.content(path)
        suite = root / "tests" / "hidden" / CHAPTER / f"test_{name}.py"
        edit(suite, "both.elapsed < 0.6", "0.3 < both.elapsed < 0.6")  # to end early is not to be quick
        if case.says == STILL_RUNNING:
            edit(suite, '"main")', f'"main", deadline_s={DEADLINE_S})')
    done = graded(root, "grade", "--json", "result.json")
    print(done.stdout, done.stderr)
    result = json.loads((root / "result.json").read_text(encoding="utf-8"))
    return Run(done.returncode, done.stdout, done.stderr, result)


@pytest.mark.parametrize("name", CASES)
def test_the_verdict_fits_and_the_message_says_why(run: Run, name: str) -> None:
    case, exercise = CASES[name], run.exercise(name)
    if name in run.undecided:
        pytest.skip("it computes without end, and the machine has no processor to spare that would tell")
    said = "\n".join([exercise["message"], *(check["message"] for check in exercise["checks"])])
    assert exercise["verdict"] == case.verdict, said
    assert case.says in said
    assert exercise["message_line"] == case.line
    if case.says:
        assert case.says in " ".join(run.block(name).split())


def test_what_cannot_be_judged_does_not_hold_up_what_can(run: Run) -> None:
    assert run.status == (3 if run.undecided else 1)
    assert run.exercise("solved")["score"] == 3
    assert run.result["score"] == 3 * sum(case.verdict == "passed" for case in CASES.values())


def test_a_syntax_error_is_shown_with_its_line(run: Run) -> None:
    block = run.block("syntax_error")
    assert "       async def main() -> None\n                               ^\n" in block
    assert f"exercises/{CHAPTER}/syntax_error.py:23\n" in block


def test_what_is_said_of_all_checks_is_said_once(run: Run) -> None:
    assert run.block("exits_hard").count("ended early") == 1


def test_a_learner_sees_no_traceback_and_nothing_of_the_grader(run: Run) -> None:
    assert run.errors == ""
    for word in ("Traceback", "grader/", "/tmp", "turtles-"):
        assert word not in run.screen


# --- permissions ----------------------------------------------------------------------------------------------------


@pytest.fixture
def wrapper() -> tuple[str, ...]:
    """A command under which permissions hold, even for root."""
    found = without_override()
    if found is None:
        pytest.skip("permissions do not bind root here")
    return found


def test_a_file_that_may_not_be_read_and_a_state_that_may_not_be_written(
    tmp_path: Path, wrapper: tuple[str, ...]
) -> None:
    root = make_kit(tmp_path, {CHAPTER: ["locked", "solved"]})
    write(root / "exercises" / CHAPTER / "solved.py", SOLVED)
    (root / "exercises" / CHAPTER / "locked.py").chmod(0)
    root.chmod(0o555)
    try:
        done = graded(root, "grade", wrapper=wrapper)
    finally:
        root.chmod(0o755)
    assert done.returncode == 1
    assert f"the file may not be read; `chmod u+r exercises/{CHAPTER}/locked.py` allows it" in done.stdout
    assert "1 passed · 1 broken" in done.stdout
    assert ".turtles cannot be written (Permission denied): everything will be judged again next time" in " ".join(
        done.stdout.split()
    )


# --- wrong usage, and a broken kit ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit that is not changed."""
    return make_kit(tmp_path_factory.mktemp("whole"), {CHAPTER: ["two_tasks", "too_many"]})


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["grade", "two_taks"], "there is no exercise 'two_taks'; did you mean two_tasks?"),
        (["grade", "t"], "'t' could be two_tasks or too_many; write more of the name"),
        (["grade", "--exercises", "nowhere"], "nowhere is no folder"),
        (["grade", "--json", "nowhere/result.json"], "the folder nowhere does not exist"),
        (["grade", "--junit", "exercises"], "cannot write exercises: it is a folder"),
        (["grade", "--jobs", "0"], "--jobs"),
        (["grade", "--sandbox", "glass"], "'auto', 'bwrap', 'none'"),
        (["grade", "--frobnicate"], "--frobnicate"),
        (["frobnicate"], "frobnicate"),
        (["verify", "nothing_like_it"], "there is no exercise 'nothing_like_it'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_is_told_before_anything_is_judged(kit: Path, arguments: list[str], says: str) -> None:
    done = turtles(kit, *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (kit / ".turtles").exists()


def test_a_broken_curriculum_is_told_with_its_line(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    edit(root / "exercises" / "curriculum.toml", "points = 3", "points = three")
    for command in ("grade", "list", "verify", "check"):
        done = turtles(root, command)
        assert done.returncode == 2
        assert re.search(r"curriculum\.toml:8: .*\n +points = three$", done.stderr.strip())


def test_outside_of_a_kit_it_is_told_where_to_go(tmp_path: Path) -> None:
    done = graded(tmp_path, "grade")
    assert done.returncode == 2
    assert "is not a Turtles kit" in done.stderr
    assert "change to the kit's folder" in done.stderr


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (
            lambda path: edit(path, "import Trace", "import import Trace"),
            r"loaded: tests/hidden/02_together/test_two_tasks\.py:3: SyntaxError: invalid syntax",
        ),
        (
            lambda path: edit(path, "import Trace", "import Nothing, Trace"),
            r"test_two_tasks\.py:3: ImportError: cannot import name 'Nothing'",
        ),
        (Path.unlink, r"test_two_tasks\.py is missing: the kit is not complete"),
    ],
    ids=["syntax", "import", "missing"],
)
def test_a_broken_suite_is_the_kits_fault_and_named(
    tmp_path: Path, break_it: Callable[[Path], None], says: str
) -> None:
    root = make_kit(tmp_path)
    break_it(root / "tests" / "hidden" / CHAPTER / "test_two_tasks.py")
    done = graded(root, "grade", "--sandbox", "none")
    assert done.returncode == 2
    assert re.search(says, done.stderr), done.stderr
    assert "Traceback" not in done.stderr
