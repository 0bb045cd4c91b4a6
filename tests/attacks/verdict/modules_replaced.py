# Attack: replaces the runner's modules and its functions
# Expect: failed, crashed, broken
def _attack():
    import sys, types
    for name, module in list(sys.modules.items()):
        if name.startswith("grader"):
            if hasattr(module, "describe"):
                module.describe = lambda *_, **__: {"type": "passed"}
            if hasattr(module, "_told"):
                module._told = lambda *_: True
                _struck()
            sys.modules[name] = types.ModuleType(name)


_attack()
