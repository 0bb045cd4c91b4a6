"""The bank of attacks: an attack that wins, or does harm, is found out; and the bank itself is in order."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

import grader
from grader.authoring import attacks
from grader.errors import KitError, UsageError
from grader.judge.session import judge
from grader.judge.task import Task
from grader.load.curriculum import Exercise
from grader.load.kit import Kit, load_kit
from grader.load.submission import Submission, take_submission
from grader.record.recorder import Recorder
from grader.report import sentences
from grader.result import Verdict
from tests.grader import runs
from tests.grader.kits import SOLVED, edit, make_kit, write

ROOT = Path(grader.__file__).parent.parent

HALVED = """\
import asyncio
_real = asyncio.sleep
asyncio.sleep = lambda delay: _real(delay / 2)
"""
"""What is handed out takes 0.8 s and should take 0.4: with this it does, though nothing waits beside anything."""


VIRTUAL = """

@points(1, "both tasks finish under virtual time")
def test_virtual(virtual: Virtual) -> None:
    assert virtual("main").ended == "returned"
"""


def code_of(name: str) -> str:
    """The code of an attack of the bank, with what it says that it struck by."""
    return next(attack.code for attack in attacks.load_bank(load_kit(ROOT)) if attack.name == name)


def submitted(source: str, exercise: Exercise) -> Submission:
    return take_submission(source.encode(), f"exercises/{exercise.file}")


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return load_kit(make_kit(tmp_path))


def plant(kit: Kit, code: str, *, kind: str = "verdict", expect: str = "as without", head: str = "") -> None:
    mark = "" if "_struck" in code else "_struck()\n"
    text = f"# Attack: planted\n# Expect: {expect}\n{head}{mark}{code}"
    write(kit.root / "tests" / "attacks" / kind / "planted.py", text)


def complaints(kit: Kit) -> str:
    return "\n".join(attacks.run_bank(kit, runs.NO_WALL).complaints)


def test_an_attack_that_gains_nothing_is_no_complaint(kit: Kit) -> None:
    plant(kit, "harmless = 1\n")
    report = attacks.run_bank(kit, runs.NO_WALL)
    assert (report.complaints, report.undecided, report.programs) == ([], [], 1)
    assert report.summary() == "attacks on 1 exercises: 1 verdict, 0 clock, 0 secrets, 0 machine; none gained or harmed"


def test_an_attack_that_wins_is_found_out(kit: Kit) -> None:
    plant(kit, HALVED, kind="clock", expect="failed, passed")
    assert "clock/planted on two_tasks: full marks" in complaints(kit)


def test_a_check_that_is_passed_without_the_work_is_found_out(kit: Kit) -> None:
    suite = kit.root / "tests" / "hidden" / "02_together" / "test_two_tasks.py"
    edit(suite, 'record("main")', 'record("main", world={"task_a": double("task_a", delay=0.4)})')
    edit(suite, "import Trace", "import Trace, double")
    plant(kit, "import asyncio\nasyncio.run = lambda coroutine: coroutine.close()\n", expect="failed")
    assert "passes what the program did not earn: 'both tasks finish in under 0.6 s'" in complaints(kit)


def test_what_hard_coding_has_is_found_out_and_what_the_program_earns_is_none_of_it(kit: Kit) -> None:
    code = HALVED + "print('and a line too many')\n"
    plant(kit, code, kind="clock", expect="failed")
    assert "passes what the program did not earn: 'both tasks finish in under 0.6 s'" in complaints(kit)
    plant(kit, code, kind="clock", expect="failed", head="# Earns: two_tasks: both tasks finish in under 0.6 s\n")
    assert complaints(kit) == ""


@pytest.mark.parametrize(("pattern", "found"), [(r"asyncio\.sleep", 2), (r"socket\.", 1)])
def test_an_attack_may_be_tried_on_every_exercise_in_which_its_mark_is_found(
    tmp_path: Path, pattern: str, found: int
) -> None:
    kit = load_kit(make_kit(tmp_path, {"02_together": ("two_tasks", "two_more")}))
    plant(kit, HALVED, kind="clock", expect="failed, passed", head=f"# Everywhere: {pattern}\n")
    report = attacks.run_bank(kit, runs.NO_WALL)
    won = [f"clock/planted on {name}: full marks" for name in ("two_tasks", "two_more")[:found]]
    assert report.programs == found
    assert [complaint for complaint in report.complaints if "full marks" in complaint] == won


def test_an_attack_that_gets_something_says_so_itself(kit: Kit) -> None:
    plant(kit, "print('LOOT the suite')\n", expect="failed")
    assert "got what it must not get: LOOT the suite" in complaints(kit)


def test_a_secret_in_a_trace_is_found_out(kit: Kit) -> None:
    # Without a sandbox nothing keeps a program from looking round in the folder where copies of kits are made.
    code = """\
        import pathlib, tempfile
        for path in pathlib.Path(tempfile.gettempdir()).glob("turtles-kit-*/solutions/*/*.py"):
            print(path.read_text()[-60:])
        """
    plant(kit, textwrap.dedent(code), expect="failed")
    assert "knows what is in suites, solutions, history or environment" in complaints(kit)


def test_another_verdict_than_expected_is_found_out(kit: Kit) -> None:
    plant(kit, "import os\nos._exit(0)\n", expect="failed")
    assert "crashed (the process ended early, with status 0), expected failed" in complaints(kit)


def test_a_message_that_does_not_name_the_limit_is_found_out(kit: Kit) -> None:
    plant(kit, "import os\nos._exit(0)\n", expect="crashed", head="# Message: more than 64 processes\n")
    assert "and not 'more than 64 processes'" in complaints(kit)


def test_what_could_harm_is_left_out_without_a_sandbox_and_that_is_said(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    plant(kit, "raise SystemExit\n", kind="machine", expect="passed")
    report = attacks.run_bank(kit, runs.NO_WALL)
    assert (report.programs, report.complaints) == (0, [])
    assert report.notes == ["1 attacks that could harm this machine are left out: switched off for this test"]


def test_ci_demands_the_sandbox(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    plant(kit, "", kind="machine")
    with pytest.raises(UsageError, match="needs the sandbox"):
        attacks.run_bank(kit, runs.NO_WALL)


def test_an_attack_without_its_head_is_a_fault_of_the_kit(kit: Kit) -> None:
    plant(kit, "", expect="no such verdict")
    with pytest.raises(KitError, match=r"tests/attacks/verdict/planted\.py"):
        attacks.load_bank(kit)


def test_a_prelude_stands_behind_the_docstring_and_the_future() -> None:
    source = '"""Doc."""\nfrom __future__ import annotations\n\nimport asyncio\n'
    made = attacks.with_prelude(source, "attack = 1\n")
    compile(made, "x", "exec")
    assert ast.get_docstring(ast.parse(made)) == "Doc."
    assert made.index("__future__") < made.index("attack") < made.index("asyncio")


def test_the_bank_has_attacks_of_every_kind_and_each_can_be_put_on_every_chapter() -> None:
    kit = load_kit(ROOT)
    bank = attacks.load_bank(kit)
    assert len(bank) >= 60
    assert {attack.kind for attack in bank} == set(attacks.KINDS)
    for exercise in attacks.targets(kit):
        source = kit.handed_out_file(exercise).read_text(encoding="utf-8")
        for attack in bank:
            compile(attacks.with_prelude(source, attack.code), attack.name, "exec")


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("fork_bomb", "more than 64 processes"),
        ("thread_flood", "more than 512 threads"),
        ("memory_of_many", "more than 1024 MB of memory"),
        ("memory_in_sockets", "more than 1024 MB of memory"),
        ("disk_flood_unlinked", "more than 256 MB"),
        ("inode_flood", "more than 5000 files"),
    ],
)
def test_a_run_that_uses_too_much_is_stopped_and_told_of_what(name: str, limit: str) -> None:
    code = code_of(f"machine/{name}")
    for recorder in runs.recorder(walled=True):
        trace = runs.record(recorder, f"{code}\ndef main(): pass\n", deadline_s=25).trace
        assert (trace.ended, limit in sentences.stopped(trace.stop)) == ("stopped", True), sentences.stopped(trace.stop)


def test_a_key_in_the_kernels_keyring_is_refused() -> None:
    code = code_of("clock/keys_remembered")
    for recorder in runs.recorder(walled=True):
        for _ in range(2):
            assert runs.record(recorder, f"{code}\ndef main(): pass\n").trace.lines == []


def test_a_folder_of_any_depth_and_without_rights_is_removed() -> None:
    for recorder in runs.recorder(walled=True):
        for name in ("deep_folders", "folder_spoilt"):
            code = code_of(f"machine/{name}")
            assert runs.record(recorder, f"{code}\ndef main(): pass\n").trace.ended in ("returned", "stopped")
        assert list(recorder.scratch_root.iterdir()) == []


def test_an_attack_that_never_strikes_is_found_out(kit: Kit) -> None:
    plant(kit, "if __name__ == 'nothing':\n    _struck()\n")
    assert complaints(kit) == "verdict/planted did not strike"


def test_an_attack_that_is_refused_has_struck_only_where_that_is_the_point(kit: Kit) -> None:
    plant(kit, "_struck('refused')\n")
    assert complaints(kit) == "verdict/planted did not strike"
    plant(kit, "_struck('refused')\n", head="# Refused: yes\n")
    assert complaints(kit) == ""


def test_what_strikes_only_under_virtual_time_is_seen(tmp_path: Path) -> None:
    kit = load_kit(make_kit(tmp_path))
    suite = kit.root / "tests" / "hidden" / "02_together" / "test_two_tasks.py"
    edit(suite, "from grader.suite import ", "from grader.suite import Virtual, ")
    with suite.open("a", encoding="utf-8") as file:
        file.write(VIRTUAL)
    plant(kit, "import asyncio\nif 'Virtual' in repr(asyncio.SelectorEventLoop):\n    _struck()\n")
    assert complaints(kit) == ""


def test_every_attack_of_the_bank_can_say_that_it_struck() -> None:
    for attack in attacks.load_bank(load_kit(ROOT)):
        assert "_struck(" in attack.path.read_text(encoding="utf-8"), attack.name


HOSTILE = (
    "verdict/empty_objects",
    "verdict/deep_value_frame",
    "verdict/no_numbers",
    "verdict/deep_group",
    "machine/stop_and_go",
    "machine/stop_by_descriptor",
    "machine/stop_by_child",
    "machine/busy_burst",
    "machine/pipe_pages",
    "machine/queued_signals",
    "machine/kills_everything",
    "machine/memory_of_nobody",
)


def test_solutions_beside_hostile_programs_have_full_marks(tmp_path: Path) -> None:
    kit = load_kit(make_kit(tmp_path, {"02_together": ("two_tasks", "two_more", "two_again")}))
    bank = {attack.name: attack for attack in attacks.load_bank(load_kit(ROOT))}
    tasks = [Task(each, submitted(SOLVED, each), "solution") for each in kit.exercises]
    for number, name in enumerate(HOSTILE):
        exercise = kit.exercises[number % len(kit.exercises)]
        source = kit.handed_out_file(exercise).read_text(encoding="utf-8")
        tasks.append(Task(exercise, submitted(attacks.with_prelude(source, bank[name].code), exercise), name))
    with Recorder(runs.wall()) as recorder:
        judged = judge(kit, tasks, recorder, workers=False)
        assert list(recorder.scratch_root.iterdir()) == []
    assert len(judged) == len(tasks), "each has its result, and the session did not end"
    for done in judged:
        if done.task.label == "solution":
            assert (done.result.verdict, done.result.score) == (Verdict.PASSED, done.result.max_score), done.result
        else:
            assert done.result.verdict is not Verdict.PASSED, done.task.label


@pytest.mark.parametrize("how", ["and_go", "by_terminal", "by_pidfd", "by_descriptor", "by_child"])
def test_a_program_cannot_have_itself_stopped_for_a_while(how: str) -> None:
    code = code_of(f"machine/stop_{how}")
    for recorder in runs.recorder(walled=True):
        recording = runs.record(recorder, f"{code}\nimport time\ndef main(): time.sleep(0.3)\n")
        assert (recording.noise.paused_s, recording.trace.stderr) == (0.0, f"refused: stop_{how}\n")
