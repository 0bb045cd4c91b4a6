"""from_a_thread: the drivers' threads get answers over the connection of the event loop."""

import asyncio
from itertools import pairwise
from typing import Any

from grader.suite import PORT, Run, Trace, counted, double, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("CARDS", "SECONDS", "ANSWERS", "read_card", "show", "drive", "answer", "evening")

GATES = fresh.shuffled(["north gate", "south gate", "river gate", "town gate"])[:3]
NAMES = fresh.first_names(7)
# Each gate has cards of several kinds; "valid" is a part of another answer as well.
CARDS = {GATES[0]: NAMES[:3], GATES[1]: NAMES[3:6], GATES[2]: NAMES[6:]}
REPLIES = dict(zip(NAMES, ["valid", "unknown", "invalid", "expired", "valid", "unknown", "valid"], strict=True))
COLOURS = {"valid": "green", "unknown": "yellow"}
GREEN = list(REPLIES.values()).count("valid")
# At first three cards come while the office is busy with another one.
READ_S = dict(zip(NAMES, [0.1, 0.3, 0.6, 0.15, 0.3, 0.2, 0.2], strict=True))
ANSWER_S = 0.2
PIECES_S = 0.03

WORLD = {
    "CARDS": CARDS,
    "read_card": double("read_card", delay=lambda _gate, card: READ_S[card], blocking=True),
    "show": double("show", blocking=True),
}


async def office(run: Run) -> None:
    """The office: it notes what it sees of each connection, and reads on while it prepares an answer."""
    connections = 0

    async def reply(cards: asyncio.Queue[str], writer: asyncio.StreamWriter) -> None:
        while True:
            card = await cards.get()
            await asyncio.sleep(ANSWER_S)
            run.note("answered", card)
            # In two pieces: what arrives at once is not always a whole line.
            text = REPLIES.get(card, "unknown")
            writer.write(text[:2].encode())
            await asyncio.sleep(PIECES_S)
            writer.write(f"{text[2:]}\n".encode())

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        number = connections
        run.note("connected", number)
        cards: asyncio.Queue[str] = asyncio.Queue()
        replying = asyncio.create_task(reply(cards, writer))
        try:
            while line := await reader.readline():
                card = line.decode(errors="replace").strip()
                run.note("asked", card)
                cards.put_nowait(card)
        except ConnectionError:
            pass  # an abrupt end is an end
        finally:
            run.note("closed", number)
            replying.cancel()
            writer.close()

    server = await asyncio.start_server(serve, sock=run.listener)
    async with server:
        await server.serve_forever()


OFFICE: dict[str, Any] = {"world": WORLD, "listen": True, "drive": office, "deadline_s": 4.0}

as_it_is = record(None, deadline_s=4.0)
day = record("then_stay", double("wait", delay=0.5), PORT, GATES, scenario=True, **OFFICE)
# One gate and one card: a program that ends after a fixed time is late.
morning = record("then_stay", double("wait", delay=0.1), PORT, GATES[2:], scenario=True, **OFFICE)
beside = record("beside", double("tick"), PORT, GATES, scenario=True, **OFFICE)


@points(1, "the program shows the four cards in this order", means=("wrong-loop", "wrong-thread"), public=True)
def test_program(as_it_is: Trace, day: Trace) -> None:
    expected = ["north: Ana green", "south: Ben red", "north: Cleo yellow", "south: Dan green"]
    for number, (line, wanted) in enumerate(zip(as_it_is.lines, expected, strict=False), start=1):
        found = line.partition(" yellow: ")[0] + " yellow" if " yellow: " in line else line
        assert found == wanted, f"expected line {number} to be '{wanted}'; it was '{_short(line)}'"
    assert len(as_it_is.lines) == len(expected), f"expected 4 lines; the program printed {len(as_it_is.lines)}"
    assert 1.2 < as_it_is.at("south: Dan green") < 2.2
    green = len([call for call in day.calls("show") if call.args[2] == "green"])
    assert green == GREEN, (
        f"the file's own cards are shown so; but of {len(NAMES)} other cards, {green} were green instead of {GREEN}"
    )


