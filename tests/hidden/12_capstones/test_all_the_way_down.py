"""all_the_way_down: files, a database and HTTP in one service; the grader is its visitors, tide station and office.

Each thing below the service is slow once, for HOLD_S, while other visitors ask for turtles all the time.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import socket
import sqlite3
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from grader.suite import PORT, SERVER_PORT, Recipe, Run, Seconds, Trace, counted, fresh, points, read_all, record

LEAVE_ALONE: tuple[str, ...] = ("PAUSE", "TRIES", "TideStation", "furnish", "make_slow", "ask", "until_open", "main")

HOLD_S = 1.0
TOGETHER_S = 0.75
STANDS_STILL_S = 0.6
"""Longer than that between two answers to visitors who come every 0.1 s, and the service stood still."""
TRIES = 3
SENT = 6
"""Temperatures that are sent at the same time: not more than a pool of threads has on a small machine."""
TURTLE = "🐢"
MOST_STEPS = 1_000_000
"""Of SQLite, for a question: a program may have put anything in the place of its table."""

# The data of each nest. The numbers are not in the order of the rows, and other nests lie between.
FULL, EMPTY, BUSY, SILENT, OTHER = NESTS = fresh.words(5)
NOTE = {nest: f"{fresh.number(60, 120)} eggs, {fresh.token()}" for nest in (FULL, BUSY, OTHER)}
DEGREES = {nest: [fresh.number(240, 330) / 10 for _ in range(3)] for nest in (FULL, BUSY, OTHER)}
TIDE = {nest: f"high at {fresh.number(10, 23)}:{fresh.number(10, 59)}, {fresh.token()}" for nest in (FULL, OTHER)}
LAST = fresh.number(500, 900)
ROWS = [
    (LAST - 40, OTHER, DEGREES[OTHER][1]),
    (LAST - 7, FULL, DEGREES[FULL][2]),
    (LAST, BUSY, DEGREES[BUSY][2]),
    (LAST - 90, FULL, DEGREES[FULL][0]),
    (LAST - 50, OTHER, DEGREES[OTHER][0]),
    (LAST - 30, OTHER, DEGREES[OTHER][2]),
    (LAST - 20, FULL, DEGREES[FULL][1]),
    (LAST - 11, BUSY, DEGREES[BUSY][0]),
    (LAST - 10, BUSY, DEGREES[BUSY][1]),
]


def page_of(nest: str) -> str:
    degrees = ", ".join(map(str, DEGREES.get(nest, []))) or "none"
    return f"note: {NOTE.get(nest, 'none')}\ntemperatures: {degrees}\ntide: {TIDE.get(nest, 'unknown')}"


# --- the hatchery ---------------------------------------------------------------------------------------------------


def furnished(pipes: Sequence[str] = ()) -> Callable[[Path], None]:
    """The folder of the hatchery; ``pipes``: files that are slow, since they are named pipes."""

    def furnish(scratch: Path) -> None:
        (scratch / "notes").mkdir()
        for nest, note in NOTE.items():
            if f"notes/{nest}.txt" not in pipes:
                (scratch / "notes" / f"{nest}.txt").write_text(f"{note}\n")
        for pipe in pipes:
            os.mkfifo(scratch / pipe)
        with contextlib.closing(sqlite3.connect(scratch / "readings.db")) as db, db:
            db.execute("CREATE TABLE readings (number INTEGER, nest TEXT, degrees REAL)")
            db.executemany("INSERT INTO readings VALUES (?, ?, ?)", ROWS)

    return furnish


@contextlib.asynccontextmanager
async def locked(run: Run, how: str) -> AsyncIterator[None]:
    """The office works in the database, ``EXCLUSIVE`` (nobody can read) or ``IMMEDIATE`` (nobody can write)."""
    office = sqlite3.connect(run.plain_file("readings.db"), timeout=0, isolation_level=None)
    try:
        while True:
            try:
                office.execute(f"BEGIN {how}")
                break
            except sqlite3.OperationalError:
                await asyncio.sleep(0.01)  # not inside SQLite: all recordings share one event loop
        yield
    finally:
        office.close()


async def write_note(run: Run, nest: str) -> None:
    """Write into a named pipe once somebody reads it; give up after a while."""
    for _ in range(100):
        try:
            pipe = run.open_file(f"notes/{nest}.txt", os.O_WRONLY)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        os.write(pipe, f"{NOTE[nest]}\n".encode())
        os.close(pipe)
        return


async def read_journal(run: Run) -> str:
    """Read the named pipe until a line has come; give up after a while."""
    pipe = run.open_file("journal.txt", os.O_RDONLY)
    text = b""
    try:
        for _ in range(100):
            with contextlib.suppress(BlockingIOError):
                text += os.read(pipe, 4096)
            if text.endswith(b"\n"):
                break
            await asyncio.sleep(0.02)
    finally:
        os.close(pipe)
    return text.decode(errors="replace")


async def open_tide_station(run: Run, slow_s: float, busy: int) -> asyncio.Server:
    """``slow_s``: how long FULL has to wait; ``busy``: how often status 503 is the answer for BUSY."""
    asked: dict[str, int] = dict.fromkeys(NESTS, 0)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                request = " ".join(head.decode("latin-1").split(" ")[:2])
                nest = request.removeprefix("GET /tide/")
                run.note("tide asked", request)
                asked[nest] = asked.get(nest, 0) + 1
                if nest == SILENT:
                    break
                status, text = ("200 OK", TIDE[nest]) if nest in TIDE else ("404 Not Found", "no such beach")
                if nest == BUSY:
                    run.note("slow" if asked[nest] == 1 else "free", "pause")
                    status = "503 Service Unavailable"
                    if asked[nest] > busy:
                        status, text = "200 OK", f"low, {nest}"
                if nest == FULL and slow_s:
                    run.note("slow", "tide")
                    await asyncio.sleep(slow_s)
                    run.note("free", "tide")
                writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the service has hung up
        finally:
            writer.close()

    return await asyncio.start_server(serve, sock=run.listener)


# --- visitors -------------------------------------------------------------------------------------------------------


async def ask(run: Run, path: str, body: str | None = None) -> str:
    """The text of the answer; the status if it is not 200, and what went wrong if there was none."""
    method, content = ("GET", b"") if body is None else ("POST", body.encode())
    try:
        reader, writer = await run.connect(run.port)
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: hatchery\r\nContent-Length: {len(content)}\r\n\r\n".encode())
        # In two pieces: what arrives at once is not always a whole request.
        await asyncio.sleep(0.02)
        writer.write(content)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lengths = [line.split(":")[1] for line in head.lower().split("\r\n") if line.startswith("content-length:")]
        text = await (reader.readexactly(min(int(lengths[0]), 10**6)) if lengths else read_all(reader))
        writer.close()
    except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        return f"no answer ({type(error).__name__})"
    status = head.split(" ")[1] if " " in head else head
    return text.decode(errors="replace").strip() if status == "200" else f"status {status}"


async def ask_and_note(run: Run, path: str, body: str | None = None) -> None:
    text = await ask(run, path, body)
    run.note("answered", [path, text])


@contextlib.asynccontextmanager
async def others(run: Run) -> AsyncIterator[None]:
    """Other visitors, who ask for turtles one after the other."""

    async def visit() -> None:
        for number in itertools.count():
            turtles = number % 4 + 1
            text = await ask(run, f"/turtles/{turtles}")
            run.note("turtles", [turtles, text])
            await asyncio.sleep(0.1)

    visiting = asyncio.create_task(visit())
    try:
        yield
    finally:
        visiting.cancel()


async def ended(*tasks: Awaitable[None], within_s: float = 2.0) -> None:
    """Wait for visitors, but not for ever."""
    await asyncio.wait([asyncio.ensure_future(task) for task in tasks], timeout=within_s)


@contextlib.asynccontextmanager
async def slow(run: Run, what: str) -> AsyncIterator[None]:
    """The length of time for which something is slow."""
    run.note("slow", what)
    yield
    await asyncio.sleep(HOLD_S)
    run.note("free", what)


def driven(scenes: Callable[[Run], Awaitable[None]], slow_tide_s: float = 0.0, busy: int = TRIES) -> Any:
    """The hatchery is open until all ``scenes`` are over."""

    async def drive(run: Run) -> None:
        station = await open_tide_station(run, slow_tide_s, busy)
        async with station:
            await ask(run, "/turtles/1")
            async with others(run):
                await scenes(run)
            run.stop()

    return drive


async def slow_pages(run: Run) -> None:
    async with slow(run, "note"):
        asking = asyncio.create_task(ask_and_note(run, f"/nests/{OTHER}"))
    await write_note(run, OTHER)
    await ended(asking)
    await ended(ask_and_note(run, f"/nests/{FULL}"))


async def slow_database(run: Run) -> None:
    async with locked(run, "EXCLUSIVE"), slow(run, "reading"):
        asking = asyncio.create_task(ask_and_note(run, f"/nests/{OTHER}"))
    await ended(asking)
    async with locked(run, "IMMEDIATE"), slow(run, "storing"):
        sending = [asyncio.create_task(send(run, nth)) for nth in range(SENT)]
    await ended(*sending)
    with (
        contextlib.closing(sqlite3.connect(run.plain_file("readings.db"), timeout=0)) as db,
        contextlib.suppress(sqlite3.OperationalError),
    ):
        db.set_progress_handler(lambda: 1, MOST_STEPS)
        run.note("rows", [list(row) for row in db.execute("SELECT * FROM readings LIMIT 1000").fetchall()[len(ROWS) :]])
    journal = ""
    with contextlib.suppress(OSError):
        journal = run.read_file("journal.txt")
    run.note("journal", journal.splitlines()[:100])


SENDS = [(fresh.shuffled([FULL, EMPTY])[0], round(25 + nth * 0.7, 1)) for nth in range(SENT)]


async def send(run: Run, nth: int) -> None:
    nest, degrees = SENDS[nth]
    run.note("number", [nth, await ask(run, f"/nests/{nest}", str(degrees))])


async def slow_journal(run: Run) -> None:
    async with slow(run, "journal"):
        sending = asyncio.create_task(ask_and_note(run, f"/nests/{EMPTY}", "27.5"))
    run.note("journal", (await read_journal(run)).splitlines()[:100])
    await ended(sending)
    await ended(ask_and_note(run, f"/nests/{BUSY}"))


async def slow_together(run: Run) -> None:
    async with locked(run, "EXCLUSIVE"):
        run.note("asked")
        asking = asyncio.create_task(ask_and_note(run, f"/nests/{FULL}"))
        await asyncio.sleep(TOGETHER_S)
    await write_note(run, FULL)
    await ended(asking)


async def crowd(run: Run) -> None:
    """Visitors who vanish, by RST and by FIN, and two who send half a request and stay; then a crowd."""
    loop = asyncio.get_running_loop()
    stay = []
    for text, how in (
        (f"GET /nests/{FULL} HTTP/1.1\r\n\r\n", "RST"),
        (f"GET /nests/{FULL} HTTP/1.1\r\n", "FIN"),
        ("", "RST"),
        ("GET /nests/", "stays"),
        (f"POST /nests/{FULL} HTTP/1.1\r\nContent-Length: 10\r\n\r\n28", "stays"),
    ):
        visitor = run.stream_socket()
        with contextlib.suppress(OSError):
            await loop.sock_connect(visitor, ("127.0.0.1", run.port))
            await loop.sock_sendall(visitor, text.encode())
            if how == "RST":
                visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if how == "stays":
                stay.append(visitor)
            else:
                visitor.close()
    await asyncio.sleep(0.1)
    run.note("asked")
    await ended(*(ask_and_note(run, path) for path in [*(f"/nests/{nest}" for nest in NESTS), "/eggs"]))
    await asyncio.sleep(0.3)


def hatchery(pipes: Sequence[str], drive: Any, pause_s: float = 0.1) -> Recipe:
    return record(
        "serve", SERVER_PORT, PORT, ".",
        world={"PAUSE": pause_s, "TRIES": TRIES},
        prepare=furnished(pipes), drive=drive, listen=True, clients=60, deadline_s=9.0, allow=("stop",),
    )  # fmt: skip


as_it_is = record(None)
pages = hatchery([f"notes/{OTHER}.txt"], driven(slow_pages, slow_tide_s=HOLD_S))
database = hatchery([], driven(slow_database))
journal = hatchery(["journal.txt"], driven(slow_journal, busy=1), pause_s=HOLD_S)
together = hatchery([f"notes/{FULL}.txt"], driven(slow_together, slow_tide_s=TOGETHER_S))
crowded = hatchery([], driven(crowd))


# --- checks ---------------------------------------------------------------------------------------------------------


@points(1, "the turtles come every 0.2 s, while the page is made", means="blocking-call", public=True)
def test_turtles(as_it_is: Trace, together: Trace) -> None:
    for turtles in range(1, 5):
        due, line = as_it_is.at("open") + 0.2 * turtles, TURTLE * turtles
        came = [event.at for event in as_it_is.events if event.name == line]
        assert came, f"expected the line {line} at {due:.1f} s; it was not printed"
        assert -0.3 < came[0] - due < 0.5, f"expected the line {line} at {due:.1f} s; it came at {came[0]:.2f} s"
    expected = ["note: 80 eggs", "temperatures: 28.5, 29.1", "tide: high at 17:40"]
    assert as_it_is.lines[5:] == expected, (
        f"expected {'; '.join(expected)} after the turtles; printed: {'; '.join(as_it_is.lines[5:]) or 'nothing'}"
    )
    asked = together.notes("asked")
    seen = [note.at for note in together.notes("turtles") if asked and note.at > asked[0].at]
    assert len(seen) > 2, (
        "your visitor sees the turtles; but another one, who came while note, database and tide were all slow, "
        f"saw them {counted(len(seen), 'time')} in {TOGETHER_S} s"
    )
    still = seen[0] - asked[0].at
    assert still < STANDS_STILL_S, (
        "your visitor sees the turtles; but one who came while note, database and tide were all slow waited for "
        f"{still:.2f} s"
    )


@points(2, "while a note is slow to read, other visitors are answered", means="blocking-call")
def test_note(pages: Trace) -> None:
    answered_meanwhile(pages, "note", f"while notes/{OTHER}.txt was slow")


@points(2, "while the database is locked for reading, others are answered", means="blocking-call")
def test_reading(database: Trace) -> None:
    answered_meanwhile(database, "reading", f"while GET /nests/{OTHER} waited for the locked database")


@points(1, "while the database is locked for writing, others are answered", means="blocking-call")
def test_storing(database: Trace) -> None:
    answered_meanwhile(database, "storing", f"while {SENT} new temperatures waited for the locked database")


@points(2, "while the tide station is slow, other visitors are answered", means="blocking-call")
def test_tide(pages: Trace) -> None:
    answered_meanwhile(pages, "tide", f"while the tide station took its time for /tide/{FULL}")


@points(1, "a busy tide station is asked again later; others are answered", means="blocking-call")
def test_pause(journal: Trace) -> None:
    when = f"when PAUSE is {HOLD_S:g} s and the station answers with status 503 once"
    answered_meanwhile(journal, "pause", f"{when}: before it was asked again")
    slow, free = (moment(journal, label, "pause") for label in ("slow", "free"))
    assert HOLD_S - 0.3 < free - slow < HOLD_S + 0.4, f"{when}: it was asked again after {free - slow:.2f} s"
    asked = [note.value for note in journal.notes("tide asked")]
    assert asked == [f"GET /tide/{BUSY}"] * 2, f"{when}: it was asked {', '.join(map(str, asked))}"
    text = answer_to(journal, f"/nests/{BUSY}")
    assert text.endswith(f"tide: low, {BUSY}"), f"{when}, and then with 'low, {BUSY}': the page was {text!r}"


@points(1, "while the journal is slow, other visitors are answered", means="blocking-call")
def test_journal(journal: Trace) -> None:
    answered_meanwhile(journal, "journal", "while journal.txt was slow to write")
    lines = journal.notes("journal")[0].value if journal.notes("journal") else []
    assert lines == [f"{EMPTY} 27.5"], (
        f"after POST /nests/{EMPTY} with 27.5: expected the line '{EMPTY} 27.5' in the journal; "
        f"it has {'; '.join(lines) or 'none'}"
    )
    answered = next((note.at for note in journal.notes("answered") if note.value[0] == f"/nests/{EMPTY}"), None)
    assert answered is not None, f"POST /nests/{EMPTY} was never answered"
    early = answered - moment(journal, "slow", "journal")
    assert early > HOLD_S - 0.4, (
        f"the journal was slow for {HOLD_S:g} s; POST /nests/{EMPTY} was answered after {early:.2f} s, before it was "
        "in the journal"
    )


@points(2, "a page takes as long as the slowest of its parts", means="sequential-await")
def test_page(together: Trace) -> None:
    text = answer_to(together, f"/nests/{FULL}")
    assert text == page_of(FULL), f"expected the page of {FULL} to be {page_of(FULL)!r}; got {text!r}"
    took = together.notes("answered")[0].at - together.notes("asked")[0].at
    assert TOGETHER_S - 0.35 < took < TOGETHER_S + 0.5, (
        f"note, database and tide each took {TOGETHER_S} s; expected the page after that time, it took {took:.2f} s"
    )


@points(1, "each page shows the note, the temperatures and the tide of its nest")
def test_content(crowded: Trace) -> None:
    for nest, what in (
        (FULL, "has everything"),
        (OTHER, "has everything"),
        (EMPTY, "has no note and no temperatures, and whose tide has status 404"),
        (BUSY, "has no tide, because the station is always busy"),
        (SILENT, "has no tide, because the station hangs up without an answer"),
    ):
        text = answer_to(crowded, f"/nests/{nest}")
        assert text == page_of(nest), f"expected of a nest that {what}: {page_of(nest)!r}; got {text!r}"
    asked = [note.value for note in crowded.notes("tide asked")].count(f"GET /tide/{BUSY}")
    assert asked == TRIES, f"TRIES is {TRIES}; the busy tide station was asked {counted(asked, 'time')}"
    text = answer_to(crowded, "/eggs")
    assert text == "status 404", f"expected status 404 for GET /eggs; got {text!r}"


@points(2, "temperatures sent at the same time get different numbers")
def test_numbers(database: Trace) -> None:
    when = f"when {SENT} temperatures are sent at the same time, and the last number is {LAST}"
    expected = list(range(LAST + 1, LAST + SENT + 1))
    rows = [tuple(row) for note in database.notes("rows") for row in note.value]
    stored = sorted(row[0] for row in rows)
    assert stored == expected, (
        f"{when}: expected the new numbers {listed(expected)} in the database; got {listed(stored)}"
    )
    told = dict(note.value for note in database.notes("number"))
    free = moment(database, "free", "storing")
    for note in database.notes("number"):
        early = free - note.at
        assert early < 0.4, (
            f"{when}: POST number {note.value[0] + 1} was answered {early:.2f} s before anything could be stored, "
            "since the database was locked"
        )
    for nth, (nest, degrees) in enumerate(SENDS):
        assert told.get(nth, "").isdecimal(), (
            f"{when}: POST /nests/{nest} with {degrees} got {told.get(nth, 'no answer')!r}"
        )
        assert (int(told[nth]), nest, degrees) in rows, (
            f"{when}: POST /nests/{nest} with {degrees} got number {told[nth]}, under which there is another one"
        )
    journal = sorted(line for note in database.notes("journal") for line in note.value)
    lines = sorted(f"{nest} {degrees}" for nest, degrees in SENDS)
    assert journal == lines, f"{when}: expected these lines in the journal: {listed(lines)}; it has {listed(journal)}"


@points(1, "visitors who vanish or wait do not disturb the others")
def test_rude(crowded: Trace) -> None:
    asked = crowded.notes("asked")
    after = [note for note in crowded.notes("answered") if asked and note.value[0] == f"/nests/{FULL}"]
    when = "after visitors had vanished, and while two had sent half a request"
    assert after, f"{when}: GET /nests/{FULL} was not answered"
    assert after[0].value[1] == page_of(FULL), f"{when}: GET /nests/{FULL} got {after[0].value[1]!r}"
    took = after[0].at - asked[0].at
    assert took < 0.7, f"{when}: GET /nests/{FULL} took {took:.2f} s"
    turtles = [note.value for note in crowded.notes("turtles") if note.at > asked[0].at]
    assert turtles, f"{when}: no other visitor was answered"
    for count, text in turtles:
        assert text == TURTLE * count, f"{when}: expected {TURTLE * count} for GET /turtles/{count}; got {text!r}"


def moment(run: Trace, label: str, what: str) -> Seconds:
    """When something became slow, or free again."""
    found = [note.at for note in run.notes(label) if note.value == what]
    assert found, {
        "note": "GET /nests was never asked",
        "tide": "the tide station was not asked",
        "pause": "the busy tide station was not asked a second time"
        if label == "free"
        else "the tide was not asked for",
    }.get(what, f"the {what} never became {label}")
    return found[0]


def answered_meanwhile(run: Trace, what: str, when: str) -> None:
    slow, free = moment(run, "slow", what), moment(run, "free", what)
    answers = [note.at for note in run.notes("turtles") if slow < note.at < free]
    still = max(later - earlier for earlier, later in pairwise([slow, *answers, free]))
    assert still < STANDS_STILL_S, f"{when}, visitors who asked for turtles waited for {still:.2f} s"
    wrong = [note.value for note in run.notes("turtles") if note.value[1] != TURTLE * note.value[0]]
    assert not wrong, f"{when}, GET /turtles/{wrong[0][0]} was answered with {wrong[0][1]!r}"


def answer_to(run: Trace, path: str) -> str:
    texts = [str(note.value[1]) for note in run.notes("answered") if note.value[0] == path]
    assert texts, f"GET {path} was not answered"
    return texts[0]


def listed(items: Sequence[object]) -> str:
    return ", ".join(map(str, items)) or "none"
