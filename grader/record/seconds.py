"""Seconds that know how far to trust them.

A check compares a measured time with a bound. The measurement carries its recording's noise; when the distance to the
bound is within that noise, the comparison could have come out otherwise on a quiet machine, and whoever judges hears of
it (``watch``). Comparisons of two measurements with each other are questions of order and are exact: events are put in
order by the program that made them, not by the clock.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

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

    ``phrase`` has one ``{}`` for the number: ``"took {} s"``.
    """

    noise_s: float
    phrase: str

    def __new__(cls, value: float, noise_s: float = 0.0, phrase: str = "{} s") -> Seconds:
        self = super().__new__(cls, value)
        self.noise_s = noise_s
        self.phrase = phrase
        return self

    def __str__(self) -> str:
        return self.phrase.format(f"{float(self):.2f}")

    def _against(self, bound: object) -> None:
        if isinstance(bound, (int, float)) and not isinstance(bound, Seconds) and self.noise_s > 0:
            margin = abs(float(self) - bound)
            if margin <= self.noise_s:
                doubt(f"{self} against {bound} s, with noise of {self.noise_s:.2f} s")

    def __lt__(self, other: float) -> bool:
        self._against(other)
        return float(self) < float(other)

    def __le__(self, other: float) -> bool:
        self._against(other)
        return float(self) <= float(other)

    def __gt__(self, other: float) -> bool:
        self._against(other)
        return float(self) > float(other)

    def __ge__(self, other: float) -> bool:
        self._against(other)
        return float(self) >= float(other)

    __hash__ = float.__hash__
    __eq__ = float.__eq__

    def _derived(self, value: float, other: object) -> Seconds:
        noise_s = max(self.noise_s, other.noise_s) if isinstance(other, Seconds) else self.noise_s
        return Seconds(value, noise_s)

    def __add__(self, other: float) -> Seconds:
        return self._derived(float(self) + float(other), other)

    __radd__ = __add__

    def __sub__(self, other: float) -> Seconds:
        return self._derived(float(self) - float(other), other)

    def __rsub__(self, other: float) -> Seconds:
        return self._derived(float(other) - float(self), other)

    def __mul__(self, factor: float) -> Seconds:
        return Seconds(float(self) * factor, self.noise_s * abs(factor))

    __rmul__ = __mul__

    def __truediv__(self, divisor: Any) -> Any:
        return float(self) / float(divisor)

    def __neg__(self) -> Seconds:
        return Seconds(-float(self), self.noise_s)

    def __abs__(self) -> Seconds:
        return Seconds(abs(float(self)), self.noise_s, self.phrase)
