# Attack: finds the door to the grader among all objects and speaks through it
# Expect: failed, crashed
def _attack():
    import gc
    for thing in gc.get_objects():
        if type(thing).__name__ in ("Door", "VirtualDoor"):
            thing.send({"k": "note", "label": "passed", "value": True})
            thing.send({"k": "end", "how": "returned", "value": True, "type": "bool"})
            thing.send = lambda *_, **__: None


_attack()
