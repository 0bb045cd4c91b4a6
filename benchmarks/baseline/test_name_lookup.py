"""name_lookup: a resolver that blocks."""

import socket

import pytest
from doubles import blocking_double, longest_hold, single, timed

HOSTS = ["mail.aspen.example", "mail.hazel.example", "mail.larch.example", "mail.willow.example"]
UNKNOWN, INVALID = "mx.spruce.example", "mail..example"
# The first address is neither the lowest nor the highest, and the first answer is the slowest.
ADDRESSES = {host: [f"198.51.100.{number + n}" for number in (150, 100, 210)] for n, host in enumerate(HOSTS)}
SECONDS = dict(zip(HOSTS, [0.9, 0.6, 0.8, 0.7], strict=True))


def found(host, *_):
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 25)) for address in ADDRESSES.get(host, [])]


def missing(host, *_):
    if host == INVALID:
        return UnicodeError("label empty or too long")
    return None if host in ADDRESSES else socket.gaierror(-2, "Name or service not known")


@pytest.fixture
def lookups(exercise, monkeypatch):
    name_server, calls = blocking_double(lambda host, *_: SECONDS.get(host, 0.6), found, missing)
    monkeypatch.setattr(exercise, "name_server", name_server)
    monkeypatch.setattr(socket, "getaddrinfo", name_server)
    return calls


def test_queue(exercise, lookups, capsys):
    _, took = timed(exercise.main(HOSTS))
    expected = [f"looking up {len(HOSTS)} hosts", *(f"{host}: {ADDRESSES[host][0]}" for host in HOSTS)]
    assert capsys.readouterr().out.splitlines() == expected
    assert sorted(lookups.args) == sorted(HOSTS)
    assert {str(call.args[1]) for call in lookups.made} <= {"25", "smtp"}
    assert lookups.peak == len(HOSTS)
    assert took < max(SECONDS.values()) + 0.5


@pytest.mark.usefixtures("lookups")
def test_not_found(exercise, capsys):
    hosts = [HOSTS[1], UNKNOWN, HOSTS[0], HOSTS[1]]
    timed(exercise.main(hosts))
    results = [f"{host}: {ADDRESSES[host][0] if host in ADDRESSES else 'not found'}" for host in hosts]
    assert capsys.readouterr().out.splitlines() == ["looking up 4 hosts", *results]


@pytest.mark.usefixtures("lookups")
def test_other_errors(exercise):
    with pytest.raises(BaseException) as raised:  # noqa: PT011
        timed(exercise.main([HOSTS[0], INVALID]))
    assert [type(each) for each in single(raised.value)] == [UnicodeError]


def test_loop_is_free(exercise, lookups):
    held = longest_hold(exercise.main(HOSTS))
    assert len(lookups.made) == len(HOSTS)
    assert held < 0.45
