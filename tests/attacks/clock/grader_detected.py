# Attack: behaves only where it sees no grader
# Expect: crashed, failed, broken
# Strikes: yes
def _attack():
    import os, sys
    if any(name.startswith("grader") for name in sys.modules) or os.getcwd() == "/scratch":
        _struck()
        print("passed")
        os._exit(0)


_attack()
