"""as_they_finish: each result is shown when it is known."""

import time

from doubles import double, timed

STATIONS = ["museum", "bakery", "harbour", "library"]
VOTES = {"museum": 250, "bakery": 0, "harbour": 250, "library": 713}
SECONDS = {"museum": 1.3, "bakery": 0.65, "harbour": 0.3, "library": 1.0}


def test_as_it_is(exercise, capsys):
    _, took = timed(exercise.election_night(list(exercise.VOTES)))
    assert capsys.readouterr().out.splitlines() == [
        "library 120, sum 120",
        "school 310, sum 430",
        "theatre 455, sum 885",
        "town hall 640, sum 1525",
        "all counted: 1525",
    ]
    assert took < 1.8


def test_as_soon_as_known(exercise, monkeypatch):
    count, counted = double(SECONDS.__getitem__, VOTES.__getitem__)
    shown = []
    monkeypatch.setattr(exercise, "count", count)
    monkeypatch.setattr("builtins.print", lambda *args, **_: shown.append((time.monotonic(), " ".join(map(str, args)))))
    timed(exercise.election_night(STATIONS))
    lines = [line for _, line in shown]
    assert lines == [
        "harbour 250, sum 250",
        "bakery 0, sum 250",
        "library 713, sum 963",
        "museum 250, sum 1213",
        "all counted: 1213",
    ]
    ends = sorted(call.end for call in counted.made)
    assert len(ends) == len(STATIONS)
    for (at, line), end in zip(shown, [*ends, ends[-1]], strict=True):
        assert 0 <= at - end < 0.25, line


def test_many(exercise, monkeypatch, capsys):
    count, counted = double(0.5, 3)
    monkeypatch.setattr(exercise, "count", count)
    stations = [f"station {number}" for number in range(75)]
    _, took = timed(exercise.election_night(stations))
    assert sorted(counted.args) == sorted(stations)
    assert counted.peak == len(stations)
    assert capsys.readouterr().out.splitlines()[-1] == "all counted: 225"
    assert took < 1.0
