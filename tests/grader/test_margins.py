"""``turtles verify --margins`` and ``--draws``: how close right answers come to a bound, and what properties draw."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.authoring.draws import draws
from grader.authoring.margins import Margin, margins_of, table
from grader.judge import closeness
from grader.judge.closeness import Close
from grader.load.kit import load_kit
from grader.record import seconds
from grader.record.seconds import Distance, Seconds
from tests.grader.command import turtles
from tests.grader.kits import edit, make_kit
from tests.grader.runs import NO_WALL

SUITE = Path("test_x.py")


def real(value: float, noise_s: float = 0.01) -> Seconds:
    return Seconds(value, noise_s, "took {} s", source="a run")


def closest(check: Callable[[], object]) -> Distance | None:
    """What is collected of a check."""
    with closeness.collected() as found:
        closeness.note(SUITE, "solution", "quick", check)
    return next((each.distance for each in found.values()), None)


def asserted(*claims: Callable[[], bool]) -> Callable[[], None]:
    def check() -> None:
        for claim in claims:
            assert claim()

    return check


def test_the_comparison_closest_to_its_bound_is_told() -> None:
    found = closest(asserted(lambda: real(1.0) < 1.5, lambda: real(1.0) > 0.75, lambda: real(1.0) < 9))
    assert found is not None
    assert (round(found.seconds, 3), found.lost_s, found.text) == (0.25, 0.0, "took 1.00 s against 0.75 s")


def test_noise_takes_of_a_margin_only_under_a_bound() -> None:
    under, over = closest(asserted(lambda: real(1.3, 0.2) < 1.5)), closest(asserted(lambda: real(1.7, 0.2) > 1.5))
    assert under is not None
    assert over is not None
    assert (under.lost_s, over.lost_s) == (0.2, 0.0)


@pytest.mark.parametrize(
    "check",
    [
        asserted(lambda: Seconds(1.0) < 1.1),
        asserted(lambda: Seconds(1.0) - Seconds(0.5) < 0.51),
        asserted(lambda: real(1.0) < real(1.1)),
        asserted(lambda: float(real(1.0)) < 1.1),
        asserted(lambda: real(1.0) < 1.1 or True),
        asserted(lambda: len([each for each in (real(0.5), real(0.6)) if each > 0.4]) < 5),
    ],
    ids=["virtual", "virtual difference", "two moments of one run", "plain", "decides nothing", "decides nothing here"],
)
def test_what_decides_nothing_by_the_wall_clock_is_close_to_nothing(check: Callable[[], object]) -> None:
    assert closest(check) is None


def test_nothing_is_collected_unless_asked_for() -> None:
    def check() -> None:
        pytest.fail("made")

    closeness.note(SUITE, "solution", "quick", check)


def test_collecting_hides_nothing_from_whoever_watches_and_adds_nothing() -> None:
    with seconds.watch() as doubts:
        with seconds.measured() as distances:
            assert real(1.0, 0.3) < 1.1
        assert doubts == []
        assert len(distances) == 1
        assert real(1.0, 0.3) < 1.1
    assert len(doubts) == 1


def test_of_each_check_the_closest_right_answer_counts_and_wrong_ones_do_not() -> None:
    root = Path("kit")
    exercise = load_kit(Path(__file__).parents[2]).exercises[0]
    found = [
        Close(root, "right_a", "quick", Distance(0.4, 0.0, "a")),
        Close(root, "right_b", "quick", Distance(0.2, 0.0, "b")),
        Close(root, "right_c", "quick", Distance(0.1, 0.25, "c")),
        Close(root, "wrong_d", "quick", Distance(0.01, 0.0, "d")),
    ]
    right = [(exercise.name, label) for label in ("right_a", "right_b", "right_c")]
    (margin,) = margins_of(found, {root: exercise}, right)
    assert (margin.label, margin.seconds, margin.too_close) == ("right_b", 0.2, True)


@pytest.mark.parametrize(("distance", "lost", "too_close"), [(0.29, 0.0, True), (0.3, 0.0, False), (0.1, 0.2, False)])
def test_too_close_is_under_three_tenths_not_counting_what_noise_took(
    distance: float, lost: float, too_close: bool
) -> None:
    margin = Margin("two_tasks", "quick", "solution", distance, lost, "took 1.21 s against 1.5 s")
    assert margin.too_close is too_close
    assert ("!" in table([margin])[1]) is too_close


def test_all_that_are_too_close_are_shown_and_some_more() -> None:
    margins = [Margin("a", "b", "c", 0.01 * number, 0.0, "d") for number in range(100)]
    assert len(table(margins)) == 1 + 30 + 1
    margins = [Margin("a", "b", "c", 0.1, 0.0, "d") for _ in range(50)] + margins[50:]
    assert len(table(margins)) == 1 + 50 + 1
    assert table([]) == ["margins: no check compares a measured time with a number"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_kit(tmp_path_factory.mktemp("margins"))
    suite = root / "tests/hidden/02_together/test_two_tasks.py"
    edit(suite, 'both = record("main")', 'both = record("main", deadline_s=4)')
    suite.write_text(suite.read_text().replace("from grader.suite", IMPORTS + "from grader.suite") + PROPERTY)
    return root


IMPORTS = "from hypothesis import event, given\nfrom hypothesis import strategies as st\n\n"
PROPERTY = """

@points(1, "whatever is drawn")
@given(names=st.lists(st.integers(0, 9), max_size=4), seconds=st.sampled_from([0.5, 2]), word=st.just("x"))
def test_drawn(virtual, names, seconds, word):
    event("nobody" if not names else "somebody")
    trace = virtual("main")
    assert trace.elapsed < 1, "late"
"""


def test_a_margin_that_is_too_small_is_an_error_only_when_margins_are_asked_for(root: Path) -> None:
    """The suite of the kit takes 0.6 s for what takes 0.4 s."""
    done = turtles(root, "verify", "--margins", "two_tasks")
    assert done.returncode == 1, done.stdout
    shown = done.stdout.splitlines()
    assert shown[0] == "the smallest margins of right answers, by the wall clock (! is under 0.3 s):"
    assert any(
        line.startswith("! 0.") and "two_tasks  both tasks finish in under 0.6 s: took 0." in line for line in shown
    )
    assert shown[-1].endswith("; 1 check too close to a bound")
    assert turtles(root, "verify", "two_tasks").returncode == 0


def test_draws_tell_events_and_sizes(root: Path) -> None:
    kit = load_kit(root)
    shown = draws(kit, kit.exercises, NO_WALL)
    assert shown[0].startswith("two_tasks  whatever is drawn: 90 examples")
    assert shown[1].startswith("    names: 0 to 4, half of them up to ")
    assert shown[2].startswith("    seconds: 0.5 to 2, half of them up to ")
    assert shown[2].endswith(", 2 different")
    assert shown[3] == "    word: 1 to 1, half of them up to 1, 1 different"
    assert [line.split("%  ")[1] for line in shown[4:]] == ["somebody", "nobody"]
