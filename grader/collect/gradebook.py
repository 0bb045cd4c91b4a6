"""The gradebook of a class: what was handed in, what came of it, and every verdict that was ever made.

It is an SQLite database in write-ahead mode. A submission is written in one transaction, with the verdicts that were
made for it, so at whatever moment a grading ends, what is there is whole, and the next goes on from there.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from grader.assignment import NO_ASSIGNMENT, Assignment
from grader.class_result import Column, Mark, Override, Sheet, Student
from grader.collect.batches import Work
from grader.errors import TurtlesError
from grader.files import try_lock
from grader.result import ExerciseResult, Verdict

_APPLICATION: Final = 0x54727431
"""What tells a gradebook from any other SQLite database: ``Trt1``."""

_MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        "CREATE TABLE class (field TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE exercise (position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL,"
        " chapter TEXT NOT NULL, chapter_title TEXT NOT NULL, points INTEGER NOT NULL)",
        "CREATE TABLE student (id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, roster TEXT NOT NULL)"
        " WITHOUT ROWID",
        # result: an entry of turtles/result/v1 as JSON, compressed; source: the file, compressed.
        "CREATE TABLE verdict (key TEXT PRIMARY KEY, exercise TEXT NOT NULL, verdict TEXT NOT NULL,"
        " score INTEGER NOT NULL, max_score INTEGER NOT NULL, result BLOB NOT NULL, source BLOB NOT NULL)",
        "CREATE TABLE submission (place TEXT PRIMARY KEY, student TEXT NOT NULL, digest TEXT NOT NULL,"
        " handed_in TEXT NOT NULL, late_s REAL, taken REAL, protected TEXT NOT NULL, problems TEXT NOT NULL,"
        " graded_at TEXT NOT NULL)",
        "CREATE TABLE grade (place TEXT NOT NULL REFERENCES submission (place) ON DELETE CASCADE,"
        " exercise TEXT NOT NULL, key TEXT NOT NULL REFERENCES verdict (key), PRIMARY KEY (place, exercise))"
        " WITHOUT ROWID",
    ),
    (
        # Submissions of several students, and the times that lateness is made of, instead of what it came to.
        "CREATE TABLE handed (place TEXT PRIMARY KEY, students TEXT NOT NULL, digest TEXT NOT NULL,"
        " content TEXT NOT NULL, handed_in TEXT NOT NULL, time_source TEXT NOT NULL, marked_late INTEGER NOT NULL,"
        " sent_as TEXT NOT NULL, protected TEXT NOT NULL, problems TEXT NOT NULL, refused TEXT NOT NULL,"
        " graded_at TEXT NOT NULL)",
        "INSERT INTO handed SELECT place, '[' || student || ']', digest, '', handed_in, '', 0, '', protected, problems,"
        " '[]', graded_at FROM submission",
        "DROP TABLE submission",
        "ALTER TABLE handed RENAME TO submission",
        # What lay at a place before, as it was graded then. keys: of its files, by exercise.
        "CREATE TABLE earlier (place TEXT NOT NULL, content TEXT NOT NULL, handed_in TEXT NOT NULL,"
        " time_source TEXT NOT NULL, marked_late INTEGER NOT NULL, refused TEXT NOT NULL, graded_at TEXT NOT NULL,"
        " keys TEXT NOT NULL, PRIMARY KEY (place, content)) WITHOUT ROWID",
        # The last one about a student and an exercise counts; one without points and comment takes it back.
        "CREATE TABLE override (number INTEGER PRIMARY KEY AUTOINCREMENT, student TEXT NOT NULL,"
        " exercise TEXT NOT NULL, points REAL, comment TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL)",
        # What lateness came to is no longer kept, so grades need the due time of the next grading.
        "UPDATE class SET value = '' WHERE field = 'finished'",
    ),
)
"""What makes of each version of the format the next one. The version is how many of them were applied."""

_WAIT_S: Final = 10.0
"""For whoever reads the gradebook, or looks into it with a tool of their own: either takes less."""

_ON_A_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ncpfs", "fuse.sshfs", "fuse.glusterfs", "ceph", "lustre",
     "beegfs", "gpfs", "glusterfs", "vboxsf"}
)  # fmt: skip
"""File systems on which SQLite's write-ahead mode may lose what was written."""

