"""What a failed check has to show for a kind of mistake to be named: one rule for each kind.

A rule looks at evidence first (calls to doubles, how the run ended, what it printed) and at the explanation where that
says more. A wrong name misleads more than none helps, so each rule asks for something that was seen.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import combinations, pairwise
from typing import Final

from grader.judge.outcome import Outcome
from grader.kinds import CallOutcome, Ending, EventKind, FindingKind, StopReason
from grader.record.recording import Recording
from grader.record.seconds import Seconds
from grader.record.trace import Raised, Span, Trace
from grader.result import Finding, Row, Timeline
from grader.runner.protocol import ENDLESS

_HELD_S: Final = 0.15
"""A loop that was held for less than this, in all, may have been held by a busy machine."""
_AT_ONCE_S: Final = 0.05
"""What lies no further apart than this has one cause."""
_WENT_ON_S: Final = 0.15
"""A call that is under way for longer than this after another has failed was not called off."""
_IDLE: Final = 0.5
"""A program that had the processor for less than this share of its time was waiting."""
_MOST: Final = 0.6
"""The share of its time that a program spends in calls which it makes one after the other."""
_SEVERAL: Final = 3
"""Fewer of a kind may be a coincidence."""

_BROAD: Final = frozenset({"BaseException", "Exception", "OSError", "EnvironmentError", "IOError"})
"""An ``except`` of one of these also catches errors that have nothing to do with the expected one."""

_MOST_CALLS: Final = 300
_MOST_EVENTS: Final = 2000
"""A learner's program makes some dozens; one that makes thousands must not keep the grader from its work."""

_OPENS: Final = re.compile(r"\bopen|\bconnect\b|_on\b|\breserve")
_CLOSES: Final = re.compile(r"\bclose|\bshut|\bdisconnect|_off\b|\bgive_back")
"""What a call of a suite's doubles is named, or what its argument is, when it opens something or closes it again."""

_NESTED: Final = re.compile(
    r"cannot be called from a running event loop|while another loop is running|event loop is already running"
)
_TWICE: Final = re.compile(r"cannot reuse already awaited coroutine|coroutine is being awaited already")
_NOT_DONE: Final = re.compile(r"^(Result|Exception) is not set")
_PLAIN_VALUE: Final = re.compile(
    r"can't be used in 'await' expression|object can't be awaited|or an awaitable is required|"
    r"a coroutine was expected, got (?!<(async_)?generator)"
)
_OTHER_LOOP: Final = re.compile(
    r"attached to a different loop|bound to a different event loop|^Event loop is closed|different loop than"
)
_NO_MORE_THAN_THE_CLASS: Final = re.compile(r": failed, RuntimeError$")
"""How a program that runs tests shows an error."""
_OTHER_THREAD: Final = re.compile(r"Non-thread-safe operation|There is no current event loop in thread")
_NO_LOOP: Final = re.compile(rf"no running event loop|{_OTHER_THREAD.pattern}")
"""The interpreter's own words, from 3.11 to 3.15."""

_GROUPS: Final = ("ExceptionGroup", "BaseExceptionGroup")
CLOCKS: Final = ("tick", "wait")
"""Doubles by which a scenario keeps time: no calls of the learner's."""
_SLEEP: Final = re.compile(r"(asyncio\.)?sleep\(")


@dataclass(frozen=True)
class Failure:
    """A check that failed, and one of the recordings that it rests on, seen from outside and from inside."""

    outcome: Outcome
    recording: Recording
    timeline: Timeline
    findings: tuple[Finding, ...]
    source: str = ""
    """The learner's file."""

    @property
    def coroutines(self) -> list[Row]:
        """The rows of the program's own coroutines."""
        return [row for row in self.timeline.rows if row.outcome is None]

    @cached_property
    def trace(self) -> Trace:
        """The evidence, without the calls by which the scenario keeps time, and no more of it than can be looked at."""
        trace = self.recording.trace
        spans = tuple(span for span in trace.spans[: 2 * _MOST_CALLS] if span.name not in CLOCKS)
        return replace(trace, spans=spans[:_MOST_CALLS], events=trace.events[:_MOST_EVENTS])

    def means(self, name: str) -> bool:
        """Whether the suite says that this check may fail by this mistake, and the check came to its own question."""
        return name in self.outcome.means and self.outcome.asked

    def found(self, kind: FindingKind) -> list[Finding]:
        return [finding for finding in self.findings if finding.kind is kind]


# How it ended


def nested_run(failure: Failure) -> bool:
    return _raised(failure.trace, "RuntimeError", _NESTED)


