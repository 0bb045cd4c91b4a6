"""pool: a place in the pool is free again however a query ends, and a connection with an answer to come is not."""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from dataclasses import dataclass, field
from itertools import count, pairwise

from hypothesis import event, given, settings
from hypothesis import strategies as st

from grader.suite import PORT, Run, Span, Trace, Virtual, counted, double, fresh, latest, points, record, times

LEAVE_ALONE: tuple[str, ...] = (
    "SIZE", "SCREENS", "FLIGHTS", "flights", "main",
)  # fmt: skip

FIRST, GOES, SECOND, NEVER, THIRD, BROKEN, FOURTH, FIFTH = QUESTIONS = [
    f"{airline} {fresh.number(100, 999)}"
    for airline in fresh.shuffled(["AF", "BA", "IB", "KL", "LH", "LO", "SK", "TP"])
]
GATES = {
    question: f"gate {gate}{fresh.number(10, 99)}"
    for question, gate in zip(QUESTIONS, fresh.shuffled("ABCDEFGH"), strict=True)
}
SECONDS = dict(zip(QUESTIONS, [0.4, 1.3, 0.5, 0.9, 0.4, 0.3, 0.3, 0.3], strict=True))
STAYS = 100.0
PLAN = [
    (FIRST, 0.0, STAYS),
    (GOES, 0.0, 0.6),  # leaves before its answer comes
    (SECOND, 0.1, STAYS),
    (NEVER, 0.15, 0.3),  # leaves while it waits for a connection
    (THIRD, 0.2, STAYS),
    (BROKEN, 0.25, STAYS),  # the server closes its connection
    (FOURTH, 0.3, STAYS),
    (FIFTH, 0.35, STAYS),
]
ASKED = {FIRST: 0.0, GOES: 0.0, SECOND: 0.4, THIRD: 0.6, BROKEN: 0.9, FOURTH: 1.0, FIFTH: 1.2}
"""When the server is asked, with two connections."""
MOST_CONNECTIONS = 4
"""Two at first, and one for each that is lost."""
ERROR = "an error of the connection"
HOW = {GOES: "CancelledError", NEVER: "CancelledError", BROKEN: ERROR}
"""How the queries end that get no answer."""


async def departures(run: Run) -> None:
    """The server: it answers the questions of one connection in turn, and notes what it sees of each connection."""
    numbers = count(1)

    async def answer(questions: asyncio.Queue[str], writer: asyncio.StreamWriter) -> None:
        while True:
            question = await questions.get()
            await asyncio.sleep(SECONDS.get(question, 0.0))
            if question == BROKEN:
                writer.close()
                return
            writer.write(f"{GATES.get(question, 'unknown')}\n".encode())

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = next(numbers)
        run.note("connected", number)
        questions: asyncio.Queue[str] = asyncio.Queue()
        answering = asyncio.create_task(answer(questions, writer))
        try:
            # Read while an answer is being prepared, so that the end of the connection is seen at once.
            while line := (await reader.readline()).decode(errors="replace").strip():
                run.note("asked", [number, line])
                questions.put_nowait(line)
        except ConnectionError:
            pass  # an abrupt end is an end
        finally:
            run.note("closed", number)
            answering.cancel()
            writer.close()

    async with await asyncio.start_server(serve, sock=run.listener) as server:
        await server.serve_forever()


WAIT = double("wait", delay=lambda seconds: seconds)
TOLD = double("told")

as_it_is = record(None)
# A pool that has lost its places keeps the last ones waiting: they leave, so that there is a verdict.
evening = record(
    "screens", TOLD, WAIT, PORT, [(question, comes, min(leaves, 3.5)) for question, comes, leaves in PLAN],
    scenario=True, world={"SIZE": 2}, listen=True, drive=departures, deadline_s=7.0,
)  # fmt: skip


def outcome(trace: Trace, question: str) -> tuple[str, str]:
    call = next((call for call in trace.calls("told") if call.args[0] == question), None)
    assert call is not None, f"the query {question!r} never ended"
    return call.args[1], call.args[2]


def kind_of(name: str) -> str:
    """An answer, a cancellation, or any error: which one it is depends on how the answer is read."""
    return name if name in ("answer", "CancelledError") else ERROR


def shown(kind: str, text: str) -> str:
    return f"returned {text!r}" if kind == "answer" else f"raised {kind}" + (f": {text}" if text else "")


