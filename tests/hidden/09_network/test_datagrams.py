"""datagrams: an answer is told by its number; datagrams get lost, come twice, late, in any order and from anybody."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from grader.suite import SERVER_PORT, Event, Run, Trace, counted, double, fresh, points, record, times

LEAVE_ALONE: tuple[str, ...] = ("RESEND", "TRIES", "TEMPERATURES", "LOST", "Greenhouse", "main")

RESEND, TRIES = 0.7, 3
NO_ANSWER = "no answer"
SLOW, QUICK, TWICE, CHANGED, LOST, LATE, SILENT, NOISY, SPOOFED = BEDS = fresh.words(9)
DEGREES = fresh.shuffled(f"{each / 10}" for each in range(105, 395, 10))
RIGHT = dict(zip(BEDS, DEGREES, strict=False)) | {SILENT: NO_ANSWER}
OTHER = dict(zip(BEDS, DEGREES[len(BEDS) :], strict=False))
"""Temperatures in datagrams that have to be ignored."""

Answers = Mapping[str, Sequence[Sequence[tuple[float, str]]]]
STRANGER = "stranger"
"""An answer that begins like this is sent from another address."""

ANSWERS: Answers = {
    # For the first, second, third datagram about a bed. {n} stands for its number. The first to be asked are not the
    # first to be answered.
    SLOW: [[(0.5, f"{{n}} {RIGHT[SLOW]}")]],
    QUICK: [[(0.05, f"{{n}} {RIGHT[QUICK]}")]],
    TWICE: [[(0.2, f"{{n}} {RIGHT[TWICE]}"), (0.25, f"{{n}} {RIGHT[TWICE]}")]],
    CHANGED: [[(0.15, f"{{n}} {RIGHT[CHANGED]}"), (0.3, f"{{n}} {OTHER[CHANGED]}")]],
    LOST: [[], [(0.1, f"{{n}} {RIGHT[LOST]}")]],
    # The answer to the first datagram comes after the second was sent, and before it is answered.
    LATE: [[(RESEND + 0.3, f"{{n}} {RIGHT[LATE]}")], [(0.5, f"{{n}} {OTHER[LATE]}")]],
    SILENT: [],
    NOISY: [
        [
            (0.05, ""), (0.1, "frost"), (0.1, "{n}"), (0.15, f"77{{n}}77 {OTHER[NOISY]}"), (0.15, f"x {OTHER[NOISY]}"),
            (0.2, "\udcff \udcfe"), (0.2, f"{{n}} {OTHER[NOISY]} {OTHER[NOISY]}"), (0.4, f"{{n}} {RIGHT[NOISY]}"),
        ]
    ],
    SPOOFED: [[(0.1, f"{STRANGER} {{n}} {OTHER[SPOOFED]}"), (0.4, f"{{n}} {RIGHT[SPOOFED]}")]],
}  # fmt: skip
ASKED = dict.fromkeys(BEDS, 1) | {LOST: 2, LATE: 2, SILENT: TRIES}


def sensors(answers: Answers, after_s: float = 0.0) -> Callable[[Run], Awaitable[None]]:
    """The sensors: they note what they are asked, and in the end how many sockets still listen to them.

    ``after_s``: how long nobody listens at their port at first.
    """

    async def run_sensors(run: Run) -> None:
        loop = asyncio.get_running_loop()
        sock, stranger = run.datagram_socket(), run.datagram_socket()
        stranger.bind(("127.0.0.1", 0))
        if after_s:
            run.touch("ready")
            await asyncio.sleep(after_s)
        sock.bind(("127.0.0.1", run.port))
        run.touch("ready")
        asked: Counter[str] = Counter()
        askers: set[Any] = set()

        def send(text: str, address: Any) -> None:
            sender = stranger if text.startswith(STRANGER) else sock
            with contextlib.suppress(OSError):
                sender.sendto(text.removeprefix(f"{STRANGER} ").encode(errors="surrogateescape"), address)

        async def listen() -> None:
            while True:
                data, address = await loop.sock_recvfrom(sock, 1000)
                number, _, bed = data.decode(errors="replace").partition(" ")
                run.note("asked", [number, bed])
                askers.add(address)
                planned = answers.get(bed, [])
                for seconds, text in planned[asked[bed]] if asked[bed] < len(planned) else []:
                    loop.call_later(seconds, send, text.format(n=number), address)
                asked[bed] += 1

        listening = asyncio.create_task(listen())
        await run.line("measured")
        await asyncio.sleep(0.2)
        listening.cancel()
        await asyncio.wait([listening])
        run.note("open", sum([_is_open(sock, address) for address in askers]))

    return run_sensors


def _is_open(sock: socket.socket, address: Any) -> bool:
    """Whether a socket of the program's still takes what the sensors send: the system refuses it when nobody does."""
    try:
        sock.connect(address)
        sock.send(b"anybody there?")
        sock.recv(1000)
    except ConnectionRefusedError:
        return False
    except BlockingIOError:
        return True
    return True


