"""Which exercises the user means."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from typing import Final

from grader.errors import UsageError
from grader.load.curriculum import Exercise
from grader.load.kit import Kit

_MOST_NAMED: Final = 8
"""Candidates named in a message; more would not be read."""


def select(kit: Kit, names: Sequence[str], exercises: Path | None = None) -> tuple[Exercise, ...]:
    """The exercises that ``names`` stand for, in the kit's order, each once; all of them when there are no names.

    A name is an exercise (``two_tasks``), a prefix that only one has (``two``), its file (``two_tasks.py``,
    ``02_together/two_tasks.py``, any relative or absolute path to it), or a chapter (``2``, ``02``, ``02_together``,
    its folder). Paths may lead into ``exercises``, the tree that is being graded, or into the kit's own.

    Raises ``UsageError``, which names the nearest, for anything else.
    """
    if not names:
        return kit.exercises
    trees = [tree for tree in (exercises, kit.root / "exercises") if tree is not None]
    chosen = {exercise.name for name in names for exercise in _meant(kit, name, trees)}
    return tuple(exercise for exercise in kit.exercises if exercise.name in chosen)


def select_one(kit: Kit, name: str) -> Exercise:
    """The one exercise that ``name`` stands for; raises ``UsageError`` when it is none, or several."""
    chosen = select(kit, [name])
    if len(chosen) == 1:
        return chosen[0]
    raise UsageError(f"{name!r} stands for {len(chosen)} exercises; name one, such as {chosen[0].name}")


def _meant(kit: Kit, name: str, trees: Iterable[Path]) -> Sequence[Exercise]:
    if not name.strip() or "\0" in name:
        raise UsageError("an empty name stands for no exercise; leave it out to mean all of them")
    if _is_path(name):
        return _by_path(kit, name, trees)
    exact = [exercise for exercise in kit.exercises if exercise.name == name] or _by_chapter(kit, name)
    if exact:
        return exact
    begun = [exercise for exercise in kit.exercises if exercise.name.startswith(name)]
    if len(begun) > 1:
        raise UsageError(f"{name!r} could be {_listed([e.name for e in begun], 'or')}; write more of the name")
    return begun or _by_path(kit, name, trees)


def _is_path(name: str) -> bool:
    return name.endswith(".py") or "/" in name or os.sep in name or name == "."


def _by_chapter(kit: Kit, name: str) -> Sequence[Exercise]:
    number = name.zfill(2) if name.isascii() and name.isdigit() else None
    for chapter in kit.chapters:
        if name == chapter.id or number == chapter.number:
            return chapter.exercises
    return ()


def _by_path(kit: Kit, name: str, trees: Iterable[Path]) -> Sequence[Exercise]:
    """What lies at that path, as seen from where the user is, then as seen from the kit's root."""
    written = PurePath(name)
    inside = PurePath(*written.parts[1:]) if written.parts[:1] == ("exercises",) else written
    real = _real(Path(name))
    places: list[PurePath] = [real.relative_to(_real(tree)) for tree in trees if real.is_relative_to(_real(tree))]
    if written.parts:
        places.append(inside)
    for place in places:
        if place == PurePath():
            return kit.exercises
        found = _by_chapter(kit, str(place)) or [exercise for exercise in kit.exercises if place in _files(exercise)]
        if found:
            return found
    if written.suffix == ".py" and any(exercise.file.name == written.name for exercise in kit.exercises):
        raise UsageError(f"{name!r} is not in the exercises; to grade another tree use --exercises DIR")
    raise UsageError(f"there is no exercise {name!r}; {_nearest(kit, written.stem or name)}")


def _files(exercise: Exercise) -> tuple[PurePath, ...]:
    file = PurePath(exercise.file)
    return file, file.with_suffix(""), PurePath(file.name)


def _real(path: Path) -> Path:
    """Absolute, links followed where that works: a loop of links is still a path."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def _nearest(kit: Kit, name: str) -> str:
    from difflib import get_close_matches  # only for a message

    known = [exercise.name for exercise in kit.exercises] + [chapter.id for chapter in kit.chapters]
    near = get_close_matches(name.lower(), known, 3, 0.6)
    near = near or [word for word in known if len(name) >= 3 and name.lower() in word][:3]
    all_of_them = "`turtles list` shows them all"
    return f"did you mean {_listed(near, 'or')}? {all_of_them}" if near else all_of_them


def _listed(words: Sequence[str], link: str) -> str:
    if len(words) > _MOST_NAMED:
        return f"{', '.join(words[:_MOST_NAMED])} {link} one of {len(words) - _MOST_NAMED} more"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {link} {words[-1]}"
