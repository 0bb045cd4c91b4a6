# Style: a thread with an event loop of its own for each paragraph.

import asyncio
import threading

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


async def translate_all(paragraphs):
    loop = asyncio.get_running_loop()
    texts = [loop.create_future() for _ in paragraphs]

    def work(paragraph, text):
        dutch = asyncio.run(translate(paragraph))
        loop.call_soon_threadsafe(text.set_result, dutch)

    for paragraph, text in zip(paragraphs, texts):
        threading.Thread(target=work, args=(paragraph, text)).start()
    return [await text for text in texts]


async def main() -> None:
    for line in await translate_all(ARTICLE):
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