@points(1, "the program shows two gates, and takes 0.9 s", public=True)
def test_program(as_it_is: Trace, evening: Trace) -> None:
    assert as_it_is.lines == ["LH 20: gone", "BA 31: gone", "AF 42: gate 12", "SK 53: gate 7"]
    assert 0.5 < as_it_is.at("SK 53: gate 7") < 1.4
    for question in (THIRD, FOURTH, FIFTH):
        got = outcome(evening, question)
        assert got == ("answer", GATES[question]), (
            "here the gates are right, but when 8 screens ask, two of them leave and one connection breaks: "
            f"query({question!r}) {shown(*got)}; expected {GATES[question]!r}"
        )


@points(1, "every query returns the answer to its own question, or raises its error")
def test_own(evening: Trace) -> None:
    whose = {gate: question for question, gate in GATES.items()}
    for question, _, _ in PLAN:
        kind, text = outcome(evening, question)
        owner = whose.get(text, question)
        assert owner == question, f"query({question!r}) returned {text!r}, which is the gate of {owner}"
        expected = HOW.get(question, "answer")
        assert kind_of(kind) == expected, (
            f"query({question!r}) {shown(kind, text)}; "
            f"expected {repr(GATES[question]) if expected == 'answer' else expected}"
        )


@points(1, "a query that is cancelled or fails makes room for the next one at once", means="leaked-resource")
def test_places(evening: Trace) -> None:
    asked = {note.value[1]: note.at for note in evening.notes("asked")}
    for question, at in ASKED.items():
        assert question in asked, f"the server was never asked about {question}; expected that at {at:.1f} s"
    late, message = latest(
        (
            asked[question] - at,
            f"a connection was free for {question} at {at:.1f} s; the server was asked at {asked[question]:.2f} s",
        )
        for question, at in ASKED.items()
    )
    assert late < 0.4, message


@points(1, "a connection is opened only when no open one is idle")
def test_few(evening: Trace) -> None:
    connected = len(evening.notes("connected"))
    assert connected <= MOST_CONNECTIONS, (
        f"with SIZE 2, a query that is cancelled and a connection that breaks: expected at most {MOST_CONNECTIONS} "
        f"connections; there were {connected}"
    )
    _all_asked(evening)


@points(1, "abandoned connections are closed, and all others in the end", means="leaked-resource")
def test_hung_up(evening: Trace) -> None:
    _all_asked(evening)
    closed = {note.value: note.at for note in evening.notes("closed")}
    on = {note.value[1]: note.value[0] for note in evening.notes("asked")}
    left = closed.get(on[GOES])
    assert left is not None, f"query({GOES!r}) was cancelled at 0.6 s, and its connection stayed open to the end"
    assert left < 1.0, f"query({GOES!r}) was cancelled at 0.6 s; its connection was closed at {left:.2f} s"
    end = evening.notes("ended")[0].at
    for note in evening.notes("connected"):
        at = closed.get(note.value)
        assert at is not None, f"connection {note.value} was still open 0.7 s after close()"
        assert at < end + 0.4, f"connection {note.value} was closed {at - end:.2f} s after close()"


def _all_asked(evening: Trace) -> None:
    asked = {note.value[1] for note in evening.notes("asked")}
    for question in ASKED:
        assert question in asked, f"the server was never asked about {question}"


# Under virtual time the connections are calls of the grader's. Moments lie off every grid, and no two are the same.

AT_ONCE_S = 1e-4
NO_CONNECTION: list[type[Exception]] = [ConnectionRefusedError, OSError, TimeoutError]
BREAKS: list[type[Exception]] = [ConnectionResetError, EOFError]
"""A connection breaks by a reset, or because the server closes it."""
Fails = type[Exception] | None


@dataclass(frozen=True)
class Query:
    question: str
    comes: float
    leaves: float
    seconds: float
    fails: Fails

    def __str__(self) -> str:
        leaves = f", is cancelled at {self.leaves:.3f} s" if self.leaves < STAYS else ""
        how = "finds its connection reset"
        if self.fails in (None, EOFError):
            how = "finds the server hang up" if self.fails else "is answered"
        return f"{self.question} comes at {self.comes:.3f} s{leaves}, {how} after {self.seconds:.3f} s"


