# Mistake: asks the loop to print later, and the loop is closed before.
# Caught by: "... World!" comes one second after "Hello ..."

import asyncio


async def main() -> None:
    print("Hello ...")
    asyncio.get_running_loop().call_later(1, print, "... World!")


if __name__ == "__main__":
    asyncio.run(main())
