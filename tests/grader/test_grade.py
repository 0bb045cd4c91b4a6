"""``grader.grade``: what is judged again and what is remembered. The judge itself is a double here: it counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import ANY

import pytest

import grader.judge.session
import grader.record.recorder
from grader.errors import JudgeError, UsageError
from grader.grade import Interrupted, Request, grade, recall
from grader.judge.session import Judged, Stopped
from grader.judge.task import Task
from grader.load import state
from grader.load.kit import Kit, load_kit
from grader.record.sandbox import Sandbox
from grader.result import Check, CheckVerdict, ExerciseResult, Verdict
from tests.grader.kits import SOLVED, TWO_TASKS, make_kit, write

CHAPTER = "02_together"
NAMES = ("bread", "soup", "cake")
NO_WALL = Sandbox(False, "the sandbox was switched off")
WALL = Sandbox(True)


class FakeJudge:
    """Judges what it is told to, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.verdicts: dict[str, Verdict] = {}
        self.stop_after: int | None = None
        self.error: Exception | None = None

    def __call__(self, kit: Kit, tasks: Sequence[Task], recorder: object, progress: object) -> list[Judged]:
        del kit, recorder, progress
        self.asked += [task.exercise.name for task in tasks]
        if self.error:
            raise self.error
        judged = [Judged(task, self._result(task)) for task in tasks]
        if self.stop_after is not None:
            raise Stopped(judged[: self.stop_after])
        return judged

    def _result(self, task: Task) -> ExerciseResult:
        verdict = self.verdicts.get(task.exercise.name, Verdict.PASSED)
        score = task.exercise.points if verdict is Verdict.PASSED else 0
        check = Check("it works", CheckVerdict.PASSED if score else CheckVerdict.FAILED, score, task.exercise.points)
        exercise = task.exercise
        return ExerciseResult(
            exercise.name,
            exercise.title,
            CHAPTER,
            task.submission.display,
            verdict,
            score,
            exercise.points,
            1.0,
            (check,),
        )

    def take(self) -> list[str]:
        """What it was asked for since this was last called."""
        asked, self.asked = self.asked, []
        return asked


