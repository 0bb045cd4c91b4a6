"""chat: members who read nothing, read late, vanish, send half a line or too much of it. The grader is all of them."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Sequence

from grader.suite import SERVER_PORT, Recipe, Run, Trace, counted, double, fresh, points, record, times

LEAVE_ALONE: tuple[str, ...] = (
    "BACKLOG", "LINE", "admit", "join", "vanish", "until_open", "listen", "main",
)  # fmt: skip

BACKLOG = 300_000
LINE = 100_000
ADMIT_S = 0.3
PART = 60_000
"""Bytes of a part of the story."""
LATE_PARTS = 4
"""Less than BACKLOG bytes, and more than the system keeps."""
MOST = 6_000_000
"""More than any system keeps in its own buffers for somebody who does not read, and BACKLOG bytes more."""
ANA, BO, CY, DAN, EVA, TROLL = fresh.words(6)


class Member:
    """Somebody in the room, on the grader's side: what is heard is noted as [name, line]."""

    def __init__(self, run: Run, name: str) -> None:
        self.run, self.name = run, name
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter
        self.heard: list[str] = []
        self.news = asyncio.Event()

    async def enter(self) -> Member:
        """Connect, say the name and wait to be welcome, but not for ever."""
        self.reader, self.writer = await self.run.connect(self.run.port, limit=1_000_000)
        self.say(self.name)
        self.listening = asyncio.create_task(self._listen())
        await self.until(lambda: f"welcome {self.name}" in self.heard, 1.0)
        return self

    async def _listen(self) -> None:
        try:
            while line := await self.reader.readline():
                text = line.decode(errors="replace").rstrip("\n")
                self.heard.append(text)
                self.run.note("heard", [self.name, text[:80]])
                self.news.set()
        except (OSError, ValueError):
            pass
        self.run.note("end", self.name)

    def say(self, text: str | bytes) -> None:
        self.writer.write(text if isinstance(text, bytes) else f"{text}\n".encode())

    async def until(self, there: Callable[[], bool], within_s: float) -> bool:
        """Wait until something was heard; False when it was not heard in time."""
        try:
            async with asyncio.timeout(within_s):
                while not there():
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            return False
        return True

    def vanish(self) -> None:
        self.listening.cancel()
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


async def enter(run: Run, *names: str) -> list[Member]:
    return [await Member(run, name).enter() for name in names]


async def enter_without_reading(run: Run, name: str) -> socket.socket:
    """Somebody who reads nothing, and for whom the system keeps about 100 kB.

    The system chooses the sender's buffer by the size of the segments: on a loopback network, several megabytes.
    """
    sock = run.stream_socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(sock, ("127.0.0.1", run.port))
    await loop.sock_sendall(sock, f"{name}\n".encode())
    return sock


async def read_on(sock: socket.socket, within_s: float) -> tuple[bytes, bool]:
    """What a socket still receives, and whether it was closed in time."""
    loop, received = asyncio.get_running_loop(), bytearray()
    try:
        async with asyncio.timeout(within_s):
            while data := await loop.sock_recv(sock, 65536):
                received += data
    except TimeoutError:
        return bytes(received), False
    except OSError:
        pass  # reset
    return bytes(received), True


async def say_and_hear(teller: Member, listener: Member, text: str, within_s: float) -> bool:
    """Whether ``listener`` hears what ``teller`` says."""
    teller.say(text)
    return await listener.until(
        lambda: any(line.startswith(f"{teller.name}: {text}") for line in listener.heard), within_s
    )


# --- evenings -------------------------------------------------------------------------------------------------------


async def quiet(run: Run) -> None:
    """Three members talk, two at the same time; one leaves properly, two in the middle of a line."""
    ana, bo, cy = await enter(run, ANA, BO, CY)
    for number in range(20):
        ana.say(f"a{number}")
        bo.say(f"b{number}")
        await asyncio.sleep(0)
    await cy.until(lambda: {f"{ANA}: a19", f"{BO}: b19"} <= set(cy.heard), 1.0)
    await asyncio.sleep(0.1)
    ana.writer.close()
    await cy.until(lambda: f"* {ANA} leaves" in cy.heard, 0.5)


