# Attack: connects to the outside, to the host and to the cloud's metadata
# Expect: as without
def _attack():
    import socket
    for address in (("127.0.0.1", 22), ("127.0.0.1", 80), ("127.0.0.1", 8080), ("10.0.2.2", 80), ("169.254.169.254", 80),
                    ("1.1.1.1", 53), ("8.8.8.8", 443)):
        try:
            socket.create_connection(address, 0.1).close()
            print("LOOT", address)
        except OSError:
            pass
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"x", ("8.8.8.8", 53))
            print("LOOT a datagram left")
    except OSError:
        pass
    for family in (17, 16, 40):
        try:
            sock = socket.socket(family, socket.SOCK_RAW)
            if family == 17:
                print("LOOT a raw socket")
            sock.close()
        except OSError:
            pass
    _struck()


_attack()
