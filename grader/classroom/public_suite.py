"""The public part of a suite: the checks that students see without a key, with all that those need, and no more.

A suite marks them: ``@points(1, "both at once", public=True)``. What stays is the author's own text, comments included.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.errors import KitError
from grader.record import left_alone

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_LINE = 120


def public_part(source: str) -> str:
    """Of a suite's source, the public checks and the statements of the module that they depend on.

    Raises ``KitError`` for a suite that does not compile or has no public check.
    """
    statements = _statements(source)
    roots = {name for statement in statements if _is_public(statement.node) for name in statement.binds}
    if not roots:
        raise KitError("it has no public check; mark one: @points(1, ..., public=True)")
    roots.add(left_alone.NAME)  # which the grader reads, and no check
    return _written(source, statements, _needed(statements, roots))


def public_points(source: str) -> int:
    """What the public checks of a suite are worth together. Raises ``KitError`` for a suite that does not compile."""
    marks = (_points(statement.node) for statement in _statements(source) if _is_public(statement.node))
    scores = (mark.args[0] for mark in marks if mark and mark.args)
    return sum(score.value for score in scores if isinstance(score, ast.Constant) and isinstance(score.value, int))


def public_scenario(scenario: str, public: str) -> str | None:
    """Of a scenario, what a public part drives programs by; None when it records nothing by a scenario.

    Raises ``KitError`` where one of the two does not compile, or the part asks for what the scenario does not hold.
    """
    driven = _driven(_parsed(public))
    if not driven:
        return None
    statements = _statements(scenario)
    missing = driven - {name for statement in statements for name in statement.binds}
    if missing:
        raise KitError(f"its scenario has no {min(missing)}")
    return _written(scenario, statements, _needed(statements, driven))


def _driven(tree: ast.Module) -> set[str]:
    """The functions of the scenario that a suite records."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    by_scenario = (call for call in calls if any(keyword.arg == "scenario" for keyword in call.keywords))
    targets = [call.args[0] if call.args else None for call in by_scenario]
    names = [target.value for target in targets if isinstance(target, ast.Constant) and isinstance(target.value, str)]
    if len(names) != len(targets):
        raise KitError('it must say plainly what of its scenario it records: record("two_clients", scenario=True)')
    return set(names)


# --- what depends on what -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Statement:
    """A statement of the module's top level."""

    node: ast.stmt
    binds: frozenset[str]
    uses: frozenset[str]
    """Names from outside of it: what it reads, and the fixtures of a check."""

    @property
    def is_import(self) -> bool:
        return isinstance(self.node, ast.Import | ast.ImportFrom)

    @property
    def is_text(self) -> bool:
        """Whether it is only a text: the module's docstring, or one that documents the statement before it."""
        return isinstance(self.node, ast.Expr) and isinstance(self.node.value, ast.Constant)


def _parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise KitError(f"it does not compile: {error}") from None


def _statements(source: str) -> list[_Statement]:
    return [_Statement(node, frozenset(_binds(node)), frozenset(_uses(node))) for node in _parsed(source).body]


def _needed(statements: Sequence[_Statement], roots: Iterable[str]) -> list[_Statement]:
    """The statements that bind the roots or what these depend on, in their order."""
    names = set(roots)
    while True:
        kept = [statement for statement in statements if _is_kept(statement, names)]
        needed = [statement.uses | statement.binds for statement in kept if not statement.is_import]
        more = {name for some in needed for name in some} - names
        if not more:
            return kept
        names |= more


def _is_kept(statement: _Statement, names: set[str]) -> bool:
    if isinstance(statement.node, ast.ImportFrom) and statement.node.module == "__future__":
        return True
    # What binds nothing may change what others have bound.
    return not names.isdisjoint(statement.binds or statement.uses)


