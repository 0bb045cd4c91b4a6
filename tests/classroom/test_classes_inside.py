"""Who handed in is decided by the entries, at every level; nobody can hand in for somebody else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.collect.intake.discovery import find
from grader.collect.submissions import read
from grader.load.kit import Kit, load_kit
from tests.grader.kits import make_kit

ONE, TWO, THREE = b"print(1)\n", b"print(2)\n", b"print(3)\n"
MOODLE = {f"Al May_{n}_assignsubmission_file_/two_tasks.py": ONE + b"#" * n for n in (11, 12, 13)}
CANVAS = {"mayal_21_901_two_tasks.py": ONE, "libo_LATE_22_902_two_tasks.py": TWO}
METADATA = b"submission_1:\n  :submitters:\n  - :name: Zo\n    :sid: '7'\n  :created_at: 2026-10-01 12:00:00 Z\n"
GRADESCOPE = {"submission_metadata.yml": METADATA, "submission_1/two_tasks.py": THREE}


def zipped(files: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return file.getvalue()


def put(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return load_kit(make_kit(tmp_path / "kit", {"02_together": ["two_tasks", "in_order"]}))


@pytest.fixture
def handed(tmp_path: Path) -> Path:
    return put(tmp_path / "handed in", {"alice/two_tasks.py": ONE})


def places(folder: Path, *roster: str) -> list[str]:
    return [each.place for each in find(folder, lambda name: name in roster)[0]]


@pytest.mark.parametrize("level", ["", "week 1/", "week 1/section A/"])
def test_an_export_is_a_class_wherever_it_lies(kit: Kit, handed: Path, level: str) -> None:
    put(handed, {f"{level}moodle.zip": zipped(MOODLE), f"{level}canvas/{min(CANVAS)}": TWO})
    put(handed, {f"{level}scope/{name}": content for name, content in GRADESCOPE.items()})
    if level:
        put(handed, {f"{level}notes.txt": b"remember"})
    assert places(handed) == sorted([
        "alice", f"{level}canvas/libo_22", f"{level}scope/submission_1",
        *(f"{level}moodle.zip/Al May_{n}" for n in (11, 12, 13)),
    ])  # fmt: skip
    found = {each.place: read(kit, each) for each in find(handed)[0]}
    assert found[f"{level}scope/submission_1"].files == {"two_tasks": THREE}
    assert found[f"{level}moodle.zip/Al May_12"].files == {"two_tasks": ONE + b"#" * 12}
    assert found[f"{level}canvas/libo_22"].marked_late


def test_an_export_in_an_export_is_a_class(kit: Kit, tmp_path: Path) -> None:
    path = tmp_path / "course-submissions.zip"
    path.write_bytes(zipped({"moodle.zip": zipped(MOODLE), "alice.zip": zipped({"two_tasks.py": TWO})}))
    found = {each.place: read(kit, each) for each in find(path)[0]}
    assert list(found) == ["alice.zip", *(f"moodle.zip/Al May_{n}" for n in (11, 12, 13))]
    assert found["moodle.zip/Al May_13"].files == {"two_tasks": ONE + b"#" * 13}
    assert found["alice.zip"].files == {"two_tasks": TWO}


def test_students_of_one_name_are_told_apart_by_their_ids(handed: Path) -> None:
    put(handed, {"moodle.zip": zipped(MOODLE)})
    names = [each.name for each in find(handed)[0]]
    assert names == ["alice", "Al May (11)", "Al May (12)", "Al May (13)"]


def test_nobody_hands_in_for_somebody_else(handed: Path) -> None:
    """What lies in the place of somebody on the roster is theirs, whatever it is called inside."""
    put(handed, {"mallory.zip": zipped(CANVAS), "moodle.zip": zipped({
        "Eve_31_assignsubmission_file_/work.zip": zipped(CANVAS), **MOODLE,
    })})  # fmt: skip
    found = places(handed, "mallory", "alice", "Al May")
    assert found == ["alice", "mallory.zip", *(f"moodle.zip/Al May_{n}" for n in (11, 12, 13)), "moodle.zip/Eve_31"]


def test_files_of_several_students_of_the_roster_are_never_united(kit: Kit, handed: Path) -> None:
    files = {"al/two_tasks.py": ONE, "bo/in_order.py": TWO}
    put(handed, {"all.zip": zipped(files), **{f"folder/{name}": content for name, content in files.items()}})
    assert places(handed, "al", "bo") == ["alice", "all.zip/al", "all.zip/bo", "folder/al", "folder/bo"]
    found = {each.place: read(kit, each) for each in find(handed, lambda name: name in ("al", "bo"))[0]}
    assert found["all.zip/al"].files == {"two_tasks": ONE}
    assert found["all.zip/bo"].files == {"in_order": TWO}


def test_one_damaged_class_ends_nothing(kit: Kit, handed: Path) -> None:
    put(handed, {"moodle.zip": zipped(MOODLE)[:-30], "b.zip": b"PK\5\6" + b"\0" * 18})
    found = {each.place: read(kit, each) for each in find(handed)[0]}
    assert found["alice"].files == {"two_tasks": ONE}
    assert found["moodle.zip"].refused


def test_the_later_attempt_on_canvas_is_taken(kit: Kit, handed: Path) -> None:
    put(
        handed,
        {"libo_22_902_two_tasks.py": ONE, "libo_22_950_two_tasks-10.py": THREE, "libo_22_940_two_tasks-2.py": TWO},
    )
    (found,) = (read(kit, each) for each in find(handed)[0] if each.name == "libo")
    assert (found.files, found.problems) == ({"two_tasks": THREE}, ())
