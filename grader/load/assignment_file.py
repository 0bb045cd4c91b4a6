"""An assignment as a teacher writes it: ``assignment.toml``.

    name = "Homework 1"
    exercises = ["hello", "two_tasks", "03_blocking"]   # exercises and whole chapters
    total = 10
    due = 2026-12-01T18:00:00+01:00
    late = "10%/day after 1h"
    attempts = "best"
    groups = true

    [weights]
    two_tasks = 2

    [extensions]
    alice = 2026-12-03T18:00:00+01:00

All but ``name`` may be left out. Whatever is wrong is a ``UsageError`` that names the file and the line.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from grader.assignment import NO_ASSIGNMENT, Assignment, Attempts, LateRule
from grader.errors import KitError, UsageError
from grader.load.curriculum import Chapter
from grader.load.kit import Kit
from grader.load.lateness import parse_rule
from grader.load.toml_tables import TomlSource, TomlTable
from grader.text import one_line

NAME: Final = "assignment.toml"
"""What the file is called unless somebody calls it otherwise."""
PACKED: Final = PurePosixPath("assignment.json")
"""Where a kit that was packed for another system keeps its assignment, seen from its root."""

_MAX_BYTES: Final = 1_000_000
_MOST: Final = 1_000_000.0
_LONGEST_NAME: Final = 120
_WHEN: Final = "2026-12-01T18:00:00+01:00"


def read_assignment(path: Path, kit: Kit) -> Assignment:
    """Read the file; its exercises are those of the kit. Raises ``UsageError``."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(f"there is no {path}; `turtles assignment new {path}` writes one") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    if len(raw) > _MAX_BYTES:
        raise UsageError(f"{path} is larger than {_MAX_BYTES // 1_000_000} MB, which no assignment is")
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}:{line}: not UTF-8; save the file as UTF-8") from None
    return _assignment(TomlSource(str(path), text, UsageError), kit)


def read_packed(kit: Kit) -> Assignment:
    """The assignment that the kit was packed with; ``NO_ASSIGNMENT`` where there was none. Raises ``KitError``."""
    try:
        return Assignment.from_json(json.loads((kit.root / PACKED).read_bytes()))
    except FileNotFoundError:
        return NO_ASSIGNMENT
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KitError(f"{PACKED} cannot be used ({error}): pack the kit again") from None


def chapters_for(kit: Kit, assignment: Assignment) -> tuple[Chapter, ...]:
    """The kit's chapters with the assignment's exercises only; those without any are left out."""
    wanted = set(assignment.exercises) or {exercise.name for exercise in kit.exercises}
    cut = (
        replace(chapter, exercises=tuple(each for each in chapter.exercises if each.name in wanted))
        for chapter in kit.chapters
    )
    return tuple(chapter for chapter in cut if chapter.exercises)


def template(kit: Kit, title: str, exercises: tuple[str, ...]) -> str:
    """The text of a new file, with every setting explained. Raises ``UsageError`` for no exercise."""
    for name in exercises:
        if not _named(kit, name):
            raise UsageError(f"there is no exercise or chapter {name!r}{_nearest(kit, name)}")
    chosen = exercises or tuple(exercise.name for exercise in kit.exercises[:3])
    listed = "".join(f"    {json.dumps(name)},\n" for name in chosen)
    heaviest = _named(kit, chosen[-1])[-1]
    return f"""\
# An assignment. `turtles starter`, `class50`, `gradescope` and `class grade` take this file with --assignment FILE.
name = {json.dumps(one_line(title), ensure_ascii=False)}

# Exercises, and whole chapters such as "02_together". Without this line, every exercise is in it.
exercises = [
{listed}]

# The most points. Without it, the total is the sum of what the exercises count.
total = 10

# When it is due, with the time zone, and what lateness costs: "10%/day", "25%", "10%/day after 1h", or "0".
# due = {_WHEN}
# late = "10%/day"

# Which of several attempts counts: "last" or "best".
attempts = "last"

# Groups, in the roster's column `group`. true: what one of a group hands in counts for everybody in it. false: groups
# share nothing. Without this line, it counts for those of the group who handed in nothing.
# groups = true

# What an exercise counts beside the others. One that is not here counts with its own points.
[weights]
# {heaviest} = 2

# Who has more time, by the id that the student has in the roster. A roster column `due` says the same.
[extensions]
# alice = 2026-12-03T18:00:00+01:00
"""


