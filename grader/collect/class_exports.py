"""What a teacher gets of a class that was graded: a summary, and files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader import files
from grader.class_result import ClassResult
from grader.collect import entries
from grader.collect.gradebook import Gradebook
from grader.collect.grading import Tally
from grader.collect.similarity import near_identical
from grader.errors import KitError, UsageError
from grader.load.kit import Kit
from grader.load.submission import read_submission
from grader.report.class_ import class_csv, class_json, class_page, feedback_zip
from grader.report.class_.class_terminal import Summary
from grader.text import count, decimal


@dataclass(frozen=True)
class Exports:
    """Where a class is to be written to, and as what."""

    csv_file: Path | None = None
    moodle: Path | None = None
    canvas: Path | None = None
    json_file: Path | None = None
    html: Path | None = None
    feedback: Path | None = None
    """A zip with each student's page, by student; the others are the same as Moodle and Canvas take it."""
    moodle_feedback: Path | None = None
    canvas_feedback: Path | None = None

    @property
    def wanted(self) -> bool:
        return any((*self._files, self.html))

    @property
    def _files(self) -> tuple[Path | None, ...]:
        tables = (self.csv_file, self.moodle, self.canvas, self.json_file)
        return (*tables, self.feedback, self.moodle_feedback, self.canvas_feedback)

    def check(self) -> None:
        """Raise ``UsageError`` for a file that cannot be written: a grading may take hours."""
        for file in filter(None, self._files):
            files.check_writable(file)

    def write(self, kit: Kit, book: Gradebook) -> tuple[list[str], UsageError | None]:
        """Write it all; returns a line for each thing written, and the first that went wrong."""
        if not self.wanted:
            return [], None
        result = entries.class_result(book)
        texts: list[tuple[Path | None, Callable[[ClassResult], str | Iterator[str]]]] = [
            (self.csv_file, class_csv.table),
            (self.moodle, class_csv.moodle),
            (self.canvas, class_csv.canvas),
            (self.json_file, class_json.render),
        ]
        written: list[str] = []
        try:
            for file, render in texts:
                if file:
                    files.write_text(file, render(result))
                    written.append(f"{file} is written")
            written += self._advice(result)
            written += self._write_feedback(result)
            if self.html:
                written += self._write_pages(kit, result, self.html)
        except UsageError as error:
            return written, error
        return written, None

    def _advice(self, result: ClassResult) -> Iterator[str]:
        """What a teacher should know before importing a table."""
        sheet = result.sheet
        if self.moodle and sheet and (heading := sheet.heading("max")):
            most = {
                float(text.replace(",", ".")) for each in result.entries if (text := each.student.roster.get(heading))
            }
            if most and most != {result.max_score}:
                total = decimal(result.max_score)
                yield f"Moodle's maximum grade is {decimal(max(most))}, and the total is {total}: make them the same"
        above = sum(each.grade.score is not None and each.grade.score > result.max_score for each in result.entries)
        if self.moodle and above:
            yield f"Moodle passes over grades above the maximum, such as those of {count(above, 'student')} here"
        if self.canvas and not (sheet and sheet.system == "canvas" and sheet.heading("grade")):
            title = result.assignment.title
            yield f"no column {title!r} with Canvas's id is in the roster, so its import makes a new assignment"

    def _write_feedback(self, result: ClassResult) -> Iterator[str]:
        zips: list[tuple[Path | None, feedback_zip.Namer, str]] = [
            (self.feedback, feedback_zip.by_student(result), ""),
            (self.moodle_feedback, feedback_zip.moodle, "Moodle"),
            (self.canvas_feedback, feedback_zip.canvas, "Canvas"),
        ]
        for file, namer, system in zips:
            if file:
                left_out = feedback_zip.write(result, file, namer)
                rest = f"; {count(left_out, 'student')} whom {system} does not know not in it" if left_out else ""
                yield f"{file} is written{rest}"

    def _write_pages(self, kit: Kit, result: ClassResult, folder: Path) -> list[str]:
        names = {column.name for column in result.exercises}
        exercises = [exercise for exercise in kit.exercises if exercise.name in names]
        handed_out = {
            exercise.name: read_submission(kit.handed_out_file(exercise), "").source or "" for exercise in exercises
        }
        reference = {
            exercise.name: read_submission(kit.solution_file(exercise), "").source or "" for exercise in exercises
        }
        notes: list[str] = []
        try:
            likeness = near_identical(result, handed_out, reference)
        except KitError as error:
            likeness, notes = None, [str(error)]
        class_page.write_pages(result, folder, likeness)
        return [f"{folder / class_page.INDEX} is written, with a page for each student", *notes]


def summary_of(book: Gradebook, tally: Tally, written: list[str]) -> Summary:
    """What came of a grading; ``written``: where it all went, a line each."""
    result = entries.class_result(book)
    return Summary(
        submissions=tally.submissions,
        anew=tally.anew,
        files=tally.files,
        judged=tally.judged,
        max_score=result.max_score,
        students=result.entries,
        problems=result.problems,
        elsewhere=len(book.places() - tally.places),
        written=written,
    )
