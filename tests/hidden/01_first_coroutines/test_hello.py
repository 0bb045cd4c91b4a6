"""hello: the pause is made, and only this greeting waits."""

from grader.suite import Trace, points, record

program = record(None)
alone = record("main")
together = record("three_at_once", scenario=True)

FIRST, SECOND = "Hello ...", "... World!"


@points(1, 'the program prints "Hello ..." and then "... World!"', public=True)
def test_lines(program: Trace) -> None:
    assert program.lines == [FIRST, SECOND]
    grumbles = [line for line in program.stderr.splitlines() if "was never awaited" in line]
    assert not grumbles, f"Python still grumbles: {grumbles[0].partition(': ')[2]}"


@points(1, '"... World!" comes one second after "Hello ..."')
def test_second(program: Trace, alone: Trace) -> None:
    assert 0.9 < program.gap(FIRST, SECOND) < 1.3
    assert 0.9 < alone.gap(FIRST, SECOND) < 1.3
    assert program.elapsed < 1.5


@points(1, "three greetings started together are through after one second")
def test_loop_is_free(together: Trace) -> None:
    # The last six lines: a file that calls asyncio.run without a guard has greeted once already while it was loaded.
    assert together.lines[-6:] == [FIRST] * 3 + [SECOND] * 3, (
        f'all three should have said "{FIRST}" before the first says "{SECOND}"; '
        f"they printed {' / '.join(together.lines) or 'nothing'}"
    )
    greetings = together.lines.count(FIRST)
    took = together.at(SECOND, nth=greetings - 1) - together.at(FIRST, nth=greetings - 3)
    assert 0.9 < took < 1.3, f"three greetings took {took:.2f} s"
    assert together.elapsed > 0.9, f"main was through after {together.elapsed:.2f} s, before its greeting was"
