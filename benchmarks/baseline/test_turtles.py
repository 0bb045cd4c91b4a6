"""turtles: two drivers that block, deep under coroutines."""

import re

import pytest
from doubles import blocking_double, longest_hold, timed

BEDS = ["fennel", "leek", "sorrel"]
# One bed is dry, one is half dry, and one needs no water. None is a whole number of percent.
RAW = {"fennel": 508, "leek": 219, "sorrel": 866}
SECONDS = {"fennel": 0.6, "leek": 0.8, "sorrel": 0.7}
VALVE_S = 0.6


@pytest.fixture
def drivers(exercise, monkeypatch):
    read_probe, probes = blocking_double(SECONDS.__getitem__, RAW.__getitem__)
    open_valve, valves = blocking_double(VALVE_S)
    monkeypatch.setattr(exercise, "BEDS", BEDS)
    monkeypatch.setattr(exercise, "read_probe", read_probe)
    monkeypatch.setattr(exercise, "open_valve", open_valve)
    return probes, valves


def test_tended(exercise, drivers, capsys):
    probes, valves = drivers
    _, took = timed(exercise.main())
    assert sorted(probes.args) == BEDS
    litres = {bed: max(0, (70 - raw // 10) // 10) for bed, raw in RAW.items()}
    assert sorted(call.args for call in valves.made) == sorted(litres.items())
    for probe in probes.made:
        assert probe.end <= valves.made[valves.args.index(probe.args[0])].start
    assert probes.peak == len(BEDS)
    assert valves.peak == len(BEDS)
    *reports, last = capsys.readouterr().out.splitlines()
    assert reports == [f"{bed} had {RAW[bed] // 10} %" for bed in BEDS]
    slowest = max(SECONDS.values()) + VALVE_S
    assert took < slowest + 0.5
    told = re.fullmatch(r"all beds tended in (\d+\.\d\d) s", last)
    assert told
    assert slowest - 0.1 < float(told[1]) < took + 0.1


@pytest.mark.usefixtures("drivers")
def test_loop_is_free(exercise):
    assert longest_hold(exercise.main()) < 0.45
