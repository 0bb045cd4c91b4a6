"""One run: everything that a program can do, and what the grader makes of it."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import re
import signal
import socket
import struct
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.judge.outcome import NotJudged, evidence
from grader.kinds import StopReason
from grader.record.recorder import Recorder
from grader.record.recording import Recording
from grader.record.run import Run
from grader.record.spec import Double, RecordingSpec
from grader.record.trace import Unseen
from grader.report import sentences
from grader.runner.protocol import PORT, SERVER_PORT
from tests.grader import runs
from tests.grader.timed import timed


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    yield from runs.recorder()


@pytest.fixture(scope="module", params=["walled", "plain"])
def both(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    """Behind the wall, and without."""
    yield from runs.recorder(walled=request.param == "walled")


def record(recorder: Recorder, source: str, *args: Any, **options: Any) -> Recording:
    recording = runs.record(recorder, source, "main", *args, **options)
    assert not recording.fault, recording.fault
    return recording


def passes(recording: Recording) -> bool:
    """Whether a check could be made on it at all."""
    try:
        evidence(recording, frozenset())
    except (AssertionError, NotJudged):
        return False
    return True


# -- lines and their order --------------------------------------------------------------------------------------------


def test_lines_calls_and_notes_arrive_in_the_order_of_the_program(recorder: Recorder) -> None:
    scenario = """
        async def run(exercise, stage):
            call = stage.double("call")
            for n in range(2000):
                print(f"before {n}")
                await call(n)
                stage.note("after", n)
    """
    trace = runs.record(
        recorder, "", "run", scenario=True, scenario_source=scenario, doubles=(Double("call"),), deadline_s=20
    ).trace
    assert trace.ended == "returned", trace
    expected = [t for n in range(2000) for t in (f"before {n}", f"call({n}) begins", f"call({n}) ends", "after")]
    assert trace.order() == expected
    times = [event.at for event in trace.events]
    assert times == sorted(times)
    assert [event.value for event in trace.notes("after")] == list(range(2000))


@timed
def test_times_are_those_of_the_program(recorder: Recorder) -> None:
    source = """
        import time
        def main():
            print("a")
            time.sleep(0.3)
            print("b")
            time.sleep(0.2)
    """
    trace = record(recorder, source).trace
    assert 0.29 < trace.gap("a", "b") < 0.45
    assert 0.49 < trace.elapsed < 0.75
    assert trace.at("a") < trace.at("b") < trace.elapsed


def test_bytes_become_lines_whatever_they_are(recorder: Recorder) -> None:
    source = r"""
        import sys
        def main():
            sys.stdout.buffer.write(b"a\r\nb\xff\xc3\n\n" + b"x" * 5000 + b"\nhalf")
            sys.stdout.flush()
            sys.stdout.buffer.write("é\nlast".encode())
    """
    lines = record(recorder, source).trace.lines
    assert lines == ["a", "b\\xff\\xc3", "", "x" * 2000, "halfé", "last"]


def test_a_line_right_before_the_end_of_the_process_is_never_lost(recorder: Recorder) -> None:
    programs = {
        f"{how} {n}": f"""
            import os, sys, signal
            def main():
                print({n})
                {how}
        """
        for n in range(75)
        for how in ("os._exit(0)", "os.kill(os.getpid(), signal.SIGKILL)", "sys.exit(1)", "return 1")
    }
    found = runs.record_each(recorder, programs)
    assert len(found) == 300
    assert {name: recording.trace.lines for name, recording in found.items()} == {
        name: [name.rpartition(" ")[2]] for name in programs
    }


def test_what_comes_after_the_target_returned_does_not_count(recorder: Recorder) -> None:
    source = """
        import atexit, threading, time
        def later():
            time.sleep(0.05)
            print("late")
        def main():
            threading.Thread(target=later).start()
            print("in time")
    """
    assert record(recorder, source).trace.lines == ["in time"]


@pytest.mark.parametrize(
    "flood",
    [
        "print('x' * 100)",
        "print('x' * 100, end='')",
        "print()",
        "sys.stderr.write('x' * 100)",
        "os.write(1, b'x' * 65536)",
    ],
)
def test_a_flood_is_stopped_at_a_megabyte_and_soon(recorder: Recorder, flood: str) -> None:
    began = time.monotonic()
    trace = record(recorder, f"import os, sys\ndef main():\n    for _ in range(10**9): {flood}").trace
    assert (trace.ended, time.monotonic() - began < 20) == ("stopped", True)
    assert sentences.stopped(trace.stop) in ("it printed more than 1 MB", "it printed or called more than 20000 times")
    assert sum(map(len, trace.lines)) <= 1_100_000


def test_a_program_that_prints_a_hundred_megabytes_at_once_is_stopped_too(recorder: Recorder) -> None:
    trace = record(recorder, "def main(): print('x' * 100_000_000)").trace
    assert (trace.ended, sentences.stopped(trace.stop)) == ("stopped", "it printed more than 1 MB")


def test_a_megabyte_is_no_flood(recorder: Recorder) -> None:
    trace = record(recorder, "def main():\n for n in range(9000): print('x' * 100)").trace
    assert (trace.ended, len(trace.lines)) == ("returned", 9000)


def test_standard_input_is_at_its_end(recorder: Recorder) -> None:
    raised = record(recorder, "def main(): input('name? ')").trace.raised
    assert raised is not None
    assert (raised.type, raised.line) == ("EOFError", 1)


# -- how it ends ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "ended", "status", "stopped"),
    [
        ("return 3", "returned", 0, ""),
        ("raise KeyError('a')", "raised", 1, ""),
        ("raise KeyboardInterrupt", "raised", 1, ""),
        ("sys.exit()", "exit", 0, ""),
        ("sys.exit(7)", "exit", 7, ""),
        ("sys.exit('said')", "exit", 1, ""),
        ("os._exit(0)", "died", 0, "the process ended early, with status 0"),
        ("os._exit(9)", "died", 9, "the process ended early, with status 9"),
        ("os.abort()", "died", -6, "the process was killed by SIGABRT"),
        ("ctypes.string_at(0)", "died", -11, "the process was killed by SIGSEGV"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "died", -9, "the process was killed by SIGKILL"),
        ("os.kill(os.getpid(), signal.SIGTERM); time.sleep(1)", "died", -15, "the process was killed by SIGTERM"),
        ("resource.setrlimit(resource.RLIMIT_CPU, (1, 7))\n    while True: pass", "died", -24,
         "it used up its processor time"),
    ],
)  # fmt: skip
def test_every_end_has_its_name(recorder: Recorder, body: str, ended: str, status: int, stopped: str) -> None:
    source = f"import ctypes, os, resource, signal, sys, time\ndef main():\n    {body}"
    trace = record(recorder, source, deadline_s=30.0).trace  # a second of processor time may take ten of the clock
    assert (trace.ended, trace.exit_status, sentences.stopped(trace.stop)) == (ended, status, stopped)


def test_a_returned_value_is_told_as_json_has_it_or_as_its_repr(recorder: Recorder) -> None:
    values = {
        "(1, 2.5, 'a', None, True)": [1, 2.5, "a", None, True],
        "{'a': [1], 2: {3}}": {"a": [1], "2": "{3}"},
        "object": "<class 'object'>",
        "'x' * 600_000": repr("x" * 600_000)[:2000],
        "'\\ud800'": "\ud800",
        "10 ** 5000": repr,
        "loop()": repr,
    }
    sources = {value: f"def loop():\n x = []\n x.append(x)\n return x\ndef main(): return {value}" for value in values}
    found = runs.record_each(recorder, sources)
    for value, expected in values.items():
        trace = found[value].trace
        assert trace.ended == "returned", (value, found[value].fault)
        assert expected is repr or trace.returned == expected
        assert trace.returned_type


def test_an_exception_is_told_with_its_line_and_its_group(recorder: Recorder) -> None:
    source = """
        import asyncio
        async def bad():
            raise ValueError("no")
        async def main():
            async with asyncio.TaskGroup() as group:
                group.create_task(bad())
    """
    raised = record(recorder, source).trace.raised
    assert raised is not None
    assert (raised.type, raised.line) == ("ExceptionGroup", 6)
    assert [(each.type, each.message, each.line) for each in raised.inner] == [("ValueError", "no", 4)]


def test_an_exception_that_cannot_be_told_is_still_the_programs(recorder: Recorder) -> None:
    source = """
        class Odd(Exception):
            def __str__(self): raise RuntimeError
        def main():
            error = Odd()
            for _ in range(3000): error = ExceptionGroup("deep", [error])
            raise error
    """
    assert record(recorder, source).trace.ended == "raised"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0", "loading the file raises ZeroDivisionError: division by zero"),
        ("import sys; sys.exit(2)", "the file ends the program while it is loaded (exit status 2)"),
        ("def f(:", "syntax error: "),
        ("", "the function main() is missing: put it back, under that name"),
        ("main = 3", "the function main() is no function any more: put it back, under that name"),
        ("def main(a): ...", "main() is called with other arguments than it takes (missing a required argument: 'a')"),
    ],
)
def test_what_does_not_load_is_broken(recorder: Recorder, source: str, message: str) -> None:
    recording = record(recorder, source)
    assert recording.broken.startswith(message)
    assert not passes(recording)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("x = bytearray(8 << 30)", "MemoryError: (the limit is 4096 MB of memory) at line 2"),
        ("open('big', 'wb').write(bytes(100 << 20))", "OSError: [Errno 27] File too large (the limit is 64 MB in one "
         "file) at line 2"),
        ("x = [open('/dev/null') for _ in range(2000)]", "OSError: [Errno 24] Too many open files: '/dev/null' (the "
         "limit is 1024 open files and connections) at line 2"),
    ],
)  # fmt: skip
def test_a_limit_that_is_met_is_named(both: Recorder, body: str, message: str) -> None:
    trace = record(both, f"def main():\n    {body}").trace
    assert str(trace.raised) == message


# -- those that do not end --------------------------------------------------------------------------------------------

ENDLESS = {
    "computes": "async def main():\n while True: pass",
    "awaits": "import asyncio\nasync def main():\n while True: await asyncio.sleep(0)",
    "sleeps": "import asyncio\nasync def main(): await asyncio.sleep(9999)",
    "ignores signals": """
        import asyncio, signal
        async def main():
            for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
                signal.signal(number, signal.SIG_IGN)
            await asyncio.sleep(9999)
    """,
    "swallows": """
        import time
        def main():
            while True:
                try: time.sleep(9999)
                except BaseException: pass
    """,
    "left its group": "import os, time\ndef main():\n os.setpgid(0, os.getppid()) if 0 else None\n time.sleep(9999)",
}


def test_what_does_not_end_is_stopped_at_its_deadline(both: Recorder) -> None:
    began = time.monotonic()
    found = runs.record_each(both, ENDLESS, deadline_s=0.7)
    assert time.monotonic() - began < 200
    for name, recording in found.items():
        trace = recording.trace
        assert (name, trace.ended, sentences.stopped(trace.stop)) == (
            name,
            "stopped",
            "it was still running after 0.7 s",
        )
        assert (trace.exit_status, 0.65 < trace.elapsed < 8) == (-9, True), trace


@pytest.mark.parametrize(
    "stop",
    ["os.kill(os.getpid(), signal.SIGSTOP)", "os.fork() or (os.kill(os.getppid(), signal.SIGSTOP), os._exit(0))\n    "
     "time.sleep(9)"],
)  # fmt: skip
def test_a_program_that_stops_itself_gains_nothing_by_it(recorder: Recorder, stop: str) -> None:
    recording = record(recorder, f"import os, signal, time\ndef main():\n    {stop}", deadline_s=0.7)
    assert sentences.stopped(recording.trace.stop) == "it had been stopped by a signal, and had not gone on after 0.7 s"
    assert recording.trace.ended == "stopped"
    assert not recording.noise.disturbed


def test_a_pause_from_outside_is_noise(recorder: Recorder) -> None:
    async def pause(run: Run) -> None:
        await run.line("started")
        run.signal(signal.SIGSTOP)
        await asyncio.sleep(0.7)
        run.signal(signal.SIGCONT)

    source = "import time\ndef main():\n print('started')\n end = time.monotonic() + 0.4\n" \
             " while time.monotonic() < end: time.sleep(0.01)\n"  # fmt: skip
    recording = record(recorder, source, drive=pause)
    assert recording.noise.paused_s == pytest.approx(0.7, abs=0.1)
    assert recording.noise.disturbed
    assert recording.trace.ended == "returned"


FAMILY = """
    import os, subprocess, sys, time
    def main(how):
        name = {name!r}
        for _ in range(3):
            if os.fork() == 0:                      # a child, a grandchild in a session of its own, its orphan
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        while True: time.sleep(60)
                    while True: time.sleep(60)
                while True: time.sleep(60)
        subprocess.Popen(["sleep", name], start_new_session=True)
        time.sleep(0.1)
        print("born")
        if how == "exit": os._exit(0)
        if how == "return": return
        while True: pass
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="orphans can be adopted on Linux only")
@pytest.mark.parametrize("how", ["exit", "return", "hang"])
def test_nothing_is_left_of_a_family_of_processes(both: Recorder, how: str) -> None:
    before = runs.children()
    trace = record(both, FAMILY.format(name=f"{time.time_ns() % 10**6 + 3000}"), how, deadline_s=0.8).trace
    assert trace.lines == ["born"]
    assert runs.gone(before)