class FakeRecorder:
    """No fork server."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def __enter__(self) -> FakeRecorder:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> FakeJudge:
    fake = FakeJudge()
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(grader.judge.session, "judge", fake)
    monkeypatch.setattr(grader.record.recorder, "Recorder", FakeRecorder)
    return fake


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    """All exercises of a kit of three."""
    kit = load_kit(make_kit(tmp_path, {CHAPTER: NAMES}))
    return Request(kit, kit.exercises, kit.root / "exercises", NO_WALL)


def silent(done: int, total: int) -> None:
    del done, total


def file(request: Request, name: str) -> Path:
    return request.exercises / CHAPTER / f"{name}.py"


# --- unchanged files ------------------------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_judged_again(judge: FakeJudge, request_: Request) -> None:
    judge.verdicts = {"soup": Verdict.FAILED}
    first = grade(request_, silent).result
    assert judge.take() == list(NAMES)
    assert grade(request_, silent).result.exercises == first.exercises
    assert judge.take() == []


def test_an_edited_file_alone_is_judged_again(judge: FakeJudge, request_: Request) -> None:
    grade(request_, silent)
    judge.take()
    write(file(request_, "soup"), SOLVED)
    judge.verdicts = {"soup": Verdict.FAILED}
    result = grade(request_, silent).result
    assert judge.take() == ["soup"]
    assert [each.name for each in result.exercises] == list(NAMES)
    assert [each.verdict for each in result.exercises] == [Verdict.PASSED, Verdict.FAILED, Verdict.PASSED]
    write(file(request_, "soup"), TWO_TASKS)  # an edit taken back
    grade(request_, silent)
    assert judge.take() == []


def test_a_file_that_is_deleted_or_comes_back_is_judged(judge: FakeJudge, request_: Request) -> None:
    grade(request_, silent)
    judge.take()
    file(request_, "cake").unlink()
    grade(request_, silent)
    assert judge.take() == ["cake"]


@pytest.mark.parametrize(
    "path",
    [
        f"tests/hidden/{CHAPTER}/test_soup.py",
        f"tests/hidden/{CHAPTER}/soup_scenario.py",
        f"grader/handout/{CHAPTER}/soup.py",
    ],
)
def test_a_change_of_what_judges_it_has_it_judged_again(judge: FakeJudge, request_: Request, path: str) -> None:
    grade(request_, silent)
    judge.take()
    write(request_.kit.root / path, "# changed\n")
    grade(request_, silent)
    assert judge.take() == ["soup"]


def test_another_grader_or_python_or_sandbox_judges_everything_again(
    judge: FakeJudge, request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade(request_, silent)
    grade(replace(request_, sandbox=WALL), silent)
    assert judge.take() == [*NAMES, *NAMES]
    for part in ("grader_digest", "_machine"):
        with monkeypatch.context() as patch:
            patch.setattr(state, part, lambda: "another")
            grade(request_, silent)
            assert judge.take() == list(NAMES)


def test_all_judges_everything_and_remembers_it(judge: FakeJudge, request_: Request) -> None:
    grade(request_, silent)
    judge.take()
    judge.verdicts = {"bread": Verdict.FAILED}
    grade(replace(request_, everything=True), silent)
    assert judge.take() == list(NAMES)
    assert grade(request_, silent).result.exercises[0].verdict is Verdict.FAILED


@pytest.fixture
def own(request_: Request) -> Request:
    """What `turtles grade` asks for without names, when only ``soup`` differs from what was handed out."""
    kit = request_.kit
    for name in ("bread", "cake"):
        write(kit.handed_out_file(kit.exercise(name)), kit.exercise_file(kit.exercise(name)).read_text())
    write(kit.handed_out_file(kit.exercise("soup")), "# as it was handed out\n")
    return replace(request_, untouched=False)


def test_of_what_is_not_started_only_the_first_is_judged(judge: FakeJudge, own: Request) -> None:
    result = grade(own, silent).result
    assert judge.take() == ["bread", "soup"]
    assert [(each.name, each.verdict, len(each.checks)) for each in result.exercises] == [
        ("bread", Verdict.PASSED, 1),
        ("soup", Verdict.PASSED, 1),
        ("cake", Verdict.UNTOUCHED, 0),
    ]
    assert grade(own, silent).result == replace(result, started=ANY, seconds=ANY)
    assert judge.take() == []
    grade(replace(own, untouched=True), silent)
    assert judge.take() == ["cake"], "a result that nobody judged must not be remembered"


@pytest.mark.parametrize("how", ["everything", "in CI"])
def test_everything_is_judged_started_or_not(
    judge: FakeJudge, own: Request, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setenv("CI", "true" if how == "in CI" else "")
    grade(replace(own, everything=how == "everything"), silent)
    assert judge.take() == list(NAMES)


@pytest.mark.parametrize(
    ("value", "runs"), [("true", True), ("1", True), ("True", True), ("false", False), ("", False)]
)
def test_in_ci_everything_is_judged(
    judge: FakeJudge, request_: Request, monkeypatch: pytest.MonkeyPatch, value: str, runs: bool
) -> None:
    grade(request_, silent)
    judge.take()
    monkeypatch.setenv("CI", value)
    grade(request_, silent)
    assert judge.take() == (list(NAMES) if runs else [])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.parent.rename(file.parent.with_name("gone")),
        lambda file: file.unlink(),
        lambda file: file.write_bytes(file.read_bytes()[:100]),
        lambda file: file.write_text("[]", encoding="utf-8"),
    ],
    ids=["no folder", "no file", "torn", "something else"],
)
def test_a_state_that_is_gone_or_spoilt_costs_a_run_and_nothing_else(
    judge: FakeJudge, request_: Request, spoil: Callable[[Path], None]
) -> None:
    grade(request_, silent)
    judge.take()
    spoil(request_.kit.root / ".turtles" / "results.json")
    graded = grade(request_, silent)
    assert judge.take() == list(NAMES)
    assert graded.result.exit_status == 0
    assert grade(request_, silent).result.exercises == graded.result.exercises
    assert judge.take() == []


def test_what_was_inconclusive_is_judged_again(judge: FakeJudge, request_: Request) -> None:
    judge.verdicts = {"cake": Verdict.INCONCLUSIVE}
    assert grade(request_, silent).result.exit_status == 3
    judge.take()
    grade(request_, silent)
    assert judge.take() == ["cake"]


def test_an_error_of_the_judge_leaves_the_memory_as_it_was(judge: FakeJudge, request_: Request) -> None:
    grade(request_, silent)
    judge.take()
    judge.error = JudgeError("no luck")
    with pytest.raises(JudgeError):
        grade(replace(request_, everything=True), silent)
    judge.error = None
    judge.take()
    grade(request_, silent)
    assert judge.take() == []


# --- stopped by the user --------------------------------------------------------------------------------------------


def test_what_was_judged_before_the_user_stopped_it_is_said_and_remembered(judge: FakeJudge, request_: Request) -> None:
    judge.verdicts = {"bread": Verdict.FAILED}
    judge.stop_after = 2
    with pytest.raises(Interrupted, match=r"^stopped; 2 of 3 exercises are judged: bread failed, soup passed$"):
        grade(request_, silent)
    judge.take()
    judge.stop_after = None
    grade(request_, silent)
    assert judge.take() == ["cake"]


def test_stopped_at_the_start_nothing_is_said_to_be_judged(judge: FakeJudge, request_: Request) -> None:
    judge.stop_after = 0
    with pytest.raises(Interrupted, match=r"^stopped before any of 3 exercises was judged$") as stopped:
        grade(request_, silent)
    assert stopped.value.exit_status == 130


# --- places ---------------------------------------------------------------------------------------------------------


def test_a_tree_that_is_not_there_is_wrong_usage(request_: Request) -> None:
    with pytest.raises(UsageError, match="nowhere is no folder"):
        grade(replace(request_, exercises=Path("nowhere")), silent)


def test_files_are_named_as_seen_from_the_kit(judge: FakeJudge, request_: Request, tmp_path: Path) -> None:
    del judge
    for tree, shown in (
        (request_.kit.root / "solutions", "solutions"),
        (request_.exercises / ".." / "exercises", "exercises"),
        (tmp_path / "ada", "ada"),
    ):
        tree.mkdir(exist_ok=True)
        result = grade(replace(request_, exercises=tree), silent).result
        assert result.exercises[0].path == f"{shown}/{CHAPTER}/bread.py"


def test_the_user_is_told_why_there_is_no_sandbox(judge: FakeJudge, request_: Request) -> None:
    del judge
    assert grade(request_, silent).notes == ("not sandboxed: the sandbox was switched off",)
    assert grade(replace(request_, sandbox=WALL), silent).notes == ()


# --- what is known without judging ----------------------------------------------------------------------------------


@pytest.fixture
def known(judge: FakeJudge, request_: Request) -> Callable[[], dict[str, Verdict | None]]:
    """What ``recall`` says; it never judges."""

    def look() -> dict[str, Verdict | None]:
        found = recall(request_.kit)
        assert judge.take() == []
        return {exercise.name: result.verdict if result else None for exercise, result in found.items()}

    return look


def test_without_judging_a_file_is_untouched_or_unknown(
    known: Callable[[], dict[str, Verdict | None]], request_: Request
) -> None:
    write(file(request_, "soup"), SOLVED)
    assert known() == {"bread": Verdict.UNTOUCHED, "soup": None, "cake": Verdict.UNTOUCHED}


@pytest.mark.parametrize("sandbox", [WALL, NO_WALL], ids=["bwrap", "none"])
def test_what_was_judged_is_known_whatever_sandbox_it_was_judged_in(
    judge: FakeJudge, known: Callable[[], dict[str, Verdict | None]], request_: Request, sandbox: Sandbox
) -> None:
    judge.verdicts = {"cake": Verdict.CRASHED}
    write(file(request_, "cake"), SOLVED)
    grade(replace(request_, sandbox=sandbox, chosen=request_.chosen[1:]), silent)
    judge.take()
    assert known() == {"bread": Verdict.UNTOUCHED, "soup": Verdict.PASSED, "cake": Verdict.CRASHED}
    write(file(request_, "cake"), SOLVED + "\n# and more\n")
    assert known()["cake"] is None