async def cut_off(run: Run) -> None:
    """One sends half a message and goes, another one half a name."""
    ana, bo = await enter(run, ANA, BO)
    ana.say("all of it")
    ana.say(b"half of")
    await bo.until(lambda: f"{ANA}: all of it" in bo.heard, 0.5)
    ana.writer.close()
    await bo.until(lambda: f"* {ANA} leaves" in bo.heard, 0.5)
    _, writer = await run.connect(run.port)
    writer.write(CY.encode())
    await asyncio.sleep(0.05)
    writer.close()
    await asyncio.sleep(ADMIT_S + 0.2)


async def same_name(run: Run) -> None:
    """Two come with the same name at the same time, with one whom the register refuses; then a third, and a fourth.

    The third comes while one of the first two is there, the fourth when that one has left.
    """
    await enter(run, BO)
    strangers = [Member(run, f"{number}") for number in range(5)]
    for stranger in strangers:
        stranger.reader, stranger.writer = await run.connect(run.port)
        stranger.listening = asyncio.create_task(stranger._listen())
    for stranger, name in zip(strangers, (ANA, ANA, TROLL), strict=False):
        stranger.say(name)
    await asyncio.sleep(ADMIT_S + 0.2)
    strangers[3].say(ANA)
    await asyncio.sleep(ADMIT_S + 0.1)
    for stranger in strangers[:2]:
        stranger.writer.close()
    await asyncio.sleep(0.1)
    strangers[4].say(ANA)
    await asyncio.sleep(ADMIT_S + 0.1)


async def vanishing(run: Run) -> None:
    """Two connections break, before the last member comes and while nobody says anything; then somebody does."""
    ana, bo, cy, dan = await enter(run, ANA, BO, CY, DAN)
    cy.vanish()
    dan.vanish()
    await bo.until(lambda: {f"* {CY} leaves", f"* {DAN} leaves"} <= set(bo.heard), 0.5)
    for number in range(3):
        heard = await say_and_hear(ana, bo, f"after {number}", 0.5)
        run.note("went through", heard)


async def too_much(run: Run) -> None:
    """One sends a line that is too long, another one a line that is no text."""
    ana, bo, cy, dan = await enter(run, ANA, BO, CY, DAN)
    cy.say(b"x" * (LINE * 4))
    dan.say(b"caf\xe9\n")
    await bo.until(lambda: {f"* {CY} leaves", f"* {DAN} leaves"} <= set(bo.heard), 0.7)
    run.note("went through", await say_and_hear(ana, bo, "after that", 0.5))


async def deaf(run: Run) -> None:
    """Somebody who reads nothing comes first; the story is told in steps, each of which the others have heard."""
    loop = asyncio.get_running_loop()
    await Member(run, EVA).enter()  # until the program listens
    sock = await enter_without_reading(run, CY)
    await asyncio.sleep(ADMIT_S + 0.1)
    ana, bo = await enter(run, ANA, BO)
    told, until = 0, loop.time() + 2.5
    while told < MOST and f"* {CY} leaves" not in bo.heard and loop.time() < until:
        text = f"part {told}"
        heard = await say_and_hear(ana, bo, f"{text} {'x' * PART}", 1.0)
        told += PART
        if not heard:
            run.note("held up", told)
            break
    run.note("told", told)
    left = f"* {CY} leaves" in bo.heard
    if left:
        rest, closed = await read_on(sock, 1.0)
        run.note("put out", [closed, len(rest)])
        run.note("went on", await say_and_hear(ana, bo, "the end", 0.5))
    elif told >= MOST:  # for the explanation: was nobody put out, or was nobody told of it?
        _, closed = await read_on(sock, 1.0)
        run.note("kept", not closed)


