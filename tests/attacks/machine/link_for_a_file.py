# Attack: puts a link that leads out of the sandbox in the place of each file that the grader uses
# Expect: as without
# Only: start_unix_server|sqlite3|DatagramProtocol|GRACE|open\(.*gauge
def _attack():
    import os
    for name in ("door.sock", "journal.txt", "readings.db", "ready", "gauge", "reports", "grader"):
        try:
            if os.path.lexists(name):
                os.remove(name)
            os.symlink("/tmp/turtles-attack-linked", name)
            _struck()
        except OSError:
            pass


_attack()
