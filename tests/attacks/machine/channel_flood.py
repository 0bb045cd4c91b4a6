# Attack: fills the grader's channel with honest frames
# Expect: crashed, failed
# Message: the grader's own channel|printed or called
# Strikes: yes
# Heavy: yes
def _attack():
    import sys
    frame = sys._getframe(1)
    while frame is not None and type(frame.f_locals.get("self")).__name__ != "_Run":
        frame = frame.f_back
    run = frame.f_locals["self"]
    note = sys.modules["grader.runner.protocol"].NoteMessage(label="x" * 1000)
    for number in range(1_000_000):
        run.channel.send(note)
        if number == 100:
            _struck()


_attack()