@points(2, "each card gets the colour of the office's answer", means=("wrong-loop", "wrong-thread"))
def test_colours(day: Trace) -> None:
    shown = day.calls("show")
    for gate in GATES:
        cards = [call.args[1] for call in shown if call.args[0] == gate]
        assert cards == CARDS[gate], (
            f"expected the {gate} to show {', '.join(CARDS[gate])}; it showed {', '.join(cards) or 'nothing'}"
        )
    for _, card, text in (call.args for call in shown):
        expected = COLOURS.get(REPLIES[card], "red")
        assert text.partition(":")[0] == expected, (
            f'the office answers "{REPLIES[card]}" about {card}: expected {expected}; the gate showed "{_short(text)}"'
        )


@points(1, "the office is asked about each card once, one question at a time")
def test_questions(day: Trace) -> None:
    asked, answered = day.notes("asked"), day.notes("answered")
    cards = [note.value for note in asked]
    assert sorted(cards) == sorted(NAMES), (
        f"expected one question about each of {', '.join(sorted(NAMES))}; "
        f"the office was asked about {', '.join(sorted(cards)) or 'nobody'}"
    )
    for before, question in zip(answered, asked[1:], strict=False):
        assert question.at >= before.at, (
            f"the office was asked about {question.value} at {question.at:.2f} s, "
            f"before it had answered about {before.value}, at {before.at:.2f} s"
        )


@points(1, "there is one connection to the office, closed when main returns")
def test_connection(day: Trace) -> None:
    connected, closed = day.notes("connected"), day.notes("closed")
    assert len(connected) == 1, f"expected 1 connection to the office; there were {len(connected)}"
    assert closed, "the connection to the office was still open 0.5 s after main had returned"
    returned = day.calls("wait")[0].start
    assert closed[0].at < returned + 0.3, (
        f"main returned at {returned:.2f} s; the connection to the office was closed at {closed[0].at:.2f} s"
    )
    asked = len(day.notes("asked"))
    assert asked >= len(NAMES), f"over this connection, the office was asked about {counted(asked, 'card')}"


@points(1, "a card waits only until the office is free and has answered")
def test_waits(day: Trace) -> None:
    free = 0.0
    read = {call.args[1]: float(call.end) for call in day.calls("read_card")}
    waits = []
    for question, answer in zip(day.notes("asked"), day.notes("answered"), strict=False):
        could = max(free, read.get(question.value, 0.0))
        free = float(answer.at)
        waits.append(
            (
                question.at - could,
                f"the office was asked about {question.value} at {question.at:.2f} s; "
                f"the card was read and the office free at {could:.2f} s",
            )
        )
    told = {note.value: note.at for note in day.notes("answered")}
    waits += [
        (
            call.start - told[call.args[1]],
            f"the office answered about {call.args[1]} at {told[call.args[1]]:.2f} s; "
            f"the gate showed it at {call.start:.2f} s",
        )
        for call in day.calls("show")
        if call.args[1] in told
    ]
    assert len(waits) == 2 * len(NAMES), (
        f"the office was asked about {len(day.notes('asked'))} of {len(NAMES)} cards, "
        f"and the gates showed its answer about {len(waits) - len(day.notes('answered'))}"
    )
    late, message = latest(waits)
    assert late < 0.4, message


@points(1, "all gates are open at once, and main returns after the last card")
def test_gates(day: Trace, morning: Trace) -> None:
    first = {gate: day.call("read_card", gate, CARDS[gate][0]).start for gate in GATES}
    late, message = latest(
        (at, f"the {gate} opened at {at:.2f} s; expected that at once") for gate, at in first.items()
    )
    assert late < 0.4, message
    for run in (day, morning):
        shown, returned = run.calls("show"), run.calls("wait")[0].start
        assert shown, "main returned before a card was shown"
        last = max((call.end for call in shown), key=float)
        assert last <= returned, f"main returned at {returned:.2f} s, before the last card was shown, at {last:.2f} s"
        assert returned < last + 0.4, f"the last card was shown at {last:.2f} s; main returned at {returned:.2f} s"


@points(1, "the event loop is free while the gates wait")
def test_loop(beside: Trace) -> None:
    moments = [*(tick.start for tick in beside.calls("tick")), beside.elapsed]
    held = max(later - earlier for earlier, later in pairwise(moments))
    assert held < 0.45, f"another task, which was due every 0.1 s, had to wait for {held:.2f} s"
    answered = len(beside.notes("answered"))
    assert answered == len(NAMES), f"meanwhile the office answered about {answered} of {len(NAMES)} cards"


def _short(text: str) -> str:
    """The end of a long error says what is wrong."""
    colour, _, error = text.partition(": ")
    return f"{colour}: ... {error[-56:]}" if len(error) > 80 else text
