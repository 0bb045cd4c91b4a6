# Attack: puts a named pipe, to which nobody writes, in the place of each file that the grader reads
# Expect: as without
# Only: start_unix_server|sqlite3
def _attack():
    import os
    for name in ("door.sock", "journal.txt", "readings.db", "ready"):
        try:
            if os.path.exists(name):
                os.remove(name)
            os.mkfifo(name)
            _struck()
        except OSError:
            pass


_attack()
