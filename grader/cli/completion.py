"""What a shell completes after ``turtles``: names of exercises, chapters and kinds of mistake.

``turtles --install-completion`` sets it up. Where there is no kit, there is nothing to complete, and no error.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.errors import TurtlesError
from grader.load.kit import Kit, find_root, load_kit

Completions = list[tuple[str, str]]
"""Words, each with what a shell may show beside it."""


def complete_exercise(incomplete: str) -> Completions:
    """Exercises and chapters."""
    return [each for kit in _kit() for each in [*_exercises(kit), *_chapters(kit)] if each[0].startswith(incomplete)]


def complete_chapter(incomplete: str) -> Completions:
    """Chapters."""
    return [each for kit in _kit() for each in _chapters(kit) if each[0].startswith(incomplete)]


def complete_mistake(incomplete: str) -> Completions:
    """Kinds of mistake that have a page."""
    from grader.load.mistake_pages import mistake_names

    return [(name, "") for kit in _kit() for name in mistake_names(kit) if name.startswith(incomplete)]


def _kit() -> Iterator[Kit]:
    """The kit that the user is in, if any."""
    try:
        yield load_kit(find_root(Path.cwd()))
    except TurtlesError:
        return


def _exercises(kit: Kit) -> Iterator[tuple[str, str]]:
    return ((exercise.name, exercise.title) for exercise in kit.exercises)


def _chapters(kit: Kit) -> Iterator[tuple[str, str]]:
    return ((chapter.id, chapter.title) for chapter in kit.chapters)
