"""A traced program runs as it would without ``turtles trace``: it neither meets nor sees the tracer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipapp
from pathlib import Path
from textwrap import dedent

import pytest

from grader.errors import UsageError
from grader.explain.rows import LibraryRow
from grader.kinds import SegmentState
from grader.result import Row, Segment, Timeline
from grader.tracing.foreground import TracedProgram
from grader.tracing.program_trace import ProgramTrace, trace
from grader.tracing.trace_report import busiest
from tests.grader.command import TURTLES, environment, turtles, wait_until


def write(file: Path, source: str) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(source).lstrip(), encoding="utf-8")
    return str(file)


def traced(folder: Path, source: str) -> ProgramTrace:
    return trace(TracedProgram(write(folder / "program.py", source)), None)


def rows(run: ProgramTrace) -> dict[str, Row]:
    assert run.timeline is not None
    return {row.label: row for row in run.timeline.rows}


def states(row: Row) -> str:
    return "".join(segment.state[0] for segment in row.segments)


MAIN = """
    import asyncio, sys
    import helper

    async def main():
        print(__name__, __package__, sys.argv[1:])
        await helper.job()

    asyncio.run(main())
"""
HELPER = """
    import asyncio

    async def job():
        await asyncio.sleep(0.05)
"""


@pytest.mark.parametrize("kind", ["folder", "archive", "module"])
def test_a_folder_an_archive_and_a_module_run_as_python_runs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    package = tmp_path / "shop"
    write(package / "__main__.py", MAIN if kind != "module" else MAIN.replace("import helper", "from . import helper"))
    write(package / "helper.py", HELPER)
    monkeypatch.chdir(tmp_path)
    arguments = ("-x", "1")
    if kind == "archive":
        zipapp.create_archive(package, tmp_path / "shop.pyz")
    program = {
        "folder": TracedProgram("shop", arguments=arguments),
        "archive": TracedProgram("shop.pyz", arguments=arguments),
        "module": TracedProgram("", "shop", arguments=arguments),
    }[kind]
    subprocess.run(program.command(sys.executable, ""), check=True)
    plain = capfd.readouterr().out
    run = trace(program, None)
    assert (run.status, capfd.readouterr().out) == (0, plain)
    assert plain.endswith("['-x', '1']\n")
    where = "shop.pyz" if kind == "archive" else "shop"
    assert list(rows(run)) == ["main", "job"]
    assert [segment.awaits for segment in rows(run)["job"].segments][1] == f"asyncio.sleep(0.05), {where}/helper.py:4"


def test_what_is_no_program_is_refused_with_what_to_do(tmp_path: Path) -> None:
    write(tmp_path / "app" / "__main__.py", "")
    for program, message in (
        (TracedProgram(str(tmp_path)), "is a folder without a __main__.py; name the file to run"),
        (TracedProgram(str(tmp_path / "app"), function="main"), "is no single file"),
    ):
        with pytest.raises(UsageError, match=message):
            trace(program, None)
    for arguments in ((), ("app", "-m", "app")):
        done = turtles(tmp_path, "trace", *arguments)
        assert (done.returncode, done.stderr.count("name one program")) == (2, 1)


def test_callbacks_have_rows_and_their_pauses_are_no_waiting(tmp_path: Path) -> None:
    run = traced(
        tmp_path,
        """
        import asyncio, functools, time
        loop = asyncio.new_event_loop()

        def tick(left):
            if left == 2:
                time.sleep(0.08)
            if left:
                loop.call_later(0.05, functools.partial(tick, left - 1))
            else:
                loop.stop()

        class Echo(asyncio.Protocol):
            def connection_made(self, transport):
                self.transport = transport
            def data_received(self, data):
                self.transport.write(data)

        class Client(asyncio.Protocol):
            def connection_made(self, transport):
                transport.write(b"hello")

        server = loop.run_until_complete(loop.create_server(Echo, "127.0.0.1", 0))
        loop.run_until_complete(loop.create_connection(Client, *server.sockets[0].getsockname()))
        loop.call_soon(tick, 4)
        loop.run_forever()
        """,
    )
    found = rows(run)
    assert {"tick", "Echo", "Client"} <= found.keys()
    assert set(states(found["tick"])) == set(states(found["Echo"])) == {"r"}
    assert len(found["tick"].segments) == 5
    assert [segment.held_by for segment in found["tick"].segments][2].startswith("time.sleep(0.08), ")
    (finding,) = run.findings
    assert finding.text.startswith("time.sleep(0.08) held the event loop")


def test_a_page_that_is_not_written_is_told(tmp_path: Path) -> None:
    file = write(tmp_path / "program.py", "print(1)")
    done = turtles(tmp_path, "trace", file, "--html=page.html")
    assert not (tmp_path / "page.html").exists()
    assert done.stderr == (
        f"turtles: nothing of asyncio was seen in {file}, so there is no timeline; page.html is not written\n"
    )


NEIGHBOURS = ("json", "struct", "queue", "grader", "rich", "typer", "traced_program", "sitecustomize")


@pytest.mark.parametrize("place", ["alongside", "PYTHONPATH"])
def test_modules_of_the_same_name_are_each_their_own(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    folder = tmp_path if place == "alongside" else tmp_path / "lib"
    for name in NEIGHBOURS:
        write(folder / f"{name}.py", f"MINE = {name!r}")
    if place == "PYTHONPATH":
        monkeypatch.setenv("PYTHONPATH", str(folder))
    run = traced(
        tmp_path,
        f"""
        import os, sys
        print([module for module in sys.modules if module.startswith(("grader", "asyncio", "_socket", "socket"))])
        print(os.environ.get("PYTHONPATH"), [name for name in os.environ if name.startswith("TURTLES")])
        print([path for path in sys.path if "tracing" in path], len(sys.meta_path))
        import asyncio
        async def main():
            await asyncio.sleep(0)
        asyncio.run(main())
        import {", ".join(NEIGHBOURS)}
        print([module.MINE for module in ({", ".join(NEIGHBOURS)})], len(sys.meta_path))
        """,
    )
    out, err = capfd.readouterr()
    found, environ, path, mine = out.splitlines()
    assert (run.status, err, list(rows(run))) == (0, "", ["main"])
    assert (found, environ) == ("[]", f"{folder if place == 'PYTHONPATH' else os.environ.get('PYTHONPATH')} []")
    assert path.startswith("[] ")
    assert mine.startswith(str(list(NEIGHBOURS)))


SHOW_STACKS = """
    import asyncio, gc, inspect, os, sys, traceback, warnings

    def depth(n=0):
        try:
            return depth(n + 1)
        except RecursionError:
            return n

    async def lost():
        raise ValueError("lost")

    async def main():
        print(depth(), [(frame.filename, frame.lineno, frame.function) for frame in inspect.stack()])
        traceback.print_stack()
        for level in range(1, 12):
            warnings.warn(f"level {level}", stacklevel=level)
        asyncio.sleep(1)
        task = asyncio.create_task(lost())
        await asyncio.sleep(0)
        del task
        gc.collect()
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        await asyncio.sleep(0.01)
        raise KeyError("end")

    print(depth(), len(inspect.stack()), os.open(os.devnull, 0))
    asyncio.run(main(), debug="debug" in sys.argv)