def _assignment(source: TomlSource, kit: Kit) -> Assignment:
    values = source.parse()
    table = TomlTable(source, values, "the assignment", 0)
    table.only("name", "exercises", "total", "due", "late", "attempts", "groups", "weights", "extensions")
    title = one_line(table.text("name"))
    if len(title) > _LONGEST_NAME:
        raise table.fault("name", f"name is longer than {_LONGEST_NAME} characters; shorten it")
    exercises = _exercises(table, kit) if "exercises" in values else ()
    due = table.time("due", _WHEN) if "due" in values else None
    for needs_due in ("late", "extensions"):
        if values.get(needs_due) and due is None:
            raise table.fault(needs_due, f"{needs_due} needs a due date; add due = {_WHEN}")
    return Assignment(
        title,
        exercises,
        _weights(table, kit, exercises),
        table.number("total", 0, _MOST) if "total" in values else None,
        due,
        _rule(table) if "late" in values else LateRule(),
        _extensions(table),
        _attempts(table) if "attempts" in values else Attempts.LAST,
        _groups(table),
    )


def _exercises(table: TomlTable, kit: Kit) -> tuple[str, ...]:
    names = table.texts("exercises")
    begins = table.source.key(0, "exercises")
    if not names:
        raise table.fault("exercises", "exercises is empty; name at least one, or take the line out to mean all")
    found: dict[str, str] = {}
    times: Counter[str] = Counter()
    for name in names:
        times[name] += 1
        line = table.source.listed(begins, name, times[name])
        meant = _named(kit, name)
        if not meant:
            raise table.source.fault(f"there is no exercise or chapter {name!r}{_nearest(kit, name)}", line)
        for exercise in meant:
            if exercise in found:
                by = "" if found[exercise] == exercise else f", with {found[exercise]!r}"
                raise table.source.fault(f"{exercise!r} is in the list already{by}; name it once", line)
            found[exercise] = name
    return tuple(exercise.name for exercise in kit.exercises if exercise.name in found)


def _named(kit: Kit, name: str) -> list[str]:
    """The exercises that a name in the file stands for."""
    return [
        exercise.name
        for chapter in kit.chapters
        for exercise in chapter.exercises
        if name in (exercise.name, chapter.id)
    ]


def _nearest(kit: Kit, name: str) -> str:
    from difflib import get_close_matches  # only for a message

    known = [exercise.name for exercise in kit.exercises] + [chapter.id for chapter in kit.chapters]
    near = get_close_matches(name.lower(), known, 1)
    return f"; did you mean {near[0]!r}?" if near else "; `turtles list` shows them all"


def _below(table: TomlTable, key: str) -> TomlTable | None:
    """The table of that name; None where there is none."""
    values = table.values.get(key, {})
    if not isinstance(values, Mapping):
        raise table.fault(key, f"{key} must be a table; write [{key}] on a line of its own")
    return TomlTable(table.source, values, key, table.source.top_key(key)) if values else None


def _weights(table: TomlTable, kit: Kit, exercises: tuple[str, ...]) -> dict[str, float]:
    below = _below(table, "weights")
    known = exercises or tuple(exercise.name for exercise in kit.exercises)
    for name in below.values if below else ():
        assert below is not None
        if name not in known:
            there = "is not one of this assignment's exercises" if _named(kit, name) else "is no exercise"
            raise below.fault(name, f"{name!r} {there}{'' if _named(kit, name) else _nearest(kit, name)}")
    return {name: below.number(name, 0, _MOST) for name in below.values} if below else {}


def _extensions(table: TomlTable) -> dict[str, datetime]:
    below = _below(table, "extensions")
    return {student: below.time(student, _WHEN) for student in below.values} if below else {}


def _rule(table: TomlTable) -> LateRule:
    try:
        return parse_rule(table.text("late"))
    except UsageError as error:
        if str(error).startswith(table.source.name):  # it has its line already
            raise
        raise table.fault("late", str(error)) from None


def _groups(table: TomlTable) -> bool | None:
    value = table.values.get("groups")
    if value is None or isinstance(value, bool):
        return value
    raise table.fault("groups", "groups must be true or false")


def _attempts(table: TomlTable) -> Attempts:
    value = table.text("attempts")
    if value not in list(Attempts):
        raise table.fault("attempts", f'attempts must be "last" or "best", not {value!r}')
    return Attempts(value)
