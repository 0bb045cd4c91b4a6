"""Zips of pages to hand back: for Moodle and Canvas with the names that they know again, for anything else by student.

In each folder or under each name is one student's own page, and nothing of anybody else.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from grader.class_result import ClassResult, Entry
from grader.errors import UsageError
from grader.files import check_writable, replacing
from grader.report.class_.class_page import file_names, student_page

PAGE: Final = "feedback.html"
_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The same class gives the same bytes."""

Namer = Callable[[ClassResult, Entry], str]
"""Where a student's page lies in the zip; empty for a student whom the system does not know."""


def write(result: ClassResult, file: Path, name: Namer) -> int:
    """Write the zip; returns how many students are not in it. Raises ``UsageError`` when it cannot be written."""
    check_writable(file)
    left_out = 0
    try:
        with replacing(file.resolve()) as new, zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as packed:
            for entry in result.entries:
                if path := name(result, entry):
                    item = zipfile.ZipInfo(path, _TIME)
                    item.compress_type = zipfile.ZIP_DEFLATED
                    item.external_attr = 0o100644 << 16
                    packed.writestr(item, student_page(result, entry).encode("utf-8", "backslashreplace"))
                else:
                    left_out += 1
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror or error}") from None
    return left_out


def by_student(result: ClassResult) -> Namer:
    """``ID/feedback.html``."""
    names = file_names([entry.student.id for entry in result.entries])
    return lambda _, entry: f"{names[entry.student.id].removesuffix('.html')}/{PAGE}"


def moodle(result: ClassResult, entry: Entry) -> str:
    """As in Moodle's own export: ``Ada Lovelace_1001_assignsubmission_file_/feedback.html``.

    The number is that of the student's row in the worksheet that was the roster, otherwise that of the export.
    """
    student = entry.student
    number = student.id.rpartition(" ")[2]
    if result.sheet and result.sheet.system == "moodle" and student.roster and number.isdecimal():
        # Moodle reads the name up to the first underscore, and the number up to the second.
        name = (student.name or "Participant").replace("_", " ").replace("/", " ")
        return f"{name}_{number}_assignsubmission_file_/{PAGE}"
    is_export = entry.sent_as.endswith("_assignsubmission_file_") and not entry.partners
    return f"{entry.sent_as}/{PAGE}" if is_export else ""


def canvas(result: ClassResult, entry: Entry) -> str:
    """As in Canvas's own download, for "Upload submissions": ``lovelaceada_340934_208490284_feedback.html``."""
    del result
    known = entry.sent_as and not entry.sent_as.endswith("_assignsubmission_file_") and not entry.partners
    return f"{entry.sent_as}{PAGE}" if known else ""
