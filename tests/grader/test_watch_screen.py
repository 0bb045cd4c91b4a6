"""What ``turtles watch`` shows, and what it does, without a terminal: any size, the list, the editor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import pytest

from grader.grade import Graded, recall
from grader.load.kit import load_kit
from grader.report.exercise_list import ExerciseProgress
from grader.result import Check, CheckVerdict, ExerciseResult, Result, Verdict
from grader.text import width
from grader.watch.chooser import Chooser
from grader.watch.editor import find_editor
from grader.watch.judge_process import Judge, TakenBack
from grader.watch.practice_session import Session
from grader.watch.screen import Screen
from grader.watch.views import View
from tests.grader.kits import SOLVED, make_kit, write

CHAPTERS = {"01_first": ["hello"], "02_together": ["two_tasks", "three_tasks"]}
HOSTILE = "\x1b[2J\x1b]0;mine\x07 [red]x[/red] 宽宽宽 " + "long " * 40


class ScriptedJudge:
    """Says that every exercise failed; until ``go`` is set it is still at work."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], bool]] = []
        self.checks: tuple[Check, ...] = (Check("it is done", CheckVerdict.FAILED, 0, 3, HOSTILE),)
        self.calls: asyncio.Queue[None] = asyncio.Queue()
        self.go = asyncio.Event()
        self.news = asyncio.Event()
        self._taken_back = asyncio.Event()

    async def judge(self, names: Sequence[str], *, everything: bool, progress: Callable[[int, int], None]) -> Graded:
        self.asked.append((tuple(names), everything))
        self.calls.put_nowait(None)
        self._taken_back.clear()
        progress(0, len(names))
        going, back = asyncio.ensure_future(self.go.wait()), asyncio.ensure_future(self._taken_back.wait())
        await asyncio.wait([going, back], return_when=asyncio.FIRST_COMPLETED)
        going.cancel()
        back.cancel()
        if self._taken_back.is_set():
            raise TakenBack
        return Graded(
            Result(
                "1", "3.11.0", "2026-01-01T00:00:00Z", 1.0, "none", tuple(failed(name, self.checks) for name in names)
            )
        )

    def stop(self) -> None:
        self._taken_back.set()


def failed(name: str, checks: tuple[Check, ...]) -> ExerciseResult:
    chapter = "01_first" if name == "hello" else "02_together"
    path = f"exercises/{chapter}/{name}.py"
    return ExerciseResult(name, "Two tasks at once", chapter, path, Verdict.FAILED, 0, 3, 1.0, checks)


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = make_kit(tmp_path, CHAPTERS)
    monkeypatch.chdir(root)
    return root


def start(root: Path) -> tuple[Session, ScriptedJudge]:
    judge, kit = ScriptedJudge(), load_kit(root)
    return Session(kit, cast("Judge", judge), recall(kit), judge.news.set), judge


def hello(root: Path) -> Path:
    return root / "exercises" / "01_first" / "hello.py"


async def serving(session: Session, judge: ScriptedJudge, work: Callable[[], None]) -> None:
    """Do the work while the session is served, until the judge has been asked and has answered."""
    task = asyncio.create_task(session.serve())
    work()
    await judge.calls.get()
    judge.go.set()
    while session.judging:
        judge.news.clear()
        await judge.news.wait()
    judge.go.clear()
    task.cancel()


SIZES = [(columns, rows) for columns in (1, 2, 7, 20, 33, 80, 130) for rows in (1, 2, 3, 5, 8, 14, 24, 50)]


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_every_view_fits_every_size(kit: Path, encoding: str) -> None:
    async def use() -> None:
        session, judge = start(kit)
        screen = Screen(session, color=True, encoding=encoding)
        await serving(session, judge, lambda: session.open(session.kit.exercise("hello")))
        write(hello(kit), SOLVED)
        views = [
            session.back,
            session.fold,
            session.hint,
            session.open_list,
            session.back,
            session.reset,
            session.solution,
        ]
        for show in [*views, session.solution, session.solution]:
            show()
            for columns, rows in SIZES:
                lines = screen.lines(columns, rows)
                assert len(lines) == rows, (show, columns, rows)
                text = ["".join(piece[1] for piece in line) for line in lines]
                # A character that takes two columns goes into one no more than on any other terminal.
                assert max(map(width, text)) <= max(columns, 2), (show, columns, rows)
                assert not set("".join(text)) & set("\x1b\x07\n\r")
                screen.scroll_page(1)

    asyncio.run(use())


def test_only_the_last_of_several_saves_is_judged(kit: Path) -> None:
    async def use() -> list[tuple[tuple[str, ...], bool]]:
        session, judge = start(kit)

        def work() -> None:
            session.open(session.kit.exercise("hello"))
            for number in range(5):
                write(hello(kit), f"# {number}\n")
                session.saved([session.exercise])

        await serving(session, judge, work)
        return judge.asked

    assert asyncio.run(use()) == [(("hello",), False)]


def test_a_save_while_it_is_judged_takes_that_back_and_the_same_again_does_not(kit: Path) -> None:
    async def use() -> list[tuple[tuple[str, ...], bool]]:
        session, judge = start(kit)
        task = asyncio.create_task(session.serve())
        session.open(session.kit.exercise("hello"))
        await judge.calls.get()
        session.saved([session.exercise])
        session.look()
        write(hello(kit), SOLVED)
        session.look()
        await judge.calls.get()
        session.run_again()
        await judge.calls.get()
        session.check_all()
        await judge.calls.get()
        task.cancel()
        return judge.asked

    one = ("hello",)
    assert asyncio.run(use()) == [(one, False), (one, False), (one, True), ((*one, "two_tasks", "three_tasks"), False)]


