"""never_retrieved: an error in the background is reported at once, and the foreground continues."""

import itertools
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("KEYS", "INTERVAL", "next_key", "save", "warn", "close", "main")

KEYS = [*fresh.token()[:6], ""]
FAULT = f"disk {fresh.number(10, 99)} is full"
# The page is saved after 0.3 s, then again at 0.7 s, while the writer thinks for a second. That fails at 0.8 s.
THINKS = [0.15, 0.35, 1.0, 0.1, 0.1, 0.1, 0.1]
TYPED_BY = sum(THINKS)
SLOW = [0.2] * len(KEYS)
ERRORS = [OSError, RuntimeError, TimeoutError, ValueError, KeyError, ConnectionError, LookupError]

as_it_is = record(None)
full = record(
    "main",
    world={
        "INTERVAL": 0.3,
        "next_key": double("next_key", delay=lambda number: THINKS[number], reply=lambda number: KEYS[number]),
        "save": double("save", delay=0.1, raises=lambda page: RuntimeError(FAULT) if len(page) > 1 else None),
        "warn": double("warn", blocking=True),
        "close": double("close", delay=0.6),
    },
)
quiet = record(
    "main",
    world={
        "INTERVAL": 0.3,
        "next_key": double("next_key", delay=lambda number: SLOW[number], reply=lambda number: KEYS[number]),
        "save": double("save", delay=0.1),
        "warn": double("warn", blocking=True),
        "close": double("close", delay=0.6),
    },
)


@points(1, "the program warns after 0.9 s", public=True)
def test_program(as_it_is: Trace, full: Trace) -> None:
    assert as_it_is.lines == ["saved: on", "warning: the disk is full", "the page: once", "closed"]
    assert as_it_is.at("warning: the disk is full") < 1.3
    assert as_it_is.elapsed < 2.3
    said = [call.args[0] for call in full.calls("warn")]
    assert FAULT in said, f"here the writer is warned, but not when the second save fails with {FAULT!r}"


@points(1, "the writer is warned as soon as a save has failed, and only once")
def test_warned(full: Trace) -> None:
    said = [call.args[0] for call in full.calls("warn")]
    assert said == [FAULT], f"a save failed; expected the warning {FAULT!r}, got {_quoted(said)}"
    failures = [call.end for call in full.calls("save") if call.outcome == "raised"]
    assert failures, "expected a save at about 0.7 s, which would fail; there was none"
    late = full.call("warn").start - failures[0]
    assert late < 0.4, f"a save failed at {failures[0]:.2f} s; the warning came {late:.2f} s later, expected at once"


@points(1, "after the failure the writer can go on, and nothing more is saved")
def test_goes_on(full: Trace) -> None:
    page = "".join(KEYS)
    assert full.lines == [f"the page: {page}"]
    closing = full.call("close").start
    assert closing < TYPED_BY + 0.4, f"the page was typed by {TYPED_BY:.2f} s; write returned only at {closing:.2f} s"
    failed = [save.end for save in full.calls("save") if save.outcome == "raised"]
    later = [save.start for save in full.calls("save") if failed and save.start > failed[0] + 0.05]
    assert not later, f"a save failed at {failed[0]:.2f} s; expected no further one, the next began at {later[0]:.2f} s"


@points(1, "without a failure there is no warning; saving ends with the writing")
def test_quiet(quiet: Trace) -> None:
    assert quiet.lines == [f"the page: {''.join(KEYS)}"]
    said = [call.args[0] for call in quiet.calls("warn")]
    assert not said, f"no save failed; expected no warning, got {_quoted(said)}"
    assert "Traceback" not in quiet.stderr, (
        f"no save failed; expected no traceback, got one that ends with {quiet.stderr.strip().splitlines()[-1]!r}"
    )
    saves = quiet.calls("save")
    assert len(saves) > 1, f"expected a save every 0.4 s for {sum(SLOW):.1f} s; there were {len(saves)}"
    closing = quiet.call("close").start
    late = [save for save in saves if save.end - closing > 0.3]
    assert not late, f"write returned at {closing:.2f} s; a save was still running until {late[0].end:.2f} s"


