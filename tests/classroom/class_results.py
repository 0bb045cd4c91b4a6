"""A small class with everything in it that a class can have, for the tests of what is made of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from grader.assignment import Assignment, LateRule
from grader.class_grade import Scale
from grader.class_result import Attempt, ClassResult, Column, Entry, Likeness, Mark, Student
from grader.kinds import FindingKind, SegmentState
from grader.result import Check, CheckVerdict, ExerciseResult, Finding, Place, Row, Segment, Timeline, Verdict

HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m\u202e'\"</script>"
"""What a name, a path or a program's output may be."""

COLUMNS = (
    Column("hello", "Hello, world", "01_first", "First steps", 2),
    Column("two_tasks", "Two tasks at once", "02_together", "Together", 4),
    Column("in_order", "In order", "02_together", "Together", 4),
)
_RUN = Timeline(
    "both are quick",
    2.0,
    (Row("task_a", (Segment(0.0, 2.0, SegmentState.RUNNING, held_by="time.sleep(2), line 9"),)),),
    checks=(0, 1),
)


def done(column: Column, verdict: Verdict, *passed: bool, **more: object) -> ExerciseResult:
    """A result with two checks, each worth half the points."""
    half = column.points // 2
    doubt = CheckVerdict.INCONCLUSIVE if verdict is Verdict.INCONCLUSIVE else CheckVerdict.FAILED
    checks = tuple(
        Check(title, CheckVerdict.PASSED if ok else doubt, half * ok, half, "" if ok else f"took 2 s {HOSTILE}")
        for title, ok in zip(("every line is printed", "both are quick"), passed, strict=False)
    )
    score = 0 if verdict is Verdict.UNTOUCHED else sum(check.score for check in checks)
    path = f"exercises/{column.chapter}/{column.name}.py"
    fields = {"checks": checks, "timelines": (_RUN,) if len(checks) == 2 else ()} | more
    return ExerciseResult(
        column.name,
        column.title,
        column.chapter,
        path,
        verdict,
        score,
        column.points,
        2.0,
        **fields,  # type: ignore[arg-type]
    )


def graded(result: ClassResult) -> ClassResult:
    """The same class with the grade of every entry made of its results and overrides."""
    scale = Scale.of(result.assignment, result.exercises)
    return replace(result, entries=tuple(_graded(scale, entry) for entry in result.entries))


def _graded(scale: Scale, entry: Entry) -> Entry:
    marks = {name: Mark(each.score, each.max_score, each.verdict) for name, each in entry.results.items()}
    own = Attempt(entry.place, marks, entry.handed_in, entry.time_source, refused=entry.refused)
    handed = own if entry.place else None
    return replace(entry, grade=scale.grade(entry.student.id, handed, entry.overrides))


HELLO, TWO_TASKS, IN_ORDER = COLUMNS
HELD = Finding(FindingKind.BLOCKING_CALL, "time.sleep(2) held the event loop for 2.00 s", (Place(9, "task_a"),))
ADA = Entry(
    Student("ada", "Ada Lovelace", "ada@example.edu"),
    "class/ada",
    {
        "hello": done(HELLO, Verdict.PASSED, True, True),
        "two_tasks": done(TWO_TASKS, Verdict.PASSED, True, True),
        "in_order": done(IN_ORDER, Verdict.FAILED, True, False, mistakes=("wrong-order",)),
    },
    handed_in="2026-11-20T18:15:00Z",
)
BOB = Entry(
    Student("bob", "Bob", "bob@example.edu"),
    "class/bob",
    {
        "hello": done(HELLO, Verdict.FAILED, True, False, findings=(HELD,), mistakes=("blocking-call",)),
        "two_tasks": done(TWO_TASKS, Verdict.FAILED, True, False, mistakes=("blocking-call", "sequential-await")),
    },
    protected=("grader/judge/verdict.py",),
    handed_in="2026-11-21T20:20:30Z",
)
CLEO = Entry(
    Student("cleo", "Cleo"),
    "class/cleo",
    {
        "hello": done(HELLO, Verdict.INCONCLUSIVE, False, False, message="the machine is too noisy to judge"),
        "two_tasks": done(TWO_TASKS, Verdict.BROKEN, message="SyntaxError: '(' was never closed", message_line=7),
        "in_order": done(IN_ORDER, Verdict.UNTOUCHED, True, False, mistakes=("wrong-order",)),
    },
)
DORA = Entry(Student("dora", "Dora"), "")
EVE = Entry(
    Student(f"../eve {HOSTILE}", f"=Eve {HOSTILE}", "@example.edu"),
    f"class/{HOSTILE}",
    {"hello": done(HELLO, Verdict.CRASHED, True, False, message=f"killed {HOSTILE}")},
    protected=(f"grader/{HOSTILE}.py",),
    problems=(f"a link out of the folder: {HOSTILE}", "=cmd|' /C calc'!A0"),
)
CLASS = ClassResult(
    assignment=Assignment(due=datetime(2026, 11, 20, 19, 19, 29, tzinfo=UTC), rule=LateRule(0.1)),
    kit_version="1.0.0",
    python_version="3.12.1",
    finished="2026-11-24T20:15:00Z",
    sandbox="bwrap",
    exercises=COLUMNS,
    entries=(EVE, ADA, BOB, CLEO, DORA),
    problems=(f"notes {HOSTILE}.txt: no submission",),
)
CLASS = graded(CLASS)
EVE, ADA, BOB, CLEO, DORA = CLASS.entries
ALIKE = (Likeness(("ada", "bob"), ("two_tasks",), 0.93, ("limit = asyncio.Semaphore(7)", f"# {HOSTILE}")),)


def of(number: int) -> ClassResult:
    """A class of so many, all like Ada but in their totals."""
    entries = (
        replace(ADA, student=Student(f"s{n:05d}", f"Student {n}"), results=dict(list(ADA.results.items())[: n % 4]))
        for n in range(number)
    )
    return graded(replace(CLASS, entries=tuple(entries), problems=()))
