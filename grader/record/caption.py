"""What a recorded run was given, in one line under its timeline: what ran, and what was different from the file."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from grader.record.recording import Subject
from grader.record.spec import Double, RecordingSpec
from grader.record.trace import call_text
from grader.runner.protocol import PORT, SERVER_PORT
from grader.text import cut, one_line

_LONGEST: Final = 160
_LONGEST_VALUE: Final = 40


def caption(spec: RecordingSpec, subject: Subject) -> str:
    """``main(), with TABLES = 5``: what ran, and other values; empty where the file ran as it stands."""
    if spec.target is None:
        ran = "the whole file"
    elif spec.scenario:
        ran = "the grader called your functions"
    else:
        ran = call_text(spec.target, map(_argument, spec.args), {key: _argument(it) for key, it in spec.kwargs.items()})
    in_file = _constants(subject.source)
    other = [
        f"{name} = {_text(_plain(value))}"
        for name, value in spec.world.items()
        if name in in_file and in_file[name] != value
    ]
    if spec.target is None and not other and not spec.virtual:
        return ""
    told = ", ".join([ran, *([f"with {other[0]}", *other[1:]] if other else [])])
    return one_line(f"{told}, in simulated seconds" if spec.virtual else told, _LONGEST)


def _plain(value: object) -> object:
    """The value, with replaced functions by their names, and a port that is known only when it runs as ``port``."""
    if isinstance(value, Double):
        return value.name
    if value in (PORT, SERVER_PORT):
        return "port"
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


class _Shown:
    """Stands for a value that is too long, and looks as ``text``."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _argument(value: object) -> object:
    plain = _plain(value)
    return _Shown(_text(plain)) if isinstance(plain, list | dict) else plain


def _text(value: object) -> str:
    """The value as Python shows it; of a long list only the first items, so that its brackets are closed."""
    whole = repr(value)
    if len(whole) <= _LONGEST_VALUE or not isinstance(value, list | dict) or not value:
        return cut(whole, _LONGEST_VALUE)
    pieces = (
        [f"{key!r}: {item!r}" for key, item in value.items()] if isinstance(value, dict) else list(map(repr, value))
    )
    inside = ""
    for piece in pieces:
        if len(inside) + len(piece) + len("[, …]") > _LONGEST_VALUE:
            break
        inside += f"{piece}, "
    return f"{whole[0]}{inside}…{whole[-1]}" if inside else cut(whole, _LONGEST_VALUE)


@lru_cache(maxsize=64)
def _constants(source: str) -> Mapping[str, object]:
    """The plain values that the file gives to names at its top."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, object] = {}
    for statement in body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            try:
                found[statement.targets[0].id] = ast.literal_eval(statement.value)
            except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                continue
    return found
