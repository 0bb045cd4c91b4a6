"""runner: a plain program calls coroutines on one event loop, to which its connection belongs."""

import asyncio
import signal
from collections.abc import Sequence
from functools import partial
from typing import Any

from grader.suite import PORT, Run, Trace, counted, double, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("COMMANDS", "ANSWERS", "read_command", "Line", "Greenhouse")

# The first one is refused, and the last two are the same.
VERBS = [
    f"{verb} {fresh.number(2, 99)}" for verb in fresh.shuffled(["open window", "water row", "heat room", "light row"])
]
COMMANDS = [*VERBS, VERBS[-1]]
REFUSED = {VERBS[0], VERBS[2]}
ANSWERS = {verb: "refused" if verb in REFUSED else f"{fresh.number(10, 99)} percent" for verb in VERBS}
LINES = [f"{command}: {ANSWERS[command]}" for command in COMMANDS]
READ_S = [0.1, 0.4, 0.1, 0.2, 0.1, 0.1]
ANSWER_S = 0.15
PIECES_S = 0.03
BROKEN_OFF = EOFError(f"the keyboard was unplugged after {fresh.number(10, 99)} days")


async def greenhouse(run: Run, ctrl_c_at: str = "") -> None:
    """The greenhouse: it notes what it sees of each line. At one command the user presses Ctrl-C."""
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        number = connections
        run.note("connected", number)
        try:
            while line := await reader.readline():
                command = line.decode(errors="replace").strip()
                run.note("got", command)
                if command == "bye":
                    continue
                if command == ctrl_c_at:
                    run.note("ctrl-c")
                    run.signal(signal.SIGINT)
                    continue
                await asyncio.sleep(ANSWER_S)
                run.note("answered", command)
                # In two pieces: what arrives at once is not always a whole line.
                text = ANSWERS.get(command, "unknown")
                writer.write(text[:2].encode())
                await asyncio.sleep(PIECES_S)
                writer.write(f"{text[2:]}\n".encode())
        except ConnectionError:
            pass  # an abrupt end is an end
        finally:
            run.note("closed", number)
            writer.close()

    server = await asyncio.start_server(serve, sock=run.listener)
    async with server:
        await server.serve_forever()


def keyboard(commands: Sequence[str], raises: Exception | None = None) -> dict[str, Any]:
    """The commands that the user enters, and then an empty one, or an error."""
    return {
        "read_command": double(
            "read_command",
            delay=lambda number: READ_S[min(number, len(READ_S)) - 1],
            reply=lambda number: commands[number - 1] if number <= len(commands) else "",
            raises=lambda number: raises if number > len(commands) else None,
            blocking=True,
        )
    }


def evening(commands: Sequence[str], raises: Exception | None = None, ctrl_c_at: str = "") -> Any:
    return record(
        "then_stay",
        double("wait", delay=0.4, blocking=True),
        PORT,
        scenario=True,
        world=keyboard(commands, raises),
        listen=True,
        drive=partial(greenhouse, ctrl_c_at=ctrl_c_at),
    )


as_it_is = record(None)
day = evening(COMMANDS)
quiet = evening([])
broken_off = evening(COMMANDS[:2], BROKEN_OFF)
interrupted = evening(COMMANDS, ctrl_c_at=COMMANDS[1])
refused = record("console", 1, world=keyboard(COMMANDS), allow=("raise",))


@points(1, "the program prints the four answers", means="wrong-loop", public=True)
def test_program(as_it_is: Trace, day: Trace) -> None:
    expected = ["open roof: done", "heat: 21 degrees", "dance: refused", "close roof: done"]
    for number, (line, wanted) in enumerate(zip(as_it_is.lines, expected, strict=False), start=1):
        assert line == wanted, f"expected line {number} to be '{wanted}'; it was '{_short(line)}'"
    assert len(as_it_is.lines) == len(expected), f"expected 4 lines; the program printed {len(as_it_is.lines)}"
    assert 0.9 < as_it_is.at("close roof: done") < 1.9
    answered = len(day.notes("answered"))
    assert answered == len(COMMANDS), (
        f"the file's own commands are answered; but of {len(COMMANDS)} other commands, {answered} were"
    )


@points(1, "each answer is printed, or in its place the error of ask", means="wrong-loop")
def test_answers(day: Trace) -> None:
    for line, wanted in zip(day.lines, LINES, strict=False):
        assert line == wanted, f"expected '{wanted}'; the console printed '{_short(line)}'"
    assert len(day.lines) == len(LINES), (
        f"expected {counted(len(LINES), 'line')}, one for each command; the console printed {len(day.lines)}"
    )


