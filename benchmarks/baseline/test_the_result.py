"""the_result: what a coroutine returns is had by awaiting it."""

from doubles import double

GUESTS = ["Dora", "Emil", "Finn", "Greta"]
LISTED = {"Dora", "Greta"}
SEATS = {"Dora": "17F", "Greta": "2B"}
SECONDS = {"Dora": 0.4, "Emil": 0.3, "Finn": 0.2, "Greta": 0.25}


def test_door(exercise, run_script, monkeypatch, capsys):
    on_the_list, asked = double(SECONDS.__getitem__, LISTED.__contains__)
    take_seat, taken = double(0.1, lambda guest: SEATS.get(guest, "none"))
    monkeypatch.setattr(exercise, "GUESTS", GUESTS)
    monkeypatch.setattr(exercise, "on_the_list", on_the_list)
    monkeypatch.setattr(exercise, "take_seat", take_seat)
    took = run_script()
    assert sorted(asked.args) == sorted(GUESTS)
    assert sorted(taken.args) == sorted(LISTED)
    for call in taken.made:
        assert asked.made[asked.args.index(call.args[0])].end <= call.start
    told = [
        f"{guest}: come in, seat {SEATS[guest]}" if guest in LISTED else f"{guest}: not on the list" for guest in GUESTS
    ]
    assert capsys.readouterr().out.splitlines() == told
    assert took < sum(SECONDS.values()) + 0.1 * len(LISTED) + 0.4


def test_as_it_is(run_script, capsys):
    took = run_script()
    assert capsys.readouterr().out.splitlines() == [
        "Ada: come in, seat 3A",
        "Bob: not on the list",
        "Cleo: come in, seat 4C",
    ]
    assert took < 1.7
