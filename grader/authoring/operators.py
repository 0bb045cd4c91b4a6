"""The mutation operators: each makes one small change, of the kind that a learner makes, to a repaired program.

What mutmut and cosmic-ray change (conditions, comparisons, numbers, arguments, exceptions, ``break`` and ``continue``)
is here as well, by their names where those are in use; most operators are about concurrency, which those leave alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from grader.authoring.source_edits import CannotEdit, Edit, Program

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
            target, value = _assignment(node)
            if target is None or value is None:
                continue
            if isinstance(target, ast.Name) and program.parent(node) is program.tree and _is_literal(value):
                site.literals[target.id] = value
            if isinstance(target, (ast.Name, ast.Attribute)) and isinstance(value, ast.Call):
                if _called(value) in _PRIMITIVES:
                    site.made[_held_in(target)] = program.text(value)
                if _called(value) == "defaultdict" and value.args and _last_name(value.args[0]) in _PRIMITIVES:
                    site.made[_held_in(target) + "[]"] = f"{program.text(value.args[0])}()"
        site.together = _run_together(program, site.functions)
        return site


Operator = Callable[[Site, ast.AST], Iterator[Change]]

OPERATORS: Final[dict[str, tuple[tuple[type[ast.AST], ...], Operator]]] = {}
"""By name: the kinds of node that it looks at, and what it does to one."""


def _operator(name: str, *kinds: type[ast.AST]) -> Callable[[Operator], Operator]:
    def register(function: Operator) -> Operator:
        OPERATORS[name] = kinds, function
        return function

    return register


def changes(site: Site, node: ast.AST, only: Iterable[str] | None = None) -> Iterator[tuple[str, Change]]:
    """All changes of one node, each with the name of its operator. ``only``: names of the operators to use."""
    for name in OPERATORS if only is None else only:
        kinds, function = OPERATORS[name]
        if isinstance(node, kinds):
            try:
                for change in function(site, node):
                    yield name, change
            except CannotEdit:
                continue


# --- awaiting -------------------------------------------------------------------------------------------------------


@_operator("drop-await", ast.Await)
def _drop_await(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Await)
    yield [site.program.put(node, site.program.text(node.value), node.value)]


@_operator("blocking-sleep", ast.Await)
def _blocking_sleep(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Await)
    call = node.value
    if isinstance(call, ast.Call) and _called(call) == "sleep" and call.args and _number(call.args[0]) != 0:
        module = "time" if site.imports_time else '__import__("time")'
        yield [site.program.put(node, f"{module}.sleep({site.program.text(call.args[0])})", atom=True)]


@_operator("drop-to-thread", ast.Await)
def _drop_to_thread(site: Site, node: ast.AST) -> Iterator[Change]:
    """Call it in the loop's own thread."""
    assert isinstance(node, ast.Await)
    call = node.value
    if not isinstance(call, ast.Call) or _called(call) not in ("to_thread", "run_in_executor"):
        return
    function, *arguments = call.args[1:] if _called(call) == "run_in_executor" else call.args
    text = site.program.text(function)
    if not isinstance(function, (ast.Name, ast.Attribute)):
        text = f"({text})"
    inner = [site.program.text(each) for each in arguments]
    inner += [_keyword_text(site.program, each) for each in call.keywords]
    yield [site.program.put(node, f"{text}({', '.join(inner)})", atom=True)]


@_operator("drop-shield", ast.Call)
def _drop_shield(site: Site, node: ast.AST) -> Iterator[Change]:
    yield from _first_argument_instead(site, node, "shield")


@_operator("drop-wait-for", ast.Call)
def _drop_wait_for(site: Site, node: ast.AST) -> Iterator[Change]:
    """Wait without a limit; of a condition, without looking whether it holds."""
    assert isinstance(node, ast.Call)
    if len(node.args) + len(node.keywords) > 1:
        yield from _first_argument_instead(site, node, "wait_for")
    elif isinstance(node.func, ast.Attribute) and node.func.attr == "wait_for":
        yield [site.program.put(node, f"{site.program.text(node.func.value)}.wait()", atom=True)]


