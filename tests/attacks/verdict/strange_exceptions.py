# Attack: raises an exception that lies about its name, text and equality
# Expect: broken, failed
def _attack():
    class Passed(BaseException):
        def __str__(self): raise SystemExit(0)
        __repr__ = __str__
        def __eq__(self, other): return True
        def __hash__(self): return 0
        def __instancecheck__(self, other): return True
    Passed.__name__ = "passed" * 1000
    _struck()
    raise Passed(Passed())


_attack()
