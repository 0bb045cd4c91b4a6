"""late_answer: a connection on which an answer is outstanding serves nobody any more."""

import asyncio
from itertools import count

from grader.suite import PORT, Recipe, Run, Trace, double, fresh, points, record

LIMIT = 0.7
CURRENCIES = [word[:3].upper() for word in fresh.words(300)]
CURRENCIES = list(dict.fromkeys(CURRENCIES))[:7]
# No two rates are alike: whose rate is shown is told by the rate.
RATES = {
    currency: f"{whole}.{fresh.number(1000, 9999)}"
    for currency, whole in zip(CURRENCIES, fresh.shuffled(range(1, 301)), strict=False)
}
# The first late answer comes while the next question but one is waiting, the second one never.
SECONDS = dict(zip(CURRENCIES, [0.1, 0.95, 0.2, 0.45, 9.0, 0.2, 0.1], strict=True))
LATE = [currency for currency, seconds in SECONDS.items() if seconds > LIMIT]


async def exchange(run: Run) -> None:
    """The exchange: it answers the questions of one connection in turn, and notes what it sees of each connection."""
    numbers = count(1)

    async def answer(questions: asyncio.Queue[str], writer: asyncio.StreamWriter) -> None:
        while True:
            currency = await questions.get()
            await asyncio.sleep(SECONDS.get(currency, 0.0))
            writer.write(f"{RATES.get(currency, 'unknown')}\n".encode())

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


def shown(currencies: list[str]) -> Recipe:
    return record(
        "show_and_stay",
        double("stay", delay=0.4),
        PORT,
        currencies,
        scenario=True,
        listen=True,
        drive=exchange,
        world={"LIMIT": LIMIT},
    )


as_it_is = record(None)
day = shown(CURRENCIES)
calm = shown([currency for currency in CURRENCIES if currency not in LATE])


def line_of(currency: str) -> str:
    return f"{currency} {'no rate' if currency in LATE else RATES[currency]}"


@points(1, "the program shows four rates", public=True)
def test_program(as_it_is: Trace, day: Trace) -> None:
    assert as_it_is.lines == ["USD 1.09", "CHF no rate", "JPY 163.2", "GBP 0.85"]
    assert 0.6 < as_it_is.at("GBP 0.85") < 1.3
    for line in map(line_of, CURRENCIES):
        assert line in day.lines, f"here the rates are right, but of seven currencies, two of them late: no {line!r}"


@points(2, "every currency is shown with its own rate, or without one")
def test_own(day: Trace) -> None:
    owner = {rate: currency for currency, rate in RATES.items()}
    for number, currency in enumerate(CURRENCIES):
        assert number < len(day.lines), f"nothing was shown for {currency}"
        line = day.lines[number]
        whose = owner.get(line.removeprefix(f"{currency} "), currency)
        assert whose == currency, f"{currency} was shown with the rate of {whose}"
        assert line == line_of(currency), f"expected {line_of(currency)!r}, got {line!r}"


@points(1, "a late answer does not hold up the next question")
def test_time(day: Trace) -> None:
    now = 0.0
    for currency in CURRENCIES:
        took = min(SECONDS[currency], LIMIT)
        line = day.at(line_of(currency))
        assert now + took - 0.1 < line < now + took + 0.3, (
            f"{line_of(currency)!r} came at {line:.2f} s; it was asked about at {now:.2f} s, which takes {took:.2f} s"
        )
        now = float(line)


@points(1, "the exchange is asked about each currency once, in turn")
def test_once(day: Trace) -> None:
    asked = [note.value for note in day.notes("asked")]
    assert asked == CURRENCIES, f"expected {', '.join(CURRENCIES)}; the exchange was asked {', '.join(asked)}"
    for earlier, later in zip(CURRENCIES, day.notes("asked")[1:], strict=False):
        through = day.at(line_of(earlier))
        assert later.at > through - 0.1, f"{later.value} was asked at {later.at:.2f} s, before {earlier} was through"


@points(1, "there is a new connection only after an answer that was late")
def test_few(day: Trace, calm: Trace) -> None:
    for trace, late in ((calm, 0), (day, len(LATE))):
        connections = len(trace.notes("connected"))
        assert connections <= 1 + late, f"{late} answers were late, and there were {connections} connections"


@points(1, "a connection of no use any more is closed before there is a new one, and in the end all are")
def test_closed(day: Trace) -> None:
    opened = day.notes("connected")
    closed = {note.value: note.at for note in day.notes("closed")}
    after = day.notes("shown")[0].at
    assert len(opened) > 1, "there was one connection, although answers came too late on it"
    for note, following in zip(opened, [*opened[1:], None], strict=True):
        use = "the next one was opened" if following else "show had returned"
        until = following.at if following else after
        at = closed.get(note.value)
        assert at is not None, f"connection {note.value}, opened at {note.at:.2f} s, was never closed"
        late = at - until
        assert late < 0.3, f"connection {note.value} was closed {late:.2f} s after {use}"
