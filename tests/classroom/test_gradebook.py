"""The gradebook: what is in it is whole, whatever happens, and nothing that is not ours is ever touched."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.assignment import Assignment, Attempts, LateRule
from grader.class_result import Column, Sheet, Student
from grader.collect import gradebook_file, gradebook_format
from grader.collect.batches import Work
from grader.collect.entries import class_result
from grader.collect.gradebook import Gradebook
from grader.collect.gradebook_errors import GradebookError
from grader.collect.gradebook_rows import Header, Record
from grader.report.class_.class_terminal import not_judged
from grader.result import Check, CheckVerdict, ExerciseResult, Verdict
from tests.grader.command import ROOT, environment, without_override

HELLO = Column("hello", "Hello", "01_first", "First", 3)
HEADER = Header("1.0", "3.11.9", "bwrap", (HELLO,))


def result(score: int = 3, verdict: Verdict = Verdict.PASSED) -> ExerciseResult:
    checks = (Check("all", CheckVerdict.PASSED, score, score),)
    return ExerciseResult("hello", "Hello", "01_first", "exercises/01_first/hello.py", verdict, score, 3, 0.1, checks)


def record(place: str, **changes: object) -> Record:
    fields: dict[str, object] = {
        "students": (Student(place),), "digest": "d1", "content": "c1",
    }  # fmt: skip
    return Record(place=place, **(fields | changes))  # type: ignore[arg-type]


def work(key: str = "k1", source: bytes = b"print()") -> Work:
    return Work(key, "hello", source)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A gradebook in which alice has 3 points."""
    path = tmp_path / "class.db"
    with Gradebook.to_grade(path) as book:
        book.begin(HEADER, ())
        book.keep([(work(), result())], record("alice"), {"hello": "k1"})
        book.finish(HEADER)
    return path


# --- what is kept ---------------------------------------------------------------------------------------------------


def test_everything_that_was_written_is_read_again(path: Path) -> None:
    late = record(
        "bob",
        students=(Student("b7", "Bob", "bob@example.org", {"Section": "A"}), Student("ben")),
        handed_in="2026-11-26T12:00:00Z",
        time_source="last commit",
        marked_late=True,
        sent_as="bob_1_2_hello.py",
        refused=("odd.7z",),
        protected=("Makefile",),
        problems=("something",),
    )
    due = datetime(2026, 11, 26, 11, tzinfo=UTC)
    assignment = Assignment("HW1", ("hello",), {"hello": 2.5}, 3, due, LateRule(0.1), {"ben": due}, Attempts.BEST)
    header = replace(HEADER, assignment=assignment, sheet=Sheet("moodle", (("Kennung", "id"), ("Status", ""))))
    with Gradebook.to_grade(path) as book:
        book.begin(header, [Student("zoe", "Zoe", "", {"Section": "B"})])
        book.keep([], late, {"hello": "k1"})
        assert book.record("bob") == (late, {"hello": "k1"})
        book.finish(header)
        found = class_result(book)
        assert (found.assignment, found.sheet) == (assignment, header.sheet)
        assert [entry.student.id for entry in found.entries] == ["alice", "b7", "ben", "zoe"]
        alice, bob, ben, zoe = found.entries
        assert (alice.grade.score, bob.grade.score, zoe.grade.score, zoe.place) == (3, 2.7, None, "")
        assert (bob.partners, ben.partners) == ((ben.student,), (bob.student,))
        assert (bob.time_source, bob.sent_as, bob.refused) == ("last commit", "bob_1_2_hello.py", ("odd.7z",))
        assert dict(bob.results) == {"hello": result()}
        assert dict(bob.sources) == {"hello": "print()"}
        assert bob.student.roster == {"Section": "A"}
        assert zoe.student.roster == {"Section": "B"}
        assert bob.protected == ("Makefile",)
        assert found.exercises == (HELLO,)
        assert found.problems == ()


def test_a_source_that_is_no_text_is_left_out_of_the_sources(path: Path) -> None:
    with Gradebook.to_grade(path) as book:
        book.keep([(work("k2", b"\xff\0"), result(0, Verdict.BROKEN))], record("bob"), {"hello": "k2"})
        bob = class_result(book).entries[1]
        assert dict(bob.sources) == {}
        assert len(bob.sources) == 0
        assert list(bob.results) == ["hello"]


