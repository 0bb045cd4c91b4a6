# Attack: sends 300 MB on each connection, whose other end is the grader
# Expect: as without
# Only: open_connection
def _attack():
    import asyncio, os, select, socket, threading
    real = asyncio.open_connection

    def flood(sock):
        sent = 0
        while sent < 300_000_000:
            try:
                select.select([], [sock], [])
                sent += sock.send(bytes(1_000_000), socket.MSG_DONTWAIT)
            except OSError:
                return
            if sent > 100_000:
                _struck()

    async def connect(*args, **options):
        reader, writer = await real(*args, **options)
        sock = socket.socket(fileno=os.dup(writer.get_extra_info("socket").fileno()))
        threading.Thread(target=flood, args=[sock], daemon=True).start()
        return reader, writer

    asyncio.open_connection = connect


_attack()
