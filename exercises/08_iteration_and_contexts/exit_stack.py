"""Exit stack.

A station broadcasts a race with any number of cameras. As handed out, the third camera does not answer: there is no
broadcast, and the first two stay connected, so nobody else can use them. When one camera cannot be disconnected,
others stay connected as well.

Once it is right, `python exit_stack.py` prints this (the seconds on the left are not printed):

    0.40   south: disconnected
    0.50   north: disconnected
    0.50   no broadcast: the camera at the finish does not answer

Leave alone: `connect`, `broadcast`, `disconnect` and `main`.

Required:
- the program disconnects two cameras and says why there is no broadcast
- on_air(cameras) connects the cameras in order, broadcasts when all are connected, and disconnects them in reverse
  order; it does one thing at a time, without a pause
- if a camera does not answer, those before it are disconnected (and that one is not: it was never connected)
- if a camera cannot be disconnected, the others still are; nothing is tried twice
- whatever fails, on_air raises its exception when the cameras are disconnected (if several calls failed, it raises one
  of the exceptions, or a group of them)
- whenever on_air is cancelled, it stops connecting or broadcasting at once, disconnects, and ends as cancelled; a
  cancellation during disconnect(camera) may interrupt that call, but the other cameras are disconnected
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
