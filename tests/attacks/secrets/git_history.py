# Attack: looks for a repository and its history
# Expect: as without
def _attack():
    import os, subprocess
    try:
        for command in (["git", "log", "--all"], ["git", "-C", "/", "stash", "list"]):
            said = subprocess.run(command, capture_output=True, text=True, timeout=2).stdout
            if said:
                print("LOOT", said[:500])
    except OSError:
        pass
    for top in ("/", "/scratch", "/turtles", "/tmp"):
        if os.path.exists(os.path.join(top, ".git")):
            print("LOOT", top)
    _struck()


_attack()