"""


@pytest.mark.parametrize("arguments", [(), ("debug",)])
def test_no_stack_shows_the_tracer(tmp_path: Path, capfd: pytest.CaptureFixture[str], arguments: tuple[str]) -> None:
    """Tracebacks, ``inspect.stack()``, warnings, asyncio's debug output, how deep a recursion may go."""
    program = TracedProgram(write(tmp_path / "program.py", SHOW_STACKS), arguments=arguments)
    subprocess.run(program.command(sys.executable, ""), check=False)
    plain = capfd.readouterr()
    run = trace(program, None)
    seen = capfd.readouterr()

    def steady(text: str) -> list[str]:
        # How long a step took, and where an object lies, is another each time.
        return [line.partition(" took ")[0].partition(" at 0x")[0] for line in text.splitlines()]

    assert run.status == 1
    assert seen.out == plain.out
    assert steady(seen.err) == steady(plain.err)
    assert "level 11" in plain.err
    assert "main" in rows(run)


def test_a_program_may_close_all_descriptors_that_it_did_not_open(tmp_path: Path) -> None:
    run = traced(
        tmp_path,
        """
        import asyncio, os
        async def first():
            await asyncio.sleep(0.3)  # some of it is told by then
        async def second():
            await asyncio.sleep(0)
        os.closerange(3, 4096)
        asyncio.run(first())
        for descriptor in range(3, 4096):
            try:
                os.close(descriptor)
            except OSError:
                pass
        asyncio.run(second())
        """,
    )
    assert (run.status, list(rows(run)), run.notes) == (0, ["first", "second"], ())


def test_a_handler_that_holds_the_loop_before_it_awaits_has_one_row(tmp_path: Path) -> None:
    run = traced(
        tmp_path,
        """
        import asyncio, time
        async def helper():
            time.sleep(0.12)
        async def handler():
            time.sleep(0.12)
            await helper()
            await asyncio.sleep(0.05)
        async def middleware():
            await handler()
        async def main():
            await asyncio.create_task(middleware())
        asyncio.run(main())
        """,
    )
    found = rows(run)
    assert list(found) == ["main", "middleware", "handler", "helper"]
    starts = [found[label].segments[0].start_s for label in ("middleware", "handler", "helper")]
    assert starts[0] <= starts[1] < starts[2] - 0.1


