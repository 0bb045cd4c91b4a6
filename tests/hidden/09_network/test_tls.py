"""tls: a server is believed when its certificate says who it is, and nobody else learns anything."""

import asyncio
import ssl
import tempfile
from contextlib import suppress
from dataclasses import dataclass

from grader.suite import PORT, Recipe, Run, Seconds, Trace, double, fresh, points, read_all, record

LEAVE_ALONE: tuple[str, ...] = ("AUTHORITY", "LABORATORY", "laboratory", "main")

# Made by benchmarks/tls_certificates.py, and valid until 2120, but for two that must not be accepted for their dates.
# CLINIC is the authority; all the others are of servers, and have the same key.
CLINIC = """\
-----BEGIN CERTIFICATE-----
MIIBfDCCASKgAwIBAgIUAw88R0hq5FtYZWTQCrGp4VTm13gwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQQ2xpbmljIEF1dGhvcml0eTAgFw0yMDAx
MDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowGzEZMBcGA1UEAwwQQ2xpbmljIEF1dGhvcml0eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGf3
9OtzlM6u5xz3TwkRDfW0rQMiKMcYAyhSJg5nfhvVGIBxiIaYnPAWccp1QDkb5DoH3kj8FcxX7a0S8+l+8xqjQjBAMB0GA1UdDgQWBBTfEy/rHvMB
1B7yhXUy4ndFeQepxjAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBjAKBggqhkjOPQQDAgNIADBFAiEAguUhmeOGG/Mz80NucIZ0jNvV
/Qp2/qOhOXdKHOJMeoICICZhIQYElcz5O6fROlWC0JBSE2Tt69dN6YKn7D6uA405
-----END CERTIFICATE-----
"""
KEY = """\
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIB7D/pXv6O2+g78Z0il0TMWNJ845BSf2YeGNDZIj8mOSoAoGCCqGSM49AwEHoUQDQgAEhtdi1qfnaskkVQt6bJ0th2Ll35/Mk56Cx3WF
slr5dKqa06Rw/lSCTF7sqXQp/51vhw7/qttwNKcIP3Sb6J0/Fw==
-----END EC PRIVATE KEY-----
"""
RIGHT = """\
-----BEGIN CERTIFICATE-----
MIIB1TCCAXugAwIBAgIUAhyx9g6eL/wlJ4RE8UlaAJvUY7MwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQQ2xpbmljIEF1dGhvcml0eTAgFw0yMDAx
MDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFjEUMBIGA1UEAwwLbGFiLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASG12LWp+dq
ySRVC3psnS2HYuXfn8yTnoLHdYWyWvl0qprTpHD+VIJMXuypdCn/nW+HDv+q23A0pwg/dJvonT8Xo4GfMIGcMB0GA1UdDgQWBBQ/stwLn5hIj3R1
EKeXx/ZqUaeUOjBFBgNVHREEPjA8ggtsYWIuZXhhbXBsZYIMd2FyZC5leGFtcGxlgg14LXJheS5leGFtcGxlghBwaGFybWFjeS5leGFtcGxlMB8G
A1UdIwQYMBaAFN8TL+se8wHUHvKFdTLid0V5B6nGMBMGA1UdJQQMMAoGCCsGAQUFBwMBMAoGCCqGSM49BAMCA0gAMEUCIQD3NgxidTO9XzLKFY4Y
RdtwsWr1AmgILMfoZugU7vMoMAIgQ6Eqv+CchFPVl1bFV/K08fAEmv0TkbP2JWl2PYbToaE=
-----END CERTIFICATE-----
"""
ELSEWHERE = """\
-----BEGIN CERTIFICATE-----
MIIBrDCCAVKgAwIBAgIUDe9o9ACdgwnn+fOeGBMdq3ZvlOwwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQQ2xpbmljIEF1dGhvcml0eTAgFw0yMDAx
MDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowGjEYMBYGA1UEAwwPa2l0Y2hlbi5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhtdi
1qfnaskkVQt6bJ0th2Ll35/Mk56Cx3WFslr5dKqa06Rw/lSCTF7sqXQp/51vhw7/qttwNKcIP3Sb6J0/F6NzMHEwHQYDVR0OBBYEFD+y3AufmEiP
dHUQp5fH9mpRp5Q6MBoGA1UdEQQTMBGCD2tpdGNoZW4uZXhhbXBsZTAfBgNVHSMEGDAWgBTfEy/rHvMB1B7yhXUy4ndFeQepxjATBgNVHSUEDDAK
BggrBgEFBQcDATAKBggqhkjOPQQDAgNIADBFAiEAxj0wMcqWMHZb7N+M3H96kzSHryeNhySXYjCA97W4tAkCIF4oWAHy951Ng85pu6MdUhsduRFs
3B+YXxEtRbkswkTq
-----END CERTIFICATE-----
"""
EXPIRED = """\
-----BEGIN CERTIFICATE-----
MIIB1DCCAXmgAwIBAgIUfo+y83XROdCqkCyyOwF8cs4I0GIwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQQ2xpbmljIEF1dGhvcml0eTAeFw0yMDAx
MDEwMDAwMDBaFw0yMTAxMDEwMDAwMDBaMBYxFDASBgNVBAMMC2xhYi5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhtdi1qfnaskk
VQt6bJ0th2Ll35/Mk56Cx3WFslr5dKqa06Rw/lSCTF7sqXQp/51vhw7/qttwNKcIP3Sb6J0/F6OBnzCBnDAdBgNVHQ4EFgQUP7LcC5+YSI90dRCn
l8f2alGnlDowRQYDVR0RBD4wPIILbGFiLmV4YW1wbGWCDHdhcmQuZXhhbXBsZYINeC1yYXkuZXhhbXBsZYIQcGhhcm1hY3kuZXhhbXBsZTAfBgNV
HSMEGDAWgBTfEy/rHvMB1B7yhXUy4ndFeQepxjATBgNVHSUEDDAKBggrBgEFBQcDATAKBggqhkjOPQQDAgNJADBGAiEAnSiv28bhB+TrSowJgXYk
OWn5w9C4+hKEDAMkhf9WgKcCIQCNp39bgGZbxveQiiX7hGKZhv1Pk84rCbZ0bT9u1/rltg==
-----END CERTIFICATE-----
"""
EARLY = """\
-----BEGIN CERTIFICATE-----
MIIB1zCCAX2gAwIBAgIUagEKVAK3SzYtNQtd0GyuXfgx0pQwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQQ2xpbmljIEF1dGhvcml0eTAiGA8yMTEw
MDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAWMRQwEgYDVQQDDAtsYWIuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIbXYtan
52rJJFULemydLYdi5d+fzJOegsd1hbJa+XSqmtOkcP5Ugkxe7Kl0Kf+db4cO/6rbcDSnCD90m+idPxejgZ8wgZwwHQYDVR0OBBYEFD+y3AufmEiP
dHUQp5fH9mpRp5Q6MEUGA1UdEQQ+MDyCC2xhYi5leGFtcGxlggx3YXJkLmV4YW1wbGWCDXgtcmF5LmV4YW1wbGWCEHBoYXJtYWN5LmV4YW1wbGUw
HwYDVR0jBBgwFoAU3xMv6x7zAdQe8oV1MuJ3RXkHqcYwEwYDVR0lBAwwCgYIKwYBBQUHAwEwCgYIKoZIzj0EAwIDSAAwRQIgYVf/M2ymbhowa0Xy
qc9vvwy2GmDaceUeOqJ5xO+5384CIQCHDjrxN53nGuShWEg0esbI3nfde04A0mXdv+9LMs0T+Q==
-----END CERTIFICATE-----
"""
STRANGER = """\
-----BEGIN CERTIFICATE-----
MIIB1jCCAXugAwIBAgIULKKme5YUkR39dG3mu+0Kr+kOkqAwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQQ2xpbmljIEF1dGhvcml0eTAgFw0yMDAx
MDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFjEUMBIGA1UEAwwLbGFiLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASG12LWp+dq
ySRVC3psnS2HYuXfn8yTnoLHdYWyWvl0qprTpHD+VIJMXuypdCn/nW+HDv+q23A0pwg/dJvonT8Xo4GfMIGcMB0GA1UdDgQWBBQ/stwLn5hIj3R1
EKeXx/ZqUaeUOjBFBgNVHREEPjA8ggtsYWIuZXhhbXBsZYIMd2FyZC5leGFtcGxlgg14LXJheS5leGFtcGxlghBwaGFybWFjeS5leGFtcGxlMB8G
A1UdIwQYMBaAFNn59BN8MrA+YvOSgjj7N8XeF/hsMBMGA1UdJQQMMAoGCCsGAQUFBwMBMAoGCCqGSM49BAMCA0kAMEYCIQDQI61vzrkS58djHC6m
YFdV/j7/jm/V0zqjd5LgnlF2UAIhAIlSlTI5fEfIh6JQJRamXq1/+BWz/BedhlZLk8GKbdb/
-----END CERTIFICATE-----
"""
SELF_SIGNED = """\
-----BEGIN CERTIFICATE-----
MIIB0DCCAXagAwIBAgIUQRPCHFb7GXANRfJjXxK5uMtJ8W4wCgYIKoZIzj0EAwIwFjEUMBIGA1UEAwwLbGFiLmV4YW1wbGUwIBcNMjAwMTAxMDAw
MDAwWhgPMjEyMDAxMDEwMDAwMDBaMBYxFDASBgNVBAMMC2xhYi5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhtdi1qfnaskkVQt6
bJ0th2Ll35/Mk56Cx3WFslr5dKqa06Rw/lSCTF7sqXQp/51vhw7/qttwNKcIP3Sb6J0/F6OBnzCBnDAdBgNVHQ4EFgQUP7LcC5+YSI90dRCnl8f2
alGnlDowRQYDVR0RBD4wPIILbGFiLmV4YW1wbGWCDHdhcmQuZXhhbXBsZYINeC1yYXkuZXhhbXBsZYIQcGhhcm1hY3kuZXhhbXBsZTAfBgNVHSME
GDAWgBQ/stwLn5hIj3R1EKeXx/ZqUaeUOjATBgNVHSUEDDAKBggrBgEFBQcDATAKBggqhkjOPQQDAgNIADBFAiEAkhA7HumTX5P3vI13YJ14GJYm
CNtuSBtOud1xs2Mv4M4CIGy9GISTawyx61QJq2mXm5tX4iTy7OFSAhnMAnyz1K6y
-----END CERTIFICATE-----
"""

