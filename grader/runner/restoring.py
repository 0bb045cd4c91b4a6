"""Put the handed-out definition of a name back into a learner's program, before anything of it runs.

Works on the syntax tree, so that every other line keeps its number. ``grader.record.left_alone`` finds out, outside of
the learner's process, which definitions a program changed; here they are only put in.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

_HIDDEN = "__turtles_left_alone_{}__"
"""What the learner's own bindings of a restored name bind instead: their values are computed, and nobody reads them."""


@dataclass(frozen=True)
class Definition:
    """The definition of one name, as it was handed out."""

    name: str
    source: str
    """The statement."""
    lines: tuple[int, ...]
    """For each line of ``source``, the line of the learner's file that it is shown as: in tracebacks, in timelines."""
    index: int
    """Where it goes: before the statement with this position among those of the learner's top level."""
    imports: tuple[str, ...] = ()
    """Import statements that it needs and that are gone from the learner's file."""
    everywhere: bool = True
    """Whether functions that rebind the name by ``global`` bind something else as well. False where the file as handed
    out does that itself."""
    line: int = 0
    """The learner's line that binds the name first; 0 where none does."""

    @classmethod
    def from_request(cls, data: dict[str, Any]) -> Definition:
        """The definition as it travels: JSON has no tuples."""
        values: dict[str, Any] = {key: tuple(each) if isinstance(each, list) else each for key, each in data.items()}
        return cls(**values)


def restore(tree: ast.Module, definitions: Sequence[Definition]) -> ast.Module:
    """The program with these definitions, and with no other of their names.

    What binds such a name at the top level (inside ``if``, ``try``, ``with`` and loops too), or in a function by
    ``global``, binds a hidden name instead; a function or a class of that name is left out. Values are still computed.
    """
    if not definitions:
        return tree
    names = frozenset(each.name for each in definitions)
    renamer = _Renamer(names, frozenset(each.name for each in definitions if each.everywhere))
    start = _after_head(tree.body)
    body: list[ast.stmt] = []
    for index in range(len(tree.body) + 1):
        if index == start:
            body += _imports(definitions)
        for definition in definitions:
            if max(definition.index, start) == index:
                body += _statements(definition)
        if index < len(tree.body):
            body += renamer.statements([tree.body[index]])
    tree.body = body
    return ast.fix_missing_locations(tree)


def as_text(source: str, definitions: Sequence[Definition]) -> str:
    """The program with these definitions as a text of its own, in which lines are not where they were.

    For processes that import the file: a pool that spawns.
    """
    return ast.unparse(restore(ast.parse(source), definitions)) if definitions else source


def _after_head(body: Sequence[ast.stmt]) -> int:
    """The position after the docstring and the imports from ``__future__``, which have to come first."""
    for index, statement in enumerate(body):
        text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not (future or (text and index == 0)):
            return index
    return len(body)


def _imports(definitions: Iterable[Definition]) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for source, line in {source: each.lines[0] for each in definitions for source in each.imports}.items():
        found += _at(ast.parse(source).body, (line,))
    return found


def _statements(definition: Definition) -> list[ast.stmt]:
    """The definition's statement; of several names that it binds, only the one that is restored."""
    body = ast.parse(definition.source).body
    others = frozenset(name for statement in body for name in bound_names(statement)) - {definition.name}
    return _at(_Renamer(others, frozenset()).statements(body), definition.lines)


_PLACED = (ast.stmt, ast.expr, ast.excepthandler, ast.arg, ast.keyword, ast.pattern, ast.alias)


def _at(body: list[ast.stmt], lines: Sequence[int]) -> list[ast.stmt]:
    """Give the nodes the learner's lines. Columns stay where Python allows it: they only place a traceback's carets."""
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, _PLACED):
                last = min(node.end_lineno or node.lineno, len(lines))
                node.lineno = lines[min(node.lineno, len(lines)) - 1]
                node.end_lineno = max(node.lineno, lines[last - 1])
                if node.end_lineno == node.lineno:
                    node.end_col_offset = max(node.col_offset, node.end_col_offset or 0)
    return body