_MOUNTS: Final = Path("/proc/self/mounts")


class GradebookError(TurtlesError):
    """The gradebook cannot be used, or not any more; what is in it is as it was."""


@dataclass(frozen=True)
class Header:
    """What a grading says of itself."""

    kit_version: str
    python_version: str
    sandbox: str
    exercises: tuple[Column, ...]
    problems: tuple[str, ...] = ()
    assignment: Assignment = NO_ASSIGNMENT
    sheet: Sheet | None = None


@dataclass(frozen=True)
class Record:
    """One submission, as it is in the gradebook."""

    place: str
    students: tuple[Student, ...]
    """Whose it is; at least one."""
    digest: str
    content: str
    """SHA-256 in hex of its exercises: an attempt has the same as another only if it is the same."""
    handed_in: str = ""
    time_source: str = ""
    marked_late: bool = False
    sent_as: str = ""
    protected: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeptAttempt:
    """A hand-in that was graded: what lies at a place, or did before."""

    place: str
    students: tuple[Student, ...]
    handed_in: str
    time_source: str
    marked_late: bool
    refused: tuple[str, ...]
    graded_at: str
    keys: Mapping[str, str]
    """Of its files, by exercise."""
    is_current: bool


class Gradebook:
    """A gradebook that is open; ``to_grade`` and ``to_read`` open one. A context manager.

    Whatever goes wrong is a ``GradebookError``.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: int | None) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock

    @classmethod
    def to_grade(cls, path: Path) -> Self:
        """Open the gradebook, or make a new one; nobody else can grade into it meanwhile."""
        if kind := _network(path):
            raise GradebookError(f"{path} lies on a network disk ({kind}), where it could be lost; {_ELSEWHERE}")
        with _told(path):
            lock = _take(path)
            try:
                with contextlib.suppress(FileExistsError):  # made here, so that nobody else may ever read it
                    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
                connection = _connect(path, "rw")
                try:
                    _check(path, connection)
                    _bring_up_to_date(path, connection)
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
        with _told(path):
            # Where nobody can write, nobody does: without that said, SQLite would need a file beside it.
            connection = _connect(path, "rw" if _is_writable(path) else "ro&immutable=1")
            try:
                _check(path, connection)
                is_new = _version(connection) == 0
                if not is_new:
                    _bring_up_to_date(path, connection)
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
        with _told(self.path):
            for some in _batches(list(keys)):
                marks = ", ".join("?" * len(some))
                query = f"SELECT key FROM verdict WHERE verdict != ? AND key IN ({marks})"
                found.update(key for (key,) in self._connection.execute(query, [Verdict.INCONCLUSIVE, *some]))
        return found

    def record(self, place: str) -> tuple[Record, dict[str, str]] | None:
        """What is written of a place, with the keys of its files by exercise; None when nothing is."""
        with _told(self.path):
            row = self._connection.execute(f"SELECT {_RECORD} FROM submission WHERE place = ?", [place]).fetchone()
            if row is None:
                return None
            keys = self._connection.execute("SELECT exercise, key FROM grade WHERE place = ?", [place])
            return _record(row), dict(keys)

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
                (_verdict_row(work, result) for work, result in verdicts),
            )
            if record:
                self._put_record(record, keys)

    def _put_record(self, record: Record, keys: Mapping[str, str]) -> None:
        at = self._keep_what_lay_there(record)
        row = (
            record.place,
            _students_json(record.students),
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
        query = f"SELECT content, {_ATTEMPT} FROM submission WHERE place = ?"
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
        with _told(self.path):
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
        with _told(self.path):
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
                _sheet(json.loads(fields.get("sheet", "null"))),
            )
            return header, fields["finished"]

    def students(self) -> list[Student]:
        """Who is on the roster."""
        with _told(self.path):
            rows = self._connection.execute("SELECT id, name, email, roster FROM student").fetchall()
        return [Student(who, name, email, json.loads(roster)) for who, name, email, roster in rows]

    def records(self) -> list[tuple[Record, str]]:
        """Every submission, sorted by place, with when it was graded."""
        with _told(self.path):
            rows = self._connection.execute(f"SELECT {_RECORD}, graded_at FROM submission ORDER BY place").fetchall()
        return [(_record(row), row[-1]) for row in rows]

    def places(self) -> set[str]:
        """Of every submission."""
        with _told(self.path):
            return {place for (place,) in self._connection.execute("SELECT place FROM submission")}

    def grades(self) -> dict[str, dict[str, str]]:
        """The keys of all files, by place and by exercise."""
        grades: dict[str, dict[str, str]] = {}
        with _told(self.path):
            for place, exercise, key in self._connection.execute("SELECT place, exercise, key FROM grade"):
                grades.setdefault(place, {})[exercise] = key
        return grades

    def attempts(self) -> list[KeptAttempt]:
        """Every hand-in that was graded, in no order."""
        grades = self.grades()
        with _told(self.path):
            now = self._connection.execute(f"SELECT {_ATTEMPT} FROM submission").fetchall()
            query = (
                f"SELECT {_ATTEMPT}, keys FROM (SELECT e.*, s.students FROM earlier e JOIN submission s USING (place))"
            )
            earlier = self._connection.execute(query).fetchall()
        return [
            *(_attempt(row, grades.get(row[0], {}), is_current=True) for row in now),
            *(_attempt(row, json.loads(row[-1]), is_current=False) for row in earlier),
        ]

    def marks(self) -> dict[str, Mark]:
        """What was given for each file that was ever judged, by key."""
        with _told(self.path):
            rows = self._connection.execute("SELECT key, score, max_score, verdict FROM verdict")
            return {key: Mark(score, most, Verdict(verdict)) for key, score, most, verdict in rows}

    def overrides(self) -> dict[str, dict[str, Override]]:
        """What a person decided and nobody has taken back, by student id and exercise; ``''`` is the whole grade."""
        found: dict[str, dict[str, Override]] = {}
        query = (
            "SELECT student, exercise, points, comment, who, at FROM override WHERE number IN"
            " (SELECT max(number) FROM override GROUP BY student, exercise) ORDER BY number"
        )
        with _told(self.path):
            for student, exercise, points, comment, who, at in self._connection.execute(query):
                if points is not None or comment:
                    found.setdefault(student, {})[exercise] = Override(points, comment, who, at)
        return found

    def overridden(self, student: str) -> list[tuple[str, Override]]:
        """Everything that was ever decided about a student, with the exercise, the first first."""
        query = "SELECT exercise, points, comment, who, at FROM override WHERE student = ? ORDER BY number"
        with _told(self.path):
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
        with _told(self.path):
            row = self._connection.execute(f"SELECT {column} FROM verdict WHERE key = ?", [key]).fetchone()
        return zlib.decompress(row[0])


_RECORD: Final = (
    "place, students, digest, content, handed_in, time_source, marked_late, sent_as, protected, problems, refused"
)
_ATTEMPT: Final = "place, students, handed_in, time_source, marked_late, refused, graded_at"


def _record(row: Sequence[Any]) -> Record:
    place, students, digest, content, handed_in, time_source, marked_late, sent_as, *lists = row
    protected, problems, refused = (tuple(json.loads(text)) for text in lists[:3])
    return Record(
        place,
        _students(students),
        digest,
        content,
        handed_in,
        time_source,
        bool(marked_late),
        sent_as,
        protected,
        problems,
        refused,
    )


def _attempt(row: Sequence[Any], keys: Mapping[str, str], *, is_current: bool) -> KeptAttempt:
    place, students, handed_in, time_source, marked_late, refused, graded_at, *_ = row
    return KeptAttempt(
        place,
        _students(students),
        handed_in,
        time_source,
        bool(marked_late),
        tuple(json.loads(refused)),
        graded_at,
        keys,
        is_current,
    )


def _students(text: str) -> tuple[Student, ...]:
    return tuple(Student(**student) for student in json.loads(text))


def _students_json(students: Iterable[Student]) -> str:
    fields = [
        {"id": student.id, "name": student.name, "email": student.email, "roster": dict(student.roster)}
        for student in students
    ]
    return json.dumps(fields, sort_keys=True)


def _sheet(value: Any) -> Sheet | None:
    return Sheet(value[0], tuple((heading, role) for heading, role in value[1])) if value else None


def _verdict_row(work: Work, result: ExerciseResult) -> tuple[object, ...]:
    written = json.dumps(result.to_json(), ensure_ascii=False, separators=(",", ":")).encode()
    return (
        work.key,
        work.exercise,
        result.verdict,
        result.score,
        result.max_score,
        zlib.compress(written),
        zlib.compress(work.source),
    )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _batches(keys: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    """So many that older builds of SQLite take them as parameters of one query."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