async def late(run: Run) -> None:
    """Somebody reads only after a while, and has less than BACKLOG bytes to catch up with."""
    await Member(run, EVA).enter()
    sock = await enter_without_reading(run, CY)
    await asyncio.sleep(ADMIT_S + 0.1)
    (ana,) = await enter(run, ANA)
    for number in range(LATE_PARTS):
        ana.say(f"part {number} {'x' * PART}")
    await asyncio.sleep(1.2)
    ana.say("the end")
    received = await read_until(sock, f"{ANA}: the end\n".encode(), 2.0)
    lines = received.decode(errors="replace").splitlines()
    run.note("lines", [line[:40] for line in lines if line.startswith(f"{ANA}: ")])


async def read_until(sock: socket.socket, end: bytes, within_s: float) -> bytes:
    loop, received = asyncio.get_running_loop(), bytearray()
    try:
        async with asyncio.timeout(within_s):
            while not received.endswith(end) and (data := await loop.sock_recv(sock, 65536)):
                received += data
    except (TimeoutError, OSError):
        pass
    return bytes(received)


async def stay(run: Run) -> None:
    """Members who stay until the room is closed; one of them reads nothing, one has not said a name."""
    await enter(run, ANA, BO)
    sock = await enter_without_reading(run, CY)
    stranger = Member(run, "stranger")
    stranger.reader, stranger.writer = await run.connect(run.port)
    stranger.listening = asyncio.create_task(stranger._listen())
    await asyncio.sleep(0.4)
    _, closed = await read_on(sock, 1.5)
    if closed:
        run.note("end", CY)
    try:
        await asyncio.get_running_loop().sock_connect(run.stream_socket(), ("127.0.0.1", run.port))
    except OSError:
        run.note("listens no more")


def evening(drive: Callable[[Run], Awaitable[None]]) -> Recipe:
    async def until_over(run: Run) -> None:
        await drive(run)
        # What one member has heard by now may still be on its way to another one, or be told a second time.
        await asyncio.sleep(0.3)
        run.note("over")
        run.stop()

    return record("serve", SERVER_PORT, world=room(), drive=until_over, clients=8, deadline_s=9.0, allow=("stop",))


def room() -> dict[str, object]:
    admit = double("admit", delay=ADMIT_S, reply=lambda name: name != TROLL)
    return {"admit": admit, "BACKLOG": BACKLOG, "LINE": LINE}


OPEN_S = 1.4

as_it_is = record(None)
quiet_evening = evening(quiet)
cut_off_lines = evening(cut_off)
names = evening(same_name)
vanished = evening(vanishing)
long_lines = evening(too_much)
deaf_member = evening(deaf)
late_reader = evening(late)
closed = record(
    "closing", double("wait", delay=lambda seconds: seconds), double("ended"), SERVER_PORT, OPEN_S,
    scenario=True, world=room(), drive=stay, clients=8, allow=("raise",),
)  # fmt: skip


def hung_up(run: Trace) -> list[str]:
    """Whose connections ended while the evening lasted: with the program, all of them end."""
    over = run.notes("over")[0].at
    return [note.value for note in run.notes("end") if note.at < over]


def heard(run: Trace, name: str) -> list[str]:
    return [note.value[1] for note in run.notes("heard") if note.value[0] == name]


def listed(items: Sequence[object]) -> str:
    return ", ".join(map(str, items)) or "nothing"


# --- checks ---------------------------------------------------------------------------------------------------------


@points(1, "everybody hears what the others say, and who joins and leaves", public=True)
def test_talk(as_it_is: Trace, quiet_evening: Trace) -> None:
    expected = [
        "bo hears: * dan joins",
        "bo hears: * ana joins",
        "bo hears: * dan leaves",
        "bo hears: * cy leaves",
        "bo hears: ana: good night",
        "bo has heard this many parts of the story: 160",
    ]
    assert as_it_is.lines == expected, f"expected {listed(expected)}; the program printed: {listed(as_it_is.lines)}"
    _quiet(quiet_evening, "the program prints its lines; but ")


