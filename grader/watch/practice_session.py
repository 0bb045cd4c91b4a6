"""What a learner does in ``turtles watch``: which exercise is open, what is judged, and what there is to see.

It knows no terminal: ``screen`` draws what is to be seen, and ``keys`` calls what is to be done.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial

from rich.console import Console

from grader.errors import TurtlesError
from grader.grade import Graded, recall
from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.load.practice_log import Practice
from grader.load.submission import Submission, read_submission, untouched
from grader.practice import next_step, progress, requests
from grader.report import exercise_list, terminal
from grader.report import hints_and_solutions as screens
from grader.report.page import count
from grader.result import PUBLIC_ONLY, ExerciseResult, Result, Verdict
from grader.watch.chooser import Chooser
from grader.watch.judge_process import Judge, TakenBack

Known = Mapping[Exercise, ExerciseResult | None]
Draw = Callable[[Console], object]


class View(Enum):
    """What the screen shows."""

    VERDICT = auto()
    HINTS = auto()
    SOLUTION = auto()
    DIFFERENCE = auto()
    RESULTS = auto()
    LIST = auto()
    QUESTION = auto()
    """Whether the file is to be reset; asked below whatever is there."""


@dataclass(frozen=True)
class Wanted:
    """What is to be judged."""

    exercises: tuple[Exercise, ...]
    everything: bool = False
    """Run also what was judged before and has not changed."""
    saved: bool = False
    """A save asked for it: then its verdict is what the learner wants to see, whatever is on the screen."""


class Session:
    """One learner, one exercise at a time. ``changed`` is called whenever there may be something new to see."""

    def __init__(self, kit: Kit, judge: Judge, known: Known, changed: Callable[[], None]) -> None:
        self.kit = kit
        self.exercise = kit.exercises[0]
        self.view = View.VERDICT
        self.draw: Draw = self._draw_verdict
        self.edition = 0
        """Another number for everything that ``draw`` draws."""
        self.note = ""
        """One line for the learner, until the next key or save."""
        self.judging: Wanted | None = None
        self.chooser = Chooser((), "")
        self._judge = judge
        self._known = dict(known)
        self._changed = changed
        self._practice = Practice(kit.state_folder)
        self._days = progress.days(kit)
        self._seen_here: dict[Exercise, tuple[str, ExerciseResult]] = {}
        """What was judged in this session, with the file's digest: for a kit that nothing can be written in."""
        self._notes_shown: set[str] = set()
        self._error = ""
        self._judged_at = ""
        self._recorded = (0, 0)
        self._since = 0.0
        self._before_question: tuple[View, Draw] = self.view, self.draw
        self._digest = ""
        """Of the open exercise's file, when it was last asked for."""
        self._wanted = Wanted(())
        self._wake = asyncio.Event()

    # --- what there is to see -----------------------------------------------------------------------------------------

    @property
    def progress_of_all(self) -> list[exercise_list.ExerciseProgress]:
        return progress.of_kit(self.kit, self._known)

    @property
    def summary(self) -> list[str]:
        """How far the learner is, in pieces, the more important first."""
        return exercise_list.summary(self.progress_of_all, self._days)

    @property
    def file(self) -> str:
        """The learner's file, as it can be typed."""
        return requests.seen(self.kit.exercise_file(self.exercise))

    def status(self, ellipsis: str) -> str:
        """What is going on, in one line."""
        if self.view is View.QUESTION:
            return f"put {self.exercise.name}.py back as it was handed out? what you wrote is kept"
        if self.judging is None:
            return self.note or " ".join(filter(None, [self.file, self._judged_at]))
        what = "everything" if len(self.judging.exercises) > 1 else self.judging.exercises[0].name
        done, total = self._recorded
        seconds = int(time.monotonic() - self._since)
        recorded = f", {done} of {total} recorded" if total > 1 else ""
        note = f"; {self.note}" if self.note else ""
        return f"judging {what} {ellipsis}{recorded}{f', {seconds} s' if seconds > 1 else ''}{note}"

    def _show(self, view: View, draw: Draw) -> None:
        self.view, self.draw = view, draw
        self._touch()

    def _touch(self) -> None:
        self.edition += 1
        self._changed()

    def say(self, note: str) -> None:
        """Tell the learner something, in one line."""
        self.note = note
        self._changed()

    def _progress(self) -> exercise_list.ExerciseProgress:
        return progress.of_exercise(self.exercise, self._known.get(self.exercise))

    def _draw_verdict(self, console: Console) -> None:
        result = self._known.get(self.exercise)
        if self._error:
            screens.render_next(self._progress(), [("file", self.file)], console)
            screens.say(["", self._error], console)
        elif result is None or (result.verdict is Verdict.UNTOUCHED and not result.checks):
            ways = [way for way in next_step.ways(self.kit, self.exercise) if way[0] in ("file", "run it", "read")]
            screens.render_next(self._progress(), ways, console)
        else:
            terminal.render_exercise(result, console, self._next_step)

    def _next_step(self, each: ExerciseResult) -> str:
        if each.verdict is Verdict.PASSED:
            following = self._following()
            onward = f"n goes on: {_titled(following)}" if following else next_step.all_passed(self.kit)
            compare = "s compares with the reference answer, h shows the hints"
            return f"{onward}\n{compare if requests.has_solutions(self.kit) else 'h shows the hints'}"
        if each.verdict is Verdict.INCONCLUSIVE:
            return "r judges it again"
        hint = "h for a hint" if self.kit.exercise(each.name).hints else ""
        if each.verdict is Verdict.UNTOUCHED:
            return "\n".join(filter(None, ["repair it and save it: every save is judged", hint]))
        return hint

    def _draw_results(self, result: Result, console: Console) -> None:
        titles = progress.titles(self.kit)
        terminal.render(result, console, named=False, chapters=titles, next_step=self._where_to_go)

    def _where_to_go(self, each: ExerciseResult) -> str:
        return "" if each.verdict is Verdict.PASSED else f"l and {each.name} goes there"

    # --- what the learner does ----------------------------------------------------------------------------------------

    def open(self, exercise: Exercise, *, saved: bool = False) -> None:
        """Go to an exercise, and judge it."""
        self.exercise, self._error, self._judged_at = exercise, "", ""
        self._refresh([exercise])
        self._show(View.VERDICT, self._draw_verdict)
        self._want_this(saved=saved)

    def go_on(self) -> None:
        """Go to the next exercise that has not passed, after this one or, at the end, from the start."""
        self._refresh()
        if following := self._following():
            self.open(following)
        elif requests.has_passed(self._known.get(self.exercise)):
            self.say(next_step.all_passed(self.kit))
        else:
            self.say("this is the last one that has not passed")

    def back(self) -> None:
        """Show the verdict."""
        self._show(View.VERDICT, self._draw_verdict)

    def run_again(self) -> None:
        """Judge the exercise once more, whether it has changed or not."""
        self.back()
        self._want_this(everything=True)

    def check_all(self) -> None:
        """Judge every exercise that has changed."""
        self._want([each for each in self.kit.exercises if not each.needs_newer_python])

    def hint(self) -> None:
        """Show the hints so far, and one more."""
        hints = requests.one_more_hint(self.exercise, self._known.get(self.exercise), self._practice)
        nudges = [screens.Nudge(each.text, each.link) for each in hints.shown]
        total, closing = len(self.exercise.hints), self._after_hints(hints)
        self._show(View.HINTS, lambda console: screens.render_hints(self._progress(), nudges, total, console, closing))

    def _after_hints(self, hints: requests.Hints) -> list[str]:
        if hints.left:
            return [f"h for the next one ({hints.left} left)"]
        last = "it has passed" if hints.passed else "that was the last hint" if hints.shown else "there is no hint"
        return [last, "s for the solution"] if requests.has_solutions(self.kit) else [last]

    def solution(self) -> None:
        """Show the reference answer, and when asked again, what it changes: after passing, or when asked twice."""
        try:
            source = requests.read_solution(self.kit, self.exercise)
            refusal = requests.refuse_solution(self.exercise, self._known.get(self.exercise), self._practice)
            if refusal:
                hints = f" and has {count(refusal.hints_left, 'hint')} left (h)" if refusal.hints_left else ""
                self.say(f"{self.exercise.name} has not passed yet{hints}; s again shows the solution")
            elif self.view is View.SOLUTION:
                lines = requests.diff(self.kit, self.exercise, source)
                same = ["your file and the reference answer are the same"]
                self._show(
                    View.DIFFERENCE, partial(screens.render_diff, lines) if lines else partial(screens.say, same)
                )
            else:
                source = requests.without_docstring(source)
                file = requests.seen(self.kit.solution_file(self.exercise))
                self._show(
                    View.SOLUTION,
                    lambda console: screens.render_solution(self._progress(), source, file, console),
                )
                self.say("s again shows what it changes in your file")
        except TurtlesError as error:
            self.say(str(error))

    def reset(self) -> None:
        """Put the file back as it was handed out; what the learner wrote is asked for first."""
        try:
            place = requests.look(self.kit, self.exercise)
        except TurtlesError as error:
            self.say(str(error))
            return
        if place is requests.FileState.AS_HANDED_OUT:
            self.say(f"{self.exercise.name}.py is as it was handed out")
        elif place is requests.FileState.NOTHING:
            self._reset_now()
        else:
            self._before_question = self.view, self.draw
            self._show(View.QUESTION, self.draw)

    def answer(self, *, yes: bool) -> None:
        """What the learner says to the question whether to reset."""
        if yes:
            self._reset_now()
        else:
            self._show(*self._before_question)
            self.say("nothing was changed")

    def _reset_now(self) -> None:
        try:
            kept = requests.reset(self.kit, self.exercise)
        except TurtlesError as error:
            self.back()
            self.say(str(error))
            return
        self.open(self.exercise)
        self.say(f"kept in {requests.seen(kept)}" if kept else f"{self.file} is back")

    def saved(self, exercises: Collection[Exercise]) -> None:
        """The files of these exercises were written, replaced, deleted or restored."""
        if self.exercise in exercises:
            changed = self._read(self.exercise).digest != self._digest
            if changed:
                self.note = ""
            if changed or not self.judging:
                self._want_this(saved=True)
        elif len(exercises) == 1:
            self._saved_another(next(iter(exercises)))

    def look(self) -> None:
        """Notice a save that nobody told of."""
        if self._read(self.exercise).digest != self._digest:
            self.saved([self.exercise])

    def _saved_another(self, exercise: Exercise) -> None:
        """Follow a learner who works on another exercise; a file that was only put back or taken away is no work."""
        submission = self._read(exercise)
        if submission.source is not None and not untouched(self.kit, exercise, submission):
            if exercise.needs_newer_python:
                self.say(f"{exercise.name} {exercise.needs_newer_python}")
            else:
                self.open(exercise, saved=True)

    # --- the list -----------------------------------------------------------------------------------------------------

    def open_list(self) -> None:
        """Show the exercises, to choose one."""
        self._refresh()
        self.chooser = Chooser(self.progress_of_all, self.exercise.name)
        self._show(View.LIST, self._draw_list)

    def narrow(self, change: Callable[[Chooser], None]) -> None:
        """Change what the list shows, or what is chosen in it."""
        change(self.chooser)
        self._touch()

    def choose(self) -> None:
        """Go to the exercise that is chosen in the list."""
        if not self.chooser.chosen:
            return
        exercise = self.kit.exercise(self.chooser.chosen)
        if exercise.needs_newer_python:
            self.say(f"{exercise.name} {exercise.needs_newer_python}")
        else:
            self.open(exercise)

    def _draw_list(self, console: Console) -> int:
        chooser = self.chooser
        if not chooser.shown:
            screens.say(["nothing matches"], console)
            return 0
        return exercise_list.render_choice(chooser.shown, console, progress.titles(self.kit), chooser.chosen)

    # --- judging ------------------------------------------------------------------------------------------------------

    async def serve(self) -> None:
        """Judge what is wanted, the latest only, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            wanted = self.judging = self._wanted
            self._recorded, self._since = (0, 0), time.monotonic()
            self._changed()
            names = [each.name for each in wanted.exercises]
            try:
                graded = await self._judge.judge(names, everything=wanted.everything, progress=self._progressed)
            except TakenBack:
                continue
            except TurtlesError as error:
                if not self._wake.is_set():  # else it is about what nobody wants any more
                    self._failed(wanted, str(error))
            else:
                self._learn(graded)
                if not self._wake.is_set():
                    self._judged(wanted, graded)
            finally:
                self.judging = None
                self._changed()

    def _want_this(self, *, everything: bool = False, saved: bool = False) -> None:
        self._want((self.exercise,), everything=everything, saved=saved)

    def _want(self, exercises: Sequence[Exercise], *, everything: bool = False, saved: bool = False) -> None:
        self._digest = self._read(self.exercise).digest
        self._wanted = Wanted(tuple(exercises), everything, saved)
        self._wake.set()
        self._judge.stop()

    def _progressed(self, done: int, total: int) -> None:
        self._recorded = done, total
        self._changed()

    def _learn(self, graded: Graded) -> None:
        for result in graded.result.exercises:
            exercise = self.kit.exercise(result.name)
            self._known[exercise] = result
            self._seen_here[exercise] = (self._read(exercise).digest, result)
        self._days = progress.days(self.kit)
        for note in (*graded.notes, *([PUBLIC_ONLY] if graded.result.public_only else [])):
            if not self.note and note not in self._notes_shown:
                self._notes_shown.add(note)
                self.note = note.replace(f"{self.kit.root}{os.sep}", "")

    def _judged(self, wanted: Wanted, graded: Graded) -> None:
        self._error = ""
        self._judged_at = time.strftime("judged at %H:%M:%S")
        if len(wanted.exercises) > 1:
            self._show(View.RESULTS, partial(self._draw_results, graded.result))
        else:
            self._arrived(wanted)

    def _failed(self, wanted: Wanted, error: str) -> None:
        if len(wanted.exercises) > 1:
            self.say(error)
        else:
            self._error, self._judged_at = f"not judged: {error}", ""
            self._known[self.exercise] = None
            self._arrived(wanted)

    def _arrived(self, wanted: Wanted) -> None:
        """There is news of the exercise: show it to whoever waits for it."""
        if wanted.saved or self.view is View.VERDICT:
            self.back()
        else:
            self._touch()

    # --- what is known ------------------------------------------------------------------------------------------------

    def _following(self) -> Exercise | None:
        """The next that has not passed, after this one and then from the start; never this one."""
        exercises = self.kit.exercises
        here = exercises.index(self.exercise)
        others = [*exercises[here + 1 :], *exercises[:here]]
        open_ones = (each for each in others if not each.needs_newer_python)
        return next((each for each in open_ones if not requests.has_passed(self._known.get(each))), None)

    def _refresh(self, exercises: Sequence[Exercise] | None = None) -> None:
        """Know what was graded elsewhere, and which files have changed: of these exercises, or (None) of all."""
        for exercise, found in recall(self.kit, exercises).items():
            digest, here = self._seen_here.get(exercise, ("", None))
            unseen = found is None or not found.checks
            self._known[exercise] = here if here and unseen and self._read(exercise).digest == digest else found

    def _read(self, exercise: Exercise) -> Submission:
        return read_submission(self.kit.exercise_file(exercise), f"exercises/{exercise.file}")


def _titled(exercise: Exercise) -> str:
    return f"{exercise.chapter.partition('_')[0]} {exercise.name} · {exercise.title}"
