"""Seconds that know how far to trust them.

A check compares a measured time with a bound. The measurement carries its recording's noise; when the distance to the
bound is within that noise, the comparison could have come out otherwise on a quiet machine, and the judge hears of
it (``watch``). That need not matter: a check that fails by something else fails either way (``same_either_way``).

Two times of one recording are another matter: which of two moments came first is exact, because the program put them
in order and the clock only followed; and suites look for the longest of many gaps, where it does not matter which of
two alike is taken, as long as it is the bound that the noise is held against. (A doubt there made every ``max(gaps)``
inconclusive.) Times of two recordings are measurements on both sides.

Noise makes a program late and never early: a moment counted from the start of the run may have come sooner on a quiet
machine by all that the run lost, and later only by as much as the start itself was seen too late.
"""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grader.kinds import Doubt, DoubtKind

_MOST_WAYS = 64
"""Six comparisons within the noise, each of which is made however the others came out."""


class _Watch:
    """Hears of every comparison within the noise, and may turn it round."""

    def __init__(self, turns: Sequence[bool], least_s: float) -> None:
        self._turns = turns
        self.least_s = least_s
        self.doubts: list[Doubt] = []
        self.distances: list[Distance] = []

    def compared(self, outcome: bool, reason: Doubt) -> bool:
        number = len(self.doubts)
        self.doubts.append(reason)
        return outcome is not (number < len(self._turns) and self._turns[number])


@dataclass(frozen=True)
class Distance:
    """How far a measured time was from the number that it was compared with, in seconds."""

    seconds: float
    lost_s: float
    """How much of it noise may have taken: that makes a time longer, so only where it is under a bound."""
    text: str
    """``took 1.02 s against 1.5 s``"""


_watch: _Watch | None = None


@contextlib.contextmanager
def watch(turns: Sequence[bool] = (), least_s: float = 0.0) -> Iterator[list[Doubt]]:
    """Collect what is compared within the noise while the block runs; empty means that the outcome stands.

    ``turns``: which of these comparisons, in the order in which they are made, come out the other way round.
    ``least_s``: as if every recording had at least that much noise.
    """
    with _watching(_Watch(turns, least_s)) as own:
        yield own.doubts


@contextlib.contextmanager
def measured() -> Iterator[list[Distance]]:
    """Collect every comparison of a time that was really measured with a number, while the block runs.

    Watchers around the block hear nothing of it.
    """
    with _watching(_Watch((), 0.0)) as own:
        yield own.distances


@contextlib.contextmanager
def _watching(own: _Watch) -> Iterator[_Watch]:
    global _watch
    before, _watch = _watch, own
    try:
        yield own
    finally:
        _watch = before


def same_either_way(check: Callable[[], object], least_s: float = 0.0) -> bool:
    """Whether a check passes, or fails, in every way in which its comparisons within the noise can come out.

    It is made once for each way, so it must do nothing but compare. False as well where there are too many.
    ``least_s``: as if every recording had at least that much noise.
    """
    ways: list[tuple[bool, ...]] = [()]
    outcomes: set[type[Exception] | None] = set()
    for _ in range(_MOST_WAYS):
        turns = ways.pop()
        with watch(turns, least_s) as doubts:
            outcomes.add(_outcome(check))
        if len(outcomes) > 1:
            return False
        settled = len(turns)
        ways += [(*turns, *[False] * (number - settled), True) for number in range(settled, len(doubts))]
        if not ways:
            return True
    return False


def _outcome(check: Callable[[], object]) -> type[Exception] | None:
    try:
        check()
    except Exception as error:
        return type(error)
    return None


class _Source:
    """Stands for a recording where times travel to another process: the recording itself does not."""


_sources: weakref.WeakKeyDictionary[object, _Source] = weakref.WeakKeyDictionary()


def _travelling(source: object) -> object:
    try:
        return _sources.setdefault(source, _Source()) if source is not None else None
    except TypeError:  # a text, a number
        return source


