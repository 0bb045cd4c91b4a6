"""Hello, and a second later: world.

The smallest asyncio program there is: a greeting in two lines, with a pause between them.
Somebody wrote the pause, yet both lines appear at once, and Python grumbles about something below them.

Once it is right, you see (seconds on the left):

    0.0  Hello ...
    1.0  ... World!

and then the program ends, with nothing left to grumble about.
The pause belongs to this greeting alone. Whatever else the event loop has to do goes on meanwhile: three greetings
that are started together are through after one second, not after three.

May not change:
- `main` is an `async def` without arguments; one call of it gives one greeting;
- those two lines are all that goes to standard output.
"""

import asyncio


async def main() -> None:
    print("Hello ...")
    asyncio.sleep(1)
    print("... World!")


if __name__ == "__main__":
    asyncio.run(main())
