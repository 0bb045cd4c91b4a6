"""``turtles class``: the commands as a teacher has them, on a small kit and a small class."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import jsonschema
import pytest

from grader.cli.app import app
from grader.collect.gradebook import Gradebook
from grader.errors import TurtlesError
from grader.load.manifest import NAME
from tests.classroom.test_collect_local import alive, descendants
from tests.grader.command import ROOT, TURTLES, conclusive, environment, turtles, wait_until
from tests.grader.kits import SOLVED, TWO_TASKS, make_kit, write

CHAPTERS = {"01_first": ["hello"], "02_together": ["two_tasks"]}
HALF = SOLVED.replace("asyncio.gather(task_a(), task_b())", "task_a()\n    await task_b()")
GRADE = ("class", "grade", "submissions", "--sandbox", "none")


def hand_in(root: Path, who: str, **files: str) -> None:
    """A clone of whoever, in the folder ``submissions`` of the kit."""
    for exercise, text in files.items():
        chapter = next(chapter for chapter, names in CHAPTERS.items() if exercise in names)
        write(root / "submissions" / who / "exercises" / chapter / f"{exercise}.py", text)


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def content(path: Path) -> dict[str, object]:
    """All that is in a gradebook but when it was made and how long things took."""
    connection = sqlite3.connect(path)
    verdicts = {}
    for key, packed, source in connection.execute("SELECT key, result, source FROM verdict"):
        result = json.loads(zlib.decompress(packed))
        checks = [(check["title"], check["verdict"], check["score"]) for check in result["checks"]]
        verdicts[key] = (result["name"], result["verdict"], result["score"], checks, zlib.decompress(source))
    everything: dict[str, object] = {
        "verdicts": verdicts,
        "grades": sorted(connection.execute("SELECT * FROM grade")),
        "submissions": sorted(
            connection.execute("SELECT place, students, digest, protected, problems FROM submission")
        ),
        "finished": connection.execute("SELECT value != '' FROM class WHERE field = 'finished'").fetchall(),
    }
    connection.close()
    return everything


def class_graded(root: Path, *options: str, gradebook: str = "class.db") -> subprocess.CompletedProcess[str]:
    """Grade the class into a new gradebook; when noise kept something from being judged, once more."""

    def attempt() -> subprocess.CompletedProcess[str]:
        for file in root.glob(f"{gradebook}*"):
            file.unlink()
        return turtles(root, *GRADE, "--gradebook", gradebook, *options)

    return conclusive(attempt, lambda done: "could not be judged" not in done.stdout)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A class that was graded, with one submission that is none. Tests leave it as it is."""
    root = make_kit(tmp_path_factory.mktemp("graded"), CHAPTERS)
    hand_in(root, "alice", hello=SOLVED, two_tasks=SOLVED)
    hand_in(root, "bob", hello=SOLVED, two_tasks=HALF)
    hand_in(root, "carol", hello="def broken(:", two_tasks=TWO_TASKS)
    write(root / "submissions" / "dave" / "README.md", "I will do it tomorrow")
    return root, class_graded(root, "--json", "class.json", "--csv", "class.csv", "--html", "pages")


Graded = tuple[Path, subprocess.CompletedProcess[str]]


# --- what comes out of it -------------------------------------------------------------------------------------------


def test_the_screen_shows_students_then_problems_then_what_was_done(graded: Graded) -> None:
    _, done = graded
    assert done.returncode == 1
    assert done.stderr == ""  # no progress for nobody
    lines = done.stdout.splitlines()
    assert lines[:4] == ["alice   6 of 6 points", "bob     4 of 6 points", "carol   0 of 6 points",
                         "dave    nothing to judge"]  # fmt: skip
    assert lines[5] == "1 problem"
    assert lines[6].startswith("   ✘ dave: ")
    assert lines[8:] == [
        "4 submissions · 4 graded anew · 5 of 6 files judged, the others known · mean 3.33 of 6 points",
        "the gradebook is class.db",
        "class.csv is written",
        "class.json is written",
        "pages/index.html is written, with a page for each student",
    ]


