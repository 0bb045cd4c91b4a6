"""``turtles init``: a folder to practise in, for a learner who has installed Turtles instead of cloning it.

It holds the exercises and what an editor needs. Suites, solutions and pages stay where Turtles is installed. A manifest
says what was handed out, so that ``--upgrade`` brings what is new and leaves alone what the learner has changed.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

import grader
from grader.classroom.render import TEMPLATES, render
from grader.classroom.sync import Content, Kind, Origin, SyncReport, update
from grader.errors import KitError, UsageError
from grader.files import typed_path
from grader.load.curriculum import CURRICULUM
from grader.load.kit import Kit, find_root, installed_kit, is_practice_folder, load_kit
from grader.load.manifest import PRACTICE, Manifest, read_manifest
from grader.practice.typed_command import portable_command, turtles_command
from grader.text import count

FOLDER: Final = "asyncio-turtles"
"""What the folder is called if the learner does not say."""

_MAY_BE_THERE: Final = frozenset({"venv", "env", "README.md", "LICENSE", "pyproject.toml", "uv.lock"})
"""What a new project may hold already, besides files whose names begin with a dot; nothing of it is changed."""

_GIT_S: Final = 60.0


@dataclass(frozen=True)
class WrittenFolder:
    """A practice folder that was written."""

    root: Path
    exercises: int
    report: SyncReport
    git: str = ""
    """What became of the git repository that was asked for; empty when none was."""


def write_practice_folder(out: Path | None, *, upgrade: bool, with_git: bool) -> WrittenFolder:
    """Write a practice folder at ``out``, or with ``upgrade`` bring the one that is there up to date.

    Without ``out`` it is ``FOLDER`` in the working directory, or for an upgrade the one that this lies in.
    Raises ``UsageError`` for a folder that will not do and ``KitError`` for an installation that is not complete;
    nothing was changed then, or the message says so.
    """
    kit = load_kit(installed_kit())
    if upgrade:
        root, before = _to_upgrade(out)
    else:
        root, before = _new_place(out or Path(FOLDER)), None
    origin = Origin(grader.__version__, tuple(chapter.id for chapter in kit.chapters))
    report = update(root, before, _contents(kit, root), origin, {}, PRACTICE)
    return WrittenFolder(root, len(kit.exercises), report, _make_repository(root) if with_git else "")


def written(folder: WrittenFolder) -> Iterator[str]:
    """What became of a practice folder, and what to do next, a line each."""
    report, shown = folder.report, typed_path(folder.root)
    if report.new:
        yield f"{count(folder.exercises, 'exercise')} written to {shown}"
    elif report.written or report.removed:
        removed = f", {len(report.removed)} removed" if report.removed else ""
        yield f"{shown} is up to date now: {count(len(report.written), 'file')} written{removed}"
    else:
        yield f"{shown} was up to date"
    for paths, what in (
        (report.students, "left as you wrote it"),
        (report.edited, "left as it was"),
        (report.left, "no longer handed out, and left as you wrote it"),
        (report.away, "you deleted it, so it was not written again"),
    ):
        yield from (f"{path}: {what}" for path in paths)
    if folder.git:
        yield folder.git
    if report.new:
        yield "next:"
        if folder.root != Path.cwd():
            yield f"  cd {shlex.quote(shown)}"
        yield f"  {turtles_command()} watch"


# --- where ----------------------------------------------------------------------------------------------------------


def _new_place(out: Path) -> Path:
    root = _resolved(out)
    nearest = next(parent for parent in (root, *root.parents) if parent.exists())
    if not nearest.is_dir():
        raise UsageError(f"{nearest} is a file; give the name of a folder")
    if is_practice_folder(root):
        raise UsageError(f"{out} is a practice folder already; `turtles init --upgrade` in it brings what is new")
    try:
        around = find_root(nearest)
    except KitError:
        around = None
    if around:
        raise UsageError(f"{out} lies inside {around}, which has exercises itself; give a folder outside of it")
    try:
        there = sorted(path.name for path in root.iterdir()) if root.is_dir() else []
    except OSError as error:
        raise UsageError(f"{out} cannot be looked into: {error.strerror or error}") from error
    foreign = [name for name in there if not name.startswith(".") and name not in _MAY_BE_THERE]
    if foreign:
        raise UsageError(f"{out} is not empty: it holds {foreign[0]}; give a new folder, such as {out / FOLDER}")
    return root


def _to_upgrade(out: Path | None) -> tuple[Path, Manifest | None]:
    """The folder and what was handed out to it; nothing is known of one whose manifest is gone."""
    if out is None:
        try:
            root = find_root(Path.cwd())
        except KitError:
            root = Path.cwd()
    else:
        root = _resolved(out)
    if (root / CURRICULUM).is_file():
        raise UsageError(f"{root} holds a whole kit, and no practice folder: `git pull` brings it up to date")
    if not is_practice_folder(root) and not (root / "exercises").is_dir():
        raise UsageError(f"{root} is no practice folder: `turtles init DIR` makes one")
    return root, read_manifest(root, PRACTICE)


def _resolved(out: Path) -> Path:
    try:
        root = out.resolve()
        if out.is_symlink() and not root.exists():
            raise UsageError(f"{out} is a link to a folder that is not there; give another name")
    except (OSError, RuntimeError):  # a loop of links
        raise UsageError(f"{out} is a link that leads nowhere; give another name") from None
    return root


# --- what -----------------------------------------------------------------------------------------------------------


def _contents(kit: Kit, root: Path) -> dict[PurePosixPath, Content]:
    contents: dict[PurePosixPath, Content] = {}
    for chapter in kit.chapters:
        page = PurePosixPath("exercises", chapter.id, "README.md")
        contents[page] = Content(_read(kit.home / page), Kind.PAGE)
        for exercise in chapter.exercises:
            content = _read(kit.handed_out_file(exercise))
            contents[PurePosixPath("exercises", exercise.file)] = Content(content, Kind.EXERCISE)
    readme = render(
        "practice/README.md.j2",
        chapters=kit.chapters,
        example=kit.chapters[0].exercises[0],
        turtles=portable_command(),
    )
    contents[PurePosixPath("README.md")] = Content(readme.encode(), Kind.PAGE)
    settings = {
        ".editorconfig": _read(TEMPLATES / "editorconfig"),
        ".gitignore": _read(TEMPLATES / "practice" / "gitignore"),
        ".vscode/extensions.json": _read(TEMPLATES / "vscode" / "extensions.json"),
        ".vscode/settings.json": _json(_editor_settings(root)),
        ".vscode/tasks.json": _json(_editor_tasks(root)),
    }
    return contents | {PurePosixPath(path): Content(text, Kind.SETTING) for path, text in settings.items()}


def _editor_settings(root: Path) -> dict[str, Any]:
    """Those of a starter, with the Python that has what the exercises import."""
    return {
        "python.defaultInterpreterPath": _in_editor(Path(sys.executable), root),
        "python.testing.pytestEnabled": False,
        "files.exclude": {"**/__pycache__": True},
    }


def _in_editor(program: Path, root: Path) -> str:
    """A program of this environment as settings name it; one inside the folder may move with it."""
    inside = program.is_relative_to(root)
    return f"${{workspaceFolder}}/{program.relative_to(root).as_posix()}" if inside else str(program)


def _editor_tasks(root: Path) -> dict[str, Any]:
    """Those of a starter, started by the command instead of by make."""
    turtles, own = portable_command(), Path(sys.executable).with_name("turtles")
    if turtles == "turtles" and own.exists():  # an editor need not have the path of the user's shell
        turtles = shlex.quote(_in_editor(own, root))
    tasks: dict[str, Any] = json.loads(_read(TEMPLATES / "vscode" / "tasks.json"))
    for task in tasks["tasks"]:
        command, *names = task.pop("args")
        name = "".join(f" {name.removeprefix('EX=')}" for name in names)
        task |= {"type": "shell", "command": f"{turtles} {command}{name}"}
    return tasks


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KitError(f"{path} cannot be read ({error.strerror or error}): install Turtles again") from error


# --- git ------------------------------------------------------------------------------------------------------------


def _make_repository(root: Path) -> str:
    """Make a git repository with all of it committed. Returns what became of that; nothing else depends on it."""
    try:
        if _git(root, "rev-parse", "--is-inside-work-tree").returncode == 0:
            return "it lies in a git repository already"
        for arguments in (["init", "--quiet"], ["add", "--all"]):
            done = _git(root, *arguments)
            if done.returncode:
                return f"git failed: {_last_line(done.stderr)}"
        done = _git(root, "commit", "--quiet", "--message", f"The exercises of Turtles {grader.__version__}")
    except FileNotFoundError:
        return "no git repository was made: git is not installed"
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"no git repository was made: {error}"
    if done.returncode:
        return "a git repository was made, and nothing is committed yet: tell git your name, then `git commit`"
    return "a git repository was made, and all of it is committed"


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *arguments],
        cwd=root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=_GIT_S,
        check=False,
    )


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1]