class Seconds(float):
    """A measured time in seconds, with the ``noise_s`` of its recording and a ``phrase`` for messages.

    ``early_s``, where it is less than the noise: how much more it may have been, while ``noise_s`` is how much less.

    ``phrase`` has one ``{}`` for the number: ``"took {} s"`` (other braces are doubled, as for ``str.format``).
    ``source`` is the recording it was measured in, any object.
    """

    noise_s: float
    early_s: float
    phrase: str
    source: object

    def __new__(
        cls,
        value: float,
        noise_s: float = 0.0,
        phrase: str = "{} s",
        *,
        source: object = None,
        early_s: float | None = None,
    ) -> Seconds:
        self = super().__new__(cls, value)
        self.noise_s = noise_s
        self.early_s = noise_s if early_s is None else min(early_s, noise_s)
        self.phrase = phrase
        self.source = source
        return self

    def __str__(self) -> str:
        return self.phrase.format(f"{float(self):.2f}")

    def __getstate__(self) -> dict[str, object]:
        return vars(self) | {"source": _travelling(self.source)}

    def saying(self, phrase: str) -> Seconds:
        """The same time with another phrase."""
        return Seconds(self, self.noise_s, phrase, source=self.source, early_s=self.early_s)

    # -- comparisons ----------------------------------------------------------------------------------------------

    def _comes_out(self, outcome: bool, other: object) -> bool:
        """The outcome of a comparison; watchers hear of it if the noise could turn it round."""
        if _watch is None or not isinstance(other, (int, float)):
            return outcome
        if isinstance(other, Seconds):
            if self.source is other.source:
                return outcome
            noise_s, _ = self._together(other)
            early_s = noise_s
        else:
            noise_s, early_s = self.noise_s, self.early_s
            if noise_s or self.source is not None:  # and is none of the virtual clock's
                text = f"{self} against {other:.4g} s"
                lost_s = noise_s if float(self) < float(other) else 0.0
                _watch.distances.append(Distance(abs(float(other) - float(self)), lost_s, text))
                noise_s, early_s = max(noise_s, _watch.least_s), max(early_s, _watch.least_s)
        if noise_s > 0 and -noise_s <= float(other) - float(self) <= early_s:
            return _watch.compared(outcome, Doubt(DoubtKind.WITHIN_NOISE, float(self), float(other), noise_s))
        return outcome

    def __lt__(self, other: float) -> bool:
        return self._comes_out(float.__lt__(self, other), other)

    def __le__(self, other: float) -> bool:
        return self._comes_out(float.__le__(self, other), other)

    def __gt__(self, other: float) -> bool:
        return self._comes_out(float.__gt__(self, other), other)

    def __ge__(self, other: float) -> bool:
        return self._comes_out(float.__ge__(self, other), other)

    def __eq__(self, other: object) -> bool:
        return self._comes_out(float.__eq__(self, other), other)

    def __ne__(self, other: object) -> bool:
        return self._comes_out(float.__ne__(self, other), other)

    __hash__ = float.__hash__

    # -- arithmetic: a result is a length of time, as noisy as what it is made of ---------------------------------

    def _together(self, other: Seconds) -> tuple[float, object]:
        """The noise and the source of both. One recording's noise counts once: it is what the whole run lost."""
        if self.source is other.source or not (self.noise_s and other.noise_s):
            return max(self.noise_s, other.noise_s), self.source if self.noise_s else other.source
        return self.noise_s + other.noise_s, None

    def _derived(self, value: float, other: float, early_s: float | None = None) -> Seconds:
        if not isinstance(other, Seconds):
            return Seconds(value, self.noise_s, source=self.source, early_s=early_s)
        noise_s, source = self._together(other)
        return Seconds(value, noise_s, source=source)

    def __add__(self, other: float) -> Seconds:
        return self._derived(float(self) + float(other), other, self.early_s)

    __radd__ = __add__

    def __sub__(self, other: float) -> Seconds:
        return self._derived(float(self) - float(other), other, self.early_s)

    def __rsub__(self, other: float) -> Seconds:
        return self._derived(float(other) - float(self), other)

    def __mul__(self, factor: float) -> Seconds:
        return Seconds(float(self) * factor, self.noise_s * abs(factor), source=self.source)

    __rmul__ = __mul__

    def __truediv__(self, divisor: float) -> Seconds:
        """A part of the time; divided by another time, how many times as long it was."""
        ratio = float(self) / float(divisor)
        if not isinstance(divisor, Seconds):
            return Seconds(ratio, self.noise_s / abs(float(divisor)), source=self.source)
        noise = (self.noise_s + abs(ratio) * divisor.noise_s) / abs(float(divisor))
        return Seconds(ratio, noise, "{} times as long")

    def __neg__(self) -> Seconds:
        return Seconds(-float(self), self.noise_s, source=self.source)

    def __abs__(self) -> Seconds:
        return Seconds(abs(float(self)), self.noise_s, self.phrase, source=self.source)

    def __round__(self, digits: int | None = None) -> Seconds:  # type: ignore[override]
        """Rounded, and still noisy: rounding first must not be the way past the noise."""
        return Seconds(round(float(self), digits or 0), self.noise_s, self.phrase, source=self.source)