def awaited_twice(failure: Failure) -> bool:
    return _raised(failure.trace, "RuntimeError", _TWICE)


def early_result(failure: Failure) -> bool:
    return _raised(failure.trace, "InvalidStateError", _NOT_DONE)


def not_awaitable(failure: Failure) -> bool:
    return _raised(failure.trace, "TypeError", _PLAIN_VALUE)


def wrong_loop(failure: Failure) -> bool:
    """Python refused; or the program showed the error, and the check asks what it showed."""
    shown = _showed(failure, "wrong-loop", _OTHER_LOOP) or _showed(failure, "wrong-loop", _NO_MORE_THAN_THE_CLASS)
    return _raised(failure.trace, "RuntimeError", _OTHER_LOOP) or shown


def wrong_thread(failure: Failure) -> bool:
    """Python refused; that no loop runs means so only where the check knows that a thread asked for it."""
    trace = failure.trace
    if _raised(trace, "RuntimeError", _OTHER_THREAD) or _showed(failure, "wrong-thread", _NO_LOOP):
        return True
    return "wrong-thread" in failure.outcome.means and _raised(trace, "RuntimeError", _NO_LOOP)


def _showed(failure: Failure, name: str, error: re.Pattern[str]) -> bool:
    """Whether an error stands in a line, in what a call was told, or in how it ended, and the check may fail by it."""
    trace = failure.trace
    told = (argument for span in trace.spans for argument in span.args)
    ends = (note.value for note in trace.notes("ended"))
    return failure.means(name) and any(error.search(str(text)) for text in (*trace.lines, *told, *ends))


def uncaught_group(failure: Failure) -> bool:
    """An exception group came out, of the run or of what the scenario called, and the check says so."""
    raised, ends = failure.trace.raised, (str(note.value) for note in failure.trace.notes("ended"))
    came_out = (raised is not None and raised.type in _GROUPS) or any(end.startswith(_GROUPS) for end in ends)
    return came_out and (failure.means("uncaught-group") or not failure.outcome.asked)


def deadlock(failure: Failure) -> bool:
    """Nothing was going to wake it: no sleep, no call that the grader had still to answer, and no computation."""
    trace = failure.trace
    if failure.recording.virtual:
        return any(each.type == ENDLESS[0] for each in _and_inner(trace.raised))
    if trace.stop is None or trace.stop.reason is not StopReason.DEADLINE:
        return False
    busy = failure.recording.cpu_s > _IDLE * float(trace.elapsed) or _held_s(failure) > _HELD_S
    asleep = any(_SLEEP.match(row.segments[-1].awaits) for row in failure.coroutines if row.segments)
    return bool(failure.found(FindingKind.LEFT_PENDING)) and not (busy or asleep or _cut_short(trace))


def _raised(trace: Trace, kind: str, message: re.Pattern[str]) -> bool:
    return any(each.type == kind and message.search(each.message) for each in _and_inner(trace.raised))


def _and_inner(raised: Raised | None) -> Iterator[Raised]:
    if raised:
        yield raised
        for inner in raised.inner:
            yield from _and_inner(inner)


def _cut_short(trace: Trace) -> bool:
    """Whether calls were under way when the run ended; they ended with it."""
    return any(
        span.outcome in (CallOutcome.OPEN, CallOutcome.CANCELLED)
        and float(trace.elapsed) - float(span.end) < _AT_ONCE_S
        for span in trace.spans
    )


def abrupt_end(failure: Failure) -> bool:
    """A signal ended the program, where the check asks what the program does then."""
    trace = failure.trace
    killed = trace.exit_status is not None and trace.exit_status < 0
    return failure.means("abrupt-end") and (killed or _raised(trace, "KeyboardInterrupt", re.compile("")))


def orphaned_process(failure: Failure) -> bool:
    """Child processes told that they began, and not all of them that they were gone."""
    trace = failure.trace
    return failure.means("orphaned-process") and len(trace.notes("begin")) > len(trace.notes("gone"))


# What was seen inside


def blocking_call(failure: Failure) -> bool:
    # A program that waits for a processor, or for a grader that waits for one, seems to hold its loop for as long.
    noise = failure.recording.noise
    return _held_s(failure) > _HELD_S + noise.run_delay_s + noise.doubt_s


def never_awaited(failure: Failure) -> bool:
    return bool(failure.found(FindingKind.NEVER_AWAITED))


def lost_exception(failure: Failure) -> bool:
    """Nobody looked; or a call failed, the check asks what became of that, and the program ended as if all were well.

    A program that raises has another error that hides this one.
    """
    trace = failure.trace
    if trace.ended is not Ending.RAISED and any(
        finding.error != "CancelledError" for finding in failure.found(FindingKind.LOST_EXCEPTION)
    ):
        return True
    return failure.means("lost-exception") and _hid_an_error(trace)