WAIT = double("wait", delay=lambda seconds: seconds)

as_it_is = record(None)
morning = record(
    "morning", WAIT, SERVER_PORT, BEDS, scenario=True, world={"RESEND": RESEND, "TRIES": TRIES},
    datagrams=2, drive=sensors(ANSWERS), deadline_s=7.0,
)  # fmt: skip
called_off = record(
    "called_off", WAIT, SERVER_PORT, [SILENT, LOST], 0.4, scenario=True, world={"RESEND": RESEND, "TRIES": TRIES},
    datagrams=2, drive=sensors(ANSWERS),
)  # fmt: skip
# All answer soon, and RESEND is long.
warm = record(
    "morning", WAIT, SERVER_PORT, [QUICK, TWICE], scenario=True, world={"RESEND": 1.5, "TRIES": TRIES},
    datagrams=2, drive=sensors(ANSWERS),
)  # fmt: skip
# Nobody listens at this port until the first datagrams have been refused.
restarted = record(
    "morning", WAIT, SERVER_PORT, [QUICK, TWICE], scenario=True, world={"RESEND": 1.0, "TRIES": TRIES},
    datagrams=2, drive=sensors(ANSWERS, after_s=0.5),
)  # fmt: skip
# Nobody listens at this port.
deserted = record("measure", 1, BEDS[:2], world={"RESEND": 0.2, "TRIES": 2})


def asked(run: Trace, bed: str) -> list[Event]:
    return [note for note in run.notes("asked") if note.value[1] == bed]


def measured(run: Trace, *beds: str) -> None:
    """Check what measure returned for these beds."""
    assert isinstance(run.returned, list), f"expected measure to return a list; it returned {run.returned!r}"
    assert len(run.returned) == len(BEDS), (
        f"expected {counted(len(BEDS), 'temperature')}; measure returned {len(run.returned)}"
    )
    whose = {degrees: bed for bed, degrees in RIGHT.items()}
    for bed in beds:
        got = run.returned[BEDS.index(bed)]
        owner = whose.get(str(got), bed)
        assert owner == bed, f"expected {RIGHT[bed]} for {bed}; measure returned {got}, which is for {owner}"
        assert got == RIGHT[bed], f"expected {RIGHT[bed]} for {bed}; measure returned {got}"


@points(1, "the program shows three temperatures, after one repeated question", public=True)
def test_program(as_it_is: Trace, morning: Trace) -> None:
    assert as_it_is.lines == ["lettuce: 14.5", "tomatoes: 23.0", "peppers: 26.5"]
    assert 0.3 < as_it_is.elapsed < 1.0
    measured(morning, LOST)


@points(2, "each bed has the temperature that came with its number", means="lost-datagram")
def test_own(morning: Trace) -> None:
    measured(morning, SLOW, QUICK, TWICE, CHANGED)


@points(1, "all beds are asked about at once, each with a different number")
def test_at_once(morning: Trace) -> None:
    begins = morning.notes("begins")[0].at
    numbers: dict[str, str] = {}
    for bed in BEDS:
        questions = asked(morning, bed)
        assert questions, f"expected a datagram 'NUMBER {bed}'; none came"
        late = questions[0].at - begins
        assert late < 0.4, f"expected a datagram about {bed} at once; it came after {late:.2f} s"
        number = questions[0].value[0]
        assert number not in numbers, f"the datagrams about {bed} and {numbers[number]} have the same number, {number}"
        numbers[number] = bed