def test_an_inconclusive_verdict_is_shown_and_never_known(path: Path) -> None:
    with Gradebook.to_grade(path) as book:
        undecided = result(0, Verdict.INCONCLUSIVE)
        book.keep([(work("k2"), undecided)], record("bob"), {"hello": "k2"})
        assert book.known(["k1", "k2", "k3"]) == {"k1"}
        assert [entry.grade.score for entry in class_result(book).entries] == [3, None]
        assert class_result(book).entries[1].grade.open == ("hello",)
        assert class_result(book).entries[1].results["hello"] == undecided
        book.keep([(work("k2"), result())], record("bob"), {"hello": "k2"})
        assert book.known(["k2"]) == {"k2"}
        assert book.result("k2") == result()


def test_what_is_not_judged_is_named_after_the_gradebook_is_closed(path: Path) -> None:
    with Gradebook.to_grade(path) as book:
        book.keep([(work("k2"), result(0, Verdict.INCONCLUSIVE))], record("bob"), {"hello": "k2"})
        bob = class_result(book).entries[1]
    assert not_judged(bob) == ["hello"]


def test_a_verdict_that_is_known_is_not_replaced(path: Path) -> None:
    with Gradebook.to_grade(path) as book:
        book.keep([(work(), result(1, Verdict.FAILED))], None, {})
        assert book.result("k1") == result()


def test_a_submission_and_its_verdicts_are_written_together_or_not_at_all(path: Path) -> None:
    with Gradebook.to_grade(path) as book:
        with pytest.raises(GradebookError):  # the verdict of one file is nowhere
            book.keep([(work("k2"), result())], record("bob"), {"hello": "k2", "other": "k3"})
        assert book.known(["k2"]) == set()
        assert book.record("bob") is None


def test_who_handed_in_twice_is_there_once_with_the_last(path: Path) -> None:
    with Gradebook.to_grade(path) as book:
        early = record("bob-1", students=(Student("bob"),), handed_in="2026-11-26T12:00:00Z")
        later = record("bob-0", students=(Student("bob"),), handed_in="2026-11-27T12:00:00Z")
        for each in (early, later):
            book.keep([], each, {"hello": "k1"})
        (_, bob) = class_result(book).entries
        assert bob.place == "bob-0"
        assert bob.problems == ("handed in more than once: bob-0 counts, not bob-1",)


def test_a_grading_that_was_not_finished_says_so(path: Path) -> None:
    with Gradebook.to_grade(path) as book:
        book.begin(HEADER, ())
    with Gradebook.to_read(path) as book:
        assert "the grading was not finished" in class_result(book).problems[0]


def test_nobody_else_may_read_it(path: Path) -> None:
    with Gradebook.to_grade(path) as book:
        book.begin(HEADER, ())
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys(("class.db", "class.db-wal", "class.db-shm", ".class.db.lock"), 0o600)


def test_what_is_written_survives_a_failure_of_the_power(path: Path) -> None:
    with Gradebook.to_grade(path) as book:
        pragmas = {name: book._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in
                   ("journal_mode", "synchronous", "foreign_keys")}  # fmt: skip
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


_WRITER = """
import sys
from pathlib import Path
from tests.classroom.test_gradebook import *
with Gradebook.to_grade(Path(sys.argv[1])) as book:
    for number in range(10**6):
        key = f"n{number}"
        book.keep([(work(key), result())], record(key), {"hello": key})
        print(number, flush=True)
"""


def test_a_writer_that_is_killed_loses_nothing_it_has_said_to_be_kept(path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)], cwd=ROOT, env=environment(), stdout=subprocess.PIPE
    )
    assert writer.stdout
    said = [writer.stdout.readline() for _ in range(50)]
    writer.kill()
    last = int([*said, *writer.stdout.read().split()][-1])
    writer.wait()
    writer.stdout.close()
    with Gradebook.to_grade(path) as book:
        places = book.places()
        assert {f"n{number}" for number in range(last + 1)} <= places
        assert len(places) <= last + 3  # alice, and one more that it did not come to say
        assert {attempt.place for attempt in book.attempts() if attempt.keys} == places


# --- what cannot be used --------------------------------------------------------------------------------------------


def refused(path: Path, pattern: str) -> None:
    """To open it is an error in words, and leaves every byte of it as it is."""
    before = path.read_bytes()
    with pytest.raises(GradebookError, match=pattern) as caught, Gradebook.to_grade(path):
        pass
    assert "\n" not in str(caught.value)
    assert caught.value.exit_status == 2
    assert path.read_bytes() == before


