"""The command line, in a process of its own, on small kits."""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest

import grader
from tests.grader.command import ROOT, TURTLES, environment, graded, turtles, wait_until
from tests.grader.kits import SOLVED, edit, make_kit, write

CHAPTERS = {"01_first": ["hello"], "02_together": ["two_tasks", "three_tasks", "later"]}
"""hello is solved, two_tasks half, three_tasks untouched, and later needs a Python that does not exist yet."""

HALF = SOLVED.replace("asyncio.gather(task_a(), task_b())", "task_a()\n    await task_b()")


def half_done(folder: Path) -> Path:
    """A kit that a learner is in the middle of."""
    root = make_kit(folder, CHAPTERS)
    write(root / "exercises" / "01_first" / "hello.py", SOLVED)
    write(root / "exercises" / "02_together" / "two_tasks.py", HALF)
    edit(root / "exercises" / "curriculum.toml", 'name = "later"', 'name = "later"\npython = "3.99"')
    return root


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A half-done kit, and what the command says of it. Tests leave the kit as it is."""
    root = half_done(tmp_path_factory.mktemp("half"))
    return root, graded(root, "grade", "--json", "result.json", "--junit", "result.xml")


Half = tuple[Path, subprocess.CompletedProcess[str]]


# --- what comes out of a grading ------------------------------------------------------------------------------------


def test_the_screen_shows_chapters_then_what_needs_work_then_the_score(half: Half) -> None:
    _, done = half
    assert done.returncode == 1
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert re.fullmatch(r"01 First +● +1 of 1 passed +3 of 3 points", lines[0])
    assert re.fullmatch(r"02 Together +✘○– +0 of 2 passed +1 of 6 points", lines[1])
    assert re.fullmatch(r"✘ 02 two_tasks · Two tasks at once +1 of 3 points", lines[3])
    assert "   ✔ every line is printed" in lines
    assert any(line.startswith("   ✘ both tasks finish in under 0.6 s: took ") for line in lines)
    assert any(re.search(r"task_a +[█•]?─+", line) for line in lines)
    assert "skipped, needs Python 3.99: later" in lines
    assert re.fullmatch(r"4 of 9 points · 1 passed · 1 failed · 1 not started · 1 skipped · \d\.\d s", lines[-1])


def test_the_json_file_is_valid_by_the_schema(half: Half) -> None:
    root, _ = half
    result = json.loads((root / "result.json").read_text(encoding="utf-8"))
    schema = json.loads((ROOT / "grader" / "report" / "result-v1.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(result)
    assert result["schema"] == "turtles/result/v1"
    assert result["kit_version"] == grader.__version__
    assert [each["verdict"] for each in result["exercises"]] == ["passed", "failed", "untouched"]
    assert result["skipped"] == [{"name": "later", "chapter": "02_together", "reason": "needs Python 3.99"}]
    assert result["score"] == 4


def test_the_junit_file_is_what_other_tools_expect(half: Half) -> None:
    root, _ = half
    suites = ET.parse(root / "result.xml").getroot()
    cases = list(suites.iter("testcase"))
    assert suites.tag == "testsuites"
    assert suites.get("tests") == str(len(cases)) == "7"
    assert sum(int(suite.get("skipped", "")) for suite in suites) == 1
    assert len([case for case in cases if case.find("failure") is not None]) == int(suites.get("failures", "")) == 3


def test_reports_may_be_made_again_from_memory(half: Half) -> None:
    root, _ = half
    before = json.loads((root / "result.json").read_text(encoding="utf-8"))
    done = graded(root, "grade", "--json", "/dev/stdout")
    again, _ = json.JSONDecoder().raw_decode(done.stdout)
    assert again["exercises"] == before["exercises"]


def test_a_reader_who_goes_away_costs_neither_the_files_nor_the_status(half: Half, tmp_path: Path) -> None:
    root, _ = half
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [*TURTLES, "grade", "--exercises", "solutions", "--json", str(tmp_path / "result.json")]
    with os.fdopen(write_end, "wb") as nobody:
        done = subprocess.run(command, cwd=root, env=environment(), stdout=nobody, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0
    assert done.stderr == b""
    assert (tmp_path / "result.json").stat().st_size > 1000


def test_a_file_that_cannot_be_written_after_all_does_not_cost_the_report(tmp_path: Path) -> None:
    root = half_done(tmp_path)
    # The suite takes the folder away in which the result is to be written.
    (root / "out").mkdir()
    suite = root / "tests" / "hidden" / "01_first" / "test_hello.py"
    write(suite, suite.read_text(encoding="utf-8") + f"\n\n__import__('os').rmdir({str(root / 'out')!r})\n")
    done = graded(root, "grade", "hello", "--json", "out/result.json")
    assert done.returncode == 2
    assert "3 of 3 points · 1 passed" in done.stdout
    assert "cannot write out/result.json: the folder out does not exist" in done.stderr


# --- exit statuses --------------------------------------------------------------------------------------------------


def test_the_solutions_pass(half: Half) -> None:
    root, _ = half
    done = graded(root, "grade", "--exercises", "solutions")
    assert done.returncode == 0, done.stdout
    assert "9 of 9 points · 3 passed" in done.stdout


def test_what_could_not_be_judged_has_a_status_of_its_own(tmp_path: Path) -> None:
    root = half_done(tmp_path)
    suite = root / "tests" / "hidden" / "01_first" / "test_hello.py"
    edit(suite, "both = record", "async def drive(run):\n    raise OSError\n\n\nboth = record")
    edit(suite, '"main")', '"main", drive=drive)')
    done = turtles(root, "grade", "hello")
    assert done.returncode == 3
    assert "no points lost: run it again" in done.stdout


def test_an_error_of_the_graders_own_is_one_line_and_debug_shows_where(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    broken = "import grader.load.select as s; s.select = None; from grader.cli import main; main()"
    done = turtles(root, "grade", command=(sys.executable, "-c", broken))
    assert done.returncode == 3
    assert re.fullmatch(
        r"turtles: an error of the grader's own: TypeError: .*\nturtles: --debug shows where\n", done.stderr
    )
    for arguments in (["--debug", "grade"], ["grade", "--debug"]):
        done = turtles(root, *arguments, command=(sys.executable, "-c", broken))
        assert done.returncode == 3
        assert "Traceback" in done.stderr
        assert "grader/cli/app.py" in done.stderr


def test_make_adds_one_line_to_the_report_of_a_grade_that_failed(half: Half, tmp_path: Path) -> None:
    if shutil.which("make") is None:
        pytest.skip("there is no make")
    root = shutil.copytree(half[0], tmp_path / "kit")
    shutil.copy(ROOT / "Makefile", root)
    for name in ("requirements.txt", "pyproject.toml", "ready"):
        write(root / name, "")
    setup = ["READY=ready", "STALE=", f"TURTLES={' '.join(TURTLES)}"]
    command = ["make", "--no-print-directory", "grade", "EX=hello two_tasks", "JSON=my result.json", *setup]
    done = subprocess.run(command, cwd=root, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "✔ 01 hello" in done.stdout
    assert "✘ 02 two_tasks" in done.stdout
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert (root / "my result.json").is_file()


# --- names and places -----------------------------------------------------------------------------------------------


def test_paths_count_from_where_the_user_is(half: Half, tmp_path: Path) -> None:
    root, _ = half
    here = root / "exercises" / "02_together"
    done = graded(here, "grade", "two_tasks.py", "../01_first", "--json", str(tmp_path / "result.json"))
    assert done.returncode == 1
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert [each["name"] for each in result["exercises"]] == ["hello", "two_tasks"]
    assert "turtles hint two_tasks for a hint" in done.stdout
    done = graded(here, "grade", "two", "--exercises", "../../solutions")
    assert done.returncode == 0, done.stdout


def test_the_next_step_works_as_it_stands(half: Half) -> None:
    root, _ = half
    shutil.copytree(root / "exercises", root / "my work", dirs_exist_ok=True)
    try:
        done = graded(root, "grade", "three_tasks", "--exercises", "my work")
    finally:
        shutil.rmtree(root / "my work")
    assert "turtles grade three_tasks --exercises 'my work' to judge it again" in done.stdout
    assert "my work/02_together/three_tasks.py" in done.stdout


# --- list -----------------------------------------------------------------------------------------------------------


def test_the_list_shows_how_far_the_learner_is_and_runs_nothing(half: Half) -> None:
    root, _ = half
    done = turtles(root, "list")
    assert done.returncode == 0
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines == [
        "01 First ██████████ 3 of 3 points",
        "✔ hello Two tasks at once passed",
        "",
        "02 Together █░░░░░░░░░ 1 of 6 points",
        "✘ two_tasks Two tasks at once failed, 1 of 3 points",
        "○ three_tasks Two tasks at once not started",
        "– later Two tasks at once needs Python 3.99",
        "",
        "█████████████░░░░░░░░░░░░░░░░░ 44 %",
        "1 of 3 exercises passed · 4 of 9 points · 1 skipped · practised on 1 day",
    ]


def test_the_list_tells_what_was_never_judged(tmp_path: Path) -> None:
    done = turtles(half_done(tmp_path), "list")
    assert re.search(r"^ +two_tasks .* to be judged$", done.stdout, re.MULTILINE)
    assert re.search(r"^ +○ three_tasks .* not started$", done.stdout, re.MULTILINE)
    assert "0 of 3 exercises passed" in done.stdout
    assert not (tmp_path / "kit" / ".turtles").exists()


# --- screens --------------------------------------------------------------------------------------------------------


COMMANDS = ["grade", "watch", "list", "next", "hint", "reset", "solution", "verify", "mutate", "check", "handout"]


@pytest.mark.parametrize("command", [[], *([command] for command in COMMANDS)], ids=str)
def test_help_fits_80_columns_and_explains_every_option(half: Half, command: list[str]) -> None:
    root, _ = half
    done = turtles(root, *command, "--help", environ={"COLUMNS": "80"})
    assert done.returncode == 0
    assert done.stderr == ""
    assert max(map(len, done.stdout.splitlines())) <= 80
    options = re.findall(r"^  (--[a-z/ -]*[a-z])(?: [A-Z]+)?(  +\S.*)?$", done.stdout, re.MULTILINE)
    assert options
    for option, explanation in options:
        assert explanation.strip(), option
    assert "..." not in done.stdout.replace("[NAME]...", "").replace("[ARGS]...", "")


def test_the_version_is_the_kits(half: Half) -> None:
    assert turtles(half[0], "--version").stdout == f"turtles {grader.__version__}\n"


@pytest.mark.parametrize("command", ["grade", "list", "check"])
def test_without_unicode_everything_is_plain(half: Half, command: str) -> None:
    root, _ = half
    environ = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = turtles(root, command, environ=environ)
    assert done.returncode == {"grade": 1, "list": 0, "check": 0}[command]
    assert done.stdout.isascii()
    assert "\\u" not in done.stdout
    assert done.stderr == ""


def test_a_pipe_gets_no_colours_and_a_terminal_does(half: Half) -> None:
    root, done = half
    assert "\x1b" not in done.stdout
    assert "\x1b[32m" in in_a_terminal(root, "grade", "hello")
    assert "\x1b[32m" not in in_a_terminal(root, "grade", "hello", "--no-color")
    assert "\x1b[32m" not in in_a_terminal(root, "grade", "hello", NO_COLOR="1")


def in_a_terminal(folder: Path, *arguments: str, **environ: str) -> str:
    """What the command writes to a terminal."""
    pty = pytest.importorskip("pty")
    mine, theirs = pty.openpty()
    env = environment(TERM="xterm-256color", **environ)
    process = subprocess.Popen([*TURTLES, *arguments], cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(mine, 65536):
            said += piece
    except OSError:  # Linux says so when the other end is closed
        pass
    process.wait(30)
    os.close(mine)
    return said.decode()


# --- Ctrl-C ---------------------------------------------------------------------------------------------------------

SLOW = SOLVED.replace("asyncio.sleep(0.4)", "asyncio.sleep(60)")


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted, and so seen, on Linux only")
@pytest.mark.parametrize("sandbox", ["auto", "none"])
def test_ctrl_c_stops_at_once_and_leaves_nothing_behind(tmp_path: Path, sandbox: str) -> None:
    root = half_done(tmp_path)
    write(root / "exercises" / "02_together" / "three_tasks.py", with_a_child(SLOW))
    edit(root / "tests" / "hidden" / "02_together" / "test_three_tasks.py", '"main")', '"main", deadline_s=40)')
    assert graded(root, "grade", "hello", "--sandbox", sandbox).returncode == 0
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    adopt_orphans(True)
    try:
        before = children()
        process = subprocess.Popen(
            [*TURTLES, "grade", "--sandbox", sandbox],
            cwd=root,
            env=environment(TMPDIR=str(scratch)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        wait_until(lambda: any(scratch.glob("turtles-*/*/**/started")))
        stopped = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=150)
        took_s = time.monotonic() - stopped
        wait_until(lambda: reaped(before))
    finally:
        adopt_orphans(False)
    assert took_s < 15  # the program would have gone on for 60 s
    assert process.returncode in (130, -signal.SIGINT)  # a shell shows 130 for both
    assert out == ""
    assert err == "turtles: stopped; 1 of 3 exercises are judged: hello passed\n"
    assert list(scratch.iterdir()) == []


def with_a_child(source: str) -> str:
    """The program, which first starts a process of its own and says so by a file."""
    start = 'import subprocess, sys\n    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])\n'
    said = '    open("started", "w").close()\n'
    head, body = source.split("async def main() -> None:\n")
    return f"{head}async def main() -> None:\n    {start}{said}{body}"


def adopt_orphans(yes: bool) -> None:
    """Whether processes that lose their parent become children of this one."""
    set_child_subreaper = 36
    assert ctypes.CDLL(None).prctl(set_child_subreaper, int(yes), 0, 0, 0) == 0


def children() -> set[int]:
    """The processes that this one has started or adopted."""
    found: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        found |= {int(pid) for pid in (task / "children").read_text(encoding="ascii").split()}
    return found


def reaped(before: set[int]) -> bool:
    """Whether none is left but those that were there before; the dead are buried."""
    for pid in children() - before:
        os.waitpid(pid, os.WNOHANG)
    return children() <= before


# --- pytest itself --------------------------------------------------------------------------------------------------


def hidden(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``python -m pytest tests/hidden`` in a kit."""
    settings = ["-c", str(ROOT / "pyproject.toml"), f"--rootdir={root}", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "tests/hidden", *settings, *arguments]
    return subprocess.run(command, cwd=root, env=environment(), capture_output=True, text=True, timeout=99, check=False)


