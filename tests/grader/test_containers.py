"""Containers and editors: what describes them fits the kit, and where a container tool is there, it works."""

from __future__ import annotations

import fnmatch
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from grader.load.kit import load_kit
from tests.grader.command import ROOT, TOO_BUSY, conclusive

OPTIONS = {
    "docker": ["seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined"],
    "podman": ["seccomp=unconfined", "unmask=ALL"],
}
"""What bubblewrap needs inside a container, by tool."""

BUILD_S = 900.0


def container_tool() -> str | None:
    """A tool that can run containers here; a client without its server cannot."""
    for tool in OPTIONS:
        if shutil.which(tool) and subprocess.run([tool, "info"], capture_output=True, check=False).returncode == 0:
            return tool
    return None


@pytest.mark.timeout(2 * BUILD_S)
def test_a_container_grades_in_the_sandbox(tmp_path: Path) -> None:
    tool = container_tool()
    if tool is None:
        pytest.skip("no container tool that works")
    submission = tmp_path / "submissions" / "ada" / "exercises" / "01_first_coroutines" / "hello.py"
    submission.parent.mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / "01_first_coroutines" / "hello.py", submission)
    tmp_path.chmod(0o755)
    build = [tool, "build", "--quiet", "--tag", "turtles-test", "."]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=BUILD_S)
    run = [tool, "run", "--rm", "--volume", f"{tmp_path / 'submissions'}:/submissions:ro"]
    run += [part for option in OPTIONS[tool] for part in ("--security-opt", option)]
    try:
        for command in (
            ["grade", "hello", "--sandbox", "bwrap", "--exercises", "solutions"],
            ["class", "grade", "/submissions", "--gradebook", "/tmp/class.db"],
        ):
            done = conclusive(
                lambda arguments=command: subprocess.run(  # type: ignore[misc]
                    [*run, "turtles-test", *arguments], capture_output=True, text=True, check=False
                ),
                lambda done: done.returncode != TOO_BUSY,
            )
            assert done.returncode == 0, done.stdout + done.stderr
    finally:
        subprocess.run([tool, "rmi", "turtles-test"], capture_output=True, check=False)


def test_the_image_is_made_of_what_is_there() -> None:
    text = (ROOT / "Dockerfile").read_text()
    for names in re.findall(r"^COPY (.*) \S+$", text, re.MULTILINE):
        for name in names.split():
            assert (ROOT / name).exists()
    locked = (ROOT / "requirements-classroom.txt").read_text()
    assert re.search(r"^hatchling==", locked, re.MULTILINE), "the kit is installed without a network"


def test_keys_grades_and_answers_stay_out_of_the_image() -> None:
    patterns = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]

    def is_ignored(path: str) -> bool:
        names = [path, *(str(parent) for parent in Path(path).parents)]
        return any(fnmatch.fnmatch(name, each.removeprefix("**/")) for name in names for each in patterns)

    for secret in (
        "turtles.key",
        "keys/turtles.key",
        "class.db",
        "class.db-wal",
        ".git/config",
        ".turtles/backup/x.py",
    ):
        assert is_ignored(secret), secret
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in tracked if is_ignored(name)] == []


def test_the_page_tells_the_options_that_are_tried() -> None:
    page = (ROOT / "docs" / "container.md").read_text()
    for option in OPTIONS["docker"]:
        assert f"--security-opt {option}" in page
    assert f"`--security-opt {OPTIONS['podman'][1]}`" in page
    container = json.loads(re.sub(r"^\s*//.*$", "", (ROOT / ".devcontainer/devcontainer.json").read_text(), flags=re.M))
    assert container["runArgs"] == [f"--security-opt={option}" for option in OPTIONS["docker"]]


def test_the_development_container_sets_up_by_a_script_that_is_there() -> None:
    container = json.loads(re.sub(r"^\s*//.*$", "", (ROOT / ".devcontainer/devcontainer.json").read_text(), flags=re.M))
    interpreter, script = container["onCreateCommand"].split()
    subprocess.run([interpreter, "-n", script], cwd=ROOT, check=True)
    shown = re.findall(r"^(from grader.*?)^'", (ROOT / script).read_text(), re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        [str(ROOT / ".venv/bin/python"), "-P", "-E", "-c", shown[0]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert re.fullmatch(r"Programs run (in a sandbox \(bubblewrap\)|without a sandbox here: .+)\.\n", done.stdout)


def test_the_editors_tasks_are_those_of_a_starter_and_have_targets() -> None:
    templates = ROOT / "grader" / "classroom" / "templates" / "vscode"
    for name in ("tasks.json", "extensions.json"):
        assert (ROOT / ".vscode" / name).read_text() == (templates / name).read_text()
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    tasks = json.loads((ROOT / ".vscode" / "tasks.json").read_text())["tasks"]
    assert {task["args"][0] for task in tasks} <= targets


def test_the_page_for_windows_shows_commands_that_there_are() -> None:
    page = (ROOT / "docs" / "windows.md").read_text()
    assert "docs/windows.md" in (ROOT / "grader" / "__main__.py").read_text()
    names = {exercise.name for exercise in load_kit(ROOT).exercises}
    assert {name for name in re.findall(r"turtles (?:grade|hint) (\w+)", page) if name not in names} <= {"for"}
