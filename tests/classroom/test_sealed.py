"""Sealed suites: a key opens them in memory, they judge as open ones do, and nothing of them is seen anywhere."""

from __future__ import annotations

import json
import linecache
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from grader.errors import KitError, TurtlesError, UsageError
from grader.judge import virtual_workers
from grader.judge.session import judge
from grader.judge.task import Task
from grader.load.kit import Suites, load_kit
from grader.load.sealed_suites import VARIABLE, Key, identity_of, new_key, open_sealed, recipient_of, seal
from grader.load.state import key_for
from grader.load.submission import read_submission, take_submission
from grader.record.recorder import Recorder
from grader.record.sandbox import Sandbox
from tests.grader import runs
from tests.grader.command import conclusive, environment, graded, turtles
from tests.grader.kits import SOLVED, as_handed_out, edit, make_kit, write

CHAPTER = "02_together"
NAMES = ("one", "two", "three", "four")
KEY = new_key()
OTHER = new_key()
SECRET = "heliotrope"
"""A word of the suites that nobody may see."""

SUITE = f'''\
"""Both tasks run at the same time."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, points, record


@dataclass(frozen=True)
class Wanted:
    """What is kept where only the suite sees it: {SECRET}."""

    tasks: dict[str, float] = field(default_factory=dict)


WANTED = Wanted({{"task_a": 0.5, "task_b": 0.3}})
both = record("main", world={{name: double(name, delay=delay) for name, delay in WANTED.tasks.items()}})
driven = record("twice", scenario=True)


@points(1, "both tasks finish in under 0.6 s", public=True)
def test_time(both: Trace) -> None:
    {SECRET} = both.elapsed
    assert 0.4 < {SECRET} < 0.7


@points(1, "a task prints two lines")
def test_lines(driven: Trace) -> None:
    assert driven.lines == ["Task A starts", "Task A ends"] * 2


@points(1, "whichever is slow")
@given(seconds=st.integers(1, 9))
def test_any(virtual: Virtual, seconds: int) -> None:
    trace = virtual("main", world={{"task_a": double("task_a", delay=seconds), "task_b": double("task_b", delay=3)}})
    assert trace.elapsed < max(3, seconds) + 0.1, f"it takes {{float(trace.elapsed):.1f}} s"
'''
SCENARIO = "async def twice(exercise, stage):\n    await exercise.task_a()\n    await exercise.task_a()\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A kit with open suites and scenarios."""
    root = make_kit(tmp_path, {CHAPTER: NAMES})
    for name in NAMES:
        write(root / "tests" / "hidden" / CHAPTER / f"test_{name}.py", SUITE)
        write(root / "tests" / "hidden" / CHAPTER / f"{name}_scenario.py", SCENARIO)
    return root


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> Key:
    """The key, in the environment."""
    monkeypatch.setenv(VARIABLE, KEY.identity)
    return KEY


def reseal(root: Path, suite: str, name: str = "one") -> None:
    """Put another suite in the place of a sealed one."""
    path = root / "tests" / "sealed" / CHAPTER / f"test_{name}.py.age"
    path.write_bytes(seal(suite, SCENARIO, KEY.recipient))


def outcomes(root: Path, *, solved: bool) -> list[Any]:
    """What is said of every exercise of a kit, check by check."""
    kit = load_kit(root)
    raw = (SOLVED if solved else kit.handed_out_file(kit.exercises[0]).read_text(encoding="utf-8")).encode()
    tasks = [Task(each, take_submission(raw, f"exercises/{each.file}")) for each in kit.exercises]
    with Recorder(Sandbox(wall=False)) as recorder:
        found = conclusive(lambda: judge(kit, tasks, recorder), runs.all_judged)
    return [
        (each.task.exercise.name, each.result.verdict, [(o.title, o.points, o.kind, o.public) for o in each.outcomes])
        for each in found
    ]


