"""What is known of the learner's files: from memory, and from what was judged in this session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.grade import recall
from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.load.submission import Submission, read_learners_file
from grader.practice import progress
from grader.report import exercise_list
from grader.result import ExerciseResult, Result


class Knowledge:
    """What is known of every exercise; None of one that has to be judged first."""

    def __init__(self, kit: Kit, known: Mapping[Exercise, ExerciseResult | None]) -> None:
        self._kit = kit
        self._known = dict(known)
        self._days = progress.days(kit)
        self._judged_here: dict[Exercise, tuple[str, ExerciseResult]] = {}
        """What was judged in this session, with the file's digest: for a kit that nothing can be written in."""

    def of(self, exercise: Exercise) -> ExerciseResult | None:
        """What is known of an exercise."""
        return self._known.get(exercise)

    def has_passed(self, exercise: Exercise) -> bool:
        """Whether what is known of an exercise is that it passed."""
        return progress.has_passed(self.of(exercise))

    def progress_of(self, exercise: Exercise) -> exercise_list.ExerciseProgress:
        """How far an exercise is."""
        return progress.of_exercise(exercise, self.of(exercise))

    @property
    def progress_of_all(self) -> list[exercise_list.ExerciseProgress]:
        """How far every exercise is, in the kit's order."""
        return progress.of_kit(self._kit, self._known)

    @property
    def summary(self) -> list[str]:
        """How far the learner is, in pieces, the more important first."""
        return exercise_list.summary(self.progress_of_all, self._days)

    def following(self, exercise: Exercise) -> Exercise | None:
        """The next that has not passed, after this one and then from the start; never this one."""
        exercises = self._kit.exercises
        here = exercises.index(exercise)
        others = [*exercises[here + 1 :], *exercises[:here]]
        return next((other for other in others if not (other.needs_newer_python or self.has_passed(other))), None)

    def refresh(self, exercises: Sequence[Exercise] | None = None) -> None:
        """Take note of what was graded elsewhere, and of files that changed: these exercises', or (None) all."""
        for exercise, found in recall(self._kit, exercises).items():
            digest, here = self._judged_here.get(exercise, ("", None))
            unseen = found is None or not found.checks
            self._known[exercise] = here if here and unseen and self.read(exercise).digest == digest else found

    def learn(self, result: Result) -> None:
        """Take note of what was judged just now."""
        for judged in result.exercises:
            exercise = self._kit.exercise(judged.name)
            self._known[exercise] = judged
            self._judged_here[exercise] = (self.read(exercise).digest, judged)
        self._days = progress.days(self._kit)

    def forget(self, exercise: Exercise) -> None:
        """Take note that an exercise has to be judged."""
        self._known[exercise] = None

    def read(self, exercise: Exercise) -> Submission:
        """The learner's file as it is now."""
        return read_learners_file(self._kit, exercise)
