"""The script that calls one function of a program's file: ``turtles trace FILE FUNCTION``.

Arguments: ADDRESS FILE FUNCTION ARG…; what keeps it from being called is told at the address, as a message ``problem``.
"""

from __future__ import annotations

import sys

_before = set(sys.modules)

import builtins
import importlib.machinery
import inspect
import json
import os
import socket
from types import ModuleType, TracebackType
from typing import Any, NoReturn

for _name in sys.modules.keys() - _before:
    del sys.modules[_name]  # the program may have modules of the same names

PROBLEM_STATUS = 2


def main() -> None:
    """Load the file under its own name, and call its function, by ``asyncio.run`` if it is a coroutine function."""
    address, file, function, *rest = sys.argv[1:]
    sys.argv = [file, *rest]
    if not sys.flags.safe_path:
        sys.path[0] = os.path.dirname(os.path.realpath(file))
    try:
        _call(function, _loaded(file), file, address)
    except BaseException as error:
        _hide_own_frames(error)
        raise


def _loaded(file: str) -> ModuleType:
    name = os.path.splitext(os.path.basename(file))[0]
    path = os.path.abspath(file)
    with open(path, "rb") as source:
        code = compile(source.read(), path, "exec", dont_inherit=True)
    module = ModuleType(name)
    module.__file__ = path
    module.__loader__ = importlib.machinery.SourceFileLoader(name, path)
    module.__dict__.update(__builtins__=builtins, __cached__=None)
    sys.modules["__main__"] = ModuleType("__main__")
    sys.modules[name] = module
    exec(code, module.__dict__)
    return module


def _call(name: str, module: ModuleType, file: str, address: str) -> None:
    function = getattr(module, name, None)
    if not callable(function):
        own = [name for name, value in vars(module).items() if _is_function_of(value, module)]
        there = f"; it has {', '.join(sorted(own)[:10])}" if own else ""
        _give_up(address, f"{file} has no function {name}{there}")
    try:
        inspect.signature(function).bind()
    except TypeError as error:
        _give_up(address, f"{name} of {file} cannot be called without arguments: {error}")
    except ValueError:
        pass  # a built-in function does not tell what it takes
    result = function()
    if inspect.iscoroutine(result):
        import asyncio

        asyncio.run(result)
    elif inspect.isasyncgen(result):
        _give_up(address, f"{name} of {file} is an async generator; name a function that iterates over it")


def _is_function_of(value: object, module: ModuleType) -> bool:
    return inspect.isfunction(value) and value.__module__ == module.__name__


def _give_up(address: str, text: str) -> NoReturn:
    """Say why it cannot be called, and end."""
    data = json.dumps({"kind": "problem", "text": text}).encode()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        connection.sendall(len(data).to_bytes(4, "big") + data)
    raise SystemExit(PROBLEM_STATUS)


def _hide_own_frames(error: BaseException) -> None:
    """See that the interpreter, which is about to print it, shows no frame of this script."""

    def shown(trace: TracebackType | None) -> TracebackType | None:
        while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        return trace

    hook = sys.excepthook

    def excepthook(kind: Any, value: BaseException, trace: TracebackType | None) -> None:
        if value is error:
            trace = shown(trace)
            value.__traceback__ = trace
        hook(kind, value, trace)

    sys.excepthook = excepthook


if __name__ == "__main__":
    main()