def test_a_program_that_closes_every_descriptor_still_ends(recorder: Recorder) -> None:
    trace = record(
        recorder, "import os, time\ndef main():\n os.closerange(0, 64)\n time.sleep(9)", deadline_s=0.6
    ).trace
    assert trace.ended == "stopped"


# -- what a hostile program may try -----------------------------------------------------------------------------------

HOSTILE = {
    "garbage everywhere": "for fd in range(3, 64):\n  try: os.write(fd, os.urandom(4000))\n  except OSError: pass",
    "a huge frame": "write(b'\\xff\\xff\\xff\\xff' + b'x' * 100)",
    "a flood of frames": "f = frame({'k': 'note', 'label': 'x' * 1000})\n for _ in range(10**6): write(f)",
    "a flood of nothing": "f = frame({'k': 'nothing'}) * 1000\n for _ in range(10**6): write(f)",
    "no object": "write(struct.pack('>I', 2) + b'[]')",
    "deep": "write(struct.pack('>I', 200000) + b'[' * 200000)",
    "a call without a descriptor": "write(frame({'k': 'call', 'name': 'fetch', 'args': [], 'kwargs': {}, 'id': '1'}))",
    "a call with a file": "give(frame({'k': 'call', 'name': 'fetch', 'args': [], 'kwargs': {}, 'id': '1'}), [0])",
    "a call with a pipe": "give(frame({'k': 'call', 'name': 'fetch', 'args': [], 'kwargs': {}, 'id': '1'}), os.pipe())",
    "a call of no kind": "write(frame({'k': 'call', 'name': 3, 'args': {}, 'kwargs': None}))",
    "a thousand descriptors": "for _ in range(500): give(frame({'k': 'note', 'label': 'x'}), [0] * 30)",
    "odd values": "for k in ('ready', 'loaded', 'listen', 'call', 'note', 'gone', 'end', None, [], {}):\n"
    "  for v in (None, [], {}, 'x', -1, 1e308): write(frame({'k': k, 'label': v, 'how': 3, 'out': v, 'id': v}))",
    "replies nobody reads": "for n in range(30): call(str(n))",
    "a name twice": "for n in range(9): call('x')",
    "callers that speak": "for n in range(9): call(str(n)).sendall(b'x' * 5000)",
    "a crowd at the door": """for n in range(300):
  s = socket.socket(socket.AF_UNIX); s.connect('.turtles'); KEEP.append(s)
  if n % 2: s.sendall(bytes([n % 256]) * 500)""",
    "no door": "os.unlink('.turtles')",
}  # fmt: skip

