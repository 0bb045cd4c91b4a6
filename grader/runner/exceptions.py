"""Exceptions that the grader has a double raise: the very class, with its arguments, on the other side.

They travel as data. The class is named by module and qualified name, and only classes of the standard library and of
the learner's own file are looked up, when the exception arrives.
"""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

_ERROR, _BYTES = "\0turtles:error", "\0turtles:bytes"
TUPLE = "\0turtles:tuple"
"""Marks of what JSON cannot carry."""

_PLAIN = (str, int, float, bool, type(None))


class OfFile(Exception):
    """Stands, in a suite, for an exception class that the learner's file defines."""

    def __init__(self, name: str, *args: object) -> None:
        super().__init__(name, *args)
        self.name = name
        self.arguments = args


def pack(error: object) -> dict[str, Any]:
    """The exception as JSON values. Raises ``ValueError`` for one that cannot arrive as what it is."""
    if isinstance(error, type) or not isinstance(error, BaseException):
        raise ValueError(f"a double raises an exception, such as OSError('busy'), and not {error!r}")
    if isinstance(error, OfFile):
        return {"file": error.name, "args": _packed(list(error.arguments), error), "state": {}}
    cls = type(error)
    if named(cls.__module__, cls.__qualname__) is not cls:
        raise ValueError(
            f"a double cannot raise {cls.__module__}.{cls.__qualname__}, which is not of the standard library; of a "
            'class that the exercise defines, say of_file("NAME", "text")'
        )
    reduced = error.__reduce__()
    if not isinstance(reduced, tuple) or reduced[0] is not cls:
        raise ValueError(f"a double cannot raise {error!r}: it does not say what it is made of")
    state = reduced[2] if len(reduced) > 2 else None
    return {
        "module": cls.__module__,
        "class": cls.__qualname__,
        "args": _packed(list(reduced[1]), error),
        "state": _packed(state or {}, error),
    }


def unpack(data: Mapping[str, Any], file: ModuleType | None) -> BaseException:
    """The exception. ``file``: the learner's module, where its own classes are."""
    cls = getattr(file, data["file"], None) if "file" in data else named(data["module"], data["class"])
    if not (isinstance(cls, type) and issubclass(cls, BaseException)):
        return NameError(f"the exception {data.get('file')} is missing in the file: put it back, under that name")
    error = cls(*unpacked(data["args"], file))
    for name, value in unpacked(data["state"], file).items():
        setattr(error, name, value)
    return error


def named(module: str, name: str) -> object:
    """What the standard library has under that name; None where it has nothing."""
    if module.partition(".")[0] not in sys.stdlib_module_names and module != builtins.__name__:
        return None
    try:
        found: object = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError):
        return None
    return found


def _packed(value: object, error: BaseException) -> Any:
    match value:
        case BaseException():
            return {_ERROR: pack(value)}
        case bytes():
            return {_BYTES: value.hex()}
        case tuple():
            return {TUPLE: [_packed(item, error) for item in value]}
        case list():
            return [_packed(item, error) for item in value]
        case dict() if all(isinstance(key, str) for key in value):
            return {key: _packed(item, error) for key, item in value.items()}
        case _ if isinstance(value, _PLAIN):
            return value
    raise ValueError(f"a double cannot raise {error!r}: {value!r} is no value that travels")


def unpacked(value: Any, file: ModuleType | None) -> Any:
    """A value of the grader's with its marks replaced by what they stand for."""
    match value:
        case {"\0turtles:tuple": list(items)}:
            return tuple(unpacked(item, file) for item in items)
        case {"\0turtles:error": dict(data)}:
            return unpack(data, file)
        case {"\0turtles:bytes": str(data)}:
            return bytes.fromhex(data)
        case list():
            return [unpacked(item, file) for item in value]
        case dict():
            return {key: unpacked(item, file) for key, item in value.items()}
    return value
