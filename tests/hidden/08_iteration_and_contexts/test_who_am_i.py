"""who_am_i: every line of the log is signed by the user of its own request."""

from collections import Counter
from collections.abc import Iterable, Mapping

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, ending, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("sign_in", "store", "audit", "save", "main")

IDA, TOM, EVA = USERS = fresh.words(3)
TOKENS = {user: fresh.token() for user in USERS}
PAGES = fresh.words(5)
SIGN_IN_S = {IDA: 0.2, TOM: 0.4, EVA: 0.2}
# Each page is saved when another user has signed in last.
STORE_S = dict(zip(PAGES, [0.6, 0.5, 0.8, 0.7, 0.3], strict=True))
CAME_S = {IDA: 0.0, TOM: 0.1, EVA: 0.4}
FAULT = f"{fresh.word()} is full"
WAIT = double("wait", delay=lambda seconds: seconds)
OPENED = {IDA: PAGES[:2], TOM: PAGES[2:4], EVA: PAGES[4:]}
AT_ONCE_S = 1e-4
"""On the virtual clock."""


def wiki(
    store_s: Mapping[str, float],
    sign_in_s: Mapping[str, float],
    tokens: Mapping[str, str],
    audit_s: float = 0.0,
    trouble: Mapping[str, Exception] | None = None,
) -> dict[str, Double]:
    """The world: how long everything takes, whose each token is, and which page or user leads to an error."""
    users = {token: user for user, token in tokens.items()}
    errors = trouble or {}
    return {
        "sign_in": double(
            "sign_in",
            delay=lambda token: sign_in_s[users[token]],
            reply=lambda token: users[token],
            raises=lambda token: errors.get(users[token]),
        ),
        "store": double("store", delay=lambda page: store_s[page], raises=lambda page: errors.get(page)),
        "audit": double("audit", delay=audit_s),
    }


as_it_is = record(None)
together = record(
    "day",
    WAIT,
    0.3,
    [[CAME_S[user], [TOKENS[user], pages, None]] for user, pages in OPENED.items()],
    1,
    scenario=True,
    world=wiki(STORE_S, SIGN_IN_S, TOKENS),
)
night = record(
    "night",
    WAIT,
    [
        [TOKENS[IDA], PAGES[:1], None],
        [TOKENS[TOM], PAGES[1:2], None],
        [TOKENS[EVA], PAGES[2:3], None],
        [TOKENS[IDA], PAGES[3:4], 0.5],
    ],
    scenario=True,
    world=wiki(
        dict.fromkeys(PAGES, 0.2) | {PAGES[3]: 2.0},
        dict.fromkeys(USERS, 0.1),
        TOKENS,
        trouble={PAGES[1]: OSError(FAULT)},
    ),
)


def written(trace: Trace) -> list[str]:
    return [call.args[0] for call in trace.calls("audit")]


def of_request(user: str, pages: Iterable[str]) -> list[str]:
    """The lines of a request in which all goes well."""
    return [*(f"{user}: {did} {page}" for page in pages for did in ("saved", "indexed")), f"{user}: left"]


def compare(lines: list[str], wanted: Iterable[str], when: str = "", *, optional: Iterable[str] = ()) -> None:
    """The wanted lines, in any order; else the first one that is wrong, too many or missing is told."""
    surplus = Counter(lines) - Counter(wanted) - Counter(optional)
    missing = Counter(wanted) - Counter(lines)
    if surplus:
        line = next(iter(surplus))
        action = line.partition(": ")[2]
        right = next((each for each in [*missing, *optional] if each.partition(": ")[2] == action), None)
        why = f"expected {right!r}" if right else "that is one line too many"
        raise AssertionError(f"{when}the log says {line!r}; {why}{_remark(line)}")
    for line in missing:
        raise AssertionError(f"{when}the log lacks {line!r}{_remark(line)}")


def _remark(line: str) -> str:
    return " (graded with a save that logs this later, in a task)" if ": indexed " in line else ""


def compare_day(trace: Trace, when: str = "") -> None:
    """The lines of the requests and of the system meanwhile; another check looks at those after a request."""
    lines = [line for line in written(trace) if ": after " not in line]
    wanted = [line for user, pages in OPENED.items() for line in of_request(user, pages)]
    compare(lines, [*wanted, "system: tick 0"], when)


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
    compare_day(together, f"your requests are signed correctly, but when {', '.join(USERS)} come, ")


@points(1, "with several requests at once, each line has its own user")
def test_together(together: Trace) -> None:
    compare_day(together)


@points(
    1,
    "no request waits for another, and its pages are stored at the same time",
    means=("lock-too-wide", "sequential-await"),
)
def test_fast(together: Trace) -> None:
    for user, pages in OPENED.items():
        signed_in = together.call("sign_in", TOKENS[user])
        late = signed_in.start - CAME_S[user]
        assert late < 0.35, f"a request came at {CAME_S[user]:g} s, but sign_in was called {late:.2f} s later"
        late, message = latest(
            (
                together.call("store", page).start - signed_in.end,
                f"{user} was signed in at {signed_in.end:.2f} s, but store({page}) began at "
                f"{together.call('store', page).start:.2f} s",
            )
            for page in pages
        )
        assert late < 0.35, message


