"""turtles: two drivers that block, deep under coroutines."""

from itertools import pairwise

from grader.suite import Span, Trace, double, fresh, points, record

BEDS = fresh.words(3)
RAW = {bed: 10 * fresh.number(5, 65) for bed in BEDS}
READING = {bed: raw // 10 for bed, raw in RAW.items()}
PROBE_S = dict(zip(BEDS, fresh.shuffled([0.4, 0.5, 0.6]), strict=True))

WORLD = {
    "BEDS": BEDS,
    "read_probe": double("read_probe", delay=lambda bed: PROBE_S[bed], reply=lambda bed: RAW[bed], blocking=True),
    "open_valve": double("open_valve", delay=0.5, blocking=True),
}

tended = record("main", world=WORLD)
beside = record("beside", double("tick"), world=WORLD, scenario=True)


def given(span: Span, *names: str) -> dict[str, object]:
    """The arguments of a call by their names, however it passed them."""
    return dict(zip(names, span.args, strict=False)) | span.kwargs


@points(1, "every bed is watered by its own reading")
def test_watered(tended: Trace) -> None:
    probes = {given(span, "bed")["bed"]: span for span in tended.calls("read_probe")}
    valves = {given(span, "bed")["bed"]: span for span in tended.calls("open_valve")}
    for bed in BEDS:
        assert bed in probes, f"the probe of {bed} was not read"
        assert bed in valves, f"the valve of {bed} was not opened"
        probe, valve = probes[bed], valves[bed]
        litres, expected = given(valve, "bed", "litres")["litres"], max(0, (70 - READING[bed]) // 10)
        assert litres == expected, f"{bed} had {READING[bed]} %, which makes {expected} litres; it got {litres}"
        assert probe.end <= valve.start, f"the valve of {bed} opened before its probe was read"
    assert len(tended.calls()) == 2 * len(BEDS), (
        f"expected one probe and one valve a bed, got {len(tended.calls())} calls"
    )


@points(1, "the readings are printed in the order of the beds")
def test_lines(tended: Trace) -> None:
    reports = [line for line in tended.lines if " had " in line]
    assert reports == [f"{bed} had {READING[bed]} %" for bed in BEDS]


@points(1, "the probes are read at the same time", means="sequential-await")
def test_probes(tended: Trace) -> None:
    peak = tended.peak("read_probe")
    assert peak == len(BEDS), f"expected {len(BEDS)} probes to be read at once, but it was {peak} at most"


@points(1, "the valves are open at the same time", means="sequential-await")
def test_valves(tended: Trace) -> None:
    peak = tended.peak("open_valve")
    assert peak == len(BEDS), f"expected {len(BEDS)} valves to be open at once, but it was {peak} at most"


@points(1, "all beds are tended in under 1.6 s", public=True)
def test_time(tended: Trace) -> None:
    missing = [bed for bed in BEDS if bed not in [given(valve, "bed")["bed"] for valve in tended.calls("open_valve")]]
    assert not missing, f"it took {tended.elapsed:.2f} s, but the valve of {', '.join(missing)} was not opened"
    assert tended.elapsed < 1.6


@points(1, "the event loop is free while drivers wait")
def test_loop(beside: Trace) -> None:
    moments = [*(tick.start for tick in beside.calls("tick")), beside.elapsed]
    held = max(later - earlier for earlier, later in pairwise(moments))
    assert held < 0.35, f"another task on the loop, due every 0.1 s, had to wait for {held:.2f} s"
