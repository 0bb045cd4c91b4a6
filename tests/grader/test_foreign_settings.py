"""Other people's settings: the grader works with each of them, or says what stands in its way."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.load.kit import load_kit
from grader.record import sandbox
from grader.report import terminal
from grader.report.terminal import make_console, progress
from grader.result import Verdict
from tests.grader import kits
from tests.grader.command import ROOT, TURTLES, environment, graded, turtles

STRANGER = "raise SystemExit('this module is somebody else\\'s')\n"

STANDARD = ("asyncio", "queue", "random", "typing")
linux = pytest.mark.skipif(sys.platform != "linux", reason="of Linux")

PACKAGES = ("hypothesis", "pytest", "rich", "typer", "typing_extensions")


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    return kits.make_kit(tmp_path)


def solve(kit: Path) -> None:
    kits.write(kit / "exercises/02_together/two_tasks.py", kits.SOLVED)


def can(*command: str) -> bool:
    """Whether a command works here."""
    try:
        return subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


# --- Python -----------------------------------------------------------------------------------------------------------


def test_modules_of_the_kits_folder_are_not_the_graders(kit: Path) -> None:
    solve(kit)
    for name in (*STANDARD, *PACKAGES):
        kits.write(kit / f"{name}.py", STRANGER)
    done = graded(kit, "grade", "--all")
    assert done.returncode == 0, done.stderr
    assert "3 of 3 points" in done.stdout


def test_modules_on_the_path_are_not_the_graders(kit: Path, tmp_path: Path) -> None:
    solve(kit)
    for name in (*STANDARD, *PACKAGES):
        kits.write(tmp_path / "path" / f"{name}.py", STRANGER)
    done = graded(kit, "grade", "--all", environ={"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path / 'path'}"})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "setting",
    [
        {"PYTHONWARNINGS": "error"},
        {"PYTHONOPTIMIZE": "2"},
        {"PYTHONSAFEPATH": "1"},
        {"PYTHONDEVMODE": "1"},
        {"PYTHONASYNCIODEBUG": "1"},
        {"PYTHONNOUSERSITE": "1"},
        {"PYTHONDONTWRITEBYTECODE": "1"},
        {"PYTHONUTF8": "0", "LC_ALL": "C"},
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_settings_for_python_are_not_for_the_grader(kit: Path, setting: dict[str, str]) -> None:
    solve(kit)
    done = graded(kit, "grade", "--all", environ=setting)
    assert done.returncode == 0, done.stderr


def test_the_command_starts_isolated_however_it_is_called(kit: Path) -> None:
    """Flags as the interpreter has them that runs the command: asked by a module that it imports."""
    shown = (
        "import sys, grader.cli.app as app;"
        "app.main = lambda: print(sys.flags.safe_path, sys.flags.ignore_environment, sys.argv[1:])"
    )
    again = f"{shown}; from grader import __main__ as m; m.start()"
    done = turtles(kit, "list", command=(sys.executable, "-P", "-E", "-c", again))
    assert done.stdout == "True 1 ['list']\n"
    tracing = turtles(kit, "--version", environ={"PYTHONVERBOSE": "1"})
    assert tracing.stdout.startswith("turtles ")
    # What Python says of its imports ends with those that it makes before the command starts over.
    assert "grader.isolated" in tracing.stderr
    assert "typer" not in tracing.stderr


def test_the_environment_of_a_learners_program_stays_the_learners(kit: Path, tmp_path: Path) -> None:
    kits.write(tmp_path / "path" / "mine.py", "print('mine')\n")
    kits.write(kit / "exercises/02_together/two_tasks.py", "import mine\n")
    done = turtles(kit, "run", "two_tasks", environ={"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path / 'path'}"})
    assert "  mine" in done.stdout


@pytest.mark.parametrize("locale", ["POSIX", "C", "C.UTF-8"])
def test_a_folder_may_have_any_name_in_any_locale(tmp_path: Path, locale: str) -> None:
    kit = kits.make_kit(tmp_path / "schildkröte 🐢")
    solve(kit)
    nothing = {"LC_ALL": locale, "PYTHONIOENCODING": ""}
    done = graded(kit, "grade", "--all", environ=nothing)
    assert done.returncode == 0, done.stderr
    kits.write(kit / "exercises/02_together/two_tasks.py", kits.SOLVED.replace("asyncio.sleep", "time.sleep"))
    done = graded(kit, "grade", environ=nothing)
    assert done.returncode == 1, done.stderr
    assert turtles(kit, "reset", "two_tasks", "--yes", environ=nothing).returncode == 0


def test_the_way_to_python_may_lead_up_and_down(kit: Path) -> None:
    solve(kit)
    here = Path(os.path.relpath(sys.prefix, kit)) / ".." / Path(sys.prefix).name / "bin" / Path(sys.executable).name
    for options in ([], ["-P", "-E"]):
        done = graded(kit, "grade", "--all", command=(str(here), *options, "-m", "grader"))
        assert done.returncode == 0, done.stderr
        assert ("not sandboxed" in done.stdout) == (not sandbox.choose("auto").wall)


@linux
def test_an_installation_of_the_user_alone_is_found(kit: Path, tmp_path: Path) -> None:
    """As ``pip install --user`` makes it: packages below the home, and a Python that is no virtual environment."""
    solve(kit)
    mine = kit / "exercises/02_together/two_tasks.py"
    kits.write(mine, mine.read_text().replace("import asyncio\n", "import asyncio\n\nimport aiosqlite\n", 1))
    kits.edit(kit / "exercises/curriculum.toml", "rules = []", 'rules = []\npackages = ["aiosqlite"]')
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    packages = tmp_path / "home/.local/lib" / version / "site-packages"
    ours = next(Path(sys.prefix).glob(f"lib/{version}/site-packages"))
    shutil.copytree(ours, packages, ignore=shutil.ignore_patterns("__pycache__", "playwright", "mypy*", "*.pth"))
    shutil.copytree(ROOT / "grader", packages / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    python = str(Path(sys.base_prefix) / "bin" / version)
    environ = {"HOME": str(tmp_path / "home"), "PYTHONPATH": ""}
    for wall in ("none", "auto"):
        done = graded(kit, "grade", "--all", "--sandbox", wall, environ=environ, command=(python, "-m", "grader"))
        assert done.returncode == 0, done.stdout + done.stderr


def test_windows_is_told_where_to_go() -> None:
    program = "import sys; sys.platform = 'win32'; from grader.__main__ import start; start()"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "on Windows in WSL 2. In PowerShell, `wsl --install -d Ubuntu` sets that up" in done.stderr


# --- the machine ------------------------------------------------------------------------------------------------------


def test_too_few_files_are_told_of(kit: Path) -> None:
    done = turtles(kit, "grade", "--all", wrapper=("sh", "-c", 'ulimit -n 32; exec "$@"', "sh"))
    assert done.returncode == 3
    assert done.stderr.startswith(
        "turtles: this process may open only 32 files at once, and to record programs takes 64"
    )
    assert "raise the limit with `ulimit -n 1024`" in done.stderr


def test_few_files_are_enough_for_many_programs(tmp_path: Path) -> None:
    names = [f"cook_{number}" for number in range(12)]
    kit = kits.make_kit(tmp_path, {"02_together": names})
    done = graded(
        kit, "grade", "--all", "--exercises", "solutions", wrapper=("sh", "-c", 'ulimit -n 64; exec "$@"', "sh")
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "36 of 36 points" in done.stdout


@linux
@pytest.mark.parametrize("command", [["list"], ["grade"], ["--version"], ["next"]], ids=lambda command: command[0])
def test_a_full_disk_is_called_that(kit: Path, command: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*TURTLES, *command], cwd=kit, env=environment(), stdin=subprocess.DEVNULL, stdout=full,
            stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 3
    said = "turtles: the output cannot be written: No space left on device; make room and try again"
    assert done.stderr.splitlines()[0] == said


@linux
def test_a_report_on_a_full_disk_is_told_of_and_the_grade_is_shown(kit: Path) -> None:
    done = graded(kit, "grade", "--json", "/dev/full")
    assert done.returncode == 2
    assert done.stderr == "turtles: cannot write /dev/full: No space left on device\n"
    assert "of 3 points" in done.stdout


def test_a_full_disk_below_the_kit_costs_no_verdict(kit: Path) -> None:
    mount = ("unshare", "-rm")
    if not can(*mount):
        pytest.skip("no namespaces here")
    solve(kit)
    fill = 'mount -t tmpfs -o size=16k full "$0/.turtles" && head -c 16k /dev/zero >"$0/.turtles/full"; exec "$@"'
    (kit / ".turtles").mkdir()
    done = graded(kit, "grade", "--sandbox", "none", wrapper=(*mount, "sh", "-c", fill, str(kit)))
    assert done.returncode == 0, done.stderr
    assert "cannot be written (No space left on device): everything will be judged again next time" in " ".join(
        done.stdout.split()
    )


def test_colours_that_are_forced_bring_no_animation_into_a_file(kit: Path) -> None:
    done = graded(kit, "grade", "--all", environ={"FORCE_COLOR": "1"})
    assert "\x1b[" in done.stdout
    assert done.stderr == ""


def test_a_log_is_told_each_minute_that_the_grader_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "_TELL_EVERY_S", 0.02)
    stream = io.StringIO()
    with progress(make_console(file=stream)) as update:
        update(3, 40)
        give_up = time.monotonic() + 60
        while "for 2 minutes" not in stream.getvalue():
            assert time.monotonic() < give_up
            time.sleep(0.01)
    lines = stream.getvalue().splitlines()
    assert lines[:2] == ["recording 3 of 40, for 1 minute by now", "recording 3 of 40, for 2 minutes by now"]


@linux
def test_a_bubblewrap_that_hangs_is_given_up(kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = kits.write(tmp_path / "bin" / "bwrap", "#!/bin/sh\nsleep 1000\n")
    hanging.chmod(0o755)
    monkeypatch.setenv("PATH", f"{hanging.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(sandbox, "_TRIAL_S", 0.5)
    monkeypatch.chdir(kit)
    sandbox._trial.cache_clear()
    try:
        chosen = sandbox.choose("auto")
    finally:
        sandbox._trial.cache_clear()
    assert not chosen.wall
    expected = (
        "bubblewrap is for Linux" if sys.platform != "linux" else "bubblewrap does not answer here (tried for 0 s)"
    )
    assert chosen.note == expected


def test_without_a_loopback_what_needs_it_is_not_judged(tmp_path: Path) -> None:
    without = ("unshare", "-rn")
    if not can(*without):
        pytest.skip("no namespaces here")
    kit = kits.make_kit(tmp_path, {"02_together": ["two_tasks", "server"]})
    for file in (kit / "exercises/02_together").glob("*.py"):
        kits.write(file, kits.SOLVED)
    server = kits.SOLVED.replace("async def main", 'HOST = "127.0.0.1"\n\n\nasync def main')
    kits.write(kit / "exercises/02_together/server.py", server)
    result = tmp_path / "result.json"
    done = turtles(kit, "grade", "--sandbox", "none", "--json", str(result), wrapper=without)
    assert done.returncode == 3
    by_name = {each["name"]: each for each in json.loads(result.read_text())["exercises"]}
    assert by_name["server"]["verdict"] == Verdict.INCONCLUSIVE
    assert "bring its loopback interface up with `ip link set lo up`" in " ".join(done.stdout.split())
    assert by_name["two_tasks"]["verdict"] in (Verdict.PASSED, Verdict.INCONCLUSIVE)
    assert "loopback" not in str(by_name["two_tasks"])


# --- the set-up -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of this kit in a folder whose name is not ASCII, among modules that are somebody else's."""
    root = tmp_path_factory.mktemp("schildkröte") / "kit"
    shutil.copytree(
        ROOT, root, ignore=shutil.ignore_patterns(".*", "__pycache__", "answers", "attacks", "tests/grader")
    )
    for name in (*STANDARD, *PACKAGES):
        kits.write(root / f"{name}.py", STRANGER)
    return root