# --- keys -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"# created: 2026-11-24T20:15:00Z\n# public key: {KEY.recipient}\n{KEY.identity}\n",
        f"{KEY.identity}\r\n",
        f"  {KEY.recipient}",
        f"# public key: {KEY.recipient}\n",
        f"# public key: {OTHER.recipient}\n{KEY.identity}\n",
        f"# for the course\n\n{KEY.recipient}\n{KEY.identity}\n",
    ],
    ids=count(),
)
def test_a_key_file_says_which_public_key_it_is_about(text: str) -> None:
    assert recipient_of(text) == KEY.recipient


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no key"),
        ("age", "no key"),
        (f"{KEY.recipient}\n{OTHER.recipient}", "more than one key"),
        (f"{KEY.identity}\n{OTHER.recipient}", "more than one key"),
        (KEY.recipient[:-1], "damaged"),
        (f"{KEY.identity[:-1]}", "damaged"),
    ],
    ids=count(),
)
def test_a_file_without_one_good_key_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        recipient_of(text)
    assert KEY.identity[:-1] not in str(refused.value)


def test_a_key_is_the_whole_file_or_the_line_of_it() -> None:
    assert identity_of(f"# public key: {KEY.recipient}\n{KEY.identity}\n") == identity_of(KEY.identity) == KEY.identity
    for text in (KEY.recipient, "", f"{KEY.identity}\n{OTHER.identity}"):
        with pytest.raises(UsageError, match="AGE-SECRET-KEY-1"):
            identity_of(text)


def test_only_the_key_opens_what_was_sealed_for_it() -> None:
    data = seal(SUITE, None, KEY.recipient)
    assert SECRET.encode() not in data
    opened = open_sealed(data, KEY.identity)
    assert (opened.suite, opened.scenario) == (SUITE, None)
    assert open_sealed(seal("", SCENARIO, KEY.recipient), KEY.identity).scenario == SCENARIO
    for wrong, identity in ((data, OTHER.identity), (data[:-1], KEY.identity), (b"", KEY.identity)):
        with pytest.raises(KitError, match="does not fit, or the file is damaged"):
            open_sealed(wrong, identity)


def test_no_text_of_a_key_or_a_suite_is_shown_by_chance(root: Path, key: Key) -> None:
    kit = load_kit(as_handed_out(root, key.recipient))
    assert kit.suites is Suites.SEALED
    shown = repr([key, kit, open_sealed(seal(SUITE, SCENARIO, key.recipient), key.identity)])
    assert key.identity not in shown
    assert SECRET not in shown


def test_without_pyrage_there_is_one_clear_error(root: Path, key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    as_handed_out(root, key.recipient)
    monkeypatch.setitem(sys.modules, "pyrage", None)
    for call in (new_key, lambda: recipient_of(KEY.recipient), lambda: load_kit(root)):
        with pytest.raises(KitError, match="needs pyrage: install it"):
            call()


# --- which form is used ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recipient", "said", "form", "points"),
    [
        (KEY.recipient, KEY.identity, Suites.SEALED, 3),
        (KEY.recipient, f"# public key: {KEY.recipient}\n{KEY.identity}\n", Suites.SEALED, 3),
        (KEY.recipient, "", Suites.PUBLIC, 1),
        (None, KEY.identity, Suites.PUBLIC, 1),
    ],
    ids=count(),
)
def test_the_key_decides_between_sealed_and_public(
    root: Path, monkeypatch: pytest.MonkeyPatch, recipient: str | None, said: str, form: Suites, points: int
) -> None:
    as_handed_out(root, recipient)
    monkeypatch.setenv(VARIABLE, said)
    kit = load_kit(root)
    assert kit.suites is form
    assert {exercise.points for exercise in kit.exercises} == {points}
    one = kit.exercises[0]
    assert kit.suite_file(one).is_file()
    assert (SECRET in kit.suite(one), kit.scenario(one)) == (True, SCENARIO if form is Suites.SEALED else None)


