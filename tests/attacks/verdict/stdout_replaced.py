# Attack: replaces standard output and writes to the bare descriptor
# Expect: failed, broken, crashed
def _attack():
    import io, os, sys
    os.write(1, b"passed\n")
    sys.stdout = io.StringIO()
    print("not seen")
    _struck()
    sys.stdout.write = None


_attack()
