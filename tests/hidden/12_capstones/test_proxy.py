"""proxy: what one side sends is passed on, no faster than the other side reads. The grader is on both sides."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path

from grader.suite import PORT, SERVER_PORT, Recipe, Run, Trace, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("CHUNK", "IDLE", "archive", "watch", "main")

CHUNK = 30_000
IDLE_S = 0.9
LONG_S = 60.0
PIECE = 50_000


def kept_by_the_system() -> int:
    """Bytes that the system keeps for the proxy at most, on its way in and on its way out (tcp(7))."""
    kept = 0
    for buffer in ("tcp_rmem", "tcp_wmem"):
        with contextlib.suppress(OSError, ValueError):
            kept += int(Path("/proc/sys/net/ipv4", buffer).read_text().split()[2])
    return kept or 10_000_000


MOST = (kept_by_the_system() // PIECE + 200) * PIECE
"""More than a proxy takes that keeps nothing itself."""
SHORT = 105_000
"""A little more than the system keeps for somebody who does not read."""
OPEN_S = 1.0

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Archive:
    """The archive, on the grader's side: what it does with each connection is for the evening to say."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.connections: asyncio.Queue[Streams] = asyncio.Queue()
        self.kept: list[Streams] = []
        """So that no connection is closed by the garbage collector."""

    async def __aenter__(self) -> Archive:
        assert self.run.listener
        # As small as that of a slow viewer, so that the proxy has to wait for the archive as well.
        self.run.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.run.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        self.run.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        self.server = await asyncio.start_server(self.accept, sock=self.run.listener)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.kept.append((reader, writer))
        self.connections.put_nowait((reader, writer))

    async def next(self) -> Streams:
        return await asyncio.wait_for(self.connections.get(), 1.5)


async def connected(run: Run, archive: Archive) -> tuple[Streams, Streams]:
    """A visitor's connection to the proxy, and the proxy's to the archive."""
    visitor = await run.connect(run.port)
    return visitor, await archive.next()


async def received(reader: asyncio.StreamReader, count: int, within_s: float) -> bytes:
    """Up to ``count`` bytes, or what has come of them in time."""
    data = bytearray()
    with contextlib.suppress(TimeoutError, OSError):
        async with asyncio.timeout(within_s):
            while len(data) < count and (more := await reader.read(min(count - len(data), 2**16))):
                data += more
    return bytes(data)


async def ended(reader: asyncio.StreamReader, within_s: float) -> bool:
    """Whether the other side hangs up in time; what it sends until then is of no interest."""
    try:
        async with asyncio.timeout(within_s):
            while await reader.read(2**18):
                pass
    except TimeoutError:
        return False
    except OSError:
        pass  # reset: that is an end, too
    return True


def reset(writer: asyncio.StreamWriter) -> None:
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def sent(writer: asyncio.StreamWriter, most: int) -> int:
    """Send until nobody takes any more for a while; how much was taken."""
    count = 0
    with contextlib.suppress(TimeoutError, OSError):
        while count < most:
            writer.write(bytes(PIECE))
            async with asyncio.timeout(0.6):
                await writer.drain()
            count += PIECE
    return count


# --- evenings -------------------------------------------------------------------------------------------------------

WORDS = [word.encode() for word in fresh.words(4)]


async def talk(run: Run, archive: Archive) -> None:
    """Two visitors at the same time, and words in both directions, each of which waits for the one before."""
    pairs = [await connected(run, archive) for _ in range(2)]
    for word in WORDS:
        for (visitor, to_proxy), (inside, from_proxy) in pairs:
            to_proxy.write(word)
            run.note("forth", (await received(inside, len(word), 0.5)).decode(errors="replace"))
            from_proxy.write(word[::-1])
            run.note("back", (await received(visitor, len(word), 0.5)).decode(errors="replace"))


async def slow_viewer(run: Run, archive: Archive) -> tuple[Streams, Streams]:
    """A visitor for whom the system keeps about 100 kB: segments and buffers are as small as they can be."""
    sock = run.stream_socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", run.port))
    streams = await asyncio.open_connection(sock=sock)
    streams[1].transport.pause_reading()  # type: ignore[attr-defined]
    return streams, await archive.next()


async def film(run: Run, archive: Archive) -> None:
    """The archive sends, and the viewer reads nothing at first; then the archive ends, and the viewer reads all."""
    await connected(run, archive)  # until the proxy listens
    (viewer, to_proxy), (_, from_proxy) = await slow_viewer(run, archive)
    taken = await sent(from_proxy, MOST)
    run.note("taken", taken)
    if taken < MOST:
        from_proxy.write(b"the end")
        from_proxy.write_eof()
        to_proxy.transport.resume_reading()  # type: ignore[attr-defined]
        # What the drain was still waiting for belongs to it.
        whole = taken + PIECE + len(b"the end")
        run.note("seen", ["viewer", "the archive had ended", len(await received(viewer, whole, 6.0)), whole])


