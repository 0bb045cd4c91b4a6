"""The format of a gradebook, and how one of an older format becomes one of this."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Final

from grader.collect.gradebook_errors import ELSEWHERE, GradebookError, damaged

_APPLICATION: Final = 0x54727431
"""What tells a gradebook from any other SQLite database: ``Trt1``."""

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
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


def check_format(path: Path, connection: sqlite3.Connection) -> None:
    """Raise ``GradebookError`` for what is no gradebook, or not a whole one."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    if application != _APPLICATION and not (application == 0 and empty):
        raise GradebookError(f"{path} is a database, but no gradebook; {ELSEWHERE}")
    if version_of(connection) > len(MIGRATIONS):
        raise GradebookError(
            f"{path} was written by a newer Turtles (its format is {version_of(connection)}, this one knows "
            f"{len(MIGRATIONS)}): bring this copy of the kit up to date, or {ELSEWHERE}"
        )
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise damaged(path)


def version_of(connection: sqlite3.Connection) -> int:
    """The version of its format; 0 for one that is new."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def bring_up_to_date(path: Path, connection: sqlite3.Connection) -> None:
    """Apply the migrations that it lacks, all or none, and prepare the connection. Raises ``GradebookError``."""
    connection.execute("PRAGMA foreign_keys = OFF")  # a table that is made anew would take what refers to it away
    connection.execute("PRAGMA synchronous = FULL")  # what was said to be kept is kept, also when the power fails
    if version_of(connection) < len(MIGRATIONS):
        if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise GradebookError(f"the disk that {path} is on cannot keep it safely; {ELSEWHERE}")
        connection.execute("BEGIN IMMEDIATE")
        try:
            # The process that held the database until now may have been faster.
            for version, statements in list(enumerate(MIGRATIONS, 1))[version_of(connection) :]:
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
