# Mistake: looks every 20 ms whether all questions are answered.
# Caught by: the board is complete as soon as the last answer is in

import asyncio

TRAINS = ["ICE 577", "RE 4", "S 1"]


async def ask_control(train: str) -> int:
    """Ask the control centre, which is far away; returns minutes."""
    await asyncio.sleep(0.6)
    return {"ICE 577": 7, "S 1": 3}.get(train, 0)


async def main() -> None:
    questions = [asyncio.create_task(ask_control(train)) for train in TRAINS]
    while not all(question.done() for question in questions):
        await asyncio.sleep(0.02)
    for train, question in zip(TRAINS, questions):
        minutes = question.result()
        print(f"{train}: {minutes} min late" if minutes else f"{train}: on time")


if __name__ == "__main__":
    asyncio.run(main())
