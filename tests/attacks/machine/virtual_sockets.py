# Attack: speaks to the machine's host (AF_VSOCK) and to the kernel (netlink, packets, alg, bluetooth)
# Expect: as without
# Refused: yes
def _attack():
    import ctypes, os, platform, socket
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    intel = platform.machine() == "x86_64"
    for family in (40, 16, 17, 38, 31, 29, 43, 44):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            try:
                socket.socket(family, kind).close()
                print("LOOT a socket of family", family)
                _struck()
            except OSError:
                _struck("refused")


_attack()
