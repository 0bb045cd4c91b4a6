# Mistake: reads the results from the set that asyncio.wait returns, which has no order.
# Shows: wrong-order
# Caught by: translate_all returns the translations in the order of the paragraphs

import asyncio

ARTICLE = [
    "The storm reached the coast last night.",
    "Nobody was hurt.",
    "Ferries stay in port today.",
]
DUTCH = [
    "De storm bereikte vannacht de kust.",
    "Niemand raakte gewond.",
    "De veerboten blijven vandaag in de haven.",
]


async def translate(paragraph: str) -> str:
    """The translator, who is slow."""
    await asyncio.sleep(0.02 * len(paragraph))
    return DUTCH[ARTICLE.index(paragraph)]


async def translate_all(paragraphs: list[str]) -> list[str]:
    tasks = [asyncio.create_task(translate(paragraph)) for paragraph in paragraphs]
    done, _ = await asyncio.wait(tasks)
    return [task.result() for task in done]


async def main() -> None:
    for line in await translate_all(ARTICLE):
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
