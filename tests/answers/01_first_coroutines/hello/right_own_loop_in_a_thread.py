# Style: main asks an event loop that runs in a thread of its own for the pause.

import asyncio
import threading


async def main():
    print("Hello ...")
    other = asyncio.new_event_loop()
    threading.Thread(target=other.run_forever, daemon=True).start()
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asyncio.sleep(1), other))
    other.call_soon_threadsafe(other.stop)
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
