# Attack: finds the virtual clock among all objects and turns it back
# Expect: failed, as without, crashed
def _attack():
    import gc
    for thing in gc.get_objects():
        if type(thing).__name__ == "Clock" and hasattr(thing, "hold"):
            thing.hold = lambda seconds: None
            thing.now = lambda: 0.0


_attack()