_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound_names(statement: ast.stmt, *, walrus: bool = True) -> set[str]:
    """The names that a statement of the top level binds there, at any depth but not in functions and classes.

    Without ``walrus`` no ``:=`` is looked for, which is much faster where there is a lot of data.
    """
    found: set[str] = set()
    waiting: list[ast.AST] = [statement]
    while waiting:  # without recursion: it is the learner's, and may be nested as deeply as Python takes it
        node = waiting.pop()
        if not walrus and isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            continue
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
                continue
            case ast.Lambda():
                continue
            case ast.NamedExpr(target=ast.Name(id=name)):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                found |= {bound_by(alias) for alias in aliases}
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found.add(name)
            case ast.MatchMapping(rest=str(name)):
                found.add(name)
        if isinstance(node, _COMPREHENSIONS):  # its loops bind names of its own, and := does not
            waiting += [each for each in ast.walk(node) if isinstance(each, ast.NamedExpr)]
        else:
            waiting += ast.iter_child_nodes(node)
    return found


def bound_by(alias: ast.alias) -> str:
    """The name that one part of an import binds."""
    return alias.asname or alias.name.partition(".")[0]


class _Renamer(ast.NodeTransformer):
    """Makes every statement that binds one of some names of the module bind a hidden name instead."""

    def __init__(self, names: frozenset[str], everywhere: frozenset[str]) -> None:
        self._everywhere = everywhere
        self._here = names
        """Which of the names a binding in this scope is the module's of."""

    def statements(self, body: Iterable[ast.stmt]) -> list[ast.stmt]:
        """The statements of a block; what is left out becomes ``pass``, since a block may not be empty."""
        return [self.visit(statement) for statement in body]

    # -- scopes ---------------------------------------------------------------------------------------------------

    def _scope(self, node: Any) -> ast.AST:
        if getattr(node, "name", "") in self._here:
            return _pass_at(node)
        outer = self._here
        self._here = frozenset(_declared_global(node)) & self._everywhere
        try:
            return self.generic_visit(node)
        finally:
            self._here = outer

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _scope

    def _comprehension(self, node: Any) -> ast.AST:
        for each in ast.walk(node):
            if isinstance(each, ast.NamedExpr):
                each.target = self._hidden(each.target)
        return node  # type: ignore[no-any-return]

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_Global(self, node: ast.Global) -> ast.AST:
        node.names = [name for name in node.names if name not in self._here]
        return node if node.names else _pass_at(node)

    # -- what binds -----------------------------------------------------------------------------------------------

    def _hidden(self, target: ast.Name) -> ast.Name:
        return (
            ast.copy_location(ast.Name(_HIDDEN.format(target.id), ast.Store()), target) if self._is(target) else target
        )

    def _is(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id in self._here

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return self._hidden(node) if isinstance(node.ctx, ast.Store) else node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        return _pass_at(node) if self._is(node.target) else self.generic_visit(node)

    def visit_Delete(self, node: ast.Delete) -> ast.AST:
        node.targets = [target for target in node.targets if not self._is(target)]
        return node if node.targets else _pass_at(node)

    def _import(self, node: Any) -> ast.AST:
        for alias in node.names:
            if bound_by(alias) in self._here:
                alias.asname = _HIDDEN.format(bound_by(alias))
        return node  # type: ignore[no-any-return]

    visit_Import = visit_ImportFrom = _import

    def _named(self, node: Any) -> ast.AST:
        for field in ("name", "rest"):
            if getattr(node, field, None) in self._here:
                setattr(node, field, _HIDDEN.format(getattr(node, field)))
        return self.generic_visit(node)

    visit_ExceptHandler = visit_MatchAs = visit_MatchStar = visit_MatchMapping = _named


def _pass_at(node: ast.AST) -> ast.AST:
    return ast.copy_location(ast.Pass(), node)


def _declared_global(scope: ast.AST) -> set[str]:
    """What a scope declares global, not counting the scopes inside of it."""
    found: set[str] = set()
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Global):
            found.update(node.names)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return found
