# Attack: fills the channel for explanations with huge and false ones
# Expect: as without, failed, crashed
def _attack():
    import gc
    for thing in gc.get_objects():
        if type(thing).__name__ == "_Run" and hasattr(thing, "_explain"):
            for number in range(3000):
                thing._explain({"kind": "steps", "opened": [[number, 1, "\x1b[31mpassed\n" * 50, "f", -1e300]], "ran": 7})
                thing._explain({"kind": "held", "start": float("nan"), "task": [], "parts": [[]]})


_attack()
