"""crawler: limits, timeouts, retries and order. Each check has a site in which only its own subject matters."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Span, Trace, Virtual, counted, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("LIMIT", "TIMEOUT", "TRIES", "PAUSE", "SITE", "asked", "fetch", "main")

AT_ONCE_S = 1e-4
"""On the virtual clock."""
NEVER_S = 5000.0
MANY = 1000


@dataclass(frozen=True)
class Call:
    """How a call of ``fetch`` goes."""

    seconds: float
    error: type[Exception] | None = None


@dataclass(frozen=True)
class Page:
    links: Sequence[str]
    calls: Sequence[Call]
    """One after the other; the last one is repeated."""


@dataclass(frozen=True)
class Rules:
    """The constants of the file."""

    limit: int = MANY
    timeout: float = NEVER_S
    tries: int = 3
    pause: float = 0.25

    def __str__(self) -> str:
        return f"LIMIT is {self.limit}, TIMEOUT {self.timeout:g} s, TRIES {self.tries}, PAUSE {self.pause:g} s"


Site = Mapping[str, Page]


def world(site: Site, rules: Rules) -> dict[str, Any]:
    made: Counter[str] = Counter()
    now: dict[str, Call] = {}

    def seconds(url: str) -> float:
        page = site.get(url, Page([], [Call(0.0, LookupError)]))
        now[url] = page.calls[min(made[url], len(page.calls) - 1)]
        made[url] += 1
        return now[url].seconds

    def raises(url: str) -> Exception | None:
        kind = now[url].error
        return kind(url) if kind else None

    fetch = double(
        "fetch", delay=seconds, raises=raises, reply=lambda url: list(site[url].links) if url in site else []
    )
    return {
        "fetch": fetch, "LIMIT": rules.limit, "TIMEOUT": rules.timeout, "TRIES": rules.tries, "PAUSE": rules.pause,
    }  # fmt: skip


def told(site: Site, rules: Rules) -> str:
    """The drawn site, as the beginning of a message."""

    def how(call: Call) -> str:
        return f"{call.seconds:g} s" + (f" and raises {call.error.__name__}" if call.error else "")

    pages = "; ".join(
        f"{url} takes {', then '.join(map(how, page.calls))}"
        + (f" and links to {', '.join(page.links)}" if page.links and not page.calls[-1].error else "")
        for url, page in site.items()
    )
    return f"when {rules}; {pages}"


def tree(parents: Sequence[int], seconds: Sequence[float]) -> dict[str, Page]:
    """A site in which each page but the first has one link to it; ``parents``: from which of the pages before it."""
    urls = [f"/{'abcdefghijklmnop'[nth]}" for nth in range(len(parents) + 1)]
    links: dict[str, list[str]] = {url: [] for url in urls}
    for nth, parent in enumerate(parents, start=1):
        links[urls[parent % nth]].append(urls[nth])
    return {
        url: Page(links[url], [Call(round(seconds[nth % len(seconds)] + nth * 0.0137, 5))])
        for nth, url in enumerate(urls)
    }


def in_order(site: Site) -> list[str]:
    """All pages that can be reached, as the docstring orders them."""
    start = next(iter(site))
    order, waiting = {start: None}, deque([start])
    while waiting:
        for link in site[waiting.popleft()].links:
            if link not in order:
                order[link] = None
                waiting.append(link)
    return list(order)


def calls_of(trace: Trace, url: str) -> list[Span]:
    return [call for call in trace.calls("fetch") if call.args[0] == url]


def returned(trace: Trace, when: str) -> list[tuple[str, str]]:
    """What crawl returned, each pair once."""
    never = trace.raised and trace.raised.type == "Deadlock"
    assert trace.raised is None, (
        f"{when}: expected crawl to return; it {'never ends' if never else f'raised {trace.raised}'}"
    )
    pairs = trace.returned if isinstance(trace.returned, list) else []
    assert all(isinstance(pair, list) and len(pair) == 2 for pair in pairs), (
        f"{when}: expected crawl to return pairs of a page and its status; it returned {trace.returned}"
    )
    return list(dict.fromkeys((str(url), str(status)) for url, status in pairs))


def statuses(trace: Trace, when: str) -> dict[str, str]:
    return dict(returned(trace, when))


def listed(items: Sequence[object]) -> str:
    return ", ".join(map(str, items)) or "none"


def unused_slot(trace: Trace, site: Site, limit: int) -> str:
    """When a page waited although a slot was free; empty when that never happened."""
    calls = trace.calls("fetch")
    known = {next(iter(site)): 0.0}
    for call in sorted(calls, key=lambda call: float(call.end)):
        if call.outcome == "replied":
            for link in site[call.args[0]].links:
                known.setdefault(link, float(call.end))
    begun: dict[str, float] = {}
    for call in calls:
        begun.setdefault(call.args[0], float(call.start))
    moments = sorted({0.0, float(trace.elapsed), *(float(each) for call in calls for each in (call.start, call.end))})
    for start, end in pairwise(moments):
        middle = (start + end) / 2
        waiting = [url for url, since in known.items() if since < middle < begun.get(url, NEVER_S)]
        busy = sum(1 for call in calls if float(call.start) < middle < float(call.end))
        if end - start > AT_ONCE_S and waiting and busy < limit:
            return (
                f"from {start:.4f} s to {end:.4f} s, {listed(waiting)} waited, although only "
                f"{counted(busy, 'call was', 'calls were')} under way"
            )
    return ""


# --- by the wall clock ----------------------------------------------------------------------------------------------

HOME, *URLS = [f"/{word}" for word in fresh.words(8)]
# The first is the slowest, so that nothing comes in the order of the links.
EVENING: dict[str, Page] = {
    HOME: Page(URLS[:4], [Call(0.1)]),
    URLS[0]: Page([URLS[4], HOME], [Call(0.6)]),
    URLS[1]: Page([URLS[5], URLS[4]], [Call(0.4)]),
    URLS[2]: Page([], [Call(0.1, LookupError)]),
    URLS[3]: Page([URLS[6]], [Call(0.3)]),
    URLS[4]: Page([], [Call(0.3)]),
    URLS[5]: Page([], [Call(0.1)]),
    URLS[6]: Page([], [Call(0.3)]),
}
ORDER = in_order(EVENING)
TAKES_S = 1.0
"""With enough slots: 0.1, 0.6 and 0.3 s one after the other. One call after the other would take 2.2 s."""

as_it_is = record(None)
evening = record("crawl", HOME, world=world(EVENING, Rules(limit=4, timeout=2.0)))


@points(1, "the program lists the seven pages, after about 1.7 s", public=True)
def test_program(as_it_is: Trace, evening: Trace) -> None:
    expected = [
        "/: ok", "/rooms: ok", "/tickets: ok", "/old: gone", "/shop: ok", "/rooms/1: unreachable", "/shop/cards: ok",
    ]  # fmt: skip
    assert as_it_is.lines == expected, f"expected {'; '.join(expected)}; got {'; '.join(as_it_is.lines) or 'nothing'}"
    assert 1.65 - 0.3 < as_it_is.elapsed < 1.65 + 0.5
    pages = [[url, "gone" if url == URLS[2] else "ok"] for url in ORDER]
    assert evening.returned == pages, (
        f"the seven pages are listed; but of a site of {len(ORDER)} pages: expected {listed(pages)}; "
        f"got {evening.returned}"
    )
    assert evening.elapsed < TAKES_S + 0.5, (
        f"the seven pages are listed in time; but {len(ORDER)} pages that can be loaded in {TAKES_S:g} s took "
        f"{evening.elapsed:.2f} s"
    )


# --- under virtual time ---------------------------------------------------------------------------------------------

# Off every grid, so that a program that looks every hundredth of a second is late.
SECONDS = st.lists(st.sampled_from([0.0, 0.1371, 0.7313, 1.9171, 6.0713]), min_size=1, max_size=4)
PARENTS = st.lists(st.integers(0, 3), max_size=9)
TREE = st.builds(tree, PARENTS, SECONDS)


@points(2, "each page is loaded once, whichever pages link to it", means="race-condition")
@given(site=TREE, more=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8))
def test_once(virtual: Virtual, site: dict[str, Page], more: list[tuple[int, int]]) -> None:
    urls = list(site)
    for of, to in more:
        url = urls[of % len(urls)]
        site = {**site, url: Page([*site[url].links, urls[to % len(urls)]], site[url].calls)}
    trace = virtual("crawl", urls[0], world=world(site, Rules()), allow=("raise",))
    when = told(site, Rules())
    loaded = Counter(call.args[0] for call in trace.calls("fetch"))
    wrong = {url: loaded[url] for url in urls if loaded[url] != 1}
    assert not wrong, f"{when}: expected one call of fetch for each; " + ", ".join(
        f"for {url} there were {count}" for url, count in wrong.items()
    )
    pairs = trace.returned if isinstance(trace.returned, list) else []
    assert len(pairs) == len(urls), f"{when}: expected each page once in the list; got {trace.returned}"


@points(2, "at most LIMIT calls of fetch are under way at once", means="unbounded-concurrency")
@given(site=st.builds(tree, st.lists(st.integers(0, 2), min_size=4, max_size=10), SECONDS), limit=st.integers(1, 3))
def test_limit(virtual: Virtual, site: dict[str, Page], limit: int) -> None:
    rules = Rules(limit=limit)
    trace = virtual("crawl", next(iter(site)), world=world(site, rules), allow=("raise",))
    when = told(site, rules)
    peak = trace.peak("fetch")
    assert peak <= limit, f"{when}: {peak} calls were under way at once"
    loaded = {call.args[0] for call in trace.calls("fetch")}
    assert loaded == set(site), f"{when}: never loaded: {listed(sorted(set(site) - loaded))}"


@points(2, "no page waits while fewer than LIMIT calls are under way")
@given(site=TREE, limit=st.sampled_from([1, 2, 3, MANY]))
def test_no_idle_slot(virtual: Virtual, site: dict[str, Page], limit: int) -> None:
    rules = Rules(limit=limit)
    trace = virtual("crawl", next(iter(site)), world=world(site, rules), allow=("raise",))
    when = told(site, rules)
    idle = unused_slot(trace, site, limit)
    assert not idle, f"{when}: {idle}"
    loaded = {call.args[0] for call in trace.calls("fetch")}
    assert loaded == set(site), f"{when}: never loaded: {listed(sorted(set(site) - loaded))}"
    last = max(float(call.end) for call in trace.calls("fetch"))
    assert abs(trace.elapsed - last) < AT_ONCE_S, (
        f"{when}: the last call ended at {last:.4f} s; crawl returned at {trace.elapsed:.4f} s"
    )


@points(2, "the pages come in the order of the links, whichever is loaded first", means="wrong-order")
@given(site=TREE, more=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=5), limit=st.integers(3, 12))
def test_order(virtual: Virtual, site: dict[str, Page], more: list[tuple[int, int]], limit: int) -> None:
    urls = list(site)
    for of, to in more:
        url = urls[of % len(urls)]
        site = {**site, url: Page([urls[to % len(urls)], *site[url].links], site[url].calls)}
    trace = virtual("crawl", urls[0], world=world(site, Rules(limit=limit)), allow=("raise",))
    when = told(site, Rules(limit=limit))
    found = list(dict.fromkeys(url for url, _ in returned(trace, when)))
    expected = in_order(site)
    assert found == expected, f"{when}: expected {listed(expected)}; crawl returned {listed(found)}"


FAILS = st.sampled_from([ConnectionError, ConnectionResetError, ConnectionRefusedError])
FEW = st.sampled_from([0.0, 0.1371, 0.7313])


@st.composite
def flaky(draw: st.DrawFn) -> tuple[dict[str, Page], Rules]:
    """A page with links, some of which work only after a while, or never."""
    rules = Rules(tries=draw(st.integers(1, 4)), pause=draw(st.sampled_from([0.0937, 0.5371])))
    site: dict[str, Page] = {"/": Page([], [Call(0.1)])}
    for nth in range(draw(st.integers(1, 4))):
        failures = [Call(draw(FEW) + nth * 0.0137, draw(FAILS)) for _ in range(draw(st.integers(0, 5)))]
        site[f"/{'abcd'[nth]}"] = Page([], [*failures, Call(draw(FEW))])
    return {**site, "/": Page([url for url in site if url != "/"], [Call(0.1)])}, rules


@points(2, "a failed call is repeated after a pause that doubles, up to TRIES")
@given(drawn=flaky())
def test_retries(virtual: Virtual, drawn: tuple[dict[str, Page], Rules]) -> None:
    site, rules = drawn
    trace = virtual("crawl", "/", world=world(site, rules), allow=("raise",))
    when = told(site, rules)
    found = statuses(trace, when)
    for url, page in site.items():
        failures = sum(1 for call in page.calls if call.error)
        calls, expected = calls_of(trace, url), min(failures + 1, rules.tries)
        assert len(calls) == expected, (
            f"{when}: expected {counted(expected, 'call')} for {url}; there {'was' if len(calls) == 1 else 'were'} "
            f"{len(calls)}"
        )
        for nth, (earlier, later) in enumerate(pairwise(calls)):
            pause = float(later.start - earlier.end)
            assert abs(pause - rules.pause * 2**nth) < AT_ONCE_S, (
                f"{when}: expected a pause of {rules.pause * 2**nth:g} s before call {nth + 2} for {url}; "
                f"it was {pause:.4f} s"
            )
        status = "ok" if failures < rules.tries else "unreachable"
        assert found.get(url) == status, f"{when}: expected {url} to be {status}; it is {found.get(url, 'not listed')}"
    last = max(float(call.end) for call in trace.calls("fetch"))
    assert abs(trace.elapsed - last) < AT_ONCE_S, (
        f"{when}: the last call ended at {last:.4f} s; crawl returned at {trace.elapsed:.4f} s"
    )


@points(1, "during a pause, other pages are loaded")
@given(
    seconds=st.lists(FEW, min_size=1, max_size=4),
    failing=st.integers(1, 3),
    pause=st.sampled_from([1.3171, 4.0713]),
    limit=st.integers(1, 2),
)
def test_pause(virtual: Virtual, seconds: list[float], failing: int, pause: float, limit: int) -> None:
    rules = Rules(limit=limit, pause=pause)
    # As many pages fail at first as there are slots.
    site = {
        f"/{nth}": Page([], [*([Call(0.1, ConnectionError)] * failing if nth < limit else []), Call(takes + 0.01)])
        for nth, takes in enumerate([0.2] * limit + seconds)
    }
    site = {"/": Page(list(site), [Call(0.1)]), **site}
    trace = virtual("crawl", "/", world=world(site, rules), allow=("raise",))
    idle = unused_slot(trace, site, limit)
    assert not idle, f"{told(site, rules)}: {idle}"
    loaded = {call.args[0] for call in trace.calls("fetch")}
    assert loaded == set(site), f"{told(site, rules)}: never loaded: {listed(sorted(set(site) - loaded))}"


@points(2, "a call is cancelled after TIMEOUT; the wait for its turn is not")
@given(
    parts=st.lists(
        st.lists(st.sampled_from([0.0, 0.37, 0.83, 1.31, 900.0]), min_size=1, max_size=3), min_size=1, max_size=6
    ),
    limit=st.integers(1, 2),
    tries=st.integers(1, 3),
)
def test_timeout(virtual: Virtual, parts: list[list[float]], limit: int, tries: int) -> None:
    rules = Rules(limit=limit, timeout=1.0171, tries=tries, pause=0.0137)
    site = {f"/{nth}": Page([], [Call(part * rules.timeout) for part in each]) for nth, each in enumerate(parts)}
    site = {"/": Page(list(site), [Call(0.1)]), **site}
    trace = virtual("crawl", "/", world=world(site, rules), allow=("raise",))
    when = told(site, rules)
    found = statuses(trace, when)
    for url, page in site.items():
        calls = calls_of(trace, url)
        for call, plan in zip(calls, [*page.calls, *[page.calls[-1]] * MANY], strict=False):
            late = plan.seconds > rules.timeout
            what = f"{when}: a call for {url} began at {call.start:.4f} s"
            cancelled = call.outcome == "cancelled"
            assert cancelled or not late, f"{what}; expected it to be cancelled, it ended by itself at {call.end:.4f} s"
            assert late or not cancelled, f"{what}; it was cancelled at {call.end:.4f} s, before its time was up"
            end = float(call.start) + rules.timeout
            assert not late or abs(float(call.end) - end) < AT_ONCE_S, (
                f"{what}; expected it to be cancelled at {end:.4f} s, it was cancelled at {call.end:.4f} s"
            )
        shown = [*page.calls, *[page.calls[-1]] * tries][:tries]
        status = "unreachable" if all(call.seconds > rules.timeout for call in shown) else "ok"
        assert found.get(url) == status, f"{when}: expected {url} to be {status}; it is {found.get(url, 'not listed')}"


GONE = st.sampled_from([LookupError, KeyError])


@points(1, "a page that does not exist is gone after one call; others are loaded")
@given(site=TREE, at=st.integers(0, 9), also=st.integers(0, 9), kind=GONE)
def test_gone(virtual: Virtual, site: dict[str, Page], at: int, also: int, kind: type[Exception]) -> None:
    urls = list(site)
    gone = {urls[at % len(urls)], urls[also % len(urls)]}
    for url in gone:
        site = {**site, url: Page([], [Call(site[url].calls[0].seconds, kind)])}
    trace = virtual("crawl", urls[0], world=world(site, Rules()), allow=("raise",))
    when = told(site, Rules())
    found = statuses(trace, when)
    for url in in_order(site):
        expected = "gone" if url in gone else "ok"
        assert found.get(url) == expected, (
            f"{when}: expected {url} to be {expected}; it is {found.get(url, 'not listed')}"
        )
        calls = len(calls_of(trace, url))
        assert calls == 1 or url not in gone, f"{when}: expected one call for {url}; there were {calls}"


UNEXPECTED = st.sampled_from(
    [ValueError, OSError, PermissionError, RuntimeError, ArithmeticError, TypeError, Exception]
)


@points(1, "any other exception, or a cancellation, ends everything at once", means=("caught-too-much", "leaked-task"))
@given(
    seconds=st.lists(st.sampled_from([0.2371, 0.9313, 3.1171]), min_size=2, max_size=5),
    at=st.integers(0, 4),
    kind=st.one_of(st.none(), UNEXPECTED),
    limit=st.sampled_from([2, 3, MANY]),
)
def test_ends(virtual: Virtual, seconds: list[float], at: int, kind: type[Exception] | None, limit: int) -> None:
    """``kind`` None: it is cancelled instead, while most of the pages are loaded."""
    rules = Rules(limit=limit)
    bad = f"/{at % len(seconds)}"
    site = {
        f"/{nth}": Page([f"/after-{nth}"], [Call(round(takes + nth * 0.0137, 4), kind if f"/{nth}" == bad else None)])
        for nth, takes in enumerate(seconds)
    }
    later = {link: Page([], [Call(2.0)]) for page in site.values() for link in page.links}
    site = {"/": Page(list(site), [Call(0.1)]), **site, **later}
    cancel_s = 60.0 if kind else 0.5173
    trace = virtual(
        "night", double("wait", delay=lambda seconds: seconds), double("ended"), "/", cancel_s, 20.0,
        scenario=True, world=world(site, rules), allow=("raise",),
    )  # fmt: skip
    when = told(site, rules) + ("" if kind else f"; crawl is cancelled at {cancel_s} s")
    end = cancel_s
    if kind:
        failed = [call for call in calls_of(trace, bad) if call.outcome == "raised"]
        assert failed, f"{when}: {bad} was not loaded to its end"
        end = float(failed[0].end)
    ended = trace.calls("ended")
    expected = [kind.__name__] if kind else ["was cancelled"]
    assert ended, f"{when}: expected crawl to end at {end:.4f} s; it never ends"
    assert ended[0].args[0] == expected, (
        f"{when}: expected of crawl: {expected[0]}; got: {listed(ended[0].args[0] or ['it returned'])}"
    )
    assert abs(float(ended[0].start) - end) < AT_ONCE_S, (
        f"{when}: expected crawl to end at {end:.4f} s; it ended at {ended[0].start:.4f} s"
    )
    for call in trace.calls("fetch"):
        assert float(call.start) < end + AT_ONCE_S, f"{when}: {call} began at {call.start:.4f} s, after the end"
        assert float(call.end) < end + AT_ONCE_S, f"{when}: {call} was under way until {call.end:.4f} s, after the end"