# --- opening --------------------------------------------------------------------------------------------------------

_ELSEWHERE: Final = "say with --gradebook where else it should be"


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    # By hand, without the module's own transactions: they begin and end where they please.
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=_WAIT_S)
    connection.isolation_level = None
    return connection


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.resolve().parent, os.W_OK)


def _check(path: Path, connection: sqlite3.Connection) -> None:
    """Raise ``GradebookError`` for what is no gradebook, or not a whole one."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    if application != _APPLICATION and not (application == 0 and empty):
        raise GradebookError(f"{path} is a database, but no gradebook; {_ELSEWHERE}")
    if _version(connection) > len(_MIGRATIONS):
        raise GradebookError(
            f"{path} was written by a newer Turtles (its format is {_version(connection)}, this one knows "
            f"{len(_MIGRATIONS)}): bring this copy of the kit up to date, or {_ELSEWHERE}"
        )
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise _damaged(path)


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _bring_up_to_date(path: Path, connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = OFF")  # a table that is made anew would take what refers to it away
    connection.execute("PRAGMA synchronous = FULL")  # what was said to be kept is kept, also when the power fails
    if _version(connection) < len(_MIGRATIONS):
        if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise GradebookError(f"the disk that {path} is on cannot keep it safely; {_ELSEWHERE}")
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Whoever had the database until now may have been faster.
            for version, statements in list(enumerate(_MIGRATIONS, 1))[_version(connection) :]:
                for statement in statements:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version}")
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
    connection.execute("PRAGMA foreign_keys = ON")


def _take(path: Path) -> int:
    """Lock the gradebook against other gradings, as long as this process lives. Raises ``GradebookError``."""
    real = path.resolve()
    beside = real.with_name(f".{real.name}.lock")
    lock = os.open(beside, os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), 0o600)
    if not try_lock(lock):
        os.close(lock)
        raise GradebookError(f"{path} is in use by another grading; wait for its end")
    return lock


def _network(path: Path) -> str:
    """The kind of network file system that a file lies on, or would; empty where it is none, or nothing tells."""
    try:
        mounts = [line.split(" ") for line in _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    where, kind, deepest = path.resolve(), "", -1
    for _, folder, name, *_ in mounts:
        mount = Path(folder.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
        if where.is_relative_to(mount) and len(mount.parts) >= deepest:
            kind, deepest = name, len(mount.parts)
    return kind if kind in _ON_A_NETWORK else ""


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Errors in words."""
    try:
        yield
    except sqlite3.Error as error:
        raise _in_words(path, error) from None
    except FileNotFoundError:
        raise GradebookError(f"the folder {path.parent} for the gradebook does not exist; make it first") from None
    except OSError as error:
        raise GradebookError(f"{path} cannot be opened: {error.strerror or error}; {_ELSEWHERE}") from None


def _in_words(path: Path, error: sqlite3.Error) -> GradebookError:
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL" or name.startswith("SQLITE_IOERR"):
        return GradebookError(
            f"{path} cannot be written ({error}): the disk is full or failing; what was graded until now is kept, and "
            "once there is room the same command goes on from there"
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return GradebookError(f"{path} cannot be written ({error}); allow it, or {_ELSEWHERE}")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return GradebookError(f"{path} is in use by another program ({error}); close that, and try again")
    if name.startswith("SQLITE_NOTADB"):
        return GradebookError(f"{path} is no gradebook, or is damaged; move it away, or {_ELSEWHERE}")
    if name.startswith("SQLITE_CORRUPT"):
        return _damaged(path)
    return GradebookError(f"{path} cannot be used ({error})")


def _damaged(path: Path) -> GradebookError:
    return GradebookError(
        f"{path} is damaged, and was left as it is: move it away with the files {path.name}-wal and {path.name}-shm, "
        "and put a copy of it in its place or grade anew"
    )
