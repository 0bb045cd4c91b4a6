"""Whatever a class hands in, exercise files are taken from it and nothing else, and the rest is a line each."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tracemalloc
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.collect.intake import folder as folder_module
from grader.collect.intake.discovery import find
from grader.collect.intake.folder import Folder
from grader.collect.intake.items import Unreadable
from grader.collect.intake.owner import Owner, part_of, read_metadata, utc
from grader.collect.intake.repository import last_commit
from grader.collect.submissions import Found, Handed, read
from grader.errors import UsageError
from grader.load.kit import Kit, load_kit
from grader.load.submission import MAX_BYTES
from tests.grader.command import ROOT, environment, without_override
from tests.grader.kits import make_kit, write

ONE, TWO = b"print(1)\n", b"print(2)\n"
PATH = "02_together/two_tasks.py"


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return load_kit(make_kit(tmp_path, {"02_together": ["two_tasks", "in_order"], "03_blocking": ["slow_file"]}))


@pytest.fixture
def handed(tmp_path: Path) -> Path:
    """The folder of submissions."""
    path = tmp_path / "handed in"
    path.mkdir()
    return path


def put(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def zipped(files: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return file.getvalue()


def only(kit: Kit, folder: Path, place: str = "alice") -> Handed:
    """What is taken from the place of that name."""
    found, _ = find(folder)
    return read(kit, next(each for each in found if each.place == place))


def files_of(kit: Kit, folder: Path) -> dict[str, dict[str, bytes]]:
    found, lines = find(folder)
    assert lines == []
    return {each.name: dict(each.files) for each in (read(kit, place) for place in found)}


# --- as systems leave it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrapped", ["", "homework/", "homework/homework/"])
@pytest.mark.parametrize("path", ["exercises/02_together/two_tasks.py", PATH, "two_tasks.py", "exercises/two_tasks.py"])
def test_exercises_are_found_wherever_they_usually_lie(kit: Kit, handed: Path, wrapped: str, path: str) -> None:
    put(handed / "alice", {f"{wrapped}{path}": ONE, f"{wrapped}notes.txt": b"", f"{wrapped}helper.py": TWO})
    found = only(kit, handed)
    assert (found.files, found.problems, found.name) == ({"two_tasks": ONE}, (), "alice")


def test_nothing_but_exercises_in_their_places_is_taken(kit: Kit, handed: Path) -> None:
    put(
        handed / "alice",
        {
            f"exercises/{PATH}": ONE,
            "exercises/02_together/README.md": TWO,
            f"solutions/{PATH}": TWO,
            f"grader/handout/{PATH}": TWO,
            "tests/answers/02_together/two_tasks/right_a.py": TWO,
            ".turtles/backup/two_tasks.py": TWO,
            "node_modules/two_tasks.py": TWO,
            "scratch/two_tasks.py": TWO,
            "exercises/03_blocking/two_tasks.txt": TWO,
        },
    )
    found = only(kit, handed)
    assert found.files == {"two_tasks": ONE}
    assert found.problems == (
        "nothing in it says which files were handed out, so changes to protected files are not known",
    )


def test_clones_go_by_their_owners(kit: Kit, handed: Path) -> None:
    for owner in ("alice", "bob-b"):
        put(handed / "hw-1-submissions" / f"hw-1-{owner}", {f"exercises/{PATH}": owner.encode()})
    expected = {"alice": {"two_tasks": b"alice"}, "bob-b": {"two_tasks": b"bob-b"}}
    assert files_of(kit, handed / "hw-1-submissions") == expected
    assert files_of(kit, handed) == expected


def test_a_download_of_classroom_50_is_read(kit: Kit, handed: Path) -> None:
    folder = handed / "cs1-hw_submissions_2026_09_01_T_12_00_00"
    put(folder, {"scores.csv": b"username,score\n", f"cs1-hw-alice/exercises/{PATH}": ONE})
    assert files_of(kit, folder) == {"alice": {"two_tasks": ONE}}


def test_an_export_of_gradescope_is_read(kit: Kit, handed: Path) -> None:
    metadata = b"""---
