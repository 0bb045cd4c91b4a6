"""``turtles trace`` on real programs: they run as they always do, and what they did is seen."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

import pytest

from grader.errors import UsageError
from grader.result import Row
from grader.tracing.foreground import TracedProgram
from grader.tracing.program_trace import ProgramTrace, trace
from tests.grader.command import TURTLES, environment, turtles


def written(folder: Path, source: str, name: str = "program.py") -> str:
    """The path of a program."""
    file = folder / name
    file.write_text(dedent(source).lstrip(), encoding="utf-8")
    return str(file)


def traced(folder: Path, source: str, function: str = "", arguments: Sequence[str] = ()) -> ProgramTrace:
    return trace(TracedProgram(written(folder, source), "", function, tuple(arguments)), None)


def labels(run: ProgramTrace) -> list[str]:
    assert run.timeline is not None
    return [row.label for row in run.timeline.rows]


def row(run: ProgramTrace, label: str) -> Row:
    assert run.timeline is not None
    (found,) = [each for each in run.timeline.rows if each.label == label]
    return found


TWO_FILES = """
    import asyncio, sys
    import neighbour

    async def main():
        print(sys.argv[1:], sys.stdin.read(), __name__)
        async with asyncio.TaskGroup() as group:
            group.create_task(neighbour.slow())
            group.create_task(neighbour.quick())
        sys.exit(7)

    if __name__ == "__main__":
        asyncio.run(main())
"""
NEIGHBOUR = """
    import asyncio, time

    async def slow():
        time.sleep(0.1)

    async def quick():
        await asyncio.sleep(0.05)
"""


def test_a_program_has_its_streams_its_arguments_its_neighbours_and_its_exit_status(tmp_path: Path) -> None:
    written(tmp_path, NEIGHBOUR, "neighbour.py")
    written(tmp_path, TWO_FILES)
    html, perfetto = tmp_path / "out.html", tmp_path / "out.json"
    done = subprocess.run(
        [*TURTLES, "trace", "program.py", f"--html={html}", f"--perfetto={perfetto}", "--", "--debug", "-x"],
        cwd=tmp_path,
        env=environment(),
        input="typed",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout == "['--debug', '-x'] typed __main__\n"
    assert done.returncode == 7
    assert "time.sleep(0.1) held the event loop for 0.1" in done.stderr
    assert "neighbour.py:4 in slow" in done.stderr
    assert "asyncio.sleep(0.05), neighbour.py:7" in done.stderr
    assert "async with asyncio.TaskGroup(), program.py:6" in done.stderr
    assert "neighbour.py:4 in slow" in html.read_text(encoding="utf-8")
    names = {event["name"] for event in json.loads(perfetto.read_text(encoding="utf-8"))["traceEvents"]}
    assert {"time.sleep(0.1), neighbour.py:4", "asyncio.sleep(0.05), neighbour.py:7"} <= names


def test_an_exception_is_shown_as_python_shows_it(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """
        import asyncio
        async def main():
            await asyncio.sleep(0)
            raise ValueError("no luck")
        asyncio.run(main())
        """,
    )
    plain = subprocess.run([sys.executable, file], capture_output=True, text=True, check=False)
    done = turtles(tmp_path, "trace", file)
    assert "no luck" in plain.stderr
    assert done.stderr.startswith(plain.stderr)
    assert (done.returncode, plain.returncode) == (1, 1)


def test_a_program_finds_nothing_of_ours(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "grader").mkdir()
    written(tmp_path, "KIND = 'mine'", "grader/__init__.py")
    run = traced(
        tmp_path,
        """
        import sys, threading, grader
        import __main__
        print(grader.KIND, __main__.__file__ == __file__, threading.active_count())
        print([path for path in sys.path if path.endswith("runner")], sys.path[0] == sys.argv[1])
        """,
        arguments=[str(tmp_path.resolve())],
    )
    assert capfd.readouterr().out == "mine True 1\n[] True\n"
    assert run.timeline is None  # no asyncio
    assert run.status == 0


def test_a_function_is_run_in_the_place_of_the_program(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = """
        import asyncio
        async def visit(name="nobody"):
            await asyncio.sleep(0)
            print(name, __name__)
        def plain():
            asyncio.run(visit("plain"))
        if __name__ == "__main__":
            print("not this")
    """
    assert labels(traced(tmp_path, source, "visit")) == ["visit"]
    assert labels(traced(tmp_path, source, "plain")) == ["visit"]
    assert capfd.readouterr().out == "nobody program\nplain program\n"


@pytest.mark.parametrize(
    ("source", "function", "message"),
    [
        ("def serve(): pass\n", "nope", "program.py has no function nope; it has serve"),
        ("def serve(port): pass\n", "serve", "serve of .* cannot be called without arguments: missing a required arg"),
    ],
)
def test_a_function_that_cannot_be_called_is_told_in_a_line(
    tmp_path: Path, source: str, function: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        traced(tmp_path, source, function)


def test_what_is_no_program_or_no_python_is_refused(tmp_path: Path) -> None:
    program = written(tmp_path, "print('ran')")
    old = tmp_path / "old"
    old.write_text("#!/bin/sh\necho 3 10\n")
    old.chmod(old.stat().st_mode | stat.S_IXUSR)
    for file, python, message in (
        (str(tmp_path), None, "is a folder"),
        ("missing.py", None, "there is no file missing.py"),
        (program, str(old), "is Python 3.10; a program can be traced with Python 3.11 or newer"),
        (program, "/bin/true", "is no Python interpreter"),
        (program, "no-such-python", "there is no Python no-such-python"),
    ):
        with pytest.raises(UsageError, match=message):
            trace(TracedProgram(file), python)


def test_a_page_that_cannot_be_written_is_refused_before_anything_runs(tmp_path: Path) -> None:
    done = turtles(tmp_path, "trace", written(tmp_path, "print('ran')"), "--html=nowhere/out.html")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "turtles: cannot write nowhere/out.html: the folder nowhere does not exist; make it first\n"


def test_every_loop_of_a_program_is_seen_whatever_its_thread(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run = traced(
        tmp_path,
        """
        import asyncio, os, threading, time
        async def beside():
            time.sleep(0.07)
        async def first():
            await asyncio.to_thread(time.sleep, 0.01)
        async def second():
            await asyncio.create_task(asyncio.sleep(0), name="napper")
        thread = threading.Thread(target=lambda: asyncio.run(beside()))
        thread.start()
        asyncio.run(first())
        thread.join()
        if os.fork() == 0:
            asyncio.run(beside())
            os._exit(0)
        os.wait()
        asyncio.run(second())
        """,
    )
    assert (run.status, capfd.readouterr().err) == (0, "")
    assert sorted(labels(run)) == ["beside", "first", "napper", "second"]
    (finding,) = run.findings
    assert finding.text.startswith("time.sleep(0.07) held the event loop")
    assert row(run, "beside").segments[0].held_by.startswith("time.sleep(0.07), ")


CUSTOM_LOOP = """
    import asyncio, collections, time

    class Loop(asyncio.AbstractEventLoop):
        def __init__(self):
            self.ready = collections.deque()
        def get_debug(self):
            return False
        def call_soon(self, callback, *args, context=None):
            self.ready.append((callback, args))
        def create_future(self):
            return asyncio.Future(loop=self)
        def create_task(self, coro, **kw):
            return asyncio.Task(coro, loop=self, **kw)
        def call_exception_handler(self, context):
            print(context)
        def run_until_complete(self, coro):
            asyncio._set_running_loop(self)
            task = self.create_task(coro)
            while self.ready:
                callback, args = self.ready.popleft()
                callback(*args)
            asyncio._set_running_loop(None)
            return task.result()

    async def child():
        time.sleep(0.06)
        await asyncio.sleep(0)

    async def main():
        await asyncio.gather(child(), child())

    Loop().run_until_complete(main())