@dataclass(frozen=True)
class Airport:
    size: int
    queries: list[Query]
    connects: list[tuple[float, Fails]]
    """What becomes of the first, second, … attempt to connect; the last is repeated."""

    def connect(self, nth: int) -> tuple[float, Fails]:
        return self.connects[min(nth, len(self.connects) - 1)]

    def told(self, what: str) -> str:
        """A message: what went wrong, and then what happens, for which there is not always room."""
        opened = ", then ".join(
            (f"raises {fails.__name__} after" if fails else "takes") + f" {seconds:.3f} s"
            for seconds, fails in self.connects
        )
        return f"when SIZE is {self.size}: {what} ({'; '.join(map(str, self.queries))}; connecting {opened})"

    def run(self, virtual: Virtual, *handover: str | int) -> Trace:
        queries = {query.question: query for query in self.queries}
        attempts, numbers = count(), count(1)
        now: list[Fails] = [None]

        def connecting() -> float:
            seconds, now[0] = self.connect(next(attempts))
            return seconds

        network = [
            double(
                "connect",
                delay=connecting,
                raises=lambda: now[0]("no connection") if now[0] else None,
                reply=lambda: next(numbers),
            ),
            double(
                "ask",
                delay=lambda _connection, question: queries[question].seconds if question in queries else 0.0,
                raises=lambda _connection, question: (
                    _error(queries[question].fails, question) if question in queries else None
                ),
                reply=lambda _connection, question: f"gate of {question}",
            ),
            double("hang_up", blocking=True),
        ]
        plan = [(query.question, query.comes, query.leaves) for query in self.queries]
        return virtual(
            "screens_without_sockets", TOLD, WAIT, plan, *handover,
            scenario=True, world={"SIZE": self.size}, doubles=network,
        )  # fmt: skip


def _error(fails: Fails, question: str) -> Exception | None:
    return fails(f"no gate for {question}") if fails else None


@dataclass
class Expected:
    """What a pool does that loses no place: when, and how each thing ends."""

    told: dict[str, tuple[float, str]] = field(default_factory=dict)
    asks: dict[str, tuple[float, float, str]] = field(default_factory=dict)
    connects: list[tuple[float, float, str]] = field(default_factory=list)


class Model:
    """The pool as it should be, by the moments at which something happens."""

    def __init__(self, airport: Airport) -> None:
        self.airport, self.found = airport, Expected()
        self.free, self.idle = airport.size, 0
        self.waiting: deque[Query] = deque()
        self.begun: dict[str, float] = {}
        """Queries that have a place: since when they connect or ask."""
        self.moments: list[tuple[float, int, str, Query, Fails]] = []
        self.order = count()
        self.events: set[str] = set()

    def run(self) -> Expected:
        for query in self.airport.queries:
            self._due(query.comes, "comes", query)
            self._due(query.leaves, "leaves", query)
        while self.moments:
            now, _, what, query, fails = heapq.heappop(self.moments)
            if query.question not in self.found.told:
                getattr(self, f"_{what}")(now, query, fails)
        return self.found

    def _due(self, at: float, what: str, query: Query, fails: Fails = None) -> None:
        heapq.heappush(self.moments, (at, next(self.order), what, query, fails))

    def _comes(self, now: float, query: Query, _: Fails) -> None:
        if self.free:
            self._begin(now, query)
        else:
            self.waiting.append(query)

    def _begin(self, now: float, query: Query) -> None:
        self.free -= 1
        if self.idle:
            self.idle -= 1
            self._ask(now, query)
            return
        seconds, fails = self.airport.connect(len(self.found.connects))
        self.begun[query.question] = len(self.found.connects)
        self.found.connects.append((now, now + seconds, "open"))
        self._due(now + seconds, "connected", query, fails)

    def _connected(self, now: float, query: Query, fails: Fails) -> None:
        self._end_connect(now, query, "raised" if fails else "replied")
        if fails:
            self._end(now, query, ERROR)
        else:
            self._ask(now, query)

    def _end_connect(self, now: float, query: Query, how: str) -> None:
        nth = int(self.begun.pop(query.question))
        self.found.connects[nth] = (self.found.connects[nth][0], now, how)

    def _ask(self, now: float, query: Query) -> None:
        self.found.asks[query.question] = (now, now + query.seconds, "open")
        self._due(now + query.seconds, "answered", query, query.fails)

    def _answered(self, now: float, query: Query, fails: Fails) -> None:
        self.found.asks[query.question] = (
            self.found.asks[query.question][0], now, "raised" if fails else "replied",
        )  # fmt: skip
        self.idle += fails is None
        self._end(now, query, ERROR if fails else "answer")

    def _leaves(self, now: float, query: Query, _: Fails) -> None:
        if query in self.waiting:
            self.waiting.remove(query)
            self.events.add("cancelled while it waits")
            self.found.told[query.question] = (now, "CancelledError")
            return
        if query.question in self.begun:
            self.events.add("cancelled while it connects")
            self._end_connect(now, query, "cancelled")
        else:
            self.events.add("cancelled while it asks")
            self.found.asks[query.question] = (self.found.asks[query.question][0], now, "cancelled")
        self._end(now, query, "CancelledError")

    def _end(self, now: float, query: Query, how: str) -> None:
        self.found.told[query.question] = (now, how)
        self.free += 1
        if self.waiting:
            self._begin(now, self.waiting.popleft())
        if self.idle > 1:
            self.events.add("several connections are idle")


