"""Operators about awaiting, tasks and waiting for one another."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from grader.authoring.operators.mutation_site import Change, Site, operator
from grader.authoring.operators.syntax_queries import (
    LOCKS,
    STARTERS,
    assignment,
    bracketed,
    called,
    following_statement,
    held_in,
    written_number,
)
from grader.authoring.source_edits import Edit, Program, without_item

# --- awaiting -------------------------------------------------------------------------------------------------------


@operator("drop-await", ast.Await)
def _drop_await(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Await)
    yield [site.program.put(node, site.program.text(node.value), node.value)]


@operator("blocking-sleep", ast.Await)
def _blocking_sleep(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Await)
    call = node.value
    if isinstance(call, ast.Call) and called(call) == "sleep" and call.args and written_number(call.args[0]) != 0:
        module = "time" if site.imports_time else '__import__("time")'
        yield [site.program.put(node, f"{module}.sleep({site.program.text(call.args[0])})", atom=True)]


@operator("drop-to-thread", ast.Await)
def _drop_to_thread(site: Site, node: ast.AST) -> Iterator[Change]:
    """Call it in the loop's own thread."""
    assert isinstance(node, ast.Await)
    call = node.value
    if not isinstance(call, ast.Call) or called(call) not in ("to_thread", "run_in_executor"):
        return
    function, *arguments = call.args[1:] if called(call) == "run_in_executor" else call.args
    text = site.program.text(function)
    if not isinstance(function, (ast.Name, ast.Attribute)):
        text = f"({text})"
    inner = [site.program.text(each) for each in arguments]
    inner += [_keyword_text(site.program, each) for each in call.keywords]
    yield [site.program.put(node, f"{text}({', '.join(inner)})", atom=True)]


@operator("drop-shield", ast.Call)
def _drop_shield(site: Site, node: ast.AST) -> Iterator[Change]:
    yield from _first_argument_instead(site, node, "shield")


@operator("drop-wait-for", ast.Call)
def _drop_wait_for(site: Site, node: ast.AST) -> Iterator[Change]:
    """Wait without a limit; of a condition, without looking whether it holds."""
    assert isinstance(node, ast.Call)
    if len(node.args) + len(node.keywords) > 1:
        yield from _first_argument_instead(site, node, "wait_for")
    elif isinstance(node.func, ast.Attribute) and node.func.attr == "wait_for":
        yield [site.program.put(node, f"{site.program.text(node.func.value)}.wait()", atom=True)]


@operator("drop-timeout", ast.Call)
def _drop_timeout(site: Site, node: ast.AST) -> Iterator[Change]:
    """A timeout that never expires."""
    assert isinstance(node, ast.Call)
    if called(node) in ("timeout", "timeout_at", "reschedule"):
        for argument in node.args[:1]:
            yield [site.program.put(argument, "None", atom=True)]
        for keyword in node.keywords:
            if keyword.arg in ("delay", "timeout", "when"):
                yield [site.program.put(keyword.value, "None", atom=True)]


# --- tasks ----------------------------------------------------------------------------------------------------------


@operator("gather-in-turn", ast.Await)
def _gather_in_turn(site: Site, node: ast.AST) -> Iterator[Change]:
    """Await one after the other what was awaited together."""
    assert isinstance(node, ast.Await)
    call = node.value
    if isinstance(call, ast.Call) and called(call) == "gather" and call.args:
        parts = [_in_turn(site.program, each) for each in call.args]
        text = parts[0][1:] if len(parts) == 1 and parts[0].startswith("*") else f"[{', '.join(parts)}]"
        yield [site.program.put(node, text, atom=True)]


def _in_turn(program: Program, argument: ast.expr) -> str:
    """An element of a list that awaits an argument of gather, or all that a starred one holds."""
    if not isinstance(argument, ast.Starred):
        return f"await {bracketed(program, argument)}"
    inner = argument.value
    if isinstance(inner, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
        element = inner.elt
        rest = program.slice(program.end(element), program.end(inner) - 1)
        head = program.slice(program.start(inner) + 1, program.start(element))
        return f"*[{head}await {bracketed(program, element)}{rest}]"
    return f"*[await each for each in {bracketed(program, inner)}]"


@operator("in-turn-to-gather", ast.ListComp, ast.For, ast.Expr, ast.Assign)
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
        following = following_statement(program, node)
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


@operator("await-task-at-once", ast.Call)
def _await_task_at_once(site: Site, node: ast.AST) -> Iterator[Change]:
    """Wait for the new task before going on."""
    if not isinstance(node, ast.Call) or called(node) not in STARTERS:
        return
    program, parent = site.program, site.program.parent(node)
    if isinstance(parent, ast.Expr):
        yield [program.put(node, f"await {program.text(node)}")]
        return
    target, value = assignment(parent)
    if isinstance(target, ast.Name) and value is node and isinstance(parent, ast.stmt):
        wait = program.indented(parent.col_offset, f"await asyncio.wait([{target.id}])")
        yield [program.insert_before(program.lines(parent)[1] + 1, wait)]
    else:
        yield [program.put(node, f"(await asyncio.wait([_new := {program.text(node)}]) and _new)", atom=True)]


@operator("drop-create-task", ast.Call)
def _drop_create_task(site: Site, node: ast.AST) -> Iterator[Change]:
    """A coroutine where a task was."""
    assert isinstance(node, ast.Call)
    if called(node) in STARTERS and node.args:
        yield [site.program.put(node, site.program.text(node.args[0]), node.args[0])]


@operator("forget-task", ast.Call)
def _forget_task(site: Site, node: ast.AST) -> Iterator[Change]:
    """Keep no reference to a task."""
    assert isinstance(node, ast.Call)
    if called(node) in ("add", "append") and len(node.args) == 1:
        task = node.args[0]
        if isinstance(task, ast.Call) and called(task) in STARTERS:
            yield [site.program.put(node, site.program.text(task), task)]


@operator("loose-tasks", ast.AsyncWith)
def _loose_tasks(site: Site, node: ast.AST) -> Iterator[Change]:
    """Tasks of nobody instead of a group's: ``group = asyncio``."""
    assert isinstance(node, ast.AsyncWith)
    for item in node.items:
        name = item.optional_vars
        if isinstance(item.context_expr, ast.Call) and called(item.context_expr) == "TaskGroup" and name is not None:
            yield [without_item(site.program, node, item, f"{site.program.text(name)} = asyncio")]


@operator("one-at-a-time", ast.stmt)
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


@operator("poll", ast.AsyncWith, ast.Expr, ast.Assign)
def _poll(site: Site, node: ast.AST) -> Iterator[Change]:
    """Look every 10 ms instead of waiting to be woken."""
    program = site.program
    assert isinstance(node, ast.stmt)
    first, last = program.lines(node)
    match node:
        case ast.AsyncWith([ast.withitem(held), *_]) if _kind(site, held) in LOCKS:
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
    held = f"{held_in(node.value)}[]" if isinstance(node, ast.Subscript) else held_in(node)
    found = re.search(r"(\w+)(?:\[.*\])?\(", site.made.get(held, ""))
    return found.group(1) if found else ""


def _first_argument_instead(site: Site, node: ast.AST, name: str) -> Iterator[Change]:
    assert isinstance(node, ast.Call)
    if called(node) == name and node.args:
        yield [site.program.put(node, site.program.text(node.args[0]), node.args[0])]


def _keyword_text(program: Program, keyword: ast.keyword) -> str:
    return f"{keyword.arg}={program.text(keyword.value)}" if keyword.arg else f"**{program.text(keyword.value)}"
