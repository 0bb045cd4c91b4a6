"""first_wins: the first success is taken, the others are cancelled."""

import pytest
from doubles import double, single, timed

MIRRORS = ["lima", "oslo", "kyoto", "quito"]
SECONDS = {"lima": 1.0, "oslo": 0.8, "kyoto": 0.4, "quito": 1.3}


@pytest.fixture
def race(exercise, monkeypatch):
    def replace(raises=None):
        download, downloads = double(SECONDS.__getitem__, "archive of {}".format, raises)
        unpack, unpacked = double(0.6)
        monkeypatch.setattr(exercise, "MIRRORS", MIRRORS)
        monkeypatch.setattr(exercise, "download", download)
        monkeypatch.setattr(exercise, "unpack", unpack)
        return downloads, unpacked

    return replace


def test_as_it_is(exercise, capsys):
    _, took = timed(exercise.main())
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "osaka: complete"
    assert sorted(lines[1:4]) == ["frankfurt: stopped", "got the archive of osaka", "toronto: stopped"]
    assert lines[4:] == ["unpacked the archive of osaka"]
    assert took < 1.25


def test_winner(exercise, race):
    downloads, unpacked = race()
    timed(exercise.main())
    assert sorted(downloads.args) == sorted(MIRRORS)
    assert downloads.peak == len(MIRRORS)
    assert unpacked.args == ["archive of kyoto"]
    began = unpacked.made[0].start
    winner = downloads.made[downloads.args.index("kyoto")]
    assert 0 <= began - winner.end < 0.35
    for call in downloads.made:
        assert call.end <= began + 0.05, f"{call.args[0]} was not stopped"


@pytest.mark.parametrize("error", [ConnectionError, ConnectionRefusedError, ConnectionResetError])
def test_a_mirror_that_is_down(exercise, race, error):
    _, unpacked = race(lambda mirror: error("down") if mirror == "kyoto" else None)
    timed(exercise.main())
    assert unpacked.args == ["archive of oslo"]


def test_all_down(exercise, race):
    _, unpacked = race(ConnectionRefusedError)
    with pytest.raises(ConnectionError):
        timed(exercise.main())
    assert not unpacked.made


@pytest.mark.parametrize("error", [OSError("the disk is full"), TimeoutError("too slow"), ValueError("broken")])
def test_other_errors(exercise, race, error):
    race(lambda mirror: error if mirror == "kyoto" else None)
    with pytest.raises(BaseException) as raised:  # noqa: PT011
        timed(exercise.main())
    assert type(error) in [type(each) for each in single(raised.value)]