SPANS = st.sampled_from([0.0, 0.31371, 0.81371, 2.31371])
MAY_BREAK = st.sampled_from([None, None, None, None, *BREAKS])
MAY_FAIL = st.sampled_from([None, None, None, None, None, None, *NO_CONNECTION])
QUERY = st.tuples(
    st.sampled_from([0.0, 0.0, 0.5, 1.5]),  # after the one before
    st.sampled_from([STAYS, STAYS, STAYS, 0.2, 0.6, 1.2]),  # patience
    SPANS,
    MAY_BREAK,
)
CONNECTS = st.lists(st.tuples(st.sampled_from([0.0, 0.11713, 0.71713]), MAY_FAIL), min_size=1, max_size=4)
SIZES = st.sampled_from([2, 1, 3])


@st.composite
def airports(draw: st.DrawFn) -> Airport:
    size = draw(SIZES)
    queries, comes = [], 0.0
    for nth, (gap, patience, seconds, fails) in enumerate(draw(st.lists(QUERY, min_size=size, max_size=8)), start=1):
        comes = round(comes + gap + 0.01373, 5)
        leaves = round(comes + patience + 0.00193 * nth, 5)
        takes = round(seconds + 0.00047 * nth, 5) if seconds else 0.0
        queries.append(Query(f"flight {nth}", comes, leaves, takes, fails))
    connects = [(round(seconds + 0.00029 * nth, 5), fails) for nth, (seconds, fails) in enumerate(draw(CONNECTS), 1)]
    airport = Airport(size, queries, connects)
    model = Model(airport)
    model.run()
    for name in sorted(model.events):
        event(name)
    return airport


EXAMPLES = 60


@points(2, "every query gets its turn and ends on time, whatever happens")
@settings(max_examples=EXAMPLES)
@given(airport=airports())
def test_any_moment(virtual: Virtual, airport: Airport) -> None:
    trace, expected = airport.run(virtual), Model(airport).run()
    for query in airport.queries:
        asks = [call for call in trace.calls("ask") if call.args[1] == query.question]
        plan = expected.asks.get(query.question)
        if not plan:
            assert not asks, airport.told(f"the server was asked about {query.question}; expected that it never is")
        else:
            assert asks, airport.told(f"expected the server to be asked about {query.question}; it never was")
            assert len(asks) == 1, airport.told(f"the server was asked about {query.question} {times(len(asks))}")
            assert abs(asks[0].start - plan[0]) < AT_ONCE_S, airport.told(
                f"expected the server to be asked about {query.question} at {plan[0]:.4f} s; "
                f"it was asked at {asks[0].start:.4f} s"
            )
            assert abs(asks[0].end - plan[1]) < AT_ONCE_S, airport.told(
                f"expected the server to be asked about {query.question} until {plan[1]:.4f} s; "
                f"that ended at {asks[0].end:.4f} s"
            )
        at, how = expected.told[query.question]
        told = next((call for call in trace.calls("told") if call.args[0] == query.question), None)
        assert told is not None, airport.told(f"the query for {query.question} never ended")
        kind, text = told.args[1:]
        wanted = f"gate of {query.question}" if how == "answer" else how
        assert (text if kind == how == "answer" else kind_of(kind)) == wanted, airport.told(
            f"query({query.question!r}) {shown(kind, text)}; expected {wanted}"
        )
        assert abs(told.start - at) < AT_ONCE_S, airport.told(
            f"expected query({query.question!r}) to end at {at:.4f} s; it ended at {told.start:.4f} s"
        )


@points(1, "there are never more than SIZE connections, nor more than are needed")
@settings(max_examples=EXAMPLES)
@given(airport=airports())
def test_connections(virtual: Virtual, airport: Airport) -> None:
    trace, expected = airport.run(virtual), Model(airport).run()
    made = trace.calls("connect")
    moments = sorted([(float(call.start), call) for call in made], key=lambda each: each[0])
    for at, _ in moments:
        others = sum(float(call.start) <= at and _gone(trace, call) > at for call in made)
        assert others <= airport.size, airport.told(f"at {at:.4f} s there are {counted(others, 'connection')}")
    assert len(made) == len(expected.connects), airport.told(
        f"expected {counted(len(expected.connects), 'connection')} to be opened; there were {len(made)}"
    )
    for call, (start, _, _) in zip(made, expected.connects, strict=True):
        assert abs(call.start - start) < AT_ONCE_S, airport.told(
            f"expected a connection to be opened at {start:.4f} s; it was opened at {call.start:.4f} s"
        )