async def short_film(run: Run, archive: Archive) -> None:
    """So short that all of it waits in the proxy and in the system, when first the archive and then the viewer ends."""
    await connected(run, archive)
    (viewer, to_proxy), (_, from_proxy) = await slow_viewer(run, archive)
    from_proxy.write(bytes(SHORT))
    from_proxy.write_eof()
    await asyncio.sleep(0.3)
    to_proxy.write_eof()
    await asyncio.sleep(0.3)
    to_proxy.transport.resume_reading()  # type: ignore[attr-defined]
    run.note("seen", ["viewer", "both sides had ended", len(await received(viewer, SHORT, 2.0)), SHORT])
    (_, to_proxy), (inside, from_proxy) = await slow_viewer(run, archive)
    from_proxy.transport.pause_reading()  # type: ignore[attr-defined]
    to_proxy.write(bytes(SHORT))
    to_proxy.write_eof()
    await asyncio.sleep(0.3)
    from_proxy.write_eof()
    await asyncio.sleep(0.3)
    from_proxy.transport.resume_reading()  # type: ignore[attr-defined]
    run.note("seen", ["archive", "both sides had ended", len(await received(inside, SHORT, 2.0)), SHORT])


async def upload(run: Run, archive: Archive) -> None:
    """A visitor sends, and the archive reads nothing."""
    await connected(run, archive)
    (_, to_proxy), (_, from_proxy) = await slow_viewer(run, archive)
    from_proxy.transport.pause_reading()  # type: ignore[attr-defined]
    run.note("taken", await sent(to_proxy, MOST))


async def half_close(run: Run, archive: Archive) -> None:
    """One visitor has asked everything, and gets the answer later; at another time it is the other way round."""
    (visitor, to_proxy), (inside, from_proxy) = await connected(run, archive)
    to_proxy.write(b"question")
    to_proxy.write_eof()
    run.note("told", [(await received(inside, 8, 0.5)).decode(), await ended(inside, 0.5)])
    await asyncio.sleep(0.2)
    from_proxy.write(b"answer")
    run.note("answer", (await received(visitor, 6, 0.5)).decode())
    from_proxy.write_eof()
    run.note("over", await ended(visitor, 0.5))
    (visitor, to_proxy), (inside, from_proxy) = await connected(run, archive)
    from_proxy.write(b"welcome")
    from_proxy.write_eof()
    run.note("told", [(await received(visitor, 7, 0.5)).decode(), await ended(visitor, 0.5)])
    await asyncio.sleep(0.2)
    to_proxy.write(b"thanks")
    run.note("answer", (await received(inside, 6, 0.5)).decode())
    to_proxy.write_eof()
    run.note("over", await ended(inside, 0.5))


async def broken(run: Run, archive: Archive) -> None:
    """A visitor's connection breaks, then one to the archive."""
    (_, to_proxy), (inside, _) = await connected(run, archive)
    reset(to_proxy)
    run.note("visitor broke", await ended(inside, 0.7))
    (visitor, _), (_, from_proxy) = await connected(run, archive)
    reset(from_proxy)
    run.note("archive broke", await ended(visitor, 0.7))


async def refused(run: Run, _archive: Archive) -> None:
    """The archive cannot be reached: nobody listens any more."""
    for _ in range(2):
        visitor, _ = await run.connect(run.port)
        run.note("hung up", await ended(visitor, 0.7))


async def idle(run: Run, archive: Archive) -> None:
    """A silent connection, one that falls silent, one on which only the archive sends, one with only the visitor."""
    silent, falling, showing, talking = [await connected(run, archive) for _ in range(4)]
    run.note("begins")

    async def watch(name: str, reader: asyncio.StreamReader) -> None:
        await ended(reader, 10.0)
        run.note("end", name)

    sides = {
        "silent visitor": silent[0], "silent archive": silent[1], "former talker": falling[1],
        "viewer": showing[0], "talker": talking[0],
    }  # fmt: skip
    watching = [asyncio.create_task(watch(name, reader)) for name, (reader, _) in sides.items()]
    await asyncio.sleep(0.4)
    falling[0][1].write(b"x")
    run.note("last word")
    for _ in range(3):
        for _, writer in (showing[1], talking[0]):
            with contextlib.suppress(OSError):
                writer.write(b"x")
        await asyncio.sleep(0.55)
    run.note("until")
    for task in watching:
        task.cancel()


