# Attack: has the kernel hold memory in filled sockets, which is no process's (at most 1.6 GB)
# Expect: crashed, failed, broken
# Heavy: yes
# Message: memory
def _attack():
    import os, socket, time
    for _ in range(8):
        if os.fork() == 0:
            held = []
            for number in range(450):
                pair = socket.socketpair()
                held.append(pair)
                for end in pair:
                    end.setblocking(False)
                    try:
                        while True:
                            end.send(bytes(65536))
                    except BlockingIOError:
                        pass
                if number == 50:
                    _struck()
            time.sleep(30)
            os._exit(0)
    time.sleep(30)


_attack()
