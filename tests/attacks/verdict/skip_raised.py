# Attack: raises what means skip or pass to pytest and unittest
# Expect: broken, failed
def _attack():
    _struck()
    import unittest
    try:
        import pytest
        pytest.skip("passed", allow_module_level=True)
    except ImportError:
        raise unittest.SkipTest("passed")


_attack()