submission_12:
  :submitters:
  - :name: "Zo\\u00eb O'Neil"
    :sid: '007'
    :email: zoe@u.ex
  :created_at: 2026-10-01 12:30:15.442870000 Z
  :score: 3.0
  :results:
    output: |
      :created_at: 1999-01-01 00:00:00 Z
  :history:
  - :id: 1
    :created_at: 2026-09-01 12:30:15.442870000 Z
submission_13:
  :submitters:
  - :name: Bo Li
    :sid: '8'
  - :name: Al May
    :sid: '9'
  :created_at: 2026-10-01 14:30:15 +02:00
"""
    files = {
        "assignment_1_export/submission_metadata.yml": metadata,
        "assignment_1_export/submission_12/two_tasks.py": ONE,
        f"assignment_1_export/submission_13/{PATH}": TWO,
    }
    put(handed / "on disk", files)
    (handed / "export.zip").write_bytes(zipped(files))
    for where in ("on disk", "on disk/assignment_1_export", "export.zip"):
        found, lines = find(handed / where)
        assert lines == []
        zoe, group = (read(kit, place) for place in found)
        assert (zoe.place, zoe.name, zoe.known_as) == ("submission_12", "Zoë O'Neil", ("007", "zoe@u.ex"))
        assert (zoe.handed_in, zoe.files, zoe.problems) == ("2026-10-01T12:30:15Z", {"two_tasks": ONE}, ())
        assert (group.handed_in, group.name, group.known_as) == ("2026-10-01T12:30:15Z", "Bo Li", ("8",))
        assert (group.problems, group.others) == ((), (Owner("Al May", ("9",)),))
        assert (zoe.time_source, zoe.others) == ("Gradescope", ())


def test_an_export_of_moodle_is_read(kit: Kit, handed: Path) -> None:
    files = {
        "Al May_11_assignsubmission_file_/two_tasks.py": ONE,
        "Al May_11_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
        "Bo Li_12_assignsubmission_file_/work.zip": zipped({f"work/{PATH}": TWO}),
        "Cy Oh_13_assignsubmission_file_two_tasks.py": b"3",
        "Cy Oh_13_assignsubmission_file_in_order.py": b"4",
    }
    put(handed / "on disk", files)
    (handed / "export.zip").write_bytes(zipped(files))
    for where in ("on disk", "export.zip"):
        assert files_of(kit, handed / where) == {
            "Al May": {"two_tasks": ONE},
            "Bo Li": {"two_tasks": TWO},
            "Cy Oh": {"two_tasks": b"3", "in_order": b"4"},
        }
        assert [(place.place, place.known_as) for place in find(handed / where)[0]] == [
            ("Al May_11", ("11",)),
            ("Bo Li_12", ("12",)),
            ("Cy Oh_13", ("13",)),
        ]
    # What Moodle packed has the time of the download; only Bo's own zip tells when he was done.
    sources = [read(kit, place).time_source for place in find(handed / "export.zip")[0]]
    assert sources == ["", "dates in the zip", ""]


def test_a_download_of_canvas_is_read(kit: Kit, handed: Path) -> None:
    put(
        handed,
        {
            "smithbob_late_11_901_two_tasks-2.py": ONE,
            "smithbob_LATE_11_902_in_order.py": TWO,
            "leeann_12_903_work.zip": zipped({PATH: TWO}),
        },
    )
    assert files_of(kit, handed) == {
        "smithbob": {"two_tasks": ONE, "in_order": TWO},
        "leeann": {"two_tasks": TWO},
    }


def test_archives_of_single_students_are_read(kit: Kit, handed: Path) -> None:
    put(handed, {"alice.zip": zipped({f"repo-main/exercises/{PATH}": ONE})})
    with tarfile.open(handed / "bob.tar.gz", "w:gz") as made:
        made.add(put(handed.parent / "bob", {PATH: TWO}), "bob")
    assert files_of(kit, handed) == {"alice": {"two_tasks": ONE}, "bob": {"two_tasks": TWO}}


def test_an_export_of_archives_is_read(kit: Kit, tmp_path: Path) -> None:
    path = tmp_path / "cs1-hw-submissions.zip"
    path.write_bytes(zipped({"cs1-hw-alice.zip": zipped({f"org-cs1-hw-alice-0a1b/exercises/{PATH}": ONE})}))
    assert files_of(kit, path) == {"alice": {"two_tasks": ONE}}


def test_an_archive_in_an_archive_is_opened_twice_and_no_more(kit: Kit, handed: Path) -> None:
    deep = zipped({"two_tasks.py": ONE})
    put(handed / "alice", {"a.zip": zipped({"b.zip": deep})})
    put(handed / "bob", {"a.zip": zipped({"b.zip": zipped({"c.zip": deep})})})
    assert only(kit, handed).files == {"two_tasks": ONE}
    assert only(kit, handed, "bob").problems == ("there is no exercise of this kit in it",)


# --- what is no submission ------------------------------------------------------------------------------------------


def test_what_is_no_submission_is_a_line_each_and_tables_are_not(handed: Path) -> None:
    put(handed, {"alice/two_tasks.py": ONE, "a.pdf": b"", "b.rar": b"", "two_tasks.py": ONE, "class.db": b""})
    put(handed, {"roster.csv": b"", ".DS_Store": b"", "__MACOSX/x": b""})
    (handed / "link").symlink_to(handed / "alice")
    os.mkfifo(handed / "pipe\n\x1b[31m")
    found, lines = find(handed)
    assert [place.place for place in found] == ["alice", "b.rar"]
    assert lines == [
        "a.pdf is no submission: it is neither a folder nor a zip",
        "link is no submission: it is a link, and links are not followed",
        "pipe\\n\\x1b[31m is no submission: it is a pipe, socket or device, not a file",
        "two_tasks.py is no submission: nothing tells whose file it is; put it into a folder with the student's name",
    ]


def test_a_folder_of_the_wrong_kind_is_told(handed: Path) -> None:
    with pytest.raises(UsageError, match="there is no submission in"):
        find(handed)
    put(handed / "photos", {"a.jpg": b""})
    with pytest.raises(UsageError, match="there is no submission in"):
        find(handed)
    put(handed / "alice", {f"exercises/{PATH}": ONE})
    with pytest.raises(UsageError, match="is itself a submission: give the folder that it lies in"):
        find(handed / "alice")
    with pytest.raises(UsageError, match="No such file"):
        find(handed / "nowhere")
    with pytest.raises(UsageError, match="is no folder of submissions, nor a zip of them"):
        find(handed / "photos" / "a.jpg")
    put(handed, {"broken.zip": b"PK"})
    with pytest.raises(UsageError, match="it is no zip"):
        find(handed / "broken.zip")


def test_a_submission_without_exercises_is_told(kit: Kit, handed: Path) -> None:
    put(handed, {"alice/essay.py": ONE, "broken.zip": b"PK"})
    assert only(kit, handed).problems == ("there is no exercise of this kit in it",)
    assert only(kit, handed, "broken.zip").problems == ("it is no zip, or not all of one",)


def test_names_that_do_not_print_are_spelled_out(kit: Kit, handed: Path) -> None:
    put(handed / os.fsdecode(b"al\xffice\n"), {"two_tasks.py": ONE})
    found = read(kit, find(handed)[0][0])
    assert found.files == {"two_tasks": ONE}
    for text in (found.place, found.name):
        assert text.isprintable()
        assert text.encode()


# --- what lies in the way -------------------------------------------------------------------------------------------


def test_links_are_never_followed(kit: Kit, handed: Path, tmp_path: Path) -> None:
    secret = put(tmp_path / "secret", {PATH: TWO, "two_tasks.py": TWO})
    alice = put(handed / "alice", {"02_together/in_order.py": ONE})
    (alice / PATH).symlink_to(secret / PATH)
    (alice / "03_blocking").symlink_to(secret)
    found = only(kit, handed)
    assert found.files == {"in_order": ONE}
    assert found.problems == (
        "two_tasks: it is a link, and links are not followed",
        "03_blocking: it is a link, and links are not followed",
    )
    (handed / "bob").symlink_to(secret)
    assert read(kit, Found("bob", handed / "bob")).problems == ("it is a link, and links are not followed",)
    put(secret, {"c.zip": zipped({PATH: TWO})})
    (handed / "c.zip").symlink_to(secret / "c.zip")
    assert read(kit, Found("c.zip", handed / "c.zip")).problems == ("it is a link, and links are not followed",)


def test_a_folder_exchanged_for_a_link_meanwhile_is_not_followed(handed: Path, tmp_path: Path) -> None:
    secret = put(tmp_path / "secret", {"two_tasks.py": TWO})
    put(handed, {PATH: ONE})
    with Folder(handed) as opened:
        item = opened.listing().items[PATH]
        shutil.rmtree(handed / "02_together")
        (handed / "02_together").symlink_to(secret)
        with pytest.raises(Unreadable):
            item.read(10)


def test_pipes_sockets_and_folders_in_the_place_of_files_are_told_without_waiting(kit: Kit, handed: Path) -> None:
    put(handed / "alice", {"03_blocking/slow_file.py": ONE, "02_together/in_order.py/x": ONE})
    os.mkfifo(handed / "alice" / PATH)
    found = only(kit, handed)
    assert found.files == {"slow_file": ONE}
    assert sorted(found.problems) == [
        "in_order: there is a folder in the file's place",
        "two_tasks: it is a pipe, socket or device, not a file",
    ]
    with socket.socket(socket.AF_UNIX) as listening:
        os.unlink(handed / "alice" / PATH)  # noqa: PTH108
        os.chdir(handed / "alice")
        try:
            listening.bind(PATH)
        finally:
            os.chdir("/")
        assert "two_tasks: it is a pipe, socket or device, not a file" in only(kit, handed).problems


_UNREADABLE = """
import sys
from tests.classroom.test_collect_submissions import *
found = only(load_kit(Path(sys.argv[1])), Path(sys.argv[2]))
print([*found.files], *found.problems, sep="\\n")
"""


def test_what_may_not_be_read_is_told(kit: Kit, handed: Path) -> None:
    wrapper = without_override()
    if wrapper is None:
        pytest.skip("root may read everything here")
    put(handed / "alice", {PATH: ONE, "02_together/in_order.py": ONE})
    (handed / "alice" / PATH).chmod(0)
    command = [*wrapper, sys.executable, "-c", _UNREADABLE, str(kit.root), str(handed)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['in_order']", "two_tasks: it may not be read"]


def test_a_file_that_is_too_large_is_still_handed_in(kit: Kit, handed: Path) -> None:
    os.truncate(put(handed / "alice", {PATH: ONE}) / PATH, 1 << 40)
    put(handed, {"bob.zip": zipped({PATH: bytes(3_000_000)})})
    tracemalloc.start()
    try:
        for place in ("alice", "bob.zip"):
            found = only(kit, handed, place)
            assert len(found.files["two_tasks"]) == MAX_BYTES + 1
            assert found.problems == ()
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_of_a_folder_with_too_much_in_it_some_is_looked_at(
    kit: Kit, handed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_module, "MAX_ENTRIES", 50)
    put(handed / "alice", {PATH: ONE} | {f"data/{number}.txt": b"" for number in range(100)})
    found = only(kit, handed)
    assert found.files == {"two_tasks": ONE}
    assert found.problems == ("there are more than 50 files in it; not all of them were looked at",)
    with Folder(handed) as opened:
        assert len(opened.names("alice/data")) == 50


def test_git_and_the_like_are_not_walked(kit: Kit, handed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_module, "MAX_ENTRIES", 50)
    put(handed / "alice", {PATH: ONE} | {f"{where}/{n}": b"" for where in (".git", "node_modules") for n in range(99)})
    assert only(kit, handed).files == {"two_tasks": ONE}
    assert not any("more than" in problem for problem in only(kit, handed).problems)


# --- several in one -------------------------------------------------------------------------------------------------


def test_of_two_students_in_one_the_first_is_taken_with_a_line(kit: Kit, handed: Path) -> None:
    put(handed / "group", {f"bob/{PATH}": TWO, f"alice/{PATH}": ONE, "bob/02_together/in_order.py": TWO})
    found = only(kit, handed, "group")
    assert found.files == {"two_tasks": ONE}
    assert found.problems == (
        "there are several submissions in it: alice, bob; alice was taken, what differs from it was not",
    )


def test_parts_that_fit_together_are_put_together_with_a_line(kit: Kit, handed: Path) -> None:
    put(handed / "alice", {f"one/{PATH}": ONE, "two/02_together/in_order.py": TWO, f"two/{PATH}": ONE})
    found = only(kit, handed)
    assert found.files == {"two_tasks": ONE, "in_order": TWO}
    assert found.problems == ("its exercises lie in 2 places, and all were taken: one, two",)


def test_what_is_in_no_archive_goes_before(kit: Kit, handed: Path) -> None:
    put(handed / "alice", {PATH: ONE, "backup.zip": zipped({PATH: TWO})})
    found = only(kit, handed)
    assert found.files == {"two_tasks": ONE}
    assert found.problems == (
        "there are several submissions in it: the root, backup.zip; the root was taken, what differs from it was not",
    )


def test_an_exercise_that_is_there_twice_is_told(kit: Kit, handed: Path) -> None:
    put(handed / "alice", {f"exercises/{PATH}": ONE, "two_tasks.py": TWO})
    found = only(kit, handed)
    assert found.files == {"two_tasks": ONE}
    assert found.problems == (
        f"two_tasks is there twice: exercises/{PATH} was taken, and two_tasks.py differs from it",
    )


def test_other_capital_letters_do_not_lose_a_file_and_are_told(kit: Kit, handed: Path) -> None:
    put(handed, {"alice.zip": zipped({"02_together/Two_Tasks.py": TWO, PATH: ONE})})
    put(handed, {"bob.zip": zipped({"02_together/Two_Tasks.py": TWO})})
    alice, bob = only(kit, handed, "alice.zip"), only(kit, handed, "bob.zip")
    assert alice.files == {"two_tasks": ONE}
    assert alice.problems == (
        f"two_tasks is there twice: {PATH} was taken, and 02_together/Two_Tasks.py differs from it",
    )
    assert bob.files == {"two_tasks": TWO}
    assert bob.problems == ("two_tasks was taken from 02_together/Two_Tasks.py, whose name has other capital letters",)


# --- protected files ------------------------------------------------------------------------------------------------


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def starter(folder: Path, **more: bytes) -> dict[str, str]:
    """A copy of a starter, and what it says was handed out."""
    protected = {f"grader/{n}.py": f"{n}\nb\n".encode() for n in "abc"} | {
        "Makefile": b"all:\n",
        "tests/x.age": b"\r\n\0",
    }
    digests = {name: sha256(content) for name, content in protected.items()}
    put(folder, protected | {f"exercises/{PATH}": ONE} | more)
    write(folder / ".turtles-starter.json", json.dumps({"files": digests, "exercises": {}}))
    return digests


def test_a_starter_as_it_was_handed_out_has_no_changes(kit: Kit, handed: Path) -> None:
    starter(handed / "alice")
    (handed / "alice" / "grader" / "a.py").write_bytes(b"a\r\nb\r\n")
    found = only(kit, handed)
    assert (found.changed, found.problems) == ((), ())


def test_protected_files_that_changed_are_named(kit: Kit, handed: Path) -> None:
    alice = handed / "alice"
    starter(alice)
    write(alice / "grader" / "a.py", "changed\n")
    (alice / "grader" / "b.py").unlink()
    (alice / "Makefile").unlink()
    (alice / "Makefile").symlink_to("/etc/passwd")
    shutil.rmtree(alice / "tests")
    write(alice / "conftest.py", "")
    write(alice / "exercises" / "02_together" / "x.pth", "")
    write(alice / "exercises" / "02_together" / "helper.py", "")
    assert only(kit, handed).changed == (
        "Makefile",
        "conftest.py (added)",
        "exercises/02_together/x.pth (added)",
        "grader/a.py",
        "grader/b.py (missing)",
        "tests/ (missing)",
    )


def test_the_teachers_own_starter_catches_a_manifest_that_was_changed_too(kit: Kit, handed: Path) -> None:
    reference = starter(handed / "alice")
    write(handed / "alice" / "grader" / "a.py", "changed\n")
    write(handed / "alice" / ".turtles-starter.json", json.dumps({"files": {"grader/a.py": sha256(b"changed\n")}}))
    (found,), _ = find(handed)
    assert read(kit, found).changed == ()
    assert read(kit, found, reference).changed == ("grader/a.py",)


@pytest.mark.parametrize("content", [None, "", "[]", '{"files": 3}', '{"files": {"a": 3}}', "[" * 100_000, "\0"])
def test_a_manifest_that_says_nothing_is_told(kit: Kit, handed: Path, content: str | None) -> None:
    starter(handed / "alice")
    manifest = handed / "alice" / ".turtles-starter.json"
    manifest.unlink()
    if content is not None:
        write(manifest, content)
    assert only(kit, handed).problems == (
        "nothing in it says which files were handed out, so changes to protected files are not known",
    )


def test_bare_exercises_have_no_protected_files(kit: Kit, handed: Path) -> None:
    put(handed / "alice", {PATH: ONE})
    (found,), _ = find(handed)
    assert read(kit, found, {"grader/a.py": sha256(b"")}).changed == ()


def test_a_manifest_of_any_length_is_bounded(kit: Kit, handed: Path) -> None:
    starter(handed / "alice")
    files = {f"grader/{number}.py": "0" for number in range(9_000)}
    write(handed / "alice" / ".turtles-starter.json", json.dumps({"files": files}))
    changed = only(kit, handed).changed
    assert len(changed) == 51
    assert changed[-1] == "and 4950 more"


# --- when it was handed in ------------------------------------------------------------------------------------------

WHEN = "2026-10-01T14:30:15+02:00"
AS_UTC = "2026-10-01T12:30:15Z"


def git(folder: Path, *arguments: str, when: str = WHEN) -> None:
    who = {f"GIT_{role}_{what}": "x@x" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = (
        os.environ
        | who
        | {"GIT_COMMITTER_DATE": when, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    )
    subprocess.run(["git", "-C", folder, *arguments], check=True, env=environment, capture_output=True, timeout=150)


def repository(folder: Path, *options: str) -> Path:
    put(folder, {f"exercises/{PATH}": ONE})
    git(folder, "init", "-q", "-b", "main", *options)
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "it\n\ncommitter Eve <e@e> 1 +0000")
    return folder


def committed(folder: Path) -> str:
    with Folder(folder) as opened:
        return last_commit(opened)


def test_the_last_commit_tells_when_a_clone_was_handed_in(kit: Kit, handed: Path) -> None:
    repository(handed / "alice")
    assert only(kit, handed).handed_in == AS_UTC


@pytest.mark.parametrize(
    "how", [["gc", "-q"], ["pack-refs", "--all"], ["checkout", "-q", "--detach"], ["repack", "-adq"]]
)
def test_a_repository_is_read_however_git_keeps_it(tmp_path: Path, how: list[str]) -> None:
    git(repository(tmp_path / "a"), *how)
    assert committed(tmp_path / "a") == AS_UTC


def test_a_repository_with_other_hashes_is_read(tmp_path: Path) -> None:
    git(repository(tmp_path / "a", "--object-format=sha256"), "gc", "-q")
    assert committed(tmp_path / "a") == AS_UTC


def test_a_clone_of_many_commits_that_are_deltas_of_each_other_is_read(tmp_path: Path) -> None:
    folder = repository(tmp_path / "a")
    for day in range(10, 25):
        text = "the same long message " * 40 + str(day)
        git(folder, "commit", "-q", "--allow-empty", "-m", text, when=f"2026-11-{day}T00:00:00Z")
    git(folder, "repack", "-adfq", "--depth=50", "--window=50")
    git(tmp_path, "clone", "-q", "--no-local", "a", "b")
    assert committed(tmp_path / "b") == "2026-11-24T00:00:00Z"
    deltas = 0
    names = subprocess.run(["git", "-C", folder, "rev-list", "HEAD"], capture_output=True, text=True, check=True)
    for name in names.stdout.split():
        git(folder, "checkout", "-q", "--detach", name)
        told = subprocess.run(
            ["git", "-C", folder, "log", "-1", "--format=%ct"], capture_output=True, text=True, check=True
        )
        base = subprocess.run(
            ["git", "-C", folder, "cat-file", "--batch-check=%(deltabase)"],
            input=name,
            capture_output=True,
            text=True,
            check=True,
        )
        deltas += set(base.stdout.strip()) != {"0"}
        assert committed(folder) == utc_of(int(told.stdout))
    assert deltas


def utc_of(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_no_program_that_a_repository_names_is_run(kit: Kit, handed: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    alice = repository(handed / "alice")
    run = f"touch {mark}; true"
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "gpg.program", "core.editor", "alias.log"):
        git(alice, "config", key, f"!{run}" if key.startswith("alias") else run)
    git(alice, "config", "log.showSignature", "true")
    git(alice, "config", "core.hooksPath", str(alice / "hooks"))
    assert only(kit, handed).handed_in == AS_UTC
    assert not mark.exists()


def test_a_repository_that_leads_out_or_waits_tells_nothing(tmp_path: Path) -> None:
    outside = repository(tmp_path / "outside")
    for name, kind in (("a", "link"), ("b", "file"), ("c", "pipe"), ("d", "ref")):
        folder = tmp_path / name
        folder.mkdir()
        if kind == "link":
            (folder / ".git").symlink_to(outside / ".git")
        elif kind == "file":
            write(folder / ".git", f"gitdir: {outside / '.git'}\n")
        elif kind == "pipe":
            (folder / ".git").mkdir()
            os.mkfifo(folder / ".git" / "HEAD")
        else:
            write(folder / ".git" / "HEAD", "ref: refs/../../../outside/.git/refs/heads/main\n")
            (folder / ".git" / "refs").mkdir()
            shutil.copytree(outside / ".git" / "objects", folder / ".git" / "objects")
        assert committed(folder) == "", kind


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_repository_tells_nothing_and_does_no_harm(tmp_path: Path, data: st.DataObject) -> None:
    folder = tmp_path / "a"
    if not folder.exists():
        git(repository(folder), "gc", "-q")
    pack = folder / ".git" / "objects" / "pack"
    names = [
        name
        for name in ("../../HEAD", "../../packed-refs", *sorted(path.name for path in pack.iterdir()))
        if not name.endswith("rev")
    ]
    path = pack / data.draw(st.sampled_from(names))
    before = path.read_bytes()
    content = bytearray(before)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.chmod(0o600)
    try:
        path.write_bytes(content)
        told = committed(folder)
    finally:
        path.write_bytes(before)
    assert told == "" or len(told) == 20
    assert committed(folder) == AS_UTC


# --- the whole ------------------------------------------------------------------------------------------------------


def test_the_digest_changes_with_what_was_taken_and_with_nothing_else(kit: Kit, handed: Path) -> None:
    put(handed / "alice", {PATH: ONE})
    first = only(kit, handed).digest
    put(handed / "alice", {"notes.txt": b"more"})
    assert only(kit, handed).digest == first
    put(handed / "alice", {PATH: TWO})
    assert only(kit, handed).digest != first


def test_a_place_that_is_gone_is_told(kit: Kit, handed: Path) -> None:
    found = read(kit, Found("gone", handed / "gone"))
    assert (found.files, found.problems) == ({}, ("it is not there",))


def test_there_are_never_too_many_lines(kit: Kit, handed: Path) -> None:
    put(handed / "alice", {f"{number}.zip": b"" for number in range(200)})
    assert len(only(kit, handed).problems) <= 31


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "two_tasks.py",
                "TWO_TASKS.PY",
                "exercises/02_together/two_tasks.py",
                "x/02_together/two_tasks.py",
                "x/y/in_order.py",
                "a.zip",
                "x/b.zip",
                "conftest.py",
                "grader/a.py",
                ".turtles-starter.json",
                "02_together",
            ]
        ),
        st.one_of(st.binary(max_size=30), st.just(zipped({"two_tasks.py": ONE, PATH: TWO}))),
    )
)
def test_whatever_is_handed_in_can_be_read(kit: Kit, tmp_path: Path, files: dict[str, bytes]) -> None:
    path = tmp_path / "any.zip"
    path.write_bytes(zipped(files))
    found = read(kit, Found("any.zip", path))
    assert set(found.files) <= {"two_tasks", "in_order", "slow_file"}
    assert found.files or found.problems
    assert all(problem.isprintable() for problem in found.problems)
    assert found == read(kit, Found("any.zip", path))


@given(st.text(max_size=60))
def test_any_name_is_somebodys(name: str) -> None:
    part = part_of(name)
    assert part is None or part.place.endswith(part.id)


@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_metadata_are_read(raw: bytes, text: str) -> None:
    read_metadata(b"submission_1:\n  :submitters:\n  - :name: " + raw)
    assert utc(text) == "" or len(utc(text)) == 20