_HELPERS = """
import json, os, socket, struct, sys, time
KEEP = []
def control():
    # The first stream socket of the process is the channel to the grader.
    for fd in range(3, 64):
        try: s = socket.socket(fileno=os.dup(fd))
        except OSError: continue
        if s.type == socket.SOCK_STREAM: return s
def frame(m):
    d = json.dumps(m).encode()
    return struct.pack('>I', len(d)) + d
def write(data): control_socket.sendall(data)
def give(data, fds): socket.send_fds(control_socket, [data], list(fds))
def call(name):
    s = socket.socket(socket.AF_UNIX)
    s.connect('.turtles')
    s.sendall(name.encode())
    write(frame({'k': 'call', 'name': 'fetch', 'args': [], 'kwargs': {}, 'id': name}))
    KEEP.append(s)
    return s
control_socket = control()
"""


@pytest.mark.parametrize("attack", HOSTILE)
def test_no_message_crashes_the_grader(recorder: Recorder, attack: str, caplog: pytest.LogCaptureFixture) -> None:
    source = f"{_HELPERS}\nasync def main(fetch):\n {HOSTILE[attack]}\n await fetch()\n while True: time.sleep(1)"
    fetch = Double("fetch", reply="y" * 1_000_000)
    before, began = runs.descriptors(), time.monotonic()
    recording = runs.record(recorder, source, "main", fetch, deadline_s=0.6)
    assert time.monotonic() - began < 200
    assert not passes(recording)
    assert runs.descriptors() == before
    assert not caplog.records, "no callback of the grader's loop failed"
    assert runs.record(recorder, "def main(): print(1)").trace.lines == ["1"], "the next run is not disturbed"


