"""What an exercise says to leave alone is as it was handed out when a program is graded, and the learner is told so."""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import pytest

from grader.authoring import task_text
from grader.authoring.check import check_kit
from grader.classroom.public_suite import public_part
from grader.errors import KitError
from grader.judge.session import judge
from grader.judge.task import Task
from grader.load.kit import load_kit
from grader.load.submission import read_submission
from grader.record.left_alone import compare, names_of
from grader.record.recorder import Job, Recorder
from grader.record.recording import Subject
from grader.record.spec import RecordingSpec
from grader.result import ExerciseResult, Verdict
from grader.runner.loading import load
from grader.runner.restoring import Definition
from tests.grader.kits import edit, make_kit, write
from tests.grader.runs import DISPLAY, NO_WALL

HANDED_OUT = '''\
"""A bill is made from the meters of a flat.

Leave alone: `METERS`, `Meter`, `fetch` and `read`.

Required:
- the bill says which meter cannot be read
"""

import asyncio
from dataclasses import dataclass

METERS = ["kitchen", "hall"]


@dataclass
class Meter:
    name: str
    digits: int = 3


async def fetch(meter: str) -> str:
    await asyncio.sleep(0.01)
    return "4O7" if meter == "hall" else "123"


async def read(meter: str) -> int:
    text = await fetch(meter)
    try:
        return int(text)
    except ValueError:
        raise LookupError(f"the meter in the {meter} cannot be read")


async def main() -> None:
    try:
        print(sum([await read(meter) for meter in METERS]), Meter("x").digits)
    except LookupError as error:
        print(f"{error}; {type(error.__cause__).__name__}; {Meter('x').digits}")


if __name__ == "__main__":
    asyncio.run(main())
'''
NAMES = ("METERS", "Meter", "fetch", "read")
RAISES = '        raise LookupError(f"the meter in the {meter} cannot be read")\n'


def changed(*edits: tuple[str, str]) -> str:
    source = HANDED_OUT
    for old, new in edits:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))


def restored(source: str) -> list[str]:
    return [each.name for each in compare(HANDED_OUT, source, NAMES).changed]


def loaded(source: str) -> ModuleType:
    alone = compare(HANDED_OUT, source, NAMES)
    return load(source, "exercises/05_test/flat.py", {}, restore=alone.changed, keep=alone.kept)


def is_as_handed_out(module: ModuleType) -> bool:
    """Whether every name is, and does, what the handed-out file says."""
    with pytest.raises(LookupError, match=r"^the meter in the hall cannot be read$") as caught:
        asyncio.run(module.read("hall"))
    alike = module.METERS == ["kitchen", "hall"] and repr(module.Meter("a")) == "Meter(name='a', digits=3)"
    return alike and caught.value.__cause__ is None and asyncio.run(module.fetch("bath")) == "123"


