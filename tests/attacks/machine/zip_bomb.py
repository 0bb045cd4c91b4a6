# Attack: imports a module of 60 MB from an archive of some kilobytes
# Expect: broken, failed, crashed
# Heavy: yes
def _attack():
    import sys, zipfile
    with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("bomb.py", "w") as file:
            for _ in range(15):
                file.write(b"#" * (4 << 20))
            file.write(b"\nraise ImportError('a module of 60 MB')\n")
    sys.path.insert(0, "bomb.zip")
    _struck()
    import bomb


_attack()