async def stay(run: Run, archive: Archive) -> None:
    """Visitors who stay until the proxy is cancelled; for one of them, a film waits that she does not read."""
    (first, _), (inside, _) = await connected(run, archive)
    (second, _), (_, showing) = await connected(run, archive)
    showing.write(bytes(PIECE))
    for name, reader in (("visitor", first), ("archive", inside), ("viewer", second)):
        if await ended(reader, 2.5):
            run.note("end", name)
    for _ in range(4):
        with contextlib.suppress(OSError):
            await asyncio.get_running_loop().sock_connect(run.stream_socket(), ("127.0.0.1", run.port))
            run.note("let in")
        await asyncio.sleep(0.2)


def evening(
    drive: Callable[[Run, Archive], Awaitable[None]], idle_s: float = LONG_S, archive_port: object = PORT
) -> Recipe:
    async def until_over(run: Run) -> None:
        async with Archive(run) as archive:
            with contextlib.suppress(TimeoutError, OSError):
                await drive(run, archive)
            run.stop()

    return record(
        "serve", SERVER_PORT, archive_port,
        world={"CHUNK": CHUNK, "IDLE": idle_s}, drive=until_over, listen=True, clients=6, deadline_s=12.0,
        allow=("stop",),
    )  # fmt: skip


async def staying(run: Run) -> None:
    async with Archive(run) as archive:
        with contextlib.suppress(TimeoutError, OSError):
            await stay(run, archive)


as_it_is = record(None)
talks = evening(talk)
films = evening(film)
shorts = evening(short_film)
uploads = evening(upload)
halves = evening(half_close)
breaks = evening(broken)
unreachable = evening(refused, archive_port=1)
idles = evening(idle, IDLE_S)
closed = record(
    "closing", double("wait", delay=lambda seconds: seconds), double("ended"), SERVER_PORT, PORT, OPEN_S,
    scenario=True, world={"CHUNK": CHUNK, "IDLE": LONG_S}, drive=staying, listen=True, clients=6, allow=("raise",),
)  # fmt: skip


# --- checks ---------------------------------------------------------------------------------------------------------


@points(1, "the archive sends no more than the viewer is ready for", public=True)
def test_program(as_it_is: Trace, films: Trace) -> None:
    expected = ["viewer pauses", "viewer goes on", "archive has sent everything", "viewer has seen 20 MB"]
    lines = as_it_is.lines
    assert sorted(lines) == sorted(expected), (
        f"expected {', '.join(expected)}; printed: {', '.join(lines) or 'nothing'}"
    )
    assert lines.index("viewer goes on") < lines.index("archive has sent everything"), (
        "the archive had sent everything while the viewer paused: the proxy has taken the whole film"
    )
    taken = films.notes("taken")
    assert taken, "your film is shown; but another visitor gets no film from another archive"
    assert taken[0].value < MOST, (
        f"your film waits for your viewer; but of another one, the proxy took {taken[0].value:,} bytes for a viewer "
        "who read nothing"
    )


@points(1, "what one side sends is passed on at once, for several visitors")
def test_talk(talks: Trace) -> None:
    forth, back = ([note.value for note in talks.notes(label)] for label in ("forth", "back"))
    words = [word.decode() for word in WORDS for _ in range(2)]
    assert forth == words, f"visitors sent {', '.join(words)}; the archive got {', '.join(forth) or 'nothing'}"
    replies = [word[::-1] for word in words]
    assert back == replies, f"the archive sent {', '.join(replies)}; the visitors got {', '.join(back) or 'nothing'}"


@points(3, "a side that does not read slows the sender down, in both directions", means="no-back-pressure")
def test_back_pressure(films: Trace, uploads: Trace) -> None:
    for run, sender, reader in ((films, "archive", "viewer"), (uploads, "visitor", "archive")):
        taken = run.notes("taken")
        assert taken, f"the {sender} could send nothing"
        assert taken[0].value < MOST, (
            f"the {reader} read nothing; the proxy took {taken[0].value:,} bytes from the {sender} (CHUNK is {CHUNK:,})"
        )
        assert taken[0].value >= 2 * PIECE, f"the proxy took only {taken[0].value:,} bytes from the {sender}"


@points(1, "a slow viewer gets every byte, even after both sides have ended")
def test_everything(films: Trace, shorts: Trace) -> None:
    seen = [note.value for run in (films, shorts) for note in run.notes("seen")]
    assert len(seen) == 3, "the archive never had to wait for the viewer, so that it ended before the viewer was slow"
    for who, until, count, whole in seen:
        assert count == whole, f"the {who} read nothing until {until}; of {whole:,} bytes, the {who} got {count:,}"