def _hid_an_error(trace: Trace) -> bool:
    """Whether a call failed, and the program ended as if all were well."""
    ends = [str(note.value) for note in trace.notes("ended")]
    well = trace.ended is Ending.RETURNED and not any(re.search("Error|Group|cancelled", end) for end in ends)
    return well and any(span.outcome is CallOutcome.RAISED for span in trace.spans)


def leaked_task(failure: Failure) -> bool:
    """A task was pending when the program was through; or a call went on, and the check asks whether any does."""
    trace = failure.trace
    if trace.ended is Ending.RETURNED and failure.found(FindingKind.LEFT_PENDING):
        return True
    return failure.means("leaked-task") and (_cut_short(trace) or _outlived(trace) or _left_running(trace))


def _held_s(failure: Failure) -> float:
    """How long the loop was held, in all, by the call that held it longest."""
    return max((finding.seconds or 0.0 for finding in failure.found(FindingKind.BLOCKING_CALL)), default=0.0)


def _outlived(trace: Trace) -> bool:
    """Whether calls were under way when the scenario noted that the learner's function had ended."""
    ends = [note.at for name in ("ended", "returned") for note in trace.notes(name)]
    return any(span.start < end and float(span.end) - float(end) > _AT_ONCE_S for span in trace.spans for end in ends)


def _left_running(trace: Trace) -> bool:
    """Whether a call had failed, the program had gone on to something else, and other calls were still under way."""
    failed_at = min((float(span.end) for span in trace.spans if span.outcome is CallOutcome.RAISED), default=None)
    if failed_at is None:
        return False
    did = [float(event.at) for event in trace.events if event.kind in (EventKind.LINE, EventKind.CALL)]
    others = [(float(span.start), float(span.end)) for span in trace.spans]
    return any(
        start < failed_at < end - _WENT_ON_S and any(failed_at < at < end for at in did) for start, end in others
    )


# What the check asks, and nothing else


def asked_by_the_check(name: str) -> Callable[[Failure], bool]:
    """A check about this and nothing else failed: the grader was the other end of a connection, and saw it there."""
    return lambda failure: failure.means(name)


# What the check asks, where the recording agrees


def sequential_await(failure: Failure) -> bool:
    """Call after call took most of the time, and none was ever under way beside another."""
    trace = failure.trace
    if "sequential-await" not in failure.outcome.means or trace.ended is Ending.RAISED:
        return False
    if not trace.spans:
        names = [event.name for event in trace.events if event.kind is EventKind.NOTE]
        return len(names) > _SEVERAL and len(set(names)) == 2 and all(one != other for one, other in pairwise(names))
    took_s = sum(float(span.end) - float(span.start) for span in trace.spans)
    return len(trace.spans) > 1 and trace.peak() == 1 and took_s > _MOST * float(trace.elapsed)


def lock_too_wide(failure: Failure) -> bool:
    """One call came after the other, and yet the coroutines that made them were all there at the same time."""
    if not (failure.means("lock-too-wide") and failure.trace.peak() == 1):
        return False
    lives: dict[str, list[tuple[float, float]]] = {}
    for row in failure.coroutines:
        if row.segments:
            life = (row.segments[0].start_s, row.segments[-1].end_s)
            lives.setdefault(row.name or row.label, []).append(life)
    return any(
        min(one[1], other[1]) - max(one[0], other[0]) > _AT_ONCE_S < abs(one[1] - other[1])
        for alike in lives.values()
        for one, other in combinations(alike, 2)
    )


def unbounded_concurrency(failure: Failure) -> bool:
    """As many calls to a double were under way at once as there are things to call it for."""
    if not failure.means("unbounded-concurrency"):
        return False
    trace = failure.trace
    names = {span.name for span in trace.spans}
    return any(trace.peak(name) >= len({str(span) for span in trace.calls(name)}) > _SEVERAL for name in names)


def starved_pool(failure: Failure) -> bool:
    """Calls to a double came in waves: as many as there were threads, and each other one when another had ended."""
    if not failure.means("starved-pool"):
        return False
    for name in {span.name for span in failure.trace.spans}:
        spans = failure.trace.calls(name)
        threads, ends = failure.trace.peak(name), [float(span.end) for span in spans]
        later = [float(span.start) for span in spans if float(span.start) > min(ends)]
        in_turn = [at for at in later if any(0 <= at - end < _AT_ONCE_S for end in ends)]
        if len(later) == len(in_turn) and len(later) >= _SEVERAL <= threads < len(spans):
            return True
    return False


