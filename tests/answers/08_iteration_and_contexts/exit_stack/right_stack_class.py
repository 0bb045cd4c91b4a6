# Style: a class with its own __aenter__ and __aexit__ in a recursive exit.

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


class Cameras:
    def __init__(self) -> None:
        self.connected: list[str] = []

    async def add(self, camera: str) -> str:
        feed = await connect(camera=camera)
        self.connected.append(camera)
        return feed

    async def __aenter__(self) -> "Cameras":
        return self

    async def __aexit__(self, *error: object) -> None:
        if self.connected:
            try:
                await disconnect(self.connected.pop())
            finally:
                await self.__aexit__()


async def on_air(cameras: list[str]) -> None:
    async with Cameras() as all_of_them:
        await broadcast([await all_of_them.add(camera) for camera in cameras])


async def main() -> None:
    try:
        await on_air(["north", "south", "finish"])
    except OSError as error:
        print(f"no broadcast: {error}")


if __name__ == "__main__":
    asyncio.run(main())