@points(2, "when one side has finished sending, the other one can go on")
def test_half_close(halves: Trace) -> None:
    told = [note.value for note in halves.notes("told")]
    answers = [note.value for note in halves.notes("answer")]
    over = [note.value for note in halves.notes("over")]
    for nth, (one, other, text, reply) in enumerate(
        (("a visitor", "the archive", "question", "answer"), ("the archive", "a visitor", "welcome", "thanks"))
    ):
        assert len(told) > nth, f"{one} got no connection"
        assert told[nth][0] == text, f"{one} sent {text!r}; {other} got {told[nth][0] or 'nothing'!r}"
        assert told[nth][1] is True, f"{one} sent {text!r} and ended; {other} was not told of the end"
        assert answers[nth] == reply, (
            f"{one} had ended, and {other} sent {reply!r} 0.2 s later; {one} got {answers[nth] or 'nothing'!r}"
        )
        assert over[nth] is True, f"both sides had ended; {one} was not told that {other} had"


@points(2, "when one connection breaks, the one on the other side is closed")
def test_broken(breaks: Trace) -> None:
    for label, what, other in (
        ("visitor broke", "a visitor's connection broke", "the one to the archive"),
        ("archive broke", "the connection to the archive broke", "the visitor's"),
    ):
        notes = breaks.notes(label)
        assert notes, "a visitor got no connection to the archive"
        assert notes[0].value is True, f"{what}; 0.7 s later, {other} was still open"


@points(1, "if the archive cannot be reached, the visitor is not left waiting")
def test_refused(unreachable: Trace) -> None:
    hung_up = [note.value for note in unreachable.notes("hung up")]
    assert hung_up == [True, True], (
        "nobody listened at the archive's port, and two visitors came one after the other; "
        f"after 0.7 s, {hung_up.count(True)} of them had been hung up on"
    )


@points(2, "a connection is idle only when both sides are silent for IDLE")
def test_idle(idles: Trace) -> None:
    begins, until = idles.notes("begins"), idles.notes("until")
    assert begins, "visitors got no connections to the archive"
    ends = {note.value: note.at for note in idles.notes("end") if not until or note.at < until[0].at}
    last_word = idles.notes("last word")[0].at
    fell = ends["former talker"] - last_word if "former talker" in ends else None
    for name in ("silent visitor", "silent archive"):
        side = name.removeprefix("silent ")
        assert name in ends, f"IDLE is {IDLE_S} s; nobody sent anything for 2 s, and the {side} was still connected"
        after = ends[name] - begins[0].at
        assert IDLE_S - 0.4 < after < IDLE_S + 0.5, (
            f"IDLE is {IDLE_S} s; a connection on which nobody sent anything was closed after {after:.2f} s"
        )
    assert fell is not None, f"IDLE is {IDLE_S} s; 1.6 s after the last byte on a connection, it was still open"
    assert IDLE_S - 0.4 < fell < IDLE_S + 0.5, (
        f"IDLE is {IDLE_S} s; a connection was closed {fell:.2f} s after the last byte on it"
    )
    for name, what in (("viewer", "the archive sent something"), ("talker", "the visitor sent something")):
        at = ends.get(name)
        assert at is None, (
            f"IDLE is {IDLE_S} s; every 0.55 s {what}, but the connection was closed after {at - begins[0].at:.2f} s"
        )


@points(2, "when serve is cancelled, it closes all connections and ends")
def test_closed(closed: Trace) -> None:
    calls = closed.calls("ended")
    assert calls, f"serve was cancelled at {OPEN_S:g} s; 1 s later, it had not ended"
    assert calls[0].args[0] == "cancelled", (
        f"expected the cancellation to come out of serve; it ended with {calls[0].args[0]}"
    )
    cancelled = closed.calls("wait")[0].end
    took = calls[0].start - cancelled
    assert took < 0.5, f"serve was cancelled, and ended {took:.2f} s later"
    gone = {note.value: note.at for note in closed.notes("end")}
    for name in ("visitor", "archive", "viewer"):
        late = gone[name] - cancelled if name in gone else None
        assert late is not None, f"serve was cancelled; the connection of the {name} stayed open"
        assert late < 0.6, f"serve was cancelled; the connection of the {name} was closed {late:.2f} s later"
        assert late > -0.4, f"the connection of the {name} was closed before serve was cancelled"
    for note in closed.notes("let in"):
        after = note.at - calls[0].start
        assert after < 0.3, f"serve was cancelled and ended; a visitor could connect {after:.2f} s later"
