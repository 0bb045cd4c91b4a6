"""hello: the pause is made, and only this greeting waits."""

import asyncio
import warnings

from doubles import timed

FIRST, SECOND = "Hello ...", "... World!"


def test_lines_and_pause(exercise, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, took = timed(exercise.main())
    assert capsys.readouterr().out.splitlines() == [FIRST, SECOND]
    assert 0.9 < took < 1.4


def test_first_line_comes_at_once(exercise, monkeypatch):
    printed = []

    async def main():
        loop = asyncio.get_running_loop()
        start = loop.time()
        monkeypatch.setattr("builtins.print", lambda *args, **_: printed.append((loop.time() - start, *args)))
        await exercise.main()

    asyncio.run(main())
    (first_at, first), (second_at, second) = printed
    assert (first, second) == (FIRST, SECOND)
    assert first_at < 0.4
    assert 0.9 < second_at - first_at < 1.4


def test_three_together(exercise, capsys):
    async def three():
        await asyncio.gather(*(exercise.main() for _ in range(3)))

    _, took = timed(three())
    assert sorted(capsys.readouterr().out.splitlines()) == sorted([FIRST, SECOND] * 3)
    assert took < 1.5
