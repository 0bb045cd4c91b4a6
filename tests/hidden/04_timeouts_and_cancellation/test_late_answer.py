"""late_answer: a connection with an outstanding answer cannot be used for another question."""

import asyncio
from itertools import count
from typing import Any

from grader.suite import PORT, Run, Trace, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("LIMIT", "RATES", "exchange", "main")

LIMIT = 0.7
CURRENCIES = fresh.shuffled(["EUR", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "TRY", "INR", "KRW", "BRL", "MXN"])[:6]
# No two rates are alike: the rate tells whose it is.
RATES = {
    currency: f"{whole}.{fresh.number(10, 9999)}"
    for currency, whole in zip(CURRENCIES, fresh.shuffled(range(1, 301)), strict=False)
}
# Clearly shorter or clearly longer than LIMIT. The first late answer comes soon after, the last one never.
SECONDS = dict(zip(CURRENCIES, [0.1, 1.2, 0.1, 0.25, 0.2, 9.0], strict=True))
LATE = [currency for currency, seconds in SECONDS.items() if seconds > LIMIT]


async def exchange(run: Run) -> None:
    """The exchange: it answers the questions of one connection in turn, and notes what it sees of each connection."""
    numbers = count(1)

    async def answer(questions: asyncio.Queue[str], writer: asyncio.StreamWriter) -> None:
        while True:
            currency = await questions.get()
            await asyncio.sleep(SECONDS.get(currency, 0.0))
            # In two pieces: what arrives at once is not always a whole line.
            rate = RATES.get(currency, "unknown")
            writer.write(rate[:2].encode())
            await asyncio.sleep(0.03)
            writer.write(f"{rate[2:]}\n".encode())

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = next(numbers)
        run.note("connected", number)
        questions: asyncio.Queue[str] = asyncio.Queue()
        answering = asyncio.create_task(answer(questions, writer))
        try:
            # Read while an answer is being prepared, so that the end of the connection is seen at once.
            while line := await reader.readline():
                run.note("asked", line.decode(errors="replace").strip())
                questions.put_nowait(line.decode(errors="replace").strip())
        except ConnectionError:
            pass  # an abrupt end is an end
        finally:
            run.note("closed", number)
            answering.cancel()
            writer.close()

    server = await asyncio.start_server(serve, sock=run.listener)
    async with server:
        await server.serve_forever()


ON_TIME = [currency for currency in CURRENCIES if currency not in LATE]
WAIT = double("wait", delay=lambda seconds: seconds)
EXCHANGE: dict[str, Any] = {
    "listen": True,
    "drive": exchange,
    "world": {"LIMIT": LIMIT},
    "deadline_s": 7.0,
}

as_it_is = record(None)
day = record("show_and_stay", WAIT, PORT, CURRENCIES, scenario=True, **EXCHANGE)
calm = record("show_and_stay", WAIT, PORT, ON_TIME, scenario=True, **EXCHANGE)
# Cancelled while the second question waits for its answer.
called_off = record("show_called_off", WAIT, PORT, CURRENCIES, 0.45, scenario=True, **EXCHANGE)
# Nobody listens at this port.
refused = record("show", 1, CURRENCIES, allow=("raise",))


def line_of(currency: str) -> str:
    return f"{currency} {'no rate' if currency in LATE else RATES[currency]}"


@points(1, "the program shows its four lines", public=True)
def test_program(as_it_is: Trace, day: Trace) -> None:
    assert as_it_is.lines == ["USD 1.09", "CHF no rate", "JPY 163.2", "GBP 0.85"]
    assert 0.7 < as_it_is.at("GBP 0.85") < 1.4
    for line in map(line_of, CURRENCIES):
        assert line in day.lines, f"here the rates are right, but of 6 currencies, 2 of them late: no {line!r}"


