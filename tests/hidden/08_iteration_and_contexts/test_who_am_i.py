"""who_am_i: every line of the log is signed by the user of its own request."""

from collections import Counter
from collections.abc import Callable, Mapping

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, points, record

IDA, TOM, EVA = USERS = fresh.words(3)
TOKENS = {user: fresh.token() for user in USERS}
PAGES = fresh.words(5)
SIGN_IN_S = {IDA: 0.2, TOM: 0.4, EVA: 0.2}
# Each page is saved when another user has signed in last.
STORE_S = dict(zip(PAGES, [0.6, 0.5, 0.8, 0.7, 0.3], strict=True))
FAULT = f"{fresh.word()} is full"
WAIT = double("wait", delay=lambda seconds: seconds)
OPENED = {IDA: PAGES[:2], TOM: PAGES[2:4], EVA: PAGES[4:]}


def wiki(
    store_s: Mapping[str, float], sign_in_s: Mapping[str, float], tokens: Mapping[str, str], full: str = ""
) -> dict[str, Double]:
    """The world: how long storing and signing in take, whose each token is, and the page that cannot be stored."""
    users = {token: user for user, token in tokens.items()}
    refusal: Callable[[str], OSError | None] = lambda page: OSError(FAULT) if page == full else None  # noqa: E731
    return {
        "sign_in": double("sign_in", delay=lambda token: sign_in_s[users[token]], reply=lambda token: users[token]),
        "store": double("store", delay=lambda page: store_s[page], raises=refusal),
        "audit": double("audit"),
    }


as_it_is = record(None)
together = record(
    "day",
    WAIT,
    [[0.0, TOKENS[IDA], OPENED[IDA]], [0.1, TOKENS[TOM], OPENED[TOM]], [0.4, TOKENS[EVA], OPENED[EVA]]],
    1,
    scenario=True,
    world=wiki(STORE_S, SIGN_IN_S, TOKENS),
)
night = record(
    "night",
    WAIT,
    [[TOKENS[IDA], PAGES[:1]], [TOKENS[TOM], PAGES[1:2]], [TOKENS[EVA], PAGES[2:3]]],
    scenario=True,
    world=wiki(dict.fromkeys(PAGES, 0.2), dict.fromkeys(USERS, 0.1), TOKENS, full=PAGES[1]),
)


def written(trace: Trace) -> list[str]:
    return [call.args[0] for call in trace.calls("audit")]


def compare(lines: list[str], wanted: list[str], when: str = "") -> None:
    """The same lines, in any order; else the first that is too many or missing is told."""
    surplus, missing = Counter(lines) - Counter(wanted), Counter(wanted) - Counter(lines)
    if surplus:
        line = next(iter(surplus))
        action = line.partition(": ")[2]
        right = next((each for each in missing if each.partition(": ")[2] == action), None)
        assert right is None, f"{when}the log says {line!r}; expected {right!r}"
        raise AssertionError(f"{when}the log says {line!r}, which is not expected, or not that often")
    assert not missing, f"{when}the log lacks {next(iter(missing))!r}"


@points(1, "the program signs each line with the right user", public=True)
def test_program(as_it_is: Trace, together: Trace) -> None:
    assert as_it_is.lines == [
        "ida: saved terms",
        "ida: left",
        "tom: saved prices",
        "tom: saved map",
        "tom: left",
        "system: backup made",
    ]
    assert 0.7 < as_it_is.elapsed < 1.2
    wanted = [f"{user}: saved {page}" for user, pages in OPENED.items() for page in pages]
    wanted += [*(f"{user}: left" for user in USERS), "system: tick 0"]
    compare(written(together), wanted, f"here each line has its user, but when {', '.join(USERS)} come at a time, ")


@points(1, "requests at the same time: each line has the user of its own request")
def test_together(together: Trace) -> None:
    wanted = [f"{user}: saved {page}" for user, pages in OPENED.items() for page in pages]
    compare(written(together), [*wanted, *(f"{user}: left" for user in USERS), "system: tick 0"])


@points(
    1,
    "no request waits for another, and the pages of one are stored together",
    means=("lock-too-wide", "sequential-await"),
)
def test_fast(together: Trace) -> None:
    came_s = {IDA: 0.0, TOM: 0.1, EVA: 0.4}
    for user, pages in OPENED.items():
        signed_in = together.call("sign_in", TOKENS[user])
        late = signed_in.start - came_s[user]
        assert late < 0.35, f"a request came at {came_s[user]:g} s, and was looked at {late:.2f} s later"
        for page in pages:
            stored = together.call("store", page)
            late = stored.start - signed_in.end
            assert late < 0.4, f"{user} was signed in, but {page} was stored only {late:.2f} s later"


@points(2, "before, beside and after requests it is the system, also after a failure")
def test_night(night: Trace) -> None:
    handled = [note.value for note in night.notes("handled")]
    assert handled == ["well", FAULT, "well"], f"the requests ended with {handled}; one page could not be stored"
    wanted = [f"system: {when} {number}" for number in range(3) for when in ("beside", "after")]
    for user, page in ((IDA, PAGES[0]), (EVA, PAGES[2])):
        wanted += [f"{user}: saved {page}", f"{user}: left"]
    compare(written(night), ["system: start", *wanted])


@points(2, "whoever comes when, every line is signed by the right one")
@given(
    requests=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 3), st.lists(st.integers(0, 4), max_size=3)),
        min_size=1,
        max_size=4,
    )
)
def test_any_requests(virtual: Virtual, requests: list[tuple[int, int, list[int]]]) -> None:
    users = [f"user-{n}" for n in range(len(requests))]
    tokens = {user: f"token of {user}" for user in users}
    sign_in_s = {user: float(seconds) for user, (_, seconds, _) in zip(users, requests, strict=True)}
    store_s: dict[str, float] = {}
    plan, wanted, end = [], [], 3.0
    for user, (after, sign_in, stores) in zip(users, requests, strict=True):
        pages = [f"page {n} of {user}" for n in range(len(stores))]
        store_s |= {page: float(seconds) for page, seconds in zip(pages, stores, strict=True)}
        plan.append([float(after), tokens[user], pages])
        wanted += [f"{user}: saved {page}" for page in pages] + [f"{user}: left"]
        end = max(end, after + sign_in + max(stores, default=0))
    trace = virtual("day", WAIT, plan, 3, scenario=True, world=wiki(store_s, sign_in_s, tokens))
    when = "when requests come after " + ", ".join(
        f"{after} s (sign-in {sign_in} s, pages {stores or 'none'})" for after, sign_in, stores in requests
    )
    compare(written(trace), [*wanted, *(f"system: tick {n}" for n in range(3))], f"{when}: ")
    assert abs(trace.elapsed - end) < 0.1, f"{when}: all was done at {trace.elapsed:g} s, expected {end:g} s"