def test_a_verdict_that_nobody_saved_for_leaves_the_list_open(kit: Path) -> None:
    async def use() -> None:
        session, judge = start(kit)

        def begin() -> None:
            session.open(session.kit.exercise("hello"))
            session.open_list()

        await serving(session, judge, begin)
        views = [session.view]
        write(hello(kit), SOLVED)
        await serving(session, judge, lambda: session.saved([session.exercise]))
        assert [*views, session.view] == [View.LIST, View.VERDICT]

    asyncio.run(use())


def test_every_failure_is_in_full_at_a_key_and_the_first_alone_at_the_same_key_again(kit: Path) -> None:
    async def use() -> None:
        session, judge = start(kit)
        screen = Screen(session, color=False, encoding="utf-8")
        judge.checks = tuple(Check(f"it is {n}", CheckVerdict.FAILED, 0, 1, f"it was {n + 5}") for n in range(3))
        write(hello(kit), SOLVED)
        await serving(session, judge, lambda: session.open(session.kit.exercise("hello")))

        def told() -> list[int]:
            text = "\n".join("".join(piece[1] for piece in line) for line in screen.lines(80, 24))
            assert all(f"it is {n}" in text for n in range(3))
            return [n for n in range(3) if f"it was {n + 5}" in text]

        assert told() == [0]
        session.fold()
        assert told() == [0, 1, 2]
        session.fold()
        assert told() == [0]
        session.hint()
        session.fold()
        assert told() == [0, 1, 2]

    asyncio.run(use())


def test_whoever_saves_another_exercise_is_followed_there(kit: Path) -> None:
    session, _ = start(kit)
    session.open(session.kit.exercise("hello"))
    other = session.kit.exercise("three_tasks")
    session.saved([other])  # as it was handed out: git put it back, say
    assert session.exercise.name == "hello"
    write(session.kit.exercise_file(other), SOLVED)
    session.saved([other, session.kit.exercise("two_tasks")])  # several at once: a checkout, not a learner
    assert session.exercise.name == "hello"
    session.saved([other])
    assert session.exercise.name == "three_tasks"


# --- the list -------------------------------------------------------------------------------------------------------


def chooser() -> Chooser:
    titles = {
        "hello": "Hello, and later: world",
        "two_tasks": "Two at once",
        "blocked_tasks": "Two, one after the other",
    }
    return Chooser(
        [ExerciseProgress(name, title, "02_together", None, 0, 3) for name, title in titles.items()], "hello"
    )


@pytest.mark.parametrize(
    ("text", "found", "chosen"),
    [
        ("tasks", ["two_tasks", "blocked_tasks"], "two_tasks"),
        ("bl", ["blocked_tasks"], "blocked_tasks"),
        ("TWO after", ["blocked_tasks"], "blocked_tasks"),
        ("later", ["hello"], "hello"),
        ("02_to", ["hello", "two_tasks", "blocked_tasks"], "hello"),
        ("to be judged", ["hello", "two_tasks", "blocked_tasks"], "hello"),
        ("nowhere", [], ""),
        ("\x1b\x07", ["hello", "two_tasks", "blocked_tasks"], "hello"),
    ],
)
def test_what_is_typed_narrows_the_list_down(text: str, found: list[str], chosen: str) -> None:
    choice = chooser()
    for character in text:
        choice.type(character)
    assert ([each.name for each in choice.shown], choice.chosen) == (found, chosen)
    choice.clear()
    assert len(choice.shown) == 3


def test_the_choice_stops_at_both_ends_and_survives_a_list_of_none() -> None:
    choice = chooser()
    choice.move(-5)
    assert choice.chosen == "hello"
    choice.move(99)
    assert choice.chosen == "blocked_tasks"
    choice.type("zz")
    choice.move(1)
    assert choice.chosen == ""
    choice.erase()
    choice.erase()
    assert choice.chosen == "hello"


# --- the editor -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "has_code", "command", "own_window"),
    [
        ({}, False, None, False),
        ({}, True, ["{code}"], True),
        ({"EDITOR": "vim -u NONE"}, True, ["vim", "-u", "NONE"], False),
        ({"EDITOR": "vim", "VISUAL": "subl -n"}, False, ["subl", "-n"], True),
        ({"EDITOR": "vim", "TERM_PROGRAM": "vscode"}, True, ["{code}", "--reuse-window"], True),
        ({"EDITOR": "vim", "TERM_PROGRAM": "vscode"}, False, ["vim"], False),
        ({"EDITOR": "  ", "VISUAL": 'bad "quote'}, False, None, False),
    ],
)
def test_the_editor_is_the_one_that_the_learner_uses(
    tmp_path: Path, environ: dict[str, str], has_code: bool, command: list[str] | None, own_window: bool
) -> None:
    code = tmp_path / "code"
    if has_code:
        write(code, "#!/bin/sh\n").chmod(0o755)
    editor = find_editor({**environ, "PATH": str(tmp_path)})
    found = None if editor is None else [word.replace(str(code), "{code}") for word in editor.command]
    assert found == command
    assert editor is None or editor.own_window is own_window
