"""``turtles coverage``: which API names, mistakes and linter rules the exercises teach, and which not yet.

Computed from ``exercises/curriculum.toml``; ``turtles check`` holds what an exercise ``covers`` against the syntax tree
of its solution. Sources: the High-level and Low-level API Index of the asyncio documentation (Python 3.14), and the
rules of flake8-async that concern asyncio.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from grader.authoring.excuses import read_scores
from grader.load.curriculum import Exercise
from grader.load.kit import Kit

HIGH_LEVEL = (
    "run", "Runner", "Task", "TaskGroup", "create_task", "current_task", "all_tasks", "sleep", "gather", "wait_for",
    "shield", "wait", "timeout", "to_thread", "run_coroutine_threadsafe", "as_completed",
    "Queue", "PriorityQueue", "LifoQueue", "create_subprocess_exec", "create_subprocess_shell",
    "open_connection", "open_unix_connection", "start_server", "start_unix_server", "StreamReader", "StreamWriter",
    "Lock", "Event", "Condition", "Semaphore", "BoundedSemaphore", "Barrier", "CancelledError", "BrokenBarrierError",
)  # fmt: skip

LOW_LEVEL = (
    "timeout_at", "Timeout.reschedule", "Future", "ensure_future", "run_in_executor", "call_later",
    "call_soon_threadsafe", "add_signal_handler", "getaddrinfo", "create_datagram_endpoint", "DatagramProtocol",
    "Protocol", "set_exception_handler", "set_debug", "eager_task_factory", "Task.cancel", "Task.uncancel",
    "Task.cancelling", "Task.add_done_callback", "Queue.join", "Queue.task_done", "Queue.shutdown",
)  # fmt: skip

RULES = tuple(
    f"ASYNC{number}"
    for number in (
        101, 103, 104, 105, 109, 110, 115, 116, 119, 120, 121, 122, 123, 124, 125, 210, 212, 220, 221, 222, 230, 231,
        232, 240, 250, 251, 300, 400, 900,
    )
)  # fmt: skip


@dataclass(frozen=True)
class CoverageRow:
    """A name, and the exercises that teach it, in the kit's order."""

    name: str
    exercises: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Rows of one kind; one without exercises is still to be written."""

    title: str
    rows: tuple[CoverageRow, ...]

    @property
    def covered(self) -> int:
        return sum(bool(row.exercises) for row in self.rows)


def tables(kit: Kit) -> tuple[Table, ...]:
    """High-level API, other API, mistakes, linter rules."""
    covers = _by(kit, lambda exercise: exercise.covers)
    others = dict.fromkeys([*LOW_LEVEL, *(name for name in covers if name not in HIGH_LEVEL)])
    mistakes = _by(kit, lambda exercise: (exercise.mistake,))
    rules = _by(kit, lambda exercise: exercise.rules)
    return (
        Table("High-level API", _rows(HIGH_LEVEL, covers)),
        Table("Low-level API", _rows(others, covers)),
        Table("Mistakes", _rows(sorted(mistakes), mistakes)),
        Table("flake8-async rules", _rows(dict.fromkeys([*RULES, *sorted(rules)]), rules)),
    )


def _by(kit: Kit, names: Callable[[Exercise], Iterable[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for exercise in kit.exercises:
        for name in names(exercise):
            found.setdefault(name, []).append(exercise.name)
    return found


def _rows(names: Iterable[str], found: dict[str, list[str]]) -> tuple[CoverageRow, ...]:
    return tuple(CoverageRow(name, tuple(found.get(name, ()))) for name in names)


def as_text(kit: Kit) -> str:
    """For the terminal: one line a name."""
    lines: list[str] = []
    for table in tables(kit):
        lines += [f"{table.title}: {table.covered} of {len(table.rows)}"]
        width = max((len(row.name) for row in table.rows), default=0)
        lines += [f"   {row.name:<{width}}  {', '.join(row.exercises) or '-'}" for row in table.rows]
        lines += [""]
    return "\n".join(lines)


def as_markdown(kit: Kit) -> str:
    """The page ``docs/curriculum.md``."""
    return "\n".join(_page(kit)) + "\n"


def _page(kit: Kit) -> Iterator[str]:
    yield "# The curriculum"
    yield ""
    yield "Made by `turtles coverage --markdown` from `exercises/curriculum.toml`; a test holds it up to date."
    scores = read_scores(kit)
    if scores:
        yield ""
        yield "Mutants: of all small changes to the solution that were tried, how many fail a check or were found to be"
        yield "right programs, as last recorded by `turtles mutate --record`."
    more, rule = (" mutants |", "---|") if scores else ("", "")
    for chapter in kit.chapters:
        yield ""
        yield f"## {chapter.number} {chapter.title}"
        yield ""
        yield f"| exercise | what it is about | mistake | points |{more}"
        yield f"|---|---|---|---|{rule}"
        for exercise in chapter.exercises:
            needs = f" (Python {exercise.python}+)" if exercise.python else ""
            link = f"[`{exercise.name}`](../exercises/{exercise.file})"
            score = scores.get(exercise.name)
            told = f" {score.killed + score.excused} of {score.made} |" if score else " |" if scores else ""
            yield f"| {link} | {exercise.title}{needs} | {exercise.mistake} | {exercise.points} |{told}"
    for table in tables(kit):
        yield ""
        yield f"## {table.title}: {table.covered} of {len(table.rows)}"
        yield ""
        yield "| name | exercises |"
        yield "|---|---|"
        for row in table.rows:
            yield f"| `{row.name}` | {', '.join(f'`{name}`' for name in row.exercises) or 'not yet'} |"