@pytest.mark.usefixtures("key")
def test_open_suites_need_no_key(root: Path) -> None:
    kit = load_kit(root)
    assert (kit.suites, kit.key) == (Suites.OPEN, "")
    assert (kit.suite(kit.exercises[0]), kit.scenario(kit.exercises[0])) == (SUITE, SCENARIO)


@pytest.mark.parametrize("said", [OTHER.identity, KEY.identity[:-1], KEY.recipient, "hunter2-hunter2"], ids=count())
def test_a_key_that_does_not_open_is_an_error_that_does_not_show_it(root: Path, said: str) -> None:
    as_handed_out(root, KEY.recipient)
    done = graded(root, "--debug", "grade", environ={VARIABLE: said})
    assert done.returncode == 2
    assert f"turtles: {VARIABLE} does not open the suites" in done.stderr
    assert "unset it to make the public checks only" in done.stderr
    assert said not in done.stdout + done.stderr


def test_sealed_suites_alone_ask_for_the_key(root: Path) -> None:
    as_handed_out(root, KEY.recipient)
    for file in (root / "tests" / "public").rglob("*.py"):
        file.unlink()
    done = turtles(root, "list", environ={VARIABLE: ""})
    assert (done.returncode, done.stderr) == (
        2,
        f"turtles: the suites are sealed: set {VARIABLE} to the key that opens them\n",
    )


# --- judging --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solved", [True, False])
def test_sealed_suites_say_what_open_ones_say(
    root: Path, key: Key, monkeypatch: pytest.MonkeyPatch, solved: bool
) -> None:
    monkeypatch.setattr(virtual_workers, "worker_count", lambda _: 1)  # which opens them itself
    as_written = outcomes(root, solved=solved)
    assert {verdict for _, verdict, _ in as_written} == {"passed" if solved else "untouched"}
    as_handed_out(root, key.recipient)
    assert outcomes(root, solved=solved) == as_written


def test_a_sealed_comparison_explains_itself(root: Path) -> None:
    as_handed_out(root, KEY.recipient)
    done = graded(root, "grade", "one", environ={VARIABLE: KEY.identity, "CI": "true"})
    assert "✘ both tasks finish in under 0.6 s: took 0.8" in done.stdout
    assert "expected under 0.7 s" in done.stdout
    assert "✘ whichever is slow: it takes " in done.stdout
    assert "0 of 3 points · 1 not started" in done.stdout


def test_two_sessions_of_one_process_do_not_share_a_sealed_suite(root: Path, key: Key) -> None:
    as_handed_out(root, key.recipient)
    kit = load_kit(root)
    one = kit.exercise("one")
    task = Task(one, take_submission(SOLVED.encode(), "one.py"))
    with Recorder(Sandbox(wall=False)) as recorder:
        [before] = judge(kit, [task], recorder)
        reseal(root, SUITE.replace("whichever is slow", "another title"))
        [after] = judge(kit, [task], recorder)
    assert [check.title for check in before.result.checks][2] == "whichever is slow"
    assert [check.title for check in after.result.checks][2] == "another title"
    assert not [each for each in list(sys.modules.values()) if str(getattr(each, "__file__", "")).endswith(".age")]
    assert not [name for name in linecache.cache if "sealed suite" in name]


DRAWN = """\
from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, points, record

both = record("main")
seen = []


class Number(int):
    pass


@points(1, "some numbers")
@given(number=st.integers(0, 10**9))
def test_numbers(virtual: Virtual, number: Number) -> None:
    seen.append(number)


@points(2, "what they were", public=True)
def test_seen(both: Trace) -> None:
    assert not seen, str(seen)
"""


def test_properties_try_the_same_examples_sealed_and_open(root: Path, key: Key) -> None:
    def drawn() -> str:
        kit = load_kit(root)
        task = Task(kit.exercise("one"), take_submission(SOLVED.encode(), "one.py"))
        with Recorder(Sandbox(wall=False)) as recorder:
            [judged] = judge(kit, [task], recorder, workers=False)
        return judged.outcomes[1].message

    write(root / "tests" / "hidden" / CHAPTER / "test_one.py", DRAWN)
    as_written = drawn()
    assert as_written.count(",") > 20
    as_handed_out(root, key.recipient)
    assert drawn() == as_written


