# Mistake: connects all at the same time.
# Caught by: cameras are connected in order, and disconnected in reverse

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

        async def one(camera: str) -> str:
            feed = await connect(camera)
            stack.push_async_callback(disconnect, camera)
            return feed

        await broadcast(await asyncio.gather(*[one(camera) for camera in cameras]))


async def main() -> None:
    try:
        await on_air(["north", "south", "finish"])
    except OSError as error:
        print(f"no broadcast: {error}")


if __name__ == "__main__":
    asyncio.run(main())
