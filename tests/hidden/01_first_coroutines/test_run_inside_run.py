"""run_inside_run: one loop, on which all trains are asked about together."""

from grader.suite import Trace, double, fresh, points, record

TRAINS = fresh.words(4)
PUNCTUAL = fresh.shuffled(TRAINS)[0]
MINUTES = {train: 0 if train == PUNCTUAL else fresh.number(2, 59) for train in TRAINS}
# Slower than in the program, for those who know by heart how long it takes. The slowest comes first: a board filled in
# the order of completion is not in the order of the trains.
TOOK = dict(zip(TRAINS, sorted(fresh.delays(4, 0.5, 1.0, 0.1), reverse=True), strict=True))

program = record(
    None,
    world={
        "TRAINS": TRAINS,
        "ask_control": double("ask_control", delay=TOOK.__getitem__, reply=MINUTES.__getitem__),
    },
)


@points(1, "the board has a line for each train, in order", means="wrong-order", public=True)
def test_board(program: Trace) -> None:
    late = {train: f"{minutes} min late" if minutes else "on time" for train, minutes in MINUTES.items()}
    assert program.lines == [f"{train}: {late[train]}" for train in TRAINS]


@points(1, "control is asked once for each train, for all of them at the same time", means="sequential-await")
def test_together(program: Trace) -> None:
    asked = [call.args[0] for call in program.calls("ask_control") if call.outcome == "replied"]
    assert sorted(asked) == sorted(TRAINS), (
        f"{len(TRAINS)} trains should be asked about once each; answers: {len(asked)}"
    )
    peak = program.peak("ask_control")
    assert peak == len(TRAINS), (
        f"{len(TRAINS)} questions should be under way at once; there were never more than {peak}"
    )


@points(1, "the board is complete as soon as the slowest answer is in", means="sequential-await")
def test_time(program: Trace) -> None:
    slowest = max(TOOK.values())
    assert slowest - 0.1 < program.at(_last_line(program)) < slowest + 0.3
    assert program.elapsed < slowest + 0.4


def _last_line(program: Trace) -> str:
    assert program.lines, "nothing was printed"
    return program.lines[-1]
