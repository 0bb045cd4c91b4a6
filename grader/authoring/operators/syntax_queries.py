"""Small questions about nodes of a syntax tree, which several operators ask."""

from __future__ import annotations

import ast
from typing import Final

from grader.authoring.source_edits import Program

PRIMITIVES: Final = frozenset(
    {
        "Lock", "Event", "Condition", "Semaphore", "BoundedSemaphore", "Barrier", "Queue", "PriorityQueue",
        "LifoQueue",
    }
)  # fmt: skip
LOCKS: Final = frozenset({"Lock", "Semaphore", "BoundedSemaphore"})
STARTERS: Final = frozenset({"create_task", "ensure_future"})


def assignment(node: ast.AST) -> tuple[ast.expr | None, ast.expr | None]:
    """The one target and the value of an assignment."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        return node.targets[0], node.value
    if isinstance(node, ast.AnnAssign):
        return node.target, node.value
    return None, None


def called(node: ast.Call) -> str:
    """The last part of the name that is called; of ``asyncio.Queue[str]()`` it is ``Queue``."""
    return last_name(node.func.value if isinstance(node.func, ast.Subscript) else node.func)


def last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def held_in(node: ast.AST) -> str:
    """A name, or an attribute of any object: ``self.lock`` is ``account.lock`` elsewhere."""
    return f".{node.attr}" if isinstance(node, ast.Attribute) else last_name(node)


def is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return False
    return True


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))


def is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def written_number(node: ast.AST) -> float | None:
    """The number that is written there."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return None
    return value if type(value) in (int, float) else None


def tests_of(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        return [node.test]
    return node.ifs if isinstance(node, ast.comprehension) else []


def may_move(node: ast.stmt) -> bool:
    return not isinstance(
        node,
        (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal),
    ) and not is_docstring(node)


def following_statement(program: Program, statement: ast.stmt) -> ast.stmt | None:
    block = program.block(statement)
    position = next(number for number, each in enumerate(block) if each is statement)
    return block[position + 1] if position + 1 < len(block) else None


def bracketed(program: Program, node: ast.expr) -> str:
    atoms = (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.Compare, ast.Await)
    return program.text(node) if isinstance(node, atoms) else f"({program.text(node)})"
