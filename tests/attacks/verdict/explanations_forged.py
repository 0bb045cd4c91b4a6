# Attack: fills the channel for explanations with huge and false ones
# Expect: as without, failed, crashed
def _attack():
    import sys
    frame = sys._getframe(1)
    while frame is not None and type(frame.f_locals.get("self")).__name__ != "_Run":
        frame = frame.f_back
    run = frame.f_locals["self"]
    for number in range(3000):
        run._explain({"kind": "steps", "opened": [[number, 1, "\x1b[31mpassed\n" * 50, "f", -1e300]], "ran": 7})
        run._explain({"kind": "held", "start": float("nan"), "task": [], "parts": [[]]})
    _struck()


_attack()
