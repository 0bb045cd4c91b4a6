"""What a task's docstring shows is what its reference prints, at the seconds on the left."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.kinds import Ending, EventKind
from grader.load.curriculum import Exercise
from grader.load.kit import find_root, load_kit
from grader.load.shown_output import ShownLine, differences, shown_output
from grader.record.recorder import Job, Recorder
from grader.record.recording import Recording, Subject
from grader.record.seconds import Seconds
from grader.record.spec import RecordingSpec
from grader.record.trace import Event, Trace
from grader.report import sentences
from tests.grader.runs import NO_WALL

KIT = load_kit(find_root(Path(__file__)))

BY_THE_WALL_CLOCK = {
    "all_the_way_down": "its service is a real one, and so is its tide station",
    "chat": "its room is a real server",
    "cpu_hog": "it computes",
    "ctrl_c": "it is sent signals",
    "datagrams": "its sensors have a real socket",
    "echo": "its service is a real server",
    "from_a_thread": "its office is a real server",
    "give_way": "it computes",
    "half_close": "its office is a real server",
    "kill_on_timeout": "its tool is a real process",
    "late_answer": "its exchange is a real server",
    "message_frames": "its station is a real server",
    "one_client_at_a_time": "it is a real server",
    "pipe_deadlock": "its tool is a real process",
    "pool": "its server is a real one",
    "proxy": "both of its sides are real connections",
    "raw_protocol": "its connections are real",
    "retry": "its bank is a real server",
    "runner": "its greenhouse is a real server",
    "shell_injection": "its tool is a real process",
    "slow_callback": "its disk is slow in a real thread",
    "slow_command": "its tool is a real process",
    "slow_http": "its server is a real one",
    "slow_reader": "its webcam is a real server",
    "stream_output": "its tool is a real process",
    "thread_pool_starved": "it waits in real threads",
    "tls": "its laboratory is a real server",
    "unix_door": "its socket is a real one",
    "wrong_thread": "it measures in a real thread",
}
"""What virtual time does not carry."""
LATE_S = 0.5
"""By the wall clock, on a busy machine."""

NOT_COMPARED = {
    "bad_flattening": "shows parts of a traceback, in any order",
    "turtles": "its threads print at the same moment, in any order",
}


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder(NO_WALL, packages={package for each in KIT.exercises for package in each.packages}) as found:
        yield found


def shown_by(exercise: Exercise) -> tuple[ShownLine, ...]:
    tree = ast.parse(KIT.handed_out_file(exercise).read_text(encoding="utf-8"))
    return shown_output(ast.get_docstring(tree) or "")


def run(recorder: Recorder, exercise: Exercise) -> Recording:
    source = KIT.solution_file(exercise).read_text(encoding="utf-8")
    subject = Subject(source, f"exercises/{exercise.file}")
    if exercise.name in BY_THE_WALL_CLOCK:
        return recorder.record_all({0: Job(subject, RecordingSpec(None, observe=False, deadline_s=20))})[0]
    return recorder.explore(subject, RecordingSpec(None, virtual=True, observe=False), alone=True)


def test_every_docstring_shows_an_output_that_can_be_read() -> None:
    assert [each.name for each in KIT.exercises if not shown_by(each)] == []


@pytest.mark.parametrize("exercise", KIT.exercises, ids=lambda exercise: exercise.name)
def test_the_reference_prints_what_the_docstring_shows(recorder: Recorder, exercise: Exercise) -> None:
    if why := exercise.needs_newer_python or NOT_COMPARED.get(exercise.name):
        pytest.skip(why)
    recording = run(recorder, exercise)
    late_s = LATE_S if exercise.name in BY_THE_WALL_CLOCK else 0.0
    found = differences(shown_by(exercise), lines_of(recording.trace), late_s)
    assert found == [], sentences.stopped(recording.trace.stop)


# --- reading and comparing ------------------------------------------------------------------------------------------

DOCSTRING = """A title.

Some words:

    python it.py

Once it is right (the seconds on the left are not printed):

    0.30   a 1, sum 2
    0.60   b
    ...
    1.2  done in 1.20 s

Leave alone: `x`.
"""


def test_the_block_with_seconds_is_the_output() -> None:
    assert shown_output(DOCSTRING) == (
        ShownLine("a 1, sum 2", 0.3, 2),
        ShownLine("b", 0.6, 2),
        ShownLine("..."),
        ShownLine("done in 1.20 s", 1.2, 1),
    )


def test_without_seconds_it_is_the_first_block() -> None:
    assert shown_output("A\n\n    x 1.5 m\n    y\n\nb\n\n    z\n") == (ShownLine("x 1.5 m"), ShownLine("y"))
    assert shown_output("A\n\nb\n") == ()


def lines_of(trace: Trace) -> list[tuple[float, str]]:
    return [(float(event.at), event.name) for event in trace.events if event.kind is EventKind.LINE]


def printed(*lines: tuple[float, str]) -> Trace:
    return Trace(tuple(Event(Seconds(at), EventKind.LINE, text) for at, text in lines), (), Seconds(9), Ending.RETURNED)


SHOWN = (ShownLine("a", 0.3), ShownLine("b", 0.3), ShownLine("done in 0.60 s", 0.6))


@pytest.mark.parametrize(
    ("trace", "late_s"),
    [
        (printed((0.3, "a"), (0.3, "b"), (0.6, "done in 0.60 s")), 0),
        (printed((0.3, "b"), (0.3, "a"), (0.6, "done in 0.60 s")), 0),
        (printed((0.304, "a"), (0.298, "b"), (0.6, "done in 0.62 s")), 0),
        (printed((0.5, "a"), (0.6, "b"), (0.9, "done in 0.95 s")), 0.4),
    ],
)
def test_what_is_shown_may_be_printed(trace: Trace, late_s: float) -> None:
    assert differences(SHOWN, lines_of(trace), late_s) == []


@pytest.mark.parametrize(
    "trace",
    [
        printed((0.3, "a"), (0.3, "b")),
        printed((0.3, "a"), (0.3, "b"), (0.6, "done in 0.60 s"), (0.6, "more")),
        printed((0.3, "a"), (0.3, "a"), (0.6, "done in 0.60 s")),
        printed((0.3, "a"), (0.6, "done in 0.60 s"), (0.3, "b")),
        printed((0.3, "a"), (0.32, "b"), (0.6, "done in 0.60 s")),
        printed((0.28, "a"), (0.3, "b"), (0.6, "done in 0.60 s")),
        printed((0.3, "a"), (0.3, "b"), (0.6, "done in 0.70 s")),
        printed((0.3, "a"), (0.3, "b"), (0.6, "done in 0.50 s")),
        printed((0.3, "a"), (0.3, "b"), (0.6, "over in 0.60 s")),
        printed(),
    ],
)
def test_anything_else_is_told(trace: Trace) -> None:
    assert differences(SHOWN, lines_of(trace))


def test_three_dots_stand_for_any_lines() -> None:
    shown = (ShownLine("a"), ShownLine("..."), ShownLine("z"), ShownLine("..."))
    assert differences(shown, lines_of(printed((0, "a"), (0, "b"), (0, "c"), (0, "z"), (1, "end")))) == []
    assert differences(shown, lines_of(printed((0, "a"), (0, "b"))))
    assert differences(shown, lines_of(printed((0, "z"), (0, "a"))))
