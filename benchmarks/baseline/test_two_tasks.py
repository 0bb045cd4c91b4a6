"""two_tasks: two tasks wait during the same second."""

import re

import pytest
from doubles import double

LAST_LINE = re.compile(r"Executed in (\d+\.\d+) seconds")
SLOW, FAST = 1.4, 0.6


def test_as_it_is(run_script, capsys):
    took = run_script()
    *lines, last = capsys.readouterr().out.splitlines()
    assert lines == ["Task A starts", "Task B starts", "Task A ends", "Task B ends"]
    told = LAST_LINE.fullmatch(last)
    assert told
    assert 0.9 < float(told[1]) < 1.5
    assert 0.9 < took < 1.5


@pytest.mark.parametrize(("a_s", "b_s"), [(SLOW, FAST), (FAST, SLOW)])
def test_other_times(exercise, run_script, monkeypatch, capsys, a_s, b_s):
    task_a, first = double(a_s)
    task_b, second = double(b_s)
    monkeypatch.setattr(exercise, "task_a", task_a)
    monkeypatch.setattr(exercise, "task_b", task_b)
    took = run_script()
    (a,), (b,) = first.made, second.made
    assert a.done
    assert b.done
    assert a.start <= b.start < a.end
    assert took < SLOW + 0.4
    told = LAST_LINE.fullmatch(capsys.readouterr().out.splitlines()[-1])
    assert told
    assert SLOW - 0.3 < float(told[1]) < SLOW + 0.3
