"""What a learner does in ``turtles watch``: which exercise is open, what is judged, and what there is to see.

It knows no terminal: ``screen`` draws what is to be seen, and ``key_bindings`` calls what is to be done.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from rich.console import Console

from grader.errors import TurtlesError
from grader.files import typed_path
from grader.grade import Graded
from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.load.mistake_pages import mistake_names, mistake_page
from grader.load.practice_log import Practice
from grader.load.submission import untouched
from grader.practice import next_step, reference_answer, reset
from grader.practice.hints import one_more_hint
from grader.report import exercise_list, mistake
from grader.report import hints_and_solutions as screens
from grader.result import PUBLIC_ONLY, ExerciseResult
from grader.text import count
from grader.watch import views
from grader.watch.chooser import Chooser
from grader.watch.judge_process import Judge
from grader.watch.judging import Judging, Wanted
from grader.watch.knowledge import Knowledge
from grader.watch.views import Draw, View


class Session:
    """One learner, one exercise at a time. ``changed`` is called whenever there may be something new to see."""

    def __init__(
        self,
        kit: Kit,
        judge: Judge,
        known: Mapping[Exercise, ExerciseResult | None],
        changed: Callable[[], None],
    ) -> None:
        self.kit = kit
        self.exercise = kit.exercises[0]
        self.view = View.VERDICT
        self.draw: Draw = self._draw_verdict
        self.edition = 0
        """Another number for everything that ``draw`` draws."""
        self.note = ""
        """One line for the learner, until the next key or save."""
        self.chooser = Chooser((), "")
        self.changed = changed
        self._knowledge = Knowledge(kit, known)
        self._judging = Judging(judge, self)
        self._practice = Practice(kit.state_folder)
        self._notes_shown: set[str] = set()
        self._error = ""
        self._folded = True
        self._explained = 0
        """Which of the recognised mistakes is shown."""
        self._run_shown = 0
        """Which of the recorded runs is shown."""
        self._judged_at = ""
        self._before_question: tuple[View, Draw] = self.view, self.draw
        self._digest = ""
        """Of the open exercise's file, when it was last asked for."""

    # --- what there is to see -----------------------------------------------------------------------------------------

    @property
    def progress_of_all(self) -> list[exercise_list.ExerciseProgress]:
        """How far every exercise is, in the kit's order."""
        return self._knowledge.progress_of_all

    @property
    def summary(self) -> list[str]:
        """How far the learner is, in pieces, the more important first."""
        return self._knowledge.summary

    @property
    def judging(self) -> Wanted | None:
        """What is being judged."""
        return self._judging.under_way

    @property
    def file(self) -> str:
        """The learner's file, as it can be typed."""
        return typed_path(self.kit.exercise_file(self.exercise))

    def status(self, ellipsis: str) -> str:
        """What is going on, in one line."""
        if self.view is View.QUESTION:
            return f"put {self.exercise.name}.py back as it was handed out? what you wrote is kept"
        if self.judging is None:
            return self.note or " ".join(filter(None, [self.file, self._judged_at]))
        return self._judging.status(self.judging, ellipsis) + (f"; {self.note}" if self.note else "")

    def say(self, note: str) -> None:
        """Tell the learner something, in one line."""
        self.note = note
        self.changed()

    def _show(self, view: View, draw: Draw) -> None:
        self.view, self.draw = view, draw
        self._touch()

    def _touch(self) -> None:
        self.edition += 1
        self.changed()

    def _draw_verdict(self, console: Console) -> None:
        views.draw_verdict(self.kit, self._knowledge, self.exercise, self._error, console, folded=self._folded)

    def _draw_list(self, console: Console) -> int:
        return views.draw_list(self.kit, self.chooser, console)

    # --- going from one to the other ----------------------------------------------------------------------------------

    def open(self, exercise: Exercise, *, saved: bool = False) -> None:
        """Go to an exercise, and judge it."""
        self.exercise, self._error, self._judged_at = exercise, "", ""
        self._knowledge.refresh([exercise])
        self.back()
        self._want_this(saved=saved)

    def go_on(self) -> None:
        """Go to the next exercise that has not passed, after this one or, at the end, from the start."""
        self._knowledge.refresh()
        if following := self._knowledge.following(self.exercise):
            self.open(following)
        elif self._knowledge.has_passed(self.exercise):
            self.say(next_step.all_passed(self.kit))
        else:
            self.say("this is the last one that has not passed")

    def back(self) -> None:
        """Show the verdict."""
        self._show(View.VERDICT, self._draw_verdict)

    def fold(self) -> None:
        """Show every failure in full, or again only the first."""
        self._folded = self.view is View.VERDICT and not self._folded
        self.back()

    def open_list(self) -> None:
        """Show the exercises, to choose one."""
        self._knowledge.refresh()
        self.chooser = Chooser(self.progress_of_all, self.exercise.name)
        self._show(View.LIST, self._draw_list)

    def narrow(self, change: Callable[[Chooser], None]) -> None:
        """Change what the list shows, or what is chosen in it."""
        change(self.chooser)
        self._touch()

    def choose(self) -> None:
        """Go to the exercise that is chosen in the list."""
        if self.chooser.chosen:
            self._open_if_it_runs(self.kit.exercise(self.chooser.chosen))

    def _open_if_it_runs(self, exercise: Exercise, *, saved: bool = False) -> None:
        if exercise.needs_newer_python:
            self.say(f"{exercise.name} {exercise.needs_newer_python}")
        else:
            self.open(exercise, saved=saved)

    # --- what the learner asks for ------------------------------------------------------------------------------------

    def run_again(self) -> None:
        """Judge the exercise once more, whether it has changed or not."""
        self.back()
        self._want_this(everything=True)

    def check_all(self) -> None:
        """Judge every exercise that has changed."""
        self._want([exercise for exercise in self.kit.exercises if not exercise.needs_newer_python])

    def hint(self) -> None:
        """Show the hints so far, and one more."""
        hints = one_more_hint(self.exercise, self._knowledge.of(self.exercise), self._practice)
        nudges = [screens.Nudge(hint.text, hint.link) for hint in hints.shown]
        total, closing = len(self.exercise.hints), views.after_hints(self.kit, hints)
        self._show(View.HINTS, lambda console: screens.render_hints(self._progress(), nudges, total, console, closing))

    def explain(self) -> None:
        """Show the page of the mistake that the exercise shows; asked again, of the next one."""
        result = self._knowledge.of(self.exercise)
        names = [name for name in (result.mistakes if result else ()) if name in mistake_names(self.kit)]
        if not names:
            self.say("no kind of mistake that has a page was recognised here")
            return
        self._explained = (self._explained + 1) % len(names) if self.view is View.MISTAKE else 0
        text = mistake_page(self.kit, names[self._explained]).text
        self._show(View.MISTAKE, partial(mistake.render_page, text))
        if len(names) > 1:
            self.say("e again shows the other kind that was recognised")

    def output(self) -> None:
        """Show what the program printed in the run behind the first failed check; asked again, in the next one."""
        runs = views.printed_runs(self._knowledge.of(self.exercise))
        if not runs:
            self.say("no recorded run of a failed check is known here; v runs the program")
            return
        self._run_shown = (self._run_shown + 1) % len(runs) if self.view is View.OUTPUT else 0
        self._show(View.OUTPUT, partial(views.draw_output, runs[self._run_shown]))
        if len(runs) > 1:
            self.say(f"recorded run {self._run_shown + 1} of {len(runs)}: p again shows the next one")

    def task(self) -> None:
        """Show the task, and when asked again, the chapter's page."""
        if self.view is View.TASK:
            self._show(View.CHAPTER, partial(mistake.render_page, views.chapter_page(self.kit, self.exercise)))
            return
        text = views.task_of(self.kit, self.exercise)
        self._show(View.TASK, partial(screens.render_text, text))
        self.say("t again shows the chapter's page")

    def solution(self) -> None:
        """Show the reference answer, and when asked again, what it changes: after passing, or when asked twice."""
        try:
            source = reference_answer.read_solution(self.kit, self.exercise)
            known = self._knowledge.of(self.exercise)
            refusal = reference_answer.refuse_solution(self.exercise, known, self._practice)
            if refusal:
                hints = f" and has {count(refusal.hints_left, 'hint')} left (h)" if refusal.hints_left else ""
                self.say(f"{self.exercise.name} has not passed yet{hints}; s again shows the solution")
            elif self.view is View.SOLUTION:
                self._show_difference(source)
            else:
                self._show_solution(source)
        except TurtlesError as error:
            self.say(str(error))

    def _show_difference(self, source: str) -> None:
        lines = reference_answer.diff(self.kit, self.exercise, source)
        same = ["your file and the reference answer are the same"]
        self._show(View.DIFFERENCE, partial(screens.render_diff, lines) if lines else partial(screens.say, same))

    def _show_solution(self, source: str) -> None:
        source = reference_answer.without_docstring(source)
        file = typed_path(self.kit.solution_file(self.exercise))
        self._show(View.SOLUTION, lambda console: screens.render_solution(self._progress(), source, file, console))
        self.say("s again shows what it changes in your file")

    def _progress(self) -> exercise_list.ExerciseProgress:
        return self._knowledge.progress_of(self.exercise)

    def reset(self) -> None:
        """Put the file back as it was handed out; what the learner wrote is asked for first."""
        try:
            state = reset.look(self.kit, self.exercise)
        except TurtlesError as error:
            self.say(str(error))
            return
        if state is reset.FileState.AS_HANDED_OUT:
            self.say(f"{self.exercise.name}.py is as it was handed out")
        elif state is reset.FileState.NOTHING:
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
            kept = reset.reset(self.kit, self.exercise)
        except TurtlesError as error:
            self.back()
            self.say(str(error))
            return
        self.open(self.exercise)
        self.say(f"kept in {typed_path(kept)}" if kept else f"{self.file} is back")

    # --- saves --------------------------------------------------------------------------------------------------------

    def saved(self, exercises: Collection[Exercise]) -> None:
        """The files of these exercises were written, replaced, deleted or restored."""
        if self.exercise in exercises:
            changed = self._has_changed()
            if changed:
                self.note = ""
            if changed or not self.judging:
                self._want_this(saved=True)
        elif len(exercises) == 1:
            self._saved_another(next(iter(exercises)))

    def look(self) -> None:
        """Notice a save that nobody told of."""
        if self._has_changed():
            self.saved([self.exercise])

    def _has_changed(self) -> bool:
        return self._knowledge.read(self.exercise).digest != self._digest

    def _saved_another(self, exercise: Exercise) -> None:
        """Follow a learner who works on another exercise; a file that was only put back or taken away is no work."""
        submission = self._knowledge.read(exercise)
        if submission.source is not None and not untouched(self.kit, exercise, submission):
            self._open_if_it_runs(exercise, saved=True)

    # --- judging ------------------------------------------------------------------------------------------------------

    async def serve(self) -> None:
        """Judge what is wanted, the latest only, until cancelled."""
        await self._judging.serve()

    def _want_this(self, *, everything: bool = False, saved: bool = False) -> None:
        self._want((self.exercise,), everything=everything, saved=saved)

    def _want(self, exercises: Sequence[Exercise], *, everything: bool = False, saved: bool = False) -> None:
        self._digest = self._knowledge.read(self.exercise).digest
        self._judging.want(Wanted(tuple(exercises), everything, saved))

    def learn(self, graded: Graded) -> None:
        """As ``Listener`` has it."""
        self._knowledge.learn(graded.result)
        for note in (*graded.notes, *([PUBLIC_ONLY] if graded.result.public_only else [])):
            if not self.note and note not in self._notes_shown:
                self._notes_shown.add(note)
                self.note = note.replace(f"{self.kit.root}{os.sep}", "")

    def judged(self, wanted: Wanted, graded: Graded) -> None:
        """As ``Listener`` has it."""
        self._error = ""
        self._judged_at = time.strftime("judged at %H:%M:%S")
        if len(wanted.exercises) > 1:
            self._show(View.RESULTS, partial(views.draw_results, self.kit, graded.result))
        else:
            self._arrived(wanted)

    def failed(self, wanted: Wanted, error: str) -> None:
        """As ``Listener`` has it."""
        if len(wanted.exercises) > 1:
            self.say(error)
        else:
            self._error, self._judged_at = f"not judged: {error}", ""
            self._knowledge.forget(self.exercise)
            self._arrived(wanted)

    def _arrived(self, wanted: Wanted) -> None:
        """There is news of the exercise: show it to those who wait for it."""
        if wanted.saved or self.view is View.VERDICT:
            self.back()
        else:
            self._touch()