@points(1, "on a quiet evening, all members hear the same in the same order")
def test_order(quiet_evening: Trace) -> None:
    _quiet(quiet_evening, "")
    ana, bo, cy = (heard(quiet_evening, name) for name in (ANA, BO, CY))
    for name, lines, others in ((ANA, ana, BO), (BO, bo, ANA)):
        told = [line for line in lines if line.startswith(f"{others}: ")]
        expected = [line for line in cy if line.startswith(f"{others}: ")]
        assert told == expected, f"{name} heard {listed(told)} of {others}; {CY} heard {listed(expected)}"
    assert f"* {CY} joins" in ana, f"{ANA} was not told that {CY} joins"
    assert not any(line.startswith((f"{ANA}: ", f"* {ANA} ")) for line in ana), (
        f"{ANA} heard her own lines: {listed(ana)}"
    )
    assert f"* {ANA} leaves" in bo, f"{BO} was not told that {ANA} leaves"


def _quiet(run: Trace, but: str) -> None:
    for letter, name in (("a", ANA), ("b", BO)):
        lines = [line for line in heard(run, CY) if line.startswith(f"{name}: ")]
        expected = [f"{name}: {letter}{number}" for number in range(20)]
        assert lines == expected, f"{but}{name} said {letter}0 to {letter}19; {CY} heard {listed(lines)}"
    leaves = heard(run, CY).count(f"* {ANA} leaves")
    assert leaves == 1, f"{but}{ANA} hung up; expected {CY} to be told once that she leaves; told {times(leaves)}"


@points(3, "a member who does not read holds up nobody")
def test_deaf(deaf_member: Trace) -> None:
    told = deaf_member.notes("told")
    assert told, "nobody could talk at all"
    assert not deaf_member.notes("held up"), (
        f"while {CY} did not read, {ANA} said something; {BO} did not hear it within 1 s "
        f"(until then, {told[0].value:,} bytes had been told)"
    )


@points(2, "the visit of a member ends when more than BACKLOG bytes wait", means="no-back-pressure")
def test_put_out(deaf_member: Trace) -> None:
    told = deaf_member.notes("told")
    out = deaf_member.notes("put out")
    assert out, (
        f"BACKLOG is {BACKLOG:,}; {CY} read nothing while {told[0].value if told else 0:,} bytes were told, "
        f"and {BO} was never told that {CY} leaves"
    )
    early = told[0].value
    assert early > BACKLOG, f"BACKLOG is {BACKLOG:,}; {CY} was put out when only {early:,} bytes had been told"
    closed, rest = out[0].value
    assert closed is True, f"{BO} was told that {CY} leaves; 1 s later, the connection of {CY} was still open"
    assert rest < early - BACKLOG / 2, (
        f"{CY} was put out when {early:,} bytes had been told, and still got {rest:,} of them: the connection was not "
        "closed at once"
    )
    leaves = heard(deaf_member, BO).count(f"* {CY} leaves")
    assert leaves == 1, f"expected {BO} to be told once that {CY} leaves; told {times(leaves)}"
    assert deaf_member.notes("went on")[0].value is True, f"after {CY} had been put out, {BO} no longer heard {ANA}"


@points(1, "a member who reads late, but not too late, gets every line")
def test_late(late_reader: Trace) -> None:
    notes = late_reader.notes("lines")
    lines = [" ".join(line.split(" ")[:3]) for line in notes[0].value] if notes else []
    expected = [*(f"{ANA}: part {number}" for number in range(LATE_PARTS)), f"{ANA}: the end"]
    assert lines == expected, (
        f"BACKLOG is {BACKLOG:,}; {CY} read nothing for 1.2 s, while {LATE_PARTS} lines of {PART:,} bytes were "
        f"said; expected {CY} to get them afterwards, and then 'the end'; got {counted(len(lines), 'line')}, the last "
        f"of them {lines[-1] if lines else 'none'!r}"
    )


@points(2, "a member whose connection breaks leaves, and the others stay")
def test_vanished(vanished: Trace) -> None:
    for name in (CY, DAN):
        leaves = heard(vanished, BO).count(f"* {name} leaves")
        assert leaves == 1, f"the connection of {name} broke; expected {BO} to be told once; told {times(leaves)}"
    through = [note.value for note in vanished.notes("went through")]
    assert through == [True] * 3, (
        f"after two connections had broken, {ANA} said three things; {BO} heard {through.count(True)} of them"
    )


