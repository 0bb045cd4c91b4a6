"""A tiny kit that has nothing wrong with it, for tests to break one thing in.

Every exercise of it is the same small program under another name, so that it can be graded as well as loaded.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from grader.classroom.public_suite import public_part, public_points, public_scenario
from grader.load.kit import load_kit
from grader.load.practice_log import note_day
from grader.load.sealed_suites import seal
from grader.load.state import State, key_for
from grader.load.submission import read_submission
from grader.result import Check, CheckVerdict, ExerciseResult, Verdict

TWO_TASKS = '''\
"""Two cooks share a kitchen, and each of them needs 0.4 s.

Run it: both should be done after about 0.40 s.
Required (the functions keep their names, and the lines that they print):
"""

import asyncio
import time


async def task_a() -> None:
    print("Task A starts")
    await asyncio.sleep(0.4)
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    await asyncio.sleep(0.4)
    print("Task B ends")


async def main() -> None:
    await task_a()
    await task_b()


if __name__ == "__main__":
    started = time.perf_counter()
    asyncio.run(main())
    print(f"Executed in {time.perf_counter() - started:.2f} seconds")
'''
"""What is handed out: one task after the other."""

_BODY = "    await task_a()\n    await task_b()\n"

SOLVED = TWO_TASKS.replace(
    _BODY, "    # gather wraps both in tasks at once.\n    await asyncio.gather(task_a(), task_b())\n"
)

SUITE = '''\
"""{name}: both tasks run at the same time."""

from grader.suite import Trace, points, record

both = record("main")


@points(1, "every line is printed")
def test_lines(both: Trace) -> None:
    assert sorted(both.lines) == ["Task A ends", "Task A starts", "Task B ends", "Task B starts"]


@points(2, "both tasks finish in under 0.6 s", public=True)
def test_time(both: Trace) -> None:
    assert both.elapsed < 0.6
'''

RIGHT = {
    "right_group": (
        "a TaskGroup",
        "    async with asyncio.TaskGroup() as group:\n"
        "        group.create_task(task_a())\n        group.create_task(task_b())\n",
    ),
    "right_tasks": (
        "a task for one, and the other awaited",
        "    first = asyncio.create_task(task_a())\n    await task_b()\n    await first\n",
    ),
    "right_wait": (
        "two tasks and asyncio.wait",
        "    await asyncio.wait([asyncio.create_task(task_a()), asyncio.create_task(task_b())])\n",
    ),
}
"""Right answers: how they differ from the reference, and the body of main."""

WRONG = {
    "wrong_eager": (
        "awaits the task before it starts the other",
        "both tasks finish in under 0.6 s",
        "    await asyncio.create_task(task_a())\n    await asyncio.create_task(task_b())\n",
    ),
    "wrong_loop": (
        "a loop awaits one after the other",
        "both tasks finish in under 0.6 s",
        "    for task in (task_a, task_b):\n        await task()\n",
    ),
    "wrong_one": ("leaves one out", "every line is printed", "    await task_a()\n"),
    "wrong_lost": (
        "nobody waits for the second",
        "every line is printed",
        "    second = asyncio.create_task(task_b())\n    await asyncio.sleep(0)\n"
        "    second.cancel()\n    await task_a()\n",
    ),
    "wrong_other": ("leaves the other one out", "every line is printed", "    await task_b()\n"),
}
"""Wrong answers: the mistake, the check that catches it, and the body of main."""

ENTRY = """\
[[chapter.exercise]]
name = "{name}"
title = "Two tasks at once"
points = 3
mistake = "sequential-await"
covers = ["gather"]
rules = []
hints = [
  {{ text = "Who waits for whom?", link = "https://docs.python.org/3/library/asyncio-task.html#awaitables" }},
  {{ text = "gather.", link = "https://docs.python.org/3/library/asyncio-task.html#asyncio.gather" }},
]
"""


def make_kit(folder: Path, chapters: Mapping[str, Sequence[str]] | None = None) -> Path:
    """Write a valid kit into ``folder / "kit"`` and return that; ``chapters`` maps ids to names of exercises.

    Without ``chapters`` it is ``{"02_together": ["two_tasks"]}``.
    """
    root = folder / "kit"
    curriculum = []
    for chapter, names in (chapters or {"02_together": ["two_tasks"]}).items():
        curriculum.append(f'[[chapter]]\nid = "{chapter}"\ntitle = "{chapter[3:].title()}"\n')
        mentioned = "\n".join(f"- `{name}`" for name in names)
        write(root / "exercises" / chapter / "README.md", f"# {chapter[3:].title()}\n\n{mentioned}\n")
        for name in names:
            curriculum.append(ENTRY.format(name=name))
            _write_exercise(root, chapter, name)
    write(root / "exercises" / "curriculum.toml", "\n".join(curriculum))
    return root


def as_handed_out(root: Path, recipient: str | None = None) -> Path:
    """Make of a kit what students get of it: suites in public, and sealed where there is a public key to seal for."""
    kit, points = load_kit(root), {}
    for exercise in kit.exercises:
        suite, scenario = kit.suite(exercise), kit.scenario(exercise)
        part, stem = public_part(suite), f"{exercise.chapter}/test_{exercise.name}"
        points[exercise.name] = public_points(suite)
        write(root / "tests" / "public" / f"{stem}.py", part)
        if scenario and (driven := public_scenario(scenario, part)):
            write(root / "tests" / "public" / exercise.chapter / f"{exercise.name}_scenario.py", driven)
        if recipient:
            sealed = root / "tests" / "sealed" / f"{stem}.py.age"
            sealed.parent.mkdir(parents=True, exist_ok=True)
            sealed.write_bytes(seal(suite, scenario, recipient))
    write(root / "tests" / "public" / "points.json", json.dumps(points))
    for folder in ("tests/hidden", "tests/answers", "solutions"):
        shutil.rmtree(root / folder)
    return root


def remember_as_passed(root: Path, *names: str) -> None:
    """Let the grader remember that these exercises, with the files as they are now, have passed. Nothing is judged."""
    kit = load_kit(root)
    state = State(kit.state_folder)
    for exercise in map(kit.exercise, names):
        submission = read_submission(kit.exercise_file(exercise), f"exercises/{exercise.file}")
        checks = (
            Check("every line is printed", CheckVerdict.PASSED, 1, 1),
            Check("both tasks finish in under 0.6 s", CheckVerdict.PASSED, 2, 2),
        )
        result = ExerciseResult(
            exercise.name, exercise.title, exercise.chapter, submission.display, Verdict.PASSED,
            exercise.points, exercise.points, 0.4, checks=checks,
        )  # fmt: skip
        for sandbox in ("bwrap", "none"):
            state.put(exercise.name, key_for(kit, exercise, submission, sandbox), result)
    state.save()
    note_day(kit.state_folder, date.today())


def write(path: Path, text: str) -> Path:
    """Write a file, its folder too where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def edit(path: Path, old: str, new: str) -> None:
    """Replace the one place where ``old`` stands in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    write(path, text.replace(old, new))


def _write_exercise(root: Path, chapter: str, name: str) -> None:
    write(root / "exercises" / chapter / f"{name}.py", TWO_TASKS)
    write(root / "grader" / "handout" / chapter / f"{name}.py", TWO_TASKS)
    write(root / "solutions" / chapter / f"{name}.py", SOLVED)
    write(root / "tests" / "hidden" / chapter / f"test_{name}.py", SUITE.format(name=name))
    bank = root / "tests" / "answers" / chapter / name
    for file, (style, body) in RIGHT.items():
        write(bank / f"{file}.py", f"# Style: {style}\n\n{TWO_TASKS.replace(_BODY, body)}")
    for file, (mistake, caught_by, body) in WRONG.items():
        head = f"# Mistake: {mistake}\n# Caught by: {caught_by}\n\n"
        write(bank / f"{file}.py", head + TWO_TASKS.replace(_BODY, body))
