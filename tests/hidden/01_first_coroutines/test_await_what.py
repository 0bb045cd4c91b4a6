"""await_what: what is asynchronous is awaited, what is not is called."""

from grader.suite import Trace, double, fresh, points, record

PARCELS = fresh.words(3)
GRAMS = {parcel: fresh.number(100, 9999) for parcel in PARCELS}
STAMPS = {parcel: fresh.token() for parcel in PARCELS}
# The slowest comes first: whoever logs in the order of completion logs in another order than that of the parcels.
TOOK = dict(zip(PARCELS, sorted(fresh.delays(3, 0.2, 0.6, 0.1), reverse=True), strict=True))

program = record(
    None,
    world={
        "PARCELS": PARCELS,
        "weigh": double("weigh", delay=TOOK.__getitem__, reply=GRAMS.__getitem__),
        "stamp": double("stamp", reply=lambda parcel, grams: STAMPS[parcel], blocking=True),  # noqa: ARG005
    },
)


@points(1, "every parcel is stamped once, with its own weight, after it was weighed")
def test_stamped(program: Trace) -> None:
    weighed = [call.args[0] for call in program.calls("weigh")]
    assert sorted(weighed) == sorted(PARCELS), (
        f"{len(PARCELS)} parcels should be weighed once each; weighed: {len(weighed)}"
    )
    stamped = [call.args[0] for call in program.calls("stamp")]
    assert sorted(stamped) == sorted(PARCELS), (
        f"{len(PARCELS)} parcels should be stamped once each; stamps: {len(stamped)}"
    )
    for parcel in PARCELS:
        weight = program.call("weigh", parcel)
        stamp = program.call("stamp", parcel, GRAMS[parcel])
        assert weight.end <= stamp.start, (
            f"{parcel} was stamped at {stamp.start:.2f} s; the scale had settled at {weight.end:.2f} s"
        )


@points(1, "the log has a line for each parcel, in order, and All sent at the end", means="wrong-order", public=True)
def test_log(program: Trace) -> None:
    log = [f"{parcel}: {GRAMS[parcel]} g, stamp {STAMPS[parcel]}" for parcel in PARCELS]
    assert program.lines == [*log, "All sent"]


@points(
    1, "All sent comes after the scale has settled for every parcel, and no later than that takes", means="leaked-task"
)
def test_time(program: Trace) -> None:
    assert max(TOOK.values()) - 0.1 < program.at("All sent") < sum(TOOK.values()) + 0.4
    assert program.elapsed < sum(TOOK.values()) + 0.5