def execute(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_gradebook_of_a_newer_turtles_is_refused(path: Path) -> None:
    execute(path, "PRAGMA user_version = 99")
    refused(path, r"written by a newer Turtles \(its format is 99, this one knows 2\)")


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    execute(path, "CREATE TABLE mine (x)")
    refused(path, "is a database, but no gradebook")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "class.db"
    path.write_text("dear diary\n" * 500)
    refused(path, "is no gradebook, or is damaged; move it away")


def test_a_damaged_gradebook_is_refused(path: Path) -> None:
    with Gradebook.to_grade(path) as book:
        for number in range(200):
            book.keep([(work(f"k{number}", os.urandom(500)), result())], None, {})
    content = bytearray(path.read_bytes())
    for page in range(20, 30):
        content[page * 4096 : page * 4096 + 2000] = os.urandom(2000)
    path.write_bytes(content)
    refused(path, "is damaged, and was left as it is: move it away")


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GradebookError, match="cannot be"), Gradebook.to_grade(tmp_path):
        pass


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GradebookError, match="does not exist; make it first"):
        Gradebook.to_grade(tmp_path / "none" / "class.db")


def test_two_gradings_never_write_into_the_same(path: Path) -> None:
    with Gradebook.to_grade(path):
        refused(path, "is in use by another grading; wait for its end")
    with Gradebook.to_grade(path):
        pass


def test_it_can_be_read_while_it_is_graded_into(path: Path) -> None:
    with Gradebook.to_grade(path) as writer, Gradebook.to_read(path) as reader:
        writer.keep([], record("bob"), {"hello": "k1"})
        assert [entry.place for entry in class_result(reader).entries] == ["alice", "bob"]


def test_a_network_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    share = tmp_path / "my share"
    share.mkdir()
    escaped = str(share).replace(" ", "\\040")
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {escaped} nfs4 rw 0 0\n/dev/sdb {escaped}/usb ext4 rw 0 0\n")
    monkeypatch.setattr(gradebook_file, "_MOUNTS", mounts)
    with pytest.raises(GradebookError, match=r"lies on a network disk \(nfs4\)"):
        Gradebook.to_grade(share / "class.db")
    assert not list(share.iterdir())
    (share / "usb").mkdir()
    for path in (tmp_path / "class.db", share / "usb" / "class.db"):
        with Gradebook.to_grade(path):
            pass


def test_a_gradebook_that_is_not_there_is_not_made_to_read_it(tmp_path: Path) -> None:
    with pytest.raises(GradebookError, match="there is no gradebook"):
        Gradebook.to_read(tmp_path / "class.db")
    assert not list(tmp_path.iterdir())


def run(script: str, path: Path, wrapper: Sequence[str] = ()) -> str:
    """What a script says that gets the path."""
    command = [*wrapper, sys.executable, "-c", script, str(path)]
    return subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True).stdout


def test_results_in_the_format_of_another_kit_are_said_to_be_so(path: Path) -> None:
    execute(path, "UPDATE verdict SET result = x'" + zlib.compress(b'{"name": "hello"}').hex() + "'")
    with Gradebook.to_read(path) as book, pytest.raises(GradebookError, match="grade the class again with this one"):
        dict(class_result(book).entries[0].results)


def test_a_gradebook_into_which_nothing_was_graded_says_so(tmp_path: Path) -> None:
    with Gradebook.to_grade(tmp_path / "class.db"):
        pass
    with pytest.raises(GradebookError, match="nothing was graded into"):
        Gradebook.to_read(tmp_path / "class.db")
    (tmp_path / "empty").touch()
    with pytest.raises(GradebookError, match="nothing was graded into"):
        Gradebook.to_read(tmp_path / "empty")
    assert (tmp_path / "empty").stat().st_size == 0


_FULL = """
import resource, sys
from pathlib import Path
from tests.classroom.test_gradebook import *
with Gradebook.to_grade(Path(sys.argv[1])) as book:
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    try:
        for number in range(10**4):
            book.keep([(work(f"n{number}", os.urandom(5000)), result())], record(f"n{number}"), {"hello": f"n{number}"})
    except GradebookError as error:
        print(number, error)
"""


