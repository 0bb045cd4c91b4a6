# Style: the cameras are disconnected in a task that no cancellation reaches; it is waited for all the same.

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


async def free(connected):
    errors = []
    for camera in reversed(connected):
        try:
            await disconnect(camera)
        except Exception as error:
            errors.append(error)
    return errors


async def on_air(cameras):
    connected, errors = [], []
    try:
        feeds = []
        for camera in cameras:
            feeds.append(await connect(camera))
            connected.append(camera)
        await broadcast(feeds)
    except BaseException as error:
        errors.append(error)
    freeing = asyncio.ensure_future(free(connected))
    while not freeing.done():
        try:
            await asyncio.wait([freeing])
        except asyncio.CancelledError as error:
            errors.append(error)
    errors += freeing.result()
    for error in errors:
        if isinstance(error, asyncio.CancelledError):
            raise error
    if len(errors) > 1:
        raise ExceptionGroup("several things failed", errors)
    if errors:
        raise errors[0]


async def main() -> None:
    try:
        await on_air(["north", "south", "finish"])
    except OSError as error:
        print(f"no broadcast: {error}")


if __name__ == "__main__":
    asyncio.run(main())
