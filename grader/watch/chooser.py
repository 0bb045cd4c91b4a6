"""The list to choose an exercise from: what is typed narrows it down."""

from __future__ import annotations

from collections.abc import Sequence

from grader.report.exercise_list import ExerciseProgress, so_far


class Chooser:
    """Which exercises match what was typed, and which of them is chosen."""

    def __init__(self, exercises: Sequence[ExerciseProgress], start: str) -> None:
        self.everything = exercises
        self.text = ""
        self.shown: Sequence[ExerciseProgress] = exercises
        self.chosen = start
        """The name of one that is shown; empty when none is."""

    def type(self, text: str) -> None:
        """Narrow the list down to what has every word of the text, in any order."""
        self._filter(self.text + "".join(character for character in text if character.isprintable()))

    def erase(self) -> None:
        """Take the last character back."""
        self._filter(self.text[:-1])

    def clear(self) -> None:
        """Show everything again."""
        self._filter("")

    def move(self, lines: int) -> None:
        """Choose another one, further down or (negative) up; it stops at the ends."""
        names = [exercise.name for exercise in self.shown]
        if names:
            self.chosen = names[min(max(names.index(self.chosen) + lines, 0), len(names) - 1)]

    def _filter(self, text: str) -> None:
        self.text = text
        words = text.lower().split()
        self.shown = [exercise for exercise in self.everything if all(word in _sought(exercise) for word in words)]
        names = [exercise.name for exercise in self.shown]
        if self.chosen not in names:
            # The best is one whose name begins so, as with `turtles grade`.
            begun = [name for name in names if words and name.startswith(words[0])]
            self.chosen = next(iter(begun or names), "")


def _sought(exercise: ExerciseProgress) -> str:
    return f"{exercise.chapter} {exercise.name} {exercise.title} {so_far(exercise)}".lower()
