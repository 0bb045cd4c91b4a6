"""``turtles new`` and ``turtles new-kit``: every file of a new exercise, and a kit of one's own with an example.

The skeleton is a complete exercise that passes ``turtles verify``. What only an author can write is marked in it with
``TODO``, and ``turtles check`` lists those places.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from grader.errors import KitError, UsageError
from grader.files import write_text
from grader.load.curriculum import CURRICULUM
from grader.load.kit import Kit, find_root, installed_kit

_SKELETON: Final = Path(__file__).with_name("skeleton")

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_CHAPTER: Final = re.compile(r"[0-9]{2}_[a-z][a-z0-9_]*")

_LOOP: Final = "    for town in TOWNS:\n        print(town, await count_visitors(town))\n"
"""What is handed out, and what the answers have something else for."""

_SOLUTION: Final = """\
    # gather runs all calls at the same time, and returns their results in the order of its arguments.
    counts = await asyncio.gather(*(count_visitors(town) for town in TOWNS))
    for town, visitors in zip(TOWNS, counts, strict=True):
        print(town, visitors)
"""

_RIGHT: Final = {
    "right_group": (
        "a TaskGroup",
        "    async with asyncio.TaskGroup() as group:\n"
        "        tasks = {town: group.create_task(count_visitors(town)) for town in TOWNS}\n"
        "    for town, task in tasks.items():\n        print(town, task.result())\n",
    ),
    "right_tasks": (
        "tasks that are all started before the first is awaited",
        "    tasks = [asyncio.create_task(count_visitors(town)) for town in TOWNS]\n"
        "    for town, task in zip(TOWNS, tasks, strict=True):\n        print(town, await task)\n",
    ),
    "right_wait": (
        "asyncio.wait, and the results afterwards",
        "    tasks = {town: asyncio.create_task(count_visitors(town)) for town in TOWNS}\n"
        "    await asyncio.wait(tasks.values())\n"
        "    for town, task in tasks.items():\n        print(town, task.result())\n",
    ),
}
"""How a right answer differs from the solution, and the body of its main."""

_WRONG: Final = {
    "wrong_eager": (
        "awaits each task as soon as it is made",
        "all towns are asked at the same time",
        "    for town in TOWNS:\n        print(town, await asyncio.create_task(count_visitors(town)))\n",
    ),
    "wrong_order": (
        "prints each town when it has answered",
        "a line for each town, in the order of TOWNS",
        "    async def show(town: str) -> None:\n        print(town, await count_visitors(town))\n\n"
        "    await asyncio.gather(*(show(town) for town in TOWNS))\n",
    ),
    "wrong_twice": (
        "asks once for the answers and once more to print them",
        "each town is asked once",
        "    await asyncio.gather(*(count_visitors(town) for town in TOWNS))\n"
        "    counts = await asyncio.gather(*(count_visitors(town) for town in TOWNS))\n"
        "    for town, visitors in zip(TOWNS, counts, strict=True):\n        print(town, visitors)\n",
    ),
    "wrong_written_down": (
        "prints the numbers of the file without asking",
        "each town is asked once",
        "    await asyncio.sleep(0.5)\n    for town in TOWNS:\n        print(town, VISITORS[town])\n",
    ),
    "wrong_without_the_last": (
        "leaves out the last town",
        "a line for each town, in the order of TOWNS",
        "    counts = await asyncio.gather(*(count_visitors(town) for town in TOWNS[:-1]))\n"
        "    for town, visitors in zip(TOWNS, counts):\n        print(town, visitors)\n",
    ),
}
"""What a learner did, the check that has to catch it, and the body of main."""

_TO_WRITE: Final = {
    "TITLE": "TODO: a title, a few words",
    "SITUATION": "TODO: what the program is for, and what its user sees go wrong, in two to four sentences.",
    "IDEA": "TODO: what is judged, in one line",
    "HINT": "TODO: a nudge, as a question",
    "LAST_HINT": "TODO: nearly the answer",
    "PAGE": "TODO: what it is about, in a line",
}

_EXAMPLE: Final = {
    "TITLE": "Visitors of three towns",
    "SITUATION": "A tourist office asks three towns how many visitors they have. Each takes half a second to answer.\n"
    "The list takes a second and a half, because each town is asked only when the one before has answered.",
    "IDEA": "several questions at the same time, and the answers in the order of the questions.",
    "HINT": "What does the loop do while a town thinks about its answer?",
    "LAST_HINT": "gather runs several awaitables at the same time, and returns their results in order.",
    "PAGE": "several questions at the same time",
}


@dataclass(frozen=True)
class WrittenExercise:
    """The files of a new exercise, as seen from the kit's root, and those that it was entered in."""

    made: tuple[str, ...]
    entered: tuple[str, ...]


