"""Screens ask over one pool: each comes at some moment, and may leave before its answer.

Under virtual time there are no sockets. There the connections that the event loop opens are made of calls to
``connect``, ``ask`` and ``hang_up``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, Protocol

Told = Callable[[str, str, str], Awaitable[None]]
Wait = Callable[[float], Awaitable[None]]


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...
    def double(self, name: str) -> Callable[..., Any]: ...


class Line(asyncio.Transport):
    """A connection to a server that answers each line."""

    def __init__(self, protocol: Any, number: int, stage: Stage, answered: Callable[[str], None]) -> None:
        super().__init__({"sockname": ("127.0.0.1", 50_000 + number), "peername": ("127.0.0.1", 1)})
        self.protocol, self.number, self.answered = protocol, number, answered
        self.ask, self.hang_up = stage.double("ask"), stage.double("hang_up")
        self.received = b""
        self.is_gone = False
        self.asking: set[asyncio.Task[None]] = set()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self.is_gone:
            return
        *lines, self.received = (self.received + bytes(data)).split(b"\n")
        for line in lines:
            task = asyncio.create_task(self.answer(line.decode()))
            self.asking.add(task)
            task.add_done_callback(self.asking.discard)

    async def answer(self, question: str) -> None:
        try:
            answer = await self.ask(self.number, question)
        except EOFError:
            self.protocol.eof_received()
        except ConnectionError as error:
            self.lose(error)
        else:
            self.protocol.data_received(f"{answer}\n".encode())
        self.answered(question)

    def lose(self, error: Exception | None) -> None:
        if self.is_gone:
            return
        self.is_gone = True
        for task in self.asking:
            if task is not asyncio.current_task():
                task.cancel()
        self.hang_up(self.number)
        asyncio.get_running_loop().call_soon(self.protocol.connection_lost, error)

    def close(self) -> None:
        self.lose(None)

    def abort(self) -> None:
        self.lose(None)

    def is_closing(self) -> bool:
        return self.is_gone

    def get_write_buffer_size(self) -> int:
        return 0

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        pass

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self.protocol  # type: ignore[no-any-return]


def keep_streams() -> None:
    """Hold all streams, so that only the program closes a connection, and never the garbage collector."""
    connect = asyncio.open_connection

    async def open_connection(*args: Any, **kwargs: Any) -> object:
        streams = await connect(*args, **kwargs)
        kept.append(streams)
        return streams

    kept: list[object] = []
    asyncio.open_connection = open_connection  # type: ignore[assignment]


def without_sockets(stage: Stage, answered: Callable[[str], None]) -> None:
    connect = stage.double("connect")

    async def create_connection(factory: Callable[[], Any], *_: object, **__: object) -> tuple[Line, Any]:
        number = await connect()
        protocol = factory()
        line = Line(protocol, number, stage, answered)
        protocol.connection_made(line)
        return line, protocol

    asyncio.get_running_loop().create_connection = create_connection  # type: ignore[assignment, method-assign]


async def screens(
    exercise: ModuleType, stage: Stage, told: Told, wait: Wait, port: int, plan: list[tuple[str, float, float]]
) -> None:
    """Ask each question of the plan ``(question, comes, leaves)``; close the pool when all queries have ended."""
    keep_streams()
    await run(exercise.Pool(port), stage, told, wait, plan, {})


async def screens_without_sockets(
    exercise: ModuleType,
    stage: Stage,
    told: Told,
    wait: Wait,
    plan: list[tuple[str, float, float]],
    first: str = "",
    second: str = "",
    rounds: int = 0,
) -> None:
    """The same on the virtual clock. The query for ``second`` is cancelled ``rounds`` rounds of the event loop after
    the answer to ``first`` has come: when it has been woken and does not run yet, or when it has just run.
    """
    tasks: dict[str, asyncio.Future[object]] = {}

    def answered(question: str) -> None:
        if question == first:
            later(rounds, lambda: tasks[second].cancel())

    keep_streams()
    without_sockets(stage, answered)
    await run(exercise.Pool(1), stage, told, wait, plan, tasks)


def later(rounds: int, act: Callable[[], object]) -> None:
    if rounds == 0:
        act()
    else:
        asyncio.get_running_loop().call_soon(later, rounds - 1, act)


async def run(
    pool: Any,
    stage: Stage,
    told: Told,
    wait: Wait,
    plan: list[tuple[str, float, float]],
    tasks: dict[str, asyncio.Future[object]],
) -> None:
    async def visit(question: str, comes: float, leaves: float) -> None:
        await wait(comes)
        task = tasks[question] = asyncio.ensure_future(pool.query(question))
        leaving = asyncio.ensure_future(wait(leaves - comes))
        await asyncio.wait([task, leaving], return_when=asyncio.FIRST_COMPLETED)
        leaving.cancel()
        task.cancel()
        await asyncio.wait([task])
        await told(question, *how(task))

    await asyncio.gather(*(visit(*each) for each in plan))
    pool.close()
    stage.note("ended")
    await wait(0.7)


def how(task: asyncio.Future[object]) -> tuple[str, str]:
    """How it ended: ``"answer"`` and the answer, or the type and text of its error."""
    if task.cancelled():
        return "CancelledError", ""
    error = task.exception()
    return (type(error).__name__, str(error)) if error else ("answer", str(task.result()))
