# Attack: opens the places where kits, suites and solutions usually lie
# Expect: as without
def _attack():
    import os
    for folder in ("tests/hidden", "solutions", "tests/answers", "grader/handout", ".git", ".turtles"):
        for top in (".", "..", "../..", "../../..", "/turtles", "/work", "/workspace", "/github/workspace", "/home/runner/work",
                    "/autograder", os.path.expanduser("~"), os.environ.get("PWD", "/"), "/proc/self/cwd/..", "/proc/1/cwd", "/proc/1/root/root"):
            try:
                print("LOOT", os.listdir(os.path.join(top, folder)))
            except OSError:
                pass
    _struck()


_attack()
