# Attack: starts 20,000 tasks beside each program
# Expect: as without, failed, crashed
# Heavy: yes
def _attack():
    import asyncio
    run = asyncio.run
    async def beside(coroutine):
        tasks = [asyncio.create_task(asyncio.sleep(3600)) for _ in range(20_000)]
        _struck()
        try:
            return await coroutine
        finally:
            for task in tasks:
                task.cancel()
    asyncio.run = lambda coroutine, **options: run(beside(coroutine), **options)


_attack()
