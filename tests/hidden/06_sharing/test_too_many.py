"""too_many: never more than so many at once, and as fast as that allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Double, Seconds, Trace, Virtual, double, fresh, points, record


@dataclass(frozen=True)
class Photo:
    """How one download goes; ``fails`` is ``"open"``, ``"read"`` or nothing."""

    open_s: float
    read_s: float
    fails: str = ""


def museum(photos: Mapping[str, Photo], limit: int) -> dict[str, int | Double]:
    """A world with these photos; the key to a photo is its name backwards."""

    def error(name: str, step: str) -> ConnectionError | None:
        return ConnectionError(f"{name} is damaged") if photos[name].fails == step else None

    return {
        "LIMIT": limit,
        "open_photo": double(
            "open_photo",
            delay=lambda name: photos[name].open_s,
            reply=lambda name: name[::-1],
            raises=lambda name: error(name, "open"),
        ),
        "read_photo": double(
            "read_photo",
            delay=lambda key: photos[key[::-1]].read_s,
            reply=lambda key: f"photo of {key[::-1]}",
            raises=lambda key: error(key[::-1], "read"),
        ),
    }


def wanted(photos: Mapping[str, Photo]) -> list[str | None]:
    return [None if photo.fails else f"photo of {name}" for name, photo in photos.items()]


LIMIT = 3
NAMES = fresh.words(8)
# Two of the first four fail, one at each step: whoever keeps their places has one left for the others. The first takes
# so long that whoever waits for the first three leaves places empty.
READ_S = [0.75, 0.3, 0.4, 0.55, 0.2, 0.6, 0.5, 0.3]
FAILS = ["", "open", "", "read", "", "", "", "read"]
PHOTOS = {name: Photo(0.1, seconds, fails) for name, seconds, fails in zip(NAMES, READ_S, FAILS, strict=True)}

as_it_is = record(None)
fetched = record("fetch_all", NAMES, world=museum(PHOTOS, LIMIT))


def downloads(trace: Trace, names: Sequence[str]) -> list[tuple[Seconds, Seconds]]:
    """When each download began and ended, in the order of the beginnings."""
    found = []
    for name in names:
        opened = trace.call("open_photo", name)
        assert opened.outcome in ("replied", "raised"), f"{name} was being opened and was given up: {opened.outcome}"
        end = opened.end
        if opened.outcome == "replied":
            read = trace.call("read_photo", name[::-1])
            assert read.outcome in ("replied", "raised"), f"{name} was being read and was given up: {read.outcome}"
            end = read.end
        found.append((opened.start, end))
    return sorted(found, key=lambda span: float(span[0]))


def most_at_once(spans: Sequence[tuple[Seconds, Seconds]]) -> int:
    # An end counts before a beginning at the same moment.
    changes = sorted([(float(start), 1) for start, _ in spans] + [(float(end), -1) for _, end in spans])
    now = most = 0
    for _, change in changes:
        now += change
        most = max(most, now)
    return most


def check_busy(spans: Sequence[tuple[Seconds, Seconds]], limit: int, slack: float, when: str = "") -> None:
    """No place stays empty for more than ``slack`` seconds while there is something to start."""
    free = [Seconds(0.0)] * limit + sorted((end for _, end in spans), key=float)
    gaps = [(start - since, since, start) for (start, _), since in zip(spans, free, strict=False)]
    longest, since, start = max(gaps, key=lambda gap: float(gap[0]), default=(0.0, 0.0, 0.0))
    assert longest < slack, f"{when}a place was free from {since:.2f} to {start:.2f} s although photos were waiting"


@points(1, "the program gets all seven photos in about 1 s", public=True)
def test_program(as_it_is: Trace, fetched: Trace) -> None:
    assert as_it_is.lines == [
        "gate: 400 kB",
        "harbour: 200 kB",
        "mill: 300 kB",
        "pier: 500 kB",
        "tower: 100 kB",
        "bridge: 200 kB",
        "dunes: 300 kB",
    ]
    assert 0.8 < as_it_is.elapsed < 1.4
    spans = downloads(fetched, NAMES)
    peak = most_at_once(spans)
    assert peak <= LIMIT, f"here all photos come, but of {len(NAMES)} other photos {peak} are under way at once"
    check_busy(spans, LIMIT, 0.4, f"here it takes {as_it_is.elapsed:.2f} s, but with {len(NAMES)} other photos ")


@points(2, "never more than three downloads at once", means="unbounded-concurrency")
def test_limit(fetched: Trace) -> None:
    peak = most_at_once(downloads(fetched, NAMES))
    assert peak <= LIMIT, f"{peak} downloads were under way at once; the museum allows {LIMIT}"


@points(2, "a free place is taken at once", means="sequential-await")
def test_pace(fetched: Trace) -> None:
    check_busy(downloads(fetched, NAMES), LIMIT, slack=0.3)


@points(
    1,
    "what was read comes back in the order of the names, None for what failed",
    means=("failure-ends-all", "wrong-order"),
)
def test_results(fetched: Trace) -> None:
    assert fetched.returned == wanted(PHOTOS)


@points(3, "any number of photos, fast and slow, damaged or not, under any limit")
@given(
    limit=st.integers(1, 4),
    given_photos=st.lists(
        st.builds(
            Photo,
            open_s=st.integers(1, 2).map(float),
            read_s=st.integers(1, 6).map(float),
            fails=st.sampled_from(["", "", "open", "read"]),
        ),
        max_size=8,
    ),
)
def test_any_photos(virtual: Virtual, limit: int, given_photos: list[Photo]) -> None:
    photos = {f"photo-{n}": photo for n, photo in enumerate(given_photos, start=1)}
    visit = virtual("fetch_all", list(photos), world=museum(photos, limit))
    fails = [f"{name} fails" for name, photo in photos.items() if photo.fails]
    when = f"when {len(photos)} photos are wanted and {limit} allowed at once" + "".join(f", {text}" for text in fails)
    assert visit.returned == wanted(photos), f"{when}: got {visit.returned}; expected {wanted(photos)}"
    spans = downloads(visit, list(photos))
    peak = most_at_once(spans)
    assert peak <= limit, f"{when}: {peak} downloads were under way at once"
    check_busy(spans, limit, 0.05, f"{when}: ")
    last = max((float(end) for _, end in spans), default=0.0)
    assert visit.elapsed < last + 0.05, f"{when}: all was read at {last:g} s, but it took {visit.elapsed:g} s"
