# Attack: sets every variable that changes how Python, pytest or the grader works
# Expect: as without
def _attack():
    import os
    os.environ.update(PYTEST_ADDOPTS="--collect-only", PYTEST_PLUGINS="evil", PYTHONSTARTUP="evil.py", PYTHONPATH="/tmp",
                      PYTHONINSPECT="1", PYTHONHASHSEED="0", HYPOTHESIS_PROFILE="evil", TURTLES_PASS="1", CI="false")
    _struck()


_attack()