def test_an_end_that_is_declared_early_ends_the_evidence_and_nothing_else(recorder: Recorder) -> None:
    source = f"{_HELPERS}\ndef main():\n print('a')\n write(frame({{'k': 'end', 'how': 'returned', 'out': 2}}))\n" \
             " time.sleep(0.3)\n print('b')"  # fmt: skip
    trace = record(recorder, source).trace
    assert (trace.ended, trace.lines) == ("returned", ["a"])
    hanging = record(recorder, source.replace("time.sleep(0.3)", "time.sleep(9)"), deadline_s=0.6).trace
    assert hanging.ended == "stopped", "who goes on after the end is still stopped"


@pytest.mark.parametrize("how", ["stopped", "fault", "died", "no such end", "broken", "raised", "exit"])
def test_no_forged_end_is_a_pass(recorder: Recorder, how: str) -> None:
    end = {"k": "end", "how": how, "status": [], "line": "x", "inner": 3, "message": {}, "type": []}
    source = f"{_HELPERS}\ndef main():\n write(frame({end!r}))\n os._exit(0)"
    recording = runs.record(recorder, source)
    assert not passes(recording)
    with pytest.raises((AssertionError, NotJudged)):
        evidence(recording, frozenset({"stop"}))


def test_a_reply_is_given_only_after_its_delay_whatever_the_program_says(recorder: Recorder) -> None:
    source = f"""{_HELPERS}
def main(fetch):
    a = call('mine')
    write(frame({{'k': 'gone', 'id': 'mine'}}))
    return a.recv(1000).decode()
"""
    trace = record(recorder, source, Double("fetch", reply="secret", delay=0.1)).trace
    assert trace.returned == "", "a call that is said to be given up is never answered"


