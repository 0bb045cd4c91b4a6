"""Calls put into functions of the standard library, so that no stack shows them.

A wrapper around such a function would be a frame of its own: in tracebacks, in ``inspect.stack()``, under a warning's
``stacklevel``, in asyncio's debug output. So the function is compiled anew from its own source with the calls in it,
and keeps its name, its file and its lines.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from types import CellType, CodeType, FunctionType
from typing import Any

_FACTORY = "hooked"


def _nothing(*_: Any) -> None:
    pass


class Hookable:
    """A function that calls can be put into; made once, which costs about a millisecond.

    ``attribute``: reading it, of any object, becomes a call of ``instead`` with that object.
    ``on_return``: ``after`` is called with the arguments too, and only where the function returns. (So the arguments
    may not change their names' values.) It may then be a coroutine function.
    Where the source is not to be had, ``hooked`` returns a wrapper; with ``on_return``, the function as it is.
    """

    def __init__(self, function: Any, attribute: str = "", *, on_return: bool = False) -> None:
        self._function = function
        self._on_return = on_return
        try:
            self._code: CodeType | None = _with_calls(function, attribute, on_return=on_return)
        except (OSError, ValueError, SyntaxError, AttributeError):
            self._code = None

    def hooked(
        self,
        before: Callable[..., None],
        after: Callable[..., None] = _nothing,
        instead: Callable[[Any], Any] = _nothing,
    ) -> Callable[..., Any]:
        """The function; it begins with a call of ``before`` with its own arguments, and ends with one of ``after``."""
        original, code = self._function, self._code
        if code is None and self._on_return:
            return original  # type: ignore[no-any-return]
        if code is None:

            @functools.wraps(original)
            def wrapper(*args: Any) -> Any:
                before(*args)
                try:
                    return original(*args)
                finally:
                    after()

            return wrapper
        calls = {"before": before, "after": after, "instead": instead}
        closure = tuple(CellType(calls[name]) for name in code.co_freevars)
        made = FunctionType(code, original.__globals__, original.__name__, original.__defaults__, closure)
        made.__doc__, made.__module__ = original.__doc__, original.__module__
        made.__kwdefaults__, made.__annotations__ = original.__kwdefaults__, original.__annotations__
        return made


def _with_calls(function: Any, attribute: str, *, on_return: bool = False) -> CodeType:
    """The code of ``function`` with the calls in it; ``before``, ``after`` and ``instead`` are free variables."""
    code: CodeType = function.__code__
    if code.co_freevars:
        raise ValueError(f"{code.co_name} is a closure")
    first = code.co_firstlineno
    last = max(end or 0 for _, end, _, _ in code.co_positions())
    with open(code.co_filename, encoding="utf-8") as file:
        lines = file.read().split("\n")[first - 1 : last]
    # It may be indented, as a method is: columns are to stay what they are.
    tree = ast.parse("if 1:\n" + "\n".join(lines) if lines[0][:1].isspace() else "\n" + "\n".join(lines))
    ast.increment_lineno(tree, first - 2)
    (definition,) = [
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == code.co_name
    ]
    if attribute:
        definition = _Instead(attribute).visit(definition)
    arguments = [argument.arg for argument in definition.args.args]
    body: list[ast.stmt] = [_call("before", arguments)]
    if on_return:
        _OnReturn(arguments).visit(definition)
        body += definition.body
    else:
        body.append(ast.Try(definition.body, [], [], [_call("after", [])]))
    first_statement = definition.body[0]
    definition.body = [
        statement if hasattr(statement, "lineno") else ast.copy_location(statement, first_statement)
        for statement in body
    ]
    definition.decorator_list = []
    names = ast.arguments([], [ast.arg(name) for name in ("before", "after", "instead")], None, [], [], None, [])
    factory = ast.FunctionDef(_FACTORY, names, [definition], [], **_NO_TYPE_PARAMETERS)
    module = ast.fix_missing_locations(ast.Module([ast.copy_location(factory, definition)], []))
    made = compile(module, code.co_filename, "exec", dont_inherit=True)
    for name in (_FACTORY, code.co_name):
        (made,) = [each for each in made.co_consts if isinstance(each, CodeType) and each.co_name == name]
    return made.replace(co_qualname=code.co_qualname)


_NO_TYPE_PARAMETERS: dict[str, Any] = {"type_params": []} if "type_params" in ast.FunctionDef._fields else {}


def _call(name: str, arguments: list[str]) -> ast.stmt:
    load = ast.Load()
    return ast.Expr(ast.Call(ast.Name(name, load), [ast.Name(argument, load) for argument in arguments], []))


class _OnReturn(ast.NodeTransformer):
    """Calls ``after`` before each ``return``, whose value is not computed by what may fail."""

    def __init__(self, arguments: list[str]) -> None:
        self._arguments = arguments

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        return [ast.copy_location(_call("after", self._arguments), node), node]


class _Instead(ast.NodeTransformer):
    def __init__(self, attribute: str) -> None:
        self._attribute = attribute

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if node.attr != self._attribute:
            return node
        return ast.copy_location(ast.Call(ast.Name("instead", ast.Load()), [node.value], []), node)
