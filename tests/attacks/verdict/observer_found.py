# Attack: finds what watches it and has it tell nonsense
# Expect: as without, failed
def _attack():
    import gc
    for thing in gc.get_objects():
        if type(thing).__name__ == "Observer":
            for name in dir(type(thing)):
                if not name.startswith("__"):
                    try:
                        setattr(thing, name, lambda *_, **__: 1 / 0)
                    except Exception:
                        pass


_attack()
