# Attack: finds the channel to the grader in a frame of the runner and speaks through it
# Expect: failed, crashed
def _attack():
    import sys
    frame = sys._getframe(1)
    while frame is not None and type(frame.f_locals.get("self")).__name__ != "_Run":
        frame = frame.f_back
    run = frame.f_locals["self"]
    protocol = sys.modules["grader.runner.protocol"]
    run.channel.send(protocol.NoteMessage(label="passed", value=True))
    run.channel.send(protocol.End(how=protocol.How.RETURNED, value=True, type="bool"))
    run.channel.send = lambda *_, **__: None
    _struck()


_attack()