# -- beside the run ---------------------------------------------------------------------------------------------------


def test_drive_acts_beside_the_run(recorder: Recorder) -> None:
    async def drive(run: Run) -> None:
        await run.line("ready")
        run.note("asked", {"file": (run.scratch / "in").read_text()})
        run.signal(signal.SIGUSR1)

    source = """
        import asyncio, pathlib, signal
        async def main():
            got = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, got.set)
            print("ready")
            await got.wait()
            print(pathlib.Path("in").read_text())
    """
    trace = record(recorder, source, prepare=lambda scratch: (scratch / "in").write_text("given"), drive=drive).trace
    assert trace.order() == ["ready", "asked", "given"]
    assert trace.notes("asked")[0].value == {"file": "given"}


def test_drive_may_end_a_run(recorder: Recorder) -> None:
    async def drive(run: Run) -> None:
        await run.line("ready")
        await asyncio.sleep(0.1)
        run.stop()

    source = "import time\ndef main():\n print('ready')\n time.sleep(99)"
    recording = record(recorder, source, drive=drive)
    assert evidence(recording, frozenset({"stop"})).lines == ["ready"]
    assert not passes(recording)


@pytest.mark.parametrize("walled", [True, False])
def test_the_grader_serves_http_on_the_programs_own_loopback(walled: bool) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).split()[1]
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(request), request))
        await writer.drain()
        writer.close()

    async def drive(run: Run) -> None:
        async with await asyncio.start_server(answer, sock=run.listener) as server:
            await server.serve_forever()

    source = """
        import urllib.request
        def main(port, path):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as page:
                return page.read().decode()
    """
    path = f"/{uuid.uuid4()}"
    for recorder in runs.recorder(walled=walled):
        trace = record(recorder, source, PORT, path, listen=True, drive=drive).trace
        assert (trace.returned, trace.raised) == (path, None), trace.stderr