"""


def test_a_loop_with_handles_of_its_own_is_seen(tmp_path: Path) -> None:
    run = traced(tmp_path, CUSTOM_LOOP)
    assert run.status == 0
    assert labels(run) == ["main", "child 1", "child 2"]
    assert row(run, "main").segments[-2].awaits.startswith("asyncio.gather(child(), child()), ")
    assert run.findings[0].text.startswith("time.sleep(0.06) held the event loop")


def test_of_a_program_that_leaves_at_once_everything_is_seen(tmp_path: Path) -> None:
    run = traced(
        tmp_path,
        """
        import asyncio, os
        async def main():
            await asyncio.sleep(0.01)
            os._exit(9)
        asyncio.run(main())
        """,
    )
    assert (run.status, labels(run), run.notes) == (9, ["main"], ())


def test_of_a_program_that_is_killed_what_it_did_until_then_is_seen(tmp_path: Path) -> None:
    run = traced(
        tmp_path,
        """
        import asyncio, os, signal
        async def main():
            await asyncio.sleep(0.5)  # what happens in a quarter of a second is told at once
            os.kill(os.getpid(), signal.SIGKILL)
        asyncio.run(main())
        """,
    )
    assert (run.status, labels(run)) == (137, ["main"])
    assert run.notes == ("the program was killed by SIGKILL: what it did in its last moments may be missing",)
    assert row(run, "main").segments[-1].awaits.startswith("asyncio.sleep(0.5), ")


def test_a_server_is_ended_by_an_interrupt_and_then_drawn(tmp_path: Path) -> None:
    written(
        tmp_path,
        """
        import asyncio
        async def main():
            try:
                print("ready", flush=True)
                while True:  # a signal just before a wait without end would be seen only after it
                    await asyncio.sleep(0.05)
            finally:
                print("bye", flush=True)
        asyncio.run(main())
        """,
    )
    # Without a terminal: there an interrupt reaches the program by itself, here it has to be sent on.
    with subprocess.Popen(
        [*TURTLES, "trace", "program.py"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=150)
    assert (out, process.returncode) == ("bye\n", 130)
    assert "program.py · " in err
    assert "stopped by Ctrl-C" in err
    assert err.count("Traceback") == 2  # CancelledError, and the KeyboardInterrupt it became


def test_without_asyncio_one_line_says_so(tmp_path: Path) -> None:
    file = written(tmp_path, "raise SystemExit(3)")
    done = turtles(tmp_path, "trace", file)
    assert done.returncode == 3
    assert done.stderr == f"turtles: nothing of asyncio was seen in {file}, so there is no timeline\n"