def race_condition(failure: Failure) -> bool:
    """Two were at the same thing at once: one began with it again before the other was through."""
    if not failure.means("race-condition"):
        return False
    spans = [span for span in failure.trace.spans if span.outcome is not CallOutcome.CANCELLED]
    begun = [(span.name, str(span.args[:1])) for span in spans]
    if len(set(begun)) < len(begun):
        return True
    jobs: dict[str, list[Span]] = {}
    for span in spans:
        jobs.setdefault(str(span.args[:1]), []).append(span)
    return any(_same_thing_at_once(one, other) for one, other in combinations(jobs.values(), 2))


def _same_thing_at_once(one: list[Span], other: list[Span]) -> bool:
    things, others = ({str(thing) for span in job for thing in span.args[1:]} for job in (one, other))
    (start, end), (other_start, other_end) = _from_to(one), _from_to(other)
    return bool(things & others) and start < other_end and other_start < end


def _from_to(job: list[Span]) -> tuple[Seconds, Seconds]:
    return min((span.start for span in job), key=float), max((span.end for span in job), key=float)


def failure_ends_all(failure: Failure) -> bool:
    """With what failed other calls ended too, or the whole program did."""
    trace = failure.trace
    if "failure-ends-all" not in failure.outcome.means:
        return False
    if trace.ended is Ending.RAISED:
        return not trace.spans or any(span.outcome is CallOutcome.RAISED for span in trace.spans)
    failed = [float(span.end) for span in trace.spans if span.outcome is CallOutcome.RAISED]
    ended = [float(span.end) for span in trace.spans if span.outcome is CallOutcome.CANCELLED]
    return failure.outcome.asked and bool(failed and ended) and max(ended) - min(failed) > -_AT_ONCE_S


def swallowed_cancellation(failure: Failure) -> bool:
    """It was cancelled, and went on, or returned as if nothing had happened."""
    return "swallowed-cancellation" in failure.outcome.means and _ended_uncancelled(failure)


def mistaken_cancellation(failure: Failure) -> bool:
    """The same of a program that handles a ``CancelledError`` by name: it takes the cancellation for one of its own."""
    is_meant = "mistaken-cancellation" in failure.outcome.means and _ended_uncancelled(failure)
    return is_meant and "CancelledError" in _caught(failure.source)


def _ended_uncancelled(failure: Failure) -> bool:
    cancels = failure.trace.notes("cancel")
    if not cancels:
        return False
    told = [str(note.value) for note in failure.trace.notes("ended") if note.at >= cancels[0].at]
    return bool(told) and not any(re.search("cancelled|Error|Exception", text) for text in told)


def skipped_cleanup(failure: Failure) -> bool:
    """Something was opened, and what closes it was not called, or not before the end."""
    if not failure.means("skipped-cleanup"):
        return False
    spans = failure.trace.spans
    opened = sum(bool(_OPENS.search(str(span))) and span.outcome is CallOutcome.REPLIED for span in spans)
    closing = [span for span in spans if _CLOSES.search(str(span))]
    ends = [note.at for note in failure.trace.notes("ended")]
    return opened > len(closing) or any(float(span.end) - float(end) > _AT_ONCE_S for span in closing for end in ends)


def caught_too_much(failure: Failure) -> bool:
    """A call failed in a way that is to come out, an ``except`` of the file catches nearly everything, and it ended
    as if all were well.
    """
    return failure.means("caught-too-much") and _hid_an_error(failure.trace) and bool(_BROAD & _caught(failure.source))


def interrupted_commit(failure: Failure) -> bool:
    """It was cancelled between two steps that belong together: one was interrupted, or none came after it."""
    cancels = failure.trace.notes("cancel")
    if not failure.means("interrupted-commit") or not cancels:
        return False
    spans, cancelled_at = failure.trace.spans, float(cancels[0].at)
    is_interrupted = any(span.outcome is CallOutcome.CANCELLED for span in spans)
    return is_interrupted or not any(float(span.start) > cancelled_at for span in spans)


def no_back_pressure(failure: Failure) -> bool:
    """The other end took some of it, or sent some of it, and the program took more than that end reads."""
    if not failure.means("no-back-pressure"):
        return False
    trace = failure.trace
    if trace.notes("told"):  # a chat: somebody who does not read is to be put out
        return any(note.value is True for note in trace.notes("kept"))
    return bool(trace.notes("taken"))