@_operator("drop-timeout", ast.Call)
def _drop_timeout(site: Site, node: ast.AST) -> Iterator[Change]:
    """A timeout that never expires."""
    assert isinstance(node, ast.Call)
    if _called(node) in ("timeout", "timeout_at", "reschedule"):
        for argument in node.args[:1]:
            yield [site.program.put(argument, "None", atom=True)]
        for keyword in node.keywords:
            if keyword.arg in ("delay", "timeout", "when"):
                yield [site.program.put(keyword.value, "None", atom=True)]


# --- tasks ----------------------------------------------------------------------------------------------------------


@_operator("gather-in-turn", ast.Await)
def _gather_in_turn(site: Site, node: ast.AST) -> Iterator[Change]:
    """Await one after the other what was awaited together."""
    assert isinstance(node, ast.Await)
    call = node.value
    if isinstance(call, ast.Call) and _called(call) == "gather" and call.args:
        parts = [_in_turn(site.program, each) for each in call.args]
        text = parts[0][1:] if len(parts) == 1 and parts[0].startswith("*") else f"[{', '.join(parts)}]"
        yield [site.program.put(node, text, atom=True)]


def _in_turn(program: Program, argument: ast.expr) -> str:
    """An element of a list that awaits an argument of gather, or all that a starred one holds."""
    if not isinstance(argument, ast.Starred):
        return f"await {_bracketed(program, argument)}"
    inner = argument.value
    if isinstance(inner, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
        element = inner.elt
        rest = program.slice(program.end(element), program.end(inner) - 1)
        head = program.slice(program.start(inner) + 1, program.start(element))
        return f"*[{head}await {_bracketed(program, element)}{rest}]"
    return f"*[await each for each in {_bracketed(program, inner)}]"


@_operator("in-turn-to-gather", ast.ListComp, ast.For, ast.Expr, ast.Assign)
def _in_turn_to_gather(site: Site, node: ast.AST) -> Iterator[Change]:
    """Await together what was awaited one after the other."""
    program = site.program
    if isinstance(node, ast.ListComp) and isinstance(node.elt, ast.Await):
        if not any(each.is_async for each in node.generators):
            element = node.elt
            rest = program.slice(program.end(element), program.end(node))
            head = program.slice(program.start(node), program.start(element))
            yield [program.put(node, f"await asyncio.gather(*{head}{program.text(element.value)}{rest})")]
    elif isinstance(node, ast.For) and len(node.body) == 1 and not node.orelse:
        body = node.body[0]
        if isinstance(body, ast.Expr) and isinstance(body.value, ast.Await):
            each, items, call = (program.text(part) for part in (node.target, node.iter, body.value.value))
            program.lines(node)
            text = f"await asyncio.gather(*[{call} for {each} in {items}])"
            yield [Edit(program.start(node), program.end(node), text)]
    elif isinstance(node, (ast.Expr, ast.Assign)) and isinstance(node.value, ast.Await):
        following = _following(program, node)
        if type(following) is type(node) and isinstance(following.value, ast.Await):
            yield _gather_two(program, node, following)


def _gather_two(program: Program, first: ast.Expr | ast.Assign, second: ast.Expr | ast.Assign) -> Change:
    awaits = [each.value for each in (first, second)]
    calls = ", ".join(program.text(each.value) for each in awaits if isinstance(each, ast.Await))
    text = f"await asyncio.gather({calls})"
    if isinstance(first, ast.Assign) and isinstance(second, ast.Assign):
        text = f"{program.text(first.targets[0])}, {program.text(second.targets[0])} = {text}"
    program.lines(first)
    return [Edit(program.start(first), program.end(first), text), program.delete(second)]


@_operator("await-task-at-once", ast.Call)
def _await_task_at_once(site: Site, node: ast.AST) -> Iterator[Change]:
    """Wait for the new task before going on."""
    if not isinstance(node, ast.Call) or _called(node) not in _STARTERS:
        return
    program, parent = site.program, site.program.parent(node)
    if isinstance(parent, ast.Expr):
        yield [program.put(node, f"await {program.text(node)}")]
        return
    target, value = _assignment(parent)
    if isinstance(target, ast.Name) and value is node and isinstance(parent, ast.stmt):
        wait = program.indented(parent.col_offset, f"await asyncio.wait([{target.id}])")
        yield [program.insert_before(program.lines(parent)[1] + 1, wait)]
    else:
        yield [program.put(node, f"(await asyncio.wait([_new := {program.text(node)}]) and _new)", atom=True)]


@_operator("drop-create-task", ast.Call)
def _drop_create_task(site: Site, node: ast.AST) -> Iterator[Change]:
    """A coroutine where a task was."""
    assert isinstance(node, ast.Call)
    if _called(node) in _STARTERS and node.args:
        yield [site.program.put(node, site.program.text(node.args[0]), node.args[0])]


@_operator("forget-task", ast.Call)
def _forget_task(site: Site, node: ast.AST) -> Iterator[Change]:
    """Keep no reference to a task."""
    assert isinstance(node, ast.Call)
    if _called(node) in ("add", "append") and len(node.args) == 1:
        task = node.args[0]
        if isinstance(task, ast.Call) and _called(task) in _STARTERS:
            yield [site.program.put(node, site.program.text(task), task)]


@_operator("loose-tasks", ast.AsyncWith)
def _loose_tasks(site: Site, node: ast.AST) -> Iterator[Change]:
    """Tasks of nobody instead of a group's: ``group = asyncio``."""
    assert isinstance(node, ast.AsyncWith)
    for item in node.items:
        name = item.optional_vars
        if isinstance(item.context_expr, ast.Call) and _called(item.context_expr) == "TaskGroup" and name is not None:
            yield [_without_item(site.program, node, item, f"{site.program.text(name)} = asyncio")]


@_operator("one-at-a-time", ast.stmt)
def _one_at_a_time(site: Site, node: ast.AST) -> Iterator[Change]:
    """Call something that takes time under a lock of all callers, so that they wait for one another."""
    if not isinstance(node, (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return)):
        return
    calls = [each.value for each in ast.walk(node) if isinstance(each, ast.Await) and isinstance(each.value, ast.Call)]
    function = site.program.enclosing(node, (ast.AsyncFunctionDef,))
    if not isinstance(function, ast.AsyncFunctionDef) or function.name not in site.together:
        return
    if any(isinstance(call.func, ast.Name) and call.func.id in site.functions for call in calls):
        program = site.program
        first, last = program.lines(node)
        outermost: ast.AST = node
        while program.parent(outermost) is not program.tree:
            outermost = program.parent(outermost)
        assert isinstance(outermost, ast.stmt)
        held = program.indented(node.col_offset, "async with _one_at_a_time:") + program.moved(first, last, 4)
        yield [
            program.insert_before(program.lines(outermost)[0], "_one_at_a_time = asyncio.Lock()\n\n\n"),
            program.replace_lines(first, last, held),
        ]


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
            starts += isinstance(around, ast.Call) and _called(around) in (*_STARTERS, "gather", "as_completed")
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


@_operator("poll", ast.AsyncWith, ast.Expr, ast.Assign)
def _poll(site: Site, node: ast.AST) -> Iterator[Change]:
    """Look every 10 ms instead of waiting to be woken."""
    program = site.program
    assert isinstance(node, ast.stmt)
    first, last = program.lines(node)
    match node:
        case ast.AsyncWith([ast.withitem(held), *_]) if _kind(site, held) in _LOCKS:
            lines = _looks(program, node, f"{program.text(held)}.locked()") + program.moved(first, last, 0)
        case ast.Expr(ast.Await(ast.Call(ast.Attribute(event, "wait"), []))) if _kind(site, event) == "Event":
            lines = _looks(program, node, f"not {program.text(event)}.is_set()")
        case ast.Expr(ast.Await(ast.Call(ast.Attribute(condition, "wait_for"), [ast.Lambda(_, test)]))):
            owner = program.text(condition)
            between = (f"{owner}.release()", "await asyncio.sleep(0.01)", f"await {owner}.acquire()")
            lines = _looks(program, node, f"not ({program.text(test)})", between)
        case (ast.Expr(ast.Await(ast.Call(ast.Attribute(queue, "get"), [])))
              | ast.Assign(_, ast.Await(ast.Call(ast.Attribute(queue, "get"), [])))):  # fmt: skip
            lines = _looks(program, node, f"{program.text(queue)}.empty()") + program.moved(first, last, 0)
        case _:
            return
    yield [program.replace_lines(first, last, lines)]


def _looks(
    program: Program, node: ast.stmt, condition: str, between: Sequence[str] = ("await asyncio.sleep(0.01)",)
) -> str:
    lines = program.indented(node.col_offset, f"while {condition}:")
    return lines + "".join(program.indented(node.col_offset + 4, line) for line in between)


def _kind(site: Site, node: ast.AST) -> str:
    """Of what class a lock, a queue or the like is; empty for anything else."""
    held = f"{_held_in(node.value)}[]" if isinstance(node, ast.Subscript) else _held_in(node)
    found = re.search(r"(\w+)(?:\[.*\])?\(", site.made.get(held, ""))
    return found.group(1) if found else ""


# --- blocks ---------------------------------------------------------------------------------------------------------


@_operator("unwrap-with", ast.With, ast.AsyncWith)
def _unwrap_with(site: Site, node: ast.AST) -> Iterator[Change]:
    """Take away a context manager; what it was called stays the name of it."""
    assert isinstance(node, (ast.With, ast.AsyncWith))
    for item in node.items:
        keep = ""
        if item.optional_vars is not None:
            keep = f"{site.program.text(item.optional_vars)} = {_not_entered(site.program, item.context_expr)}"
        yield [_without_item(site.program, node, item, keep)]


def _not_entered(program: Program, manager: ast.expr) -> str:
    """What entering a context manager gives, had another way."""
    if isinstance(manager, ast.Call) and manager.args and _called(manager) in ("aclosing", "closing"):
        return program.text(manager.args[0])
    # Connections and cursors of aiosqlite can be awaited as well as entered.
    awaited = isinstance(manager, ast.Call) and _called(manager) in ("connect", "execute")
    return f"{'await ' if awaited else ''}{program.text(manager)}"


def _without_item(program: Program, node: ast.With | ast.AsyncWith, item: ast.withitem, instead: str) -> Edit:
    """The block without one of its context managers, and with a line before it."""
    first, last = program.lines(node)
    column = node.col_offset
    lines = program.indented(column, instead) if instead else ""
    rest = [each for each in node.items if each is not item]
    body_first, body_last = program.body_lines(node.body)
    if not rest:
        lines += program.moved(body_first, body_last, column - node.body[0].col_offset)
    else:
        word = "async with" if isinstance(node, ast.AsyncWith) else "with"
        items = ", ".join(_item_text(program, each) for each in rest)
        lines += program.indented(column, f"{word} {items}:") + program.moved(body_first, body_last, 0)
    return program.replace_lines(first, last, lines)


def _item_text(program: Program, item: ast.withitem) -> str:
    name = f" as {program.text(item.optional_vars)}" if item.optional_vars is not None else ""
    return f"{program.text(item.context_expr)}{name}"


@_operator("unwrap-try", ast.Try, ast.TryStar)
def _unwrap_try(site: Site, node: ast.AST) -> Iterator[Change]:
    """Take away all handlers; what was in ``finally`` follows, unless something is raised."""
    assert isinstance(node, (ast.Try, ast.TryStar))
    yield [_plain_blocks(site.program, node, [node.body, node.orelse, node.finalbody])]
    if node.handlers and node.finalbody:
        for handler in node.handlers:
            yield [_without_handler(site.program, handler)]


@_operator("drop-finally", ast.Try, ast.TryStar)
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


@_operator("drop-except", ast.ExceptHandler)
def _drop_except(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.ExceptHandler)
    parent = site.program.parent(node)
    if isinstance(parent, (ast.Try, ast.TryStar)) and len(parent.handlers) > 1:
        yield [_without_handler(site.program, node)]


def _without_handler(program: Program, handler: ast.ExceptHandler) -> Edit:
    return program.replace_lines(handler.lineno, handler.body[-1].end_lineno or 0, "")


@_operator("drop-else", ast.Try, ast.TryStar, ast.For, ast.AsyncFor, ast.While, ast.If)
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


@_operator("move-out", ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.Try)
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


@_operator("move-in", ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.Try)
def _move_in(site: Site, node: ast.AST) -> Iterator[Change]:
    """The statement before a block becomes its first, or the one behind it its last."""
    assert isinstance(node, (ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.Try))
    program = site.program
    block = program.block(node)
    position = next(number for number, each in enumerate(block) if each is node)
    by = node.body[0].col_offset - node.col_offset
    body_first, body_last = program.body_lines(node.body)
    if position > 0 and _may_move(block[position - 1]):
        before = block[position - 1]
        yield [program.delete(before), program.insert_before(body_first, program.moved(*program.lines(before), by))]
    if position + 1 < len(block) and _may_move(block[position + 1]):
        after = block[position + 1]
        if not (isinstance(after, ast.Return) and not isinstance(node, (ast.For, ast.AsyncFor, ast.While))):
            yield [
                program.insert_before(body_last + 1, program.moved(*program.lines(after), by)),
                program.delete(after),
            ]


# --- statements -----------------------------------------------------------------------------------------------------


@_operator("delete-statement", ast.stmt)
def _delete_statement(site: Site, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, _STAYS) or _is_docstring(node) or (isinstance(node, ast.AnnAssign) and node.value is None):
        return
    assert isinstance(node, ast.stmt)
    yield [site.program.delete(node)]


@_operator("swap-statements", ast.stmt)
def _swap_statements(site: Site, node: ast.AST) -> Iterator[Change]:
    """A statement changes places with the next one."""
    assert isinstance(node, ast.stmt)
    following = _following(site.program, node)
    if following is None or not _may_move(node) or not _may_move(following) or isinstance(following, _ENDS):
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
        target, value = _assignment(statement)
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


@_operator("break-continue", ast.Break, ast.Continue)
def _break_continue(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, (ast.Break, ast.Continue))
    word = "continue" if isinstance(node, ast.Break) else "break"
    yield [Edit(site.program.start(node), site.program.end(node), word)]


@_operator("skip-item", ast.For, ast.comprehension)
def _skip_item(site: Site, node: ast.AST) -> Iterator[Change]:
    """A loop leaves out the first or the last item, or goes backwards."""
    assert isinstance(node, (ast.For, ast.comprehension))
    if isinstance(node, ast.comprehension) and node.is_async:
        return
    if isinstance(node.iter, ast.Call) and _called(node.iter) in ("count", "cycle", "repeat", "iter"):
        return
    uses_item = not (isinstance(node.target, ast.Name) and node.target.id == "_")
    for part in ("1:", ":-1", "::-1") if uses_item else ("1:",):
        yield [site.program.put(node.iter, f"list({site.program.text(node.iter)})[{part}]", atom=True)]


# --- exceptions -----------------------------------------------------------------------------------------------------

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


@_operator("widen-except", ast.Name, ast.Attribute, ast.Tuple)
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


@_operator("narrow-except", ast.Name, ast.Attribute, ast.Tuple)
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


@_operator("sibling-except", ast.Name, ast.Attribute)
def _sibling_except(site: Site, node: ast.AST) -> Iterator[Change]:
    if name := _caught(site.program, node):
        yield [site.program.put(node, _EXCEPTIONS[name][1], atom=True)]  # type: ignore[arg-type]


@_operator("other-exception", ast.Call)
def _other_exception(site: Site, node: ast.AST) -> Iterator[Change]:
    """Raise the parent class, a sibling or a child instead."""
    assert isinstance(node, ast.Call)
    name = _last_name(node.func)
    if name in _EXCEPTIONS:
        parent, sibling, children = _EXCEPTIONS[name]
        for other in dict.fromkeys((parent, sibling, *children[:1])):
            if other is not None:
                yield [site.program.put(node.func, other, atom=True)]


@_operator("drop-cause", ast.Raise)
def _drop_cause(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Raise)
    if node.exc is not None and node.cause is not None:
        yield [Edit(site.program.end(node.exc), site.program.end(node.cause), "")]


def _caught(program: Program, node: ast.AST) -> str:
    """The name of an exception class where one says what is caught; empty for anything else."""
    name = _last_name(node)
    if name not in _EXCEPTIONS or not isinstance(node, ast.expr):
        return ""
    parent = program.parent(node)
    if isinstance(parent, ast.Tuple):
        return name if _holds_caught(program, parent) else ""
    return name if _catches(parent, node) else ""


def _holds_caught(program: Program, node: ast.Tuple) -> bool:
    return _catches(program.parent(node), node) and all(_last_name(each) in _EXCEPTIONS for each in node.elts)


def _catches(parent: ast.AST, node: ast.expr) -> bool:
    if isinstance(parent, ast.ExceptHandler):
        return parent.type is node
    if not isinstance(parent, ast.Call) or node not in parent.args:
        return False
    called = _called(parent)
    return called in ("suppress", "split", "subgroup") or (
        called in ("isinstance", "issubclass") and parent.args[1:2] == [node]
    )


# --- calls and names ------------------------------------------------------------------------------------------------


@_operator("drop-keyword", ast.Call)
def _drop_keyword(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Call)
    parts: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
    for keyword in node.keywords:
        if keyword.arg in (None, "strict"):  # zip(strict=True) is an assertion
            continue
        position = parts.index(keyword)
        start, end = site.program.start(keyword), site.program.end(keyword)
        if position > 0:
            start = site.program.end(parts[position - 1])
        elif len(parts) > 1:
            end = site.program.start(parts[1])
        if position > 0 and isinstance(parts[position - 1], ast.expr):
            # What is in brackets of its own ends behind them.
            start += len(re.match(r"[\s)]*", site.program.slice(start, end)).group())  # type: ignore[union-attr]
        yield [Edit(start, end, "")]


@_operator("new-each-use", ast.Name, ast.Attribute, ast.Subscript)
def _new_each_use(site: Site, node: ast.AST) -> Iterator[Change]:
    """A lock, a semaphore, a queue or an event made anew where the common one was used."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        if text := site.made.get(_held_in(node.value) + "[]"):
            yield [site.program.put(node, text, atom=True)]
    elif isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load) and _held_in(node) in site.made:
        yield [site.program.put(node, site.made[_held_in(node)], atom=True)]


_OTHER_NAMES: Final = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "popleft": "pop",
    "appendleft": "append",
    "notify": "notify_all",
    "notify_all": "notify",
    "FIRST_COMPLETED": "ALL_COMPLETED",
    "FIRST_EXCEPTION": "ALL_COMPLETED",
    "ALL_COMPLETED": "FIRST_COMPLETED",
    "Queue": "LifoQueue",
    "LifoQueue": "Queue",
    "PriorityQueue": "Queue",
    "BoundedSemaphore": "Semaphore",
    "get_nowait": "get",
    "put_nowait": "put",
}


@_operator("first-last", ast.Subscript, ast.Call, ast.Name, ast.Attribute)
def _first_last(site: Site, node: ast.AST) -> Iterator[Change]:
    """The last instead of the first, the least instead of the most, one instead of all."""
    program = site.program
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        if _number(node.slice) in (0, -1):
            yield [program.put(node.slice, "-1" if _number(node.slice) == 0 else "0", atom=True)]
        elif isinstance(node.slice, ast.Slice) and node.slice.step is None:
            text = program.text(node.slice)
            if text in ("1:", ":-1"):
                yield [program.put(node.slice, ":-1" if text == "1:" else "1:", atom=True)]
    elif isinstance(node, ast.Call):
        if _called(node) == "pop" and not node.keywords and isinstance(node.func, ast.Attribute):
            numbers = [_number(each) for each in node.args]
            if numbers in ([], [0]):
                end = program.end(node)
                yield [Edit(program.end(node.func), end, "()" if numbers else "(0)")]
        if _called(node) in ("sorted", "reversed", "set") and node.args:
            yield [program.put(node, f"list({program.text(node.args[0])})", atom=True)]
    elif isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
        other = _OTHER_NAMES.get(_last_name(node))
        if other is not None:
            end = program.end(node)
            yield [Edit(end - len(_last_name(node)), end, other)]


# --- conditions -----------------------------------------------------------------------------------------------------


@_operator("force-condition", ast.If, ast.While, ast.IfExp, ast.comprehension)
def _force_condition(site: Site, node: ast.AST) -> Iterator[Change]:
    """A condition that always holds, or never."""
    for test in _tests(node):
        for value in ("True", "False"):
            if not isinstance(test, ast.Constant) or value == "False":
                yield [site.program.put(test, value, atom=True)]


@_operator("negate-condition", ast.If, ast.While, ast.IfExp, ast.comprehension)
def _negate_condition(site: Site, node: ast.AST) -> Iterator[Change]:
    for test in _tests(node):
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            yield [site.program.put(test, site.program.text(test.operand), test.operand)]
        elif not isinstance(test, ast.Constant):
            loose = isinstance(test, (ast.BoolOp, ast.IfExp, ast.NamedExpr, ast.Lambda))
            text = site.program.text(test)
            yield [site.program.put(test, f"not ({text})" if loose or "\n" in text else f"not {text}")]


@_operator("drop-not", ast.UnaryOp)
def _drop_not(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.UnaryOp)
    if isinstance(node.op, ast.Not) and node not in _tests(site.program.parent(node)):
        yield [site.program.put(node, site.program.text(node.operand), node.operand)]


@_operator("drop-operand", ast.BoolOp)
def _drop_operand(site: Site, node: ast.AST) -> Iterator[Change]:
    """A condition without one of its parts."""
    assert isinstance(node, ast.BoolOp)
    word = " and " if isinstance(node.op, ast.And) else " or "
    for left_out in node.values:
        rest = [each for each in node.values if each is not left_out]
        text = word.join(_bracketed(site.program, each) for each in rest)
        yield [site.program.put(node, text) if len(rest) > 1 else site.program.put(node, text, rest[0])]


@_operator("and-or", ast.BoolOp)
def _and_or(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.BoolOp)
    word = " or " if isinstance(node.op, ast.And) else " and "
    yield [site.program.put(node, word.join(_bracketed(site.program, each) for each in node.values))]


_COMPARISONS: Final[dict[type[ast.cmpop], tuple[str, ...]]] = {
    ast.Lt: ("<=", ">"),
    ast.LtE: ("<", ">="),
    ast.Gt: (">=", "<"),
    ast.GtE: (">", "<="),
    ast.Eq: ("!=",),
    ast.NotEq: ("==",),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
}
_COMPARISON = re.compile(r"<=|>=|==|!=|<|>|\bnot\s+in\b|\bin\b|\bis\s+not\b|\bis\b")


@_operator("comparison", ast.Compare)
def _comparison(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Compare)
    negated_anyway = len(node.ops) == 1 and node in _tests(site.program.parent(node))
    for left, op, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
        start, end = site.program.end(left), site.program.start(right)
        found = _COMPARISON.search(site.program.slice(start, end))
        others = _COMPARISONS[type(op)]
        if found and not (negated_anyway and len(others) == 1):
            yield from ([Edit(start + found.start(), start + found.end(), other)] for other in others)


# --- numbers --------------------------------------------------------------------------------------------------------

_ARITHMETIC: Final[dict[type[ast.operator], str]] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "*",
    ast.Mod: "*",
    ast.BitOr: "&",
    ast.BitAnd: "|",
}


@_operator("arithmetic", ast.BinOp)
def _arithmetic(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.BinOp)
    other = _ARITHMETIC.get(type(node.op))
    if other is None or any(_is_text(each) or isinstance(each, ast.List) for each in (node.left, node.right)):
        return
    start, end = site.program.end(node.left), site.program.start(node.right)
    found = re.search(r"//|\*\*|[-+*/%|&]", site.program.slice(start, end))
    if found:
        yield [Edit(start + found.start(), start + found.end(), other)]


@_operator("augmented", ast.AugAssign)
def _augmented(site: Site, node: ast.AST) -> Iterator[Change]:
    """``-=`` or ``=`` instead of ``+=``."""
    assert isinstance(node, ast.AugAssign)
    start, end = site.program.end(node.target), site.program.start(node.value)
    found = re.search(r"\S+", site.program.slice(start, end))
    other = _ARITHMETIC.get(type(node.op))
    if found:
        for word in (f"{other}=", "=") if other and not _is_text(node.value) else ("=",):
            yield [Edit(start + found.start(), start + found.end(), word)]


@_operator("constant", ast.Constant)
def _constant(site: Site, node: ast.AST) -> Iterator[Change]:
    """One more, one less, none; of fractions the double and the half."""
    assert isinstance(node, ast.Constant)
    parent = site.program.parent(node)
    negative = isinstance(parent, ast.UnaryOp)
    waits = isinstance(parent, ast.Call) and _called(parent) == "sleep"
    for value in _others(node.value):
        if (value == 0 and negative) or (value < 0 and waits):  # -0, and sleep(-1): as good as 0
            continue
        yield [site.program.put(node, repr(value), atom=value >= 0)]


@_operator("flip-bool", ast.Constant)
def _flip_bool(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Constant)
    parent = site.program.parent(node)
    # A keyword that is off is as good as none: drop-keyword makes that change.
    switched_on = isinstance(parent, ast.keyword) and node.value is True
    if isinstance(node.value, bool) and node not in _tests(parent) and not switched_on:
        yield [site.program.put(node, str(not node.value), atom=True)]


@_operator("shift-name", ast.Name)
def _shift_name(site: Site, node: ast.AST) -> Iterator[Change]:
    """One more and one less than a constant of the file says, or the double and the half of it."""
    value = _read_literal(site, node)
    if isinstance(value, ast.Constant) and type(value.value) in (int, float) and isinstance(node, ast.Name):
        for shift in ("+ 1", "- 1") if isinstance(value.value, int) else ("* 2", "/ 2"):
            yield [site.program.put(node, f"{node.id} {shift}")]


@_operator("inline-constant", ast.Name)
def _inline_constant(site: Site, node: ast.AST) -> Iterator[Change]:
    """The value of a constant of the file instead of its name, as if it never had another."""
    value = _read_literal(site, node)
    if value is not None and value.lineno == value.end_lineno and isinstance(node, ast.Name) and node.id.isupper():
        yield [site.program.put(node, site.program.text(value), value)]


def _read_literal(site: Site, node: ast.AST) -> ast.expr | None:
    return site.literals.get(node.id) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else None


def _others(value: object) -> tuple[int | float, ...]:
    if type(value) is int:
        return tuple(dict.fromkeys(each for each in (value + 1, value - 1, 0) if each != value))
    if type(value) is float:
        return tuple(dict.fromkeys(each for each in (value * 2, value / 2, 0.0) if each != value))
    return ()


# --- what the operators ask -----------------------------------------------------------------------------------------

_PRIMITIVES: Final = frozenset(
    {
        "Lock", "Event", "Condition", "Semaphore", "BoundedSemaphore", "Barrier", "Queue", "PriorityQueue",
        "LifoQueue",
    }
)  # fmt: skip
_LOCKS: Final = frozenset({"Lock", "Semaphore", "BoundedSemaphore"})
_STARTERS: Final = frozenset({"create_task", "ensure_future"})
_PURE: Final = frozenset({"bool", "dict", "float", "int", "len", "list", "set", "str", "tuple"})
"""Functions that do nothing but return a value."""
_NOT_ERRORS: Final = frozenset({"CancelledError", "KeyboardInterrupt", "GeneratorExit", "BaseExceptionGroup"})
"""What ``Exception`` is no parent of."""

_ENDS: Final = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_STAYS: Final = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Pass, ast.If, ast.While,
    ast.With, ast.AsyncWith, ast.Try, ast.TryStar,
)  # fmt: skip
"""Statements that are not deleted: other operators do to them what matters, or it would say nothing."""


def _first_argument_instead(site: Site, node: ast.AST, name: str) -> Iterator[Change]:
    assert isinstance(node, ast.Call)
    if _called(node) == name and node.args:
        yield [site.program.put(node, site.program.text(node.args[0]), node.args[0])]


def _assignment(node: ast.AST) -> tuple[ast.expr | None, ast.expr | None]:
    """The one target and the value of an assignment."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        return node.targets[0], node.value
    if isinstance(node, ast.AnnAssign):
        return node.target, node.value
    return None, None


def _called(node: ast.Call) -> str:
    """The last part of the name that is called; of ``asyncio.Queue[str]()`` it is ``Queue``."""
    return _last_name(node.func.value if isinstance(node.func, ast.Subscript) else node.func)


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _held_in(node: ast.AST) -> str:
    """A name, or an attribute of whatever object: ``self.lock`` is ``account.lock`` elsewhere."""
    return f".{node.attr}" if isinstance(node, ast.Attribute) else _last_name(node)


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return False
    return True


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _number(node: ast.AST) -> float | None:
    """The number that is written there."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return None
    return value if type(value) in (int, float) else None


def _tests(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        return [node.test]
    return node.ifs if isinstance(node, ast.comprehension) else []


def _may_move(node: ast.stmt) -> bool:
    return not isinstance(
        node,
        (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal),
    ) and not _is_docstring(node)


def _following(program: Program, statement: ast.stmt) -> ast.stmt | None:
    block = program.block(statement)
    position = next(number for number, each in enumerate(block) if each is statement)
    return block[position + 1] if position + 1 < len(block) else None


def _bracketed(program: Program, node: ast.expr) -> str:
    atoms = (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.Compare, ast.Await)
    return program.text(node) if isinstance(node, atoms) else f"({program.text(node)})"


def _keyword_text(program: Program, keyword: ast.keyword) -> str:
    return f"{keyword.arg}={program.text(keyword.value)}" if keyword.arg else f"**{program.text(keyword.value)}"