def test_suites_run_under_plain_pytest_too(half: Half, tmp_path: Path) -> None:
    root, _ = half
    done = hidden(root, "-k", "two_tasks", "-q", f"--junitxml={tmp_path / 'junit.xml'}")
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout, done.stdout
    assert re.search(r"took \d\.\d+ s; expected under 0\.6 s", done.stdout)
    assert len(list(ET.parse(tmp_path / "junit.xml").getroot().iter("testcase"))) == 2


def test_plain_pytest_lists_what_it_would_judge_without_running_it(half: Half) -> None:
    root, _ = half
    done = hidden(root, "--collect-only", "-q")
    assert done.returncode == 0, done.stdout
    assert "test_two_tasks.py::test_time[submission]" in done.stdout


def test_plain_pytest_stops_at_the_first_failure_on_demand(half: Half) -> None:
    root, _ = half
    done = hidden(root, "-x", "-q")
    assert done.returncode == 1
    assert "stopping after 1 failures" in done.stdout


def test_under_plain_pytest_a_file_that_does_not_compile_fails(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    write(root / "exercises" / "02_together" / "two_tasks.py", "def main(:")
    done = hidden(root, "-q")
    assert done.returncode == 1
    assert "2 errors" in done.stdout
    assert "syntax error" in done.stdout