def make(root: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *arguments], cwd=root, env=environment(PYTHONPATH="", **environ),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_make_sets_up_in_spite_of_settings_for_pip_and_python(clone: Path, tmp_path: Path) -> None:
    for name in (*STANDARD, *PACKAGES):
        kits.write(tmp_path / "path" / f"{name}.py", STRANGER)
    elsewhere = tmp_path / "elsewhere"
    kits.write(tmp_path / "home/.config/pip/pip.conf", f"[global]\ntarget = {elsewhere}\n[install]\nuser = true\n")
    python = Path(sys.base_prefix) / "bin" / ".." / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    done = subprocess.run(
        ["make", "--no-print-directory", "list", f"PYTHON={python}"],
        cwd=clone,
        env=environment(
            HOME=str(tmp_path / "home"), LC_ALL="POSIX", PYTHONPATH=str(tmp_path / "path"), PYTHONWARNINGS="error",
            PIP_USER="1", PIP_REQUIRE_HASHES="1", PIP_TARGET=str(elsewhere), PIP_NO_DEPS="1",
        ),
        stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    count = sum(not exercise.needs_newer_python for exercise in load_kit(ROOT).exercises)
    assert f"0 of {count} exercises passed" in done.stdout
    assert done.stderr.startswith("Setting up Turtles for the first time")
    assert "... ." in done.stderr, "no dots"
    assert done.stderr.endswith(".ready.\n")
    assert not elsewhere.exists()


def test_a_set_up_that_fails_says_why(tmp_path: Path) -> None:
    """The reason that is given is the one in what pip said."""
    reasons = {
        "OSError: [Errno 28] No space left on device": "The disk is full: make room.",
        "OSError: [Errno 13] Permission denied: '/x'": "A file may not be written: see which above.",
        "ERROR: No matching distribution found for rich": "Is the package index within reach?",
        "error: metadata-generation-failed": "The last lines above say why.",
    }
    for number, (said, reason) in enumerate(reasons.items()):
        root = tmp_path / str(number)
        root.mkdir()
        for name in ("Makefile", "requirements.txt", "pyproject.toml"):
            shutil.copy(ROOT / name, root)
        # In the place of a Python: it can do all that is asked before pip, which then fails with what was said.
        fake = kits.write(
            root / "python",
            f'#!/bin/sh\ncase "$*" in *"-m venv"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python;; '
            f'*"-m pip"*) echo "{said}" >&2; exit 1;; esac\n',
        )
        fake.chmod(0o755)
        done = make(root, "list", f"PYTHON={fake}")
        assert done.returncode == 2
        assert said in done.stderr
        assert f"Turtles could not be set up. {reason} `make` again starts anew." in done.stderr


@linux
def test_an_environment_of_another_user_is_called_that(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").mkdir(mode=0o555)
    command = ["make", "--no-print-directory", "list", f"PYTHON={sys.executable}"]
    if os.geteuid() == 0:  # for whom no file is closed
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", "--", *command]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Another user made .venv, and you may not change it: remove it as ")