@points(2, "outside of requests the system signs, even after a failure")
def test_night(night: Trace) -> None:
    handled = [night.notes(f"handled {number}")[0].value for number in range(4)]
    wanted = ["well", f"OSError: {FAULT}", "well", "cancelled"]
    for number, (how, expected) in enumerate(zip(handled, wanted, strict=True)):
        assert how == expected, f"request {number + 1} {ending(how)}; it should have {ending(expected, was='been')}"
    lines = [f"system: {when} {number}" for number in range(4) for when in ("during", "after")]
    compare(written(night), ["system: start", *lines, *of_request(IDA, PAGES[:1]), *of_request(EVA, PAGES[2:3])])


@points(2, "whenever requests come and whatever fails, each line is signed correctly")
@given(
    requests=st.lists(
        st.tuples(
            st.integers(0, 3000),
            st.integers(0, 2000),
            st.lists(st.integers(0, 3000), max_size=3),
            st.sampled_from(["well", "well", "store", "sign_in", "cancelled"]),
            st.integers(1, 4000),
        ),
        min_size=1,
        max_size=4,
    ),
    audit_ms=st.sampled_from([0, 0, 137, 1713]),
    later_ms=st.integers(1, 3000),
)
def test_any_requests(
    virtual: Virtual, requests: list[tuple[int, int, list[int], str, int]], audit_ms: int, later_ms: int
) -> None:
    users = [f"user-{n}" for n in range(len(requests))]
    tokens = {user: f"token of {user}" for user in users}
    sign_in_s = {user: sign_in / 1000 for user, (_, sign_in, *_) in zip(users, requests, strict=True)}
    store_s: dict[str, float] = {}
    trouble: dict[str, Exception] = {}
    plan: list[list[object]] = []
    wanted = [f"system: tick {n}" for n in range(3)]
    optional: list[str] = []
    told: list[str] = []
    ends: dict[str, str] = {}
    stored: dict[str, float] = {}
    left: dict[str, float] = {}
    for number, (user, (after, sign_in, stores, how, ms)) in enumerate(zip(users, requests, strict=True)):
        pages = [f"page {n} of {user}" for n in range(len(stores))]
        if how == "store" and not pages:
            how = "well"
        over, patience = after + sign_in + max(stores, default=0) + 10_000, None
        ends[user] = "well"
        if how == "store":
            over = after + sign_in + stores[0]
            trouble[pages[0]] = [OSError(FAULT), PermissionError(FAULT)][ms % 2]
        elif how == "sign_in":
            over = 0
            trouble[user] = KeyError(tokens[user])
        elif how == "cancelled":
            over, patience = after + ms, ms / 1000
        if how in ("store", "sign_in"):
            error = trouble[pages[0] if how == "store" else user]
            ends[user] = f"{type(error).__name__}: {error}"
        store_s |= {page: ms / 1000 for page, ms in zip(pages, stores, strict=True)}
        lines = [
            (after + sign_in + ms, f"{user}: {did} {page}")
            for page, ms in zip(pages, stores, strict=True)
            for did in ("saved", "indexed")
        ]
        leaves = after + sign_in + (max(stores) + audit_ms if stores else 0)
        if how == "cancelled":
            # Once the lines of the pages are being written, whether they are finished is a matter of style.
            if over > leaves + audit_ms + 1:
                patience, how = None, "well"
            else:
                ends[user] = "cancelled"
        lines.append((leaves, f"{user}: left"))
        for at, line in lines:
            if how == "well" or (at + audit_ms < over - 1 and not (how == "store" and line == f"{user}: left")):
                wanted.append(line)
            elif how == "cancelled" or (how == "store" and not line.endswith(": left")):
                optional.append(line)
        wanted.append(f"system: after {number}")
        if how == "well":
            left[user] = leaves / 1000
        if how == "well" or over > after + sign_in + 1:
            stored |= dict.fromkeys(pages, (after + sign_in) / 1000)
        plan.append([after / 1000, [tokens[user], pages, patience]])
        told.append(
            f"{user} comes at {after / 1000:g} s (sign_in {sign_in / 1000:g} s, "
            f"{'pages ' + ', '.join(f'{ms / 1000:g} s' for ms in stores) if stores else 'no pages'}"
            + {"well": "", "store": ", the first page fails", "sign_in": ", sign_in fails"}.get(
                how, f", cancelled after {ms / 1000:g} s"
            )
            + ")"
        )
    # A page that fails writes no line.
    failed = [page for page in trouble if page in store_s]
    optional = [line for line in optional if not any(line.endswith(f" {page}") for page in failed)]
    wanted = [line for line in wanted if not any(line.endswith(f" {page}") for page in failed)]
    world = wiki(store_s, sign_in_s, tokens, audit_ms / 1000, trouble)
    trace = virtual("day", WAIT, later_ms / 1000, plan, 3, scenario=True, world=world)
    when = f"when {' and '.join(told)}: "
    compare(written(trace), wanted, when, optional=optional)
    for number, (user, how) in enumerate(ends.items()):
        seen = trace.notes(f"handled {number}")[0].value
        assert seen == how, f"{when}the request of {user} {ending(seen)}; it should have {ending(how, was='been')}"
    for page, due in stored.items():
        began = [call.start for call in trace.calls("store") if call.args == (page,)]
        assert len(began) == 1, f"{when}store was called {len(began)} times for {page}; expected once"
        assert abs(began[0] - due) < AT_ONCE_S, f"{when}store({page}) began at {began[0]:g} s; expected {due:g} s"
    for user, due in left.items():
        wrote = trace.call("audit", f"{user}: left").start
        assert abs(wrote - due) < AT_ONCE_S, f"{when}'{user}: left' was logged at {wrote:g} s; expected {due:g} s"
