"""What was due when, and what it costs to be late."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.assignment import Assignment
from grader.assignment import LateRule as Rule
from grader.class_grade import lateness as timed
from grader.class_result import Attempt, Lateness, Timing
from grader.errors import UsageError
from grader.load.lateness import parse_due, parse_rule, to_utc

DUE = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
DAY = 86_400


def lateness(handed_in: str, due: datetime, rule: Rule) -> Lateness | None:
    return timed(Assignment(due=due, rule=rule), "ada", Attempt("ada", handed_in=handed_in))[1]


@pytest.fixture
def berlin() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Berlin"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def test_a_time_with_its_zone_is_that_time() -> None:
    assert parse_due("2026-10-01T14:00+02:00") == DUE == parse_due("2026-10-01T12:00:00Z")


@pytest.mark.usefixtures("berlin")
def test_a_time_without_a_zone_is_local() -> None:
    assert parse_due("2026-10-01 14:00") == DUE
    assert parse_due("2026-12-01 13:00") == datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.usefixtures("berlin")
def test_a_date_is_due_at_its_end() -> None:
    assert parse_due("2026-10-01") == datetime(2026, 10, 1, 21, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "tomorrow", "01.10.2026", "2026-13-01", "0001-01-01T00:00+14:00", "9" * 5000])
def test_what_is_no_time_says_how_to_write_one(text: str) -> None:
    with pytest.raises(UsageError, match="write it as 2026-10-01T23:59"):
        parse_due(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("0", Rule(0)),
        ("0%", Rule(0)),
        ("25%", Rule(0.25)),
        ("10%/day", Rule(0.1, DAY)),
        (" 10 % / day ", Rule(0.1, DAY)),
        ("10% per Day", Rule(0.1, DAY)),
        ("2.5%/h", Rule(0.025, 3600)),
        ("10%/day after 1h", Rule(0.1, DAY, 3600)),
        ("100% after 30 min", Rule(1, None, 1800)),
    ],
)
def test_a_rule_is_read(text: str, rule: Rule) -> None:
    assert parse_rule(text) == rule


@pytest.mark.parametrize(
    "text", ["", "10", "101%", "-5%", "10%/fortnight", "10%/day after", "10%/day after 1", "ten%", "1e9%", "10%/day 1h"]
)
def test_what_is_no_rule_says_how_to_write_one(text: str) -> None:
    with pytest.raises(UsageError, match="write 10%/day, 25%, 0 or 10%/day after 1h"):
        parse_rule(text)


def test_in_time_is_not_late_to_the_second() -> None:
    assert lateness("2026-10-01T12:00:00Z", DUE, Rule(1)) is None
    assert lateness("2026-10-01T12:00:01Z", DUE, Rule(1)) == Lateness(1, 1)


def test_each_stretch_that_has_begun_counts() -> None:
    rule = Rule(0.1, DAY)
    assert lateness("2026-10-01T12:00:01Z", DUE, rule) == Lateness(1, 0.1)
    assert lateness("2026-10-02T12:00:00Z", DUE, rule) == Lateness(DAY, 0.1)
    assert lateness("2026-10-02T12:00:01Z", DUE, rule) == Lateness(DAY + 1, 0.2)


def test_no_more_than_everything_is_taken() -> None:
    late = lateness("2027-10-01T12:00:00Z", DUE, Rule(0.1, DAY))
    assert late is not None
    assert late.taken == 1


def test_within_the_grace_it_is_late_and_costs_nothing_and_after_it_all_counts() -> None:
    rule = Rule(0.1, 3600, 7200)
    assert lateness("2026-10-01T14:00:00Z", DUE, rule) == Lateness(7200, 0)
    assert lateness("2026-10-01T14:00:01Z", DUE, rule) == Lateness(7201, 0.3)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-10-05T00:00:00"])
def test_of_what_tells_no_time_it_is_said_that_it_is_not_known(text: str) -> None:
    timing, late = timed(Assignment(due=DUE, rule=Rule(1)), "ada", Attempt("ada", handed_in=text))
    assert (timing, late) == (Timing.UNKNOWN, None)


def test_a_platforms_mark_of_lateness_counts_where_nothing_else_tells() -> None:
    marked = Attempt("ada", marked_late=True)
    once, daily, grace = Rule(0.25), Rule(0.1, DAY), Rule(0.25, None, 60)
    assert timed(Assignment(due=DUE, rule=once), "ada", marked) == (Timing.LATE, Lateness(None, 0.25))
    # The first day has begun. How many more have, and whether it was within the grace, nothing tells.
    assert timed(Assignment(due=DUE, rule=daily), "ada", marked) == (Timing.LATE, Lateness(None, 0.1, at_least=True))
    assert timed(Assignment(due=DUE, rule=grace), "ada", marked) == (Timing.LATE, Lateness(None, 0, at_least=True))
    extended = Assignment(due=DUE, rule=once, extensions={"ada": DUE})
    assert timed(extended, "ada", marked) == (Timing.UNKNOWN, None)
    assert timed(extended, "bob", marked)[0] is Timing.LATE


def test_an_extension_is_due_for_one_student_and_no_other() -> None:
    later = datetime(2026, 10, 3, 12, 0, tzinfo=UTC)
    assignment = Assignment(due=DUE, rule=Rule(0.5), extensions={"ada": later})
    handed = Attempt("hw", handed_in="2026-10-02T12:00:00Z")
    assert timed(assignment, "ada", handed) == (Timing.IN_TIME, None)
    assert timed(assignment, "bob", handed) == (Timing.LATE, Lateness(DAY, 0.5))


@pytest.mark.usefixtures("berlin")
def test_times_of_tables_become_utc() -> None:
    assert to_utc("2026-10-01T14:00:00+05:00") == "2026-10-01T09:00:00Z"
    assert to_utc(" 2026-10-01 14:00 ") == "2026-10-01T12:00:00Z"
    assert to_utc("soon") == ""


@given(st.text(max_size=60))
def test_whatever_is_typed_there_is_a_rule_or_a_clear_error(text: str) -> None:
    for parse in (parse_rule, parse_due):
        with contextlib.suppress(UsageError):
            assert parse(text)