SERVES = """
    import asyncio

    async def main(port):
        async def shout(reader, writer):
            try:
                async for line in reader:
                    writer.write(line.upper())
                    await writer.drain()
                print("a client has finished")
            except ConnectionResetError:
                print("a client has vanished")
            writer.close()

        await asyncio.sleep(0.1)  # who connects at once has to wait for the server
        async with await asyncio.start_server(shout, "127.0.0.1", port) as server:
            await server.serve_forever()
"""


@pytest.mark.parametrize("walled", [True, False])
def test_the_grader_connects_to_a_server_of_the_programs(walled: bool) -> None:
    async def drive(run: Run) -> None:
        replies = await asyncio.gather(*(ask(run, f"client {n}") for n in range(40)))
        run.note("replies", replies)
        vanishing = run.stream_socket()
        await asyncio.get_running_loop().sock_connect(vanishing, ("127.0.0.1", run.port))
        vanishing.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        vanishing.close()
        await run.line("a client has vanished")
        run.stop()

    async def ask(run: Run, text: str) -> str:
        reader, writer = await run.connect(run.port)
        writer.write(f"{text}\n".encode())
        reply = (await reader.readline()).decode().rstrip()
        writer.close()
        return reply

    for recorder in runs.recorder(walled=walled):
        recording = record(recorder, SERVES, SERVER_PORT, clients=41, drive=drive)
        trace = evidence(recording, frozenset({"stop"}))
        assert trace.notes("replies")[0].value == [f"CLIENT {n}" for n in range(40)]
        assert trace.lines.count("a client has finished") == 40


@pytest.mark.parametrize("walled", [True, False])
def test_the_grader_sends_datagrams_to_the_program(walled: bool) -> None:
    async def drive(run: Run) -> None:
        loop, sock = asyncio.get_running_loop(), run.datagram_socket()
        await run.line("bound")
        await loop.sock_sendto(sock, b"a datagram", ("127.0.0.1", run.port))
        run.note("reply", (await loop.sock_recvfrom(sock, 100))[0].decode())

    source = """
        import socket
        def main(port):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.bind(("127.0.0.1", port))
                print("bound")
                data, address = sock.recvfrom(100)
                sock.sendto(data.upper(), address)
                sock.recvfrom(100)
    """
    for recorder in runs.recorder(walled=walled):
        recording = record(recorder, source, SERVER_PORT, datagrams=1, drive=drive, deadline_s=1)
        assert [note.value for note in recording.trace.notes("reply")] == ["A DATAGRAM"]


def test_more_connections_than_declared_are_the_suites_fault(recorder: Recorder) -> None:
    async def drive(run: Run) -> None:
        await run.connect(run.port)
        await run.connect(run.port)

    recording = runs.record(recorder, SERVES, "main", SERVER_PORT, clients=1, drive=drive, deadline_s=1)
    assert "clients=1, and all of them are in use" in recording.fault


def test_sockets_that_a_suite_leaves_open_are_closed_with_the_run(recorder: Recorder) -> None:
    kept: list[asyncio.StreamWriter | socket.socket] = []

    async def drive(run: Run) -> None:
        kept.append((await run.connect(run.port))[1])
        kept.append(run.stream_socket())
        run.stop()

    record(recorder, SERVES, SERVER_PORT, clients=3, drive=drive)
    writer, sock = kept
    assert isinstance(writer, asyncio.StreamWriter)
    assert writer.is_closing()
    assert isinstance(sock, socket.socket)
    assert sock.fileno() == -1


def test_nothing_waits_any_more_for_a_socket_that_is_closed_with_the_run(recorder: Recorder) -> None:
    kept: list[tuple[asyncio.AbstractEventLoop, int, asyncio.Task[bytes]]] = []

    async def drive(run: Run) -> None:
        loop, sock = asyncio.get_running_loop(), run.datagram_socket()
        sock.bind(("127.0.0.1", 0))
        kept.append((loop, sock.fileno(), loop.create_task(loop.sock_recv(sock, 1))))

    record(recorder, "def main(): pass", datagrams=1, drive=drive)
    [(loop, number, _)] = kept
    assert not loop.remove_reader(number)


