"""one_by_one: a comprehension that awaits asks one branch after the other."""

import asyncio

from doubles import double, timed

BRANCHES = ["airport", "old town", "north", "south", "castle"]
# An empty shelf, and two shelves alike.
PACKS = {"airport": 81, "old town": 0, "north": 47, "south": 47, "castle": 23}
SECONDS = {"airport": 0.95, "old town": 0.2, "north": 0.4, "south": 0.3, "castle": 0.5}


def test_as_it_is(exercise, capsys):
    _, took = timed(exercise.main())
    assert capsys.readouterr().out.splitlines() == ["harbour has 3", "market has 0", "station has 12", "hospital has 7"]
    assert 0.4 < took < 1.0


def test_stock(exercise, monkeypatch):
    packs_in, asked = double(SECONDS.__getitem__, PACKS.__getitem__)
    monkeypatch.setattr(exercise, "packs_in", packs_in)
    stock, took = timed(exercise.stock_of(BRANCHES))
    assert stock == PACKS
    assert sorted(asked.args) == sorted(BRANCHES)
    assert 0.85 < took < 0.95 + 0.45


def test_nobody(exercise):
    assert asyncio.run(exercise.stock_of([])) == {}


def test_many(exercise, monkeypatch):
    packs_in, asked = double(0.5, 5)
    monkeypatch.setattr(exercise, "packs_in", packs_in)
    branches = [f"branch {number}" for number in range(120)]
    stock, took = timed(exercise.stock_of(branches))
    assert stock == dict.fromkeys(branches, 5)
    assert asked.peak == len(branches)
    assert took < 1.0
