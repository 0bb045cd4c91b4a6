"""Made-up inputs look real, nobody can guess them, and no two of a session are alike."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from grader.record import made_up_names as names
from grader.suite import _Fresh, fresh

LISTS = {
    "FOUR_LETTERS": names.FOUR_LETTERS,
    "TOWNS": names.TOWNS,
    "FIRST_NAMES": names.FIRST_NAMES,
    "DISHES": names.DISHES,
    "THINGS": names.THINGS,
}


@pytest.mark.parametrize("listed", LISTS.values(), ids=LISTS)
def test_there_are_at_least_sixty_of_each_and_none_twice(listed: tuple[str, ...]) -> None:
    assert len(listed) >= 60
    assert len({each.lower() for each in listed}) == len(listed)


MADE: list[tuple[Callable[[int], list[str]], tuple[str, ...], str]] = [
    (fresh.words, names.FOUR_LETTERS, "[a-z]{4}[0-9]{2}"),
    (fresh.towns, names.TOWNS, r"\w+ [0-9]{2}"),
    (fresh.first_names, names.FIRST_NAMES, r"\w+ [0-9]{2}"),
    (fresh.dishes, names.DISHES, r"\w+ [0-9]{2}"),
    (fresh.things, names.THINGS, r"\w+ [0-9]{2}"),
]


@pytest.mark.parametrize(("make", "listed", "form"), MADE, ids=LISTS)
def test_a_name_is_a_real_one_with_a_number(
    make: Callable[[int], list[str]], listed: tuple[str, ...], form: str
) -> None:
    made = make(20)
    assert all(re.fullmatch(form, name) and name.rstrip("0123456789 ") in listed for name in made)
    assert len({name.rstrip("0123456789 ") for name in made}) == 20, "few are told apart by more than their numbers"


@pytest.mark.parametrize(("make", "listed", "form"), MADE, ids=LISTS)
def test_no_name_comes_twice_in_a_session(make: Callable[[int], list[str]], listed: tuple[str, ...], form: str) -> None:
    del listed, form
    made = [name for _ in range(20) for name in make(7)]
    assert len(set(made)) == len(made)


def test_one_is_like_several() -> None:
    assert re.fullmatch("[a-z]{4}[0-9]{2}", fresh.word())
    for name in (fresh.town(), fresh.first_name(), fresh.dish(), fresh.thing()):
        assert re.fullmatch(r"\w+ [0-9]{2}", name)


def test_a_long_session_does_not_run_out() -> None:
    drawn = _Fresh()
    most = len(names.FOUR_LETTERS) * 90
    for _ in range(3):
        assert len(set(drawn.words(most))) == most
    with pytest.raises(ValueError, match=f"there are {most} different names, and not {most + 1}"):
        drawn.words(most + 1)
