"""What is tried again, and what is not."""

from __future__ import annotations

import pytest

from tests.grader.command import conclusive
from tests.grader.timed import ATTEMPTS, timed


def test_noise_that_passes_is_forgiven_and_what_fails_each_time_is_not() -> None:
    tried = []

    @timed
    def quick_in_the_end(slow: int) -> None:
        tried.append(slow)
        assert len(tried) > slow

    quick_in_the_end(ATTEMPTS - 1)
    assert len(tried) == ATTEMPTS
    tried.clear()
    with pytest.raises(AssertionError):
        quick_in_the_end(ATTEMPTS)
    assert len(tried) == ATTEMPTS


def test_nothing_but_a_claim_that_does_not_hold_is_tried_again() -> None:
    tried = []

    @timed
    def faulty() -> None:
        tried.append(1)
        raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        faulty()
    assert tried == [1]


def test_an_attempt_that_stays_inconclusive_is_what_is_returned_in_the_end() -> None:
    results = iter(range(9))
    assert conclusive(lambda: next(results), lambda found: found == 1) == 1
    assert conclusive(lambda: next(results), lambda found: found > 9) == 6
