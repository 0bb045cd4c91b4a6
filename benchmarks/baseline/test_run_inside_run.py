"""run_inside_run: one loop, on which all trains are asked about together."""

from doubles import double

TRAINS = ["IC 60", "RB 21", "EC 7", "S 42", "RE 13"]
MINUTES = {"IC 60": 12, "RB 21": 0, "EC 7": 95, "S 42": 0, "RE 13": 1}
# The slowest comes first: a board that is filled as the answers arrive is not in the order of the trains.
SECONDS = {"IC 60": 0.9, "RB 21": 0.7, "EC 7": 0.5, "S 42": 0.35, "RE 13": 0.2}


def test_board(exercise, run_script, monkeypatch, capsys):
    ask_control, asked = double(SECONDS.__getitem__, MINUTES.__getitem__)
    monkeypatch.setattr(exercise, "TRAINS", TRAINS)
    monkeypatch.setattr(exercise, "ask_control", ask_control)
    took = run_script()
    assert sorted(asked.args) == sorted(TRAINS)
    assert asked.peak == len(TRAINS)
    late = {train: f"{minutes} min late" if minutes else "on time" for train, minutes in MINUTES.items()}
    assert capsys.readouterr().out.splitlines() == [f"{train}: {late[train]}" for train in TRAINS]
    assert took < max(SECONDS.values()) + 0.5


def test_as_it_is(run_script, capsys):
    took = run_script()
    assert capsys.readouterr().out.splitlines() == ["ICE 577: 7 min late", "RE 4: on time", "S 1: 3 min late"]
    assert took < 1.1