NESTED = """
    import asyncio, time

    # As nest_asyncio does it: run_until_complete runs the loop that is already running.
    def run_until_complete(loop, coro):
        outer = asyncio.current_task()
        task = asyncio.ensure_future(coro, loop=loop)
        while not task.done():
            asyncio.tasks._leave_task(loop, outer)
            try:
                loop._run_once()
            finally:
                asyncio.tasks._enter_task(loop, outer)
        return task.result()

    async def inner():
        await asyncio.sleep(2)
        return 1

    async def main():
        loop = asyncio.get_running_loop()
        time.sleep(0.4)
        run_until_complete(loop, inner())
        time.sleep(0.5)

    asyncio.run(main())
"""


def test_a_loop_inside_a_step_is_no_hold_and_what_blocks_around_it_is(tmp_path: Path) -> None:
    run = traced(tmp_path, NESTED)
    assert sorted(finding.text.partition(" held")[0] for finding in run.findings) == [
        "time.sleep(0.4)",
        "time.sleep(0.5)",
    ]
    assert all(0.1 < (finding.seconds or 0) < 1.9 for finding in run.findings)
    main, inner = rows(run)["main"], rows(run)["inner"]
    assert sum(segment.end_s - segment.start_s for segment in main.segments if segment.state == "waiting") > 1.9
    assert states(inner) == "rwr"


LIBRARY = """
    import asyncio

    async def wrapper(function, *args):
        try:
            await function(*args)
        finally:
            pass

    async def pump(seconds):
        await asyncio.sleep(seconds)
"""


def test_a_task_that_a_library_wraps_has_one_row_and_one_of_its_own_has_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "env" / "site-packages" / "library.py", LIBRARY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "env" / "site-packages"))
    run = traced(
        tmp_path,
        """
        import asyncio, library, time
        async def worker(n):
            if n == 2:
                time.sleep(0.06)
                return
            await asyncio.sleep(0.05)
        async def main():
            pump = asyncio.create_task(library.pump(0.05))
            wrapped = (library.wrapper(worker, n) for n in range(3))
            await asyncio.gather(*(asyncio.create_task(coro, name=f"worker-{n}") for n, coro in enumerate(wrapped)))
            await pump
        asyncio.run(main())
        """,
    )
    assert sorted(rows(run)) == ["main", "pump", "worker 1", "worker 2", "worker 3"]
    assert [label for label, row in rows(run).items() if isinstance(row, LibraryRow)] == ["pump"]


def test_the_rows_of_a_program_come_before_those_of_libraries() -> None:
    def lasting(seconds: float) -> tuple[Segment, ...]:
        return (Segment(0.0, seconds, SegmentState.WAITING),)

    library = tuple(LibraryRow(f"keep alive {n}", lasting(9.0)) for n in range(20))
    own = Row("main", lasting(0.5))
    chosen = busiest(Timeline("", 9.0, (*library, own)), 3)
    assert [row.label for row in chosen.rows] == ["keep alive 0", "keep alive 1", "main"]


def test_what_comes_before_and_after_the_loop_does_not_squeeze_the_picture(tmp_path: Path) -> None:
    run = traced(
        tmp_path,
        """
        import time
        time.sleep(0.8)
        import asyncio
        asyncio.run(asyncio.sleep(0.1))
        time.sleep(0.6)
        """,
    )
    assert run.timeline is not None
    assert rows(run)["sleep"].segments[0].start_s == 0
    assert run.timeline.elapsed_s == pytest.approx(rows(run)["sleep"].segments[-1].end_s)
    assert run.undrawn.startswith("the picture covers the time in which asyncio was at work; ")
    assert run.undrawn.count("before it") == run.undrawn.count(" and 0.") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux kills a process when its parent is killed")
def test_a_program_does_not_outlive_a_tracer_that_is_killed(tmp_path: Path) -> None:
    write(
        tmp_path / "program.py",
        """
        import asyncio, os
        async def main():
            print(os.getpid(), flush=True)
            await asyncio.sleep(1000)
        asyncio.run(main())
        """,
    )
    with subprocess.Popen(
        [*TURTLES, "trace", "program.py"], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout
        program = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        wait_until(lambda: not _is_alive(program))


def _is_alive(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False


def test_a_python_that_cannot_be_watched_is_told(tmp_path: Path) -> None:
    deaf = tmp_path / "python"
    deaf.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I "$@"\n', encoding="utf-8")
    deaf.chmod(0o755)
    file = write(tmp_path / "program.py", "import asyncio\nasyncio.run(asyncio.sleep(0))\n")
    run = trace(TracedProgram(file), str(deaf))
    assert (run.status, run.timeline) == (0, None)
    assert run.notes == ("this Python ignores PYTHONPATH, or site is switched off in it: no program can be watched",)
