# Attack: fills the grader's channel with honest frames
# Expect: crashed, failed
# Strikes: yes
# Heavy: yes
def _attack():
    import gc
    for thing in gc.get_objects():
        if type(thing).__name__ == "Door":
            while True:
                thing.send({"k": "note", "label": "x" * 1000})


_attack()
