"""The tool that measures what noise does to verdicts: its figures, and its neighbours, who always leave."""

from __future__ import annotations

import sys

import pytest

from benchmarks.torture import neighbours, upper_bound
from tests.grader import runs


@pytest.mark.parametrize(
    ("found", "tries", "bound"),
    [(0, 1, 0.95), (0, 1000, 0.0029912), (1, 1000, 0.0047350), (3, 20, 0.3436638), (5, 5, 1.0)],
)
def test_the_bound_is_that_of_clopper_and_pearson(found: int, tries: int, bound: float) -> None:
    assert upper_bound(found, tries) == pytest.approx(bound, rel=1e-4)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_neighbours_leave_whatever_happens() -> None:
    before = runs.children()

    def interrupted() -> None:
        with neighbours("2 busy", 30):
            assert len(runs.children() - before) == 2
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert runs.gone(before)
