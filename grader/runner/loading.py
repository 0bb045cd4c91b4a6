"""Load the learner's file, with the grader's doubles and values put where the file defines their names."""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import linecache
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import PurePosixPath
from types import CodeType, ModuleType
from typing import Any

from grader.runner import restoring
from grader.runner.restoring import Definition

_PUT = "__turtles_put__"
_MAX_NAME = 100


class Broken(Exception):
    """The file does not load, or lacks what has to be in it; the message is for the learner."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


_exercise: ModuleType | None = None


def exercise() -> ModuleType | None:
    """The learner's module that was loaded last; a scenario is none."""
    return _exercise


def load(
    source: str,
    display: str,
    world: dict[str, Any],
    *,
    restore: Sequence[Definition] = (),
    keep: Sequence[str] = (),
    name: str | None = None,
    as_main: bool = False,
) -> ModuleType:
    """Run ``source`` as a new module and return it.

    ``display`` is the file name that tracebacks show. ``world`` holds what replaces top-level functions and values;
    ``restore`` are definitions that are put back as they were handed out, and ``keep`` names that have, once the file
    is loaded, what it bound them to first.
    With ``as_main`` the file runs as a program does, and its exceptions come through; otherwise any exception while it
    loads raises ``Broken``.
    """
    stem = PurePosixPath(display).stem
    file = os.path.join(os.getcwd(), f"{stem}.py")
    _keep_copy(file, source, tuple(restore))
    module = ModuleType("__main__" if as_main else name or stem)
    module.__file__ = file
    module.__dict__["__builtins__"] = builtins
    kept: dict[str, Any] = {}
    module.__dict__[_PUT] = functools.partial(_put, world, kept)
    sys.modules[module.__name__] = module
    if name is None:
        global _exercise
        _exercise = module
    linecache.cache[display] = (len(source), None, source.splitlines(keepends=True), display)
    code = _compiled(source, display, frozenset(world), tuple(restore), frozenset(keep).difference(world))
    if as_main:
        exec(code, module.__dict__)
        return module
    try:
        exec(code, module.__dict__)
    except SystemExit as error:
        raise Broken(
            f"the file ends the program while it is loaded (exit status {error.code!r})", _line(error, display)
        ) from None
    except BaseException as error:
        raise Broken(f"loading the file raises {_shown(error)}", _line(error, display)) from None
    finally:
        module.__dict__.pop(_PUT, None)
    module.__dict__.update(kept)
    return module


def _shown(error: BaseException) -> str:
    name = type(error).__name__[:_MAX_NAME]
    try:
        return f"{name}: {error}"[:2000]
    except BaseException:  # its text is the program's, and may raise anything
        return name


@functools.lru_cache(maxsize=4)
def _keep_copy(file: str, source: str, restore: tuple[Definition, ...]) -> None:
    """Put the file where a process pool that spawns can import it by its name."""
    with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):  # which is told when it is compiled
        source = restoring.as_text(source, restore)
    with open(file, "w", encoding="utf-8", newline="") as copy:
        copy.write(source)
    if os.path.dirname(file) not in sys.path:
        sys.path.insert(0, os.path.dirname(file))


@functools.lru_cache(maxsize=4)
def _compiled(
    source: str, display: str, names: frozenset[str], restore: tuple[Definition, ...], keep: frozenset[str]
) -> CodeType:
    """The code, kept for the next schedule of the same file."""
    try:
        tree = restoring.restore(ast.parse(source, display), restore)
        return compile(_with_world(tree, names, keep), display, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise Broken(f"syntax error: {error.msg}", error.lineno) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Broken(f"Python cannot read the file: {str(error) or 'it is too deeply nested'}") from None


def _line(error: BaseException, display: str) -> int | None:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == display]
    return lines[-1] if lines else None


def _with_world(tree: ast.Module, names: frozenset[str], keep: frozenset[str]) -> ast.Module:
    """The syntax tree in which each name of the world is bound to the grader's where the file first binds it.

    At the definition, not afterwards: a list or a closure that the file makes of the function later holds the
    grader's too. Only the first binding: what the file does with the name afterwards is the learner's work.
    What a name in ``keep`` is bound to there is remembered.
    """
    body: list[ast.stmt] = []
    missing = names | keep
    for statement in tree.body:
        body.append(statement)
        for name in sorted(_bound(statement) & missing):
            missing -= {name}
            body.append(_bind(name, statement))
    if gone := missing & names:
        raise Broken(f"{min(gone)} is missing at the top level of the file: put it back, under that name")
    tree.body = body
    return tree


def _bound(statement: ast.stmt) -> set[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            names = (node for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
            return {node.id for node in names if isinstance(node.ctx, ast.Store)}  # not of ``NAME[0] = 1``
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            return {name}
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return {alias.asname or alias.name.partition(".")[0] for alias in aliases}
    return set()


def _bind(name: str, after: ast.stmt) -> ast.stmt:
    """``name = __turtles_put__("name", name)``, on the line of the statement before."""
    call = ast.Call(ast.Name(_PUT, ast.Load()), [ast.Constant(name), ast.Name(name, ast.Load())], [])
    statement = ast.Assign([ast.Name(name, ast.Store())], call)
    return ast.fix_missing_locations(ast.copy_location(statement, after))


def _put(world: dict[str, Any], kept: dict[str, Any], name: str, original: object) -> Any:
    """What the world has for ``name``; a double takes the signature of what it stands in for.

    What is not of the world is only remembered.
    """
    if name not in world:
        kept[name] = original
        return original
    value = world[name]
    stand_in = getattr(value, "stand_in_for", None)
    return stand_in(original) if stand_in else value
