"""too_eager: every task is made before the first is awaited."""

import pytest
from doubles import double, timed

COMPANIES = ["find_flight", "find_room", "find_car"]


def test_as_it_is(exercise, capsys):
    _, took = timed(exercise.main())
    assert capsys.readouterr().out.splitlines() == [
        "A trip to Lisbon ...",
        "... flight TP 1351 to Lisbon, Hotel Lisbon, a car at Lisbon station",
    ]
    assert 0.5 < took < 1.0


@pytest.mark.parametrize("seconds", [(1.1, 0.9, 0.6), (0.3, 0.9, 0.6), (0.2, 0.4, 1.1)])
def test_trip(exercise, monkeypatch, seconds):
    asked = {}
    for name, delay in zip(COMPANIES, seconds, strict=True):
        company, asked[name] = double(delay, f"{name} in Oslo")
        monkeypatch.setattr(exercise, name, company)
    trip, took = timed(exercise.plan_trip("Oslo"))
    assert trip == [f"{name} in Oslo" for name in COMPANIES]
    assert all(calls.args == ["Oslo"] for calls in asked.values())
    assert max(seconds) - 0.1 < took < max(seconds) + 0.4
