"""too_many: at most LIMIT downloads at once, and as fast as that allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.record.trace import Raised
from grader.suite import Double, Seconds, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("LIMIT", "KILOBYTES", "open_photo", "read_photo")


@dataclass(frozen=True)
class Photo:
    """How one download goes; ``fails`` is ``"open"``, ``"read"`` or nothing."""

    open_s: float
    read_s: float
    fails: str = ""
    error: type[ConnectionError] = ConnectionError


def museum(photos: Mapping[str, Photo], limit: int) -> dict[str, int | Double]:
    """A world with these photos; the key to a photo is its name backwards."""

    def error(name: str, step: str) -> ConnectionError | None:
        return photos[name].error(f"{name} is damaged") if photos[name].fails == step else None

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
# Two of the first four fail, one at each step: a program that does not release their places has one left for others.
# The first takes so long that a program that waits for the first three together leaves places empty.
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
        assert opened.outcome in ("replied", "raised"), f"the opening of {name} was cancelled"
        end = opened.end
        if opened.outcome == "replied":
            read = trace.call("read_photo", name[::-1])
            assert read.outcome in ("replied", "raised"), f"the reading of {name} was cancelled"
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
    assert longest < slack, (
        f"{when}photos were waiting and one more download was allowed at {since:.2f} s; it started at {start:.2f} s"
    )


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
    assert as_it_is.elapsed < 1.4
    spans = downloads(fetched, NAMES)
    peak = most_at_once(spans)
    graded = f"the file's own photos come; but with {len(NAMES)} others "
    assert peak <= LIMIT, f"{graded}{peak} downloads were under way at once"
    check_busy(spans, LIMIT, 0.4, graded)


@points(2, "fetch_all never has more than LIMIT downloads under way", means="unbounded-concurrency")
def test_limit(fetched: Trace) -> None:
    peak = most_at_once(downloads(fetched, NAMES))
    assert peak <= LIMIT, f"{peak} downloads were under way at once; LIMIT is {LIMIT}"


@points(2, "the next download starts as soon as another one ends", means="sequential-await")
def test_pace(fetched: Trace) -> None:
    check_busy(downloads(fetched, NAMES), LIMIT, slack=0.35)


@points(
    1,
    "photos come back in the order of the names, None for failures",
    means=("failure-ends-all", "wrong-order"),
)
def test_results(fetched: Trace) -> None:
    assert fetched.returned == wanted(PHOTOS)


# All moments lie off every grid, so that a program that checks every hundredth of a second is late.
@points(2, "for any photos and any limit, the limit is kept and no time is lost")
@given(
    limit=st.integers(1, 4),
    given_photos=st.lists(
        st.builds(
            Photo,
            open_s=st.sampled_from([0.0, 0.13717, 1.51371]),
            read_s=st.sampled_from([0.0, 0.27193, 1.31371, 2.71319, 20.41371]),
            fails=st.sampled_from(["", "", "open", "read"]),
            error=st.sampled_from([ConnectionError, ConnectionResetError]),
        ),
        max_size=8,
    ),
)
def test_any_photos(virtual: Virtual, limit: int, given_photos: list[Photo]) -> None:
    photos = {f"photo-{n}": photo for n, photo in enumerate(given_photos, start=1)}
    visit = virtual("fetch_all", list(photos), world=museum(photos, limit))
    fails = "".join(f", {name} fails" for name, photo in photos.items() if photo.fails)
    when = f"when {len(photos)} {'photo is' if len(photos) == 1 else 'photos are'} wanted and LIMIT is {limit}{fails}"
    assert visit.returned == wanted(photos), f"{when}: got {visit.returned}; expected {wanted(photos)}"
    spans = downloads(visit, list(photos))
    peak = most_at_once(spans)
    assert peak <= limit, f"{when}: {peak} downloads were under way at once"
    check_busy(spans, limit, 1e-4, f"{when}: ")
    last = max((float(end) for _, end in spans), default=0.0)
    assert visit.elapsed < last + 1e-3, f"{when}: all was read at {last:.3f} s; it took {visit.elapsed:.3f} s"


def errors(raised: Raised | None) -> set[str]:
    """The names of an error and, if it is a group, of all errors inside it (a TaskGroup raises a group)."""
    if raised is None:
        return set()
    return {raised.type}.union(*(errors(inner) for inner in raised.inner))


@points(1, "fetch_all raises any other error of a download", means="caught-too-much")
@settings(max_examples=12)
@given(error=st.sampled_from([OSError, TimeoutError, ValueError, KeyError]), on_read=st.booleans())
def test_other_errors(virtual: Virtual, error: type[Exception], on_read: bool) -> None:
    name = "read_photo" if on_read else "open_photo"
    world = {
        "open_photo": double("open_photo", delay=0.13717, reply="key", raises=None if on_read else error("broken")),
        "read_photo": double("read_photo", delay=0.13717, reply="photo", raises=error("broken") if on_read else None),
    }
    visit = virtual("fetch_all", ["gate"], world=world, allow=("raise",))
    seen = f"it raised {visit.raised}".replace("raised Deadlock:", "never ended:")
    if visit.raised is None:
        seen = f"it returned {visit.returned}"
    assert error.__name__ in errors(visit.raised), (
        f"when {name} raises {error.__name__}: expected fetch_all to raise {error.__name__}; {seen}"
    )
