"""A double raises the very class that it is told to, and what cannot arrive as what it is is the author's error."""

from __future__ import annotations

import asyncio
import json
import queue
import socket
import sqlite3
import ssl
import struct
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.authoring.verify import verify
from grader.load.kit import load_kit
from grader.record.recorder import Job, Recorder
from grader.record.spec import Double, RecordingSpec
from grader.runner.exceptions import pack, unpack
from grader.suite import of_file
from tests.grader import runs
from tests.grader.kits import edit, make_kit


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    yield from runs.recorder()


def noted(error: BaseException) -> BaseException:
    error.add_note("a note")
    return error


ERRORS = [
    ValueError("no"),
    KeyError("town"),
    OSError(5, "Input/output error"),
    FileNotFoundError(2, "No such file or directory", "levels.txt"),
    TimeoutError(),
    socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
    socket.herror(1, "Unknown host"),
    subprocess.TimeoutExpired(["tool", "-x"], 3.5),
    subprocess.CalledProcessError(2, "tool", "out", "err"),
    asyncio.QueueFull(),
    asyncio.CancelledError("stop"),
    asyncio.IncompleteReadError(b"\x00half", 9),
    asyncio.InvalidStateError("not done"),
    queue.Empty(),
    sqlite3.OperationalError("database is locked"),
    json.JSONDecodeError("Expecting value", "doc", 2),
    ssl.SSLCertVerificationError(1, "self-signed"),
    struct.error("requires 4 bytes"),
    zlib.error("Error -3"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    noted(PermissionError(13, "Permission denied")),
    ExceptionGroup("both", [ValueError("a"), ExceptionGroup("in", [TimeoutError("late"), sqlite3.Error("b")])]),
    BaseExceptionGroup("hard", [KeyboardInterrupt("c"), OSError(1, "d")]),
]


def told(error: BaseException) -> list[Any]:
    """All that a program can see of an exception."""
    inner = [told(each) for each in error.exceptions] if isinstance(error, BaseExceptionGroup) else []
    told_args = [] if inner else repr(error.args)
    return [type(error).__module__, type(error).__qualname__, str(error), told_args, repr(vars(error)), inner]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_it_arrives_as_the_class_it_is_with_all_that_it_says(error: BaseException) -> None:
    arrived = unpack(json.loads(json.dumps(pack(error))), None)
    assert type(arrived) is type(error)
    assert told(arrived) == told(error)


PROGRAM = """
    import asyncio, json

    class BadGauge(Exception):
        def __init__(self, text, code=7):
            super().__init__(text)
            self.code = code

    async def listen():
        ...

    def read():
        ...

    async def main():
        import socket, sqlite3
        found = []
        try:
            await listen()
        except BadGauge as error:
            found.append(["bad", str(error), error.code])
        except socket.gaierror as error:
            found.append(["gaierror", error.errno, error.strerror])
        except BaseExceptionGroup as errors:
            found.append(["group", [type(each).__name__ for each in errors.exceptions]])
            assert isinstance(errors.exceptions[0], BadGauge) and isinstance(errors.exceptions[1], sqlite3.Error)
        return found
"""

CASES: list[tuple[BaseException, list[object]]] = [
    (socket.gaierror(-2, "Name or service not known"), ["gaierror", -2, "Name or service not known"]),
    (of_file("BadGauge", "stuck"), ["bad", "stuck", 7]),
    (of_file("BadGauge", "stuck", 3), ["bad", "stuck", 3]),
    (
        ExceptionGroup("x", [of_file("BadGauge", "a"), sqlite3.OperationalError("locked")]),
        ["group", ["BadGauge", "OperationalError"]],
    ),
]


@pytest.mark.parametrize("virtual", [False, True], ids=["real", "virtual"])
@pytest.mark.parametrize(("error", "caught"), CASES, ids=["library", "file", "file with values", "group"])
def test_a_program_catches_it(recorder: Recorder, error: BaseException, caught: list[object], virtual: bool) -> None:
    spec = RecordingSpec("main", world={"listen": Double("listen", raises=error)}, observe=False, virtual=virtual)
    recording = (
        recorder.explore(runs.subject(PROGRAM), spec, alone=False)
        if virtual
        else runs.record(recorder, PROGRAM, world=spec.world)
    )
    assert recording.trace.returned == [caught], recording.trace.stderr


def test_a_class_that_is_gone_from_the_file_says_to_put_it_back(recorder: Recorder) -> None:
    listen = Double("listen", raises=of_file("NoGauge", "x"))
    raised = runs.record(recorder, PROGRAM, world={"listen": listen}).trace.raised
    assert str(raised).startswith(
        "NameError: the exception NoGauge is missing in the file: put it back, under that name"
    )


class Own(Exception):
    """Of no library."""


WRONG: list[tuple[Any, str]] = [
    (Own("x"), "a double cannot raise tests.grader.test_double_errors.Own, which is not of the standard library"),
    (ValueError, "a double raises an exception, such as OSError('busy'), and not <class 'ValueError'>"),
    ("busy", "a double raises an exception, such as OSError('busy'), and not 'busy'"),
    (ValueError(object), "is no value that travels"),
    (ExceptionGroup("x", [ValueError(), Own("x")]), "which is not of the standard library"),
]


@pytest.mark.parametrize(("error", "message"), WRONG)
def test_what_cannot_arrive_is_told_when_the_suite_is_loaded(error: Any, message: str) -> None:
    with pytest.raises(ValueError, match=r"a double") as caught:
        Double("fetch", raises=error)
    assert message in str(caught.value)


@pytest.mark.parametrize("virtual", [False, True], ids=["real", "virtual"])
def test_what_a_function_gives_that_cannot_arrive_is_a_fault_of_the_recording(
    recorder: Recorder, virtual: bool
) -> None:
    listen = Double("listen", raises=lambda: Own("x"))
    spec = RecordingSpec("main", world={"listen": listen}, observe=False, virtual=virtual)
    recording = (
        recorder.explore(runs.subject(PROGRAM), spec, alone=False)
        if virtual
        else runs.record(recorder, PROGRAM, world=spec.world)
    )
    assert recording.fault.startswith("the double listen: a double cannot raise tests.grader.test_double_errors.Own")


def test_verify_tells_the_author_of_it(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    edit(
        root / "tests/hidden/02_together/test_two_tasks.py",
        'both = record("main")\n',
        "class Own(Exception): ...\n\n\n"
        'both = record("main", world={"task_a": __import__("grader.suite").suite.double("a", raises=lambda: Own())})\n',
    )
    kit = load_kit(root)
    report = verify(kit, kit.exercises, runs.NO_WALL)
    assert report.undecided
    assert all(
        "a recording could not be made: the double a: a double cannot raise" in each for each in report.undecided
    )


def test_an_error_of_the_suites_own_function_goes_to_the_caller(recorder: Recorder) -> None:
    def reply() -> str:
        raise KeyError("oslo")

    raised = runs.record(recorder, PROGRAM, world={"listen": Double("listen", reply=reply)}).trace.raised
    assert str(raised).startswith("KeyError: 'oslo'")


@pytest.mark.parametrize("virtual", [False, True], ids=["real", "virtual"])
def test_tuples_arrive_as_tuples_wherever_they_stand(recorder: Recorder, virtual: bool) -> None:
    source = """
        PAIRS = []

        async def fetch():
            ...

        async def main(pair, *, other):
            return [repr(each) for each in (PAIRS, await fetch(), pair, other)]
    """
    value = [("a", (1, [2, {"b": ("c",)}]))]
    spec = RecordingSpec(
        "main",
        (value,),
        {"other": value},
        world={"PAIRS": value, "fetch": Double("fetch", reply=lambda: value)},
        observe=False,
        virtual=virtual,
    )
    subject = runs.subject(source)
    recording = (
        recorder.explore(subject, spec, alone=False) if virtual else recorder.record_all({0: Job(subject, spec)})[0]
    )
    assert recording.trace.returned == [repr(value)] * 4, recording.trace.stderr
