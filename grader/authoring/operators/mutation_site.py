"""What an operator has to know of the program it changes, and where operators are registered."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from grader.authoring.operators.syntax_queries import (
    PRIMITIVES,
    STARTERS,
    assignment,
    called,
    held_in,
    is_literal,
    last_name,
)
from grader.authoring.source_edits import Edit, Program

Change = list[Edit]
"""The edits of one mutant."""


@dataclass
class Site:
    """The program in which a node is changed, and what the operators have to know of the whole of it."""

    program: Program
    literals: dict[str, ast.expr] = field(default_factory=dict)
    """Values of the constants at the top of the file, by name."""
    made: dict[str, str] = field(default_factory=dict)
    """Texts of the calls that make locks, queues and the like, by the variable or attribute that holds one."""
    functions: set[str] = field(default_factory=set)
    """Names of the coroutine functions at the top of the file."""
    together: set[str] = field(default_factory=set)
    """Those that run several times at once: in a loop over tasks, or more than once in a gather, or called by such."""
    imports_time: bool = False

    @classmethod
    def of(cls, program: Program) -> Site:
        site = cls(program)
        for node in ast.walk(program.tree):
            if isinstance(node, ast.AsyncFunctionDef) and program.parent(node) is program.tree:
                site.functions.add(node.name)
            if isinstance(node, ast.Import):
                site.imports_time |= any(each.name == "time" and each.asname is None for each in node.names)
            target, value = assignment(node)
            if target is None or value is None:
                continue
            if isinstance(target, ast.Name) and program.parent(node) is program.tree and is_literal(value):
                site.literals[target.id] = value
            if isinstance(target, (ast.Name, ast.Attribute)) and isinstance(value, ast.Call):
                if called(value) in PRIMITIVES:
                    site.made[held_in(target)] = program.text(value)
                if called(value) == "defaultdict" and value.args and last_name(value.args[0]) in PRIMITIVES:
                    site.made[held_in(target) + "[]"] = f"{program.text(value.args[0])}()"
        site.together = _run_together(program, site.functions)
        return site


def _run_together(program: Program, functions: set[str]) -> set[str]:
    """The coroutine functions of which several calls are under way at once, as far as the text shows it."""
    started: list[str] = []
    calls: dict[str, set[str]] = {}
    for node in ast.walk(program.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in functions:
            continue
        caller = program.enclosing(node, (ast.AsyncFunctionDef,))
        if isinstance(caller, ast.AsyncFunctionDef):
            calls.setdefault(caller.name, set()).add(node.func.id)
        around: ast.AST = node
        loops = starts = 0
        while around in program.parents and not isinstance(around, (ast.AsyncFunctionDef, ast.FunctionDef)):
            around = program.parent(around)
            loops += isinstance(around, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.For, ast.While))
            starts += isinstance(around, ast.Call) and called(around) in (*STARTERS, "gather", "as_completed")
            if isinstance(around, ast.Await) and not starts:
                break  # it is awaited where it is called
        if starts:
            started += [node.func.id] * (2 if loops else 1)
    together = {name for name in started if started.count(name) > 1}
    waiting = list(together)
    while waiting:
        more = calls.get(waiting.pop(), set()) - together
        together |= more
        waiting += more
    return together


Operator = Callable[[Site, ast.AST], Iterator[Change]]

OPERATORS: Final[dict[str, tuple[tuple[type[ast.AST], ...], Operator]]] = {}
"""By name: the kinds of node that it looks at, and what it does to one."""


def operator(name: str, *kinds: type[ast.AST]) -> Callable[[Operator], Operator]:
    def register(function: Operator) -> Operator:
        OPERATORS[name] = kinds, function
        return function

    return register