@points(2, "an unanswered question is sent again after RESEND, TRIES times in all")
def test_again(morning: Trace) -> None:
    for bed in (LOST, SILENT):
        questions = asked(morning, bed)
        assert len(questions) == ASKED[bed], (
            f"expected {counted(ASKED[bed], 'datagram')} about {bed}, which is "
            f"{'never answered' if bed == SILENT else 'answered the second time'}; "
            f"{counted(len(questions), 'datagram')} came"
        )
        assert len({note.value[0] for note in questions}) == 1, f"the datagrams about {bed} have different numbers"
        for earlier, later in pairwise(questions):
            pause = later.at - earlier.at
            assert RESEND - 0.4 < pause < RESEND + 0.4, (
                f"RESEND is {RESEND} s: the datagram about {bed} was sent again after {pause:.2f} s"
            )
    for bed in (QUICK, TWICE, CHANGED):
        number = len(asked(morning, bed))
        assert number == 1, f"{bed} was answered before RESEND had passed; there were {counted(number, 'datagram')}"


@points(1, "RESEND seconds after the last try, a bed has no answer")
def test_no_answer(morning: Trace) -> None:
    measured(morning, SILENT)
    took = morning.notes("ended")[0].at - morning.notes("begins")[0].at
    assert RESEND * TRIES - 0.4 < took < RESEND * TRIES + 0.4, (
        f"{SILENT} never answers: expected measure to take {RESEND * TRIES:.1f} s; it took {took:.2f} s"
    )


@points(1, "measure returns as soon as no question is open")
def test_soon(warm: Trace) -> None:
    assert warm.returned == [RIGHT[QUICK], RIGHT[TWICE]], (
        f"expected {RIGHT[QUICK]} and {RIGHT[TWICE]}; measure returned {warm.returned}"
    )
    took = warm.notes("ended")[0].at - warm.notes("begins")[0].at
    assert took < 0.7, (
        f"when RESEND is 1.5 s and all beds have answered after 0.2 s: measure returned after {took:.2f} s"
    )


@points(1, "a late answer to an earlier datagram counts")
def test_late(morning: Trace) -> None:
    measured(morning, LATE)
    number = len(asked(morning, LATE))
    assert number == 2, (
        f"the answer about {LATE} came {RESEND + 0.3:.1f} s after the first datagram: expected 2 datagrams; "
        f"{counted(number, 'datagram')} came"
    )


@points(1, "datagrams that answer no question are ignored, without an error")
def test_noise(morning: Trace) -> None:
    measured(morning, NOISY)
    number = len(asked(morning, NOISY))
    assert number == 1, f"{NOISY} was asked about {times(number)}; expected once"
    # What leaves datagram_received is reported by the event loop.
    errors = [line for line in morning.stderr.splitlines() if re.match(r"[\w.]*(Error|Exception)\b", line)]
    assert not errors, (
        f"a datagram answered no question, or one that was answered already: expected no error; got {errors[0]}"
    )


@points(1, "datagrams from another address are ignored")
def test_stranger(morning: Trace) -> None:
    measured(morning, SPOOFED)


@points(1, "when nobody listens, the tries go on, and at last there is no answer")
def test_deserted(deserted: Trace, morning: Trace, restarted: Trace) -> None:
    assert deserted.returned == [NO_ANSWER, NO_ANSWER], (
        f"nobody listens at the port: expected no answer for both beds; measure returned {deserted.returned}"
    )
    assert len(asked(morning, SILENT)) > 1, f"{SILENT} never answers, and was asked about only once"
    assert restarted.returned == [RIGHT[QUICK], RIGHT[TWICE]], (
        f"nobody listened at the port for 0.5 s, and then the sensors did (RESEND is 1 s): expected {RIGHT[QUICK]} "
        f"and {RIGHT[TWICE]}; measure returned {restarted.returned}"
    )


@points(1, "a cancelled measure ends at once, and the socket is always closed")
def test_closed(morning: Trace, called_off: Trace) -> None:
    ended = called_off.notes("ended")[0]
    assert ended.value == "was cancelled", f"expected a cancelled measure to raise CancelledError; it {ended.value}"
    late = ended.at - called_off.notes("cancel")[0].at
    assert late < 0.35, f"measure was cancelled and ended {late:.2f} s later; expected that at once"
    for run, end in ((morning, "returned"), (called_off, "was cancelled")):
        assert run.notes("asked"), "no datagram came"
        left = run.notes("open")[0].value if run.notes("open") else 0
        assert left == 0, f"0.2 s after measure {end}, its socket was still open"
    number = len(asked(called_off, SILENT))
    assert number == 1, f"measure was cancelled at 0.4 s, but {SILENT} was asked about {times(number)}"