def test_on_a_full_disk_everything_until_then_is_kept(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FULL, str(path)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    number, _, message = done.stdout.partition(" ")
    assert "the disk is full or failing; what was graded until now is kept" in message
    assert int(number) > 5
    with Gradebook.to_grade(path) as book:
        assert book.places() == {"alice", *(f"n{each}" for each in range(int(number)))}
        book.keep([], record("bob"), {"hello": "k1"})


_READ_ONLY = """
import sys
from tests.classroom.test_gradebook import *
with Gradebook.to_grade(Path(sys.argv[1])) as book:
    try:
        book.begin(HEADER, ())
    except GradebookError as error:
        print(error)
"""


def test_a_gradebook_that_may_not_be_written_is_refused(path: Path) -> None:
    wrapper = without_override()
    if wrapper is None:
        pytest.skip("root may write anything here")
    path.chmod(0o400)
    said = run(_READ_ONLY, path, wrapper)
    assert "cannot be written (attempt to write a readonly database); allow it, or say with --gradebook" in said


_ARCHIVED = """
import sys
from tests.classroom.test_gradebook import *
with Gradebook.to_read(Path(sys.argv[1])) as book:
    print(class_result(book).entries[0].grade.score)
"""


def test_a_gradebook_in_a_place_where_nobody_can_write_is_read(path: Path) -> None:
    wrapper = without_override()
    if wrapper is None:
        pytest.skip("root may write anything here")
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        assert run(_ARCHIVED, path, wrapper) == "3.0\n"
    finally:
        path.parent.chmod(0o700)


# --- formats --------------------------------------------------------------------------------------------------------


def migrations(monkeypatch: pytest.MonkeyPatch, *further: Sequence[str]) -> None:
    monkeypatch.setattr(gradebook_format, "MIGRATIONS", (*gradebook_format.MIGRATIONS, *further))


def test_an_older_gradebook_is_brought_up_to_date_with_all_that_is_in_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations(
        monkeypatch,
        ("ALTER TABLE submission ADD COLUMN note TEXT NOT NULL DEFAULT 'none'",),
        ("CREATE TABLE note (place TEXT, note TEXT)", "INSERT INTO note SELECT place, note FROM submission"),
    )
    with Gradebook.to_read(path) as book:
        assert book._connection.execute("SELECT * FROM note").fetchall() == [("alice", "none")]
        assert gradebook_format.version_of(book._connection) == len(gradebook_format.MIGRATIONS)
        assert book.record("alice") == (record("alice"), {"hello": "k1"})


def test_the_first_format_is_brought_up_to_date_and_asks_to_be_graded_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.unlink()
    monkeypatch.setattr(gradebook_format, "MIGRATIONS", gradebook_format.MIGRATIONS[:1])
    with Gradebook.to_grade(path) as book:
        book.keep([(work(), result())], None, {})
        for statement in (
            "INSERT INTO class VALUES ('kit_version', '1'), ('python_version', '3'), ('sandbox', 'none'),"
            " ('problems', '[]'), ('finished', '2026-11-26T12:00:00Z')",
            "INSERT INTO exercise VALUES (0, 'hello', 'Hello', '01_first', 'First', 3)",
            'INSERT INTO submission VALUES (\'alice\', \'{"id": "alice", "name": "", "email": "", "roster": {}}\','
            " 'd1', '2026-11-26T12:00:00Z', 3600.0, 0.1, '[]', '[\"odd\"]', '2026-11-26T13:00:00Z')",
            "INSERT INTO grade VALUES ('alice', 'hello', 'k1')",
        ):
            book._connection.execute(statement)
    monkeypatch.undo()
    with Gradebook.to_read(path) as book:
        found = class_result(book)
    (alice,) = found.entries
    assert (alice.student.id, alice.grade.score, alice.handed_in) == ("alice", 3, "2026-11-26T12:00:00Z")
    assert alice.problems == ("odd",)
    assert "the same `turtles class grade` goes on" in found.problems[0]


def test_a_change_of_format_that_fails_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migrations(monkeypatch, ("DROP TABLE student",), ("CREATE TABLE half (x)", "this is no SQL"))
    with pytest.raises(GradebookError):
        Gradebook.to_grade(path)
    monkeypatch.undo()
    with Gradebook.to_grade(path) as book:
        assert gradebook_format.version_of(book._connection) == len(gradebook_format.MIGRATIONS)
        assert book.students() == []
