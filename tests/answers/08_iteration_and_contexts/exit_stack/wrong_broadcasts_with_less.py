# Mistake: broadcasts with the cameras that do answer.
# Caught by: when a camera does not answer, those before it are disconnected

import asyncio
from contextlib import AsyncExitStack


async def connect(camera: str) -> str:
    """The feed of a camera; OSError if it does not answer (leave it as it is)."""
    await asyncio.sleep(0.1)
    if camera == "finish":
        raise OSError("the camera at the finish does not answer")
    return f"feed of {camera}"


async def broadcast(feeds: list[str]) -> None:
    """The race; OSError if the line breaks (leave it as it is)."""
    await asyncio.sleep(0.5)
    print("broadcast with", len(feeds), "cameras")


async def disconnect(camera: str) -> None:
    """Sets a camera free; OSError if that fails (leave it as it is)."""
    await asyncio.sleep(0.1)
    print(f"{camera}: disconnected")


async def on_air(cameras: list[str]) -> None:
    async with AsyncExitStack() as stack:
        feeds = []
        problem: OSError | None = None
        for camera in cameras:
            try:
                feeds.append(await connect(camera))
            except OSError as error:
                problem = error
                continue
            stack.push_async_callback(disconnect, camera)
        await broadcast(feeds)
    if problem:
        raise problem


async def main() -> None:
    try:
        await on_air(["north", "south", "finish"])
    except OSError as error:
        print(f"no broadcast: {error}")


if __name__ == "__main__":
    asyncio.run(main())
