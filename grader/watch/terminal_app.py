"""``turtles watch``: the screen, the keys, the saves and the judge, put together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Coroutine
from typing import Any

from prompt_toolkit.application import Application, in_terminal
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import FormattedTextControl, Layout, Window
from prompt_toolkit.output import ColorDepth

from grader.errors import UsageError
from grader.files import typed_path
from grader.grade import Interrupted, recall
from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.practice.progress import next_exercise
from grader.practice.shown_run import show_run
from grader.report.terminal import make_console
from grader.watch.editor import Editor, find_editor
from grader.watch.judge_process import Judge
from grader.watch.key_bindings import make_bindings
from grader.watch.practice_session import Session
from grader.watch.saves import saves
from grader.watch.screen import Screen

_TICK_S = 1.0
"""How often the seconds beside "judging" are brought up to date."""

_LOOK_S = 0.5
"""How often the open file is looked at, for saves that the system does not tell of: on a network, in a new folder."""


class Terminated(Interrupted):
    """Somebody ended the command with SIGTERM."""

    exit_status = 128 + signal.SIGTERM


def watch(kit: Kit, judge: Judge, first: Exercise | None, *, color: bool) -> list[str]:
    """Let the learner practise, from ``first`` (None: what comes next) until they quit.

    Returns how far they are, in pieces. Raises ``Interrupted`` for Ctrl-C and ``Terminated``; the terminal is then as
    it was before.
    """
    return asyncio.run(_Watch(kit, judge, color=color).run(first))


class _Watch:
    """What happens between the first screen and the last."""

    def __init__(self, kit: Kit, judge: Judge, *, color: bool) -> None:
        self._kit = kit
        self._judge = judge
        self._color = color
        self._editing = False
        """Whether something else has the terminal: an editor, or the learner's program."""
        self._tasks: list[asyncio.Task[None]] = []
        self._session = session = Session(kit, judge, recall(kit), self._changed)
        self._screen = screen = Screen(session, color=color, encoding=sys.stdout.encoding)
        self._app: Application[None] = Application(
            layout=Layout(Window(FormattedTextControl(self._text, show_cursor=False), always_hide_cursor=True)),
            key_bindings=make_bindings(
                session,
                screen,
                quit_=self._end,
                interrupt=self._interrupt,
                edit=lambda: self._start(self._edit()),
                show_run=lambda: self._start(self._show_run()),
            ),
            full_screen=True,
            color_depth=ColorDepth.DEPTH_4_BIT if color else ColorDepth.DEPTH_1_BIT,
            refresh_interval=_TICK_S,
        )
        self._app.ttimeoutlen = 0.05  # seconds until an escape is the key and not the start of another one

    async def run(self, first: Exercise | None) -> list[str]:
        session = self._session
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: self._end(Terminated("ended")))
        coming = first or next_exercise(self._kit, recall(self._kit))
        try:
            session.open(coming or self._last())
            self._start(session.serve())
            self._start(self._follow())
            self._start(self._look())
            with contextlib.suppress(EOFError):  # the terminal is gone
                await self._app.run_async()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._judge.close()
        return session.summary

    def _last(self) -> Exercise:
        """Where everything has passed."""
        return [exercise for exercise in self._kit.exercises if not exercise.needs_newer_python][-1]

    def _text(self) -> StyleAndTextTuples:
        size = self._app.output.get_size()
        fragments: StyleAndTextTuples = []
        for line in self._screen.lines(size.columns, size.rows):
            fragments += [*line, ("", "\n")]
        return fragments[:-1]

    def _changed(self) -> None:
        self._app.invalidate()

    def _end(self, error: BaseException | None = None) -> None:
        if self._app.is_running and self._app.future and not self._app.future.done():
            self._app.exit(exception=error) if error else self._app.exit()

    def _interrupt(self) -> None:
        if not self._editing:  # an editor has the terminal then, and Ctrl-C with it
            self._end(Interrupted("stopped"))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside the screen; if it fails, so does the command."""

        async def guarded() -> None:
            try:
                await work
            except Exception as error:
                self._end(error)

        self._tasks.append(asyncio.get_running_loop().create_task(guarded()))

    async def _follow(self) -> None:
        try:
            async for exercises in saves(self._kit):
                self._session.saved(exercises)
        except (OSError, RuntimeError) as error:
            self._session.say(f"a save may be noticed a little later, and only of this exercise: {error}")

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            self._session.look()

    async def _edit(self) -> None:
        editor, file = find_editor(os.environ), self._kit.exercise_file(self._session.exercise)
        if editor is None:
            self._session.say(f"no editor is known: set EDITOR, or open {typed_path(file)}")
        elif editor.own_window:
            self._session.say(_run(editor, str(file), detached=True) or f"opened in {editor.name}")
        elif not self._editing:
            self._editing = True
            try:
                async with in_terminal():
                    problem = await asyncio.to_thread(_run, editor, str(file), detached=False)
            finally:
                self._editing = False
            self._session.say(problem)

    async def _show_run(self) -> None:
        """Run the file in the terminal, and come back when the learner has seen it."""
        if self._editing:
            return
        self._editing = True
        try:
            async with in_terminal():
                await asyncio.to_thread(_run_and_wait, self._kit, self._session.exercise, color=self._color)
        finally:
            self._editing = False


def _run_and_wait(kit: Kit, exercise: Exercise, *, color: bool) -> None:
    print("\033[2J\033[H", end="")
    try:
        show_run(kit, exercise, make_console(color=color))
    except UsageError as error:
        print(error)
    with contextlib.suppress(EOFError, KeyboardInterrupt, UnicodeDecodeError):
        input("\npress Enter to go back ")


def _run(editor: Editor, file: str, *, detached: bool) -> str:
    """Open a file, and wait until it is closed unless ``detached``. Returns what went wrong, for the learner."""
    nothing = subprocess.DEVNULL if detached else None
    try:
        process = subprocess.Popen(
            [*editor.command, file], stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=detached
        )
    except OSError as error:
        return f"{editor.name} cannot be started: {error.strerror or error}"
    if not detached:
        process.wait()
    return ""
