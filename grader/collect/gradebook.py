"""The gradebook of a class: what was handed in, what came of it, and every verdict that was ever made.

It is an SQLite database in write-ahead mode. A submission is written in one transaction, with the verdicts that were
made for it, so a grading may end at any moment: the gradebook is complete, and the next grading goes on from there.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.assignment import NO_ASSIGNMENT, Assignment
from grader.class_result import Column, Mark, Override, Student
from grader.collect.batches import Work
from grader.collect.gradebook_errors import ELSEWHERE, GradebookError, errors_in_words
from grader.collect.gradebook_file import connect, is_writable, network_disk, take_lock
from grader.collect.gradebook_format import bring_up_to_date, check_format, version_of
from grader.collect.gradebook_rows import (
    ATTEMPT,
    RECORD,
    Header,
    KeptAttempt,
    Record,
    attempt_of,
    record_of,
    sheet_of,
    students_json,
    verdict_row,
)
from grader.result import ExerciseResult, Verdict


class Gradebook:
    """A gradebook that is open; ``to_grade`` and ``to_read`` open one. A context manager.

    Raises ``GradebookError`` for anything that goes wrong.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: int | None) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock

    @classmethod
    def to_grade(cls, path: Path) -> Self:
        """Open the gradebook, or make a new one; nobody else can grade into it meanwhile."""
        if kind := network_disk(path):
            raise GradebookError(f"{path} lies on a network disk ({kind}), where it could be lost; {ELSEWHERE}")
        with errors_in_words(path):
            lock = take_lock(path)
            try:
                with contextlib.suppress(FileExistsError):  # made here, so that nobody else may ever read it
                    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
                connection = connect(path, "rw")
                try:
                    check_format(path, connection)
                    bring_up_to_date(path, connection)
                except BaseException:
                    connection.close()
                    raise
            except BaseException:
                os.close(lock)
                raise
        return cls(path, connection, lock)

    @classmethod
    def to_read(cls, path: Path) -> Self:
        """Open a gradebook that is there, also while it is being graded into."""
        if not path.is_file():
            raise GradebookError(f"there is no gradebook {path}; `turtles class grade SUBMISSIONS` makes it")
        with errors_in_words(path):
            # Where nobody can write, nobody does: without that said, SQLite would need a file beside it.
            connection = connect(path, "rw" if is_writable(path) else "ro&immutable=1")
            try:
                check_format(path, connection)
                is_new = version_of(connection) == 0
                if not is_new:
                    bring_up_to_date(path, connection)
                if is_new or not connection.execute("SELECT count(*) FROM class").fetchone()[0]:
                    raise GradebookError(f"nothing was graded into {path} yet")
            except BaseException:
                connection.close()
                raise
        return cls(path, connection, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
        if self._lock is not None:
            os.close(self._lock)

    # --- what a grading writes

    def begin(self, header: Header, students: Sequence[Student]) -> None:
        """Take note of what is graded and, where there is a roster, of who is in the class."""
        with self._transaction():
            self._put_header(header, finished="")
            self._connection.execute("DELETE FROM student")
            rows = [(student.id, student.name, student.email, json.dumps(dict(student.roster))) for student in students]
            # The roster's students and no others: who is on none stands with their submission.
            self._connection.executemany("INSERT INTO student VALUES (?, ?, ?, ?)", rows)

    def finish(self, header: Header) -> None:
        """Take note that every submission was graded."""
        with self._transaction():
            self._put_header(header, finished=_now())

    def known(self, keys: Collection[str]) -> set[str]:
        """Those of the keys whose verdict is known. An inconclusive one never is: it is to be tried again."""
        found: set[str] = set()
        with errors_in_words(self.path):
            for some in _batches(list(keys)):
                marks = ", ".join("?" * len(some))
                query = f"SELECT key FROM verdict WHERE verdict != ? AND key IN ({marks})"
                found.update(key for (key,) in self._connection.execute(query, [Verdict.INCONCLUSIVE, *some]))
        return found

    def record(self, place: str) -> tuple[Record, dict[str, str]] | None:
        """What is written of a place, with the keys of its files by exercise; None when nothing is."""
        with errors_in_words(self.path):
            row = self._connection.execute(f"SELECT {RECORD} FROM submission WHERE place = ?", [place]).fetchone()
            if row is None:
                return None
            keys = self._connection.execute("SELECT exercise, key FROM grade WHERE place = ?", [place])
            return record_of(row), dict(keys)

    def keep(
        self, verdicts: Iterable[tuple[Work, ExerciseResult]], record: Record | None, keys: Mapping[str, str]
    ) -> None:
        """Write a submission (None: of no submission yet) and the verdicts that were made for it, all or nothing.

        ``keys``: of its files, by exercise; the verdict of each is there already, or among those given. The same
        written twice is written once.
        """
        with self._transaction():
            self._connection.executemany(
                "INSERT INTO verdict VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
                " verdict = excluded.verdict, score = excluded.score, max_score = excluded.max_score,"
                f" result = excluded.result WHERE verdict.verdict = '{Verdict.INCONCLUSIVE}'",
                (verdict_row(work, result) for work, result in verdicts),
            )
            if record:
                self._put_record(record, keys)

    def _put_record(self, record: Record, keys: Mapping[str, str]) -> None:
        at = self._keep_what_lay_there(record)
        row = (
            record.place,
            students_json(record.students),
            record.digest,
            record.content,
            record.handed_in,
            record.time_source,
            record.marked_late,
            record.sent_as,
            json.dumps(record.protected),
            json.dumps(record.problems),
            json.dumps(record.refused),
            at,
        )
        self._connection.execute("DELETE FROM submission WHERE place = ?", [record.place])
        self._connection.execute(f"INSERT INTO submission VALUES ({', '.join('?' * len(row))})", row)
        grades = [(record.place, exercise, key) for exercise, key in keys.items()]
        self._connection.executemany("INSERT INTO grade VALUES (?, ?, ?)", grades)

    def _keep_what_lay_there(self, record: Record) -> str:
        """Make an earlier attempt of what the place held, if it was another; returns when this one was first graded."""
        query = f"SELECT content, {ATTEMPT} FROM submission WHERE place = ?"
        row = self._connection.execute(query, [record.place]).fetchone()
        if row is None:
            return _now()
        content, place, _, *columns, graded_at = row
        if content in (record.content, ""):
            return str(graded_at)
        keys = dict(self._connection.execute("SELECT exercise, key FROM grade WHERE place = ?", [place]))
        kept = (place, content, *columns, graded_at, json.dumps(keys))
        self._connection.execute(f"INSERT OR REPLACE INTO earlier VALUES ({', '.join('?' * len(kept))})", kept)
        self._connection.execute("DELETE FROM earlier WHERE place = ? AND content = ?", [place, record.content])
        return _now()

    def _put_header(self, header: Header, finished: str) -> None:
        fields = {
            "kit_version": header.kit_version,
            "python_version": header.python_version,
            "sandbox": header.sandbox,
            "problems": json.dumps(header.problems),
            "assignment": json.dumps(header.assignment.to_json()),
            "sheet": json.dumps([header.sheet.system, header.sheet.columns] if header.sheet else None),
            "finished": finished,
        }
        self._connection.executemany("INSERT OR REPLACE INTO class VALUES (?, ?)", fields.items())
        self._connection.execute("DELETE FROM exercise")
        rows = [(position, *astuple(column)) for position, column in enumerate(header.exercises)]
        self._connection.executemany("INSERT INTO exercise VALUES (?, ?, ?, ?, ?, ?)", rows)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """All of it, on the disk, or nothing."""
        with errors_in_words(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # after some errors SQLite has done that already
                    self._connection.execute("ROLLBACK")
                raise

    # --- what is read from it

    def header(self) -> tuple[Header, str]:
        """What the last grading said of itself, and when it was through; empty when it was not."""
        with errors_in_words(self.path):
            fields = dict(self._connection.execute("SELECT field, value FROM class"))
            columns = self._connection.execute(
                "SELECT name, title, chapter, chapter_title, points FROM exercise ORDER BY position"
            )
            header = Header(
                fields["kit_version"],
                fields["python_version"],
                fields["sandbox"],
                tuple(Column(*row) for row in columns),
                tuple(json.loads(fields["problems"])),
                Assignment.from_json(json.loads(fields["assignment"])) if "assignment" in fields else NO_ASSIGNMENT,
                sheet_of(json.loads(fields.get("sheet", "null"))),
            )
            return header, fields["finished"]

    def assignment(self) -> Assignment | None:
        """What the last grading was of; None where there was none."""
        with errors_in_words(self.path):
            row = self._connection.execute("SELECT value FROM class WHERE field = 'assignment'").fetchone()
        return Assignment.from_json(json.loads(row[0])) if row else None

    def students(self) -> list[Student]:
        """Who is on the roster."""
        with errors_in_words(self.path):
            rows = self._connection.execute("SELECT id, name, email, roster FROM student").fetchall()
        return [Student(who, name, email, json.loads(roster)) for who, name, email, roster in rows]

    def records(self) -> list[tuple[Record, str]]:
        """Every submission, sorted by place, with when it was graded."""
        with errors_in_words(self.path):
            rows = self._connection.execute(f"SELECT {RECORD}, graded_at FROM submission ORDER BY place").fetchall()
        return [(record_of(row), row[-1]) for row in rows]

    def places(self) -> set[str]:
        """Of every submission."""
        with errors_in_words(self.path):
            return {place for (place,) in self._connection.execute("SELECT place FROM submission")}

    def grades(self) -> dict[str, dict[str, str]]:
        """The keys of all files, by place and by exercise."""
        grades: dict[str, dict[str, str]] = {}
        with errors_in_words(self.path):
            for place, exercise, key in self._connection.execute("SELECT place, exercise, key FROM grade"):
                grades.setdefault(place, {})[exercise] = key
        return grades

    def attempts(self) -> list[KeptAttempt]:
        """Every hand-in that was graded, in no order."""
        grades = self.grades()
        with errors_in_words(self.path):
            now = self._connection.execute(f"SELECT {ATTEMPT} FROM submission").fetchall()
            query = (
                f"SELECT {ATTEMPT}, keys FROM (SELECT e.*, s.students FROM earlier e JOIN submission s USING (place))"
            )
            earlier = self._connection.execute(query).fetchall()
        return [
            *(attempt_of(row, grades.get(row[0], {}), is_current=True) for row in now),
            *(attempt_of(row, json.loads(row[-1]), is_current=False) for row in earlier),
        ]

    def marks(self) -> dict[str, Mark]:
        """What was given for each file that was ever judged, by key."""
        with errors_in_words(self.path):
            rows = self._connection.execute("SELECT key, score, max_score, verdict FROM verdict")
            return {key: Mark(score, most, Verdict(verdict)) for key, score, most, verdict in rows}

    def overrides(self) -> dict[str, dict[str, Override]]:
        """What a person decided and nobody has taken back, by student id and exercise; ``''`` is the whole grade."""
        found: dict[str, dict[str, Override]] = {}
        query = (
            "SELECT student, exercise, points, comment, who, at FROM override WHERE number IN"
            " (SELECT max(number) FROM override GROUP BY student, exercise) ORDER BY number"
        )
        with errors_in_words(self.path):
            for student, exercise, points, comment, who, at in self._connection.execute(query):
                if points is not None or comment:
                    found.setdefault(student, {})[exercise] = Override(points, comment, who, at)
        return found

    def overridden(self, student: str) -> list[tuple[str, Override]]:
        """Everything that was ever decided about a student, with the exercise, the first first."""
        query = "SELECT exercise, points, comment, who, at FROM override WHERE student = ? ORDER BY number"
        with errors_in_words(self.path):
            rows = self._connection.execute(query, [student]).fetchall()
        return [(exercise, Override(*rest)) for exercise, *rest in rows]

    def override(self, overrides: Iterable[tuple[str, str, float | None, str]], who: str) -> None:
        """Write what ``who`` decides, all or nothing: student id, exercise, points and comment of each.

        One without points and comment takes back what was decided before.
        """
        with self._transaction():
            self._connection.executemany(
                "INSERT INTO override (student, exercise, points, comment, who, at) VALUES (?, ?, ?, ?, ?, ?)",
                [(*override, who, _now()) for override in overrides],
            )

    def result(self, key: str) -> ExerciseResult:
        """The result of a file that was judged."""
        try:
            return ExerciseResult.from_json(json.loads(self._unpacked("result", key)))
        except ValueError:
            raise GradebookError(
                f"{self.path} holds results of another version of the kit: grade the class again with this one"
            ) from None

    def source(self, key: str) -> bytes:
        """A file that was judged."""
        return self._unpacked("source", key)

    def _unpacked(self, column: str, key: str) -> bytes:
        with errors_in_words(self.path):
            row = self._connection.execute(f"SELECT {column} FROM verdict WHERE key = ?", [key]).fetchone()
        return zlib.decompress(row[0])


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _batches(keys: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    """The number of parameters that older builds of SQLite accept in one query."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
