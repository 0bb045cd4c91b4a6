"""An assignment's file: what it says, and on which line it is wrong."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from grader.assignment import Attempts, LateRule
from grader.errors import UsageError
from grader.load.assignment_file import chapters_for, read_assignment, template
from grader.load.kit import Kit, load_kit
from tests.grader.kits import make_kit

WHOLE = """\
name = "Homework 1"
exercises = [
    "three_tasks",   # in any order
    "01_first",
]
total = 10
due = 2026-12-01T18:00:00+01:00
late = "10%/day after 1h"
attempts = "best"
groups = true

[weights]
hello = 2.5

[extensions]
"ann@uni.example" = 2026-12-03T18:00:00+01:00
"""


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    chapters = {"01_first": ["hello"], "02_together": ["two_tasks", "three_tasks"]}
    return load_kit(make_kit(tmp_path_factory.mktemp("kit"), chapters))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("hw1.toml")


def test_everything_is_read(kit: Kit, file: Path) -> None:
    file.write_text(WHOLE)
    found = read_assignment(file, kit)
    assert (found.title, found.exercises, found.weights) == ("Homework 1", ("hello", "three_tasks"), {"hello": 2.5})
    assert (found.total, found.attempts, found.groups) == (10, Attempts.BEST, True)
    assert found.due == datetime.fromisoformat("2026-12-01T18:00:00+01:00")
    assert found.rule == LateRule(0.1, 86_400, 3_600)
    assert found.due_for("ann@uni.example") == datetime.fromisoformat("2026-12-03T18:00:00+01:00")
    chapters = [(chapter.id, [each.name for each in chapter.exercises]) for chapter in chapters_for(kit, found)]
    assert chapters == [("01_first", ["hello"]), ("02_together", ["three_tasks"])]


def test_a_name_is_enough(kit: Kit, file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbfname = "All of it"\r\n')
    found = read_assignment(file, kit)
    assert (found.exercises, found.total, found.due, found.groups) == ((), None, None, None)
    assert chapters_for(kit, found) == kit.chapters


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"01_first"', '"hello", "hello"', "hw1.toml:4: 'hello' is in the list already; name it once"),
        ('"01_first"', '"02_together"', "hw1.toml:4: 'three_tasks' is in the list already; name it once"),
        ('"three_tasks"', '"01_first", "hello"', "hw1.toml:3: 'hello' is in the list already, with '01_first'"),
        ('"three_tasks"', '"tree_tasks"', "hw1.toml:3: there is no exercise or chapter 'tree_tasks'; did you mean"),
        ('name = "Homework 1"', "", "hw1.toml: the assignment: 'name' is missing; add it"),
        ("total = 10", "total = 0", "hw1.toml:6: the assignment: total must be more than 0"),
        ("total = 10", "total = 3.333", "hw1.toml:6: the assignment: total must have at most two decimals"),
        ("total = 10", "total = nan", "hw1.toml:6: the assignment: total must be more than 0"),
        ("total = 10", "totl = 10", "hw1.toml:6: the assignment: unknown key 'totl'; did you mean 'total'?"),
        ("18:00:00+01:00\nlate", "18:00:00\nlate", "hw1.toml:7: the assignment: due has no time zone; write 2026"),
        ("T18:00:00+01:00\nlate", "\nlate", "hw1.toml:7: the assignment: due has no time of day; write 2026"),
        ("due = 2026-12-01T18:00:00+01:00\n", "", "hw1.toml:7: the assignment: late needs a due date"),
        ("10%/day", "10%/moon", "hw1.toml:8: the assignment: '10%/moon after 1h' is no rule"),
        ("groups = true", 'groups = "yes"', "hw1.toml:10: the assignment: groups must be true or false"),
        ('"best"', '"first"', 'hw1.toml:9: the assignment: attempts must be "last" or "best", not'),
        ("hello = 2.5", "hello = 0", "hw1.toml:13: weights: hello must be more than 0"),
        ("hello = 2.5", "hello = 1\nhello = 2", "hw1.toml:14: not valid TOML"),
        ("hello = 2.5", "two_tasks = 1", "hw1.toml:13: weights: 'two_tasks' is not one of this assignment's"),
        ("hello = 2.5", "helo = 1", "hw1.toml:13: weights: 'helo' is no exercise; did you mean 'hello'?"),
        ("-03T18:00:00+01:00", "-03T18:00:00", "hw1.toml:16: extensions: ann@uni.example has no time zone"),
    ],
)
def test_what_is_wrong_is_said_in_one_message_with_its_line(
    kit: Kit, file: Path, old: str, new: str, said: str
) -> None:
    assert WHOLE.count(old) == 1
    file.write_text(WHOLE.replace(old, new))
    with pytest.raises(UsageError) as caught:
        read_assignment(file, kit)
    assert str(caught.value).startswith(said)


def test_a_file_that_cannot_be_read_says_why(kit: Kit, file: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no hw1\.toml; `turtles assignment new hw1\.toml` writes one"):
        read_assignment(file, kit)
    file.write_bytes(b'name = "a"\n# \xff\n')
    with pytest.raises(UsageError, match=r"hw1\.toml:2: not UTF-8"):
        read_assignment(file, kit)


def test_what_is_written_anew_can_be_read(kit: Kit, file: Path) -> None:
    file.write_text(template(kit, 'Week "1"', ("02_together",)))
    found = read_assignment(file, kit)
    assert (found.title, found.exercises, found.total) == ('Week "1"', ("two_tasks", "three_tasks"), 10)
    with pytest.raises(UsageError, match="there is no exercise or chapter 'helo'; did you mean 'hello'"):
        template(kit, "Week 1", ("helo",))
    # What stands there as a comment can be used as it is.
    file.write_text(file.read_text().replace("# due", "due").replace("# late", "late").replace("# alice", "alice"))
    assert "alice" in read_assignment(file, kit).extensions
