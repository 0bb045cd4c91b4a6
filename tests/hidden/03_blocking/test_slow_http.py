"""slow_http: requests over loopback to a server that the grader runs."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from itertools import pairwise

from grader.suite import PORT, Run, Seconds, Trace, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("Timetable",)

LINES = [f"{place}-{fresh.number(2, 99)}" for place in fresh.shuffled(["castle", "harbour", "station"])]
ANSWER = {line: f"leaves in {fresh.number(1, 59)} min, {fresh.token()}" for line in LINES}
# The first is the slowest, so that the answers never come in the order of the requests.
DELAY_S = dict(zip(LINES, [1.1, *fresh.shuffled([0.9, 1.0])], strict=True))
SLOWEST_S = max(DELAY_S.values())
ASKING = f"asking {len(LINES)} lines"
# What may be written together and read in one go: an answer comes in two pieces.
PIECES_S = 0.05


def timetable(fails: Collection[str] = ()) -> Callable[[Run], Awaitable[None]]:
    """A server that notes when a request arrives and when its answer goes out; it has no times for some lines."""

    async def run_server(run: Run) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                asked = " ".join(request.split(" ")[:2])
                line = asked.removeprefix("GET /next/")  # any other request is noted as it is
                run.note("asked", line)
                await asyncio.sleep(DELAY_S.get(line, 0.0) if not fails else 0.2)
                run.note("answered", line)
                status = "503 Service Unavailable" if line in fails else "200 OK" if line in ANSWER else "404 Not Found"
                body = ANSWER.get(line, "no such line").encode()
                head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                writer.write(head.encode() + body[:7])
                await writer.drain()
                await asyncio.sleep(PIECES_S)
                writer.write(body[7:])
                await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                pass  # the program hung up; what it printed tells
            finally:
                writer.close()

        server = await asyncio.start_server(serve, sock=run.listener)
        async with server:
            await server.serve_forever()

    return run_server


board = record("main", PORT, LINES, listen=True, drive=timetable())
failing = record("main", PORT, LINES[:2], listen=True, drive=timetable(fails=LINES[1:2]), allow=["raise"])
beside = record("beside", double("tick"), PORT, LINES, scenario=True, listen=True, drive=timetable())


@points(1, "each answer is printed, in the order of the lines", means="wrong-order")
def test_lines(board: Trace) -> None:
    assert board.lines == [ASKING, *(f"{line}: {ANSWER[line]}" for line in LINES)]
    answered = board.notes("answered")
    assert not answered or board.at(ASKING) < answered[0].at, f"{ASKING!r} was printed only after the first answer"


@points(1, "an answer with an error status is not printed; main raises an exception")
def test_error(failing: Trace) -> None:
    asked = [note.value for note in failing.notes("asked")]
    assert LINES[1] in asked, f"expected a request for {LINES[1]}; got {', '.join(asked) or 'none'}"
    shown = [line for line in failing.lines if line.startswith(LINES[1])]
    assert not shown, f"when the server answers {LINES[1]} with status 503: {shown[0]!r} was printed"
    assert failing.raised, f"when the server answers {LINES[1]} with status 503: main returned; expected an exception"


@points(1, "each line is asked for once")
def test_once(board: Trace) -> None:
    asked = [note.value for note in board.notes("asked")]
    assert sorted(asked) == sorted(LINES), (
        f"expected one request GET /next/LINE for each of {', '.join(LINES)}; got {', '.join(asked) or 'none'}"
    )


@points(1, "all lines are asked for at the same time", means="sequential-await")
def test_together(board: Trace) -> None:
    answered = board.notes("answered")
    assert answered, "the server got no request"
    early = [note.value for note in board.notes("asked") if note.at <= answered[0].at]
    assert len(early) == len(LINES), (
        f"expected {len(LINES)} requests before the first answer; there were {len(early)} ({', '.join(early)})"
    )


@points(1, "main takes as long as the slowest answer", means="sequential-await", public=True)
def test_time(board: Trace) -> None:
    answered = {note.value for note in board.notes("answered")}
    assert answered >= set(LINES), (
        f"main took {board.elapsed:.2f} s, and {len(answered)} of {len(LINES)} lines were answered"
    )
    # Generous: an HTTP client may take a while to set itself up (certificates), and that is not what is judged.
    assert board.elapsed < SLOWEST_S + 0.9, (
        f"main took {board.elapsed:.2f} s for {len(LINES)} lines; expected {SLOWEST_S:.2f} s, "
        "the time of the slowest answer"
    )


@points(2, "the event loop is free while the server is asked")
def test_loop(beside: Trace) -> None:
    held = longest_hold(beside)
    # Generous, for the same reason.
    assert held < 0.7, f"another task, which was due every 0.1 s, had to wait for {held:.2f} s"


def longest_hold(run: Trace) -> Seconds:
    moments = [*(tick.start for tick in run.calls("tick")), run.elapsed]
    return max(later - earlier for earlier, later in pairwise(moments))
