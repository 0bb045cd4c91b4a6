# Attack: finds the run in a frame of the runner and ends it
# Expect: failed, crashed
def _attack():
    import sys
    frame = sys._getframe(1)
    while frame is not None and type(frame.f_locals.get("self")).__name__ != "_Run":
        frame = frame.f_back
    run = frame.f_locals["self"]
    protocol = sys.modules["grader.runner.protocol"]
    run._end(protocol.End(how=protocol.How.RETURNED, value=True, type="bool"))
    run.request["target"] = "print"
    _struck()


_attack()