@points(1, "each connection is closed as soon as its query fails or is cancelled")
@settings(max_examples=EXAMPLES)
@given(airport=airports())
def test_discarded(virtual: Virtual, airport: Airport) -> None:
    trace = airport.run(virtual)
    assert trace.notes("ended"), airport.told("a query never ends")
    end = trace.notes("ended")[0].at
    for call in trace.calls("connect"):
        if call.outcome != "replied":
            continue
        hung_up = [each for each in trace.calls("hang_up") if each.args[0] == call.reply]
        asks = [each for each in trace.calls("ask") if each.args[0] == call.reply]
        assert hung_up, airport.told(f"expected connection {call.reply} to be closed; it never was")
        lost = next((each for each in asks if each.outcome != "replied"), None)
        until = lost.end if lost else end
        assert abs(hung_up[0].start - until) < AT_ONCE_S or (lost is None and hung_up[0].start <= end), airport.told(
            f"expected connection {call.reply} to be closed at {until:.4f} s, when its query "
            f"{'ended' if lost is None else 'failed or was cancelled'}; it was at {hung_up[0].start:.4f} s"
        )
        for each in asks:
            assert each.start <= until, airport.told(
                f"the query on connection {call.reply} failed or was cancelled at {until:.4f} s, "
                f"and {each.args[1]} was asked over it at {each.start:.4f} s"
            )
        for one, other in pairwise(asks):
            assert other.start >= one.end, airport.told(
                f"{one.args[1]} and {other.args[1]} are asked over connection {call.reply} at the same time"
            )


def _gone(trace: Trace, connect: Span) -> float:
    """When the connection that this call opened was gone."""
    if connect.outcome != "replied":
        return float(connect.end)
    hung_up = [float(each.start) for each in trace.calls("hang_up") if each.args[0] == connect.reply]
    return min(hung_up, default=float("inf"))


@points(1, "a query that is cancelled when its turn has come loses no place")
@settings(max_examples=30)
@given(
    size=st.integers(1, 2),
    rounds=st.integers(0, 5),
    fails=MAY_BREAK,
    opens=st.sampled_from([0.0, 0.21713]),
    third_waits=st.booleans(),
    takes=st.sampled_from([0.0, 0.51371]),
)
def test_handover(
    virtual: Virtual, size: int, rounds: int, fails: Fails, opens: float, third_waits: bool, takes: float
) -> None:
    busy = [Query(f"flight {nth}", 0.001 * nth, STAYS, 9.0, None) for nth in range(1, size)]
    first = Query("flight 7", 0.0137, STAYS, 1.0093, fails)
    second = Query("flight 8", 0.1571, STAYS, 0.6113, None)
    third = Query("flight 9", 0.2713 if third_waits else 1.5719, STAYS, takes, None)
    airport = Airport(size, [*busy, first, second, third], [(opens, None)])
    trace = airport.run(virtual, first.question, second.question, rounds)
    turn = first.comes + opens + first.seconds
    when = (
        f"when SIZE is {size}, {second.question} waits for the connection of {first.question} and is cancelled at the "
        f"moment when it has its turn, at {turn:.4f} s: "
    )
    kind, text = outcome(trace, second.question)
    seen = f"returned {text!r}" if kind == "answer" else f"raised {kind}"
    assert kind == "CancelledError", f"{when}expected its query to be cancelled; it {seen}"
    told = next(call for call in trace.calls("told") if call.args[0] == second.question)
    assert abs(told.start - turn) < AT_ONCE_S, f"{when}expected query to end then; it ended at {told.start:.4f} s"
    asked = [call for call in trace.calls("ask") if call.args[1] == third.question]
    # Whether a connection has to be opened for it depends on how far the cancelled query had come.
    latest = max(turn, third.comes) + opens + AT_ONCE_S
    assert asked, f"{when}the server is never asked about {third.question}, which comes at {third.comes:g} s"
    assert asked[0].start < latest, (
        f"{when}expected the server to be asked about {third.question} by {latest:.4f} s; "
        f"it was asked at {asked[0].start:.4f} s"
    )
