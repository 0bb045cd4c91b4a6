"""What was judged is remembered as long as nothing that matters changed, and the memory is never worth an error."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import grader
from grader.load import json_store as memory_module
from grader.load import state as state_module
from grader.load.kit import Kit, load_kit
from grader.load.state import State, grader_digest, key_for
from grader.load.submission import read_submission
from grader.result import Check, CheckVerdict, ExerciseResult, Verdict
from tests.grader.kits import edit, make_kit, write

PASSED = ExerciseResult(
    name="two_tasks",
    title="Two tasks at once",
    chapter="02_together",
    path="exercises/02_together/two_tasks.py",
    verdict=Verdict.PASSED,
    score=1,
    max_score=1,
    seconds=0.4,
    checks=(Check("both tasks finish in under 0.6 s", CheckVerdict.PASSED, 1, 1),),
)
FAILED = replace(PASSED, verdict=Verdict.FAILED, score=0, checks=(replace(PASSED.checks[0], score=0),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".turtles"


def remember(folder: Path, result: ExerciseResult, key: str = "key") -> State:
    state = State(folder)
    state.put(result.name, key, result)
    state.save()
    return state


# --- remembering ----------------------------------------------------------------------------------------------------


def test_what_was_saved_is_known_next_time(folder: Path) -> None:
    assert remember(folder, PASSED).problem is None
    assert State(folder).get("two_tasks", "key") == PASSED


def test_another_key_or_name_is_not_known(folder: Path) -> None:
    remember(folder, PASSED)
    assert State(folder).get("two_tasks", "other") is None
    assert State(folder).get("hello", "key") is None


def test_what_was_put_is_known_before_it_is_saved(folder: Path) -> None:
    state = State(folder)
    state.put("two_tasks", "key", PASSED)
    assert state.get("two_tasks", "key") == PASSED
    assert not folder.exists()


def test_the_last_result_for_a_key_counts(folder: Path) -> None:
    remember(folder, FAILED)
    remember(folder, PASSED)
    assert State(folder).get("two_tasks", "key") == PASSED


def test_an_edit_taken_back_is_still_known_but_not_for_ever(folder: Path) -> None:
    for key in "abcde":
        remember(folder, PASSED, key)
    known = [key for key in "abcde" if State(folder).get("two_tasks", key)]
    assert known == ["c", "d", "e"]


def test_what_is_inconclusive_is_never_remembered(folder: Path) -> None:
    inconclusive = replace(PASSED, verdict=Verdict.INCONCLUSIVE, score=0, message="too noisy", checks=())
    state = remember(folder, inconclusive)
    assert state.get("two_tasks", "key") is None
    assert not folder.exists()


def test_nothing_new_writes_nothing(folder: Path) -> None:
    State(folder).save()
    assert not folder.exists()


def test_the_folder_may_go_at_any_time(folder: Path) -> None:
    state = remember(folder, PASSED)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert State(folder).get("two_tasks", "key") is None
    state.put("two_tasks", "key", PASSED)
    state.save()
    assert State(folder).get("two_tasks", "key") == PASSED


# --- several graders ------------------------------------------------------------------------------------------------


def test_two_graders_keep_each_others_results(folder: Path) -> None:
    one, other = State(folder), State(folder)
    one.put("two_tasks", "key", PASSED)
    other.put("hello", "key", replace(PASSED, name="hello"))
    one.save()
    other.save()
    assert State(folder).get("two_tasks", "key") == PASSED
    assert State(folder).get("hello", "key") is not None


def _save_many(folder: Path, writer: int) -> None:
    for n in range(10):
        name = f"job_{writer}_{n}"
        remember(folder, replace(PASSED, name=name))


def test_many_graders_at_once_lose_nothing(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_save_many, args=(folder, writer)) for writer in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    known = State(folder)
    assert all(known.get(f"job_{writer}_{n}", "key") for writer in range(3) for n in range(10))


def test_a_grader_that_holds_the_lock_for_ever_is_not_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(memory_module, "_LOCK_WAIT_S", 0.05)
    folder.mkdir()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = remember(folder, PASSED)
    assert state.problem is not None
    assert "another grader has held it for too long" in state.problem
    assert State(folder).get("two_tasks", "key") is None


# --- harm -----------------------------------------------------------------------------------------------------------

RUBBISH = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"3",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"schema": "turtles/state/v2"}',
    b'{"schema": "turtles/state/v2", "results": []}',
    b'{"schema": "turtles/state/v2", "results": {"two_tasks": []}}',
    b'{"schema": "turtles/state/v2", "results": {"two_tasks": {"key": 3}}}',
    b'{"schema": "turtles/state/v2", "results": {"two_tasks": {"key": {"name": "two_tasks"}}}}',
    b'{"schema": "turtles/state/v2", "results": {"two_tasks": {"key": "{\\"name\\": \\"two_tasks\\"}"}}}',
    b'{"schema": "turtles/state/v2", "results": {"two_tasks": {"key": "{"}}}',
    b'{"schema": "turtles/state/v1", "results": {"two_tasks": {"key": "{}"}}}',
]


@pytest.mark.parametrize("content", RUBBISH)
def test_rubbish_is_ignored_and_replaced(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "results.json").write_bytes(content)
    state = State(folder)
    assert state.get("two_tasks", "key") is None
    assert state.problem is None
    remember(folder, PASSED)
    assert State(folder).get("two_tasks", "key") == PASSED


def test_a_file_cut_short_anywhere_is_ignored(folder: Path) -> None:
    remember(folder, PASSED)
    whole = (folder / "results.json").read_bytes()
    for length in range(0, len(whole), 7):
        (folder / "results.json").write_bytes(whole[:length])
        assert State(folder).get("two_tasks", "key") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*vars(PASSED), "x"]), inner),
    max_leaves=12,
)


@settings(deadline=None)
@given(entry=JSON)
def test_any_json_in_an_entry_is_ignored(tmp_path_factory: pytest.TempPathFactory, entry: object) -> None:
    folder = tmp_path_factory.getbasetemp() / "any-json"
    for held in (entry, json.dumps(entry)):
        data = {"schema": state_module.SCHEMA, "results": {"two_tasks": {"key": held}}}
        write(folder / "results.json", json.dumps(data))
        assert State(folder).get("two_tasks", "key") is None


def test_a_result_under_the_name_of_another_exercise_is_ignored(folder: Path) -> None:
    data = {"schema": state_module.SCHEMA, "results": {"hello": {"key": json.dumps(PASSED.to_json())}}}
    write(folder / "results.json", json.dumps(data))
    assert State(folder).get("hello", "key") is None


def test_a_pipe_in_its_place_is_not_waited_for(folder: Path) -> None:
    folder.mkdir()
    os.mkfifo(folder / "results.json")
    os.mkfifo(folder / "results.new")
    assert State(folder).get("two_tasks", "key") is None
    remember(folder, PASSED)
    assert State(folder).get("two_tasks", "key") == PASSED


def test_what_a_killed_grader_left_behind_is_no_hindrance(folder: Path) -> None:
    write(folder / "results.new", '{"schema": "turtles/st')
    assert remember(folder, PASSED).problem is None
    assert State(folder).get("two_tasks", "key") == PASSED


def test_a_file_in_the_folders_place_is_said_in_one_line(folder: Path) -> None:
    folder.write_text("mine")
    state = remember(folder, PASSED)
    assert state.problem is not None
    assert str(folder) in state.problem
    assert "will be judged again next time" in state.problem
    assert "\n" not in state.problem
    assert state.get("two_tasks", "key") == PASSED
    assert folder.read_text() == "mine"


@pytest.fixture
def nobody() -> Iterator[None]:
    """The rights of a user who owns nothing: root may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def read_only(folder: Path) -> Path:
    remember(folder, PASSED)
    folder.chmod(0o500)
    return folder


