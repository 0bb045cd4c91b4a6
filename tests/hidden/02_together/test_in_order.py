"""in_order: results come in the order of the input, although they finish in another."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("ARTICLE", "DUTCH", "translate")

# Many, so that a set, which has no order, is not in theirs by chance.
PARAGRAPHS = fresh.words(9)
TRANSLATIONS = {paragraph: f"{paragraph} in Dutch ({fresh.token()[:4]})" for paragraph in PARAGRAPHS}
# The first one is the slowest, so that the order of completion is never that of the article.
SLOWEST = 0.6
DELAYS = dict(zip(PARAGRAPHS, [SLOWEST, *fresh.delays(8, 0.1, 0.5, 0.05)], strict=True))
# Another one is between the two, so that neither sorting nor removing the second puts it where it belongs.
TWICE = [*PARAGRAPHS[:3], PARAGRAPHS[1], PARAGRAPHS[3]]

translator = double("translate", delay=DELAYS.__getitem__, reply=TRANSLATIONS.__getitem__)
as_it_is = record(None)
article = record("translate_all", PARAGRAPHS, world={"translate": translator})
repeated = record("translate_all", TWICE, world={"translate": translator})


@points(
    2,
    "translate_all returns the translations in the order of the paragraphs",
    means="wrong-order",
    public=True,
)
def test_order(as_it_is: Trace, article: Trace, repeated: Trace) -> None:
    assert as_it_is.lines == [
        "De storm bereikte vannacht de kust.",
        "Niemand raakte gewond.",
        "De veerboten blijven vandaag in de haven.",
    ]
    translated = article.returned
    assert isinstance(translated, list), f"expected translate_all to return a list; it returned {translated!r}"
    assert len(translated) == len(PARAGRAPHS), (
        f"with {len(PARAGRAPHS)} paragraphs, translate_all returned {len(translated)} translations"
    )
    for number, (paragraph, found) in enumerate(zip(PARAGRAPHS, translated, strict=True), start=1):
        assert found == TRANSLATIONS[paragraph], (
            f'with {len(PARAGRAPHS)} other paragraphs, translation {number} should be "{TRANSLATIONS[paragraph]}"; '
            f"it is {found!r}"
        )
    # What is missing there is the business of another check.
    wanted, got = [TRANSLATIONS[paragraph] for paragraph in TWICE], repeated.returned
    if isinstance(got, list) and Counter(map(str, got)) == Counter(wanted):
        assert got == wanted, f"the paragraphs {', '.join(TWICE)} were returned as {', '.join(map(str, got))}"


@points(1, "the program takes about 0.8 s", means="sequential-await")
def test_time(as_it_is: Trace, article: Trace) -> None:
    assert 0.5 < as_it_is.elapsed < 1.15
    assert SLOWEST - 0.1 < article.elapsed < SLOWEST + 0.45, (
        f"with {len(PARAGRAPHS)} other paragraphs, of which the slowest takes {SLOWEST} s, "
        f"translate_all took {article.elapsed:.2f} s"
    )


@points(1, "a paragraph that occurs twice is translated in both places")
def test_twice(repeated: Trace) -> None:
    # Their order is the business of another check.
    found = Counter(map(str, repeated.returned if isinstance(repeated.returned, list) else []))
    for paragraph, times in Counter(TWICE).items():
        got = found[TRANSLATIONS[paragraph]]
        assert got == times, (
            f'of the paragraphs {", ".join(TWICE)}, the translation of "{paragraph}" should be there '
            f"{'twice' if times == 2 else 'once'}; translate_all returned {repeated.returned!r}"
        )


EXAMPLES = 40

# Milliseconds that polling at any round interval would miss; 0, and longer than anybody waits.
DELAYS_MS = st.one_of(st.just(0), st.integers(137, 2999), st.just(40_007))
# Few of them, or many, none of which is done at once.
FEW = st.lists(DELAYS_MS, min_size=1, max_size=6)
MANY = st.builds(
    lambda count, step: [900 + step * number for number in range(count)],
    st.sampled_from([40, 75, 120]),
    st.integers(-7, 7),
)


@points(1, "any number of paragraphs are translated at once, and none holds up another")
@settings(max_examples=EXAMPLES)
@given(delays=st.one_of(FEW, MANY))
def test_any_number(virtual: Virtual, delays: list[int]) -> None:
    second, late = _clock(virtual)
    if second < 1.0:
        delays = delays[:6]  # forty threads take their time to start
    took = {f"paragraph {number}": delay * second / 1000 for number, delay in enumerate(delays, start=1)}
    translated = virtual("translate_all", list(took), world=_world(took))
    for call in translated.calls("translate"):
        assert call.start < late, (
            f"{call.args[0]} went to the translator after {call.start:.5g} s; expected all paragraphs to go at once"
        )
        assert call.outcome == "replied", (
            f"{call} was given up after {call.end:.5g} s; expected the program to await it"
        )
    slowest = max(took.values())
    assert translated.elapsed < slowest + late, (
        f"the slowest paragraph takes {slowest:.5g} s; translate_all took {translated.elapsed:.5g} s"
    )


def _world(took: Mapping[str, float]) -> dict[str, Any]:
    return {"translate": double("translate", delay=took.__getitem__, reply=str.upper)}


_clocks: list[tuple[Virtual, tuple[float, float]]] = []


def _clock(virtual: Virtual) -> tuple[float, float]:
    """How long a second of the schedule lasts, and how late is too late.

    The simulated clock is exact. A program with threads keeps real time while they run: for that one the delays are
    short, and only what is late beyond doubt counts.
    """
    # Looked at once for each check: it is the same for all its schedules.
    if not _clocks or _clocks[0][0] is not virtual:
        probe = virtual("translate_all", ["paragraph"], world=_world({"paragraph": 0.005}))
        exact = all(abs(float(call.seconds) - 0.005) < 1e-6 for call in probe.calls() if call.outcome == "replied")
        _clocks[:] = [(virtual, (1.0, 1e-4) if exact else (0.005, 1.0))]
    return _clocks[0][1]
