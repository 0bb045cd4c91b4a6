"""Bad input: one clear message, the right verdict, and the other exercises still graded.

All files that are wrong in some way are graded in one run of the real command, beside files that are right.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.grader.kits import SOLVED, edit, make_kit, write

ROOT = Path(__file__).parents[2]
CHAPTER = "02_together"
MAIN = "async def main() -> None:\n"
BODY = "    # gather wraps both in tasks at once.\n    await asyncio.gather(task_a(), task_b())\n"
IMPORTS = "import asyncio\nimport time\n"


def with_main(body: str) -> str:
    """The solution with another body of ``main``."""
    assert BODY in SOLVED
    return SOLVED.replace(BODY, "".join(f"    {line}\n" for line in body.splitlines()))


def with_top(code: str) -> str:
    """The solution with a line more after its imports."""
    return SOLVED.replace(IMPORTS, f"{IMPORTS}{code}\n")


@dataclass(frozen=True)
class Case:
    """A learner's file, what the verdict on it is, and what the message says."""

    content: str | bytes | Callable[[Path], None]
    verdict: str
    says: str = ""
    line: int | None = None


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


CASES = {
    "solved": Case(SOLVED, "passed"),
    "syntax_error": Case(SOLVED.replace("main() -> None:", "main() -> None"), "broken", "expected ':'", 23),
    "import_error": Case(with_top("import no_such_module"), "broken", "No module named 'no_such_module'", 9),
    "no_main": Case(SOLVED.replace("main()", "start()"), "broken", "main"),
    "main_wants_more": Case(SOLVED.replace(MAIN, "async def main(kitchen: str) -> None:\n"), "broken", "main()", 23),
    "plain_main": Case(with_main("pass").replace(MAIN, "def main() -> None:\n"), "broken", "async def main"),
    "empty": Case(b"", "broken", "the file is empty"),
    "deleted": Case(Path.unlink, "broken", "the file is missing"),
    "folder": Case(a_folder, "broken", "there is a folder in the file's place"),
    "huge": Case(SOLVED.encode() + b"#" * 10_000_000, "broken", "larger than 1 MB"),
    "latin_1": Case(SOLVED.replace("Two cooks", "Zwei Köche").encode("latin-1"), "broken", "is not UTF-8", 1),
    "null_bytes": Case(SOLVED.encode().replace(b"import time", b"import\0time"), "broken", "null byte", 8),
    "crlf": Case(SOLVED.replace("\n", "\r\n").encode(), "passed"),
    "byte_order_mark": Case(b"\xef\xbb\xbf" + SOLVED.encode(), "passed"),
    "busy": Case(with_main("while True:\n    pass"), "crashed", "still running after 2 s"),
    "busy_waiting": Case(with_main("while True:\n    await asyncio.sleep(0)"), "crashed", "still running after 2 s"),
    "asleep": Case(with_main("await asyncio.sleep(3600)"), "crashed", "still running after 2 s"),
    "exits": Case(with_main("import sys\nsys.exit()"), "failed", "sys.exit"),
    "exits_hard": Case(with_main("import os\nos._exit(0)"), "crashed", "the process ended early, with status 0"),
    "exits_on_import": Case(with_top("raise SystemExit(0)"), "broken", "ends the program while it is loaded", 9),
    "raises": Case(with_main("raise ValueError('no more eggs')"), "failed", "no more eggs"),
    "raises_on_import": Case(with_top("raise ValueError('no more eggs')"), "broken", "no more eggs", 9),
    "floods": Case(with_main("for _ in range(100):\n    print('x' * 999_999)"), "crashed", "printed more than 1 MB"),
    "one_long_line": Case(
        with_main("import sys\nfor _ in range(100):\n    sys.stdout.write('x' * 1_000_000)"),
        "crashed",
        "printed more than 1 MB",
    ),
    "no_newline": Case(with_main("print('Task A starts', end='')"), "failed", "Task A starts"),
    "odd_bytes": Case(
        with_main("import sys\nsys.stdout.buffer.write(b'\\xff\\xfe Tasty\\n')\nsys.stdout.buffer.flush()"),
        "failed",
        "Tasty",
    ),
    "reads": Case(with_main("input()"), "failed", "EOFError"),
}
"""By name of the exercise."""


@dataclass(frozen=True)
class Run:
    status: int
    screen: str
    exercises: dict[str, dict[str, Any]]


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
        if "still running" in case.says:
            edit(root / "tests" / "hidden" / CHAPTER / f"test_{name}.py", '"main")', '"main", deadline_s=2)')
    done = turtles(root, "grade", "--json", "result.json")
    print(done.stdout, done.stderr)
    result = json.loads((root / "result.json").read_text(encoding="utf-8"))
    return Run(done.returncode, done.stdout, {each["name"]: each for each in result["exercises"]})


def turtles(kit: Path, *arguments: str, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run the command in ``kit``."""
    return subprocess.run(
        [*prefix, sys.executable, "-m", "grader", *arguments],
        cwd=kit,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "CI": ""},
        capture_output=True,
        encoding="utf-8",
        timeout=50,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.mark.parametrize("name", CASES)
def test_the_verdict_fits_and_the_message_says_why(run: Run, name: str) -> None:
    case, exercise = CASES[name], run.exercises[name]
    said = "\n".join([exercise["message"], *(check["message"] for check in exercise["checks"])])
    assert exercise["verdict"] == case.verdict, said
    assert case.says in said
    assert exercise["message_line"] == case.line