def test_the_files_hold_what_the_screen_says(graded: Graded) -> None:
    root, _ = graded
    result = json.loads((root / "class.json").read_text(encoding="utf-8"))
    schema = json.loads((ROOT / "grader" / "report" / "class-v1.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(result)
    assert [(each["id"], each["score"]) for each in result["students"]] == [
        ("alice", 6), ("bob", 4), ("carol", 0), ("dave", None),
    ]  # fmt: skip
    carol = {each["name"]: each["verdict"] for each in result["students"][2]["exercises"]}
    assert carol == {"hello": "broken", "two_tasks": "untouched"}
    rows = table(root / "class.csv")
    assert [row["id"] for row in rows] == ["alice", "bob", "carol", "dave"]
    assert len(list((root / "pages").rglob("*.html"))) == 5


def test_a_class_that_is_graded_again_is_not_judged_again(graded: Graded) -> None:
    root, _ = graded
    before = content(root / "class.db")
    done = turtles(root, *GRADE)
    assert done.returncode == 1
    assert "4 submissions · 0 graded anew · 0 of 6 files judged, all known" in done.stdout
    assert content(root / "class.db") == before


def test_a_gradebook_is_exported_in_every_form(graded: Graded, tmp_path: Path) -> None:
    root, _ = graded
    options = [f"--{each}={tmp_path / each}" for each in ("csv", "moodle", "canvas", "json", "html")]
    done = turtles(root, "class", "export", *options)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["canvas", "csv", "html", "json", "moodle"]
    texts = [file.read_text(encoding="utf-8") for file in (tmp_path / "json", root / "class.json")]
    one, other = (re.sub('"finished": ".*"', "", text) for text in texts)
    assert one == other
    assert "Turtles" in (tmp_path / "canvas").read_text(encoding="utf-8")


def test_without_any_problem_the_exit_status_is_0(tmp_path: Path) -> None:
    root = make_kit(tmp_path, CHAPTERS)
    hand_in(root, "alice", hello="def broken(:")
    done = turtles(root, *GRADE, "--chapters", "01")
    assert done.returncode == 0
    assert "alice   0 of 3 points" in done.stdout


def test_the_roster_and_what_lateness_costs_are_applied_without_judging_again(tmp_path: Path) -> None:
    root = make_kit(tmp_path, CHAPTERS)
    for who in ("alice", "mallory"):
        hand_in(root, who, hello="def broken(:", two_tasks=SOLVED)
    write(
        root / "students.csv",
        "id,name,email,handed_in,section\n"
        "alice,Alice Ng,alice@example.org,2026-11-03T12:00:00Z,A\n"
        "zoe,Zoe Yu,zoe@example.org,,B\n",
    )
    assert turtles(root, *GRADE).returncode == 0
    done = turtles(
        root,
        *GRADE,
        "--roster",
        "students.csv",
        "--due",
        "2026-11-01T12:00Z",
        "--late",
        "10%/day",
        "--csv",
        "class.csv",
    )
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[:3] == [
        "alice Alice Ng   2.4 of 6 points   late by 2 d, 20% taken",
        "mallory          3 of 6 points   time not known",
        "zoe Zoe Yu       nothing handed in",
    ]
    assert lines[5] == "   ✘ mallory: nobody on the roster is mallory"
    assert "0 graded anew · 0 of 4 files judged, all known" in done.stdout
    rows = table(root / "class.csv")
    assert [(row["id"], row["email"], row["total"]) for row in rows] == [
        ("alice", "alice@example.org", "2.4"), ("mallory", "", "3"), ("zoe", "zoe@example.org", ""),
    ]  # fmt: skip


def test_whoever_changed_the_kit_is_known_by_the_teachers_own_starter(tmp_path: Path) -> None:
    root = make_kit(tmp_path, CHAPTERS)
    honest = {"schema": "turtles/starter/v1", "version": "1", "chapters": [], "own": {}, "edited": [], "exercises": {},
              "sealed": {}, "recipient": "", "files": {"Makefile": sha256(b"all:").hexdigest()}}  # fmt: skip
    write(root / "starter" / NAME, json.dumps(honest))
    for who, makefile in (("alice", b"all:"), ("mallory", b"all: cheat")):
        hand_in(root, who, hello="def broken(:")
        write(root / "submissions" / who / "Makefile", makefile.decode())
        lie = honest | {"files": {"Makefile": sha256(makefile).hexdigest()}}
        write(root / "submissions" / who / NAME, json.dumps(lie))
    assert turtles(root, *GRADE, "--starter", "starter", "--json", "class.json").returncode == 0
    students = json.loads((root / "class.json").read_text(encoding="utf-8"))["students"]
    assert {each["id"]: each["protected"] for each in students} == {"alice": [], "mallory": ["Makefile"]}


# --- what cannot be -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that nobody ever grades."""
    root = make_kit(tmp_path_factory.mktemp("root"), CHAPTERS)
    hand_in(root, "alice", hello="def broken(:")
    return root


def refused(root: Path, *arguments: str, **environ: str) -> str:
    """The one line that is said."""
    done = turtles(root, *arguments, environ=environ)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


def test_wrong_usage_is_one_line_and_status_2(root: Path) -> None:
    assert "there is no nowhere: say where" in refused(root, "class", "grade", "nowhere", "--sandbox", "none")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*GRADE, "--late", "10%/day"), "--late says what lateness costs, and --due from when on"),
        ((*GRADE, "--chapters", "77"), "stands for no chapter"),
        ((*GRADE, "--json", "none/class.json"), "cannot write none/class.json"),
        ((*GRADE, "--gradebook", "none/class.db"), "the folder none for the gradebook does not exist"),
        ((*GRADE, "--starter", "submissions"), "submissions is no starter"),
        (("class", "export"), "what is to be written?"),
        (("class", "export", "--gradebook", "none.db", "--csv", "x.csv"), "there is no gradebook none.db"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_done(
    root: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(root)
    with pytest.raises(TurtlesError, match=re.escape(said)) as caught:
        app(arguments, standalone_mode=False)
    assert caught.value.exit_status == 2
    assert not list(root.glob("*.db*"))


def test_a_gradebook_that_another_grading_uses_is_one_line_and_status_2(root: Path, tmp_path: Path) -> None:
    with Gradebook.to_grade(tmp_path / "class.db"):
        line = refused(root, *GRADE, "--gradebook", str(tmp_path / "class.db"))
    assert line.endswith("is in use by another grading; wait for its end")


def test_a_class_is_not_graded_without_a_sandbox_unless_that_is_said(root: Path, tmp_path: Path) -> None:
    line = refused(root, "class", "grade", "submissions", PATH=str(tmp_path))
    assert "a class is graded in a sandbox, and bubblewrap is not installed: install bubblewrap" in line
    assert "--sandbox none" in line


# --- what stops it --------------------------------------------------------------------------------------------------


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A class that takes several batches."""
    root = make_kit(tmp_path, CHAPTERS)
    for number in range(20):
        hand_in(root, f"s{number:02}", hello=f"{SOLVED}# {number}\n", two_tasks=f"{HALF}# {number % 3}\n")
    return root


def start(root: Path, stderr: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    command = [*TURTLES, *GRADE, "--jobs", "1"]
    return subprocess.Popen(
        command, cwd=root, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr
    )


def graded_so_far(root: Path) -> int:
    try:
        connection = sqlite3.connect(f"{(root / 'class.db').as_uri()}?mode=ro", uri=True)
        number: int = connection.execute("SELECT count(*) FROM submission").fetchone()[0]
        connection.close()
    except sqlite3.Error:
        return 0
    return number


@pytest.fixture
def grading(large: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A grading that has written some submissions and judges the next."""
    process = start(large)
    wait_until(lambda: graded_so_far(large))
    yield process
    process.kill()
    process.communicate()


def test_a_grading_that_is_killed_leaves_nobody_and_loses_nothing(
    large: Path, grading: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    below = descendants(grading.pid)
    grading.kill()
    grading.wait()
    kept = graded_so_far(large)
    assert 0 < kept < 20
    assert below
    wait_until(lambda: not alive(below))
    done = turtles(large, *GRADE)
    assert done.returncode == 0
    known = 23 - int(re.findall(r"(\d+) of 40 files judged", done.stdout)[0])
    assert known >= kept
    whole = tmp_path / "whole.db"
    assert turtles(large, *GRADE, "--gradebook", str(whole)).returncode == 0
    assert content(large / "class.db") == content(whole)


def test_ctrl_c_says_what_is_kept(large: Path, grading: subprocess.Popen[bytes]) -> None:
    below = descendants(grading.pid)
    grading.send_signal(signal.SIGINT)
    _, said = grading.communicate()
    assert grading.returncode == 130
    found = re.fullmatch(
        r"turtles: stopped; (\d+) of 20 submissions are graded and kept in class.db, "
        r"and the same command goes on from there\n",
        said.decode(),
    )
    assert found
    # It may come when one is written, and before that is counted.
    assert 0 <= graded_so_far(large) - int(found[1]) <= 1
    wait_until(lambda: not alive(below))


def test_on_a_terminal_a_bar_shows_how_far_it_is(large: Path) -> None:
    ours, theirs = pty.openpty()
    process = start(large, stderr=theirs)
    os.close(theirs)
    said = b""
    while not re.search(rb"[1-9]/20", said):
        said += os.read(ours, 4096)
    assert b"grading" in said
    process.send_signal(signal.SIGINT)
    process.communicate()
    os.close(ours)


# --- from anywhere --------------------------------------------------------------------------------------------------


def test_the_commands_work_where_there_is_no_kit_and_in_a_students_repository(graded: Graded, tmp_path: Path) -> None:
    root, _ = graded
    student = make_kit(tmp_path / "student", CHAPTERS)
    write(student / NAME, "{}")  # a starter, which no teacher grades with
    for folder in (tmp_path, student):
        done = turtles(folder, "class", "export", "--gradebook", str(root / "class.db"), "--csv", "class.csv")
        assert (done.returncode, done.stderr) == (0, "")
        assert [row["id"] for row in table(folder / "class.csv")] == ["alice", "bob", "carol", "dave"]
        assert turtles(folder, "class", "show", "bob", "--gradebook", str(root / "class.db")).returncode == 0
    done = turtles(student, "class", "grade", str(root / "submissions"), "--sandbox", "none", "--chapters", "77")
    assert "chapters are 01 to 12" in done.stderr  # those of the kit that the command belongs to


def test_a_new_assignment_is_written_once(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "hw1.toml"
    done = turtles(root, "assignment", "new", str(file), "hello", "--name", "Homework 1")
    assert (done.returncode, done.stderr) == (0, "")
    assert 'name = "Homework 1"' in file.read_text(encoding="utf-8")
    assert "is there already" in refused(root, "assignment", "new", str(file))
    assert "so leave --due and --late out" in refused(
        root, *GRADE, "--assignment", str(file), "--due", "2026-12-01T18:00"
    )
