"""Operators about exceptions: what is caught, and what is raised."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from grader.authoring.operators.mutation_site import Change, Site, operator
from grader.authoring.operators.syntax_queries import called, last_name
from grader.authoring.source_edits import Edit, Program

_NOT_ERRORS: Final = frozenset({"CancelledError", "KeyboardInterrupt", "GeneratorExit", "BaseExceptionGroup"})
"""What ``Exception`` is no parent of."""


_EXCEPTIONS: Final[dict[str, tuple[str | None, str, tuple[str, ...]]]] = {
    "BaseException": (None, "Exception", ("asyncio.CancelledError",)),
    "Exception": ("BaseException", "asyncio.CancelledError", ("OSError", "ValueError")),
    "CancelledError": ("BaseException", "Exception", ()),
    "KeyboardInterrupt": ("BaseException", "Exception", ()),
    "GeneratorExit": ("BaseException", "Exception", ()),
    "BaseExceptionGroup": ("BaseException", "Exception", ("ExceptionGroup",)),
    "ExceptionGroup": ("Exception", "ValueError", ()),
    "OSError": ("Exception", "ValueError", ("ConnectionError", "TimeoutError")),
    "ConnectionError": ("OSError", "TimeoutError", ("ConnectionResetError",)),
    "ConnectionResetError": ("ConnectionError", "BrokenPipeError", ()),
    "TimeoutError": ("OSError", "ConnectionError", ()),
    "FileNotFoundError": ("OSError", "PermissionError", ()),
    "gaierror": ("OSError", "ConnectionError", ()),
    "LookupError": ("Exception", "ValueError", ("KeyError",)),
    "KeyError": ("LookupError", "IndexError", ()),
    "IndexError": ("LookupError", "KeyError", ()),
    "ValueError": ("Exception", "LookupError", ("UnicodeError",)),
    "TypeError": ("Exception", "ValueError", ()),
    "RuntimeError": ("Exception", "ValueError", ("NotImplementedError",)),
    "QueueEmpty": ("Exception", "asyncio.QueueFull", ()),
    "QueueFull": ("Exception", "asyncio.QueueEmpty", ()),
    "QueueShutDown": ("Exception", "asyncio.QueueEmpty", ()),
    "StopAsyncIteration": ("Exception", "StopIteration", ()),
    "IncompleteReadError": ("EOFError", "asyncio.LimitOverrunError", ()),
    "BrokenBarrierError": ("RuntimeError", "ValueError", ()),
}
"""Parent, sibling and children of the classes that solutions name."""


@operator("widen-except", ast.Name, ast.Attribute, ast.Tuple)
def _widen_except(site: Site, node: ast.AST) -> Iterator[Change]:
    """Catch the parent class, all of ``Exception``, or everything."""
    if isinstance(node, ast.Tuple):
        if isinstance(site.program.parent(node), ast.ExceptHandler):
            yield from ([site.program.put(node, wide, atom=True)] for wide in ("Exception", "BaseException"))
    elif name := _caught(site.program, node):
        # Of several classes one is widened to its parent; that all are widened is a change of the whole.
        alone = not isinstance(site.program.parent(node), ast.Tuple)
        for wide in dict.fromkeys((_EXCEPTIONS[name][0], *(("Exception", "BaseException") if alone else ()))):
            if wide not in (None, name, *_EXCEPTIONS[name][2]) and not (wide == "Exception" and name in _NOT_ERRORS):
                yield [site.program.put(node, wide, atom=True)]  # type: ignore[arg-type]


@operator("narrow-except", ast.Name, ast.Attribute, ast.Tuple)
def _narrow_except(site: Site, node: ast.AST) -> Iterator[Change]:
    """Catch a child class only, or one class fewer."""
    if isinstance(node, ast.Tuple):
        if _holds_caught(site.program, node):
            for left_out in node.elts:
                rest = [site.program.text(each) for each in node.elts if each is not left_out]
                text = rest[0] if len(rest) == 1 else f"({', '.join(rest)})"
                yield [Edit(site.program.start(node), site.program.end(node), text)]
    elif name := _caught(site.program, node):
        assert isinstance(node, ast.expr)
        for narrow in _EXCEPTIONS[name][2]:
            yield [site.program.put(node, narrow, atom=True)]


@operator("sibling-except", ast.Name, ast.Attribute)
def _sibling_except(site: Site, node: ast.AST) -> Iterator[Change]:
    if name := _caught(site.program, node):
        yield [site.program.put(node, _EXCEPTIONS[name][1], atom=True)]  # type: ignore[arg-type]


@operator("other-exception", ast.Call)
def _other_exception(site: Site, node: ast.AST) -> Iterator[Change]:
    """Raise the parent class, a sibling or a child instead."""
    assert isinstance(node, ast.Call)
    name = last_name(node.func)
    if name in _EXCEPTIONS:
        parent, sibling, children = _EXCEPTIONS[name]
        for other in dict.fromkeys((parent, sibling, *children[:1])):
            if other is not None:
                yield [site.program.put(node.func, other, atom=True)]


@operator("drop-cause", ast.Raise)
def _drop_cause(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Raise)
    if node.exc is not None and node.cause is not None:
        yield [Edit(site.program.end(node.exc), site.program.end(node.cause), "")]


def _caught(program: Program, node: ast.AST) -> str:
    """The name of an exception class where one says what is caught; empty for anything else."""
    name = last_name(node)
    if name not in _EXCEPTIONS or not isinstance(node, ast.expr):
        return ""
    parent = program.parent(node)
    if isinstance(parent, ast.Tuple):
        return name if _holds_caught(program, parent) else ""
    return name if _catches(parent, node) else ""


def _holds_caught(program: Program, node: ast.Tuple) -> bool:
    return _catches(program.parent(node), node) and all(last_name(each) in _EXCEPTIONS for each in node.elts)


def _catches(parent: ast.AST, node: ast.expr) -> bool:
    if isinstance(parent, ast.ExceptHandler):
        return parent.type is node
    if not isinstance(parent, ast.Call) or node not in parent.args:
        return False
    name = called(parent)
    return name in ("suppress", "split", "subgroup") or (
        name in ("isinstance", "issubclass") and parent.args[1:2] == [node]
    )
