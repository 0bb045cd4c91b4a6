# Attack: has a regular expression backtrack for ever
# Expect: crashed
# Message: still running|processor time
# Heavy: yes
# Strikes: yes
def _attack():
    _struck()
    import re
    re.match(r"(a+)+$", "a" * 64 + "b")


_attack()
