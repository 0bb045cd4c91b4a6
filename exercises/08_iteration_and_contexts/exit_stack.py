"""Exit stack.

A station broadcasts a race with any number of cameras. Today the third one does not answer: no broadcast, and the
first two stay connected, so that nobody else can use them. When one cannot be disconnected it is much the same.

Once it is right, `python exit_stack.py` prints this (on the left: seconds from the start, not printed):

    0.40   south: disconnected
    0.50   north: disconnected
    0.50   no broadcast: the camera at the finish does not answer

What may not change: connect, broadcast and disconnect (when graded, others take their place). on_air(cameras) connects
them in order, one at a time, and broadcasts when it has all. Before it ends, every camera that was connected is
disconnected, once, the last one first, one at a time; also when connecting fails, or the broadcast, or disconnecting
another camera, and when on_air is cancelled, whenever that is. The error (if several: one of them) or the cancellation
comes out. A camera whose connect did not succeed needs no disconnecting.
"""

import asyncio


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
    feeds = [await connect(camera) for camera in cameras]
    try:
        await broadcast(feeds)
    finally:
        for camera in reversed(cameras):
            await disconnect(camera)


async def main() -> None:
    try:
        await on_air(["north", "south", "finish"])
    except OSError as error:
        print(f"no broadcast: {error}")


if __name__ == "__main__":
    asyncio.run(main())