def _binds(node: ast.AST) -> Iterator[str]:
    """The names that a statement binds in the scope it stands in."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (_bound_by(alias) for alias in aliases)
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.Lambda():
            return
        case _ if isinstance(node, _COMPREHENSIONS):
            return
        case _:
            if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
                yield node.name
            for child in ast.iter_child_nodes(node):
                yield from _binds(child)


def _bound_by(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _uses(node: ast.AST) -> set[str]:
    """The names that a node takes from outside of it."""
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            return {name}
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            outside = [*node.decorator_list, *_outside(node.args), *filter(None, [node.returns])]
            fixtures = set(_parameters(node.args)) if _takes_fixtures(node) else set()
            return _all_uses(outside) | _inner_uses(node.args, node.body) | fixtures
        case ast.Lambda():
            return _all_uses(_outside(node.args)) | _inner_uses(node.args, [node.body])
        case _ if isinstance(node, _COMPREHENSIONS):
            targets = {name for generator in node.generators for name in _binds(generator.target)}
            return _all_uses(ast.iter_child_nodes(node)) - targets
    return _all_uses(ast.iter_child_nodes(node))


def _all_uses(nodes: Iterable[ast.AST]) -> set[str]:
    return set().union(*map(_uses, nodes))


def _inner_uses(arguments: ast.arguments, body: Sequence[ast.AST]) -> set[str]:
    local = {*_parameters(arguments), *(name for part in body for name in _binds(part))}
    return _all_uses(body) - local


def _parameters(arguments: ast.arguments) -> list[str]:
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [argument.arg for argument in [*named, *filter(None, [arguments.vararg, arguments.kwarg])]]


def _outside(arguments: ast.arguments) -> list[ast.expr]:
    """Defaults and annotations: they are evaluated where the function is defined."""
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    annotated = [*named, *filter(None, [arguments.vararg, arguments.kwarg])]
    given = [*arguments.defaults, *arguments.kw_defaults, *(argument.annotation for argument in annotated)]
    return [part for part in given if part is not None]


def _takes_fixtures(node: _Function) -> bool:
    """Whether its parameters are fixtures: it is a check, or a fixture itself."""
    decorators = (decorator.func if isinstance(decorator, ast.Call) else decorator for decorator in node.decorator_list)
    return node.name.startswith("test_") or any(ast.unparse(decorator) == "pytest.fixture" for decorator in decorators)


def _points(node: ast.stmt) -> ast.Call | None:
    """The call in ``@points(...)``."""
    decorators = node.decorator_list if isinstance(node, _Function) else []
    calls = (call for call in decorators if isinstance(call, ast.Call))
    return next((call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "points"), None)


def _is_public(node: ast.stmt) -> bool:
    mark = _points(node)
    values = [keyword.value for keyword in mark.keywords if keyword.arg == "public"] if mark else []
    return any(isinstance(value, ast.Constant) and value.value is True for value in values)


# --- text -----------------------------------------------------------------------------------------------------------


def _written(source: str, statements: Sequence[_Statement], kept: Sequence[_Statement]) -> str:
    """The kept statements as they stand in the source, with the comments that belong to them."""
    lines = source.replace("\r\n", "\n").split("\n")
    used = {name for statement in kept if not statement.is_import for name in statement.uses}
    written: list[str] = []
    end, gap, before_kept = 0, 0, False
    for number, statement in enumerate(statements):
        start = _start(statement.node, lines, end)
        gap = max(gap, _blank(lines[end:start]))
        end = statement.node.end_lineno or start
        # The docstring, and a text that documents the statement before it.
        if statement in kept or (statement.is_text and (number == 0 or before_kept)):
            text = _pruned(statement.node, used) if statement.is_import else lines[start:end]
            written += [*([""] * min(gap, 2) if written else []), *text]
            gap, before_kept = 0, True
        else:
            before_kept = False
    return "\n".join(written) + "\n"


def _start(node: ast.stmt, lines: Sequence[str], end: int) -> int:
    """The index of its first line: that of the comments right above it, which are no part of what ends at ``end``."""
    decorators = node.decorator_list if isinstance(node, _Function | ast.ClassDef) else []
    start: int = min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1
    while start > end and lines[start - 1].startswith("#"):
        start -= 1
    return start


def _blank(lines: Sequence[str]) -> int:
    """How many blank lines stand last."""
    return next((count for count, line in enumerate(reversed(lines)) if line.strip()), len(lines))


def _pruned(node: ast.stmt, used: set[str]) -> list[str]:
    """An import of what is used."""
    assert isinstance(node, ast.Import | ast.ImportFrom)
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return [ast.unparse(node)]
    names = [alias for alias in node.names if _bound_by(alias) in used]
    pruned = ast.Import(names) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, names, node.level)
    line = ast.unparse(pruned)
    if len(line) <= _LINE:
        return [line]
    head, _, listed = line.partition(" import ")
    body = textwrap.wrap(f"{listed},", _LINE, initial_indent="    ", subsequent_indent="    ")
    return [f"{head} import (", *body, ")"]
