# Attack: the same by children whose end the kernel tells their parent with SIGSTOP instead of SIGCHLD
# Expect: as without, failed
# Refused: yes
def _attack():
    import ctypes, os, platform, signal, threading, time
    libc = ctypes.CDLL(None, use_errno=True)
    clone = {"x86_64": 56}.get(platform.machine(), 220)
    class Clone3(ctypes.Structure):
        _fields_ = [(name, ctypes.c_uint64) for name in ("flags", "pidfd", "child", "parent", "exit_signal", "stack", "size", "tls")]
    def stopping():
        for turn in range(20):
            time.sleep(0.06)
            if turn % 2:
                wish = Clone3(exit_signal=signal.SIGSTOP)
                child = libc.syscall(435, ctypes.byref(wish), ctypes.sizeof(wish))
            else:
                child = libc.syscall(clone, int(signal.SIGSTOP), 0, 0, 0, 0)
            if child == 0:
                os._exit(0)
            _struck("struck" if child > 0 else "refused")
    me = os.getpid()
    if os.fork() == 0:
        for _ in range(40):
            time.sleep(0.15)
            os.kill(me, signal.SIGCONT)
        os._exit(0)
    threading.Thread(target=stopping, daemon=True).start()


_attack()