def test_a_folder_that_may_not_be_written_is_said_in_one_line(read_only: Path, nobody: None) -> None:  # noqa: ARG001
    state = State(read_only)
    state.put("two_tasks", "new", PASSED)
    state.save()
    assert state.problem is not None
    assert "Permission denied" in state.problem
    assert "\n" not in state.problem
    assert state.get("two_tasks", "new") == PASSED


def test_a_full_disk_is_said_in_one_line_and_loses_nothing(folder: Path) -> None:
    remember(folder, PASSED)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))  # as good as full: a write fails halfway
    try:
        state = remember(folder, PASSED, "new")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert state.problem is not None
    assert "cannot be written" in state.problem
    assert State(folder).get("two_tasks", "key") == PASSED
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "results.json"]


# --- keys -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return load_kit(make_kit(tmp_path, {"02_together": ["two_tasks", "too_eager"]}))


def key(kit: Kit, name: str = "two_tasks", sandbox: str = "none", display: str = "shown.py") -> str:
    exercise = kit.exercise(name)
    return key_for(kit, exercise, read_submission(kit.exercise_file(exercise), display), sandbox)


def test_the_key_stays_as_long_as_nothing_changes(kit: Kit) -> None:
    assert key(kit) == key(load_kit(kit.root))


@pytest.mark.parametrize("place", ["exercise_file", "suite_file", "scenario_file", "handed_out_file"])
@pytest.mark.parametrize("more", ["", "#"])
def test_a_change_of_any_file_changes_the_key_of_that_exercise_only(kit: Kit, place: str, more: str) -> None:
    before, other = key(kit), key(kit, "too_eager")
    path: Path = getattr(kit, place)(kit.exercise("two_tasks"))
    existed = path.exists()
    write(path, (path.read_text() if existed else "") + more)
    assert (key(kit) == before) == (existed and not more)
    assert key(kit, "too_eager") == other


