"""``turtles mutate``: small changes to a solution, and what becomes of them."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.authoring import mutate as module
from grader.authoring.check import check_kit
from grader.authoring.coverage import as_markdown
from grader.authoring.excuses import Score, read_excuses, record_scores
from grader.authoring.mutants import Mutant, make_mutants, mutants_of
from grader.authoring.mutate import Fate, mutate
from grader.authoring.operators import OPERATORS
from grader.judge.plan import Part, Settled
from grader.judge.suites import judge_part
from grader.judge.task import Task
from grader.load.kit import Kit, load_kit
from grader.load.submission import read_submission
from grader.record.recorder import Recorder
from grader.record.sandbox import Sandbox
from tests.grader.command import turtles
from tests.grader.kits import TWO_TASKS, as_handed_out, edit, make_kit, write

ROOT = Path(__file__).parents[2]
CHAPTER = "02_together"
OPEN = Sandbox(wall=False)


TOP = "import asyncio\n\nLIMIT = 3\nNAMES = ['a', 'b']\n"


def program(body: str) -> str:
    """A program whose function ``work`` has that body."""
    return f"{TOP}\n\nasync def work(x, y):\n{textwrap.indent(body, '    ')}\n"


def mutants(body: str, operator: str) -> set[str]:
    """The bodies that an operator makes of a body, without indentation."""
    found = make_mutants(program(body), TOP, only=[operator])
    return {textwrap.dedent(each.source.partition("def work(x, y):\n")[2]).rstrip() for each in found}


# --- operators ------------------------------------------------------------------------------------------------------

CASES = {
    "drop-await": ("await x()", ["x()"]),
    "blocking-sleep": ("await asyncio.sleep(1)", ['__import__("time").sleep(1)']),
    "drop-to-thread": ("await asyncio.to_thread(x, 1, key=2)", ["x(1, key=2)"]),
    "drop-shield": ("await asyncio.shield(x)", ["await x"]),
    "drop-wait-for": ("await asyncio.wait_for(x, 2)", ["await x"]),
    "drop-timeout": ("async with asyncio.timeout(2):\n    x()", ["async with asyncio.timeout(None):\n    x()"]),
    "gather-in-turn": (
        "return await asyncio.gather(*[x(n) for n in y], x(0))",
        ["return [*[await x(n) for n in y], await x(0)]"],
    ),
    "in-turn-to-gather": ("return [await x(n) for n in y]", ["return await asyncio.gather(*[x(n) for n in y])"]),
    "await-task-at-once": ("t = asyncio.create_task(x())", ["t = asyncio.create_task(x())\nawait asyncio.wait([t])"]),
    "drop-create-task": ("t = asyncio.create_task(x())", ["t = x()"]),
    "forget-task": ("x.add(asyncio.create_task(y()))", ["asyncio.create_task(y())"]),
    "loose-tasks": (
        "async with asyncio.TaskGroup() as group:\n    group.create_task(x())",
        ["group = asyncio\ngroup.create_task(x())"],
    ),
    "one-at-a-time": (
        "await asyncio.gather(work(1, 2), work(3, 4))\nawait work(5, 6)",
        ["await asyncio.gather(work(1, 2), work(3, 4))\nasync with _one_at_a_time:\n    await work(5, 6)"],
    ),
    "poll": (
        "a = asyncio.Event()\nb = asyncio.Lock()\nasync with b:\n    await a.wait()",
        [
            "a = asyncio.Event()\nb = asyncio.Lock()\nwhile b.locked():\n    await asyncio.sleep(0.01)\n"
            "async with b:\n    await a.wait()",
            "a = asyncio.Event()\nb = asyncio.Lock()\nasync with b:\n    while not a.is_set():\n"
            "        await asyncio.sleep(0.01)",
        ],
    ),
    "unwrap-with": ("async with x, y as z:\n    z()", ["async with y as z:\n    z()", "z = y\nasync with x:\n    z()"]),
    "unwrap-try": ("try:\n    x()\nexcept OSError:\n    y()\nelse:\n    x.z()", ["x()\nx.z()"]),
    "drop-finally": (
        "try:\n    x()\nexcept OSError:\n    pass\nfinally:\n    y()",
        ["try:\n    x()\nexcept OSError:\n    pass", "try:\n    x()\nexcept OSError:\n    pass\ny()"],
    ),
    "drop-except": (
        "try:\n    x()\nexcept OSError:\n    y()\nexcept KeyError:\n    x.z()",
        ["try:\n    x()\nexcept OSError:\n    y()", "try:\n    x()\nexcept KeyError:\n    x.z()"],
    ),
    "drop-else": ("if x:\n    y()\nelse:\n    x()", ["if x:\n    y()"]),
    "move-out": (
        "async with x:\n    a = y()\n    a()",
        ["a = y()\nasync with x:\n    a()", "async with x:\n    a = y()\na()"],
    ),
    "move-in": (
        "a = x()\nasync with x:\n    y()\na.b()",
        ["async with x:\n    a = x()\n    y()\na.b()", "a = x()\nasync with x:\n    y()\n    a.b()"],
    ),
    "delete-statement": ("x()\ny()", ["x()", "y()"]),
    "swap-statements": ("x()\n# why\ny()", ["y()\n# why\nx()"]),
    "break-continue": ("while x():\n    break", ["while x():\n    continue"]),
    "skip-item": (
        "for n in y:\n    x(n)",
        [f"for n in list(y)[{part}]:\n    x(n)" for part in ("1:", ":-1", "::-1")],
    ),
    "widen-except": (
        "try:\n    x()\nexcept ConnectionError:\n    y()",
        [f"try:\n    x()\nexcept {name}:\n    y()" for name in ("OSError", "Exception", "BaseException")],
    ),
    "narrow-except": (
        "try:\n    x()\nexcept (KeyError, OSError):\n    y()",
        [
            f"try:\n    x()\nexcept {name}:\n    y()"
            for name in ("OSError", "KeyError", "(KeyError, ConnectionError)", "(KeyError, TimeoutError)")
        ],
    ),
    "sibling-except": (
        "try:\n    x()\nexcept TimeoutError:\n    y()",
        ["try:\n    x()\nexcept ConnectionError:\n    y()"],
    ),
    "other-exception": (
        "raise KeyError(x)",
        ["raise LookupError(x)", "raise IndexError(x)"],
    ),
    "drop-cause": ("raise ValueError(x) from y", ["raise ValueError(x)"]),
    "drop-keyword": ("x((1), a=2, b=3)", ["x((1), b=3)", "x((1), a=2)"]),
    "new-each-use": (
        "lock = asyncio.Lock()\nasync with lock:\n    x()",
        ["lock = asyncio.Lock()\nasync with asyncio.Lock():\n    x()"],
    ),
    "first-last": (
        "return x[0], min(y), y.popleft()",
        ["return x[-1], min(y), y.popleft()", "return x[0], max(y), y.popleft()", "return x[0], min(y), y.pop()"],
    ),
    "force-condition": ("while x():\n    y()", ["while True:\n    y()", "while False:\n    y()"]),
    "negate-condition": ("if x and y:\n    x()", ["if not (x and y):\n    x()"]),
    "drop-not": ("return not x", ["return x"]),
    "drop-operand": ("return x and y", ["return x", "return y"]),
    "and-or": ("return x and y", ["return x or y"]),
    "comparison": ("return x < y", ["return x <= y", "return x > y"]),
    "arithmetic": ("return (x) + y", ["return (x) - y"]),
    "augmented": ("x += y", ["x -= y", "x = y"]),
    "constant": ("x(5, 0.5)", [f"x({two})" for two in ("6, 0.5", "4, 0.5", "0, 0.5", "5, 1.0", "5, 0.25", "5, 0.0")]),
    "flip-bool": ("return True", ["return False"]),
    "shift-name": ("return x(LIMIT)", ["return x(LIMIT + 1)", "return x(LIMIT - 1)"]),
    "inline-constant": ("return NAMES", ["return ['a', 'b']"]),
}  # fmt: skip


def test_every_operator_has_a_case() -> None:
    assert CASES.keys() == OPERATORS.keys()


@pytest.mark.parametrize("operator", CASES)
def test_an_operator_makes_its_changes_and_no_other(operator: str) -> None:
    body, expected = CASES[operator]
    assert mutants(body, operator) == set(expected)


def test_only_what_runs_several_times_at_once_is_made_to_wait() -> None:
    loop = "for name in NAMES:\n    {}\n"
    task = loop.format("asyncio.create_task(work(name, 1))")
    held = "async with _one_at_a_time:\n    await work(1, 2)"
    assert mutants(f"{task}await work(1, 2)", "one-at-a-time") == {f"{task}{held}"}
    assert not mutants("asyncio.create_task(work(3, 1))\nawait work(1, 2)", "one-at-a-time")
    assert not mutants(f"{loop.format('await work(name, 1)')}await work(1, 2)", "one-at-a-time")


def test_a_mutant_keeps_comments_and_layout() -> None:
    source = program("# why\nawait  x( 1 )  # how\ny()")
    [mutant] = make_mutants(source, "", only=["drop-await"])
    assert mutant.source == source.replace("await  x", "x")
    assert [line for line in mutant.diff.splitlines() if line[0] in "+-"] == [
        "-    await  x( 1 )  # how",
        "+    x( 1 )  # how",
    ]


def test_assignments_that_do_not_need_each_other_are_not_exchanged() -> None:
    assert mutants("a = 1\nb = [x]", "swap-statements") == set()
    assert mutants("x.a = 1\nx.b = float(y)", "swap-statements") == set()
    assert mutants("x.a = 1\nx.b = x.a", "swap-statements") == {"x.b = x.a\nx.a = 1"}
    assert mutants("a = 1\nb = [a]", "swap-statements") == {"b = [a]\na = 1"}
    assert mutants("a = 1\nb = y()", "swap-statements") == {"b = y()\na = 1"}


def test_text_outside_ascii_moves_nothing() -> None:
    source = program("x('žluťoučký', await y())")
    assert [each.source for each in make_mutants(source, "", only=["drop-await"])] == [source.replace("await ", "")]


@pytest.mark.parametrize("name", ["stampede", "whole_or_each", "merge_streams", "poison_pill"])
def test_mutants_of_the_kit_are_programs_that_all_differ(name: str) -> None:
    kit = load_kit(ROOT)
    exercise = kit.exercise(name)
    made = mutants_of(kit, exercise)
    trees = [ast.dump(ast.parse(each.source)) for each in made]
    trees += [ast.dump(ast.parse(file(exercise).read_text())) for file in (kit.solution_file, kit.handed_out_file)]
    assert len(made) > 20
    assert len(set(trees)) == len(trees)
    assert len({each.id for each in made}) == len(made)


# --- what is left alone ---------------------------------------------------------------------------------------------

HANDED_OUT = '''\
import asyncio

LIMIT = 2


async def outside(name: str) -> int:
    await asyncio.sleep(1)
    return 1


class Box:
    """A box."""

    def full(self) -> bool:
        return 1 > 2

    async def put(self) -> None:
        pass


async def main() -> None:
    pass


if __name__ == "__main__":
    asyncio.run(main())
'''

REPAIRED = HANDED_OUT.replace("        pass\n", "        await outside('a')\n").replace(
    "def main() -> None:\n    pass",
    'def main() -> None:\n    """Wait 3."""\n    box: Box = Box()\n    print(f"{await box.put()}")',
)


def functions(made: list[Mutant]) -> set[str]:
    return {each.function for each in made}


def test_only_what_was_repaired_is_changed() -> None:
    assert functions(list(make_mutants(REPAIRED, HANDED_OUT))) == {"Box.put", "main"}


def test_a_function_that_differs_in_comments_docstring_and_annotations_was_not_repaired() -> None:
    reference = HANDED_OUT.replace(
        "(name: str) -> int:\n", '(name: object) -> "int":\n    """Says something."""\n    # and why\n'
    )
    assert list(make_mutants(reference, HANDED_OUT)) == []


def test_names_that_the_suite_leaves_alone_are_not_changed() -> None:
    assert functions(list(make_mutants(REPAIRED, HANDED_OUT, frozenset({"main"})))) == {"Box.put"}
    assert functions(list(make_mutants(REPAIRED, HANDED_OUT, frozenset({"Box.put"})))) == {"main"}
    assert functions(list(make_mutants(REPAIRED, HANDED_OUT, frozenset({"Box"})))) == {"main"}


@pytest.mark.parametrize("form", ["LEAVE_ALONE = ('main',)", "LEAVE_ALONE: tuple[str, ...] = ('main', 'LIMIT')"])
def test_the_list_is_read_from_the_suite(tmp_path: Path, form: str) -> None:
    root = make_kit(tmp_path)
    suite = root / "tests" / "hidden" / CHAPTER / "test_two_tasks.py"
    assert mutants_of(load_kit(root), load_kit(root).exercises[0])
    write(suite, f"{suite.read_text()}\n\n{form}\n")
    assert not mutants_of(load_kit(root), load_kit(root).exercises[0])


def test_where_the_learner_writes_a_test_no_mutant_chooses_other_trials(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    solution = load_kit(root).solution_file(load_kit(root).exercises[0])
    write(solution, f"{solution.read_text()}\nTIMES = 3\n")
    made = {each.operator for each in mutants_of(load_kit(root), load_kit(root).exercises[0])}
    curriculum = root / "exercises" / "curriculum.toml"
    write(curriculum, curriculum.read_text().replace('name = "two_tasks"', 'name = "two_tasks"\nwrites = "test"'))
    kit = load_kit(root)
    assert "constant" in made
    assert {each.operator for each in mutants_of(kit, kit.exercises[0])} == made - {"constant"}
    assert not mutants_of(kit, kit.exercises[0], {"constant"})


def test_docstrings_annotations_and_f_strings_are_not_changed() -> None:
    made = make_mutants(REPAIRED, HANDED_OUT)
    for source in (each.source for each in made if each.function == "main"):
        assert '"""Wait 3."""' in source
        assert "box: Box" in source or "box" not in source.partition("def main")[2].partition("print")[0]
        assert 'f"{await box.put()}"' in source or "print" not in source


def test_a_branch_for_another_python_is_left_alone() -> None:
    branches = "import sys\nif sys.version_info >= (3, {}):\n    x = 1\nelse:\n    x = 5\n"
    changed = {}
    for version in (0, 99):
        made = make_mutants(branches.format(version), "", only=["constant"])
        changed[version] = {each.source.partition("x = ")[2] for each in made}
    assert changed[0] == {"2\nelse:\n    x = 5\n", "0\nelse:\n    x = 5\n"}
    assert changed[99] == {f"1\nelse:\n    x = {value}\n" for value in (6, 4, 0)}
    assert len(list(make_mutants(branches.format(99), "", only=["constant"], every_python=True))) == 5


# --- ids ------------------------------------------------------------------------------------------------------------


def ids(source: str) -> list[str]:
    return [each.id for each in make_mutants(source, "")]


def test_ids_stay_when_other_lines_comments_and_layout_change() -> None:
    body = "a = await x(1)\nif a < y:\n    await x(2)\nreturn a"
    moved = f"# now with a comment\n\n{body.replace('x(1)', 'x( 1 )  # one')}"
    other = f"\n\nasync def more():\n    await work(1, 2)\n\n\n{program(moved)}"
    before = ids(program(body))
    assert len(before) > 10
    assert [each for each in ids(other) if ".more." not in each] == before


def test_equal_changes_in_one_function_have_ids_of_their_own() -> None:
    assert len(set(ids(program("x()\ny()\nx()\ny()\nx()")))) == len(ids(program("x()\ny()\nx()\ny()\nx()")))


# --- judging --------------------------------------------------------------------------------------------------------


@pytest.fixture
def weak(tmp_path: Path) -> Path:
    """A kit whose one suite looks at the lines, and not at the time."""
    root = make_kit(tmp_path)
    suite = root / "tests" / "hidden" / CHAPTER / "test_two_tasks.py"
    edit(suite, "    assert both.elapsed < 0.6\n", "    assert both.elapsed < 3\n")
    return root


def survivor(root: Path) -> str:
    """The id of the one mutant that awaits one task after the other."""
    kit = load_kit(root)
    [mutant] = mutants_of(kit, kit.exercises[0], ["gather-in-turn"])
    return mutant.id


def excuse(root: Path, *mutants: str) -> Path:
    entries = [f'[[mutant]]\nid = "{each}"\nchange = "x"\nreason = "as good"\n' for each in mutants]
    return write(root / "tests" / "answers" / CHAPTER / "two_tasks" / "mutants.toml", "\n".join(entries))


def test_where_every_mutant_fails_a_check_nothing_is_said_but_the_counts(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    done = turtles(root, "mutate")
    assert done.returncode == 0, done.stdout
    assert "survives" not in done.stdout
    made = len(mutants_of(load_kit(root), load_kit(root).exercises[0]))
    assert done.stdout.splitlines()[-1].split() == ["together", str(made), str(made), "-", "-", "-"]


def test_a_survivor_is_shown_with_a_program_to_run(weak: Path) -> None:
    done = turtles(weak, "mutate", "two", "--json", "mutants.json")
    assert done.returncode == 1
    mutant = survivor(weak)
    file = weak / ".turtles" / "mutants" / "two_tasks" / f"{mutant}.py"
    assert f"two_tasks: {mutant} survives" in done.stdout
    assert str(file.relative_to(weak)) in done.stdout
    assert "   +    [await task_a(), await task_b()]" in done.stdout
    ran = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, timeout=30)
    assert "Executed in 0.8" in ran.stdout
    written = json.loads((weak / "mutants.json").read_text())
    assert [each["id"] for each in written["mutants"] if each["fate"] == "survived"] == [mutant]
    assert written["exercises"]["two_tasks"]["survived"] == 1


def test_mutants_of_one_operator_can_be_asked_for_and_forget_nothing(weak: Path) -> None:
    assert turtles(weak, "mutate").returncode == 1
    remembered = (weak / ".turtles" / "mutants.json").read_text()
    done = turtles(weak, "mutate", "--operator", "drop-await")
    assert done.returncode == 0
    assert "gather-in-turn" not in done.stdout
    assert (weak / ".turtles" / "mutants.json").read_text() == remembered
    assert turtles(weak, "mutate", "--operator", "drop").returncode == 2
    assert turtles(weak, "mutate", "--operator", "drop-await", "--record").returncode == 2


def test_an_excused_survivor_is_no_failure(weak: Path) -> None:
    excuse(weak, survivor(weak))
    done = turtles(weak, "mutate")
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].split()[3:] == ["1", "-", "-"]


def test_an_excuse_for_a_mutant_that_a_check_kills_is_a_complaint(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    excuse(root, survivor(root))
    done = turtles(root, "mutate")
    assert done.returncode == 1
    assert "is recorded as a right program, but 'both tasks finish in under 0.6 s' fails" in done.stdout


def test_where_the_reference_does_not_pass_its_mutants_are_not_judged(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    edit(root / "tests" / "hidden" / CHAPTER / "test_two_tasks.py", "assert both.elapsed", "assert 0.5 < both.elapsed")
    done = turtles(root, "mutate")
    assert done.returncode == 1
    assert f"solutions/{CHAPTER}/two_tasks.py: does not pass (both tasks finish in under 0.6 s)" in done.stdout
    assert done.stdout.splitlines()[-1].split()[2:5] == ["-", "-", "-"]


def test_a_kit_for_students_has_nothing_to_change(tmp_path: Path) -> None:
    done = turtles(as_handed_out(make_kit(tmp_path)), "mutate")
    assert done.returncode == 2
    assert "a kit for students has no solutions" in done.stderr


def refuse(*_: object, **__: object) -> Recorder:
    raise AssertionError("nothing should be judged")


def test_what_has_not_changed_is_not_judged_again(weak: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kit = load_kit(weak)
    first = mutate(kit, kit.exercises, OPEN)
    with monkeypatch.context() as patch:
        patch.setattr(module, "Recorder", refuse)
        again = mutate(kit, kit.exercises, OPEN)
        assert [(each.mutant.id, each.fate) for each in again.judged] == [
            (each.mutant.id, each.fate) for each in first.judged
        ]
        with pytest.raises(AssertionError):
            mutate(kit, kit.exercises, OPEN, anew=True)
        edit(weak / "tests" / "hidden" / CHAPTER / "test_two_tasks.py", "< 3", "< 2.9")
        with pytest.raises(AssertionError):
            mutate(kit, kit.exercises, OPEN)


def test_what_noise_leaves_undecided_is_judged_again_and_then_status_3(
    weak: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[list[str]] = []

    def undecided(_: module._Judging, tasks: list[Task], *__: object) -> dict[tuple[str, str], tuple[Fate, str]]:
        rounds.append([task.label for task in tasks])
        fates = {task.label: Fate.SURVIVED if task.label == "reference" else Fate.INCONCLUSIVE for task in tasks}
        return {(task.exercise.name, task.label): (fates[task.label], "noise") for task in tasks}

    monkeypatch.setattr(module._Judging, "_record", undecided)
    kit = load_kit(weak)
    report = mutate(kit, kit.exercises, OPEN)
    assert len(rounds) == 3
    assert "reference" in rounds[0]
    assert "reference" not in rounds[1]
    assert {each.fate for each in report.judged} == {Fate.INCONCLUSIVE}
    assert report.scores() == {}


def test_what_was_judged_when_it_is_stopped_is_remembered(weak: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_RECORDED_TOGETHER", 3)
    record: Callable[..., dict[tuple[str, str], tuple[Fate, str]]] = module._Judging._record
    recorded: list[int] = []

    def stopped(self: module._Judging, tasks: list[Task], *rest: object) -> dict[tuple[str, str], tuple[Fate, str]]:
        recorded.append(len(tasks))
        if len(recorded) == 2:
            raise KeyboardInterrupt
        return record(self, tasks, *rest)

    monkeypatch.setattr(module._Judging, "_record", stopped)
    kit = load_kit(weak)
    with pytest.raises(KeyboardInterrupt):
        mutate(kit, kit.exercises, OPEN)
    report = mutate(kit, kit.exercises, OPEN)
    made = len(report.judged)
    assert sum(recorded[2:]) == made + 1 - 2, "the reference again, and not the two mutants judged before"
    assert not report.of(Fate.INCONCLUSIVE)


def test_where_noise_leaves_the_reference_undecided_nothing_is_said_of_its_mutants(
    weak: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def undecided(_: module._Judging, tasks: list[Task], *__: object) -> dict[tuple[str, str], tuple[Fate, str]]:
        fates = {task.label: Fate.INCONCLUSIVE if task.label == "reference" else Fate.SURVIVED for task in tasks}
        return {(task.exercise.name, task.label): (fates[task.label], "noise") for task in tasks}

    monkeypatch.setattr(module._Judging, "_record", undecided)
    kit = load_kit(weak)
    report = mutate(kit, kit.exercises, OPEN)
    assert {each.fate for each in report.judged} == {Fate.INCONCLUSIVE}
    assert report.complaints == []


VIRTUAL = """

