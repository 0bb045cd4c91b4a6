# Attack: keeps what the first run printed, and prints that at once in every other
# Expect: failed, as without, crashed
# Needs: sandbox
def _attack():
    import asyncio, builtins, glob, os
    kept = "/tmp/turtles-attack-lines"
    if os.path.exists(kept):
        print("LOOT", open(kept).read())
    real = builtins.print
    def remembering(*args, **options):
        real(*args, **options)
        _struck()
        try:
            with open(kept, "a") as file:
                real(*args, file=file)
        except OSError:
            pass
    builtins.print = remembering


_attack()
