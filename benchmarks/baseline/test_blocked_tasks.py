"""blocked_tasks: a sleep that holds the loop."""

import asyncio
import re

import pytest
from doubles import double, longest_hold, timed

A_S, B_S = 1.2, 1.5


def test_as_it_is(exercise, capsys):
    _, took = timed(exercise.main())
    *lines, last = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["Task A starts", "Task B starts"]
    assert sorted(lines[2:]) == ["Task A ends", "Task B ends"]
    told = re.fullmatch(r"Executed in (\d+\.\d\d) seconds", last)
    assert told
    assert 0.7 < took < 1.5
    assert 0.7 < float(told[1]) < 1.5


@pytest.mark.parametrize("letter", ["A", "B"])
def test_each_alone(exercise, capsys, letter):
    _, took = timed(getattr(exercise, f"task_{letter.lower()}")())
    assert capsys.readouterr().out.splitlines() == [f"Task {letter} starts", f"Task {letter} ends"]
    assert 0.7 < took < 1.5


def test_other_times(exercise, monkeypatch, capsys):
    task_a, first = double(A_S)
    task_b, second = double(B_S)
    monkeypatch.setattr(exercise, "task_a", task_a)
    monkeypatch.setattr(exercise, "task_b", task_b)
    _, took = timed(exercise.main())
    (a,), (b,) = first.made, second.made
    assert a.done
    assert b.done
    assert max(a.start, b.start) < min(a.end, b.end)
    assert B_S - 0.1 < took < B_S + 0.4
    told = re.fullmatch(r"Executed in (\d+\.\d\d) seconds", capsys.readouterr().out.splitlines()[-1])
    assert told
    assert B_S - 0.1 < float(told[1]) < took + 0.1


def test_loop_is_free(exercise):
    async def both():
        await asyncio.gather(exercise.task_a(), exercise.task_b())

    assert longest_hold(exercise.main()) < 0.45
    assert longest_hold(both()) < 0.45
