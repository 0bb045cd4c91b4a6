# Attack: answers every import itself
# Expect: as without, failed
def _attack():
    import sys, types
    class Finder:
        def find_spec(self, name, path=None, target=None):
            if name.split(".")[0] in ("pytest", "_pytest", "hypothesis", "grader", "tests"):
                print("LOOT the grader imports", name)
            return None
    sys.meta_path.insert(0, Finder())
    sys.path_hooks.insert(0, lambda path: (_ for _ in ()).throw(ImportError()))
    sys.path_importer_cache.clear()
    _struck()


_attack()
