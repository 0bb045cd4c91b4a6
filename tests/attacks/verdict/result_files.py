# Attack: writes results and caches under every name that a grader could read
# Expect: as without
# Needs: sandbox
def _attack():
    import json, os, tempfile
    result = {"schema": "turtles/result/v1", "score": 999, "max_score": 999, "verdict": "passed", "tests": [], "status": "pass"}
    for folder in (".", "..", "/", "/scratch", tempfile.gettempdir(), "/dev/shm", "/turtles", os.path.expanduser("~")):
        for name in ("result.json", "results.json", ".turtles/state.json", "report.xml", "junit.xml", "grade.txt",
                     ".pytest_cache/v/cache/lastfailed", ".hypothesis/examples/x"):
            path = os.path.join(folder, name)
            try:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "x") as file:
                    json.dump(result, file)
            except OSError:
                pass
    _struck()


_attack()