@points(1, "a line that was cut off is neither a name nor a message")
def test_cut_off(cut_off_lines: Trace) -> None:
    lines = heard(cut_off_lines, BO)
    assert f"{ANA}: all of it" in lines, f"{ANA} said 'all of it'; {BO} heard {listed(lines)}"
    half = [line for line in lines if "half" in line]
    assert not half, f"{ANA} hung up in the middle of a line; {BO} heard {half[0]!r}"
    assert lines.count(f"* {ANA} leaves") == 1, f"{ANA} hung up in the middle of a line; {BO} heard {listed(lines)}"
    asked = [call.args[0] for call in cut_off_lines.calls("admit")]
    assert CY not in asked, f"a visitor hung up after {CY!r}, without an end of line; admit was asked about that name"
    others = [line for line in lines if line.startswith("*") and ANA not in line]
    assert not others, f"a visitor hung up in the middle of the name; {BO} was told {others[0]!r}"


@points(2, "of two visitors with the same name, only one is welcome")
def test_names(names: Trace) -> None:
    lines = [heard(names, f"{number}") for number in range(5)]
    welcome = [each[:1] for each in lines[:2]].count([f"welcome {ANA}"])
    assert welcome == 1, f"two visitors sent the name {ANA} at the same time; {welcome} of them were welcome"
    refused = [number for number, each in enumerate(lines) if each[:1] == ["refused"]]
    assert len(refused) == 3, (
        f"expected 'refused' for one of two called {ANA}, for a third one, and for {TROLL}, whom admit refuses; "
        f"they got: {'; '.join(listed(lines[number][:1]) for number in (0, 1, 3, 2))}"
    )
    ended = hung_up(names)
    assert all(f"{number}" in ended for number in refused), "a visitor was refused, but the connection stayed open"
    assert lines[4][:1] == [f"welcome {ANA}"], (
        f"{ANA} had left, and a visitor sent that name; expected 'welcome {ANA}', got {listed(lines[4][:1])}"
    )
    joins = heard(names, BO).count(f"* {ANA} joins")
    assert joins == 2, (
        f"two with the name {ANA} were welcome, one after the other; {BO} was told {times(joins)} that {ANA} joins"
    )


@points(1, "a line that is too long, or not UTF-8, ends its sender's visit")
def test_too_much(long_lines: Trace) -> None:
    for name, what in (
        (CY, f"{LINE * 4:,} bytes without an end of line (LINE is {LINE:,})"),
        (DAN, "a line not in UTF-8"),
    ):
        leaves = heard(long_lines, BO).count(f"* {name} leaves")
        assert leaves == 1, (
            f"{name} sent {what}; expected {BO} to be told once that {name} leaves; told {times(leaves)}"
        )
        assert name in hung_up(long_lines), f"{name} sent {what}, and stayed connected"
    assert [note.value for note in long_lines.notes("went through")] == [True], (
        f"after that, {BO} no longer heard {ANA}"
    )


@points(1, "when serve is cancelled, it closes all connections and ends")
def test_closed(closed: Trace) -> None:
    ended = closed.calls("ended")
    assert ended, f"serve was cancelled at {OPEN_S:g} s; 1 s later, it had not ended"
    assert ended[0].args[0] == "cancelled", (
        f"expected the cancellation to come out of serve; it ended with {ended[0].args[0]}"
    )
    took = ended[0].start - closed.calls("wait")[0].end
    assert took < 0.5, f"serve was cancelled, and ended {took:.2f} s later"
    gone = {note.value: note.at for note in closed.notes("end")}
    for name in (ANA, BO, CY, "stranger"):
        who = "a visitor who had not said a name" if name == "stranger" else name
        assert name in gone, f"serve was cancelled at {OPEN_S:g} s; 1 s later, the connection of {who} was still open"
        late = gone[name] - closed.calls("wait")[0].end
        assert late < 0.6, f"serve was cancelled; the connection of {who} was closed {late:.2f} s later"
        assert gone[name] > OPEN_S - 0.4, f"the connection of {who} was closed at {gone[name]:.2f} s, before that"
    assert closed.notes("listens no more"), "serve was cancelled, and visitors could still connect"
