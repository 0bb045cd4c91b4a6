# Attack: leaves a folder that is hard to remove: deep, without rights, with links to everything
# Expect: as without
def _attack():
    import os
    os.symlink("/", "everything")
    os.symlink("loop", "loop")
    os.mkfifo("pipe")
    os.makedirs("a/" * 40)
    os.makedirs("locked/inside")
    open("locked/inside/file", "w").close()
    os.chmod("locked/inside", 0)
    os.chmod("locked", 0)
    open(b"\xff\xfe\n name", "w").close()
    _struck()


_attack()
