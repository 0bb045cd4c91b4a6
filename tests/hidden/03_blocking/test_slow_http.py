"""slow_http: requests to a server on loopback, which is the grader."""

import asyncio
from itertools import pairwise

from grader.suite import PORT, Run, Trace, double, fresh, points, record

LINES = fresh.words(3)
ANSWER = {line: f"leaves in {fresh.number(1, 59)} min, {fresh.token()}" for line in LINES}
# The first is the slowest, so that the answers never come in the order of the questions.
DELAY_S = dict(zip(LINES, [1.0, *fresh.shuffled([0.8, 0.9])], strict=True))


async def timetable(run: Run) -> None:
    """The server: notes when a request arrives and when its answer goes out."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line = request.split(" ")[1].removeprefix("/next/")
            run.note("asked", line)
            await asyncio.sleep(DELAY_S.get(line, 0.0))
            run.note("answered", line)
            body = ANSWER.get(line, "no such line").encode()
            status = "200 OK" if line in ANSWER else "404 Not Found"
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
            )
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the program hung up; what it printed tells
        finally:
            writer.close()

    server = await asyncio.start_server(serve, sock=run.listener)
    async with server:
        await server.serve_forever()


board = record("main", PORT, LINES, listen=True, drive=timetable)
beside = record("beside", double("tick"), PORT, LINES, scenario=True, listen=True, drive=timetable)


@points(1, "each answer is printed, in the order of the lines", means="wrong-order")
def test_lines(board: Trace) -> None:
    expected = [f"{line}: {ANSWER[line]}" for line in LINES]
    printed = [line for line in board.lines if not line.startswith("asking")]
    assert printed == expected, f"expected {'; '.join(expected)}; got {'; '.join(printed) or 'nothing'}"


@points(1, "each line is asked for once")
def test_once(board: Trace) -> None:
    asked = [note.value for note in board.notes("asked")]
    assert sorted(asked) == sorted(LINES), f"expected one request a line ({', '.join(LINES)}); got {', '.join(asked)}"


@points(1, "all lines are asked for at the same time", means="sequential-await")
def test_together(board: Trace) -> None:
    answered = board.notes("answered")
    assert answered, "the server got no request"
    early = [note.value for note in board.notes("asked") if note.at <= answered[0].at]
    assert len(early) == len(LINES), (
        f"before the first answer, {len(early)} of {len(LINES)} requests had been made ({', '.join(early)})"
    )


@points(1, "all answers are there in under 1.7 s", means="sequential-await", public=True)
def test_time(board: Trace) -> None:
    answered = [note.value for note in board.notes("answered")]
    assert set(answered) >= set(LINES), (
        f"it took {board.elapsed:.2f} s, and {len(set(answered))} of {len(LINES)} lines were answered"
    )
    assert board.elapsed < 1.7


@points(2, "the event loop is free while the server thinks")
def test_loop(beside: Trace) -> None:
    moments = [*(tick.start for tick in beside.calls("tick")), beside.elapsed]
    held = max(later - earlier for earlier, later in pairwise(moments))
    # Generous: an HTTP client may take a while to set itself up (certificates), and that is not what is judged.
    assert held < 0.6, f"another task on the loop, due every 0.1 s, had to wait for {held:.2f} s"
