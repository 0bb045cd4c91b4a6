"""Hello, and a second later: world.

The smallest asyncio program there is prints a greeting in two lines, with a pause between them.
As handed out, it does contain the pause, yet both lines appear at once, and Python prints a warning below them.

Once it is right, it prints this (on the left: seconds from the start, not printed):

    0.0  Hello ...
    1.0  ... World!

The grader imports this file and calls main itself: keep its name and its `async def`. Each call is one greeting.

Required:
- the program prints these two lines, and nothing else
- "... World!" comes one second after "Hello ..."
- every coroutine is awaited, so Python has nothing to warn about
- three greetings started together take one second, not three
"""

import asyncio


async def main() -> None:
    print("Hello ...")
    asyncio.sleep(1)
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
