"""in_order: results in the order of the input, whatever finishes first."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

# So many that a set, which has no order, does not happen to have theirs.
PARAGRAPHS = fresh.words(9)
TRANSLATIONS = {paragraph: f"{paragraph} in Dutch ({fresh.token()[:4]})" for paragraph in PARAGRAPHS}
# The first one is the slowest, so that the order of completion is never that of the article.
SLOWEST, *OTHERS = sorted(fresh.delays(9, 0.1, 0.6, 0.05), reverse=True)
DELAYS = dict(zip(PARAGRAPHS, [SLOWEST, *fresh.shuffled(OTHERS)], strict=True))
TWICE = [*PARAGRAPHS[:3], PARAGRAPHS[1], PARAGRAPHS[3]]

translator = double(
    "translate", delay=lambda paragraph: DELAYS[paragraph], reply=lambda paragraph: TRANSLATIONS[paragraph]
)
as_it_is = record(None)
article = record("translate_all", PARAGRAPHS, world={"translate": translator})
repeated = record("translate_all", TWICE, world={"translate": translator})


@points(1, "the program prints the article in order after about 0.8 s", public=True)
def test_program(as_it_is: Trace, article: Trace) -> None:
    assert as_it_is.lines == [
        "De storm bereikte vannacht de kust.",
        "Niemand raakte gewond.",
        "De veerboten blijven vandaag in de haven.",
    ]
    assert 0.5 < as_it_is.elapsed < 1.3
    assert article.returned == [TRANSLATIONS[paragraph] for paragraph in PARAGRAPHS], (
        f"here the article is in order; of {', '.join(PARAGRAPHS)} translate_all made {article.returned}"
    )
    assert article.elapsed < SLOWEST + 0.4, (
        f"here it takes {as_it_is.elapsed:.2f} s, but when the slowest paragraph takes {SLOWEST:.2f} s, "
        f"it takes {article.elapsed:.2f} s"
    )


@points(1, "the translations keep the order of the paragraphs", means="wrong-order")
def test_order(article: Trace) -> None:
    assert article.returned == [TRANSLATIONS[paragraph] for paragraph in PARAGRAPHS]


@points(1, "all paragraphs are at the translator at the same time", means="sequential-await")
def test_together(article: Trace) -> None:
    peak = article.peak("translate")
    assert peak == len(PARAGRAPHS), f"at most {peak} of {len(PARAGRAPHS)} paragraphs were at the translator at once"
    assert article.elapsed < SLOWEST + 0.4


@points(1, "a paragraph that occurs twice is in both places")
def test_twice(repeated: Trace) -> None:
    assert repeated.returned == [TRANSLATIONS[paragraph] for paragraph in TWICE]


@points(1, "the order holds whichever paragraph takes longest")
@given(delays=st.lists(st.integers(1, 9), min_size=1, max_size=7, unique=True))
def test_any_order(virtual: Virtual, delays: list[int]) -> None:
    took = {f"text-{n}": delay for n, delay in enumerate(delays, start=1)}
    translate = double(
        "translate",
        delay=lambda paragraph: float(took[paragraph]),
        reply=lambda paragraph: paragraph.upper(),
    )
    translated = virtual("translate_all", list(took), world={"translate": translate})
    assert translated.returned == [paragraph.upper() for paragraph in took]
    took_s = translated.elapsed
    assert max(delays) - 0.1 < took_s < max(delays) + 0.1, f"took {took_s:g} s, expected {max(delays)} s"
