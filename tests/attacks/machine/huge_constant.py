# Attack: has the compiler fold a huge constant, and converts a huge number to text
# Expect: broken, failed, as without
def _attack():
    try:
        exec("x = 10 ** 10 ** 7 * 'a'" if False else "x = (1 << 10 ** 7) ** 0")
        str(10 ** 5000)
    except ValueError:
        pass
    _struck()


_attack()