@points(2, "every currency is shown with its own rate, or with 'no rate'")
def test_own(day: Trace) -> None:
    owner = {rate: currency for currency, rate in RATES.items()}
    for number, currency in enumerate(CURRENCIES):
        assert number < len(day.lines), f"expected a line for {currency}; show printed none"
        line = day.lines[number]
        whose = owner.get(line.removeprefix(f"{currency} "), currency)
        assert whose == currency, f"expected the rate of {currency}; show printed the rate of {whose} for it"
        assert line == line_of(currency), f"expected {line_of(currency)!r}; show printed {line!r}"


@points(1, "a late answer does not hold up the next question")
def test_time(day: Trace) -> None:
    now = 0.0
    for currency in CURRENCIES:
        took = min(SECONDS[currency], LIMIT)
        line = day.at(line_of(currency))
        assert now + took - 0.1 < line < now + took + 0.4, (
            f"LIMIT is {LIMIT} s: expected {line_of(currency)!r} {took:.2f} s after the line before it; "
            f"it came {float(line) - now:.2f} s after it"
        )
        now = float(line)


@points(1, "the exchange is asked about each currency once, in turn")
def test_once(day: Trace) -> None:
    asked = [note.value for note in day.notes("asked")]
    assert asked == CURRENCIES, (
        f"expected questions about {', '.join(CURRENCIES)}; "
        f"the exchange was asked about {', '.join(asked) or 'nothing'}"
    )
    for earlier, later in zip(CURRENCIES, day.notes("asked")[1:], strict=False):
        shown = day.at(line_of(earlier))
        assert later.at > shown - 0.3, (
            f"the exchange was asked about {later.value} at {later.at:.2f} s, "
            f"before the line of {earlier} was printed, at {shown:.2f} s"
        )


@points(1, "a new connection is opened only after an answer that was late")
def test_few(day: Trace, calm: Trace) -> None:
    for trace, late in ((calm, 0), (day, len(LATE))):
        connections = len(trace.notes("connected"))
        answers = "no answer was" if late == 0 else f"{late} answers were"
        assert connections <= 1 + late, (
            f"when {answers} late: expected at most {_count(1 + late)}; there were {connections}"
        )


@points(1, "a useless connection is closed first, and all are closed at the end")
def test_closed(day: Trace, calm: Trace, called_off: Trace) -> None:
    assert len(day.notes("connected")) > 1, "there was one connection, although answers came too late on it"
    for trace in (day, calm):
        _all_closed(trace, "show had returned")
    _all_closed(called_off, "show had been cancelled")


@points(
    1,
    "a cancellation or another error ends show at once, and show raises it",
    means=("mistaken-cancellation", "swallowed-cancellation"),
)
def test_comes_out(called_off: Trace, refused: Trace) -> None:
    cancel, ended = called_off.notes("cancel")[0], called_off.notes("ended")[0]
    assert ended.value == "was cancelled", f"expected a cancelled show to raise CancelledError; it {ended.value}"
    late = ended.at - cancel.at
    assert late < 0.5, f"show was cancelled at {cancel.at:.2f} s and ended {late:.2f} s later; expected that at once"
    raised = refused.raised.type if refused.raised else "nothing"
    assert raised == "ConnectionRefusedError", f"expected show to raise ConnectionRefusedError; it raised {raised}"
    assert not refused.lines, f"the exchange could not be reached; expected no line, show printed {refused.lines[0]!r}"


def _all_closed(trace: Trace, end: str) -> None:
    opened = trace.notes("connected")
    closed = {note.value: note.at for note in trace.notes("closed")}
    for note, following in zip(opened, [*opened[1:], None], strict=True):
        use = "the next one was opened" if following else end
        until = following.at if following else trace.notes("ended")[0].at
        at = closed.get(note.value)
        assert at is not None, f"connection {note.value}, opened at {note.at:.2f} s, was still open 0.7 s after {end}"
        late = at - until
        assert late < 0.4, (
            f"connection {note.value} was closed {late:.2f} s after {use}; expected it to be closed by then"
        )


def _count(connections: int) -> str:
    return "1 connection" if connections == 1 else f"{connections} connections"