@points(2, "a command is sent and answered before the next one is read")
def test_in_turn(day: Trace) -> None:
    got = [note for note in day.notes("got") if note.value != "bye"]
    commands = [note.value for note in got]
    assert commands == COMMANDS, (
        f"expected {', '.join(COMMANDS)}; the greenhouse got {', '.join(commands) or 'nothing'}"
    )
    reads, answers = day.calls("read_command"), day.notes("answered")
    assert len(reads) == len(COMMANDS) + 1, (
        f"{len(COMMANDS)} commands were entered; read_command ran {len(reads)} times"
    )
    waits = []
    for read, note, answer, following in zip(reads, got, answers, reads[1:], strict=False):
        assert following.start >= answer.at, (
            f"{note.value} was answered at {answer.at:.2f} s, but the next one was read from {following.start:.2f} s"
        )
        waits.append((note.at - read.end, f"{note.value} was entered at {read.end:.2f} s, and sent at {note.at:.2f} s"))
        waits.append(
            (
                following.start - answer.at,
                f"{note.value} was answered at {answer.at:.2f} s; the next one was read from {following.start:.2f} s",
            )
        )
    late, message = latest(waits)
    assert late < 0.4, message
    for line, answer, following in zip(_printed(day), answers, reads[1:], strict=False):
        assert answer.at <= line <= following.start, (
            f"{answer.value} was answered at {answer.at:.2f} s, but its line was printed at {line:.2f} s"
        )


@points(2, "all commands go over one line")
def test_one_line(day: Trace) -> None:
    got = [note.value for note in day.notes("got") if note.value != "bye"]
    assert len(got) == len(COMMANDS), f"of {len(COMMANDS)} commands, the greenhouse got {len(got)}"
    connected = day.notes("connected")
    assert len(connected) == 1, f"expected 1 line to the greenhouse; there were {len(connected)}"


@points(1, "at an empty command, console says bye, closes the line and returns", means="wrong-loop")
def test_closed(day: Trace, quiet: Trace) -> None:
    for run, entered in ((day, len(COMMANDS)), (quiet, 0)):
        when = f"when {counted(entered, 'command')} and then an empty one {'is' if not entered else 'are'} entered"
        ended = run.notes("ended")[0]
        assert ended.value == "returned", f"{when}, console {ended.value}"
        _said_bye(run, when)
        late = ended.at - run.calls("read_command")[-1].end
        assert late < 0.4, f"{when}, console returned {late:.2f} s later"


@points(1, "an error of read_command comes out of console, and the line is closed", means="skipped-cleanup")
def test_errors(broken_off: Trace, refused: Trace) -> None:
    when = "when read_command raises EOFError"
    ended = broken_off.notes("ended")[0]
    assert ended.value == f"raised EOFError: {BROKEN_OFF}", f"{when}: expected that to come out; console {ended.value}"
    _said_bye(broken_off, when)
    raised = refused.raised.type if refused.raised else "nothing"
    assert raised == "ConnectionRefusedError", (
        f"when nobody listens at the port: expected ConnectionRefusedError to come out of console; it raised {raised}"
    )


@points(1, "Ctrl-C during ask comes out of console, and the line is closed", means="skipped-cleanup")
def test_interrupted(interrupted: Trace) -> None:
    when = "when Ctrl-C is pressed while ask waits"
    pressed, ended = interrupted.notes("ctrl-c"), interrupted.notes("ended")
    assert pressed, f"the command {COMMANDS[1]} was not sent"
    assert ended, f"{when}, console goes on"
    assert str(ended[0].value).startswith("raised KeyboardInterrupt"), (
        f"{when}: expected KeyboardInterrupt to come out of console; it {ended[0].value}"
    )
    late = ended[0].at - pressed[0].at
    assert late < 0.5, f"{when}, console ended {late:.2f} s later"
    _said_bye(interrupted, when)


def _said_bye(run: Trace, when: str) -> None:
    got, closed, ended = [note.value for note in run.notes("got")], run.notes("closed"), run.notes("ended")[0]
    assert got[-1:] == ["bye"], f'{when}: expected "bye" as the last words; the greenhouse got {_quoted(got)}'
    assert len(closed) == len(run.notes("connected")), f"{when}, the line was still open 0.4 s after console had ended"
    assert closed[-1].at < ended.at + 0.3, (
        f"{when}, console ended at {ended.at:.2f} s, and the line was closed at {closed[-1].at:.2f} s"
    )


def _printed(run: Trace) -> list[Any]:
    """When each line was printed; the last two are alike."""
    seen: dict[str, int] = {}
    moments = []
    for line in run.lines:
        moments.append(run.at(line, nth=seen.get(line, 0)))
        seen[line] = seen.get(line, 0) + 1
    return moments


def _short(line: str) -> str:
    """The end of a long error says what is wrong."""
    return f"{line.partition(': ')[0]}: ... {line[-56:]}" if len(line) > 100 else line


def _quoted(words: list[str]) -> str:
    return f'"{words[-1]}"' if words else "nothing"