CHANGES = {
    "function": (changed((RAISES, RAISES.replace('")', '") from ValueError()'))), ["read"]),
    "longer": (changed((RAISES, f"        print(1)\n        print(2)\n{RAISES}")), ["read"]),
    "constant": (changed(('["kitchen", "hall"]', '["kitchen"]')), ["METERS"]),
    "type of a constant": (changed(("METERS = [", "METERS: list[str] = ['x', ")), ["METERS"]),
    "class": (changed(("digits: int = 3", "digits: int = 4")), ["Meter"]),
    "decorator": (changed(("@dataclass\n", "@dataclass(order=True)\n")), ["Meter"]),
    "rebound": (f"{HANDED_OUT}\nread = lambda meter: 5\n", ["read"]),
    "wrapped": (changed(("async def main", "fetch = asyncio.Lock and (lambda m: 'x')\n\n\nasync def main")), ["fetch"]),
    "added to": (f"{HANDED_OUT}\nMETERS += ['bath']\n", ["METERS"]),
    "deleted": (f"{HANDED_OUT}\ndel Meter\n", ["Meter"]),
    "in a block": (f"{HANDED_OUT}\nif METERS:\n    def fetch(m): return 'x'\n", ["fetch"]),
    "by a loop": (f"{HANDED_OUT}\nfor METERS in [[]]:\n    pass\n", ["METERS"]),
    "by with": (f"{HANDED_OUT}\nimport io\nwith io.StringIO() as METERS:\n    pass\n", ["METERS"]),
    "by except": (f"{HANDED_OUT}\ntry:\n    1 / 0\nexcept ZeroDivisionError as Meter:\n    pass\n", ["Meter"]),
    "by match": (f"{HANDED_OUT}\nmatch {{'a': 1}}:\n    case {{**METERS}}:\n        pass\n", ["METERS"]),
    "by import": (f"{HANDED_OUT}\nfrom time import sleep as fetch\n", ["fetch"]),
    "by a walrus": (f"{HANDED_OUT}\nx = [(METERS := [y]) for y in 'ab']\n", ["METERS"]),
    "by a tuple": (f"{HANDED_OUT}\nMETERS, rest = [1], 2\n", ["METERS"]),
    "by global": (f"{HANDED_OUT}\ndef f():\n    global METERS\n    METERS = METERS[:1]\nf()\n", ["METERS"]),
    "by globals()": (f"{HANDED_OUT}\nglobals()['read'] = None\n", []),
    "by its module": (f"{HANDED_OUT}\nimport sys\nsys.modules[__name__].METERS = []\n", []),
    "gone": (changed(('METERS = ["kitchen", "hall"]\n', "")), ["METERS"]),
    "gone with its import": (
        changed(
            ("from dataclasses import dataclass\n", ""),
            ("@dataclass\nclass Meter:\n    name: str\n    digits: int = 3\n", ""),
        ),
        ["Meter"],
    ),
    "moved and changed": (
        changed(('METERS = ["kitchen", "hall"]\n', "")).replace("async def main", "METERS = []\n\n\nasync def main"),
        ["METERS"],
    ),
    "all": ('"""d"""\nfrom __future__ import annotations\nimport asyncio\n\nasync def main():\n    pass\n', [*NAMES]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_made_of_it_it_is_as_handed_out(change: str) -> None:
    source, names = CHANGES[change]
    assert restored(source) == names
    assert is_as_handed_out(loaded(source))


SAME = {
    "nothing": HANDED_OUT,
    "comments and layout": changed(("    text = await", "    # the text\n\n    text  =  await")),
    "type hints": changed(("fetch(meter: str) -> str", "fetch(meter) -> object"), ("main() -> None", "main()")),
    "a docstring": changed(("    text = await", '    """Read it."""\n    text = await')),
    "another place": changed(('METERS = ["kitchen", "hall"]\n', "")) + '\nMETERS = ["kitchen", "hall"]\n',
    "another name": f"{HANDED_OUT}\nmy_fetch = fetch\n",
    "a local of that name": f"{HANDED_OUT}\ndef f():\n    fetch = 1\n    for METERS in 'ab': pass\n    return fetch\n",
    "an attribute of that name": f"{HANDED_OUT}\nclass A:\n    fetch = 1\n    def read(self): ...\n",
    "a loop of its own": f"{HANDED_OUT}\nx = [fetch for fetch in 'ab']\n",
    "an argument": f"{HANDED_OUT}\ndef f(fetch, *, read=1): return fetch\n",
    "the rest": changed(("    try:\n        print(sum", "    try:\n        print(1 + sum")),
}


@pytest.mark.parametrize("source", SAME.values(), ids=SAME)
def test_nothing_is_done_where_nothing_was_changed(source: str) -> None:
    assert restored(source) == []


def test_a_function_that_rebinds_by_global_keeps_its_other_names() -> None:
    module = loaded(
        f"{HANDED_OUT}\nn = 0\ndef f():\n    global METERS, n\n    METERS = n = METERS[0]\n    return METERS\nf()\n"
    )
    assert module.n == "kitchen"
    assert is_as_handed_out(module)


def test_what_rebinds_by_global_once_the_program_runs_rebinds_nothing() -> None:
    module = loaded(f"{HANDED_OUT}\ndef f():\n    global METERS\n    METERS = METERS[:1]\n    return METERS\n")
    assert module.f() == ["kitchen", "hall"]
    assert is_as_handed_out(module)


def test_what_the_handed_out_file_rebinds_itself_may_be_rebound() -> None:
    original = "STOCK = 5\n\ndef sell():\n    global STOCK\n    STOCK -= 1\n"
    alone = compare(original, original.replace("5", "50"), ("STOCK",))
    module = load(original.replace("5", "50"), "exercises/05_test/flat.py", {}, restore=alone.changed, keep=alone.kept)
    module.sell()
    assert module.STOCK == 4


def test_of_names_bound_together_only_the_one_is_restored() -> None:
    alone = compare("A, B = 1, 2\n", "A, B = 10, 20\n", ("A",))
    module = load("A, B = 10, 20\n", "exercises/05_test/flat.py", {}, restore=alone.changed, keep=alone.kept)
    assert (module.A, module.B) == (1, 20)


def test_what_the_world_replaces_is_not_restored() -> None:
    alone = compare(HANDED_OUT, CHANGES["all"][0], NAMES)
    request = alone.request({"read": None, "METERS": []})
    assert [each["name"] for each in request["restore"]] == request["keep"] == ["Meter", "fetch"]


@pytest.mark.parametrize("change", ["function", "longer", "constant", "gone", "all"])
def test_other_lines_keep_their_numbers(change: str) -> None:
    source = CHANGES[change][0] + "\ndef fail():\n    raise KeyError\n"
    with pytest.raises(KeyError) as caught:
        loaded(source).fail()
    assert caught.traceback[-1].lineno + 1 == source.count("\n")


def test_a_restored_function_is_shown_on_the_lines_of_the_learners() -> None:
    source, _ = CHANGES["longer"]
    with pytest.raises(LookupError) as caught:
        asyncio.run(loaded(source).read("hall"))
    last = traceback.extract_tb(caught.tb)[-1]
    assert source.splitlines()[(last.lineno or 0) - 1].strip() == RAISES.strip()


def test_of_a_program_too_deep_to_compare_nothing_is_trusted() -> None:
    alone = compare(HANDED_OUT, f"x = {'-' * 20_000}1\n", NAMES)
    assert [each.name for each in alone.changed] == list(NAMES)


@pytest.mark.parametrize(
    ("suite", "names"),
    [
        ("", ()),
        ('LEAVE_ALONE = ("a", "b")', ("a", "b")),
        ('LEAVE_ALONE: tuple[str, ...] = ("a",)', ("a",)),
        ("# LEAVE_ALONE\n", ()),
        ("LEAVE_ALONE = (", ()),
    ],
)
def test_a_suite_says_which_names(suite: str, names: tuple[str, ...]) -> None:
    assert names_of(suite) == names


@pytest.mark.parametrize("value", ['"a"', '["a"]', '("a", b)', "tuple(x)", '("a b",)'])
def test_names_that_are_not_written_out_are_the_suites_fault(value: str) -> None:
    with pytest.raises(KitError, match="LEAVE_ALONE must be a tuple of names, written out"):
        names_of(f"LEAVE_ALONE = {value}\n")


POOL = """
import asyncio, concurrent.futures, multiprocessing

def square(n):
    return n * n

async def main(how):
    context = multiprocessing.get_context(how)
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, square, 7)
"""


@pytest.mark.parametrize("how", ["fork", "spawn", "forkserver"])
def test_a_process_pool_has_it_as_handed_out_too(how: str) -> None:
    cheat = POOL.replace("n * n", "0")
    subject = Subject(cheat, DISPLAY, left_alone=compare(POOL, cheat, ("square",)))
    with Recorder(NO_WALL) as recorder:
        recording = recorder.record_all({0: Job(subject, RecordingSpec("main", (how,), observe=False))})[0]
    assert (recording.trace.returned, recording.trace.raised) == (49, None), recording.trace.stderr


# --- graded ---------------------------------------------------------------------------------------------------------

RAISING = CHANGES["longer"][0].replace("    try:\n        print(sum", "    {}['x']\n    try:\n        print(sum")
"""It fails below a definition that is shorter as handed out."""

SUITE = '''\
"""flat: the meters."""

from hypothesis import given, settings
from hypothesis import strategies as st

import pytest

from grader.suite import Live, Trace, Virtual, points, record

LEAVE_ALONE = ("METERS", "Meter", "fetch", "read")
EXPECTED = ["the meter in the hall cannot be read; NoneType; 3"]

program = record(None)
called = record("main")


@points(1, "the program says which meter", public=True)
def test_program(program: Trace) -> None:
    assert program.lines == EXPECTED


@points(1, "main says which meter")
def test_called(called: Trace) -> None:
    assert called.lines == EXPECTED
    assert called.elapsed < 5


@points(1, "under virtual time too")
@settings(max_examples=2)
@given(n=st.integers(1, 2))
def test_virtual(virtual: Virtual, n: int) -> None:
    trace = virtual("main")
    assert trace.lines == EXPECTED, "other lines"


@points(1, "and live")
@pytest.mark.asyncio
async def test_live(live: Live) -> None:
    async with live("main") as run:
        await run.finished()
    lines = run.recording().trace.lines
    assert lines == EXPECTED, f"{lines}"
'''


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_kit(tmp_path_factory.mktemp("alone"), {"05_test": ["flat"]})
    write(root / "grader/handout/05_test/flat.py", HANDED_OUT)
    write(root / "tests/hidden/05_test/test_flat.py", SUITE)
    return root


def graded(root: Path, sources: Mapping[str, str]) -> dict[str, ExerciseResult]:
    kit = load_kit(root)
    exercise = kit.exercise("flat")
    tasks = []
    for number, (label, source) in enumerate(sources.items()):
        path = write(root.parent / f"{number}.py", source)
        tasks.append(Task(exercise, read_submission(path, "exercises/05_test/flat.py"), label))
    with Recorder(NO_WALL) as recorder:
        return {done.task.label: done.result for done in judge(kit, tasks, recorder)}


@pytest.fixture(scope="module")
def results(root: Path) -> dict[str, ExerciseResult]:
    right = changed(("    try:\n        print(sum", "    try:\n        # the sum\n        print(sum"))
    sources = {label: source for label, (source, _) in CHANGES.items()}
    return graded(root, {**sources, "right": right, "raises": RAISING})


TOLD = {
    "function": "graded with read as handed out: your file changes it (line 26)",
    "class": "graded with Meter as handed out: your file changes it (line 15)",
    "gone": "graded with METERS as handed out: your file changes it",
}


@pytest.mark.parametrize("change", [change for change, (_, names) in CHANGES.items() if names and change != "all"])
def test_every_kind_of_run_has_it_as_handed_out(results: Mapping[str, ExerciseResult], change: str) -> None:
    """The checks expect what only the handed-out definitions print; the changes would have it otherwise."""
    assert results[change].verdict is Verdict.PASSED, results[change]


@pytest.mark.parametrize("change", TOLD)
def test_the_learner_is_told_in_one_line(results: Mapping[str, ExerciseResult], change: str) -> None:
    told = [finding.text for finding in results[change].findings if finding.kind == "restored"]
    assert told == [TOLD[change]]


def test_nobody_is_told_where_nothing_was_restored(results: Mapping[str, ExerciseResult]) -> None:
    assert results["right"].verdict is Verdict.PASSED
    assert not [finding for finding in results["right"].findings if finding.kind == "restored"]


def test_an_error_is_told_with_the_learners_line(results: Mapping[str, ExerciseResult]) -> None:
    messages = [check.message for check in results["raises"].checks]
    line = RAISING.splitlines().index("    {}['x']") + 1
    assert any(f"KeyError: 'x' at line {line}" in message for message in messages), messages


def test_a_wrong_answer_that_edits_what_is_left_alone_fails(tmp_path: Path) -> None:
    """As in bad_flattening: the report lacks its cause, and ``from error`` where it is raised is not the task."""
    root = make_kit(tmp_path, {"05_test": ["flat"]})
    write(root / "grader/handout/05_test/flat.py", HANDED_OUT)
    asked = SUITE.replace("NoneType", "ValueError")
    write(root / "tests/hidden/05_test/test_flat.py", asked)
    wrong = changed(
        ("    except ValueError:\n", "    except ValueError as error:\n"), (RAISES, RAISES[:-1] + " from error\n")
    )
    unguarded = asked.replace(', "read")', ")")
    assert graded(root, {"wrong": wrong})["wrong"].verdict is Verdict.FAILED
    write(root / "tests/hidden/05_test/test_flat.py", unguarded)
    checks = graded(root, {"wrong": wrong})["wrong"].checks
    assert [check.score for check in checks] == [1] * 4, "otherwise this test shows nothing"


def test_public_checks_have_it_too() -> None:
    assert names_of(public_part(SUITE)) == NAMES


# --- promised and kept ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paragraph", "names"),
    [
        ("Leave alone: `a`, `b` and `c`. Also `d`.", ("a", "b", "c")),
        ("Leave alone: `a` (when graded,\nothers take its place), `main(hosts)` and `a`.\n", ("a", "main")),
        ("Leave alone: `x.y`.\n", ("x",)),
        ("Leave alone: nothing.", ()),
        ("What may not change: `a`.", None),
    ],
)
def test_the_names_of_a_docstring(paragraph: str, names: tuple[str, ...] | None) -> None:
    assert task_text.names_left_alone(f"A title.\n\n{paragraph}\n") == names


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        (
            "test",
            '"fetch", "read")',
            '"fetch")',
            "the docstring says to leave read alone, but LEAVE_ALONE does not have",
        ),
        ("test", '"read")', '"read", "main")', "LEAVE_ALONE has main, which the docstring does not say to leave alone"),
        ("test", '"read")', '"reed")', "LEAVE_ALONE has 'reed', which the file as handed out does not define"),
        ("test", '"read")', '"read", "read")', "LEAVE_ALONE has 'read' twice"),
        ("test", '"read")', '"read", READ)', "LEAVE_ALONE must be a tuple of names, written out"),
        ("flat", "Leave alone:", "Leave:", "LEAVE_ALONE is not told to the learner: the docstring has no paragraph"),
        ("flat", "Required:", "Wanted:", "its docstring has no list `Required:`"),
        (
            "flat",
            "METERS = [",
            "if METERS := [1]:\n    METERS = [",
            "LEAVE_ALONE has 'METERS', which the file as handed",
        ),
    ],
)
def test_check_compares_the_docstring_with_the_suite(tmp_path: Path, file: str, old: str, new: str, found: str) -> None:
    root = make_kit(tmp_path, {"05_test": ["flat"]})
    handed_out = write(root / "grader/handout/05_test/flat.py", HANDED_OUT)
    suite = write(root / "tests/hidden/05_test/test_flat.py", SUITE)
    about = ("LEAVE_ALONE", "Required:")
    before = [str(each) for each in check_kit(load_kit(root)) if any(word in each.message for word in about)]
    assert before == []
    edit(suite if file == "test" else handed_out, old, new)
    complaints = [str(each) for each in check_kit(load_kit(root))]
    assert any(found in each for each in complaints), complaints


def test_a_docstring_without_either_list_is_passed_over_until_all_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_text, "LISTS_DEMANDED", False)
    assert not list(task_text.complaints_about_docstring("A title."))
    monkeypatch.setattr(task_text, "LISTS_DEMANDED", True)
    assert list(task_text.complaints_about_docstring("A title."))


def test_a_definition_survives_its_journey() -> None:
    definition = Definition("a", "a = 1", (3,), 2, ("import os",), False, 3)
    assert Definition.from_request(json.loads(json.dumps(asdict(definition)))) == definition
