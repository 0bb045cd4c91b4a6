"""Seconds that know how far to trust them.

A check compares a measured time with a bound. The measurement carries its recording's noise; when the distance to the
bound is within that noise, the comparison could have come out otherwise on a quiet machine, and whoever judges hears of
it (``watch``).

Two times of one recording are another matter: which of two moments came first is exact, because the program put them
in order and the clock only followed; and suites look for the longest of many gaps, where it does not matter which of
two alike is taken, as long as it is the bound that the noise is held against. (A doubt there made every ``max(gaps)``
inconclusive.) Times of two recordings are measurements on both sides.

Noise makes a program late and never early: a moment counted from the start of the run may have come sooner on a quiet
machine by all that the run lost, and later only by as much as the start itself was seen too late.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

_doubts: list[str] | None = None


@contextlib.contextmanager
def watch() -> Iterator[list[str]]:
    """Collect what is compared within the noise while the block runs; empty means that the outcome stands."""
    global _doubts
    before, _doubts = _doubts, []
    try:
        yield _doubts
    finally:
        _doubts = before


def doubt(reason: str) -> None:
    """Say that an outcome may be the noise's."""
    if _doubts is not None:
        _doubts.append(reason)


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

    def saying(self, phrase: str) -> Seconds:
        """The same time with another phrase."""
        return Seconds(self, self.noise_s, phrase, source=self.source, early_s=self.early_s)

    # -- comparisons ----------------------------------------------------------------------------------------------

    def _against(self, other: object) -> None:
        """Raise a doubt if the noise could turn this comparison round."""
        if not isinstance(other, (int, float)):
            return
        if isinstance(other, Seconds):
            if self.source is other.source:
                return
            noise_s, _ = self._together(other)
            early_s = noise_s
        else:
            noise_s, early_s = self.noise_s, self.early_s
        if noise_s > 0 and -noise_s <= float(other) - float(self) <= early_s:
            bound = str(other) if isinstance(other, Seconds) else f"{other} s"
            doubt(f"{self} against {bound}, with noise of {noise_s:.2f} s")

    def __lt__(self, other: float) -> bool:
        self._against(other)
        return float.__lt__(self, other)

    def __le__(self, other: float) -> bool:
        self._against(other)
        return float.__le__(self, other)

    def __gt__(self, other: float) -> bool:
        self._against(other)
        return float.__gt__(self, other)

    def __ge__(self, other: float) -> bool:
        self._against(other)
        return float.__ge__(self, other)

    def __eq__(self, other: object) -> bool:
        self._against(other)
        return float.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        self._against(other)
        return float.__ne__(self, other)

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
