# Attack: recurses until the stack is used up
# Expect: crashed, broken, failed
# Strikes: yes
def _attack():
    _struck()
    import sys
    sys.setrecursionlimit(10**8)
    def down(value):
        return sorted([value, value], key=down)
    down(1)


_attack()
