"""Operators about blocks and statements: taken away, moved, exchanged."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from grader.authoring.operators.mutation_site import Change, Site, operator
from grader.authoring.operators.syntax_queries import assignment, called, following_statement, is_docstring, may_move
from grader.authoring.source_edits import Edit, Program, without_item

_ENDS: Final = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_STAYS: Final = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Pass, ast.If, ast.While,
    ast.With, ast.AsyncWith, ast.Try, ast.TryStar,
)  # fmt: skip
"""Statements that are not deleted: other operators do to them what matters, or it would say nothing."""


_PURE: Final = frozenset({"bool", "dict", "float", "int", "len", "list", "set", "str", "tuple"})
"""Functions that do nothing but return a value."""


# --- blocks ---------------------------------------------------------------------------------------------------------


@operator("unwrap-with", ast.With, ast.AsyncWith)
def _unwrap_with(site: Site, node: ast.AST) -> Iterator[Change]:
    """Take away a context manager; what it was called stays the name of it."""
    assert isinstance(node, (ast.With, ast.AsyncWith))
    for item in node.items:
        keep = ""
        if item.optional_vars is not None:
            keep = f"{site.program.text(item.optional_vars)} = {_not_entered(site.program, item.context_expr)}"
        yield [without_item(site.program, node, item, keep)]


def _not_entered(program: Program, manager: ast.expr) -> str:
    """What entering a context manager gives, had another way."""
    if isinstance(manager, ast.Call) and manager.args and called(manager) in ("aclosing", "closing"):
        return program.text(manager.args[0])
    # Connections and cursors of aiosqlite can be awaited as well as entered.
    awaited = isinstance(manager, ast.Call) and called(manager) in ("connect", "execute")
    return f"{'await ' if awaited else ''}{program.text(manager)}"


@operator("unwrap-try", ast.Try, ast.TryStar)
def _unwrap_try(site: Site, node: ast.AST) -> Iterator[Change]:
    """Take away all handlers; what was in ``finally`` follows, unless something is raised."""
    assert isinstance(node, (ast.Try, ast.TryStar))
    yield [_plain_blocks(site.program, node, [node.body, node.orelse, node.finalbody])]
    if node.handlers and node.finalbody:
        for handler in node.handlers:
            yield [_without_handler(site.program, handler)]


@operator("drop-finally", ast.Try, ast.TryStar)
def _drop_finally(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, (ast.Try, ast.TryStar))
    if not node.finalbody:
        return
    program = site.program
    if not node.handlers:
        yield [_plain_blocks(program, node, [node.body])]
    else:
        before = [*node.body, *node.handlers[-1].body, *node.orelse][-1]
        yield [program.replace_lines((before.end_lineno or 0) + 1, node.end_lineno or 0, "")]
        # What was to be done in any case is done when all went well.
        first, last = program.body_lines(node.finalbody)
        after = program.moved(first, last, node.col_offset - node.finalbody[0].col_offset)
        yield [program.replace_lines((before.end_lineno or 0) + 1, node.end_lineno or 0, after)]


@operator("drop-except", ast.ExceptHandler)
def _drop_except(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.ExceptHandler)
    parent = site.program.parent(node)
    if isinstance(parent, (ast.Try, ast.TryStar)) and len(parent.handlers) > 1:
        yield [_without_handler(site.program, node)]


def _without_handler(program: Program, handler: ast.ExceptHandler) -> Edit:
    return program.replace_lines(handler.lineno, handler.body[-1].end_lineno or 0, "")


@operator("drop-else", ast.Try, ast.TryStar, ast.For, ast.AsyncFor, ast.While, ast.If)
def _drop_else(site: Site, node: ast.AST) -> Iterator[Change]:
    orelse: list[ast.stmt] = getattr(node, "orelse", [])
    if orelse and not isinstance(node, ast.If):
        for statement in orelse if len(orelse) == 1 else []:
            yield [site.program.delete(statement)]
        assert isinstance(node, ast.stmt)
        first, last = site.program.body_lines(orelse)
        column = node.col_offset - orelse[0].col_offset
        if isinstance(node, (ast.Try, ast.TryStar)) and not node.finalbody:
            # As part of the guarded block, and as what follows in any case.
            header = first - 1
            end = node.body[-1].end_lineno or 0
            inner = site.program.moved(first, last, 0)
            yield [site.program.insert_before(end + 1, inner), site.program.replace_lines(header, last, "")]
            yield [site.program.replace_lines(header, last, site.program.moved(first, last, column))]
    elif orelse and isinstance(node, ast.If) and not (len(orelse) == 1 and isinstance(orelse[0], ast.If)):
        first, last = site.program.body_lines(orelse)
        yield [site.program.replace_lines((node.body[-1].end_lineno or 0) + 1, last, "")]


def _plain_blocks(program: Program, node: ast.stmt, blocks: Sequence[list[ast.stmt]]) -> Edit:
    """The blocks of a compound statement one after the other in its place."""
    first, last = program.lines(node)
    lines = ""
    for block in blocks:
        if block:
            lines += program.moved(*program.body_lines(block), node.col_offset - block[0].col_offset)
    return program.replace_lines(first, last, lines)


@operator("move-out", ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.Try)
def _move_out(site: Site, node: ast.AST) -> Iterator[Change]:
    """The first statement of a block goes before it, the last one behind it."""
    assert isinstance(node, (ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.Try))
    program = site.program
    if len(node.body) < 2:
        return
    by = node.col_offset - node.body[0].col_offset
    first, last = node.body[0], node.body[-1]
    if not isinstance(first, _ENDS):
        yield [program.insert_before(program.lines(node)[0], program.moved(*program.lines(first), by)),
               program.delete(first)]  # fmt: skip
    if not isinstance(last, _ENDS):
        yield [program.delete(last),
               program.insert_before(program.lines(node)[1] + 1, program.moved(*program.lines(last), by))]  # fmt: skip


@operator("move-in", ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.Try)
def _move_in(site: Site, node: ast.AST) -> Iterator[Change]:
    """The statement before a block becomes its first, or the one behind it its last."""
    assert isinstance(node, (ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.Try))
    program = site.program
    block = program.block(node)
    position = next(number for number, each in enumerate(block) if each is node)
    by = node.body[0].col_offset - node.col_offset
    body_first, body_last = program.body_lines(node.body)
    if position > 0 and may_move(block[position - 1]):
        before = block[position - 1]
        yield [program.delete(before), program.insert_before(body_first, program.moved(*program.lines(before), by))]
    if position + 1 < len(block) and may_move(block[position + 1]):
        after = block[position + 1]
        if not (isinstance(after, ast.Return) and not isinstance(node, (ast.For, ast.AsyncFor, ast.While))):
            yield [
                program.insert_before(body_last + 1, program.moved(*program.lines(after), by)),
                program.delete(after),
            ]


# --- statements -----------------------------------------------------------------------------------------------------


@operator("delete-statement", ast.stmt)
def _delete_statement(site: Site, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, _STAYS) or is_docstring(node) or (isinstance(node, ast.AnnAssign) and node.value is None):
        return
    assert isinstance(node, ast.stmt)
    yield [site.program.delete(node)]


@operator("swap-statements", ast.stmt)
def _swap_statements(site: Site, node: ast.AST) -> Iterator[Change]:
    """A statement changes places with the next one."""
    assert isinstance(node, ast.stmt)
    following = following_statement(site.program, node)
    if following is None or not may_move(node) or not may_move(following) or isinstance(following, _ENDS):
        return
    if _commute(node, following):
        return
    one, other = site.program.lines(node), site.program.lines(following)
    if one[1] < other[0]:
        yield [
            site.program.replace_lines(*one, site.program.moved(*other, 0)),
            site.program.replace_lines(*other, site.program.moved(*one, 0)),
        ]


def _commute(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether two statements are assignments that have no effect but those, and of which none needs the other."""
    assigned: list[str] = []
    used: list[set[str]] = []
    for statement in (one, other):
        target, value = assignment(statement)
        if not isinstance(target, (ast.Name, ast.Attribute)) or value is None:
            return False
        parts = [node for node in ast.walk(value) if not isinstance(node, (ast.expr_context, ast.operator))]
        calls = [node for node in parts if isinstance(node, ast.Call)]
        if any(isinstance(node, (ast.Await, ast.NamedExpr, ast.Yield, ast.Subscript)) for node in parts):
            return False
        if any(not isinstance(call.func, ast.Name) or call.func.id not in _PURE for call in calls):
            return False
        assigned.append(ast.unparse(target))
        used.append({ast.unparse(node) for node in (target, *parts) if isinstance(node, (ast.Name, ast.Attribute))})
    return assigned[0] not in used[1] and assigned[1] not in used[0]


@operator("break-continue", ast.Break, ast.Continue)
def _break_continue(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, (ast.Break, ast.Continue))
    word = "continue" if isinstance(node, ast.Break) else "break"
    yield [Edit(site.program.start(node), site.program.end(node), word)]


@operator("skip-item", ast.For, ast.comprehension)
def _skip_item(site: Site, node: ast.AST) -> Iterator[Change]:
    """A loop leaves out the first or the last item, or goes backwards."""
    assert isinstance(node, (ast.For, ast.comprehension))
    if isinstance(node, ast.comprehension) and node.is_async:
        return
    if isinstance(node.iter, ast.Call) and called(node.iter) in ("count", "cycle", "repeat", "iter"):
        return
    uses_item = not (isinstance(node.target, ast.Name) and node.target.id == "_")
    for part in ("1:", ":-1", "::-1") if uses_item else ("1:",):
        yield [site.program.put(node.iter, f"list({site.program.text(node.iter)})[{part}]", atom=True)]