def test_the_file_as_it_lies_there_is_part_of_what_a_verdict_is_remembered_by(root: Path, key: Key) -> None:
    as_handed_out(root, key.recipient)
    kit = load_kit(root)
    one, two = kit.exercises[:2]
    keys = [key_for(kit, each, read_submission(kit.exercise_file(each), "shown.py"), "none") for each in (one, two)]
    reseal(root, SUITE + "\n")
    again = [key_for(kit, each, read_submission(kit.exercise_file(each), "shown.py"), "none") for each in (one, two)]
    assert (again[0] != keys[0], again[1] == keys[1]) == (True, True)


# --- nothing is seen ------------------------------------------------------------------------------------------------

CURIOUS = '''\
"""Looks for what it should not find."""
import asyncio
import os
import sys

KEY = "AGE-SECRET-" + "KEY-1"


async def task_a():
    found = [name for name, value in os.environ.items() if KEY in value or KEY in name or "TURTLES" in name]
    with open("/proc/self/environ", encoding="utf-8", errors="replace") as file:
        found += ["/proc/self/environ"] if KEY in file.read() else []
    found += [argument for argument in sys.argv if KEY in argument]
    for folder, _, files in os.walk(os.getcwd()):
        for name in filter(lambda name: os.path.isfile(os.path.join(folder, name)), files):
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                found += [name] if "helio" + "trope" in file.read() else []
    print("found", found)


async def task_b():
    pass


async def main():
    await task_a()
'''
LOOK = f"""\
from grader.suite import Trace, points, record

looked = record("main")


@points(3, "it finds nothing", public=True)
def test_found(looked: Trace) -> None:
    {SECRET} = looked.lines
    assert {SECRET} == ["found []"]
"""


@pytest.mark.parametrize("sandbox", ["none", "bwrap"])
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_neither_the_key_nor_a_suite_reaches_a_program(root: Path, sandbox: str) -> None:
    if sandbox == "bwrap":
        runs.wall()
    as_handed_out(root, KEY.recipient)
    reseal(root, LOOK)
    write(root / "exercises" / CHAPTER / "one.py", CURIOUS)
    done = graded(root, "grade", "one", "--sandbox", sandbox, environ={VARIABLE: KEY.identity})
    assert "3 of 3 points · 1 passed" in done.stdout, done.stdout