from hypothesis import given, settings, strategies as st

from grader.suite import Virtual


@points(1, "under virtual time")
@settings(max_examples=3)
@given(number=st.integers(0, 3))
def test_virtual(virtual: Virtual, number: int) -> None:
    assert virtual("main").elapsed < 0.5, f"late ({number})"
"""


def test_a_mutant_that_fails_under_virtual_time_is_not_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_kit(tmp_path)
    suite = root / "tests" / "hidden" / CHAPTER / "test_two_tasks.py"
    write(suite, suite.read_text() + VIRTUAL)
    recorded: list[str] = []
    record: Callable[..., dict[tuple[str, str], tuple[Fate, str]]] = module._Judging._record

    def noted(self: module._Judging, tasks: list[Task], *rest: object) -> dict[tuple[str, str], tuple[Fate, str]]:
        recorded.extend(task.label for task in tasks)
        return record(self, tasks, *rest)

    monkeypatch.setattr(module._Judging, "_record", noted)
    kit = load_kit(root)
    report = mutate(kit, kit.exercises, OPEN)
    assert {each.fate for each in report.judged} == {Fate.KILLED}
    assert survivor(root) not in recorded
    assert "reference" in recorded
    [slow] = [each for each in report.judged if each.mutant.id == survivor(root)]
    assert slow.why == "under virtual time"


def test_the_first_check_that_fails_settles_a_program_and_disturbs_no_other(tmp_path: Path) -> None:
    root = make_kit(tmp_path, {CHAPTER: ["one", "two"]})
    suite = root / "tests" / "hidden" / CHAPTER / "test_one.py"
    edit(suite, "    assert sorted(both.lines) ==", "    assert both.elapsed < 0.6\n    assert sorted(both.lines) ==")
    write(root / "solutions" / CHAPTER / "one.py", TWO_TASKS)
    kit = load_kit(root)
    tasks = [Task(each, read_submission(kit.solution_file(each), "x.py")) for each in kit.exercises]
    eager = [replace(each, until_failure=True) for each in tasks]

    def kinds(settled: Settled) -> dict[str, list[str]]:
        return {task.exercise: [each.kind for each in outcomes.values()] for task, outcomes in settled.items()}

    with Recorder(OPEN) as recorder:
        everything = judge_part(kit, tasks, recorder, Part.ALL, shrink=False)
        settled = judge_part(kit, eager, recorder, Part.ALL, shrink=False)
    assert kinds(everything) == {"one": ["failed", "failed"], "two": ["passed", "passed"]}
    assert kinds(settled) == {"one": ["failed"], "two": ["passed", "passed"]}


# --- excuses and scores ---------------------------------------------------------------------------------------------


def problems(root: Path) -> list[str]:
    return [str(problem) for problem in check_kit(load_kit(root))]


def test_check_complains_of_an_excuse_for_a_mutant_that_is_gone_or_excused_twice(weak: Path) -> None:
    mutant = survivor(weak)
    file = excuse(weak, mutant).relative_to(weak).as_posix()
    assert problems(weak) == []
    excuse(weak, mutant, mutant)
    assert problems(weak) == [f"{file}:2: excuses {mutant} twice; take one of the two away"]
    gone = "gather-in-turn.main.000000"
    excuse(weak, mutant, gone)
    assert problems(weak) == [f"{file}:7: there is no mutant {gone} any more; `turtles mutate two_tasks` shows all"]
    excuse(weak, "no-such-operator.main.000000")
    assert "there is no mutant no-such-operator" in problems(weak)[0]


@pytest.mark.parametrize(
    "text", ["[[mutant]]\nid = 'a'\nchange = 'b'\n", "[[mutant]]\nid = 'a'\nchange = 'b'\nreason = ' '\n", "mutant ="]
)
def test_an_excuse_needs_a_reason(weak: Path, text: str) -> None:
    write(weak / "tests" / "answers" / CHAPTER / "two_tasks" / "mutants.toml", text)
    [problem] = problems(weak)
    assert "mutants.toml" in problem
    done = turtles(weak, "mutate")
    assert done.returncode == 2


def test_excuses_of_the_kit_are_for_mutants_that_exist() -> None:
    kit = load_kit(ROOT)
    excused = [(exercise, read_excuses(kit, exercise)) for exercise in kit.exercises]
    for exercise, excuses in excused:
        made = {each.id for each in mutants_of(kit, exercise, every_python=True)} if excuses else set()
        assert {each.id for each in excuses} <= made, exercise.name


def test_scores_go_into_the_page_by_exercise(weak: Path) -> None:
    kit: Kit = load_kit(weak)
    assert "mutants" not in as_markdown(kit)
    done = turtles(weak, "mutate", "--record")
    assert done.returncode == 1
    made = len(mutants_of(kit, kit.exercises[0]))
    assert f"| {made - 1} of {made} |" in as_markdown(kit)
    record_scores(kit, {"two_tasks": Score(10, 7, 3)})
    assert "| 10 of 10 |" in as_markdown(kit)
    assert problems(weak) == []
