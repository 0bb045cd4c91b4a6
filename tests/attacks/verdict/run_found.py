# Attack: finds the run among all objects and ends it
# Expect: failed, crashed
def _attack():
    import gc
    for thing in gc.get_objects():
        if type(thing).__name__ == "_Run" and hasattr(thing, "carry_out"):
            thing._end("returned", value=True, type="bool")
            thing.ended = True
            thing.request["target"] = "print"


_attack()