HOSTS = fresh.shuffled(["lab.example", "ward.example", "x-ray.example", "pharmacy.example"])
"""For each of these, RIGHT and most of the other certificates are made out."""
HOST, OTHER_HOST = HOSTS[:2]
PATIENT = f"{fresh.first_name()} Ñandú"
ANSWER = f"{PATIENT}: {fresh.token()} µg"
CANCELLED_S = 0.5


@dataclass(frozen=True)
class Server:
    """What a server does with each connection."""

    certificate: str = RIGHT
    """Without one, it speaks no TLS."""
    answer: str = f"{ANSWER}\n"
    """All that it answers, before it closes the connection; if it is empty, it stays silent."""
    greeting: str = ""

    async def serve(self, run: Run, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        run.note("connected")
        writer.write(self.greeting.encode())
        line = await reader.readline()
        run.note("got", line.decode(errors="replace"))
        if self.answer and line:
            # In two pieces, as over any stream.
            writer.write(self.answer[:4].encode())
            await asyncio.sleep(0.05)
            writer.write(self.answer[4:].encode())
            if not self.answer.endswith("\n"):
                writer.close()
        with suppress(OSError):
            await read_all(reader)
        run.note("hung up")
        writer.close()

    async def drive(self, run: Run) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(OSError):
                await self.serve(run, reader, writer)

        context = _context(self.certificate) if self.certificate else None
        async with await asyncio.start_server(serve, sock=run.listener, ssl=context) as server:
            await server.serve_forever()


def _context(certificate: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(certificate + KEY)
        file.flush()
        context.load_cert_chain(file.name)
    return context


def asks(server: Server, host: str = HOST) -> Recipe:
    return record(
        "ask", PORT, host, PATIENT, world={"AUTHORITY": CLINIC}, listen=True, drive=server.drive, allow=("raise",)
    )  # fmt: skip


WAIT = double("wait", delay=lambda seconds: seconds)


def stays(target: str, server: Server, *more: float) -> Recipe:
    return record(
        target, WAIT, PORT, HOST, PATIENT, *more,
        scenario=True, world={"AUTHORITY": CLINIC}, listen=True, drive=server.drive,
    )  # fmt: skip


as_it_is = record(None)
right = asks(Server())
other_host = asks(Server(), OTHER_HOST)
stranger = asks(Server(STRANGER))
self_signed = asks(Server(SELF_SIGNED))
elsewhere = asks(Server(ELSEWHERE))
part_of_name = asks(Server(), HOST[1:])
expired = asks(Server(EXPIRED))
early = asks(Server(EARLY))
plain = asks(Server("", greeting="220 welcome\r\n"))
cut_off = asks(Server(answer=ANSWER))
answered = stays("ask_and_stay", Server())
refused = stays("ask_and_stay", Server(STRANGER))
off_in_answer = stays("called_off", Server(answer=""), CANCELLED_S)
off_in_handshake = stays("called_off", Server("", answer=""), CANCELLED_S)


@points(1, "the program is answered by the laboratory, and refuses another host", means="unverified-peer", public=True)
def test_program(as_it_is: Trace, right: Trace) -> None:
    expected = ["lab.example: Ann Lee is well", "pharmacy.example: the certificate is not for this host"]
    printed = " / ".join(as_it_is.lines) or "nothing"
    assert as_it_is.lines == expected, f"expected {' / '.join(expected)}; the program printed {printed}"
    assert right.returned == ANSWER, "your laboratory is asked; but with another authority, the answer was not returned"


@points(1, "a server with the authority's certificate for this host is asked")
def test_right(right: Trace, other_host: Trace) -> None:
    for trace, host in ((right, HOST), (other_host, OTHER_HOST)):
        got = [str(note.value) for note in trace.notes("got")]
        assert f"{PATIENT}\n" in got, (
            f"the server had a certificate of AUTHORITY for {host}: expected it to be sent {PATIENT!r}, as a line; "
            + (f"it got {got[0]!r}" if got else f"ask {_ended(trace)}")
        )
        assert trace.returned == ANSWER, (
            f"the server had a certificate of AUTHORITY for {host}, and answered {ANSWER!r}; ask {_ended(trace)}"
        )


@points(2, "only the authority is trusted", means="unverified-peer")
def test_authority(right: Trace, stranger: Trace, self_signed: Trace) -> None:
    for trace, whose in (
        (stranger, "by another authority, which has the name of yours"),
        (self_signed, "by the server itself"),
    ):
        _refused(trace, f"the server had a certificate for {HOST} that was signed {whose}")
    _asked(right)


@points(2, "a certificate is accepted for its own hosts only", means="unverified-peer")
def test_host(right: Trace, elsewhere: Trace, part_of_name: Trace) -> None:
    _refused(elsewhere, f"ask was called for {HOST}, and the server had a certificate for kitchen.example")
    _refused(part_of_name, f"ask was called for {HOST[1:]}, and the server had a certificate for {HOST}")
    _asked(right)


@points(1, "a certificate is accepted only while it is valid", means="unverified-peer")
def test_valid(right: Trace, expired: Trace, early: Trace) -> None:
    _refused(expired, "the server had a certificate that had expired")
    _refused(early, "the server had a certificate that is not valid yet")
    _asked(right)


@points(1, "a server that does not speak TLS learns nothing")
def test_plain(right: Trace, plain: Trace) -> None:
    when = "the server did not speak TLS"
    _told_nothing(plain, when)
    raised = plain.raised.type if plain.raised else ""
    assert raised == "SSLError", f"{when}: expected an SSLError to come out of ask; ask {_ended(plain)}"
    _asked(right)


@points(1, "an answer that was cut off is not returned")
def test_cut_off(right: Trace, cut_off: Trace) -> None:
    raised = cut_off.raised.type if cut_off.raised else ""
    assert raised == "IncompleteReadError", (
        f"the server closed the connection before the line of its answer was complete: expected an "
        f"IncompleteReadError to come out of ask; ask {_ended(cut_off)}"
    )
    assert right.returned == ANSWER, f"the line of the answer was complete; ask {_ended(right)}"


@points(1, "when ask has ended or was cancelled, its connection is closed", means="swallowed-cancellation")
def test_closed(answered: Trace, refused: Trace, off_in_answer: Trace, off_in_handshake: Trace) -> None:
    for trace, when in ((answered, "ask had got its answer"), (refused, "ask had refused the server")):
        if trace is answered or trace.notes("connected"):
            _closed(trace, trace.notes("ended")[0].at, when)
    for trace, when in (
        (off_in_answer, "ask was cancelled while it waited for the answer"),
        (off_in_handshake, "ask was cancelled while it waited for the server to begin with TLS"),
    ):
        cancel, end = trace.notes("cancel")[0].at, trace.notes("ended")[0]
        assert end.value == "was cancelled", f"{when}: expected a CancelledError; it {end.value}"
        late = end.at - cancel
        assert late < 0.35, f"{when}, and ended {late:.2f} s later"
        _closed(trace, end.at, when)


def _refused(trace: Trace, when: str) -> None:
    _told_nothing(trace, when)
    raised = trace.raised.type if trace.raised else ""
    assert raised == "SSLCertVerificationError", (
        f"{when}: expected an SSLCertVerificationError to come out of ask; ask {_ended(trace)}"
    )


def _told_nothing(trace: Trace, when: str) -> None:
    told = [str(note.value) for note in trace.notes("got") if PATIENT in str(note.value)]
    assert not told, f"{when}: expected that nothing is sent to it; it was sent {told[0]!r}"


def _asked(right: Trace) -> None:
    """Somebody who never asks gets nothing for not asking the wrong ones."""
    assert right.returned == ANSWER, (
        f"servers whose certificates are wrong were refused, but so was one with the right certificate: "
        f"ask {_ended(right)}"
    )


def _closed(trace: Trace, since: Seconds, when: str) -> None:
    hung_up = trace.notes("hung up")
    assert trace.notes("connected"), f"{when}; the server had not been connected to"
    assert hung_up, f"{when}; 0.8 s later, its connection was still open"
    late = hung_up[-1].at - since
    assert late < 0.4, f"{when}, and its connection was closed {late:.2f} s later"


def _ended(trace: Trace) -> str:
    return f"raised {trace.raised.type}" if trace.raised else f"returned {trace.returned!r}"
