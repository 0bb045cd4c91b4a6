"""The wheel: installed alone into an empty environment, it is all that a learner needs."""

from __future__ import annotations

import contextlib
import email
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

import grader
from grader.load.kit import load_kit
from tests.grader.command import PATIENCE_S, ROOT, conclusive, environment
from tests.grader.screens import Terminal

COUNT = len(load_kit(ROOT).exercises)
JUDGED = sum(not exercise.needs_newer_python for exercise in load_kit(ROOT).exercises)

EXERCISE = "01_first_coroutines/hello.py"


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel and what it depends on."""

    venv: Path
    home: Path

    @property
    def kit(self) -> Path:
        """The kit in it."""
        return next(self.venv.glob("lib/python*/site-packages/grader/kit"))

    @contextlib.contextmanager
    def of_one_chapter(self) -> Iterator[None]:
        """Let the kit be small for a while: to judge all of it takes long on a busy machine."""
        curriculum = self.kit / "exercises" / "curriculum.toml"
        text = curriculum.read_text()
        curriculum.write_text("[[chapter]]".join(text.split("[[chapter]]")[:2]))
        try:
            yield
        finally:
            curriculum.write_text(text)

    def environ(self) -> Mapping[str, str]:
        """That of a user who has activated it."""
        ours = environment(HOME=str(self.home), PATH=f"{self.venv / 'bin'}{os.pathsep}{os.environ['PATH']}")
        return {name: value for name, value in ours.items() if not name.startswith("PYTHON")}

    def run(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the ``turtles`` command there."""
        return subprocess.run(
            ["turtles", *arguments],
            executable=str(self.venv / "bin" / "turtles"),
            cwd=folder,
            env=self.environ(),
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE_S / 2,
            check=False,
        )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist, and the wheel that was made from it and from nothing else."""
    folder = tmp_path_factory.mktemp("dist")
    hatch = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    subprocess.run([*hatch, "--target", "sdist"], cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as sdist:
        sdist.extractall(folder / "unpacked", filter="data")
    source = next((folder / "unpacked").iterdir())
    subprocess.run([*hatch, "--target", "wheel"], cwd=source, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an empty environment; what it depends on comes from the package index, as the lock has it."""
    folder = tmp_path_factory.mktemp("installed")
    venv, home = folder / "venv", folder / "home"
    home.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    pip = [str(venv / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    locked = ["--require-hashes", "-r", str(ROOT / "requirements.txt")]
    wheel = str(next(built.glob("*.whl")))
    for command in (["install", "--quiet", *locked], ["install", "--quiet", "--no-deps", wheel], ["check"]):
        done = subprocess.run([*pip, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"pip {command[0]}: {done.stdout}{done.stderr}"
    return Installed(venv, home)


@pytest.fixture(scope="module")
def practice(installed: Installed) -> Path:
    """A practice folder that the installed command made. Tests leave it as it is."""
    done = installed.run(installed.home, "init", "practice", "--git")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["  cd practice", "  turtles watch"]
    return installed.home / "practice"


def test_the_wheel_holds_every_exercise_with_all_that_belongs_to_it(built: Path) -> None:
    kit = load_kit(ROOT)
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        for exercise in kit.exercises:
            for there, place in {
                kit.handed_out_file(exercise): f"handout/{exercise.file}",
                kit.solution_file(exercise): f"solutions/{exercise.file}",
                kit.suite_file(exercise): f"tests/hidden/{exercise.chapter}/test_{exercise.name}.py",
            }.items():
                assert wheel.read(f"grader/kit/{place}") == there.read_bytes()
        names = set(wheel.namelist())
        for page in [*ROOT.glob("exercises/*/README.md"), *ROOT.glob("docs/mistakes/*.md")]:
            assert f"grader/kit/{page.relative_to(ROOT).as_posix()}" in names


def test_nothing_is_in_the_wheel_that_a_learner_does_not_use(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = [PurePosixPath(name) for name in wheel.namelist()]
    assert {name.parts[0] for name in names} == {"grader", f"asyncio_turtles-{grader.__version__}.dist-info"}
    assert not [name for name in names if "answers" in name.parts or name.parts[:2] == ("grader", "handout")]
    assert not [name for name in names if name.match("kit/exercises/*/*.py")]
    assert not [name for name in names if name.suffix == ".pyc"]


def test_the_sdist_holds_what_is_in_git(built: Path) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        packed = {PurePosixPath(*PurePosixPath(name).parts[1:]).as_posix() for name in sdist.getnames()}
    here = {name for name in listed if (ROOT / name).is_file() and not name.startswith((".ci/", ".github/"))}
    assert here - packed == set()


def test_the_distribution_has_a_name_of_its_own(installed: Installed) -> None:
    folder = next(installed.venv.glob("lib/python*/site-packages/asyncio_turtles-*.dist-info"))
    about = email.message_from_string((folder / "METADATA").read_text())
    assert (about["Name"], about["Version"]) == ("asyncio-turtles", grader.__version__)
    done = subprocess.run([installed.venv / "bin" / "asyncio-turtles", "--version"], capture_output=True, text=True)
    assert done.stdout == f"turtles {grader.__version__}\n"


def test_a_learner_repairs_an_exercise_with_nothing_but_the_wheel(installed: Installed, practice: Path) -> None:
    mine = practice / "exercises" / EXERCISE
    before = mine.read_bytes()

    def grade() -> subprocess.CompletedProcess[str]:
        return conclusive(lambda: installed.run(practice, "grade", "hello"), lambda done: done.returncode != 3)

    try:
        untouched = grade()
        assert untouched.returncode == 1
        assert "nothing changed yet" in untouched.stdout
        assert (
            untouched.stdout.splitlines()[-4].strip()
            == "turtles explain never-awaited for more on this kind of mistake"
        )
        mine.write_bytes((installed.kit / "solutions" / EXERCISE).read_bytes())
        passed = grade()
        assert passed.returncode == 0, passed.stdout
        assert "4 of 4 points" in passed.stdout
        assert "next: 01 start_it" in passed.stdout
        assert f"1 of {JUDGED} exercises passed" in installed.run(practice, "list").stdout
    finally:
        mine.write_bytes(before)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["next"], "run it     turtles run "),
        (["hint", "two_tasks"], "1 of "),
        (["explain", "deadlock"], "deadlock"),
        (["solution", "two_tasks"], "ask again to see the solution"),
        (["run", "two_tasks"], "Task A starts"),
        (["reset", "two_tasks"], "exercises/02_together/two_tasks.py is as it was handed out"),
        (["init", "--upgrade"], ". was up to date"),
    ],
)
def test_the_commands_of_a_learner_work(
    installed: Installed, practice: Path, command: list[str], expected: str
) -> None:
    done = installed.run(practice, *command)
    assert done.returncode == 0, done.stderr
    assert expected in done.stdout


def test_the_page_shows_the_run_of_the_reference_answer_too(installed: Installed, practice: Path) -> None:
    mine, page = practice / "exercises" / EXERCISE, practice / "report.html"
    before = mine.read_bytes()
    mine.write_bytes(before.replace(b"World", b"Moon"))
    try:
        with installed.of_one_chapter():
            done = conclusive(lambda: installed.run(practice, "report"), lambda done: done.returncode != 3)
        assert done.returncode == 0, done.stderr
        assert "this kit has no reference answers" not in page.read_text()
    finally:
        mine.write_bytes(before)
        page.unlink(missing_ok=True)


def test_watch_judges_what_is_saved(installed: Installed, practice: Path) -> None:
    mine = practice / "exercises" / EXERCISE
    before = mine.read_bytes()
    command = [str(installed.venv / "bin" / "turtles")]
    nothing = {"PYTHONPATH": "", **installed.environ()}
    with Terminal(practice, "watch", "hello", environ=nothing, command=command) as terminal:
        try:
            terminal.until("nothing changed yet")
            mine.write_bytes((installed.kit / "solutions" / EXERCISE).read_bytes())
            terminal.until("4 of 4 points")
            assert terminal.press("q").ended() == 0
        finally:
            mine.write_bytes(before)
