# Attack: replaces builtins so that every question is answered with yes
# Expect: failed, broken, crashed
def _attack():
    import builtins
    builtins.AssertionError = builtins.Exception
    builtins.isinstance = lambda *_: True
    builtins.callable = lambda *_: True
    builtins.all = builtins.any = lambda *_: True
    builtins.sorted = lambda found, **_: _struck() or list(found)
    sorted([])


_attack()