def test_a_deleted_file_changes_the_key(kit: Kit) -> None:
    before = key(kit)
    kit.exercise_file(kit.exercise("two_tasks")).unlink()
    assert key(kit) != before


def test_the_entry_the_sandbox_and_the_shown_path_are_part_of_the_key(kit: Kit) -> None:
    keys = {key(kit), key(kit, sandbox="bwrap"), key(kit, display="solutions/a.py")}
    curriculum = kit.root / "exercises" / "curriculum.toml"
    edit(curriculum, 'name = "two_tasks"', 'name = "two_tasks"\npackages = ["httpx2"]')
    keys.add(key(load_kit(kit.root)))
    assert len(keys) == 4


def test_settings_that_suites_share_are_part_of_the_key(kit: Kit) -> None:
    before = key(kit)
    write(kit.root / "tests" / "hidden" / "conftest.py", "")
    assert key(kit) != before


def test_the_graders_own_sources_are_part_of_the_key(kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key(kit)
    package = tmp_path / "other" / "grader"
    write(package / "__init__.py", "")
    write(package / "load" / "kit.py", "")
    write(package / "handout" / "02_together" / "two_tasks.py", "")
    monkeypatch.setattr(grader, "__file__", str(package / "__init__.py"))

    def digest() -> str:
        grader_digest.cache_clear()
        return grader_digest()

    try:
        first = digest()
        assert key(kit) != before
        write(package / "handout" / "02_together" / "two_tasks.py", "# handed out, not the grader")
        assert digest() == first
        write(package / "load" / "kit.py", "#")
        assert digest() != first
    finally:
        grader_digest.cache_clear()


# --- speed ----------------------------------------------------------------------------------------------------------


def test_loading_brings_in_nothing_heavy() -> None:
    modules = ", ".join(f"grader.load.{name}" for name in ("kit", "select", "submission", "state", "practice_log"))
    code = f"import sys, {modules}; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"asyncio", "pytest", "rich", "typer", "hypothesis"} & set(out.split())


def test_a_kit_of_95_exercises_in_which_nothing_changed_is_known_quickly(tmp_path: Path) -> None:
    root = make_kit(tmp_path, {f"{n:02}_chapter": [f"job_{n:02}_{m}" for m in range(10)] for n in range(1, 11)})

    def pass_over() -> int:
        kit = load_kit(root)
        state = State(root / ".turtles")
        known = 0
        for exercise in kit.exercises:
            submission = read_submission(kit.exercise_file(exercise), str(exercise.file))
            k = key_for(kit, exercise, submission, "none")
            known += state.get(exercise.name, k) is not None
            state.put(exercise.name, k, replace(PASSED, name=exercise.name))
        state.save()
        return known

    assert pass_over() == 0
    cpu_s = []
    for _ in range(3):
        started = time.process_time()
        assert pass_over() == 100
        cpu_s.append(time.process_time() - started)
    assert min(cpu_s) < 0.5  # some 0.1 s on the slowest machine it was tried on; this is to notice a blunder