def test_nothing_that_was_opened_is_left_on_the_disk(root: Path, tmp_path: Path) -> None:
    as_handed_out(root, KEY.recipient)
    public = [*(root / "tests" / "public").rglob("*.py")]
    for file in public:  # they hold a part of it
        edit(file, f"    {SECRET} = both.elapsed\n    assert 0.4 < {SECRET} < 0.7\n", "    assert both.elapsed < 0.7\n")
        write(file, file.read_text(encoding="utf-8").replace(SECRET, "plain"))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = graded(
        root, "grade", "--json", "result.json", "--junit", "result.xml",
        environ={VARIABLE: KEY.identity, "TMPDIR": str(scratch), "HOME": str(scratch)},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert json.loads((root / "result.json").read_text(encoding="utf-8"))["suites"] == "all"
    files = [file for folder in (root, scratch) for file in folder.rglob("*") if file.is_file()]
    for file in files:
        content = file.read_bytes()
        assert SECRET.encode() not in content, file
        assert KEY.identity.encode() not in content, file
    assert SECRET not in done.stdout + done.stderr


FAULTY = {
    "syntax": SUITE.replace("def test_time(both", f"def test_time(: {SECRET}"),
    "while it loads": f"{SUITE}\nraise ValueError({SECRET!r})\n",
    "a name": f"{SUITE}\n{SECRET}\n",
    "the program ends": f"{SUITE}\nraise SystemExit({SECRET!r}.upper().lower() and 3)  # {SECRET}\n",
    "a check": SUITE.replace(
        "    assert driven.lines", f"    {SECRET} = {{}}[{SECRET!r}]  # \n    assert driven.lines"
    ),
    "a fixture": SUITE.replace("def test_lines(driven: Trace)", f"def test_lines(driven: Trace, {SECRET}: object)"),
    "a spec": SUITE.replace(
        'driven = record("twice", scenario=True)',
        f"async def drive(run):\n    raise OSError  # {SECRET}\n\ndriven = record('main', drive=drive)",
    ),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_a_sealed_suite_that_fails_shows_no_line_of_itself(root: Path, fault: str) -> None:
    as_handed_out(root, KEY.recipient)
    reseal(root, FAULTY[fault])
    done = graded(root, "--debug", "grade", "one", environ={VARIABLE: KEY.identity})
    assert done.returncode in (1, 2, 3)
    assert SECRET not in done.stdout + done.stderr


def test_a_sealed_suite_that_does_not_load_is_named_with_the_line_and_the_kind(root: Path) -> None:
    as_handed_out(root, KEY.recipient)
    reseal(root, "import asyncio\nasyncio.nothing\n")
    done = graded(root, "grade", "one", environ={VARIABLE: KEY.identity})
    said = f"tests/sealed/{CHAPTER}/test_one.py.age:2: AttributeError"
    assert (done.returncode, done.stderr) == (2, f"turtles: a suite could not be loaded: {said}\n")


def test_a_sealed_suite_that_is_missing_is_said(root: Path, key: Key) -> None:
    as_handed_out(root, key.recipient)
    (root / "tests" / "sealed" / CHAPTER / "test_one.py.age").unlink()
    with pytest.raises(TurtlesError, match=r"the suite tests/sealed/02_together/test_one\.py\.age is missing"):
        outcomes(root, solved=True)


def test_check_and_verify_prove_what_students_have(root: Path) -> None:
    as_handed_out(root, KEY.recipient)
    environ = {VARIABLE: KEY.identity}
    checked = turtles(root, "check", environ=environ)
    assert checked.returncode == 0, checked.stdout
    assert "without solutions and answer bank" in checked.stdout
    verified = graded(root, "verify", environ=environ)
    counts = "judged rightly: 4 handed out (a kit for students holds nothing else to prove)\n"
    assert (verified.returncode, verified.stdout) == (0, counts)

    (root / "tests" / "sealed" / CHAPTER / "test_one.py.age").unlink()
    reseal(root, SUITE.replace("@points(1,", "@points(2,", 1), "two")
    reseal(root, "def", "three")
    write(root / "tests" / "sealed" / CHAPTER / "test_old_name.py.age", "")
    assert turtles(root, "check", environ=environ).stdout.splitlines()[:4] == [
        f"tests/sealed/{CHAPTER}/test_one.py.age: is missing; bring the kit up to date",
        f"tests/sealed/{CHAPTER}/test_two.py.age: its checks are worth 4 points together, "
        "but exercises/curriculum.toml says 3",
        f"tests/sealed/{CHAPTER}/test_three.py.age: does not compile; bring the kit up to date",
        f"tests/sealed/{CHAPTER}/test_old_name.py.age: belongs to no exercise of exercises/curriculum.toml; "
        "rename it, or take it away",
    ]


def test_the_workers_of_watch_open_sealed_suites_as_well(root: Path) -> None:
    as_handed_out(root, KEY.recipient)
    program = (
        "import asyncio, pathlib, sys\n"
        "from grader.watch.judge_process import Judge\n"
        "async def main():\n"
        "    judge = Judge(pathlib.Path.cwd(), 'none')\n"
        "    graded = await judge.judge(['one'], everything=False, progress=lambda *_: None)\n"
        "    await judge.close()\n"
        "    print(graded.result.suites, graded.result.max_score)\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=environment(**{VARIABLE: KEY.identity}),
        capture_output=True, encoding="utf-8", timeout=150, check=False,
    )  # fmt: skip
    assert done.stdout == "all 3\n", done.stderr