@lru_cache(maxsize=64)
def _caught(source: str) -> frozenset[str]:
    """The last names of what its ``except`` clauses and ``suppress`` calls catch; of a bare one ``BaseException``."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError):
        return frozenset()
    found: list[ast.expr | None] = [node.type for node in nodes if isinstance(node, ast.ExceptHandler)]
    for node in nodes:
        if isinstance(node, ast.Call) and _last_name(node.func) == "suppress":
            found += node.args
    names: set[str] = set()
    for caught in found:
        each = caught.elts if isinstance(caught, ast.Tuple) else [caught]
        names.update("BaseException" if one is None else _last_name(one) for one in each)
    return frozenset(names)


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def shell_injection(failure: Failure) -> bool:
    """Tools told that they began, and the check asks whether they got what was typed, as it was typed."""
    return failure.means("shell-injection") and bool(failure.trace.notes("begin"))


def blind_test(failure: Failure) -> bool:
    """The learner's test passed, where it should have failed."""
    return failure.means("blind-test") and any(line.split()[-1:] == ["passed"] for line in failure.trace.lines)


def hand_kept_list(failure: Failure) -> bool:
    """Somebody looked at a list of what runs, and it was wrong."""
    looks = any(event.kind is EventKind.NOTE and event.name.startswith("look") for event in failure.trace.events)
    return failure.means("hand-kept-list") and looks


def late_output(failure: Failure) -> bool:
    """All that was shown was shown within a moment, at the end."""
    shown = [float(span.start) for span in failure.trace.spans]
    if not failure.means("late-output") or len(shown) < _SEVERAL:
        return False
    at_once = max(shown) - min(shown) < (1 - _MOST) * float(failure.trace.elapsed)
    return at_once and min(shown) > _IDLE * float(failure.trace.elapsed)


def polling(failure: Failure) -> bool:
    """A coroutine slept at the same place again and again, and for as long each time, while others were called."""
    if "polling" not in failure.outcome.means or not failure.trace.spans:
        return False
    for row in failure.coroutines:
        slept: dict[str, list[float]] = {}
        for segment in row.segments:
            if _SLEEP.match(segment.awaits):
                slept.setdefault(segment.awaits, []).append(segment.end_s - segment.start_s)
        if any(len(each) >= _SEVERAL and max(each) - min(each) < _AT_ONCE_S for each in slept.values()):
            return True
    return False


def wrong_order(failure: Failure) -> bool:
    """What came out is all there, in the order in which it was ready and not in that in which it was asked for."""
    if not failure.means("wrong-order"):
        return False
    shown, asked, ready = _shown(failure.trace), [], []
    for group in _groups(failure.trace):
        asked += _ranks(shown, sorted(group, key=lambda span: float(span.start)))
        if any(one.overlaps(other) for one, other in pairwise(group)):
            ready += _ranks(shown, sorted(group, key=lambda span: float(span.end)))
    by_readiness = any(ranks == sorted(ranks) for ranks in ready)
    return by_readiness or (bool(asked) and all(ranks != sorted(ranks) for ranks in asked))


def _shown(trace: Trace) -> str:
    """All that came out: printed, returned, or told to a double that was called once."""
    names = [span.name for span in trace.spans]
    told = [str(span.args) for span in trace.spans if names.count(span.name) == 1]
    returned = trace.returned if isinstance(trace.returned, list) else []
    return "\n".join([*trace.lines, *map(str, returned), *told])


def _groups(trace: Trace) -> list[list[Span]]:
    """Calls that belong together: those to one double, or those to all when each was called once.

    Without any, what the world noted: a request that came in, until the note of its answer.
    """
    by_name: dict[str, list[Span]] = {}
    for span in trace.spans:
        by_name.setdefault(span.name, []).append(span)
    if not by_name:
        notes = [event for event in trace.events if event.kind is EventKind.NOTE]
        ends = {str(note.value): note.at for note in notes}
        first = [note for note in notes if note.name == notes[0].name]
        return [[Span(note.name, note.at, ends[str(note.value)], (note.value,)) for note in first]]
    once = max(map(len, by_name.values())) == 1
    return [list(trace.spans)] if once else list(by_name.values())


def _ranks(shown: str, spans: list[Span]) -> list[list[int]]:
    """Where each of them stands in what was shown, told by its first argument, and told by its reply.

    Only where several are to be seen, and can be told apart.
    """
    told = ([str(span.args[0]) for span in spans if span.args], [str(span.reply) for span in spans])
    found = [[shown.find(text) for text in dict.fromkeys(each) if len(text) >= 2 and text in shown] for each in told]
    return [ranks for ranks in found if len(ranks) >= _SEVERAL and len(set(ranks)) == len(ranks)]
