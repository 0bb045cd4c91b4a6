"""hello: the greeting pauses for a second, and nothing else has to wait for it."""

from grader.suite import Trace, points, record

LEAVE_ALONE: tuple[str, ...] = ()

program = record(None)
alone = record("main")
together = record("three_at_once", scenario=True)

FIRST, SECOND = "Hello ...", "... World!"


@points(1, "the program prints the two lines, and nothing else")
def test_lines(program: Trace) -> None:
    assert program.lines == [FIRST, SECOND]


@points(1, '"... World!" comes one second after "Hello ..."', public=True)
def test_second(program: Trace, alone: Trace) -> None:
    # The last two lines: a file that calls asyncio.run without a guard has greeted already while it was loaded.
    for run, what in ((program, "in the program"), (alone, "in a single call of main")):
        greeted = run.lines.count(FIRST)
        assert greeted, f'{what}, "{FIRST}" was never printed'
        pause = run.at(SECOND, nth=greeted - 1) - run.at(FIRST, nth=greeted - 1)
        when = f"{pause:.2f} s after" if pause >= 0 else "before"
        assert 0.9 < pause < 1.4, f'{what}, "{SECOND}" came {when} "{FIRST}"; expected it 1 s after'
    assert program.elapsed < 1.5
    assert alone.elapsed > 0.9, f"main returned after {alone.elapsed:.2f} s, before its greeting was complete"


@points(1, "every coroutine is awaited, so Python has nothing to warn about")
def test_no_warning(program: Trace) -> None:
    warnings = [line for line in program.stderr.splitlines() if "was never awaited" in line]
    assert not warnings, f"Python warns: {warnings[0].partition(': ')[2]}"


@points(1, "three greetings started together take one second, not three")
def test_loop_is_free(together: Trace) -> None:
    # The last six lines, for a file without a guard.
    assert sorted(together.lines[-6:]) == sorted([FIRST] * 3 + [SECOND] * 3), (
        f"three greetings were started together; they printed {' / '.join(together.lines) or 'nothing'}"
    )
    greetings = together.lines.count(FIRST)
    last = together.at(SECOND, nth=greetings - 1)
    took = last - together.at(FIRST, nth=greetings - 3)
    assert took < 1.5, f"three greetings started together took {took:.2f} s; expected 1 s"
    assert last <= together.elapsed, "a greeting was still waiting when its call of main had returned"