# In seconds, off every grid: no save begins or ends at the moment of a key.
THINKING = st.sampled_from([0.0, 0.0713, 0.9007, 2.3119, 7.1003])


@points(2, "whenever a save fails, the warning comes at that moment")
@given(
    thinks=st.lists(THINKING, min_size=1, max_size=5),
    interval=st.sampled_from([0.137, 1.303]),
    save_s=st.sampled_from([0.0, 0.4729, 5.0031]),
    failing=st.integers(0, 5),
    error=st.sampled_from(ERRORS),
)
def test_any_page(
    virtual: Virtual, thinks: list[float], interval: float, save_s: float, failing: int, error: type[Exception]
) -> None:
    keys = [*"abcde"[: len(thinks) - 1], ""]
    number = itertools.count(1)
    trace = virtual(
        "main",
        world={
            "INTERVAL": interval,
            "next_key": double("next_key", delay=lambda n: thinks[n], reply=lambda n: keys[n]),
            "save": double(
                "save", delay=save_s, raises=lambda _: error("no space") if next(number) == failing else None
            ),
            "warn": double("warn", blocking=True),
            "close": double("close", delay=30.0),
        },
    )
    done = sum(thinks)
    when = (
        f"when the keys take {', '.join(f'{seconds:g}' for seconds in thinks)} s, INTERVAL is {interval} s, "
        f"a save takes {save_s:g} s and " + (f"save {failing} raises {error.__name__}" if failing else "no save fails")
    )
    begins = [n * interval + (n - 1) * save_s for n in range(1, failing + 1 if failing else 400)]
    begins = [at for at in begins if at < done - 1e-6]
    fails = failing and len(begins) == failing and begins[-1] + save_s < done - 1e-6
    warning = (str(error("no space")), begins[-1] + save_s) if fails else None
    told = [(str(call.args[0]), float(call.start)) for call in trace.calls("warn")]
    same = [text for text, _ in told] == ([warning[0]] if warning else []) and (
        warning is None or abs(told[0][1] - warning[1]) < 1e-4
    )
    assert same, f"{when}: expected {_warnings([warning] if warning else [])}; got {_warnings(told)}"
    page = "".join(keys)
    assert trace.lines == [f"the page: {page}"], f"{when}: expected 'the page: {page}'; got {_quoted(trace.lines)}"
    closing = float(trace.call("close").start)
    assert abs(closing - done) < 1e-4, f"{when}: expected write to return at {done:g} s; it did at {closing:.4f} s"
    saves = trace.calls("save")
    assert len(saves) == len(begins), f"{when}: expected {_saves(len(begins))}; {len(saves)} began"
    for at, save in zip(begins, saves, strict=True):
        assert abs(float(save.start) - at) < 1e-4, (
            f"{when}: expected a save at {at:.4f} s; it began at {save.start:.4f} s"
        )
        typed = sum(sum(thinks[: n + 1]) < at for n in range(len(keys) - 1))
        assert save.args == (page[:typed],), (
            f"{when}: expected {page[:typed]!r} to be saved at {at:.4f} s; it was {save.args[0]!r}"
        )
        assert float(save.end) < done + 1e-4, (
            f"{when}: write returned at {done:g} s; a save was still running until {save.end:.4f} s"
        )


def _warnings(told: Sequence[tuple[str, float]]) -> str:
    return ", ".join(f"the warning {text!r} at {at:.4f} s" for text, at in told) or "no warning"


def _quoted(texts: Sequence[object]) -> str:
    return ", ".join(map(repr, texts)) or "nothing"


def _saves(count: int) -> str:
    return "1 save" if count == 1 else f"{count} saves"
