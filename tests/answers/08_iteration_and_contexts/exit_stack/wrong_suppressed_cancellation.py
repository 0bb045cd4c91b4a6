# Mistake: a cancellation during a disconnect keeps the rest connected: only errors are collected.
# Caught by: whenever it is cancelled, every connected camera is disconnected

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
    connected: list[str] = []
    errors: list[Exception] = []
    try:
        feeds = []
        for camera in cameras:
            feeds.append(await connect(camera))
            connected.append(camera)
        await broadcast(feeds)
    finally:
        for camera in reversed(connected):
            try:
                await disconnect(camera)
            except Exception as error:
                errors.append(error)
        if errors:
            raise errors[0]


async def main() -> None:
    try:
        await on_air(["north", "south", "finish"])
    except OSError as error:
        print(f"no broadcast: {error}")


if __name__ == "__main__":
    asyncio.run(main())