def new_exercise(kit: Kit, name: str, chapter: str, texts: Mapping[str, str] = _TO_WRITE) -> WrittenExercise:
    """Write every file of an exercise, and enter it in the curriculum and on the chapter's page.

    ``chapter`` is one of the kit's (``2``, ``02``, ``02_together``) or a new one, ``09_streams``. Raises ``UsageError``
    for names that will not do, and for files that are there already; nothing was written then.
    """
    chapter_id = _check(kit, name, chapter)
    values = {**texts, "NAME": name}
    exercise = _filled("exercise.txt", values)
    files = {
        f"exercises/{chapter_id}/{name}.py": exercise,
        f"{kit.shown(kit.handout_folder)}/{chapter_id}/{name}.py": exercise,
        f"solutions/{chapter_id}/{name}.py": exercise.replace(_LOOP, _SOLUTION),
        f"tests/hidden/{chapter_id}/test_{name}.py": _filled("suite.txt", values),
    }
    bank = f"tests/answers/{chapter_id}/{name}"
    for file, (style, body) in _RIGHT.items():
        files[f"{bank}/{file}.py"] = f"# Style: {style}.\n\n{exercise.replace(_LOOP, body)}"
    for file, (mistake, caught_by, body) in _WRONG.items():
        head = f"# Mistake: {mistake}.\n# Caught by: {caught_by}\n\n"
        files[f"{bank}/{file}.py"] = head + exercise.replace(_LOOP, body)
    there = [file for file in files if (kit.root / file).exists()]
    if there:
        raise UsageError(f"{there[0]} is there already; choose another name, or move it away")
    page = f"exercises/{chapter_id}/README.md"
    entered = {
        str(CURRICULUM): _with_entry(kit, chapter_id, _filled("curriculum.txt", values)),
        page: _with_line(kit.root / page, chapter_id, f"- [`{name}`]({name}.py): {values['PAGE']}"),
    }
    for file, text in {**files, **entered}.items():
        (kit.root / file).parent.mkdir(parents=True, exist_ok=True)
        write_text(kit.root / file, text)
    return WrittenExercise(tuple(files), tuple(entered))


def new_kit(folder: Path) -> Path:
    """Write a kit with one example exercise, for a grader that is installed. Returns its root.

    Raises ``UsageError`` for a folder that is there and not empty, or that lies inside a kit.
    """
    root = folder.resolve()
    if root.exists() and (not root.is_dir() or any(path.name != ".git" for path in root.iterdir())):
        raise UsageError(f"{folder} is there already and not empty; give a new folder")
    try:
        around = find_root(next(parent for parent in (root, *root.parents) if parent.exists()))
    except KitError:
        around = None
    if around:
        raise UsageError(f"{folder} lies inside the kit {around}; give a folder outside of it")
    try:
        for place in ("exercises", "handout", "solutions", "tests/hidden", "tests/answers"):
            (root / place).mkdir(parents=True, exist_ok=True)
        shutil.copytree(installed_kit() / "docs" / "mistakes", root / "docs" / "mistakes")
        shutil.copyfile(_authoring_page(), root / "docs" / "authoring.md")
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be written: {error.strerror or error}") from error
    write_text(root / "README.md", (_SKELETON / "kit_readme.txt").read_text(encoding="utf-8"))
    write_text(root / ".gitignore", "/.turtles/\n/report.html\n/.venv/\n__pycache__/\n*.key\n")
    write_text(root / CURRICULUM, "")
    new_exercise(Kit(root, ()), "visitors", "01_example", _EXAMPLE)
    return root


def places_to_write(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text on which something is still to be written, with what it is."""
    for number, line in enumerate(text.split("\n"), 1):
        if found := re.search(r"\bTODO\b:? *([^\"]*)", line):
            yield number, found[1].strip()


def _check(kit: Kit, name: str, chapter: str) -> str:
    """The chapter's id, for names that will do."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot be the name of an exercise; use small letters, digits and _, as in two_tasks"
        )
    if name in {exercise.name for exercise in kit.exercises}:
        raise UsageError(f"there is an exercise {name} already; choose another name")
    for known in kit.chapters:
        if chapter in (known.id, known.number, str(int(known.number))):
            return known.id
    numbers = {known.number: known.id for known in kit.chapters}
    if _CHAPTER.fullmatch(chapter) and chapter[:2] not in numbers:
        return chapter
    there = ", ".join(known.id for known in kit.chapters)
    raise UsageError(f"there is no chapter {chapter!r}; there are {there}, and a new one is named like 09_streams")


def _filled(template: str, values: Mapping[str, str]) -> str:
    text = (_SKELETON / template).read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def _with_entry(kit: Kit, chapter_id: str, entry: str) -> str:
    """The curriculum with the exercise at the end of its chapter, in its author's own layout."""
    text = (kit.root / CURRICULUM).read_text(encoding="utf-8").rstrip("\n")
    parts = re.split(r"^(?=\[\[chapter\]\])", text + "\n" if text else "", flags=re.MULTILINE)
    for number, part in enumerate(parts):
        if re.search(rf'^id = "{chapter_id}"', part, re.MULTILINE):
            parts[number] = f"{part.rstrip()}\n\n{entry}" + ("\n" if number + 1 < len(parts) else "")
            return "".join(parts)
    title = chapter_id[3:].replace("_", " ").capitalize()
    chapter = f'[[chapter]]\nid = "{chapter_id}"\ntitle = "{title}"\n\n{entry}'
    return f"{text}\n\n{chapter}" if text else chapter


def _with_line(page: Path, chapter_id: str, line: str) -> str:
    """The chapter's page with a line on the exercise at its end."""
    if page.is_file():
        return f"{page.read_text(encoding='utf-8').rstrip()}\n{line}\n"
    return f"# {chapter_id[3:].replace('_', ' ').capitalize()}\n\n{line}\n"


def _authoring_page() -> Path:
    return installed_kit() / "docs" / "authoring.md"