MULTIPLIES = """
    import os, time
    def main():
        time.sleep(0.5)
        for _ in range(70):
            if os.fork() == 0:
                time.sleep(20)
                os._exit(0)
        time.sleep(20)
"""
FILLS = """
    import time
    def main():
        time.sleep(0.5)
        for number in range(5500):
            open(f"file {number}", "w").close()
        time.sleep(20)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system does not tell what a run uses")
@pytest.mark.parametrize(("source", "reason"), [(MULTIPLIES, StopReason.PROCESSES), (FILLS, StopReason.FILES)])
def test_a_program_that_takes_too_much_after_a_pause_is_stopped(
    recorder: Recorder, source: str, reason: StopReason
) -> None:
    stop = record(recorder, source, deadline_s=15).trace.stop
    assert stop is not None
    assert stop.reason is reason


async def wrong_drive(run: Run) -> None:
    await asyncio.sleep(0.01)
    raise RuntimeError(f"an error of the suite's in {run.scratch}")


def wrong_prepare(scratch: Path) -> None:
    raise RuntimeError(f"an error of the suite's in {scratch}")


@pytest.mark.parametrize("wrong", [{"drive": wrong_drive}, {"prepare": wrong_prepare}])
def test_an_error_of_the_suite_is_a_fault_and_the_other_recordings_are_made(
    recorder: Recorder, wrong: dict[str, Any]
) -> None:
    source = "import time\ndef main():\n time.sleep(0.1)"
    recording = runs.record(recorder, source, **wrong)
    assert "an error of the suite's" in recording.fault
    with pytest.raises(NotJudged):
        evidence(recording, frozenset())


def test_a_drive_that_waits_for_a_line_that_never_comes_is_no_fault(recorder: Recorder) -> None:
    async def drive(run: Run) -> None:
        await run.line("never")

    assert record(recorder, "def main(): print('other')", drive=drive).trace.lines == ["other"]


def test_a_live_run_says_when_the_line_that_is_waited_for_cannot_come(recorder: Recorder) -> None:
    async def act() -> None:
        async with recorder.live(
            runs.subject("def main(): print('other')"), RecordingSpec("main", observe=False)
        ) as run:
            await run.line("other")
            with pytest.raises(Unseen, match="'never' was never printed"):
                await run.line("never")
            await run.finished()
            with pytest.raises(Unseen):
                await run.line("never")
        assert run.recording().trace.lines == ["other"]

    asyncio.run(act())


def test_a_live_server_can_be_asked_and_told_to_stop(recorder: Recorder) -> None:
    source = """
        import asyncio, signal
        async def serve(reader, writer):
            await reader.readuntil(b"\\r\\n\\r\\n")
            writer.write(b"HTTP/1.0 200 OK\\r\\n\\r\\nhello")
            writer.close()
        async def main():
            stop = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            print(server.sockets[0].getsockname()[1])
            print("listens")
            await stop.wait()
            return "stopped"
    """

    async def act() -> None:
        async with recorder.live(runs.subject(source), RecordingSpec("main", observe=False)) as run:
            await run.line("listens")
            port = int(run._history.happened[0].name)

            def page() -> bytes:
                with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                    connection.request("GET", "/")
                    return connection.getresponse().read()

            assert await asyncio.to_thread(page) == b"hello"
            run.signal(signal.SIGTERM)
            await run.finished()
        assert run.recording().trace.returned == "stopped"

    asyncio.run(act())


def test_leaving_a_live_run_ends_it(recorder: Recorder) -> None:
    before = runs.children()

    async def act() -> Path:
        async with recorder.live(runs.subject("import time\ndef main(): time.sleep(99)"), RecordingSpec("main")) as run:
            await run.settled.wait()
            assert run.scratch.is_dir()
        return run.scratch

    began = time.monotonic()
    assert not asyncio.run(act()).exists()
    assert runs.gone(before)
    assert time.monotonic() - began < 20


def test_a_program_shown_to_the_learner_has_no_path_of_the_graders(recorder: Recorder) -> None:
    stderr = record(recorder, "def main():\n    1 / 0").trace.stderr
    assert f'File "{runs.DISPLAY}", line 2, in main' in stderr
    assert re.search("ZeroDivisionError", stderr)
