"""A class on a terminal: few students by name, many not; every problem bounded; nothing of theirs gets through."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from grader.class_result import Entry, ExerciseGrade, Grade, Lateness, Override, Student, Timing
from grader.report.class_ import class_terminal, told
from grader.report.class_.class_terminal import Summary
from grader.report.terminal import make_console
from tests.classroom.class_results import ADA

HELLO_RESULT = ADA.results["hello"]


def shown(summary: Summary) -> list[str]:
    file = io.StringIO()
    class_terminal.render(summary, make_console(file=file))
    return file.getvalue().splitlines()


def summary(*students: Entry, problems: tuple[str, ...] = (), elsewhere: int = 0) -> Summary:
    return Summary(len(students), 1, 8, 2, 10, students, problems, elsewhere, ("the gradebook is class.db",))


def student(
    id: str = "alice",  # noqa: A002
    score: float | None = 7.5,
    name: str = "",
    timing: Timing = Timing.NOT_DUE,
    late: Lateness | None = None,
    not_judged: tuple[str, ...] = (),
    **changes: object,
) -> Entry:
    exercises = {each: ExerciseGrade(None, 5) for each in not_judged}
    grade = Grade(exercises, score, score, 10, timing, late, not_judged)
    results = dict.fromkeys(not_judged, HELLO_RESULT)
    fields: dict[str, object] = {"place": id, "results": results, "grade": grade}
    return Entry(Student(id, name), **(fields | changes))  # type: ignore[arg-type]


def test_each_of_few_students_has_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    late = student("i9", late=Lateness(90_000, 0.2))
    lines = shown(
        summary(
            student("a1", name="Alice"),
            student("b2", late=Lateness(3 * 86400.0, 0.3), partners=(Student("a1"),)),
            student("c3", None, not_judged=("hello", "two_tasks")),
            student("d4", None, place=""),
            student("e5", None),
            student("f6", None, refused=("hello.ipynb: a notebook",)),
            student("g7", timing=Timing.UNKNOWN, overrides={"": Override(7.5, "", "ada", "")}),
            student("h8", late=Lateness(None, 0.1, at_least=True)),
            replace(late, grade=replace(late.grade, by_hand=True)),
        )
    )
    assert lines[:9] == [
        "a1 Alice   7.5 of 10 points",
        "b2         7.5 of 10 points   late by 3 d, 30% taken   with a1",
        "c3         no grade yet: 2 exercises not judged",
        "d4         nothing handed in",
        "e5         nothing to judge",
        "f6         no grade yet: a file was refused",
        "g7         7.5 of 10 points   time not known   by hand",
        "h8         7.5 of 10 points   late, at least 10% taken",
        "i9         7.5 of 10 points   late by 1 d 1 h",
    ]
    assert lines[10] == (
        "9 submissions · 1 graded anew · 2 of 8 files judged, the others known · mean 7.5 of 10 points"
    )
    assert lines[11] == "1 at a time that is not known · 1 handed in nothing"
    assert lines[12] == "2 files could not be judged; the same command tries again"


def test_what_is_said_of_lateness_tells_what_is_not_known() -> None:
    assert told.lateness(Lateness(90_000, 0.2)) == "1 d 1 h, 20 % of the points taken"
    assert told.lateness(Lateness(None, 0.2)) == "how late is not known, 20 % of the points taken"
    least = "how late is not known, so the least is taken: 10 % of the points"
    assert told.lateness(Lateness(None, 0.1, at_least=True)) == least
    assert told.lateness(Lateness(None, 0, at_least=True)) == "how late is not known, nothing taken"


def test_of_many_students_there_are_no_lines() -> None:
    lines = shown(summary(*(student(f"s{number}") for number in range(13))))
    assert not [line for line in lines if line.startswith("s")]


def test_problems_are_sorted_and_no_more_than_can_be_read() -> None:
    many = summary(*(student(f"s{number:02}", problems=("is odd",)) for number in range(30)), problems=("stray",))
    lines = shown(many)
    assert lines[0] == "31 problems"
    assert lines[1:3] == ["   ✘ stray", "   ✘ s00: is odd"]
    assert lines[21] == "   … and 11 more, which --json FILE lists"


def test_what_students_wrote_cannot_leave_its_line_or_colour_the_screen() -> None:
    lines = shown(summary(student("a\x1b[31m\n2 problems", problems=("x\x1b]0;title\x07\ry\u202e",))))
    text = "\n".join(lines)
    assert not set(text) & set("\x1b\x07\r\u202e")
    assert lines[0].startswith("a 2 problems")
    assert sum(line.startswith("2 problems") for line in lines) == 0


def test_submissions_from_elsewhere_are_counted() -> None:
    assert "2 submissions in the gradebook are from elsewhere, and stay" in shown(summary(student(), elsewhere=2))


@pytest.mark.parametrize(
    ("of_one", "of_class", "not_judged", "status"),
    [((), (), 0, 0), (("odd",), (), 0, 1), ((), ("odd",), 0, 1), ((), (), 1, 3), (("odd",), (), 1, 1)],
)
def test_problems_come_before_what_could_not_be_judged(
    of_one: tuple[str, ...], of_class: tuple[str, ...], not_judged: int, status: int
) -> None:
    waiting = ("hello",) * not_judged
    found = summary(student(score=None, problems=of_one, not_judged=waiting), problems=of_class)
    assert found.exit_status == status


def test_no_bar_moves_in_a_file_even_if_colours_are_forced() -> None:
    stream = io.StringIO()
    with class_terminal.progress(Console(file=stream, force_terminal=True)) as update:
        update(1, 2)
    assert stream.getvalue() == ""
