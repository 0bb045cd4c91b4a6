"""Payments are made at the same time, or one of them is called off; what comes of each is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType

Told = Callable[[str, int, str, str], Awaitable[None]]
Wait = Callable[[float], Awaitable[None]]


async def payments(exercise: ModuleType, _stage: object, told: Told, wait: Wait, port: int, amounts: list[int]) -> None:
    """Hand all payments to ``pay``, tell what comes of each, and go on for a while."""

    async def buy(shop: str, amount: int) -> None:
        task: asyncio.Future[object] = asyncio.ensure_future(exercise.pay(port, shop, amount))
        await asyncio.wait([task])
        await told(shop, amount, *how(task))

    await asyncio.gather(*(buy(f"shop-{amount}", amount) for amount in amounts))
    await wait(0.3)


async def called_off(exercise: ModuleType, _stage: object, told: Told, wait: Wait, amount: int, after_s: float) -> None:
    """Cancel a payment at some moment, tell what comes of it, and go on for a long while."""
    task: asyncio.Future[object] = asyncio.ensure_future(exercise.pay(1, "shop-17", amount))
    await wait(after_s)
    task.cancel()
    await asyncio.wait([task])
    await told("shop-17", amount, *how(task))
    await wait(100.0)


def how(task: asyncio.Future[object]) -> tuple[str, str]:
    """How it ended: ``"answer"`` and the answer, or the type and text of its error."""
    if task.cancelled():
        return "CancelledError", ""
    error = task.exception()
    return (type(error).__name__, str(error)) if error else ("answer", str(task.result()))
