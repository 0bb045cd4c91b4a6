"""Which key does what."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import methodcaller

from prompt_toolkit.filters import Always, Condition, Filter
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys

from grader.watch.chooser import Chooser
from grader.watch.practice_session import Session
from grader.watch.screen import Screen
from grader.watch.views import View

_MANY = 10
"""Exercises that a page of the list stands for."""


def make_bindings(
    session: Session,
    screen: Screen,
    *,
    quit_: Callable[[], None],
    interrupt: Callable[[], None],
    edit: Callable[[], None],
    show_run: Callable[[], None],
) -> KeyBindings:
    """``quit_`` for q, ``interrupt`` for Ctrl-C in any form, ``edit`` to open the file in an editor,
    ``show_run`` to run it.
    """
    bindings = KeyBindings()
    bind = _Binder(bindings, session)
    in_list = Condition(lambda: session.view is View.LIST)
    asked = Condition(lambda: session.view is View.QUESTION)
    reading = ~in_list & ~asked

    for key, command in {
        "n": session.go_on,
        "h": session.hint,
        "l": session.open_list,
        "r": session.run_again,
        "e": session.explain,
        "t": session.task,
        "f": session.fold,
        "p": session.output,
        "v": show_run,
        "o": edit,
        "s": session.solution,
        "x": session.reset,
        "c": session.check_all,
        "q": quit_,
    }.items():
        bind(command, reading, key, key.upper())
    bind(session.back, reading, Keys.Escape)
    bind(lambda: screen.scroll(-1), reading, Keys.Up, "k")
    bind(lambda: screen.scroll(1), reading, Keys.Down, "j")
    bind(lambda: screen.scroll_page(-1), reading, Keys.PageUp)
    bind(lambda: screen.scroll_page(1), reading, Keys.PageDown, " ")

    bind(lambda: session.answer(yes=True), asked, "y", "Y")
    bind(lambda: session.answer(yes=False), asked, "n", "N", Keys.Escape)

    bind(session.choose, in_list, Keys.Enter)
    bind(lambda: session.narrow(Chooser.erase), in_list, Keys.Backspace)
    bind(lambda: session.narrow(Chooser.clear), in_list, Keys.ControlU)
    bind(lambda: session.narrow(Chooser.clear) if session.chooser.text else session.back(), in_list, Keys.Escape)
    for key, lines in ((Keys.Up, -1), (Keys.Down, 1), (Keys.PageUp, -_MANY), (Keys.PageDown, _MANY)):
        bind(partial(session.narrow, methodcaller("move", lines)), in_list, key)

    @bindings.add(Keys.Any, filter=in_list)
    @bindings.add(Keys.BracketedPaste, filter=in_list)
    def _(event: KeyPressEvent) -> None:
        session.note = ""
        session.narrow(methodcaller("type", event.data))

    bind(interrupt, Always(), Keys.ControlC, Keys.SIGINT)
    bindings.add(Keys.ControlZ)(lambda event: event.app.suspend_to_background())
    return bindings


class _Binder:
    """Binds keys to commands; each of them takes the note of the one before from the screen."""

    def __init__(self, bindings: KeyBindings, session: Session) -> None:
        self._bindings = bindings
        self._session = session

    def __call__(self, command: Callable[[], object], when: Filter, *keys: Keys | str) -> None:
        def pressed(_: KeyPressEvent) -> None:
            self._session.note = ""
            command()

        for key in keys:
            # Eager: nothing waits for what may follow an escape.
            self._bindings.add(key, filter=when, eager=True)(pressed)
