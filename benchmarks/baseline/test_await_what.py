"""await_what: what is asynchronous is awaited, what is not is called."""

from doubles import blocking_double, double

PARCELS = ["vase", "atlas", "kettle"]
GRAMS = {"vase": 1830, "atlas": 975, "kettle": 2210}
STAMPS = {"vase": "k41", "atlas": "m07", "kettle": "b93"}
# The slowest comes first: parcels that are weighed together never settle in their order.
SECONDS = {"vase": 0.5, "atlas": 0.35, "kettle": 0.2}


def test_desk(exercise, run_script, monkeypatch, capsys):
    weigh, weighed = double(SECONDS.__getitem__, GRAMS.__getitem__)
    stamp, stamped = blocking_double(reply=lambda parcel, _: STAMPS[parcel])
    monkeypatch.setattr(exercise, "PARCELS", PARCELS)
    monkeypatch.setattr(exercise, "weigh", weigh)
    monkeypatch.setattr(exercise, "stamp", stamp)
    took = run_script()
    assert sorted(weighed.args) == sorted(PARCELS)
    assert sorted(call.args for call in stamped.made) == sorted(GRAMS.items())
    log = [f"{parcel}: {GRAMS[parcel]} g, stamp {STAMPS[parcel]}" for parcel in PARCELS]
    assert capsys.readouterr().out.splitlines() == [*log, "All sent"]
    assert took < sum(SECONDS.values()) + 0.4
    for parcel, call in zip(stamped.args, stamped.made, strict=True):
        assert weighed.made[weighed.args.index(parcel)].end <= call.start


def test_as_it_is(run_script, capsys):
    took = run_script()
    assert capsys.readouterr().out.splitlines() == [
        "books: 2500 g, stamp 2500-books",
        "shoes: 2500 g, stamp 2500-shoes",
        "lamp: 2000 g, stamp 2000-lamp",
        "All sent",
    ]
    assert took < 1.6
